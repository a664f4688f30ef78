"""Reads feature control frames cell by cell: `⌖|⌀0.3Ⓜ|A|B|C`.

A row of cells is a frame only if its first cell holds a characteristic and its second a tolerance; a row of a table is
given back as None. Of the cells, signs are known by the project's own classifier, and the recogniser reads the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Recognizer
from ocr_tasks.quads import Corners, corners_of, grown, height_of, quad_of, width_of
from ocr_tasks.stages.detect.frames import Cell, around, frames_in
from ocr_tasks.stages.ink import Mask, blobs_of, ink_of
from ocr_tasks.stages.recognize.sign_classifier import CHARACTERISTICS, CIRCLED, SignClassifier, sign_classifier
from ocr_tasks.stages.recognize.spelling import spelt
from ocr_tasks.stages.recognize.symbols import DIAMETER, Sign, with_sign, with_signs

MARGIN = 0.2
"""Paper around a frame that is cut out, in its heights: its outer rulings lie there."""
FINE_PX = 60
"""Cuttings much lower than this are enlarged before they are read."""
LEAST_MARGIN_PX = 6.0
"""A ruling and its soft edge are so thick on a coarse picture too."""
LINES_A_CELL = 1.7
"""How many line heights a cell is high, about."""
SURE = 0.6
"""A sign less sure than this is none."""
LIKELY = 0.4
"""Before a tolerance the diameter sign is no surprise: it need not be as sure. Nor need a characteristic be before a
tolerance with a decimal point and the letters of datums: nothing else stands there."""
REMNANT = 0.08
"""What touches a cell's edge and is no thicker than this, in heights of the cell, is left of its ruling."""
LIKE_CELLS_OF_TABLES = "⏤○"
"""A dash or a zero in a table looks like these: beside them, a whole number is no tolerance."""
PAPER = 0.25
"""Paper around the text of a cell, in its heights."""
WHITE = 255

TOLERANCE = re.compile(
    r"(?:S?⌀|R|□)?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:/⌀?[\d.,x]+)?(?:[Ⓐ-Ⓩ]|CZ|SZ|UZ|OZ|CT|NC|<?>|(?<=Ⓟ)[\d.,]+|(?<=Ⓤ)[+-]?[\d.,]+)*"
)
DATUM = re.compile(r"[A-HJ-NPR-Z]{1,2}(?:-[A-HJ-NPR-Z]{1,2})*[Ⓐ-Ⓩ]*")
"""I, O and Q are not used (ISO 5459, ASME Y14.5)."""
LONGEST_MISREAD = 2
BARE_MODIFIER = re.compile(r"(?<=[\d>Ⓐ-Ⓩ])\(?([MLPFTUES])\)?(?![A-Za-z])")
"""In the cell of the tolerance a single letter behind the value can only be a modifier whose circle was not seen."""
LOST_DIAMETER = re.compile(r"^[0OQ](?=[0OQ][.,]\d)")
"""No number begins with two zeros: the first is a diameter sign."""
FRACTION = re.compile(r"[.,]\d")
LARGE = re.compile(r"\d{2}")
"""A whole number this long is no tolerance of form or place."""
AS_DATUM = str.maketrans({"8": "B", "0": "D", "O": "D", "6": "G", "—": "-", "4": "A", "€": "C"})
"""A datum is a letter: what its look-alikes among digits stand for."""


class FrameText(NamedTuple):
    """A frame as it was read: its cells, the confidences of the characters of each, and a quad on the page."""

    cells: tuple[str, ...]
    confidences: tuple[tuple[float, ...], ...]
    quad_px: Quad

    @property
    def text(self) -> str:
        return "|".join(self.cells)

    @property
    def confidence(self) -> float:
        return float(np.mean([c for cell in self.confidences for c in cell]))

    @property
    def char_confidences(self) -> tuple[float, ...]:
        """One a character of `text`; a bar is as sure as the frame."""
        known: list[float] = []
        for cell in self.confidences:
            known += [*cell, self.confidence]
        return tuple(known[:-1])


@dataclass
class Piece:
    """A part of a cell: a sign, or a picture to be read."""

    text: str = ""
    confidences: tuple[float, ...] = ()
    picture: Gray | None = None


@dataclass
class Draft:
    """A row of cells that may be a frame, before its texts are read. `ink` bounds what stands in it, in the cutting."""

    characteristic: str
    sureness: float
    cells: list[list[Piece]]
    ink: Cell
    turned: bool
    shape: tuple[int, int]


def read_frames(
    crops: Sequence[Gray], outlines: Sequence[Quad], rows: Sequence[int], recognizer: Recognizer
) -> list[FrameText | None]:
    """Return for each cutting the row numbered ROWS (from 0) of the frame in it, None if there is no frame.

    CROPS hold the OUTLINES upright with MARGIN around them. All texts are read together.
    """
    classifier = sign_classifier()
    drafts = [_draft(_fine(crop), row, classifier) for crop, row in zip(crops, rows, strict=True)]
    pieces = [piece for draft in drafts if draft for cell in draft.cells for piece in cell if piece.picture is not None]
    pictures = [piece.picture for piece in pieces if piece.picture is not None]
    for piece, picture, text in zip(pieces, pictures, recognizer.read(pictures) if pictures else [], strict=True):
        read = with_signs(picture, text)
        if DIAMETER not in read.text and len(read.char_places) == len(read.text):
            read = with_sign(read, sign) if (sign := _opening_diameter(picture, classifier)) else read
        piece.text, piece.confidences = read.text, read.char_confidences
    return [_checked(draft, outline) if draft else None for draft, outline in zip(drafts, outlines, strict=True)]


def with_room(outline: Quad) -> Quad:
    """Return the outline of a frame, larger where MARGIN around it would leave less than LEAST_MARGIN_PX."""
    short = max(0.0, LEAST_MARGIN_PX - MARGIN * height_of(outline))
    return grown(outline, short, short)


def _fine(crop: Gray) -> Gray:
    """Return a coarse cutting of a row enlarged: rulings and strokes a pixel wide are neither told nor known."""
    times = round(FINE_PX / max(1, min(crop.shape)))
    if times < 2 or crop.size == 0:
        return crop
    return np.asarray(cv2.resize(crop, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR), np.uint8)


def _draft(crop: Gray, row: int, classifier: SignClassifier) -> Draft | None:
    """Return what is in a cutting if it opens with a characteristic, read from the left or from its other end."""
    if crop.size == 0 or min(crop.shape) < 10:
        return None
    likely: Draft | None = None
    for is_turned in (False, True):
        picture = np.ascontiguousarray(np.rot90(crop, 2)) if is_turned else crop
        ink = ink_of(picture)
        cells = _row(ink, row)
        if cells is None:
            continue
        guess = classifier.guess(_of_cell(ink, cells[0]))
        if not guess.sign or guess.sign not in CHARACTERISTICS or guess.confidence < LIKELY:
            continue
        inks = [_of_cell(ink, cell) for cell in cells]
        if not all(mask.any() for mask in inks):
            continue
        bounds = around([[_tight(mask, cell) for mask, cell in zip(inks, cells, strict=True)]])
        if row:  # the sign stands in the row above
            bounds = around([[_tight(mask, cell) for mask, cell in zip(inks[1:], cells[1:], strict=True)]])
        parts = [list(_pieces(picture, mask, cell, classifier)) for mask, cell in zip(inks[1:], cells[1:], strict=True)]
        draft = Draft(guess.sign, guess.confidence, parts, bounds, is_turned, crop.shape)
        if guess.confidence >= SURE:
            return draft
        likely = likely or draft
    return likely


def _row(ink: Mask, row: int) -> list[Cell] | None:
    """Return the cells of one row of the largest frame in a cutting."""
    height = ink.shape[0] / (1 + 2 * MARGIN)
    for count in (1, 2, 3):
        found = [rows for rows in frames_in(ink, height / count / LINES_A_CELL) if len(rows) == count]
        if found:
            largest = max(found, key=lambda rows: around(rows).width)
            return largest[row] if row < len(largest) and len(largest[row]) > 1 else None
    return None


def _of_cell(ink: Mask, cell: Cell) -> Mask:
    """Return the ink in a cell, without what is left of its rulings."""
    mask = ink[cell.top : cell.bottom, cell.left : cell.right].copy()
    thin = max(2, round(REMNANT * cell.height))
    for blob in blobs_of(mask):
        beside = blob.left == 0 or blob.right == mask.shape[1]
        above = blob.top == 0 or blob.bottom == mask.shape[0]
        if (beside and blob.width <= thin) or (above and blob.height <= thin):
            mask[blob.top : blob.bottom, blob.left : blob.right] = 0
    return mask


def _tight(mask: Mask, cell: Cell) -> Cell:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return Cell(
        cell.left + int(columns[0]),
        cell.top + int(rows[0]),
        cell.left + int(columns[-1]) + 1,
        cell.top + int(rows[-1]) + 1,
    )


def _pieces(page: Gray, mask: Mask, cell: Cell, classifier: SignClassifier) -> Iterator[Piece]:
    """Yield what stands in a cell from left to right: circled letters by themselves, text as pictures."""
    picture = np.where(mask_near(mask), page[cell.top : cell.bottom, cell.left : cell.right], np.uint8(WHITE))
    start = 0
    for left, right, sign, confidence in circled_in(mask, classifier):
        if (before := _text_between(picture, mask, start, left)) is not None:
            yield Piece(picture=before)
        yield Piece(sign, (confidence,))
        start = right
    if (rest := _text_between(picture, mask, start, mask.shape[1])) is not None:
        yield Piece(picture=rest)


def mask_near(mask: Mask) -> npt.NDArray[np.bool_]:
    """Return where ink and its soft edge are."""
    return np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)), np.uint8) > 0


def circled_in(mask: Mask, classifier: SignClassifier) -> list[tuple[int, int, str, float]]:
    """Return left, right, sign and confidence of each circled letter in upright ink, from left to right."""
    found = []
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        left, top, wide, high = cv2.boundingRect(contour)
        if high < 0.3 * mask.shape[0] or high < 9 or not 0.85 < wide / high < 1.18:
            continue
        round_area = np.pi / 4 * (wide - 1) * (high - 1)
        if not 0.93 < cv2.contourArea(contour) / round_area < 1.07:
            continue
        guess = classifier.guess(mask[top : top + high, left : left + wide])
        if guess.sign and guess.sign in CIRCLED and guess.confidence >= SURE:
            found.append((left, left + wide, guess.sign, guess.confidence))
    return sorted(found)


def _opening_diameter(picture: Gray, classifier: SignClassifier) -> Sign | None:
    """Return the diameter sign that a text begins with, if the classifier sees one there."""
    ink = ink_of(picture)
    first = min(blobs_of(ink), key=lambda blob: blob.left, default=None)
    if first is None or first.height < 0.4 * ink.shape[0]:
        return None
    guess = classifier.guess(ink[first.top : first.bottom, first.left : first.right])
    if guess.sign != DIAMETER or guess.confidence < LIKELY:
        return None
    return Sign(DIAMETER, first.left / ink.shape[1], first.right / ink.shape[1])


def _text_between(picture: Gray, mask: Mask, start: int, stop: int) -> Gray | None:
    """Return the text between two columns with paper around it, None if there is none."""
    part = mask[:, start:stop]
    if not part.any():
        return None
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    text = picture[rows[0] : rows[-1] + 1, start + columns[0] : start + columns[-1] + 1]
    edge = max(2, round(PAPER * text.shape[0]))
    return np.pad(text, edge, constant_values=WHITE)


def _checked(draft: Draft, outline: Quad) -> FrameText | None:
    """Return the frame if its second cell is a tolerance; a datum's look-alikes become its letter."""
    texts = [_spelt("".join(piece.text for piece in cell)) for cell in draft.cells]
    texts[0] = BARE_MODIFIER.sub(lambda letter: chr(ord("Ⓐ") + ord(letter[1]) - ord("A")), texts[0])
    texts[0] = LOST_DIAMETER.sub("⌀", texts[0])
    if TOLERANCE.fullmatch(texts[0]) is None:
        return None
    whole = FRACTION.search(texts[0]) is None
    if whole and (draft.characteristic in LIKE_CELLS_OF_TABLES or LARGE.search(texts[0])):
        return None
    for k, text in enumerate(texts[1:], 1):
        if DATUM.fullmatch(text) is None and DATUM.fullmatch(as_letter := text.translate(AS_DATUM)):
            texts[k] = as_letter
        if DATUM.fullmatch(texts[k]) is None and len(texts[k]) > LONGEST_MISREAD:
            return None
    if draft.sureness < SURE and (whole or len(texts) == 1 or not all(map(DATUM.fullmatch, texts[1:]))):
        return None
    sure = [tuple(c for piece in cell for c in piece.confidences) for cell in draft.cells]
    fitted = [_fitted(confidences, text) for confidences, text in zip(sure, texts, strict=True)]
    return FrameText(
        cells=(draft.characteristic, *texts),
        confidences=((draft.sureness,), *fitted),
        quad_px=_on_page(draft, outline),
    )


def _spelt(text: str) -> str:
    return spelt(text).replace(" ", "").replace("|", "")


def _fitted(confidences: tuple[float, ...], text: str) -> tuple[float, ...]:
    """Return one confidence a character, also where spelling changed how many there are."""
    if len(confidences) == len(text):
        return confidences
    return (float(np.mean(confidences)) if confidences else 0.0,) * max(1, len(text))


def _on_page(draft: Draft, outline: Quad) -> Quad:
    """Return the quad around the ink of a draft on the page, in reading order."""
    height, width = draft.shape
    box = draft.ink
    corners = np.array(
        [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)], np.float64
    )
    if draft.turned:
        corners = np.array([width, height]) - corners
    frame: Corners = corners_of(outline)
    along = (frame[1] - frame[0]) / max(width_of(outline), 1e-6)
    down = (frame[3] - frame[0]) / max(height_of(outline), 1e-6)
    edge, scale = MARGIN * height_of(outline), (1 + 2 * MARGIN) * height_of(outline) / height
    return quad_of(frame[0] - edge * (along + down) + scale * corners @ np.array([along, down]))

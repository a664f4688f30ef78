"""Reads stacked fractions: `6'-10 1⁄2"` with its 1 above a bar and its 2 below, or raised before a slanted one.

A recogniser steps over two rows or takes the digits of both for those of the number before them. So the line is laid
anew, numerator and denominator as high as the other characters and one behind the other, and read once more.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.quads import height_of, middle_in, turned, width_of, within
from ocr_tasks.stages.crops import MARGIN, WHITE, cut
from ocr_tasks.stages.ink import Blob, as_blobs, as_one, pieces_of
from ocr_tasks.stages.recognize.fraction_rows import DIGITS, Stacked, slanted_in, stacked_in, without_slanted

UPWARD = 3
"""So many quarters clockwise an upright box is turned to be read up the page."""
BARE = 0.7
"""What stands beside a fraction by itself is laid out as if lines were so high, in its height."""
STROKES = "/⁄"
"""What a slanted bar is read as, if its digits are not."""
SURE = 0.85
"""Digits of a fraction are read so surely at least."""
DENOMINATORS = (2, 4, 8, 16, 32, 64)
"""What rulers have; the numerator is odd, and less."""
BESIDE, AROUND, AROUND_ROW = 4.0, 1.3, 2.3
"""How far a reading is looked beside, above and below, in its heights; further above and below what may be a row."""
REACHES, LOWEST, HIGHEST = 0.2, 0.7, 2.3
"""A character beside a fraction reaches so far above and below its bar and is so high, in heights of the digits."""
SPACE, SMALL = 0.9, 0.9
"""Two characters of a line are no further apart, and a sign beside its middle is no wider, in its height."""
BAND = 0.75
"""Such a sign stands so near to the middle of the line."""
GAP = 0.4
"""Paper on either side of a row, in heights of the line."""


class Row(NamedTuple):
    """Where a fraction stands in a line laid anew, in pixels from its left."""

    begin: float
    middle: float
    """Between its numerator and its denominator."""
    end: float


class Laid(NamedTuple):
    """A line laid anew: its picture, where its fractions stand in that, and its box on the page."""

    picture: Gray
    fractions: tuple[Row, ...]
    quad_px: Quad


def with_fractions(image: Gray, lines: Sequence[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return LINES of one page, those with stacked fractions as they read, in place of what was read where they stand.

    Quads are in pixels of IMAGE.
    """
    whole = read_in(image, filter(may_be_one, lines), recognizer)
    if whole:  # a line of which nothing was read may be one by itself, on such a page
        whole += read_in(image, (line for line in lines if not line.text), recognizer)
    kept = list(lines)
    placed: list[Quad] = []
    for reading in sorted(whole, key=lambda reading: (-len(reading.text), -reading.confidence)):
        if not any(middle_in(reading.quad_px, other) or middle_in(other, reading.quad_px) for other in placed):
            kept = [*(line for line in kept if not middle_in(line.quad_px, reading.quad_px)), reading]
            placed.append(reading.quad_px)
    return kept


def may_be_one(line: Reading) -> bool:
    """Say whether a fraction may stand in LINE: a digit or a stroke was read of it."""
    return not line.parts and any(c.isnumeric() or c in STROKES for c in line.text)


def read_in(image: Gray, lines: Iterable[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return those of LINES that have fractions, laid anew and read once more."""
    found = [
        (line, laid)
        for line in lines
        for quad, reach in ways_of(line)
        if (laid := laid_in(image, quad, reach)) is not None
    ]
    texts = recognizer.read([laid.picture for _, laid in found])
    return [
        line.model_copy(
            update={"text": said, "confidence": text.confidence, "char_confidences": (), "quad_px": laid.quad_px}
        )
        for (line, laid), text in zip(found, texts, strict=True)
        if (said := said_by(text, laid)) is not None
    ]


def ways_of(line: Reading) -> tuple[tuple[Quad, float], ...]:
    """Return the boxes in whose directions LINE may be read and how far around each is to be looked, in heights.

    Digits by themselves may be a row, and that of a line up the page.
    """
    if len(line.text) > DIGITS:
        return ((line.quad_px, AROUND),)
    return (line.quad_px, AROUND_ROW), (turned(line.quad_px, UPWARD), AROUND_ROW)


def laid_in(image: Gray, quad: Quad, reach: float = AROUND) -> Laid | None:
    """Return the line with stacked fractions at QUAD laid on one row, None without such a fraction.

    REACH is how far above and below QUAD they are looked for, in its heights.
    """
    height = height_of(quad)
    left, top = -BESIDE * height, -reach * height
    window = cut(image, within(quad, left, top, width_of(quad) - left, height - top))
    if window.size == 0:
        return None
    ink = np.asarray(cv2.threshold(window, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1], np.uint8)
    blobs = as_blobs(pieces_of(ink))
    fractions = [*stacked_in(blobs), *slanted_in(blobs)]
    if not fractions:
        return None
    line = line_around(fractions, blobs, window.shape[1])
    picture, places = laid_out(without_slanted(window, ink, fractions), line)
    box = as_one([part.whole if isinstance(part, Stacked) else part for part in line])
    return Laid(picture, places, within(quad, left + box.left, top + box.top, left + box.right, top + box.bottom))


def line_around(fractions: Sequence[Stacked], blobs: Sequence[Blob], width: int) -> list[Blob | Stacked]:
    """Return the first of FRACTIONS and what of BLOBS and the others stands on its line, from left to right.

    What is cut at the edges of the window, WIDTH pixels wide, is left out.
    """
    first = fractions[0]
    digit, middle = float(first.upper.height), first.bar.middle[1]
    of_fractions = {piece for fraction in fractions for piece in blobs if fraction.whole.holds(piece)}
    free = [b for b in blobs if b not in of_fractions and b.left > 0 and b.right < width]
    across = [b for b in free if _reaches_across(b, middle, digit)]
    em = float(np.median([b.height for b in across])) if across else BARE * first.whole.height
    level = float(np.median([b.middle[1] for b in across])) if across else middle
    signs = [
        b
        for b in free
        if b not in across and max(b.width, b.height) <= SMALL * em and abs(b.middle[1] - level) <= BAND * em
    ]
    parts: list[tuple[Blob, Blob | Stacked]] = [(b, b) for b in (*across, *signs)]
    parts += [(f.whole, f) for f in fractions[1:] if abs(f.bar.middle[1] - middle) <= REACHES * digit]
    low, high = first.whole.left, first.whole.right
    line: list[tuple[Blob, Blob | Stacked]] = [(first.whole, first)]
    for box, part in sorted(parts, key=lambda p: -p[0].right):
        if box.middle[0] < low and low - box.right <= SPACE * em:
            line, low = [(box, part), *line], min(low, box.left)
    for box, part in sorted(parts, key=lambda p: p[0].left):
        if box.middle[0] > high and box.left - high <= SPACE * em:
            line, high = [*line, (box, part)], max(high, box.right)
    return [part for _, part in sorted(line, key=lambda p: p[0].left)]


def _reaches_across(blob: Blob, middle: float, digit: float) -> bool:
    across = blob.top < middle - REACHES * digit and blob.bottom > middle + REACHES * digit
    return across and LOWEST * digit <= blob.height <= HIGHEST * digit and blob.width <= HIGHEST * digit


def laid_out(window: Gray, line: Sequence[Blob | Stacked]) -> tuple[Gray, tuple[Row, ...]]:
    """Return LINE, pieces of WINDOW, on one row with paper around, and where its fractions stand there."""
    plain = [part for part in line if not isinstance(part, Stacked)]
    first = next(part for part in line if isinstance(part, Stacked))
    digit, middle = first.upper.height, first.bar.middle[1]
    across = [b for b in plain if _reaches_across(b, middle, float(digit))]
    em = int(np.median([b.height for b in across])) if across else digit
    foot = max(b.bottom for b in across) if across else round(middle + em / 2)
    top = min([foot - em, *(b.top for b in plain)])
    size = max([foot, *(b.bottom for b in plain)]) - top
    gap = np.full((size, max(1, round(GAP * em))), WHITE, np.uint8)
    pieces, rows = [gap], []
    width, right = gap.shape[1], None
    for part in line:
        if isinstance(part, Stacked):
            upper, lower = (_as_high(window, box, em, size, foot - top) for box in (part.upper, part.lower))
            added, right = [gap, upper, gap, lower, gap], None
            places = width + np.cumsum([piece.shape[1] for piece in added])
            rows.append(Row(*(float(places[k]) - gap.shape[1] / 2 for k in (0, 2, 4))))
        else:
            start = part.left if right is None else right
            added, right = [window[top : top + size, start : max(start, part.right)]], max(start, part.right)
        pieces += added
        width += sum(piece.shape[1] for piece in added)
    edge = round(MARGIN * size)
    picture = cv2.copyMakeBorder(np.hstack([*pieces, gap]), edge, edge, 0, 0, cv2.BORDER_CONSTANT, value=WHITE)
    return np.asarray(picture, np.uint8), tuple(rows)


def _as_high(window: Gray, box: Blob, em: int, size: int, foot: int) -> Gray:
    """Return what WINDOW shows in BOX, EM pixels high, on the row at FOOT of a picture SIZE pixels high."""
    digits = window[box.top : box.bottom, box.left : box.right]
    width = max(1, round(box.width * em / box.height))
    piece = np.full((size, width), WHITE, np.uint8)
    piece[foot - em : foot] = cv2.resize(np.ascontiguousarray(digits), (width, em), interpolation=cv2.INTER_LINEAR)
    return piece


def said_by(text: Text, laid: Laid) -> str | None:
    """Return what TEXT, read in a line laid anew, says with each fraction as `1⁄2`; None if one is no fraction."""
    if len(text.char_places) != len(text.text):
        return None
    width = laid.picture.shape[1]
    read = list(zip((place * width for place in text.char_places), text.text, text.char_confidences, strict=True))
    said, start = "", 0.0
    for row in laid.fractions:
        said += "".join(c for x, c, _ in read if start <= x < row.begin).rstrip()
        digits = [(x, c, sure) for x, c, sure in read if row.begin <= x < row.end and c != " "]
        upper, lower = ("".join(c for x, c, _ in digits if (x < row.middle) == over) for over in (True, False))
        if min((sure for *_, sure in digits), default=0.0) < SURE or not is_fraction(upper, lower):
            return None
        said += f"{' ' * said[-1:].isdigit()}{upper}⁄{lower}"
        start = row.end
    return said + "".join(c for x, c, _ in read if x >= start)


def is_fraction(upper: str, lower: str) -> bool:
    """Say whether a ruler has the fraction of two numbers."""
    if not (upper.isdecimal() and lower.isdecimal()):
        return False
    return int(lower) in DENOMINATORS and int(upper) % 2 == 1 and int(upper) < int(lower)

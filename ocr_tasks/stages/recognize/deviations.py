"""Looks behind each value for an upper and a lower deviation, small and above each other (ISO 129-1, 7.2).

A detector boxes such a stack in any way: both rows as one line, one of them with the value, none. A value without its
tolerance is the worst of misreadings, so what stands behind a value is taken apart by its ink and each row read alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.quads import angle_of, around, corners_of, height_of, leaning, middle_in, turned, width_of, within
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.ink import Blob, apart_from, as_one, blobs_of, ink_of, rulings_of
from ocr_tasks.stages.recognize.stacked import DEVIATION, LATER, NEAR, UNSIGNED, deviation_of, is_small
from ocr_tasks.stages.recognize.symbols import with_signs

SURE, SURE_VALUE = 0.85, 0.75
"""Both rows are read so surely at least, and the value before them so."""
DOUBTED = 0.76
"""No surer is a value with a tolerance behind it that was not read: likely enough to be kept, not to be relied on."""
EITHER_WAY = re.compile(r"[01689 .,HINOSXZ]+")
"""A value that reads so may stand on its head."""
TILTED = (4.0, 16.0)
"""The box around a value and one row is off the page's edges by so many degrees; the text is not."""
FIRST = 0.4
"""The first character in such a box is so high."""
ABOVE, BELOW, BEHIND, BEFORE = 0.85, 0.85, 5.0, 0.15
"""How far around a value is looked, in its heights."""
RULING_ALONG, RULING_ACROSS = 1.8, 1.6
"""Runs of ink so long are no characters."""
SPECK = 0.06
TALL, STRADDLES = 0.5, 0.12
"""A character of the value is so high at least and reaches so far above and below the middle of the line."""
SPACE = 1.0
"""Two characters of a value are no further apart."""
NEXT = 0.5
"""The characters of a row follow each other so."""
ROW = (0.28, 1.1)
"""A row is so high."""
ALIKE, OVERLAP, TOUCH = 0.55, 0.3, 0.12
"""The lower one of two rows has such a share of the other's height and stands below so much of the narrower one; they
overlap in height by no more."""
AS_BEFORE = 0.35
"""A value whose box ends so near to its last character was read by itself."""
DIGITS = str.maketrans("OoIil|°○~—–_", "001111" + "00" + "----")
"""What stands in a row is a sign and digits."""
ZERO, RING, HOLLOW = "0", (0.4, 0.9), 0.6
"""It is a ring so wide, in its height, and so much of that is hollow."""
SIGNS = "+-"
NUMBER = re.compile(r"^(?:[⌀□RM]\s?)?[\dIilOo|]+(?=[.,\s]|$)")
"""A value begins with digits."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels along and across a line, from its first corner."""


class Stack(NamedTuple):
    """Where a value and its two rows stand."""

    value: Box
    upper: Box
    lower: Box


class Found(NamedTuple):
    """A reading and the boxes of the stack that it begins."""

    line: Reading
    whole: bool
    """Whether the reading is the value and nothing more."""
    quads: tuple[Quad, Quad, Quad]


def with_deviations(image: Gray, lines: Sequence[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return LINES of one page, a value and its deviations as three in place of what was read where they stand.

    Quads are in pixels of IMAGE. A value with rows behind it of which only one reads as a deviation is doubted, and one
    before which a digit may stand that geometry runs into.
    """
    found = [stack for line in lines if _may_be_value(line) for stack in stacks_behind(image, line)]
    crops = [cut(image, quad, MARGIN) for stack in found for quad in stack.quads]
    texts = iter(_read_as(crop, text) for crop, text in zip(crops, recognizer.read(crops), strict=True))
    stacks = [(stack.line, parts_of(stack, (next(texts), next(texts), next(texts)))) for stack in found]
    doubted = [line for line, (_, *rows) in stacks if any(is_deviation(row) and row.text[0] in SIGNS for row in rows)]
    kept = [_doubted(line) if line in doubted else line for line in lines]
    placed: list[Quad] = []
    for parts in sorted((parts for _, parts in stacks if is_tolerance(parts)), key=_worth, reverse=True):
        place = around([part.quad_px for part in parts])
        if not any(middle_in(part.quad_px, other) for part in parts for other in placed):
            kept = [line for line in kept if not middle_in(line.quad_px, place)]
            value, *rows = parts
            kept += [_doubted(value) if is_cut_before(image, value, kept) else value, *rows]
            placed.append(place)
    return kept


def stacks_behind(image: Gray, line: Reading) -> Iterator[Found]:
    """Yield each stack of which LINE may be the beginning: as it is boxed, parallel to the page, on its head."""
    level = _level(image, line.quad_px)
    ways = [line.quad_px, *([level] if level else []), *([turned(line.quad_px, 2)] * _either_way(line.text))]
    for quad in ways:
        if (stack := stack_in(image, quad)) is not None:
            value, upper, lower = (within(quad, *box) for box in stack)
            off = abs(stack.value[2] - width_of(quad)) + abs(stack.value[3] - stack.value[1] - height_of(quad))
            whole = quad is line.quad_px and off < AS_BEFORE * height_of(quad)
            yield Found(line, whole, (value, upper, lower))


def stack_in(image: Gray, quad: Quad) -> Stack | None:
    """Return the boxes of a value and two rows behind it along QUAD, None if no such rows stand there."""
    height = height_of(quad)
    left, top = -BEFORE * height, -ABOVE * height
    window = cut(image, within(quad, left, top, width_of(quad) + BEHIND * height, (1 + BELOW) * height))
    if window.size == 0:
        return None
    ink = ink_of(window)
    rulings = rulings_of(ink, along=round(RULING_ALONG * height), across=round(RULING_ACROSS * height))
    blobs = blobs_of(apart_from(ink, rulings))
    blobs = sorted((b for b in blobs if max(b.width, b.height) > SPECK * height), key=lambda b: b.left)
    middle = (0.5 + ABOVE) * height
    tall = [b for b in blobs if _straddles(b, middle, height)]
    low = [b for b in blobs if b not in tall and b.top > 0 and b.bottom < window.shape[0]]
    for k, last in enumerate(tall):
        start = max(b.right for b in tall[: k + 1])
        before = max((b.right for b in blobs if b.left < last.left), default=last.left)
        if k and last.left - before > SPACE * height:
            return None
        stop = tall[k + 1].left if k + 1 < len(tall) else window.shape[1]
        if (rows := _rows([b for b in low if start <= b.left and b.right <= stop], start, middle, height)) is not None:
            value = [*tall[: k + 1], *(b for b in low if b.right <= start and abs(b.middle[1] - middle) < 0.7 * height)]
            a, b, c = ((x + left, y + top, z + left, w + top) for x, y, z, w, _ in map(as_one, (value, *rows)))
            return Stack(a, b, c)
    return None


def _straddles(blob: Blob, middle: float, height: float) -> bool:
    reaches = blob.top < middle - STRADDLES * height and blob.bottom > middle + STRADDLES * height
    return reaches and blob.height >= TALL * height


def _rows(blobs: Sequence[Blob], start: float, middle: float, height: float) -> tuple[list[Blob], list[Blob]] | None:
    """Return the upper and the lower row of BLOBS that stand behind column START, None if they are no two rows."""
    upper, lower = (
        _chain([b for b in blobs if (b.middle[1] < middle) == above], start, height) for above in (True, False)
    )
    if not upper or not lower:
        return None
    above, below = as_one(upper), as_one(lower)
    least, most = sorted((above.height, below.height))
    alike = ROW[0] * height <= least and most <= ROW[1] * height and least >= ALIKE * most
    shared = min(above.right, below.right) - max(above.left, below.left)
    overlap = shared >= OVERLAP * min(above.width, below.width)
    near = min(above.left, below.left) - start <= NEAR * height
    apart = above.bottom - below.top <= TOUCH * height
    return (upper, lower) if alike and overlap and near and apart else None


def _chain(blobs: Sequence[Blob], start: float, height: float) -> list[Blob]:
    """Return those of BLOBS, from left to right, that follow each other behind column START on one line."""
    first = next((b for b in blobs if ROW[0] * height <= b.height <= ROW[1] * height), None)
    if first is None:
        return []
    chain: list[Blob] = []
    end = start
    for blob in blobs:
        if not first.top - TOUCH * height <= blob.middle[1] <= first.bottom + TOUCH * height:
            continue
        if blob.left - end > (NEXT if chain else LATER) * height:
            break
        chain.append(blob)
        end = max(end, blob.right)
    return chain


def _read_as(crop: Gray, text: Text) -> Text:
    """Return TEXT with the signs that CROP shows; a lone ring that is hardly read as 0 is one all the same.

    Beside a deviation with a sign nothing else of one character can stand, and recognisers waver between 0, O and D.
    """
    if text.confidence < SURE and len(text.text) <= 1 and is_ring(crop):
        return Text(ZERO, SURE, (SURE,))
    return with_signs(crop, text)


def is_ring(crop: Gray) -> bool:
    """Say whether CROP shows nothing but one ring, higher than wide and hollow: a 0."""
    contours, tree = cv2.findContours(ink_of(crop), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    inner = [k for k in range(len(contours)) if tree[0][k][3] >= 0]
    if len(inner) != 1:
        return False
    _, _, width, height = cv2.boundingRect(contours[tree[0][inner[0]][3]])
    _, _, _, hollow = cv2.boundingRect(contours[inner[0]])
    return RING[0] * height < width < RING[1] * height and hollow > HOLLOW * height and height > crop.shape[0] / 2


def is_cut_before(image: Gray, value: Reading, others: Sequence[Reading]) -> bool:
    """Say whether ink as high as a digit stands right before a value, and none of OTHERS says what it is."""
    height = height_of(value.quad_px)
    before = within(value.quad_px, -NEXT * height, 0.0, -SPECK * height, height)
    window = cut(image, before)
    high = window.size > 0 and float((ink_of(window) > 0).any(axis=1).mean()) >= TALL
    return high and not any(middle_in(before, other.quad_px) for other in others)


def _may_be_value(line: Reading) -> bool:
    return any(c.isdigit() for c in line.text) and not line.parts


def _either_way(text: str) -> bool:
    return EITHER_WAY.fullmatch(text) is not None


def _level(image: Gray, quad: Quad) -> Quad | None:
    """Return the box of the line that the first character in a tilted QUAD begins, parallel to the page's edges.

    None if QUAD is not tilted or holds no character.
    """
    angle = angle_of(quad)
    off = leaning(angle)
    if not TILTED[0] < abs(off) < TILTED[1]:
        return None
    blobs = sorted(blobs_of(ink_of(cut(image, quad))), key=lambda b: b.left)
    first = next((b for b in blobs if b.height > FIRST * height_of(quad)), None)
    if first is None:
        return None
    x, y = corners_of(within(quad, *first.middle, *first.middle))[0]
    along = np.radians(angle - off)
    cos, sin = float(np.cos(along)), float(np.sin(along))
    frame: Quad = ((x, y), (x + cos, y - sin), (x + cos + sin, y - sin + cos), (x + sin, y + cos))
    half = first.height / 2
    return within(frame, -first.width / 2, -half, width_of(quad) - first.middle[0], half)


def parts_of(found: Found, texts: Sequence[Text]) -> tuple[Reading, Reading, Reading]:
    """Return the value and the two rows of a stack as they read, the value as before if it stood by itself."""
    value, upper, lower = (
        found.line.model_copy(
            update={
                "text": text.text,
                "confidence": text.confidence,
                "char_confidences": text.char_confidences,
                "quad_px": quad,
            }
        )
        for text, quad in zip(texts, found.quads, strict=True)
    )
    if found.whole:
        value = found.line
    return _said(value, _as_value(value.text)), _said(upper, _as_row(upper.text)), _said(lower, _as_row(lower.text))


def _said(reading: Reading, text: str) -> Reading:
    if text == reading.text:
        return reading
    sure = reading.char_confidences if len(text) == len(reading.text) else ()
    return reading.model_copy(update={"text": text, "char_confidences": sure})


def _as_row(text: str) -> str:
    return text.replace(" ", "").translate(DIGITS)


def _as_value(text: str) -> str:
    return NUMBER.sub(lambda found: found[0].translate(DIGITS), text).rstrip(" (")


def is_tolerance(parts: Sequence[Reading]) -> bool:
    """Say whether a value and two rows read surely, as a number with an upper and a lower deviation."""
    value, upper, lower = parts
    sure = value.confidence >= SURE_VALUE and any(c.isdigit() for c in value.text)
    signed = is_deviation(upper) and is_deviation(lower)
    if not (sure and (signed or (_is_unsigned(upper, value) and _is_unsigned(lower, value)))):
        return False
    return deviation_of(upper.text) > deviation_of(lower.text)


def is_deviation(row: Reading) -> bool:
    """Say whether a row reads surely as a deviation."""
    return row.confidence >= SURE and DEVIATION.match(row.text) is not None


def _is_unsigned(row: Reading, value: Reading) -> bool:
    """Say whether a row reads surely as a deviation above the nominal without its sign."""
    return row.confidence >= SURE and UNSIGNED.match(row.text) is not None and is_small(row, value)


def _doubted(value: Reading) -> Reading:
    return value.model_copy(update={"confidence": min(value.confidence, DOUBTED)})


def _worth(parts: Sequence[Reading]) -> tuple[int, float]:
    return len(parts[0].text), min(part.confidence for part in parts)

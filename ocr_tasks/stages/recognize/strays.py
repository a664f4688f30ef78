"""What geometry leaves at the ends of a string: an arrowhead read as `<`, the shoulder of a leader as `-`.

And what is drawn on the edge of a part where a pin leaves it: before the pin's name it reads as a letter, `PCC1`.
Its ink goes on beyond the box; that of the string ends there. A minus ends there, too. A sign that touches the ruling
of a cell goes on in nothing else: without that it ends there.
"""

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import height_of, width_of, within
from ocr_tasks.stages.ink import Mask, ink_of
from ocr_tasks.stages.recognize.running_on import ends_within, share_apart

STRAYS = "<>-⏤_+=|⊥/"
"""What arrows, shoulders and the ends of lines read as."""
CROSSES = "X×i"
"""What ticks and dashes read as; beside a letter, and behind a digit, it is of the string: `MAX`, `4X`."""
LOW, UNSURE = 0.7, 0.95
"""Capitals and digits are as high as the others: what is lower than so much of them, and less sure, is none."""
STRAY, OWN = 0.9, 0.6
"""At least so much of a stray's ink goes on beyond the box, and at most so much of the string's."""

SIGNS: Mapping[str, float] = MappingProxyType({"+": 0.35, "X": 0.7, "/": 0.8})
"""Of these, one that a ruling touches is so high at least, in heights of the box. A minus may be what a line leaves."""


def without_strays(text: Text, quad: Quad, crop: Gray, edge: int) -> tuple[Text, Quad]:
    """Return TEXT, read in QUAD, and QUAD without what geometry left at either end.

    CROP shows EDGE pixels of paper around the box. Places of characters are along a crop with as much paper around the
    box that is returned.
    """
    if len(text.text) < 2 or not len(text.text) == len(text.char_places) == len(text.char_confidences):
        return text, quad
    first, last = 0, len(text.text) - 1
    start, stop = _beside(text, first, 1), _beside(text, last, -1)
    start = start if _may_be_stray(text, first, start) or _is_low(text, start, crop, edge) else first
    stop = stop if _may_be_stray(text, last, stop) else last
    if start > stop or (start, stop) == (first, last):
        return text, quad
    height, width = crop.shape
    whole = ink_of(crop)
    ink, ends = (mask[edge : height - edge] for mask in (whole, ends_within(whole)))

    def share(low: int, high: int) -> float:
        return share_apart(ink[:, low:high], ends[:, low:high])

    left, right = edge, width - edge
    before = _between(text, first, start, width) if start > first else left
    behind = _between(text, stop, last, width) if stop < last else right
    if share(before, behind) > OWN:
        return text, quad
    if share(left, before) >= STRAY and not _is_ruled(text.text[first], whole, left, before, edge):
        first, left = start, before
    if share(behind, right) >= STRAY and not _is_ruled(text.text[last], whole, behind, right, edge):
        last, right = stop, behind
    if (first, last) == (0, len(text.text) - 1):
        return text, quad
    rest = text.part(first, last + 1)
    shown = right - left + 2 * edge
    places = tuple((place * width - left + edge) / shown for place in rest.char_places)
    scale = width_of(quad) / max(1, width - 2 * edge)
    place = within(quad, (left - edge) * scale, 0.0, (right - edge) * scale, height_of(quad))
    return rest._replace(char_places=places), place


def _is_ruled(character: str, ink: Mask, low: int, high: int, edge: int) -> bool:
    """Say whether what reads as CHARACTER between columns LOW and HIGH of INK goes on only in upright rulings.

    INK shows EDGE pixels around the box; a ruling beside a string runs through them, above and below.
    """
    if character not in SIGNS:
        return False
    ruled = cv2.dilate(ink, np.ones((1, 3), np.uint8)).all(axis=0)
    free = np.where(ruled, np.uint8(0), ink)
    rows = np.flatnonzero(ends_within(free)[edge : ink.shape[0] - edge, low:high].any(axis=1))
    return bool(rows.size) and int(np.ptp(rows)) >= SIGNS[character] * (ink.shape[0] - 2 * edge)


def _may_be_stray(text: Text, index: int, beside: int) -> bool:
    """Say whether geometry may read as the character at INDEX, the next one being BESIDE."""
    character, other = text.text[index], text.text[beside : beside + 1]
    of_string = other.isalpha() or (beside < index and other.isdigit())
    return character in STRAYS or (character in CROSSES and not of_string)


def _is_low(text: Text, start: int, crop: Gray, edge: int) -> bool:
    """Say whether what reads as a capital or a digit before the character at START is lower than such are."""
    tall = text.text[0].isdigit() or text.text[0].isupper()
    if not tall or text.char_confidences[0] >= UNSURE or start >= len(text.text):
        return False
    height, width = crop.shape
    ink = ink_of(crop)[edge : height - edge, edge : width - edge]
    before = max(0, _between(text, 0, start, width) - edge)
    own, others = (int(part.any(axis=1).sum()) for part in (ink[:, :before], ink[:, before:]))
    return 0 < own <= LOW * others


def _beside(text: Text, index: int, step: int) -> int:
    """Return the index of the next character, STEP by STEP, that is no space."""
    index += step
    while 0 <= index < len(text.text) and text.text[index] == " ":
        index += step
    return index


def _between(text: Text, index: int, other: int, width: int) -> int:
    return round((text.char_places[index] + text.char_places[other]) / 2 * width)

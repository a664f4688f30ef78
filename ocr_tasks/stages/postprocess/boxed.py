"""Tells whether a string stands in a closed box of its own: a basic dimension, a datum.

Basic dimensions: ISO 1101 clause 10, ASME Y14.5 clause 3.4; datums: ISO 5459 clause 7.2.1, ASME Y14.5 clause 6.3.2.
A cell of a table or of a feature control frame is no such box: its lines run on to the next cell. Only the lower line
may run on, as the dimension line that the box stands on.
"""

import re
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import grown, height_of, width_of
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import Mask, ink_of, rulings_of


@dataclass(frozen=True)
class BoxShape:
    """Lengths in heights of the string."""

    blank: float = 0.19
    """Between a box and the characters in it, in heights of the box."""
    around: float = 1.6
    """So much of the page around the string is looked at."""
    along: float = 1.15
    across: float = 1.25
    """A straight run of ink this long is a line of the drawing, and no stroke of a character."""
    least_height: float = 1.05
    most_height: float = 2.5
    most_beside: float = 0.9
    """The box is no further than this from the ends of the string."""
    least_fill: float = 0.93
    """So much of the box is within its lines: it is a rectangle."""
    wall: float = 0.3
    runs_on: float = 0.35
    """A line that goes on this far beyond a corner belongs to more than this box."""


SHAPE = BoxShape()
LONGEST = 20
"""Characters of a string that may stand in a box."""


def may_be_boxed(text: str) -> bool:
    """Return whether a box around TEXT would say something: a size or a datum's letter."""
    short = len(text) <= LONGEST
    return short and (any(c.isdigit() for c in text) or re.fullmatch(r"[A-Z]{1,2}", text.strip()) is not None)


def is_boxed(page: Gray, quad: Quad, shape: BoxShape = SHAPE) -> bool:
    """Return whether the string in QUAD stands in a box of its own. PAGE is uint8 (height, width), QUAD in its pixels.

    QUAD may be around the characters or, where the box was taken for a part of them, around the box.
    """
    em = height_of(quad)
    inside = grown(quad, -shape.blank * em, -shape.blank * em)
    return _stands_in_box(page, quad, shape) or _stands_in_box(page, inside, shape)


def _stands_in_box(page: Gray, quad: Quad, shape: BoxShape) -> bool:
    em, length = height_of(quad), width_of(quad)
    patch = cut(page, quad, shape.around)
    if em < 5 or patch.size == 0:
        return False
    rulings = rulings_of(ink_of(patch), along=round(shape.along * em), across=round(shape.across * em))
    if not rulings.any():
        return False
    paper = cv2.bitwise_not(cv2.dilate(rulings, np.ones((3, 3), np.uint8)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    label = labels[patch.shape[0] // 2, patch.shape[1] // 2]
    left, top, width, height, area = (int(value) for value in stats[label])
    right, bottom = left + width, top + height
    closed = left > 0 and top > 0 and right < patch.shape[1] and bottom < patch.shape[0]
    return bool(
        label
        and closed
        and shape.least_height * em <= height <= shape.most_height * em
        and length <= width <= length + 2 * shape.most_beside * em
        and area >= shape.least_fill * width * height
        and not _runs_on(rulings, (left, top, right, bottom), em, shape)
    )


def _runs_on(rulings: Mask, box: tuple[int, int, int, int], em: float, shape: BoxShape) -> bool:
    """Return whether the upper line or one of the walls of a box goes on beyond a corner."""
    left, top, right, bottom = box
    wall, near, far = (round(share * em) for share in (shape.wall, shape.wall, shape.wall + shape.runs_on))
    beside = ((left - far, left - near), (right + near, right + far))
    above_below = ((top - far, top - near), (bottom + near, bottom + far))
    upper_line = any(_is_line(rulings, (top - wall, top + 1), columns, axis=1) for columns in beside)
    walls = any(
        _is_line(rulings, rows, columns, axis=0)
        for rows in above_below
        for columns in ((left - wall, left + 1), (right - 1, right + wall))
    )
    return upper_line or walls


def _is_line(rulings: Mask, rows: tuple[int, int], columns: tuple[int, int], *, axis: int) -> bool:
    """Return whether a line goes all the way through a rectangle along AXIS (1: to the right)."""
    part: npt.NDArray[np.uint8] = rulings[max(0, rows[0]) : max(0, rows[1]), max(0, columns[0]) : max(0, columns[1])]
    return part.size > 0 and bool((part > 0).mean(axis=axis).max() > 0.8)

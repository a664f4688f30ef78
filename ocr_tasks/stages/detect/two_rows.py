"""Finds what stands in two rows behind a value that the detector boxed as one line: an upper and a lower deviation.

Both deviations are small, one above and one below the middle of the value (ISO 129-1, 7.2). Read as one line, one of
them is lost, most often a lone 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import height_of, width_of, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import Mask, ink_of


@dataclass(frozen=True)
class TwoRows:
    """Lengths in heights of the box."""

    middle: tuple[float, float] = (0.25, 0.75)
    """The paper between the rows lies here."""
    row: float = 0.22
    """Each row is at least so high,"""
    overlap: float = 0.15
    """and so much of both stands above each other."""
    shortest: float = 1.2
    longest: float = 12.0


SHAPE = TwoRows()
SMALLEST_PX = 8


def rows_behind_values(page: Gray, lines: Sequence[Box], shape: TwoRows = SHAPE) -> list[Box]:
    """Return a value, its upper and its lower row for each of LINES (tight quads that read upright) that holds them."""
    return [Box(quad, line.score) for line in lines for quad in _parts(page, line.quad_px, shape)]


def _parts(page: Gray, quad: Quad, shape: TwoRows) -> Iterator[Quad]:
    em, length = height_of(quad), width_of(quad)
    if em < SMALLEST_PX or not shape.shortest * em < length < shape.longest * em:
        return
    ink = ink_of(cut(page, quad))
    if (split := split_of(ink, shape)) is None:
        return
    start, row = split
    for across, down, part in ((0, 0, ink[:, :start]), (start, 0, ink[:row, start:]), (start, row, ink[row:, start:])):
        top, bottom, left, right = _extent(part)
        yield within(quad, left + across, top + down, right + across, bottom + down)


def split_of(ink: Mask, shape: TwoRows = SHAPE) -> tuple[int, int] | None:
    """Return the column where two rows begin behind a value and the row that parts them, None without such.

    INK is (height, width), tight, and reads upright.
    """
    height, width = ink.shape
    blank = np.flatnonzero(~np.asarray(ink.any(axis=0)))
    if not blank.size:
        return None
    rows = np.arange(round(shape.middle[0] * height), round(shape.middle[1] * height))
    middle = ink[rows]
    last = np.where(middle.any(axis=1), width - 1 - middle[:, ::-1].argmax(axis=1), width)
    follows = np.searchsorted(blank, last)
    seen: set[int] = set()
    for k in np.argsort(np.abs(rows - height / 2)):
        start = int(blank[follows[k]]) if follows[k] < blank.size else width
        if start == width or start in seen:
            continue
        seen.add(start)
        if _are_two_rows(ink, start, int(rows[k]), shape):
            return start, int(rows[k])
    return None


def _are_two_rows(ink: Mask, start: int, row: int, shape: TwoRows) -> bool:
    em = ink.shape[0]
    value, upper, lower = ink[:, :start], ink[:row, start:], ink[row:, start:]
    if not (value.any() and upper.any() and lower.any()):
        return False
    above, below = _extent(upper), _extent(lower)
    overlap = min(above[3], below[3]) - max(above[2], below[2])
    least = min(above[1] - above[0], below[1] - below[0])
    return bool(least >= shape.row * em and overlap >= shape.overlap * em)


def _extent(ink: Mask) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of what is inked."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1

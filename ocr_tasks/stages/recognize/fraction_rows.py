"""Finds the rows of a fraction among pieces of ink: above and below a level bar, or beside a slanted one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.engines import Gray
from ocr_tasks.stages.crops import WHITE
from ocr_tasks.stages.ink import Blob, Mask, as_one

DIGITS = 2
"""A row has no more digits."""
FLAT, LONGEST = 2.5, 2.0
"""A level bar is so many times as wide as high, and no longer than so many times the wider of its rows."""
CLOSE, LEAST_PX = 0.6, 5
"""A row is no further from its bar than this, in its own height, which is at least so many pixels."""
ALIKE = 0.75
"""The lower of two digits of a fraction, or of its rows, has such a share of the other's height."""
OVERHANG = 0.15
"""A digit's middle stands no further beyond the ends of its bar, in the bar's length."""
STEEPEST, FLATTEST = 0.2, 1.6
"""A slanted bar is so wide, in its height."""
THICKEST, THIN_PX = 0.25, 3
"""It is no thicker across than this, in the height of its rows, or so many pixels."""
SMALLEST, LARGEST, OFF = 0.3, 0.85, 0.4
"""A digit beside one is so high, in the bar's height, and ends as high or as low as the bar, this near in its own."""
LEVEL, APART, RAISED = 0.15, 0.45, 0.25
"""Digits of a row end so alike and stand so near; the upper row stands so far above the other. All in their height."""


class Stacked(NamedTuple):
    """A numerator, its bar and a denominator, each the box around its ink, in pixels of a window."""

    upper: Blob
    bar: Blob
    lower: Blob

    @property
    def slanted(self) -> bool:
        """Whether the bar runs up between the rows, not level."""
        return self.bar.width < FLAT * self.bar.height

    @property
    def whole(self) -> Blob:
        """The box around all three."""
        return as_one(self)


def stacked_in(blobs: Sequence[Blob]) -> Iterator[Stacked]:
    """Yield each level bar among BLOBS with the digits above and below it."""
    for bar in blobs:
        if bar.width < FLAT * bar.height or bar.width < LEAST_PX:
            continue
        over = OVERHANG * bar.width
        near = [b for b in blobs if bar.left - over <= b.middle[0] <= bar.right + over and b.height >= LEAST_PX]
        upper = _alike([b for b in near if 0 <= bar.top - b.bottom <= CLOSE * b.height])
        lower = _alike([b for b in near if 0 <= b.top - bar.bottom <= CLOSE * b.height])
        if not upper or not lower:
            continue
        fraction = Stacked(as_one(upper), bar, as_one(lower))
        low, high = sorted((fraction.upper.height, fraction.lower.height))
        if low >= ALIKE * high and bar.width <= LONGEST * max(fraction.upper.width, fraction.lower.width):
            yield fraction


def _alike(row: Sequence[Blob]) -> list[Blob]:
    """Return the digits among the pieces of a ROW: a mark of inches behind them is not so high."""
    highest = max((blob.height for blob in row), default=0)
    return [blob for blob in row if blob.height >= ALIKE * highest]


def slanted_in(blobs: Sequence[Blob]) -> Iterator[Stacked]:
    """Yield each slanted bar among BLOBS with the raised digits before it and the lowered ones behind it."""
    for bar in blobs:
        if bar.height < 2 * LEAST_PX or not STEEPEST <= bar.width / bar.height <= FLATTEST:
            continue
        if bar.area > max(THICKEST * LARGEST * bar.height, THIN_PX) * bar.height:
            continue
        before = _row_beside(bar, blobs, -1)
        behind = _row_beside(bar, blobs, 1) if before else []
        if not behind:
            continue
        fraction = Stacked(as_one(before), bar, as_one(behind))
        low, high = sorted((fraction.upper.height, fraction.lower.height))
        raised = fraction.lower.middle[1] - fraction.upper.middle[1]
        if low >= ALIKE * high and raised >= RAISED * high and bar.area <= max(THICKEST * high, THIN_PX) * bar.height:
            yield fraction


def _row_beside(bar: Blob, blobs: Sequence[Blob], side: int) -> list[Blob]:
    """Return the digits among BLOBS before a slanted BAR at its upper end, or behind it (SIDE 1) at its lower end."""

    def gap(one: Blob, blob: Blob) -> int:
        return blob.left - one.right if side > 0 else one.left - blob.right

    def is_digit(blob: Blob) -> bool:
        if not SMALLEST * bar.height <= blob.height <= LARGEST * bar.height:
            return False
        if abs(blob.bottom - bar.bottom if side > 0 else blob.top - bar.top) > OFF * blob.height:
            return False
        x, y = blob.middle
        return side * (x - bar.left - (bar.bottom - y) / bar.height * bar.width) > 0

    row: list[Blob] = []
    for blob in sorted(filter(is_digit, blobs), key=lambda blob: gap(bar, blob))[:DIGITS]:
        last = row[-1] if row else bar
        alike = not row or max(abs(blob.top - last.top), abs(blob.bottom - last.bottom)) <= LEVEL * blob.height
        if not alike or gap(last, blob) > APART * blob.height:
            break
        row.append(blob)
    return row


def without_slanted(window: Gray, ink: Mask, fractions: Sequence[Stacked]) -> Gray:
    """Return WINDOW without the bars of FRACTIONS that are slanted: they reach into the boxes of their digits.

    INK is 255 where the window is ink.
    """
    clean = window
    for bar in (fraction.bar for fraction in fractions if fraction.slanted):
        box = np.s_[bar.top : bar.bottom, bar.left : bar.right]
        _, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(ink[box]), connectivity=8)
        spans = [k for k in range(1, len(stats)) if stats[k, 2] == bar.width and stats[k, 3] == bar.height]
        stroke = np.zeros_like(ink)
        stroke[box][np.isin(labels, spans)] = 255
        clean = np.where(cv2.dilate(stroke, np.ones((3, 3), np.uint8)) > 0, np.uint8(WHITE), clean)
    return clean

"""Characters by themselves: pin numbers, marks, cells of one digit. A detector of lines loses many of them.

A character of drawings mostly touches nothing, so it is a connected piece of ink of the height of the lettering. What
no line explains is proposed, two or three beside each other as one; reading decides, and must be sure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import corners_of, quad_of
from ocr_tasks.stages.ink import Blob, ink_of


@dataclass(frozen=True)
class Sizes:
    """Lengths in heights of the page's lettering, or of the character itself (`..._of_own`)."""

    least: float = 0.5
    most: float = 1.6
    most_ink: float = 0.8
    """An arrowhead, a dot or a plain stroke covers more of its box than this."""
    gap_of_own: float = 0.5
    """Characters beside each other are one string up to this gap,"""
    shared_of_own: float = 0.7
    """if they stand at one height as far as this."""


SIZES = Sizes()


def lone_characters(image: Gray, lines: Sequence[Box], line_height: float, sizes: Sizes = SIZES) -> list[Box]:
    """Return upright boxes, tight to the ink, of what may be characters that none of LINES covers.

    IMAGE is uint8 (height, width); quads are in its pixels; LINE_HEIGHT is that of the usual lettering's ink.
    """
    ink = ink_of(image)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height, area = stats[1:].T
    long, short = np.maximum(width, height), np.minimum(width, height)
    covered = np.zeros(image.shape, np.uint8)
    for line in lines:
        cv2.fillPoly(covered, [np.round(corners_of(line.quad_px)).astype(np.int32)], 1)
    may_be = (
        (long >= sizes.least * line_height)
        & (long <= sizes.most * line_height)
        & (short > 1)
        & (area < sizes.most_ink * width * height)
        & (covered[top + height // 2, left + width // 2] == 0)
    )
    blobs = [Blob(int(x), int(y), int(x + w), int(y + h), int(a)) for x, y, w, h, a in stats[1:][may_be]]
    return [Box(_around(row), 1.0) for row in rows_of(blobs, sizes)]


def rows_of(blobs: Iterable[Blob], sizes: Sizes = SIZES) -> Iterator[list[Blob]]:
    """Yield BLOBS, those beside each other together, from left to right."""
    waiting = sorted(blobs, key=lambda b: b.left)
    while waiting:
        row = [waiting.pop(0)]
        rest = []
        for position, blob in enumerate(waiting):
            last = row[-1]
            if blob.left - last.right > last.height:
                rest += waiting[position:]
                break
            shared = min(last.bottom, blob.bottom) - max(last.top, blob.top)
            near = blob.left - last.right <= sizes.gap_of_own * last.height
            if near and shared > sizes.shared_of_own * max(last.height, blob.height):
                row.append(blob)
            else:
                rest.append(blob)
        waiting = rest
        yield row


def _around(row: Sequence[Blob]) -> Quad:
    left, top = min(b.left for b in row), min(b.top for b in row)
    right, bottom = max(b.right for b in row), max(b.bottom for b in row)
    return quad_of(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64))

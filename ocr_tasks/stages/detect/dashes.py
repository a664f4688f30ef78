"""Tells the dashes of hidden and centre lines from characters: side by side two of them look like 11, one like a 1.

A dash is thin, and others follow it end to end, with gaps that are smaller than those between rows of text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr_tasks.engines import Box
from ocr_tasks.quads import bounds
from ocr_tasks.stages.ink import Strokes


@dataclass(frozen=True)
class Dashes:
    """Lengths in heights of the usual line of text."""

    thinnest_px: int = 3
    thickness_of_own: float = 0.34
    """A dash is no thicker than so much of its length, or so few pixels,"""
    thickest: float = 0.35
    """nor than this: words of small lettering that runs together lie in line like dashes,"""
    most: float = 2.5
    """and no longer than this."""
    gap: float = 0.5
    """From one to the next it is no further: rows of text are further apart."""
    off_line: float = 0.15
    least: int = 3
    """So many make a line."""


DASHES = Dashes()


def without_dashes(boxes: Sequence[Box], strokes: Strokes, line_height: float, dashes: Dashes = DASHES) -> list[Box]:
    """Return upright BOXES without those in which nothing stands but dashes of lines along or across the page.

    Quads are in pixels of the STROKES; LINE_HEIGHT is that of the usual lettering's ink.
    """
    pieces = strokes.pieces
    longer, shorter = pieces[:, 2:4].max(axis=1), pieces[:, 2:4].min(axis=1)
    thin = (shorter <= np.maximum(dashes.thinnest_px, dashes.thickness_of_own * longer)) & (longer > shorter)
    thin &= (longer <= dashes.most * line_height) & (shorter <= max(dashes.thinnest_px, dashes.thickest * line_height))
    x, y = pieces[:, 0] + pieces[:, 2] / 2, pieces[:, 1] + pieces[:, 3] / 2
    upright = pieces[:, 3] > pieces[:, 2]
    ways = pieces[thin & upright][:, :4], pieces[thin & ~upright][:, [1, 0, 3, 2]]
    kept = []
    for box in boxes:
        left, top, right, bottom = bounds(box.quad_px)
        held = np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom))
        of_lines = held.size > 0 and all(
            thin[k]
            and _in_line(
                pieces[k, :4] if upright[k] else pieces[k, [1, 0, 3, 2]], ways[not upright[k]], line_height, dashes
            )
            for k in held
        )
        if not of_lines:
            kept.append(box)
    return kept


def _in_line(dash: npt.NDArray[np.int32], others: npt.NDArray[np.int32], line_height: float, dashes: Dashes) -> bool:
    """Say whether enough of OTHERS stand end to end in one line with a DASH, itself among them.

    Each is where it begins across and along the line, how thick and how long it is.
    """
    off = np.abs(others[:, 0] + others[:, 2] / 2 - dash[0] - dash[2] / 2)
    row = others[off <= dashes.off_line * line_height]
    begins, ends = np.sort(row[:, 1]), np.sort(row[:, 1] + row[:, 3])
    number = np.cumsum(np.concatenate([[0], begins[1:] - ends[:-1] > dashes.gap * line_height]))
    return bool(np.count_nonzero(number == number[np.searchsorted(begins, dash[1])]) >= dashes.least)

"""The direction of single characters: the smallest rectangle around one leans as it does, not as it reads."""

from collections.abc import Sequence

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import (
    angle_of,
    bounds,
    corners_of,
    height_of,
    leaning,
    middle_of,
    places_along,
    quad_of,
    turned,
    width_of,
)
from ocr_tasks.stages.ink import blobs_of, ink_of

SINGLE = 1.4
"""A detector's box less long than this, in its heights, may hold a single character."""
LIKE_SLOPE_DEG, NEAR_LINE = 8.0, 8.0
"""A single character may lean as a line does that leans so nearly alike and is so near, in the character's heights."""
SLANTED_DEG, CHARACTER, OFF_ROW = 15.0, (0.3, 0.85), 0.2
"""In a box that leans more, pieces of ink so long, in its heights, are a row if they stray so little, in its length."""


def singles_level(boxes: Sequence[Box], image: Gray) -> list[Box]:
    """Return BOXES with those of single characters parallel to the page's edges, but near lines of their own slope.

    A 7 would read as a 1. Two or three characters, `R5` along a leader, lean as they stand on IMAGE, in whose pixels
    the boxes are.
    """
    lines = [box for box in boxes if width_of(box.quad_px) >= SINGLE * height_of(box.quad_px)]
    middles = np.array([middle_of(line.quad_px) for line in lines]).reshape(-1, 2)
    slopes = [leaning(angle_of(line.quad_px)) for line in lines]
    level = []
    for box in boxes:
        slope, height = leaning(angle_of(box.quad_px)), height_of(box.quad_px)
        if abs(slope) < 1 or width_of(box.quad_px) >= SINGLE * height:
            level.append(box)
            continue
        apart = np.hypot(*(middles - middle_of(box.quad_px)).T)
        alike = np.abs([leaning(other - slope) for other in slopes]) < LIKE_SLOPE_DEG
        own_slope = bool((alike & (apart < NEAR_LINE * height)).any())
        row = box.quad_px if own_slope else along_row(box.quad_px, image) if abs(slope) > SLANTED_DEG else None
        level.append(Box(row or _level(box.quad_px), box.score))
    return level


def along_row(quad: Quad, image: Gray) -> Quad | None:
    """Return QUAD, of a box about as long as high, along the row that its pieces of ink stand in, None without a row.

    It reads from the left, or from below. What goes on beyond the box is a leader.
    """
    left, top, right, bottom = (max(0, round(edge)) for edge in bounds(quad))
    length, height = width_of(quad), height_of(quad)
    patch = image[top:bottom, left:right]
    like = [
        piece.moved(left, top).middle
        for piece in blobs_of(ink_of(patch))
        if CHARACTER[0] * height < max(piece.width, piece.height) < CHARACTER[1] * height
        and 0 < piece.left < piece.right < patch.shape[1]
        and 0 < piece.top < piece.bottom < patch.shape[0]
    ]
    places = places_along(quad, np.array(like).reshape(-1, 2))
    row = places[((places > 0) & (places < (length, height))).all(axis=1)]
    if len(row) < 2:
        return None
    along, across = np.ptp(row, axis=0)
    if max(along, across) < CHARACTER[0] * height or min(along, across) > OFF_ROW * max(along, across):
        return None
    turns = (turned(quad, k) for k in ((0, 2) if along > across else (1, 3)))
    return next(turn for turn in turns if -90 < angle_of(turn) <= 90)


def _level(quad: Quad) -> Quad:
    centre = corners_of(quad).mean(0)
    half = np.array([width_of(quad), height_of(quad)]) / 2
    return quad_of(centre + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]))

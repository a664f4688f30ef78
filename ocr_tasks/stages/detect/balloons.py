"""What stands in circles by themselves: item numbers of a parts list, names of grids and views.

A detector takes the circle for the character, or several circles for one line. So the ink within each circle is
proposed; a circle that a leader touches is no ring of its own, and what stands in it mostly a piece by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box
from ocr_tasks.quads import bounds, upright_quad
from ocr_tasks.stages.ink import Mask, Strokes


@dataclass(frozen=True)
class Rings:
    """Lengths in heights of the page's lettering, or of the ring (`..._of_own`)."""

    least: float = 1.5
    most: float = 4.5
    off_round: float = 0.08
    """It is as high as wide, nearly,"""
    most_ink: float = 0.5
    """with so much of its box inked at most, what it holds included,"""
    closed: float = 0.95
    """and inked near its edge in so many of all directions."""
    thickest_of_own: float = 0.12
    least_of_own: float = 0.25
    """What it holds is at least so high,"""
    off_centre_of_own: float = 0.15
    """and stands in its middle."""


RINGS = Rings()
DIRECTIONS = 64


def in_rings(strokes: Strokes, lines: Sequence[Box], line_height: float, rings: Rings = RINGS) -> list[Box]:
    """Return upright boxes, tight to the ink, of what stands in rings in which none of LINES stands by itself.

    Quads are in pixels of the STROKES; LINE_HEIGHT is that of the usual lettering's ink.
    """
    left, top, width, height, area = strokes.pieces.T
    size = np.maximum(width, height)
    round_ = (np.abs(width - height) <= np.maximum(1, rings.off_round * size)) & (
        area < rings.most_ink * width * height
    )
    sized = (size >= rings.least * line_height) & (size <= rings.most * line_height)
    inner = (
        _within(strokes.ink, int(x), int(y), int(s), rings)
        for x, y, s in zip(left[round_ & sized], top[round_ & sized], size[round_ & sized], strict=True)
    )
    edges = [bounds(line.quad_px) for line in lines]
    return [
        Box(quad, 1.0)
        for quad in inner
        if quad is not None and not any(_stands_in(edge, bounds(quad)) for edge in edges)
    ]


def _within(ink: Mask, left: int, top: int, size: int, rings: Rings) -> Quad | None:
    """Return what a ring of SIZE pixels holds, None if it is no ring or holds nothing like characters."""
    patch = ink[top : top + size, left : left + size] > 0
    middle = (size - 1) / 2
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    depths = np.arange(round(rings.thickest_of_own * size) + 2)
    radii = middle - depths[:, None]
    rows = np.clip(np.round(middle + radii * np.sin(angles)).astype(int), 0, patch.shape[0] - 1)
    columns = np.clip(np.round(middle + radii * np.cos(angles)).astype(int), 0, patch.shape[1] - 1)
    rays = patch[rows, columns]
    if rays.any(axis=0).mean() < rings.closed:
        return None
    inked = np.flatnonzero(np.median(rays, axis=1) > 0)
    thickness = int(inked[-1]) + 1 if inked.size else 1
    down, right = np.mgrid[: patch.shape[0], : patch.shape[1]]
    held = patch & (np.hypot(down - middle, right - middle) < middle - thickness - 1)
    if not held.any():
        return None
    ys, xs = np.flatnonzero(held.any(axis=1)), np.flatnonzero(held.any(axis=0))
    box = (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1)
    off = max(abs((box[0] + box[2]) / 2 - middle), abs((box[1] + box[3]) / 2 - middle))
    if box[3] - box[1] < rings.least_of_own * size or off > rings.off_centre_of_own * size:
        return None
    return upright_quad(left + box[0], top + box[1], left + box[2], top + box[3])


def _stands_in(line: tuple[float, float, float, float], held: tuple[float, float, float, float]) -> bool:
    """Say whether a line is what a ring holds, or a part of it."""
    across, down = held[2] - held[0], held[3] - held[1]
    near = (line[0] - held[0], line[1] - held[1], held[2] - line[2], held[3] - line[3])
    return near[0] > -0.3 * across and near[2] > -0.3 * across and near[1] > -0.3 * down and near[3] > -0.3 * down

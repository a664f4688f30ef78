"""Joins pieces of one string that the detector found apart: same line, same lettering, no more than a letter's gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import Corners, bounds, corners_of, edges_of, grown, height_of, near, quad_of, turned, width_of
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.detect.chains import are_parted


@dataclass(frozen=True)
class JoinRules:
    """Lengths in heights of the line."""

    gap: float = 1.0
    gap_of_words: float = 1.2
    """Between pieces that are both longer than one character."""
    gap_of_singles: float = 0.45
    overlap: float = 0.3
    """Boxes may overlap by this much along the line."""
    off_line: float = 0.25
    least_height: float = 0.6
    most_height: float = 1.35


RULES = JoinRules()
INK_LEVEL = 190
EDGE_PX = 1.0
SINGLE = 1.35
"""A box less long than this, in its heights, may be one character: its own direction says nothing."""


def joined(page: Gray, boxes: Sequence[Box], rules: JoinRules = RULES) -> list[Box]:
    """Return BOXES (tight quads that read upright) with the pieces of one line made one. Long lines join first.

    PAGE is uint8 (height, width): where a ruling stands between two pieces, they are two strings.
    """
    left = sorted(boxes, key=lambda b: -width_of(b.quad_px))
    edges = edges_of(box.quad_px for box in left)
    free = np.ones(len(left), bool)
    done: list[Box] = []
    for k, line in enumerate(left):
        if not free[k]:
            continue
        free[k] = False
        whole = line
        while (found := _next_piece(page, whole, left, edges, free, rules)) is not None:
            index, quad = found
            free[index] = False
            whole = Box(quad, max(whole.score, left[index].score))
        done.append(whole)
    return done


def _next_piece(
    page: Gray,
    line: Box,
    pieces: Sequence[Box],
    edges: npt.NDArray[np.float64],
    free: npt.NDArray[np.bool_],
    rules: JoinRules,
) -> tuple[int, Quad] | None:
    """Return the index of the first FREE piece that continues LINE at either end, and both as one quad.

    EDGES are the bounds of PIECES.
    """
    single = width_of(line.quad_px) < SINGLE * height_of(line.quad_px)
    ways = (line.quad_px, turned(line.quad_px, -1)) if single else (line.quad_px,)
    reach = 1.5 * max(width_of(line.quad_px) if single else 0.0, height_of(line.quad_px))
    for index in near(edges, bounds(line.quad_px), reach):
        for way in ways if free[index] else ():
            joint = _as_one(way, pieces[index].quad_px, rules, both_single=single)
            if joint is not None and not _ruled(page, joint.between) and not are_parted(page, joint.between):
                return index, joint.whole
    return None


class Joint(NamedTuple):
    """Two pieces as one quad, and the gap between them."""

    whole: Quad
    between: Quad


def _ruled(page: Gray, between: Quad) -> bool:
    """Say whether a ruling crosses the gap between two pieces from above to below.

    The pixels next to the pieces are left out: the stem of an H is no ruling.
    """
    if width_of(between) <= 2 * EDGE_PX:
        return False
    gap = cut(page, grown(between, -EDGE_PX, 0.0))
    return bool(gap.size and ((gap < INK_LEVEL).mean(axis=0) > 0.9).any())


def _as_one(line: Quad, piece: Quad, rules: JoinRules, *, both_single: bool) -> Joint | None:
    origin, along, down, width, height = _axes(line)
    places = (corners_of(piece) - origin) @ np.array([along, down]).T
    (low, top), (high, bottom) = places.min(0), places.max(0)
    tall = bottom - top
    is_dot = max(tall, high - low) < 0.45 * height
    if not is_dot and not rules.least_height * height <= tall <= rules.most_height * height:
        return None
    if top < -rules.off_line * height or bottom > (1 + rules.off_line) * height:
        return None
    gap = max(low - width, -high)
    most = rules.gap_of_singles if both_single or is_dot else rules.gap
    if width_of(piece) > SINGLE * height_of(piece) and not both_single:
        most = rules.gap_of_words
    if not -rules.overlap * height <= gap <= most * height:
        return None
    if width_of(piece) > SINGLE * height_of(piece) and not _parallel(line, piece):
        return None
    start, end = min(0.0, low), max(width, high)
    upper, lower = min(0.0, top), max(height, bottom)
    gap_start, gap_end = (width, low) if low > width else (high, 0.0)

    def quad(left: float, right: float) -> Quad:
        box = np.array([(left, upper), (right, upper), (right, lower), (left, lower)])
        return quad_of(origin + box @ np.array([along, down]))

    return Joint(quad(start, end), quad(gap_start, max(gap_start, gap_end)))


def _axes(quad: Quad) -> tuple[Corners, Corners, Corners, float, float]:
    corners = corners_of(quad)
    width, height = width_of(quad), height_of(quad)
    return (
        corners[0],
        (corners[1] - corners[0]) / max(width, 1e-6),
        (corners[3] - corners[0]) / max(height, 1e-6),
        width,
        height,
    )


def _parallel(a: Quad, b: Quad) -> bool:
    (ax, ay), (bx, by) = (np.subtract(q[1], q[0]) / max(width_of(q), 1e-6) for q in (a, b))
    return bool(ax * bx + ay * by > 0.99)

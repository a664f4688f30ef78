"""Characters that stand in a row which runs across the page at a slant: a short value along an oblique dimension line.

A detector of lines sees such a value with its line and its arrowheads, in a level box, or not at all. The characters
say by themselves which way they run; reading decides whether they are a string.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box
from ocr_tasks.quads import angle_of, height_of, leaning, quad_of, stands_in, turned, width_of
from ocr_tasks.stages.detect.lone import COVERED, at_middles, painted
from ocr_tasks.stages.ink import Strokes

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slants:
    """Lengths in heights of the page's lettering, or of the larger of two characters (`..._of_own`)."""

    least: float = 0.5
    most: float = 1.7
    """A character's box is so long: that of a slanted one is larger than its height."""
    most_ink: float = 0.75
    """An arrowhead, a dot or a plain stroke covers more of its box than this."""
    slender: float = 3.0
    """A character is at most so many times longer than wide, a stroke of geometry longer,"""
    alike: float = 0.55
    """and so nearly as large as the next."""
    nearest_of_own: float = 0.3
    furthest_of_own: float = 1.15
    """Middles of neighbours are so far apart,"""
    furthest_in_row_of_own: float = 1.7
    """those of two in a row already found, with a point between them, so far."""
    least_slant_deg: float = 10.0
    """What leans less is seen as a line."""
    off_row_of_own: float = 0.16
    """Middles of a row stray so little from its line."""
    most_characters: int = 12
    lowest: float = 0.6
    highest: float = 1.6
    """A row is so high."""
    most_pairs: int = 400
    """A page with more pairs of pieces is full of hatching: looking for rows in it would take seconds."""


SLANTS = Slants()
PLAIN_DEG, PLAIN_LENGTH, PLAIN_HEIGHT = 3.0, 1.6, 1.8
"""A line that leans less, is longer in its own heights and no higher in usual ones says what stands in it."""
SAME_DEG, SAME_HEIGHT = 6.0, 1.3
"""So does one that leans as a row in it does, nearly, and is hardly higher."""


def oblique_rows(strokes: Strokes, lines: Sequence[Box], line_height: float, slants: Slants = SLANTS) -> list[Box]:
    """Return boxes around rows of characters at a slant that none of LINES explains, in pixels of the STROKES.

    LINE_HEIGHT is that of the usual lettering's ink. A row reads from the left or, near the vertical, from below.
    """
    plain = [line for line in lines if _is_plain(line.quad_px, line_height)]
    _, _, width, height, area = strokes.pieces.T
    covered = at_middles(strokes.pieces, painted(strokes.ink.shape, (plain, COVERED)))
    long, short = np.maximum(width, height), np.minimum(width, height)
    may_be = (
        (long >= slants.least * line_height)
        & (long <= slants.most * line_height)
        & (long <= slants.slender * short)
        & (area < slants.most_ink * width * height)
        & (covered != COVERED)
    )
    letters = strokes.pieces[may_be]
    rows = [letters[members] for members in rows_at_a_slant(letters, slants)]
    boxes = [Box(_around(row, strokes), 1.0) for row in rows]
    return [
        box
        for box in boxes
        if slants.lowest * line_height <= height_of(box.quad_px) <= slants.highest * line_height
        and width_of(box.quad_px) > height_of(box.quad_px)
        and not any(_explains(line.quad_px, box.quad_px) for line in lines)
    ]


def _is_plain(quad: Quad, line_height: float) -> bool:
    across = height_of(quad)
    long = width_of(quad) >= PLAIN_LENGTH * across and across <= PLAIN_HEIGHT * line_height
    return long and abs(leaning(angle_of(quad))) <= PLAIN_DEG


def _explains(line: Quad, row: Quad) -> bool:
    """Say whether LINE is around ROW, in its direction, and around nothing else."""
    off = abs((angle_of(line) - angle_of(row) + 90) % 180 - 90)
    return off <= SAME_DEG and height_of(line) <= SAME_HEIGHT * height_of(row) and stands_in(row, line)


def rows_at_a_slant(letters: npt.NDArray[np.int32], slants: Slants = SLANTS) -> list[list[int]]:
    """Return which of LETTERS, rows as `Strokes` has them, stand in rows at a slant, two and more in each."""
    middles = letters[:, :2] + letters[:, 2:4] / 2
    sizes = letters[:, 2:4].max(axis=1).astype(np.float64) if len(letters) else np.zeros(0)
    pairs = _neighbours(middles, sizes, slants)
    if len(pairs) > slants.most_pairs:
        return []
    row_of = list(range(len(letters)))
    members = {k: [k] for k in row_of}
    for far, first, second in sorted(pairs):
        a, b = row_of[first], row_of[second]
        joined = members[a] + members[b]
        alone = len(joined) == 2 and far > slants.furthest_of_own
        if a == b or alone or not _is_row(middles[joined], float(sizes[joined].max()), slants):
            continue
        members[a] = joined
        for k in members.pop(b):
            row_of[k] = a
    return [row for row in members.values() if 1 < len(row) <= slants.most_characters]


def _neighbours(middles: Numbers, sizes: Numbers, slants: Slants) -> list[tuple[float, int, int]]:
    """Return pairs of characters beside each other at a slant, and how far apart they are in the larger one's size."""
    order = np.argsort(middles[:, 0], kind="stable")
    found = []
    for step in range(1, len(order)):
        a, b = order[:-step], order[step:]
        apart = middles[b] - middles[a]
        large, small = np.maximum(sizes[a], sizes[b]), np.minimum(sizes[a], sizes[b])
        if (apart[:, 0] > slants.furthest_in_row_of_own * large).all():
            break
        far = np.hypot(*apart.T)
        slant = np.abs(leaning(np.degrees(np.arctan2(apart[:, 1], apart[:, 0]))))
        near = (far >= slants.nearest_of_own * large) & (far <= slants.furthest_in_row_of_own * large)
        pair = near & (small >= slants.alike * large) & (slant >= slants.least_slant_deg)
        found += [(float(far[k] / large[k]), int(a[k]), int(b[k])) for k in np.flatnonzero(pair)]
    return found


def _is_row(middles: Numbers, size: float, slants: Slants) -> bool:
    """Say whether MIDDLES lie on one line at a slant."""
    along = _direction(middles)
    off = (middles - middles.mean(0)) @ np.array([-along[1], along[0]])
    slant = abs(leaning(float(np.degrees(np.arctan2(along[1], along[0])))))
    return slant >= slants.least_slant_deg and float(np.abs(off).max()) <= slants.off_row_of_own * size


def _direction(middles: Numbers) -> Numbers:
    """Return the unit vector along which MIDDLES lie."""
    _, _, axes = np.linalg.svd(middles - middles.mean(0), full_matrices=False)
    return np.asarray(axes[0], np.float64)


def _around(row: npt.NDArray[np.int32], strokes: Strokes) -> Quad:
    """Return the box around the ink of a row's pieces, in the direction in which it reads."""
    along = _direction(row[:, :2] + row[:, 2:4] / 2)
    down = np.array([-along[1], along[0]])
    ink = []
    for left, top, width, height, _ in row.tolist():
        y, x = np.nonzero(strokes.ink[top : top + height, left : left + width])
        ink.append(np.stack([x + left + 0.5, y + top + 0.5], axis=1))
    places = np.concatenate(ink) @ np.stack([along, down], axis=1)
    (low, upper), (high, lower) = places.min(0) - 0.5, places.max(0) + 0.5
    corners = np.array([(low, upper), (high, upper), (high, lower), (low, lower)]) @ np.stack([along, down])
    quad = quad_of(corners)
    return quad if -70 < angle_of(quad) <= 110 else turned(quad, 2)

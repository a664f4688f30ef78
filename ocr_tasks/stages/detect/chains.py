"""Cuts lines where the marks of a dimension line say that one value ends and the next begins.

Values in a chain of short dimensions (buildings, steelwork) stand so near to each other that a detector takes them for
one line, and an extension line between two digits may as well cross one value. The marks tell: where an extension line
meets the dimension line below the values, a tick, a dot, a ring or two arrowheads stand. A value stands in the middle
between two of them, or, in a running dimension, before the second. A plain crossing is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import height_of, width_of, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import Mask, ink_of


@dataclass(frozen=True)
class Chain:
    """Lengths in heights of the box (`..._of_box`) or from its top down to the dimension line."""

    least_of_box: float = 1.2
    """A box less long holds no two values."""
    beside_of_box: float = 3.0
    below_of_box: float = 1.0
    """So far beyond the box marks and the dimension line are looked for."""
    highest_of_box: float = 0.45
    """The dimension line lies no higher in the box than this, from its top,"""
    along: float = 0.8
    """runs below so much of the box,"""
    thickest: float = 0.2
    """and is no thicker than this; nor is an extension line."""
    beside_of_ink: float = 1.2
    above_of_ink: float = 0.3
    """So much beside and above a gap between two pieces of ink is looked at, in their heights."""
    least_extension: float = 0.9
    """An extension line runs so far, and"""
    beyond: float = 1.1
    """beyond the box by this, in its own heights, or above it: a character does not."""
    reach: float = 0.6
    """Its mark reaches no further to either side,"""
    inside: float = 0.25
    """It may end at the edge of a ring, so far from the dimension line,"""
    least_below_ring: float = 1.0
    """and then is so long: a letter is not."""
    depth: float = 0.3
    """nor below the dimension line."""
    close: float = 0.1
    """It has ink on both sides of that line, so close."""
    least_ink: float = 0.005
    """A mark has so much ink there, in squares of the height."""
    foot: float = 0.45
    """So near to the dimension line marks are taken for no characters."""
    highest_mark: float = 0.5
    """What rises from the line is a mark up to this height."""
    off_middle: float = 0.6
    """A value stands no further off the middle between two marks;"""
    before_mark: float = 0.45
    """that of a running dimension ends so near to its mark."""
    spare: float = 0.05
    """A character is wider by this in its lower half, at most."""
    least_gap: float = 0.5
    """Between two values is so much paper where no extension line runs between them."""


CHAIN = Chain()
LEAST_TOUCHING = 2
"""Pixels of a mark on either side of the dimension line."""
LIGHTEST = 225
"""Ink is darker than this."""
Place: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a patch."""


class Parted(NamedTuple):
    """Boxes that hold no chain, and the values of those that do, tight to the ink."""

    boxes: list[Box]
    values: list[Box]


def without_chains(page: Gray, boxes: Sequence[Box], chain: Chain = CHAIN) -> Parted:
    """Return BOXES, whose quads read upright, in pixels of PAGE, those around a chain of dimensions cut into values."""
    parted = Parted([], [])
    for box in boxes:
        values = _values_in(page, box.quad_px, chain)
        parted.values.extend(Box(quad, box.score) for quad in values)
        if not values:
            parted.boxes.append(box)
    return parted


def _values_in(page: Gray, quad: Quad, chain: Chain) -> list[Quad]:
    width, height = width_of(quad), height_of(quad)
    if width < chain.least_of_box * height or height < 2:
        return []
    beside, below = round(chain.beside_of_box * height), round(chain.below_of_box * height)
    under = cut(page, within(quad, 0.0, chain.highest_of_box * height, width, height + below))
    if not under.size or (under < LIGHTEST).mean(axis=1).max() < chain.along:
        return []  # most boxes: no line runs below
    patch = cut(page, within(quad, -beside, 0.0, width + beside, height + below))
    found = values_in(ink_of(patch), beside, beside + round(width), height, chain)
    return [within(quad, left - beside, top, right - beside, bottom) for left, top, right, bottom in found]


def values_in(ink: Mask, left: int, right: int, height: float, chain: Chain = CHAIN) -> list[Place]:
    """Return the places of the values of a chain: of none or two at least.

    They stand from LEFT to RIGHT in INK, from its top down to HEIGHT or less.
    """
    line = _line_below(ink, left, right, height, chain)
    if line is None:
        return []
    top, bottom = line
    crossings = crossings_on(ink, top, bottom, height, chain)
    marks = [(a, b) for a, b, marked in crossings if marked]
    if len(marks) < 2:
        return []
    text, ruled = _above(ink[:top], [(a, b) for a, b, _ in crossings], chain)
    upper = text[: top - round(chain.foot * top)]
    inked = np.flatnonzero(upper.any(axis=0))
    places = _between(marks, upper, inked, ruled, top, chain)
    if places:  # of a chain, marks may be too small to be seen
        places |= _between([(a, b) for a, b, _ in crossings], upper, inked, ruled, top, chain)
    ordered = sorted(place for place in places if left < place < right)
    if not ordered:
        return []
    ends = [left, *ordered, right]
    values = [place for a, b in pairwise(ends) if (place := _tight(text, inked, a, b, chain)) is not None]
    return values if len(values) > 1 else []


def _between(
    marks: Sequence[tuple[int, int]],
    text: Mask,
    inked: npt.NDArray[np.int64],
    ruled: npt.NDArray[np.bool_],
    height: int,
    chain: Chain,
) -> set[int]:
    """Return the columns of those of MARKS on whose two sides a value of TEXT stands, apart from each other."""
    sound = [_is_value(inked, a, b, height, chain) for (_, a), (b, _) in pairwise(marks)]
    places = set()
    for (a, b), before, behind in zip(marks[1:-1], sound[:-1], sound[1:], strict=True):
        if before and behind:
            gap = inked[inked >= b][0] - inked[inked < a][-1]
            if gap >= chain.least_gap * height or (ruled[a] and not text[:, a:b].any()):
                places.add((a + b) // 2)
    return places


def _tight(text: Mask, inked: npt.NDArray[np.int64], begin: int, end: int, chain: Chain) -> Place | None:
    """Return where a value stands that begins and ends at INKED columns between BEGIN and END, None if none does."""
    value = inked[(inked > begin) & (inked < end)]
    if not value.size:
        return None
    spare = round(chain.spare * len(text))
    left, right = max(begin, int(value[0]) - spare), min(end, int(value[-1]) + 1 + spare)
    rows, columns = (np.flatnonzero(text[:, left:right].any(axis=axis)) for axis in (1, 0))
    return left + int(columns[0]), int(rows[0]), left + int(columns[-1]) + 1, int(rows[-1]) + 1


def _above(ink: Mask, marks: Sequence[tuple[int, int]], chain: Chain) -> tuple[Mask, npt.NDArray[np.bool_]]:
    """Return what stands in INK, which ends on a dimension line, but its MARKS; and where extension lines rise."""
    top = len(ink)
    ruled = np.zeros(ink.shape[1], bool)
    text = ink.copy()
    foot = ink[top - round(chain.foot * top) :]
    for a, b in marks:
        column = slice(max(0, a - 1), b + 1)
        ruled[column] = foot[:, a:b].all(axis=0).any()
        text[:, column] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(text, connectivity=8)
    on_line = np.unique(labels[-1])
    marks_of = on_line[(on_line > 0) & (stats[on_line, cv2.CC_STAT_HEIGHT] < chain.highest_mark * top)]
    text[np.isin(labels, marks_of)] = 0
    return text[: top - 2], ruled


def _is_value(inked: npt.NDArray[np.int64], left: int, right: int, height: int, chain: Chain) -> bool:
    """Say whether what is INKED from LEFT to RIGHT, between two marks, stands as a value does."""
    value = inked[(inked >= left) & (inked < right)]
    if not value.size:
        return False
    before, behind = value[0] - left, right - value[-1] - 1
    return bool(abs(before - behind) <= chain.off_middle * height or behind <= chain.before_mark * height)


def _line_below(ink: Mask, left: int, right: int, height: float, chain: Chain) -> tuple[int, int] | None:
    """Return the rows from which and to which the dimension line below a text from LEFT to RIGHT goes."""
    high = cv2.dilate(ink[:, left:right], np.ones((3, 1), np.uint8))
    along = cv2.morphologyEx(high, cv2.MORPH_OPEN, np.ones((1, max(3, round(height))), np.uint8))
    covered = (along > 0).mean(axis=1) >= chain.along
    for top, bottom in _runs(covered):
        top, bottom = top + 1, max(top + 2, bottom - 1)  # dilated by a pixel
        if top > chain.highest_of_box * height and bottom - top <= max(3, chain.thickest * top):
            return int(top), int(bottom)
    return None


def crossings_on(ink: Mask, top: int, bottom: int, height: float, chain: Chain = CHAIN) -> list[tuple[int, int, bool]]:
    """Return from and to which column extension lines meet the dimension line in rows TOP to BOTTOM; if with a mark.

    They run on above INK, or below HEIGHT, where the text ends at the latest.
    """
    least, longer = (max(3, round(share * top)) for share in (chain.least_extension, chain.least_below_ring))
    upright, long = (cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((size, 1), np.uint8)) for size in (least, longer))
    meets = upright[top:bottom].any(axis=0) | long[bottom : bottom + round(chain.inside * top)].any(axis=0)
    further = max(round(chain.beyond * height), bottom + round(chain.depth * top))
    meets &= (upright[0] > 0) | (upright[min(len(ink) - 1, further)] > 0)
    stems = ink[bottom : further + 1].all(axis=0)  # a line's edges may be a pixel shorter than its middle
    meets |= stems & (cv2.dilate(meets.astype(np.uint8)[None], np.ones((1, 3), np.uint8))[0] > 0)
    depth, close = max(2, round(chain.depth * top)), max(2, round(chain.close * top))
    below = (ink[bottom : bottom + depth] > 0).sum(axis=0)
    touching = [(rows > 0).sum(axis=0) for rows in (ink[top - close : top], ink[bottom : bottom + close])]
    reach, crossings = max(2, round(chain.reach * top)), []
    for a, b in _runs(meets):
        if b - a > max(3, chain.thickest * top):
            continue
        beside = np.r_[max(0, a - reach) : a, b : min(len(meets), b + reach)]
        grows = all(side[beside].sum() >= LEAST_TOUCHING for side in touching)
        enough = below[beside].sum() >= max(3, chain.least_ink * top * top)
        crossings.append((int(a), int(b), bool(grows and enough)))
    return crossings


def _runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return where FLAGS begins and ends to be true, (n, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return np.asarray(edges.reshape(-1, 2), np.int64)


def are_parted(page: Gray, between: Quad, chain: Chain = CHAIN) -> bool:
    """Say whether a mark of a dimension line stands below the gap BETWEEN two pieces of ink, as high as they."""
    height, width = height_of(between), width_of(between)
    if width < 1 or height < 2:
        return False
    beside, above = round(chain.beside_of_ink * height), chain.above_of_ink * height
    patch = cut(page, within(between, -beside, -above, width + beside, height * (1 + chain.below_of_box)))
    if not patch.size:
        return False
    ink = ink_of(patch)
    line = _line_below(ink, 0, ink.shape[1], height + above, chain)
    if line is None:
        return False
    spare = chain.inside * height
    crossings = crossings_on(ink, *line, height + above, chain)
    return any(marked and beside - spare < (a + b) / 2 < beside + width + spare for a, b, marked in crossings)

"""Cuts lines where a gutter runs between two columns that no ruling parts, as in the tolerance block of a title block.

A gap between two words may be as wide. What tells a gutter is that rows below each other have it in the same place,
with nothing but paper between them. Running text has such gaps too, by chance or because its letters are all of one
width: there they are no wider than the other gaps of their rows, or the rows all begin at one place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, height_of, quad_of, width_of, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.detect.join import INK_LEVEL
from ocr_tasks.stages.ink import ink_of


@dataclass(frozen=True)
class GutterRules:
    """Lengths in heights of the row."""

    least_gap: float = 0.5
    longest_gap: float = 12.0
    """Between two lines of one row."""
    same_row: float = 0.35
    aligned: float = 0.25
    """Gaps begin, or end, at one place if so near."""
    pitch: float = 3.2
    """Rows below each other are no further apart."""
    like_height: float = 1.5
    even_rows: int = 4
    """A gutter of one width runs through so many rows, which begin at different places;"""
    ragged_rows: int = 3
    """one whose left side is ragged through so many."""
    ragged: float = 0.8
    widest: float = 0.95
    """It is no narrower than this, in widths of the widest other gap of its row."""
    clearly: float = 1.8
    """If ragged, it is in one row so much wider than words are apart there."""
    column: float = 2.5
    """If ragged, what stands left of it is mostly so long, and no number of a note."""
    mark: float = 0.35
    """What stands right of it is mostly longer, and no colon."""


RULES = GutterRules()
SLOPE_DEG = 3.0
LEAST_LENGTH = 3.0
"""A line shorter than this, in its heights, does not hold two columns."""


class Row(NamedTuple):
    """A line of text in the frame of its direction of reading, with the gaps within it as (start, end)."""

    line: int
    left: float
    right: float
    top: float
    bottom: float
    gaps: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Space(NamedTuple):
    """A gap in a row: within a line, or between two lines of it, then LINE is None."""

    line: int | None
    start: float
    end: float
    middle: float
    height: float
    left: float
    """Where the text before it begins."""
    behind: float
    """How long the text behind it is, up to the next gap."""
    other: float
    """The widest other gap of the row, 0 without."""

    @property
    def width(self) -> float:
        return self.end - self.start


def without_gutters(page: Gray, lines: Sequence[Box], rules: GutterRules = RULES) -> list[Box]:
    """Return LINES (tight quads that read upright, in pixels of PAGE) cut where a gutter runs through them."""
    cuts = gutters_in(page, lines, rules)
    return [piece for k, line in enumerate(lines) for piece in (_pieces(line, cuts[k]) if k in cuts else (line,))]


def gutters_in(page: Gray, lines: Sequence[Box], rules: GutterRules = RULES) -> dict[int, list[tuple[float, float]]]:
    """Return the gaps of each line, by its index, that are gutters: start and end along it in pixels."""
    found: dict[int, list[tuple[float, float]]] = {}
    angles = np.array([angle_of(line.quad_px) for line in lines])
    for quarter in range(4):
        level = np.flatnonzero(np.abs((angles - 90 * quarter + 180) % 360 - 180) < SLOPE_DEG)
        if len(level) < rules.ragged_rows:
            continue
        axes = axes_of(quarter)
        rows = rows_in(page, lines, level, axes, rules)
        spaces = [*spaces_within(rows), *spaces_between(rows, rules)]
        begins = {row.line: row.left for row in rows}
        wide = [space for space in spaces if space.width >= rules.widest * space.other]
        alike = alike_in(wide, rules)
        sure = [space for k, space in enumerate(wide) if is_gutter(page, space, alike[k], axes, rules)]
        for space in continued(sure, wide, alike, rules):
            if space.line is not None:
                begin = begins[space.line]
                found.setdefault(space.line, []).append((space.start - begin, space.end - begin))
    return found


def alike_in(spaces: Sequence[Space], rules: GutterRules) -> list[list[Space]]:
    """Return for each of SPACES those, itself among them, that end at one place with it in rows of like height."""
    end, height = np.array([(space.end, space.height) for space in spaces]).reshape(-1, 2).T
    return [
        [
            spaces[int(k)]
            for k in np.flatnonzero(
                (np.abs(end - space.end) < rules.aligned * space.height) & _alike(height, space.height, rules)
            )
        ]
        for space in spaces
    ]


def continued(
    sure: Sequence[Space], spaces: Sequence[Space], alike: Sequence[list[Space]], rules: GutterRules
) -> list[Space]:
    """Return SURE gutters and those of SPACES that go on above and below them, be it across a ruling.

    ALIKE: for each of SPACES those that end at one place with it.
    """
    found = list(sure)
    for space in found:  # grows while it is gone through
        found += [
            other
            for other in alike[spaces.index(space)]
            if other not in found
            and abs(other.start - space.start) < rules.aligned * space.height
            and abs(other.middle - space.middle) < rules.pitch * space.height
        ]
    return found


Axes = npt.NDArray[np.float64]


def axes_of(quarter: int) -> Axes:
    """Return the directions along and down of text that is turned QUARTER times 90 degrees counter-clockwise."""
    along = ((1, 0), (0, -1), (-1, 0), (0, 1))
    return np.array([along[quarter], along[(quarter - 1) % 4]], np.float64)


def rows_in(
    page: Gray, lines: Sequence[Box], indices: npt.NDArray[np.intp], axes: Axes, rules: GutterRules
) -> list[Row]:
    """Return the lines with INDICES as rows in the frame of AXES. Those without a row above or below have no gaps."""
    places = np.array([lines[k].quad_px for k in indices]) @ axes.T
    (left, top), (right, bottom) = places.min(1).T, places.max(1).T
    height, middle = bottom - top, (top + bottom) / 2
    rows = []
    for n, k in enumerate(indices):
        long = right[n] - left[n] > LEAST_LENGTH * height[n]
        apart = np.abs(middle - middle[n]) / height[n]
        near = (apart > rules.same_row) & (apart < rules.pitch) & (left < right[n]) & (right > left[n])
        gaps = gaps_in(page, lines[k].quad_px, rules.least_gap) if long and near.any() else ()
        inside = tuple((left[n] + start, left[n] + end) for start, end in gaps)
        rows.append(Row(int(k), float(left[n]), float(right[n]), float(top[n]), float(bottom[n]), inside))
    return rows


def gaps_in(page: Gray, quad: Quad, least: float) -> Iterator[tuple[float, float]]:
    """Yield the empty stretches of a line wider than LEAST heights: start and end along it in pixels."""
    patch = cut(page, quad)
    if patch.size == 0:
        return
    columns = np.flatnonzero(ink_of(patch).any(axis=0))
    for k in np.flatnonzero(np.diff(columns) > least * patch.shape[0] + 1):
        yield float(columns[k] + 1), float(columns[k + 1])


def spaces_within(rows: Sequence[Row]) -> Iterator[Space]:
    """Yield the gaps within lines."""
    for row in rows:
        for k, (start, end) in enumerate(row.gaps):
            others = [b - a for a, b in row.gaps if a != start]
            behind = (row.gaps[k + 1][0] if k + 1 < len(row.gaps) else row.right) - end
            yield Space(row.line, start, end, row.middle, row.height, row.left, behind, max(others, default=0.0))


def spaces_between(rows: Sequence[Row], rules: GutterRules) -> Iterator[Space]:
    """Yield the gaps between each line and the next one in its row."""
    if not rows:
        return
    left, height, middle = np.array([(row.left, row.height, row.middle) for row in rows]).T
    for row in rows:
        em = row.height
        follows = (
            (np.abs(middle - row.middle) < rules.same_row * em)
            & (left > row.right)
            & (left < row.right + rules.longest_gap * em)
            & _alike(height, em, rules)
        )
        if follows.any():
            after = rows[int(np.where(follows, left, np.inf).argmin())]
            others = [b - a for a, b in (*row.gaps, *after.gaps)]
            behind = (after.gaps[0][0] if after.gaps else after.right) - after.left
            yield Space(None, row.right, after.left, row.middle, em, row.left, behind, max(others, default=0.0))


def _alike(heights: npt.NDArray[np.float64], height: float, rules: GutterRules) -> npt.NDArray[np.bool_]:
    return (heights < rules.like_height * height) & (heights * rules.like_height > height)


def is_gutter(page: Gray, space: Space, alike: Sequence[Space], axes: Axes, rules: GutterRules = RULES) -> bool:
    """Say whether a gap is one of a gutter that runs through the rows above and below it.

    ALIKE: the gaps that end at one place with it, of those that are the widest of their row, in the frame of AXES.
    """
    if len(alike) < rules.ragged_rows:
        return False
    even = [other for other in alike if abs(other.start - space.start) < rules.aligned * space.height]
    return _is_even(_run(page, space, even, axes, rules), rules) or _is_ragged(
        _run(page, space, alike, axes, rules), rules
    )


def _is_even(run: Sequence[Space], rules: GutterRules) -> bool:
    em = run[0].height
    lefts = [space.left for space in run]
    return (
        len(run) >= rules.even_rows
        and max(lefts) - min(lefts) > rules.ragged * em
        and median(space.behind for space in run) > rules.mark * em
    )


def _is_ragged(run: Sequence[Space], rules: GutterRules) -> bool:
    em = run[0].height
    starts = [space.start for space in run]
    return (
        len(run) >= rules.ragged_rows
        and max(starts) - min(starts) > rules.ragged * em
        and any(space.width > rules.clearly * max(space.other, rules.least_gap * em) for space in run)
        and median(space.start - space.left for space in run) > rules.column * em
        and median(space.behind for space in run) > rules.mark * em
    )


def _run(page: Gray, space: Space, spaces: Sequence[Space], axes: Axes, rules: GutterRules) -> list[Space]:
    """Return SPACE and those of SPACES in the rows above and below it, as far as paper runs through from row to row."""
    run = [space]
    for downwards in (True, False):
        last = space
        for other in sorted(spaces, key=lambda s: s.middle, reverse=not downwards):
            step = (other.middle - last.middle) * (1 if downwards else -1)
            if step <= rules.same_row * space.height:
                continue
            if step > rules.pitch * space.height or not _is_paper(page, last, other, axes):
                break
            run.append(other)
            last = other
    return run


def _is_paper(page: Gray, one: Space, other: Space, axes: Axes) -> bool:
    """Say whether no ink stands between two gaps of different rows."""
    start, end = max(one.start, other.start) + 1, min(one.end, other.end) - 1
    top, bottom = sorted((one.middle, other.middle))
    patch = cut(page, quad_of(np.array([(start, top), (end, top), (end, bottom), (start, bottom)]) @ axes))
    return patch.size > 0 and bool(((patch < INK_LEVEL).mean(axis=1) < 0.5).all())


def _pieces(line: Box, gaps: Sequence[tuple[float, float]]) -> Iterator[Box]:
    length, height = width_of(line.quad_px), height_of(line.quad_px)
    begin = 0.0
    for start, end in (*sorted(gaps), (length, length)):
        yield Box(within(line.quad_px, begin, 0.0, start, height), line.score)
        begin = end

"""From the characters of a text layer to strings as a person reads them."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from ocr_tasks.contract import Point, Quad, VectorText

WORD_GAP_EM = 0.22
"""A wider gap is a space."""
BREAK_GAP_EM = 1.0
"""A wider gap begins another string: a table's next cell, another dimension."""
OBJECT_GAP_EM = 1.5
"""The same within one text object."""
BACK_EM = 0.35
"""A character may begin so far before the end of the one before it (kerning, an overlapping sign)."""
BASELINE_EM = 0.12
SIZE_RATIO = 1.3
JOIN_GAP_EM = 0.15
"""Runs whose ends come as near as this are one string, in whatever order the file holds them."""
CELL = 16.0
"""Pixels a side of the grid in which neighbours are looked up."""
UPRIGHT = 0.02
"""Sine of the angle within which a line counts as parallel to the page's edges."""
SAME_DIRECTION = math.cos(math.radians(1.5))
SPACED_EM = 0.12
"""Where the usual gap between letters is wider, the string is spaced out: only what is wider still is a space."""

Ruled = Callable[[Point, Point, Point, Point], bool]
"""Tells whether a ruling line crosses a gap, given its four corners on the page: two strings then, not one."""


@dataclass(frozen=True)
class Char:
    """A character where it stands. In its own frame `ahead` is along the reading direction, `down` below the line."""

    text: str
    origin: Point
    """Where it begins on its baseline; page frame, y down."""
    direction: Point
    """Of reading, a unit vector."""
    size: float
    """Em height."""
    advance: float
    begin: float
    above: float
    below: float
    end: float = 0.0
    object_id: int = 0
    """Characters of one text object of the file share it; 0: unknown."""
    painted: bool = True
    font: str = ""

    def local(self, point: Point) -> Point:
        """Return a page point in this character's frame: (ahead, down) of its origin."""
        dx, dy = point[0] - self.origin[0], point[1] - self.origin[1]
        cos, sin = self.direction
        return dx * cos + dy * sin, dy * cos - dx * sin

    def page(self, ahead: float, down: float) -> Point:
        """Return a point of this character's frame on the page."""
        cos, sin = self.direction
        return self.origin[0] + ahead * cos - down * sin, self.origin[1] + ahead * sin + down * cos

    def with_extent(self, advance: float, begin: float, end: float, above: float, below: float) -> Self:
        """Return it with its measures, all in its own frame: advance, ink from begin to end, from above to below."""
        return replace(self, advance=advance, begin=begin, end=end, above=above, below=below)

    def scaled(self, across: float, down: float) -> Self:
        """Return it on a page drawn larger; both factors are nearly the same."""
        factor = math.sqrt(across * down)
        return replace(
            self,
            origin=(self.origin[0] * across, self.origin[1] * down),
            size=self.size * factor,
            advance=self.advance * factor,
            begin=self.begin * factor,
            end=self.end * factor,
            above=self.above * factor,
            below=self.below * factor,
        )


def strings_of(chars: Sequence[Char], page: int, ruled: Ruled | None = None) -> list[VectorText]:
    """Return the strings of a page in the order of the file, quads around their ink; each one once.

    A string ends where the next character is not the next on its line, and at a ruling line between table cells.
    """
    runs: list[list[Char]] = []
    for char in chars:
        if runs and _continues(runs[-1][-1], char) and not (ruled and _crossed(runs[-1], char, ruled)):
            runs[-1].append(char)
        else:
            runs.append([char])
    runs = _joined(runs, ruled)
    return _once([string for run in runs if (string := _string(run, page)) is not None])


def _joined(runs: Sequence[list[Char]], ruled: Ruled | None) -> list[list[Char]]:
    """Join runs that stand end to end on one line, though the file tells them apart: a sign, then its number."""
    order = [run for run in runs if not all(char.text.isspace() for char in run)]
    starts: dict[tuple[int, int], list[int]] = {}
    for k, run in enumerate(order):
        starts.setdefault(_cell(run[0].origin), []).append(k)
    pairs = sorted(
        (gap, k, other)
        for k, run in enumerate(order)
        for other in _starting_near(run[-1], starts)
        if run[0].local(order[other][0].origin)[0] > 0 and (gap := _end_to_end(run[-1], order[other][0])) is not None
    )
    following: dict[int, int] = {}
    followed: set[int] = set()
    for _, k, other in pairs:  # the closest first
        if k not in following and other not in followed and not (ruled and _crossed(order[k], order[other][0], ruled)):
            following[k] = other
            followed.add(other)
    joined = []
    for k in (k for k in range(len(order)) if k not in followed):
        whole, at = list(order[k]), k
        while (at := following.get(at, -1)) >= 0:
            whole += order[at]
        joined.append(whole)
    return joined


def _starting_near(last: Char, starts: Mapping[tuple[int, int], Sequence[int]]) -> Iterator[int]:
    column, row = _cell(last.page(last.advance, 0.0))
    reach = min(math.ceil(JOIN_GAP_EM * last.size / CELL), 8)
    for dx in range(-reach, reach + 1):
        for dy in range(-reach, reach + 1):
            yield from starts.get((column + dx, row + dy), ())


def _end_to_end(before: Char, char: Char) -> float | None:
    """Return by how much two characters of one line miss each other, in em, if that is next to nothing."""
    if min(abs(before.direction[0]), abs(before.direction[1])) > UPRIGHT:
        return None  # the advance of oblique letters is an estimate
    missed = abs(before.local(char.origin)[0] - before.advance) / min(before.size, char.size)
    return missed if missed <= JOIN_GAP_EM and _continues(before, char) else None


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] // CELL), int(point[1] // CELL)


def _crossed(run: Sequence[Char], char: Char, ruled: Ruled) -> bool:
    before = next((one for one in reversed(run) if not one.text.isspace()), None)
    if before is None or char.text.isspace():
        return False
    begin, end = before.end, before.local(char.origin)[0] + char.begin
    if end - begin < WORD_GAP_EM * char.size:
        return False
    above, below = -0.85 * char.size, 0.15 * char.size
    return ruled(before.page(begin, above), before.page(end, above), before.page(end, below), before.page(begin, below))


def _once(strings: Iterable[VectorText]) -> list[VectorText]:
    """Drop a string that is drawn again over itself, as some programs do to make it bold."""
    kept: dict[tuple[str, int, int], VectorText] = {}
    out = []
    for string in strings:
        x, y = string.quad_px[0]
        cell = max(0.5 * string.size_px, 1.0)
        column, row = int(x // cell), int(y // cell)
        around = [(string.text, column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        if any(
            key in kept and math.dist(kept[key].quad_px[0], string.quad_px[0]) < 0.25 * string.size_px for key in around
        ):
            continue
        kept[(string.text, column, row)] = string
        out.append(string)
    return out


def _continues(before: Char, char: Char) -> bool:
    if before.direction[0] * char.direction[0] + before.direction[1] * char.direction[1] < SAME_DIRECTION:
        return False
    small, large = sorted((before.size, char.size))
    if large > SIZE_RATIO * small:
        return False
    ahead, down = before.local(char.origin)
    gap = ahead - before.advance
    if char.object_id and char.object_id == before.object_id:
        # One text object is one line: only a jump ends it. The advance of oblique letters is an estimate.
        return abs(down) <= BASELINE_EM * large and -BACK_EM * large <= ahead <= before.advance + OBJECT_GAP_EM * large
    return abs(down) <= BASELINE_EM * large and -BACK_EM * large <= gap <= BREAK_GAP_EM * large


def _string(run: Sequence[Char], page: int) -> VectorText | None:
    gaps = [_gap(before, char) for before, char in pairwise(run)]
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 1 else 0.0
    wide = WORD_GAP_EM + (usual if usual > SPACED_EM else 0.0)
    text = [run[0].text]
    for gap, before, char in zip(gaps, run, run[1:], strict=False):
        if gap > wide and not before.text.isspace() and not char.text.isspace():
            text.append(" ")
        text.append(char.text)
    string = " ".join("".join(text).split())
    inked = [char for char in run if not char.text.isspace()]
    if not string or not inked:
        return None
    return VectorText(
        page=page,
        text=string,
        quad_px=_quad(inked),
        font=inked[0].font,
        size_px=max(char.size for char in inked),
        painted=any(char.painted for char in inked),
    )


def _gap(before: Char, char: Char) -> float:
    """Return the empty space between two characters, in em."""
    return (before.local(char.origin)[0] - before.advance) / char.size


def _quad(chars: Iterable[Char]) -> Quad:
    first, *others = chars
    begin, end, above, below = first.begin, first.end, first.above, first.below
    for char in others:
        ahead, down = first.local(char.origin)
        begin, end = min(begin, ahead + char.begin), max(end, ahead + char.end)
        above, below = min(above, down + char.above), max(below, down + char.below)
    return first.page(begin, above), first.page(end, above), first.page(end, below), first.page(begin, below)

"""From the characters of a text layer to strings as a person reads them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from ocr_tasks.contract import Point, Quad, VectorText

WORD_GAP_EM = 0.22
"""A wider gap is a space."""
BREAK_GAP_EM = 1.0
"""A wider gap begins another string: a table's next cell, another dimension."""
BACK_EM = 0.35
"""A character may begin so far before the end of the one before it (kerning, an overlapping sign)."""
BASELINE_EM = 0.12
SIZE_RATIO = 1.3
SAME_DIRECTION = math.cos(math.radians(1.5))


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
    object_id: int = 0
    """Characters of one text object of the file share it; 0: unknown."""
    end: float = 0.0

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


def strings_of(chars: Sequence[Char], page: int) -> list[VectorText]:
    """Return the strings of a page in the order of the file, quads around their ink."""
    runs: list[list[Char]] = []
    for char in chars:
        if runs and _continues(runs[-1][-1], char):
            runs[-1].append(char)
        else:
            runs.append([char])
    return [string for run in runs if (string := _string(run, page)) is not None]


def _continues(before: Char, char: Char) -> bool:
    if before.direction[0] * char.direction[0] + before.direction[1] * char.direction[1] < SAME_DIRECTION:
        return False
    small, large = sorted((before.size, char.size))
    if large > SIZE_RATIO * small:
        return False
    ahead, down = before.local(char.origin)
    gap = ahead - before.advance
    return abs(down) <= BASELINE_EM * large and -BACK_EM * large <= gap <= BREAK_GAP_EM * large


def _string(run: Sequence[Char], page: int) -> VectorText | None:
    text = []
    for k, char in enumerate(run):
        if k and not char.text.isspace() and not run[k - 1].text.isspace():
            gap = run[k - 1].local(char.origin)[0] - run[k - 1].advance
            if gap > WORD_GAP_EM * char.size:
                text.append(" ")
        text.append(char.text)
    string = " ".join("".join(text).split())
    inked = [char for char in run if not char.text.isspace()]
    if not string or not inked:
        return None
    return VectorText(page=page, text=string, quad_px=_quad(inked), size_px=max(char.size for char in inked))


def _quad(chars: Iterable[Char]) -> Quad:
    first, *others = chars
    begin, end, above, below = first.begin, first.end, first.above, first.below
    for char in others:
        ahead, down = first.local(char.origin)
        begin, end = min(begin, ahead + char.begin), max(end, ahead + char.end)
        above, below = min(above, down + char.above), max(below, down + char.below)
    return first.page(begin, above), first.page(end, above), first.page(end, below), first.page(begin, below)

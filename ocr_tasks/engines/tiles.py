"""Cuts a page into overlapping tiles whose inner parts cover it exactly once."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

Window = tuple[slice, slice]
"""Rows and columns."""


class Tile(NamedTuple):
    """`outer`: what is looked at; `inner`: the part of the page that this tile answers for."""

    outer: Window
    inner: Window

    @property
    def inner_in_outer(self) -> Window:
        """`inner` in the pixels of `outer`."""
        rows, columns = (
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(self.inner, self.outer, strict=True)
        )
        return rows, columns


def tiles_of(height: int, width: int, side: int, overlap: int) -> Iterator[Tile]:
    """Yield tiles of at most SIDE pixels that overlap by at least OVERLAP; each inner border lies mid-overlap."""
    for top, bottom, inner_top, inner_bottom in _spans(height, side, overlap):
        for left, right, inner_left, inner_right in _spans(width, side, overlap):
            yield Tile(
                (slice(top, bottom), slice(left, right)),
                (slice(inner_top, inner_bottom), slice(inner_left, inner_right)),
            )


def _spans(length: int, side: int, overlap: int) -> list[tuple[int, int, int, int]]:
    """Return (start, stop, inner start, inner stop) along one axis, spread evenly."""
    if not 0 <= overlap < side:
        raise ValueError(f"an overlap of {overlap} does not fit tiles of {side}")
    if length <= side:
        return [(0, length, 0, length)]
    count = -(-(length - overlap) // (side - overlap))
    starts = [round(i * (length - side) / (count - 1)) for i in range(count)]
    borders = [0, *((a + side + b) // 2 for a, b in pairwise(starts)), length]
    return [(s, s + side, a, b) for s, (a, b) in zip(starts, pairwise(borders), strict=True)]

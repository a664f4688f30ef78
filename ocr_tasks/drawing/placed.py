"""Strings with their place on the page, and the little geometry that reading a sheet needs.

All coordinates are page pixels, origin top-left, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr_tasks.drawing.records import Record

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


class Placed(Record):
    """One string of a page. `quad_px`: its corners from top-left clockwise, as the string is read.

    `boxed`: it stands in a closed box of its own, which makes a dimension basic and a letter a datum.
    """

    text: str
    quad_px: Quad
    page: int = 0
    boxed: bool = False


@dataclass(frozen=True)
class Spot:
    """A placed string by its index among the sheet's items, with its upright bounding box."""

    index: int
    text: str
    quad_px: Quad

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in pixels."""
        xs = [point[0] for point in self.quad_px]
        ys = [point[1] for point in self.quad_px]
        return (min(xs), min(ys), max(xs), max(ys))

    @cached_property
    def centre(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return ((left + right) / 2, (top + bottom) / 2)

    @cached_property
    def em(self) -> float:
        """Height of the string across its reading direction, in pixels; at least 1."""
        (x0, y0), _, _, (x3, y3) = self.quad_px
        return max(1.0, math.hypot(x3 - x0, y3 - y0))

    @cached_property
    def angle_deg(self) -> float:
        """Direction of reading, counter-clockwise from the page's x axis, in (-180, 180]."""
        (x0, y0), (x1, y1), *_ = self.quad_px
        return math.degrees(math.atan2(y0 - y1, x1 - x0))

    @property
    def upright(self) -> bool:
        return abs(self.angle_deg) < 20 or len(self.text.strip()) <= 1


def spots_of(items: Iterable[Placed]) -> list[Spot]:
    """Return ITEMS as spots, with their indices."""
    return [Spot(index, item.text, item.quad_px) for index, item in enumerate(items)]


def same_row(one: Spot, other: Spot) -> bool:
    """Return whether two upright strings stand on one line: their heights overlap by half of the smaller."""
    _, top, _, bottom = one.box
    _, other_top, _, other_bottom = other.box
    shared = min(bottom, other_bottom) - max(top, other_top)
    return shared >= 0.5 * min(bottom - top, other_bottom - other_top)


def rows_of(spots: Sequence[Spot]) -> list[list[Spot]]:
    """Return upright SPOTS as text lines from top to bottom, each from left to right."""
    rows: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: spot.centre[1]):
        row = rows[-1] if rows else None
        if row is not None and same_row(row[-1], spot) and same_row(row[0], spot):
            row.append(spot)
        else:
            rows.append([spot])
    return [sorted(row, key=lambda spot: spot.box[0]) for row in rows]

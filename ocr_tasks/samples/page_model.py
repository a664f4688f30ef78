"""What a sheet is made of: lines, arcs, fills, lettering, and the strings that a reader must find on it.

Frame of everything here: millimetres on paper, origin at the bottom left corner of the sheet, x to the right, y up.
Angles are degrees, counter-clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Dash = Literal["solid", "hidden", "centre", "phantom"]
Meaning = Mapping[str, Any]

DASHES_MM: dict[Dash, tuple[float, ...]] = {
    "solid": (),
    "hidden": (3.0, 1.2),
    "centre": (9.0, 1.5, 1.0, 1.5),
    "phantom": (9.0, 1.5, 1.0, 1.5, 1.0, 1.5),
}
"""Marks and gaps in turn, after ISO 128-2."""


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline through `points`."""

    points: tuple[Point, ...]
    width_mm: float
    dash: Dash = "solid"
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Arc:
    """A circular arc from `start_deg` counter-clockwise to `end_deg`; 0 to 360 is the circle."""

    centre: Point
    radius: float
    start_deg: float
    end_deg: float
    width_mm: float
    dash: Dash = "solid"


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled polygon (an arrowhead, a datum triangle)."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A run of characters of one font, baseline starting at `origin`. `outlined`: drawn as shapes, so no text layer."""

    text: str
    font: str
    cap_mm: float
    origin: Point
    angle_deg: float = 0.0
    outlined: bool = False


Primitive = Line | Arc | Fill | Glyphs


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension as CAD keeps it: its definition points and the geometry that shows it.

    `definition`: linear: both feature points, then a point of the dimension line; diameter: two opposite points;
    radius: centre, point on the arc; angular: vertex, a point on each leg, a point of the arc.
    """

    entity: Literal["linear", "diameter", "radius", "angular"]
    definition: tuple[Point, ...]
    angle_deg: float
    text: str
    primitives: tuple[Primitive, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a string that stands apart: a deviation, a cell of a feature control frame."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True)
class Written:
    """A string as a person reads it. `quad` is its tight ink: top left, top right, bottom right, bottom left as read.

    `meaning` is the record that the string parses to, `field` the title-block field, revision or parts-list cell that
    it fills (`title`, `revisions.0.date`), `label` the field that it labels.
    """

    text: str
    quad: Quad
    kind: str
    parts: tuple[Part, ...] = ()
    meaning: Meaning | None = None
    field: str | None = None
    label: str | None = None
    callout: int | None = None


@dataclass(frozen=True, slots=True)
class Joint:
    """A callout that takes several strings (a hole note of two lines, limits one over the other) and its meaning."""

    callout: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Zones:
    """The border's grid (ISO 5457): columns count from the left, rows are lettered from the top, without I and O."""

    box: tuple[float, float, float, float]
    columns: int
    rows: int

    LETTERS: ClassVar[str] = "ABCDEFGHJKLMNPQRSTUVWXYZ"

    def of(self, quad: Quad) -> str | None:
        """Return the zone (`C4`) in which a quad's middle lies; None outside the border."""
        x0, y0, x1, y1 = self.box
        x, y = sum(p[0] for p in quad) / 4, sum(p[1] for p in quad) / 4
        if not (x0 <= x < x1 and y0 < y <= y1):
            return None
        column = int((x - x0) / (x1 - x0) * self.columns) + 1
        return f"{self.LETTERS[int((y1 - y) / (y1 - y0) * self.rows)]}{column}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished sheet."""

    width_mm: float
    height_mm: float
    elements: tuple[Primitive | Dimension, ...]
    written: tuple[Written, ...]
    joints: tuple[Joint, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    zones: Zones | None = None

    def primitives(self) -> Iterator[Primitive]:
        """Yield all that is drawn, dimensions taken apart."""
        for element in self.elements:
            if isinstance(element, Dimension):
                yield from element.primitives
            else:
                yield element


@dataclass(frozen=True, slots=True)
class Placement:
    """A turn about the origin, then a move."""

    at: Point
    angle_deg: float = 0.0

    def point(self, point: Point) -> Point:
        """Return where POINT goes."""
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        return (self.at[0] + c * point[0] - s * point[1], self.at[1] + s * point[0] + c * point[1])

    def points(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """Return where POINTS go."""
        return tuple(self.point(p) for p in points)

    def primitive(self, primitive: Primitive) -> Primitive:
        """Return PRIMITIVE turned and moved."""
        match primitive:
            case Line() | Fill():
                return replace(primitive, points=self.points(primitive.points))
            case Arc():
                return replace(
                    primitive,
                    centre=self.point(primitive.centre),
                    start_deg=primitive.start_deg + self.angle_deg,
                    end_deg=primitive.end_deg + self.angle_deg,
                )
            case Glyphs():
                return replace(
                    primitive, origin=self.point(primitive.origin), angle_deg=primitive.angle_deg + self.angle_deg
                )


def polar(centre: Point, radius: float, angle_deg: float) -> Point:
    """Return the point at RADIUS and ANGLE_DEG from CENTRE."""
    angle = math.radians(angle_deg)
    return (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))


def angle_of(start: Point, end: Point) -> float:
    """Return the direction from START to END in degrees, -180 to 180."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def distance(a: Point, b: Point) -> float:
    """Return the distance of two points."""
    return math.hypot(b[0] - a[0], b[1] - a[1])


def arc_points(arc: Arc, step_mm: float = 0.5) -> tuple[Point, ...]:
    """Return points along ARC no farther apart than STEP_MM."""
    sweep = arc.end_deg - arc.start_deg
    count = max(4, math.ceil(math.radians(abs(sweep)) * arc.radius / step_mm))
    return tuple(polar(arc.centre, arc.radius, arc.start_deg + sweep * i / count) for i in range(count + 1))

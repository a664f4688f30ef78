"""The pen: draws and letters a sheet, and keeps what a reader must find on it.

All coordinates are millimetres on paper (page_model's frame). A `View` carries part coordinates onto the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ocr_tasks.samples.callouts import Caller, Callout, Notation
from ocr_tasks.samples.lettering import Box, Hand, Laid, lay, lay_frame, lay_stacked
from ocr_tasks.samples.page_model import (
    Arc,
    Dash,
    Dimension,
    Fill,
    Joint,
    Line,
    Part,
    Placement,
    Point,
    Primitive,
    Sheet,
    Written,
    Zones,
    polar,
)

_GERMAN = {"SECTION": "SCHNITT", "DETAIL": "EINZELHEIT", "TOP VIEW": "DRAUFSICHT", "SCALE": "MASSSTAB"}
Across = Literal["left", "middle", "right"]
Upright = Literal["base", "middle", "top", "bottom"]


@dataclass(frozen=True, slots=True)
class Style:
    """The house style of a sheet.

    `placement`: text above an unbroken dimension line (ISO), or upright in a gap of it (as much ASME work has it).
    `oblique_leaders`: text of radii along the leader instead of on a shelf. `short_chamfers`: C2 for 2x45°.
    """

    hand: Hand = field(default_factory=Hand)
    notation: Notation = field(default_factory=Notation)
    placement: Literal["above", "broken"] = "above"
    arrow: Literal["filled", "open"] = "filled"
    oblique_leaders: bool = False
    short_chamfers: bool = False
    language: Literal["english", "german"] = "english"
    thick_mm: float = 0.5
    thin_mm: float = 0.25

    @property
    def cap(self) -> float:
        """Return the height of a capital in dimensions, millimetres."""
        return self.hand.cap_mm

    def word(self, english: str) -> str:
        """Return what a view's title says, in the sheet's language."""
        return _GERMAN[english] if self.language == "german" else english


@dataclass(frozen=True, slots=True)
class View:
    """Where a view's origin lies on paper, and its scale (paper over part)."""

    at: Point
    scale: float

    def point(self, x: float, y: float) -> Point:
        """Return the paper position of a part position."""
        return (self.at[0] + x * self.scale, self.at[1] + y * self.scale)

    def points(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """Return the paper positions of part positions."""
        return tuple(self.point(x, y) for x, y in points)


def string_kind(text: str) -> str:
    """Return the truth's slice of a string: number where digits are a good part of it, else text."""
    digits, letters = sum(c.isdigit() for c in text), sum(c.isalpha() for c in text)
    return "number" if digits and letters <= 4 + digits else "text"


class Pen:
    """Draws on one sheet. `sheet()` hands it over."""

    def __init__(self, width_mm: float, height_mm: float, style: Style) -> None:
        self.width_mm = width_mm
        self.height_mm = height_mm
        self.style = style
        self.call = Caller(style.notation)
        self.fields: dict[str, Any] = {}
        self.zones: Zones | None = None
        self._elements: list[Primitive | Dimension] = []
        self._written: list[Written] = []
        self._joints: list[Joint] = []

    def sheet(self) -> Sheet:
        """Return what was drawn."""
        return Sheet(
            self.width_mm,
            self.height_mm,
            tuple(self._elements),
            tuple(self._written),
            tuple(self._joints),
            dict(self.fields),
            self.zones,
        )

    def add(self, *elements: Primitive | Dimension) -> None:
        """Put elements on the sheet."""
        self._elements += elements

    # -- lines ------------------------------------------------------------------------------------------------------

    def line(self, *points: Point, thick: bool = True, dash: Dash = "solid", closed: bool = False) -> None:
        """Draw a polyline; hidden and centre lines are thin."""
        width = self.style.thick_mm if thick and dash == "solid" else self.style.thin_mm
        self.add(Line(points, width, dash, closed))

    def arc(
        self,
        centre: Point,
        radius: float,
        start: float = 0.0,
        end: float = 360.0,
        *,
        thick: bool = True,
        dash: Dash = "solid",
    ) -> None:
        """Draw an arc or, by default, a circle."""
        width = self.style.thick_mm if thick and dash == "solid" else self.style.thin_mm
        self.add(Arc(centre, radius, start, end, width, dash))

    def centre_mark(self, centre: Point, reach: float) -> None:
        """Draw crossed centre lines that reach REACH from CENTRE."""
        (x, y) = centre
        self.line((x - reach, y), (x + reach, y), dash="centre")
        self.line((x, y - reach), (x, y + reach), dash="centre")

    def hatch(self, *rings: Sequence[Point], spacing: float = 2.5, angle: float = 45.0) -> None:
        """Fill the area between RINGS (even-odd) with thin parallel lines."""
        back, forth = Placement((0, 0), -angle), Placement((0, 0), angle)
        turned = [back.points(ring) for ring in rings]
        edges = [(ring[i - 1], ring[i]) for ring in turned for i in range(len(ring))]
        top = max(p[1] for ring in turned for p in ring)
        row = min(p[1] for ring in turned for p in ring) + spacing / 2
        while row < top:
            cuts = sorted(
                a[0] + (row - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in edges if (a[1] <= row) != (b[1] <= row)
            )
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                self.line(*forth.points([(start, row), (end, row)]), thick=False)
            row += spacing

    def arrowhead(self, tip: Point, angle: float) -> tuple[Primitive, ...]:
        """Return an arrowhead at TIP that points in the direction ANGLE."""
        length, half = 0.9 * self.style.cap, 0.15 * self.style.cap
        place = Placement(tip, angle)
        match self.style.arrow:
            case "filled":
                return (Fill(place.points([(0, 0), (-length, half), (-length, -half)])),)
            case "open":
                return (
                    Line(place.points([(-length, 1.4 * half), (0, 0), (-length, -1.4 * half)]), self.style.thin_mm),
                )

    # -- lettering --------------------------------------------------------------------------------------------------

    def text(
        self,
        text: str,
        at: Point,
        *,
        cap: float | None = None,
        hand: Hand | None = None,
        angle: float = 0.0,
        across: Across = "left",
        upright: Upright = "base",
        kind: str | None = None,
        meaning: Mapping[str, Any] | None = None,
        field: str | None = None,
        label: str | None = None,
    ) -> Laid:
        """Letter a string so that its anchor (of its ink across, of its baseline or ink upright) stands AT."""
        hand = hand or self.style.hand
        laid = lay(text, hand.sized(cap) if cap else hand)
        place = _anchored(laid, at, angle, across, upright)
        self._put(laid, place, kind or string_kind(text), meaning, field=field, label=label)
        return laid

    def _put(
        self,
        laid: Laid,
        place: Placement,
        kind: str,
        meaning: Mapping[str, Any] | None = None,
        *,
        field: str | None = None,
        label: str | None = None,
        callout: int | None = None,
        draw: bool = True,
    ) -> tuple[Primitive, ...]:
        drawn = tuple(place.primitive(p) for p in laid.primitives)
        if draw:
            self.add(*drawn)
        parts = tuple(Part(text, laid.quad(place, box)) for text, box in laid.parts)
        self._written.append(Written(laid.text, laid.quad(place), kind, parts, meaning, field, label, callout))
        return drawn

    def lay_callout(self, callout: Callout, hand: Hand | None = None) -> Laid:
        """Lay a callout out in the sheet's hand."""
        hand = hand or self.style.hand
        if callout.cells:
            return lay_frame(callout.cells, hand)
        if callout.stack:
            return lay_stacked(callout.text, *callout.stack, hand)
        return lay(callout.text, hand)

    def extent(self, rows: Sequence[Callout]) -> tuple[float, float]:
        """Return width and height of the ink of rows one under the other."""
        inks = [self.lay_callout(row).ink for row in rows]
        gaps = 0.75 * self.style.cap * (len(rows) - 1)
        return max(i.x1 - i.x0 for i in inks), sum(i.y1 - i.y0 for i in inks) + gaps

    def block(
        self,
        rows: Sequence[Callout],
        at: Point,
        angle: float,
        across: Across,
        upright: Upright,
        joint: Mapping[str, Any] | None = None,
    ) -> tuple[tuple[Primitive, ...], Box]:
        """Letter rows one under the other as a block whose anchor stands AT; nothing is added to the sheet but truth.

        Return what to draw, and the block's box in the frame that `at` and `angle` make.
        """
        laid = [self.lay_callout(row) for row in rows]
        cap = self.style.cap
        boxes: list[Box] = []
        baseline = 0.0
        for i, one in enumerate(laid):
            if i:
                baseline -= max(1.75 * cap, one.ink.y1 - laid[i - 1].ink.y0 + 0.5 * cap)
            width = one.ink.x1 - one.ink.x0
            x = {"left": 0.0, "middle": -width / 2, "right": -width}[across]
            boxes.append(Box(x, one.ink.y0 + baseline, x + width, one.ink.y1 + baseline))
        around = boxes[0]
        for box in boxes[1:]:
            around = around.joined(box)
        lift = {"base": 0.0, "middle": -(around.y0 + around.y1) / 2, "top": -around.y1, "bottom": -around.y0}[upright]
        callout = len(self._joints) if joint else None
        if joint:
            self._joints.append(Joint(len(self._joints), joint))
        drawn: list[Primitive] = []
        outer = Placement(at, angle)
        for row, one, box in zip(rows, laid, boxes, strict=True):
            place = Placement(outer.point((box.x0 - one.ink.x0, box.y0 - one.ink.y0 + lift)), angle)
            kind = "gdt" if row.cells else "number"
            drawn += self._put(one, place, kind, row.meaning, callout=callout, draw=False)
            if row.boxed:
                x0, y0, x1, y1 = box.moved(0.0, lift)
                gap = 0.3 * cap
                corners = [(x0 - gap, y0 - gap), (x1 + gap, y0 - gap), (x1 + gap, y1 + gap), (x0 - gap, y1 + gap)]
                drawn.append(Line(outer.points(corners), self.style.thin_mm, closed=True))
        return tuple(drawn), around.moved(0.0, lift)


def _anchored(laid: Laid, at: Point, angle: float, across: Across, upright: Upright) -> Placement:
    x0, y0, x1, y1 = laid.ink
    x = {"left": x0, "middle": (x0 + x1) / 2, "right": x1}[across]
    y = {"base": 0.0, "middle": (y0 + y1) / 2, "top": y1, "bottom": y0}[upright]
    return Placement(Placement(at, angle).point((-x, -y)), angle)


def readable(angle: float) -> float:
    """Return ANGLE or its opposite, so that text along it reads from below or from the right (ISO 129-1)."""
    angle = (angle + 180.0) % 360.0 - 180.0
    if angle > 90.001:
        return angle - 180.0
    if angle <= -89.999:
        return angle + 180.0
    return angle


def fan(centre: Point, radius: float, count: int, start: float = 90.0) -> list[Point]:
    """Return COUNT points evenly round a circle."""
    return [polar(centre, radius, start + 360.0 * i / count) for i in range(count)]

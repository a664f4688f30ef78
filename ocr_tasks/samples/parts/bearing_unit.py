"""An assembly: a shaft in its bearing block with bearing, cover, screws and retaining ring, in section."""

from __future__ import annotations

from dataclasses import dataclass

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import Callout, symmetric
from ocr_tasks.samples.drafting import Pen, View
from ocr_tasks.samples.page_model import Point


@dataclass(frozen=True, slots=True)
class BearingUnit:
    """Sizes: shaft diameter, the bearing's outer diameter and width, the housing's outer diameter and length."""

    shaft: float = 40.0
    bearing: float = 80.0
    bearing_width: float = 18.0
    housing: float = 124.0
    housing_length: float = 70.0
    cover: float = 12.0
    screw: float = 8.0
    screws: int = 6
    stub: float = 55.0
    hub_fit: str = "H7/k6"
    seat_fit: str = "H7/h6"

    @property
    def length(self) -> float:
        """Return the overall length along the axis."""
        return 2 * self.stub + self.housing_length + self.cover


def section(pen: Pen, at: Point, scale: float, unit: BearingUnit) -> None:
    """Draw the assembly in section with the housing's left face on the axis AT, with balloons 1 to 6."""
    view = View(at, scale)
    s, b, h = unit.shaft / 2, unit.bearing / 2, unit.housing / 2
    w, n, c = unit.bearing_width, unit.housing_length, unit.cover
    step, shoulder = s + 4.0, b - 6.0
    circle = (b + h) / 2 + 1.0
    for sign in (1.0, -1.0):

        def flip(points: list[Point], sign: float = sign) -> tuple[Point, ...]:
            return view.points((x, sign * y) for x, y in points)

        housing = flip([(0, shoulder), (n - w, shoulder), (n - w, b), (n, b), (n, h), (0, h)])
        tapped = flip(
            [
                (n - 22, circle - unit.screw / 2),
                (n, circle - unit.screw / 2),
                (n, circle + unit.screw / 2),
                (n - 22, circle + unit.screw / 2),
            ]
        )
        pen.line(*housing, closed=True)
        pen.hatch(housing, tapped, spacing=3.0)
        pen.line(*tapped, thick=False, closed=True)
        cover = flip([(n, s + 1.5), (n + c, s + 1.5), (n + c, h), (n, h)])
        head = flip(
            [
                (n + c, circle - 6.5),
                (n + c + unit.screw, circle - 6.5),
                (n + c + unit.screw, circle + 6.5),
                (n + c, circle + 6.5),
            ]
        )
        shank = flip([(n, circle - 4), (n + c, circle - 4), (n + c, circle + 4), (n, circle + 4)])
        pen.line(*cover, closed=True)
        pen.hatch(cover, shank, spacing=2.0, angle=135.0)
        pen.line(*head, closed=True)
        pen.line(*shank, closed=True)
        pen.line(*flip([(n - 25, circle), (n + c + unit.screw + 3, circle)]), dash="centre")
        outer = flip([(n - w, b - 5), (n, b - 5), (n, b), (n - w, b)])
        inner = flip([(n - w, s), (n, s), (n, s + 5), (n - w, s + 5)])
        for ring in (outer, inner):
            pen.line(*ring, closed=True)
            pen.hatch(ring, spacing=1.4, angle=135.0 if sign > 0 else 45.0)
        ball = view.point(n - w / 2, sign * (s + b) / 2)
        pen.arc(ball, ((b - s) / 2 - 3.2) * scale)
        ring = flip([(n - w - 2.5, s - 1.5), (n - w, s - 1.5), (n - w, s + 3.5), (n - w - 2.5, s + 3.5)])
        pen.line(*ring, closed=True)
        pen.line(
            *flip([(-unit.stub, s - 2), (-unit.stub + 2, s), (n + c + unit.stub - 2, s), (n + c + unit.stub, s - 2)])
        )
        pen.line(*flip([(-8, s), (-8, step), (n - w - 14, step), (n - w - 14, s)]))
    for x in (-unit.stub, n + c + unit.stub):
        pen.line(view.point(x, s - 2), view.point(x, -s + 2))
    pen.line(view.point(-unit.stub - 8, 0), view.point(n + c + unit.stub + 6, 0), dash="centre")
    _balloons(pen, view, unit, circle, step)
    _dimensions(pen, view, unit)


def _balloons(pen: Pen, view: View, unit: BearingUnit, circle: float, step: float) -> None:
    n, w, c, h = unit.housing_length, unit.bearing_width, unit.cover, unit.housing / 2
    tips = [
        (n * 0.3, h * 0.88),
        (-unit.stub * 0.5, unit.shaft * 0.3),
        (n - w / 2, unit.bearing / 2 - 2.5),
        (n + c * 0.5, h * 0.55),
        (n + c + unit.screw * 0.6, circle),
        (n - w - 1.2, unit.shaft / 2 + 2.0),
    ]
    high = view.point(0, h)[1] + 24.0
    left = view.point(-unit.stub, 0)[0]
    right = view.point(n + c + unit.stub, 0)[0]
    order = sorted(range(6), key=lambda i: tips[i][0])
    for rank, i in enumerate(order):
        centre = (left + (right - left) * rank / 5, high)
        dim.balloon(pen, view.point(*tips[i]), centre, i + 1)


def _dimensions(pen: Pen, view: View, unit: BearingUnit) -> None:
    call, cap = pen.call, pen.style.cap
    row = 3.2 * cap
    n, c, h = unit.housing_length, unit.cover, unit.housing / 2
    low = view.point(0, -h)[1]
    left, right = view.point(-unit.stub, 0)[0], view.point(n + c + unit.stub, 0)[0]
    dim.linear(pen, view.point(0, -h), view.point(n, -h), (0, low - row), call.size(n), angle=0.0)
    dim.linear(pen, view.point(0, -h), view.point(n + c, -h), (0, low - 2 * row), call.size(n + c), angle=0.0)
    dim.linear(
        pen,
        view.point(-unit.stub, -unit.shaft / 2 + 2),
        view.point(n + c + unit.stub, -unit.shaft / 2 + 2),
        (0, low - 3 * row),
        call.size(unit.length, "linear", symmetric(0.5)),
        angle=0.0,
    )
    pair = Callout(
        f"⌀{call.notation.number(unit.shaft)} {unit.hub_fit}",
        {"kind": "diameter", "nominal": unit.shaft, "unit": "mm", "fit": unit.hub_fit},
    )
    x = view.point(n + c + unit.stub * 0.45, 0)[0]
    dim.linear(
        pen,
        (x, view.point(0, -unit.shaft / 2)[1]),
        (x, view.point(0, unit.shaft / 2)[1]),
        (x, 0),
        [pair],
        angle=90.0,
        shift=1.0,
    )
    dim.linear(
        pen,
        view.point(n + c, -h),
        view.point(n + c, h),
        (right + 1.7 * row, 0),
        call.size(unit.housing, "diameter"),
        angle=90.0,
    )
    seat = Callout(
        f"⌀{call.notation.number(unit.bearing)} {unit.seat_fit}",
        {"kind": "diameter", "nominal": unit.bearing, "unit": "mm", "fit": unit.seat_fit},
    )
    b = unit.bearing / 2
    dim.linear(
        pen,
        view.point(n - unit.bearing_width, -b),
        view.point(n - unit.bearing_width, b),
        (left - 0.8 * row, 0),
        [seat],
        angle=90.0,
    )
    dim.title(pen, ((left + right) / 2, view.point(0, h)[1] + 24.0 + 3.6 * cap), pen.style.word("SECTION") + " A-A")

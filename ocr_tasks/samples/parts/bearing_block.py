"""A bearing block: front view with base and arch, and section through the bore."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import fit, joined, limits, symmetric
from ocr_tasks.samples.drafting import Pen, View
from ocr_tasks.samples.page_model import Point


@dataclass(frozen=True, slots=True)
class BearingBlock:
    """Sizes. The bore's axis stands `axis` above the base; `seat` is the bearing's diameter, `seat_depth` its depth."""

    base: float = 190.0
    foot: float = 22.0
    depth: float = 58.0
    axis: float = 80.0
    arch: float = 52.0
    bore: float = 48.0
    seat: float = 72.0
    seat_depth: float = 34.0
    seat_fit: str = "H7"
    bolts: float = 146.0
    bolt_hole: float = 13.5
    spot: float = 26.0
    draft_angle: float = 6.0
    oil_port: str = "1/8"

    @property
    def height(self) -> float:
        """Return the overall height."""
        return self.axis + self.arch

    def volume(self) -> float:
        """Return the volume of foot, web and arch less the bores."""
        web = 2 * self.arch * (self.axis - self.foot) + math.pi / 2 * self.arch**2
        bores = math.pi / 4 * (self.seat**2 * self.seat_depth + self.bore**2 * (self.depth - self.seat_depth))
        holes = math.pi / 2 * self.bolt_hole**2 * self.foot
        return self.base * self.foot * self.depth + web * self.depth - bores - holes


def front(pen: Pen, at: Point, scale: float, block: BearingBlock) -> None:
    """Draw the front view with the middle of the base AT."""
    view = View(at, scale)
    a, f, half = block.axis, block.foot, block.base / 2
    arch = block.arch
    lean = math.tan(math.radians(block.draft_angle)) * (a - f)
    touch = arch
    pen.line(
        view.point(-touch, a),
        view.point(-touch - lean, f),
        view.point(-half, f),
        view.point(-half, 0),
        view.point(half, 0),
        view.point(half, f),
        view.point(touch + lean, f),
        view.point(touch, a),
    )
    centre = view.point(0, a)
    pen.arc(centre, arch * scale, 0.0, 180.0)
    pen.arc(centre, block.seat / 2 * scale)
    pen.arc(centre, block.bore / 2 * scale)
    pen.centre_mark(centre, arch * scale + 6.0)
    for sign in (1, -1):
        x = sign * block.bolts / 2
        for r in (block.bolt_hole / 2, -block.bolt_hole / 2):
            pen.line(view.point(x + r, 0), view.point(x + r, f), dash="hidden")
        pen.line(view.point(x, -4 / scale), view.point(x, f + 4 / scale), dash="centre")
        pen.line(
            view.point(x - block.spot / 2, f),
            view.point(x - block.spot / 2, f - 1),
            view.point(x + block.spot / 2, f - 1),
            view.point(x + block.spot / 2, f),
            thick=False,
        )
    call, cap = pen.call, pen.style.cap
    row = 3.2 * cap
    column = row if pen.style.placement == "above" else 2.0 * row
    low, left = at[1], view.point(-half, 0)[0]
    dim.linear(
        pen,
        view.point(-block.bolts / 2, 0),
        view.point(block.bolts / 2, 0),
        (0, low - 2 * row),
        call.size(block.bolts, "linear", symmetric(0.2)),
        angle=0.0,
    )
    dim.linear(pen, view.point(-half, 0), view.point(half, 0), (0, low - 3 * row), call.size(block.base), angle=0.0)
    dim.linear(pen, view.point(-half, 0), view.point(-half, f), (left - column, 0), call.size(f), angle=90.0)
    dim.linear(
        pen,
        view.point(-half, 0),
        view.point(0, a),
        (left - 2 * column, 0),
        call.size(a, "linear", symmetric(0.05)),
        angle=90.0,
    )
    dim.linear(
        pen,
        view.point(-half, 0),
        view.point(0, block.height),
        (left - 3 * column, 0),
        call.size(block.height, reference=True),
        angle=90.0,
    )
    dim.radius(pen, centre, arch * scale, 140.0, 1.0 * row, call.size(arch, "radius"))
    rows = call.hole(block.bolt_hole, count=2, through=True, counterbore=(block.spot, 1.0))
    spot = view.point(block.bolts / 2, f)
    dim.leader(pen, spot, (spot[0] + 1.2 * row, spot[1] + 2.4 * row), rows, joint=joined(rows))
    foot = view.point(touch + lean, f)
    pen.line(foot, (foot[0], foot[1] + 18.0 + 1.6 * cap + 2.0), thick=False)
    dim.angular(pen, foot, 90.0, 90.0 + block.draft_angle, 18.0 + 1.6 * cap, call.angle(block.draft_angle))
    dim.datum(pen, view.point(-block.base * 0.42, 0), -90.0, "A", 1.7 * cap)
    top_ = view.point(0, block.height)[1]
    dim.section_marks(pen, ((centre[0], low - 6.0), (centre[0], top_ + 9.0)), "A", 180.0)


def section(pen: Pen, at: Point, scale: float, block: BearingBlock) -> None:
    """Draw section A-A with its lower left corner AT; the seat opens to the left."""
    view = View(at, scale)
    d, a, top_ = block.depth, block.axis, block.height
    seat, bore, deep = block.seat / 2, block.bore / 2, block.seat_depth
    lower = view.points([(0, 0), (d, 0), (d, a - bore), (deep, a - bore), (deep, a - seat), (0, a - seat)])
    port = 5.0
    middle = deep * 0.5
    upper = view.points([(0, a + seat), (deep, a + seat), (deep, a + bore), (d, a + bore), (d, top_), (0, top_)])
    drilling = view.points(
        [(middle - port, a + seat), (middle + port, a + seat), (middle + port, top_), (middle - port, top_)]
    )
    pen.line(*lower, closed=True)
    pen.line(*upper, closed=True)
    pen.hatch(lower)
    pen.hatch(upper, drilling)
    for x in (middle - port, middle + port):
        pen.line(view.point(x, a + seat), view.point(x, top_))
    pen.line(view.point(middle, a + seat - 4 / scale), view.point(middle, top_ + 5 / scale), dash="centre")
    for x, r in ((0.0, seat), (deep, seat), (d, bore)):
        pen.line(view.point(x, a - r), view.point(x, a + r))
    pen.line(view.point(-7 / scale, a), view.point(d + 7 / scale, a), dash="centre")
    call, cap = pen.call, pen.style.cap
    row = 3.2 * cap
    left, right = at[0], view.point(d, 0)[0]
    dim.linear(
        pen,
        view.point(0, a - seat),
        view.point(0, a + seat),
        (left - 1.2 * row, 0),
        call.size(block.seat, "diameter", fit(block.seat_fit, True)),
        angle=90.0,
    )
    clearance = limits(0.2, -0.2)
    dim.linear(
        pen,
        view.point(d, a - bore),
        view.point(d, a + bore),
        (right + 2.2 * row, 0),
        call.size(block.bore, "diameter", clearance),
        angle=90.0,
        joint=call.whole(block.bore, "diameter", clearance),
    )
    dim.linear(pen, view.point(0, 0), view.point(d, 0), (0, at[1] - row), call.size(d), angle=0.0)
    dim.linear(
        pen,
        view.point(0, a + seat),
        view.point(deep, a + seat),
        (0, view.point(0, top_)[1] + 0.9 * row),
        call.size(deep, "linear", symmetric(0.1)),
        angle=0.0,
    )
    tip = view.point(middle + port, top_ - 2 / scale)
    dim.leader(
        pen, view.point(middle + port, top_), (right + 5.0, tip[1] + 1.9 * row), call.pipe_thread(block.oil_port)
    )
    wall = view.point(deep * 0.15, a - seat)
    dim.surface(pen, wall, call.roughness(1.6))
    shoulder = view.point(deep, a + seat * 0.9)
    dim.leader(
        pen, view.point(d, a + (bore + top_ - a) / 2), (right + 6.0, shoulder[1] + 1.0), [call.frame("⊥", 0.04, "A")]
    )
    dim.leader(
        pen,
        view.point(d, (a - bore) / 2),
        (right + 6.0, at[1] + a * 0.25 * scale),
        [call.frame("∥", 0.05, "A", zone="⌀")],
    )
    dim.title(pen, ((left + right) / 2, view.point(0, top_)[1] + 3.4 * row), pen.style.word("SECTION") + " A-A")

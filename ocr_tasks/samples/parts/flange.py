"""A hub flange: front view with its bolt circle, and section A-A."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import Callout, fit, joined, stacked, symmetric
from ocr_tasks.samples.drafting import Pen, View, fan
from ocr_tasks.samples.page_model import Point, polar


@dataclass(frozen=True, slots=True)
class Flange:
    """Sizes. `bolts` holes of diameter `hole` on `bolt_circle`; counterbored (diameter, depth) where `counterbore`."""

    outer: float = 160.0
    bore: float = 45.0
    hub: float = 80.0
    hub_height: float = 32.0
    thickness: float = 18.0
    bolt_circle: float = 125.0
    bolts: int = 6
    hole: float = 11.0
    counterbore: tuple[float, float] | None = (18.0, 11.0)
    chamfer: float = 1.5
    fillet: float = 4.0
    bore_fit: str = "H7"
    hub_fit: str = "h6"
    flatness: float = 0.05
    position: float = 0.2
    runout: float = 0.03

    @property
    def length(self) -> float:
        """Return the length along the axis."""
        return self.thickness + self.hub_height

    def volume(self) -> float:
        """Return the volume, fillet and chamfers left out."""
        area = math.pi / 4
        disc = area * (self.outer**2 - self.bore**2) * self.thickness
        hub = area * (self.hub**2 - self.bore**2) * self.hub_height
        holes = self.bolts * area * self.hole**2 * self.thickness
        wide = 0.0
        if self.counterbore:
            wide = self.bolts * area * (self.counterbore[0] ** 2 - self.hole**2) * self.counterbore[1]
        return disc + hub - holes - wide


def front(pen: Pen, at: Point, scale: float, flange: Flange) -> None:
    """Draw the front view with its centre AT."""
    view = View(at, scale)
    r = flange.outer / 2 * scale
    pen.arc(at, r)
    pen.arc(at, flange.hub / 2 * scale)
    pen.arc(at, flange.bore / 2 * scale)
    pen.arc(at, (flange.bore / 2 + flange.chamfer) * scale, thick=False)
    circle = flange.bolt_circle / 2 * scale
    pen.arc(at, circle, dash="centre")
    pen.centre_mark(at, r + 6.0)
    centres = fan(at, circle, flange.bolts)
    for centre in centres:
        pen.arc(centre, flange.hole / 2 * scale)
        if flange.counterbore:
            pen.arc(centre, flange.counterbore[0] / 2 * scale)
        outward = math.degrees(math.atan2(centre[1] - at[1], centre[0] - at[0]))
        reach = flange.hole * scale
        pen.line(polar(centre, reach, outward), polar(centre, reach, outward + 180.0), dash="centre")
    call, cap = pen.call, pen.style.cap
    rows = call.hole(flange.hole, count=flange.bolts, through=True, counterbore=flange.counterbore)
    first = 90.0 - 360.0 / flange.bolts
    hole = centres[-1]
    edge = (flange.counterbore[0] if flange.counterbore else flange.hole) / 2 * scale
    elbow = (at[0] + r * 0.8 + 8.0, at[1] + r + 4.0)
    toward = math.degrees(math.atan2(elbow[1] - hole[1], elbow[0] - hole[0]))
    dim.leader(pen, polar(hole, edge, toward), elbow, rows, joint=joined(rows) if len(rows) > 1 else None)
    drop = 2.9 if len(rows) == 1 else 4.9
    if pen.style.placement == "broken":
        drop += 0.4
    datums = "AB" if _room_for_datum(flange, scale, cap) else "A"
    position = call.frame("⌖", flange.position, datums, zone="⌀", modifiers="Ⓜ")
    dim.frame(pen, (elbow[0] + 0.4 * cap, elbow[1] - drop * cap), position)
    rows = call.size(flange.bolt_circle, "diameter", basic=True)
    low = 270.0 + 180.0 / flange.bolts + (0.0 if flange.bolts % 2 == 0 else 180.0 / flange.bolts / 2)
    tip = polar(at, circle, low)
    dim.leader(pen, tip, (at[0] + r * 0.75 + 4.0, at[1] - r - 6.0), rows)
    dim.angular(pen, at, first, 90.0, r + 7.0, call.angle(round(360.0 / flange.bolts, 2)))
    dim.section_marks(
        pen, (view.point(0, -flange.outer / 2 - 14 / scale), view.point(0, flange.outer / 2 + 18 / scale)), "A", 180.0
    )


def section(pen: Pen, at: Point, scale: float, flange: Flange) -> None:
    """Draw section A-A with the middle of the flange's face AT; the axis runs to the right."""
    view = View(at, scale)
    half = {name: getattr(flange, name) / 2 for name in ("outer", "bore", "hub", "hole", "bolt_circle")}
    t, length, c = flange.thickness, flange.length, flange.chamfer
    wide, deep = flange.counterbore or (flange.hole, 0.0)
    for sign in (1.0, -1.0):

        def flip(points: list[Point], sign: float = sign) -> tuple[Point, ...]:
            return view.points((x, sign * y) for x, y in points)

        profile = [
            (c, half["bore"]),
            (0.0, half["bore"] + c),
            (0.0, half["outer"] - c),
            (c, half["outer"]),
            (t - c, half["outer"]),
            (t, half["outer"] - c),
            (t, half["hub"] + flange.fillet),
            *_fillet(t, half["hub"], flange.fillet),
            (length - c, half["hub"]),
            (length, half["hub"] - c),
            (length, half["bore"] + c),
            (length - c, half["bore"]),
        ]
        outline = flip(profile)
        rings = [outline]
        if sign > 0 or flange.bolts % 2 == 0:
            mid = half["bolt_circle"]
            hole = flip(
                [
                    (0.0, mid - wide / 2),
                    (deep, mid - wide / 2),
                    (deep, mid - half["hole"]),
                    (t, mid - half["hole"]),
                    (t, mid + half["hole"]),
                    (deep, mid + half["hole"]),
                    (deep, mid + wide / 2),
                    (0.0, mid + wide / 2),
                ]
            )
            rings.append(hole)
            pen.line(*hole)
            pen.line(*flip([(-4 / scale, mid), (t + 4 / scale, mid)]), dash="centre")
        pen.line(*outline, closed=True)
        pen.hatch(*rings)
    for x, y in ((0.0, half["bore"] + c), (c, half["bore"]), (length - c, half["bore"]), (length, half["bore"] + c)):
        pen.line(view.point(x, y), view.point(x, -y))
    pen.line(view.point(-5 / scale, 0), view.point(length + 5 / scale, 0), dash="centre")
    call, cap = pen.call, pen.style.cap
    right, step = view.point(length, 0)[0], 3.4 * cap
    left = view.point(0, 0)[0]

    def across(name: str, x_feature: float, x_line: float, rows: list[Callout]) -> None:
        size = half[name]
        dim.linear(pen, view.point(x_feature, -size), view.point(x_feature, size), (x_line, at[1]), rows, angle=90.0)

    across("bore", 0.0, left - step * 0.9, call.size(flange.bore, "diameter", fit(flange.bore_fit, True)))
    across("hub", length - c, right + step * 1.05, call.size(flange.hub, "diameter", fit(flange.hub_fit)))
    across("outer", t - c, right + step * 2.0, call.size(flange.outer, "diameter"))
    dim.surface(pen, view.point(flange.length * 0.3, -half["bore"]), call.roughness(1.6))
    if _room_for_datum(flange, scale, cap):
        dim.datum(pen, (left - step * 0.9, view.point(0, -half["bore"])[1]), -90.0, "B", 1.2 * cap)
    low = view.point(0, -half["outer"])[1]
    dim.linear(
        pen,
        view.point(0, -half["outer"] + c),
        view.point(t, -half["outer"] + c),
        (left, low - 9.0),
        call.size(t, "linear", symmetric(0.1)),
        angle=0.0,
    )
    dim.linear(
        pen,
        view.point(0, -half["outer"] + c),
        view.point(length, -half["hub"] + c),
        (left, low - 9.0 - step),
        call.size(length, "linear", stacked(0.0, -0.2)),
        angle=0.0,
    )
    tip = view.point(t - c / 2, half["outer"] - c / 2)
    dim.leader(
        pen, tip, (tip[0] + 5.0, tip[1] + c / 2 * scale + 1.2 * cap), call.chamfer(c, short=pen.style.short_chamfers)
    )
    dim.datum(pen, view.point(0, -half["outer"] * 0.93), 180.0, "A", 5.0)
    face = view.point(0, half["outer"] * 0.5)
    dim.leader(
        pen, face, (left - 7.0, view.point(0, half["outer"])[1] + 3.0 + 1.6 * cap), [call.frame("⏥", flange.flatness)]
    )
    top = view.point(0, half["outer"])
    dim.title(pen, ((left + right) / 2, top[1] + 20.0), pen.style.word("SECTION") + " A-A")


def _room_for_datum(flange: Flange, scale: float, cap: float) -> bool:
    """Say whether datum B fits between the edges of bore and hub."""
    return (flange.hub - flange.bore) / 2 * scale > 3.6 * cap


def _fillet(x: float, y: float, radius: float) -> list[Point]:
    centre = (x + radius, y + radius)
    return [polar(centre, radius, a) for a in (195.0, 210.0, 225.0, 240.0, 255.0, 270.0)]

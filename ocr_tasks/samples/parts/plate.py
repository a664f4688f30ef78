"""A mounting plate: top view with holes, slot, bore and rounded corners, and its edge view."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import Callout, fit, joined, symmetric
from ocr_tasks.samples.drafting import Pen, View
from ocr_tasks.samples.page_model import Point, polar

ThreadKind = Literal["metric", "unified", "pipe"]


@dataclass(frozen=True, slots=True)
class Plate:
    """Sizes, in the unit of the sheet's notation. Corner holes stand `inset` from the edges; the slot is upright."""

    width: float = 180.0
    height: float = 120.0
    thickness: float = 12.0
    corner: float = 10.0
    inset: float = 15.0
    hole: float = 9.0
    counterbore: tuple[float, float] | None = None
    countersink: tuple[float, float] | None = (15.0, 90.0)
    bore: float = 52.0
    bore_x: float = 66.0
    bore_fit: str = "H7"
    slot_width: float = 12.0
    slot_length: float = 46.0
    slot_x: float = 138.0
    thread: ThreadKind = "metric"
    thread_size: float = 8.0
    unified: tuple[str, int, str, str] = ("1/4", 20, "UNC", "2B")
    pipe: str = "1/4"
    bevel: float = 30.0
    bevel_x: float = 24.0
    tolerance: float = 0.1
    position: float = 0.15

    def volume(self) -> float:
        """Return the volume, threads and countersinks left out."""
        area = self.width * self.height - math.pi / 4 * (self.bore**2 + 4 * self.hole**2)
        area -= self.slot_width * (self.slot_length - self.slot_width) + math.pi / 4 * self.slot_width**2
        area -= 0.5 * self.bevel_x**2 * math.tan(math.radians(self.bevel))
        return area * self.thickness


def top(pen: Pen, at: Point, scale: float, plate: Plate) -> None:
    """Draw the top view with the plate's lower left corner AT."""
    view = View(at, scale)
    w, h, r = plate.width, plate.height, plate.corner
    rise = plate.bevel_x * math.tan(math.radians(plate.bevel))
    low_left, low_right, high_left = (r, r), (w - r, r), (r, h - r)
    pen.line(view.point(r, 0), view.point(w - r, 0))
    pen.line(view.point(w, r), view.point(w, h - rise), view.point(w - plate.bevel_x, h), view.point(r, h))
    pen.line(view.point(0, h - r), view.point(0, r))
    for centre, start in ((low_left, 180.0), (low_right, 270.0), (high_left, 90.0)):
        pen.arc(view.point(*centre), r * scale, start, start + 90.0)
    middle = h / 2
    bore, slot = (plate.bore_x, middle), (plate.slot_x, middle)
    pen.arc(view.point(*bore), plate.bore / 2 * scale)
    pen.centre_mark(view.point(*bore), plate.bore / 2 * scale + 4.0)
    _slot(pen, view, slot, plate)
    i = plate.inset
    holes = [(i, i), (w - i, i), (i, h - i), (w - i - plate.bevel_x, h - i)]
    wide = plate.counterbore[0] if plate.counterbore else plate.countersink[0] if plate.countersink else plate.hole
    for x, y in holes:
        centre = view.point(x, y)
        pen.arc(centre, plate.hole / 2 * scale)
        if wide > plate.hole:
            pen.arc(centre, wide / 2 * scale)
        pen.centre_mark(centre, wide / 2 * scale + 2.0)
    tapped = _tapped(plate)
    drill = _major(plate) / 2 * scale
    for x, y in tapped:
        centre = view.point(x, y)
        pen.arc(centre, drill * 0.84)
        pen.arc(centre, drill, 100.0, 370.0, thick=False)
        pen.centre_mark(centre, drill + 2.0)
    _dimensions(pen, view, plate, holes, tapped, wide)


def _major(plate: Plate) -> float:
    if plate.thread == "metric":
        return plate.thread_size
    number = plate.unified[0] if plate.thread == "unified" else plate.pipe
    top_part, _, bottom = number.partition("/")
    inches = int(top_part) / int(bottom)
    if plate.thread == "pipe":
        return {"1/8": 9.73, "1/4": 13.16, "3/8": 16.66, "1/2": 20.96}[plate.pipe]
    return inches


def _tapped(plate: Plate) -> list[Point]:
    x, y, d = plate.bore_x, plate.height / 2, plate.bore * 0.72
    return [polar((x, y), d, a) for a in (45.0, 135.0, 225.0, 315.0)]


def _slot(pen: Pen, view: View, at: Point, plate: Plate) -> None:
    (x, y), half = at, plate.slot_width / 2
    straight = (plate.slot_length - plate.slot_width) / 2
    for sign in (1, -1):
        pen.line(view.point(x + sign * half, y - straight), view.point(x + sign * half, y + straight))
    pen.arc(view.point(x, y + straight), half * view.scale, 0.0, 180.0)
    pen.arc(view.point(x, y - straight), half * view.scale, 180.0, 360.0)
    for dy in (straight, -straight):
        pen.line(view.point(x - half * 1.5, y + dy), view.point(x + half * 1.5, y + dy), dash="centre")
    pen.line(view.point(x, y - straight - half * 1.8), view.point(x, y + straight + half * 1.8), dash="centre")


def _dimensions(pen: Pen, view: View, plate: Plate, holes: list[Point], tapped: list[Point], wide: float) -> None:
    call, cap, scale = pen.call, pen.style.cap, view.scale
    w, h, i = plate.width, plate.height, plate.inset
    x0, y0 = view.at
    x1, y1 = view.point(w, h)
    row = 3.1 * cap
    column = row if pen.style.placement == "above" else 2.2 * row
    unit = 1.0 if pen.style.notation.unit == "mm" else 1 / 25.4

    def below(a: Point, b: Point, level: int, rows: list[Callout]) -> None:
        dim.linear(pen, view.point(*a), view.point(*b), (0, y0 - row * level), rows, angle=0.0)

    def left(a: Point, b: Point, level: int, rows: list[Callout], slide: float = 0.0) -> None:
        dim.linear(
            pen, view.point(*a), view.point(*b), (x0 - row * 0.2 - column * level, 0), rows, angle=90.0, slide=slide
        )

    below((0, plate.corner), holes[0], 1, call.size(i))
    below(holes[0], holes[1], 1, call.size(w - 2 * i, "linear", symmetric(plate.tolerance)))
    below(
        (0, plate.corner), (plate.bore_x, h / 2), 2, call.size(plate.bore_x, "linear", symmetric(plate.tolerance / 2))
    )
    below((plate.bore_x, h / 2), (plate.slot_x, h / 2), 2, call.size(round(plate.slot_x - plate.bore_x, 4), basic=True))
    below((0, plate.corner), (w, plate.corner), 3, call.size(w, "linear", symmetric(2 * plate.tolerance)))
    left((plate.corner, 0), holes[0], 1, call.size(i))
    left(holes[0], holes[2], 1, call.size(h - 2 * i, "linear", symmetric(plate.tolerance)), 5 * cap)
    left((plate.corner, 0), (plate.bore_x, h / 2), 2, call.size(h / 2))
    left((plate.corner, 0), (plate.corner, h), 3, call.size(h), 5 * cap)
    half = plate.slot_length / 2
    dim.linear(
        pen,
        view.point(plate.slot_x, h / 2 - half),
        view.point(plate.slot_x, h / 2 + half),
        (x1 + 0.65 * (row + column) - 0.3 * row, 0),
        call.size(plate.slot_length, "linear", symmetric(plate.tolerance * 2)),
        angle=90.0,
    )
    straight = half - plate.slot_width / 2
    dim.radius(
        pen,
        view.point(plate.slot_x, h / 2 - straight),
        plate.slot_width / 2 * scale,
        -35.0,
        1.1 * row,
        call.size(plate.slot_width / 2, "radius"),
    )
    rows = call.hole(plate.hole, count=4, through=True, counterbore=plate.counterbore, countersink=plate.countersink)
    centre = view.point(*holes[3])
    dim.leader(
        pen,
        polar(centre, wide / 2 * scale, 60.0),
        (centre[0] + 0.55 * row, y1 + 2.3 * row),
        rows,
        joint=joined(rows) if len(rows) > 1 else None,
    )
    depth = round(plate.thickness * 0.75, 1 if unit == 1.0 else 2)
    match plate.thread:
        case "metric":
            rows = call.metric_thread(plate.thread_size, count=4, grade="6H", depth=depth)
        case "unified":
            rows = call.unified_thread(*plate.unified, count=4, depth=depth)
        case "pipe":
            rows = call.pipe_thread(plate.pipe, count=4)
    tip = polar(view.point(*tapped[1]), _major(plate) / 2 * scale, 110.0)
    dim.leader(pen, tip, (view.point(plate.bore_x * 0.6, 0)[0], y1 + 2.3 * row), rows)
    bore = view.point(plate.bore_x, h / 2)
    bore_fit = fit(plate.bore_fit) if unit == 1.0 else symmetric(0.001)
    dim.diameter(
        pen,
        bore,
        plate.bore / 2 * scale,
        62.0,
        (y1 - bore[1]) / math.sin(math.radians(62.0)) - plate.bore / 2 * scale + 1.0 * row,
        call.size(plate.bore, "diameter", bore_fit),
    )
    dim.radius(
        pen,
        view.point(plate.corner, h - plate.corner),
        plate.corner * scale,
        135.0,
        0.9 * row,
        call.size(plate.corner, "radius", count=3),
    )
    rise = plate.bevel_x * math.tan(math.radians(plate.bevel))
    corner = view.point(w - plate.bevel_x, h)
    pen.line(corner, (x1 + 1.2 * row, corner[1]), thick=False)
    dim.angular(pen, corner, -plate.bevel, 0.0, plate.bevel_x * scale + 1.0 * row, call.angle(plate.bevel))
    dim.linear(
        pen,
        view.point(w, h - rise),
        view.point(w - plate.bevel_x, h),
        (0, y1 + 0.9 * row),
        call.size(plate.bevel_x),
        angle=0.0,
    )


def edge(pen: Pen, at: Point, scale: float, plate: Plate) -> None:
    """Draw the edge view with its lower left corner AT, upright, hidden bores dashed."""
    view = View(at, scale)
    t, h = plate.thickness, plate.height
    pen.line(view.point(0, 0), view.point(t, 0), view.point(t, h), view.point(0, h), closed=True)
    for y, d in ((h / 2, plate.bore), (plate.inset, plate.hole), (h - plate.inset, plate.hole)):
        for sign in (1, -1):
            pen.line(view.point(0, y + sign * d / 2), view.point(t, y + sign * d / 2), dash="hidden")
        pen.line(view.point(-3 / scale, y), view.point(t + 3 / scale, y), dash="centre")
    call, cap = pen.call, pen.style.cap
    metric = pen.style.notation.unit == "mm"
    dim.linear(pen, view.point(0, 0), view.point(t, 0), (0, at[1] - 3.1 * cap), call.size(t), angle=0.0)
    dim.datum(pen, view.point(0, h * 0.68), 180.0, "A", 2.0 * cap)
    x1 = view.point(t, 0)[0]
    dim.surface(pen, view.point(t, h * 0.30), call.roughness(3.2), -90.0)
    frame = call.frame("∥", 0.05 if metric else 0.002, "A")
    dim.leader(pen, view.point(t, h * 0.8), (x1 + 6.0, view.point(0, h)[1] + 2.0 * cap), [frame])

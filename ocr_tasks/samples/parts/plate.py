"""A mounting plate: top view with holes, slot, bore and rounded corners, and its edge view."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import Callout, fit, joined, limits, symmetric
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
    thickness_limits: bool = False

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
    row = 3.1 * pen.style.cap
    column = row if pen.style.placement == "above" else 2.2 * row
    _positions(pen, view, plate, holes, row, column)
    _slot_dimensions(pen, view, plate, row, column)
    _hole_notes(pen, view, plate, holes[3], tapped[1], wide, row)
    _corner_dimensions(pen, view, plate, row)
    cap = pen.style.cap
    dim.datum(pen, view.point(plate.width, plate.corner + 1.2 * cap / view.scale), 0.0, "B", 1.8 * cap)


def _positions(pen: Pen, view: View, plate: Plate, holes: list[Point], row: float, column: float) -> None:
    """Dimension sizes and positions below and to the left of the plate."""
    call, cap = pen.call, pen.style.cap
    w, h, i = plate.width, plate.height, plate.inset
    x0, y0 = view.at
    bore, slot = (plate.bore_x, h / 2), (plate.slot_x, h / 2)
    corner_low, corner_left = (0.0, plate.corner), (plate.corner, 0.0)
    tolerance = symmetric(plate.tolerance)

    def below(a: Point, b: Point, level: int, rows: list[Callout]) -> None:
        dim.linear(pen, view.point(*a), view.point(*b), (0, y0 - row * level), rows, angle=0.0, before=True)

    def left(a: Point, b: Point, level: int, rows: list[Callout], slide: float = 0.0) -> None:
        through = (x0 - row * 0.2 - column * level, 0.0)
        dim.linear(pen, view.point(*a), view.point(*b), through, rows, angle=90.0, slide=slide, before=True)

    below(corner_low, holes[0], 1, call.size(i))
    below(holes[0], holes[1], 1, call.size(w - 2 * i, "linear", tolerance))
    below(corner_low, bore, 2, call.size(plate.bore_x, "linear", symmetric(plate.tolerance / 2)))
    below(bore, slot, 2, call.size(plate.slot_x - plate.bore_x, basic=True))
    below(corner_low, (w, plate.corner), 3, call.size(w, "linear", symmetric(2 * plate.tolerance)))
    left(corner_left, holes[0], 1, call.size(i))
    left(holes[0], holes[2], 1, call.size(h - 2 * i, "linear", tolerance), 5 * cap)
    left(corner_left, bore, 2, call.size(h / 2))
    left(corner_left, (plate.corner, h), 3, call.size(h), 5 * cap)


def _slot_dimensions(pen: Pen, view: View, plate: Plate, row: float, column: float) -> None:
    middle, half = plate.height / 2, plate.slot_length / 2
    right = view.point(plate.width, 0)[0] + 0.35 * row + 0.65 * column
    ends = (view.point(plate.slot_x, middle - half), view.point(plate.slot_x, middle + half))
    length = pen.call.size(plate.slot_length, "linear", symmetric(2 * plate.tolerance))
    dim.linear(pen, *ends, (right, 0), length, angle=90.0)
    radius = plate.slot_width / 2
    centre = view.point(plate.slot_x, middle - half + radius)
    dim.radius(pen, centre, radius * view.scale, -35.0, 1.1 * row, pen.call.size(radius, "radius"))


def _hole_notes(pen: Pen, view: View, plate: Plate, hole: Point, tapped: Point, wide: float, row: float) -> None:
    """Call out corner holes (with their position), tapped holes and bore, above the plate."""
    call, scale, cap = pen.call, view.scale, pen.style.cap
    metric = pen.style.notation.unit == "mm"
    top_edge = view.point(0, plate.height)[1]
    rows = call.hole(plate.hole, count=4, through=True, counterbore=plate.counterbore, countersink=plate.countersink)
    centre = view.point(*hole)
    elbow = (centre[0] + 0.55 * row, top_edge + 3.3 * row)
    tip = polar(centre, wide / 2 * scale, 60.0)
    dim.leader(pen, tip, elbow, rows, joint=joined(rows) if len(rows) > 1 else None)
    if elbow[0] > tip[0]:
        drop = (2.9 if len(rows) == 1 else 4.9) if pen.style.placement == "above" else 2.9 if len(rows) == 1 else 3.9
        lead = 0.4 * cap if pen.style.placement == "above" else 1.65 * cap
        dim.frame(pen, (elbow[0] + lead, elbow[1] - drop * cap), call.frame("⌖", plate.position, "AB", "⌀", "Ⓜ"))
    depth = round(plate.thickness * 0.75, 1 if metric else 2)
    match plate.thread:
        case "metric":
            rows = call.metric_thread(plate.thread_size, count=4, grade="6H", depth=depth)
        case "unified":
            rows = call.unified_thread(*plate.unified, count=4, depth=depth)
        case "pipe":
            rows = call.pipe_thread(plate.pipe, count=4)
    tip = polar(view.point(*tapped), _major(plate) / 2 * scale, 110.0)
    dim.leader(pen, tip, (view.point(plate.bore_x * 0.6, 0)[0], top_edge + 2.3 * row), rows)
    bore = view.point(plate.bore_x, plate.height / 2)
    steep = math.radians(62.0)
    reach = (top_edge - bore[1]) / math.sin(steep) - plate.bore / 2 * scale + row
    size = call.size(plate.bore, "diameter", fit(plate.bore_fit) if metric else symmetric(0.001))
    dim.diameter(pen, bore, plate.bore / 2 * scale, 62.0, reach, size)


def _corner_dimensions(pen: Pen, view: View, plate: Plate, row: float) -> None:
    """Dimension the rounded corners and the bevel."""
    call, scale = pen.call, view.scale
    r, w, h = plate.corner, plate.width, plate.height
    inch = pen.style.notation.unit == "in"
    rows = call.size(r, "radius", typical=True) if inch else call.size(r, "radius", count=3)
    dim.radius(pen, view.point(r, h - r), r * scale, 135.0, 0.9 * row, rows)
    rise = plate.bevel_x * math.tan(math.radians(plate.bevel))
    corner, (x1, y1) = view.point(w - plate.bevel_x, h), view.point(w, h)
    pen.line(corner, (x1 + 1.2 * row, corner[1]), thick=False)
    dim.angular(pen, corner, -plate.bevel, 0.0, plate.bevel_x * scale + row, call.angle(plate.bevel))
    dim.linear(pen, view.point(w, h - rise), corner, (0, y1 + 0.9 * row), call.size(plate.bevel_x), angle=0.0)


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
    rows = call.size(t, "linear", limits(0.005, -0.005)) if plate.thickness_limits else call.size(t)
    joint = call.whole(t, "linear", limits(0.005, -0.005)) if plate.thickness_limits else None
    dim.linear(pen, view.point(0, 0), view.point(t, 0), (0, at[1] - 3.1 * cap), rows, angle=0.0, joint=joint)
    dim.datum(pen, view.point(0, h * 0.68), 180.0, "A", 2.0 * cap)
    x1 = view.point(t, 0)[0]
    dim.surface(pen, view.point(t, h * 0.30), call.roughness(3.2), -90.0)
    frame = call.frame("∥", 0.05 if metric else 0.002, "A")
    dim.leader(pen, view.point(t, h * 0.8), (x1 + 6.0, view.point(0, h)[1] + 2.0 * cap), [frame])

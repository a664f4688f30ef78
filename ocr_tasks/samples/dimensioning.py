"""Dimensions, leaders, frames, datums, surface symbols and section marks, drawn with a `Pen`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocr_tasks.samples.callouts import Callout
from ocr_tasks.samples.drafting import Across, Pen, readable
from ocr_tasks.samples.page_model import (
    Arc,
    Dimension,
    Fill,
    Line,
    Placement,
    Point,
    Primitive,
    angle_of,
    distance,
    polar,
)

GAP_MM = 1.0
OVERSHOOT_MM = 2.0


@dataclass(frozen=True, slots=True)
class _Run:
    """A linear dimension's line: its ends, its direction (degrees), and how its text reads."""

    start: Point
    end: Point
    angle: float

    @property
    def length(self) -> float:
        return distance(self.start, self.end)

    @property
    def reading(self) -> float:
        return readable(self.angle)

    @property
    def reversed(self) -> bool:
        """Say whether the text reads against the line's direction."""
        return abs((self.reading - self.angle + 180.0) % 360.0 - 180.0) > 90.0

    def turned_round(self) -> _Run:
        return _Run(self.end, self.start, self.angle + 180.0)


def linear(
    pen: Pen,
    p1: Point,
    p2: Point,
    through: Point,
    rows: Sequence[Callout],
    *,
    angle: float | None = None,
    joint: Mapping[str, Any] | None = None,
    shift: float = 0.0,
    slide: float = 0.0,
    before: bool = False,
) -> None:
    """Dimension the distance of P1 and P2 along ANGLE (their own direction, if None); the line goes through THROUGH.

    Where the text has no room between the arrows it stands behind the second one (the first, if BEFORE). SHIFT puts it
    there anyway, that much farther; SLIDE moves text that has room along the line, away from what crosses it.
    """
    angle = angle_of(p1, p2) if angle is None else angle
    u = (math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    along = [(p[0] - through[0]) * u[0] + (p[1] - through[1]) * u[1] for p in (p1, p2)]
    if along[0] > along[1]:
        p1, p2, along = p2, p1, along[::-1]
    f1, f2 = ((through[0] + s * u[0], through[1] + s * u[1]) for s in along)
    run = _Run(f1, f2, angle)
    style = pen.style
    arrow = 0.9 * style.cap
    width, height = pen.extent(rows)
    upright = style.placement == "broken"
    needs = abs(width * u[0]) + abs(height * u[1]) if upright else width
    fits = shift <= 0.0 and run.length >= max(needs + (2.6 if upright else 0.3) * arrow, 3.2 * arrow)
    inside = fits or run.length >= 3.2 * arrow
    if fits:
        play = max((run.length - needs) / 2 - 1.3 * arrow, 0.0)
        shapes = _text_between(pen, run, rows, max(-play, min(play, slide)), joint)
    else:
        shapes = _text_behind(pen, run.turned_round() if before else run, rows, needs, inside, shift, joint)
    turn = 0.0 if inside else 180.0
    arrows = (*pen.arrowhead(f1, angle + 180.0 + turn), *pen.arrowhead(f2, angle + turn))
    extensions = (*_extension(pen, p1, f1), *_extension(pen, p2, f2))
    text = " ".join(row.string() for row in rows)
    pen.add(Dimension("linear", (p1, p2, f2), angle, text, (*extensions, *arrows, *shapes)))


def _extension(pen: Pen, point: Point, foot: Point) -> tuple[Primitive, ...]:
    reach = distance(point, foot)
    if reach <= GAP_MM:
        return ()
    direction = angle_of(point, foot)
    ends = (polar(point, GAP_MM, direction), polar(point, reach + OVERSHOOT_MM, direction))
    return (Line(ends, pen.style.thin_mm),)


def _text_between(
    pen: Pen, run: _Run, rows: Sequence[Callout], slide: float, joint: Mapping[str, Any] | None
) -> tuple[Primitive, ...]:
    """Return the line and the text between its ends, SLIDE from the middle."""
    cap, thin = pen.style.cap, pen.style.thin_mm
    middle = polar(((run.start[0] + run.end[0]) / 2, (run.start[1] + run.end[1]) / 2), slide, run.angle)
    if pen.style.placement == "above":
        seat = polar(middle, 0.3 * cap, run.reading + 90.0)
        drawn, _ = pen.block(rows, seat, run.reading, "middle", "bottom", joint)
        return (Line((run.start, run.end), thin), *drawn)
    drawn, box = pen.block(rows, middle, 0.0, "middle", "middle", joint)
    half = _half_chord(box.x1 - box.x0, box.y1 - box.y0, run.angle) + 0.35 * cap
    first, second = polar(middle, half, run.angle + 180.0), polar(middle, half, run.angle)
    return (Line((run.start, first), thin), Line((second, run.end), thin), *drawn)


def _text_behind(
    pen: Pen,
    run: _Run,
    rows: Sequence[Callout],
    needs: float,
    inside: bool,
    shift: float,
    joint: Mapping[str, Any] | None,
) -> tuple[Primitive, ...]:
    """Return the line and the text that takes NEEDS behind its end; arrows from outside if not INSIDE."""
    cap = pen.style.cap
    arrow = 0.9 * cap
    tail = arrow * (0.6 if inside else 2.2) + shift
    lead = tail + 0.4 * cap
    if pen.style.placement == "above":
        seat = polar(polar(run.end, lead, run.angle), 0.3 * cap, run.reading + 90.0)
        across: Across = "right" if run.reversed else "left"
        drawn, _ = pen.block(rows, seat, run.reading, across, "bottom", joint)
        stop = polar(run.end, lead + needs, run.angle)
    else:
        drawn, _ = pen.block(rows, polar(run.end, lead + needs / 2, run.angle), 0.0, "middle", "middle", joint)
        stop = polar(run.end, tail, run.angle)
    begin = run.start if inside else polar(run.start, 2.2 * arrow, run.angle + 180.0)
    return (Line((begin, stop), pen.style.thin_mm), *drawn)


def leader(
    pen: Pen,
    tip: Point,
    elbow: Point,
    rows: Sequence[Callout],
    *,
    joint: Mapping[str, Any] | None = None,
    entity: tuple[str, tuple[Point, ...]] | None = None,
    arrow: bool = True,
    dot: bool = False,
) -> None:
    """Point at TIP from rows of text on a shelf at ELBOW; the shelf goes away from the tip."""
    style = pen.style
    side = 1.0 if elbow[0] >= tip[0] else -1.0
    across: Across = "left" if side > 0 else "right"
    framed = all(row.cells for row in rows)
    if style.placement == "above" and not framed:
        width = max(i.x1 - i.x0 for i in (pen.lay_callout(r).ink for r in rows))
        shelf_end = (elbow[0] + side * (width + 0.8 * style.cap), elbow[1])
        first = pen.lay_callout(rows[0]).ink
        seat = (elbow[0] + side * 0.4 * style.cap, elbow[1] + 0.3 * style.cap - min(first.y0, 0.0))
        drawn, _ = pen.block(rows[:1], seat, 0.0, across, "base", joint)
        if rows[1:]:
            below, _ = pen.block(rows[1:], (seat[0], elbow[1] - 0.45 * style.cap), 0.0, across, "top", None)
            drawn += below
    else:
        shelf_end = (elbow[0] + side * 1.2 * style.cap, elbow[1])
        seat = (shelf_end[0] + side * (0.45 * style.cap if not framed else 0.55 * style.cap), elbow[1])
        if framed:
            laid = pen.lay_callout(rows[0])
            seat = (shelf_end[0] + (laid.ink.x0 if side > 0 else -(laid.advance - laid.ink.x1)), elbow[1])
        drawn, _ = pen.block(rows, seat, 0.0, across, "middle", joint)
    shapes: list[Primitive] = [Line((tip, elbow, shelf_end), style.thin_mm)]
    if dot:
        shapes.append(Fill(tuple(polar(tip, 0.6, a) for a in range(0, 360, 30))))
    elif arrow:
        shapes += pen.arrowhead(tip, angle_of(elbow, tip))
    if entity:
        name, definition = entity
        text = " ".join(row.string() for row in rows)
        kind: Any = name
        pen.add(Dimension(kind, definition, angle_of(tip, elbow), text, (*shapes, *drawn)))
    else:
        pen.add(*shapes, *drawn)


def diameter(
    pen: Pen,
    centre: Point,
    radius: float,
    angle: float,
    reach: float,
    rows: Sequence[Callout],
    joint: Mapping[str, Any] | None = None,
) -> None:
    """Dimension a circle by a leader at ANGLE, its elbow REACH beyond the circle."""
    tip, far = polar(centre, radius, angle), polar(centre, radius, angle + 180.0)
    leader(pen, tip, polar(centre, radius + reach, angle), rows, joint=joint, entity=("diameter", (far, tip)))


def radius(pen: Pen, centre: Point, size: float, angle: float, reach: float, rows: Sequence[Callout]) -> None:
    """Dimension an arc from outside (REACH positive) or from within (negative), on a shelf or along the leader."""
    tip = polar(centre, size, angle)
    elbow = polar(centre, size + reach, angle)
    style = pen.style
    if not style.oblique_leaders:
        leader(pen, tip, elbow, rows, entity=("radius", (centre, tip)))
        return
    out = angle if reach > 0 else angle + 180.0
    reading = readable(out)
    flipped = abs((reading - out + 180.0) % 360.0 - 180.0) > 90.0
    ink = pen.lay_callout(rows[0]).ink
    end = polar(elbow, ink.x1 - ink.x0 + style.cap * 0.4, out)
    seat = polar(polar(elbow, 0.2 * style.cap, out), 0.3 * style.cap, reading + 90.0)
    drawn, _ = pen.block(rows, seat, reading, "right" if flipped else "left", "bottom")
    shapes = (Line((tip, end), style.thin_mm), *pen.arrowhead(tip, out + 180.0))
    pen.add(Dimension("radius", (centre, tip), angle, rows[0].string(), (*shapes, *drawn)))


def angular(pen: Pen, vertex: Point, start: float, end: float, size: float, rows: Sequence[Callout]) -> None:
    """Dimension the angle between directions START and END at VERTEX, on an arc of radius SIZE."""
    style = pen.style
    middle = (start + end) / 2
    ink = pen.lay_callout(rows[0]).ink
    sweep = math.radians(end - start) * size
    reading = readable(middle - 90.0)
    outside = abs((reading - (middle - 90.0) + 180.0) % 360.0 - 180.0) < 90.0
    narrow = sweep < ink.x1 - ink.x0 + (1.2 if style.placement == "above" else 3.8) * style.cap
    turn = math.degrees(0.45 * style.cap / size)
    shapes: list[Primitive] = []
    if narrow:  # arrows from outside, the text beyond the first leg
        tail = math.degrees(2.0 * style.cap / size)
        beyond = polar(polar(vertex, size, start - tail), 0.5 * style.cap, start - 90.0)
        radial, tangential = math.cos(math.radians(start)), math.cos(math.radians(start - 90.0))
        across: Across = "left" if (radial if abs(radial) > 0.5 else tangential) >= 0 else "right"
        drawn, _ = pen.block(rows, beyond, 0.0, across, "middle")
        shapes += [
            Arc(vertex, size, start - tail, start, style.thin_mm),
            Arc(vertex, size, end, end + tail, style.thin_mm),
        ]
        shapes += pen.arrowhead(polar(vertex, size, start), start + 90.0 - turn)
        shapes += pen.arrowhead(polar(vertex, size, end), end - 90.0 + turn)
    elif style.placement == "broken":
        gap = math.degrees((ink.x1 - ink.x0 + style.cap) / 2 / size)
        drawn, _ = pen.block(rows, polar(vertex, size, middle), 0.0, "middle", "middle")
        shapes += [
            Arc(vertex, size, start, middle - gap, style.thin_mm),
            Arc(vertex, size, middle + gap, end, style.thin_mm),
        ]
    else:
        seat = polar(vertex, size + (0.35 if outside else -0.35) * style.cap, middle)
        drawn, _ = pen.block(rows, seat, reading, "middle", "bottom")
        shapes.append(Arc(vertex, size, start, end, style.thin_mm))
    if not narrow:
        shapes += pen.arrowhead(polar(vertex, size, start), start - 90.0 + turn)
        shapes += pen.arrowhead(polar(vertex, size, end), end + 90.0 - turn)
    legs = (polar(vertex, size, start), polar(vertex, size, end))
    pen.add(
        Dimension("angular", (vertex, *legs, polar(vertex, size, middle)), 0.0, rows[0].string(), (*shapes, *drawn))
    )


def frame(pen: Pen, at: Point, callout: Callout, below: Callout | None = None) -> None:
    """Put a feature control frame with its lower left corner AT, a second row below it if there is one."""
    height = 2.0 * pen.style.cap
    for i, one in enumerate(filter(None, (callout, below))):
        laid = pen.lay_callout(one)
        drawn, _ = pen.block([one], (at[0] + laid.ink.x0, at[1] - i * height + laid.ink.y0), 0.0, "left", "bottom")
        pen.add(*drawn)


def datum(pen: Pen, foot: Point, angle: float, letter: str, reach: float = 6.0) -> None:
    """Put a datum feature symbol on an edge at FOOT; it stands away from the edge in the direction ANGLE."""
    cap = pen.style.cap
    place = Placement(foot, angle)
    pen.add(Fill(place.points([(0.0, 0.55 * cap), (0.0, -0.55 * cap), (0.9 * cap, 0.0)])))
    box = polar(foot, reach + cap, angle)
    pen.line(polar(foot, 0.9 * cap, angle), polar(foot, reach, angle), thick=False)
    (x, y) = box
    pen.line((x - cap, y - cap), (x + cap, y - cap), (x + cap, y + cap), (x - cap, y + cap), thick=False, closed=True)
    pen.text(letter, box, across="middle", upright="middle", kind="text", meaning={"kind": "datum", "datum": letter})


def surface(pen: Pen, foot: Point, callout: Callout, angle: float = 0.0, machined: bool = True) -> None:
    """Put a surface texture symbol (ISO 21920-1) on a surface at FOOT; ANGLE is the surface's direction."""
    cap = pen.style.cap
    place = Placement(foot, angle)
    laid = pen.lay_callout(callout)
    width = laid.ink.x1 - laid.ink.x0
    tip, left = (0.0, 0.0), (-0.7 * cap, 1.2 * cap)
    right, shelf = (1.5 * cap, 2.6 * cap), (1.9 * cap + width, 2.6 * cap)
    thin = pen.style.thin_mm
    pen.add(Line(place.points([left, tip, right, shelf]), thin))
    if machined:
        pen.add(Line(place.points([left, (0.7 * cap, 1.2 * cap)]), thin))
    drawn, _ = pen.block([callout], place.point((1.7 * cap, 2.3 * cap)), angle, "left", "top")
    pen.add(*drawn)


def section_marks(pen: Pen, ends: tuple[Point, Point], letter: str, look: float) -> None:
    """Mark a cutting plane between ENDS, seen in the direction LOOK (degrees), with its letters."""
    cap = pen.style.cap * 1.4
    direction = angle_of(*ends)
    for end, out in ((ends[0], direction + 180.0), (ends[1], direction)):
        inner = polar(end, 4.0, out + 180.0)
        pen.line(end, inner)
        tip = polar(end, 7.0, look + 180.0)
        # the arrow comes from behind the plane and stops at it
        pen.line(tip, end, thick=False)
        pen.add(*pen.arrowhead(end, look))
        at = polar(tip, 1.0 * cap, look + 180.0)
        pen.text(letter, at, cap=cap, across="middle", upright="middle", kind="text")
    pen.line(*ends, dash="centre")


def title(pen: Pen, at: Point, text: str, scale: str | None = None, scale_value: float | None = None) -> None:
    """Letter a view's title, its scale below it."""
    cap = pen.style.cap * 1.2
    pen.text(text, at, cap=cap, across="middle", kind="text")
    if scale:
        meaning = {"kind": "scale", "scale": scale_value}
        pen.text(scale, (at[0], at[1] - 1.7 * cap), cap=pen.style.cap, across="middle", kind="text", meaning=meaning)


def balloon(pen: Pen, tip: Point, centre: Point, number: int) -> None:
    """Point at a part of an assembly from a balloon that holds its item number."""
    size = 1.7 * pen.style.cap
    pen.arc(centre, size, thick=False)
    pen.line(polar(centre, size, angle_of(centre, tip)), tip, thick=False)
    pen.add(Fill(tuple(polar(tip, 0.7, a) for a in range(0, 360, 30))))
    pen.text(str(number), centre, across="middle", upright="middle", cap=pen.style.cap * 1.2, kind="number")


def _half_chord(width: float, height: float, angle: float) -> float:
    """Return how far a box reaches from its middle in the direction ANGLE."""
    u = (math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    return min(side / 2 / abs(c) for side, c in ((width, u[0]), (height, u[1])) if abs(c) > 1e-6)

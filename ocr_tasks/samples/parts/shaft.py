"""A stepped shaft: side view, section through its keyway, detail of its undercut."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import AT_MOST, fit, stacked, symmetric
from ocr_tasks.samples.drafting import Pen, View
from ocr_tasks.samples.page_model import Point, distance, polar
from ocr_tasks.samples.standards import keyway


@dataclass(frozen=True, slots=True)
class Step:
    """A cylinder of the shaft. `fit` is its ISO class, `thread` its pitch if it carries a metric thread."""

    length: float
    diameter: float
    fit: str = ""
    thread: float | None = None
    key_length: float | None = None


@dataclass(frozen=True, slots=True)
class Shaft:
    """Steps from left to right; one at most has a key. `control` is the characteristic that holds the last journal,
    to `runout` millimetres; `left_hand` is of the thread."""

    steps: tuple[Step, ...] = (
        Step(34.0, 24.0, thread=1.5),
        Step(52.0, 30.0, "k6"),
        Step(18.0, 42.0),
        Step(96.0, 36.0, "h6", key_length=56.0),
        Step(40.0, 30.0, "k6"),
    )
    chamfer: float = 2.0
    undercut: float = 3.0
    runout: float = 0.02
    control: str = "↗"
    left_hand: bool = False

    @property
    def length(self) -> float:
        """Return the overall length."""
        return sum(step.length for step in self.steps)

    @property
    def widest(self) -> float:
        """Return the largest diameter."""
        return max(step.diameter for step in self.steps)

    def starts(self) -> list[float]:
        """Return where each step begins."""
        return [sum(s.length for s in self.steps[:i]) for i in range(len(self.steps))]

    def volume(self) -> float:
        """Return the volume, keyway and chamfers left out."""
        return sum(math.pi / 4 * s.diameter**2 * s.length for s in self.steps)

    def keyed(self) -> tuple[float, Step] | None:
        """Return where the keyed step begins, and the step."""
        for start, step in zip(self.starts(), self.steps, strict=True):
            if step.key_length:
                return start, step
        return None


def side(pen: Pen, at: Point, scale: float, shaft: Shaft) -> None:
    """Draw the side view with the left end's centre AT."""
    view = View(at, scale)
    c = shaft.chamfer
    top: list[Point] = []
    last = len(shaft.steps) - 1
    for i, (x, step) in enumerate(zip(shaft.starts(), shaft.steps, strict=True)):
        r, end = step.diameter / 2, x + step.length
        top += [(x, r - c), (x + c, r)] if i == 0 else [(x, r)]
        top += [(end - c, r), (end, r - c)] if i == last else [(end, r)]
        if i in (0, last):
            edge = x + c if i == 0 else end - c
            pen.line(view.point(edge, r), view.point(edge, -r))
        if i and shaft.steps[i - 1].diameter != step.diameter:
            taller = max(r, shaft.steps[i - 1].diameter / 2)
            pen.line(view.point(x, taller), view.point(x, -taller))
        if step.thread:
            core = r - 0.6134 * step.thread
            stop = end - shaft.undercut
            for sign in (1, -1):
                pen.line(view.point(x + c, sign * core), view.point(stop, sign * core), thick=False)
            pen.line(view.point(stop, r), view.point(stop, -r))
    outline = view.points([*top, *((x, -y) for x, y in reversed(top))])
    pen.line(*outline, closed=True)
    pen.line(view.point(-8 / scale, 0), view.point(shaft.length + 8 / scale, 0), dash="centre")
    _side_dimensions(pen, view, shaft)
    _key_from_front(pen, view, shaft)


def _side_dimensions(pen: Pen, view: View, shaft: Shaft) -> None:
    call, cap, scale = pen.call, pen.style.cap, view.scale
    low = view.at[1] - shaft.widest / 2 * scale
    row = 3.2 * cap
    starts = shaft.starts()
    last = len(shaft.steps) - 1
    for i, (x, step) in enumerate(zip(starts, shaft.steps, strict=True)):
        r, end = step.diameter / 2, x + step.length
        if i not in (last, 1):
            tolerance = symmetric(0.1) if i == 0 else stacked(0.1, 0.0) if i == 2 else symmetric(0.2)
            rows = call.size(step.length, "linear", tolerance if i < 3 else symmetric(0.2))
            dim.linear(
                pen, view.point(x, -r + _chamfer_at(i, shaft)), view.point(end, -r), (0, low - row), rows, angle=0.0
            )
        middle = view.point(x + step.length * (0.11 if step.key_length else 0.75 if i == 1 else 0.5), 0)[0]
        upper, lower = view.point(x, r), view.point(x, -r)
        if step.thread:
            tip = view.point(x + step.length * 0.35, r)
            elbow = (tip[0] - 3.0, view.at[1] + shaft.widest / 2 * scale + 2.2 * row)
            dim.leader(
                pen, tip, elbow, call.metric_thread(step.diameter, step.thread, grade="6g", left=shaft.left_hand)
            )
            continue
        rows = call.size(step.diameter, "diameter", fit(step.fit, True) if step.fit else symmetric(0.2))
        over = (shaft.widest / 2 - r) * scale + 1.0
        dim.linear(pen, (middle, lower[1]), (middle, upper[1]), (middle, 0), rows, angle=90.0, shift=over)
    x_second = starts[1]
    if len(starts) > 2:
        rows = call.size(starts[2] - x_second, "linear", stacked(0.0, -0.1))
        second = shaft.steps[1].diameter / 2
        dim.linear(
            pen, view.point(x_second, -second), view.point(starts[2], -second), (0, low - 2 * row), rows, angle=0.0
        )
    rows = call.size(shaft.length, "linear", symmetric(0.3))
    first, end = shaft.steps[0].diameter / 2, shaft.steps[-1].diameter / 2
    c = shaft.chamfer
    dim.linear(pen, view.point(0, -first + c), view.point(shaft.length, -end + c), (0, low - 3 * row), rows, angle=0.0)
    tip = view.point(shaft.length - c / 2, end - c / 2)
    rise = view.at[1] + shaft.widest / 2 * scale
    dim.leader(pen, tip, (tip[0] + 6.0, rise + 0.6 * row), call.chamfer(c, count=2, short=pen.style.short_chamfers))
    journal = view.point(starts[-1] + shaft.steps[-1].length * 0.78, end)
    datums = "" if shaft.control in "⌭○⏤" else "A" if shaft.control == "◎" else "AB"
    frame = call.frame(shaft.control, shaft.runout, datums, "⌀" if shaft.control == "◎" else "")
    dim.leader(pen, journal, (journal[0] + 8.0, rise + 2.4 * row), [frame])
    for i, letter in ((1, "A"), (last, "B")):
        spot = starts[i] + shaft.steps[i].length * 0.22
        foot = view.point(spot, -shaft.steps[i].diameter / 2)
        dim.datum(pen, foot, -90.0, letter, (shaft.widest - shaft.steps[i].diameter) / 2 * scale * 0.3 + 1.6 * cap)
    seat = view.point(starts[1] + 3.5 / scale, shaft.steps[1].diameter / 2)
    dim.surface(pen, seat, call.roughness(0.8))


def _chamfer_at(index: int, shaft: Shaft) -> float:
    """Return the chamfer that stands at the beginning of step INDEX: only the first has one."""
    return shaft.chamfer if index == 0 else 0.0


def _key_from_front(pen: Pen, view: View, shaft: Shaft) -> None:
    keyed = shaft.keyed()
    if keyed is None:
        return
    start, step = keyed
    assert step.key_length is not None  # noqa: S101 - keyed() returns only such steps
    width, _, _ = keyway(step.diameter)
    middle = start + step.length * 0.56
    a, b, h = middle - step.key_length / 2 + width / 2, middle + step.key_length / 2 - width / 2, width / 2
    pen.line(view.point(a, h), view.point(b, h))
    pen.line(view.point(a, -h), view.point(b, -h))
    pen.arc(view.point(a, 0), h * view.scale, 90.0, 270.0)
    pen.arc(view.point(b, 0), h * view.scale, -90.0, 90.0)
    rise = view.at[1] + shaft.widest / 2 * view.scale
    rows = pen.call.size(step.key_length, "linear", stacked(0.3, 0.0))
    over = (0.0, rise + 3.2 * pen.style.cap * 2.4)
    dim.linear(pen, view.point(a - h, 0), view.point(b + h, 0), over, rows, angle=0.0)
    cut = view.point(middle + step.key_length * 0.22, 0)[0]
    r = step.diameter / 2 * view.scale
    dim.section_marks(pen, ((cut, view.at[1] - r - 5.0), (cut, view.at[1] + r + 5.0)), "B", 180.0)


def key_section(pen: Pen, at: Point, scale: float, shaft: Shaft) -> None:
    """Draw section B-B through the keyway with its centre AT."""
    keyed = shaft.keyed()
    if keyed is None:
        return
    _, step = keyed
    width, deep, _ = keyway(step.diameter)
    r = step.diameter / 2
    view = View(at, scale)
    half = math.degrees(math.asin(width / 2 / r))
    floor = r - deep
    arc = [polar((0, 0), r, 90 + half + (360 - 2 * half) * i / 72) for i in range(73)]
    ring = view.points([*arc, (width / 2, floor), (-width / 2, floor)])
    pen.hatch(ring, spacing=2.0)
    pen.arc(at, r * scale, 90 + half, 450 - half)
    pen.line(ring[72], ring[73], ring[74], ring[0])
    pen.centre_mark(at, r * scale + 5.0)
    call, cap = pen.call, pen.style.cap
    over = at[1] + r * scale + 2.6 * cap
    dim.linear(pen, ring[0], ring[72], (0, over), call.size(width, "linear", fit("N9", True)), angle=0.0)
    bottom = view.point(0, -r)
    right = at[0] + r * scale + 4.2 * cap
    rows = call.size(round(step.diameter - deep, 3), "linear", stacked(0.0, -0.2))
    dim.linear(pen, bottom, view.point(width / 2, floor), (right, 0), rows, angle=90.0)
    wall = view.point(0, floor)
    dim.leader(
        pen,
        (wall[0] - 0.3 * width * scale, wall[1]),
        (at[0] - r * scale - 6.0, at[1] + r * scale + 1.0),
        [call.frame("⌯", 0.05, "A")],
    )
    dim.title(
        pen,
        (at[0], at[1] - r * scale - 5.2 * cap),
        pen.style.word("SECTION") + " B-B",
        f"{pen.style.word('SCALE')} {ratio(scale)}",
        scale,
    )


def undercut_detail(pen: Pen, at: Point, scale: float, shaft: Shaft, letter: str = "C") -> None:
    """Draw the thread's undercut enlarged in a circle with its centre AT."""
    step, following = shaft.steps[0], shaft.steps[1]
    pitch = step.thread or 1.5
    view = View(at, scale)
    w, depth = shaft.undercut, round(1.15 * pitch / 2 + 0.3, 1)
    reach = max(w * 1.6, 5.0)
    rise = (following.diameter - step.diameter) / 2
    profile = [(-reach, 0.0), (-w, 0.0), (-w + depth, -depth), (-depth * 0.3, -depth), (0.0, -depth * 0.7), (0.0, rise)]
    line = view.points([*profile, (reach, rise)])
    pen.line(*line)
    circle = max(distance(at, line[0]), distance(at, line[-1]))
    foot = [polar(at, circle, a) for a in range(int(_angle(at, line[0])) + 1, 360 + int(_angle(at, line[-1])), 6)]
    pen.hatch([*line, *reversed(foot)], spacing=3.0)
    pen.arc(at, circle, thick=False)
    call, cap = pen.call, pen.style.cap
    dim.linear(
        pen, view.point(-w, 0), view.point(0, rise), (0, at[1] + circle * 0.45 + 2 * cap), call.size(w), angle=0.0
    )
    dim.linear(
        pen,
        view.point(-reach, 0),
        view.point(-w + depth, -depth),
        (at[0] - circle - 1.2 * cap, 0),
        call.size(depth),
        angle=90.0,
    )
    dim.leader(
        pen,
        view.point(-depth * 0.1, -depth * 0.85),
        (at[0] + circle + 5.0, at[1] - circle * 0.7),
        call.size(0.6, "radius", AT_MOST),
        entity=("radius", (at, at)),
    )
    slope = view.point(-w + 0.45 * depth, -0.45 * depth)
    dim.leader(pen, slope, (at[0] - circle * 0.75, at[1] + circle * 0.95), call.angle(45.0))
    dim.title(
        pen,
        (at[0], at[1] - circle - 2.4 * cap),
        f"{pen.style.word('DETAIL')} {letter}",
        f"{pen.style.word('SCALE')} {ratio(scale)}",
        scale,
    )


def ratio(scale: float) -> str:
    """Return a scale as written: 2:1, 1:5."""
    return f"{scale:g}:1" if scale >= 1 else f"1:{1 / scale:g}"


def _angle(centre: Point, point: Point) -> float:
    return math.degrees(math.atan2(point[1] - centre[1], point[0] - centre[0])) % 360.0

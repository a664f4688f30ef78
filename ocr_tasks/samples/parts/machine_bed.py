"""A machine bed plate: a large top view with a grid of tagged holes and T-slots, edge view, slot detail, hole chart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ocr_tasks.samples import border
from ocr_tasks.samples import dimensioning as dim
from ocr_tasks.samples.callouts import fit, symmetric
from ocr_tasks.samples.drafting import Pen, View
from ocr_tasks.samples.page_model import Point


@dataclass(frozen=True, slots=True)
class MachineBed:
    """Sizes in millimetres. Holes stand on a grid of `pitch` from `inset`; T-slots run the whole length."""

    length: float = 1600.0
    width: float = 900.0
    thickness: float = 60.0
    inset: float = 75.0
    pitch_x: float = 145.0
    pitch_y: float = 125.0
    slots: tuple[float, ...] = (262.5, 637.5)
    slot: float = 22.0
    slot_head: float = 37.0
    slot_deep: float = 38.0
    slot_head_deep: float = 16.0

    def holes(self) -> Iterator[tuple[str, str, float, float, str]]:
        """Yield (type, tag, x, y, size as written)."""
        columns = int((self.length - 2 * self.inset) / self.pitch_x) + 1
        rows = int((self.width - 2 * self.inset) / self.pitch_y) + 1
        counts = {"A": 0, "B": 0, "C": 0}
        for j in range(rows):
            for i in range(columns):
                x, y = self.inset + i * self.pitch_x, self.inset + j * self.pitch_y
                if any(abs(y - slot) < 40.0 for slot in self.slots):
                    continue
                corner = i in (0, columns - 1) and j in (0, rows - 1)
                kind = "C" if corner else "A" if (i + j) % 2 == 0 else "B"
                counts[kind] += 1
                yield kind, f"{kind}{counts[kind]}", x, y, HOLES[kind][1]

    def volume(self) -> float:
        """Return the volume of the plate less T-slots and holes, each taken as through."""
        neck = self.slot * (self.slot_deep - self.slot_head_deep)
        slots = len(self.slots) * self.length * (neck + self.slot_head * self.slot_head_deep)
        holes = sum(math.pi / 4 * HOLES[kind][0] ** 2 * self.thickness for kind, *_ in self.holes())
        return self.length * self.width * self.thickness - slots - holes


HOLES: dict[str, tuple[float, str]] = {"A": (16.0, "M16-6H ↧32"), "B": (17.5, "⌀17.5 THRU"), "C": (20.0, "⌀20 H7 THRU")}


def top(pen: Pen, at: Point, scale: float, bed: MachineBed) -> None:
    """Draw the top view with its lower left corner AT."""
    view = View(at, scale)
    length, width = bed.length, bed.width
    pen.line(view.point(0, 0), view.point(length, 0), view.point(length, width), view.point(0, width), closed=True)
    for y in bed.slots:
        for dy in (bed.slot / 2, -bed.slot / 2):
            pen.line(view.point(0, y + dy), view.point(length, y + dy))
        for dy in (bed.slot_head / 2, -bed.slot_head / 2):
            pen.line(view.point(0, y + dy), view.point(length, y + dy), dash="hidden")
        pen.line(view.point(-12, y), view.point(length + 12, y), dash="centre")
    for kind, tag, x, y, _ in bed.holes():
        centre, r = view.point(x, y), HOLES[kind][0] / 2 * scale
        pen.arc(centre, r)
        pen.centre_mark(centre, r + 2.0)
        pen.text(tag, (centre[0] + r + 1.2, centre[1] + r + 0.6), cap=2.5, kind="number")
    call, cap = pen.call, pen.style.cap
    row = 3.0 * cap
    (x0, y0), (x1, y1) = at, view.point(length, width)
    xs = sorted({x for _, _, x, _, _ in bed.holes()})
    ys = sorted({y for _, _, _, y, _ in bed.holes()})
    for a, b in zip([0.0, *xs], xs, strict=False):
        dim.linear(
            pen,
            view.point(a, bed.inset if a else 0),
            view.point(b, bed.inset),
            (0, y0 - 1.2 * row),
            call.size(b - a),
            angle=0.0,
        )
    dim.linear(
        pen,
        view.point(xs[0], bed.inset),
        view.point(xs[-1], bed.inset),
        (0, y0 - 2.2 * row),
        call.size(xs[-1] - xs[0], "linear", symmetric(0.1)),
        angle=0.0,
    )
    dim.linear(
        pen,
        view.point(0, 0),
        view.point(length, 0),
        (0, y0 - 3.2 * row),
        call.size(length, "linear", symmetric(0.5)),
        angle=0.0,
    )
    for a, b in zip([0.0, *ys], ys, strict=False):
        dim.linear(
            pen,
            view.point(bed.inset if a else 0, a),
            view.point(bed.inset, b),
            (x0 - 1.2 * row, 0),
            call.size(b - a),
            angle=90.0,
        )
    for i, y in enumerate(bed.slots):
        dim.linear(
            pen,
            view.point(length, 0),
            view.point(length, y),
            (x1 + (1.6 + i) * row, 0),
            call.size(y, "linear", symmetric(0.1)),
            angle=90.0,
        )
    dim.linear(
        pen,
        view.point(0, 0),
        view.point(0, width),
        (x0 - 2.4 * row, 0),
        call.size(width, "linear", symmetric(0.3)),
        angle=90.0,
    )
    dim.section_marks(
        pen, ((view.point(length * 0.93, 0)[0], y0 - 7.0), (view.point(length * 0.93, 0)[0], y1 + 10.0)), "A", 180.0
    )
    dim.surface(pen, view.point(length * 0.35, width), call.roughness(1.6))
    dim.leader(
        pen,
        view.point(length * 0.6, width),
        (view.point(length * 0.6, 0)[0] + 10.0, y1 + 12.0),
        [call.frame("⏥", 0.08)],
    )
    dim.title(
        pen, ((x0 + x1) / 2, y1 + 30.0), pen.style.word("TOP VIEW"), f"{pen.style.word('SCALE')} 1:{1 / scale:g}", scale
    )


def edge(pen: Pen, at: Point, scale: float, bed: MachineBed) -> None:
    """Draw the edge view (section A-A, turned upright) with its lower left corner AT."""
    view = View(at, scale)
    t, width = bed.thickness, bed.width
    outline: list[Point] = [(0, 0), (t, 0)]
    for y in bed.slots:
        s, h = bed.slot / 2, bed.slot_head / 2
        deep, lip = t - bed.slot_deep, t - bed.slot_deep + bed.slot_head_deep
        outline += [(t, y - s), (lip, y - s), (lip, y - h), (deep, y - h)]
        outline += [(deep, y + h), (lip, y + h), (lip, y + s), (t, y + s)]
    outline += [(t, width), (0, width)]
    ring = view.points(outline)
    pen.line(*ring, closed=True)
    pen.hatch(ring, spacing=4.0)
    call, cap = pen.call, pen.style.cap
    dim.linear(
        pen,
        view.point(0, 0),
        view.point(t, 0),
        (0, at[1] - 3.4 * cap),
        call.size(t, "linear", symmetric(0.2)),
        angle=0.0,
    )
    dim.datum(pen, view.point(0, width * 0.4), 180.0, "A", 8.0)
    dim.leader(
        pen,
        view.point(t, width * 0.8),
        (view.point(t, 0)[0] + 9.0, view.point(0, width * 0.8)[1] + 8.0),
        [call.frame("∥", 0.1, "A")],
    )
    dim.title(pen, (view.point(t / 2, 0)[0], view.point(0, width)[1] + 12.0), pen.style.word("SECTION") + " A-A")
    end = view.point(t * 0.6, bed.slots[0])
    pen.arc(end, bed.slot_head * 0.95 * scale, thick=False)
    pen.text("D", (end[0] + bed.slot_head * scale + 1.5, end[1] - bed.slot_head * scale), cap=cap * 1.3, kind="text")


def slot_detail(pen: Pen, at: Point, scale: float, bed: MachineBed) -> None:
    """Draw the T-slot enlarged, the middle of its mouth AT."""
    view = View(at, scale)
    s, h = bed.slot / 2, bed.slot_head / 2
    deep, lip = -bed.slot_deep, -bed.slot_deep + bed.slot_head_deep
    reach = h * 1.9
    profile: list[Point] = [
        (-reach, 0),
        (-s, 0),
        (-s, lip),
        (-h, lip),
        (-h, deep),
        (h, deep),
        (h, lip),
        (s, lip),
        (s, 0),
        (reach, 0),
    ]
    line = view.points(profile)
    pen.line(*line)
    floor = deep * 1.35
    pen.hatch([*line, *view.points([(reach, floor), (-reach, floor)])], spacing=3.5)
    pen.line(view.point(0, 4), view.point(0, deep - 4), dash="centre")
    call, cap = pen.call, pen.style.cap
    row = 3.2 * cap
    low = view.point(0, floor)[1]
    dim.linear(
        pen,
        view.point(-s, 0),
        view.point(s, 0),
        (0, at[1] + row),
        call.size(bed.slot, "linear", fit("H8", True)),
        angle=0.0,
    )
    dim.linear(
        pen,
        view.point(-h, deep),
        view.point(h, deep),
        (0, low - 0.6 * row),
        call.size(bed.slot_head, "linear", symmetric(0.5)),
        angle=0.0,
    )
    right, left = view.point(reach, 0)[0], view.point(-reach, 0)[0]
    dim.linear(pen, view.point(h, deep), view.point(reach, 0), (right + row, 0), call.size(bed.slot_deep), angle=90.0)
    dim.linear(
        pen, view.point(-h, deep), view.point(-h, lip), (left - 0.6 * row, 0), call.size(bed.slot_head_deep), angle=90.0
    )
    dim.leader(pen, view.point(s, 0), (at[0] + reach * scale + 6.0, at[1] + 0.5 * row), call.chamfer(1.5, count=2))
    dim.title(
        pen, (at[0], low - 2.6 * row), pen.style.word("DETAIL") + " D", f"{pen.style.word('SCALE')} {scale:g}:1", scale
    )


def chart(pen: Pen, corner: Point, bed: MachineBed, rows_a_column: int = 20) -> None:
    """Put the hole chart with its upper left corner at CORNER, in columns side by side."""
    rows = [(tag, pen.call.notation.number(x), pen.call.notation.number(y), size) for _, tag, x, y, size in bed.holes()]
    rows.sort(key=lambda r: (r[0][0], int(r[0][1:])))
    widths = (15.0, 20.0, 20.0, 42.0)
    for i, first in enumerate(range(0, len(rows), rows_a_column)):
        border.hole_chart(
            pen,
            (corner[0] + i * (sum(widths) + 4.0), corner[1]),
            ("TAG", "X LOC", "Y LOC", "SIZE"),
            rows[first : first + rows_a_column],
            widths,
            first=first,
        )

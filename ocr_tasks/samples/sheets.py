"""Whole sheets: views of a part side by side at the largest standard scale that fits, with border and title block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ocr_tasks.samples import border
from ocr_tasks.samples.border import Layout, PartRow, Revision, TitleBlock
from ocr_tasks.samples.drafting import Pen, Style
from ocr_tasks.samples.lettering import Hand
from ocr_tasks.samples.page_model import Point, Sheet
from ocr_tasks.samples.parts import bearing_block, bearing_unit, flange, machine_bed, plate, shaft
from ocr_tasks.samples.parts.bearing_block import BearingBlock
from ocr_tasks.samples.parts.bearing_unit import BearingUnit
from ocr_tasks.samples.parts.flange import Flange
from ocr_tasks.samples.parts.machine_bed import MachineBed
from ocr_tasks.samples.parts.plate import Plate
from ocr_tasks.samples.parts.shaft import Shaft, ratio

SCALES = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05)
"""ISO 5455, those used for parts of ordinary size."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around the views. `notes`: each note is its lines."""

    block: TitleBlock
    layout: Layout = "english"
    hand: Hand = field(default_factory=Hand)
    revisions: tuple[Revision, ...] = ()
    notes_heading: str = "NOTES:"
    notes: tuple[tuple[str, ...], ...] = ()
    parts: tuple[PartRow, ...] = ()
    first_angle: bool = True


@dataclass(frozen=True, slots=True)
class ViewBox:
    """A view with the room that it and its dimensions take round its anchor, millimetres on paper."""

    left: float
    right: float
    up: float
    down: float
    draw: Callable[[Pen, Point], None]


Views = Callable[[float, Style], Sequence[ViewBox]]
"""(scale, style) to the views of a row, from left to right."""


def _wide(style: Style, above: float, broken: float) -> float:
    """Return the room for upright dimensions: text that lies across their lines takes more."""
    return above if style.placement == "above" else broken


class DoesNotFit(ValueError):
    """No standard scale brings the views onto any of the sheet sizes."""


def flange_views(part: Flange) -> Views:
    """Return front view and section of a flange."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        r, length = part.outer / 2 * scale, part.length * scale
        return [
            ViewBox(
                r + 8,
                max(r, r * 0.8 + 8 + 15 * cap),
                r + 18 + 3 * cap,
                r + 14 + 3 * cap,
                lambda pen, at: flange.front(pen, at, scale, part),
            ),
            ViewBox(
                8 + 9 * cap,
                length + 13 * cap,
                r + 20 + 2 * cap,
                r + 12 + 3.4 * cap,
                lambda pen, at: flange.section(pen, at, scale, part),
            ),
        ]

    return views


def shaft_views(part: Shaft) -> Views:
    """Return the side view of a shaft."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        r = part.widest / 2 * scale
        draw = ViewBox(
            12 * cap,
            part.length * scale + 17 * cap,
            r + 12.5 * cap,
            r + 11 * cap,
            lambda pen, at: shaft.side(pen, at, scale, part),
        )
        return [draw]

    return views


def shaft_details(part: Shaft, undercut_scale: float = 5.0) -> Views:
    """Return section B-B and detail C of a shaft."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        boxes: list[ViewBox] = []
        if part.steps[0].thread:
            u = max(part.undercut * 1.6, 5.0) * undercut_scale * 1.15
            boxes.append(
                ViewBox(
                    u + 4 * cap,
                    u + 8 * cap,
                    u + 1 * cap,
                    u + 5 * cap,
                    lambda pen, at: shaft.undercut_detail(pen, at, undercut_scale, part),
                )
            )
        keyed = part.keyed()
        if keyed:
            r = keyed[1].diameter / 2 * scale
            boxes.append(
                ViewBox(
                    r + 12 * cap,
                    r + 8.5 * cap,
                    r + 5 * cap,
                    r + 8 * cap,
                    lambda pen, at: shaft.key_section(pen, at, scale, part),
                )
            )
        return boxes

    return views


def plate_views(part: Plate, unit_mm: float = 1.0) -> Views:
    """Return top and edge view of a plate whose sizes are in units of UNIT_MM."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        s = scale * unit_mm
        w, h, t = part.width * s, part.height * s, part.thickness * s
        return [
            ViewBox(
                _wide(style, 13.0, 25.0) * cap,
                w + 15 * cap,
                h + 10.5 * cap,
                11 * cap,
                lambda pen, at: plate.top(pen, at, s, part),
            ),
            ViewBox(6 * cap, t + 14 * cap, h + 4 * cap, 5 * cap, lambda pen, at: plate.edge(pen, at, s, part)),
        ]

    return views


def block_views(part: BearingBlock) -> Views:
    """Return front view and section of a bearing block."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        half, top, d = part.base / 2 * scale, part.height * scale, part.depth * scale
        return [
            ViewBox(
                half + _wide(style, 12.0, 22.0) * cap,
                half + 6 * cap,
                top + 12 + 2 * cap,
                12 * cap,
                lambda pen, at: bearing_block.front(pen, at, scale, part),
            ),
            ViewBox(
                6 * cap,
                d + 13 * cap,
                top + 13 * cap,
                5 * cap,
                lambda pen, at: bearing_block.section(pen, at, scale, part),
            ),
        ]

    return views


def unit_views(part: BearingUnit) -> Views:
    """Return the section of a bearing unit."""

    def views(scale: float, style: Style) -> list[ViewBox]:
        cap = style.cap
        stub = part.stub * scale
        h = part.housing / 2 * scale
        right = (part.length - part.stub) * scale
        draw = ViewBox(
            stub + 6 * cap,
            right + 7.5 * cap,
            h + 30 + 5 * cap,
            h + 11 * cap,
            lambda pen, at: bearing_unit.section(pen, at, scale, part),
        )
        return [draw]

    return views


def compose(
    views: Views,
    style: Style,
    furniture: Furniture,
    *,
    sizes: Sequence[str] = ("A3", "A2", "A1"),
    scales: Sequence[float] = SCALES,
    second: Views | None = None,
    least_mm: float = 0.0,
    turned: bool = False,
) -> Sheet:
    """Return a sheet with VIEWS in a row above the title block and a SECOND row beside it.

    The first of SIZES is taken on which the views reach LEAST_MM in width at one of SCALES. TURNED takes it upright.

    Raises:
        DoesNotFit: none does.
    """
    for size in sizes:
        width, height = border.SIZES_MM[size]
        if turned:
            width, height = height, width
        for scale in scales:
            row = views(scale, style)
            if sum(v.left + v.right for v in row) < least_mm:
                break
            pen = Pen(width, height, style)
            room = _rooms(pen, furniture)
            lower = second(scale, style) if second else []
            room = _above(lower, room)
            if _fits(row, room.main) and _fits(lower, room.beside):
                block = replace(furniture.block, scale=ratio(scale), size=size)
                _furnish(pen, replace(furniture, block=block), room)
                _place(pen, row, room.main)
                _place(pen, lower, room.beside)
                return pen.sheet()
    raise DoesNotFit(f"the views fit none of {', '.join(sizes)} at any standard scale")


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Boxes x0, y0, x1, y1: the main row's, and the one beside the title block; where the notes begin."""

    main: tuple[float, float, float, float]
    beside: tuple[float, float, float, float]
    notes: Point


def _rooms(pen: Pen, furniture: Furniture) -> _Rooms:
    x0, y0, x1, y1 = border.inner(pen)
    width, height = border.TITLE_BLOCK_MM[furniture.layout]
    if furniture.parts:
        height += 7.0 * (len(furniture.parts) + 1)
    notes = sum(len(lines) for lines in furniture.notes) * 1.75 * 2.8 + 2.0 * 2.8 + 6.0 if furniture.notes else 0.0
    top = y1 - (6.5 * (len(furniture.revisions) + 1) + 2.0 if furniture.revisions else 2.0)
    over_notes = (x0 + 4.0, y0 + height + 4.0)
    if x1 - width - x0 > 110.0:
        over_notes = (x0 + 6.0, y0 + notes)
        bottom = y0 + max(height, notes) + 2.0
    else:
        over_notes = (x0 + 6.0, y0 + height + notes + 2.0)
        bottom = y0 + height + notes + 4.0
    beside = (x0 + 2.0, y0 + 2.0 + notes, x1 - width - 2.0, y0 + height + 42.0)
    return _Rooms((x0 + 3.0, bottom, x1 - 3.0, top), beside, over_notes)


def _above(lower: Sequence[ViewBox], room: _Rooms) -> _Rooms:
    """Return the rooms when the LOWER row takes what it needs: the main row stands above it."""
    if not lower:
        return room
    (x0, y0, x1, y1), (u0, v0, u1, _) = room.main, room.beside
    top = v0 + max(v.up + v.down for v in lower)
    return replace(room, main=(x0, max(y0, top), x1, y1), beside=(u0, v0, u1, top))


def _fits(row: Sequence[ViewBox], room: tuple[float, float, float, float]) -> bool:
    x0, y0, x1, y1 = room
    if not row:
        return True
    return sum(v.left + v.right for v in row) <= x1 - x0 and max(v.up + v.down for v in row) <= y1 - y0


def _place(pen: Pen, row: Sequence[ViewBox], room: tuple[float, float, float, float]) -> None:
    if not row:
        return
    x0, y0, x1, y1 = room
    gap = (x1 - x0 - sum(v.left + v.right for v in row)) / (len(row) + 1)
    x = x0 + gap
    for view in row:
        spare = max(0.0, y1 - y0 - view.up - view.down)
        view.draw(pen, (x + view.left, y0 + view.down + spare / 2))
        x += view.left + view.right + gap


def _furnish(pen: Pen, furniture: Furniture, room: _Rooms) -> None:
    border.border(pen)
    border.title_block(pen, furniture.block, furniture.layout, furniture.hand, furniture.first_angle)
    if furniture.revisions:
        border.revision_table(pen, furniture.revisions, furniture.layout, furniture.hand)
    if furniture.parts:
        border.parts_list(pen, furniture.parts, furniture.layout, furniture.hand)
    if furniture.notes:
        border.notes(pen, room.notes, furniture.notes_heading, furniture.notes)


def bed_sheet(bed: MachineBed, style: Style, furniture: Furniture) -> Sheet:
    """Return the A0 sheet of a machine bed at 1:2, with hole chart and slot detail."""
    pen = Pen(*border.SIZES_MM["A0"], style)
    block = replace(furniture.block, scale="1:2", size="A0")
    _furnish(pen, replace(furniture, block=block), _Rooms((0, 0, 0, 0), (0, 0, 0, 0), (520.0, 180.0)))
    machine_bed.top(pen, (80.0, 300.0), 0.5, bed)
    machine_bed.edge(pen, (1010.0, 300.0), 0.5, bed)
    machine_bed.slot_detail(pen, (800.0, 190.0), 2.0, bed)
    machine_bed.chart(pen, (30.0, 245.0), bed, 28)
    return pen.sheet()


def detail_sheet(part: Shaft, style: Style, furniture: Furniture, size: str = "A3") -> Sheet:
    """Return a sheet with the details of a shaft enlarged: undercut 10:1 and keyway 2:1."""
    room = shaft_details(part, 10.0)(2.0, style)
    pen = Pen(*border.SIZES_MM[size], style)
    rooms = _rooms(pen, furniture)
    _furnish(pen, replace(furniture, block=replace(furniture.block, scale="1:1", size=size)), rooms)
    _place(pen, room, rooms.main)
    return pen.sheet()

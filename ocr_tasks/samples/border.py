"""What frames a sheet: border with zones, title block, revision table, parts list, notes.

Layouts after ISO 5457 (border), ISO 7200 (title block) and ASME Y14.1. Everything written goes into `Pen.fields` too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ocr_tasks.samples.drafting import Pen
from ocr_tasks.samples.lettering import Hand, lay
from ocr_tasks.samples.page_model import Point, Zones

ISO_SIZES_MM: dict[str, tuple[float, float]] = {
    "A4": (210, 297),
    "A3": (420, 297),
    "A2": (594, 420),
    "A1": (841, 594),
    "A0": (1189, 841),
}
ASME_SIZES_MM: dict[str, tuple[float, float]] = {"B": (431.8, 279.4), "C": (558.8, 431.8), "D": (863.6, 558.8)}
SIZES_MM = ISO_SIZES_MM | ASME_SIZES_MM
MARGIN_MM = 10.0
FILING_MARGIN_MM = 20.0

Layout = Literal["english", "german", "asme"]
_TableCell = tuple[str, str | None, str | None]
"""Text, the field that it fills, the field that it heads."""


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """The fields of a title block as written; an empty one is not on the drawing."""

    company: str
    title: str
    drawing_number: str
    revision: str
    date: str
    drawn_by: str
    material: str
    scale: str
    sheet: str
    size: str
    general_tolerance: str
    unit: str
    checked_by: str = ""
    approved_by: str = ""
    finish: str = ""
    weight: str = ""
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """A row of the revision table."""

    revision: str
    description: str
    date: str
    by: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A row of the parts list."""

    item: int
    quantity: int
    number: str
    description: str
    material: str


def inner(pen: Pen) -> tuple[float, float, float, float]:
    """Return the drawing space inside the border: x0, y0, x1, y1."""
    return (FILING_MARGIN_MM, MARGIN_MM, pen.width_mm - MARGIN_MM, pen.height_mm - MARGIN_MM)


def border(pen: Pen) -> None:
    """Draw the sheet's edge, the border and its zones: digits along the top, letters down the sides."""
    x0, y0, x1, y1 = inner(pen)
    pen.line((x0, y0), (x1, y0), (x1, y1), (x0, y1), closed=True)
    o = 5.0
    pen.line((x0 - o, y0 - o), (x1 + o, y0 - o), (x1 + o, y1 + o), (x0 - o, y1 + o), thick=False, closed=True)
    columns, rows = (max(2, 2 * round((b - a) / 2 / 52.0)) for a, b in ((x0, x1), (y0, y1)))
    step_x, step_y = (x1 - x0) / columns, (y1 - y0) / rows
    pen.zones = Zones((x0, y0, x1, y1), columns, rows)
    cap = 2.5 if pen.width_mm < 700 else 3.5
    for i in range(columns):
        for y, out in ((y0, -o), (y1, o)):
            if i:
                pen.line((x0 + i * step_x, y), (x0 + i * step_x, y + out), thick=False)
            middle = (x0 + (i + 0.5) * step_x, y + out / 2)
            pen.text(str(i + 1), middle, cap=cap, across="middle", upright="middle", kind="zone")
    for i in range(rows):
        for x, out in ((x0, -o), (x1, o)):
            if i:
                pen.line((x, y1 - i * step_y), (x + out, y1 - i * step_y), thick=False)
            middle = (x + out / 2, y1 - (i + 0.5) * step_y)
            pen.text(Zones.LETTERS[i], middle, cap=cap, across="middle", upright="middle", kind="zone")


@dataclass(frozen=True, slots=True)
class _Cell:
    x: float
    y: float
    width: float
    height: float
    label: str
    field: str
    cap: float = 3.0


_ENGLISH = (
    _Cell(0, 0, 28, 10, "Scale", "scale"),
    _Cell(28, 0, 22, 10, "Size", "size"),
    _Cell(50, 0, 32, 10, "Weight", "weight"),
    _Cell(82, 0, 22, 10, "Units", "unit"),
    _Cell(146, 0, 34, 10, "Sheet", "sheet"),
    _Cell(0, 10, 112, 14, "Drawing number", "drawing_number", 5.0),
    _Cell(112, 10, 24, 14, "Revision", "revision", 5.0),
    _Cell(136, 10, 44, 14, "Date of issue", "date", 3.5),
    _Cell(0, 24, 124, 13, "Title", "title", 4.5),
    _Cell(124, 24, 56, 13, "Document type", "document_type"),
    _Cell(0, 37, 90, 12, "Company", "company", 3.5),
    _Cell(90, 37, 90, 12, "Material", "material", 3.5),
    _Cell(0, 49, 90, 10, "General tolerances", "general_tolerance"),
    _Cell(90, 49, 90, 10, "Finish", "finish"),
    _Cell(0, 59, 60, 10, "Drawn by", "drawn_by"),
    _Cell(60, 59, 60, 10, "Checked by", "checked_by"),
    _Cell(120, 59, 60, 10, "Approved by", "approved_by"),
)
_GERMAN_LABELS = {
    "scale": "Maßstab",
    "size": "Format",
    "weight": "Gewicht",
    "unit": "Einheit",
    "sheet": "Blatt",
    "drawing_number": "Zeichnungsnummer",
    "revision": "Änderung",
    "date": "Datum",
    "title": "Benennung",
    "document_type": "Dokumentart",
    "company": "Firma",
    "material": "Werkstoff",
    "general_tolerance": "Allgemeintoleranzen",
    "finish": "Oberflächenbehandlung",
    "drawn_by": "Bearbeitet",
    "checked_by": "Geprüft",
    "approved_by": "Freigegeben",
}
_GERMAN = tuple(_Cell(c.x, c.y, c.width, c.height, _GERMAN_LABELS[c.field], c.field, c.cap) for c in _ENGLISH)
_LABELLED_FIELDS = tuple(_GERMAN_LABELS)
TITLE_BLOCK_MM: dict[Layout, tuple[float, float]] = {"english": (180, 69), "german": (180, 69), "asme": (190, 62)}


def title_block(pen: Pen, block: TitleBlock, layout: Layout, hand: Hand, first_angle: bool = True) -> None:
    """Draw the title block in the lower right corner of the border."""
    width, height = TITLE_BLOCK_MM[layout]
    _, y0, x1, _ = inner(pen)
    corner = (x1 - width, y0)
    values = asdict(block)
    x, y = corner
    pen.line((x, y), (x, y + height), (x1, y + height))
    if layout == "asme":
        _asme(pen, corner, values, hand)
        _projection(pen, (x + 91, y + 6), first_angle)
    else:
        for cell in _ENGLISH if layout == "english" else _GERMAN:
            _cell(pen, corner, cell, values[cell.field], hand)
        pen.line((x + 104, y), (x + 146, y), thick=False)
        _projection(pen, (x + 125, y + 5), first_angle)
    pen.fields["title_block"] = {field: values[field] or None for field in _LABELLED_FIELDS}


def _cell(pen: Pen, corner: Point, cell: _Cell, value: str, hand: Hand) -> None:
    x, y = corner[0] + cell.x, corner[1] + cell.y
    w, h = cell.width, cell.height
    pen.line((x, y), (x + w, y), (x + w, y + h), (x, y + h), thick=False, closed=True)
    pen.text(cell.label, (x + 1.0, y + h - 1.0), cap=1.8, hand=hand, upright="top", kind="text", label=cell.field)
    if value:
        cap = _fitting(value, hand, cell.cap, w - 3.0)
        pen.text(value, (x + 2.0, y + 1.6), cap=cap, hand=hand, field=cell.field, meaning=_value(cell.field, value))


def _value(field: str, value: str) -> Mapping[str, Any] | None:
    if field == "scale" and ":" in value:
        a, b = value.split(":")
        return {"kind": "scale", "scale": round(float(a) / float(b), 6)}
    return None


def _fitting(text: str, hand: Hand, cap: float, room: float) -> float:
    while cap > 1.8 and lay(text, hand.sized(cap)).ink.x1 > room:
        cap = round(cap - 0.1, 2)
    return cap


def _asme(pen: Pen, corner: Point, values: Mapping[str, str], hand: Hand) -> None:
    x, y = corner
    w = 190.0

    def rule(*points: Point) -> None:
        pen.line(*((x + px, y + py) for px, py in points), thick=False)

    def labelled(px: float, py: float, h: float, label: str, field: str, cap: float, room: float) -> None:
        pen.text(label, (x + px + 1, y + py + h - 1), cap=1.8, hand=hand, upright="top", kind="text", label=field)
        if values[field]:
            size = _fitting(values[field], hand, cap, room - 3)
            pen.text(values[field], (x + px + 3, y + py + 1.8), cap=size, hand=hand, field=field)

    rule((76, 0), (76, 62))
    rule((76, 12), (w, 12))
    rule((76, 28), (w, 28))
    rule((76, 44), (w, 44))
    labelled(76, 44, 18, "COMPANY:", "company", 4.5, 114)
    labelled(76, 28, 16, "TITLE:", "title", 4.5, 114)
    labelled(76, 12, 16, "SIZE", "size", 5.0, 16)
    rule((92, 12), (92, 28))
    labelled(92, 12, 16, "DWG. NO.", "drawing_number", 5.0, 78)
    rule((170, 12), (170, 28))
    labelled(170, 12, 16, "REV", "revision", 5.0, 20)
    cells = (("SCALE: ", "scale", 108.0), ("WEIGHT: ", "weight", 130.0), ("SHEET ", "sheet", 162.0))
    for label, field, px in cells:
        rule((px - 2, 0), (px - 2, 12))
        if values[field]:
            meaning = _value(field, values[field])
            pen.text(label + values[field], (x + px, y + 4.5), cap=2.2, hand=hand, field=field, meaning=meaning)
    for i, (label, field) in enumerate(
        (("DRAWN", "drawn_by"), ("CHECKED", "checked_by"), ("ENG APPR.", "approved_by"))
    ):
        row = 14.0 - 6.0 * i
        rule((0, row + 6), (76, row + 6))
        pen.text(label, (x + 1.5, y + row + 1.8), cap=2.0, hand=hand, kind="text", label=field)
        if values[field]:
            pen.text(values[field], (x + 22, y + row + 1.8), cap=2.2, hand=hand, kind="text", field=field)
    rule((20, 2), (20, 20))
    rule((52, 2), (52, 20))
    pen.text(values["date"], (x + 54, y + 15.8), cap=2.2, hand=hand, field="date")
    lines = ["UNLESS OTHERWISE SPECIFIED:", f"DIMENSIONS ARE IN {values['unit'].upper()}", "TOLERANCES:"]
    lines += values["general_tolerance"].split("; ")
    for i, line in enumerate(lines):
        field_name = "unit" if i == 1 else "general_tolerance" if i > 2 else None
        pen.text(
            line,
            (x + 1.5, y + 58.5 - 4.2 * i),
            cap=_fitting(line, hand, 2.0, 43.0),
            hand=hand,
            kind="text",
            field=field_name,
        )
    rule((0, 26), (76, 26))
    rule((46, 26), (46, 62))
    for i, (label, field) in enumerate((("MATERIAL:", "material"), ("FINISH:", "finish"))):
        top = 60.5 - 18.0 * i
        pen.text(label, (x + 47.5, y + top), cap=1.8, hand=hand, upright="top", kind="text", label=field)
        if values[field]:
            cap = _fitting(values[field], hand, 2.5, 27.0)
            pen.text(values[field], (x + 48.0, y + top - 9), cap=cap, hand=hand, field=field)
    rule((46, 44), (76, 44))


def _projection(pen: Pen, at: Point, first_angle: bool) -> None:
    x, y = at
    cone, circles = (x - 5.0, x + 5.0) if first_angle else (x + 5.0, x - 5.0)
    wide, small = (-3.5, 3.5) if first_angle else (3.5, -3.5)
    pen.line(
        (cone + wide, y - 1.6),
        (cone + small, y - 2.8),
        (cone + small, y + 2.8),
        (cone + wide, y + 1.6),
        thick=False,
        closed=True,
    )
    pen.arc((circles, y), 2.8, thick=False)
    pen.arc((circles, y), 1.6, thick=False)
    pen.line((cone - 4.5, y), (cone + 4.5, y), dash="centre")


def revision_table(pen: Pen, rows: Sequence[Revision], layout: Layout, hand: Hand) -> None:
    """Draw the revision table in the upper right corner of the border, the oldest revision first."""
    heads = {
        "english": ("REV", "DESCRIPTION", "DATE", "BY"),
        "german": ("ÄND", "BESCHREIBUNG", "DATUM", "NAME"),
        "asme": ("REV", "DESCRIPTION", "DATE", "APPROVED"),
    }[layout]
    names = ("revision", "description", "date", "by")
    widths = (14.0, 76.0, 28.0, 32.0)
    _, _, x1, y1 = inner(pen)
    cells: list[list[_TableCell]] = [[(h, None, f"revisions.{n}") for h, n in zip(heads, names, strict=True)]]
    cells += [[(asdict(r)[n], f"revisions.{i}.{n}", None) for n in names] for i, r in enumerate(rows)]
    _table(pen, (x1 - sum(widths), y1), widths, 6.5, cells, hand, 2.2)
    pen.fields["revisions"] = [asdict(r) for r in rows]


def parts_list(pen: Pen, rows: Sequence[PartRow], layout: Layout, hand: Hand) -> None:
    """Draw the parts list above the title block, item 1 at the bottom, its head below it (ISO 7573)."""
    heads = {
        "english": ("ITEM", "QTY", "PART NUMBER", "DESCRIPTION", "MATERIAL"),
        "german": ("POS", "MENGE", "SACHNUMMER", "BENENNUNG", "WERKSTOFF"),
        "asme": ("ITEM", "QTY", "PART NUMBER", "DESCRIPTION", "MATERIAL"),
    }[layout]
    names = ("item", "quantity", "number", "description", "material")
    widths = (14.0, 16.0, 44.0, 66.0, 40.0)
    _, y0, x1, _ = inner(pen)
    cells: list[list[_TableCell]] = [
        [(str(asdict(r)[n]), f"parts_list.{i}.{n}", None) for n in names] for i, r in reversed(list(enumerate(rows)))
    ]
    cells += [[(h, None, f"parts_list.{n}") for h, n in zip(heads, names, strict=True)]]
    height = 7.0
    bottom = y0 + TITLE_BLOCK_MM[layout][1]
    _table(pen, (x1 - sum(widths), bottom + height * len(cells)), widths, height, cells, hand, 2.4)
    pen.fields["parts_list"] = [asdict(r) for r in rows]


def _table(
    pen: Pen,
    corner: Point,
    widths: Sequence[float],
    height: float,
    cells: Sequence[Sequence[_TableCell]],
    hand: Hand,
    cap: float,
) -> None:
    """Draw a table with its upper left corner at CORNER; a cell is (text, field, label)."""
    x0, y1 = corner
    total = sum(widths)
    for i in range(len(cells) + 1):
        pen.line((x0, y1 - i * height), (x0 + total, y1 - i * height), thick=i in (0, len(cells)))
    x = x0
    for i, width in enumerate((*widths, 0.0)):
        pen.line((x, y1), (x, y1 - height * len(cells)), thick=i in (0, len(widths)))
        x += width
    for i, row in enumerate(cells):
        x = x0
        for (text, field, label), width in zip(row, widths, strict=True):
            if text:
                size = _fitting(text, hand, cap, width - 2.0)
                pen.text(
                    text, (x + 1.2, y1 - (i + 0.5) * height - size / 2), cap=size, hand=hand, field=field, label=label
                )
            x += width


def hole_chart(
    pen: Pen,
    corner: Point,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    cap: float = 2.5,
    first: int = 0,
) -> None:
    """Draw a table of holes with its upper left corner at CORNER; FIRST is the number of its first row."""
    cells: list[list[_TableCell]] = [[(h, None, f"holes.{i}") for i, h in enumerate(heads)]]
    cells += [[(t, f"holes.{r}.{c}", None) for c, t in enumerate(row)] for r, row in enumerate(rows, start=first)]
    _table(pen, corner, widths, 2.4 * cap, cells, pen.style.hand, cap)


def notes(pen: Pen, at: Point, heading: str, items: Sequence[Sequence[str]], cap: float = 2.8) -> None:
    """Letter numbered notes below AT; an item is its lines."""
    hand = pen.style.hand.sized(cap)
    x, y = at
    pen.text(heading, (x, y), hand=hand, kind="text", meaning={"kind": "note"})
    y -= 2.0 * cap
    for number, lines in enumerate(items, start=1):
        for i, line in enumerate(lines):
            text = f"{number}. {line}" if i == 0 else line
            pen.text(
                text,
                (x if i == 0 else x + 2.4 * cap, y),
                hand=hand,
                kind="text",
                meaning={"kind": "note"},
                field=f"notes.{number - 1}",
            )
            y -= 1.75 * cap
    pen.fields["notes"] = [" ".join(lines) for lines in items]

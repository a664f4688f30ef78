"""The front door of a sheet: placed strings in, everything that they mean out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr_tasks.drawing.check import check_sheet
from ocr_tasks.drawing.datums import name_datums
from ocr_tasks.drawing.fold import fold
from ocr_tasks.drawing.general import read_general, read_general_row
from ocr_tasks.drawing.hang import hang
from ocr_tasks.drawing.inherit import inherit
from ocr_tasks.drawing.notes import Note, find_notes
from ocr_tasks.drawing.parse import parse
from ocr_tasks.drawing.placed import Placed, Spot, rows_of, spots_of
from ocr_tasks.drawing.records import DIMENSION_KINDS, Finding, GeneralTolerance, Kind, Meaning, Record
from ocr_tasks.drawing.sheet import (
    Sheet,
    View,
    find_projection,
    find_unit,
    find_views,
    is_schematic,
    page_of,
    size_name,
)
from ocr_tasks.drawing.tables import Table, TableRow, find_tables
from ocr_tasks.drawing.title_block import Field, read_title_block
from ocr_tasks.drawing.zones import Zones, find_zones

ItemKind = str
"""`dimension`, `zone`, or a kind of `Meaning` that is no dimension (thread, gdt, note, text, ...)."""

_MM_PER_INCH = 25.4
_BOX_LEGEND = re.compile(r"\s*[□◻▢]\s*[-–:=]*\s*\w*\s*(?:CRITICAL|CONTROL|INSPECT|PRÜFMASS|KEY CHAR)", re.IGNORECASE)
_ZONE = re.compile(r"\s*[A-Z]\s*")
_PART_OF_SHEET = {"title_block", "revisions", "parts", "zone"}


def kind_of(text: str) -> ItemKind:
    """Return the kind of one string by itself: `dimension` for every sort of size, a single capital is a `zone`."""
    return _kind(parse(text), text)


def _kind(meaning: Meaning, text: str) -> ItemKind:
    if meaning.kind in DIMENSION_KINDS:
        return "dimension"
    if meaning.kind == "text" and _ZONE.fullmatch(text):
        return "zone"
    return meaning.kind


class ItemMeaning(Record):
    """What one item is: its kind and meaning, its frame zone, the part of the sheet it belongs to.

    `hangs_on` is the item above that this one continues: its frame, its counterbore, its lower limit. That item's
    meaning has taken this one's in.
    """

    kind: ItemKind
    meaning: Meaning
    zone: str | None = None
    part: str | None = None
    hangs_on: int | None = None


class SheetMeaning(Record):
    """What the strings of one sheet mean. `items` are in the order given; indices elsewhere point to them."""

    sheet: Sheet
    items: tuple[ItemMeaning, ...]
    title_block: dict[str, Field]
    revisions: tuple[TableRow, ...] = ()
    parts: tuple[TableRow, ...] = ()
    notes: tuple[Note, ...] = ()
    general: tuple[GeneralTolerance, ...] = ()
    findings: tuple[Finding, ...] = ()


def understand(items: Sequence[Placed], width_px: float, height_px: float, dpi: float) -> SheetMeaning:
    """Return what the ITEMS of one page mean, a page of WIDTH_PX by HEIGHT_PX pixels at DPI. Never raises on any text.

    General tolerances that the sheet states are applied to the dimensions that have none (`Meaning.inherited`).
    """
    spots = spots_of(items)
    texts = [item.text for item in items]
    zones = find_zones(spots, width_px, height_px)
    views = find_views(spots, [parse(text) for text in texts])
    aside = {*zones.items, *(index for view in views for index in view.items)}
    tables = find_tables([spot for spot in spots if spot.index not in aside])
    notes = find_notes([spot for spot in spots if spot.index not in _of_tables(tables)])
    taken = _of_tables(tables) | set(zones.items)
    taken |= {index for note in notes for index in note.items} | {index for view in views for index in view.items}
    title_block = read_title_block(spots, taken)
    schematic = is_schematic(texts)
    unit = _stated_unit(title_block) or find_unit(texts)
    parts = _parts(tables, zones, title_block)
    general = _general(spots)
    positions = _positions(tables)
    meanings = [
        Meaning(kind="text")
        if item.text.strip() in positions and index not in parts
        else _meaning(item.text, unit, schematic, parts.get(index))
        for index, item in enumerate(items)
    ]
    meanings = [
        _in_box(meaning, item.text) if item.boxed and index not in parts else meaning
        for index, (item, meaning) in enumerate(zip(items, meanings, strict=True))
    ]
    if _boxes_are_marks(texts):
        meanings = [
            meaning.model_copy(update={"kind": "linear", "mark": "□"}) if meaning.kind == "square" else meaning
            for meaning in meanings
        ]
    meanings = name_datums(spots, meanings, views, parts)
    hung, meanings = hang([spot for spot in spots if spot.index not in parts], meanings, unit)
    meanings = [
        meaning if index in parts or index in hung else inherit(meaning, general, unit)
        for index, meaning in enumerate(meanings)
    ]
    sheet = _sheet(spots, meanings, title_block, zones, views, width_px, height_px, dpi, unit, schematic)
    return SheetMeaning(
        sheet=sheet,
        items=tuple(
            ItemMeaning(
                kind="zone" if parts.get(spot.index) == "zone" else _kind(meaning, spot.text),
                meaning=meaning,
                zone=zones.of(*spot.centre),
                part=parts.get(spot.index),
                hangs_on=hung.get(spot.index),
            )
            for spot, meaning in zip(spots, meanings, strict=True)
        ),
        title_block=title_block,
        revisions=tuple(row for table in tables if table.name == "revisions" for row in table.rows),
        parts=tuple(row for table in tables if table.name == "parts" for row in table.rows),
        notes=tuple(notes),
        general=general,
        findings=tuple(check_sheet(spots, meanings, sheet, dpi / _MM_PER_INCH)),
    )


def _of_tables(tables: Sequence[Table]) -> set[int]:
    return {
        index for table in tables for index in (*table.heading, *(item for row in table.rows for item in row.items))
    }


def _parts(tables: Sequence[Table], zones: Zones, title_block: dict[str, Field]) -> dict[int, str]:
    """Return which part of the sheet an item belongs to, for those that are no drawing content."""
    parts = dict.fromkeys(zones.items, "zone")
    for table in tables:
        parts.update(dict.fromkeys((index for row in table.rows for index in row.items), table.name))
        parts.update(dict.fromkeys(table.heading, table.name))
    for field in title_block.values():
        parts.update(dict.fromkeys(field.items, "title_block"))
        if field.label is not None:
            parts[field.label] = "title_block"
    return parts


def _positions(tables: Sequence[Table]) -> frozenset[str]:
    """Return the item numbers of the parts list: away from it, `3` in a circle points at its third row."""
    rows = [row for table in tables if table.name == "parts" for row in table.rows]
    numbers = {cell.strip() for row in rows for name, cell in row.cells.items() if name == "item"}
    return frozenset(number for number in numbers if number.isdigit()) if len(rows) > 1 else frozenset()


def _meaning(text: str, unit: str | None, schematic: bool, part: str | None) -> Meaning:
    """Return the meaning of one item where it stands: a zone letter, a table's cell or a designator is no dimension."""
    meaning = parse(text, unit=unit)
    if meaning.kind in DIMENSION_KINDS or meaning.kind in ("thread", "weld"):
        bare = meaning.kind in ("linear", "chamfer", "radius", "thread") and meaning.upper is None
        if part in _PART_OF_SHEET or (schematic and bare):
            return Meaning(kind="text")
    return meaning


def _in_box(meaning: Meaning, text: str) -> Meaning:
    """Return what a string means that stands in a box of its own: exact sizes and datums are drawn so."""
    exact = meaning.upper is None and meaning.lower is None and not meaning.reference and not meaning.unread
    if meaning.kind in DIMENSION_KINDS and exact and not meaning.findings:
        return meaning.model_copy(update={"basic": True})
    if meaning.kind == "text" and _ZONE.fullmatch(text):
        return Meaning(kind="datum", datum=text.strip())
    return meaning


def _boxes_are_marks(texts: Sequence[str]) -> bool:
    """Return whether the sheet's notes say that a box before a size marks what is inspected, and is no square."""
    return any(_BOX_LEGEND.match(text) for text in texts)


def _general(spots: Sequence[Spot]) -> tuple[GeneralTolerance, ...]:
    """Return the general tolerances that the sheet states, in strings or in rows of strings close together."""
    found: dict[GeneralTolerance, None] = {}
    for spot in spots:
        if len(spot.text) <= 400:
            found.update(dict.fromkeys(read_general(fold(spot.text))))
    for line in rows_of([spot for spot in spots if abs(spot.angle_deg) < 20]):
        for text in _neighbours(line):
            found.update(dict.fromkeys(read_general_row(fold(text))))
    ends = {end for row in found for end in (row.above, row.to) if end is not None}
    steps = [end for end in ends if sum(end in (row.above, row.to) for row in found) > 1]
    # one range by itself, `2-5 ±0.1`, may as well be two sizes of 5; rows of a table share their ends
    return tuple(row for row in found if row.above is None or row.above in steps or row.to in steps)


def _neighbours(line: Sequence[Spot]) -> list[str]:
    """Return the strings of one text line, joined where less than five heights of blank lie between them."""
    joined: list[str] = []
    last: Spot | None = None
    for spot in line:
        if last is not None and spot.box[0] - last.box[2] < 5 * last.em:
            joined[-1] += f" {spot.text.strip()}"
        else:
            joined.append(spot.text.strip())
        last = spot
    return joined


def _stated_unit(title_block: dict[str, Field]) -> str | None:
    value = (title_block["unit"].value or "").strip().lower()
    if not value:
        return None
    return "in" if value.startswith(("in", '"', "zoll", "pouce", "pulg", "pollic")) else "mm"


def _sheet(
    spots: Sequence[Spot],
    meanings: Sequence[Meaning],
    title_block: dict[str, Field],
    zones: Zones,
    views: Sequence[View],
    width_px: float,
    height_px: float,
    dpi: float,
    unit: str | None,
    schematic: bool,
) -> Sheet:
    width_mm, height_mm = (round(length / dpi * _MM_PER_INCH, 1) for length in (width_px, height_px))
    in_views = {index for view in views for index in view.items}
    page = page_of(title_block["sheet"].value or "") or next(
        (page for spot in spots if (page := _page(spot.text))), None
    )
    return Sheet(
        width_mm=width_mm,
        height_mm=height_mm,
        size=size_name(width_mm, height_mm),
        stated_size=title_block["size"].value,
        orientation="landscape" if width_mm >= height_mm else "portrait",
        columns=tuple(name for name, _ in zones.columns),
        rows=tuple(name for name, _ in zones.rows),
        scale=_scale(title_block, meanings, in_views),
        projection=find_projection([spot.text for spot in spots]),
        unit=unit,
        number=page[0] if page else None,
        of=page[1] if page else None,
        schematic=schematic,
        views=tuple(views),
    )


def _page(text: str) -> tuple[int, int] | None:
    match = re.match(
        r"\s*(?:SHEET|SHT|BLATT|FEUILLE|FOLIO|PAGE|SEITE|HOJA|FOLHA|FOGLIO|시트)\s*:?\s*(.+)$", text, re.IGNORECASE
    )
    return page_of(match[1]) if match else None


def _scale(title_block: dict[str, Field], meanings: Sequence[Meaning], in_views: set[int]) -> float | None:
    if value := title_block["scale"].value:
        meaning = parse(value)
        if meaning.kind == "scale":
            return meaning.scale
        if re.fullmatch(r"\d+[.,]\d+", value.strip()):
            return float(value.replace(",", ".")) or None
    scales = {meaning.scale for index, meaning in enumerate(meanings) if meaning.scale and index not in in_views}
    return scales.pop() if len(scales) == 1 else None


__all__ = ["ItemMeaning", "Kind", "Placed", "SheetMeaning", "kind_of", "understand"]

"""Revision tables and parts lists, found by their headings and read as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ocr_tasks.drawing.labels import column_of
from ocr_tasks.drawing.placed import Spot, rows_of
from ocr_tasks.drawing.records import Record

TableName = Literal["revisions", "parts"]
_NEEDED: dict[TableName, tuple[set[str], ...]] = {
    "revisions": ({"revision", "description"}, {"revision", "date"}, {"revision", "by"}),
    "parts": (
        {"item", "quantity"},
        {"item", "description"},
        {"item", "part_number"},
        {"part_number", "quantity"},
        {"description", "quantity"},
    ),
}
_FIRST_GAP_EM = 6.0
"""The first row stands at most this many heading heights from the heading, the others as far apart as the first two."""


class TableRow(Record):
    """One row: column name to text, and the items that it was read from."""

    cells: dict[str, str]
    items: tuple[int, ...]


class Table(Record):
    """A table with the items of its heading. Rows are in order from the heading on, which may stand below them."""

    name: TableName
    heading: tuple[int, ...]
    rows: tuple[TableRow, ...]


def find_tables(spots: Sequence[Spot]) -> list[Table]:
    """Return the revision tables and parts lists among the upright SPOTS of one page, with their rows."""
    upright = [spot for spot in spots if spot.upright and spot.text.strip()]
    lines = rows_of(upright)
    tables: list[Table] = []
    taken: set[int] = set()
    names: tuple[TableName, ...] = ("revisions", "parts")
    for number, line in enumerate(lines):
        for name in names:
            for heading in _headings(line, name):
                if taken & {spot.index for spot, _ in heading}:
                    continue
                rows = _rows(lines, number, heading, name)
                tables.append(Table(name=name, heading=tuple(spot.index for spot, _ in heading), rows=tuple(rows)))
                taken |= {spot.index for spot, _ in heading} | {index for row in rows for index in row.items}
    return tables


def _headings(line: Sequence[Spot], name: TableName) -> list[list[tuple[Spot, str]]]:
    """Return the runs of neighbouring headings of table NAME in one text line."""
    runs: list[list[tuple[Spot, str]]] = []
    run: list[tuple[Spot, str]] = []
    for spot in line:
        column = column_of(name, spot.text)
        if column is None or column in (named for _, named in run):
            runs.append(run)
            run = [(spot, column)] if column else []
        else:
            run.append((spot, column))
    runs.append(run)
    return [run for run in runs if _is_heading(name, {column for _, column in run})]


def _is_heading(name: TableName, columns: set[str]) -> bool:
    """Return whether COLUMNS are enough to know table NAME by: a needed pair, or any three of a parts list."""
    return any(needed <= columns for needed in _NEEDED[name]) or (name == "parts" and len(columns) >= 3)


def _rows(
    lines: Sequence[Sequence[Spot]], number: int, heading: list[tuple[Spot, str]], name: TableName
) -> list[TableRow]:
    """Read the rows below the heading, or above it (parts lists often grow upwards)."""
    below = _read(lines[number + 1 :], heading, name)
    above = _read(list(reversed(lines[:number])), heading, name)
    return above if len(above) > len(below) else below


def _read(lines: Sequence[Sequence[Spot]], heading: list[tuple[Spot, str]], name: TableName) -> list[TableRow]:
    em = max(spot.em for spot, _ in heading)
    left = min(spot.box[0] for spot, _ in heading) - 3 * em
    right = max(spot.box[2] for spot, _ in heading) + 12 * em
    key = "revision" if name == "revisions" else "item"
    last = sum(spot.centre[1] for spot, _ in heading) / len(heading)
    reach = _FIRST_GAP_EM * em
    rows: list[TableRow] = []
    for line in lines:
        inside = [spot for spot in line if left <= spot.centre[0] <= right]
        if not inside:
            continue
        gap = abs(inside[0].centre[1] - last)
        if gap > reach:
            break
        if not rows and all(column_of(name, spot.text) for spot in inside):
            last = inside[0].centre[1]  # the heading runs over two lines
            continue
        cells: dict[str, list[Spot]] = {}
        for spot in inside:
            cells.setdefault(_column(spot, heading), []).append(spot)
        if any(column_of(name, spot.text) for spot in inside) and len(inside) > 1:
            break
        named = {column: " ".join(spot.text.strip() for spot in parts) for column, parts in cells.items()}
        keys = {column for _, column in heading}
        if key in keys and not _is_key(named.get(key, ""), name):
            if rows and set(named) == {"description"}:  # the cell above runs on
                rows[-1] = TableRow(
                    cells=rows[-1].cells
                    | {"description": f"{rows[-1].cells.get('description', '')} {named['description']}".strip()},
                    items=rows[-1].items + tuple(spot.index for spot in inside),
                )
                last = inside[0].centre[1]
                continue
            break
        if len(named) < 2:
            break
        if rows:
            reach = max(2.0 * gap, 2.5 * em)
        rows.append(TableRow(cells=named, items=tuple(spot.index for spot in inside)))
        last = inside[0].centre[1]
    return rows


def _is_key(text: str, name: TableName) -> bool:
    text = text.strip()
    if name == "parts":
        return 0 < len(text) <= 6 and any(sign.isdigit() for sign in text)
    return 0 < len(text) <= 6 and (text.isalnum() or text[0].isalnum() or text == "-")


def _column(spot: Spot, heading: list[tuple[Spot, str]]) -> str:
    """Return the column whose heading overlaps SPOT most, or lies nearest."""

    def distance(head: Spot) -> float:
        left, _, right, _ = head.box
        overlap = min(right, spot.box[2]) - max(left, spot.box[0])
        near = min(abs(spot.box[0] - left), abs(spot.centre[0] - head.centre[0]), abs(spot.box[2] - right))
        return near - max(0.0, overlap)

    return min(heading, key=lambda pair: distance(pair[0]))[1]

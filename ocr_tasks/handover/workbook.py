"""Drawings as a workbook: their strings with meaning, title blocks, revisions, parts, notes and findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ocr_tasks.files import written
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import COLUMNS, Cell, item_rows, shown

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
"""What is text on a drawing is text in the workbook: never a formula, a link or a number."""

WIDTHS = {"drawing": 28, "text": 34, "raw_text": 28, "limits_from": 24, "value": 34, "message": 70, "note": 90}


def write_workbook(subjects: Sequence[Subject], out: Path) -> None:
    """Write drawings as one workbook of six sheets."""
    with written(out) as draft, Workbook(str(draft), {**SAFE, "constant_memory": True}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#E8ECF0", "bottom": 1})
        for name, columns, rows in _sheets(subjects):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, WIDTHS.get(column, 13))
                sheet.write_string(0, place, column.replace("_", " "), heading)
            last = 0
            for last, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    put(sheet, last, place, cell)
            sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)


def put(sheet: Worksheet, row: int, column: int, cell: Cell, style: object = None) -> None:
    """Write one cell by its type: text is never looked at for what it might be."""
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)


def _sheets(subjects: Sequence[Subject]) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    yield "Strings", COLUMNS, (row for subject in subjects for row in item_rows(subject))
    yield (
        "Title block",
        ("drawing", "field", "state", "value"),
        (
            (shown(subject.name), shown(name), field.state, shown(field.value or ""))
            for subject in subjects
            for name, field in subject.result.title_block.items()
        ),
    )
    yield _table("Revisions", {subject.name: subject.result.revisions for subject in subjects})
    yield _table("Parts list", {subject.name: subject.result.parts_list for subject in subjects})
    yield (
        "Notes",
        ("drawing", "position", "note"),
        (
            (shown(subject.name), place, shown(note))
            for subject in subjects
            for place, note in enumerate(subject.result.notes, 1)
        ),
    )
    yield (
        "Findings",
        ("drawing", "severity", "code", "message"),
        (
            (shown(subject.name), finding.severity, shown(finding.code), shown(finding.message))
            for subject in subjects
            for finding in subject.result.findings
        ),
    )


def _table(
    name: str, rows: Mapping[str, Sequence[Mapping[str, str]]]
) -> tuple[str, Sequence[str], Iterable[Sequence[Cell]]]:
    """Return tables of drawings as one: each has the columns that stand on it."""
    columns = list(dict.fromkeys(column for table in rows.values() for row in table for column in row))
    cells = (
        (shown(drawing), *(shown(row.get(column, "")) for column in columns))
        for drawing, table in rows.items()
        for row in table
    )
    return name, ("drawing", *map(shown, columns)), cells

"""A first-article inspection sheet in the layout of AS9102 form 3, with blank columns for what is measured."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ocr_tasks.files import written
from ocr_tasks.handover.characteristics import Characteristic
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import Cell, shown
from ocr_tasks.handover.workbook import SAFE, put

TITLE = "Form 3: Characteristic accountability, verification and compatibility evaluation"
COLUMNS = (
    ("5. Char. no.", 8),
    ("6. Reference location", 14),
    ("7. Characteristic designator", 13),
    ("8. Requirement", 36),
    ("Upper limit", 11),
    ("Lower limit", 11),
    ("Unit", 6),
    ("9. Results", 14),
    ("10. Designed / qualified tooling", 16),
    ("11. Nonconformance number", 16),
    ("14. Additional data / comments", 46),
)
UPPER, LOWER, RESULTS = 4, 5, 7
TO_FILL_IN = (7, 8, 9)
HEADING = 5
"""The row of the column headings, from 0; the characteristics follow."""


def write_inspection_sheet(subject: Subject, rows: Sequence[Characteristic], out: Path) -> None:
    """Write the sheet of one drawing. A result outside its limits turns red as soon as it is filled in."""
    with written(out) as draft, Workbook(str(draft), SAFE) as book:
        sheet = book.add_worksheet("Form 3")
        cell = {"border": 1, "text_wrap": True, "valign": "top", "align": "left", "font_size": 9}
        text = book.add_format(cell)
        blank = book.add_format({**cell, "bg_color": "#FFFBE6"})
        label = book.add_format({**cell, "bold": True, "bg_color": "#E8ECF0"})
        sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 13}))
        _head(sheet, subject, label, text, blank)
        for column, (name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(HEADING, column, name, label)
        for row, characteristic in enumerate(rows, HEADING + 1):
            for column, value in enumerate(_cells(characteristic)):
                put(sheet, row, column, value, blank if column in TO_FILL_IN else text)
        end = HEADING + len(rows)
        _mark_misses(sheet, HEADING + 1, max(end, HEADING + 1), book.add_format({"bg_color": "#F4B6B6"}))
        _pair(sheet, end + 2, 0, "12. Prepared by", "", label, blank)
        _pair(sheet, end + 2, 4, "13. Date", "", label, blank)
        _lay_out(sheet)


def _head(sheet: Worksheet, subject: Subject, label: Format, text: Format, blank: Format) -> None:
    number, title, revision = (subject.field(name) for name in ("drawing_number", "title", "revision"))
    _pair(sheet, 2, 0, "1. Part number", shown(number), label, text)
    _pair(sheet, 2, 4, "2. Part name", shown(title), label, text)
    _pair(sheet, 3, 0, "Drawing revision", shown(revision), label, text)
    _pair(sheet, 3, 4, "3. Serial number", "", label, blank)
    _pair(sheet, 2, 8, "4. FAI report number", "", label, blank)
    _pair(sheet, 3, 8, "Drawing file", shown(subject.name), label, text)


def _pair(sheet: Worksheet, row: int, column: int, name: str, value: str, label: Format, style: Format) -> None:
    """Write a label over two columns and its value over the next two."""
    sheet.merge_range(row, column, row, column + 1, "", label)
    sheet.write_string(row, column, name, label)
    if column + 3 < len(COLUMNS):
        sheet.merge_range(row, column + 2, row, column + 3, "", style)
    put(sheet, row, column + 2, value, style)


def _cells(characteristic: Characteristic) -> tuple[Cell, ...]:
    requirement = characteristic.requirement
    return (
        characteristic.number,
        shown(characteristic.location),
        shown(requirement.designator),
        shown(requirement.text),
        requirement.upper,
        requirement.lower,
        requirement.unit,
        *([None] * len(TO_FILL_IN)),
        shown(requirement.comment),
    )


def _mark_misses(sheet: Worksheet, first: int, last: int, style: Format) -> None:
    result, upper, lower = (xl_rowcol_to_cell(first, column, col_abs=True) for column in (RESULTS, UPPER, LOWER))
    over = f"AND(ISNUMBER({upper}),{result}>{upper})"
    under = f"AND(ISNUMBER({lower}),{result}<{lower})"
    criteria = f"=AND(ISNUMBER({result}),OR({over},{under}))"
    sheet.conditional_format(first, RESULTS, last, RESULTS, {"type": "formula", "criteria": criteria, "format": style})


def _lay_out(sheet: Worksheet) -> None:
    sheet.freeze_panes(HEADING + 1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING)
    sheet.set_footer("&L&F&RPage &P of &N")

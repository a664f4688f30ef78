"""Reads a workbook by itself, as the standard lays it down (ECMA-376), so that no library's guess comes between."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def rows(path: Path, sheet: int = 1) -> list[dict[str, str | float]]:
    """Return the filled cells of a sheet, row by row, by the letters of their column."""
    with zipfile.ZipFile(path) as book:
        strings: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            strings = ["".join(text.text or "" for text in each.iterfind(".//m:t", SPACE)) for each in shared]
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = []
    for row in page.iterfind(".//m:row", SPACE):
        cells: dict[str, str | float] = {}
        for cell in row:
            column = re.sub(r"\d", "", cell.attrib["r"])
            value, inline = cell.find("m:v", SPACE), cell.find("m:is/m:t", SPACE)
            if inline is not None:
                cells[column] = inline.text or ""
            elif value is not None and value.text is not None:
                cells[column] = strings[int(value.text)] if cell.get("t") == "s" else float(value.text)
        found.append(cells)
    return found


def formulas(path: Path) -> int:
    """Return how many cells of a workbook hold a formula or a link."""
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    return sum(len(re.findall(rb"<f[ >]|<hyperlink", sheet)) for sheet in sheets)

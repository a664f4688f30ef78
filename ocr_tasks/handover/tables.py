"""The strings of drawings as rows of a table, and as CSV. A stranger's words stay words in every program."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from ocr_tasks.contract import Item
from ocr_tasks.files import written
from ocr_tasks.handover.subject import Subject
from ocr_tasks.quads import bounds

Cell = str | float | int | None

COLUMNS = (
    "drawing",
    "drawing_number",
    "revision",
    "sheet",
    "zone",
    "kind",
    "text",
    "count",
    "nominal",
    "upper_limit",
    "lower_limit",
    "upper_deviation",
    "lower_deviation",
    "unit",
    "fit",
    "limits_from",
    "thread",
    "thread_pitch",
    "thread_class",
    "characteristic",
    "tolerance",
    "datums",
    "roughness",
    "roughness_value",
    "confidence",
    "source",
    "raw_text",
    "left_px",
    "top_px",
    "right_px",
    "bottom_px",
)
"""A row is a string. Limits and deviations are in `unit`, pixels are of the rendered page, origin top-left."""

MAX_CELL = 32_000
"""Characters: spreadsheets hold 32,767."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_STARTS_A_FORMULA = "=+-@＝＋－＠|%"


def item_rows(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of a drawing, one a string, as COLUMNS says."""
    number, revision = subject.field("drawing_number"), subject.field("revision")
    for item in subject.result.items:
        yield (shown(subject.name), shown(number), shown(revision), *_item(item))


def _item(item: Item) -> tuple[Cell, ...]:
    meaning: Mapping[str, object] = item.meaning or {}
    thread, gdt, roughness = (_part(meaning, name) for name in ("thread", "gdt", "roughness"))
    datums = gdt.get("datums")
    names = ("count", "nominal", "upper", "lower", "upper_deviation", "lower_deviation", "unit", "fit", "inherited")
    return (
        item.page,
        shown(item.zone or ""),
        shown(str(meaning.get("kind", item.kind)) if item.kind == "dimension" else item.kind),
        shown(item.text),
        *(_cell(meaning.get(name)) for name in names),
        *(_cell(thread.get(name)) for name in ("size", "pitch", "class")),
        *(_cell(gdt.get(name)) for name in ("characteristic", "value")),
        shown(" ".join(map(str, datums))) if isinstance(datums, Sequence) else None,
        *(_cell(roughness.get(name)) for name in ("parameter", "value")),
        round(item.confidence, 4),
        item.source,
        shown(item.raw_text),
        *(round(side, 1) for side in bounds(item.quad_px)),
    )


def _part(meaning: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = meaning.get(name)
    return part if isinstance(part, Mapping) else {}


def _cell(value: object) -> Cell:
    return value if isinstance(value, int | float) or value is None else shown(str(value))


def shown(text: str) -> str:
    """Return a stranger's words on one line: control and direction characters as their code, cut at MAX_CELL."""
    plain = "".join(" " if sign in "\r\n\t" else sign for sign in text[:MAX_CELL])
    return "".join(f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in _UNSEEN else sign for sign in plain)[
        :MAX_CELL
    ]


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe stands before what could be one.

    A plain number such as -0.2 stays (OWASP, CSV injection).
    """
    start = text.lstrip()
    if start[:1] and start[0] in _STARTS_A_FORMULA and not _NUMBER.fullmatch(start):
        return f"'{text}"
    return text


def write_csv(subjects: Iterable[Subject], out: Path) -> None:
    """Write the strings of drawings as one CSV file, UTF-8 with a byte order mark, which spreadsheets look for."""
    with written(out) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        _write(subjects, file)


def _write(subjects: Iterable[Subject], file: TextIO) -> None:
    lines = csv.writer(file)
    lines.writerow(COLUMNS)
    for subject in subjects:
        for row in item_rows(subject):
            lines.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])

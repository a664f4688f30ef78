"""Tables hold what was read, and a stranger's words do nothing in a spreadsheet."""

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import read_paper
from revised import flange_sheet, read
from workbooks import formulas, rows

from ocr_tasks.contract import Result
from ocr_tasks.handover.export import export
from ocr_tasks.handover.subject import Subject, subject_of_workdir
from ocr_tasks.handover.tables import COLUMNS, guarded, shown

HOSTILE = (
    '=HYPERLINK("http://example.invalid","open")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "mailto:someone@example.invalid",
    "\0\x1b[2J\u202egnp.exe",
)


def subject(*texts: str) -> Subject:
    return Subject("a.pdf", read_paper(*texts))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_is_a_string_with_its_meaning(tmp_path: Path) -> None:
    drawing = subject_of_workdir(read([flange_sheet()], tmp_path))
    export([drawing], "csv", tmp_path / "strings.csv")
    found = table(tmp_path / "strings.csv")
    assert len(found) == len(drawing.result.items)
    bore = next(row for row in found if row["text"].startswith("⌀40 H7"))
    expected = {
        "drawing": "flange.pdf",
        "drawing_number": "TA-310",
        "revision": "A",
        "sheet": "1",
        "zone": "C6",
        "kind": "diameter",
        "nominal": "40.0",
        "upper_limit": "40.025",
        "lower_limit": "40.0",
        "fit": "H7",
        "unit": "mm",
    }
    assert expected.items() <= bore.items()
    frame = next(row for row in found if row["characteristic"] == "position")
    assert (frame["tolerance"], frame["datums"]) == ("0.2", "A")


def test_a_workbook_has_the_same_strings_and_the_sheet_s_tables(tmp_path: Path) -> None:
    drawing = subject_of_workdir(read([flange_sheet(revision="B")], tmp_path))
    out = tmp_path / "book.xlsx"
    export([drawing], "xlsx", out)
    strings = rows(out)
    assert [cell for _, cell in sorted(strings[0].items(), key=lambda cell: (len(cell[0]), cell[0]))] == [
        name.replace("_", " ") for name in COLUMNS
    ]
    assert [row["G"] for row in strings[1:]] == [item.text for item in drawing.result.items]
    assert {"A": "flange.pdf", "B": "drawing_number", "C": "read", "D": "TA-310"} in rows(out, 2)
    assert [row["B"] for row in rows(out, 3)[1:]] == ["A", "B"]
    assert len(rows(out, 5)) == 1 + len(drawing.result.notes)


def test_json_gives_the_results_letter_for_letter(tmp_path: Path) -> None:
    drawings = [subject("24 ±0.1", *HOSTILE), subject("⌀16 H7")]
    export(drawings, "json", tmp_path / "all.json")
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [Result.model_validate(each) for each in found] == [drawing.result for drawing in drawings]
    export([], "json", tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_table_starts_a_formula(tmp_path: Path, text: str) -> None:
    drawing = Subject(f"{text}.pdf", read_paper(text))
    export([drawing], "csv", tmp_path / "strings.csv")
    raw = (tmp_path / "strings.csv").read_bytes()
    assert not set(raw) & (set(range(32)) - {10, 13})
    (row,) = table(tmp_path / "strings.csv")
    for cell in row.values():
        assert cell.lstrip()[:1] not in ("=", "@", "＝") and not cell.lstrip().startswith(("+1", "-2"))
    export([drawing], "xlsx", tmp_path / "book.xlsx")
    assert formulas(tmp_path / "book.xlsx") == 0
    assert rows(tmp_path / "book.xlsx")[1]["G"] == shown(text)


@pytest.mark.parametrize("text", ["-0.2", "+0.05", "-12,5", "⌀20 -0.1", "±0.1", "REF"])
def test_what_starts_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text(max_size=200))
def test_any_words_are_shown_on_one_line(text: str) -> None:
    assert len(shown(text).splitlines()) <= 1
    assert not {unicodedata.category(sign) for sign in shown(text)} & {"Cc", "Cf", "Cs"}


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def breaks() -> object:
        yield subject("24")
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        export(breaks(), "csv", tmp_path / "strings.csv")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []

"""What an inspector checks, from callouts on sheets made on the spot."""

from pathlib import Path

import pytest
from placed import read_paper
from revised import flange_sheet, read

from ocr_tasks.handover.characteristics import Characteristic, characteristics


def of(*texts: str, **more: float) -> list[Characteristic]:
    return characteristics(read_paper(*texts, **more))


def limits(row: Characteristic) -> tuple[float | None, float | None, str | None]:
    return row.requirement.upper, row.requirement.lower, row.requirement.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4x ⌀16.5 H7", (16.518, 16.5, "mm")),
        ("24 ±0.1", (24.1, 23.9, "mm")),
        ("20 MAX", (20.0, None, "mm")),
        ("Ra 3.2", (3.2, None, "µm")),
        ("⌖|⌀0.3Ⓜ|A|B|C", (0.3, None, "mm")),
        ("30° ±0.5°", (30.5, 29.5, "deg")),
        ('.250 ±.005"', (0.255, 0.245, "in")),
        ("(120)", (None, None, "mm")),
        ("M12 - 6H", (None, None, "mm")),
    ],
)
def test_a_callout_is_one_row_with_its_words_and_limits(text: str, expected: tuple[object, ...]) -> None:
    (row,) = of(text)
    assert row.requirement.text == text
    assert (row.number, row.balloon) == ("1", 1)
    assert limits(row) == pytest.approx(expected)


def test_basic_and_reference_dimensions_say_so_and_have_no_limits() -> None:
    rows = of("[50]", "(120)", "GENERAL TOLERANCES ISO 2768-mK")
    assert [(row.requirement.designator, row.requirement.upper) for row in rows[:2]] == [
        ("Basic", None),
        ("Reference", None),
    ]


def test_general_tolerances_are_limits_that_name_their_source() -> None:
    row = of("44", "GENERAL TOLERANCES ISO 2768-mK")[0]
    assert limits(row) == (44.3, 43.7, "mm")
    assert row.requirement.comment == "limits from ISO 2768-mK"


def test_a_callout_that_says_several_things_has_a_row_for_each() -> None:
    rows = of("4x ⌀9 THRU ⌴ ⌀14 +0.2/0 ↧8", "M8 ↧12", "⌀20 H7/g6")
    assert [(row.number, row.requirement.text) for row in rows] == [
        ("1.1", "4x ⌀9 THRU"),
        ("1.2", "4x ⌴ ⌀14 (14 to 14.2)"),
        ("1.3", "4x ⌴ ↧8"),
        ("2.1", "M8"),
        ("2.2", "↧12"),
        ("3.1", "⌀20 H7/g6 (hole)"),
        ("3.2", "⌀20 H7/g6 (shaft)"),
    ]
    assert limits(rows[1]) == (14.2, 14.0, "mm")
    assert [limits(row)[:2] for row in rows[5:]] == [(20.021, 20.0), (19.993, 19.98)]
    assert rows[0].requirement.comment == "callout: 4x ⌀9 THRU ⌴ ⌀14 +0.2/0 ↧8"


def test_datums_scales_and_words_that_ask_for_nothing_have_no_number() -> None:
    assert of("A", "SCALE 1:2", "SECTION A-A", "NOTES:", "±0.1") == []


def test_an_unsure_reading_is_to_be_compared_with_the_drawing() -> None:
    (row,) = of("24 ±0.1", confidence=0.55)
    assert "55 % confidence" in row.requirement.comment


def test_a_whole_drawing_is_numbered_view_by_view(tmp_path: Path) -> None:
    rows = characteristics(read([flange_sheet()], tmp_path).result())
    told = [(row.number, row.requirement.text) for row in rows]
    position = told.index(("2.1", "6x ⌀9 THRU"))
    assert [text for _, text in told[position : position + 4]] == ["6x ⌀9 THRU", "6x ⌴ ⌀15", "6x ⌴ ↧9", "⌖|⌀0.2Ⓜ|A"]
    assert told[position + 3][0] == "3", "a frame comes right after the hole that it hangs on, with its own number"
    assert [row.balloon for row in rows] == sorted(row.balloon for row in rows)
    assert {row.balloon for row in rows} == set(range(1, rows[-1].balloon + 1)), "no number is left out"
    bore = next(row for row in rows if row.requirement.text.startswith("⌀40 H7"))
    assert (limits(bore), bore.location) == ((40.025, 40.0, "mm"), "Sheet 1, C6")
    notes = [row.requirement.text for row in rows if row.callout.kind == "note"]
    assert notes[2] == "3. SURFACE ROUGHNESS Ra 3.2 UNLESS OTHERWISE STATED."


def test_numbers_that_point_at_a_parts_list_are_no_dimensions(tmp_path: Path) -> None:
    from ocr_tasks.samples.drawings import assembly_sheet

    result = read([assembly_sheet()], tmp_path).result()
    positions = {row["item"] for row in result.parts_list}
    assert len(positions) > 3
    assert not positions & {row.requirement.text for row in characteristics(result)}


def test_names_of_holes_and_titles_of_views_are_no_requirements(tmp_path: Path) -> None:
    from ocr_tasks.samples.drawings import bed_drawing

    result = read([bed_drawing()], tmp_path).result()
    texts = [item.text for item in result.items]
    assert texts.count("C3") == 2 and "TOP VIEW" in texts
    told = {row.requirement.text for row in characteristics(result)}
    assert not told & {"C3", "TOP VIEW"}
    assert {"900 ±0.3", "M16-6H", "⏥|0.08"} <= told
    assert "C3" in {row.requirement.text for row in of("C3", "24 ±0.1")}, "elsewhere it is a chamfer"

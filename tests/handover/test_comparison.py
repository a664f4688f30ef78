"""Two revisions compared: what differs, field by field, wherever it stands now."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from placed import read_paper
from revised import FLANGE, NOTES, flange_sheet, read

from ocr_tasks.contract import PageRecord, Quad, Result
from ocr_tasks.handover.comparison import Change, Comparison, compare
from ocr_tasks.handover.comparison_page import write_comparison
from ocr_tasks.handover.comparison_picture import COLOURS, picture
from ocr_tasks.handover.subject import Subject, subject_of_workdir
from ocr_tasks.samples.drawings import assembly_sheet, inch_plate_sheet, pin_sheet
from ocr_tasks.samples.page_model import Sheet

REVISED = flange_sheet(
    replace(FLANGE, bore=42.0, hub_fit="g6", bolt_circle=104.0, hub_height=28.0),
    (*NOTES[:1], ("ZINC PLATED 8 µm.",), *NOTES[1:]),
    revision="B",
    material="42CrMo4",
)


def told(comparison: Comparison) -> list[tuple[str, str, str | None, str | None]]:
    return [(change.what, change.change, change.old, change.new) for change in comparison.changes]


def moved(result: Result, dx: float, dy: float, beyond_x: float = -1.0) -> Result:
    """Return a result whose strings right of BEYOND_X stand elsewhere."""

    def at(quad: Quad) -> Quad:
        if quad[0][0] < beyond_x:
            return quad
        first, second, third, fourth = ((x + dx, y + dy) for x, y in quad)
        return first, second, third, fourth

    items = tuple(item.model_copy(update={"quad_px": at(item.quad_px)}) for item in result.items)
    return result.model_copy(update={"items": items})


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Subject, Subject]:
    root = tmp_path_factory.mktemp("revisions")
    return subject_of_workdir(read([flange_sheet()], root)), subject_of_workdir(read([REVISED], root))


def test_every_change_of_a_revision_is_told_and_nothing_else(pair: tuple[Subject, Subject]) -> None:
    old, new = (subject.result for subject in pair)
    found = compare(old, new)
    assert (found.old_revision, found.new_revision) == ("A", "B")
    assert sorted(told(found)) == sorted(
        [
            ("title_block", "changed", "A", "B"),
            ("title_block", "changed", "C45 (1.0503)", "42CrMo4"),
            ("revision", "added", None, "B | Issue B | 2025-02-11 | M. Ruiz"),
            ("note", "added", None, "2. ZINC PLATED 8 µm."),
            ("dimension", "changed", "⌀102", "⌀104"),
            ("dimension", "changed", "⌀40 H7 +0.025/0", "⌀42 H7 +0.025/0"),
            ("dimension", "changed", "⌀64 h6", "⌀64 g6"),
            ("dimension", "changed", "44 0/-0.2", "46 0/-0.2"),
        ]
    )
    bore = next(change for change in found.changes if change.new == "⌀42 H7 +0.025/0")
    assert {field.field: (field.old, field.new) for field in bore.fields} == {
        "nominal": ("40", "42"),
        "upper": ("40.025", "42.025"),
        "lower": ("40", "42"),
    }
    assert bore.old_quads and bore.new_quads and bore.zone == "C6"


def test_the_other_way_round_added_is_removed(pair: tuple[Subject, Subject]) -> None:
    old, new = (subject.result for subject in pair)
    there, back = compare(old, new), compare(new, old)
    turn = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted((what, turn[change], str(was), str(now)) for what, change, was, now in told(there)) == sorted(
        (what, change, str(now), str(was)) for what, change, was, now in told(back)
    )


@pytest.mark.parametrize("make", [flange_sheet, inch_plate_sheet, pin_sheet, assembly_sheet])
def test_a_drawing_does_not_differ_from_itself_wherever_its_views_stand(tmp_path: Path, make: type[Sheet]) -> None:
    result = read([make()], tmp_path).result()
    for other in (result, moved(result, 30, -20), moved(result, 90, 40, beyond_x=result.pages[0].width_px * 0.55)):
        assert compare(result, other).changes == ()


def test_another_scan_of_the_same_sheet_has_no_differences(tmp_path: Path) -> None:
    result = read([flange_sheet()], tmp_path).result()
    (page,) = result.pages
    twice = moved(result, 0, 0)
    items = tuple(
        item.model_copy(update={"quad_px": tuple((2 * x, 2 * y) for x, y in item.quad_px)}) for item in twice.items
    )
    larger = PageRecord(page=1, width_px=2 * page.width_px, height_px=2 * page.height_px, dpi=200, sha256="1" * 64)
    assert compare(result, result.model_copy(update={"items": items, "pages": (larger,)})).changes == ()


def test_a_sheet_put_in_between_is_one_sheet_more(tmp_path: Path) -> None:
    old = read([flange_sheet(), inch_plate_sheet()], tmp_path).result()
    new = read([flange_sheet(), pin_sheet(), inch_plate_sheet()], tmp_path).result()
    found = compare(old, new)
    assert found.pages == ((1, 1), (2, 3), (None, 2))
    assert ("sheet", "added", None, "sheet 2") in told(found)
    assert {change.new_page for change in found.changes if change.what == "dimension"} == {2}


def test_two_spellings_of_one_requirement_are_no_difference() -> None:
    assert compare(read_paper("⌀16.5 H7", "24 ±0.1"), read_paper("Ø16,5 H7 +0.018/0", "24±0.10")).changes == ()


def test_other_general_tolerances_are_told_once() -> None:
    old = read_paper("44", "30", "12 ±0.1", "GENERAL TOLERANCES ISO 2768-mK")
    new = read_paper("44", "30", "12 ±0.1", "GENERAL TOLERANCES ISO 2768-fH")
    found = [change for change in compare(old, new).changes if change.what != "note"]
    assert [(change.what, change.old, change.new) for change in found] == [
        ("general_tolerance", "ISO 2768-mK", "ISO 2768-fH")
    ]
    assert found[0].fields[0].new == "2"


def test_a_note_that_only_gets_another_number_is_the_same() -> None:
    old = read_paper("1. DEBURR ALL EDGES OF THE PART", "2. PAINT ALL OUTER SURFACES BLACK")
    new = read_paper(
        "1. HARDEN THE TEETH TO 58 HRC", "2. DEBURR ALL EDGES OF THE PART", "3. PAINT ALL OUTER SURFACES RED"
    )
    assert told(compare(old, new)) == [
        ("note", "added", None, "1. HARDEN THE TEETH TO 58 HRC"),
        ("note", "changed", "2. PAINT ALL OUTER SURFACES BLACK", "3. PAINT ALL OUTER SURFACES RED"),
    ]


def test_a_difference_between_unsure_readings_says_so() -> None:
    (change,) = compare(read_paper("24 ±0.1"), read_paper("21 ±0.1", confidence=0.6)).changes
    assert change.doubtful
    assert not compare(read_paper("24 ±0.1"), read_paper("21 ±0.1")).changes[0].doubtful


def test_one_of_several_alike_that_goes_is_the_one_that_is_gone() -> None:
    old, new = read_paper("R5", "24 ±0.1", "R5", "⌀12", "R5"), read_paper("R5", "24 ±0.1", "R5", "⌀12")
    (change,) = compare(old, new).changes
    assert (change.change, change.old, change.old_quads) == ("removed", "R5", (old.items[4].quad_px,))


def test_title_block_fields_that_come_and_go_are_told(tmp_path: Path) -> None:
    old = read([flange_sheet(finish="Phosphated")], tmp_path / "a").result()
    new = read([flange_sheet(checked_by="A. Neumann")], tmp_path / "b").result()
    assert told(compare(old, new)) == [
        ("title_block", "changed", "J. Sato", "A. Neumann"),
        ("title_block", "removed", "Phosphated", None),
    ]


def test_an_empty_drawing_can_be_compared() -> None:
    nothing = read_paper()
    assert compare(nothing, nothing).changes == ()
    assert compare(nothing, read_paper("24 ±0.1")).count("added") == 1


# --- pictures and pages ---


def ink(image: np.ndarray, colour: Sequence[int]) -> np.ndarray:
    """Return where a picture is nearer to a colour than to grey."""
    wanted = np.asarray(colour, float) - np.mean(colour)
    own = image.astype(float) - image.mean(2, keepdims=True)
    return (own * wanted).sum(2) > 0.3 * (wanted**2).sum()


def test_the_picture_shows_what_went_red_and_what_came_green(pair: tuple[Subject, Subject]) -> None:
    old, new = pair
    comparison = compare(old.result, new.result)
    image = picture(old, new, comparison, (1, 1))
    (page,) = old.result.pages
    sheet = image[: page.height_px, : page.width_px]
    assert image.shape[1] > sheet.shape[1], "the list stands beside the page"
    red, green = ink(sheet, COLOURS["removed"]), ink(sheet, COLOURS["added"])
    assert red.mean() > 0.001 and green.mean() > 0.001
    note = next(change for change in comparison.changes if change.what == "note")
    left, top = (int(value) for value in np.min(note.new_quads[0], 0))
    around = sheet[max(0, top - 60) : top + 80, max(0, left - 60) : left + 300]
    assert ink(around, COLOURS["added"]).sum() > 200
    assert (sheet.std(2) < 6).mean() > 0.9, "what both have, and paper, is grey"


def test_views_that_only_moved_are_not_coloured(tmp_path: Path) -> None:
    work = read([flange_sheet()], tmp_path / "old")
    old = subject_of_workdir(work)
    image = old.picture(1)
    assert image is not None
    height, width = image.shape
    column = int(width * 0.5)
    away = np.full_like(image, 255)
    away[:, :column] = image[:, :column]
    free = slice(int(height * 0.08), int(height * 0.6)), slice(column, int(width * 0.93))
    away[free[0].start + 24 : free[0].stop + 24, free[1]] = image[free]
    keep = np.ones_like(image, bool)
    keep[free] = False
    away = np.where(keep & (away == 255), image, away)
    other = read([flange_sheet()], tmp_path / "new")
    result = other.result()
    inside = [
        item.model_copy(update={"quad_px": tuple((x, y + 24) for x, y in item.quad_px)})
        if free[1].start < item.quad_px[0][0] < free[1].stop and free[0].start < item.quad_px[0][1] < free[0].stop
        else item
        for item in result.items
    ]
    other.write_result(result.model_copy(update={"items": tuple(inside)}))
    other.write_preview(1, cv2.imencode(".jpg", away)[1].tobytes())
    new = subject_of_workdir(other)
    comparison = compare(old.result, new.result)
    assert comparison.changes == ()
    sheet = picture(old, new, comparison, (1, 1))[:height, :width]
    section = sheet[free[0], free[1]]
    coloured = ink(section, COLOURS["removed"]) | ink(section, COLOURS["added"])
    assert coloured.mean() < 0.004


def test_a_page_stands_alone_and_escapes_what_it_tells(tmp_path: Path) -> None:
    hostile = "2. <script>alert(1)</script> MUST NOT RUN HERE"
    old, new = Subject("<b>old</b>.json", read_paper("24")), Subject("new.json", read_paper("25", hostile))
    comparison = compare(old.result, new.result)
    (path,) = write_comparison(old, new, comparison, tmp_path / "page.html")
    html = path.read_text(encoding="utf-8")
    assert "<script>" not in html and "<b>old" not in html
    assert "&lt;script&gt;" in html and "data:image/png;base64," in html
    assert 'src="http' not in html


def test_a_comparison_is_read_back_from_json(tmp_path: Path, pair: tuple[Subject, Subject]) -> None:
    old, new = pair
    comparison = compare(old.result, new.result)
    (path,) = write_comparison(old, new, comparison, tmp_path / "all.json")
    assert Comparison.model_validate_json(path.read_text(encoding="utf-8")) == comparison
    assert isinstance(comparison.changes[0], Change)


def test_each_sheet_that_differs_has_its_picture(tmp_path: Path) -> None:
    old = subject_of_workdir(read([flange_sheet(), inch_plate_sheet()], tmp_path / "old"))
    new = subject_of_workdir(read([REVISED, inch_plate_sheet(), pin_sheet()], tmp_path / "new"))
    paths = write_comparison(old, new, compare(old.result, new.result), tmp_path / "pages.png")
    assert [path.name for path in paths] == ["pages.p1.png", "pages.p2.png"]
    assert all(cv2.imread(str(path)) is not None for path in paths)

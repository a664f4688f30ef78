"""A list of doubts corrects copies of truth files, and says so where it no longer fits them."""

import csv
import json
from pathlib import Path

import pytest

from ocr_tasks.evaluation.doubts import StaleDoubt, correct, main
from ocr_tasks.quads import angle_of, height_of, middle_of, width_of

PAGE = {
    "width_pt": 100.0,
    "height_pt": 50.0,
    "texts": [
        {"text": "300", "kind": "number", "rotation": 90.0, "quad": [[10, 40], [10, 30], [14, 30], [14, 40]]},
        {"text": "X", "kind": "text", "rotation": 90.0, "quad": [[10, 28], [10, 26], [15, 26], [15, 28]]},
        {"text": "1.000", "kind": "number", "rotation": 0.0, "quad": [[60, 5], [70, 5], [70, 8], [60, 8]]},
        {"text": "REV", "kind": "text", "rotation": 0.0, "quad": [[80, 5], [90, 5], [90, 8], [80, 8]]},
    ],
}
JOINED = {"page": "a.json", "strings": "0 1", "truth": "300 | X", "correction": "300 ≥ X", "why": "no Unicode"}
JOINED |= {"x0": "1", "y0": "2", "x1": "9", "y1": "4", "rotation": ""}
LEFT_OUT = {**JOINED, "strings": "2", "truth": "1.000", "correction": ""}
LACKING = {**JOINED, "strings": "", "truth": ""}


def test_strings_are_joined_and_left_out_and_the_others_stay() -> None:
    first, left_out, other = correct(PAGE, [JOINED, LEFT_OUT])["texts"]
    assert (first["text"], first["bbox"]) == ("300 ≥ X", [1, 2, 9, 4])
    assert first["quad"] == [[1, 2], [9, 2], [9, 4], [1, 4]]
    assert (left_out["text"], left_out["unreliable"]) == ("1.000", True)
    assert other == PAGE["texts"][3]


def test_without_a_box_of_its_own_a_correction_stands_around_its_strings() -> None:
    first, *_ = correct(PAGE, [{**JOINED, **dict.fromkeys(("x0", "y0", "x1", "y1"), "")}])["texts"]
    assert first["quad"] == [[10, 40], [10, 26], [15, 26], [15, 40]]
    assert first["bbox"] == [10, 26, 15, 40]


def test_a_string_that_the_file_lacks_is_added() -> None:
    *present, added = correct(PAGE, [{**LACKING, "correction": "SCALE"}])["texts"]
    assert present == PAGE["texts"]
    assert (added["text"], added["kind"], added["rotation"], added["bbox"]) == ("SCALE", "text", 0.0, [1, 2, 9, 4])
    assert added["quad"] == [[1, 2], [9, 2], [9, 4], [1, 4]]


@pytest.mark.parametrize(("rotation", "width", "height"), [("90", 2, 8), ("30", 8, 2), ("330", 8, 2), ("135", 8, 2)])
def test_what_is_added_stands_along_its_rotation(rotation: str, width: float, height: float) -> None:
    *_, added = correct(PAGE, [{**LACKING, "correction": "M2x4", "rotation": rotation}])["texts"]
    assert (added["kind"], added["rotation"]) == ("number", float(rotation))
    assert angle_of(added["quad"]) % 360 == pytest.approx(float(rotation), abs=0.2)
    assert (width_of(added["quad"]), height_of(added["quad"])) == pytest.approx((width, height), abs=0.02)
    assert middle_of(added["quad"]) == pytest.approx((5, 3), abs=0.02)


def test_a_place_where_the_file_lacks_what_nobody_can_read_is_not_scored() -> None:
    *present, unread = correct(PAGE, [{**LACKING, "correction": ""}])["texts"]
    assert present == PAGE["texts"]
    assert (unread["text"], unread["bbox"], unread["unreliable"]) == ("", [1, 2, 9, 4], True)


def test_a_row_that_no_longer_fits_is_an_error() -> None:
    with pytest.raises(StaleDoubt, match="not as listed"):
        correct(PAGE, [{**JOINED, "strings": "1 2"}])
    with pytest.raises(StaleDoubt, match="not as listed"):
        correct(PAGE, [{**JOINED, "strings": "7", "truth": "300"}])


def test_the_command_writes_every_page_and_refuses_a_list_of_other_pages(tmp_path: Path) -> None:
    truth, doubts, out = tmp_path / "truth", tmp_path / "doubts.csv", tmp_path / "out"
    truth.mkdir()
    for name in ("a.json", "b.json"):
        (truth / name).write_text(json.dumps(PAGE), "utf-8")
    with doubts.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, JOINED.keys())
        table.writeheader()
        table.writerow(JOINED)
    assert main([str(truth), str(doubts), str(out)]) == 0
    assert len(json.loads((out / "a.json").read_text("utf-8"))["texts"]) == 3
    assert json.loads((out / "b.json").read_text("utf-8")) == {**PAGE, "width": 100.0, "height": 50.0}
    (truth / "a.json").unlink()
    with pytest.raises(StaleDoubt, match=r"a\.json"):
        main([str(truth), str(doubts), str(out)])


def test_the_projects_list_fits_the_shared_drawings(shared_drawings: Path, tmp_path: Path) -> None:
    doubts = Path(__file__).parents[2] / "docs" / "truth-doubts.csv"
    assert main([str(shared_drawings), str(doubts), str(tmp_path)]) == 0

"""What is in the golden set, what is left out with a sentence, and how a reading is counted against its truth."""

import json
from pathlib import Path

import pytest
from golden_drawings import MOMENT, box, put_drawing, put_set, result_of

from drawing_etl.golden.drawings import GoldenDrawing, golden_set
from drawing_etl.golden.scores import score


def only(folder: Path) -> GoldenDrawing:
    found = golden_set([folder])
    assert found.problems == ()
    (drawing,) = found.drawings
    return drawing


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert golden_set([tmp_path / "nowhere"]) == golden_set([])


def test_drawings_are_found_below_and_each_file_counts_once(tmp_path: Path) -> None:
    put_drawing(tmp_path / "mine" / "deep", "a.pdf", ["1", "2"])
    put_drawing(tmp_path / "reviewed" / "0123", "source.pdf", ["1", "2"])
    put_drawing(tmp_path / "reviewed" / "4567", "source.pdf", ["3"])
    found = golden_set([tmp_path / "mine", tmp_path / "reviewed"])
    assert [drawing.name for drawing in found.drawings] == ["4567/source.pdf", "deep/a.pdf"]
    assert found.problems == ()


def test_a_drawing_without_truth_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "bare.TIF").write_bytes(b"x")
    (tmp_path / ".draft.pdf").write_bytes(b"half written")
    (problem,) = golden_set([tmp_path]).problems
    assert "bare.TIF" in problem and "without truth" in problem and "bare.p0.json" in problem


def test_own_samples_may_lack_a_truth(tmp_path: Path) -> None:
    (tmp_path / "encrypted.pdf").write_bytes(b"x")
    put_drawing(tmp_path, "a.pdf", ["1"])
    found = golden_set([], tmp_path)
    assert len(found.drawings) == 1 and found.problems == ()


def test_a_truth_whose_drawing_is_gone_is_named_with_the_remedy(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["1"]).unlink()
    found = golden_set([tmp_path])
    (problem,) = found.problems
    assert found.drawings == () and "the drawing is gone" in problem and "a.p0.json" in problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read as the truth"),
        ("[]", "holds no truth"),
        ("[" * 100_000, "cannot be read as the truth"),
        ("{}", "holds no truth"),
        ('{"file": "a.pdf", "texts": []}', "cannot be read as the truth"),
        ('{"file": "a.pdf", "width_px": 1, "height_px": 1, "texts": [{"text": "1", "quad": [1]}]}', "cannot be read"),
        ('{"file": "a.pdf", "width_px": 1, "height_px": 1, "texts": []}', "no string"),
        ('{"file": "../../etc/passwd", "width_px": 1, "height_px": 1, "texts": []}', "gone"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_truth_that_is_none_is_named_and_the_others_stay(tmp_path: Path, text: str, says: str) -> None:
    put_drawing(tmp_path, "good.pdf", ["1"])
    (tmp_path / "a.pdf").write_bytes(b"a drawing")
    (tmp_path / "a.p0.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    found = golden_set([tmp_path])
    assert [drawing.name for drawing in found.drawings] == ["good.pdf"]
    assert any(says in problem for problem in found.problems)


def test_two_truths_of_one_page_are_named(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["1"])
    (tmp_path / "again.json").write_text((tmp_path / "a.p0.json").read_text())
    (problem,) = golden_set([tmp_path]).problems
    assert "the same page" in problem


def test_another_truth_is_another_digest(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["1", "2"])
    before = only(tmp_path)
    put_drawing(tmp_path, "a.pdf", ["1", "2"], truth=["1", "3"])
    after = only(tmp_path)
    assert before.sha256 == after.sha256 and before.truth_digest != after.truth_digest


def test_strings_are_counted_exactly_and_by_character(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["⌀12.5", "40 ±0.1", "R3"])
    far = ((300.0, 500.0), (390.0, 500.0), (390.0, 520.0), (300.0, 520.0))
    counted = score(only(tmp_path), result_of({"ø12,5": box(0), "40 +0.1": box(1), "ghost": far}), MOMENT)
    assert (counted.strings, counted.exact, counted.missed, counted.readings) == (3, 1, 1, 3)
    assert (counted.characters, counted.edits) == (5 + 6 + 2, 0 + 1 + 2)
    assert counted.exact_share == pytest.approx(1 / 3) and counted.right_share == pytest.approx(1 / 3)


def test_zones_and_unreliable_strings_count_neither_way(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["10", "B", "??"])
    path = tmp_path / "a.p0.json"
    truth = json.loads(path.read_text())
    truth["texts"][1]["kind"] = "zone"
    truth["texts"][2]["unreliable"] = True
    path.write_text(json.dumps(truth))
    counted = score(only(tmp_path), result_of({"10": box(0), "8": box(1), "xx": box(2)}), MOMENT)
    assert (counted.strings, counted.exact, counted.readings) == (1, 1, 1)


def test_a_rejected_drawing_has_missed_all(tmp_path: Path) -> None:
    put_drawing(tmp_path, "a.pdf", ["10", "20"])
    counted = score(only(tmp_path), None, MOMENT)
    assert (counted.rejected, counted.exact, counted.missed, counted.character_error) == (True, 0, 2, 1.0)


def test_a_set_of_many_is_ordered_by_name(tmp_path: Path) -> None:
    put_set(tmp_path, 12)
    assert [drawing.name for drawing in golden_set([tmp_path]).drawings] == [f"d{k:02}.pdf" for k in range(12)]

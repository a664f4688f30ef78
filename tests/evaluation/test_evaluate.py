"""The evaluate command from truth folder to predictions, and what it says of them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr_tasks.evaluation import command
from ocr_tasks.evaluation.confusions import best_pairs, differences, fold, summary
from ocr_tasks.evaluation.truth import NoTruth, truth_pages


def truth_folder(root: Path) -> Path:
    """Two pages with truth, one of them of a file that is no picture."""
    image = np.full((400, 900), 255, np.uint8)
    cv2.putText(image, "SECTION A-A", (100, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2, cv2.LINE_AA)
    cv2.putText(image, "12.50", (500, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2, cv2.LINE_AA)
    folder = root / "truth" / "source"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "good.png"), image)
    (folder / "bad.png").write_bytes(b"not a picture at all")
    texts = [
        {"text": "SECTION A-A", "quad": [[100, 90], [345, 90], [345, 122], [100, 122]], "kind": "text"},
        {"text": "12.50", "quad": [[500, 270], [610, 270], [610, 302], [500, 302]], "kind": "number"},
    ]
    for name, file in (("good.p0.json", "good.png"), ("bad.p0.json", "bad.png")):
        truth = {"file": file, "page": 0, "width_px": 900, "height_px": 400, "texts": texts}
        (folder / name).write_text(json.dumps(truth))
    (folder / "other.json").write_text(json.dumps({"no": "truth"}))
    return root / "truth"


def test_each_page_is_read_and_a_broken_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = command.main([str(truth_folder(tmp_path)), "--out", str(out), "--threads", "2"])
    said = capsys.readouterr().out
    assert code == 1
    assert "bad.p0.json  rejected at render" in said
    prediction = json.loads((out / "source" / "good.p0.json").read_text())
    assert sorted(prediction) == ["height", "texts", "width"]
    assert {fold(text["text"]) for text in prediction["texts"]} == {"SECTIONA-A", "12.50"}
    assert all(len(text["quad"]) == 4 and 0 <= text["confidence"] <= 1 for text in prediction["texts"])
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["good.p0.json"]
    assert "recognize" in said
    assert "2 pages" in said


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTruth, match="no truth page"):
        truth_pages(tmp_path)


def test_only_chooses_pages(tmp_path: Path) -> None:
    assert [page.name for page in truth_pages(truth_folder(tmp_path), "good")] == ["source/good.p0.json"]


def test_a_truth_file_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    folder = truth_folder(tmp_path)
    path = folder / "source" / "good.p0.json"
    truth = json.loads(path.read_text())
    truth["file"] = "../../../../etc/passwd"
    path.write_text(json.dumps(truth))
    (page,) = truth_pages(folder, "good")
    assert page.drawing == folder / "source" / "passwd"


def test_differences_are_the_pieces_that_were_read_otherwise() -> None:
    assert list(differences("⌀12", "012")) == [("⌀", "0")]
    assert list(differences("R0,5", "R0.5")) == []
    assert list(differences("4×9’2”", "4X9'2\"")) == []


def test_only_marks_that_join_parts_are_left_out() -> None:
    assert fold("12 +0.1/-0.2") == fold("12 +0.1-0.2")
    assert fold("1/4", marks="") == "1/4"


def test_pairs_are_one_to_one_and_the_best_comes_first() -> None:
    def box(left: float, right: float) -> tuple[tuple[float, float], ...]:
        return ((left, 0.0), (right, 0.0), (right, 10.0), (left, 10.0))

    assert best_pairs([box(0, 10), box(2, 12)], [box(2, 11)]) == {1: 0}  # type: ignore[list-item]


def test_the_summary_names_worst_page_and_confusion(tmp_path: Path) -> None:
    folder = truth_folder(tmp_path)
    pages = truth_pages(folder, "good")
    out = tmp_path / "out"
    (out / "source").mkdir(parents=True)
    texts = [{"text": "SECTION A-4", "quad": pages[0].texts[0].quad, "confidence": 1.0}]
    (out / "source" / "good.p0.json").write_text(json.dumps({"width": 900, "height": 400, "texts": texts}))
    said = summary(pages, out)
    assert "0.000 of 2 strings read exactly, 1 not found" in said
    assert "A -> 4" in said
    assert "source/good.p0.json" in said

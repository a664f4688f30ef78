"""The picture of what was read wrong."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr_tasks.evaluation.confusions import Pair
from ocr_tasks.evaluation.failures import COLUMN_PX, GAP_PX, choose, main
from ocr_tasks.evaluation.truth import TrueText, page_of

STRINGS = {"M8": (60, 40), "45.0": (60, 140), "A-A": (60, 240)}


def quad(text: str) -> list[list[int]]:
    left, top = STRINGS[text]
    return [[left, top], [left + 120, top], [left + 120, top + 40], [left, top + 40]]


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    page = np.full((400, 400), 255, np.uint8)
    for text, (left, top) in STRINGS.items():
        cv2.putText(page, text, (left, top + 36), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 3)
    folder = tmp_path / "truth"
    folder.mkdir()
    cv2.imwrite(str(folder / "plate.png"), page)
    texts = [{"text": text, "quad": quad(text)} for text in STRINGS]
    record = {"file": "plate.png", "page": 0, "width_px": 400, "height_px": 400, "texts": texts}
    (folder / "plate.json").write_text(json.dumps(record))
    return folder


def read(folder: Path, readings: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    texts = [{"text": readings[text], "quad": quad(text), "confidence": 0.9} for text in readings]
    (folder / "plate.json").write_text(json.dumps({"width": 400, "height": 400, "texts": texts}))
    return folder


def test_what_was_read_wrong_is_shown_and_what_was_right_is_not(truth: Path, tmp_path: Path) -> None:
    out = tmp_path / "wrong.png"
    assert main([str(truth), str(read(tmp_path / "read", {"M8": "M8", "45.0": "45.8"})), str(out)]) == 0
    picture = cv2.imread(str(out))
    assert picture.shape[1] == 2 * (COLUMN_PX + GAP_PX) + GAP_PX, "one misread and one not read"
    assert (picture.max(2) < 90).any(), "the cutting's ink"
    assert ((picture[:, :, 2] > 180) & (picture[:, :, 0] < 80)).any(), "the reading in red"


def test_nothing_wrong_is_said_and_no_picture_written(
    truth: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wrong.png"
    assert main([str(truth), str(read(tmp_path / "read", {text: text for text in STRINGS})), str(out)]) == 1
    assert "nothing was read wrong" in capsys.readouterr().out
    assert not out.exists()


def test_of_one_difference_only_a_few_are_chosen(truth: Path) -> None:
    page = page_of(truth / "plate.json")

    def pair(text: str, reading: str | None) -> Pair:
        return Pair(TrueText(text, page.texts[0].quad, "text", 0.0, unreliable=False, in_parts=False), reading)

    ones = [(page, pair(f"P1 {k}", f"PI {k}")) for k in range(9)]
    other = [(page, pair("R5", "RS")), (page, pair("12", "12"))]
    assert [p.truth.text for _, p in choose([*ones, *other], 24)] == ["P1 0", "P1 1", "P1 2", "R5"]
    assert len(choose([*ones, *other], 2)) == 2

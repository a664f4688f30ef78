"""Real crops are cut upright, folded like the scorer's, and counted by group."""

import json
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, find
from ocr_tasks.training.evaluate import Exam, Mark, recogniser, sit, table
from ocr_tasks.training.judge import cut, real_crops, same


@pytest.mark.parametrize(
    ("truth", "reading", "alike"),
    [
        ("⌀ 12,5", "Ø12.5", True),
        ("4X M5", "4×M5", True),
        ("−0.5", "–0.5", True),
        ("⌀12", "012", False),
        ("45°", "45", False),
        ("9'2\"", "9’2”", True),
        ("ﬁt", "fit", True),
    ],
)
def test_spellings_that_mean_the_same(truth: str, reading: str, alike: bool) -> None:
    assert same(truth, reading) is alike


def test_a_turned_string_is_cut_upright() -> None:
    page = np.full((200, 200), 255, np.uint8)
    page[50:150, 90:110] = 0
    page[50:60, 90:110] = 128  # the end of a string that reads upwards
    upwards = np.array([(90, 150), (90, 50), (110, 50), (110, 150)], float)
    crop = cut(page, upwards, 0.0)
    assert crop.shape == (22, 102)
    assert crop[11, 95] == pytest.approx(128, abs=10)
    assert crop[11, 20] == pytest.approx(0, abs=10)


@pytest.fixture
def truth_folder(tmp_path: Path) -> Path:
    source = tmp_path / "some__source"
    source.mkdir()
    canvas = Canvas(str(source / "a.pdf"), pagesize=(300, 200))
    canvas.setFont("Helvetica", 12)
    canvas.drawString(40, 100, "35.36")
    canvas.saveState()
    canvas.translate(200, 40)
    canvas.rotate(90)
    canvas.drawString(0, 0, "M8x1.25")
    canvas.restoreState()
    canvas.save()
    wide = canvas.stringWidth("35.36", "Helvetica", 12)
    tall = canvas.stringWidth("M8x1.25", "Helvetica", 12)
    texts = [
        {
            "text": "35.36",
            "quad": [[40, 91], [40 + wide, 91], [40 + wide, 100], [40, 100]],
            "rotation": 0,
            "kind": "number",
        },
        {"text": "M8x1.25", "quad": [[191, 160], [191, 160 - tall], [200, 160 - tall], [200, 160]], "rotation": 90},
        {"text": "?", "quad": [[0, 0], [9, 0], [9, 9], [0, 9]], "unreliable": True},
        {"text": "1 +0.1/-0.1", "quad": [[0, 0], [9, 0], [9, 9], [0, 9]], "parts": ["1", "+0.1", "-0.1"]},
    ]
    page = {"file": "a.pdf", "page": 0, "width_pt": 300, "height_pt": 200, "texts": texts}
    (source / "a.p0.json").write_text(json.dumps(page), encoding="utf-8")
    return tmp_path


def test_strings_of_a_page_are_read_where_they_stand(truth_folder: Path) -> None:
    found = list(real_crops(truth_folder))
    assert [(c.text, c.turned, c.source) for c in found] == [
        ("35.36", False, "some__source"),
        ("M8x1.25", True, "some__source"),
    ]
    exam = Exam("pages", tuple(c.crop for c in found), tuple(c.text for c in found), ("upright", "turned"))
    assert sit(exam, recogniser(find(PPOCR_RECOGNIZER), 1)) == {"turned": Mark(1, 1), "upright": Mark(1, 1)}


def test_the_table_keeps_held_out_sources_apart() -> None:
    exam = Exam("pages", (), (), ())
    marks = {"a__x": Mark(9, 10), "b__y": Mark(1, 2), "c__z": Mark(0, 8)}
    rows = {line.split("|")[1].strip(): line for line in table(exam, {"w": marks}, ["b__", "c__"]).splitlines()}
    assert rows["**all**"].split("|")[2:4] == [" 20 ", " 0.500 "]
    assert rows["**open to choice**"].split("|")[3] == " 0.900 "
    assert rows["**kept out of choice**"].split("|")[3] == " 0.100 "
    assert rows["**kept out of choice, mean over groups**"].split("|")[3] == " 0.250 "
    assert "b__y (kept out)" in rows

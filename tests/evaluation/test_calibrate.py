"""The fit of the confidence to what was right and wrong."""

import json
import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from ocr_tasks.evaluation.calibrate import Outcome, fit, main, outcomes, reliability
from ocr_tasks.evaluation.reliability import table
from ocr_tasks.evaluation.truth import page_of
from ocr_tasks.stages.postprocess.confidence import PPOCR, Calibration, calibrated_by, stated


def drawn(true: Calibration, count: int) -> list[Outcome]:
    """Return strings that are right as often as a calibration says."""
    chance = random.Random(5)
    found = []
    for _ in range(count):
        text = "8" * chance.randint(1, 30)
        confidence = chance.uniform(0.5, 0.9995)
        found.append(Outcome(text, confidence, chance.random() < calibrated_by(true, confidence, text)))
    return found


def test_the_fit_finds_the_model_that_drew_the_strings() -> None:
    true = Calibration(constant=1.0, sureness=0.5, length=-0.6, short=-0.8)
    found = drawn(true, 20_000)
    fitted = fit(found)
    assert fitted.sureness == pytest.approx(true.sureness, abs=0.05)
    assert fitted.length == pytest.approx(true.length, abs=0.1)
    unlike = Calibration(constant=-1.0, sureness=0.1, length=0.0, short=0.0)
    assert error_in(table(reliability(found, fitted))) < 0.02
    assert error_in(table(reliability(found, unlike))) > 0.1


def error_in(table: str) -> float:
    return float(table.splitlines()[-1].split()[3].rstrip(","))


@pytest.mark.parametrize(("confidence", "text"), [(0.55, "7"), (0.93, "12.5"), (0.999, "BREAK ALL EDGES")])
def test_the_engines_figure_comes_back(confidence: float, text: str) -> None:
    assert stated(calibrated_by(PPOCR, confidence, text), text, PPOCR) == pytest.approx(confidence, abs=2e-3)


def test_a_reading_without_a_truth_is_wrong_and_one_where_nothing_counts_is_left_out(tmp_path: Path) -> None:
    def at(left: float, width: float = 10) -> list[list[float]]:
        return [[left, 10], [left + width, 10], [left + width, 20], [left, 20]]

    texts = [
        {"text": "12.5", "quad": at(10), "kind": "number", "rotation": 0},
        {"text": "", "quad": at(60, 40), "kind": "text", "rotation": 0, "unreliable": True},
    ]
    truth = {"file": "a.pdf", "page": 0, "width_pt": 100, "height_pt": 100, "texts": texts}
    (tmp_path / "a.json").write_text(json.dumps(truth))
    read = [("12.5", at(10)), ("logo", at(40)), ("F", at(62, 4)), ("zone", at(60, 40))]
    prediction = tmp_path / "read.json"
    readings = [{"text": text, "quad": quad, "confidence": 0.9} for text, quad in read]
    prediction.write_text(json.dumps({"width": 100, "height": 100, "texts": readings}))
    met = outcomes(page_of(tmp_path / "a.json"), prediction)
    assert [(outcome.text, outcome.right) for outcome in met] == [("12.5", True), ("logo", False)]
    assert outcomes(page_of(tmp_path / "a.json"), tmp_path / "none.json") == []


def test_the_command_prints_the_curve_in_use_and_the_fitted_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source, reading in (("one", "12.5"), ("two", "12.6")):
        truth, prediction = tmp_path / "truth" / source, tmp_path / "read" / source
        truth.mkdir(parents=True)
        prediction.mkdir(parents=True)
        quad = [[10, 10], [50, 10], [50, 20], [10, 20]]
        (truth / "p0.json").write_text(
            json.dumps(
                {
                    "file": "a.pdf",
                    "page": 0,
                    "width_pt": 100,
                    "height_pt": 100,
                    "texts": [{"text": "12.5", "quad": quad, "kind": "number", "rotation": 0}],
                }
            )
        )
        (prediction / "p0.json").write_text(
            json.dumps({"width": 100, "height": 100, "texts": [{"text": reading, "quad": quad, "confidence": 0.9}]})
        )
    plotted = tmp_path / "plot.svg"
    told = [str(tmp_path / "truth"), str(tmp_path / "read"), "--leave-out", "two", "--plot", str(plotted)]
    assert main(told) == 0
    said = capsys.readouterr().out
    in_use, fitted = said.split("fitted: Calibration(constant=")
    assert in_use.startswith(f"in use: {PPOCR}")
    for tables in (in_use, fitted):
        own, left_out = tables.split("left out")
        assert "1.000        1" in own
        assert "0.000        1" in left_out
    dots = [dot for dot in ElementTree.parse(plotted).iter("{http://www.w3.org/2000/svg}circle") if len(dot)]
    assert [dot[0].text.split(", ")[0::2] for dot in dots] == [
        ["1 strings", "1.000 right"],
        ["1 strings", "0.000 right"],
    ]
    assert float(dots[0].attrib["cy"]) == pytest.approx(20)
    assert float(dots[1].attrib["cy"]) == pytest.approx(340)

"""The doctor says what is wrong and what to do."""

import pytest

from ocr_tasks.engines import doctor, weights
from ocr_tasks.engines.weights import Weights


def test_a_machine_that_reads_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main([]) == 0
    said = capsys.readouterr().out
    assert "ok    weights of the recogniser" in said
    assert "12.50 is read as '12.50'" in said


def test_missing_weights_are_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(weights, "PPOCR_DETECTOR", Weights("gone.onnx", "0" * 64, "no_such_wheel"))
    assert doctor.main([]) == 1
    assert "FAIL  weights of the detector" in capsys.readouterr().out

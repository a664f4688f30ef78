"""An engine is chosen by name and runs on the device asked for, or is refused with the remedy."""

import sys
from pathlib import Path

import pytest

from ocr_tasks.contract import DETECTORS, ENGINES, READING_STAGES, RECOGNIZERS, Device, EngineInfo, Stage
from ocr_tasks.engines import choose
from ocr_tasks.engines.opencv import OpenCvPreprocessor
from ocr_tasks.errors import ContractError, DeviceUnavailable, WeightsError


@pytest.mark.parametrize("stage", READING_STAGES)
def test_the_default_engine_runs_on_the_processor(stage: Stage) -> None:
    _, info = choose.stage_process(stage, ENGINES[0], "cpu", 1)
    assert info is None or info.device == "cpu"


@pytest.mark.parametrize("stage", [Stage.DETECT, Stage.RECOGNIZE])
def test_an_unknown_engine_is_told_with_those_there_are(stage: Stage) -> None:
    with pytest.raises(ContractError, match="ppocr-torch"):
        choose.stage_process(stage, "tesseract", "cpu", 1)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize(
    ("stage", "engine"),
    [(Stage.DETECT, name) for name in DETECTORS] + [(Stage.RECOGNIZE, name) for name in RECOGNIZERS],
)
def test_every_engine_gives_its_device_or_says_what_is_missing(
    stage: Stage, engine: str, device: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRAWING_ETL_WEIGHTS", str(tmp_path))
    try:
        _, info = choose.stage_process(stage, engine, device, 1)
    except (DeviceUnavailable, WeightsError) as refused:
        assert len(str(refused)) > 40  # names the remedy
        assert (device, engine) != ("cpu", ENGINES[0])
    else:
        assert info is not None
        assert info.device == device


def test_preprocessing_on_a_gpu_is_never_done_on_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(DeviceUnavailable, match="CuPy"):
        choose.stage_process(Stage.PREPROCESS, "", "cuda", 1)


def test_an_engine_that_runs_elsewhere_than_asked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lies(OpenCvPreprocessor):
        @property
        def info(self) -> EngineInfo:
            return EngineInfo(name="lies", device="cpu")

    monkeypatch.setattr(choose, "preprocessor", lambda device, threads: Lies())
    with pytest.raises(DeviceUnavailable, match="lies runs on 'cpu'"):
        choose.stage_process(Stage.PREPROCESS, "", "cuda", 1)


def test_tensorrt_is_for_gpus() -> None:
    with pytest.raises(DeviceUnavailable, match="cuda only"):
        choose.recognizer("ppocr-tensorrt", "cpu", 1)

"""The GPU benchmark's arithmetic, and a small run of the whole script on the processor."""

import re

import numpy as np
import pytest

from ocr_tasks.__main__ import main
from ocr_tasks.engines import sessions
from ocr_tasks.engines.array_devices import HostDevice
from ocr_tasks.evaluation import bench_gpu
from ocr_tasks.evaluation.bench_gpu import STEPS, Speeds, limited, speeds_of


def test_the_limit_is_named_and_its_share_is_what_memory_allows() -> None:
    speeds = Speeds(up=100.0, down=100.0, inside=200.0)
    # 100 bytes: a second up, a second down, a second read and written
    assert limited(3.0, 100, speeds) == (1.0, "moving to and from the device")
    assert limited(30.0, 100, speeds) == (0.1, "the steps on the device")
    assert limited(0.1, 100, speeds)[0] == 1.0


def test_speeds_are_measured() -> None:
    assert all(value > 0 for value in speeds_of(HostDevice(), 1 << 16, 2))


@pytest.mark.parametrize("step", STEPS)
def test_both_sides_of_a_step_do_the_same(step: str) -> None:
    ours, opencv = STEPS[step]
    page = np.random.default_rng(1).integers(0, 256, (90, 120), np.uint8)
    assert np.abs(ours(np, page[None])[0].astype(int) - opencv(page)).max() <= 1


def test_a_small_run_fills_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    small = "--batches 2 --pages 1 --dpi 50 --size 160 120 --repeats 1"
    assert bench_gpu.main(f"--device cpu --engines ppocr-onnx ppocr-tensorrt {small}".split()) == 0
    said = capsys.readouterr().out
    for step in STEPS:
        assert re.search(rf"\| {step} \| \d+\.\d+ \| 2 \| \d+\.\d+ \| \d+% \| \w+", said)
    assert re.search(r"\| ppocr-onnx \| CPUExecutionProvider \| float32 \| \d+\.\d+ \| 2 \| \d+ \|", said)
    assert re.search(r"\| ppocr-onnx \| cpu \| \d+\.\d+ \|", said)
    assert "ppocr-tensorrt runs on the device cuda only" in said


def test_a_machine_without_a_gpu_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    if "CUDAExecutionProvider" in sessions.available_providers():
        pytest.skip("this ONNX Runtime may really have a GPU")
    assert main(["bench-gpu"]) == 10
    assert "ask for the device cpu" in capsys.readouterr().err

"""The GPU benchmark's arithmetic, and a small run of the whole script on the processor."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

from ocr_tasks.__main__ import main
from ocr_tasks.engines import sessions
from ocr_tasks.engines.array_devices import HostDevice
from ocr_tasks.evaluation import bench_gpu
from ocr_tasks.evaluation.bench_gpu import STEPS, Speeds, given_drawings, limited, speeds_of
from ocr_tasks.evaluation.usage import Usage, Watch, limit_of


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
    limit = r"(the processors|one processor's code|waiting)[^|]* processors busy\)"
    row = rf"\| ppocr-onnx \| CPUExecutionProvider \| float32 \| \d+\.\d+ \| {limit} \| 2 \| [\d.e+]+ \| {limit} \|"
    assert re.search(row, said)
    assert re.search(rf"\| ppocr-onnx \| cpu \| \d+\.\d+ \|( \d+\.\d+ \|){{5}} \w+ \| {limit} \|", said)
    assert "ppocr-tensorrt runs on the device cuda only" in said


def test_given_drawings_are_measured_and_what_cannot_be_read_is_left_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (drawing,) = bench_gpu.made_drawings(tmp_path / "below", 1)
    (tmp_path / "COPY.PDF").write_bytes(drawing.read_bytes())  # the same drawing: once
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (tmp_path / "notes.txt").write_text("no drawing")
    small = f"--batches 2 --pages 9 --drawings {tmp_path} --dpi 50 --size 160 120 --repeats 1"
    assert bench_gpu.main(f"--device cpu --engines ppocr-onnx {small}".split()) == 0
    said = capsys.readouterr().out
    assert re.search(r"^1 pages, \d+ lines", said, re.MULTILINE)
    assert "| ppocr-onnx | cpu |" in said


def test_drawings_are_chosen_at_even_steps(tmp_path: Path) -> None:
    for k in range(10):
        (tmp_path / f"{k}.tif").touch()
    assert [path.name for path in given_drawings(tmp_path, 3)] == ["0.tif", "3.tif", "6.tif"]
    assert len(given_drawings(tmp_path, 99)) == 10


def test_a_folder_without_drawings_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small = "--device cpu --batches 1 --size 16 12 --repeats 1 --drawings"
    assert main(["bench-gpu", *small.split(), str(tmp_path)]) == 1
    assert "no drawing is below" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        (Usage(1, 0.3, 0.95), "the GPU (0.3 of 4 processors busy, the GPU 95% of the time)"),
        (Usage(1, 3.9, 0.1), "the processors (3.9"),
        (Usage(1, 1.1, None), "one processor's code that does not run in parallel (1.1 of 4 processors busy)"),
        (Usage(1, 0.1, 0.2), "waiting"),
    ],
)
def test_the_limit_of_a_piece_of_work_is_named(usage: Usage, said: str) -> None:
    assert limit_of(usage, 4).startswith(said)


def test_work_of_the_processor_is_seen() -> None:
    with Watch() as busy:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
    with Watch(gpu=False) as idle:
        time.sleep(0.3)
    assert busy.usage.processors > idle.usage.processors
    assert busy.usage.gpu is None


def test_the_gpu_is_watched_as_nvidia_smi_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    asked = tmp_path / "asked"
    program.write_text(f"#!/bin/sh\necho $@ > {asked}\necho 80\necho 100\necho '[N/A]'\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1")
    with Watch(gpu=True) as watch:
        for _ in range(200):
            if asked.exists() and asked.read_text():
                break
            time.sleep(0.05)
        time.sleep(0.2)
    assert watch.usage.gpu == pytest.approx(0.9)
    assert "-i 3" in asked.read_text()


def test_a_gpu_that_nobody_tells_of_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Watch(gpu=True) as watch:
        pass
    assert watch.usage.gpu is None


def test_a_machine_without_a_gpu_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    if "CUDAExecutionProvider" in sessions.available_providers():
        pytest.skip("this ONNX Runtime may really have a GPU")
    assert main(["bench-gpu"]) == 10
    assert "ask for the device cpu" in capsys.readouterr().err

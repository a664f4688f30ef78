"""The doctor believes nobody: planted drivers, doubled packages, versions that do not go together."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from ocr_tasks.engines import doctor, gpu_checks, sessions
from ocr_tasks.engines.check import Check
from ocr_tasks.engines.gpu_checks import doubles, graphics_cards, same_cuda

ROOT = Path(__file__).parents[2]


def plant_smi(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program called nvidia-smi first on the path."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_no_driver_matters_only_if_the_gpu_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [check.mark for check in graphics_cards(wanted=True)] == ["FAIL"]
    (check,) = graphics_cards(wanted=False)
    assert check.mark == "none"
    assert "install the NVIDIA driver" in check.line()


def test_cards_are_told_with_memory_and_driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plant_smi(
        tmp_path,
        monkeypatch,
        "echo 'NVIDIA H200, 580.65, 143771, 143000, 9.0'; echo 'NVIDIA L4, 580.65, 23034, 120, 8.9'",
    )
    driver, large, full = graphics_cards(wanted=True)
    assert (driver.found, driver.mark) == ("580.65", "ok")
    assert (large.mark, full.mark) == ("ok", "none")
    assert "143771 MiB" in large.found
    assert "other processes" in full.remedy


@pytest.mark.parametrize(
    "script",
    [
        "echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver'; exit 9",
        "echo 'No devices were found'",
        "echo 'garbage, with, commas'",
        "exit 0",
    ],
)
def test_a_driver_that_fails_is_told(script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plant_smi(tmp_path, monkeypatch, script)
    (check,) = graphics_cards(wanted=True)
    assert check.mark == "FAIL"
    assert "driver" in check.remedy


def test_two_packages_of_one_module_are_found() -> None:
    assert list(doubles({"onnxruntime", "numpy", "opencv-python-headless", "cupy-cuda12x"})) == []
    (check,) = doubles({"onnxruntime", "onnxruntime-gpu"})
    assert check.mark == "FAIL"
    assert "hides the GPU" in check.remedy
    assert [c.name for c in doubles({"cupy-cuda12x", "cupy-cuda13x", "opencv-python", "opencv-python-headless"})] == [
        "module cupy",
        "module cv2",
    ]


def test_the_installed_packages_are_seen() -> None:
    assert {"numpy", "pydantic"} <= gpu_checks.metadata_names()


def test_libraries_for_two_versions_of_cuda_are_found() -> None:
    assert same_cuda({"onnxruntime": "13.0", "cupy": "13.1"}, needed=True).mark == "ok"
    check = same_cuda({"onnxruntime": "13.0", "cupy": "12.9", "torch": "12.8"}, needed=True)
    assert check.mark == "FAIL"
    assert "cupy and torch for CUDA 12 but onnxruntime for CUDA 13" in check.remedy
    assert same_cuda({}, needed=True).mark == "ok"


def test_asking_for_a_gpu_that_is_not_there_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if "CUDAExecutionProvider" in sessions.available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert doctor.main(["--device", "cuda"]) == 1
    said = capsys.readouterr().out
    for line in ("FAIL  NVIDIA driver", "FAIL  ONNX Runtime on the GPU", "FAIL  CuPy", "FAIL  reading a line on cuda"):
        assert line in said
    assert "cuda is NOT usable" in said


def test_a_planted_driver_does_not_make_a_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if "CUDAExecutionProvider" in sessions.available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    plant_smi(tmp_path, monkeypatch, "echo 'NVIDIA H200, 580.65, 143771, 143000, 9.0'")
    everything = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(sessions.ort, "get_available_providers", lambda: everything)
    assert doctor.main(["--device", "cuda"]) == 1
    said = capsys.readouterr().out
    assert "ok    GPU 0: NVIDIA H200" in said
    assert "FAIL  ONNX Runtime on the GPU: DeviceUnavailable" in said
    assert "none  ONNX Runtime with TensorRT" in said


BREAKS = {
    "onnxruntime": ("ImportError", "libcudart.so.13: cannot open shared object file", "ONNX Runtime"),
    "cv2": ("ImportError", "libGL.so.1: cannot open shared object file", "OpenCV"),
    "cupy": ("OSError", "libcuda.so.1: cannot open shared object file", "CuPy"),
    "torch": ("RuntimeError", "the CUDA driver is too old", "torch on the GPU"),
}


@pytest.mark.parametrize("library", BREAKS)
def test_a_library_that_breaks_does_not_end_the_doctor(library: str, tmp_path: Path) -> None:
    """In a process of its own: the library is planted before anything imports it."""
    error, words, name = BREAKS[library]
    (tmp_path / f"{library}.py").write_text(f"raise {error}({words!r})\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "ocr_tasks", "doctor", "--device", "cuda"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (told,) = (line for line in done.stdout.splitlines() if line[6:].startswith(f"{name}:"))
    assert words in told
    assert " -> " in told
    assert "NOT usable" in done.stdout.splitlines()[-1]
    for said in done.stdout.splitlines()[:-1]:
        assert said.startswith("ok") or " -> " in said  # no finding without its remedy


def test_versions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.main([])
    said = capsys.readouterr().out
    for module, name in (("onnxruntime", "ONNX Runtime"), ("cv2", "OpenCV")):
        assert f"ok    {name}: {import_module(module).__version__}" in said


def test_a_check_tells_itself_in_a_line() -> None:
    assert Check("a", "b").line() == "ok    a: b"
    assert Check("a", "b\nc").line() == "ok    a: b c"
    assert Check("a", "b", "c", needed=False).line() == "none  a: b -> c"


@pytest.mark.gpu
def test_a_machine_with_a_gpu_is_well() -> None:
    assert doctor.main(["--device", "cuda"]) == 0

"""The CUDA image on a machine without a GPU: its stages run on the CPU, and say so where a GPU is asked for."""

import shutil
import subprocess
from pathlib import Path

import pytest
from engine_room import build, context, drawings, operator

from ocr_tasks.contract import READING_STAGES, Stage
from ocr_tasks.errors import DeviceUnavailable
from ocr_tasks.workdir import Workdir

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("docker"), pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def cuda_image() -> str:
    return build("images/ocr-cuda/Dockerfile", "drawing-etl/ocr-cuda:test")


def test_every_stage_runs_on_the_cpu(work_root: Path, cuda_image: str) -> None:
    batch = drawings(work_root, 1)
    for stage in READING_STAGES:
        operator(work_root, batch, cuda_image, stage=stage.value).execute(context(work_root, stage.value))
    reports = [Workdir(work_root / batch[0]).required_report(stage) for stage in READING_STAGES]
    assert [report.outcome for report in reports] == ["done"] * len(READING_STAGES)
    assert {report.engine.device for report in reports if report.engine} == {"cpu"}
    assert "R0.0" in "".join(item.text for item in Workdir(work_root / batch[0]).result().items)


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="there is a GPU here")
def test_asked_for_a_gpu_the_stages_say_that_there_is_none(work_root: Path, cuda_image: str) -> None:
    batch = drawings(work_root, 1)
    for stage in (Stage.RENDER, Stage.PREPROCESS):
        operator(work_root, batch, cuda_image, stage=stage.value).execute(context(work_root, stage.value))
    for stage, devices in (("preprocess", "all"), ("detect", "all"), ("recognize", "all"), ("detect", "")):
        said = subprocess.run(
            [
                *("docker", "run", "--rm", "--network", "none", "--mount", f"type=bind,src={work_root},dst=/work"),
                *("--env", f"NVIDIA_VISIBLE_DEVICES={devices}", "--user", "10001:10001", cuda_image),
                *("-m", "ocr_tasks", stage, "--device", "cuda"),
                *("--work", "/work", *batch),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == DeviceUnavailable.exit_code, said.stderr[-2000:]
        assert "DeviceUnavailable" in said.stderr


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="there is a GPU here")
def test_the_doctor_tells_the_truth_about_the_image(cuda_image: str) -> None:
    command = ["docker", "run", "--rm", "--network", "none", cuda_image, "-m", "ocr_tasks", "doctor", "--device"]
    assert subprocess.run([*command, "cpu"], capture_output=True, check=False).returncode == 0
    asked = subprocess.run([*command, "cuda"], capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert "cuda" in asked.stdout + asked.stderr

"""Faults planted inside real containers: what each becomes, and how the next try goes on."""

import threading
import time
from pathlib import Path

import pytest
from docker import APIClient
from engine_room import context, drawings, operator, ours
from planted import CRASHING_DECODER, FRAGMENTING_MEMORY

from drawing_etl.stage_process import StageCrashed, StageKilled
from ocr_tasks.contract import Stage
from ocr_tasks.errors import OutOfDeviceMemory, Rejection
from ocr_tasks.workdir import Workdir

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("docker")]

PACKAGES = "/work/faults:/opt/drawing-etl:/opt/packages"
"""Python's path in the image, with a folder of the volume before it."""


def plant(root: Path, code: str) -> dict[str, dict[str, str]]:
    """Put CODE where every Python of the container runs it first; return the operator's setting for that."""
    folder = root / "faults"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    return {"environment": {"PYTHONPATH": PACKAGES}}


def test_the_report_tells_the_image_that_ran(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    operator(work_root, batch, image).execute(context(work_root))
    assert Workdir(work_root / batch[0]).required_report(Stage.RENDER).image == engine.inspect_image(image)["Id"]


def test_a_drawing_that_crashes_the_decoder_is_rejected_and_its_batch_goes_on(
    work_root: Path, image: str, engine: APIClient
) -> None:
    batch = drawings(work_root, 3)
    bad = Workdir(work_root / batch[1])
    with bad.source.open("ab") as file:
        file.write(b"\n% the one that crashes\n")
    operator(work_root, batch, image, **plant(work_root, CRASHING_DECODER)).execute(context(work_root))
    reports = [Workdir(work_root / name).required_report(Stage.RENDER) for name in batch]
    assert [report.outcome for report in reports] == ["done", "rejected", "done"]
    assert reports[1].rejection is not None
    assert reports[1].rejection.code == Rejection.DECODER_CRASH
    assert "SIGSEGV" in reports[1].rejection.message
    assert ours(engine, work_root) == []


def test_a_stage_out_of_device_memory_is_tried_again_with_smaller_batches(
    work_root: Path, image: str, engine: APIClient
) -> None:
    batch = drawings(work_root, 1, pages=4)
    operator(work_root, batch, image).execute(context(work_root, "render"))
    fault = plant(work_root, FRAGMENTING_MEMORY)
    first, second = (context(work_root, "preprocess", try_number) for try_number in (1, 2))
    with pytest.raises(OutOfDeviceMemory, match=r"exit code 11.*even one item"):
        operator(work_root, batch, image, stage="preprocess", **fault).execute(first)
    operator(work_root, batch, image, stage="preprocess", **fault).execute(second)
    assert Workdir(work_root / batch[0]).required_report(Stage.PREPROCESS).outcome == "done"
    assert ours(engine, work_root) == []


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("import os; os.kill(os.getpid(), 11)", StageKilled, "killed by signal 11"),
        ("import os; os.kill(os.getpid(), 9)", StageKilled, "killed by signal 9"),
        ("import os; os._exit(125)", StageCrashed, "exit code 125"),
    ],
    ids=["139", "137", "125"],
)
def test_a_container_that_ends_so_is_tried_again(
    work_root: Path, image: str, engine: APIClient, code: str, kind: type[Exception], said: str
) -> None:
    batch = drawings(work_root, 1)
    fault = plant(work_root, code)
    with pytest.raises(kind, match=said):
        operator(work_root, batch, image, **fault).execute(context(work_root))
    assert ours(engine, work_root) == []
    (work_root / "faults" / "sitecustomize.py").unlink()
    operator(work_root, batch, image, **fault).execute(context(work_root, try_number=2))
    assert Workdir(work_root / batch[0]).required_report(Stage.RENDER).outcome == "done"


def test_a_paused_container_is_named_and_goes_on_when_unpaused(
    work_root: Path, image: str, engine: APIClient, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = drawings(work_root, 3, pages=20)
    task = operator(work_root, batch, image)
    container = task.submit_job(context(work_root))
    engine.start(container)
    engine.pause(container)
    follower = threading.Thread(target=task.poll_until_complete, args=(container, context(work_root)))
    follower.start()
    time.sleep(1.5)
    assert follower.is_alive()
    engine.unpause(container)
    follower.join(120)
    assert not follower.is_alive()
    assert f"docker unpause {container[:12]}" in capfd.readouterr().out
    assert [Workdir(work_root / name).required_report(Stage.RENDER).outcome for name in batch] == ["done"] * 3


@pytest.fixture
def two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver with one GPU that is nearly full and one that is free."""
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho '0, GPU-full, 24576, 900'\necho '1, GPU-free, 24576, 24000'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.usefixtures("two_gpus")
def test_a_stage_is_pinned_to_the_gpu_with_room(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    task = operator(work_root, batch, image, device="cuda", gpu_memory_mib=2048)
    found = engine.inspect_container(task.submit_job(context(work_root)))
    (request,) = found["HostConfig"]["DeviceRequests"]
    assert request["DeviceIDs"] == ["GPU-free"]
    assert request["Capabilities"] == [["gpu"]]
    assert found["Config"]["Labels"]["drawing-etl.gpu"] == "GPU-free"


def test_without_a_driver_the_stages_spread_over_the_gpus_named(
    work_root: Path, image: str, engine: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    batch = drawings(work_root, 1)
    asked = []
    for run in ("one", "two", "three"):
        task = operator(work_root, batch, image, device="cuda", gpu_ids=["0", "1"], gpu_memory_mib=2048)
        found = engine.inspect_container(task.submit_job(context(work_root, run)))
        asked.append(found["HostConfig"]["DeviceRequests"][0]["DeviceIDs"])
    assert asked == [["0"], ["1"], ["0"]]

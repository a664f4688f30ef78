"""The operator against a real engine: what it starts, what survives, what each fault becomes."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient
from docker.errors import APIError
from engine_room import context, drawings, operator, ours

from drawing_etl.container_engine import LABEL, EngineUnreachable, ImageMissing, sweep
from drawing_etl.containers import GpuStageOperator
from drawing_etl.stage_process import StageKilled
from ocr_tasks.contract import CONTRACT_VERSION, PIPELINE_VERSION, Stage
from ocr_tasks.errors import ContractError, DeviceUnavailable, StorageFull
from ocr_tasks.workdir import Workdir

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("docker")]


def outcomes(root: Path, batch: list[str]) -> list[str]:
    return [Workdir(root / name).required_report(Stage.RENDER).outcome for name in batch]


def test_a_batch_runs_in_a_container_that_is_gone_afterwards(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 2)
    operator(work_root, batch, image).execute(context(work_root))
    assert outcomes(work_root, batch) == ["done", "done"]
    assert ours(engine, work_root) == []


def test_the_container_is_hardened_and_labelled(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    task = operator(work_root, batch, image)
    container = task.submit_job(context(work_root))
    found = engine.inspect_container(container)
    host, config = found["HostConfig"], found["Config"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["Privileged"] is False
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["NetworkMode"] == "none"
    assert host["PidsLimit"] == 512
    assert host["Memory"] == host["MemorySwap"] == 2 * 2**30
    assert set(host["Tmpfs"]) == {"/tmp"}
    assert not host["Binds"]
    assert [mount["Destination"] for mount in found["Mounts"]] == ["/work"]
    assert config["User"].split(":")[0] not in ("", "0", "root")
    assert not [name for name in config["Env"] if "PASSWORD" in name or "DATABASE" in name or "SECRET" in name]
    labels = config["Labels"]
    assert {name.removeprefix(f"{LABEL}."): value for name, value in labels.items() if name.startswith(LABEL)} == {
        LABEL: "stage",
        "dag": "drawing_ingest",
        "run": "run",
        "task": "process.render",
        "map-index": "0",
        "pipeline-version": PIPELINE_VERSION,
        "image": image,
    }


def test_a_stage_cannot_write_outside_its_volume_nor_reach_the_network(work_root: Path, image: str) -> None:
    drawings(work_root, 1)
    said = subprocess.run(
        [
            *("docker", "run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL", "--user", "10001"),
            *(image, "-c", "import socket; open('/opt/x', 'w')"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Read-only file system" in said.stderr


def test_a_retry_adopts_the_container_that_runs(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    first = operator(work_root, batch, image).submit_job(context(work_root))
    second = operator(work_root, batch, image).submit_job(context(work_root, try_number=2))
    assert first == second
    assert len(ours(engine, work_root)) == 1


def test_two_schedulers_that_start_the_same_task_share_one_container(
    work_root: Path, image: str, engine: APIClient
) -> None:
    batch = drawings(work_root, 3, pages=4)
    seen: set[str] = set()
    errors: list[BaseException] = []

    def worker(number: int) -> None:
        try:
            task = operator(work_root, batch, image)
            own = context(work_root, try_number=number)
            own["task_state_store"] = None
            task.execute(own)
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=worker, args=(number,)) for number in (1, 2)]
    for thread in workers:
        thread.start()
    while any(thread.is_alive() for thread in workers):
        seen.update(container["Id"] for container in ours(engine, work_root))
        time.sleep(0.02)
    assert errors == []
    assert outcomes(work_root, batch) == ["done"] * 3
    assert ours(engine, work_root) == []
    assert len(seen) == 1


def test_kill_stops_and_removes_it(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 4, pages=20)
    task = operator(work_root, batch, image)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            task.execute(context(work_root))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not any(container["State"] == "running" for container in ours(engine, work_root)):
        time.sleep(0.02)
    task.on_kill()
    thread.join(30)
    assert ours(engine, work_root) == []
    assert isinstance(failed[0], (ContractError, StageKilled))


def pause(engine: APIClient, container: str, *, tries: int = 20) -> None:
    """Pause CONTAINER: a busy kernel may not freeze one at once that is still starting."""
    for _ in range(tries - 1):
        try:
            engine.pause(container)
            return
        except APIError:
            time.sleep(0.5)
    engine.pause(container)


@pytest.mark.parametrize("paused", [False, True])
def test_a_container_killed_from_outside_is_a_retry(
    work_root: Path, image: str, engine: APIClient, paused: bool
) -> None:
    batch = drawings(work_root, 4, pages=20)
    task = operator(work_root, batch, image)
    container = task.submit_job(context(work_root))
    engine.start(container)
    if paused:
        pause(engine, container)
        task.on_kill()
        assert ours(engine, work_root) == []
        return
    engine.kill(container, signal.SIGKILL)
    with pytest.raises(StageKilled, match="signal 9"):
        task.poll_until_complete(container, context(work_root))
    assert ours(engine, work_root) == []
    operator(work_root, batch, image).execute(context(work_root, try_number=2))
    assert outcomes(work_root, batch) == ["done"] * 4


def test_out_of_memory_names_the_limit(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    task = operator(work_root, batch, image, mem_limit="24m")
    with pytest.raises(StageKilled, match="24m of memory"):
        task.execute(context(work_root))
    assert ours(engine, work_root) == []


def test_a_refused_gpu_names_the_remedy(work_root: Path, image: str, engine: APIClient) -> None:
    if b"nvidia" in subprocess.run(["docker", "info"], capture_output=True, check=True).stdout:
        pytest.skip("this engine has GPUs to give")
    batch = drawings(work_root, 1)
    with pytest.raises(DeviceUnavailable, match="NVIDIA container toolkit"):
        operator(work_root, batch, image, device="cuda").execute(context(work_root))
    assert ours(engine, work_root) == []
    operator(work_root, batch, image, device="cuda", gpu_fallback="cpu").execute(context(work_root, "fallback"))
    assert outcomes(work_root, batch) == ["done"]


def test_a_missing_image_names_the_remedy(work_root: Path) -> None:
    batch = drawings(work_root, 1)
    with pytest.raises(ImageMissing, match="build it"):
        operator(work_root, batch, "drawing-etl/no-such-image:1").execute(context(work_root))


def test_a_silent_engine_names_the_remedy(work_root: Path, image: str, tmp_path: Path) -> None:
    batch = drawings(work_root, 1)
    task = operator(work_root, batch, image, docker_url=f"unix://{tmp_path}/no.sock", engine_patience_s=1.0)
    with pytest.raises(EngineUnreachable, match=r"no\.sock.*start it, or correct DRAWING_ETL_DOCKER_URL"):
        task.execute(context(work_root))


def test_a_full_volume_names_the_remedy(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    volume = "drawing-etl-test-small"
    options = {"type": "tmpfs", "device": "tmpfs", "o": "size=2m,mode=1777"}
    engine.create_volume(volume, driver="local", driver_opts=options)
    try:
        fill = f"cp -r /from/{batch[0]} /work/ && chmod -R 777 /work"
        keep = subprocess.Popen(  # a tmpfs volume lives as long as a container that uses it
            [
                *("docker", "run", "--rm", "--init", "-v", f"{work_root}:/from", "-v", f"{volume}:/work"),
                *("--entrypoint", "sh", "--user", "0", image, "-c", f"{fill} && sleep 60"),
            ]
        )
        time.sleep(3)
        with pytest.raises(StorageFull, match="free space"):
            operator(work_root, batch, image, work_volume=volume).execute(context(work_root))
    finally:
        subprocess.run(["docker", "ps", "-q", "--filter", f"volume={volume}"], check=True)
        for container in engine.containers(filters={"volume": volume}):
            engine.remove_container(container["Id"], force=True)
        keep.wait(30)
        engine.remove_volume(volume, force=True)


@pytest.mark.parametrize("damage", ["missing", "truncated", "newer contract"])
def test_a_report_that_cannot_be_believed_fails_the_task(
    work_root: Path, image: str, engine: APIClient, damage: str
) -> None:
    batch = drawings(work_root, 1)
    task = operator(work_root, batch, image)
    container = task.submit_job(context(work_root))
    engine.start(container)
    engine.wait(container)
    report = work_root / batch[0] / "reports" / "render.json"
    text = report.read_text()
    match damage:
        case "missing":
            report.unlink()
        case "truncated":
            report.write_text(text[: len(text) // 2])
        case _:
            report.write_text(text.replace(f'"contract":"{CONTRACT_VERSION}"', '"contract":"9.0"'))
    with pytest.raises(ContractError, match=r"render\.json"):
        task.poll_until_complete(container, context(work_root))


def test_the_sweep_removes_what_a_run_left(work_root: Path, image: str, engine: APIClient) -> None:
    batch = drawings(work_root, 1)
    operator(work_root, batch, image).submit_job(context(work_root, "abandoned"))
    operator(work_root, batch, image).submit_job(context(work_root, "other"))
    assert len(sweep("unix://var/run/docker.sock", "abandoned")) == 1
    assert [container["Labels"][f"{LABEL}.run"] for container in ours(engine, work_root)] == ["other"]


def test_the_deferred_task_goes_on_when_its_container_has_ended(work_root: Path, image: str, engine: APIClient) -> None:
    import asyncio

    from airflow.sdk.exceptions import TaskDeferred

    batch = drawings(work_root, 2)
    task = operator(work_root, batch, image, deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        task.execute(context(work_root))
    path, arguments = deferred.value.trigger.serialize()
    assert path == "drawing_etl.container_engine.ContainerTrigger"
    restarted = type(deferred.value.trigger)(**arguments)  # as a triggerer does after its own restart

    async def first() -> Any:
        async for event in restarted.run():
            return event.payload
        return None

    event = asyncio.run(first())
    operator(work_root, batch, image, deferrable=True).execute_complete(context(work_root), event)
    assert outcomes(work_root, batch) == ["done", "done"]
    assert ours(engine, work_root) == []


def worker_process(root: Path, batch: list[str], image: str, run: str, try_number: int) -> int:
    """Fork a worker that runs the task; return its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            task: GpuStageOperator = operator(root, batch, image)
            task.execute(context(root, run, try_number))
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child


def test_a_killed_worker_never_leaves_two_containers_nor_an_orphan(
    work_root: Path, image: str, engine: APIClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kill the worker at moments spread over the task's life; the retry must bring it to a single, clean end."""
    trials = int(os.environ.get("DRAWING_ETL_KILL_TRIALS", "30"))
    batch = drawings(work_root, 3, pages=3)
    chance = random.Random(7)
    began = time.monotonic()
    os.waitpid(worker_process(work_root, batch, image, "measure", 1), 0)
    life = time.monotonic() - began
    rows = []
    for trial in range(trials):
        for name in batch:
            Workdir(work_root / name).discard_rasters()
        run = f"trial-{trial}"
        seen: set[str] = set()
        moment = life * 1.1 * (trial + chance.random()) / trials
        child = worker_process(work_root, batch, image, run, 1)
        deadline = time.monotonic() + moment
        while time.monotonic() < deadline:
            seen.update(container["Id"] for container in ours(engine, work_root))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        at_kill = ours(engine, work_root)
        seen.update(container["Id"] for container in at_kill)
        state = at_kill[0]["State"] if at_kill else ("gone" if seen else "none yet")
        retry = worker_process(work_root, batch, image, run, 2) if killed else None
        while retry is not None:
            seen.update(container["Id"] for container in ours(engine, work_root))
            done, status = os.waitpid(retry, os.WNOHANG)
            if done:
                retry = None
        running_twice = len(ours(engine, work_root)) > 1
        left = len(ours(engine, work_root))
        rows.append((state, moment, killed, len(seen), running_twice, left, outcomes(work_root, batch)))
    for _, moment, killed, containers, twice, left, ended in rows:
        assert not twice
        assert left == 0, f"an orphan after a kill at {moment:.2f} s"
        assert containers <= 2 if killed else containers <= 1
        assert ended == ["done"] * len(batch)
    with capsys.disabled():
        print(f"\n{trials} trials over a task of {life:.1f} s\n\n| container at the kill | trials | killed | |")
        for state in sorted({row[0] for row in rows}):
            these = [row for row in rows if row[0] == state]
            killed = sum(row[2] for row in these)
            one = sum(row[3] <= 1 for row in these)
            print(
                f"| {state} | {len(these)} | {killed} | one container in all {one} | "
                f"two at a time {sum(row[4] for row in these)} | orphans {sum(row[5] for row in these)} |"
            )

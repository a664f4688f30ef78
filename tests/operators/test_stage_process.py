"""A real stage process: its lines, its end, its group, and what a failure is called."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowTaskTimeout
from drawn import pdf, workdir
from planted import FRAGMENTING_MEMORY

from drawing_etl.operators import LocalStageOperator, stage_task
from drawing_etl.retries import RETRY_BY_KIND
from drawing_etl.settings import SettingsError
from drawing_etl.stage_process import (
    TAIL_LINES,
    Outcome,
    StageCrashed,
    StageKilled,
    follow,
    start,
    stop_group,
    trouble,
)
from ocr_tasks.contract import READING_STAGES, Stage
from ocr_tasks.errors import ContractError, DeviceUnavailable, OutOfDeviceMemory, StorageFull, WeightsError
from ocr_tasks.workdir import Workdir


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(check: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PARENT_AND_CHILD = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {DEAF!r}])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_stopping_a_group_stops_what_the_stage_started_even_if_that_ignores_it() -> None:
    process = start([sys.executable, "-c", PARENT_AND_CHILD])
    assert process.stdout is not None
    child = int(process.stdout.readline())
    stop_group(process, grace_s=0.3)
    assert eventually(lambda: not alive(process.pid) and not alive(child))
    stop_group(process)


def test_a_stage_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    starter = (
        "import sys, time\n"
        "from drawing_etl.stage_process import start\n"
        "p = start([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "time.sleep(0.3); print(p.pid, flush=True); time.sleep(60)"
    )
    worker = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    stage = int(worker.stdout.readline())
    assert alive(stage)
    worker.kill()
    worker.wait()
    assert eventually(lambda: not alive(stage))


def test_what_a_process_says_comes_line_by_line_whatever_its_bytes_are() -> None:
    told: list[str] = []
    script = (
        "import sys\nfor n in range(9): print(n)\nsys.stderr.buffer.write(b'\\xff no newline')\nsys.exit(input() or 7)"
    )
    code, tail = follow(start([sys.executable, "-c", script]), told.append)
    assert told[:10] == [*map(str, range(9)), "\\xff no newlineTraceback (most recent call last):"]
    assert (code, tail[-1]) == (1, "EOFError: EOF when reading a line"), "nothing is there to be read"
    assert tail == tuple(told[-TAIL_LINES:])


def test_a_line_that_cannot_be_taken_stops_the_process() -> None:
    process = start(["/bin/sh", "-c", "echo one; sleep 60"])
    with pytest.raises(OSError, match="no room"):
        follow(process, full_disk)
    assert not alive(process.pid)


def full_disk(line: str) -> None:
    raise OSError(f"no room for {line}")


@pytest.mark.parametrize(
    ("code", "kind", "action"),
    [
        (10, DeviceUnavailable, RetryAction.FAIL),
        (11, OutOfDeviceMemory, RetryAction.RETRY),
        (12, WeightsError, RetryAction.FAIL),
        (13, ContractError, RetryAction.FAIL),
        (14, StorageFull, RetryAction.RETRY),
        (1, StageCrashed, RetryAction.RETRY),
        (-9, StageKilled, RetryAction.RETRY),
        (137, StageKilled, RetryAction.RETRY),
    ],
)
def test_each_way_to_fail_has_its_exception_its_remedy_and_its_retry_rule(
    code: int, kind: type[Exception], action: RetryAction
) -> None:
    error = trouble(
        Stage.DETECT, code, ["first line", "the reason", "progress detect: 0 of 1 drawings, 0 of 6 pages", ""]
    )
    assert type(error) is kind
    assert "the reason" in str(error) and "What to do: " in str(error)
    assert RETRY_BY_KIND.evaluate(error, try_number=1, max_tries=3).action is action


def test_what_is_refused_on_purpose_is_not_tried_again() -> None:
    from drawing_etl.quality import ThresholdsError
    from drawing_etl.tasks import BatchRefused, NotAllLoaded

    for kind in (BatchRefused, NotAllLoaded, ThresholdsError):
        assert RETRY_BY_KIND.evaluate(kind("no"), 1, 3).action is RetryAction.FAIL
    assert RETRY_BY_KIND.evaluate(OSError("network"), 1, 3).action is RetryAction.DEFAULT


def test_the_outcome_line_is_read_back() -> None:
    outcome = Outcome(Stage.RENDER, 12, 11, 1, 34, 56.78)
    assert Outcome.parse(f"2024 [info] {outcome.line()} [x] loc=y") == outcome
    assert Outcome.parse("finished render: many") is None


def test_another_runtime_than_this_installation_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWING_ETL_RUNTIME", "cloud")
    with pytest.raises(SettingsError, match="local"):
        stage_task(Stage.RENDER, [])


# --- the operator, on real drawings ---


@pytest.fixture
def work_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRAWING_ETL_WORK", str(tmp_path / "work"))
    return tmp_path / "work"


def operator(stage: str, batch: list[str]) -> LocalStageOperator:
    return LocalStageOperator(task_id=stage, stage=stage, batch=batch)


def test_it_runs_a_stage_and_judges_it_by_the_reports(
    tmp_path: Path, work_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = workdir(work_root, pdf(tmp_path / "good.pdf"))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and no more")
    bad = workdir(work_root, tmp_path / "bad.pdf")
    operator("render", [good.name, bad.name]).execute({})
    assert good.required_report(Stage.RENDER).outcome == "done"
    assert bad.required_report(Stage.RENDER).outcome == "rejected"
    log = capsys.readouterr().out
    assert "progress render: 2 of 2 drawings, 1 of 1 pages" in log
    assert "finished render: 2 drawings, 1 done, 1 rejected, 1 pages" in log


def test_a_stage_out_of_device_memory_is_tried_again_with_smaller_batches(
    tmp_path: Path, work_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = workdir(work_root, pdf(tmp_path / "a.pdf", [lambda canvas: canvas.drawString(99, 99, "R5")] * 3))
    operator("render", [work.name]).execute({})
    (tmp_path / "sitecustomize.py").write_text(FRAGMENTING_MEMORY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    kept: dict[str, int] = {}
    context = {"task_state_store": SimpleNamespace(get=kept.get, set=kept.__setitem__)}
    with pytest.raises(OutOfDeviceMemory, match="even one item does not fit"):
        operator("preprocess", [work.name]).execute(context)
    assert kept == {"batch_parts": 2}
    operator("preprocess", [work.name]).execute(context)
    assert len(work.preparations()) == 3
    assert kept == {"batch_parts": 2}


def test_a_stage_without_its_input_fails_by_name(tmp_path: Path, work_root: Path) -> None:
    work = workdir(work_root, pdf(tmp_path / "a.pdf"))
    with pytest.raises(ContractError, match=r"detect ended with exit code 13: .* What to do: clear the stage"):
        operator("detect", [work.name]).execute({})


def test_exit_code_zero_without_a_report_is_not_believed(
    tmp_path: Path, work_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = workdir(work_root, pdf(tmp_path / "a.pdf"))
    monkeypatch.setattr(sys, "executable", "/bin/true")  # a stage that does nothing and says that all is well
    with pytest.raises(ContractError, match=r"reports/render\.json"):
        operator("render", [work.name]).execute({})


@pytest.fixture
def sleeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stage that never ends; the file it gives holds its process id."""
    pid_file = tmp_path / "pid"
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\necho started\necho $$ > {pid_file}.new && mv {pid_file}.new {pid_file}\nsleep 60\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return pid_file


def test_a_time_limit_leaves_no_process_behind(work_root: Path, sleeper: Path) -> None:
    def time_is_up(number: int, frame: object) -> None:
        raise AirflowTaskTimeout("time is up")

    before = signal.signal(signal.SIGALRM, time_is_up)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(AirflowTaskTimeout):
            operator("render", ["0" * 16]).execute({})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert eventually(lambda: not alive(int(sleeper.read_text())))


def test_killing_the_task_stops_the_stage(work_root: Path, sleeper: Path) -> None:
    task = operator("render", ["0" * 16])

    def kill(number: int, frame: object) -> None:
        task.on_kill()

    before = signal.signal(signal.SIGUSR1, kill)
    killer = subprocess.Popen(
        ["/bin/sh", "-c", f"while [ ! -e {sleeper} ]; do sleep 0.05; done; kill -USR1 {os.getpid()}"]
    )
    try:
        with pytest.raises(StageKilled, match="render was killed by signal 15: started"):
            task.execute({})
    finally:
        killer.wait()
        signal.signal(signal.SIGUSR1, before)
    assert not alive(int(sleeper.read_text()))


def test_a_name_that_is_no_drawing_id_starts_no_path(work_root: Path) -> None:
    with pytest.raises(ContractError, match="16 hex digits"):
        operator("render", ["../../etc"]).execute({})
    assert isinstance(stage_task(READING_STAGES[0], []), LocalStageOperator)
    assert not Workdir(work_root).path.exists()

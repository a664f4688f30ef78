"""`make ingest` from outside, as a user runs it: one installation, one run after the other."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml
from drawn import pdf

from drawing_etl.quality.thresholds import DEFAULT_FILE

pytestmark = pytest.mark.xdist_group("ingest")


class Installation:
    """A fresh `var`, an inbox of its own, and the command."""

    def __init__(self, root: Path) -> None:
        self.var = root / "var"
        self.inbox = root / "inbox"
        self.thresholds = root / "thresholds.yaml"
        self.inbox.mkdir()
        self.judge(lenient=True)

    def judge(self, *, lenient: bool) -> None:
        """Write thresholds that let every batch pass, or none with a rejected drawing."""
        limits = yaml.safe_load(DEFAULT_FILE.read_text())
        limits["batch"] = {
            "min_mean_confidence": 0.0,
            "max_share_low_confidence": 1.0,
            "min_layer_agreement": 0.0,
            "max_share_rejected": 1.0 if lenient else 0.0,
            "max_share_quarantined": 1.0,
            "judged_from": 1,
        }
        limits["history"]["min_batches"] = 10_000
        self.thresholds.write_text(yaml.safe_dump(limits))

    @property
    def env(self) -> dict[str, str]:
        settings = {"VAR": self.var, "THRESHOLDS": self.thresholds, "BATCH_SIZE": 1, "SETTLE_S": 0, "THREADS": 1}
        return os.environ | {f"DRAWING_ETL_{name}": str(value) for name, value in settings.items()}

    def start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "drawing_etl.ingest", "--inbox", str(self.inbox)],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self) -> tuple[int, str]:
        process = self.start()
        output, _ = process.communicate(timeout=200)
        return process.returncode, output

    def rows(self) -> list[str]:
        """Every row of the database."""
        with sqlite3.connect(self.var / "warehouse.sqlite") as connection:
            return list(connection.iterdump())

    def states(self) -> dict[str, int]:
        with sqlite3.connect(self.var / "warehouse.sqlite") as connection:
            return dict(connection.execute("SELECT state, count(*) FROM documents GROUP BY state"))

    def run_states(self) -> list[str]:
        with sqlite3.connect(self.var / "warehouse.sqlite") as connection:
            return [state for (state,) in connection.execute("SELECT state FROM runs ORDER BY started_at")]

    def processes(self) -> list[str]:
        """The processes that belong to this installation."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("DRAWING_ETL_VAR") == str(self.var) and process.status() != "zombie":
                    found.append(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def runs(self) -> int:
        return len(list((self.var / "airflow" / "logs").glob("ingest-*.log")))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("installation"))
    pdf(made.inbox / "good.pdf")
    (made.inbox / "cut short.pdf").write_bytes((made.inbox / "good.pdf").read_bytes()[:400])
    os.mkfifo(made.inbox / "pipe.pdf")
    (made.inbox / "link.pdf").symlink_to("/etc/hostname")
    yield made
    assert made.processes() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_1_however_it_is_stopped_it_leaves_no_process_behind(
    installation: Installation, number: signal.Signals
) -> None:
    process = installation.start()
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("intake: "):
            break
    deadline = time.monotonic() + 60
    while not any("ocr_tasks" in command for command in installation.processes()):
        assert time.monotonic() < deadline, "no stage started"
        time.sleep(0.05)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == 130, output
        assert "the next run goes on from here" in output
        assert installation.processes() == []
    deadline = time.monotonic() + 8  # one that took the signal for a failed task goes on for twice as long
    while installation.processes():
        assert time.monotonic() < deadline, installation.processes()
        time.sleep(0.05)
    assert installation.states() == {}


def test_2_a_batch_below_its_threshold_fails_visibly_and_stops_no_other(installation: Installation) -> None:
    installation.judge(lenient=False)
    before = {path.name: path.lstat() for path in installation.inbox.iterdir()}
    code, output = installation.run()
    assert code == 1, output
    assert "passed over: pipe.pdf" in output and "passed over: link.pdf" in output
    assert "intake: 2 drawings in 2 batches" in output
    assert "BatchRefused" in output and "failed: " in output and "all_loaded: NotAllLoaded: 1 of 2 batches" in output
    assert sum(installation.states().values()) == 1, "the good drawing's batch is loaded"
    after = {path.name: path.lstat() for path in installation.inbox.iterdir()}
    for name, status in before.items():
        assert (after[name].st_mtime_ns, after[name].st_size, after[name].st_ino) == (
            status.st_mtime_ns,
            status.st_size,
            status.st_ino,
        )


def test_3_the_next_run_takes_only_what_is_missing(installation: Installation) -> None:
    installation.judge(lenient=True)
    code, output = installation.run()
    assert code == 0, output
    assert "1 drawings to read" in output
    assert installation.states()["rejected"] == 1
    assert installation.run_states() == ["failed", "failed", "failed", "success"], "those that were cut off are closed"
    assert "truncated 1" in output and "Airflow's own" in output
    (report,) = [line.split(maxsplit=1)[1] for line in output.splitlines() if line.startswith("report")]
    assert Path(report).is_file()


def test_4_with_nothing_new_it_says_so_and_changes_no_row(installation: Installation) -> None:
    rows, runs = installation.rows(), installation.runs()
    code, output = installation.run()
    assert code == 0
    assert "Nothing new" in output and "2 drawings are in the database already" in output
    assert installation.rows() == rows
    assert installation.runs() == runs, "Airflow was not even started"


def test_5_what_is_kept_and_what_is_thrown_away(installation: Installation) -> None:
    works = {
        json.loads((folder / "manifest.json").read_text())["original_name"]: folder
        for folder in (installation.var / "work").iterdir()
    }
    good = works["good.pdf"]
    verdict = json.loads((good / "verdict.json").read_text())["outcome"]
    assert (good / "pages").exists() == (verdict == "quarantine")
    assert list((good / "overlay").glob("*.jpg"))
    assert not (works["cut short.pdf"] / "pages").exists()


@pytest.mark.parametrize(
    ("settings", "arguments", "remedy"),
    [
        ({}, ["--inbox", "/nowhere/at/all"], "create the folder or set DRAWING_ETL_INBOX"),
        ({"DRAWING_ETL_BATCH_SIZE": "many"}, [], "set it to a number"),
        ({"DRAWING_ETL_RUNTIME": "cloud"}, [], "set it to one of local, docker"),
        ({"DRAWING_ETL_VAR": "/dev/null"}, [], "or set DRAWING_ETL_VAR to another folder"),
        ({"DRAWING_ETL_THRESHOLDS": "/dev/null"}, ["--inbox", "."], "sections item, drawing, batch"),
        ({"DRAWING_ETL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, ["--inbox", "."], "Remedy"),
    ],
)
def test_a_machine_that_is_not_ready_is_told_what_to_do(
    tmp_path: Path, settings: dict[str, str], arguments: list[str], remedy: str
) -> None:
    env = os.environ | {"DRAWING_ETL_VAR": str(tmp_path / "var")} | settings
    pdf(tmp_path / "a.pdf")
    command = [sys.executable, "-m", "drawing_etl.ingest", *arguments]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 2, ran.stderr
    assert remedy in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_two_at_once_do_not_work_on_the_same_files(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "var").mkdir()
    with (tmp_path / "var" / "ingest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        env = os.environ | {"DRAWING_ETL_VAR": str(tmp_path / "var")}
        ran = subprocess.run([sys.executable, "-m", "drawing_etl.ingest"], env=env, capture_output=True, text=True)
    assert ran.returncode == 2 and "another ingest works" in ran.stderr

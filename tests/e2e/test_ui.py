"""`make ui` from outside: a real scheduler, executor and API server, a trigger by API and a backfill by the CLI."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from drawn import frame, pdf
from reportlab.pdfgen.canvas import Canvas

from drawing_etl.quality.thresholds import DEFAULT_FILE
from drawing_etl.settings import Settings
from drawing_etl.warehouse import Desk, Warehouse

pytestmark = [pytest.mark.xdist_group("ui"), pytest.mark.timeout(600)]

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class Airflow:
    """A running installation, asked through its public API."""

    def __init__(self, root: Path) -> None:
        self.var = root / "var"
        thresholds = root / "thresholds.yaml"
        limits = yaml.safe_load(DEFAULT_FILE.read_text())
        limits["batch"] |= {"max_share_quarantined": 1.0, "max_share_low_confidence": 1.0, "min_mean_confidence": 0.0}
        limits["sampling"]["rate"] = 1.0
        thresholds.write_text(yaml.safe_dump(limits))
        self.env = os.environ | {
            "DRAWING_ETL_VAR": str(self.var),
            "DRAWING_ETL_THRESHOLDS": str(thresholds),
            "DRAWING_ETL_SETTLE_S": "0",
        }
        self.settings = Settings.from_env(self.env)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drawing_etl.ui"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        told = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"(http://127\.0\.0\.1:\d+)\s+login\s+(\S+)\s+password\s+(\S+)", told)
        assert found, told
        self.address, login, self.password = found.groups()
        self.token = self.ask("/auth/token", {"username": login, "password": self.password})["access_token"]

    def ask(self, path: str, body: object = None, method: str | None = None) -> Any:
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}),
        )
        # Airflow's connections wait a minute for each other's writes (patient_sqlite): an answer may take longer.
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def asset_events(self) -> list[dict[str, Any]]:
        """Airflow 3.3.2 answers with 500 while a run that an event triggered is queued: its start has no date."""
        deadline = time.monotonic() + 120
        while True:
            try:
                events: list[dict[str, Any]] = self.ask("/api/v2/assets/events?order_by=timestamp")["asset_events"]
                return events
            except urllib.error.HTTPError as error:
                if error.code != 500 or time.monotonic() > deadline:
                    raise
            time.sleep(1)

    def cli(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "drawing_etl.cli", *arguments]
        ran = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/api/v2/dags/drawing_ingest/dagRuns?order_by=run_after")["dag_runs"]
        return found

    def states(self, dag_id: str) -> list[str]:
        return [run["state"] for run in self.ask(f"/api/v2/dags/{dag_id}/dagRuns")["dag_runs"]]

    def wait_for_runs(self, count: int, seconds: float = 240) -> list[dict[str, Any]]:
        """Return the runs once there are COUNT of them and all have ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            runs = self.runs()
            if len(runs) >= count and all(run["state"] in ("success", "failed") for run in runs):
                return runs
            time.sleep(1)
        raise AssertionError([(run["dag_run_id"], run["state"]) for run in self.runs()])

    def put(self, name: str, arrived: datetime) -> None:
        def draw(canvas: Canvas) -> None:
            frame(canvas)
            canvas.drawString(600, 60, name)

        path = pdf(self.settings.inbox / name, pages=(draw,))
        os.utime(path, (arrived.timestamp(), arrived.timestamp()))


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    running = Airflow(tmp_path_factory.mktemp("ui"))
    family = psutil.Process(running.process.pid).children(recursive=True)
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=30) == 0
    _, left = psutil.wait_procs(family, timeout=5)
    assert left == []


def test_1_it_comes_up_on_the_loopback_address_with_the_dag_and_without_import_errors(airflow: Airflow) -> None:
    assert airflow.ask("/api/v2/importErrors")["import_errors"] == []
    dag = airflow.ask("/api/v2/dags/drawing_ingest/details")
    assert "reprocess" in dag["doc_md"]
    assert dag["params"]["dpi"]["description"]
    family = psutil.Process(airflow.process.pid).children(recursive=True)
    listening = [
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening and set(listening) == {"127.0.0.1"}


def test_1_the_password_is_kept_for_its_owner_only_and_nobody_comes_in_without(airflow: Airflow) -> None:
    kept = airflow.var / "airflow" / "passwords.json"
    assert json.loads(kept.read_text()) == {"admin": airflow.password}
    assert kept.stat().st_mode & 0o077 == 0
    assert (airflow.var / "airflow" / "secrets.json").stat().st_mode & 0o077 == 0
    for path in ("/api/v2/dags", "/api/v2/pools"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(airflow.address + path, timeout=30)
        assert refused.value.code == 401


def test_2_a_backfill_takes_what_arrived_in_each_interval(airflow: Airflow) -> None:
    airflow.ask("/api/v2/dags/drawing_ingest", {"is_paused": False}, method="PATCH")
    (nightly,) = airflow.wait_for_runs(1)
    assert (nightly["run_type"], nightly["state"]) == ("scheduled", "success"), "with nothing in the inbox"
    for days in (5, 4):
        airflow.put(f"{days}-days-ago.pdf", TODAY - timedelta(days=days) + timedelta(hours=12))
    airflow.cli(
        *("backfill", "create", "--dag-id", "drawing_ingest", "--max-active-runs", "1"),
        *("--from-date", (TODAY - timedelta(days=5)).date().isoformat()),
        *("--to-date", (TODAY - timedelta(days=3)).date().isoformat()),
    )
    runs = [run for run in airflow.wait_for_runs(3) if run["run_type"] == "backfill"]
    assert [run["state"] for run in runs] == ["success"] * 2
    warehouse = Warehouse(airflow.settings.database_url)
    drawings = [[drawing.original_name for drawing in warehouse.drawings([run["dag_run_id"]])] for run in runs]
    assert drawings == [["5-days-ago.pdf"], ["4-days-ago.pdf"]]


def test_3_a_trigger_with_parameters_runs_through(airflow: Airflow) -> None:
    airflow.put("today.pdf", datetime.now(UTC))
    with pytest.raises(urllib.error.HTTPError) as refused:
        airflow.ask("/api/v2/dags/drawing_ingest/dagRuns", {"logical_date": None, "conf": {"dpi": 5}})
    assert refused.value.code in (400, 422)
    body = {"logical_date": None, "conf": {"glob": "today*", "dpi": 150, "reprocess": True}}
    run_id = airflow.ask("/api/v2/dags/drawing_ingest/dagRuns", body)["dag_run_id"]
    runs = {run["dag_run_id"]: run for run in airflow.wait_for_runs(4)}
    assert runs[run_id]["state"] == "success"
    (drawing,) = Warehouse(airflow.settings.database_url).drawings([run_id])
    assert drawing.original_name == "today.pdf"
    events = airflow.asset_events()
    assert [event["source_run_id"] for event in events][-1] == run_id
    assert len(events) == 3, "a run with nothing new tells nobody"


def test_4_each_load_is_reported_and_what_waits_is_asked_about(airflow: Airflow) -> None:
    deadline = time.monotonic() + 240
    questions: list[dict[str, Any]] = []
    while not (questions and "success" in airflow.states("accuracy_report")):
        assert time.monotonic() < deadline, airflow.states("accuracy_report") + airflow.states("drawing_review")
        time.sleep(1)
        questions = airflow.ask("/api/v2/dags/drawing_review/dagRuns/~/hitlDetails")["hitl_details"]
    assert list((airflow.settings.reports / "accuracy").glob("*/report.pdf"))
    asked = questions[0]["task_instance"]
    assert asked["state"] == "awaiting_input" and asked["trigger"] is None, "it holds neither worker nor triggerer"
    fields = {name: param["value"] for name, param in questions[0]["params"].items()}
    airflow.ask(
        f"/api/v2/dags/drawing_review/dagRuns/{asked['dag_run_id']}/taskInstances/{asked['task_id']}/"
        f"{asked['map_index']}/hitlDetails",
        {"chosen_options": ["Approve"], "params_input": {**fields, "field-title": "PLATE"}},
        method="PATCH",
    )
    desk = Desk(airflow.settings.database_url)
    while not (found := desk.search("PLATE")):
        assert time.monotonic() < deadline, airflow.states("drawing_review")
        time.sleep(1)
    decided = desk.dossier(found[0].document_id)
    assert decided is not None and [each.reviewer for each in decided.decisions] == ["admin"]

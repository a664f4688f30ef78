"""The compose file: valid, without secrets in it, and its services really run the DAG on Celery with PostgreSQL."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from engine_room import ROOT, build

from drawing_etl.container_engine import LABEL

COMPOSE = ROOT / "docker-compose.airflow.yml"
UP_S = 600
RUN_S = 1200
"""Limits for what never comes; some two and three minutes on two processors that nobody else uses."""


def test_no_password_stands_in_it_and_no_service_but_the_proxy_sees_the_socket() -> None:
    compose = yaml.safe_load(COMPOSE.read_text())
    for name, service in compose["services"].items():
        mounts = " ".join(map(str, service.get("volumes", [])))
        assert ("docker.sock" in mounts) == (name == "docker-proxy"), name
        for variable in service.get("environment") or {}:
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "KEY", "CONN"))
            assert not secret or variable.endswith("_FILE"), variable
    assert all(list(secret) == ["file"] for secret in compose["secrets"].values())
    reserved = compose["services"]["worker-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert reserved[0]["capabilities"] == ["gpu"]


@pytest.mark.docker
@pytest.mark.xdist_group("docker")
def test_compose_itself_finds_it_valid() -> None:
    subprocess.run([ROOT / "images/make-secrets.sh"], check=True)
    subprocess.run(["docker-compose", "-f", str(COMPOSE), "--profile", "gpu", "config", "-q"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def inbox() -> Iterator[Path]:
    """A folder with two drawings of the project's own and one that is truncated."""
    folder = Path(tempfile.mkdtemp(prefix="drawing-etl-inbox-", dir="/var/tmp"))
    subprocess.run([ROOT / ".venv/bin/python", "-m", "ocr_tasks", "samples", str(folder / "all")], cwd=ROOT, check=True)
    drawings = sorted(path for path in (folder / "all").iterdir() if path.suffix in (".png", ".pdf"))
    for path in drawings:
        if path.suffix == ".png" or "truncated" in path.name:
            path.rename(folder / path.name)
    shutil.rmtree(folder / "all")
    assert len(list(folder.iterdir())) >= 2
    old = time.time() - 60
    for path in folder.iterdir():
        os.utime(path, (old, old))
        path.chmod(0o644)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Service:
    """The services of the compose file, under a project name of the test's own."""

    def __init__(self, inbox: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "COMPOSE_PROJECT_NAME": "drawing-etl-test",
            "COMPOSE_FILE": f"{COMPOSE}:{ROOT / 'tests/containers/compose/stand-ins.yml'}",
            "AIRFLOW_IMAGE": "drawing-etl/airflow:test",
            "DRAWING_ETL_IMAGE_CPU": "drawing-etl/ocr-cpu:test",
            "DRAWING_ETL_DEVICE": "cpu",
            "DRAWING_ETL_CONTAINER_MEMORY": "3g",
            "INBOX": str(inbox),
            "PORT": str(self.port),
            "CPU_TASKS": "2",
        }
        self.token = ""

    def compose(self, *arguments: str) -> str:
        done = subprocess.run(
            ["docker-compose", *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def all_healthy(self) -> bool:
        """Say whether every service that has a health check passes it."""
        for container in self.compose("ps", "--quiet").split():
            said = subprocess.run(
                ["docker", "inspect", "--format", "{{if .State.Health}}{{.State.Health.Status}}{{end}}", container],
                capture_output=True,
                text=True,
                check=True,
            )
            if said.stdout.strip() not in ("", "healthy"):
                return False
        return True

    def wait(self, what: str, ready: Any, seconds: float, known: object = "") -> Any:
        """Return what READY gives once that is true; after SECONDS the test fails, with what is KNOWN by then."""
        deadline = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < deadline:
            try:
                last = ready()
                if last:
                    return last
            except (OSError, KeyError) as error:
                last = error
            time.sleep(3)
        logs = self.compose("logs", "--no-color", "--tail", "40")
        pytest.fail(f"{what} did not come within {seconds} s (last: {last}) {known}\n{logs[-6000:]}")


@pytest.fixture(scope="module")
def service(inbox: Path) -> Iterator[Service]:
    subprocess.run([ROOT / "images/make-secrets.sh"], check=True)
    build("images/ocr-cpu/Dockerfile", "drawing-etl/ocr-cpu:test")
    build("images/airflow/Dockerfile", "drawing-etl/airflow:test")
    build("tests/containers/compose/Dockerfile", "drawing-etl/stand-ins:test", ROOT / "tests/containers/compose")
    service = Service(inbox)
    service.compose("down", "--volumes", "--remove-orphans")
    try:
        service.compose("up", "--detach", "--no-build")
        yield service
    finally:
        service.compose("down", "--volumes", "--remove-orphans")


@pytest.mark.docker
@pytest.mark.xdist_group("docker")
@pytest.mark.timeout(UP_S + RUN_S + 300)
def test_the_services_run_the_dag(service: Service) -> None:
    def login() -> bool:
        logins = json.loads((ROOT / "var/secrets/logins.json").read_text())
        service.token = service.call("POST", "/auth/token", {"username": "admin", "password": logins["admin"]})[
            "access_token"
        ]
        return True

    service.wait("the login", login, UP_S)
    dag = service.wait("the DAG", lambda: service.call("GET", "/api/v2/dags/drawing_ingest"), UP_S)
    assert not dag["has_import_errors"]
    assert service.call("GET", "/api/v2/importErrors")["total_entries"] == 0
    service.call("PATCH", "/api/v2/dags/drawing_ingest", {"is_paused": False})
    run = service.call("POST", "/api/v2/dags/drawing_ingest/dagRuns", {"logical_date": None})["dag_run_id"]
    path = f"/api/v2/dags/drawing_ingest/dagRuns/{run}"
    states: dict[str, str] = {}

    def ended() -> str:
        states.update(
            (ti["task_id"], ti["state"]) for ti in service.call("GET", f"{path}/taskInstances")["task_instances"]
        )
        state = str(service.call("GET", path)["state"])
        return state if state in ("success", "failed") else ""

    state = service.wait("the run's end", ended, RUN_S, states)
    if state != "success":
        tasks = service.call("GET", f"{path}/taskInstances")["task_instances"]
        bad = [ti for ti in tasks if ti["state"] == "failed"]
        logs = [service.call("GET", f"{path}/taskInstances/{ti['task_id']}/logs/{ti['try_number']}") for ti in bad[:1]]
        pytest.fail(f"{[(ti['task_id'], ti['state']) for ti in tasks]}\n{json.dumps(logs)[-4000:]}")
    rows = service.compose(
        *("exec", "-T", "postgres", "psql", "-U", "airflow", "-d", "drawings", "-At"),
        *("-c", "select state, count(*) from documents group by state order by state"),
    ).split()
    states = dict(row.split("|") for row in rows)
    assert int(states["rejected"]) == 1
    assert int(states.get("loaded", 0)) + int(states.get("quarantined", 0)) >= 1
    service.wait("every service's health", service.all_healthy, 240)
    of_run = f"label={LABEL}.run={run}"  # tests that were stopped may have left others
    left = subprocess.run(["docker", "ps", "--all", "--quiet", "--filter", of_run], capture_output=True, check=True)
    assert left.stdout == b""


@pytest.mark.docker
@pytest.mark.xdist_group("docker")
def test_the_proxy_lets_nothing_else_through(service: Service) -> None:
    ask = (
        "import urllib.request as r, urllib.error as e\n"
        "def status(method, path):\n"
        "    try: return r.urlopen(r.Request('http://docker-proxy:2375' + path, method=method), timeout=10).status\n"
        "    except e.HTTPError as refused: return refused.code\n"
        "print(status('GET', '/version'), status('GET', '/containers/json'),\n"
        "      status('GET', '/images/drawing-etl/ocr-cpu:test/json'), status('POST', '/containers/x/exec'),\n"
        "      status('POST', '/images/create?fromImage=x'), status('GET', '/secrets'), status('POST', '/build'),\n"
        "      status('GET', '/containers/x/archive?path=/etc'), status('POST', '/volumes/create'))\n"
    )
    said = service.compose("exec", "-T", "worker-cpu", "python", "-c", ask)
    assert said.split() == ["200", "200", "200", *["403"] * 6]

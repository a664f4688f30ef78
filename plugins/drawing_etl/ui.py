"""`make ui`: Airflow with these DAGs on this machine, for a person to look at. Ctrl-C stops all of it.

python -m drawing_etl.ui [--port N]

Listens on the loopback address only. What the components say goes to files in var/airflow/logs.
"""

import argparse
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import psutil  # type: ignore[import-untyped]  # of Airflow's own dependencies
from rich.console import Console
from rich.markup import escape

from drawing_etl.airflow_home import DEFAULT_PORT, LOGIN, environment, password
from drawing_etl.settings import Settings, SettingsError
from drawing_etl.stage_process import dies_with_parent
from drawing_etl.warehouse import Warehouse, WarehouseError

COMPONENTS: Mapping[str, Sequence[str]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
PORTS = 20
"""How many ports are tried, from the default on."""
READY_S = 120.0
STOP_S = 8.0


class NotUp(Exception):
    """Airflow did not come up; the message names the log to look at."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command until it is interrupted; return its exit code."""
    parser = argparse.ArgumentParser(prog="make ui", description="Start Airflow with these DAGs on this machine.")
    parser.add_argument("--port", type=int, help=f"default: the first free one from {DEFAULT_PORT} on")
    args = parser.parse_args(argv)
    console, errors = Console(), Console(stderr=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, _interrupt)
    try:
        settings = Settings.from_env()
        port = args.port or free_port()
        Warehouse(settings.database_url).migrate()
        settings.inbox.mkdir(parents=True, exist_ok=True)
        console.print("Starting Airflow: half a minute")
        with airflow(settings, port) as died:
            console.print(f"\n  address   http://127.0.0.1:{port}\n  login     {LOGIN}", highlight=False)
            console.print(f"  password  {escape(password(settings))}", highlight=False)
            console.print(f"  inbox     {escape(str(settings.inbox))}\n\nCtrl-C stops it.", highlight=False)
            while (name := died()) is None:
                time.sleep(1)
            errors.print(f"[red]{name} ended by itself: look at {escape(str(_log(settings, name)))}")
            return 1
    except (SettingsError, WarehouseError, NotUp) as trouble:
        errors.print(f"[red]{escape(str(trouble))}", soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def free_port() -> int:
    """Return the first port, from the default on, that nobody listens on."""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise NotUp(f"no free port from {DEFAULT_PORT} to {DEFAULT_PORT + PORTS - 1}: name one with --port")


@contextmanager
def airflow(settings: Settings, port: int) -> Iterator[Callable[[], str | None]]:
    """Run all components of Airflow, ready when this returns, stopped with all they started when it is left.

    Gives a function that names a component which has ended by itself. Raises NotUp.
    """
    password(settings)
    env = environment(settings, port)
    prepared = subprocess.run(
        [sys.executable, "-m", "drawing_etl.airflow_home"], env=env, capture_output=True, text=True, check=False
    )
    if prepared.returncode != 0:
        raise NotUp(f"Airflow's own database in {settings.airflow_home} cannot be used:\n{prepared.stderr[-2000:]}")
    processes: dict[str, subprocess.Popen[bytes]] = {}

    def died() -> str | None:
        return next((name for name, process in processes.items() if process.poll() is not None), None)

    with ExitStack() as stack:
        stack.callback(_stop, processes)
        for name, arguments in COMPONENTS.items():
            log = _log(settings, name)
            log.parent.mkdir(parents=True, exist_ok=True)
            processes[name] = subprocess.Popen(  # noqa: S603 - an argument list of ours, no shell
                [*dies_with_parent(), sys.executable, "-m", "airflow", *arguments],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stack.enter_context(log.open("ab")),
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_until_ready(settings, port, died)
        yield died


def _log(settings: Settings, component: str) -> Path:
    return settings.airflow_home / "logs" / f"{component}.log"


def _wait_until_ready(settings: Settings, port: int, died: Callable[[], str | None]) -> None:
    deadline = time.monotonic() + READY_S
    sick = "api-server"
    while time.monotonic() < deadline:
        if (name := died()) is not None:
            raise NotUp(f"{name} ended by itself: look at {_log(settings, name)}")
        health = _health(port)
        waiting = [name for name in COMPONENTS if health.get(name.replace("-", "_"), "") != "healthy"]
        waiting = [name for name in waiting if name != "api-server" or not health]
        if not waiting:
            return
        sick = waiting[0]
        time.sleep(0.5)
    raise NotUp(f"{sick} is not ready after {READY_S:.0f} s: look at {_log(settings, sick)}")


def _health(port: int) -> dict[str, str]:
    """Return the state of each component, or nothing while the server does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5) as answer:
            told = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return {}
    return {name: part.get("status") or "" for name, part in told.items() if isinstance(part, dict)}


def _stop(processes: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    """End the components and all that they started: a task's own process group is not theirs."""
    family = [child for process in processes.values() for child in _family(process.pid)]
    for process in processes.values():
        process.terminate()
    psutil.wait_procs([psutil.Process(p.pid) for p in processes.values() if psutil.pid_exists(p.pid)], timeout=STOP_S)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    for process in processes.values():
        process.kill()
        process.wait()


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(psutil.Process(pid).children(recursive=True))
    return []


if __name__ == "__main__":
    sys.exit(main())

"""`make ingest`: read what is new in the inbox, show how far it is, say what came of it.

python -m drawing_etl.ingest [--inbox DIR] [--reprocess]

Exit code 0: all that is new was loaded, quarantined or rejected (or nothing was new). 1: a task failed; what was done
stays done, and the next run goes on from there. 2: the machine is not ready, and the message says what to do.
130: interrupted.
"""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from drawing_etl.airflow_home import environment
from drawing_etl.inbox import InboxUnavailable
from drawing_etl.intake import Request, Selection, select
from drawing_etl.progress import Tracker, display
from drawing_etl.quality.thresholds import Thresholds, ThresholdsError
from drawing_etl.run_dag import INTERRUPTED, RUN_LINE
from drawing_etl.samples import SamplesFailed, make_samples
from drawing_etl.settings import Settings, SettingsError
from drawing_etl.stage_process import follow, start, stop_group
from drawing_etl.warehouse import RunSummary, Warehouse, WarehouseError

NOT_READY = 2


class NotReady(Exception):
    """The machine is not ready for a run; the message says what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="make ingest", description="Read what is new in the inbox into the database.")
    parser.add_argument("--inbox", type=Path, help="folder with drawings; default: var/inbox")
    parser.add_argument("--reprocess", action="store_true", help="also read what is in the database already")
    args = parser.parse_args(argv)
    console = Console()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, _interrupt)
    try:
        settings = Settings.from_env()
        fill = args.inbox is None and "DRAWING_ETL_INBOX" not in os.environ
        if args.inbox is not None:
            settings = replace(settings, inbox=args.inbox.expanduser().absolute())
        with _alone(settings):
            return _ingest(console, settings, fill=fill, reprocess=args.reprocess)
    except (SettingsError, ThresholdsError, InboxUnavailable, WarehouseError, SamplesFailed, NotReady) as trouble:
        Console(stderr=True).print(f"[red]{escape(str(trouble))}", soft_wrap=True)
        return NOT_READY
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted. What is done stays done: the next run goes on from here.")
        return INTERRUPTED


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ingest(console: Console, settings: Settings, *, fill: bool, reprocess: bool) -> int:
    warehouse = Warehouse(settings.database_url)
    warehouse.migrate()
    if fill:
        _fill(console, settings.inbox)
    request = Request(batch_size=settings.batch_size, reprocess=reprocess)
    selection = select(settings.inbox, warehouse, request, settle_s=0)
    for name, reason in selection.ignored:
        console.print(f"[yellow]passed over:[/] {escape(name)}: {escape(reason)}", soft_wrap=True)
    if not selection.taken and not selection.waiting:
        console.print(_nothing_new(settings, selection), soft_wrap=True)
        return 0
    Thresholds.load(settings.thresholds)  # a mistake in them is told now, not when all is read
    console.print(f"{len(selection.taken)} drawings to read in {escape(str(settings.inbox))}", soft_wrap=True)
    tracker = Tracker()
    log = settings.airflow_home / "logs" / f"ingest-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    began = time.perf_counter()
    code, run_id = _run(console, settings, tracker, log, {"reprocess": True} if reprocess else {})
    if run_id is not None:
        cost = Cost(whole_s=time.perf_counter() - began, work_s=tracker.work_seconds())
        console.print(summary_table(warehouse.run_summary(run_id), cost if code == 0 else None))
        console.print(_places(settings, tracker.report), soft_wrap=True, highlight=False)
    if code != 0:
        for failure in tracker.failures:
            console.print(f"[red]failed:[/] {escape(failure)}", soft_wrap=True, highlight=False)
        console.print(
            f"[red]The run failed[/] (exit code {code}); everything it said: {escape(str(log))}", soft_wrap=True
        )
        console.print("What is done stays done: the next run goes on from here.")
    return code


def _nothing_new(settings: Settings, selection: Selection) -> str:
    return (
        f"Nothing new in {escape(str(settings.inbox))}: {selection.known} drawings are in the database already"
        f"{f', {selection.copies} files are copies of them' if selection.copies else ''}."
    )


def _fill(console: Console, inbox: Path) -> None:
    """Make the sample drawings where nobody has put any."""
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        empty = not any(inbox.iterdir())
    except OSError:
        return  # looking for drawings there says what is wrong
    if not empty:
        return
    console.print(f"The inbox is empty: making sample drawings in {escape(str(inbox))}", soft_wrap=True)
    make_samples(inbox)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the lock that keeps two of these commands from working side by side."""
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        file = (settings.var / "ingest.lock").open("w")
    except OSError as error:
        raise NotReady(
            f"nothing can be written to {settings.var} ({error.strerror}): let this user write there, "
            "or set DRAWING_ETL_VAR to another folder"
        ) from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotReady(f"another ingest works in {settings.var}: wait for its end") from error
        yield


def _run(
    console: Console, settings: Settings, tracker: Tracker, log: Path, conf: dict[str, object]
) -> tuple[int, str | None]:
    """Run the DAG in a process of its own with its log in a file; return its exit code and the run's id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    run_id = None
    with display(console, tracker) as show, log.open("w", encoding="utf-8", errors="backslashreplace") as file:

        def say(line: str) -> None:
            nonlocal run_id
            print(line, file=file, flush=True)
            show(line)
            if line.startswith(RUN_LINE):
                run_id = line.removeprefix(RUN_LINE).split()[0]

        command = [sys.executable, "-m", "drawing_etl.run_dag", json.dumps(conf)]
        # Not TERM: Airflow takes it for the end of the task that runs, and goes on with the next one.
        process = start(command, environment(settings), ends_by="INT")
        code, _ = follow(process, say, stop=_stop_run)
    return code, run_id


def _stop_run(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # it stops the stage that runs, in its own group
        stop_group(process, grace_s=10)


class Cost(NamedTuple):
    """Wall time of a run, and the part of it that went into the work itself."""

    whole_s: float
    work_s: float

    def __str__(self) -> str:
        own = self.whole_s - self.work_s
        return f"{own:.1f} s, {own / self.whole_s:.0%} of {self.whole_s:.0f} s"


def summary_table(summary: RunSummary, cost: Cost | None) -> Table:
    """Return what a run did, for people."""
    table = Table(title=f"Run {summary.run_id}: {summary.state}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    table.add_row("drawings loaded", str(summary.loaded), "")
    table.add_row("quarantined", str(summary.quarantined), _reasons(summary.quarantined_by_reason))
    table.add_row("rejected", str(summary.rejected), _reasons(summary.rejected_by_reason))
    table.add_row("pages", str(summary.pages), "")
    table.add_row("strings", str(summary.strings), "")
    confidence = "" if summary.mean_confidence is None else f"{summary.mean_confidence:.3f}"
    table.add_row("mean confidence", confidence, "of strings read from pictures")
    for stage, seconds in summary.seconds_by_stage.items():
        table.add_row(f"  {stage}", f"{seconds:.1f} s", "")
    if summary.seconds_a_page is not None:
        table.add_row("seconds a page", f"{summary.seconds_a_page:.2f} s", "all stages")
    if cost is not None:
        table.add_row("Airflow's own", str(cost), "starting, scheduling, books")
    return table


def _reasons(counted: Mapping[str, int]) -> str:
    return escape(", ".join(f"{reason} {count}" for reason, count in sorted(counted.items()) if reason))


def _places(settings: Settings, report: str | None) -> str:
    lines = [f"database  {escape(_shown(settings.database_url))}"]
    if report is not None:
        lines.append(f"report    {escape(report)}")
    lines.append(f"overlays  {escape(str(settings.work_root))}/*/overlay/*.jpg")
    return "\n".join(lines)


def _shown(database_url: str) -> str:
    """Return the database's address without user and password."""
    scheme, _, rest = database_url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


if __name__ == "__main__":
    sys.exit(main())

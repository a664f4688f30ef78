"""How far a run is, from the lines of its log: bars in a terminal, plain lines elsewhere."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from drawing_etl.intake import IntakeCounts, parse_intake_line
from drawing_etl.stage_process import Outcome
from ocr_tasks import contract
from ocr_tasks.contract import Stage

_WHERE_LOGGED = re.compile(r"\s+\[[\w.]+\](\s+\w+=\S+)*\s*$")
"""What Airflow's log format puts behind a message."""
_REPORT = re.compile(r"\] report: (.+?\.html)(?!\S)")
SHOWN = tuple(stage for stage in Stage if stage != Stage.INTAKE)


@dataclass
class StageState:
    """One stage over all batches: those that are finished, and the one that runs."""

    drawings: int = 0
    pages: int = 0
    batches: int = 0
    seconds: float = 0.0
    running: contract.Progress | None = None

    @property
    def drawings_done(self) -> int:
        return self.drawings + (self.running.drawings_done if self.running else 0)

    @property
    def pages_done(self) -> int:
        return self.pages + (self.running.pages_done if self.running else 0)


@dataclass
class Tracker:
    """Adds up what the lines of a run say. Batches come one after the other, or interleaved by stage."""

    intake: IntakeCounts | None = None
    stages: dict[Stage, StageState] = field(default_factory=lambda: {stage: StageState() for stage in SHOWN})
    failures: list[str] = field(default_factory=list)
    report: str | None = None
    """Where the run's page lies."""

    def feed(self, line: str) -> str | None:
        """Take in one line of the log; return what to tell a reader of plain lines, if anything."""
        if (progress := contract.Progress.parse(line)) is not None:
            self.stages[progress.stage].running = progress
            return None
        if (outcome := Outcome.parse(line)) is not None and outcome.stage in self.stages:
            state = self.stages[outcome.stage]
            state.running = None
            state.drawings += outcome.drawings
            state.pages += outcome.pages
            state.batches += 1
            state.seconds += outcome.seconds
            of = f" of {self.intake.batches}" if self.intake else ""
            return f"{outcome.stage}, batch {state.batches}{of}: {_counted(outcome)}"
        if (counts := parse_intake_line(line)) is not None:
            self.intake = counts
            return (
                f"intake: {counts.drawings} drawings in {counts.batches} batches"
                f"{f', {counts.rejected} rejected' if counts.rejected else ''}"
            )
        if (page := _REPORT.search(line)) is not None:
            self.report = page[1]
            return None
        for mark in ("task failed: ", "task is tried again: "):
            if mark in line:
                said = _WHERE_LOGGED.sub("", line[line.index(mark) :])
                if mark == "task failed: ":
                    self.failures.append(said.removeprefix(mark))
                return said
        return None

    def work_seconds(self) -> float:
        """Return the seconds that went into the work itself: what is left of a run's time is Airflow's own."""
        return sum(state.seconds for state in self.stages.values())


def _counted(outcome: Outcome) -> str:
    parts = [f"{outcome.done} of {outcome.drawings} drawings done"]
    if outcome.rejected:
        parts.append(f"{outcome.rejected} rejected")
    if outcome.pages:
        parts.append(f"{outcome.pages} pages")
    return ", ".join(parts)


@contextmanager
def display(console: Console, tracker: Tracker) -> Iterator[Callable[[str], None]]:
    """Give a function that takes the lines of a run's log and shows how far it is."""
    if not console.is_terminal:
        yield lambda line: _plain(console, tracker, line)
        return
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=32),
        TextColumn("{task.completed:>4.0f}/{task.total:.0f} drawings"),
        TextColumn("{task.fields[pages]:>5} pages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[Stage, TaskID] = {}
        yield lambda line: _bars(bars, tasks, tracker, line)


def _plain(console: Console, tracker: Tracker, line: str) -> None:
    if said := tracker.feed(line):
        console.print(said, markup=False, highlight=False, soft_wrap=True)


def _bars(bars: Progress, tasks: dict[Stage, TaskID], tracker: Tracker, line: str) -> None:
    said = tracker.feed(line)
    if said and said.startswith("task "):
        bars.console.print(said, style="red", markup=False, highlight=False, soft_wrap=True)
    if tracker.intake is None or not tracker.intake.batches:
        return
    for stage, state in tracker.stages.items():
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=tracker.intake.drawings, pages=0, start=False)
        if state.drawings_done or state.running:
            bars.start_task(tasks[stage])
        bars.update(tasks[stage], completed=state.drawings_done, pages=state.pages_done)
        if state.drawings >= tracker.intake.drawings:
            bars.stop_task(tasks[stage])

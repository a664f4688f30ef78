"""How far a run is, told from its log."""

import io

import pytest
from rich.console import Console

from drawing_etl.intake import intake_line
from drawing_etl.progress import Tracker, display
from drawing_etl.stage_process import Outcome
from ocr_tasks.contract import Progress, Stage


def logged(message: str) -> str:
    return f"2024-05-06T01:00:00Z [info     ] {message:<30} [airflow.task.operators] loc=operators.py:126 x=y\n"


def progress(stage: Stage, drawings: tuple[int, int], pages: tuple[int, int]) -> str:
    done, of = drawings
    return logged(Progress(stage=stage, drawings_done=done, drawings=of, pages_done=pages[0], pages=pages[1]).line())


BATCHES = [
    logged(intake_line(drawings=5, batches=2, rejected=1, known=0, waiting=0)),
    progress(Stage.DETECT, (0, 3), (0, 7)),
    progress(Stage.DETECT, (2, 3), (5, 7)),
]


def test_batches_add_up_and_a_running_one_counts() -> None:
    tracker = Tracker()
    for line in BATCHES:
        tracker.feed(line)
    state = tracker.stages[Stage.DETECT]
    assert (state.drawings_done, state.pages_done) == (2, 5)
    tracker.feed(logged(Outcome(Stage.DETECT, 3, 3, 0, 7, 12.5).line()))
    assert (state.drawings_done, state.pages_done, tracker.work_seconds()) == (3, 7, 12.5)
    tracker.feed(progress(Stage.DETECT, (1, 2), (1, 1)))
    assert (state.drawings_done, state.pages_done) == (4, 8)


def test_a_stage_that_is_tried_again_is_not_counted_twice() -> None:
    tracker = Tracker()
    for line in (*BATCHES, *BATCHES[1:]):
        tracker.feed(line)
    assert tracker.stages[Stage.DETECT].drawings_done == 2


def test_failures_are_kept_without_what_the_log_adds() -> None:
    tracker = Tracker()
    said = tracker.feed(logged("task failed: process.load[3]: DatabaseUnavailable: it is down. Remedy: start it"))
    assert said == "task failed: process.load[3]: DatabaseUnavailable: it is down. Remedy: start it"
    assert tracker.failures == ["process.load[3]: DatabaseUnavailable: it is down. Remedy: start it"]
    assert tracker.feed(logged("nothing of interest")) is None


def test_the_report_is_that_of_this_run() -> None:
    tracker = Tracker()
    tracker.feed(logged("report: /my reports/run-1.html"))
    assert tracker.report == "/my reports/run-1.html"


@pytest.mark.parametrize("terminal", [True, False])
def test_it_shows_bars_in_a_terminal_and_plain_lines_elsewhere(terminal: bool) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100)
    with display(console, Tracker()) as show:
        for line in (*BATCHES, logged(Outcome(Stage.DETECT, 3, 2, 1, 7, 1.0).line()), logged("task failed: x[0]: [a]")):
            show(line)
    told = out.getvalue()
    assert "task failed: x[0]: [a]" in told
    assert ("\x1b[" in told) is terminal
    if terminal:
        assert "3/5 drawings" in told and "7 pages" in told
    else:
        assert "detect, batch 1 of 2: 2 of 3 drawings done, 1 rejected, 7 pages" in told
        assert "intake: 5 drawings in 2 batches, 1 rejected" in told

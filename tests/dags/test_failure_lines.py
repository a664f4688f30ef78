"""The line that says which task failed and why, as the progress display and a person read it."""

import logging
from types import SimpleNamespace

import pytest

from drawing_etl.progress import Tracker
from drawing_etl.stage_process import StageKilled
from drawing_etl.tasks import tell_failure, tell_retry


def test_it_names_the_task_and_its_exception_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    context = {"ti": SimpleNamespace(task_id="process.render", map_index=3), "exception": StageKilled("was\nkilled")}
    tell_failure(context)
    tell_retry(context | {"ti": SimpleNamespace(task_id="intake", map_index=-1)})
    assert caplog.messages == [
        "task failed: process.render[3]: StageKilled: was killed",
        "task is tried again: intake: StageKilled: was killed",
    ]
    assert caplog.records[0].levelno == logging.ERROR
    tracker = Tracker()
    assert [tracker.feed(line) for line in caplog.messages] == caplog.messages
    assert tracker.failures == ["process.render[3]: StageKilled: was killed"]


def test_a_task_whose_worker_died_has_no_exception_and_names_the_remedy(caplog: pytest.LogCaptureFixture) -> None:
    tell_failure({"ti": SimpleNamespace(task_id="process.render", map_index=0)})
    (said,) = caplog.messages
    assert "None" not in said and "process is gone" in said and "What to do: " in said

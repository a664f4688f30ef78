"""The tasks of the DAG `golden_set`. What is heavy is imported when a task runs."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from drawing_etl.settings import Settings
from drawing_etl.tasks import run_type

if TYPE_CHECKING:
    from drawing_etl.golden.regression import Bench
    from drawing_etl.warehouse import GoldenLedger
    from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)


def _parts(settings: Settings) -> "tuple[Bench, GoldenLedger]":
    from drawing_etl.golden.regression import Bench
    from drawing_etl.warehouse import GoldenLedger

    return Bench.of(settings), GoldenLedger(settings.database_url)


def _probe(settings: Settings, probed: Sequence[str]) -> "Workdir":
    from ocr_tasks.workdir import Workdir

    return Workdir.below(settings.work_root, probed[0])


@task
def probe(dag_run: Any) -> list[str]:
    """Make the workdir of the smallest golden drawing: who reads it is who reads here now.

    Skipped in the nights before anyone accepted a baseline: there is nothing to compare with.
    """
    from drawing_etl.golden.reading import prepare
    from drawing_etl.golden.regression import anyone

    settings = Settings.from_env()
    bench, ledger = _parts(settings)
    for problem in bench.golden.problems:
        log.warning("golden set: %s", problem)
    if run_type(dag_run) == "scheduled" and ledger.baseline() is None:
        raise AirflowSkipException("no baseline was accepted: python -m drawing_etl promote accepts one")
    return [prepare(settings.work_root, bench.smallest(), anyone()).name]


@task
def choose(probed: list[str]) -> list[list[str]]:
    """Make the workdirs of the golden drawings that this reader has never read, in batches; none on most nights."""
    from drawing_etl.golden.reading import DRAWINGS_AT_ONCE, prepare
    from drawing_etl.golden.regression import read_by

    settings = Settings.from_env()
    bench, ledger = _parts(settings)
    reader = read_by(_probe(settings, probed))
    names = [prepare(settings.work_root, drawing, reader).name for drawing in bench.missing(reader, ledger)]
    log.info("golden set: %d drawings, %d of them to read", len(bench.golden.drawings), len(names))
    return [names[start : start + DRAWINGS_AT_ONCE] for start in range(0, len(names), DRAWINGS_AT_ONCE)]


@task
def score(probed: list[str]) -> None:
    """Score what was read, keep the figures, and say how they stand against the baseline; a drop fails the task."""
    from dataclasses import replace

    from drawing_etl.golden.command import judged
    from drawing_etl.golden.reading import already_read
    from drawing_etl.golden.regression import ReaderGotWorse, read_by
    from drawing_etl.quality import Thresholds

    settings = Settings.from_env()
    bench, ledger = _parts(settings)
    run = replace(bench, run_stage=already_read).measure(read_by(_probe(settings, probed)), ledger)
    verdict = judged(run, ledger.baseline(), Thresholds.load(settings.thresholds))
    log.info("golden set: %s", verdict.says)
    if verdict.worse:
        raise ReaderGotWorse(verdict.says)

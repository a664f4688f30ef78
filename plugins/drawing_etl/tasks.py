"""The tasks beside the reading stages. What is heavy is imported when a task runs, never when a DAG is parsed."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, task
from airflow.sdk.exceptions import AirflowSkipException

from drawing_etl.retries import RETRY_BY_KIND
from drawing_etl.settings import Settings
from drawing_etl.stage_process import Outcome, Refused
from ocr_tasks.contract import PIPELINE_VERSION, Stage, StageReport

if TYPE_CHECKING:
    from drawing_etl.warehouse import Warehouse
    from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)

DRAWINGS = Asset("drawings_loaded")
"""Updated when a run has loaded drawings; other DAGs can wait for it."""


class BatchRefused(Refused):
    """A batch is below its threshold: nothing of it is loaded."""


class NotAllLoaded(Refused):
    """Some batches of the run were not loaded."""


def _warehouse(settings: Settings) -> "Warehouse":
    from drawing_etl.warehouse import Warehouse

    return Warehouse(settings.database_url)


def _works(settings: Settings, batch: Sequence[str]) -> "list[Workdir]":
    from ocr_tasks.workdir import Workdir

    return [Workdir.below(settings.work_root, name) for name in batch]


def run_type(dag_run: Any) -> str:
    """Return why there is this run, in Airflow's words: scheduled, backfill, manual, ..."""
    return str(getattr(dag_run.run_type, "value", dag_run.run_type))  # an enum on a worker, its value in DAG.test


@task
def intake(params: Mapping[str, Any], run_id: str, dag_run: Any, ti: Any) -> list[list[str]]:
    """Find the drawings of this run, make their workdirs, form batches."""
    from drawing_etl.intake import Claimant, Request, Window, select, take
    from drawing_etl.warehouse import RunRecord

    settings = Settings.from_env()
    warehouse = _warehouse(settings)
    window = Window.of_run(run_type(dag_run), dag_run.data_interval_start, dag_run.data_interval_end)
    warehouse.start_run(
        RunRecord(
            run_id=run_id,
            started_at=datetime.now(UTC),
            trigger=run_type(dag_run),
            interval_start=window.begin,
            interval_end=window.end,
            params=dict(params),
        )
    )
    for other in warehouse.unfinished_runs():
        if other != run_id and not _works_on(ti, other):
            log.warning("run %s was cut off: it is marked as failed, what it left undone is taken anew", other)
            warehouse.finish_run(other, "failed")
    request = Request.from_params(params, settings.batch_size)
    selection = select(settings.inbox, warehouse, request, window, settle_s=settings.settle_s)
    claimant = Claimant(run_id=run_id, works=lambda other: _works_on(ti, other))
    return take(settings.inbox, settings.work_root, selection, request, claimant)


def _works_on(ti: Any, run_id: str) -> bool:
    """Say whether another run of this DAG is still at work."""
    return bool(ti.get_dr_count(dag_id=ti.dag_id, run_ids=[run_id], states=["queued", "running"]))


@task
def validate(batch: Sequence[str]) -> None:
    """Check the batch against its expectations; a breach of the batch's own thresholds fails the task.

    Where the batch's reader has never read the golden set and a baseline was accepted, it is read first.
    """
    settings = Settings.from_env()
    began = time.perf_counter()
    from drawing_etl.golden.regression import judge
    from drawing_etl.quality import Thresholds, validate_batch
    from drawing_etl.quality.second_reading import read_again
    from drawing_etl.warehouse import GoldenLedger

    thresholds = Thresholds.load(settings.thresholds)
    works = _works(settings, batch)
    read_again(works, settings, thresholds.second_reading.share)
    outcome = validate_batch(
        works,
        thresholds,
        docs_dir=settings.docs_dir,
        recent=_warehouse(settings).recent_batches(thresholds.history.batches),
        golden=judge(works, settings, GoldenLedger(settings.database_url), thresholds.golden),
    )
    if outcome.breaches:
        raise BatchRefused(outcome.message())
    log.info(_outcome(settings, Stage.VALIDATE, batch, time.perf_counter() - began).line())


@task
def load(batch: Sequence[str], run_id: str) -> None:
    """Load the batch in one transaction; passed, quarantined and rejected drawings all become rows.

    Then drawings that came in another revision than before are compared with what was there.
    """
    from drawing_etl.quality import Thresholds
    from drawing_etl.revisions import compare_revisions

    settings = Settings.from_env()
    works = _works(settings, batch)
    began = time.perf_counter()
    warehouse = _warehouse(settings)
    thresholds = Thresholds.load(settings.thresholds)
    counts = warehouse.load_batch(
        run_id, works, low_confidence=thresholds.drawing.low_confidence, sample_rate=thresholds.sampling.rate
    )
    compare_revisions(warehouse, run_id, works)
    seconds = time.perf_counter() - began
    for work in works:
        work.finish(
            StageReport(
                stage=Stage.LOAD,
                outcome="done",
                fingerprint=f"{PIPELINE_VERSION} {work.name}",
                seconds=seconds / len(works),
                finished_at=datetime.now(UTC),
            )
        )
    log.info("load: %s", counts)
    log.info(_outcome(settings, Stage.LOAD, batch, seconds).line())


def _outcome(settings: Settings, stage: Stage, batch: Sequence[str], seconds: float) -> Outcome:
    """Return the outcome of a stage that leaves no report on drawings rejected earlier."""
    reports = [report for work in _works(settings, batch) if (report := work.report(stage)) is not None]
    done = sum(report.outcome == "done" for report in reports)
    return Outcome(stage, len(batch), done, 0, sum(report.pages for report in reports), seconds)


@task
def discard_rasters(batch: Sequence[str]) -> None:
    """Remove the page pictures of drawings that need no second look; those of the others go after some days."""
    for work in _works(Settings.from_env(), batch):
        if _settled(work):
            work.discard_rasters()


def _settled(work: "Workdir") -> bool:
    """Say whether a drawing is loaded and neither in quarantine nor waiting for a rerun."""
    from ocr_tasks.errors import ContractError

    if work.report(Stage.LOAD) is None:
        return False
    try:
        return work.rejection() is not None or work.verdict().outcome == "pass"
    except ContractError:
        return False


def _sweep(settings: Settings, older_than: datetime) -> None:
    from ocr_tasks.workdir import NAME

    for folder in settings.work_root.iterdir() if settings.work_root.is_dir() else ():
        pages = folder / "pages"
        if NAME.fullmatch(folder.name) and pages.is_dir() and pages.stat().st_mtime < older_than.timestamp():
            log.info("discarding the page pictures of %s: they were kept long enough", folder.name)
            _works(settings, [folder.name])[0].discard_rasters()


@task(outlets=[DRAWINGS])
def report(run_id: str, ti: Any, outlet_events: Any) -> None:
    """Close the run in the database and write its page. Skipped, and no asset event, where there was nothing new."""
    settings = Settings.from_env()
    warehouse = _warehouse(settings)
    batches = ti.xcom_pull(task_ids="intake")
    missing = _unloaded(settings, batches or [])
    warehouse.finish_run(run_id, "failed" if missing or batches is None else "success")
    if not batches or len(missing) == len(batches):
        raise AirflowSkipException("nothing was loaded")
    from drawing_etl.report import write_report

    page = write_report(warehouse, run_id, settings.reports, work_root=settings.work_root, docs=settings.docs_dir)
    outlet_events[DRAWINGS].extra = {"run_id": run_id, "batches": len(batches) - len(missing)}
    log.info("report: %s", page)


@task
def all_loaded(run_id: str, ti: Any) -> None:
    """Fail where a batch was not loaded, so that the run is seen to have failed; the other batches stay loaded.

    First what is left over is removed: containers of this run, and page pictures that were kept long enough. After a
    run without a failure so is what nobody needs any more, where a setting says when.
    """
    settings = Settings.from_env()
    kept = timedelta(days=max(settings.keep_days, 1))  # less would take them from a run that works beside this one
    _sweep(settings, older_than=datetime.now(UTC) - kept)
    if settings.runtime == "docker":
        from drawing_etl.container_engine import sweep

        for container in sweep(settings.docker_url, run_id):
            log.warning("removed container %s, which its task had left", container)
    batches = ti.xcom_pull(task_ids="intake")
    if batches is None:
        raise NotAllLoaded("intake failed: see its log for the remedy, then clear it")
    if missing := _unloaded(settings, batches):
        raise NotAllLoaded(
            f"{len(missing)} of {len(batches)} batches were not loaded: see the failed tasks with map index "
            f"{', '.join(map(str, missing))}, then clear them or run again; what is done is not done twice"
        )
    if settings.prune_days:
        from drawing_etl.retention import prune

        prune(settings, settings.prune_days, log.info)


def _unloaded(settings: Settings, batches: Sequence[Sequence[str]]) -> list[int]:
    """Return the indexes of batches that lack a load report; intake removed those of earlier runs."""
    return [
        index
        for index, batch in enumerate(batches)
        if any(work.report(Stage.LOAD) is None for work in _works(settings, batch))
    ]


# --- lines that the progress display reads ---------------------------------------------------------------------------


WORKER_LOST = (
    "its process is gone without a word, killed or with its machine | What to do: see that machine's memory and log, "
    "then clear the task if it is not tried again; it goes on where it stopped."
)


def tell_failure(context: Mapping[str, Any]) -> None:
    """Log the one line that says which task failed and why."""
    _tell("task failed", context)


def tell_retry(context: Mapping[str, Any]) -> None:
    """Log the one line that says which task is tried again and why."""
    _tell("task is tried again", context)


def _tell(what: str, context: Mapping[str, Any]) -> None:
    ti, error = context["ti"], context.get("exception")
    name = ti.task_id if ti.map_index < 0 else f"{ti.task_id}[{ti.map_index}]"
    # A scheduler that misses a task's signs of life calls this too, and knows of no exception.
    said = WORKER_LOST if error is None else " ".join(f"{type(error).__name__}: {error}".split())
    log.error("%s: %s: %s", what, name, said)


TASK_DEFAULTS: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_policy": RETRY_BY_KIND,
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": tell_failure,
    "on_retry_callback": tell_retry,
}
"""What every task has that says nothing else."""

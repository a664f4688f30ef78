"""Runs one stage over a batch of drawings: skip what is done, run, report. The same in a test and a container."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import cv2

from ocr_tasks.code_digest import code_digest
from ocr_tasks.contract import (
    PIPELINE_VERSION,
    READING_STAGES,
    EngineInfo,
    Options,
    Progress,
    RejectionRecord,
    Stage,
    StageReport,
)
from ocr_tasks.errors import BadDrawing, ContractError, Rejection
from ocr_tasks.workdir import Workdir, fingerprint

log = logging.getLogger(__name__)

OnPage = Callable[[], None]
"""A stage calls it after each page."""


class Done(NamedTuple):
    """What a stage says of one drawing when it has finished with it."""

    work: Workdir
    pages: int
    counts: dict[str, float]
    rejected: BadDrawing | None = None
    seconds: float | None = None
    """None: the time since the last drawing was done. A stage that mixes drawings shares its time out itself."""


BatchStage = Callable[[Sequence[Workdir], Options, OnPage], Iterator[Done]]
"""A stage over drawings that share their options. Yields each drawing as soon as its files are written."""


FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, cv2.error)
"""What a mistake of this program raises where a drawing shows what nobody thought of. The machine raises others."""


def each(process: Callable[[Workdir, Options, OnPage], Done]) -> BatchStage:
    """Return a batch stage that processes drawing by drawing; a bad drawing is one that is rejected."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        for work in works:
            try:
                done = process(work, options, on_page)
            except BadDrawing as bad:
                done = Done(work, 0, {}, rejected=bad)
            yield done

    return run


def past_faults(process: BatchStage) -> BatchStage:
    """Return PROCESS, which goes on past drawings at which this program fails: it rejects them.

    The others of a batch are not to wait for a mended version. Where drawings are processed together, those that are
    left are processed one by one.
    """

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        left = list(works)
        try:
            for done in process(works, options, on_page):
                left.remove(done.work)
                yield done
        except FAULTS as fault:
            if not left or (isinstance(fault, cv2.error) and fault.code == cv2.Error.StsNoMem):
                raise  # no drawing is at fault
            if len(left) == 1:
                log.exception("this program fails at drawing %s", left[0].name)
                yield Done(left[0], 0, {}, rejected=_failed(fault))
                return
            log.warning("this program fails at one of %d drawings: they are processed one by one", len(left))
            for work in left:
                yield from run([work], options, on_page)

    return run


def _failed(fault: Exception) -> BadDrawing:
    place = traceback.extract_tb(fault.__traceback__)[-1]
    where = f"{type(fault).__name__} in {Path(place.filename).name}:{place.lineno}"
    return BadDrawing(
        Rejection.FAULT,
        f"a fault of this program ({where}): report it, and read the drawing again with a mended version",
    )


def run_stage(
    stage: Stage,
    works: Sequence[Workdir],
    process: BatchStage,
    engine: EngineInfo | None,
    tell: Callable[[Progress], None] = lambda progress: None,
    image: str | None = None,
) -> list[StageReport]:
    """Run STAGE over WORKS; return a report for each, in order. Machine trouble is raised; what was done stays done.

    IMAGE: digest of the container image that this runs in, for the reports; the fingerprint does not depend on it.
    """
    waiting: dict[Options, list[Workdir]] = {}
    marks: dict[str, str] = {}
    for work in works:
        manifest = work.manifest()
        mark = marks[work.name] = _fingerprint(stage, work, manifest.options, manifest.sha256, engine)
        report = work.report(stage)
        if report is not None and report.fingerprint == mark:
            continue
        if (rejected := work.rejection()) is not None and rejected.stage != stage:
            work.finish(_report(stage, "skipped", mark, engine, image))
            continue
        waiting.setdefault(manifest.options, []).append(work)
    todo = sum(len(batch) for batch in waiting.values())
    if todo < len(works):
        log.info("%s: %d of %d drawings are done already", stage, len(works) - todo, len(works))
    for options, batch in waiting.items():
        _run_batch(stage, batch, options, process, engine, marks, tell, image)
    return [work.required_report(stage) for work in works]


def _run_batch(
    stage: Stage,
    batch: Sequence[Workdir],
    options: Options,
    process: BatchStage,
    engine: EngineInfo | None,
    marks: dict[str, str],
    tell: Callable[[Progress], None],
    image: str | None,
) -> None:
    pages = sum(_page_count(work) for work in batch)
    done = pages_done = 0

    def say() -> None:
        tell(
            Progress(
                stage=stage,
                drawings_done=done,
                drawings=len(batch),
                pages_done=pages_done,
                pages=max(pages, pages_done),
            )
        )

    def on_page() -> None:
        nonlocal pages_done
        pages_done += 1
        say()

    say()
    began = time.perf_counter()
    for finished in past_faults(process)(batch, options, on_page):
        now = time.perf_counter()
        seconds = now - began if finished.seconds is None else finished.seconds
        began = now
        work, bad = finished.work, finished.rejected
        if bad is None:
            report = _report(stage, "done", marks[work.name], engine, image, seconds, finished.pages, finished.counts)
            log.info("%s %s: %d pages in %.2f s %s", stage, work.name, finished.pages, seconds, finished.counts)
        else:
            report = _report(stage, "rejected", marks[work.name], engine, image, seconds, rejected=bad)
            log.warning("%s %s: rejected, %s: %s", stage, work.name, bad.code, bad.message)
        work.finish(report)
        done += 1
        say()


def _page_count(work: Workdir) -> int:
    try:
        return len(work.pages())
    except ContractError:
        return 0  # not rendered yet


def _fingerprint(stage: Stage, work: Workdir, options: Options, sha256: str, engine: EngineInfo | None) -> str:
    """Chain the stage's inputs: the source, the stages before it, its own options, the code's version, the weights."""
    before = READING_STAGES[: READING_STAGES.index(stage)]
    return fingerprint(
        PIPELINE_VERSION,
        sha256,
        [options.of(earlier).model_dump() for earlier in before],
        [report.fingerprint for earlier in before if (report := work.report(earlier)) is not None][-1:],
        stage,
        options.of(stage).model_dump(),
        engine.model_dump() if engine else None,
    )


def _report(
    stage: Stage,
    outcome: str,
    mark: str,
    engine: EngineInfo | None,
    image: str | None = None,
    seconds: float = 0.0,
    pages: int = 0,
    counts: dict[str, float] | None = None,
    rejected: BadDrawing | None = None,
) -> StageReport:
    return StageReport.model_validate(
        {
            "stage": stage,
            "outcome": outcome,
            "rejection": RejectionRecord(code=rejected.code, message=rejected.message, stage=stage)
            if rejected
            else None,
            "fingerprint": mark,
            "engine": engine,
            "seconds": seconds,
            "pages": pages,
            "counts": counts or {},
            "image": image,
            "code": code_digest(),
            "finished_at": datetime.now(UTC),
        }
    )

"""Measures a reader on the golden set, each drawing once, and judges whether a batch's reader got worse."""

import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from drawing_etl.golden.comparison import Comparison, NothingInCommon, compare
from drawing_etl.golden.drawings import GoldenDrawing, GoldenSet, golden_set, own_samples
from drawing_etl.golden.reading import Reader, RunStage, local_stages, read, reader_of
from drawing_etl.golden.scores import score
from drawing_etl.quality.figures import GoldenFigures
from drawing_etl.quality.thresholds import GoldenThresholds
from drawing_etl.settings import Settings
from drawing_etl.stage_process import Refused
from drawing_etl.warehouse.golden import GoldenLedger, GoldenRun
from ocr_tasks.contract import ENGINES, PIPELINE_VERSION
from ocr_tasks.workdir import Workdir, fingerprint

log = logging.getLogger(__name__)


class GoldenSetUnusable(Refused):
    """The golden set cannot speak for the reader; the message says what to do."""


class ReaderGotWorse(Refused):
    """The golden set is read significantly worse than was accepted."""


@dataclass(frozen=True)
class Bench:
    """Where golden drawings are read: the set, a folder for workdirs, and what runs a stage."""

    golden: GoldenSet
    root: Path
    run_stage: RunStage

    @classmethod
    def of(cls, settings: Settings) -> "Bench":
        """Return the bench of this installation. Makes the project's own samples if they are not there."""
        folder = settings.var / "golden-samples"
        with _alone(folder):
            samples = own_samples(folder)
        folders = [*([settings.golden] if settings.golden else []), settings.var / "golden"]
        golden = golden_set(folders, samples)
        return cls(golden, settings.work_root, local_stages(settings))

    def reader(self, engine: str = ENGINES[0]) -> Reader:
        """Return what reads here now with ENGINE: the smallest drawing is read to see it."""
        with _alone(self.root):
            (found,) = [read_by(work) for _, work in read([self.smallest()], anyone(engine), self.root, self.run_stage)]
        return found

    def smallest(self) -> GoldenDrawing:
        """Return the drawing that is read to see who reads."""
        self._require_drawings()
        return min(self.golden.drawings, key=lambda drawing: (drawing.size_bytes, drawing.sha256))

    def truths(self) -> dict[str, str]:
        """Return the truth digest of each drawing, by the drawing's sha256."""
        return {drawing.sha256: drawing.truth_digest for drawing in self.golden.drawings}

    def missing(self, reader: Reader, ledger: GoldenLedger) -> list[GoldenDrawing]:
        """Return the drawings that this reader has never read, or not with this truth."""
        known = ledger.known(reader.key, self.truths())
        return [drawing for drawing in self.golden.drawings if drawing.sha256 not in known]

    def measure(self, reader: Reader, ledger: GoldenLedger, *, again: bool = False) -> GoldenRun:
        """Return the reader's figures over the set; only drawings that it has not read yet are read, or AGAIN all."""
        self._require_drawings()
        truths = self.truths()
        identity = fingerprint(reader.key, sorted(truths.items()))
        with _alone(self.root):  # who comes second finds the figures of the first
            if not again and (found := ledger.run(identity)) is not None:
                return found
            scores = {} if again else ledger.known(reader.key, truths)
            missing = [drawing for drawing in self.golden.drawings if drawing.sha256 not in scores]
            log.info("golden set: %d drawings, %d of them to read", len(truths), len(missing))
            for drawing, work in read(missing, reader, self.root, self.run_stage):
                result = None if work.rejection() is not None else work.result()
                scores[drawing.sha256] = score(drawing, result, datetime.now(UTC))
                log.info(
                    "golden set: %s: %.3f of %d strings exactly",
                    drawing.name,
                    scores[drawing.sha256].exact_share,
                    scores[drawing.sha256].strings,
                )
            run = GoldenRun(
                golden_run_id=identity,
                reader_key=reader.key,
                pipeline_version=reader.pipeline_version,
                engines={stage: dict(engine) for stage, engine in reader.engines.items()},
                weights_digest=reader.weights_digest,
                measured_at=datetime.now(UTC),
                scores=tuple(scores[drawing.sha256] for drawing in self.golden.drawings),
            )
            ledger.store(run)
        return run

    def _require_drawings(self) -> None:
        if not self.golden.drawings:
            raise GoldenSetUnusable(
                "the golden set has no drawing with truth: put drawings with their truth into it (docs/quality.md). "
                + " ".join(self.golden.problems)
            )


def anyone(engine: str = ENGINES[0]) -> Reader:
    """Return a reader of this version with whatever weights there are."""
    return Reader(PIPELINE_VERSION, engine, engine, {})


def read_by(probe: Workdir) -> Reader:
    """Return who read the drawing that was read to see it. Raises GoldenSetUnusable if it was rejected."""
    if (found := reader_of(probe)) is None:
        raise GoldenSetUnusable(
            f"{probe.manifest().original_name} of the golden set was rejected: take it out, or mend it"
        )
    return found


def judge(
    works: Sequence[Workdir], settings: Settings, ledger: GoldenLedger, limits: GoldenThresholds
) -> GoldenFigures | None:
    """Compare whoever read these drawings with the accepted baseline; None where there is nothing to compare.

    The golden set is read only if this reader has never read it. Raises Refused where it cannot be.
    """
    baseline = ledger.baseline()
    if baseline is None:
        log.info("golden set: no baseline was accepted, nothing is compared (python -m drawing_etl promote)")
        return None
    readers = {reader.key: reader for work in works if (reader := reader_of(work)) is not None}
    bench: Bench | None = None
    worst: GoldenFigures | None = None
    for reader in readers.values():
        if reader.key == baseline.run.reader_key:
            continue  # the very reader that was accepted
        bench = bench or Bench.of(settings)
        for problem in bench.golden.problems:
            log.warning("golden set: %s", problem)
        try:
            compared = compare(_measured(bench, reader, ledger, settings), baseline.run, limits)
        except NothingInCommon as trouble:
            raise GoldenSetUnusable(str(trouble)) from trouble
        log.info("golden set: %s", sentence(compared))
        figures = _figures(compared)
        if worst is None or figures.exact_share - figures.exact_required < worst.exact_share - worst.exact_required:
            worst = figures
    return worst


def _measured(bench: Bench, reader: Reader, ledger: GoldenLedger, settings: Settings) -> GoldenRun:
    if settings.runtime != "local" and bench.missing(reader, ledger):
        raise GoldenSetUnusable(
            "the batch was read by a reader that has not read the golden set yet: trigger the DAG golden_set, "
            "then clear this task"
        )
    return bench.measure(reader, ledger)


def _figures(compared: Comparison) -> GoldenFigures:
    return GoldenFigures(
        exact_share=compared.exact.now,
        exact_required=compared.exact.required,
        right_share=compared.right.now,
        right_required=compared.right.required,
    )


def sentence(compared: Comparison) -> str:
    """Return a comparison in words."""
    parts = [
        f"{what} {figure.now:.4f}, accepted {figure.before:.4f}, at least {figure.required:.4f} is required "
        f"(p = {figure.p_value:.3f})"
        for what, figure in (
            ("share of strings read exactly", compared.exact),
            ("share of readings that are right", compared.right),
        )
    ]
    lost = list(dict.fromkeys((*compared.exact.worst, *compared.right.worst)))
    tail = f"; lost most: {', '.join(lost)}" if lost else ""
    return f"over {compared.drawings} drawings: {'; '.join(parts)}{tail}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder's lock: two runs at once would read into the same workdirs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".golden.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

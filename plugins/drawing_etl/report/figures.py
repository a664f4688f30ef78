"""What the report shows: read from the warehouse in one go, and put into the order in which it is shown."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import fsum

from drawing_etl.quality.sampling import SampledAccuracy, estimate
from drawing_etl.report.accuracy import Accuracy, accuracy_of
from drawing_etl.warehouse import Warehouse
from drawing_etl.warehouse.records import (
    ConfidenceBin,
    FindingFigures,
    NightFigures,
    QuarantineReason,
    RejectedDrawing,
    RevisionComparison,
    RunDrawing,
    RunTimes,
    StageFigures,
)


@dataclass(frozen=True)
class Nights:
    """The nights FIRST to LAST, UTC dates, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class KindShare:
    """Strings of one kind, by where their text comes from."""

    kind: str
    ocr: int
    vector: int
    understood: int

    @property
    def strings(self) -> int:
        return self.ocr + self.vector


@dataclass(frozen=True)
class StageTime:
    """What one stage took, over all drawings."""

    stage: str
    seconds: float
    pages: int
    ran_on: str


@dataclass(frozen=True)
class Waiting:
    """A drawing in quarantine, with every reason."""

    drawing: RunDrawing
    reasons: tuple[QuarantineReason, ...]


@dataclass(frozen=True)
class Figures:
    """Everything on the page. Shares are 0..1; None where there is nothing to take a share of."""

    run_ids: tuple[str, ...]
    started_at: datetime | None
    finished_at: datetime | None
    failed: bool
    """One of the runs failed."""
    drawings: int
    loaded: int
    quarantined: int
    rejected: int
    pages: int
    strings: int
    mean_confidence: float | None
    layer_agreement: float | None
    """Mean over the drawings that have a trusted text layer."""
    layer_drawings: int
    seconds: float
    waiting: tuple[Waiting, ...]
    reasons: tuple[tuple[str, int], ...]
    """Expectations and how many drawings did not meet them, the most frequent first."""
    rejections: tuple[RejectedDrawing, ...]
    stages: tuple[StageTime, ...]
    kinds: tuple[KindShare, ...]
    confidences: tuple[ConfidenceBin, ...]
    findings: tuple[FindingFigures, ...]
    revisions: tuple[RevisionComparison, ...]
    """Drawings that came in another revision, with what it changed."""
    all_drawings: tuple[RunDrawing, ...]
    nights: tuple[NightFigures, ...]
    accuracy: Accuracy | None
    """None where nothing was checked against anything."""
    sample: SampledAccuracy
    """What people found on drawings that passed and were drawn at random."""

    @property
    def straight_through(self) -> float | None:
        return self.loaded / self.drawings if self.drawings else None

    @property
    def seconds_a_page(self) -> float | None:
        return self.seconds / self.pages if self.pages else None


def figures_of_run(warehouse: Warehouse, run_id: str) -> Figures:
    """Return the figures of one run. Raises WarehouseError for a run that is not there."""
    whole = warehouse.run_summary(run_id)
    return replace(_figures(warehouse, [run_id], ()), mean_confidence=whole.mean_confidence)


def figures_of_nights(warehouse: Warehouse, nights: Nights) -> Figures:
    """Return the figures of all runs of some nights; a range without a run gives figures that are all zero."""
    return _figures(
        warehouse,
        warehouse.run_ids(nights.first, nights.last),
        tuple(warehouse.nights(nights.first, nights.last)),
    )


def _figures(warehouse: Warehouse, run_ids: Sequence[str], nights: tuple[NightFigures, ...]) -> Figures:
    runs = warehouse.run_times(run_ids) if run_ids else []
    stages = _stages(warehouse.stages(run_ids), runs) if run_ids else ()
    drawings = _newest(warehouse.drawings(run_ids)) if run_ids else []
    bins = tuple(warehouse.confidences(run_ids)) if run_ids else ()
    agreements = [drawing.layer_agreement for drawing in drawings if drawing.layer_agreement is not None]
    reasons = warehouse.quarantine_reasons(run_ids) if run_ids else []
    states = Counter(drawing.state for drawing in drawings)
    return Figures(
        run_ids=tuple(run_ids),
        started_at=min((run.started_at for run in runs), default=None),
        finished_at=max((run.finished_at for run in runs if run.finished_at is not None), default=None),
        failed=any(run.state == "failed" for run in runs),
        drawings=len(drawings),
        loaded=states["loaded"],
        quarantined=states["quarantined"],
        rejected=states["rejected"],
        pages=sum(drawing.pages for drawing in drawings),
        strings=sum(drawing.strings for drawing in drawings),
        mean_confidence=_mean_confidence(bins),
        layer_agreement=sum(agreements) / len(agreements) if agreements else None,
        layer_drawings=len(agreements),
        seconds=sum(stage.seconds for stage in stages),
        waiting=_waiting(drawings, reasons),
        reasons=tuple(
            Counter(rule for rule, _ in {(reason.expectation, reason.document_id) for reason in reasons}).most_common()
        ),
        rejections=tuple(warehouse.rejections(run_ids)) if run_ids else (),
        stages=stages,
        kinds=_kinds(warehouse, run_ids) if run_ids else (),
        confidences=bins,
        findings=tuple(warehouse.findings(run_ids)) if run_ids else (),
        revisions=tuple(warehouse.revision_changes(run_ids)) if run_ids else (),
        all_drawings=tuple(drawings),
        nights=nights,
        accuracy=_accuracy(warehouse, run_ids),
        sample=estimate(warehouse.sampled_drawings(run_ids) if run_ids else ()),
    )


def _accuracy(warehouse: Warehouse, run_ids: Sequence[str]) -> Accuracy | None:
    if not run_ids:
        return None
    return accuracy_of(
        warehouse.reading_checks(run_ids), warehouse.checked_drawings(run_ids), warehouse.confusions(run_ids)
    )


def _newest(drawings: Sequence[RunDrawing]) -> list[RunDrawing]:
    """Return each drawing once, as the last of the runs left it, in the order given."""
    last = {drawing.document_id: drawing.run_id for drawing in sorted(drawings, key=lambda drawing: drawing.run_id)}
    return [drawing for drawing in drawings if last[drawing.document_id] == drawing.run_id]


def _mean_confidence(bins: Sequence[ConfidenceBin]) -> float | None:
    strings = sum(each.strings for each in bins)
    return fsum(each.confidence_sum for each in bins) / strings if strings else None


def _waiting(drawings: Sequence[RunDrawing], reasons: Sequence[QuarantineReason]) -> tuple[Waiting, ...]:
    of: dict[str, list[QuarantineReason]] = defaultdict(list)
    for reason in reasons:
        of[reason.document_id].append(reason)
    return tuple(
        Waiting(drawing, tuple(of[drawing.document_id])) for drawing in drawings if drawing.state == "quarantined"
    )


def _stages(found: Sequence[StageFigures], runs: Sequence[RunTimes]) -> tuple[StageTime, ...]:
    by_stage: dict[str, list[StageFigures]] = defaultdict(list)
    for figures in found:
        by_stage[figures.stage].append(figures)
    times = [
        StageTime(
            stage=stage,
            seconds=sum(part.seconds for part in parts),
            pages=sum(part.pages for part in parts),
            ran_on=", ".join(dict.fromkeys(f"{part.engine} on {part.device}" for part in parts if part.engine)),
        )
        for stage, parts in by_stage.items()
    ]
    loading = sum(run.load_seconds for run in runs)
    if "load" not in by_stage and loading:
        times.append(StageTime("load", loading, 0, ""))
    return tuple(times)


def _kinds(warehouse: Warehouse, run_ids: Sequence[str]) -> tuple[KindShare, ...]:
    strings: dict[str, Counter[str]] = defaultdict(Counter)
    for figures in warehouse.kinds(run_ids):
        strings[figures.kind] += Counter({figures.source: figures.strings, "understood": figures.with_meaning})
    shares = [KindShare(kind, of["ocr"], of["vector"], of["understood"]) for kind, of in strings.items()]
    return tuple(sorted(shares, key=lambda share: -share.strings))

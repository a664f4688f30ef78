"""The gate between reading and loading: which drawings of a batch may be loaded, and whether the batch may at all."""

import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drawing_etl.quality.figures import DrawingFigures, GoldenFigures
from drawing_etl.quality.history import as_accepted, rates_of, usual
from drawing_etl.quality.measures import measure
from drawing_etl.quality.second_reading import second_reader
from drawing_etl.quality.thresholds import Thresholds
from drawing_etl.warehouse.records import BatchRates
from ocr_tasks.contract import PIPELINE_VERSION, Reason, Stage, StageReport, Verdict
from ocr_tasks.workdir import Workdir, fingerprint

if TYPE_CHECKING:
    from drawing_etl.quality.checkpoints import Breach

log = logging.getLogger(__name__)

CULPRITS = {
    "few_doubtful_strings": "low_confidence",
    "no_repeated_strings": "repeated",
    "strings_apart": "overlapping",
    "strings_stand_on_ink": "on_ink",
    "no_mark_is_missed": "marks_missed",
    "no_mark_is_invented": "marks_invented",
    "no_character_is_doubled": "characters_doubled",
    "no_string_is_cut_off": "cut_off",
    "strings_were_read": "items_read",
    "second_reader_agrees": "read_otherwise",
    "text_fits_its_place": "odd_pitch",
    "texts_make_sense": "nonsense",
    "dimensions_are_understood": "without_meaning",
    "meaning_is_of_the_text": "meaning_off",
    "one_unit": "unit_mixed",
    "lengths_fit_the_sheet": "beyond_sheet",
    "few_contradictions": "error_findings",
}
"""Rule of a drawing: the share whose items make it up."""

MAX_ITEMS_NAMED = 200
"""More items than this in one reason say no more."""
MAX_TEXTS_SAID = 5


@dataclass(frozen=True)
class BatchOutcome:
    """What the gate says of a batch. `breaches` not empty: nothing of it may be loaded."""

    passed: tuple[str, ...]
    quarantined: tuple[str, ...]
    rejected: tuple[str, ...]
    rates: BatchRates
    breaches: tuple[Reason, ...]
    docs: Path
    """First page of the Data Docs."""

    def message(self) -> str:
        """Say what the batch breaches: expectation, observed, required, and where to read more."""
        return "\n".join(
            (
                "the batch is not loaded, because it breaches",
                *(f"  {breach.message}" for breach in self.breaches),
                f"Data Docs: {self.docs}",
                "Look at the drawings there; then correct the cause, or the thresholds file, and clear this task.",
            )
        )


def validate_batch(
    works: Sequence[Workdir],
    thresholds: Thresholds,
    *,
    docs_dir: Path,
    recent: Sequence[BatchRates] = (),
    golden: GoldenFigures | None = None,
) -> BatchOutcome:
    """Judge a batch that postprocess has finished; write each read drawing's verdict and validate report.

    RECENT are the rates of the batches before, newest first; GOLDEN is how this batch's reader reads the golden set,
    None where that was not compared. Data Docs go to a folder of this batch below DOCS_DIR.
    A drawing whose files are missing or damaged is a ContractError: the batch is not judged, and nothing is loaded.
    """
    # Great Expectations takes seconds to import, and an Airflow task that never validates must not pay for it.
    from drawing_etl.quality.checkpoints import open_gate
    from drawing_etl.quality.frames import batch_frame, drawings_frame, items_frame

    rejected = tuple(work.name for work in works if work.rejection() is not None)
    read = [work for work in works if work.name not in rejected]
    figures, seconds = _measured(read, thresholds.drawing.low_confidence)
    parameters = thresholds.parameters() | usual(recent, thresholds.history) | as_accepted(golden)
    batch_id = _batch_id(works)
    with open_gate(docs_dir, batch_id) as gate:
        reasons: dict[str, list[Reason]] = defaultdict(list)
        _add_item_reasons(reasons, gate.check("items", items_frame(figures), parameters))
        _add_drawing_reasons(reasons, gate.check("drawings", drawings_frame(figures), parameters), figures)
        batch = rates_of(
            figures,
            rejected=len(rejected),
            quarantined=len(reasons),
            low_confidence=thresholds.drawing.low_confidence,
        )
        broken = gate.check("batch", batch_frame(batch_id, batch, thresholds.batch.judged_from, golden), parameters)
        docs = gate.publish(docs_dir / batch_id)
    for work in read:
        _write(work, tuple(reasons.get(work.name, ())), thresholds, seconds[work.name])
    return BatchOutcome(
        passed=tuple(work.name for work in read if work.name not in reasons),
        quarantined=tuple(work.name for work in read if work.name in reasons),
        rejected=rejected,
        rates=batch,
        breaches=tuple(_batch_reason(breach) for breach in broken),
        docs=docs,
    )


def _measured(read: Sequence[Workdir], low_confidence: float) -> tuple[list[DrawingFigures], dict[str, float]]:
    figures, seconds = [], {}
    for work in read:
        began = time.perf_counter()
        figures.append(measure(work, low_confidence=low_confidence))
        seconds[work.name] = time.perf_counter() - began
    return figures, seconds


def _batch_id(works: Sequence[Workdir]) -> str:
    """Return a name that a retry of the same batch has too."""
    return hashlib.sha256(" ".join(sorted(work.name for work in works)).encode()).hexdigest()[:16]


def _add_item_reasons(reasons: dict[str, list[Reason]], breaches: Iterable["Breach"]) -> None:
    """Add one reason for each rule that strings of a drawing breach, with all those strings."""
    grouped: dict[tuple[str, str], list[Breach]] = defaultdict(list)
    for breach in breaches:
        grouped[breach.row["drawing_id"], breach.rule].append(breach)
    for (name, rule), found in grouped.items():
        first = found[0]
        reasons[name].append(
            Reason(
                expectation=rule,
                observed=first.observed,
                required=first.required,
                message=f"{first.says} Strings that breach it: {len(found)}.",
                item_ids=tuple(int(breach.row["item_id"]) for breach in found[:MAX_ITEMS_NAMED]),
            )
        )


def _add_drawing_reasons(
    reasons: dict[str, list[Reason]], breaches: Iterable["Breach"], figures: Sequence[DrawingFigures]
) -> None:
    by_name = {drawing.drawing_id: drawing for drawing in figures}
    for breach in breaches:
        drawing = by_name[breach.row["drawing_id"]]
        says = breach.says
        if breach.rule == "belongs_to_this_drawing":
            says = f"{says} Here {'; '.join(drawing.identity_breaks)}."
        if breach.rule == "second_reader_agrees":
            some = list(drawing.second_says.items())[:MAX_TEXTS_SAID]
            says = f"{says} It reads {', '.join(f'{text!r} for string {item_id}' for item_id, text in some)}."
        reasons[drawing.drawing_id].append(
            Reason(
                expectation=breach.rule,
                observed=breach.observed,
                required=breach.required,
                message=says,
                item_ids=drawing.culprits.get(CULPRITS.get(breach.rule, ""), ())[:MAX_ITEMS_NAMED],
            )
        )


def _batch_reason(breach: "Breach") -> Reason:
    return Reason(
        expectation=breach.rule,
        observed=breach.observed,
        required=breach.required,
        message=f"{breach.rule}: observed {breach.observed}, required {breach.required}. {breach.says}",
    )


def _write(work: Workdir, reasons: tuple[Reason, ...], thresholds: Thresholds, seconds: float) -> None:
    read = work.required_report(Stage.POSTPROCESS)
    outcome = "quarantine" if reasons else "pass"
    work.write_verdict(Verdict(drawing_id=work.name, outcome=outcome, reasons=reasons))
    work.finish(
        StageReport(
            stage=Stage.VALIDATE,
            outcome="done",
            fingerprint=fingerprint(PIPELINE_VERSION, read.fingerprint, thresholds.model_dump()),
            engine=second_reader(work),
            seconds=seconds,
            pages=read.pages,
            counts={"reasons": len(reasons)},
            finished_at=datetime.now(UTC),
        )
    )
    for reason in reasons:
        log.warning(
            "validate %s: quarantine, %s: observed %s, required %s",
            work.name,
            reason.expectation,
            reason.observed,
            reason.required,
        )

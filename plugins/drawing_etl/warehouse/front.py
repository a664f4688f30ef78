"""The warehouse: the one door to the database."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from drawing_etl.warehouse import load, revisions, sampling
from drawing_etl.warehouse.checks import CheckedDrawing, CheckFigures, Confusion
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.errors import WarehouseError
from drawing_etl.warehouse.migrate import migrate
from drawing_etl.warehouse.queries import rows
from drawing_etl.warehouse.records import (
    Arrival,
    BatchRates,
    ConfidenceBin,
    FindingFigures,
    KindFigures,
    LoadCounts,
    NightFigures,
    QuarantineReason,
    RejectedDrawing,
    RevisionComparison,
    RunDrawing,
    RunRecord,
    RunState,
    RunSummary,
    RunTimes,
    SettledDrawing,
    StageFigures,
    StoredDocument,
    StoredItem,
)
from drawing_etl.warehouse.results import result_of
from drawing_etl.warehouse.revisions import RevisionPair
from drawing_etl.warehouse.rows import document_rows
from drawing_etl.warehouse.sampling import SampledDrawing
from drawing_etl.warehouse.schema import Json, UtcDateTime
from drawing_etl.warehouse.values import BINS, stage_order
from ocr_tasks.contract import DOUBTFUL, Result
from ocr_tasks.handover.comparison import Comparison
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Warehouse:
    """The database at an address, `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.

    Nothing is opened before it is needed, and nothing stays open. Every method may raise WarehouseError, whose message
    names the remedy.
    """

    def __init__(self, address: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = Database(address)
        self._clock = clock

    def __repr__(self) -> str:
        return f"Warehouse({self._database})"

    def migrate(self) -> None:
        """Make the tables, or bring them to this version; for SQLite, make the file and its folder too."""
        migrate(self._database)

    def check(self) -> None:
        """Raise DatabaseUnavailable or NotMigrated unless the database can be used."""
        with self._database.reading():
            pass

    # --- what lies in the inbox ---

    def known(self, sha256s: Collection[str], pipeline_version: str | None = None) -> set[str]:
        """Return which of these files were loaded, quarantined or rejected already; None: by any pipeline version."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for some in load.chunks(sorted(sha256s)):
                values = {"sha256s": list(some), "pipeline_version": pipeline_version}
                found.update(row["sha256"] for row in rows(connection, "known_documents", values))
        return found

    def arrivals(self) -> dict[str, tuple[int, int, str]]:
        """Return what lay last at each path: (size in bytes, mtime in ns, sha256)."""
        with self._database.reading() as connection:
            return {
                row["path"]: (row["size_bytes"], row["mtime_ns"], row["sha256"])
                for row in rows(connection, "arrivals", {})
            }

    def remember_arrivals(self, arrivals: Iterable[Arrival]) -> None:
        """Keep what was digested: new files, and those that changed."""
        load.remember_arrivals(self._database, arrivals, self._clock())

    # --- a run ---

    def start_run(self, run: RunRecord) -> None:
        """Write that a run goes on; doing it again for a retry is fine."""
        load.start_run(self._database, run)

    def load_batch(
        self,
        run_id: str,
        works: Sequence[Workdir],
        *,
        low_confidence: float = DOUBTFUL,
        sample_rate: float = 0.0,
    ) -> LoadCounts:
        """Load a batch in one transaction: passed, quarantined and rejected drawings all become rows.

        Loading the same again changes nothing. `low_confidence` is the limit for `BatchRates.share_low`;
        `sample_rate` is the share of what passed that is drawn for a review, the same again on a rerun. Raises
        LoadRefused for files that contradict each other or a run that was not started, and
        `ocr_tasks.errors.ContractError` for a file that is missing or damaged; then nothing was loaded.
        """
        documents = [document_rows(work) for work in works]
        counts = load.load_documents(self._database, run_id, documents, self._clock, low_confidence, sample_rate)
        log.info("load %s: %s", run_id, counts)
        return counts

    def finish_run(self, run_id: str, state: RunState) -> None:
        """Write how the run ended."""
        load.finish_run(self._database, run_id, state, self._clock())

    def unfinished_runs(self) -> list[str]:
        """Return the runs that were started and not finished, oldest first: they work, or were cut off."""
        with self._database.reading() as connection:
            return [row["run_id"] for row in rows(connection, "unfinished_runs", {})]

    def run_summary(self, run_id: str) -> RunSummary:
        """Return the run in figures. Raises WarehouseError for a run that is not there."""
        with self._database.reading() as connection:
            found = rows(connection, "run", {"run_id": run_id}, {"started_at": UtcDateTime, "finished_at": UtcDateTime})
            if not found:
                raise WarehouseError(f"run {run_id!r} is not in the database {self._database}. Remedy: check its name")
            states = rows(connection, "run_states", {"run_id": run_id})
            stages = rows(connection, "stages", {"run_ids": [run_id]})
        return _summary(found[0], states, stages)

    def recent_batches(self, limit: int = 30) -> list[BatchRates]:
        """Return the rates of the newest batches, newest first."""
        with self._database.reading() as connection:
            return [BatchRates(**row) for row in rows(connection, "recent_batches", {"row_limit": limit})]

    # --- revisions of a drawing ---

    def revisions_to_compare(self, document_ids: Sequence[str]) -> list[RevisionPair]:
        """Return those of these drawings that are loaded, each with the revision before it, or else the one after it.

        Drawings without a number or a revision have none, and pairs that were compared as they are now are left out.
        """
        with self._database.reading() as connection:
            return revisions.to_compare(connection, document_ids)

    def store_comparison(self, run_id: str, pair: RevisionPair, comparison: Comparison) -> None:
        """Keep what differs between two revisions; it takes the place of an earlier comparison of the two."""
        revisions.store(self._database, run_id, pair, comparison, self._clock())

    def revision_changes(
        self, run_ids: Sequence[str], limit: int = 1000, changes_of_each: int = 200
    ) -> list[RevisionComparison]:
        """Return what these runs found between revisions, the drawings with most changes first."""
        with self._database.reading() as connection:
            return revisions.of_runs(connection, run_ids, limit, changes_of_each)

    # --- for reports: each takes the runs to report on ---

    def run_ids(self, first: date, last: date) -> list[str]:
        """Return the runs of the nights FIRST to LAST (UTC dates, both included), oldest first."""
        with self._database.reading() as connection:
            nights = {"first_night": first, "last_night": last}
            return [row["run_id"] for row in _dated(connection, "run_ids", nights)]

    def run_times(self, run_ids: Sequence[str]) -> list[RunTimes]:
        """Return when these runs began and ended, the oldest first; those that are not there are left out."""
        moments = {"started_at": UtcDateTime, "finished_at": UtcDateTime}
        return [RunTimes(**row) for row in self._of_runs("run_times", run_ids, moments)]

    def nights(self, first: date, last: date) -> list[NightFigures]:
        """Return the figures of each night in the range that had a run."""
        with self._database.reading() as connection:
            found = _dated(connection, "nights", {"first_night": first, "last_night": last})
        return [NightFigures(**row) for row in found]

    def drawings(self, run_ids: Sequence[str], limit: int = 100_000) -> list[RunDrawing]:
        """Return the runs' drawings: rejected, then quarantined, then loaded, the least confident first."""
        found = self._of_runs("run_drawings", run_ids, values={"row_limit": limit})
        return [RunDrawing(**row) for row in found]

    def rejections(self, run_ids: Sequence[str]) -> list[RejectedDrawing]:
        """Return the drawings that could not be read."""
        return [RejectedDrawing(**row) for row in self._of_runs("rejections", run_ids)]

    def quarantine_reasons(self, run_ids: Sequence[str]) -> list[QuarantineReason]:
        """Return each expectation that each quarantined drawing did not meet."""
        found = self._of_runs("quarantine_reasons", run_ids, {"observed": Json, "required": Json, "item_ids": Json})
        return [QuarantineReason(**{**row, "item_ids": tuple(row["item_ids"])}) for row in found]

    def kinds(self, run_ids: Sequence[str]) -> list[KindFigures]:
        """Return the strings by kind and source."""
        return [KindFigures(**row) for row in self._of_runs("kinds", run_ids)]

    def confidences(self, run_ids: Sequence[str]) -> list[ConfidenceBin]:
        """Return how many OCR strings have which confidence, in twenty bins, the empty ones too."""
        found = {
            row["confidence_bin"]: (row["strings"], row["confidence_sum"])
            for row in self._of_runs("confidences", run_ids)
        }
        return [ConfidenceBin(n / BINS, (n + 1) / BINS, *found.get(n, (0, 0.0))) for n in range(BINS)]

    def findings(self, run_ids: Sequence[str]) -> list[FindingFigures]:
        """Return the contradictions by kind, the gravest first."""
        return [FindingFigures(**row) for row in self._of_runs("findings", run_ids)]

    def stages(self, run_ids: Sequence[str]) -> list[StageFigures]:
        """Return the time by stage and by what it ran on, in the order in which stages run."""
        found = [StageFigures(**row) for row in self._of_runs("stages", run_ids)]
        return sorted(found, key=lambda figures: stage_order(figures.stage))

    def reading_checks(self, run_ids: Sequence[str]) -> list[CheckFigures]:
        """Return what OCR read against what is known, of the drawings that these runs read, oldest night first."""
        return [
            CheckFigures(**row)
            for row in self._of_runs("reading_checks", run_ids, {"night": sa.Date()}, {"bins": BINS})
        ]

    def checked_drawings(self, run_ids: Sequence[str]) -> list[CheckedDrawing]:
        """Return the same, for each drawing and truth."""
        return [CheckedDrawing(**row) for row in self._of_runs("checked_drawings", run_ids)]

    def confusions(self, run_ids: Sequence[str], limit: int = 30) -> list[Confusion]:
        """Return what was read as something else, the most frequent first."""
        return [Confusion(**row) for row in self._of_runs("confusions", run_ids, values={"row_limit": limit})]

    def sampled_drawings(self, run_ids: Sequence[str]) -> list[SampledDrawing]:
        """Return the drawings that these runs drew for a review: see `quality.sampling.estimate`."""
        with self._database.reading() as connection:
            return sampling.sampled(connection, run_ids)

    # --- for people who look something up ---

    def items(self, document_id: str, page: int | None = None) -> list[StoredItem]:
        """Return the strings of a document, of one page or of all; none for a document that is not there."""
        values = {"document_id": document_id, "page": page}
        with self._database.reading() as connection:
            found = rows(connection, "document_items", values, {"quad_px": Json, "meaning": Json})
        return [StoredItem(**{**row, "quad_px": tuple((x, y) for x, y in row["quad_px"])}) for row in found]

    def result(self, document_id: str) -> Result:
        """Return a document as the result that it was loaded from. Raises WarehouseError if there is none."""
        with self._database.reading() as connection:
            return result_of(connection, document_id)

    def documents_of(self, drawing_id: str) -> list[StoredDocument]:
        """Return the newest reading of a drawing's file; none if it is not there."""
        with self._database.reading() as connection:
            found = rows(connection, "drawing_documents", {"drawing_id": drawing_id})
        return [StoredDocument(**row) for row in found]

    def settled_drawings(self) -> list[SettledDrawing]:
        """Return the current drawings that are rejected, and those loaded in a later revision too, by drawing id."""
        moments = {"decided_at": UtcDateTime, "superseded_at": UtcDateTime}
        with self._database.reading() as connection:
            return [SettledDrawing(**row) for row in rows(connection, "settled_drawings", {}, moments)]

    def _of_runs(
        self,
        name: str,
        run_ids: Sequence[str],
        types: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Sequence[sa.RowMapping]:
        with self._database.reading() as connection:
            return rows(connection, name, {"run_ids": list(run_ids), **(values or {})}, types)


def _dated(connection: sa.Connection, name: str, nights: Mapping[str, date]) -> Sequence[sa.RowMapping]:
    return rows(connection, name, nights, {"night": sa.Date()} if name == "nights" else None)


def _summary(run: sa.RowMapping, states: Sequence[sa.RowMapping], stages: Sequence[sa.RowMapping]) -> RunSummary:
    def of(state: str) -> dict[str, int]:
        return {row["reason"] or "": row["drawings"] for row in states if row["state"] == state}

    seconds = dict.fromkeys(sorted({row["stage"] for row in stages}, key=stage_order), 0.0)
    for row in stages:
        seconds[row["stage"]] += row["seconds"]
    if run["load_seconds"] is not None:
        seconds["load"] = run["load_seconds"]
    pages = sum(row["pages"] for row in states)
    ocr_strings = sum(row["ocr_strings"] for row in states)
    return RunSummary(
        run_id=run["run_id"],
        state=run["state"],
        started_at=run["started_at"],
        finished_at=run["finished_at"],
        drawings=sum(row["drawings"] for row in states),
        loaded=sum(of("loaded").values()),
        quarantined=sum(of("quarantined").values()),
        rejected=sum(of("rejected").values()),
        rejected_by_reason=of("rejected"),
        quarantined_by_reason=of("quarantined"),
        pages=pages,
        strings=sum(row["strings"] for row in states),
        mean_confidence=sum(row["confidence_sum"] or 0.0 for row in states) / ocr_strings if ocr_strings else None,
        seconds_by_stage=seconds,
        seconds_a_page=sum(seconds.values()) / pages if pages else None,
    )

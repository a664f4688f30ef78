"""Writes a batch: all of its drawings, or none. What did not change is not touched."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from drawing_etl.warehouse import queries, tables
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.errors import LoadRefused
from drawing_etl.warehouse.records import Arrival, LoadCounts, RunRecord, RunState
from drawing_etl.warehouse.review_tables import review_samples
from drawing_etl.warehouse.rows import DocumentRows, Row, batch_id, batch_rates, mean
from drawing_etl.warehouse.sampling import drawn
from drawing_etl.warehouse.values import storable, storable_json

T = TypeVar("T")
CHUNK = 500
"""Values in one IN list: SQLite allows some thousand parameters."""


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give the values in lists that fit into one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def load_documents(
    database: Database,
    run_id: str,
    documents: Iterable[DocumentRows],
    clock: Callable[[], datetime],
    low_confidence: float,
    sample_rate: float = 0.0,
) -> LoadCounts:
    """Load a batch in one transaction, and draw some of what passed for a review.

    Raises LoadRefused for a run that was not started or a clash of ids.
    """
    by_id = {document.document_id: document for document in documents}
    batch = [by_id[identity] for identity in sorted(by_id)]
    began = time.perf_counter()
    with _refusing_contradictions(), database.writing() as connection:
        if connection.scalar(sa.select(tables.runs.c.run_id).where(tables.runs.c.run_id == run_id)) is None:
            raise LoadRefused(f"run {run_id!r} is not in the database. Remedy: start_run before its batches are loaded")
        known = _known(connection, batch)
        new = [document for document in batch if document.document_id not in known]
        changed = [
            document for document in batch if known.get(document.document_id, document.digest) != document.digest
        ]
        put(connection, tables.weights, [row for document in batch for row in document.weights])
        _write_documents(connection, run_id, new, changed, clock())
        _write_run(connection, run_id, batch, clock(), time.perf_counter() - began, low_confidence)
        put(connection, review_samples, drawn(run_id, batch, sample_rate, clock()), keep=("drawn_at", "rate"))
    states = Counter(document.state for document in batch)
    return LoadCounts(
        inserted=len(new),
        updated=len(changed),
        unchanged=len(batch) - len(new) - len(changed),
        loaded=states["loaded"],
        quarantined=states["quarantined"],
        rejected=states["rejected"],
        pages=sum(document.document["pages"] for document in batch),
        strings=sum(len(document.items) for document in batch),
    )


@contextmanager
def _refusing_contradictions() -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise LoadRefused(
            f"a drawing's results contradict each other: {error.orig}. "
            "Remedy: a stage wrote something twice: remove the drawing's workdir and read it again"
        ) from error


def _known(connection: sa.Connection, batch: Sequence[DocumentRows]) -> dict[str, str]:
    """Return the content digests of those documents that stand in the database already."""
    shas = {document.document_id: document.document["sha256"] for document in batch}
    columns = tables.documents.c
    found: dict[str, str] = {}
    for some in chunks(sorted(shas)):
        query = sa.select(columns.document_id, columns.sha256, columns.content_digest)
        for identity, sha256, digest in connection.execute(query.where(columns.document_id.in_(some))):
            if sha256 != shas[identity]:
                raise LoadRefused(
                    f"{identity}: two different files share the first 64 bits of their sha256. "
                    "Remedy: take the newer one out of the inbox, and find out who made it"
                )
            found[identity] = digest
    return found


def _write_documents(
    connection: sa.Connection,
    run_id: str,
    new: Sequence[DocumentRows],
    changed: Sequence[DocumentRows],
    now: datetime,
) -> None:
    written = [*new, *changed]
    files = sorted({document.document["sha256"] for document in written})
    numbers = numbers_of(connection, files)
    for some in chunks([document.document_id for document in changed]):
        for table in tables.OF_DOCUMENT:
            connection.execute(table.delete().where(table.c.document_id.in_(some)))
    put(
        connection,
        tables.documents,
        [
            {
                **document.document,
                "content_digest": document.digest,
                "run_id": run_id,
                "loaded_at": now,
                "is_current": False,
                "is_newest_revision": False,
            }
            for document in written
        ],
    )
    for table in tables.OF_DOCUMENT:
        rows = [row for document in written for row in document.of_document.get(table.name, ())]
        if rows:
            connection.execute(table.insert(), rows)
    mark_newest(connection, files, numbers | numbers_of(connection, files))


def numbers_of(connection: sa.Connection, files: Sequence[str]) -> set[str]:
    """Return the drawing numbers, as they are compared, that any reading of these files (sha256) has."""
    return {
        row["number_key"]
        for some in chunks(files)
        for row in queries.rows(connection, "numbers_of_files", {"sha256s": list(some)})
    }


def mark_newest(connection: sa.Connection, files: Sequence[str], numbers: Collection[str]) -> None:
    """Say anew which readings of these files are current, and which files are the newest of these drawing numbers.

    Their comparisons with what is no revision of theirs any more are removed.
    """
    for some in chunks(files):
        queries.change(connection, "mark_current", {"sha256s": list(some)})
        queries.change(connection, "mark_unnumbered", {"sha256s": list(some)})
        queries.change(connection, "forget_comparisons", {"sha256s": list(some)})
    for some in chunks(sorted(numbers)):
        queries.change(connection, "mark_newest", {"number_keys": list(some)})


def _write_run(
    connection: sa.Connection,
    run_id: str,
    batch: Sequence[DocumentRows],
    now: datetime,
    seconds: float,
    low_confidence: float,
) -> None:
    identity = batch_id(run_id, batch)
    rates = asdict(batch_rates(batch, low_confidence))
    columns = tables.batches.c
    same = sa.and_(columns.batch_id == identity, *(columns[name].is_not_distinct_from(v) for name, v in rates.items()))
    if connection.scalar(sa.select(columns.batch_id).where(same)) is None:
        row = {"batch_id": identity, "run_id": run_id, "load_seconds": seconds, "loaded_at": now, **rates}
        put(connection, tables.batches, [row])
    put(
        connection,
        tables.run_documents,
        [
            {
                "run_id": run_id,
                "document_id": document.document_id,
                "batch_id": identity,
                "state": document.state,
                "reason": document.reason,
                "pages": document.document["pages"],
                "strings": len(document.items),
                "ocr_strings": len(document.ocr_confidences),
                "mean_confidence": mean(document.ocr_confidences),
            }
            for document in batch
        ],
    )
    put(
        connection,
        tables.stage_reports,
        [{"run_id": run_id, **row} for document in batch for row in document.stage_reports],
    )


def start_run(database: Database, run: RunRecord) -> None:
    """Write that a run goes on. One that is known keeps when it was first started."""
    row: Row = {**asdict(run), "params": storable_json(run.params), "state": "running", "finished_at": None}
    row["night"] = (run.interval_end or run.started_at).astimezone(UTC).date()
    with database.writing() as connection:
        put(connection, tables.runs, [row], keep=("started_at", "night"))


def finish_run(database: Database, run_id: str, state: RunState, now: datetime) -> None:
    """Write how a run ended. Raises LoadRefused for a run that was not started."""
    query = tables.runs.update().where(tables.runs.c.run_id == run_id).values(state=state, finished_at=now)
    with database.writing() as connection:
        if connection.execute(query).rowcount != 1:
            raise LoadRefused(f"run {run_id!r} is not in the database. Remedy: start_run before finish_run")


def remember_arrivals(database: Database, arrivals: Iterable[Arrival], now: datetime) -> None:
    """Write what lay in the inbox: the same path with other bytes is another arrival."""
    rows = {
        (path_digest(arrival.path), arrival.sha256): {
            "path_digest": path_digest(arrival.path),
            "sha256": arrival.sha256,
            "path": storable(arrival.path),
            "size_bytes": arrival.size_bytes,
            "mtime_ns": arrival.mtime_ns,
            "first_seen": now,
            "last_seen": now,
        }
        for arrival in arrivals
    }
    if rows:
        with database.writing() as connection:
            put(connection, tables.arrivals, [rows[name] for name in sorted(rows)], keep=("first_seen",))


def path_digest(path: str) -> str:
    """Return the key of a path: of fixed length, whatever characters the path has."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def put(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]], keep: Sequence[str] = ()) -> None:
    """Insert rows; one whose key is there replaces what it says, but for the columns in KEEP."""
    if not rows:
        return
    insert = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    statement: Any = insert(table)
    own = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in own and name not in keep}
    connection.execute(statement.on_conflict_do_update(index_elements=own, set_=changes), rows)

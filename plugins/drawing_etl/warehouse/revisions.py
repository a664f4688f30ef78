"""Which revisions are to be compared, and what differs between them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from drawing_etl.warehouse import queries
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.load import chunks
from drawing_etl.warehouse.records import RevisionChange, RevisionComparison
from drawing_etl.warehouse.revision_tables import revision_changes, revision_comparisons
from drawing_etl.warehouse.schema import Json
from drawing_etl.warehouse.values import key, storable, storable_json
from ocr_tasks.handover.comparison import Change, Comparison


@dataclass(frozen=True, slots=True)
class RevisionPair:
    """Two documents to compare, each with the digest of what it holds now."""

    old_document_id: str
    new_document_id: str
    old_digest: str
    new_digest: str


def to_compare(connection: sa.Connection, document_ids: Sequence[str]) -> list[RevisionPair]:
    """Return each of these documents with its neighbour in revision, unless they were compared as they are."""
    found = {
        RevisionPair(**row)
        for some in chunks(sorted(document_ids))
        for row in queries.rows(connection, "revisions_to_compare", {"document_ids": list(some)})
    }
    return sorted(found, key=lambda pair: (pair.old_document_id, pair.new_document_id))


def store(database: Database, run_id: str, pair: RevisionPair, comparison: Comparison, now: datetime) -> None:
    """Write a comparison in one transaction, in place of an earlier one of the same documents."""
    ids = {"old_document_id": pair.old_document_id, "new_document_id": pair.new_document_id}
    compared = revision_comparisons
    changes = [{**ids, "position": place, **_row(change)} for place, change in enumerate(comparison.changes)]
    with database.writing() as connection:
        connection.execute(
            compared.delete().where(
                compared.c.old_document_id == pair.old_document_id, compared.c.new_document_id == pair.new_document_id
            )
        )  # its changes go with it
        connection.execute(
            compared.insert().values(
                **ids,
                old_digest=pair.old_digest,
                new_digest=pair.new_digest,
                run_id=run_id,
                compared_at=now,
                same=comparison.same,
                added=comparison.count("added"),
                removed=comparison.count("removed"),
                changed=comparison.count("changed"),
            )
        )
        if changes:
            connection.execute(revision_changes.insert(), changes)


def of_runs(
    connection: sa.Connection, run_ids: Sequence[str], limit: int, changes_of_each: int
) -> list[RevisionComparison]:
    """Return what these runs found between revisions, the drawings with most changes first."""
    values = {"run_ids": list(run_ids)}
    changes: dict[tuple[str, str], list[RevisionChange]] = defaultdict(list)
    types = {"fields": Json, "doubtful": sa.Boolean()}
    for row in queries.rows(connection, "revision_changes", {**values, "position_limit": changes_of_each}, types):
        plain = dict(row)
        pair = plain.pop("old_document_id"), plain.pop("new_document_id")
        changes[pair].append(RevisionChange(**plain))
    return [
        RevisionComparison(**row, changes=tuple(changes[row["old_document_id"], row["new_document_id"]]))
        for row in queries.rows(connection, "revision_comparisons", {**values, "row_limit": limit})
    ]


def _row(change: Change) -> dict[str, object]:
    return {
        "what": change.what,
        "change": change.change,
        "zone": key(change.zone),
        "old_text": storable(change.old) if change.old is not None else None,
        "new_text": storable(change.new) if change.new is not None else None,
        "old_page": change.old_page,
        "new_page": change.new_page,
        "old_quads_px": storable_json(change.old_quads),
        "new_quads_px": storable_json(change.new_quads),
        "fields": storable_json([field.model_dump() for field in change.fields]),
        "doubtful": change.doubtful,
    }

"""Which drawings that passed the gate are looked at by a person all the same, and what came of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from drawing_etl.warehouse.queries import rows
from drawing_etl.warehouse.review_tables import review_decisions, review_samples
from drawing_etl.warehouse.rows import DocumentRows
from drawing_etl.warehouse.tables import documents


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledDrawing:
    """A drawing that was drawn, with the chance that it had, and what a person said of it (None: not yet).

    `strings` are those that were loaded, `wrong` those that the reviewer changed or took away, `missed` those added.
    """

    run_id: str
    document_id: str
    rate: float
    strings: int
    action: Literal["approved", "corrected", "rejected"] | None
    wrong: int
    missed: int


def is_drawn(run_id: str, drawing_id: str, rate: float) -> bool:
    """Say whether a drawing is drawn in a run: a chance of RATE, and the same answer whenever it is asked again."""
    digest = hashlib.sha256(f"{run_id} {drawing_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < rate * 2**64


def drawn(run_id: str, batch: Sequence[DocumentRows], rate: float, now: datetime) -> list[dict[str, Any]]:
    """Return the rows of `review_samples` for the drawings of a batch that passed and are drawn."""
    return [
        {
            "run_id": run_id,
            "document_id": document.document_id,
            "content_digest": document.digest,
            "rate": rate,
            "strings": len(document.items),
            "drawn_at": now,
        }
        for document in batch
        if document.state == "loaded" and is_drawn(run_id, document.document["drawing_id"], rate)
    ]


def waits(connection: sa.Connection, document_id: str) -> bool:
    """Say whether a loaded drawing was drawn and nobody has looked at it, as it is now, yet."""
    open_sample = sa.and_(
        documents.c.document_id == document_id,
        documents.c.state == "loaded",
        review_samples.c.content_digest == documents.c.content_digest,
    )
    decided = sa.exists().where(
        review_decisions.c.document_id == documents.c.document_id,
        review_decisions.c.content_digest == documents.c.content_digest,
    )
    query = (
        sa.select(sa.literal(1))
        .select_from(documents.join(review_samples, review_samples.c.document_id == documents.c.document_id))
        .where(open_sample, ~decided)
    )
    return connection.execute(query).first() is not None


def sampled(connection: sa.Connection, run_ids: Sequence[str]) -> list[SampledDrawing]:
    """Return the drawings that were drawn in these runs."""
    return [SampledDrawing(**row) for row in rows(connection, "sampled_drawings", {"run_ids": list(run_ids)})]

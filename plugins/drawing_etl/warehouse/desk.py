"""The desk: the door to the database for people who look a drawing up, or decide about one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from drawing_etl.warehouse import tables
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.dossier import Dossier, dossier
from drawing_etl.warehouse.queries import rows
from drawing_etl.warehouse.records import DrawingState, FoundDrawing
from drawing_etl.warehouse.review import Review, decide
from drawing_etl.warehouse.review_tables import review_decisions
from drawing_etl.warehouse.schema import UtcDateTime
from drawing_etl.warehouse.values import literal

BEGINNING, END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""A day inside what every database holds, in whatever time zone it shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDrawing:
    """A drawing that waits for a person, with the first of the expectations that it did not meet.

    One that was drawn at random met all of them: its `reasons` are 0, its `expectation` is `drawn_at_random`.
    """

    document_id: str
    drawing_id: str
    drawing_number: str | None
    title: str | None
    revision: str | None
    original_name: str
    arrived_at: datetime
    pages: int
    strings: int
    reasons: int
    expectation: str | None
    message: str | None


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """The database at an address, as `Warehouse` takes it. Every method may raise WarehouseError."""

    def __init__(self, address: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = Database(address)
        self._clock = clock

    def search(
        self,
        words: str = "",
        *,
        revision: str = "",
        state: DrawingState | None = None,
        arrived_from: datetime = BEGINNING,
        arrived_before: datetime = END,
        limit: int = 50,
        offset: int = 0,
    ) -> list[FoundDrawing]:
        """Return current drawings, the newest first: WORDS in number, title or name, REVISION as a whole, any case."""
        values = {
            "pattern": f"%{literal(words.lower())}%" if words else None,
            "revision": revision.lower() or None,
            "state": state,
            "arrived_from": arrived_from,
            "arrived_before": arrived_before,
            "row_limit": limit,
            "row_offset": offset,
        }
        types = {"arrived_at": UtcDateTime, "is_newest_revision": sa.Boolean()}
        with self._database.reading() as connection:
            return [FoundDrawing(**row) for row in rows(connection, "search_drawings", values, types)]

    def dossier(self, document_id: str) -> Dossier | None:
        """Return all that belongs to a drawing, but for its strings; None for one that is not there."""
        with self._database.reading() as connection:
            return dossier(connection, document_id)

    def queue(self, limit: int = 50, offset: int = 0) -> list[WaitingDrawing]:
        """Return the drawings in quarantine and those drawn at random, the longest waiting first."""
        with self._database.reading() as connection:
            found = rows(
                connection, "review_queue", {"row_limit": limit, "row_offset": offset}, {"arrived_at": UtcDateTime}
            )
        return [WaitingDrawing(**row) for row in found]

    def stamp(self) -> str:
        """Return a text that changes with every batch loaded, run ended and decision made."""
        query = sa.select(
            sa.select(sa.func.max(tables.batches.c.loaded_at)).scalar_subquery(),
            sa.select(sa.func.max(tables.runs.c.finished_at)).scalar_subquery(),
            sa.select(sa.func.count()).select_from(tables.runs).scalar_subquery(),
            sa.select(sa.func.count()).select_from(review_decisions).scalar_subquery(),
        )
        with self._database.reading() as connection:
            return repr(tuple(connection.execute(query).one()))

    def decide(self, review: Review) -> Dossier:
        """Write a person's decision and return the drawing as it is then: see `review.decide`."""
        return decide(self._database, review, self._clock())

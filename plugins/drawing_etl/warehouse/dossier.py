"""Everything that the database knows of one drawing, for a person who looks at it. Read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from pydantic import JsonValue

from drawing_etl.warehouse import sampling, tables
from drawing_etl.warehouse.records import DrawingState
from drawing_etl.warehouse.review_tables import review_changes, review_decisions
from drawing_etl.warehouse.values import stage_order

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A page: its raster's size in pixels, and what its sheet says of itself."""

    page: int
    width_px: int
    height_px: int
    dpi: float
    sha256: str
    size: str | None
    scale: str | None
    layer_trusted: bool | None
    layer_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedExpectation:
    """An expectation of the gate that the drawing did not meet, and the strings concerned."""

    expectation: str
    observed: JsonValue
    required: JsonValue
    message: str
    item_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the drawing's strings contradict each other in."""

    code: str
    severity: str
    message: str
    item_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleField:
    """A field of the title block."""

    field: str
    state: str
    value: str | None
    item_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRun:
    """How one stage read the drawing. `files` are those of its model weights: name -> sha256."""

    stage: str
    engine: str | None
    device: str | None
    provider: str | None
    precision: str | None
    weights_digest: str | None
    files: Mapping[str, str] | None
    seconds: float
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Why the drawing is rejected."""

    code: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a review changed: a string or a field of the title block; `after` None: it was taken away."""

    item_id: int | None
    field: str | None
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided. `number` counts the drawing's decisions from 1."""

    number: int
    decided_at: datetime
    reviewer: str
    action: Literal["approved", "corrected", "rejected"]
    comment: str
    state_before: DrawingState
    state_after: DrawingState
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The drawing's own row."""

    document_id: str
    drawing_id: str
    sha256: str
    pipeline_version: str
    original_name: str
    size_bytes: int
    arrived_at: datetime
    state: DrawingState
    drawing_number: str | None
    title: str | None
    revision: str | None
    is_current: bool
    is_newest_revision: bool
    strings: int
    mean_confidence: float | None
    layer_agreement: float | None
    content_digest: str
    run_id: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A drawing with all that belongs to it, but for its strings."""

    drawing: Header
    pages: tuple[SheetPage, ...]
    stages: tuple[StageRun, ...]
    title_block: tuple[TitleField, ...]
    reasons: tuple[FailedExpectation, ...]
    findings: tuple[Contradiction, ...]
    not_read: NotRead | None
    decisions: tuple[Decision, ...]
    waits: bool
    """For a person: it is in quarantine, or it was drawn at random and nobody has looked at it yet."""

    @property
    def seen(self) -> str:
        """Names what a reviewer looks at: another reading or another decision gives another name."""
        return f"{self.drawing.content_digest}.{len(self.decisions)}"


def dossier(connection: sa.Connection, document_id: str) -> Dossier | None:
    """Return the dossier of a document, None if it is not there."""
    documents = _rows(connection, tables.documents, Header, document_id)
    if not documents:
        return None
    rejections = _rows(connection, tables.rejections, NotRead, document_id)
    return Dossier(
        drawing=documents[0],
        pages=_rows(connection, tables.pages, SheetPage, document_id),
        stages=_stages(connection, document_id, documents[0].run_id),
        title_block=_rows(connection, tables.title_block, TitleField, document_id),
        reasons=_rows(connection, tables.quarantine_reasons, FailedExpectation, document_id),
        findings=_rows(connection, tables.findings, Contradiction, document_id),
        not_read=rejections[0] if rejections else None,
        decisions=_decisions(connection, document_id),
        waits=documents[0].state == "quarantined" or sampling.waits(connection, document_id),
    )


def _rows(connection: sa.Connection, table: sa.Table, kind: type[T], document_id: str) -> tuple[T, ...]:
    columns = [table.c[each.name] for each in fields(kind)]  # type: ignore[arg-type]  # every kind here is a dataclass
    query = sa.select(*columns).where(table.c.document_id == document_id).order_by(*table.primary_key)
    return tuple(kind(**row) for row in connection.execute(query).mappings())


def _stages(connection: sa.Connection, document_id: str, run_id: str) -> tuple[StageRun, ...]:
    reports, weights = tables.stage_reports, tables.weights
    query = (
        sa.select(
            *(reports.c[each.name] for each in fields(StageRun) if each.name != "files"),
            weights.c.files,
        )
        .select_from(reports.outerjoin(weights, weights.c.weights_digest == reports.c.weights_digest))
        .where(reports.c.document_id == document_id, reports.c.run_id == run_id)
    )
    found = [StageRun(**row) for row in connection.execute(query).mappings()]
    return tuple(sorted(found, key=lambda run: stage_order(run.stage)))


def _decisions(connection: sa.Connection, document_id: str) -> tuple[Decision, ...]:
    changes: dict[int, list[Change]] = {}
    query = (
        sa.select(review_changes)
        .where(review_changes.c.document_id == document_id)
        .order_by(*review_changes.primary_key)
    )
    for row in connection.execute(query).mappings():
        change = Change(item_id=row["item_id"], field=row["field"], before=row["before"], after=row["after"])
        changes.setdefault(row["number"], []).append(change)
    names = [each.name for each in fields(Decision) if each.name != "changes"]
    decided = (
        sa.select(*(review_decisions.c[name] for name in names))
        .where(review_decisions.c.document_id == document_id)
        .order_by(review_decisions.c.number)
    )
    rows: Any = connection.execute(decided).mappings()
    return tuple(Decision(**row, changes=tuple(changes.get(row["number"], ()))) for row in rows)

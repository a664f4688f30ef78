"""Writes what a person decides about a drawing in quarantine: rows and audit in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from drawing_etl.warehouse import tables
from drawing_etl.warehouse.checks import check, check_rows
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.dossier import Dossier, dossier
from drawing_etl.warehouse.errors import WarehouseError
from drawing_etl.warehouse.load import mark_newest, numbers_of, put
from drawing_etl.warehouse.review_tables import review_changes, review_decisions
from drawing_etl.warehouse.values import key, meaning_columns, number_key, revision_order, storable, storable_json
from ocr_tasks.contract import Quad

TITLE_FIELDS = ("drawing_number", "title", "revision")
"""The fields of the title block that a review may correct: those that a drawing is found by."""

PERSON = "person"
"""The engine of a string that a reviewer added or corrected."""
BY_PERSON: Mapping[str, Any] = {"engine": PERSON, "confidence": 1.0, "weights_digest": None}

Row = dict[str, Any]
Verdict = Literal["approve", "reject"]


class ReviewConflict(WarehouseError):
    """Someone else decided first, or the drawing was read again: nothing was written."""


class ReviewRefused(WarehouseError):
    """A decision that does not fit the drawing: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedItem:
    """What a string really says; `text` None: no such string is on the drawing."""

    item_id: int
    text: str | None
    kind: str = "text"
    meaning: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedItem:
    """A string that the reader did not find. `quad_px`: four (x, y) in page pixels, in reading order."""

    page: int
    text: str
    quad_px: Quad
    rotation_deg: float = 0.0
    kind: str = "text"
    meaning: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A decision to be written. `seen` is the `Dossier.seen` that the reviewer had on the screen.

    `fields` are those of TITLE_FIELDS that the reviewer changed; None: the drawing has no such thing.
    """

    document_id: str
    seen: str
    reviewer: str
    verdict: Verdict
    comment: str = ""
    items: Sequence[CorrectedItem] = ()
    missed: Sequence[MissedItem] = ()
    fields: Mapping[str, str | None] = field(default_factory=dict)


def decide(database: Database, review: Review, now: datetime) -> Dossier:
    """Write the decision, and return the drawing as it is then.

    An approved drawing is loaded with its corrections, a rejected one is kept with its reason. Raises ReviewConflict if
    the drawing is no longer what the reviewer saw, ReviewRefused for a drawing or a string that is not there.
    """
    with database.writing() as connection:
        found = dossier(connection, review.document_id)
        if found is None:
            raise ReviewRefused("there is no such drawing. Remedy: choose one from the queue")
        _require_unchanged(found, review)
        approved = review.verdict == "approve"
        changes: list[Row] = []
        if approved:
            next_id = _next_item_id(connection, review.document_id)
            changes += _correct_items(connection, review)
            changes += _add_items(connection, found, review, next_id)
            _count_checks(connection, review.document_id, changes)
            changes += _correct_fields(connection, found, review)
        _write_state(connection, found, review, approved)
        _write_audit(connection, found, review, changes, now)
        after = dossier(connection, review.document_id)
    assert after is not None  # noqa: S101  # it was there in this transaction
    return after


def _require_unchanged(found: Dossier, review: Review) -> None:
    if found.seen != review.seen and found.decisions:
        last = found.decisions[-1]
        raise ReviewConflict(
            f"{last.reviewer} decided first: {last.action} on {last.decided_at:%d %B %Y at %H:%M} UTC. "
            "Remedy: look at the drawing as it is now; nothing of yours was written"
        )
    if found.seen != review.seen:
        raise ReviewConflict("the drawing was read again meanwhile. Remedy: look at the new reading and decide anew")
    if not found.waits:
        raise ReviewConflict(f"the drawing is {found.drawing.state}: it does not wait for a decision")


def _correct_items(connection: sa.Connection, review: Review) -> list[Row]:
    columns = tables.items.c
    changes: list[Row] = []
    for correction in review.items:
        here = sa.and_(columns.document_id == review.document_id, columns.item_id == correction.item_id)
        query = sa.select(columns.kind, columns.text, columns.meaning, columns.source, columns.confidence).where(here)
        before = connection.execute(query).mappings().first()
        if before is None:
            raise ReviewRefused(f"the drawing has no string {correction.item_id}. Remedy: load the page again")
        if correction.text is None:
            connection.execute(tables.items.delete().where(here))
            after = None
        else:
            meaning = storable_json(correction.meaning)
            after = {"kind": key(correction.kind) or "text", "text": storable(correction.text), "meaning": meaning}
            values = {**after, **meaning_columns(correction.meaning), **BY_PERSON}
            connection.execute(tables.items.update().where(here).values(**values))
        changes.append({"item_id": correction.item_id, "field": None, "before": dict(before), "after": after})
    removed = sum(correction.text is None for correction in review.items)
    if removed:
        documents = tables.documents
        connection.execute(
            documents.update()
            .where(documents.c.document_id == review.document_id)
            .values(strings=documents.c.strings - removed)
        )
    return changes


def _add_items(connection: sa.Connection, found: Dossier, review: Review, next_id: int) -> list[Row]:
    """Add the strings that the reader missed, numbered from NEXT_ID."""
    if not review.missed:
        return []
    sizes = {page.page: (page.width_px, page.height_px) for page in found.pages}
    changes: list[Row] = []
    for item_id, missed in enumerate(review.missed, start=next_id):
        across, down = zip(*missed.quad_px, strict=True)
        width, height = sizes.get(missed.page, (0, 0))
        on_page = 0 <= min(across) < max(across) <= width and 0 <= min(down) < max(down) <= height
        if not on_page or not missed.text.strip():
            raise ReviewRefused("a string was added without text, or outside its page. Remedy: place it on the sheet")
        meaning = storable_json(missed.meaning)
        after = {"kind": key(missed.kind) or "text", "text": storable(missed.text), "meaning": meaning}
        place = {"page": missed.page, "quad_px": [list(corner) for corner in missed.quad_px]}
        row = {
            **after,
            **place,
            **meaning_columns(missed.meaning),
            "document_id": review.document_id,
            "item_id": item_id,
            "raw_text": after["text"],
            "source": "ocr",
            **BY_PERSON,
            "left_px": min(across),
            "top_px": min(down),
            "right_px": max(across),
            "bottom_px": max(down),
            "rotation_deg": missed.rotation_deg,
            "parts": [],
        }
        connection.execute(tables.items.insert().values(**row))
        changes.append({"item_id": item_id, "field": None, "before": None, "after": {**after, **place}})
    documents = tables.documents
    connection.execute(
        documents.update()
        .where(documents.c.document_id == review.document_id)
        .values(strings=documents.c.strings + len(changes))
    )
    return changes


def _next_item_id(connection: sa.Connection, document_id: str) -> int:
    """Return the number after those of all strings that the document ever had."""
    known = [
        connection.scalar(sa.select(sa.func.max(table.c.item_id)).where(table.c.document_id == document_id))
        for table in (tables.items, review_changes)
    ]
    return max((number for number in known if number is not None), default=-1) + 1


def _count_checks(connection: sa.Connection, document_id: str, changes: Sequence[Row]) -> None:
    """Count what OCR read of this drawing against what the reviewer left, in place of an earlier review's count."""
    columns = tables.items.c
    untouched = sa.select(columns.kind, columns.text, columns.confidence).where(
        columns.document_id == document_id, columns.source == "ocr", columns.engine != PERSON
    )
    checks = [check(kind, text, text, confidence) for kind, text, confidence in connection.execute(untouched)]
    for change in changes:
        before, after = change["before"], change["after"]
        if before is None:
            checks.append(check(after["kind"], after["text"], None, None))
        elif before["source"] == "ocr":
            right = after or {"kind": before["kind"], "text": ""}
            checks.append(check(right["kind"], right["text"], before["text"], before["confidence"]))
    for table in (tables.reading_checks, tables.reading_confusions):
        connection.execute(table.delete().where(table.c.document_id == document_id, table.c.truth == "review"))
        rows = check_rows(checks, "review")[table.name]
        if rows:
            connection.execute(table.insert(), [{"document_id": document_id, **row} for row in rows])


def _correct_fields(connection: sa.Connection, found: Dossier, review: Review) -> list[Row]:
    if unknown := set(review.fields) - set(TITLE_FIELDS):
        raise ReviewRefused(f"no such field of the title block: {', '.join(sorted(unknown))}")
    corrected = {name: key(value) for name, value in review.fields.items()}
    if not corrected:
        return []
    drawing = found.drawing
    before = {name: getattr(drawing, name) for name in corrected}
    values: Row = dict(corrected)
    if "drawing_number" in corrected:
        values["number_key"] = number_key(corrected["drawing_number"])
    if "revision" in corrected:
        values["revision_scheme"], values["revision_order"] = revision_order(corrected["revision"])
    numbers = numbers_of(connection, [drawing.sha256])
    documents = tables.documents
    connection.execute(documents.update().where(documents.c.document_id == drawing.document_id).values(**values))
    mark_newest(connection, [drawing.sha256], numbers | numbers_of(connection, [drawing.sha256]))
    items = {each.field: each.item_ids for each in found.title_block}
    put(
        connection,
        tables.title_block,
        [
            {
                "document_id": drawing.document_id,
                "field": name,
                "state": "absent" if value is None else "read",
                "value": value,
                "item_ids": items.get(name, []),
            }
            for name, value in corrected.items()
        ],
    )
    return [
        {"item_id": None, "field": name, "before": before[name], "after": value} for name, value in corrected.items()
    ]


def _write_state(connection: sa.Connection, found: Dossier, review: Review, approved: bool) -> None:
    documents = tables.documents
    connection.execute(
        documents.update()
        .where(documents.c.document_id == review.document_id)
        .values(state="loaded" if approved else "rejected")
    )
    if not approved:
        message = storable(review.comment) or "a person looked at it and rejected it"
        row = {"document_id": review.document_id, "code": "by_reviewer", "stage": "review", "message": message}
        put(connection, tables.rejections, [row])


def _write_audit(
    connection: sa.Connection, found: Dossier, review: Review, changes: Sequence[Row], now: datetime
) -> None:
    key_of = {"document_id": review.document_id, "number": len(found.decisions) + 1}
    approved = review.verdict == "approve"
    row = {
        **key_of,
        "decided_at": now,
        "reviewer": storable(review.reviewer),
        "action": ("corrected" if changes else "approved") if approved else "rejected",
        "comment": storable(review.comment),
        "content_digest": found.drawing.content_digest,
        "state_before": found.drawing.state,
        "state_after": "loaded" if approved else "rejected",
    }
    connection.execute(review_decisions.insert().values(**row))
    if changes:
        connection.execute(
            review_changes.insert(),
            [{**key_of, "position": position, **change} for position, change in enumerate(changes)],
        )

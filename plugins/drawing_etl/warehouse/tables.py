"""The tables, as SQLAlchemy knows them. The migrations in sql/ make them; a test holds the two equal.

A *document* is one drawing (its bytes) read by one version of the pipeline. Its id follows from both, so that a rerun
meets its own rows. Ids and sort keys compare byte by byte on every database. Times are UTC. Coordinates are page
pixels, origin top-left, y down.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA_REVISION = "0009"
"""The newest migration: what this code needs."""

MAX_KEY = 200
"""Characters of a string that is searched by: PostgreSQL indexes no more than some 2,700 bytes."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC out, on databases with and without time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Real: sa.Double[float] = sa.Double()

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _of_document() -> sa.Column[Any]:
    return sa.Column(
        "document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True, nullable=False
    )


def _key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


runs = sa.Table(
    "runs",
    metadata,
    _key("run_id", Key),
    _column("trigger", sa.Text),
    _column("pipeline_version", Key),
    sa.Column("interval_start", UtcDateTime),
    sa.Column("interval_end", UtcDateTime),
    _column("params", Json),
    _column("state", sa.Text),
    _column("night", sa.Date),
    _column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.CheckConstraint("state IN ('running', 'success', 'failed')", name="state"),
    sa.Index(None, "night"),
    sa.Index(None, "started_at"),
)

documents = sa.Table(
    "documents",
    metadata,
    _key("document_id", Key),
    _column("drawing_id", Key),
    _column("sha256", Key),
    _column("pipeline_version", Key),
    _column("pipeline_order", Key),
    _column("original_name", sa.Text),
    _column("size_bytes", sa.BigInteger),
    _column("arrived_at", UtcDateTime),
    _column("state", sa.Text),
    sa.Column("drawing_number", sa.Text),
    sa.Column("number_key", Key),
    sa.Column("title", sa.Text),
    sa.Column("revision", sa.Text),
    _column("revision_scheme", sa.Text),
    _column("revision_order", Key),
    sa.Column("sheet_number", sa.Integer),
    _column("is_current", sa.Boolean),
    _column("is_newest_revision", sa.Boolean),
    _column("pages", sa.Integer),
    _column("strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.Column("layer_agreement", Real),
    _column("options", Json),
    _column("content_digest", Key),
    _column("run_id", Key, sa.ForeignKey("runs.run_id")),
    _column("loaded_at", UtcDateTime),
    sa.UniqueConstraint("sha256", "pipeline_version"),
    sa.CheckConstraint("state IN ('loaded', 'quarantined', 'rejected')", name="state"),
    sa.Index(None, "drawing_id"),
    sa.Index(None, "number_key", "revision_order"),
    sa.Index(None, "state", "arrived_at"),
    sa.Index(None, "arrived_at"),
)

arrivals = sa.Table(
    "arrivals",
    metadata,
    _key("path_digest", Key),
    _key("sha256", Key),
    _column("path", sa.Text),
    _column("size_bytes", sa.BigInteger),
    _column("mtime_ns", sa.BigInteger),
    _column("first_seen", UtcDateTime),
    _column("last_seen", UtcDateTime),
    sa.Index(None, "sha256"),
)

pages = sa.Table(
    "pages",
    metadata,
    _of_document(),
    _key("page", sa.Integer),
    _column("width_px", sa.Integer),
    _column("height_px", sa.Integer),
    _column("dpi", Real),
    _column("rotation", sa.Integer),
    _column("sha256", Key),
    sa.Column("layer_strings", sa.Integer),
    sa.Column("layer_trusted", sa.Boolean),
    sa.Column("layer_reason", sa.Text),
    sa.Column("size", sa.Text),
    sa.Column("scale", sa.Text),
    sa.Column("projection", sa.Text),
    sa.Column("sheet_of", sa.Text),
)

weights = sa.Table(
    "weights",
    metadata,
    _key("weights_digest", Key),
    _column("engine", sa.Text),
    _column("files", Json),
)

items = sa.Table(
    "items",
    metadata,
    _of_document(),
    _key("item_id", sa.Integer),
    _column("page", sa.Integer),
    sa.Column("zone", sa.Text),
    _column("kind", Key),
    _column("text", sa.Text),
    _column("raw_text", sa.Text),
    _column("source", sa.Text),
    sa.Column("other_text", sa.Text),
    sa.Column("other_confidence", Real),
    _column("confidence", Real),
    _column("engine", sa.Text),
    sa.Column("weights_digest", Key, sa.ForeignKey("weights.weights_digest")),
    _column("quad_px", Json),
    _column("left_px", Real),
    _column("top_px", Real),
    _column("right_px", Real),
    _column("bottom_px", Real),
    _column("rotation_deg", Real),
    _column("parts", Json),
    # what it means, for queries; `meaning` has all of it
    sa.Column("value_kind", Key),
    sa.Column("quantity", sa.Integer),
    sa.Column("nominal", Real),
    sa.Column("upper_limit", Real),
    sa.Column("lower_limit", Real),
    sa.Column("upper_deviation", Real),
    sa.Column("lower_deviation", Real),
    sa.Column("unit", sa.Text),
    sa.Column("fit", sa.Text),
    sa.Column("angle", Real),
    sa.Column("depth", Real),
    sa.Column("reference", sa.Boolean),
    sa.Column("basic", sa.Boolean),
    sa.Column("inherited", sa.Text),
    sa.Column("thread_standard", Key),
    sa.Column("thread_size", Key),
    sa.Column("thread_pitch", Real),
    sa.Column("thread_class", sa.Text),
    sa.Column("thread_hand", sa.Text),
    sa.Column("thread_length", Real),
    sa.Column("gdt_characteristic", Key),
    sa.Column("gdt_zone", sa.Text),
    sa.Column("gdt_value", Real),
    sa.Column("gdt_datums", sa.Text),
    sa.Column("roughness_parameter", sa.Text),
    sa.Column("roughness_value", Real),
    sa.Column("meaning", Json),
    sa.CheckConstraint("source IN ('ocr', 'vector')", name="source"),
    sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    sa.Index(
        None,
        "value_kind",
        "nominal",
        sqlite_where=sa.text("value_kind IS NOT NULL"),
        postgresql_where=sa.text("value_kind IS NOT NULL"),
    ),
    sa.Index(
        None,
        "thread_standard",
        "thread_size",
        sqlite_where=sa.text("thread_standard IS NOT NULL"),
        postgresql_where=sa.text("thread_standard IS NOT NULL"),
    ),
    sa.Index(
        None,
        "gdt_characteristic",
        "gdt_value",
        sqlite_where=sa.text("gdt_characteristic IS NOT NULL"),
        postgresql_where=sa.text("gdt_characteristic IS NOT NULL"),
    ),
)

item_figures = sa.Table(
    "item_figures",
    metadata,
    _of_document(),
    _key("kind", Key),
    _key("source", Key),
    _key("confidence_bin", sa.Integer),
    _column("strings", sa.Integer),
    _column("with_meaning", sa.Integer),
    _column("confidence_sum", Real),
)
"""Strings counted by kind, source and confidence (bin n of 20: [n/20, (n+1)/20)), so that reports need no scan."""

title_block = sa.Table(
    "title_block",
    metadata,
    _of_document(),
    _key("field", Key),
    _column("state", sa.Text),
    sa.Column("value", sa.Text),
    _column("item_ids", Json),
    sa.CheckConstraint("state IN ('read', 'unread', 'absent')", name="state"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    _of_document(),
    _key("position", sa.Integer),
    sa.Column("revision", sa.Text),
    sa.Column("date", sa.Text),
    sa.Column("description", sa.Text),
    _column("fields", Json),
)

parts = sa.Table(
    "parts",
    metadata,
    _of_document(),
    _key("position", sa.Integer),
    sa.Column("item", sa.Text),
    sa.Column("part_number", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("quantity", sa.Text),
    sa.Column("material", sa.Text),
    _column("fields", Json),
)

notes = sa.Table(
    "notes",
    metadata,
    _of_document(),
    _key("position", sa.Integer),
    _column("text", sa.Text),
)

findings = sa.Table(
    "findings",
    metadata,
    _of_document(),
    _key("position", sa.Integer),
    _column("code", Key),
    _column("severity", sa.Text),
    _column("message", sa.Text),
    _column("item_ids", Json),
    sa.CheckConstraint("severity IN ('error', 'warning', 'info')", name="severity"),
    sa.Index(None, "code"),
)

rejections = sa.Table(
    "rejections",
    metadata,
    _of_document(),
    _column("code", Key),
    _column("stage", sa.Text),
    _column("message", sa.Text),
    sa.Index(None, "code"),
)

quarantine_reasons = sa.Table(
    "quarantine_reasons",
    metadata,
    _of_document(),
    _key("position", sa.Integer),
    _column("expectation", Key),
    sa.Column("observed", Json),
    sa.Column("required", Json),
    _column("message", sa.Text),
    _column("item_ids", Json),
    sa.Index(None, "expectation"),
)

reading_checks = sa.Table(
    "reading_checks",
    metadata,
    _of_document(),
    _key("truth", Key),
    _key("kind", Key),
    _key("confidence_bin", sa.Integer),
    _column("strings", sa.Integer),
    _column("exact", sa.Integer),
    _column("characters", sa.Integer),
    _column("edits", sa.Integer),
    sa.CheckConstraint("truth IN ('layer', 'review')", name="truth"),
)
"""What OCR read against a truth, counted: strings, those read exactly, characters of the truth, edits between the two.

The truth is the file's own text layer where it can be trusted, or a person's review. Bin -1: nothing was read.
"""

reading_confusions = sa.Table(
    "reading_confusions",
    metadata,
    _of_document(),
    _key("truth", Key),
    _key("wanted", Key),
    _key("got", Key),
    _column("times", sa.Integer),
)
"""Pieces of strings that were read as something else; an empty one stands for nothing."""

OF_DOCUMENT = (
    pages,
    items,
    item_figures,
    title_block,
    revisions,
    parts,
    notes,
    findings,
    rejections,
    quarantine_reasons,
    reading_checks,
    reading_confusions,
)
"""What belongs to a document and is replaced with it."""

batches = sa.Table(
    "batches",
    metadata,
    _key("batch_id", Key),
    _column("run_id", Key, sa.ForeignKey("runs.run_id")),
    _column("drawings", sa.Integer),
    _column("pages", sa.Integer),
    _column("strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.Column("share_low", Real),
    sa.Column("agreement", Real),
    sa.Column("diameter_share", Real),
    _column("rejected_share", Real),
    _column("quarantined_share", Real),
    _column("load_seconds", Real),
    _column("loaded_at", UtcDateTime),
    sa.Index(None, "loaded_at"),
    sa.Index(None, "run_id"),
)

run_documents = sa.Table(
    "run_documents",
    metadata,
    _key("run_id", Key),
    _of_document(),
    _column("batch_id", Key, sa.ForeignKey("batches.batch_id")),
    _column("state", sa.Text),
    sa.Column("reason", Key),
    _column("pages", sa.Integer),
    _column("strings", sa.Integer),
    _column("ocr_strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    sa.Index(None, "document_id"),
    sa.Index(None, "batch_id"),
)
"""What a run left of each drawing: kept as it was when a later run reads the drawing again."""

stage_reports = sa.Table(
    "stage_reports",
    metadata,
    _key("run_id", Key),
    _of_document(),
    _key("stage", Key),
    _column("outcome", sa.Text),
    _column("fingerprint", Key),
    sa.Column("engine", sa.Text),
    sa.Column("device", sa.Text),
    sa.Column("provider", sa.Text),
    sa.Column("precision", sa.Text),
    sa.Column("weights_digest", Key, sa.ForeignKey("weights.weights_digest")),
    sa.Column("image", sa.Text),
    _column("seconds", Real),
    _column("pages", sa.Integer),
    _column("counts", Json),
    _column("finished_at", UtcDateTime),
    sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    sa.Index(None, "document_id"),
)

revision_comparisons = sa.Table(
    "revision_comparisons",
    metadata,
    sa.Column("old_document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("new_document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    _column("old_digest", Key),
    _column("new_digest", Key),
    _column("run_id", Key, sa.ForeignKey("runs.run_id")),
    _column("compared_at", UtcDateTime),
    _column("same", sa.Integer),
    _column("added", sa.Integer),
    _column("removed", sa.Integer),
    _column("changed", sa.Integer),
    sa.Index(None, "new_document_id"),
    sa.Index(None, "run_id"),
)
"""Two revisions of a drawing that were compared; the digests say whether they are still as they were then."""

revision_changes = sa.Table(
    "revision_changes",
    metadata,
    _key("old_document_id", Key),
    _key("new_document_id", Key),
    _key("position", sa.Integer),
    _column("what", Key),
    _column("change", sa.Text),
    sa.Column("zone", sa.Text),
    sa.Column("old_text", sa.Text),
    sa.Column("new_text", sa.Text),
    sa.Column("old_page", sa.Integer),
    sa.Column("new_page", sa.Integer),
    _column("old_quads_px", Json),
    _column("new_quads_px", Json),
    _column("fields", Json),
    _column("doubtful", sa.Boolean),
    sa.ForeignKeyConstraint(
        ["old_document_id", "new_document_id"],
        ["revision_comparisons.old_document_id", "revision_comparisons.new_document_id"],
        ondelete="CASCADE",
    ),
    sa.CheckConstraint("change IN ('added', 'removed', 'changed')", name="change"),
    sa.Index(None, "what"),
)

"""The tables, as SQLAlchemy knows them. The migrations in sql/ make them; a test holds the two equal.

A *document* is one drawing (its bytes) read by one version of the pipeline. Its id follows from both, so that a rerun
meets its own rows. Coordinates are page pixels, origin top-left, y down.
"""

import sqlalchemy as sa

from drawing_etl.warehouse.schema import Json, Key, Real, UtcDateTime, key_part, metadata, of_document, required

runs = sa.Table(
    "runs",
    metadata,
    key_part("run_id", Key),
    required("trigger", sa.Text),
    required("pipeline_version", Key),
    sa.Column("interval_start", UtcDateTime),
    sa.Column("interval_end", UtcDateTime),
    required("params", Json),
    required("state", sa.Text),
    required("night", sa.Date),
    required("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.CheckConstraint("state IN ('running', 'success', 'failed')", name="state"),
    sa.Index(None, "night"),
    sa.Index(None, "started_at"),
)

documents = sa.Table(
    "documents",
    metadata,
    key_part("document_id", Key),
    required("drawing_id", Key),
    required("sha256", Key),
    required("pipeline_version", Key),
    required("pipeline_order", Key),
    required("original_name", sa.Text),
    required("size_bytes", sa.BigInteger),
    required("arrived_at", UtcDateTime),
    required("state", sa.Text),
    sa.Column("drawing_number", sa.Text),
    sa.Column("number_key", Key),
    sa.Column("title", sa.Text),
    sa.Column("revision", sa.Text),
    required("revision_scheme", sa.Text),
    required("revision_order", Key),
    sa.Column("sheet_number", sa.Integer),
    required("is_current", sa.Boolean),
    required("is_newest_revision", sa.Boolean),
    required("pages", sa.Integer),
    required("strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.Column("layer_agreement", Real),
    required("options", Json),
    required("content_digest", Key),
    required("run_id", Key, sa.ForeignKey("runs.run_id")),
    required("loaded_at", UtcDateTime),
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
    key_part("path_digest", Key),
    key_part("sha256", Key),
    required("path", sa.Text),
    required("size_bytes", sa.BigInteger),
    required("mtime_ns", sa.BigInteger),
    required("first_seen", UtcDateTime),
    required("last_seen", UtcDateTime),
    sa.Index(None, "sha256"),
)

pages = sa.Table(
    "pages",
    metadata,
    of_document(),
    key_part("page", sa.Integer),
    required("width_px", sa.Integer),
    required("height_px", sa.Integer),
    required("dpi", Real),
    required("rotation", sa.Integer),
    required("sha256", Key),
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
    key_part("weights_digest", Key),
    required("engine", sa.Text),
    required("files", Json),
)

items = sa.Table(
    "items",
    metadata,
    of_document(),
    key_part("item_id", sa.Integer),
    required("page", sa.Integer),
    sa.Column("zone", sa.Text),
    required("kind", Key),
    required("text", sa.Text),
    required("raw_text", sa.Text),
    required("source", sa.Text),
    sa.Column("other_text", sa.Text),
    sa.Column("other_confidence", Real),
    required("confidence", Real),
    required("engine", sa.Text),
    sa.Column("weights_digest", Key, sa.ForeignKey("weights.weights_digest")),
    required("quad_px", Json),
    required("left_px", Real),
    required("top_px", Real),
    required("right_px", Real),
    required("bottom_px", Real),
    required("rotation_deg", Real),
    required("parts", Json),
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
    of_document(),
    key_part("kind", Key),
    key_part("source", Key),
    key_part("confidence_bin", sa.Integer),
    required("strings", sa.Integer),
    required("with_meaning", sa.Integer),
    required("confidence_sum", Real),
)
"""Strings counted by kind, source and confidence (bin n of 20: [n/20, (n+1)/20)), so that reports need no scan."""

title_block = sa.Table(
    "title_block",
    metadata,
    of_document(),
    key_part("field", Key),
    required("state", sa.Text),
    sa.Column("value", sa.Text),
    required("item_ids", Json),
    sa.CheckConstraint("state IN ('read', 'unread', 'absent')", name="state"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    of_document(),
    key_part("position", sa.Integer),
    sa.Column("revision", sa.Text),
    sa.Column("date", sa.Text),
    sa.Column("description", sa.Text),
    required("fields", Json),
)

parts = sa.Table(
    "parts",
    metadata,
    of_document(),
    key_part("position", sa.Integer),
    sa.Column("item", sa.Text),
    sa.Column("part_number", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("quantity", sa.Text),
    sa.Column("material", sa.Text),
    required("fields", Json),
)

notes = sa.Table(
    "notes",
    metadata,
    of_document(),
    key_part("position", sa.Integer),
    required("text", sa.Text),
)

findings = sa.Table(
    "findings",
    metadata,
    of_document(),
    key_part("position", sa.Integer),
    required("code", Key),
    required("severity", sa.Text),
    required("message", sa.Text),
    required("item_ids", Json),
    sa.CheckConstraint("severity IN ('error', 'warning', 'info')", name="severity"),
    sa.Index(None, "code"),
)

rejections = sa.Table(
    "rejections",
    metadata,
    of_document(),
    required("code", Key),
    required("stage", sa.Text),
    required("message", sa.Text),
    sa.Index(None, "code"),
)

quarantine_reasons = sa.Table(
    "quarantine_reasons",
    metadata,
    of_document(),
    key_part("position", sa.Integer),
    required("expectation", Key),
    sa.Column("observed", Json),
    sa.Column("required", Json),
    required("message", sa.Text),
    required("item_ids", Json),
    sa.Index(None, "expectation"),
)

reading_checks = sa.Table(
    "reading_checks",
    metadata,
    of_document(),
    key_part("truth", Key),
    key_part("kind", Key),
    key_part("confidence_bin", sa.Integer),
    required("strings", sa.Integer),
    required("exact", sa.Integer),
    required("characters", sa.Integer),
    required("edits", sa.Integer),
    sa.Column("confidence_sum", Real),
    sa.CheckConstraint("truth IN ('layer', 'review')", name="truth"),
)
"""What OCR read against a truth, counted: strings, those read exactly, characters of the truth, edits between the two.

The truth is the file's own text layer where it can be trusted, or a person's review. Bin -1: nothing was read.
"""

reading_confusions = sa.Table(
    "reading_confusions",
    metadata,
    of_document(),
    key_part("truth", Key),
    key_part("wanted", Key),
    key_part("got", Key),
    required("times", sa.Integer),
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
    key_part("batch_id", Key),
    required("run_id", Key, sa.ForeignKey("runs.run_id")),
    required("drawings", sa.Integer),
    required("pages", sa.Integer),
    required("strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.Column("share_low", Real),
    sa.Column("agreement", Real),
    sa.Column("diameter_share", Real),
    required("rejected_share", Real),
    required("quarantined_share", Real),
    required("load_seconds", Real),
    required("loaded_at", UtcDateTime),
    sa.Index(None, "loaded_at"),
    sa.Index(None, "run_id"),
)

run_documents = sa.Table(
    "run_documents",
    metadata,
    key_part("run_id", Key),
    of_document(),
    required("batch_id", Key, sa.ForeignKey("batches.batch_id")),
    required("state", sa.Text),
    sa.Column("reason", Key),
    required("pages", sa.Integer),
    required("strings", sa.Integer),
    required("ocr_strings", sa.Integer),
    sa.Column("mean_confidence", Real),
    sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    sa.Index(None, "document_id"),
    sa.Index(None, "batch_id"),
)
"""What a run left of each drawing: kept as it was when a later run reads the drawing again."""

stage_reports = sa.Table(
    "stage_reports",
    metadata,
    key_part("run_id", Key),
    of_document(),
    key_part("stage", Key),
    required("outcome", sa.Text),
    required("fingerprint", Key),
    sa.Column("engine", sa.Text),
    sa.Column("device", sa.Text),
    sa.Column("provider", sa.Text),
    sa.Column("precision", sa.Text),
    sa.Column("weights_digest", Key, sa.ForeignKey("weights.weights_digest")),
    sa.Column("image", sa.Text),
    required("seconds", Real),
    required("pages", sa.Integer),
    required("counts", Json),
    required("finished_at", UtcDateTime),
    sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    sa.Index(None, "document_id"),
)

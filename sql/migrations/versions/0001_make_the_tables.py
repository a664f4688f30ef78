"""Make the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("path_digest", KEY, nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("path_digest", "sha256", name="pk_arrivals"),
    )
    op.create_index("ix_arrivals_sha256", "arrivals", ["sha256"])

    op.create_table(
        "runs",
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("pipeline_version", KEY, nullable=False),
        sa.Column("interval_start", MOMENT),
        sa.Column("interval_end", MOMENT),
        sa.Column("params", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("state IN ('running', 'success', 'failed')", name="ck_runs_state"),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index("ix_runs_night", "runs", ["night"])
    op.create_index("ix_runs_started_at", "runs", ["started_at"])

    op.create_table(
        "weights",
        sa.Column("weights_digest", KEY, nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.PrimaryKeyConstraint("weights_digest", name="pk_weights"),
    )
    op.create_table(
        "batches",
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("mean_confidence", sa.Double()),
        sa.Column("share_low", sa.Double()),
        sa.Column("agreement", sa.Double()),
        sa.Column("rejected_share", sa.Double(), nullable=False),
        sa.Column("quarantined_share", sa.Double(), nullable=False),
        sa.Column("load_seconds", sa.Double(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_batches_run_id"),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batches"),
    )
    op.create_index("ix_batches_loaded_at", "batches", ["loaded_at"])
    op.create_index("ix_batches_run_id", "batches", ["run_id"])

    op.create_table(
        "documents",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("drawing_id", KEY, nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("pipeline_version", KEY, nullable=False),
        sa.Column("pipeline_order", KEY, nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drawing_number", sa.Text()),
        sa.Column("number_key", KEY),
        sa.Column("title", sa.Text()),
        sa.Column("revision", sa.Text()),
        sa.Column("revision_scheme", sa.Text(), nullable=False),
        sa.Column("revision_order", KEY, nullable=False),
        sa.Column("sheet_number", sa.Integer()),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_newest_revision", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("mean_confidence", sa.Double()),
        sa.Column("layer_agreement", sa.Double()),
        sa.Column("options", JSON, nullable=False),
        sa.Column("content_digest", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('loaded', 'quarantined', 'rejected')", name="ck_documents_state"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_documents_run_id"),
        sa.PrimaryKeyConstraint("document_id", name="pk_documents"),
        sa.UniqueConstraint("sha256", "pipeline_version", name="uq_documents_sha256_pipeline_version"),
    )
    op.create_index("ix_documents_arrived_at", "documents", ["arrived_at"])
    op.create_index("ix_documents_drawing_id", "documents", ["drawing_id"])
    op.create_index("ix_documents_number_key_revision_order", "documents", ["number_key", "revision_order"])
    op.create_index("ix_documents_state_arrived_at", "documents", ["state", "arrived_at"])

    op.create_table(
        "findings",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("item_ids", JSON, nullable=False),
        sa.CheckConstraint("severity IN ('error', 'warning', 'info')", name="ck_findings_severity"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_findings_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_findings"),
    )
    op.create_index("ix_findings_code", "findings", ["code"])

    op.create_table(
        "item_figures",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("confidence_bin", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("with_meaning", sa.Integer(), nullable=False),
        sa.Column("confidence_sum", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_item_figures_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "kind", "source", "confidence_bin", name="pk_item_figures"),
    )
    op.create_table(
        "items",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text()),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("other_text", sa.Text()),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("weights_digest", KEY),
        sa.Column("quad_px", JSON, nullable=False),
        sa.Column("left_px", sa.Double(), nullable=False),
        sa.Column("top_px", sa.Double(), nullable=False),
        sa.Column("right_px", sa.Double(), nullable=False),
        sa.Column("bottom_px", sa.Double(), nullable=False),
        sa.Column("rotation_deg", sa.Double(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("value_kind", KEY),
        sa.Column("quantity", sa.Integer()),
        sa.Column("nominal", sa.Double()),
        sa.Column("upper_limit", sa.Double()),
        sa.Column("lower_limit", sa.Double()),
        sa.Column("upper_deviation", sa.Double()),
        sa.Column("lower_deviation", sa.Double()),
        sa.Column("unit", sa.Text()),
        sa.Column("fit", sa.Text()),
        sa.Column("angle", sa.Double()),
        sa.Column("depth", sa.Double()),
        sa.Column("reference", sa.Boolean()),
        sa.Column("basic", sa.Boolean()),
        sa.Column("inherited", sa.Text()),
        sa.Column("thread_standard", KEY),
        sa.Column("thread_size", KEY),
        sa.Column("thread_pitch", sa.Double()),
        sa.Column("thread_class", sa.Text()),
        sa.Column("thread_hand", sa.Text()),
        sa.Column("thread_length", sa.Double()),
        sa.Column("gdt_characteristic", KEY),
        sa.Column("gdt_zone", sa.Text()),
        sa.Column("gdt_value", sa.Double()),
        sa.Column("gdt_datums", sa.Text()),
        sa.Column("roughness_parameter", sa.Text()),
        sa.Column("roughness_value", sa.Double()),
        sa.Column("meaning", JSON),
        sa.CheckConstraint("source IN ('ocr', 'vector')", name="ck_items_source"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_items_confidence"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_items_document_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["weights_digest"], ["weights.weights_digest"], name="fk_items_weights_digest"),
        sa.PrimaryKeyConstraint("document_id", "item_id", name="pk_items"),
    )
    op.create_index(
        "ix_items_gdt_characteristic_gdt_value",
        "items",
        ["gdt_characteristic", "gdt_value"],
        sqlite_where=sa.text("gdt_characteristic IS NOT NULL"),
        postgresql_where=sa.text("gdt_characteristic IS NOT NULL"),
    )
    op.create_index(
        "ix_items_thread_standard_thread_size",
        "items",
        ["thread_standard", "thread_size"],
        sqlite_where=sa.text("thread_standard IS NOT NULL"),
        postgresql_where=sa.text("thread_standard IS NOT NULL"),
    )
    op.create_index(
        "ix_items_value_kind_nominal",
        "items",
        ["value_kind", "nominal"],
        sqlite_where=sa.text("value_kind IS NOT NULL"),
        postgresql_where=sa.text("value_kind IS NOT NULL"),
    )

    op.create_table(
        "notes",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_notes_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_notes"),
    )
    op.create_table(
        "pages",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Double(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("layer_strings", sa.Integer()),
        sa.Column("layer_trusted", sa.Boolean()),
        sa.Column("layer_reason", sa.Text()),
        sa.Column("size", sa.Text()),
        sa.Column("scale", sa.Text()),
        sa.Column("projection", sa.Text()),
        sa.Column("sheet_of", sa.Text()),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_pages_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "page", name="pk_pages"),
    )
    op.create_table(
        "parts",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text()),
        sa.Column("part_number", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("quantity", sa.Text()),
        sa.Column("material", sa.Text()),
        sa.Column("fields", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_parts_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_parts"),
    )
    op.create_table(
        "quarantine_reasons",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expectation", KEY, nullable=False),
        sa.Column("observed", JSON),
        sa.Column("required", JSON),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("item_ids", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_quarantine_reasons_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_quarantine_reasons"),
    )
    op.create_index("ix_quarantine_reasons_expectation", "quarantine_reasons", ["expectation"])

    op.create_table(
        "rejections",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_rejections_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name="pk_rejections"),
    )
    op.create_index("ix_rejections_code", "rejections", ["code"])

    op.create_table(
        "revisions",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Text()),
        sa.Column("date", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("fields", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_revisions_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_revisions"),
    )
    op.create_table(
        "run_documents",
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", KEY),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("ocr_strings", sa.Integer(), nullable=False),
        sa.Column("mean_confidence", sa.Double()),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_run_documents_batch_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_run_documents_document_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_run_documents_run_id"),
        sa.PrimaryKeyConstraint("run_id", "document_id", name="pk_run_documents"),
    )
    op.create_index("ix_run_documents_batch_id", "run_documents", ["batch_id"])
    op.create_index("ix_run_documents_document_id", "run_documents", ["document_id"])

    op.create_table(
        "stage_reports",
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("stage", KEY, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("fingerprint", KEY, nullable=False),
        sa.Column("engine", sa.Text()),
        sa.Column("device", sa.Text()),
        sa.Column("provider", sa.Text()),
        sa.Column("precision", sa.Text()),
        sa.Column("weights_digest", KEY),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_stage_reports_document_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_stage_reports_run_id"),
        sa.ForeignKeyConstraint(["weights_digest"], ["weights.weights_digest"], name="fk_stage_reports_weights_digest"),
        sa.PrimaryKeyConstraint("run_id", "document_id", "stage", name="pk_stage_reports"),
    )
    op.create_index("ix_stage_reports_document_id", "stage_reports", ["document_id"])

    op.create_table(
        "title_block",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("item_ids", JSON, nullable=False),
        sa.CheckConstraint("state IN ('read', 'unread', 'absent')", name="ck_title_block_state"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_title_block_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "field", name="pk_title_block"),
    )


def downgrade() -> None:
    op.drop_table("title_block")

    op.drop_table("stage_reports")

    op.drop_table("run_documents")
    op.drop_table("revisions")

    op.drop_table("rejections")

    op.drop_table("quarantine_reasons")
    op.drop_table("parts")
    op.drop_table("pages")
    op.drop_table("notes")

    op.drop_table("items")
    op.drop_table("item_figures")

    op.drop_table("findings")

    op.drop_table("documents")

    op.drop_table("batches")
    op.drop_table("weights")

    op.drop_table("runs")

    op.drop_table("arrivals")

"""The tables of revisions: which two were compared, and what differs between them."""

import sqlalchemy as sa

from drawing_etl.warehouse.schema import Json, Key, UtcDateTime, key_part, metadata, required

revision_comparisons = sa.Table(
    "revision_comparisons",
    metadata,
    sa.Column("old_document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("new_document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    required("old_digest", Key),
    required("new_digest", Key),
    required("run_id", Key, sa.ForeignKey("runs.run_id")),
    required("compared_at", UtcDateTime),
    required("same", sa.Integer),
    required("added", sa.Integer),
    required("removed", sa.Integer),
    required("changed", sa.Integer),
    sa.Index(None, "new_document_id"),
    sa.Index(None, "run_id"),
)
"""Two revisions of a drawing that were compared; the digests say whether they are still as they were then."""

revision_changes = sa.Table(
    "revision_changes",
    metadata,
    key_part("old_document_id", Key),
    key_part("new_document_id", Key),
    key_part("position", sa.Integer),
    required("what", Key),
    required("change", sa.Text),
    sa.Column("zone", sa.Text),
    sa.Column("old_text", sa.Text),
    sa.Column("new_text", sa.Text),
    sa.Column("old_page", sa.Integer),
    sa.Column("new_page", sa.Integer),
    required("old_quads_px", Json),
    required("new_quads_px", Json),
    required("fields", Json),
    required("doubtful", sa.Boolean),
    sa.ForeignKeyConstraint(
        ["old_document_id", "new_document_id"],
        ["revision_comparisons.old_document_id", "revision_comparisons.new_document_id"],
        ondelete="CASCADE",
    ),
    sa.CheckConstraint("change IN ('added', 'removed', 'changed')", name="change"),
    sa.Index(None, "what"),
)

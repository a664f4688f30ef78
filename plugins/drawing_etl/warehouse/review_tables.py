"""The tables of reviews: who decided what about a drawing, when, and what stood there before and after.

And which drawings were drawn at random for a review, though they had passed.

Rows are only ever added. Decisions outlive a new reading of the drawing: its items are replaced then, they are not.
"""

import sqlalchemy as sa

from drawing_etl.warehouse.schema import Json, Key, Real, UtcDateTime, metadata, required

review_decisions = sa.Table(
    "review_decisions",
    metadata,
    sa.Column("document_id", Key, sa.ForeignKey("documents.document_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    required("decided_at", UtcDateTime),
    required("reviewer", sa.Text),
    required("action", sa.Text),
    required("comment", sa.Text),
    required("content_digest", Key),
    required("state_before", sa.Text),
    required("state_after", sa.Text),
    sa.CheckConstraint("action IN ('approved', 'corrected', 'rejected')", name="action"),
    sa.Index(None, "decided_at"),
)
"""A decision; `number` counts a document's from 1, `content_digest` says which results the reviewer saw."""

review_changes = sa.Table(
    "review_changes",
    metadata,
    sa.Column("document_id", Key, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("item_id", sa.Integer),
    sa.Column("field", Key),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sa.ForeignKeyConstraint(["document_id", "number"], ["review_decisions.document_id", "review_decisions.number"]),
    sa.CheckConstraint("(item_id IS NULL) <> (field IS NULL)", name="subject"),
)
"""What a decision changed: a string (`item_id`) or a field of the title block. `after` null: taken away."""

review_samples = sa.Table(
    "review_samples",
    metadata,
    sa.Column("run_id", Key, sa.ForeignKey("runs.run_id"), primary_key=True),
    sa.Column("document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    required("content_digest", Key),
    required("rate", Real),
    required("strings", sa.Integer),
    required("drawn_at", UtcDateTime),
    sa.CheckConstraint("rate > 0 AND rate <= 1", name="rate"),
    sa.Index(None, "document_id"),
)
"""Drawings that passed the gate and were drawn at random for a person to look at, each with its chance to be drawn."""

"""The tables of reviews: who decided what about a drawing, when, and what stood there before and after.

And which drawings were drawn at random for a review, though they had passed.

Rows are only ever added. Decisions outlive a new reading of the drawing: its items are replaced then, they are not.
"""

import sqlalchemy as sa

from drawing_etl.warehouse.tables import Json, Key, Real, UtcDateTime, metadata

review_decisions = sa.Table(
    "review_decisions",
    metadata,
    sa.Column("document_id", Key, sa.ForeignKey("documents.document_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("content_digest", Key, nullable=False),
    sa.Column("state_before", sa.Text, nullable=False),
    sa.Column("state_after", sa.Text, nullable=False),
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
    sa.Column("content_digest", Key, nullable=False),
    sa.Column("rate", Real, nullable=False),
    sa.Column("strings", sa.Integer, nullable=False),
    sa.Column("drawn_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("rate > 0 AND rate <= 1", name="rate"),
    sa.Index(None, "document_id"),
)
"""Drawings that passed the gate and were drawn at random for a person to look at, each with its chance to be drawn."""

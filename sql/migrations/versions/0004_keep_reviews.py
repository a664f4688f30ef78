"""Keep what people decide about drawings in quarantine."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review_decisions",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("content_digest", KEY, nullable=False),
        sa.Column("state_before", sa.Text(), nullable=False),
        sa.Column("state_after", sa.Text(), nullable=False),
        sa.CheckConstraint("action IN ('approved', 'corrected', 'rejected')", name="ck_review_decisions_action"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.document_id"], name="fk_review_decisions_document_id"),
        sa.PrimaryKeyConstraint("document_id", "number", name="pk_review_decisions"),
    )
    op.create_index("ix_review_decisions_decided_at", "review_decisions", ["decided_at"])
    op.create_table(
        "review_changes",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("field", KEY),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.CheckConstraint("(item_id IS NULL) <> (field IS NULL)", name="ck_review_changes_subject"),
        sa.ForeignKeyConstraint(
            ["document_id", "number"],
            ["review_decisions.document_id", "review_decisions.number"],
            name="fk_review_changes_document_id_number",
        ),
        sa.PrimaryKeyConstraint("document_id", "number", "position", name="pk_review_changes"),
    )


def downgrade() -> None:
    op.drop_table("review_changes")
    op.drop_index("ix_review_decisions_decided_at", "review_decisions")
    op.drop_table("review_decisions")

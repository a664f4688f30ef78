"""Keep which drawings that passed were drawn at random for a person to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "review_samples",
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("content_digest", KEY, nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rate > 0 AND rate <= 1", name="ck_review_samples_rate"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_review_samples_run_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.document_id"], name="fk_review_samples_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "document_id", name="pk_review_samples"),
    )
    op.create_index("ix_review_samples_document_id", "review_samples", ["document_id"])


def downgrade() -> None:
    op.drop_table("review_samples")

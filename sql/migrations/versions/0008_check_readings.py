"""Count what OCR read against what is known to stand there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _of_document(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id"], ["documents.document_id"], name=f"fk_{name}_document_id", ondelete="CASCADE"
    )


def upgrade() -> None:
    op.add_column("items", sa.Column("other_confidence", sa.Double()))
    op.create_table(
        "reading_checks",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("truth", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("confidence_bin", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("strings", "exact", "characters", "edits")),
        sa.CheckConstraint("truth IN ('layer', 'review')", name="ck_reading_checks_truth"),
        _of_document("reading_checks"),
        sa.PrimaryKeyConstraint("document_id", "truth", "kind", "confidence_bin", name="pk_reading_checks"),
    )
    op.create_table(
        "reading_confusions",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("truth", KEY, nullable=False),
        sa.Column("wanted", KEY, nullable=False),
        sa.Column("got", KEY, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _of_document("reading_confusions"),
        sa.PrimaryKeyConstraint("document_id", "truth", "wanted", "got", name="pk_reading_confusions"),
    )


def downgrade() -> None:
    op.drop_table("reading_confusions")
    op.drop_table("reading_checks")
    op.drop_column("items", "other_confidence")

"""Keep what differs between the revisions of a drawing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)

# What the newest revision of each drawing changed, and what it is compared with.
NEWEST_REVISION_CHANGES = """
CREATE VIEW newest_revision_changes AS
SELECT
    newer.drawing_number, newer.title, older.revision AS old_revision, newer.revision AS new_revision,
    changes.position, changes.what, changes.change, changes.zone, changes.old_text, changes.new_text, changes.fields,
    changes.doubtful, newer.original_name, changes.old_document_id, changes.new_document_id, comparisons.compared_at
FROM revision_changes AS changes
JOIN revision_comparisons AS comparisons
    ON comparisons.old_document_id = changes.old_document_id
    AND comparisons.new_document_id = changes.new_document_id
JOIN current_drawings AS newer ON newer.document_id = changes.new_document_id
JOIN current_drawings AS older ON older.document_id = changes.old_document_id
WHERE newer.is_newest_revision AND newer.state = 'loaded'
"""


def upgrade() -> None:
    op.create_table(
        "revision_comparisons",
        sa.Column("old_document_id", KEY, nullable=False),
        sa.Column("new_document_id", KEY, nullable=False),
        sa.Column("old_digest", KEY, nullable=False),
        sa.Column("new_digest", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("compared_at", MOMENT, nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["old_document_id"],
            ["documents.document_id"],
            name="fk_revision_comparisons_old_document_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["new_document_id"],
            ["documents.document_id"],
            name="fk_revision_comparisons_new_document_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_revision_comparisons_run_id"),
        sa.PrimaryKeyConstraint("old_document_id", "new_document_id", name="pk_revision_comparisons"),
    )
    op.create_index("ix_revision_comparisons_new_document_id", "revision_comparisons", ["new_document_id"])
    op.create_index("ix_revision_comparisons_run_id", "revision_comparisons", ["run_id"])
    op.create_table(
        "revision_changes",
        sa.Column("old_document_id", KEY, nullable=False),
        sa.Column("new_document_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text()),
        sa.Column("old_text", sa.Text()),
        sa.Column("new_text", sa.Text()),
        sa.Column("old_page", sa.Integer()),
        sa.Column("new_page", sa.Integer()),
        sa.Column("old_quads_px", JSON, nullable=False),
        sa.Column("new_quads_px", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.CheckConstraint("change IN ('added', 'removed', 'changed')", name="ck_revision_changes_change"),
        sa.ForeignKeyConstraint(
            ["old_document_id", "new_document_id"],
            ["revision_comparisons.old_document_id", "revision_comparisons.new_document_id"],
            name="fk_revision_changes_old_document_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("old_document_id", "new_document_id", "position", name="pk_revision_changes"),
    )
    op.create_index("ix_revision_changes_what", "revision_changes", ["what"])
    op.execute(NEWEST_REVISION_CHANGES)


def downgrade() -> None:
    op.execute("DROP VIEW newest_revision_changes")
    op.drop_table("revision_changes")
    op.drop_table("revision_comparisons")

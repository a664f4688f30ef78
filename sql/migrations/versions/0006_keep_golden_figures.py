"""Keep what each reader scored on the golden set, and which figures were accepted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "golden_runs",
        sa.Column("golden_run_id", KEY, nullable=False),
        sa.Column("reader_key", KEY, nullable=False),
        sa.Column("pipeline_version", KEY, nullable=False),
        sa.Column("engines", JSON, nullable=False),
        sa.Column("weights_digest", KEY, nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("exact_share", sa.Double(), nullable=False),
        sa.Column("right_share", sa.Double(), nullable=False),
        sa.Column("character_error", sa.Double(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("golden_run_id", name="pk_golden_runs"),
    )
    op.create_index("ix_golden_runs_reader_key", "golden_runs", ["reader_key"])
    op.create_index("ix_golden_runs_measured_at", "golden_runs", ["measured_at"])
    op.create_table(
        "golden_scores",
        sa.Column("golden_run_id", KEY, nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("truth_digest", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("strings", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["golden_run_id"], ["golden_runs.golden_run_id"], name="fk_golden_scores_golden_run_id"
        ),
        sa.PrimaryKeyConstraint("golden_run_id", "sha256", name="pk_golden_scores"),
    )
    op.create_table(
        "golden_baselines",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("golden_run_id", KEY, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("comparison", JSON),
        sa.ForeignKeyConstraint(
            ["golden_run_id"], ["golden_runs.golden_run_id"], name="fk_golden_baselines_golden_run_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_golden_baselines"),
    )


def downgrade() -> None:
    op.drop_table("golden_baselines")
    op.drop_table("golden_scores")
    op.drop_table("golden_runs")

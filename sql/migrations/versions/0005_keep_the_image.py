"""Keep in which container image each stage ran."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stage_reports", sa.Column("image", sa.Text()))


def downgrade() -> None:
    op.drop_column("stage_reports", "image")

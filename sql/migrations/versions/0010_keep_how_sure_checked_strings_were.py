"""Keep how sure the reader was of checked strings, not only in which twentieth: stated confidence against the truth."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reading_checks", sa.Column("confidence_sum", sa.Double()))


def downgrade() -> None:
    op.drop_column("reading_checks", "confidence_sum")

"""Keep which share of a batch's dimensions are diameters: a reader that begins to drop the sign is seen by it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("diameter_share", sa.Double()))


def downgrade() -> None:
    op.drop_column("batches", "diameter_share")

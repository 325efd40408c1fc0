"""Attempts that were taken along, and how long a phone says that they took"""

import sqlalchemy as sa
from alembic import op

revision = "0015_prepared"
down_revision = "0014_extra_time"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempt", sa.Column("opened", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("attempt", sa.Column("seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_column("seconds")
        batch_op.drop_column("opened")
        batch_op.drop_column("prepared_at")

"""What phones send after they were without a network"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0013_sync"
down_revision = "0012_kept_figures"
branch_labels = None
depends_on = None

KINDS = "('answer', 'submission', 'reading')"
STATUSES = "('saved', 'stale', 'late', 'submitted', 'read', 'refused')"


def upgrade() -> None:
    epoch = op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=36), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_epoch_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    op.bulk_insert(epoch, [{"id": 1, "name": str(uuid4())}])
    op.create_table(
        "synced_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_synced_event_kind")),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_synced_event_status")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_synced_event_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synced_event")),
        sa.UniqueConstraint("person_id", "client_id", name=op.f("uq_synced_event_person_id_client_id")),
    )
    with op.batch_alter_table("synced_event", schema=None) as batch_op:
        batch_op.create_index("ix_synced_event_person_id_received_at", ["person_id", "received_at"])
        batch_op.create_index("ix_synced_event_subject_question", ["subject", "question"])


def downgrade() -> None:
    op.drop_table("synced_event")
    op.drop_table("epoch")

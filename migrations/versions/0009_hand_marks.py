"""Marks that a person gave to written answers"""

import sqlalchemy as sa
from alembic import op

revision = "0009_hand_marks"
down_revision = "0008_evaluation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_hand_mark_version")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_hand_mark_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_hand_mark_marked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_mark")),
        sa.UniqueConstraint(
            "attempt_id", "question", "version", name=op.f("uq_hand_mark_attempt_id_question_version")
        ),
    )
    # What waits is looked for among all the answers there are.
    with op.batch_alter_table("item_result", schema=None) as batch_op:
        batch_op.create_index(
            "ix_item_result_to_mark",
            ["attempt_id"],
            unique=False,
            sqlite_where=sa.text("verdict = 'to_mark'"),
            postgresql_where=sa.text("verdict = 'to_mark'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("item_result", schema=None) as batch_op:
        batch_op.drop_index("ix_item_result_to_mark")
    op.drop_table("hand_mark")

"""Grading again where a key was corrected: the orders, what they wait for, and what they did"""

import sqlalchemy as sa
from alembic import op

revision = "0003_regrades"
down_revision = "0002_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regrading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.String(length=100), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_regrading_course_id_course")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_regrading_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrading")),
    )
    with op.batch_alter_table("regrading", schema=None) as batch_op:
        batch_op.create_index("ix_regrading_course_id", ["course_id", "release_id"], unique=False)

    op.create_table(
        "regrade_waiting",
        sa.Column("regrading_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["regrading_id"], ["regrading.id"], name=op.f("fk_regrade_waiting_regrading_id_regrading")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_regrade_waiting_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("regrading_id", "attempt_id", name=op.f("pk_regrade_waiting")),
    )
    op.create_table(
        "regrade",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("regrading_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("score_before", sa.BigInteger(), nullable=False),
        sa.Column("out_of_before", sa.BigInteger(), nullable=False),
        sa.Column("percent_before", sa.BigInteger(), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("score_after", sa.BigInteger(), nullable=False),
        sa.Column("out_of_after", sa.BigInteger(), nullable=False),
        sa.Column("percent_after", sa.BigInteger(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('moved', 'held', 'refused', 'superseded')", name=op.f("ck_regrade_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["regrading_id"], ["regrading.id"], name=op.f("fk_regrade_regrading_id_regrading")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_regrade_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
        sa.UniqueConstraint(
            "regrading_id",
            "attempt_id",
            "outcome",
            name=op.f("uq_regrade_regrading_id_attempt_id_outcome"),
        ),
    )
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.create_index("ix_regrade_attempt_id", ["attempt_id"], unique=False)
        batch_op.create_index("ix_regrade_outcome", ["outcome"], unique=False)


def downgrade() -> None:
    op.drop_table("regrade")
    op.drop_table("regrade_waiting")
    op.drop_table("regrading")

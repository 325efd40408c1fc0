"""Lessons that a release rewrote, and when a learner read such a one again"""

import sqlalchemy as sa
from alembic import op

revision = "0004_rewrites"
down_revision = "0003_regrades"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewrite",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_rewrite_release_id_release")),
        sa.PrimaryKeyConstraint("release_id", "page", name=op.f("pk_rewrite")),
    )
    with op.batch_alter_table("rewrite", schema=None) as batch_op:
        batch_op.create_index("ix_rewrite_course_id", ["course_id"], unique=False)
    op.add_column("page_progress", sa.Column("reread_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("page_progress", schema=None) as batch_op:
        batch_op.drop_column("reread_at")
    op.drop_table("rewrite")

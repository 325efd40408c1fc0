"""Tables that unit heads are told of every week or month"""

import sqlalchemy as sa
from alembic import op

revision = "0011_scheduled_reports"
down_revision = "0010_practice"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "scheduled_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("every", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("every IN ('week', 'month')", name=op.f("ck_scheduled_report_every")),
        sa.CheckConstraint("kind IN ('scores', 'unit', 'help')", name=op.f("ck_scheduled_report_kind")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_scheduled_report_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["unit.code"], name=op.f("fk_scheduled_report_unit_code_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_report")),
    )
    with op.batch_alter_table("scheduled_report", schema=None) as batch_op:
        batch_op.create_index(
            "uq_scheduled_report_open",
            ["kind", "unit_code", "course_id", "state"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
        batch_op.create_index(
            "ix_scheduled_report_next_on", ["next_on"], sqlite_where=OPEN, postgresql_where=OPEN
        )


def downgrade() -> None:
    op.drop_table("scheduled_report")

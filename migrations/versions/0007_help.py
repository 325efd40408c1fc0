"""Help given to people, reminders already given, and who wants no digest"""

import sqlalchemy as sa
from alembic import op

revision = "0007_help"
down_revision = "0006_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("did", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('reached', 'not_reached', 'agreed', 'passed_on')",
            name=op.f("ck_help_record_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome = 'agreed') = (agreed_on IS NOT NULL)", name=op.f("ck_help_record_agreed_on")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_help_record_by_id_person")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_help_record_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_record_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_record")),
        sa.UniqueConstraint("by_id", "client_id", name=op.f("uq_help_record_by_id_client_id")),
    )
    with op.batch_alter_table("help_record", schema=None) as batch_op:
        batch_op.create_index("ix_help_record_person_id", ["person_id", "course_id", "at"], unique=False)
        batch_op.create_index("ix_help_record_at", ["at"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('digest', 'unit')", name=op.f("ck_reminder_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "kind", "about", "day", name=op.f("pk_reminder")),
    )
    op.create_table(
        "digest_off",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_off_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_off")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_failed",
            ["person_id", "course_id", "quiz", "number"],
            unique=False,
            sqlite_where=sa.text("passed = 0"),
            postgresql_where=sa.text("NOT passed"),
        )


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_failed")
    op.drop_table("digest_off")
    op.drop_table("reminder")
    op.drop_table("help_record")

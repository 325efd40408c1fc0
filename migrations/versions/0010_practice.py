"""Practice under a mentor's eyes"""

import sqlalchemy as sa
from alembic import op

revision = "0010_practice"
down_revision = "0009_hand_marks"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("to_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "mentorship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("to_at", MOMENT, nullable=True),
        sa.CheckConstraint("person_id <> mentor_id", name=op.f("ck_mentorship_another")),
        sa.CheckConstraint("to_at IS NULL OR to_at >= from_at", name=op.f("ck_mentorship_moments")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.id"], name=op.f("fk_mentorship_mentor_id_person")),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["person.id"], name=op.f("fk_mentorship_named_by_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mentorship_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorship")),
    )
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.create_index(
            "uq_mentorship_open", ["person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )
        batch_op.create_index("ix_mentorship_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_mentorship_mentor_id", ["mentor_id"], unique=False)
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("head_told_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_practice_state")),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_practice_done_at")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_practice_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_person_id_person")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_practice_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint(
            "person_id", "course_id", "page", name=op.f("uq_practice_person_id_course_id_page")
        ),
    )
    op.create_table(
        "practice_step",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'handed_in', 'returned', 'signed')", name=op.f("ck_practice_step_state")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_step_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "step", name=op.f("pk_practice_step")),
    )
    with op.batch_alter_table("practice_step", schema=None) as batch_op:
        batch_op.create_index("ix_practice_step_state", ["state"], unique=False)
    op.create_table(
        "practice_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('hand_in', 'take_back', 'return', 'sign')", name=op.f("ck_practice_event_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_practice_event_by_id_person")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_event_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_event")),
        sa.UniqueConstraint(
            "practice_id", "step", "version", name=op.f("uq_practice_event_practice_id_step_version")
        ),
        sa.UniqueConstraint("by_id", "client_id", name=op.f("uq_practice_event_by_id_client_id")),
    )
    op.create_table(
        "practice_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('webp', 'pdf', 'docx', 'xlsx')", name=op.f("ck_practice_evidence_kind")),
        sa.CheckConstraint(
            "(sha256 IS NULL) = (removed_at IS NOT NULL)", name=op.f("ck_practice_evidence_gone")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_evidence_practice_id_practice")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_practice_evidence_sha256_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_evidence")),
    )
    with op.batch_alter_table("practice_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_practice_evidence_practice_id", ["practice_id", "step"], unique=False)


def downgrade() -> None:
    for name in ("practice_evidence", "practice_event", "practice_step", "practice", "mentorship"):
        op.drop_table(name)

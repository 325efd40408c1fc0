"""What people say of courses, and whether what they learnt is of use at work"""

import sqlalchemy as sa
from alembic import op

revision = "0008_evaluation"
down_revision = "0007_help"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "evaluation_ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('survey', 'learner', 'manager')", name=op.f("ck_evaluation_ask_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evaluation_ask_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_evaluation_ask_course_id_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_ask")),
        sa.UniqueConstraint(
            "person_id",
            "course_id",
            "kind",
            "days",
            name=op.f("uq_evaluation_ask_person_id_course_id_kind_days"),
        ),
    )
    op.create_index("ix_evaluation_ask_course_id", "evaluation_ask", ["course_id", "kind", "days"])
    op.create_table(
        "survey_answer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("clear", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("recommend", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 5", name=op.f(f"ck_survey_answer_{name}"))
            for name in ("useful", "clear", "length", "recommend")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_answer_person_id_person")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_survey_answer_course_id_course")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_survey_answer_release_id_release")
        ),
        sa.PrimaryKeyConstraint("person_id", "course_id", name=op.f("pk_survey_answer")),
    )
    op.create_index("ix_survey_answer_course_id", "survey_answer", ["course_id"])
    op.create_index("ix_survey_answer_answered_at", "survey_answer", ["answered_at"])
    op.create_table(
        "survey_gap",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.CheckConstraint("kind IN ('lesson', 'reason')", name=op.f("ck_survey_gap_kind")),
        sa.ForeignKeyConstraint(
            ["person_id", "course_id"],
            ["survey_answer.person_id", "survey_answer.course_id"],
            name=op.f("fk_survey_gap_person_id_course_id_survey_answer"),
        ),
        sa.PrimaryKeyConstraint("person_id", "course_id", "kind", "what", name=op.f("pk_survey_gap")),
    )
    op.create_index("ix_survey_gap_course_id", "survey_gap", ["course_id"])
    op.create_table(
        "lesson_rating",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=120), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("rated_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_lesson_rating_rating")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lesson_rating_person_id_person")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_lesson_rating_course_id_course")),
        sa.PrimaryKeyConstraint("person_id", "course_id", "page", name=op.f("pk_lesson_rating")),
    )
    op.create_index("ix_lesson_rating_course_id", "lesson_rating", ["course_id", "page"])
    op.create_table(
        "follow_up_answer",
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "used IN ('often', 'sometimes', 'not_yet', 'unseen')", name=op.f("ck_follow_up_answer_used")
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["evaluation_ask.id"], name=op.f("fk_follow_up_answer_ask_id_evaluation_ask")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_follow_up_answer_answered_by_person")
        ),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_follow_up_answer")),
    )


def downgrade() -> None:
    for name in ("follow_up_answer", "lesson_rating", "survey_gap", "survey_answer", "evaluation_ask"):
        op.drop_table(name)

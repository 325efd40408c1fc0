"""What people were asked after a course, and what they said."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base, BigId


class Ask(Base):
    """A question put once about a person who has done a course: to them when it is done (`survey`, days 0), and so many
    days later to them (`learner`) and to whoever heads their unit by then (`manager`). See asking.py for its days.
    """

    __tablename__ = "evaluation_ask"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "kind", "days"),
        Index("ix_evaluation_ask_course_id", "course_id", "kind", "days"),
        CheckConstraint("kind IN ('survey', 'learner', 'manager')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(10))
    days: Mapped[int] = mapped_column(default=0)
    asked_on: Mapped[date]  # in the province
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class SurveyAnswer(Base):
    """One person's answer to the survey of one course; the steps are those of answers.STEPS.

    `revision` counts the changes, `client_id` is that of the last, so that a retry is told from a change.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("ix_survey_answer_course_id", "course_id"),
        Index("ix_survey_answer_answered_at", "answered_at"),
        *(
            CheckConstraint(f"{name} BETWEEN 1 AND 5", name=name)
            for name in ("useful", "clear", "length", "recommend")
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    useful: Mapped[int]
    clear: Mapped[int]
    length: Mapped[int]
    recommend: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    client_id: Mapped[str] = mapped_column(String(36))
    answered_at: Mapped[datetime]  # first
    changed_at: Mapped[datetime]


class SurveyGap(Base):
    """Something that was missing for a person: a lesson of the course (by its page's id) that said too little, or one
    of answers.REASONS."""

    __tablename__ = "survey_gap"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "course_id"], ["survey_answer.person_id", "survey_answer.course_id"]
        ),
        Index("ix_survey_gap_course_id", "course_id"),
        CheckConstraint("kind IN ('lesson', 'reason')", name="kind"),
    )

    person_id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    what: Mapped[str] = mapped_column(String(100), primary_key=True)


class LessonRating(Base):
    """How good a person found a page with questions, 1 to 5."""

    __tablename__ = "lesson_rating"
    __table_args__ = (
        Index("ix_lesson_rating_course_id", "course_id", "page"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(100), primary_key=True)  # its id, as Attempt.quiz
    rating: Mapped[int]
    rated_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class FollowUpAnswer(Base):
    """Whether what was learnt is used at work, by the learner or the manager; `reason` where not yet, else ""."""

    __tablename__ = "follow_up_answer"
    __table_args__ = (CheckConstraint("used IN ('often', 'sometimes', 'not_yet', 'unseen')", name="used"),)

    ask_id: Mapped[int] = mapped_column(ForeignKey("evaluation_ask.id"), primary_key=True)
    used: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class KeptFigures(Base):
    """Figures of the whole province, counted between requests: see kept.py. `key` says which, `day` as of which day they
    were counted."""

    __tablename__ = "kept_figures"

    key: Mapped[str] = mapped_column(String(150), primary_key=True)
    day: Mapped[date]
    counted_at: Mapped[datetime]
    body: Mapped[bytes]

"""How far each person has come in each course."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base


class Enrolment(Base):
    """A person in a course from the first deed on. The counts are kept with each submission and equal what a
    recomputation from the attempts gives (`learning database check`).

    `attempts` and `best` (percent) are of the exam where the course has one, else over its lesson quizzes:
    `attempts` all together, `best` the mean of each quiz's best. `seconds`: spent on finished attempts at whatever quiz of
    the course, half an hour at most on each, since who leaves the page open is not at work.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("ix_enrolment_course_id_state", "course_id", "state"),
        CheckConstraint("state IN ('started', 'done')", name="state"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="started")
    attempts: Mapped[int] = mapped_column(default=0)
    best: Mapped[Decimal | None]
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class PageProgress(Base):
    """A lesson (or scenario, pre-test, "exam") started or done; what was passed stays passed."""

    __tablename__ = "page_progress"
    __table_args__ = (CheckConstraint("state IN ('started', 'done')", name="state"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(100), primary_key=True)  # the page's id, or "exam"
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    reread_at: Mapped[datetime | None]  # read once more, after it had been rewritten

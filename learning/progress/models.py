"""How far each person has come in each course, and what was done for those who need help."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base


class Enrolment(Base):
    """A person in a course from the first deed on. The counts are kept with each submission and equal what a
    recomputation from the attempts gives (`learning database check`).

    `attempts` and `best` (percent) are of the exam where the course has one, else over its lesson quizzes:
    `attempts` all together, `best` the mean of each quiz's best. `seconds`: spent on finished attempts at whatever
    quiz of the course, half an hour at most on each, since who leaves the page open is not at work.
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


class HelpRecord(Base):
    """What somebody did for a person who needed help in a course, and what came of it; never changed.

    `rule`: why (one of attention.RULES), "" where no rule spoke of them; `did`: one of attention.DEEDS; `outcome`: one
    of attention.OUTCOMES, `agreed_on` with "agreed" alone. The same `client_id` of the same helper is the same record.
    """

    __tablename__ = "help_record"
    __table_args__ = (
        UniqueConstraint("by_id", "client_id"),
        Index("ix_help_record_person_id", "person_id", "course_id", "at"),
        Index("ix_help_record_at", "at"),
        CheckConstraint("outcome IN ('reached', 'not_reached', 'agreed', 'passed_on')", name="outcome"),
        CheckConstraint("(outcome = 'agreed') = (agreed_on IS NOT NULL)", name="agreed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    rule: Mapped[str] = mapped_column(String(20))
    did: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    agreed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime]


class Reminder(Base):
    """Somebody has been reminded: written with the notice, so that nobody is told twice, whoever sweeps.

    `kind` "digest": a learner, `day` that day, `about` "". `kind` "unit": a unit head, `day` the Monday of the week,
    `about` the unit's code.
    """

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint("kind IN ('digest', 'unit')", name="kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    about: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class DigestOff(Base):
    """A person who wants no digest but of what is due."""

    __tablename__ = "digest_off"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]


class ScheduledReport(Base):
    """A table that whoever heads a unit is told of every week or month: by a notice that leads to it, never by a file.

    `kind` "scores": of a course, narrowed to `state` ("" all); "unit": of the unit over all courses; "help": who needs
    help. `course_id` "" for all courses. `next_on`: from when they are due to be told again; `last_on`: when they were
    last. One that has ended stays, and tells nobody.
    """

    __tablename__ = "scheduled_report"
    __table_args__ = (
        Index(
            "uq_scheduled_report_open",
            "kind",
            "unit_code",
            "course_id",
            "state",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_scheduled_report_next_on",
            "next_on",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("kind IN ('scores', 'unit', 'help')", name="kind"),
        CheckConstraint("every IN ('week', 'month')", name="every"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    course_id: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(20), default="")
    every: Mapped[str] = mapped_column(String(10))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    next_on: Mapped[date]
    last_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]

"""Attempts, the answers given (append-only), and submissions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base, BigId
from learning.quizzes import rubrics


class Attempt(Base):
    """One go at a quiz: pinned to its release, paper and pass mark; at most one is open for a person and quiz.

    Taken along on a phone it is made before its learner has begun it: `prepared_at` says when, and until something is
    done about it (opening.py) it is not `opened`, and no page or table speaks of it. `started_at`: when its learner
    began it, as far as is known. `seconds`: how long they were at it, where a phone told it; None: the clock says it.

    `quiz` is "exam" or the id of the page. `paper` is the drawn paper (papers.py). `result` is the graded
    outcome as it was told (grading.py), set when the attempt is no longer open.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "quiz", "number"),
        Index(
            "uq_attempt_open",
            "person_id",
            "course_id",
            "quiz",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_course_id_quiz", "course_id", "quiz"),
        Index("ix_attempt_state_closes_at", "state", "closes_at"),
        Index(
            "ix_attempt_failed",
            "person_id",
            "course_id",
            "quiz",
            "number",
            sqlite_where=text("passed = 0"),
            postgresql_where=text("NOT passed"),
        ),
        CheckConstraint("state IN ('open', 'submitted', 'closed')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    quiz: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    seed: Mapped[str] = mapped_column(String(64))
    paper: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    pass_percent: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(10), default="open")
    seq: Mapped[int] = mapped_column(default=0)
    page_token: Mapped[str] = mapped_column(String(32))  # rotates with each saved page: a stale tab is told
    started_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    opened: Mapped[bool] = mapped_column(default=True, server_default=true())
    seconds: Mapped[int | None]
    closes_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    score: Mapped[Decimal | None]
    out_of: Mapped[Decimal | None]
    percent: Mapped[Decimal | None]
    passed: Mapped[bool | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AnswerEvent(Base):
    """An answer as it arrived; never changed. The answer that counts is the `saved` one of highest `seq`."""

    __tablename__ = "answer_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client_id"),
        Index("ix_answer_event_attempt_id_seq", "attempt_id", "seq"),
        CheckConstraint("status IN ('saved', 'stale', 'late')", name="status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    question: Mapped[str] = mapped_column(String(100))
    answer: Mapped[Any] = mapped_column(JSON)
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    body_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]


class Submission(Base):
    """The act that ended an attempt, with the reply that was given, so that a retry gets the same."""

    __tablename__ = "submission"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36))
    body_hash: Mapped[str] = mapped_column(String(64))
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime]


class ExtraTime(Base):
    """How much longer a person has for what has a time limit; never changed. The highest `id` counts.

    `factor`: 1 (as everybody) to 2. `reason` is for who set it and for the person, nobody else.
    """

    __tablename__ = "extra_time"
    __table_args__ = (
        Index("ix_extra_time_person_id", "person_id", "id"),
        CheckConstraint("factor BETWEEN 1000000 AND 2000000", name="factor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    factor: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class AskedAgain(Base):
    """Which exact answer was asked again, once: sent a second time it is graded as it stands."""

    __tablename__ = "asked_again"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True, default="")  # a gap's key
    asked_at: Mapped[datetime]


class ItemResult(Base):
    """One question of one finished attempt, flat, for statistics.

    `response` is canonical JSON in the release's own keys (not the ids drawn for the attempt), so that equal
    answers of different people are equal texts; "" where nothing was answered. Of an answer that a person marks it is
    the length alone, and `verdict` is "to_mark" until then.
    """

    __tablename__ = "item_result"
    __table_args__ = (
        Index("ix_item_result_course_id_quiz_question", "course_id", "quiz", "question"),
        Index(
            "ix_item_result_to_mark",
            "attempt_id",
            sqlite_where=text("verdict = 'to_mark'"),
            postgresql_where=text("verdict = 'to_mark'"),
        ),
    )

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    course_id: Mapped[str] = mapped_column(String(120))
    quiz: Mapped[str] = mapped_column(String(100))
    release_id: Mapped[int]
    mark: Mapped[Decimal]
    max_mark: Mapped[Decimal]
    verdict: Mapped[str] = mapped_column(String(20))
    response: Mapped[str] = mapped_column(Text)


class HandMark(Base):
    """What a person gave a written answer, criterion by criterion; never changed. The highest `version` counts.

    `marks`: decimals as text, in the order of the question's criteria in the attempt's release; `remarks`: as many.
    """

    __tablename__ = "hand_mark"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question", "version"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"))
    question: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    marks: Mapped[list[str]] = mapped_column(JSON)
    remarks: Mapped[list[str]] = mapped_column(JSON)
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    client_id: Mapped[str] = mapped_column(String(36))

    @property
    def given(self) -> rubrics.Given:
        marks = tuple(Decimal(one) for one in self.marks)
        return rubrics.Given(
            self.question, self.version, marks, tuple(self.remarks), self.marked_by, self.marked_at
        )


class Regrading(Base):
    """An order to grade again, because keys were corrected; never changed. A rule for what is handed in later, too.

    `release_id` has the corrected keys. `choices`: question → {"choice": one of library.changes.KEY_CHOICES,
    "releases": [ids of the releases whose attempts it is for]}.
    """

    __tablename__ = "regrading"
    __table_args__ = (Index("ix_regrading_course_id", "course_id", "release_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text, default="")
    ordered_by: Mapped[str] = mapped_column(String(100))  # username, or "operator"
    ordered_at: Mapped[datetime]


class RegradeWaiting(Base):
    """An attempt that an order still has to look at: finished ones in a moment, those under way when they end."""

    __tablename__ = "regrade_waiting"

    regrading_id: Mapped[int] = mapped_column(ForeignKey("regrading.id"), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)


class Regrade(Base):
    """What an order did to one attempt that it moves; never changed. What was before is kept in it, so that
    `Attempt` may hold what counts now.

    `outcome`: `moved`; `held`, because something would fall and a second person has not spoken; then their word:
    `moved` (confirmed), `refused`; or `superseded` by a later order. `by`, `why`: theirs, "" where there was no
    second person. `items`: [{"question", "choice", "before", "after"}] of questions that differ, each side
    {"score", "out_of", "verdict", "dropped"}.
    """

    __tablename__ = "regrade"
    __table_args__ = (
        UniqueConstraint("regrading_id", "attempt_id", "outcome"),
        Index("ix_regrade_attempt_id", "attempt_id"),
        Index("ix_regrade_outcome", "outcome"),
        CheckConstraint("outcome IN ('moved', 'held', 'refused', 'superseded')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    regrading_id: Mapped[int] = mapped_column(ForeignKey("regrading.id"))
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    score_before: Mapped[Decimal]
    out_of_before: Mapped[Decimal]
    percent_before: Mapped[Decimal]
    passed_before: Mapped[bool]
    score_after: Mapped[Decimal]
    out_of_after: Mapped[Decimal]
    percent_after: Mapped[Decimal]
    passed_after: Mapped[bool]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

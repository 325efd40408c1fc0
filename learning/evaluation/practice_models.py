"""Who guides whom, and what is practised under their eyes: steps, what was handed in, what was said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base, BigId


class Mentorship(Base):
    """Who guides a person, from when to when. One that holds has no end, and a person has at most one such."""

    __tablename__ = "mentorship"
    __table_args__ = (
        Index(
            "uq_mentorship_open",
            "person_id",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
        Index("ix_mentorship_person_id", "person_id"),
        Index("ix_mentorship_mentor_id", "mentor_id"),
        CheckConstraint("person_id <> mentor_id", name="another"),
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="moments"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]


class Practice(Base):
    """A person at a practice page of a course. `release_id`: the steps are those of that release to the end.

    `head_told_at`: when the unit heads were told that this person has nobody to guide them, if they were.
    """

    __tablename__ = "practice"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "page"),
        CheckConstraint("state IN ('open', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    page: Mapped[str] = mapped_column(String(100))  # the page's id
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    head_told_at: Mapped[datetime | None]


class PracticeStep(Base):
    """Where a step stands. `version` counts its events; `words`: the learner's own, handed in or in the making.

    Equal to what its events come to (`practice_rules.replay`).
    """

    __tablename__ = "practice_step"
    __table_args__ = (
        Index("ix_practice_step_state", "state"),
        CheckConstraint("state IN ('waiting', 'handed_in', 'returned', 'signed')", name="state"),
    )

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(100), primary_key=True)  # the stamped id
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    version: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]


class PracticeEvent(Base):
    """One deed at a step; never changed. `version`: what it made of the step. `words`: what was handed in, or said of it;
    `evidence`: the ids that were handed in. The same `client_id` of the same person is the same deed."""

    __tablename__ = "practice_event"
    __table_args__ = (
        UniqueConstraint("practice_id", "step", "version"),
        UniqueConstraint("by_id", "client_id"),
        CheckConstraint("kind IN ('hand_in', 'take_back', 'return', 'sign')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    step: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    words: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class PracticeEvidence(Base):
    """A photo or file that shows what was done. `name` as it was sent, `kind` by its content. Of one taken back by the
    learner nothing is left but that there was one: they may have sent what nobody should see."""

    __tablename__ = "practice_evidence"
    __table_args__ = (
        Index("ix_practice_evidence_practice_id", "practice_id", "step"),
        CheckConstraint("kind IN ('webp', 'pdf', 'docx', 'xlsx')", name="kind"),
        CheckConstraint("(sha256 IS NULL) = (removed_at IS NOT NULL)", name="gone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    step: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64), ForeignKey("blob.sha256"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(150))
    size: Mapped[int]  # bytes, as kept
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

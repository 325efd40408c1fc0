"""People who sign in, what they are allowed, and the traces of signing in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base, BigId

ROLES = ("learner", "author", "reviewer", "trainer", "unit_head", "inspector", "administrator")


class Person(Base):
    """`sort_key` orders by Vietnamese given name (vietnamese/names.py); `folded_name` is for searching."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_sort_key", "sort_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100), unique=True)  # NFC, lower case
    staff_code: Mapped[str | None] = mapped_column(String(50), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(500))
    folded_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")  # empty: no password yet, only a code
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """`scope` is a field for authors and reviewers ("*": all), a unit code for a unit head, else ""."""

    __tablename__ = "role_grant"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope: Mapped[str] = mapped_column(String(100), primary_key=True, default="")


class SigninSession(Base):
    """A signed-in browser or API client. Only its token's hash is kept: a stolen database opens nothing."""

    __tablename__ = "signin_session"
    __table_args__ = (Index("ix_signin_session_person_id", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))  # "browser" or "api"
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(30), default="")


class SigninCode(Base):
    """A one-use code for the first sign-in or a forgotten password, handed over on paper."""

    __tablename__ = "signin_code"
    __table_args__ = (Index("ix_signin_code_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(200))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SigninFailure(Base):
    """A failed sign-in, for the throttle: by account (hash of the name tried) and by address."""

    __tablename__ = "signin_failure"
    __table_args__ = (
        Index("ix_signin_failure_account_at", "account", "at"),
        Index("ix_signin_failure_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Notice(Base):
    """Something that waits for a person. `kind` and `detail` become words where it is shown."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person_id", "person_id", "id"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))  # e.g. "draft.returned"
    subject: Mapped[str] = mapped_column(String(200))  # e.g. "finance/commune-budget"
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    read_at: Mapped[datetime | None]


class Letter(Base):
    """A notice on its way by mail: at most one for each, written with it, sent after the commit.

    `state`: "waiting"; "sending" (claimed, and whoever claimed it has not said what came of it: never sent again);
    "sent"; "failed"; "expired".
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "ix_letter_next_at",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")


class Look(Base):
    """Somebody saw the named results of another: one row a day for each kind of view, counted up.

    `what` is one of looks.WHAT; `course_id` "" where a view is of no one course.
    """

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_looker_id", "looker_id", "day"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    looker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    course_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

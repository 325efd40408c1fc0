"""What the office desk lists: each a page at a time, from where the last one ended."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from learning.accounts.models import Person, RoleGrant, SigninSession
from learning.audit import AuditEntry
from learning.organisation.models import ClassMember, Position, Posting, TrainingClass, Unit
from learning.organisation.postings import on
from learning.vietnamese.folding import fold

PAGE = 30
BATCH = 500  # people of a file, read at a time
_CURSOR = re.compile(r"([0-9a-z]{0,500})-(\d{1,9})", re.ASCII)  # PostgreSQL: no number beyond its column


@dataclass(frozen=True)
class Line:
    """A person in a list."""

    id: int
    username: str
    staff_code: str
    full_name: str
    active: bool
    unit: str
    position: str


@dataclass(frozen=True)
class ClassLine:
    id: int
    code: str
    name: str
    course_id: str
    trainer: str
    starts_on: date | None
    due_on: date | None
    members: int


def people(
    session: Session,
    whom: ColumnElement[bool],
    today: date,
    *,
    words: str = "",
    unit: str = "",
    cursor: str = "",
    size: int = PAGE,
) -> tuple[list[Line], str]:
    """One page of people in the order of given names, and the cursor of the next ("" at the end).

    `words` finds part of a name with or without marks, or a whole username or staff code.
    """
    query = (
        select(Person, Unit.name, Position.title)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, on(today)))
        .outerjoin(Unit, Unit.code == Posting.unit_code)
        .outerjoin(Position, Position.code == Posting.position_code)
        .where(whom)
        .order_by(Person.sort_key, Person.id)
        .limit(size + 1)
    )
    if words:
        exact = words.strip().lower()
        query = query.where(
            or_(
                Person.folded_name.contains(fold(words), autoescape=True),
                Person.username == exact,
                func.lower(Person.staff_code) == exact,
            )
        )
    if unit:
        query = query.where(Posting.unit_code == unit)
    if started := _CURSOR.fullmatch(cursor):
        query = query.where(tuple_(Person.sort_key, Person.id) > (started[1], int(started[2])))
    rows = session.execute(query).all()
    lines = [
        Line(
            person.id,
            person.username,
            person.staff_code or "",
            person.full_name,
            person.active,
            unit_name or "",
            title or "",
        )
        for person, unit_name, title in rows[:size]
    ]
    last = rows[size - 1][0] if len(rows) > size else None
    return lines, f"{last.sort_key}-{last.id}" if last else ""


def batches(
    session: Session, whom: ColumnElement[bool], today: date, *, words: str = "", unit: str = ""
) -> Iterator[list[Line]]:
    """All of them, as `people` has them, some hundreds at a time."""
    cursor, more = "", True
    while more:
        lines, cursor = people(session, whom, today, words=words, unit=unit, cursor=cursor, size=BATCH)
        yield lines
        more = bool(cursor)


def units(session: Session, whom: ColumnElement[bool], today: date) -> Sequence[tuple[str, str]]:
    """Code and name of every unit where one of these people sits, in Vietnamese order."""
    seats = select(Posting.unit_code).join(Person, Person.id == Posting.person_id).where(whom, on(today))
    query = select(Unit.code, Unit.name).where(Unit.code.in_(seats)).order_by(Unit.sort_key)
    return [(code, name) for code, name in session.execute(query)]


def last_signin(session: Session, person_id: int) -> datetime | None:
    return session.scalar(
        select(SigninSession.created_at)
        .where(SigninSession.person_id == person_id)
        .order_by(SigninSession.created_at.desc())
        .limit(1)
    )


def grants(session: Session, person_id: int) -> Sequence[RoleGrant]:
    query = (
        select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.role, RoleGrant.scope)
    )
    return session.scalars(query).all()


def trainers(session: Session) -> Sequence[tuple[int, str]]:
    query = (
        select(Person.id, Person.full_name, Person.username)
        .where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == "trainer")), Person.active)
        .order_by(Person.sort_key, Person.id)
    )
    return [(row.id, f"{row.full_name} ({row.username})") for row in session.execute(query)]


def classes(session: Session, trainer_id: int | None) -> list[ClassLine]:
    """Every class, or one trainer's own; the latest first."""
    members = (
        select(func.count())
        .select_from(ClassMember)
        .where(ClassMember.class_id == TrainingClass.id)
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    query = (
        select(TrainingClass, Person.full_name, members)
        .join(Person, Person.id == TrainingClass.trainer_id)
        .order_by(TrainingClass.id.desc())
    )
    if trainer_id is not None:
        query = query.where(TrainingClass.trainer_id == trainer_id)
    return [
        ClassLine(it.id, it.code, it.name, it.course_id, trainer, it.starts_on, it.due_on, count)
        for it, trainer, count in session.execute(query)
    ]


def members(class_id: int) -> ColumnElement[bool]:
    """Whoever is in the class."""
    return Person.id.in_(select(ClassMember.person_id).where(ClassMember.class_id == class_id))


def number(session: Session, whom: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Person).where(whom)) or 0


def log(
    session: Session, *, actor: str = "", subject: str = "", cursor: str = "", size: int = PAGE
) -> tuple[Sequence[AuditEntry], str]:
    """One page of the log, newest first, and the cursor of the next."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(size + 1)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    if subject:
        query = query.where(AuditEntry.subject.startswith(subject, autoescape=True))
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        query = query.where(AuditEntry.id < int(cursor))
    rows = session.scalars(query).all()
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else ""


def names(session: Session, ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    query = select(Person.id, Person.full_name).where(Person.id.in_(ids))
    return [(row.id, row.full_name) for row in session.execute(query)]

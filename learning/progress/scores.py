"""The score table of a course: who, unit, attempts, best, state, when. The same few queries for 50 and 5.219."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.organisation import postings
from learning.organisation.models import ClassMember, Posting, TrainingClass, Unit
from learning.organisation.visibility import sits_in
from learning.progress.models import Enrolment

STATES = ("not_started", "started", "done")
PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the reader asked for. `people`: the condition over Person.id of whom they may see at all.

    `unit`: a unit's code, with all below it. `class_code`: members of that class. `concerned`: only those a class
    of this course names or who have begun it.
    """

    people: ColumnElement[bool]
    unit: str = ""
    class_code: str = ""
    state: str = ""
    concerned: bool = False
    overdue: bool = False


@dataclass(frozen=True)
class Score:
    """One learner in one course. `best` in percent, None before the first result."""

    person_id: int
    username: str
    full_name: str
    unit: str
    attempts: int
    best: Decimal | None
    state: str
    last_at: datetime | None
    sort_key: str

    @property
    def cursor(self) -> tuple[str, int]:
        return self.sort_key, self.person_id


def page(
    session: Session,
    course_id: str,
    asked: Filter,
    today: date,
    *,
    after: tuple[str, int] | None = None,
    size: int | None = PAGE,
) -> tuple[list[Score], tuple[str, int] | None]:
    """Scores by Vietnamese given name, from behind `after`; and the cursor of the next page, or None."""
    query = _scores(course_id, asked, today).order_by(Person.sort_key, Person.id)
    if after is not None:
        query = query.where(tuple_(Person.sort_key, Person.id) > tuple_(*after))
    if size is not None:
        query = query.limit(size + 1)
    rows = [_score(row) for row in session.execute(query)]
    more = size is not None and len(rows) > size
    rows = rows[:size] if more else rows
    return rows, rows[-1].cursor if more else None


def counts(session: Session, course_id: str, asked: Filter, today: date) -> Mapping[str, int]:
    """How many there are in each of STATES, and `overdue`: a class's day has passed and the course is not done."""
    state = func.coalesce(Enrolment.state, "not_started")
    query = _people(course_id, asked, today).with_only_columns(state, func.count(Person.id)).group_by(state)
    found = dict(session.execute(query).all())
    late = (
        _people(course_id, asked, today)
        .where(_overdue(course_id, today))
        .with_only_columns(func.count(Person.id))
    )
    return {**dict.fromkeys(STATES, 0), **found, "overdue": session.scalar(late) or 0}


def _scores(course_id: str, asked: Filter, today: date) -> Any:
    seat = aliased(Posting)
    newest = (
        select(Posting.id)
        .where(Posting.person_id == Person.id, postings.on(today))
        .order_by(Posting.from_date.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(Person)
    )
    return (
        _people(course_id, asked, today)
        .outerjoin(seat, seat.id == newest)
        .outerjoin(Unit, Unit.code == seat.unit_code)
        .with_only_columns(
            Person.id,
            Person.username,
            Person.full_name,
            Person.sort_key,
            Unit.name.label("unit"),
            Enrolment.attempts,
            Enrolment.best,
            Enrolment.state,
            Enrolment.last_at,
        )
    )


def _people(course_id: str, asked: Filter, today: date) -> Any:
    query = (
        select(Person.id)
        .select_from(Person)
        .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.course_id == course_id))
        .where(asked.people, or_(Person.active, Enrolment.person_id.is_not(None)))
    )
    if asked.unit:
        query = query.where(Person.id.in_(sits_in([asked.unit], today)))
    if asked.class_code:
        query = query.where(_in_class(course_id, TrainingClass.code == asked.class_code))
    if asked.state == "not_started":
        query = query.where(Enrolment.person_id.is_(None))
    elif asked.state:
        query = query.where(Enrolment.state == asked.state)
    if asked.concerned:
        query = query.where(or_(Enrolment.person_id.is_not(None), _in_class(course_id)))
    if asked.overdue:
        query = query.where(_overdue(course_id, today))
    return query


def _in_class(course_id: str, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        ClassMember.person_id == Person.id,
        TrainingClass.id == ClassMember.class_id,
        TrainingClass.course_id == course_id,
        *which,
    )


def _overdue(course_id: str, today: date) -> ColumnElement[bool]:
    undone = or_(Enrolment.person_id.is_(None), Enrolment.state != "done")
    return and_(undone, _in_class(course_id, TrainingClass.due_on < today))


def _score(row: Row[Any]) -> Score:
    return Score(
        person_id=row.id,
        username=row.username,
        full_name=row.full_name,
        unit=row.unit or "",
        attempts=row.attempts or 0,
        best=row.best,
        state=row.state or "not_started",
        last_at=row.last_at,
        sort_key=row.sort_key,
    )


def of_trainer(trainer_id: int, course_id: str) -> ColumnElement[bool]:
    """A condition over Person.id: members of this trainer's classes in this course."""
    return _in_class(course_id, TrainingClass.trainer_id == trainer_id)


def classes(session: Session, course_id: str, which: ColumnElement[bool]) -> Sequence[TrainingClass]:
    """The classes in this course that the reader may choose from, by name."""
    query = (
        select(TrainingClass).where(TrainingClass.course_id == course_id, which).order_by(TrainingClass.name)
    )
    return session.scalars(query).all()

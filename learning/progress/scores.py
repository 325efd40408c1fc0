"""The score table of a course: who, unit, attempts, best, state, when. The same few queries for 50 and 5.219."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.organisation import postings, visibility
from learning.organisation.models import ClassMember, Posting, TrainingClass, Unit
from learning.progress.models import Enrolment, PageProgress

DAY = timedelta(days=1)
READERS = ("trainer", "unit_head", *visibility.WHOLE_PROVINCE)  # who sees scores of others at all
STATES = ("not_started", "started", "done")
BEGUN, UNDONE = "begun", "undone"  # in a filter: started or done; begun or not, but not done
PAGE = 50

CourseId = str | ColumnElement[str] | InstrumentedAttribute[str]
_CURSOR = re.compile(r"([0-9a-z]{0,500})-(\d{1,9})", re.ASCII)


class NotSeen(LookupError):
    """A unit, class or person that is not there, or not for this reader to know of: 404."""


class BadCursor(ValueError):
    """A cursor that no page of ours gave: 422."""


@dataclass(frozen=True)
class Filter:
    """What the reader asked for. `people`: the condition over Person.id of whom they may see at all.

    `unit`: a unit's code, with all below it. `class_code`: members of that class. `concerned`: only those a class
    of this course names or who have begun it. `exact`: of the unit only those who sit in itself. `page`: those who
    have done this page (by its id, or "exam"); with `not_yet` those who have not. `did`: those who have begun
    ("started") or finished the course ("done") from `since` to before `until`.
    """

    people: ColumnElement[bool]
    unit: str = ""
    class_code: str = ""
    state: str = ""
    concerned: bool = False
    overdue: bool = False
    exact: bool = False
    page: str = ""
    not_yet: bool = False
    did: str = ""
    since: datetime | None = None
    until: datetime | None = None


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
    overdue: bool
    sort_key: str

    @property
    def cursor(self) -> str:
        return f"{self.sort_key}-{self.person_id}"


def seen_by(visitor: Visitor, course: CourseId, today: date) -> ColumnElement[bool]:
    """A condition over Person.id: whose scores in a course this visitor may see. A trainer those of own classes
    in it, a unit head those who sit in own unit or below, inspector and administrator everybody's, others nobody's.
    """
    if visitor.has(*visibility.WHOLE_PROVINCE):
        return true()
    seen: list[ColumnElement[bool]] = [false()]
    if visitor.has("trainer"):
        seen.append(of_trainer(visitor.id, course))
    if visitor.has("unit_head"):
        units = visitor.scopes.get("unit_head", frozenset())
        seen.append(Person.id.in_(visibility.sits_in(units, today)))
    return or_(*seen)


def of_trainer(trainer_id: int, course: CourseId) -> ColumnElement[bool]:
    """A condition over Person.id: members of this trainer's classes in this course."""
    return in_class(course, TrainingClass.trainer_id == trainer_id)


def may_see_course(session: Session, visitor: Visitor, course_id: str) -> bool:
    """Whether the scores of this course are this visitor's to see: a trainer's only where they have a class."""
    if not visitor.has(*READERS):
        return False
    if visitor.has("unit_head", *visibility.WHOLE_PROVINCE):
        return True
    own = select(TrainingClass.id).where(
        TrainingClass.course_id == course_id, TrainingClass.trainer_id == visitor.id
    )
    return session.scalar(own.limit(1)) is not None


def asked(
    session: Session,
    visitor: Visitor,
    course_id: str,
    today: date,
    *,
    unit: str = "",
    class_code: str = "",
    state: str = "",
    **more: Any,
) -> Filter:
    """The filter of this visitor, checked; `more`: what else a Filter takes. Raises NotSeen for a unit or class that is
    not theirs to know of."""
    if "\0" in unit + class_code:  # no text of a database: PostgreSQL would not even be asked
        raise NotSeen
    if unit:
        known = select(Unit.code).where(Unit.code == unit, visibility.visible_units(visitor, today))
        if session.scalar(known) is None:
            raise NotSeen(unit)
    if class_code:
        own = select(TrainingClass.id).where(
            TrainingClass.code == class_code,
            TrainingClass.course_id == course_id,
            visibility.visible_classes(visitor),
        )
        if session.scalar(own) is None:
            raise NotSeen(class_code)
    people = seen_by(visitor, course_id, today)
    return Filter(people, unit, class_code, state, **more)


def page(
    session: Session,
    course_id: str,
    asked: Filter,
    today: date,
    *,
    after: str = "",
    size: int = PAGE,
) -> tuple[list[Score], str]:
    """Scores by Vietnamese given name, from behind the cursor `after`; and the cursor of the next page, "" at the
    end. Raises BadCursor."""
    query = _scores(course_id, asked, today).order_by(Person.sort_key, Person.id)
    if after:
        place = _CURSOR.fullmatch(after)
        if place is None:
            raise BadCursor(after)
        query = query.where(tuple_(Person.sort_key, Person.id) > (place[1], int(place[2])))
    rows = [_score(row) for row in session.execute(query.limit(size + 1))]
    more = len(rows) > size
    rows = rows[:size]
    return rows, rows[-1].cursor if more else ""


def every(session: Session, course_id: str, asked: Filter, today: date) -> Iterator[Score]:
    """All scores by Vietnamese given name, one after the other."""
    query = _scores(course_id, asked, today).order_by(Person.sort_key, Person.id)
    with session.execute(query.execution_options(yield_per=500)) as rows:
        for row in rows:
            yield _score(row)


def one(session: Session, course_id: str, asked: Filter, today: date, username: str) -> Score:
    """One learner's line. Raises NotSeen."""
    query = _scores(course_id, asked, today).where(Person.username == username)
    row = None if "\0" in username else session.execute(query).one_or_none()
    if row is None:
        raise NotSeen(username)
    return _score(row)


def counts(session: Session, course_id: str, asked: Filter, today: date) -> Mapping[str, int]:
    """How many there are in each of STATES, and `overdue`: a class's day has passed and the course is not done."""
    state = func.coalesce(Enrolment.state, "not_started")
    query = (
        _people(course_id, asked, today)
        .with_only_columns(state, func.count(Person.id), _count_if(_overdue(course_id, today)))
        .group_by(state)
    )
    return _counted(session.execute(query).all())


def classes(session: Session, visitor: Visitor, course_id: str) -> Sequence[TrainingClass]:
    """The classes in this course that the reader may choose from, by name."""
    query = select(TrainingClass).where(
        TrainingClass.course_id == course_id, visibility.visible_classes(visitor)
    )
    return session.scalars(query.order_by(TrainingClass.name, TrainingClass.id)).all()


def units(session: Session, visitor: Visitor, course_id: str, today: date) -> Sequence[tuple[str, str]]:
    """Code and name of the units that people in sight sit in today, in Vietnamese order."""
    seats = (
        select(Posting.unit_code)
        .join(Person, Person.id == Posting.person_id)
        .where(seen_by(visitor, course_id, today), postings.on(today))
    )
    query = (
        select(Unit.code, Unit.name)
        .where(Unit.code.in_(seats), visibility.visible_units(visitor, today))
        .order_by(Unit.sort_key, Unit.code)
    )
    return [(code, name) for code, name in session.execute(query)]


def _scores(course_id: str, asked: Filter, today: date) -> Any:
    seat = aliased(Posting)
    newest = (
        select(Posting.id)
        .where(Posting.person_id == Person.id, postings.on(today))
        .order_by(Posting.from_date.desc(), Posting.id.desc())
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
            _overdue(course_id, today).label("overdue"),
        )
    )


def _people(course_id: str, asked: Filter, today: date) -> Any:
    query: Any = (
        select(Person.id)
        .select_from(Person)
        .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.course_id == course_id))
        .where(asked.people, or_(Person.active, Enrolment.person_id.is_not(None)))
    )
    if asked.unit and asked.exact:
        seats = select(Posting.person_id).where(Posting.unit_code == asked.unit, postings.on(today))
        query = query.where(Person.id.in_(seats))
    elif asked.unit:
        query = query.where(Person.id.in_(visibility.sits_in([asked.unit], today)))
    if asked.class_code:
        query = query.where(in_class(course_id, TrainingClass.code == asked.class_code))
    if asked.state == "not_started":
        query = query.where(Enrolment.person_id.is_(None))
    elif asked.state == UNDONE:
        query = query.where(or_(Enrolment.person_id.is_(None), Enrolment.state != "done"))
    elif asked.state == BEGUN:
        query = query.where(Enrolment.person_id.is_not(None))
    elif asked.state:
        query = query.where(Enrolment.state == asked.state)
    if asked.concerned:
        query = query.where(or_(Enrolment.person_id.is_not(None), in_class(course_id)))
    if asked.overdue:
        query = query.where(_overdue(course_id, today))
    if asked.page:
        done = exists().where(
            PageProgress.person_id == Person.id,
            PageProgress.course_id == course_id,
            PageProgress.page == asked.page,
            PageProgress.state == "done",
        )
        query = query.where(~done if asked.not_yet else done)
    if asked.did:
        moment = Enrolment.completed_at if asked.did == "done" else Enrolment.started_at
        query = query.where(moment >= asked.since, moment < asked.until)
    return query


def in_class(course: CourseId, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition over Person.id: members of a class in this course. `which`: conditions over TrainingClass."""
    return exists().where(
        ClassMember.person_id == Person.id,
        TrainingClass.id == ClassMember.class_id,
        TrainingClass.course_id == course,
        *which,
    )


def _overdue(course: CourseId, today: date) -> ColumnElement[bool]:
    undone = or_(Enrolment.person_id.is_(None), Enrolment.state != "done")
    return and_(undone, in_class(course, TrainingClass.due_on < today))


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _counted(rows: Sequence[Any]) -> dict[str, int]:
    """Of rows (state, number, overdue)."""
    found = dict.fromkeys(STATES, 0) | {state: number for state, number, _ in rows}
    return {**found, "overdue": sum(int(late) for _, _, late in rows)}


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
        overdue=bool(row.overdue),
        sort_key=row.sort_key,
    )

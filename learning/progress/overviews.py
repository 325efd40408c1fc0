"""What became of courses: figures of a course, a class, a unit, the province, by whatever they are divided, counted in
the database in as many queries for 50 people as for 5.219.

Who counts: those whom a class names or who have begun, as far as the visitor may see their scores (scores.seen_by).
Over several courses each person counts once for each: lượt.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.organisation import postings, visibility
from learning.organisation.models import ClassMember, Posting, TrainingClass, Unit
from learning.progress import scores, tallies
from learning.progress.models import Enrolment, PageProgress
from learning.progress.scores import NotSeen
from learning.progress.tallies import Counted, Figures, Within

Column = InstrumentedAttribute
By = Literal["course", "unit", ""]


@dataclass(frozen=True)
class Scope:
    """Whose figures: what `visitor` may see, of one course or of all (""), of a unit with all below it, of a class. Made
    by `scope`, which checks it."""

    visitor: Visitor
    today: date
    course_id: str = ""
    unit: str = ""
    class_code: str = ""


@dataclass(frozen=True)
class Week:
    """How many began, and how many became done, in the week that begins on this Monday."""

    monday: date
    begun: int
    done: int


def scope(
    session: Session,
    visitor: Visitor,
    today: date,
    *,
    course_id: str = "",
    unit: str = "",
    class_code: str = "",
) -> Scope:
    """Raises NotSeen for a course, unit or class that is not this visitor's to know of."""
    if not visitor.has(*scores.READERS):
        raise NotSeen
    if course_id and not scores.may_see_course(session, visitor, course_id):
        raise NotSeen(course_id)
    if unit:
        seen_unit(session, visitor, today, unit)
    if class_code and seen_class(session, visitor, class_code).course_id != course_id:
        raise NotSeen(class_code)
    return Scope(visitor, today, course_id, unit, class_code)


def seen_unit(session: Session, visitor: Visitor, today: date, code: str) -> Unit:
    """Raises NotSeen for a unit that is not this visitor's to know of."""
    known = select(Unit).where(Unit.code == code, visibility.visible_units(visitor, today))
    found = None if "\0" in code else session.scalar(known)
    if found is None:
        raise NotSeen(code)
    return found


def seen_class(session: Session, visitor: Visitor, code: str) -> TrainingClass:
    """Raises NotSeen for a class that is not this visitor's to know of."""
    known = select(TrainingClass).where(TrainingClass.code == code, visibility.visible_classes(visitor))
    found = None if "\0" in code else session.scalar(known)
    if found is None:
        raise NotSeen(code)
    return found


def seen_units(session: Session, visitor: Visitor, today: date) -> Sequence[Unit]:
    """Every unit the visitor may know of, in Vietnamese order."""
    query = select(Unit).where(visibility.visible_units(visitor, today))
    return session.scalars(query.order_by(Unit.sort_key, Unit.code)).all()


def seen_classes(session: Session, visitor: Visitor) -> Sequence[TrainingClass]:
    """Every class the visitor may know of, by name."""
    query = select(TrainingClass).where(visibility.visible_classes(visitor))
    return session.scalars(query.order_by(TrainingClass.name, TrainingClass.id)).all()


def counted(session: Session, wanted: Scope, by: By) -> list[Counted]:
    """What `tallies` makes figures of: by course id, by the code of the unit people sit in today ("" where in none), or
    all together. One query."""
    pairs = _pairs(wanted)
    key, query = _by(by, pairs, wanted.today)
    query = query.with_only_columns(key, *_counts(pairs)).group_by(pairs.c.state, pairs.c.best)
    query = query.group_by(key) if by else query
    return _counted(session.execute(query))


def people(session: Session, wanted: Scope) -> int:
    """How many different people stand behind the figures."""
    begun = select(Enrolment.person_id).where(*_begun_in(wanted))
    found = union(begun, _waiting(wanted, ClassMember.person_id)).subquery("people")
    return session.scalar(select(func.count()).select_from(found)) or 0


def by_class(session: Session, wanted: Scope) -> dict[Hashable, Figures]:
    """The figures of each class the visitor may know of, by its code. One query."""
    pairs = _pairs(wanted)
    query: Select[Any] = (
        select(TrainingClass.code, *_counts(pairs))
        .select_from(pairs)
        .join(ClassMember, ClassMember.person_id == pairs.c.person_id)
        .join(
            TrainingClass,
            and_(TrainingClass.id == ClassMember.class_id, TrainingClass.course_id == pairs.c.course_id),
        )
        .where(visibility.visible_classes(wanted.visitor))
        .group_by(TrainingClass.code, pairs.c.state, pairs.c.best)
    )
    return tallies.tallied(_counted(session.execute(query)))


def lessons(session: Session, wanted: Scope, by: By = "") -> Mapping[tuple[Hashable, str], int]:
    """(unit's code or "", page's id or "exam") → how many people have done it. Of one course. One query."""
    pairs = _pairs(wanted)
    key, query = _by(by, pairs, wanted.today)
    query = (
        query.join(
            PageProgress,
            and_(
                PageProgress.person_id == pairs.c.person_id,
                PageProgress.course_id == wanted.course_id,
                PageProgress.state == "done",
            ),
        )
        .with_only_columns(key, PageProgress.page, func.count())
        .group_by(PageProgress.page)
    )
    query = query.group_by(key) if by else query
    rows = session.execute(query)
    return {(key or "", page): number for key, page, number in rows}


def trend(session: Session, wanted: Scope, zone: ZoneInfo, count: int) -> list[Week]:
    """The last `count` weeks, the present one last. One query."""
    mondays = tallies.weeks(wanted.today, count)
    starts = [tallies.begins(monday, zone) for monday in mondays]

    def fell(what: str, moment: Column[datetime] | Column[datetime | None]) -> Select[Any]:
        # The latest week first: most that happened lately is found at once.
        which = case(*((moment >= starts[place], place) for place in reversed(range(count))))
        query: Select[Any] = select(literal(what), which.label("week"), func.count())
        return query.where(*_begun_in(wanted), moment >= starts[0]).group_by("week")

    found = {
        (what, week): number
        for what, week, number in session.execute(
            union_all(fell("begun", Enrolment.started_at), fell("done", Enrolment.completed_at))
        )
    }
    return [
        Week(monday, found.get(("begun", place), 0), found.get(("done", place), 0))
        for place, monday in enumerate(mondays)
    ]


def within(session: Session, wanted: Scope, zone: ZoneInfo, first: date, last: date) -> Within:
    """What fell into the days from `first` to `last`. One query."""
    start, end = tallies.begins(first, zone), tallies.begins(last + scores.DAY, zone)
    began = and_(Enrolment.started_at >= start, Enrolment.started_at < end)
    finished = and_(Enrolment.completed_at >= start, Enrolment.completed_at < end)
    took = func.sum(case((finished, Enrolment.seconds), else_=0))
    query = select(Enrolment.best, _count_if(began), _count_if(finished), took)
    query = query.where(*_begun_in(wanted), or_(began, finished)).group_by(Enrolment.best)
    rows = session.execute(query).all()
    return Within(
        begun=sum(int(begun) for _, begun, _, _ in rows),
        done=sum(int(done) for _, _, done, _ in rows),
        median=tallies.median((best, int(done)) for best, _, done, _ in rows if best is not None),
        seconds=sum(int(seconds) for *_, seconds in rows),
    )


def _pairs(wanted: Scope) -> Subquery:
    """Every person × course in scope there is anything to say of: those who have begun, and those asked who have not."""
    late = exists().where(
        ClassMember.person_id == Enrolment.person_id,
        TrainingClass.id == ClassMember.class_id,
        TrainingClass.course_id == Enrolment.course_id,
        TrainingClass.due_on < wanted.today,
    )
    begun = select(
        Enrolment.person_id,
        Enrolment.course_id,
        Enrolment.state,
        Enrolment.best,
        Enrolment.attempts,
        Enrolment.seconds,
        case((and_(Enrolment.state != "done", late), 1), else_=0).label("overdue"),
    ).where(*_begun_in(wanted))
    waiting = _waiting(
        wanted,
        ClassMember.person_id,
        TrainingClass.course_id,
        literal("not_started"),
        null(),
        literal(0),
        literal(0),
        func.max(case((TrainingClass.due_on < wanted.today, 1), else_=0)),
    )
    return union_all(begun, waiting).subquery("pairs")


def _begun_in(wanted: Scope) -> list[ColumnElement[bool]]:
    return _in_scope(wanted, Enrolment.person_id, Enrolment.course_id)


def _waiting(wanted: Scope, *columns: Any) -> Select[Any]:
    """Of person × course those in scope whom a class names and who have not begun."""
    enrolled = exists().where(
        Enrolment.person_id == ClassMember.person_id, Enrolment.course_id == TrainingClass.course_id
    )
    query: Select[Any] = select(*columns).select_from(ClassMember)
    return (
        query.join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .join(Person, Person.id == ClassMember.person_id)
        .where(Person.active, ~enrolled, *_in_scope(wanted, ClassMember.person_id, TrainingClass.course_id))
        .group_by(ClassMember.person_id, TrainingClass.course_id)
    )


def _counts(pairs: Subquery) -> list[ColumnElement[Any]]:
    return [
        pairs.c.state,
        pairs.c.best,
        func.count(),
        func.sum(pairs.c.overdue),
        func.sum(pairs.c.attempts),
        func.sum(pairs.c.seconds),
    ]


def _counted(rows: Iterable[Any]) -> list[Counted]:
    return [
        Counted(key or "", state, best, people, int(overdue), int(attempts), int(seconds))
        for key, state, best, people, overdue, attempts, seconds in rows
    ]


def _by(by: By, pairs: Subquery, today: date) -> tuple[ColumnElement[Any], Select[Any]]:
    """What the pairs are divided by, and the query from them that knows it."""
    query: Select[Any] = select(pairs.c.person_id).select_from(pairs)
    if by == "course":
        return pairs.c.course_id, query
    if by == "unit":
        seats = _seats(today)
        return seats.c.unit_code, query.outerjoin(seats, seats.c.person_id == pairs.c.person_id)
    return literal(""), query


def _seats(today: date) -> Subquery:
    """Person → the unit they sit in on this day; of two postings that overlap, the later begun."""
    later = aliased(Posting)
    newer = exists().where(
        later.person_id == Posting.person_id,
        later.from_date <= today,
        or_(later.to_date.is_(None), later.to_date >= today),
        tuple_(later.from_date, later.id) > tuple_(Posting.from_date, Posting.id),
    )
    return select(Posting.person_id, Posting.unit_code).where(postings.on(today), ~newer).subquery("seats")


def _in_scope(wanted: Scope, person: Column[int], course: Column[str]) -> list[ColumnElement[bool]]:
    """What holds of the pairs in scope. The same as scores.seen_by says, in a shape that a database can begin with."""
    one, held = wanted.visitor, list[ColumnElement[bool]]()
    if not one.has(*visibility.WHOLE_PROVINCE):
        seen: list[ColumnElement[bool]] = [false()]
        if one.has("trainer"):
            taught = select(ClassMember.person_id, TrainingClass.course_id)
            taught = taught.join(TrainingClass, TrainingClass.id == ClassMember.class_id)
            seen.append(tuple_(person, course).in_(taught.where(TrainingClass.trainer_id == one.id)))
        if one.has("unit_head"):
            headed = one.scopes.get("unit_head", frozenset())
            seen.append(person.in_(visibility.sits_in(headed, wanted.today)))
        held.append(or_(*seen) if len(seen) > 2 else seen[-1])
    if wanted.course_id:
        held.append(course == wanted.course_id)
    if wanted.unit:
        held.append(person.in_(visibility.sits_in([wanted.unit], wanted.today)))
    if wanted.class_code:
        members = select(ClassMember.person_id).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        held.append(person.in_(members.where(TrainingClass.code == wanted.class_code)))
    return held


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

"""A unit's week for its head: how far its people are, what the last seven days changed, and what comes next. The same few
queries for 50 people and 5.219."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.organisation import visibility
from learning.organisation.models import ClassMember, TrainingClass
from learning.progress.helping import Day
from learning.progress.models import Enrolment

AHEAD = 30  # days
WEEK = 7


@dataclass(frozen=True)
class Course:
    """How far the people of the unit are in one course: each is in one of `waiting`, `started`, `done`. `overdue` are of
    the first two. `newly_…`: those of them who came to it in the last seven days."""

    course_id: str
    waiting: int
    started: int
    done: int
    overdue: int
    newly_started: int
    newly_done: int
    newly_overdue: int

    @property
    def total(self) -> int:
        return self.waiting + self.started + self.done


@dataclass(frozen=True)
class Coming:
    """A day on which a course is due, and for how many people of the unit who are not done."""

    day: date
    course_id: str
    people: int


def people(session: Session, unit: str, day: Day) -> int:
    """How many active people sit in the unit or below."""
    query = select(func.count()).select_from(Person).where(Person.active, _in_unit(unit, day))
    return session.scalar(query) or 0


def courses(session: Session, unit: str, live: Collection[str], day: Day) -> list[Course]:
    """Each of these courses that a class asks of somebody in the unit, or somebody has begun."""
    called = (
        select(ClassMember.person_id, TrainingClass.course_id, func.min(TrainingClass.due_on).label("due_on"))
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.course_id.in_(live), _member_in_unit(unit, day))
        .group_by(ClassMember.person_id, TrainingClass.course_id)
        .cte("called")
    )
    begun = select(Enrolment.person_id, Enrolment.course_id).where(
        Enrolment.course_id.in_(live), Enrolment.person_id.in_(visibility.sits_in([unit], day.today))
    )
    pairs = begun.union(select(called.c.person_id, called.c.course_id)).subquery("pairs")

    def here(other: Any) -> ColumnElement[bool]:
        return and_(other.person_id == pairs.c.person_id, other.course_id == pairs.c.course_id)

    since = day.begins(WEEK)
    undone = or_(Enrolment.person_id.is_(None), Enrolment.state != "done")
    late = and_(undone, called.c.due_on < day.today)
    query = (
        select(
            pairs.c.course_id,
            _count(Enrolment.person_id.is_(None)),
            _count(Enrolment.state == "started"),
            _count(Enrolment.state == "done"),
            _count(late),
            _count(and_(Enrolment.state == "started", Enrolment.started_at >= since)),
            _count(Enrolment.completed_at >= since),
            _count(and_(late, called.c.due_on >= day.today - timedelta(days=WEEK))),
        )
        .select_from(pairs)
        .join(Person, and_(Person.id == pairs.c.person_id, Person.active))
        .outerjoin(Enrolment, here(Enrolment))
        .outerjoin(called, here(called.c))
        .group_by(pairs.c.course_id)
        .order_by(pairs.c.course_id)
    )
    return [Course(course_id, *map(int, counts)) for course_id, *counts in session.execute(query)]


def coming(session: Session, unit: str, live: Collection[str], day: Day) -> Sequence[Coming]:
    """The next days on which courses are due, the soonest first."""
    query = (
        select(TrainingClass.due_on, TrainingClass.course_id, func.count(Person.id.distinct()))
        .join(ClassMember, ClassMember.class_id == TrainingClass.id)
        .join(Person, and_(Person.id == ClassMember.person_id, Person.active))
        .outerjoin(
            Enrolment,
            and_(Enrolment.person_id == Person.id, Enrolment.course_id == TrainingClass.course_id),
        )
        .where(
            TrainingClass.course_id.in_(live),
            TrainingClass.due_on >= day.today,
            TrainingClass.due_on <= day.today + timedelta(days=AHEAD),
            _in_unit(unit, day),
            or_(Enrolment.person_id.is_(None), Enrolment.state != "done"),
        )
        .group_by(TrainingClass.due_on, TrainingClass.course_id)
        .order_by(TrainingClass.due_on, TrainingClass.course_id)
    )
    return [
        Coming(due_on, course_id, number) for due_on, course_id, number in session.execute(query) if due_on
    ]


def _in_unit(unit: str, day: Day) -> ColumnElement[bool]:
    return Person.id.in_(visibility.sits_in([unit], day.today))


def _member_in_unit(unit: str, day: Day) -> ColumnElement[bool]:
    return ClassMember.person_id.in_(visibility.sits_in([unit], day.today))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

"""Whose answers a reader may count, and the groups these people are told of in."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from typing import cast as as_kind

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, literal_column, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE

from learning.accounts.models import Person
from learning.organisation import postings
from learning.organisation.models import ClassMember, Position, Posting, TrainingClass
from learning.progress.models import Enrolment

By = Literal["unit", "class"]
NOWHERE = ""  # the group of who sits in no unit, or is in no class


@dataclass(frozen=True)
class Sight:
    """Whose answers are counted: `people`, a condition over Person.id, in groups `by` unit or by class of this trainer.
    `group`: one of them (a unit's or a class's code), None for all together."""

    people: ColumnElement[bool]
    by: By = "unit"
    trainer_id: int = 0
    group: str | None = None


def seats(sight: Sight, today: date, course_id: str = "") -> CTE:
    """Everybody in sight (and in its group), of a course who has begun it: `person_id`; `of`, their unit or class; and
    `position`, the group of the position they hold, "" for trainers, who see no positions. NOWHERE for none. Of two
    classes, or of two postings on one day, the last by code: nobody is in two groups."""
    person = Enrolment.person_id if course_id else Person.id
    query: Any = select(person.label("person_id")).where(sight.people).group_by(person)
    if course_id:
        query = query.join(Person, Person.id == person).where(Enrolment.course_id == course_id)
    if sight.by == "class":
        mine = (
            select(ClassMember.person_id, TrainingClass.code)
            .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
            .where(TrainingClass.course_id == course_id, TrainingClass.trainer_id == sight.trainer_id)
            .subquery()
        )
        query = query.outerjoin(mine, mine.c.person_id == person)
        of = func.coalesce(func.max(mine.c.code), NOWHERE)
        query = query.add_columns(of.label("of"), literal("").label("position"))
    else:
        query = query.outerjoin(Posting, and_(Posting.person_id == person, postings.on(today)))
        query = query.outerjoin(Position, Position.code == Posting.position_code)
        of = func.coalesce(func.max(Posting.unit_code), NOWHERE)
        position = func.coalesce(func.max(Position.group), NOWHERE)
        query = query.add_columns(of.label("of"), position.label("position"))
    if sight.group is not None:
        query = query.having(of == sight.group)
    # Or the group is looked for anew for each row that is counted.
    return as_kind(CTE, query.cte("seats").prefix_with("MATERIALIZED"))


def day_of(session: Session, moment: Any) -> ColumnElement[str]:
    """The day (ISO, UTC) of a moment that is kept."""
    if session.get_bind().dialect.name == "postgresql":
        moment = func.timezone(literal_column("'UTC'"), moment)  # no parameter: it is grouped by
    return cast(func.date(moment), String)

"""Who has not answered in time and still may, by name: for those alone who can ask them. Who may answer no more is
nobody's to ask, and is only counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.evaluation import asks
from learning.evaluation.models import Ask
from learning.evaluation.seats import Sight, seats
from learning.organisation import postings
from learning.organisation.models import Posting, Unit

AWAITED_PAGE = 50


@dataclass(frozen=True)
class Awaited:
    """Somebody who has not answered in time."""

    person_id: int
    full_name: str
    unit: str
    kind: str
    days: int
    asked_on: date


def awaited(
    session: Session,
    course_id: str,
    sight: Sight,
    today: date,
    *,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> Iterator[tuple[Awaited, tuple[str, int]]]:
    """Who has not answered in time for themself and still may, by Vietnamese given name, each with the place to go on
    from. Without a `limit` to be taken to the end."""
    there = seats(sight, today, course_id)
    query = (
        select(
            Ask.id,
            Ask.kind,
            Ask.days,
            Ask.asked_on,
            Person.id.label("person_id"),
            Person.full_name,
            Person.sort_key,
        )
        .add_columns(_unit_name(today).label("unit"))
        .join(Person, Person.id == Ask.person_id)
        .join(there, there.c.person_id == Ask.person_id)
        .where(Ask.course_id == course_id, Ask.kind != "manager", Person.active)
        .where(asks.overdue_on(today), asks.open_on(today))
        .order_by(Person.sort_key, Ask.id)
    )
    if after is not None:
        query = query.where(
            or_(Person.sort_key > after[0], and_(Person.sort_key == after[0], Ask.id > after[1]))
        )
    query = query.execution_options(yield_per=500) if limit is None else query.limit(limit)
    with session.execute(query) as rows:
        for row in rows:
            one = Awaited(row.person_id, row.full_name, row.unit or "", row.kind, row.days, row.asked_on)
            yield one, (row.sort_key, row.id)


def _unit_name(today: date) -> Any:
    return (
        select(Unit.name)
        .join(Posting, Posting.unit_code == Unit.code)
        .where(Posting.person_id == Person.id, postings.on(today))
        .order_by(Posting.from_date.desc(), Posting.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )

"""Who looked at whose results. A look is written down before what is looked at is shown; the person concerned can
list them (/me/looks).

Kept by the day, so that turning the pages of a table all morning is one row for each person in it, counted up.
"""

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from flask import request
from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from learning.accounts.models import Look, Person
from learning.accounts.visitors import visitor
from learning.database import insert
from learning.web.context import READING_METHODS, database, db, now, today

# A table in which one stands with others; one's own page; a file taken away; work handed in to be marked; a paper.
What = Literal["table", "person", "export", "work", "certificate"]
WHAT: tuple[str, ...] = get_args(What)
PAGE = 50
KEPT_DAYS = 730  # two years: the plan of a year is settled in the next

Cursor = tuple[str, int, str, str]  # day (ISO), looker, what, course of the last line seen


@dataclass(frozen=True)
class Seen:
    """One line of what others saw of a person. `unit` is said by whoever shows it."""

    day: date
    looker_id: int
    looker: str
    what: str
    course_id: str
    times: int
    last_at: datetime

    @property
    def cursor(self) -> Cursor:
        return (self.day.isoformat(), self.looker_id, self.what, self.course_id)


def seen(people: Iterable[int], what: What, course_id: str = "") -> None:
    """To be called by a view before it shows named results: the visitor sees them. Of a page that is read it is written
    down, and committed, at once; of a form that is sent, with what else the request does."""
    one = visitor()
    others = set(people) - {one.id}
    if not others:
        return
    with database().writing() if request.method in READING_METHODS else nullcontext(db()) as session:
        record(session, now(), today(), one.id, others, what, course_id)


def record(
    session: Session,
    now: datetime,
    today: date,
    looker_id: int,
    people: Collection[int],
    what: What,
    course_id: str = "",
) -> None:
    """One look of one at each of `people`; looking at oneself is none."""
    rows = [
        {
            "person_id": person_id,
            "day": today,
            "looker_id": looker_id,
            "what": what,
            "course_id": course_id,
            "times": 1,
            "first_at": now,
            "last_at": now,
        }
        for person_id in sorted(
            set(people) - {looker_id}
        )  # in one order, so that two do not wait for each other
    ]
    if not rows:
        return
    statement = insert(session, Look)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Look.person_id, Look.day, Look.looker_id, Look.what, Look.course_id],
            set_={"times": Look.times + 1, "last_at": statement.excluded.last_at},
        ),
        rows,
    )


def of(session: Session, person_id: int, *, after: Cursor | None = None) -> tuple[list[Seen], bool]:
    """Who saw this person's results, the latest day first, PAGE at a time; and whether there are more."""
    keys = (Look.day, Look.looker_id, Look.what, Look.course_id)
    query = (
        select(*keys, Look.times, Look.last_at, Person.full_name)
        .join(Person, Person.id == Look.looker_id)
        .where(Look.person_id == person_id)
        .order_by(*(key.desc() for key in keys))
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(tuple_(*keys) < (date.fromisoformat(after[0]), *after[1:]))
    rows = [
        Seen(row.day, row.looker_id, row.full_name, row.what, row.course_id, row.times, row.last_at)
        for row in session.execute(query)
    ]
    return rows[:PAGE], len(rows) > PAGE


def forget(session: Session, before: date) -> int:
    """Drops the looks of days before this one; how many."""
    return int(session.execute(delete(Look).where(Look.day < before)).rowcount)  # type: ignore[attr-defined]

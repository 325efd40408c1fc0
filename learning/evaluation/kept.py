"""Figures of the whole province, counted between requests and kept for whoever sees all of it: what people said of a
course, and what they need. What may be told of answers changes by the day (suppression.py), and to find it out of those
of 5.219 people takes longer than a page may.

Readers get what is kept as long as it is of today and not OLD, else it is counted for them. The sweep counts again what
is not FRESH; several servers that do at once count the same.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.database import insert
from learning.evaluation import needs, results
from learning.evaluation.models import KeptFigures, SurveyAnswer
from learning.evaluation.needs import Need
from learning.evaluation.results import Report
from learning.evaluation.seats import Sight
from learning.library import catalogue

FRESH = timedelta(minutes=15)
OLD = timedelta(minutes=45)  # where nothing sweeps, or a count takes its time
EVERYBODY = Sight(true())

Value = TypeVar("Value")


def report(session: Session, now: datetime, today: date, course: Course) -> Report:
    """All figures of a course, of everybody, by unit."""
    return _kept(session, now, today, f"report/{course.id}", Report) or results.report(
        session, course, EVERYBODY, today
    )


def needed(session: Session, now: datetime, today: date, year: int) -> Sequence[Need]:
    """The needs of a year, of everybody."""
    found = _kept(session, now, today, f"needs/{year}", list[Need])
    return needs.counts(session, year, today, true()) if found is None else found


def due(session: Session, now: datetime, today: date) -> dict[str, Callable[[Session], Any]]:
    """What is to be counted again, by key, each with how: nothing where nobody has answered anything yet."""
    if session.scalar(select(SurveyAnswer.person_id).limit(1)) is None:
        return {}
    counts: dict[str, Callable[[Session], Any]] = {f"needs/{today.year}": _needs_of(today)}
    for one in catalogue.live_courses(session):
        counts[f"report/{one.course.id}"] = _report_of(one.course, today)
    fresh = select(KeptFigures.key).where(KeptFigures.day == today, KeptFigures.counted_at > now - FRESH)
    return {key: counts[key] for key in counts.keys() - set(session.scalars(fresh))}


def keep(session: Session, now: datetime, today: date, key: str, counted: Any) -> None:
    row = {"day": today, "counted_at": now, "body": msgspec.msgpack.encode(counted)}
    made = insert(session, KeptFigures).values(key=key, **row)
    session.execute(made.on_conflict_do_update(index_elements=["key"], set_=row))


def _needs_of(today: date) -> Callable[[Session], Any]:
    return lambda session: needs.counts(session, today.year, today, true())


def _report_of(course: Course, today: date) -> Callable[[Session], Any]:
    return lambda session: results.report(session, course, EVERYBODY, today)


def _kept(session: Session, now: datetime, today: date, key: str, kind: type[Value]) -> Value | None:
    row = session.get(KeptFigures, key)
    if row is None or row.day != today or not timedelta() <= now - row.counted_at < OLD:
        return None
    return msgspec.msgpack.decode(row.body, type=kind, strict=False)

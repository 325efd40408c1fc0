"""What the pages of practices ask the database: each a fixed number of queries, however many people there are."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.evaluation import practice_mentors
from learning.evaluation.practice_models import (
    Mentorship,
    Practice,
    PracticeEvent,
    PracticeEvidence,
    PracticeStep,
)
from learning.organisation import visibility
from learning.progress import scores

PAGE = 30
Part = Literal["learner", "mentor", "once", "reader"]
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]{8,15}\+00:00)-(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class Opened:
    """A practice, whose it is, and what the visitor is to it: its learner; who guides them today ("mentor") or did once
    ("once": sees nothing any more, and is told so where a decision comes too late); or one who may read it."""

    row: Practice
    person: Person
    part: Part


@dataclass(frozen=True)
class Line:
    """A practice in a list. `since`: when the step that has waited longest was handed in; None: nothing
    waits."""

    id: int
    person_id: int
    full_name: str
    course_id: str
    page: str
    release_id: int
    state: str
    signed: int
    handed_in: int
    returned: int
    total: int
    since: datetime | None
    last_at: datetime


def readers(visitor: Visitor, today: date) -> ColumnElement[bool]:
    """A condition over Person.id and Practice.course_id: whose practices this visitor may read, being no part of them.
    The head of the unit they sit in, the trainer of their class in this course, administrators."""
    if visitor.has("administrator"):
        return true()
    seen: list[ColumnElement[bool]] = [false()]
    if visitor.has("trainer"):
        seen.append(scores.of_trainer(visitor.id, Practice.course_id))
    if visitor.has("unit_head"):
        units = visitor.scopes.get("unit_head", frozenset())
        seen.append(Person.id.in_(visibility.sits_in(units, today)))
    return or_(*seen)


def of_others(visitor: Visitor, today: date) -> ColumnElement[bool]:
    """The same without the visitor's own."""
    return and_(readers(visitor, today), Practice.person_id != visitor.id)


def opened(session: Session, visitor: Visitor, today: date, practice_id: int) -> Opened | None:
    """The practice, for those who may know of it."""
    part = case(
        (Practice.person_id == visitor.id, "learner"),
        (practice_mentors.guided_by(visitor.id), "mentor"),
        (readers(visitor, today), "reader"),
        (Person.id.in_(select(Mentorship.person_id).where(Mentorship.mentor_id == visitor.id)), "once"),
        else_="",
    )
    query = (
        select(Practice, Person, part)
        .join(Person, Person.id == Practice.person_id)
        .where(Practice.id == practice_id)
    )
    found = session.execute(query).one_or_none()
    return None if found is None or not found[2] else Opened(found[0], found[1], found[2])


def of_mentor(session: Session, mentor_id: int, *, waiting: bool, cursor: str = "") -> tuple[list[Line], str]:
    """The practices of those this one guides, a page of them and the cursor of the next ("" at the end): what waits for a
    decision, the longest first; or (`waiting` false) all the others, the latest first."""
    whom = practice_mentors.guided_by(mentor_id)
    return listed(session, whom if waiting else and_(whom, ~_waits()), waiting=waiting, cursor=cursor)


def listed(
    session: Session, whom: ColumnElement[bool], *, waiting: bool, cursor: str = ""
) -> tuple[list[Line], str]:
    """Practices of these (a condition over Person.id and Practice): those that wait for a decision, the longest first;
    or (`waiting` false) all, the latest first. A page of them and the cursor of the next."""
    counts = _counts(whom)
    query = _lines(counts).where(whom).limit(PAGE + 1)
    moment = counts.c.since if waiting else Practice.last_at
    at = _place(cursor)
    if waiting:
        query = query.where(counts.c.handed > 0).order_by(moment, Practice.id)
        query = query.where(tuple_(moment, Practice.id) > at) if at else query
    else:
        query = query.order_by(moment.desc(), Practice.id.desc())
        query = query.where(tuple_(moment, Practice.id) < at) if at else query
    rows = session.execute(query).all()
    lines = [_line(row) for row in rows[:PAGE]]
    last = lines[-1] if len(rows) > PAGE else None
    return (
        lines,
        f"{((last.since if waiting else None) or last.last_at).isoformat()}-{last.id}" if last else "",
    )


def waiting_among(session: Session, whom: ColumnElement[bool]) -> tuple[int, int]:
    """In how many practices of these something waits for a decision, and in how many of these for want of a mentor."""
    alone = case((practice_mentors.has_mentor(), 0), else_=1)
    query = (
        select(func.count(), func.coalesce(func.sum(alone), 0))
        .select_from(Practice)
        .join(Person, Person.id == Practice.person_id)
        .where(whom, _waits())
    )
    row = session.execute(query).one()
    return row[0], row[1]


def _place(cursor: str) -> tuple[datetime, int] | None:
    """Where a list goes on; None for a cursor that is none: from the beginning."""
    started = _CURSOR.fullmatch(cursor)
    try:
        return (datetime.fromisoformat(started[1]), int(started[2])) if started else None
    except ValueError:  # no such day
        return None


def of_learner(session: Session, person_id: int) -> list[Line]:
    """This person's own practices, the latest first."""
    mine = Practice.person_id == person_id
    query = _lines(_counts(mine)).where(mine).order_by(Practice.last_at.desc(), Practice.id)
    return [_line(row) for row in session.execute(query)]


def _counts(whom: ColumnElement[bool]) -> Subquery:
    """Of each practice of these how many steps there are, wait for a decision, are signed; and since when one has."""
    return (
        select(
            PracticeStep.practice_id,
            func.sum(case((PracticeStep.state == "handed_in", 1), else_=0)).label("handed"),
            func.sum(case((PracticeStep.state == "returned", 1), else_=0)).label("returned"),
            func.sum(case((PracticeStep.state == "signed", 1), else_=0)).label("signed"),
            func.count().label("total"),
            func.min(case((PracticeStep.state == "handed_in", PracticeStep.changed_at))).label("since"),
        )
        .join(Practice, Practice.id == PracticeStep.practice_id)
        .join(Person, Person.id == Practice.person_id)
        .where(whom)
        .group_by(PracticeStep.practice_id)
        .subquery()
    )


def _lines(counts: Subquery) -> Select[Any]:
    return (
        select(Practice, Person.full_name, counts)
        .join(Person, Person.id == Practice.person_id)
        .join(counts, counts.c.practice_id == Practice.id)
    )


def _line(row: Row[Any]) -> Line:
    it = row.Practice
    return Line(
        it.id,
        it.person_id,
        row.full_name,
        it.course_id,
        it.page,
        it.release_id,
        it.state,
        row.signed,
        row.handed,
        row.returned,
        row.total,
        row.since,
        it.last_at,
    )


def _waits() -> ColumnElement[bool]:
    """A condition over Practice.id: a step of it waits for a decision."""
    return Practice.id.in_(select(PracticeStep.practice_id).where(PracticeStep.state == "handed_in"))


def waiting_for(session: Session, mentor_id: int) -> int:
    """In how many practices something waits for this mentor."""
    query = (
        select(func.count(Practice.id.distinct()))
        .join(Person, Person.id == Practice.person_id)
        .join(PracticeStep, PracticeStep.practice_id == Practice.id)
        .where(practice_mentors.guided_by(mentor_id), PracticeStep.state == "handed_in")
    )
    return session.scalar(query) or 0


def guides(session: Session, mentor_id: int) -> bool:
    """Whether this one guides anybody."""
    held = select(Mentorship.id).where(Mentorship.mentor_id == mentor_id, Mentorship.to_at.is_(None))
    return session.scalar(held.limit(1)) is not None


def states_of(session: Session, person_id: int, course_id: str) -> dict[str, Mapping[str, int]]:
    """Of the practices this person has begun in a course: by page, how many steps are in which state."""
    query = (
        select(Practice.page, PracticeStep.state, func.count())
        .join(PracticeStep, PracticeStep.practice_id == Practice.id)
        .where(Practice.person_id == person_id, Practice.course_id == course_id)
        .group_by(Practice.page, PracticeStep.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for page, state, count in session.execute(query):
        found[page][state] = count
    return dict(found)


def events(session: Session, practice_id: int) -> Sequence[tuple[PracticeEvent, str]]:
    """Every deed with the name of who did it, in their order."""
    query = (
        select(PracticeEvent, Person.full_name)
        .join(Person, Person.id == PracticeEvent.by_id)
        .where(PracticeEvent.practice_id == practice_id)
        .order_by(PracticeEvent.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def evidence(session: Session, practice_id: int) -> Sequence[PracticeEvidence]:
    """Every photo and file, taken back or not, in the order they came."""
    mine = select(PracticeEvidence).where(PracticeEvidence.practice_id == practice_id)
    return session.scalars(mine.order_by(PracticeEvidence.id)).all()

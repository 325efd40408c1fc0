"""Whether what was learnt is used at work: answered by the learner, and by whoever heads their unit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.evaluation import asking, asks
from learning.evaluation.answers import Used
from learning.evaluation.models import Ask, FollowUpAnswer


class Closed(Exception):
    """Too long ago to be answered, or to be changed."""


@dataclass(frozen=True)
class Line:
    """A person of a team in one course, so many days after it. `state`: see asking.state."""

    ask: Ask
    person: Person
    unit: str
    state: str
    answer: FollowUpAnswer | None


def find(session: Session, person_id: int, ask_id: int) -> Ask | None:
    """A follow-up that asks this person about themself."""
    mine = (Ask.id == ask_id, Ask.person_id == person_id, Ask.kind == "learner")
    return session.scalars(select(Ask).where(*mine)).one_or_none()


def answer_of(session: Session, ask: Ask) -> FollowUpAnswer | None:
    return session.get(FollowUpAnswer, ask.id)


def may_answer(ask: Ask, kept: FollowUpAnswer | None, now: datetime, today: date) -> bool:
    if kept is not None:
        return asking.changeable(kept.answered_at, now)
    return asking.state(ask.asked_on, False, today) in ("open", "overdue")


def answer(session: Session, now: datetime, today: date, ask: Ask, given: Used, by: int) -> None:
    """Keeps the answer, or changes it; the same again changes nothing. Raises Closed."""
    session.refresh(ask, with_for_update=True)  # one of two heads after the other
    kept = answer_of(session, ask)
    if kept is not None and (kept.used, kept.reason, kept.text) == (given.used, given.reason, given.text):
        return
    if not may_answer(ask, kept, now, today):
        raise Closed(ask.id)
    if kept is None:
        kept = FollowUpAnswer(ask_id=ask.id, answered_at=now)
        session.add(kept)
    kept.used, kept.reason, kept.text = given.used, given.reason, given.text
    kept.answered_by, kept.changed_at = by, now
    session.flush()
    asks.answered(session, now, ask)


def team(session: Session, units: Collection[str], head: int, today: date) -> list[Line]:
    """Everything the head of these units is asked these days, by person."""
    rows = {
        row[0].id: row for row in asks.team(session, units, head, today)
    }.values()  # two postings are one line
    kept = _answers(session, [ask.id for ask, _, _ in rows])
    return [
        Line(ask, person, unit, asking.state(ask.asked_on, ask.id in kept, today), kept.get(ask.id))
        for ask, person, unit in rows
    ]


def _answers(session: Session, ids: Collection[int]) -> Mapping[int, FollowUpAnswer]:
    query = select(FollowUpAnswer).where(FollowUpAnswer.ask_id.in_(ids))
    return {answer.ask_id: answer for answer in session.scalars(query)}

"""More time for who needs it (WCAG 2.2.1): a time limit is multiplied for a person, wherever there is one.

What is under way is lengthened where it stands; it is never shortened, and what is over stays over.
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person
from learning.quizzes import attempts, marking, records
from learning.quizzes.models import Attempt, ExtraTime

NONE = Decimal(1)
FACTORS = (NONE, Decimal("1.25"), Decimal("1.5"), Decimal("1.75"), Decimal(2))


class Given(NamedTuple):
    factor: Decimal
    reason: str
    by: str  # full name
    at: datetime


def grant(session: Session, now: datetime, person: Person, factor: Decimal, reason: str, by: Person) -> bool:
    """Sets a person's factor (1 takes it back), lengthens what they have open, and tells them; False where it was so
    already. The reason goes into no log. Raises ValueError for another factor than FACTORS."""
    if factor not in FACTORS:
        raise ValueError(f"no such factor: {factor}")
    # Whoever begins something timed waits for us, and then knows; not whoever only refers to the person.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    before = current(session, person.id)
    if (before.factor, before.reason) == (factor, reason) if before else factor == NONE:
        return False
    session.add(ExtraTime(person_id=person.id, factor=factor, reason=reason, set_by=by.id, set_at=now))
    session.flush()
    lengthened = sum(_lengthen(session, now, attempt, factor) for attempt in _under_way(session, person.id))
    audit.record(
        session,
        now,
        by.username,
        "extra_time.set",
        person.username,
        factor=_plain(factor),
        lengthened=lengthened or None,
    )
    notices.tell(session, now, [person.id], "extra_time.set", person.username, factor=_plain(factor))
    session.flush()
    return True


def of(session: Session, person_id: int) -> Decimal:
    """What this person's time limits are multiplied by."""
    query = select(ExtraTime.factor).where(ExtraTime.person_id == person_id)
    return session.scalar(query.order_by(ExtraTime.id.desc()).limit(1)) or NONE


def held(session: Session, person_id: int) -> Decimal:
    """The same, and it stays so until our commit."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(read=True))
    return of(session, person_id)


def current(session: Session, person_id: int) -> Given | None:
    return next(iter(history(session, person_id, 1)), None)


def history(session: Session, person_id: int, most: int = 50) -> list[Given]:
    """What was set for this person, the latest first."""
    by = aliased(Person)
    query = (
        select(ExtraTime.factor, ExtraTime.reason, by.full_name, ExtraTime.set_at)
        .join(by, by.id == ExtraTime.set_by)
        .where(ExtraTime.person_id == person_id)
        .order_by(ExtraTime.id.desc())
        .limit(most)
    )
    return [Given(*row) for row in session.execute(query)]


def _under_way(session: Session, person_id: int) -> list[Attempt]:
    query = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.state == "open", Attempt.closes_at.is_not(None)
    )
    return list(session.scalars(query.order_by(Attempt.id)))


def _lengthen(session: Session, now: datetime, attempt: Attempt, factor: Decimal) -> bool:
    attempts.lock(session, attempt)
    if attempt.state != "open" or attempts.overdue(attempt, now) or attempt.closes_at is None:
        return False
    _, page = attempts.pinned(session, attempt)
    until = attempts.closing(attempt.started_at, marking.rules(page).time_limit, factor)
    return until is not None and until > attempt.closes_at and records.lengthen(session, attempt, until)


def _plain(factor: Decimal) -> str:
    return str(factor.normalize())

"""Who guides whom. A unit head names the mentor of a person of own unit, among its people; one at a time, and what waits
passes to the next one with the naming, since a practice asks who guides the person today.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person, RoleGrant
from learning.evaluation.practice_models import Mentorship, Practice, PracticeStep
from learning.organisation import postings
from learning.organisation.models import Unit


class NotToBeNamed(ValueError):
    """Nobody guides themselves, and who is shut out guides nobody."""


@dataclass(frozen=True)
class Guided:
    """A line of the history: who guided, who named them, from when to when (None: still)."""

    mentor: str
    named_by: str
    from_at: datetime
    to_at: datetime | None


def mentor_of(session: Session, person_id: int) -> Person | None:
    """Who guides this person today; one who is shut out of the product does not."""
    query = (
        select(Person)
        .join(Mentorship, Mentorship.mentor_id == Person.id)
        .where(Mentorship.person_id == person_id, Mentorship.to_at.is_(None), Person.active)
    )
    return session.scalar(query)


def guided_by(mentor_id: int) -> ColumnElement[bool]:
    """A condition over Person.id: whom this one guides today."""
    return Person.id.in_(
        select(Mentorship.person_id).where(Mentorship.mentor_id == mentor_id, Mentorship.to_at.is_(None))
    )


def once_guided(session: Session, mentor_id: int, person_id: int) -> bool:
    """Whether this one guides that person, or did once."""
    held = select(Mentorship.id).where(Mentorship.mentor_id == mentor_id, Mentorship.person_id == person_id)
    return session.scalar(held.limit(1)) is not None


def mentors_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """Person → the name of who guides them today."""
    query = (
        select(Mentorship.person_id, Person.full_name)
        .join(Person, Person.id == Mentorship.mentor_id)
        .where(Mentorship.person_id.in_(people), Mentorship.to_at.is_(None), Person.active)
    )
    return {row.person_id: row.full_name for row in session.execute(query)}


def has_mentor() -> ColumnElement[bool]:
    """A condition over Person.id: who is guided by somebody today."""
    mentor = aliased(Person)
    return exists(
        select(Mentorship.id)
        .join(mentor, mentor.id == Mentorship.mentor_id)
        .where(Mentorship.person_id == Person.id, Mentorship.to_at.is_(None), mentor.active)
    )


def history(session: Session, person_id: int) -> list[Guided]:
    """Who guided this person, the latest first."""
    namer = aliased(Person)
    query = (
        select(Mentorship, Person.full_name, namer.full_name)
        .join(Person, Person.id == Mentorship.mentor_id)
        .join(namer, namer.id == Mentorship.named_by_id)
        .where(Mentorship.person_id == person_id)
        .order_by(Mentorship.from_at.desc(), Mentorship.id.desc())
    )
    return [Guided(mentor, by, it.from_at, it.to_at) for it, mentor, by in session.execute(query)]


def last_named(session: Session, person_id: int) -> datetime | None:
    """When somebody was last named to guide this person."""
    return session.scalar(select(func.max(Mentorship.from_at)).where(Mentorship.person_id == person_id))


def heads_of(session: Session, person_id: int, today: date) -> Sequence[Person]:
    """Who may name this person's mentor: the heads of their unit, else of the nearest one above that has another head."""
    unit = postings.current_unit(session, person_id, today)
    while unit is not None:
        query = (
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == "unit_head", RoleGrant.scope == unit.code)
            .where(Person.active, Person.id != person_id)
            .order_by(Person.sort_key, Person.id)
        )
        if heads := session.scalars(query).all():
            return heads
        unit = session.get(Unit, unit.parent_code) if unit.parent_code else None
    return []


def name(session: Session, now: datetime, person: Person, mentor: Person, by: Person) -> bool:
    """Makes `mentor` the one who guides `person`; False where they were already. Whether the two are in `by`'s hands is
    the desk's to ask. Raises NotToBeNamed."""
    if person.id == mentor.id or not mentor.active:
        raise NotToBeNamed(mentor.username)
    current = _current(session, person.id)
    if current is not None and current.mentor_id == mentor.id:
        return False
    before = _close(session, now, person, current, by)
    session.add(
        Mentorship(person_id=person.id, mentor_id=mentor.id, named_by_id=by.id, from_at=now, to_at=None)
    )
    session.flush()
    audit.record(
        session, now, by.username, "mentor.named", person.username, mentor=mentor.username, before=before
    )
    told = {"title": person.full_name, "by": by.full_name}
    notices.tell(session, now, {mentor.id} - {by.id}, "mentor.named", person.username, **told)
    told = {"title": mentor.full_name, "by": by.full_name}
    notices.tell(session, now, {person.id} - {by.id}, "mentor.given", mentor.username, **told)
    notices.done_with(session, now, ["mentor.missing"], person.username)
    _hand_over(session, now, person, mentor)
    return True


def end(session: Session, now: datetime, person: Person, by: Person) -> bool:
    """Nobody guides this person any more; False where nobody did. Both are told."""
    current = _current(session, person.id)
    before = _close(session, now, person, current, by)
    if current is None:
        return False
    audit.record(session, now, by.username, "mentor.ended", person.username, before=before)
    mentor = session.get_one(Person, current.mentor_id)
    told = {"title": mentor.full_name, "by": by.full_name}
    notices.tell(session, now, {person.id} - {by.id}, "mentor.gone", mentor.username, **told)
    return True


def _current(session: Session, person_id: int) -> Mentorship | None:
    # The person's row is held, so that of two who name at once the second ends what the first began.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    query = select(Mentorship).where(Mentorship.person_id == person_id, Mentorship.to_at.is_(None))
    return session.scalar(query.execution_options(populate_existing=True))


def _close(
    session: Session, now: datetime, person: Person, current: Mentorship | None, by: Person
) -> str | None:
    """Ends it, and tells who guided; whose it was. What waited does not wait for them any more."""
    if current is None:
        return None
    current.to_at = max(now, current.from_at)  # whatever the clock did meanwhile
    session.flush()
    mentor = session.get_one(Person, current.mentor_id)
    for practice_id in _waiting(session, person):
        notices.done_with(session, now, ["practice.handed_in"], str(practice_id), mentor.id)
    notices.done_with(session, now, ["mentor.given"], mentor.username, person.id)
    told = {"title": person.full_name, "by": by.full_name}
    notices.done_with(session, now, ["mentor.named"], person.username, mentor.id)
    notices.tell(session, now, {mentor.id} - {by.id}, "mentor.ended", person.username, **told)
    return mentor.username


def _hand_over(session: Session, now: datetime, person: Person, mentor: Person) -> None:
    """Tells the new mentor of each practice in which something waits."""
    for practice_id in _waiting(session, person):
        notices.tell(
            session, now, [mentor.id], "practice.handed_in", str(practice_id), title=person.full_name
        )


def _waiting(session: Session, person: Person) -> Sequence[int]:
    """This person's practices in which something waits for a decision."""
    waiting = (
        select(Practice.id)
        .join(PracticeStep, PracticeStep.practice_id == Practice.id)
        .where(Practice.person_id == person.id, PracticeStep.state == "handed_in")
        .distinct()
        .order_by(Practice.id)
    )
    return session.scalars(waiting).all()

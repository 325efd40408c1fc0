"""What ends with a posting: the account of whoever sits nowhere any more, and the headship of a unit one left."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from learning.accounts import grants, people
from learning.accounts.models import Person, RoleGrant
from learning.audit import AuditEntry
from learning.organisation.models import Posting

ACTOR = "system"


def settle(session: Session, now: datetime, today: date, *, actor: str = ACTOR) -> int:
    """Shuts out everybody whose last day is over, and takes the role of unit head from whoever no longer sits in
    that unit; how many accounts and roles it were. What an administrator did by hand after that day stands."""
    done = 0
    for person, last in _departed(session, today):
        if not _by_hand(session, person, last, "person.enabled"):
            people.disable(session, now, person, actor=actor)
            done += 1
    for person, unit, last in _heads_elsewhere(session, today):
        if not _by_hand(session, person, last, "role.granted", unit):
            grants.revoke(session, now, person, "unit_head", unit, actor=actor)
            done += 1
    session.flush()
    return done


def _departed(session: Session, today: date) -> list[tuple[Person, date]]:
    """Active people whose every posting is over, with their last day. Who never had one is not meant."""
    ended = (
        select(Posting.person_id, func.max(Posting.to_date).label("last"))
        .group_by(Posting.person_id)
        .having(func.count() == func.count(Posting.to_date), func.max(Posting.to_date) < today)
        .subquery()
    )
    rows = session.execute(
        select(Person, ended.c.last).join(ended, ended.c.person_id == Person.id).where(Person.active)
    )
    return [(person, last) for person, last in rows]


def _heads_elsewhere(session: Session, today: date) -> list[tuple[Person, str, date]]:
    """Unit heads who sat in their unit and do no more, with the last day there. Who never sat in it is not meant."""
    there = (Posting.person_id == RoleGrant.person_id, Posting.unit_code == RoleGrant.scope)
    rows = session.execute(
        select(Person, RoleGrant.scope, func.max(Posting.to_date))
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Posting, there[0] & there[1])
        .where(
            RoleGrant.role == "unit_head",
            ~exists()
            .where(*there, or_(Posting.to_date.is_(None), Posting.to_date >= today))
            .correlate(RoleGrant),
        )
        .group_by(Person.id, RoleGrant.scope)
    )
    return [(person, unit, last) for person, unit, last in rows if last is not None]


def _by_hand(session: Session, person: Person, last: date, action: str, scope: str = "") -> bool:
    """Whether the log holds such a deed since that day was over."""
    since = datetime.combine(last + timedelta(days=1), time(), UTC)
    found = session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.subject == person.username, AuditEntry.action == action, AuditEntry.at >= since
        )
    )
    return any(not scope or detail.get("scope") == scope for detail in found)

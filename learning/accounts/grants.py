"""Roles given and taken. A change ends the person's sessions: the next sign-in knows the new roles.

So do one-use codes end that would now open more than they were issued for, or whose issuer may issue none now.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import people, sessions
from learning.accounts.models import ROLES, Person, RoleGrant

SCOPED = {"author", "reviewer", "unit_head"}  # by field ("*": all), or by unit code
ISSUERS = {"unit_head", "administrator"}  # of one-use codes


def grant(session: Session, now: datetime, person: Person, role: str, scope: str = "", *, actor: str) -> bool:
    """Gives a role; False where the person had it. Raises ValueError for an unknown role or a scope amiss."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    if (role in SCOPED) != bool(scope):
        raise ValueError(f"{role} needs a scope" if role in SCOPED else f"{role} has no scope")
    if session.get(RoleGrant, (person.id, role, scope)) is not None:
        return False
    session.add(RoleGrant(person_id=person.id, role=role, scope=scope))
    session.flush()
    sessions.end_all(session, now, person.id, because="roles changed")
    if role != "learner":  # a code from whoever might issue one for a learner would open this desk now
        people.void_codes(session, now, person.id)
    audit.record(session, now, actor, "role.granted", person.username, role=role, scope=scope)
    return True


def revoke(
    session: Session, now: datetime, person: Person, role: str, scope: str = "", *, actor: str
) -> bool:
    """Takes a role; False where there was none to take."""
    gone = session.execute(
        delete(RoleGrant)
        .where(RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.scope == scope)
        .returning(RoleGrant.role)
    ).one_or_none()
    if gone is None:
        return False
    sessions.end_all(session, now, person.id, because="roles changed")
    if role in ISSUERS:
        people.void_codes_from(session, now, person.id)
    audit.record(session, now, actor, "role.revoked", person.username, role=role, scope=scope)
    return True

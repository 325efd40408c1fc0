"""What waits for a person: a notice in the app, and a letter by mail where the person has an address.

Both are written in the transaction of the deed, so that neither tells of what did not happen. Letters leave later, from
the server's sweep: `learning.accounts.letters`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Letter, Notice, Person, RoleGrant


def tell(
    session: Session, now: datetime, people: Iterable[int], kind: str, subject: str, **detail: Any
) -> list[Notice]:
    """One notice to each active person, once however often they are named."""
    query = select(Person).where(Person.id.in_(set(people)), Person.active).order_by(Person.id)
    made = []
    for person in session.scalars(query).all():
        notice = Notice(person_id=person.id, at=now, kind=kind, subject=subject, detail=detail, read_at=None)
        session.add(notice)
        session.flush()
        if person.email:
            session.add(
                Letter(
                    notice_id=notice.id,
                    address=person.email,
                    state="waiting",
                    tries=0,
                    next_at=now,
                    sent_at=None,
                    trouble="",
                )
            )
        made.append(notice)
    session.flush()
    return made


def of(session: Session, person_id: int, *, limit: int = 50, before: int | None = None) -> list[Notice]:
    """A person's notices, the newest first; `before`: the id of the last one seen, for the next page."""
    query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(Notice.id < before)))


def unread(session: Session, person_id: int) -> int:
    query = select(func.count()).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def mark_read(session: Session, now: datetime, person_id: int, notice_id: int | None = None) -> int:
    """Marks one notice of this person (or all) as read; how many were not. Another's stays as it is."""
    which = [Notice.person_id == person_id, Notice.read_at.is_(None)]
    if notice_id is not None:
        which.append(Notice.id == notice_id)
    done = session.execute(update(Notice).where(*which).values(read_at=now))
    return int(done.rowcount)  # type: ignore[attr-defined]


def waits(session: Session, person_id: int, kind: str, subject: str) -> bool:
    """Whether this person has been told so, and has not read it: then it need not be told again."""
    which = (Notice.person_id == person_id, Notice.kind == kind, Notice.subject == subject)
    return session.scalar(select(Notice.id).where(*which, Notice.read_at.is_(None)).limit(1)) is not None


def done_with(
    session: Session, now: datetime, kinds: Iterable[str], subject: str, person_id: int | None = None
) -> None:
    """Marks everybody's notices of these kinds (or one person's) as read: what they ask for has been done by someone."""
    which = [Notice.kind.in_(list(kinds)), Notice.subject == subject, Notice.read_at.is_(None)]
    if person_id is not None:
        which.append(Notice.person_id == person_id)
    session.execute(update(Notice).where(*which).values(read_at=now))


def holders(session: Session, role: str, scope: str = "") -> frozenset[int]:
    """Active people who have the role for this scope, or for all."""
    query = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == role, RoleGrant.scope.in_((scope, "*")), Person.active)
    )
    return frozenset(session.scalars(query))

"""Who else is in this file now. Each open editor knocks now and then; who has not knocked for a while has left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.database import insert
from learning.library.models import DraftPresence, DraftRow

KNOCK = timedelta(seconds=20)  # how often an editor knocks
GONE = 3 * KNOCK


@dataclass(frozen=True)
class Present:
    person_id: int
    full_name: str
    seen_at: datetime


def knock(session: Session, now: datetime, draft: DraftRow, path: str, *, person_id: int) -> list[Present]:
    """Says that this person is in the file; who else is."""
    key = {"draft_id": draft.id, "path": path, "person_id": person_id}
    seen = insert(session, DraftPresence).values(**key, seen_at=now)
    session.execute(seen.on_conflict_do_update(index_elements=list(key), set_={"seen_at": now}))
    return [one for one in inside(session, now, draft, path) if one.person_id != person_id]


def leave(session: Session, draft: DraftRow, path: str, *, person_id: int) -> None:
    """Says that this person has closed the file."""
    key = (DraftPresence.draft_id == draft.id, DraftPresence.path == path)
    session.execute(delete(DraftPresence).where(*key, DraftPresence.person_id == person_id))


def inside(session: Session, now: datetime, draft: DraftRow, path: str) -> list[Present]:
    """Everybody in the file, by name."""
    return list(everywhere(session, now, draft).get(path, ()))


def everywhere(session: Session, now: datetime, draft: DraftRow) -> Mapping[str, tuple[Present, ...]]:
    """Who is in which file of the draft."""
    query = (
        select(DraftPresence.path, Person.id, Person.full_name, DraftPresence.seen_at)
        .join(Person, Person.id == DraftPresence.person_id)
        .where(DraftPresence.draft_id == draft.id, DraftPresence.seen_at > now - GONE)
        .order_by(Person.sort_key, Person.id)
    )
    found: dict[str, tuple[Present, ...]] = {}
    for path, id_, name, seen_at in session.execute(query):
        found[path] = (*found.get(path, ()), Present(id_, name, seen_at))
    return found

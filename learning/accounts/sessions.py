"""Server-side sessions: a token in the client's hands, its hash here, ended at any time."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts.models import SigninSession

LIFETIMES = {"browser": timedelta(days=14), "api": timedelta(days=14)}


@dataclass(frozen=True)
class Opened:
    """A session just begun: the only moment its token is known here."""

    token: str
    expires_at: datetime
    person_id: int


def create(session: Session, now: datetime, person_id: int, kind: str) -> Opened:
    """Begins a session of kind "browser" or "api"."""
    opened = Opened(secrets.token_urlsafe(32), now + LIFETIMES[kind], person_id)
    session.add(
        SigninSession(
            token_hash=hash_of(opened.token),
            person_id=person_id,
            kind=kind,
            created_at=now,
            expires_at=opened.expires_at,
        )
    )
    session.flush()
    return opened


def hash_of(token: str) -> str:
    # A token has 256 random bits: a plain hash cannot be run backwards.
    return hashlib.sha256(token.encode()).hexdigest()


def running(session: Session, now: datetime, person_id: int) -> Sequence[SigninSession]:
    """A person's sessions that still open doors, newest first."""
    mine = (
        SigninSession.person_id == person_id,
        SigninSession.ended_at.is_(None),
        SigninSession.expires_at > now,
    )
    return session.scalars(select(SigninSession).where(*mine).order_by(SigninSession.created_at.desc())).all()


def end(session: Session, now: datetime, token_hash: str, *, person_id: int, because: str) -> bool:
    """Ends one session of this person; False where there was none to end."""
    one = (SigninSession.token_hash == token_hash, SigninSession.person_id == person_id)
    return _end(session, now, because, *one) == 1


def end_all(session: Session, now: datetime, person_id: int, *, because: str, but: str = "") -> int:
    """Ends a person's sessions, all or all but the one with the hash `but`; how many."""
    return _end(session, now, because, SigninSession.person_id == person_id, SigninSession.token_hash != but)


def _end(session: Session, now: datetime, because: str, *which: object) -> int:
    found = session.execute(
        update(SigninSession)
        .where(SigninSession.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=now, ended_because=because)
        .returning(SigninSession.token_hash)
    )
    return len(found.all())

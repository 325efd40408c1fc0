"""What the server says it holds, so that a phone can tell whether all it sent is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.sync.models import Epoch, SyncedEvent

KEPT = timedelta(
    days=30
)  # so long a phone keeps what was acknowledged, to send it again where the epoch changed


@dataclass(frozen=True)
class Holdings:
    """`count` of the events received from a person (of one `device`, where named) in the last 30 days; `digest`: SHA-256
    (hex) of their client ids, in ascending order, each followed by a line feed."""

    epoch: str
    count: int
    digest: str


def holdings(session: Session, now: datetime, person_id: int, device: str = "") -> Holdings:
    query = select(SyncedEvent.client_id).where(
        SyncedEvent.person_id == person_id, SyncedEvent.received_at > now - KEPT
    )
    if device:
        query = query.where(SyncedEvent.device == device)
    ids = sorted(session.scalars(query))
    return Holdings(epoch(session), len(ids), sha256("".join(f"{one}\n" for one in ids).encode()).hexdigest())


def epoch(session: Session) -> str:
    return session.scalars(select(Epoch.name)).one()


def begin_epoch(session: Session) -> str:
    """Names the data anew, after it was restored from a copy; the new name."""
    name = str(uuid4())
    session.execute(update(Epoch).values(name=name))
    return name

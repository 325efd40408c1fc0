"""Bytes by their SHA-256: kept once, whoever holds them."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.database import insert
from learning.library.models import Blob

# Rows for one INSERT or IN (…): well below what either database allows.
BATCH = 500


def keep(session: Session, data: bytes) -> str:
    """Keeps the bytes and gives their hash; bytes that are there already cost nothing."""
    return keep_all(session, [data])[0]


def keep_all(session: Session, many: Iterable[bytes]) -> list[str]:
    """The same for many; the hashes in the order of the bytes."""
    every = list(many)
    hashes = [name(data) for data in every]
    wanted = dict(zip(hashes, every, strict=True))
    known: set[str] = set()
    for part in batches(list(wanted)):
        known.update(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(part))))
    # Another transaction may be keeping the same bytes at this moment: that is as good.
    # In one order, so that two who keep the same do not lock each other.
    for hash_, data in sorted(wanted.items()):
        if hash_ not in known:
            session.execute(insert(session, Blob).values(sha256=hash_, data=data).on_conflict_do_nothing())
    return hashes


def drop(session: Session, hash_: str) -> bool:
    """Drops the bytes, if nobody holds them any more: a foreign key of whoever does keeps them."""
    try:
        with session.begin_nested():
            session.execute(delete(Blob).where(Blob.sha256 == hash_))
    except IntegrityError:
        return False
    return True


def name(data: bytes) -> str:
    """What the bytes go by."""
    return sha256(data).hexdigest()


def load(session: Session, hashes: Iterable[str]) -> dict[str, bytes]:
    """The bytes of each hash that is kept."""
    found: dict[str, bytes] = {}
    for part in batches(sorted(set(hashes))):
        rows = session.execute(select(Blob.sha256, Blob.data).where(Blob.sha256.in_(part)))
        found.update({row.sha256: row.data for row in rows})
    return found


def batches(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))

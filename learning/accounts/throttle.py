"""Failed sign-ins slow down the next one: by account, and gently by address, for an office shares one.

After FREE failures of an account within WINDOW the next try must wait, each time twice as long. An address is
slowed only when it fails as a whole office never does, and then by seconds. Only failures count.
"""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.accounts.models import SigninFailure
from learning.accounts.people import username_form

WINDOW = timedelta(minutes=15)
FREE = 5
FIRST_WAIT = timedelta(seconds=30)
ADDRESS_FREE = 200
ADDRESS_WAIT = timedelta(seconds=2)
KEPT = timedelta(days=1)


class TooManyError(Exception):
    """Too many failures; try again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def account_of(username: str) -> str:
    """What an account is called here: hashed, for people type passwords where the name belongs."""
    return hashlib.sha256(username_form(username).encode()).hexdigest()


def take_turn(session: Session, account: str) -> None:
    """Tries of one account are settled one after another: until this transaction ends the next one waits here.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(account[:15], 16))))


def demand_patience(session: Session, now: datetime, account: str, address: str) -> None:
    """Raises TooManyError while this account may not be tried from this address."""
    if seconds := wait(session, now, account, address):
        raise TooManyError(seconds)


def wait(session: Session, now: datetime, account: str, address: str) -> int:
    """Seconds until this account may be tried from this address; 0: now. The same for names nobody has."""
    count, last = _failures(session, now, SigninFailure.account, account)
    waits = [_left(now, last, FIRST_WAIT * 2 ** min(count - FREE, 10))] if count >= FREE else [0]
    count, last = _failures(session, now, SigninFailure.address, address)
    if count >= ADDRESS_FREE:
        waits.append(_left(now, last, ADDRESS_WAIT))
    return max(waits)


def record(session: Session, now: datetime, account: str, address: str) -> None:
    old = SigninFailure.at < now - KEPT
    session.execute(delete(SigninFailure).where(SigninFailure.account == account, old))
    session.execute(delete(SigninFailure).where(SigninFailure.address == address, old))
    session.add(SigninFailure(account=account, address=address, at=now))
    session.flush()


def clear(session: Session, account: str) -> None:
    session.execute(delete(SigninFailure).where(SigninFailure.account == account))


def _failures(
    session: Session, now: datetime, by: InstrumentedAttribute[str], value: str
) -> tuple[int, datetime | None]:
    recent = select(func.count(), func.max(SigninFailure.at)).where(
        by == value, SigninFailure.at > now - WINDOW
    )
    count, last = session.execute(recent).one()
    return count, last


def _left(now: datetime, last: datetime | None, delay: timedelta) -> int:
    assert last is not None  # noqa: S101
    return max(0, ceil((last + min(delay, WINDOW) - now).total_seconds()))

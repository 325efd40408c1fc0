"""Signing in with a password, one path for page and API; and changing it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import passwords, people, sessions, throttle
from learning.accounts.models import Person
from learning.accounts.sessions import Opened
from learning.database import Database


class RefusedError(Exception):
    """Name and password open nothing. Why is told to nobody: unknown name, wrong password, shut out."""


def sign_in(
    database: Database, now: datetime, *, username: str, password: str, address: str, kind: str, demo: bool
) -> Opened:
    """Begins a session of `kind` "browser" or "api"; raises RefusedError or throttle.TooManyError.

    It commits by itself, for a failure must count even when the caller's request ends in an error; and the
    slow comparison runs while no transaction is open. `demo`: whether the published password is good.
    """
    account = throttle.account_of(username)
    with database.reading() as session:
        throttle.demand_patience(session, now, account, address)
        person_id, password_hash = _known(session, username)
    right = passwords.matches(password_hash, password) and (demo or password != passwords.DEMO_PASSWORD)
    with database.writing() as session:
        throttle.take_turn(session, account)
        # Again, now that others have answered: of many guesses sent at once only the first few are told.
        throttle.demand_patience(session, now, account, address)
        opened = _open(session, now, person_id, password_hash, kind) if right else None
        if opened is None:
            throttle.record(session, now, account, address)
        else:
            throttle.clear(session, account)
    if opened is None:
        raise RefusedError
    return opened


def _known(session: Session, username: str) -> tuple[int, str]:
    query = select(Person.id, Person.password_hash).where(
        Person.username == people.username_form(username), Person.active
    )
    row = session.execute(query).one_or_none()
    return (row.id, row.password_hash) if row else (0, "")


def _open(session: Session, now: datetime, person_id: int, password_hash: str, kind: str) -> Opened | None:
    # Between the comparison and now the person may have been shut out or the password changed.
    still = (Person.id == person_id, Person.active, Person.password_hash == password_hash)
    if session.scalar(select(Person.id).where(*still)) is None:
        return None
    return sessions.create(session, now, person_id, kind)


def change_password(
    database: Database,
    now: datetime,
    *,
    person_id: int,
    current: str,
    new: str,
    address: str,
    session_hash: str,
    demo: bool,
) -> None:
    """Sets a new password and ends the person's other sessions; commits by itself, as sign_in does.

    Raises RefusedError where `current` is wrong, throttle.TooManyError, or passwords.WeakError.
    """
    with database.reading() as session:
        person = session.get_one(Person, person_id)
        username, password_hash = person.username, person.password_hash
        account = throttle.account_of(username)
        throttle.demand_patience(session, now, account, address)
    passwords.demand_strong(new, username=username, demo=demo)
    right = passwords.matches(password_hash, current)
    new_hash = passwords.hash_password(new) if right else ""
    with database.writing() as session:
        throttle.take_turn(session, account)
        throttle.demand_patience(session, now, account, address)
        right = right and session.get_one(Person, person_id).password_hash == password_hash
        if right:
            people.set_password_hash(session, now, person_id, new_hash)
            sessions.end_all(session, now, person_id, because="password changed", but=session_hash)
            throttle.clear(session, account)
            audit.record(session, now, username, "password.changed", username)
        else:
            throttle.record(session, now, account, address)
    if not right:
        raise RefusedError

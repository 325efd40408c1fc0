"""One-use codes: the first sign-in, and the way back after a forgotten password, for people without mail.

A code is handed over in person or on paper. Whoever issues one has been authorised by the caller.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import passwords, people, sessions, throttle
from learning.accounts.models import Person, SigninCode
from learning.accounts.sessions import Opened
from learning.accounts.signin import RefusedError
from learning.database import Database

LIFETIME = timedelta(days=7)
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another: no I L O 0 1
LENGTH = 10


def new_code() -> str:
    """Ten random letters (49 bits), in two groups to be read aloud: "7KQMP-2XWHD"."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def issue(session: Session, now: datetime, *, person_id: int, issued_by: int, actor: str) -> str:
    """A new code for this person, good for LIFETIME and one use; older ones are void. Kept only hashed."""
    code = new_code()
    person = session.get_one(Person, person_id)
    people.void_codes(session, now, person_id)
    session.add(
        SigninCode(
            person_id=person_id,
            code_hash=passwords.hash_password(_written(code)),
            issued_by=issued_by,
            issued_at=now,
            expires_at=now + LIFETIME,
        )
    )
    audit.record(session, now, actor, "signin.code_issued", person.username)
    session.flush()
    return code


def redeem(
    database: Database, now: datetime, *, username: str, code: str, password: str, address: str, demo: bool
) -> Opened:
    """Uses up the code, sets the password, ends every older session and begins a new one.

    Raises signin.RefusedError (wrong, used, void or expired code, unknown name: not told apart),
    throttle.TooManyError, or passwords.WeakError, which leaves the code unused. Commits by itself, as
    signin.sign_in does.
    """
    account = throttle.account_of(username)
    passwords.demand_strong(password, username=people.username_form(username), demo=demo)
    with database.reading() as session:
        throttle.demand_patience(session, now, account, address)
        code_id, person_id, code_hash = _usable(session, now, username)
    right = passwords.matches(code_hash, _written(code))
    # Hashed in any case: how long the answer takes does not tell a good code.
    password_hash = passwords.hash_password(password)
    opened = None
    with database.writing() as session:
        throttle.take_turn(session, account)
        throttle.demand_patience(session, now, account, address)
        if right and _use_up(session, now, code_id, person_id):
            people.set_password_hash(session, now, person_id, password_hash)
            sessions.end_all(session, now, person_id, because="password changed")
            throttle.clear(session, account)
            opened = sessions.create(session, now, person_id, "browser")
            name = people.username_form(username)
            audit.record(session, now, name, "signin.code_used", name)
        else:
            throttle.record(session, now, account, address)
    if opened is None:
        raise RefusedError
    return opened


def _usable(session: Session, now: datetime, username: str) -> tuple[int, int, str]:
    query = (
        select(SigninCode.id, SigninCode.person_id, SigninCode.code_hash)
        .join(Person, Person.id == SigninCode.person_id)
        .where(Person.username == people.username_form(username), Person.active)
        .where(SigninCode.used_at.is_(None), SigninCode.expires_at > now)
        .order_by(SigninCode.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return (row.id, row.person_id, row.code_hash) if row else (0, 0, "")


def _use_up(session: Session, now: datetime, code_id: int, person_id: int) -> bool:
    """The one moment that decides: of two who hold the same code the second changes no row."""
    used = session.execute(
        update(SigninCode)
        .where(SigninCode.id == code_id, SigninCode.used_at.is_(None), SigninCode.expires_at > now)
        .values(used_at=now)
        .returning(SigninCode.id)
    ).one_or_none()
    active = select(Person.id).where(Person.id == person_id, Person.active)
    return used is not None and session.scalar(active) is not None


def _written(code: str) -> str:
    """As it was issued, whatever case, spaces and dashes it was typed with."""
    return "".join(letter for letter in code.upper() if letter in LETTERS)

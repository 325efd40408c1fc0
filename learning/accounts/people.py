"""People as accounts: how they are named, found, added and shut out."""

import unicodedata
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import sessions
from learning.accounts.models import Person, SigninCode
from learning.vietnamese.folding import fold
from learning.vietnamese.names import name_key

USERNAME_LENGTH = 100


def username_form(text: str) -> str:
    """The one written form of a username: NFC, lower case, no space around."""
    text = text.strip().lower()
    # Composing takes the square of the length where marks are piled up; what is too long is nobody's name anyway.
    return unicodedata.normalize("NFC", text) if len(text) <= 4 * USERNAME_LENGTH else text


def find(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username_form(username)))


def add(
    session: Session,
    now: datetime,
    *,
    username: str,
    full_name: str,
    staff_code: str | None = None,
    email: str = "",
) -> Person:
    """A new person without a password: they sign in first with a one-use code (codes.py)."""
    person = Person(
        username=username_form(username),
        staff_code=staff_code,
        email=email,
        password_hash="",
        active=True,
        created_at=now,
        **name_columns(full_name),
    )
    session.add(person)
    session.flush()
    return person


def name_columns(full_name: str) -> dict[str, str]:
    """The three columns that follow from a name: as shown, as sorted, as searched."""
    shown = unicodedata.normalize("NFC", " ".join(full_name.split()))
    return {"full_name": shown, "sort_key": name_key(shown), "folded_name": fold(shown)}


def disable(session: Session, now: datetime, person: Person, *, actor: str) -> None:
    """Shuts a person out at once, with every code for them or from them; what they learned stays."""
    person.active = False
    sessions.end_all(session, now, person.id, because="disabled")
    void_codes(session, now, person.id)
    void_codes_from(session, now, person.id)
    audit.record(session, now, actor, "person.disabled", person.username)


def enable(session: Session, now: datetime, person: Person, *, actor: str) -> None:
    person.active = True
    audit.record(session, now, actor, "person.enabled", person.username)


def set_password_hash(session: Session, now: datetime, person_id: int, password_hash: str) -> None:
    """Sets the password; one-use codes still about are void from here on."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    void_codes(session, now, person_id)


def void_codes(session: Session, now: datetime, person_id: int) -> None:
    """Codes for this person open nothing more."""
    _void(session, now, SigninCode.person_id == person_id)


def void_codes_from(session: Session, now: datetime, issuer_id: int) -> None:
    """Codes that this person issued open nothing more."""
    _void(session, now, SigninCode.issued_by == issuer_id)


def _void(session: Session, now: datetime, which: ColumnElement[bool]) -> None:
    about = (which, SigninCode.used_at.is_(None), SigninCode.expires_at > now)
    session.execute(update(SigninCode).where(*about).values(expires_at=now))

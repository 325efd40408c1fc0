"""The registry of legal documents, as authors look things up in it and add to it. What is in it is never taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import audit
from learning.content.model import Source
from learning.database import insert
from learning.library import steps
from learning.library.models import LegalSource
from learning.library.refusals import DraftRefused
from learning.vietnamese.folding import fold

SHOWN = 20


class BadSource(DraftRefused):
    """What is missing or cannot be: "key", "title", "issuer", "until", "replaced_by"."""


@dataclass(frozen=True)
class Found:
    source: Source
    past: bool  # replaced, or no longer in force: to be cited no more


def find(session: Session, text: str, today: date, *, limit: int = SHOWN) -> list[Found]:
    """Documents whose number, title or issuer has every word of the text (marks aside), those in force first."""
    words = fold(text).split()
    query = select(LegalSource).order_by(LegalSource.in_force.desc(), LegalSource.key)
    rows = {row.key: row for row in session.scalars(query)}
    found = [
        Found(_source(row), _past(row, rows, today))
        for row in rows.values()
        if all(word in fold(f"{row.key} {row.title} {row.issuer}") for word in words)
    ]
    return sorted(found, key=lambda one: one.past)[:limit]


def known(session: Session, key: str) -> Source | None:
    """The document of this number, as the registry has it."""
    row = session.get(LegalSource, key) if key and "\0" not in key else None
    return None if row is None else _source(row)


def put(session: Session, now: datetime, source: Source, *, person_id: int) -> bool:
    """Adds a document, or brings what is known of it up to date; False where nothing changed. Raises BadSource.

    Releases keep what was known when they were published.
    """
    source = _tidied(source)
    _require_sound(session, source)
    before = _held(session, source.key)
    if before is None and not _added(session, source):
        before = _held(session, source.key)  # somebody else added it at this moment
    if before == source:
        return False
    if before is not None:
        session.merge(LegalSource(**msgspec.structs.asdict(source)))
    was = {} if before is None else _differing(before, source)
    what = "source.added" if before is None else "source.changed"
    audit.record(session, now, steps.username(session, person_id), what, source.key, **was)
    session.flush()
    return True


def _held(session: Session, key: str) -> Source | None:
    row = session.get(LegalSource, key, with_for_update=True, populate_existing=True)
    return None if row is None else _source(row)


def _added(session: Session, source: Source) -> bool:
    row = insert(session, LegalSource).values(msgspec.structs.asdict(source)).on_conflict_do_nothing()
    return session.scalar(row.returning(LegalSource.key)) is not None


def _source(row: LegalSource) -> Source:
    return Source(**{name: getattr(row, name) for name in Source.__struct_fields__})


def _past(row: LegalSource, rows: Mapping[str, LegalSource], today: date) -> bool:
    """As the checker sees it (C003)."""
    if row.until is not None:
        return row.until <= today
    successor = rows.get(row.replaced_by)
    return bool(row.replaced_by) and (successor is None or successor.in_force <= today)


def _tidied(source: Source) -> Source:
    texts = {
        name: " ".join(getattr(source, name).split()) for name in ("key", "title", "issuer", "replaced_by")
    }
    return msgspec.structs.replace(source, **texts)


def _require_sound(session: Session, source: Source) -> None:
    # A comma or a colon ends the number where a document is cited.
    if not 0 < len(source.key) <= 100 or any(sign in source.key for sign in ",:;#\"'"):
        raise BadSource("key")
    for name in ("title", "issuer"):
        if not 0 < len(getattr(source, name)) <= 200 * (5 if name == "title" else 1):
            raise BadSource(name)
    if source.until is not None and source.until < source.in_force:
        raise BadSource("until")
    if source.replaced_by and session.get(LegalSource, source.replaced_by) is None:
        raise BadSource("replaced_by")


def _differing(old: Source, new: Source) -> dict[str, list[str]]:
    pairs = {name: (getattr(old, name), getattr(new, name)) for name in Source.__struct_fields__}
    return {name: [str(one), str(other)] for name, (one, other) in pairs.items() if one != other}

"""Drafts: the files of a course on their way to a release, found and read; nothing that was ever in one is lost.

    get, open_draft, open_drafts   finding a draft; locked, editable: to change it
    files, file, contents          what it holds
    history, version, writers      what it held, and by whom

How a draft begins is `beginnings.py`, changing its files `saving.py` (a file's bytes ⇄ the text in an editor:
`editing.py`), what the checker says of it `checking.py`, what its files may be called `layout.py`, the second person
`review.py`, the way to a release `publication.py`, and what is refused on the way `refusals.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.library import layout
from learning.library.models import OPEN_STATES, Blob, DraftFile, DraftRow, DraftSave
from learning.library.refusals import Closed

EDITABLE = ("draft", "returned")


@dataclass(frozen=True)
class File:
    path: str
    sha256: str
    revision: int
    size: int


@dataclass(frozen=True)
class Version:
    """One entry of a file's history; `revision` is None for what was kept aside, `sha256` where it was removed."""

    id: int
    path: str
    revision: int | None
    based_on: int
    what: str
    sha256: str | None
    person_id: int
    by: str  # full name
    at: datetime


# Finding


def get(session: Session, draft_id: int) -> DraftRow | None:
    return session.get(DraftRow, draft_id)


def require(session: Session, draft_id: int) -> DraftRow:
    """A draft that is known to be there."""
    return session.get_one(DraftRow, draft_id)


def open_draft(session: Session, course_id: str) -> DraftRow | None:
    """The one draft of the course that is neither published nor discarded."""
    query = select(DraftRow).where(DraftRow.course_id == course_id, DraftRow.state.in_(OPEN_STATES))
    return session.scalar(query)


def open_drafts(session: Session, fields: Collection[str] | None = None) -> list[DraftRow]:
    """Every open draft (of the fields), by course."""
    query = select(DraftRow).where(DraftRow.state.in_(OPEN_STATES)).order_by(DraftRow.course_id)
    if fields is not None:
        query = query.where(DraftRow.field.in_(fields))
    return list(session.scalars(query))


def locked(session: Session, draft: DraftRow) -> DraftRow:
    """The draft as it is now, with its row held until the transaction ends: verbs on one draft take turns."""
    query = select(DraftRow).where(DraftRow.id == draft.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def editable(session: Session, draft: DraftRow) -> DraftRow:
    """The same, of a draft whose files may be changed. Raises Closed."""
    row = locked(session, draft)
    if row.state not in EDITABLE:
        raise Closed(row.state)
    return row


def change_state(session: Session, draft: DraftRow, came_from: Collection[str], state: str) -> bool:
    """Moves a draft on, if it still is where it is thought to be."""
    done = session.execute(
        update(DraftRow).where(DraftRow.id == draft.id, DraftRow.state.in_(came_from)).values(state=state)
    )
    session.refresh(draft)
    return bool(done.rowcount)  # type: ignore[attr-defined]


# What it holds


def files(session: Session, draft: DraftRow) -> list[File]:
    """Every file, in the order of the course: course.md, the pages by number, the exam, then media."""
    query = (
        select(DraftFile.path, DraftFile.sha256, DraftFile.revision, func.length(Blob.data))
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftFile.draft_id == draft.id)
    )
    return sorted((File(*row) for row in session.execute(query)), key=lambda one: layout.place(one.path))


def file(session: Session, draft: DraftRow, path: str) -> tuple[bytes, int] | None:
    """Bytes and revision of a file, or None."""
    row = session.execute(
        select(Blob.data, DraftFile.revision)
        .join(DraftFile, DraftFile.sha256 == Blob.sha256)
        .where(DraftFile.draft_id == draft.id, DraftFile.path == path)
    ).one_or_none()
    return None if row is None else (row.data, row.revision)


def contents(session: Session, draft: DraftRow, paths: Collection[str] | None = None) -> dict[str, bytes]:
    """Every file (of those paths) with its bytes, by path."""
    query = (
        select(DraftFile.path, Blob.data)
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftFile.draft_id == draft.id)
        .order_by(DraftFile.path)
    )
    if paths is not None:
        query = query.where(DraftFile.path.in_(paths))
    return {row.path: row.data for row in session.execute(query)}


def history(
    session: Session, draft: DraftRow, path: str | None = None, *, limit: int | None = None
) -> list[Version]:
    """Every save (of one file), the newest first, those kept aside among them; at most `limit`."""
    query = (
        select(DraftSave, Person.full_name)
        .join(Person, Person.id == DraftSave.person_id)
        .where(DraftSave.draft_id == draft.id, DraftSave.what != "same")
        .order_by(DraftSave.id.desc())
        .limit(limit)
    )
    if path is not None:
        query = query.where(DraftSave.path == path)
    return [
        Version(
            row.id, row.path, row.revision, row.based_on, row.what, row.sha256, row.person_id, name, row.at
        )
        for row, name in session.execute(query)
    ]


def version(session: Session, draft: DraftRow, save_id: int) -> bytes | None:
    """The bytes of one entry of the history; None where there is none, or the file was removed there."""
    query = select(Blob.data).join(DraftSave, DraftSave.sha256 == Blob.sha256)
    return session.scalar(query.where(DraftSave.draft_id == draft.id, DraftSave.id == save_id))


def writers(session: Session, draft: DraftRow) -> frozenset[int]:
    """Who began it or changed anything in it (the reviewer's own lines of approval are not text)."""
    query = select(DraftSave.person_id).where(
        DraftSave.draft_id == draft.id, DraftSave.revision.is_not(None), DraftSave.what != "approval"
    )
    return frozenset({draft.created_by, *session.scalars(query)})

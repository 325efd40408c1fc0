"""The files of a draft saved as they are typed, added, removed, renamed and put in order.

They are changed in the states `drafts.EDITABLE` only. Every change of a file is a compare-and-set by the file's revision
and is kept as history. A save may be sent again: with the `client_id` of before it gives the answer of before. Verbs
lock the draft's row, flush, and never commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.library import blobs, drafts, editing, layout
from learning.library.models import Blob, DraftFile, DraftRow, DraftSave
from learning.library.refusals import BadPath, ClientIdReused, Closed, Stale, TooLarge


@dataclass(frozen=True)
class Saved:
    """`revision`: of the file now. `changed`: False where the bytes were those already there."""

    revision: int
    changed: bool = True


def save(
    session: Session,
    now: datetime,
    draft: DraftRow,
    path: str,
    data: bytes,
    *,
    person_id: int,
    based_on: int,
    client_id: str = "",
) -> Saved:
    """Saves a file, or adds one (`based_on=0`).

    Raises Stale where the file is no longer at `based_on`, and Closed where the draft is not to be changed: in both cases
    what was sent is kept aside, so commit all the same. Raises BadPath, TooLarge, ClientIdReused with nothing kept.
    """
    layout.require_proper(path, data)
    row = drafts.locked(session, draft)
    if client_id and (said := _said(session, row, path, data, client_id)):
        return said
    current = session.get(DraftFile, (row.id, path), populate_existing=True)
    one = _Change(session, now, row, path, person_id, based_on, client_id)
    if row.state not in drafts.EDITABLE:
        one.aside(data)
        raise Closed(row.state)
    if current is None and based_on == 0:
        _require_room(session, row)
        return one.put(data, "saved")
    if current is not None and current.sha256 == blobs.name(data):
        one.same(current)
        return Saved(current.revision, changed=False)
    if current is None or current.revision != based_on:
        one.aside(data)
        raise _stale(session, row, path, based_on)
    return one.put(data, "saved")


def remove(
    session: Session, now: datetime, draft: DraftRow, path: str, *, person_id: int, based_on: int
) -> bool:
    """Takes a file away (its history stays); False where it is gone already. Raises Stale, Closed."""
    row = drafts.editable(session, draft)
    current = session.get(DraftFile, (row.id, path), populate_existing=True)
    if current is None:
        return False
    if current.revision != based_on:
        raise _stale(session, row, path, based_on)
    _Change(session, now, row, path, person_id, based_on).take_away(current)
    return True


def rename(session: Session, now: datetime, draft: DraftRow, path: str, new: str, *, person_id: int) -> Saved:
    """The same file under another name; links to it in the other pages follow. Raises BadPath where the name is taken
    or none, Closed."""
    row = drafts.editable(session, draft)
    current = session.get(DraftFile, (row.id, path), populate_existing=True)
    there = session.get(DraftFile, (row.id, new), populate_existing=True)
    if current is None:
        if there is None:
            raise BadPath(path)
        return Saved(there.revision, changed=False)  # done before
    if path == new:
        return Saved(current.revision, changed=False)
    if there is not None or layout.is_page(path) != layout.is_page(new):
        raise BadPath(new)
    layout.require_proper(new, b"")
    _relink(session, now, row, {path: new}, person_id)
    data = blobs.load(session, [current.sha256])[current.sha256]
    _Change(session, now, row, path, person_id, current.revision).take_away(current, "renamed")
    return _Change(session, now, row, new, person_id, 0).put(data, "renamed")


def reorder(
    session: Session, now: datetime, draft: DraftRow, order: Sequence[str], *, person_id: int
) -> dict[str, str]:
    """Numbers the pages in tens in the order given, and has links follow; old path → new path of each that changed.

    `order` names every numbered page, by its path now: else BadPath. Raises Closed.
    """
    row = drafts.editable(session, draft)
    there = {
        one.path: one
        for one in session.scalars(select(DraftFile).where(DraftFile.draft_id == row.id))
        if layout.place(one.path)[0] == 1
    }
    if len(order) != len(there) or set(order) != set(there):
        raise BadPath(*sorted(set(order) ^ set(there)))
    renamed = {
        old: new
        for number, old in enumerate(order, 1)
        if (new := f"{number * 10}-{old.partition('-')[2]}") != old
    }
    if len({renamed.get(path, path) for path in order}) != len(order):
        raise BadPath(*order)  # two pages of one name, told apart by their numbers only
    _relink(session, now, row, renamed, person_id)
    held = blobs.load(session, (there[old].sha256 for old in renamed))
    moved = [(new, held[there[old].sha256]) for old, new in renamed.items()]
    for old in renamed:
        _Change(session, now, row, old, person_id, there[old].revision).take_away(there[old], "renamed")
    for new, data in moved:
        _Change(session, now, row, new, person_id, 0).put(data, "renamed")
    return renamed


def _relink(
    session: Session, now: datetime, draft: DraftRow, renamed: Mapping[str, str], person_id: int
) -> None:
    pages = [path for path in _paths(session, draft) if layout.is_page(path)]
    for path, data in drafts.contents(session, draft, pages).items():
        if (fresh := editing.relinked(data, renamed)) != data:
            put(session, now, draft, path, fresh, "saved", person_id=person_id)


def put(
    session: Session, now: datetime, draft: DraftRow, path: str, data: bytes, what: str, *, person_id: int
) -> Saved:
    """Puts bytes in place whatever was there: for the library's own steps, on a draft that is locked."""
    current = session.get(DraftFile, (draft.id, path))
    based_on = 0 if current is None else current.revision
    return _Change(session, now, draft, path, person_id, based_on).put(data, what)


def drop(session: Session, now: datetime, draft: DraftRow, path: str, *, person_id: int) -> None:
    """Takes a file away whatever it is at: for the library's own steps, on a draft that is locked."""
    current = session.get(DraftFile, (draft.id, path))
    if current is not None:
        _Change(session, now, draft, path, person_id, current.revision).take_away(current)


def _said(session: Session, draft: DraftRow, path: str, data: bytes, client_id: str) -> Saved | None:
    """What was answered to this client_id before."""
    query = select(DraftSave).where(DraftSave.draft_id == draft.id, DraftSave.client_id == client_id)
    before = session.scalar(query)
    if before is None:
        return None
    if (before.path, before.sha256) != (path, blobs.name(data)):
        raise ClientIdReused(client_id)
    if before.what == "same":
        return Saved(before.based_on, changed=False)
    if before.revision is not None:
        return Saved(before.revision)
    if draft.state not in drafts.EDITABLE:
        raise Closed(draft.state)
    raise _stale(session, draft, path, before.based_on)


def _stale(session: Session, draft: DraftRow, path: str, based_on: int) -> Stale:
    base = session.scalar(
        select(Blob.data)
        .join(DraftSave, DraftSave.sha256 == Blob.sha256)
        .where(DraftSave.draft_id == draft.id, DraftSave.path == path, DraftSave.revision == based_on)
    )
    by = session.scalar(
        select(Person.full_name)
        .join(DraftSave, DraftSave.person_id == Person.id)
        .where(DraftSave.draft_id == draft.id, DraftSave.path == path, DraftSave.revision.is_not(None))
        .order_by(DraftSave.revision.desc())
        .limit(1)
    )
    found = drafts.file(session, draft, path)
    theirs, revision = found or (b"", 0)
    return Stale(base or b"", theirs, revision, by or "", gone=found is None)


def _require_room(session: Session, draft: DraftRow) -> None:
    if len(_paths(session, draft)) >= layout.FILES_MOST:
        raise TooLarge(draft.course_id)


def _paths(session: Session, draft: DraftRow) -> Sequence[str]:
    return session.scalars(select(DraftFile.path).where(DraftFile.draft_id == draft.id)).all()


@dataclass
class _Change:
    """One change of one file, on a locked draft."""

    session: Session
    now: datetime
    draft: DraftRow
    path: str
    person_id: int
    based_on: int
    client_id: str = ""

    def put(self, data: bytes, what: str) -> Saved:
        revision = self._next()
        sha256 = blobs.keep(self.session, data)
        current = self.session.get(DraftFile, (self.draft.id, self.path))
        if current is None:
            self.session.add(
                DraftFile(draft_id=self.draft.id, path=self.path, sha256=sha256, revision=revision)
            )
        else:
            current.sha256, current.revision = sha256, revision
        self._record(revision, what, sha256)
        return Saved(revision)

    def take_away(self, current: DraftFile, what: str = "removed") -> None:
        self.session.delete(current)
        self._record(self._next(), what, None)

    def aside(self, data: bytes) -> None:
        self._record(None, "aside", blobs.keep(self.session, data))

    def same(self, current: DraftFile) -> None:
        if self.client_id:
            self.based_on = current.revision
            self._record(None, "same", current.sha256)

    def _next(self) -> int:
        self.draft.revision += 1
        self.draft.changed_at = self.now
        return self.draft.revision

    def _record(self, revision: int | None, what: str, sha256: str | None) -> None:
        self.session.add(
            DraftSave(
                draft_id=self.draft.id,
                path=self.path,
                revision=revision,
                based_on=self.based_on,
                what=what,
                sha256=sha256,
                person_id=self.person_id,
                client_id=self.client_id,
                at=self.now,
            )
        )
        self.session.flush()

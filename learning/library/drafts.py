"""Drafts: the files of a course on their way to a release, saved as they are typed, with nothing ever lost.

A draft is changed in the states `draft` and `returned` only. Every change of a file is a compare-and-set by the file's
revision and is kept as history; the way through review is `review.py`, how a draft begins is `beginnings.py`.

    get, open_draft, open_drafts   finding a draft
    files, file, history           what it holds, and what it held
    save, remove, rename, reorder  changing it; add = save with `based_on=0`
    checked                        what the one checker says of it as it stands
    shown, typed                   a file's bytes ⇄ the text in an editor (see `editing.py`)

Verbs lock the draft's row, flush, and never commit. Each may be sent again: with the `client_id` of before it gives the
answer of before.
"""

import json
import posixpath
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content import mend, template, text
from learning.content.checker import Checked, History, check
from learning.content.faults import Fault
from learning.content.model import Course
from learning.library import blobs, catalogue, editing
from learning.library import history as past
from learning.library.models import (
    OPEN_STATES,
    Blob,
    CourseRow,
    DraftFile,
    DraftRow,
    DraftSave,
    FieldRow,
    LegalSource,
    ReleaseFile,
)
from learning.library.publishing import stamped_ids

EDITABLE = ("draft", "returned")
PAGE_MOST = 512 * 1024  # bytes of one page: what is longer is no lesson
MEDIA_MOST = 8 * 1024 * 1024
FILES_MOST = 500
PAGE = re.compile(r"(?:course|exam|[0-9]{1,6}-[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
MEDIA = re.compile(r"(?:images|audio)(?:/[a-z0-9][a-z0-9._-]*)+")
# What submission mends by itself: the author need not see it among what is theirs to mend.
MENDED = frozenset({"F001", "F002", "F003", "Q001", "Q031"})


class DraftRefused(Exception):
    """Something that cannot be done to this draft now; nothing was changed."""


class Closed(DraftRefused):
    """The draft is not in a state to be changed so. What was sent in a save is kept aside."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Stale(DraftRefused):
    """The file has moved on since `based_on`. What was sent is kept aside: commit, then show all three.

    `base`: what it was when `based_on` was fetched; `theirs`: what it is now, b"" where it is gone; `revision`: to be
    sent as `based_on` with what the three become; `by`: the full name of who saved `theirs`.
    """

    def __init__(self, base: bytes, theirs: bytes, revision: int, by: str, *, gone: bool = False) -> None:
        super().__init__(revision)
        self.base = base
        self.theirs = theirs
        self.revision = revision
        self.by = by
        self.gone = gone


class BadPath(DraftRefused):
    """No name for a file of a course: `course.md`, `exam.md`, `10-name.md`, `images/name.png`."""


class TooLarge(DraftRefused):
    """More bytes than a page or a picture may have, or more files than a course."""


class ClientIdReused(DraftRefused):
    """This client_id came with another file or other bytes before."""


@dataclass(frozen=True)
class Saved:
    """`revision`: of the file now. `changed`: False where the bytes were those already there."""

    revision: int
    changed: bool = True


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


@dataclass(frozen=True)
class CheckedDraft:
    """What the checker says. Files in faults are paths within the course.

    `faults` are the author's to mend, warnings included; `mended` will be gone at submission by itself. `missing`: what
    publication requires of course.md ("owner", "effective_from") and of any page ("sources"). `checked` is the checker's
    own value, for publication.
    """

    course: Course | None
    faults: tuple[Fault, ...]
    mended: tuple[Fault, ...]
    missing: tuple[str, ...]
    checked: Checked = field(repr=False)

    @property
    def ready(self) -> bool:
        """Whether it may be submitted."""
        return not self.missing and not any(fault.severity == "fault" for fault in self.faults)


# --- Finding


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


# --- What it holds


def files(session: Session, draft: DraftRow) -> list[File]:
    """Every file, in the order of the course: course.md, the pages by number, the exam, then media."""
    query = (
        select(DraftFile.path, DraftFile.sha256, DraftFile.revision, func.length(Blob.data))
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftFile.draft_id == draft.id)
    )
    return sorted((File(*row) for row in session.execute(query)), key=lambda one: place(one.path))


def place(path: str) -> tuple[int, int, str]:
    """Sorts paths as a reader meets them."""
    if path == "course.md":
        return 0, 0, path
    if path == "exam.md":
        return 2, 0, path
    number = re.match(r"([0-9]{1,6})-[^/]*\.md$", path)
    return (1, int(number[1]), path) if number else (3, 0, path)


def file(session: Session, draft: DraftRow, path: str) -> tuple[bytes, int] | None:
    """Bytes and revision of a file, or None."""
    row = session.execute(
        select(Blob.data, DraftFile.revision)
        .join(DraftFile, DraftFile.sha256 == Blob.sha256)
        .where(DraftFile.draft_id == draft.id, DraftFile.path == path)
    ).one_or_none()
    return None if row is None else (row.data, row.revision)


def contents(session: Session, draft: DraftRow) -> dict[str, bytes]:
    """Every file with its bytes, by path."""
    query = (
        select(DraftFile.path, Blob.data)
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftFile.draft_id == draft.id)
        .order_by(DraftFile.path)
    )
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


# --- Changing it


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
    require_proper(path, data)
    row = locked(session, draft)
    if client_id and (said := _said(session, row, path, data, client_id)):
        return said
    current = session.get(DraftFile, (row.id, path), populate_existing=True)
    one = _Change(session, now, row, path, person_id, based_on, client_id)
    if row.state not in EDITABLE:
        one.aside(data)
        raise Closed(row.state)
    if current is None and based_on == 0:
        _count(session, row)
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
    row = _editable(session, draft)
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
    row = _editable(session, draft)
    current = session.get(DraftFile, (row.id, path), populate_existing=True)
    there = session.get(DraftFile, (row.id, new), populate_existing=True)
    if current is None:
        if there is None:
            raise BadPath(path)
        return Saved(there.revision, changed=False)  # done before
    if path == new:
        return Saved(current.revision, changed=False)
    if there is not None or _is_page(path) != _is_page(new):
        raise BadPath(new)
    require_proper(new, b"")
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
    row = _editable(session, draft)
    there = {
        one.path: one
        for one in session.scalars(select(DraftFile).where(DraftFile.draft_id == row.id))
        if place(one.path)[0] == 1
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
    for path, data in contents(session, draft).items():
        if _is_page(path) and (fresh := editing.relinked(data, renamed)) != data:
            put(session, now, draft, path, fresh, "saved", person_id=person_id)


def next_path(paths: Iterable[str], slug: str) -> str:
    """The name of a new page after all the others: the next ten."""
    last = max((place(path)[1] for path in paths), default=0)
    return f"{last // 10 * 10 + 10}-{slug}.md"


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


def _editable(session: Session, draft: DraftRow) -> DraftRow:
    row = locked(session, draft)
    if row.state not in EDITABLE:
        raise Closed(row.state)
    return row


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
    if draft.state not in EDITABLE:
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
    found = file(session, draft, path)
    theirs, revision = found or (b"", 0)
    return Stale(base or b"", theirs, revision, by or "", gone=found is None)


def require_proper(path: str, data: bytes) -> None:
    if not (PAGE.fullmatch(path) or MEDIA.fullmatch(path)) or len(path) > 200 or ".." in path:
        raise BadPath(path)
    _require_small(path, data)


def require_harmless(files: Mapping[str, bytes]) -> None:
    """What was brought along may be named as it is: the checker says what cannot stay so. But it stays in its folder."""
    folders = {folder.as_posix() for path in files for folder in PurePosixPath(path).parents}
    for path, data in files.items():
        parts = path.split("/")
        plain = path.isprintable() and "\\" not in path and len(path) <= 200 and len(parts) <= 6
        if not plain or path in folders or any(not part.strip() or part[0] == "." for part in parts):
            raise BadPath(path)
        _require_small(path, data)
    if len(files) > FILES_MOST:
        raise TooLarge(len(files))


def _require_small(path: str, data: bytes) -> None:
    if len(data) > (PAGE_MOST if _is_page(path) else MEDIA_MOST):
        raise TooLarge(path)


def _is_page(path: str) -> bool:
    return path.endswith(".md")


def _count(session: Session, draft: DraftRow) -> None:
    paths = session.scalars(select(DraftFile.path).where(DraftFile.draft_id == draft.id)).all()
    if len(paths) >= FILES_MOST:
        raise TooLarge(draft.course_id)


# --- Checking it


def checked(
    session: Session,
    draft: DraftRow,
    today: date,
    *,
    language: str = "vi",
    departments: Collection[str] = (),
) -> CheckedDraft:
    """What the one checker says of the draft as it stands, with the registry and the past of the library."""
    known = known_ids(session, draft)
    owners = (*departments, *session.scalars(select(FieldRow.owner)))
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        course = materialise(session, draft, Path(folder))
        found = check(course, today=today, history=known, language=language, departments=owners)
        faults = [replace(fault, file=_within(fault.file, course)) for fault in found.faults]
    made = found.courses[draft.course_id].course
    left = replace(found, faults=faults)
    data = found.courses[draft.course_id].files
    return CheckedDraft(
        course=made,
        faults=tuple(fault for fault in faults if not _mends(fault, data)),
        mended=tuple(fault for fault in faults if _mends(fault, data)),
        missing=_missing(made),
        checked=left,
    )


def _mends(fault: Fault, data: Mapping[str, bytes]) -> bool:
    if fault.code not in MENDED:
        return False
    return fault.code != "F001" or text.decode(data.get(fault.file, b"")) is not None


def _missing(course: Course | None) -> tuple[str, ...]:
    if course is None:
        return ("owner", "effective_from", "sources")
    wanted = {"owner": course.owner, "effective_from": course.effective_from, "sources": course.sources}
    return tuple(name for name, value in wanted.items() if not value)


def _within(file: str, course: Path) -> str:
    try:
        return Path(file).relative_to(course).as_posix()
    except ValueError:
        return Path(file).name


def known_ids(session: Session, draft: DraftRow) -> History:
    """The past as this draft may see it: what a restored release brings back is not reused but the same again."""
    known = past.read(session)
    if draft.origin_release_id is None:
        return known
    restored = dict(stamped_ids(catalogue.release(session, draft.origin_release_id).course))
    back = {
        id_: replace(stamped, retired=False)
        for id_, stamped in known.ids.items()
        if id_ in restored and stamped.course_id == draft.course_id
    }
    return History({**known.ids, **back})


def materialise(session: Session, draft: DraftRow, root: Path) -> Path:
    """Writes the draft as a folder of courses under `root`, as the checker wants it; the course's own folder."""
    (root / "format.yml").write_text(template.FORMAT, encoding="utf-8")
    held = contents(session, draft)
    (root / "sources.yml").write_text(registry_text(session, held.values()), encoding="utf-8")
    own = session.get_one(FieldRow, draft.field)
    (root / own.slug).mkdir()
    lines = {"title": own.title, "owner": own.owner}
    (root / own.slug / "field.yml").write_text(_yaml(lines), encoding="utf-8")
    # A course may name others to be learned first: that they are there is all the checker asks. (Only those: to make and
    # remove a folder takes longer than to check a lesson.)
    home = held.get("course.md", b"")
    for live in session.scalars(select(CourseRow.id).where(CourseRow.live_release_id.is_not(None))):
        if live.encode() in home:
            (root / live).mkdir(parents=True, exist_ok=True)
            (root / live / "course.md").touch()
    for page in _linked(session, draft.course_id, held):
        (root / page).parent.mkdir(parents=True, exist_ok=True)
        (root / page).touch()
    course = root / draft.course_id
    course.mkdir(parents=True, exist_ok=True)
    # Without one the folder would not be read as a course; an empty one is the fault that it is.
    (course / "course.md").write_bytes(b"")
    for path, data in held.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_bytes(data)
    return course


_ELSEWHERE = re.compile(rb"\.\./[\w./-]+\.md")


def _linked(session: Session, course_id: str, held: Mapping[str, bytes]) -> Iterator[str]:
    """Pages of other live courses that these files link to, as "field/course/page.md"."""
    targets = {target.decode() for data in held.values() for target in _ELSEWHERE.findall(data)}
    for page in sorted({posixpath.normpath(f"{course_id}/{target}") for target in targets}):
        course, _, path = page.rpartition("/")
        if course == course_id:  # its own pages are those of the draft, whatever is live
            continue
        query = select(ReleaseFile.path).join(CourseRow, CourseRow.live_release_id == ReleaseFile.release_id)
        if session.scalar(query.where(CourseRow.id == course, ReleaseFile.path == path)) is not None:
            yield page


def registry_text(session: Session, held: Collection[bytes]) -> str:
    """What the registry has of the documents that these files speak of, and of their successors, as `sources.yml`."""
    rows = {row.key: row for row in session.scalars(select(LegalSource).order_by(LegalSource.key))}
    wanted = {key for key in rows if any(key.encode() in data for data in held)}
    wanted |= {rows[key].replaced_by for key in wanted}
    parts = []
    for row in (row for key, row in rows.items() if key in wanted):
        values = {
            "title": row.title,
            "issuer": row.issuer,
            "from": row.in_force,
            "until": row.until,
            "replaced_by": row.replaced_by,
            "checked_on": row.checked_on,
        }
        said = {name: str(value) for name, value in values.items() if value}
        parts.append(f"{_quoted(row.key)}:\n" + _yaml(said, "  "))
    return "".join(parts)


def _yaml(values: Mapping[str, str], indent: str = "") -> str:
    return "".join(f"{indent}{name}: {_quoted(value)}\n" for name, value in values.items())


def _quoted(value: str) -> str:
    """A text of JSON is one of YAML."""
    return json.dumps(value, ensure_ascii=False)


def mended(session: Session, draft: DraftRow) -> dict[str, bytes]:
    """The files that `--fix` would change, as it would leave them: ids stamped, bytes in order."""
    taken = known_ids(session, draft).ids.keys()
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        course = materialise(session, draft, Path(folder))
        return {path.relative_to(course).as_posix(): path.read_bytes() for path in mend.mend(course, taken)}


def release_files(session: Session, release_id: int) -> dict[str, bytes]:
    """Every file of a release, by path."""
    query = (
        select(ReleaseFile.path, Blob.data)
        .join(Blob, Blob.sha256 == ReleaseFile.sha256)
        .where(ReleaseFile.release_id == release_id)
        .order_by(ReleaseFile.path)
    )
    return {row.path: row.data for row in session.execute(query)}


def change_state(session: Session, draft: DraftRow, came_from: Collection[str], state: str) -> bool:
    """Moves a draft on, if it still is where it is thought to be."""
    done = session.execute(
        update(DraftRow).where(DraftRow.id == draft.id, DraftRow.state.in_(came_from)).values(state=state)
    )
    session.refresh(draft)
    return bool(done.rowcount)  # type: ignore[attr-defined]

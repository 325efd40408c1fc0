"""How a draft begins: from the template, from what is live, from an old release, as a copy, from files brought along.

Each gives the new draft, or raises AlreadyOpen with the one that is open: a course has one at a time, so that two who
begin at once meet in the same draft.
"""

import re
import secrets
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning import audit
from learning.content import template, tree
from learning.content.compiling import compile_sources
from learning.content.drafts import key_of
from learning.content.mend import ALPHABET, STAMP_LENGTH, ids_in
from learning.content.text import decode
from learning.database import insert
from learning.library import blobs, drafts, history, layout, releases, steps
from learning.library.models import CourseRow, DraftFile, DraftRow, DraftSave, FieldRow, LegalSource, Release
from learning.library.refusals import DraftRefused

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME_MOST = 60


class AlreadyOpen(DraftRefused):
    """The course has an open draft; `draft` is it."""

    def __init__(self, draft: DraftRow) -> None:
        super().__init__(draft.course_id)
        self.draft = draft


class BadAddress(DraftRefused):
    """No address for a course: "field/course" in lower-case ASCII letters, digits and hyphens."""


class UnknownField(DraftRefused):
    """There is no such field."""


class NoSuchRelease(DraftRefused):
    """Nothing to begin from."""


class AlreadyLive(DraftRefused):
    """A new course cannot take the address of one that was published."""


def from_template(session: Session, now: datetime, course_id: str, *, person_id: int) -> DraftRow:
    """A small course that passes the check but for what only its author knows."""
    _require_new(session, course_id)
    field, slug = course_id.split("/")
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        _known_registry(session, Path(folder), field)
        written = template.new_course(Path(folder), field, slug)
        _learn_registry(session, Path(folder))
        course = Path(folder) / field / slug
        files = {path.name: path.read_bytes() for path in written if path.parent == course}
    return _begin(session, now, course_id, files, person_id=person_id, origin="template")


def _known_registry(session: Session, root: Path, field: str) -> None:
    """So that the template names the field's owner and a document that is known."""
    row = session.get_one(FieldRow, field)
    (root / field).mkdir()
    (root / field / "field.yml").write_text(f"title: {row.title}\nowner: {row.owner}\n", encoding="utf-8")
    keys = session.scalars(select(LegalSource.key).where(LegalSource.replaced_by == "")).all()
    if keys:
        (root / "sources.yml").write_text("".join(f"{key}:\n" for key in keys), encoding="utf-8")


def _learn_registry(session: Session, root: Path) -> None:
    """A library that knows no document yet learns of the one the template cites."""
    if session.scalar(select(LegalSource.key).limit(1)) is None:
        for source in compile_sources(tree.read(root, tree.Findings()).registry).values():
            session.add(LegalSource(**msgspec.structs.asdict(source)))
        session.flush()


def from_live(session: Session, now: datetime, course_id: str, *, person_id: int) -> DraftRow:
    """The course as learners have it now, byte for byte. Raises NoSuchRelease."""
    row = session.get(CourseRow, course_id)
    if row is None or row.live_release_id is None:
        raise NoSuchRelease(course_id)
    files = releases.files(session, row.live_release_id)
    return _begin(session, now, course_id, files, person_id=person_id, origin="live")


def from_release(session: Session, now: datetime, course_id: str, number: int, *, person_id: int) -> DraftRow:
    """An old release, to be published as a new one: byte for byte, ids and all. Raises NoSuchRelease."""
    release = session.scalar(select(Release).where(Release.course_id == course_id, Release.number == number))
    if release is None:
        raise NoSuchRelease(f"{course_id} {number}")
    files = releases.files(session, release.id)
    draft = _begin(
        session, now, course_id, files, person_id=person_id, origin="release", origin_of=str(number)
    )
    draft.origin_release_id = release.id
    session.flush()
    return draft


def from_course(
    session: Session, now: datetime, source_id: str, course_id: str, *, person_id: int
) -> DraftRow:
    """A copy of a live course under a new address: every id new, since an id belongs to one course for ever."""
    _require_new(session, course_id)
    row = session.get(CourseRow, source_id)
    if row is None or row.live_release_id is None:
        raise NoSuchRelease(source_id)
    files = releases.files(session, row.live_release_id)
    fresh = restamped(files, course_id.split("/")[1], set(history.read(session).ids))
    return _begin(session, now, course_id, fresh, person_id=person_id, origin="copy", origin_of=source_id)


def from_files(
    session: Session,
    now: datetime,
    course_id: str,
    files: Mapping[str, bytes],
    *,
    person_id: int,
    name: str = "",
    foreign: bool = False,
) -> DraftRow:
    """A draft of files that were brought along (`name`: what they came in), whether the course is live or not.

    `foreign`: they may be a copy of another course, whose ids stay its own; new ones take the place of all that others
    have, or that were retired. Raises BadPath, TooLarge.
    """
    _require_address(session, course_id)
    layout.require_harmless(files)
    if foreign:
        known = history.claimed(session, course_id)
        taken = {name for name, one in known.items() if one.retired or one.course_id != course_id}
        files = restamped(files, course_id.split("/")[1], taken)
    return _begin(session, now, course_id, files, person_id=person_id, origin="files", origin_of=name[:200])


def _require_address(session: Session, course_id: str) -> None:
    field, _, slug = course_id.partition("/")
    if not all(NAME.fullmatch(name) and len(name) <= NAME_MOST for name in (field, slug)):
        raise BadAddress(course_id)
    if session.get(FieldRow, field) is None:
        raise UnknownField(field)


def _require_new(session: Session, course_id: str) -> None:
    _require_address(session, course_id)
    there = drafts.open_draft(session, course_id)
    if there is not None:
        raise AlreadyOpen(there)
    if session.get(CourseRow, course_id) is not None:
        raise AlreadyLive(course_id)


def _begin(
    session: Session,
    now: datetime,
    course_id: str,
    files: Mapping[str, bytes],
    *,
    person_id: int,
    origin: str,
    origin_of: str = "",
) -> DraftRow:
    course = session.get(CourseRow, course_id)
    draft = DraftRow(
        course_id=course_id,
        field=course_id.split("/", maxsplit=1)[0],
        state="draft",
        revision=1,
        origin=origin,
        origin_of=origin_of,
        base_release_id=None if course is None else course.live_release_id,
        created_by=person_id,
        created_at=now,
        changed_at=now,
        key_choice="",
        trouble="",
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        there = drafts.open_draft(session, course_id)
        if there is None:
            raise
        raise AlreadyOpen(there) from None
    for path, sha256 in zip(files, blobs.keep_all(session, files.values()), strict=True):
        session.add(DraftFile(draft_id=draft.id, path=path, sha256=sha256, revision=1))
        session.add(
            DraftSave(
                draft_id=draft.id,
                path=path,
                revision=1,
                based_on=0,
                what="begun",
                sha256=sha256,
                person_id=person_id,
                at=now,
            )
        )
    steps.record(session, now, draft, "begun", person_id, origin=origin, of=origin_of)
    session.flush()
    return draft


# --- New ids for a copy


def restamped(files: Mapping[str, bytes], slug: str, taken: set[str]) -> dict[str, bytes]:
    """The files with each id of a lesson or question that is `taken` replaced by a new one; no other line is touched."""
    used = taken.union(*(ids_in(data) for path, data in files.items() if path.endswith(".md")))
    return {
        path: _restamp(path, data, slug, taken, used) if layout.place(path)[0] in (1, 2) else data
        for path, data in files.items()
    }


def _restamp(path: str, data: bytes, slug: str, taken: set[str], used: set[str]) -> bytes:
    text = decode(data)
    if text is None or "\r" in text.replace("\r\n", ""):
        return data  # F001: to be mended before anything can be said of its lines
    page = tree.read_page(data, path, path, lambda *place, **params: None)
    lines = text.split("\n")
    prefix = f"{slug}-{page.slug}"[:80].strip("-")
    own = page.front.values.get("id")
    name = str(own.items[0].text) if own is not None and own.items else ""
    if own is not None and name in taken:
        _replace(lines, own.line, name, _new(prefix, used, stamped=False))
    for section in page.sections if page.kind != "scenario" else ():
        ends = section.questions[-1].range[1] if section.questions else section.intro[1]
        for number in range(section.line + 1, ends):
            found = key_of(page.lines[number - 1], _ID)
            if found and found[1] in taken:
                _replace(lines, number, found[1], _new(prefix, used))
    fresh = "\n".join(lines)
    return data if fresh == text else fresh.encode()


_ID = frozenset({"id"})


def _replace(lines: list[str], number: int, old: str, new: str) -> None:
    head, found, tail = lines[number - 1].rpartition(old)
    if found and old:
        lines[number - 1] = head + new + tail


def _new(prefix: str, used: set[str], *, stamped: bool = True) -> str:
    """A lesson's id is its plain name where that is free; a question's has a stamp, as `--fix` gives it."""
    made = prefix
    while stamped or made in used:
        made = f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(STAMP_LENGTH))}"
        stamped = made in used
    used.add(made)
    return made


# --- Fields


def add_field(session: Session, now: datetime, slug: str, title: str, owner: str, *, person_id: int) -> bool:
    """A new field of courses, owned by a department; False where there is one of that name already."""
    if not NAME.fullmatch(slug) or len(slug) > NAME_MOST or not title.strip() or not owner.strip():
        raise BadAddress(slug)
    row = {"slug": slug, "title": " ".join(title.split()), "owner": " ".join(owner.split())}
    added = insert(session, FieldRow).values(row).on_conflict_do_nothing().returning(FieldRow.slug)
    if session.scalar(added) is None:
        return False
    audit.record(session, now, steps.username(session, person_id), "field.added", slug)
    return True

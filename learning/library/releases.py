"""The releases of a course: listed, and any two of them compared. Restoring one is `beginnings.from_release`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.library import blobs, catalogue, drafts, layout
from learning.library.consequences import Meaning, meaning
from learning.library.models import Blob, CourseRow, DraftRow, Release, ReleaseFile


@dataclass(frozen=True)
class Entry:
    """`by` and `approved_by`: full names, "" where it was the operator or nobody. `draft_id`: what it came from."""

    release_id: int
    number: int
    published_at: datetime
    by: str
    key_choice: str
    live: bool
    draft_id: int | None
    origin: str
    origin_of: str
    approved_by: str


@dataclass(frozen=True)
class FileDifference:
    """A file that two releases (or a release and a draft) do not have alike; None: not there."""

    path: str
    old: bytes | None
    new: bytes | None


@dataclass(frozen=True)
class Comparison:
    meaning: Meaning
    files: tuple[FileDifference, ...]


def of(session: Session, course_id: str) -> list[Entry]:
    """Every release, the newest first."""
    publisher, approver = aliased(Person), aliased(Person)
    query = (
        select(
            Release.id,
            Release.number,
            Release.published_at,
            publisher.full_name,
            Release.key_choice,
            CourseRow.live_release_id,
            DraftRow.id,
            DraftRow.origin,
            DraftRow.origin_of,
            approver.full_name,
        )
        .join(CourseRow, CourseRow.id == Release.course_id)
        .outerjoin(publisher, publisher.username == Release.published_by)
        .outerjoin(DraftRow, DraftRow.release_id == Release.id)
        .outerjoin(approver, approver.id == DraftRow.approved_by)
        .where(Release.course_id == course_id)
        .order_by(Release.number.desc(), DraftRow.id)
    )
    found: dict[int, Entry] = {}
    for id_, number, at, by, choice, live, draft_id, origin, origin_of, approved_by in session.execute(query):
        # A draft that changed nothing became the release that was live already: the first one is its origin.
        found.setdefault(
            id_,
            Entry(
                id_,
                number,
                at,
                by or "",
                choice,
                id_ == live,
                draft_id,
                origin or "",
                origin_of or "",
                approved_by or "",
            ),
        )
    return list(found.values())


def files(session: Session, release_id: int) -> dict[str, bytes]:
    """Every file of a release, by path."""
    query = (
        select(ReleaseFile.path, Blob.data)
        .join(Blob, Blob.sha256 == ReleaseFile.sha256)
        .where(ReleaseFile.release_id == release_id)
        .order_by(ReleaseFile.path)
    )
    return {row.path: row.data for row in session.execute(query)}


def compare(session: Session, course_id: str, old: int, new: int) -> Comparison | None:
    """What release number `new` has otherwise than number `old`; None where one of them is not there."""
    query = select(Release.number, Release.id).where(
        Release.course_id == course_id, Release.number.in_((old, new))
    )
    ids = {row.number: row.id for row in session.execute(query)}
    if {old, new} - ids.keys():
        return None
    before, after = (catalogue.release(session, ids[number]).course for number in (old, new))
    hashes = [_hashes(session, ids[number]) for number in (old, new)]
    return Comparison(meaning(before, after), _differences(session, *hashes))


def against_live(session: Session, draft: DraftRow) -> tuple[FileDifference, ...]:
    """The files of a draft that are not as they were in the release it began from."""
    base = {} if draft.base_release_id is None else _hashes(session, draft.base_release_id)
    return _differences(session, base, {one.path: one.sha256 for one in drafts.files(session, draft)})


def _hashes(session: Session, release_id: int) -> dict[str, str]:
    query = select(ReleaseFile.path, ReleaseFile.sha256).where(ReleaseFile.release_id == release_id)
    return {row.path: row.sha256 for row in session.execute(query)}


def _differences(
    session: Session, old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[FileDifference, ...]:
    paths: Sequence[str] = sorted(
        (path for path in {*old, *new} if old.get(path) != new.get(path)), key=layout.place
    )
    held = blobs.load(session, (hash_ for path in paths for hash_ in (old.get(path), new.get(path)) if hash_))
    return tuple(
        FileDifference(path, held.get(old.get(path, "")), held.get(new.get(path, ""))) for path in paths
    )

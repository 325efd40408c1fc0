"""Publishing: each changed course becomes a new, immutable release; all of them, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.content import practice
from learning.content.checker import Checked, CheckedCourse
from learning.content.compiling import COMPILER
from learning.content.faults import Fault
from learning.content.model import Course, Field, Source, encode, kind_of
from learning.library import blobs, catalogue, rewrites
from learning.library.changes import KEY_CHOICES, Change, compare
from learning.library.models import CourseRow, FieldRow, LegalSource, Release, ReleaseFile, StampedId


class PublicationRefused(Exception):
    """Nothing was published. `reason` says why; `faults` and `changes` say where."""

    def __init__(
        self, reason: str, faults: Iterable[Fault] = (), changes: Mapping[str, list[Change]] | None = None
    ):
        super().__init__(reason)
        self.reason = reason
        self.faults = list(faults)
        self.changes = dict(changes or {})


@dataclass(frozen=True)
class Outcome:
    """What became of one course. `number` is that of its live release afterwards."""

    course_id: str
    number: int
    new: bool
    changes: list[Change] = field(default_factory=list)


def publish(
    session: Session,
    now: datetime,
    checked: Checked,
    *,
    actor: str,
    key_choice: str = "",
    second_person: bool = False,
) -> list[Outcome]:
    """Makes a new release of every course in `checked` whose content differs from the live one.

    `key_choice`: one of KEY_CHOICES, needed where the right answer of a live question changed.
    `second_person`: the course must name a reviewer who is not `actor` (production).
    Raises PublicationRefused, having written nothing.
    """
    courses = _sound(checked)
    if second_person:
        _require_reviewers(courses, actor)
    _take_turns(session, list(courses))
    lives = {id_: catalogue.live(session, id_) for id_ in courses}
    changes = {id_: compare(live.course, courses[id_][0]) for id_, live in lives.items() if live is not None}
    _require_choice(changes, key_choice)

    _merge_registry(session, checked.fields.values(), checked.sources.values())
    outcomes = []
    for id_, (course, files) in courses.items():
        live, hash_ = lives[id_], content_hash(course, _hashes(files))
        if live is not None and _hash_of(session, live.release_id) == hash_:
            outcomes.append(Outcome(id_, live.number, new=False))
            continue
        rekeyed = any(change.what == "key" for change in changes.get(id_, ()))
        release = _release(session, now, course, files, hash_, actor, key_choice if rekeyed else "")
        if live is not None:
            rewrites.keep(session, now, release.id, live.course, course)
        number = release.number
        audit.record(session, now, actor, "course.published", id_, release=number)
        outcomes.append(Outcome(id_, number, new=True, changes=changes.get(id_, [])))
    session.flush()
    return outcomes


def _take_turns(session: Session, course_ids: list[str]) -> None:
    """Two publications of one course do not run side by side (SQLite has one writer anyway)."""
    for part in blobs.batches(sorted(course_ids)):
        query = select(CourseRow.id).where(CourseRow.id.in_(part)).order_by(CourseRow.id)
        session.execute(query.with_for_update()).all()


def _sound(checked: Checked) -> dict[str, tuple[Course, Mapping[str, bytes]]]:
    faults = [fault for fault in checked.faults if fault.severity == "fault"]
    if faults:
        raise PublicationRefused("faults", faults)
    return {id_: (found.course, found.files) for id_, found in checked.courses.items() if _compiled(found)}  # type: ignore[misc]


def _compiled(found: CheckedCourse) -> bool:
    # A course without faults always compiles.
    return found.course is not None


def _require_reviewers(courses: Mapping[str, tuple[Course, object]], actor: str) -> None:
    for course, _ in courses.values():
        if not course.reviewed_by or course.reviewed_by == actor:
            raise PublicationRefused(f"reviewer:{course.id}")


def _require_choice(changes: Mapping[str, list[Change]], key_choice: str) -> None:
    rekeyed = {
        id_: [change for change in found if change.what == "key"]
        for id_, found in changes.items()
        if any(change.what == "key" for change in found)
    }
    if rekeyed and key_choice not in KEY_CHOICES:
        raise PublicationRefused("key", changes=rekeyed)


def _merge_registry(session: Session, fields: Iterable[Field], sources: Iterable[Source]) -> None:
    for found in fields:
        session.merge(FieldRow(slug=found.slug, title=found.title, owner=found.owner))
    for source in sources:
        session.merge(LegalSource(**msgspec.structs.asdict(source)))
    session.flush()


def content_hash(course: Course, hashes: Mapping[str, str]) -> str:
    """Over the files (path → hash), and what the registry says of the documents cited: what a learner sees depends
    on both."""
    digest = sha256()
    for path in sorted(hashes):
        digest.update(f"{path}\0{hashes[path]}\n".encode())
    digest.update(msgspec.json.encode(course.sources, order="deterministic"))
    return digest.hexdigest()


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: sha256(data).hexdigest() for path, data in files.items()}


def _hash_of(session: Session, release_id: int) -> str | None:
    return session.scalar(select(Release.content_hash).where(Release.id == release_id))


def _release(
    session: Session,
    now: datetime,
    course: Course,
    files: Mapping[str, bytes],
    content_hash: str,
    actor: str,
    key_choice: str,
) -> Release:
    row = session.get(CourseRow, course.id)
    if row is None:
        row = CourseRow(id=course.id, field=course.field, slug=course.slug, live_release_id=None)
        session.add(row)
        session.flush()
    number = (session.scalar(select(func.max(Release.number)).where(Release.course_id == course.id)) or 0) + 1
    release = Release(
        course_id=course.id,
        number=number,
        content_hash=content_hash,
        compiler=COMPILER,
        compiled=encode(course),
        published_at=now,
        published_by=actor,
        key_choice=key_choice,
    )
    session.add(release)
    session.flush()
    _keep_files(session, release.id, files)
    _stamp(session, now, course)
    row.live_release_id = release.id
    return release


def _keep_files(session: Session, release_id: int, files: Mapping[str, bytes]) -> None:
    hashes = blobs.keep_all(session, files.values())
    session.add_all(
        ReleaseFile(release_id=release_id, path=path, sha256=hash_)
        for path, hash_ in zip(files, hashes, strict=True)
    )


def _stamp(session: Session, now: datetime, course: Course) -> None:
    ids = dict(stamped_ids(course))
    session.execute(
        update(StampedId)
        .where(StampedId.course_id == course.id, StampedId.retired_at.is_(None))
        .values(retired_at=now)
    )
    known: dict[str, StampedId] = {}
    for part in blobs.batches(list(ids)):
        known.update(
            {row.id: row for row in session.scalars(select(StampedId).where(StampedId.id.in_(part)))}
        )
    for id_, kind in ids.items():
        if id_ in known:
            known[id_].course_id, known[id_].retired_at = course.id, None
        else:
            session.add(StampedId(id=id_, course_id=course.id, kind=kind, retired_at=None))
    session.flush()


def stamped_ids(course: Course) -> Iterable[tuple[str, str]]:
    """(id, kind) of every lesson, question and step of a practice; other pages need no id."""
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        if page.kind == "lesson":
            yield page.id, page.kind
        for question in page.quiz.questions if page.quiz else ():
            yield question.id, kind_of(question)
        for step in page.practice.steps if page.practice else ():
            yield step.id, practice.KIND

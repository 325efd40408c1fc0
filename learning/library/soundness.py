"""The library held against its own evidence: files against their hashes, releases against their files."""

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import decode
from learning.library.models import Blob, CourseRow, Release, ReleaseFile
from learning.library.publishing import content_hash


def check(session: Session) -> Iterator[tuple[str, str]]:
    """(subject, what is wrong) of every course, release and file that is not what was published.

    What is wrong: "live release" (of none or another course), "compiled" (cannot be read), "files" (not those
    its hash was made over), "bytes" (not those its name says).
    """
    yield from _check_blobs(session)
    yield from _check_releases(session)
    releases = {row.id: row.course_id for row in session.execute(select(Release.id, Release.course_id))}
    for course_id, live in session.execute(
        select(CourseRow.id, CourseRow.live_release_id).order_by(CourseRow.id)
    ):
        if live is not None and releases.get(live) != course_id:
            yield f"course {course_id}", "live release"


def _check_blobs(session: Session) -> Iterator[tuple[str, str]]:
    for name in session.scalars(select(Blob.sha256).order_by(Blob.sha256)).all():
        data = session.scalar(
            select(Blob.data).where(Blob.sha256 == name)
        )  # one at a time: they may be large
        if data is not None and sha256(data).hexdigest() != name:
            yield f"blob {name}", "bytes"


def _check_releases(session: Session) -> Iterator[tuple[str, str]]:
    files: dict[int, dict[str, str]] = defaultdict(dict)
    for row in session.execute(select(ReleaseFile.release_id, ReleaseFile.path, ReleaseFile.sha256)):
        files[row.release_id][row.path] = row.sha256
    known = select(Release.id, Release.course_id, Release.number, Release.content_hash).order_by(Release.id)
    for release in session.execute(known).all():
        subject = f"release {release.number} of {release.course_id}"
        compiled = session.scalar(select(Release.compiled).where(Release.id == release.id))
        try:
            course = decode(compiled or b"")
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield subject, "compiled"
            continue
        if content_hash(course, files[release.id]) != release.content_hash:
            yield subject, "files"

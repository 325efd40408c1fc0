"""Giving a release back: the very bytes that were published."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.library.models import Blob, CourseRow, ReleaseFile


def live_files(session: Session, course_id: str) -> Iterator[tuple[str, bytes]]:
    """(path within the course, bytes) of every file of the live release, by path; nothing where there is none."""
    query = (
        select(ReleaseFile.path, Blob.data)
        .join(CourseRow, CourseRow.live_release_id == ReleaseFile.release_id)
        .join(Blob, Blob.sha256 == ReleaseFile.sha256)
        .where(CourseRow.id == course_id)
        .order_by(ReleaseFile.path)
    )
    yield from session.execute(query)

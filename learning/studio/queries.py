"""Releases and their files, as the department looks at them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.library.models import Blob, Release, ReleaseFile
from learning.progress.models import Enrolment
from learning.quizzes.models import Attempt, ItemResult

SHOWN = 10  # releases on the page; what is older is counted


def publishers(session: Session, release_ids: Sequence[int]) -> Mapping[int, str]:
    """Release id → full name of who published it, "" for the operator's command line."""
    query = (
        select(Release.id, Person.full_name)
        .outerjoin(Person, Person.username == Release.published_by)
        .where(Release.id.in_(release_ids))
    )
    return {release_id: name or "" for release_id, name in session.execute(query)}


def releases(session: Session, course_id: str) -> tuple[list[Published], int]:
    """The newest releases first, and how many more there are. The last one given is there to compare with."""
    query = select(Release.id).where(Release.course_id == course_id).order_by(Release.number.desc())
    ids = session.scalars(query).all()
    return [catalogue.release(session, release_id) for release_id in ids[: SHOWN + 1]], max(
        0, len(ids) - SHOWN
    )


def file_sizes(session: Session, release_id: int) -> Sequence[tuple[str, int]]:
    """Path and size in bytes of each file, by path."""
    query = (
        select(ReleaseFile.path, func.length(Blob.data))
        .join(Blob, Blob.sha256 == ReleaseFile.sha256)
        .where(ReleaseFile.release_id == release_id)
        .order_by(ReleaseFile.path)
    )
    return [(path, size) for path, size in session.execute(query)]


def file(session: Session, release_id: int, path: str) -> bytes | None:
    """The bytes of one file, or None."""
    query = (
        select(Blob.data)
        .join(ReleaseFile, ReleaseFile.sha256 == Blob.sha256)
        .where(ReleaseFile.release_id == release_id, ReleaseFile.path == path)
    )
    return None if "\0" in path else session.scalar(query)  # no text of a database holds one


def under_way(session: Session, course_id: str) -> tuple[int, int]:
    """People with an attempt open, and people who have begun the course and not finished it."""
    taking = select(func.count(func.distinct(Attempt.person_id))).where(
        Attempt.course_id == course_id, Attempt.state == "open", Attempt.opened
    )
    learning = select(func.count()).where(Enrolment.course_id == course_id, Enrolment.state == "started")
    return session.scalar(taking) or 0, session.scalar(learning) or 0


def names(session: Session, usernames: Collection[str]) -> Mapping[str, str]:
    """Username → full name."""
    query = select(Person.username, Person.full_name).where(Person.username.in_(usernames))
    return {row.username: row.full_name for row in session.execute(query)}


def choosers(session: Session, course_id: str, quiz: str) -> Sequence[tuple[int, str, str, int, float]]:
    """(release, question, answer as kept, how many gave it in their first attempt, what these attempts came to on
    average, in percent): whether an option draws those who know or those who do not."""
    query = (
        select(
            ItemResult.release_id,
            ItemResult.question,
            ItemResult.response,
            func.count(),
            func.sum(Attempt.percent),  # which is kept exact: an average would not be read back as one
        )
        .join(Attempt, Attempt.id == ItemResult.attempt_id)
        .where(
            ItemResult.course_id == course_id,
            ItemResult.quiz == quiz,
            ItemResult.response != "",
            Attempt.number == 1,
            Attempt.percent.is_not(None),
        )
        .group_by(ItemResult.release_id, ItemResult.question, ItemResult.response)
    )
    return [(row[0], row[1], row[2], row[3], float(row[4] or 0) / row[3]) for row in session.execute(query)]

"""What is live: courses by address, decoded once a process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Session

from learning.content.model import Course, Field, decode
from learning.database import Database, Prepared
from learning.library.models import CourseRow, FieldRow, Release


@dataclass(frozen=True)
class Published:
    """A release with its course; immutable, so it may be kept for the life of the process."""

    release_id: int
    number: int
    published_at: datetime
    course: Course


_COURSE = CourseRow.__table__.c
_LIVE = Prepared(select(_COURSE.live_release_id).where(_COURSE.id == bindparam("course_id")))


def live(session: Session, course_id: str) -> Published | None:
    """The live release of "field/course", or None where there is no such course."""
    rows = _LIVE.rows(session, course_id=course_id)
    return None if not rows or rows[0][0] is None else release(session, rows[0][0])


# The live release by the names in an address, for a page that needs nothing else of the database.
LIVE_RELEASE = select(_COURSE.live_release_id).where(
    _COURSE.id == bindparam("field", type_=String) + "/" + bindparam("slug", type_=String)
)


def known_release(database: Database, release_id: int) -> Published:
    """The same as `release`, which asks the database only where the process does not know it yet."""
    known = _known(database.address, release_id)
    if known:
        return known[0]
    with database.reading() as session:
        return release(session, release_id)


def live_courses(session: Session, field: str | None = None) -> list[Published]:
    """Every live course (of a field), by address; one query once the process knows them."""
    query = (
        select(CourseRow.live_release_id).where(CourseRow.live_release_id.is_not(None)).order_by(CourseRow.id)
    )
    if field is not None:
        query = query.where(CourseRow.field == field)
    return [release(session, release_id) for release_id in session.scalars(query) if release_id is not None]


def fields(session: Session) -> list[Field]:
    rows = session.scalars(select(FieldRow).order_by(FieldRow.slug))
    return [Field(slug=row.slug, title=row.title, owner=row.owner) for row in rows]


def release(session: Session, release_id: int) -> Published:
    """A release by its id, whether live or not; a release never changes, so it is read once a process."""
    # Two databases in one process (the tests') have releases of the same number.
    known = _known(session.info.get("database", ""), release_id)
    if not known:
        row = session.get_one(Release, release_id)
        known.append(Published(row.id, row.number, row.published_at, decode(row.compiled)))
    return known[0]


@lru_cache(maxsize=512)
def _known(database: str, release_id: int) -> list[Published]:
    return []

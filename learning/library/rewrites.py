"""Lessons that a release says so much otherwise that who has read them is told: kept when it is published, for good."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.library.catalogue import Published
from learning.library.consequences import meaning
from learning.library.models import Rewrite


def keep(session: Session, now: datetime, release_id: int, old: Course, new: Course) -> None:
    """Which lessons of `new`, the release of this id, are otherwise than in `old`, which was live until now."""
    session.add_all(
        Rewrite(release_id=release_id, page=touch.page, course_id=new.id, at=now)
        for touch in meaning(old, new).read_again
    )
    session.flush()


def of(session: Session, published: Published) -> Mapping[str, datetime]:
    """Lesson id → when it was last rewritten, up to this release; asked of the database once a process, as releases
    before it never change."""
    known = _known(session.info.get("database", ""), published.release_id)
    if not known:
        query = (
            select(Rewrite.page, func.max(Rewrite.at).label("at"))
            .where(Rewrite.course_id == published.course.id, Rewrite.release_id <= published.release_id)
            .group_by(Rewrite.page)
        )
        known.append({row.page: row.at for row in session.execute(query)})
    return known[0]


@lru_cache(maxsize=512)
def _known(database: str, release_id: int) -> list[dict[str, datetime]]:
    return []

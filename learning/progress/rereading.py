"""Lessons that were rewritten after somebody had done them: said on the way through the course, until they have read
them again or it is long ago. What was done stays done.

Most courses were never rewritten: then nothing here asks the database anything (`rewrites.of` knows).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library import rewrites
from learning.library.catalogue import Published
from learning.progress.models import PageProgress
from learning.quizzes.models import Attempt

NEWS = timedelta(days=90)  # as long is a rewritten lesson news to who has done it


@dataclass(frozen=True)
class Rewritten:
    """`at`: when the lesson was rewritten. `asked`: the course asks to read it again."""

    at: datetime
    asked: bool


def rewritten(
    session: Session, now: datetime, person_id: int, published: Published
) -> Mapping[str, Rewritten]:
    """Lesson id → what to say of it, for lessons the person had done and has not read or passed again since.

    A course that asks to read again asks for as long as that takes; any other says so for NEWS.
    """
    asked = published.course.read_again
    fresh = {page: at for page, at in rewrites.of(session, published).items() if asked or now - at <= NEWS}
    if not fresh:
        return {}
    done = select(PageProgress.page, PageProgress.done_at, PageProgress.reread_at).where(
        PageProgress.person_id == person_id,
        PageProgress.course_id == published.course.id,
        PageProgress.state == "done",
    )
    old = {
        page: fresh[page]
        for page, *moments in session.execute(done)
        if page in fresh and all(moment is None or moment < fresh[page] for moment in moments)
    }
    if not old:
        return {}
    passed = (
        select(Attempt.quiz, func.max(Attempt.finished_at).label("at"))
        .where(
            Attempt.person_id == person_id, Attempt.course_id == published.course.id, Attempt.passed.is_(True)
        )
        .group_by(Attempt.quiz)
    )
    last = {row.quiz: row.at for row in session.execute(passed)}
    return {
        page: Rewritten(at, asked) for page, at in old.items() if last.get(page) is None or last[page] < at
    }


def read_again(session: Session, now: datetime, person_id: int, published: Published, page: Page) -> None:
    """A lesson without questions was read: who had done it before it was rewritten has now read it again."""
    if page.id not in rewrites.of(session, published):
        return
    session.execute(
        update(PageProgress)
        .where(
            PageProgress.person_id == person_id,
            PageProgress.course_id == published.course.id,
            PageProgress.page == page.id,
            PageProgress.done_at < now,
        )
        .values(reread_at=now)
    )

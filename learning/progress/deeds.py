"""What a deed of studying leaves behind: a page begun or done, and the enrolment kept in step.

Desks go through `certificates.outcomes`. Each verb first holds the enrolment's row, so that of two last deeds
done side by side the second sees the first, and the course is found done.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.content.model import Course, Page
from learning.library.catalogue import Published
from learning.progress import recount
from learning.progress.completion import fulfilled
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.models import Attempt

Pages = dict[str, PageProgress]  # by PageProgress.page


class HasQuestions(Exception):
    """The page has questions: passing them makes it done, not reading."""


def begin(session: Session, now: datetime, attempt: Attempt) -> Enrolment:
    """An attempt was begun."""
    enrolment = _enrolment(session, now, attempt.person_id, attempt.course_id)
    pages = _pages(session, now, enrolment, attempt.quiz)
    return _in_step(session, enrolment, pages)


def finish(session: Session, now: datetime, attempt: Attempt, course: Course) -> Enrolment:
    """An attempt is over: its page is done where it passed, the course (as it is live) where its rule is
    fulfilled."""
    enrolment = _enrolment(session, now, attempt.person_id, attempt.course_id)
    pages = _pages(session, now, enrolment, attempt.quiz)
    page = pages[attempt.quiz]
    if attempt.passed and page.state != "done":
        page.state, page.done_at = "done", attempt.finished_at
    return _complete(session, now, enrolment, course, pages)


def read(session: Session, now: datetime, person_id: int, published: Published, page: Page) -> Enrolment:
    """A page without questions was read. Raises HasQuestions."""
    if page.quiz is not None or page.scenario is not None:
        raise HasQuestions(page.id)
    enrolment = _enrolment(session, now, person_id, published.course.id)
    pages = _pages(session, now, enrolment, page.id)
    if pages[page.id].state != "done":
        pages[page.id].state, pages[page.id].done_at = "done", now
    return _complete(session, now, enrolment, published.course, pages)


def missing(session: Session, person_id: int, course: Course) -> tuple[str, ...]:
    """The course's prerequisites ("field/course") that the person has not done."""
    if not course.prerequisites:
        return ()
    done = set(
        session.scalars(
            select(Enrolment.course_id).where(
                Enrolment.person_id == person_id,
                Enrolment.state == "done",
                Enrolment.course_id.in_(course.prerequisites),
            )
        )
    )
    return tuple(each for each in course.prerequisites if each not in done)


def _complete(
    session: Session, now: datetime, enrolment: Enrolment, course: Course, pages: Pages
) -> Enrolment:
    done = {page for page, progress in pages.items() if progress.state == "done"}
    if enrolment.state != "done" and fulfilled(course, done):
        enrolment.state, enrolment.completed_at = "done", now
    return _in_step(session, enrolment, pages)


def _in_step(session: Session, enrolment: Enrolment, pages: Pages) -> Enrolment:
    figures = recount.recompute(session, enrolment.person_id, enrolment.course_id, pages.values())
    enrolment.attempts, enrolment.best = figures.attempts, figures.best
    enrolment.last_at = figures.last_at or enrolment.last_at
    session.flush()
    return enrolment


def _enrolment(session: Session, now: datetime, person_id: int, course_id: str) -> Enrolment:
    held = _held(session, person_id, course_id)
    if held is not None:
        return held
    try:
        with session.begin_nested():
            session.add(
                Enrolment(
                    person_id=person_id,
                    course_id=course_id,
                    state="started",
                    attempts=0,
                    started_at=now,
                    last_at=now,
                )
            )
            session.flush()
    except IntegrityError:  # begun in another tab at the same moment
        pass
    held = _held(session, person_id, course_id)
    if held is None:
        raise LookupError(f"no enrolment of {person_id} in {course_id}")
    return held


def _held(session: Session, person_id: int, course_id: str) -> Enrolment | None:
    return session.scalar(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _pages(session: Session, now: datetime, enrolment: Enrolment, page: str) -> Pages:
    """The pages of the course this person has begun, `page` among them."""
    mine = (PageProgress.person_id == enrolment.person_id, PageProgress.course_id == enrolment.course_id)
    query = select(PageProgress).where(*mine).execution_options(populate_existing=True)
    pages = {found.page: found for found in session.scalars(query)}
    if page not in pages:
        pages[page] = PageProgress(
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            page=page,
            state="started",
            started_at=now,
        )
        session.add(pages[page])
    return pages

"""What a deed of studying leaves behind: a page begun or done, and the enrolment kept in step.

Desks go through `certificates.outcomes`. Each verb first holds the enrolment's row, so that of two last deeds
done side by side the second sees the first, and the course is found done. The statements run with every answer
given, hence are prepared once and go past the session.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.content.model import Course, Page
from learning.database import Base, Prepared
from learning.library.catalogue import Published
from learning.progress import recount
from learning.progress.completion import fulfilled
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.models import Attempt


class Held(NamedTuple):
    """An enrolment as its row stood when it was held, and as it is kept."""

    person_id: int
    course_id: str
    state: str
    attempts: int
    best: Decimal | None
    seconds: int
    started_at: datetime
    last_at: datetime
    completed_at: datetime | None


class Begun(NamedTuple):
    """A page begun or done: what `PageProgress` says of it."""

    page: str
    state: str
    started_at: datetime
    done_at: datetime | None


Pages = dict[str, Begun]  # by page

_ENROLMENT, _PAGE = Enrolment.__table__, PageProgress.__table__
_THIS = (_ENROLMENT.c.person_id == bindparam("person"), _ENROLMENT.c.course_id == bindparam("course"))
_MINE = (_PAGE.c.person_id == bindparam("person"), _PAGE.c.course_id == bindparam("course"))
_HOLD = Prepared(select(*(_ENROLMENT.c[name] for name in Held._fields)).where(*_THIS).with_for_update())
_ENROL = Prepared(
    insert(Enrolment), *("person_id", "course_id", "state", "attempts", "seconds", "started_at", "last_at")
)
_KEEP = Prepared(
    update(Enrolment).where(*_THIS), *("state", "attempts", "best", "seconds", "last_at", "completed_at")
)
_PAGES = Prepared(select(*(_PAGE.c[name] for name in Begun._fields)).where(*_MINE))
_BEGIN_PAGE = Prepared(insert(PageProgress), *("person_id", "course_id", "page", "state", "started_at"))
_END_PAGE = Prepared(
    update(PageProgress).where(*_MINE, _PAGE.c.page == bindparam("which")), *("state", "done_at")
)


class HasQuestions(Exception):
    """The page has questions, or steps to practise: passing them makes it done, not reading."""


def begin(session: Session, now: datetime, attempt: Attempt) -> Held:
    """An attempt was begun."""
    enrolment = _enrolment(session, now, attempt.person_id, attempt.course_id)
    pages = _pages(session, now, enrolment, attempt.quiz)
    return _in_step(session, enrolment, pages)


def finish(session: Session, now: datetime, attempt: Attempt, course: Course) -> Held:
    """An attempt is over: where it passed its page is done, and the course (as it is live) where its rule is
    fulfilled. One that failed leaves the course to the next deed, which may bring the certificate along."""
    enrolment = _enrolment(session, now, attempt.person_id, attempt.course_id)
    pages = _pages(session, now, enrolment, attempt.quiz)
    if not attempt.passed:
        return _in_step(session, enrolment, pages)
    _done(session, enrolment, pages, attempt.quiz, attempt.finished_at)
    return _complete(session, now, enrolment, course, pages)


def read(session: Session, now: datetime, person_id: int, published: Published, page: Page) -> Held:
    """A page without questions was read. Raises HasQuestions."""
    if page.quiz is not None or page.scenario is not None or page.kind == "practice":
        raise HasQuestions(page.id)
    enrolment = _enrolment(session, now, person_id, published.course.id)
    pages = _pages(session, now, enrolment, page.id)
    _done(session, enrolment, pages, page.id, now)
    return _complete(session, now, enrolment, published.course, pages)


def practise(
    session: Session, now: datetime, person_id: int, course: Course, page_id: str, done: bool
) -> Held:
    """A practice was begun; or, with `done`, every step of it is signed off."""
    enrolment = _enrolment(session, now, person_id, course.id)
    pages = _pages(session, now, enrolment, page_id)
    if not done:
        return _in_step(session, enrolment, pages)
    _done(session, enrolment, pages, page_id, now)
    return _complete(session, now, enrolment, course, pages)


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


def _complete(session: Session, now: datetime, enrolment: Held, course: Course, pages: Pages) -> Held:
    done = {page for page, progress in pages.items() if progress.state == "done"}
    if enrolment.state != "done" and fulfilled(course, done):
        enrolment = enrolment._replace(state="done", completed_at=now)
    return _in_step(session, enrolment, pages)


def _in_step(session: Session, enrolment: Held, pages: Pages) -> Held:
    figures = recount.recompute(session, enrolment.person_id, enrolment.course_id, pages.values())
    enrolment = enrolment._replace(
        attempts=figures.attempts,
        best=figures.best,
        seconds=figures.seconds,
        last_at=figures.last_at or enrolment.last_at,
    )
    kept = {name: getattr(enrolment, name) for name in _KEEP.columns}
    _KEEP.run(session, {"person": enrolment.person_id, "course": enrolment.course_id, **kept})
    _forget(session, Enrolment, enrolment.person_id, enrolment.course_id)
    return enrolment


def _enrolment(session: Session, now: datetime, person_id: int, course_id: str) -> Held:
    held = _held(session, person_id, course_id)
    if held is not None:
        return held
    try:
        with session.begin_nested():
            _ENROL.run(
                session,
                {
                    "person_id": person_id,
                    "course_id": course_id,
                    "state": "started",
                    "attempts": 0,
                    "seconds": 0,
                    "started_at": now,
                    "last_at": now,
                },
            )
    except IntegrityError:  # begun in another tab at the same moment
        pass
    held = _held(session, person_id, course_id)
    if held is None:
        raise LookupError(f"no enrolment of {person_id} in {course_id}")
    return held


def _held(session: Session, person_id: int, course_id: str) -> Held | None:
    rows = _HOLD.rows(session, person=person_id, course=course_id)
    return Held._make(rows[0]) if rows else None


def _pages(session: Session, now: datetime, enrolment: Held, page: str) -> Pages:
    """The pages of the course this person has begun, `page` among them."""
    rows = _PAGES.rows(session, person=enrolment.person_id, course=enrolment.course_id)
    pages = {row.page: Begun._make(row) for row in rows}
    if page not in pages:
        begun = {
            "person_id": enrolment.person_id,
            "course_id": enrolment.course_id,
            "page": page,
            "state": "started",
            "started_at": now,
        }
        _BEGIN_PAGE.run(session, begun)
        pages[page] = Begun(page, "started", now, None)
    return pages


def _done(session: Session, enrolment: Held, pages: Pages, page: str, at: datetime | None) -> None:
    """What was done stays done, at the time it was first."""
    if pages[page].state == "done":
        return
    pages[page] = pages[page]._replace(state="done", done_at=at)
    key = {"person": enrolment.person_id, "course": enrolment.course_id, "which": page}
    _END_PAGE.run(session, {**key, "state": "done", "done_at": at})
    _forget(session, PageProgress, *key.values())


def _forget(session: Session, kind: type[Base], *key: Any) -> None:
    """What the session remembers of a row that was changed past it is read anew."""
    remembered = session.identity_map.get((kind, key, None))
    if remembered is not None:
        session.expire(remembered)

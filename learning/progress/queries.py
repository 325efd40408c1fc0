"""Where a person stands: for the start page, the course page and the API. Each a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library.catalogue import Published


@dataclass(frozen=True)
class CourseState:
    """A person in a course. States: `not_started`, `started`, `done`. `pages` by page id, and "exam".

    `done_lessons` of `total` count the lessons of the live release (not scenarios, pre-tests, exam). `next` is
    the first lesson not done, then the exam; None when nothing the rule counts is left.
    `missing` are prerequisites ("field/course") not done yet.
    """

    published: Published
    state: str
    pages: Mapping[str, str]
    exam: str | None
    done_lessons: int
    total: int
    next: Page | None
    last_at: datetime | None
    completed_at: datetime | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """A course due by a class; `overdue` when the day has passed."""

    state: CourseState
    class_name: str
    due_on: date
    overdue: bool


def course_state(session: Session, person_id: int, published: Published) -> CourseState:
    raise NotImplementedError


def course_states(session: Session, person_id: int, courses: list[Published]) -> list[CourseState]:
    """The same for many, in as many queries as for one."""
    raise NotImplementedError


def continue_courses(session: Session, person_id: int) -> list[CourseState]:
    """Live courses begun and not done, most recent first."""
    raise NotImplementedError


def due(session: Session, person_id: int, today: date) -> list[Due]:
    """What classes ask of the person and is not done, soonest first."""
    raise NotImplementedError


def attempts_left(session: Session, person_id: int, published: Published, page: Page) -> int | None:
    """How many attempts at the page's quiz are left; None: unlimited."""
    raise NotImplementedError

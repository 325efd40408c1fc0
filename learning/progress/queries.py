"""Where a person stands: for the start page, the course page and the API. Each a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.organisation.models import ClassMember, TrainingClass
from learning.progress.completion import next_page
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import attempts, marking


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
    return course_states(session, person_id, [published])[0]


def course_states(session: Session, person_id: int, courses: Sequence[Published]) -> list[CourseState]:
    """The same for many, in as many queries as for one."""
    if not courses:
        return []
    # All of the person's own rows rather than a list of ids: they are few, and the query stays short.
    enrolments = {
        row.course_id: row
        for row in session.scalars(select(Enrolment).where(Enrolment.person_id == person_id))
    }
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    for course_id, page, state in session.execute(
        select(PageProgress.course_id, PageProgress.page, PageProgress.state).where(
            PageProgress.person_id == person_id
        )
    ):
        pages[course_id][page] = state
    return [_state(published, enrolments, pages[published.course.id]) for published in courses]


def continue_courses(session: Session, person_id: int) -> list[CourseState]:
    """Live courses begun and not done, most recent first."""
    states = course_states(session, person_id, catalogue.live_courses(session))
    begun = [
        (state.last_at, state) for state in states if state.state == "started" and state.last_at is not None
    ]
    return [state for _, state in sorted(begun, key=lambda each: each[0], reverse=True)]


def due(session: Session, person_id: int, today: date) -> list[Due]:
    """What classes ask of the person and is not done, soonest first."""
    rows = session.execute(
        select(TrainingClass.course_id, TrainingClass.name, TrainingClass.due_on)
        .join(ClassMember, ClassMember.class_id == TrainingClass.id)
        .where(ClassMember.person_id == person_id, TrainingClass.due_on.is_not(None))
        .order_by(TrainingClass.due_on, TrainingClass.id)
    ).all()
    if not rows:
        return []
    states = {
        state.published.course.id: state
        for state in course_states(session, person_id, catalogue.live_courses(session))
    }
    return [
        Due(states[course_id], name, due_on, due_on < today)
        for course_id, name, due_on in rows
        if due_on is not None and course_id in states and states[course_id].state != "done"
    ]


def attempts_left(session: Session, person_id: int, published: Published, page: Page) -> int | None:
    """How many attempts at the page's quiz are left; None: unlimited."""
    allowed = marking.rules(page).attempts
    if allowed is None:
        return None
    begun = attempts.number_begun(session, person_id, published.course.id, attempts.quiz_key(page))
    return max(0, allowed - begun)


def _state(
    published: Published, enrolments: Mapping[str, Enrolment], pages: Mapping[str, str]
) -> CourseState:
    course = published.course
    enrolment = enrolments.get(course.id)
    keys = [page.id for page in course.pages] + (["exam"] if course.exam else [])
    states = {key: pages.get(key, "not_started") for key in keys}
    done = {key for key, state in states.items() if state == "done"}
    return CourseState(
        published=published,
        state=enrolment.state if enrolment else "not_started",
        pages=states,
        exam=states.get("exam"),
        done_lessons=sum(page.id in done for page in course.lessons),
        total=len(course.lessons),
        next=next_page(course, done),
        last_at=enrolment.last_at if enrolment else None,
        completed_at=enrolment.completed_at if enrolment else None,
        missing=tuple(
            each
            for each in course.prerequisites
            if each not in enrolments or enrolments[each].state != "done"
        ),
    )

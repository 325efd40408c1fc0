"""What of a course a learner takes along: an attempt at each quiz, with its questions, so that they can be answered where
there is no network. One transaction; what was made stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.certificates import outcomes
from learning.content.model import Course, Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import queries
from learning.quizzes import attempts, hand_marks, marking, papers, travelling
from learning.quizzes.attempts import NoAttemptsLeft, NoSuchQuiz
from learning.quizzes.models import Attempt

# quiz: there is a pack of it. reading: to be read, there is nothing to answer. done: nothing is left to do.
# timed, network: only online. waits: handed in and not marked yet. no_attempts: all used up. prerequisites: other
# courses first. not_asked: an exam that its learner did not ask for.
How = Literal[
    "quiz", "reading", "done", "timed", "network", "waits", "no_attempts", "prerequisites", "not_asked"
]


@dataclass(frozen=True)
class TakenPage:
    """A page of the course (the exam has the slug "exam"), the person's state in it, and how it goes offline."""

    slug: str
    id: str
    title: str
    kind: str
    state: str
    offline: How


@dataclass(frozen=True)
class Pack:
    """An open attempt without a time limit. `keys` by question: only what may travel."""

    attempt: str
    lesson: str
    title: str
    kind: str
    seq: int
    show_answers: str
    questions: list[dict[str, Any]]
    answers: Mapping[str, Any]
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    published: Published
    pages: list[TakenPage]
    packs: list[Pack]


def take(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, published: Published, *, exam: bool
) -> Taken:
    """Prepares an attempt at every quiz of the course that is not done yet, `exam` too. What its learner has not begun,
    they have not begun by this: see quizzes/opening.py."""
    course = published.course
    state = queries.course_state(session, person_id, published)
    waiting = hand_marks.of_learner(session, person_id, course.id)
    exams = _exams(session, course)
    pages, packs = [], []
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        stands = (state.exam if page.kind == "exam" else state.pages.get(page.id)) or "not_started"
        how = _how(page, stands, state.missing, waiting, exam=exam)
        if how == "quiz":
            attempt = _prepare(session, now, zone, person_id, published, page)
            if attempt is None:
                how = "no_attempts"
            else:
                packs.append(_pack(session, attempt, course, exams))
        pages.append(TakenPage(page.slug, page.id, page.title, page.kind, stands, how))
    return Taken(published, pages, packs)


def _how(page: Page, stands: str, missing: Iterable[str], waiting: Mapping[str, str], *, exam: bool) -> How:
    if stands == "done":
        return "done"
    if page.kind in ("practice", "scenario") or (page.kind == "exam" and _pictured(page)):
        return "network"
    if marking.rules(page).time_limit is not None:
        return "timed"
    if any(missing):
        return "prerequisites"
    if page.quiz is None:
        return "reading"
    if attempts.quiz_key(page) in waiting:
        return "waits"
    return "not_asked" if page.kind == "exam" and not exam else "quiz"


def _pictured(page: Page) -> bool:
    """What an exam shows beside its words is in no list that a phone keeps."""
    return b"/media/" in msgspec.json.encode(page.quiz)


def _prepare(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, published: Published, page: Page
) -> Attempt | None:
    """The open attempt; None where there can be none, or where one that was begun on an older release has an end."""
    try:
        attempt, _made = outcomes.start(session, now, zone, person_id, published, page.slug, prepare=True)
    except (NoAttemptsLeft, NoSuchQuiz):
        return None
    return attempt if attempt.state == "open" and attempt.closes_at is None else None


def _pack(session: Session, attempt: Attempt, live: Course, exams: Iterable[Page]) -> Pack:
    release, page = attempts.pinned(session, attempt)
    free = travelling.free(page, (release.course, live), exams)
    return Pack(
        attempt=attempt.id,
        lesson=page.slug,
        title=page.title,
        kind=page.kind,
        seq=attempt.seq,
        show_answers=marking.rules(page).show_answers,
        questions=papers.questions(attempt.paper, page),
        answers=attempts.saved_answers(session, attempt),
        keys=travelling.keys(attempt.paper, page, free),
    )


def _exams(session: Session, course: Course) -> list[Page]:
    """Every live exam, and those of older releases of this course that somebody is still sitting."""
    sat = select(Attempt.release_id).where(
        Attempt.course_id == course.id, Attempt.quiz == "exam", Attempt.state == "open"
    )
    older = [catalogue.release(session, release_id) for release_id in session.scalars(sat.distinct())]
    releases = [*catalogue.live_courses(session), *older]
    return [one.course.exam for one in releases if one.course.exam is not None]

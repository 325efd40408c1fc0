"""The enrolment's figures counted anew from the attempts, and the whole store held against its own evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.database import Prepared
from learning.library import catalogue
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import marking, standings
from learning.quizzes.models import AnswerEvent, Attempt, ItemResult

LONGEST = timedelta(minutes=30)  # that an attempt counts for in the time spent
_MILLIONTH = Decimal("0.000001")
_COLUMNS = (
    Attempt.person_id,
    Attempt.course_id,
    Attempt.quiz,
    Attempt.release_id,
    Attempt.state,
    Attempt.percent,
    Attempt.passed,
    Attempt.started_at,
    Attempt.finished_at,
    Attempt.seconds,
)
_TRIED = Prepared(
    select(*_COLUMNS).where(
        Attempt.person_id == bindparam("person"), Attempt.course_id == bindparam("course"), Attempt.opened
    )
)


@dataclass(frozen=True)
class Figures:
    """What `Enrolment` keeps; `best` in percent, `last_at` None where there is no deed."""

    attempts: int
    best: Decimal | None
    seconds: int
    last_at: datetime | None


@dataclass(frozen=True)
class Difference:
    """Something stored that its evidence does not bear out: `subject` (what row), `what`, stored and counted."""

    subject: str
    what: str
    stored: str
    counted: str


def recompute(
    session: Session, person_id: int, course_id: str, pages: Iterable[Any] | None = None
) -> Figures:
    """The figures of one person in one course, from attempts and pages alone; `pages` where they are at hand."""
    tried = _TRIED.rows(session, person=person_id, course=course_id)
    if pages is None:
        pages = session.scalars(
            select(PageProgress).where(
                PageProgress.person_id == person_id, PageProgress.course_id == course_id
            )
        )
    return _figures(session, tried, pages)


def best(tried: Iterable[Any], quizzes: Iterable[str]) -> Decimal | None:
    """The mean over these quizzes, as far as tried, of each one's best percent. Rows with `quiz`, `percent`, `passed`;
    those undecided, because an answer waits to be marked, are no result yet."""
    bests: dict[str, Decimal] = {}
    for each in tried:
        if each.quiz in quizzes and each.percent is not None and each.passed is not None:
            bests[each.quiz] = max(each.percent, bests.get(each.quiz, Decimal(0)))
    return (sum(bests.values(), Decimal(0)) / len(bests)).quantize(_MILLIONTH) if bests else None


def seconds(finished: Iterable[Any]) -> int:
    """Whole seconds spent on these attempts (rows with `started_at`, `finished_at`, `seconds`), LONGEST at most on each:
    by the clock, but for those of which a phone told it."""
    spent = (
        each.finished_at - each.started_at if each.seconds is None else timedelta(seconds=each.seconds)
        for each in finished
        if each.finished_at is not None
    )
    return sum(min(max(one, timedelta(0)), LONGEST) // timedelta(seconds=1) for one in spent)


def counted_quizzes(course: Course) -> tuple[str, ...]:
    """The quizzes whose scores make the course's score: its exam, else those of its lessons."""
    if course.exam is not None:
        return ("exam",)
    return tuple(page.id for page in course.lessons if page.quiz is not None)


def check(session: Session) -> list[Difference]:
    """Every difference between what is kept and what its evidence says: enrolments, pages done, scores graded
    again from the answers, and their items."""
    return [
        *_check_enrolments(session),
        *_check_pages(session),
        *_check_sequence(session),
        *_check_scores(session),
    ]


def _figures(session: Session, tried: Iterable[Any], pages: Iterable[Any]) -> Figures:
    tried = list(tried)
    finished = [each for each in tried if each.state != "open"]
    moments = [moment for each in tried for moment in (each.started_at, each.finished_at)]
    moments += [moment for each in pages for moment in (each.started_at, each.done_at)]
    last_at = max((moment for moment in moments if moment is not None), default=None)
    if not finished:
        return Figures(0, None, 0, last_at)
    # The newest release attempted says what counts, so that publishing alone changes nobody's figures.
    course = catalogue.release(session, max(each.release_id for each in finished)).course
    quizzes = counted_quizzes(course)
    return Figures(
        sum(each.quiz in quizzes for each in finished), best(finished, quizzes), seconds(finished), last_at
    )


def _check_enrolments(session: Session) -> Iterator[Difference]:
    tried: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for each in session.execute(select(*_COLUMNS).where(Attempt.opened)):
        tried[each.person_id, each.course_id].append(each)
    pages: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for page in session.execute(
        select(PageProgress.person_id, PageProgress.course_id, PageProgress.started_at, PageProgress.done_at)
    ):
        pages[page.person_id, page.course_id].append(page)
    for enrolment in session.scalars(select(Enrolment).order_by(Enrolment.course_id, Enrolment.person_id)):
        key = (enrolment.person_id, enrolment.course_id)
        counted = _figures(session, tried.pop(key, ()), pages.get(key, ()))
        subject = f"enrolment of person {key[0]} in {key[1]}"
        yield from _compare(subject, "attempts", enrolment.attempts, counted.attempts)
        yield from _compare(subject, "best", enrolment.best, counted.best)
        yield from _compare(subject, "seconds", enrolment.seconds, counted.seconds)
        yield from _compare(subject, "last_at", enrolment.last_at, counted.last_at or enrolment.last_at)
        yield from _compare(
            subject, "completed", enrolment.completed_at is not None, enrolment.state == "done"
        )
    for person_id, course_id in tried:
        yield Difference(f"enrolment of person {person_id} in {course_id}", "row", "none", "attempts exist")


def _check_pages(session: Session) -> Iterator[Difference]:
    passed = (
        select(Attempt.person_id, Attempt.course_id, Attempt.quiz).where(Attempt.passed.is_(True)).distinct()
    )
    done = select(PageProgress.person_id, PageProgress.course_id, PageProgress.page).where(
        PageProgress.state == "done"
    )
    held = {tuple(row) for row in session.execute(done)}
    for row in sorted(tuple(row) for row in session.execute(passed)):
        if row not in held:
            yield Difference(f"page {row[2]} of person {row[0]} in {row[1]}", "state", "not done", "passed")


def _check_sequence(session: Session) -> Iterator[Difference]:
    """An attempt counts its saves: its `seq` is that of the last answer saved."""
    last = func.coalesce(func.max(AnswerEvent.seq), 0)
    rows = session.execute(
        select(Attempt.id, Attempt.seq, last)
        .outerjoin(AnswerEvent, and_(AnswerEvent.attempt_id == Attempt.id, AnswerEvent.status == "saved"))
        .group_by(Attempt.id, Attempt.seq)
        .having(Attempt.seq != last)
        .order_by(Attempt.id)
    )
    for attempt_id, stored, counted in rows:
        yield Difference(f"attempt {attempt_id}", "seq", str(stored), str(counted))


def _check_scores(session: Session) -> Iterator[Difference]:
    """Scores as they count, after regradings; items as they were handed in."""
    ids = session.scalars(select(Attempt.id).where(Attempt.state != "open").order_by(Attempt.id)).all()
    for one in standings.of(session, ids):
        attempt, marked, standing = one.attempt, one.marked, one.standing
        attempt_id, subject = attempt.id, f"attempt {attempt.id}"
        yield from _compare(subject, "score", attempt.score, marking.decimal(standing.score))
        yield from _compare(subject, "percent", attempt.percent, marking.decimal(standing.percent))
        yield from _compare(subject, "passed", attempt.passed, standing.decided)
        rows = session.execute(
            select(ItemResult.question, ItemResult.mark, ItemResult.verdict).where(
                ItemResult.attempt_id == attempt_id
            )
        )
        stored = sorted((question, str(mark), verdict) for question, mark, verdict in rows)
        counted = sorted((i.question, str(_kept(marking.decimal(i.mark))), i.verdict) for i in marked.items)
        yield from _compare(subject, "items", stored, counted)
        session.expunge(attempt)


def _kept(value: Decimal) -> Decimal:
    return Decimal(int(value * 1_000_000)) / 1_000_000


def _compare(subject: str, what: str, stored: object, counted: object) -> Iterator[Difference]:
    if stored != counted:
        yield Difference(subject, what, str(stored), str(counted))

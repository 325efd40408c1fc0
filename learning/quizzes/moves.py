"""Whom an order to grade again moves, and from what to what."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.model import Course
from learning.quizzes import marking, regrading, rekeying, standings
from learning.quizzes.models import Attempt, Regrade, RegradeWaiting, Regrading
from learning.quizzes.papers import Paper
from learning.quizzes.rekeying import Standing
from learning.quizzes.standings import Counted

_UNDER_WAY = (Attempt.state == "open", Attempt.opened)  # not what is only there to be taken along


@dataclass(frozen=True)
class Told:
    """A result as it is kept and shown; `percent` from 0 to 100, to a millionth."""

    score: Decimal
    out_of: Decimal
    percent: Decimal
    passed: bool

    @classmethod
    def of(cls, standing: Standing) -> Self:
        score, out_of, percent = map(marking.decimal, (standing.score, standing.out_of, standing.percent))
        return cls(score, out_of, percent, standing.passed)

    @classmethod
    def before(cls, row: Regrade) -> Self:
        return cls(row.score_before, row.out_of_before, row.percent_before, row.passed_before)

    @classmethod
    def after(cls, row: Regrade) -> Self:
        return cls(row.score_after, row.out_of_after, row.percent_after, row.passed_after)


@dataclass(frozen=True)
class ItemMove:
    """A question of an attempt that is worth something else now. Each side {"score", "out_of", "verdict", "dropped"}."""

    question: str
    choice: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """An attempt that an order moves. `falls`: it takes points or the pass, and so waits for a second person."""

    attempt_id: str
    person_id: int
    quiz: str
    number: int
    before: Told
    after: Told
    items: tuple[ItemMove, ...]
    falls: bool


def of(
    session: Session, course: Course, choices: Mapping[str, str], releases: Collection[int] | None = None
) -> Iterator[Moved]:
    """Whom an order would move, without writing: `course` has the new keys and need not be published. By person's
    name, then quiz and number. Attempts under way are not among them. Raises BadChoice."""
    ruled = regrading.ruled_by(session, course, choices, releases)
    query = (
        select(Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(regrading.concerned(course.id, ruled), Attempt.state != "open")
        .order_by(Person.sort_key, Person.id, Attempt.quiz, Attempt.number)
    )
    found = standings.of(session, session.scalars(query).all())
    after = ((one, standings.regraded(one, ruled, course)) for one in found)
    return (moved(one, then, ruled) for one, then in after if then.lines != one.standing.lines)


def under_way(
    session: Session, course: Course, choices: Mapping[str, str], releases: Collection[int] | None = None
) -> int:
    """How many attempts are open that an order would look at when they end."""
    ruled = regrading.ruled_by(session, course, choices, releases)
    query = select(Attempt.id).where(regrading.concerned(course.id, ruled), *_UNDER_WAY)
    papers = session.scalars(query.with_only_columns(Attempt.paper))
    return sum(asks(paper, ruled) for paper in papers)


def waiting_open(session: Session, orders: Sequence[Regrading]) -> Counter[int]:
    """By order, how many attempts are open that it looks at when they end."""
    ruled = {one.id: one.choices for one in orders}
    query = (
        select(RegradeWaiting.regrading_id, Attempt.paper)
        .join(Attempt, Attempt.id == RegradeWaiting.attempt_id)
        .where(RegradeWaiting.regrading_id.in_(ruled), *_UNDER_WAY)
    )
    return Counter(id_ for id_, paper in session.execute(query) if asks(paper, ruled[id_]))


def asks(paper: Paper, questions: Collection[str]) -> bool:
    """Whether a paper holds one of the questions: an open attempt waits for an order whatever it asks."""
    return any(item["question"] in questions for item in paper)


def moved(one: Counted, after: Standing, ruled: Mapping[str, Any]) -> Moved:
    """From what it counts now to `after`, by the choices of an order (as `Regrading.choices` has them)."""
    attempt, before = one.attempt, one.standing
    items = tuple(
        ItemMove(old.question, ruled[old.question]["choice"], _side(old), _side(new))
        for old, new in zip(before.lines, after.lines, strict=True)
        if old != new
    )
    return Moved(
        attempt.id,
        attempt.person_id,
        attempt.quiz,
        attempt.number,
        Told.of(before),
        Told.of(after),
        items,
        rekeying.falls(before, after),
    )


def _side(line: rekeying.Line) -> dict[str, Any]:
    return {
        "score": marking.number(line.mark),
        "out_of": 0 if line.dropped else marking.number(line.max_mark),
        "verdict": line.verdict,
        "dropped": line.dropped,
    }

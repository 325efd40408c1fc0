"""What a learner is told where a key was corrected after they answered: of each question, and of the attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.library import catalogue
from learning.quizzes import attempts, marking, rekeying, reviewing, standings
from learning.quizzes.models import Attempt, Regrade, RegradeWaiting, Regrading
from learning.quizzes.moves import Told
from learning.quizzes.regrading import choices_for
from learning.quizzes.reviewing import ItemReview
from learning.quizzes.settling import Overtaken


@dataclass(frozen=True)
class Note:
    """What a learner is told of one regraded question of their attempt.

    `choice` of KEY_CHOICES. `state`: "moved", "same" (looked at, worth what it was), "held" (a second person is
    asked), "refused" (the second person left the old score, or the key was corrected once more), "waiting" (in a
    moment).
    """

    question: str
    choice: str
    state: str
    ordered_at: datetime
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class HandedIn:
    """An attempt as it was handed in, and when it was last graded again."""

    told: Told
    regraded_at: datetime


def notes(session: Session, attempt: Attempt) -> list[Note]:
    """What a learner is to be told of the regraded questions of a finished attempt, in the paper's order; of several
    orders the last word on each. Empty where no key was corrected."""
    if attempt.state == "open":
        return []
    query = select(Regrading).where(Regrading.course_id == attempt.course_id).order_by(Regrading.id)
    orders = session.scalars(query).all()
    if not orders:
        return []
    done = session.scalars(select(Regrade).where(Regrade.attempt_id == attempt.id).order_by(Regrade.id)).all()
    queued = set(
        session.scalars(select(RegradeWaiting.regrading_id).where(RegradeWaiting.attempt_id == attempt.id))
    )
    overtaken = Overtaken(session)
    found: dict[str, Note] = {}
    for one in orders:
        rows = [row for row in done if row.regrading_id == one.id]
        # What nobody can be asked any more is not waited for.
        over = [row.outcome for row in rows] == ["held"] and overtaken(one, rows[0])
        for question, choice in choices_for(attempt, one.choices).items():
            if choice != "keep":
                found[question] = _note(question, choice, one, rows, one.id in queued, over=over)
    return [found[item["question"]] for item in attempt.paper if item["question"] in found]


def handed_in(session: Session, attempt: Attempt) -> HandedIn | None:
    """What the attempt stood at when it was handed in; None where no regrading has moved it since."""
    query = select(Regrade).where(Regrade.attempt_id == attempt.id, Regrade.outcome == "moved")
    rows = session.scalars(query.order_by(Regrade.id)).all()
    if not rows:
        return None
    return HandedIn(Told.before(rows[0]), rows[-1].at)


def review(session: Session, attempt: Attempt, told: Sequence[Note]) -> list[ItemReview]:
    """`attempts.review` of a finished attempt as it counts now: marks and verdicts after its regradings, and the
    corrected key, feedback and explanation in the questions of `told` (from `notes`)."""
    published, page = attempts.pinned(session, attempt)
    [one] = standings.of(session, [attempt.id])
    newest = session.scalars(
        select(Regrading.release_id)
        .where(Regrading.course_id == attempt.course_id)
        .order_by(Regrading.id.desc())
        .limit(1)
    ).one()
    # A question dropped or given in full has no better key, unless one was published with it.
    corrected = catalogue.release(session, newest).course
    rekeyed = rekeying.as_rekeyed(page, attempt.quiz, [note.question for note in told], corrected)
    # Whether keys are told follows the result that counts, not what this page would give.
    bar = Decimal(0) if attempt.passed else Decimal(101)
    reviews = reviewing.review(
        published.course, rekeyed, attempt.paper, one.sitting.answers, bar, one.sitting.hand
    )
    return [
        replace(
            item,
            verdict=line.verdict,
            score=marking.number(line.mark),
            points=0 if line.dropped else marking.number(line.max_mark),
        )
        for item, line in zip(reviews, one.standing.lines, strict=True)
    ]


def _note(
    question: str, choice: str, one: Regrading, rows: Sequence[Regrade], queued: bool, *, over: bool
) -> Note:
    last = next((row for row in reversed(rows) for item in row.items if item["question"] == question), None)
    outcomes = {row.outcome for row in rows}
    if queued:
        return Note(question, choice, "waiting", one.ordered_at)
    if last is None or "superseded" in outcomes:
        return Note(question, choice, "refused" if "refused" in outcomes else "same", one.ordered_at)
    state = next(state for state in ("moved", "refused", "held") if state in outcomes)
    state = "refused" if over else state
    item = next(item for item in last.items if item["question"] == question)
    return Note(question, choice, state, one.ordered_at, item["before"], item["after"])

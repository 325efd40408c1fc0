"""What finished attempts count: graded from their answers, then by each order that moved them, in turn.

`Attempt` holds what counts now, so whoever reads scores, bests and passes reads the regraded ones; what it was
before stands in `Regrade`, for good. `ItemResult` stays as it was: statistics tell of a question as it was asked, by
the key it was asked with. Full marks for all would make a broken question look easy, and a dropped one would take
the evidence along.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.library import catalogue
from learning.quizzes import attempts, marking, rekeying
from learning.quizzes.models import AnswerEvent, Attempt, Regrade, Regrading
from learning.quizzes.regrading import choices_for
from learning.quizzes.rekeying import Sitting, Standing

CHUNK = 200


@dataclass(frozen=True)
class Counted:
    """An attempt: as it was sat, as it was marked when it was handed in, and what it counts now."""

    attempt: Attempt
    sitting: Sitting
    marked: marking.Marked
    standing: Standing


def of(session: Session, attempt_ids: Sequence[str]) -> Iterator[Counted]:
    """Attempts with what they were graded and what they count now, in the order given; a few queries for many."""
    for start in range(0, len(attempt_ids), CHUNK):
        ids = attempt_ids[start : start + CHUNK]
        rows = {row.id: row for row in session.scalars(select(Attempt).where(Attempt.id.in_(ids)))}
        answers = _answers(session, ids)
        orders = _applied(session, ids)
        for id_ in ids:
            yield _one(session, rows[id_], answers[id_], orders[id_])


def _one(
    session: Session,
    attempt: Attempt,
    answers: Mapping[str, Any],
    orders: Iterable[tuple[Regrading, Collection[str]]],
) -> Counted:
    _, page = attempts.pinned(session, attempt)
    sitting = Sitting(page, attempt.quiz, attempt.paper, answers, attempt.pass_percent)
    marked = sitting.marked()
    one = Counted(attempt, sitting, marked, rekeying.first(marked))
    for regrading, questions in orders:
        one = replace(one, standing=after(session, regrading, one, questions))
    return one


def after(
    session: Session, regrading: Regrading, one: Counted, questions: Collection[str] | None = None
) -> Standing:
    """What the attempt counts after this order; after what it does to these `questions` alone, where they are given:
    of the others a later order may have spoken since."""
    ruled = regrading.choices
    if questions is not None:
        ruled = {question: rule for question, rule in ruled.items() if question in questions}
    return regraded(one, ruled, catalogue.release(session, regrading.release_id).course)


def regraded(one: Counted, ruled: Mapping[str, Any], course: Course) -> Standing:
    """What it would count after these choices (as `Regrading.choices` has them), by the keys of `course`."""
    return rekeying.regrade(one.sitting, one.standing, choices_for(one.attempt, ruled), course)


def _answers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The answers that count, as `records.saved_answers` has them, of many attempts."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    events = (
        select(AnswerEvent.attempt_id, AnswerEvent.question, AnswerEvent.answer)
        .where(AnswerEvent.attempt_id.in_(ids), AnswerEvent.status == "saved")
        .order_by(AnswerEvent.attempt_id, AnswerEvent.seq)
    )
    for attempt_id, question, answer in session.execute(events):
        if answer is None:  # taken back
            found[attempt_id].pop(question, None)
        else:
            found[attempt_id][question] = answer
    return found


def _applied(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[Regrading, Collection[str]]]]:
    """The orders that moved each attempt, and in which questions, in the order they did."""
    found: dict[str, list[tuple[Regrading, Collection[str]]]] = defaultdict(list)
    query = (
        select(Regrade.attempt_id, Regrade.items, Regrading)
        .join(Regrading, Regrading.id == Regrade.regrading_id)
        .where(Regrade.attempt_id.in_(ids), Regrade.outcome == "moved")
        .order_by(Regrade.id)
    )
    for attempt_id, items, regrading in session.execute(query):
        found[attempt_id].append((regrading, {item["question"] for item in items}))
    return found

"""What finished attempts count: graded from their answers, then by each mark that a person gave and by each order that
moved them, in turn.

`Attempt` holds what counts now, so whoever reads scores, bests and passes reads the regraded ones; what it was
before stands in `Regrade`, for good. `ItemResult` stays as it was: statistics tell of a question as it was asked, by
the key it was asked with. Full marks for all would make a broken question look easy, and a dropped one would take
the evidence along. Marks given by hand are in it: until then an answer says nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.library import catalogue
from learning.quizzes import attempts, marking, records, rekeying, rubrics
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
        by_hand = records.by_hand(session, ids)
        for id_ in ids:
            yield _one(session, rows[id_], answers[id_], orders[id_], by_hand.get(id_, ()))


def _one(
    session: Session,
    attempt: Attempt,
    answers: Mapping[str, Any],
    orders: Iterable["_Order"],
    by_hand: Sequence[rubrics.Given],
) -> Counted:
    _, page = attempts.pinned(session, attempt)
    sitting = Sitting(page, attempt.quiz, attempt.paper, answers, attempt.pass_percent)
    if by_hand:
        sitting = replace(sitting, hand=records.newest(by_hand))
    one = Counted(attempt, sitting, sitting.marked(), rekeying.first(sitting.unmarked()))
    deeds: list[_Order | rubrics.Given] = sorted([*by_hand, *orders], key=lambda deed: deed.at)
    for deed in deeds:
        standing = (
            rekeying.marked_by_hand(sitting, one.standing, deed)
            if isinstance(deed, rubrics.Given)
            else after(session, deed.regrading, one, deed.questions)
        )
        one = replace(one, standing=standing)
    return one


def write(session: Session, one: Counted, after: Standing) -> None:
    """What counts now, into the attempt; a certificate that it earned before stays in its result."""
    attempt = one.attempt
    published, page = attempts.pinned(session, attempt)
    attempt.score, attempt.out_of = marking.decimal(after.score), marking.decimal(after.out_of)
    attempt.percent, attempt.passed = marking.decimal(after.percent), after.decided
    result = marking.result(rekeying.retold(one.marked, after), page, published.course)
    attempt.result = {**result, "certificate": (attempt.result or {}).get("certificate")}


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


@dataclass(frozen=True)
class _Order:
    """An order that moved an attempt, and in which questions."""

    at: datetime
    regrading: Regrading
    questions: Collection[str]


def _applied(session: Session, ids: Sequence[str]) -> dict[str, list[_Order]]:
    """The orders that moved each attempt, and in which questions, in the order they did."""
    found: dict[str, list[_Order]] = defaultdict(list)
    query = (
        select(Regrade.attempt_id, Regrade.at, Regrade.items, Regrading)
        .join(Regrading, Regrading.id == Regrade.regrading_id)
        .where(Regrade.attempt_id.in_(ids), Regrade.outcome == "moved")
        .order_by(Regrade.id)
    )
    for attempt_id, at, items, regrading in session.execute(query):
        found[attempt_id].append(_Order(at, regrading, {item["question"] for item in items}))
    return found

"""Learners hand in, sweeps grade again, a second person speaks: all at once, each in a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning.certificates import outcomes, regrades
from learning.certificates.models import Certificate
from learning.certificates.regrades import NotHeld
from learning.content.model import Course
from learning.database import Database
from learning.progress import recount
from learning.quizzes import papers
from learning.quizzes.models import Attempt, Regrade, RegradeWaiting
from tests import make

LEARNERS = 24


def course(right: int) -> Course:
    page = make.exam(make.single("thi-1", right), make.single("thi-2"), pass_percent=100)
    return make.course(exam=page, completion="exam")


@pytest.fixture
def at_once(database: Database) -> Callable[..., list]:
    def at_once(*deeds: Callable[[Session], object]) -> list:
        barrier = Barrier(min(len(deeds), 10))

        def run(place: int) -> object:
            if place < barrier.parties:
                barrier.wait()
            for _ in range(5):  # as a request or a sweep that lost a race is simply made again
                try:
                    with database.writing() as session:
                        return deeds[place](session)
                except OperationalError:
                    continue
            raise AssertionError("five times in vain")

        with ThreadPoolExecutor(10) as threads:
            return list(threads.map(run, range(len(deeds))))

    return at_once


def begin(session: Session, now, published, number: int) -> str:
    person = make.person(session, f"nguoi-{number}", f"Nguyễn Văn {number}")
    attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
    return attempt.id


def hand_in(session: Session, now, attempt_id: str, keys: str) -> None:
    attempt = session.get_one(Attempt, attempt_id)
    answers = {
        item["question"]: papers.to_drawn(item, keys[int(item["question"][-1]) - 1]) for item in attempt.paper
    }
    outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))


def test_whoever_hands_in_while_it_runs_is_graded_again_once(session, now, at_once) -> None:
    old = make.publish(session, course(1))
    begun = [begin(session, now, old, number) for number in range(LEARNERS)]
    session.commit()
    new = make.publish(session, course(2))
    session.commit()

    def order(session: Session) -> object:
        return regrades.order(session, now, new, {"thi-1": "both"}, by="bientap").id

    def sweep(session: Session) -> int:
        return regrades.settle(session, now, make.ZONE, limit=3)

    deeds = [order, *(lambda session, id_=id_: hand_in(session, now, id_, "21") for id_ in begun)]
    for place in range(0, 3 * len(deeds) // 2, 3):
        deeds.insert(place, sweep)
    at_once(*deeds)
    while any(at_once(sweep, sweep, sweep)):
        pass
    session.rollback()
    assert recount.check(session) == []
    assert session.scalar(select(func.count()).select_from(Attempt).where(Attempt.passed)) == LEARNERS
    assert session.scalar(select(func.count()).select_from(Regrade)) == LEARNERS
    assert session.scalar(select(func.count()).select_from(Certificate)) == LEARNERS
    assert session.scalar(select(func.count()).select_from(RegradeWaiting)) == 0


def test_two_orders_at_once_are_one(session, now, at_once) -> None:
    old = make.publish(session, course(1))
    hand_in(session, now, begin(session, now, old, 1), "21")
    new = make.publish(session, course(2))
    session.commit()

    def order(session: Session) -> int:
        return regrades.order(session, now, new, {"thi-1": "both"}, by="bientap").id

    assert len(set(at_once(*[order] * 8))) == 1


def test_of_a_yes_and_a_no_at_once_one_counts(session, now, at_once) -> None:
    old = make.publish(session, course(1))
    attempt_id = begin(session, now, old, 1)
    hand_in(session, now, attempt_id, "11")
    regrades.order(session, now, make.publish(session, course(2)), {"thi-1": "new"}, by="bientap")
    regrades.settle(session, now, make.ZONE)
    [held] = regrades.held(session)
    session.commit()

    def ruling(verb: str) -> Callable[[Session], str]:
        def rule(session: Session) -> str:
            try:
                if verb == "yes":
                    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
                else:
                    regrades.refuse(session, now, held.regrade_id, by="quantri")
            except NotHeld:
                return "too late"
            return verb

        return rule

    said = at_once(*(ruling(verb) for verb in ("yes", "no", "yes", "no")))
    assert said.count("too late") == 3
    session.rollback()
    passed = session.scalar(select(Attempt.passed).where(Attempt.id == attempt_id))
    assert passed == ("no" in said)
    assert recount.check(session) == []

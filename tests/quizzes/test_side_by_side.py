"""Many at once, each in its own thread and transaction, on a real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.certificates.models import Certificate
from learning.database import Database
from learning.progress import recount
from learning.progress.models import Enrolment
from learning.quizzes import attempts
from learning.quizzes.attempts import Saved, StaleAnswer
from learning.quizzes.models import AnswerEvent, Attempt, Submission
from tests import make
from tests.quizzes.conftest import drawn

HOW_MANY = 50


@pytest.fixture
def together(database: Database):
    """Runs a deed in so many threads at once, each in a transaction of its own."""

    def together(deed: Callable[[Session, int], object], times: int = HOW_MANY) -> list:
        barrier = Barrier(min(times, 10))

        def run(number: int) -> object:
            if number < barrier.parties:
                barrier.wait()
            with database.writing() as session:
                return deed(session, number)

        with ThreadPoolExecutor(10) as threads:
            return list(threads.map(run, range(times)))

    return together


@pytest.fixture
def committed(session: Session, person: Person):
    """A published course that everyone may see, and its person's id."""
    published = make.publish(session)
    session.commit()
    return published, person.id


@pytest.fixture
def attempt_id(session: Session, now: datetime, committed) -> str:
    published, person_id = committed
    attempt, _ = outcomes.start(session, now, make.ZONE, person_id, published, "exam")
    session.commit()
    return attempt.id


def test_fifty_starts_make_one_attempt(together, session, now, committed):
    published, person_id = committed

    def start(session: Session, number: int) -> tuple[str, bool]:
        attempt, made = outcomes.start(session, now, make.ZONE, person_id, published, "exam")
        return attempt.id, made

    replies = together(start)
    assert len({attempt_id for attempt_id, _ in replies}) == 1
    assert sum(made for _, made in replies) == 1
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_fifty_of_one_event_make_one_row_and_equal_replies(together, session, now, attempt_id):
    client_id = str(uuid4())

    def save(session: Session, number: int) -> object:
        attempt = session.get_one(Attempt, attempt_id)
        return attempts.save(session, now, attempt, "thi-1", drawn(attempt, "thi-1", "1"), 1, client_id)

    assert set(together(save)) == {Saved(now, 1)}
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 1


def test_of_fifty_tabs_with_one_seq_one_wins_and_none_is_lost(together, session, now, attempt_id):
    def save(session: Session, number: int) -> object:
        attempt = session.get_one(Attempt, attempt_id)
        answer = drawn(attempt, "thi-1", str(number % 3 + 1))
        return attempts.save(session, now, attempt, "thi-1", answer, 1, str(uuid4()))

    replies = together(save)
    assert (replies.count(Saved(now, 1)), replies.count(StaleAnswer(1))) == (1, HOW_MANY - 1)
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == HOW_MANY


def test_fifty_submissions_give_one_result_and_one_reply(together, session, now, attempt_id):
    client_id = str(uuid4())

    def submit(session: Session, number: int) -> outcomes.Submitted:
        attempt = session.get_one(Attempt, attempt_id)
        answers = {question: drawn(attempt, question, "1") for question in ("thi-1", "thi-2")}
        reply = outcomes.submit(session, now, make.ZONE, attempt, answers, client_id)
        assert isinstance(reply, outcomes.Submitted)
        return reply

    replies = together(submit)
    assert sum(reply.first for reply in replies) == 1
    assert all(reply.body == replies[0].body for reply in replies)
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert recount.check(session) == []


def test_the_last_two_deeds_side_by_side_issue_one_certificate(together, session, now, person, committed):
    published, person_id = committed
    lesson, _ = outcomes.start(session, now, make.ZONE, person_id, published, "bai-1")
    exam, _ = outcomes.start(session, now, make.ZONE, person_id, published, "exam")
    session.commit()
    answers = {
        lesson.id: {"cau-1": drawn(lesson, "cau-1", "1")},
        exam.id: {question: drawn(exam, question, "1") for question in ("thi-1", "thi-2")},
    }
    ids = [lesson.id, exam.id]

    def finish(session: Session, number: int) -> object:
        if number == 2:
            page = published.course.page("bai-2")
            return outcomes.mark_read(session, now, make.ZONE, person_id, published, page)
        attempt = session.get_one(Attempt, ids[number])
        reply = outcomes.submit(session, now, make.ZONE, attempt, answers[attempt.id], str(uuid4()))
        return reply.body["certificate"]

    serials = [serial for serial in together(finish, 3) if serial]
    assert serials == session.scalars(select(Certificate.serial)).all()
    assert len(serials) == 1

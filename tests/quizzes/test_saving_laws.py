"""Saves arrive late, twice and out of order; what they leave behind obeys a few laws all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.certificates import outcomes
from learning.database import Database
from learning.progress import recount
from learning.quizzes import attempts
from learning.quizzes.attempts import ClientIdReused, Saved, StaleAnswer
from learning.quizzes.models import Attempt
from tests import make
from tests.quizzes.conftest import drawn

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)

saves = st.tuples(
    st.integers(1, 6).map(lambda number: str(UUID(int=number))),  # client ids, some of them the same
    st.sampled_from(["thi-1", "thi-2"]),
    st.sampled_from(["1", "2", None]),
    st.integers(0, 8),
)


@pytest.fixture
def fresh(database: Database) -> Iterator[Session]:
    with database.write_session() as session:
        yield session


@given(st.lists(saves, max_size=15))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_replies_are_stable_and_the_highest_seq_counts(fresh: Session, sent):
    person = make.person(fresh)
    published = make.publish(fresh, make.course(completion="exam"))
    attempt, _ = outcomes.start(fresh, NOW, make.ZONE, person.id, published, "exam")
    first: dict[str, tuple[object, object]] = {}
    held: dict[str, str | None] = {}
    seq = 0
    for client_id, question, key, number in sent:
        answer = drawn(attempt, question, key)
        body = (question, key, number)
        try:
            reply = attempts.save(fresh, NOW, attempt, question, answer, number, client_id)
        except ClientIdReused:
            assert first[client_id][0] != body
            continue
        if client_id in first:
            assert first[client_id] == (body, reply)
            continue
        first[client_id] = (body, reply)
        if number > seq:
            assert reply == Saved(NOW, number)
            seq, held[question] = number, answer
        else:
            assert reply == StaleAnswer(seq)
    standing = attempts.standing(fresh, NOW, attempt)
    assert standing.seq == seq
    assert standing.answers == {question: answer for question, answer in held.items() if answer is not None}
    assert len(attempts.kept(fresh, attempt)) == sum(
        isinstance(reply, StaleAnswer) for _, reply in first.values()
    )
    outcomes.submit(fresh, NOW, make.ZONE, attempt, {}, str(UUID(int=99)))
    assert recount.check(fresh) == []
    fresh.rollback()


def test_the_cost_of_a_deed_is_the_same_for_many_questions(session: Session, now, queries):
    person = make.person(session)
    counts = {}
    for size in (2, 20):
        questions = [make.single(f"q-{size}-{n}") for n in range(size)]
        course = make.course(slug=f"khoa-{size}", exam=make.exam(*questions))
        published = make.publish(session, course)
        session.commit()

        def start(published=published) -> Attempt:
            return outcomes.start(session, now, make.ZONE, person.id, published, "exam")[0]

        attempt, starting = queries(start)
        answer = drawn(attempt, questions[0].id, "1")
        _, saving = queries(
            lambda a=attempt, x=answer, q=questions[0].id: attempts.save(
                session, now, a, q, x, 1, str(UUID(int=1))
            )
        )
        answers = {question.id: drawn(attempt, question.id, "1") for question in questions}
        _, submitting = queries(
            lambda a=attempt, x=answers: outcomes.submit(session, now, make.ZONE, a, x, str(UUID(int=2)))
        )
        _, reviewing = queries(
            lambda a=attempt: (attempts.standing(session, now, a), attempts.review(session, a))
        )
        counts[size] = (starting, saving, submitting, reviewing)
    assert counts[2] == counts[20]
    assert all(count <= most for count, most in zip(counts[2], (16, 5, 20, 2), strict=True)), counts

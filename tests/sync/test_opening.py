"""What was taken along counts as begun once something was done about it, and for as long as the phone says."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import queries, recount
from learning.progress.models import Enrolment
from learning.quizzes import attempts, moves
from learning.quizzes.models import Attempt
from learning.reports import queries as reports
from learning.studio import queries as studio
from learning.study import queries as study
from learning.sync import events, packs
from learning.sync.events import Event
from tests import make
from tests.sync.test_events import PHONE, QUESTIONS, ZONE, final, new_id, options

COURSE = "finance/sample"
SAVED = make.NOW - timedelta(days=2)


@pytest.fixture
def person(session: Session) -> Person:
    made = make.person(session, "hocvien")
    quiz = make.quiz(*(make.single(one) for one in QUESTIONS), attempts=3, pass_percent=100)
    make.publish(session, make.course(make.lesson("bai-1", quiz=quiz), exam=None), now=SAVED)
    session.commit()
    return made


def published(session: Session) -> Published:
    found = catalogue.live(session, COURSE)
    assert found
    return found


def taken_along(session: Session, person: Person, at: datetime = SAVED) -> Attempt:
    """The attempt that saving the course makes."""
    [pack] = packs.take(session, at, ZONE, person.id, published(session), exam=False).packs
    return session.get_one(Attempt, pack.attempt)


def answer(attempt: Attempt, seq: int = 0, elapsed: int | None = None) -> Event:
    question = QUESTIONS[seq % len(QUESTIONS)]
    chosen = options(attempt)[question][0]
    return Event(new_id(), "answer", PHONE, seq, attempt.id, question, chosen, elapsed=elapsed)


def submission(attempt: Attempt, seq: int = 9, elapsed: int | None = None, **answers: Any) -> Event:
    return Event(new_id(), "submission", PHONE, seq, attempt.id, answers=answers, elapsed=elapsed)


def deliver(session: Session, person: Person, *sent: Event, at: datetime = make.NOW) -> list[str]:
    return [one.status for one in events.take(session, at, ZONE, person.id, sent)]


def seen(session: Session, person: Person) -> dict[str, Any]:
    """What everybody's pages say of the person's work."""
    course = published(session)
    page = course.course.pages[0]
    state = queries.course_state(session, person.id, course)
    assert recount.check(session) == []
    return {
        "course": state.state,
        "page": state.pages[page.id],
        "mine": len(study.attempts(session, person.id, 10)),
        "going": len(study.under_way(session, person.id, [state])),
        "trainers": len(reports.attempts_of(session, person.id, COURSE)),
        "authors": studio.under_way(session, COURSE),
        "reviewers": moves.under_way(session, course.course, {QUESTIONS[0]: "both"}, [course.release_id]),
        "left": queries.attempts_left(session, person.id, course, page),
    }


NOTHING = {
    "course": "not_started",
    "page": "not_started",
    "mine": 0,
    "going": 0,
    "trainers": 0,
    "authors": (0, 0),
    "reviewers": 0,
    "left": 3,
}
BEGUN = {
    "course": "started",
    "page": "started",
    "mine": 1,
    "going": 1,
    "trainers": 1,
    "authors": (1, 1),
    "reviewers": 1,
    "left": 2,
}


def spent(session: Session, person: Person) -> int:
    assert recount.check(session) == []
    return session.get_one(Enrolment, (person.id, COURSE)).seconds


def test_a_course_taken_along_is_not_begun(session: Session, person: Person) -> None:
    taken_along(session, person)
    assert seen(session, person) == NOTHING
    taken_along(session, person, make.NOW)
    assert seen(session, person) == NOTHING


def test_an_answer_from_the_phone_begins_it(session: Session, person: Person) -> None:
    attempt = taken_along(session, person)
    assert deliver(session, person, answer(attempt)) == ["saved"]
    assert seen(session, person) == BEGUN


def test_opening_it_on_a_page_begins_it_from_then_on(session: Session, person: Person) -> None:
    attempt = taken_along(session, person)
    again, made = outcomes.start(session, make.NOW, ZONE, person.id, published(session), "bai-1")
    assert (again.id, made, again.started_at) == (attempt.id, False, make.NOW)
    assert seen(session, person) == BEGUN
    outcomes.submit(session, make.NOW + timedelta(minutes=4), ZONE, again, {}, new_id())
    assert spent(session, person) == 240


def test_what_was_prepared_uses_up_no_attempt_and_the_limit_holds(session: Session, person: Person) -> None:
    for _ in range(3):
        attempt = taken_along(session, person)
        assert deliver(session, person, submission(attempt)) == ["submitted"]
    assert seen(session, person)["left"] == 0
    with pytest.raises(attempts.NoAttemptsLeft):
        outcomes.start(session, make.NOW, ZONE, person.id, published(session), "bai-1")
    taken = packs.take(session, make.NOW, ZONE, person.id, published(session), exam=False)
    assert [page.offline for page in taken.pages] == ["no_attempts"]


def test_the_last_attempt_can_be_prepared_and_begun(session: Session, person: Person) -> None:
    for _ in range(2):
        deliver(session, person, submission(taken_along(session, person)))
    attempt = taken_along(session, person)
    assert seen(session, person)["left"] == 1
    begun, _made = outcomes.start(session, make.NOW, ZONE, person.id, published(session), "bai-1")
    assert (begun.id, begun.number) == (attempt.id, 3)
    assert seen(session, person)["left"] == 0


@pytest.mark.parametrize(
    ("elapsed", "counted"),
    [
        (0, 0),
        (372, 372),
        (10**9, 1800),  # half an hour at most, as of every attempt
        (None, 1800),  # a phone that says nothing: since it was taken along
    ],
)
def test_the_minutes_are_those_that_the_phone_tells(
    session: Session, person: Person, elapsed: int | None, counted: int
) -> None:
    attempt = taken_along(session, person)
    assert deliver(session, person, answer(attempt, elapsed=elapsed and elapsed // 2)) == ["saved"]
    later = make.NOW + timedelta(hours=20)
    assert deliver(session, person, submission(attempt, elapsed=elapsed), at=later) == ["submitted"]
    assert spent(session, person) == counted


def test_a_phone_is_not_believed_to_have_begun_before_it_had_the_questions(
    session: Session, person: Person
) -> None:
    attempt = taken_along(session, person, make.NOW - timedelta(minutes=5))
    assert deliver(session, person, submission(attempt, elapsed=1200)) == ["submitted"]
    assert spent(session, person) == 300
    assert session.get_one(Attempt, attempt.id).started_at == make.NOW - timedelta(minutes=5)


def test_answered_on_the_phone_and_handed_in_on_a_page_the_clock_counts(
    session: Session, person: Person
) -> None:
    attempt = taken_along(session, person)
    deliver(session, person, answer(attempt, 0, 60), answer(attempt, 1, 120))
    outcomes.submit(session, make.NOW + timedelta(minutes=1), ZONE, attempt, {}, new_id())
    assert spent(session, person) == 180


def test_what_was_begun_on_a_page_goes_by_the_clock(session: Session, person: Person) -> None:
    attempt, _made = outcomes.start(session, SAVED, ZONE, person.id, published(session), "bai-1")
    assert taken_along(session, person, SAVED).id == attempt.id
    deliver(session, person, submission(attempt, elapsed=20), at=SAVED + timedelta(minutes=10))
    assert spent(session, person) == 600


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), pauses=st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_in_whatever_order_it_comes_the_same_time_is_counted(
    session: Session, person: Person, data: st.DataObject, pauses: list[int]
) -> None:
    other = make.person(session, f"h{new_id()}")
    attempt = taken_along(session, other)
    log = [answer(attempt, seq, sum(pauses[: seq + 1])) for seq in range(len(pauses))]
    handed_in = submission(attempt, len(log), sum(pauses) + 5, **final(log))
    sent = data.draw(
        st.permutations([*log, handed_in, *data.draw(st.lists(st.sampled_from([*log, handed_in])))])
    )
    for event in sent:
        deliver(session, other, event)
    found = session.get_one(Attempt, attempt.id)
    session.refresh(found)
    assert (found.opened, found.seconds) == (True, sum(pauses) + 5)
    assert found.started_at == make.NOW - timedelta(seconds=sum(pauses) + 5)
    enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == other.id)).one()
    assert enrolment.seconds == min(sum(pauses) + 5, 1800)


def test_a_retry_that_says_another_time_changes_nothing(session: Session, person: Person) -> None:
    attempt = taken_along(session, person)
    first = Event(str(UUID(int=7)), "submission", PHONE, 1, attempt.id, answers={}, elapsed=100)
    again = Event(str(UUID(int=7)), "submission", PHONE, 1, attempt.id, answers={}, elapsed=900)
    assert deliver(session, person, first, again) == ["submitted", "submitted"]
    assert spent(session, person) == 100

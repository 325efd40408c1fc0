"""Whatever becomes of a phone's log on its way, the server ends where the phone was."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.database import Database
from learning.quizzes import attempts
from learning.quizzes.models import AnswerEvent, Attempt, Submission
from learning.sync import events, holdings
from learning.sync.events import Event
from learning.sync.models import SyncedEvent
from tests import make

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PHONE, TABLET = str(UUID(int=1)), str(UUID(int=2))
QUESTIONS = ("cau-1", "cau-3", "cau-4")
_numbers = count(100)


def new_id() -> str:
    return str(UUID(int=next(_numbers)))


@pytest.fixture
def person(session: Session) -> Person:
    made = make.person(session, "hocvien")
    make.publish(
        session, make.course(make.lesson("bai-1", *(make.single(one) for one in QUESTIONS)), exam=None)
    )
    session.commit()
    return made


def begun(session: Session, person: Person) -> Attempt:
    from learning.library import catalogue

    published = catalogue.live(session, "finance/sample")
    assert published
    attempt, _ = outcomes.start(session, make.NOW, ZONE, person.id, published, "bai-1")
    return attempt


def options(attempt: Attempt) -> dict[str, list[str]]:
    return {item["question"]: [drawn for drawn, _ in item["options"]] for item in attempt.paper}


def taken(session: Session, person: Person, *sent: Event) -> list[str]:
    return [one.status for one in events.take(session, make.NOW, ZONE, person.id, sent)]


def answers(attempt: Attempt, choices: Sequence[tuple[int, int]], device: str = PHONE) -> list[Event]:
    """The log of a phone: (question, option) in the order they were touched."""
    of = options(attempt)
    return [
        Event(
            new_id(), "answer", device, seq, attempt.id, QUESTIONS[question], of[QUESTIONS[question]][option]
        )
        for seq, (question, option) in enumerate(choices)
    ]


def final(log: Sequence[Event]) -> dict[str, Any]:
    return {event.question: event.answer for event in sorted(log, key=lambda event: event.seq)}


CHOICES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=CHOICES, data=st.data())
def test_a_log_in_any_order_doubled_and_in_pieces_ends_in_the_same_state(
    session: Session, person: Person, choices: list[tuple[int, int]], data: st.DataObject
) -> None:
    attempt = begun(session, person)
    log = answers(attempt, choices)
    submission = Event(new_id(), "submission", PHONE, len(log), attempt.id, answers=final(log))
    sent = data.draw(
        st.permutations([*log, submission, *data.draw(st.lists(st.sampled_from([*log, submission])))])
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    for start, stop in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        taken(session, person, *sent[start:stop])
    attempts.lock(session, attempt)
    assert attempt.state == "submitted"
    assert attempts.saved_answers(session, attempt) == final(log)
    expected = attempts.marking.mark(
        attempts.pinned(session, attempt)[1], attempt.paper, final(log), attempt.pass_percent
    )
    assert attempt.score == attempts.marking.decimal(expected.score)
    synced = select(SyncedEvent.client_id).where(SyncedEvent.subject == attempt.id)
    assert sorted(session.scalars(synced)) == sorted(event.client_id for event in [*log, submission])
    kept = select(AnswerEvent.client_id).where(AnswerEvent.attempt_id == attempt.id)
    assert {event.client_id for event in log} <= set(session.scalars(kept))
    handed_in = select(func.count()).select_from(Submission).where(Submission.attempt_id == attempt.id)
    assert session.scalar(handed_in) == 1


def test_a_later_answer_that_came_first_stands_and_the_earlier_is_kept(
    session: Session, person: Person
) -> None:
    attempt = begun(session, person)
    first, second = answers(attempt, [(0, 0), (0, 1)])
    assert taken(session, person, second, first) == ["saved", "stale"]
    assert attempts.saved_answers(session, attempt) == {"cau-1": second.answer}
    assert [event.answer for event in attempts.kept(session, attempt)] == [first.answer]


def test_of_two_devices_the_answer_received_last_stands_and_both_are_there(
    session: Session, person: Person
) -> None:
    attempt = begun(session, person)
    [phone], [tablet] = answers(attempt, [(0, 0)]), answers(attempt, [(0, 1)], TABLET)
    assert taken(session, person, tablet, phone) == ["saved", "saved"]
    assert attempts.saved_answers(session, attempt) == {"cau-1": phone.answer}


RETRIES = 10_000


def test_a_reply_lost_after_the_commit_and_asked_for_again_ten_thousand_times_leaves_no_duplicate(
    database: Database, session: Session, person: Person
) -> None:
    attempt = begun(session, person)
    [answer] = answers(attempt, [(0, 0)])
    sent = [answer, Event(new_id(), "submission", PHONE, 1, attempt.id, answers={"cau-1": answer.answer})]
    session.commit()
    replies = set()
    for _ in range(RETRIES):
        with database.writing() as writing:  # a transaction each, as a phone's requests are
            replies.add(tuple(events.take(writing, make.NOW, ZONE, person.id, sent)))
    [taken] = replies
    assert [one.status for one in taken] == ["saved", "submitted"]
    for table, rows in ((SyncedEvent, 2), (AnswerEvent, 1), (Submission, 1)):
        assert session.scalar(select(func.count()).select_from(table)) == rows


def test_what_was_saved_online_with_the_reply_lost_is_not_saved_twice(
    session: Session, person: Person
) -> None:
    attempt = begun(session, person)
    [event] = answers(attempt, [(0, 0)])
    attempts.save(session, make.NOW, attempt, event.question, event.answer, 1, event.client_id)
    assert taken(session, person, event, event) == ["saved", "saved"]
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 1


def test_an_answer_after_the_end_is_late_and_kept(session: Session, person: Person) -> None:
    attempt = begun(session, person)
    [event] = answers(attempt, [(0, 0)])
    outcomes.submit(session, make.NOW, ZONE, attempt, {}, new_id())
    assert taken(session, person, event) == ["late"]
    assert [one.answer for one in attempts.kept(session, attempt)] == [event.answer]


def test_in_one_delivery_what_was_answered_in_time_is_not_late(session: Session, person: Person) -> None:
    attempt = begun(session, person)
    [event] = answers(attempt, [(0, 0)])
    submission = Event(new_id(), "submission", PHONE, 2, attempt.id)
    assert taken(session, person, submission, event) == ["submitted", "saved"]


def test_what_cannot_be_used_is_refused_alone(session: Session, person: Person) -> None:
    attempt = begun(session, person)
    good, bad = answers(attempt, [(0, 0), (1, 0)])
    foreign = replace(good, client_id=new_id(), attempt=new_id())
    reused = replace(good, question="cau-3", answer=bad.answer)
    became = events.take(
        session,
        make.NOW,
        ZONE,
        person.id,
        [good, replace(bad, answer="không có"), foreign, reused, replace(bad, client_id="x")],
    )
    assert [(one.status, one.reason) for one in became] == [
        ("saved", ""),
        ("refused", "unknown_option"),
        ("unknown", ""),
        ("refused", "client_id"),
        ("refused", "client_id"),
    ]


def test_anothers_attempt_is_not_there(session: Session, person: Person) -> None:
    attempt = begun(session, person)
    other = make.person(session, "khac")
    [event] = answers(attempt, [(0, 0)])
    assert taken(session, other, event) == ["unknown"]
    assert attempts.saved_answers(session, attempt) == {}


def test_a_lesson_read_without_a_network_counts_once(
    session: Session, person: Person, reading: Callable[[], Event]
) -> None:
    event = reading()
    assert taken(session, person, event, event) == ["read", "read"]
    assert taken(session, person, replace(event, client_id=new_id(), lesson="bai-9")) == ["unknown"]
    assert taken(
        session, person, replace(event, client_id=new_id(), course="finance/sample", lesson="bai-1")
    ) == ["refused"]


@pytest.fixture
def reading(session: Session) -> Callable[[], Event]:
    make.publish(session, make.course(make.lesson("doc", quiz=None), slug="read", exam=None))
    session.commit()
    return lambda: Event(new_id(), "reading", PHONE, 0, course="finance/read", lesson="doc")


def test_the_server_says_what_it_holds_of_a_device_and_of_a_person(session: Session, person: Person) -> None:
    from hashlib import sha256

    attempt = begun(session, person)
    [phone], [tablet] = answers(attempt, [(0, 0)]), answers(attempt, [(1, 0)], TABLET)
    taken(session, person, phone, tablet)
    held = holdings.holdings(session, make.NOW, person.id, PHONE)
    assert (held.count, held.digest) == (1, sha256(f"{phone.client_id}\n".encode()).hexdigest())
    assert holdings.holdings(session, make.NOW, person.id).count == 2


def test_a_restored_copy_is_another_epoch(session: Session) -> None:
    before = holdings.epoch(session)
    assert UUID(before)
    assert holdings.begin_epoch(session) == holdings.epoch(session) != before

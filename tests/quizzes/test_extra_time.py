"""More time for one person: what begins, what is under way, what is over; and what happens at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Notice, Person
from learning.audit import AuditEntry
from learning.certificates import outcomes
from learning.database import Database
from learning.library.catalogue import Published
from learning.quizzes import attempts, extra_time
from learning.quizzes.attempts import Saved, TooLate
from learning.quizzes.models import Attempt, ExtraTime
from tests import make

MINUTES = 20


@pytest.fixture
def published(session: Session) -> Published:
    page = make.exam(make.single("thi-1"), time_limit=Decimal(MINUTES), attempts=2)
    return make.publish(session, make.course(exam=page))


@pytest.fixture
def trainer(session: Session) -> Person:
    return make.person(session, "giangvien", "Đỗ Giảng", roles=("trainer",))


@pytest.fixture
def allow(session: Session, now: datetime, person: Person, trainer: Person) -> Callable[..., bool]:
    def allow(factor: str, reason: str = "thị lực kém", at: datetime = now) -> bool:
        return extra_time.grant(session, at, person, Decimal(factor), reason, trainer)

    return allow


def test_what_begins_has_the_longer_time(
    published: Published, begin: Callable[..., Attempt], allow: Callable[..., bool], now: datetime
) -> None:
    assert allow("1.5")
    assert begin(published).closes_at == now + timedelta(minutes=30)


def test_what_has_no_limit_gets_none(
    session: Session, begin: Callable[..., Attempt], allow: Callable[..., bool]
) -> None:
    allow("2")
    attempt = begin(make.publish(session, make.course(exam=make.exam())))
    assert attempt.closes_at is None


def test_what_is_under_way_is_lengthened_from_its_beginning_and_is_the_same_attempt(
    session: Session,
    published: Published,
    begin: Callable[..., Attempt],
    allow: Callable[..., bool],
    now: datetime,
) -> None:
    attempt = begin(published)
    near_the_end = now + timedelta(minutes=MINUTES - 1)
    allow("1.25", at=near_the_end)
    again, made = outcomes.start(
        session, near_the_end, make.ZONE, attempt.person_id, published, published.course.exam.slug
    )
    assert (made, again.id, again.number) == (False, attempt.id, 1)
    assert again.closes_at == now + timedelta(minutes=25)
    after = now + timedelta(minutes=MINUTES + 1)
    assert isinstance(save(session, again, after), Saved)


def test_what_is_over_stays_over(
    session: Session,
    published: Published,
    begin: Callable[..., Attempt],
    allow: Callable[..., bool],
    now: datetime,
) -> None:
    attempt, late = begin(published), now + timedelta(minutes=MINUTES)
    allow("2", at=late)  # not yet written so, but its time was up
    assert isinstance(save(session, attempt, late), TooLate)
    assert outcomes.settle(session, late, make.ZONE, attempt)
    assert attempt.finished_at == now + timedelta(minutes=MINUTES)


def test_what_is_under_way_is_never_shortened(
    published: Published, begin: Callable[..., Attempt], allow: Callable[..., bool], now: datetime
) -> None:
    allow("2")
    attempt = begin(published)
    allow("1", "không cần nữa")
    assert attempt.closes_at == now + timedelta(minutes=40)


def test_it_is_told_and_audited_and_the_reason_is_in_neither(
    session: Session, person: Person, allow: Callable[..., bool]
) -> None:
    allow("1.75", "mắt kém sau phẫu thuật")
    [notice] = session.scalars(select(Notice).where(Notice.person_id == person.id))
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "extra_time.set"))
    assert (notice.kind, notice.detail) == ("extra_time.set", {"factor": "1.75"})
    assert (entry.actor, entry.subject, entry.detail["factor"]) == ("giangvien", "hocvien", "1.75")
    assert "mắt kém" not in str(entry.detail)


def test_pressed_twice_it_is_one(session: Session, allow: Callable[..., bool]) -> None:
    assert allow("1.5")
    assert not allow("1.5")
    assert len(session.scalars(select(ExtraTime)).all()) == 1
    assert len(session.scalars(select(Notice)).all()) == 1


def test_an_ordinary_time_for_who_has_it_is_nothing(session: Session, allow: Callable[..., bool]) -> None:
    assert not allow("1", "")
    assert session.scalars(select(ExtraTime)).all() == []


@pytest.mark.parametrize("factor", ["0.5", "3", "1.1"])
def test_other_factors_are_refused(factor: str, allow: Callable[..., bool]) -> None:
    with pytest.raises(ValueError, match="factor"):
        allow(factor)


@given(st.sampled_from(extra_time.FACTORS), st.integers(1, 600))
def test_the_time_is_the_limit_times_the_factor_to_the_second(factor: Decimal, minutes: int) -> None:
    closes = attempts.closing(make.NOW, Decimal(minutes), factor)
    assert closes is not None
    assert closes - make.NOW == timedelta(seconds=int(minutes * 60 * factor))


@pytest.mark.parametrize("begun", [False, True])
def test_set_while_something_begins_the_longer_time_holds(
    database: Database,
    session: Session,
    published: Published,
    person: Person,
    trainer: Person,
    now: datetime,
    begun: bool,
) -> None:
    """In whatever order the two come."""
    slug, ids = published.course.exam.slug, (person.id, trainer.id)
    if begun:
        outcomes.start(session, now, make.ZONE, person.id, published, slug)
    session.commit()
    barrier = Barrier(2)

    def start() -> None:
        barrier.wait()
        with database.write_session() as own:
            outcomes.start(own, now, make.ZONE, ids[0], published, slug)
            own.commit()

    def allow() -> None:
        barrier.wait()
        with database.write_session() as own:
            learner, by = own.get_one(Person, ids[0]), own.get_one(Person, ids[1])
            extra_time.grant(own, now, learner, Decimal(2), "chậm", by)
            own.commit()

    together(start, allow)
    session.expire_all()
    [attempt] = session.scalars(select(Attempt))
    assert attempt.closes_at == now + timedelta(minutes=2 * MINUTES)


def test_set_while_it_is_closed_or_handed_in_it_ends_once(
    database: Database, session: Session, published: Published, person: Person, trainer: Person, now: datetime
) -> None:
    """Whoever is first: an attempt handed in before its time is up counts, one that was lengthened goes on."""
    attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, published.course.exam.slug)
    ids = (attempt.id, person.id, trainer.id)
    session.commit()
    barrier, client_id = Barrier(3), str(uuid4())
    last_second, late = now + timedelta(minutes=MINUTES, seconds=-1), now + timedelta(minutes=MINUTES)

    def allow() -> None:
        barrier.wait()
        with database.write_session() as own:
            learner, by = own.get_one(Person, ids[1]), own.get_one(Person, ids[2])
            extra_time.grant(own, last_second, learner, Decimal(2), "chậm", by)
            own.commit()

    def sweep() -> None:
        barrier.wait()
        with database.write_session() as own:
            outcomes.settle_overdue(own, late, make.ZONE)
            own.commit()

    def submit() -> None:
        barrier.wait()
        with database.write_session() as own:
            mine = attempts.find(own, ids[1], ids[0], hold=True)
            assert mine is not None
            outcomes.submit(own, late, make.ZONE, mine, {}, client_id)
            own.commit()

    together(allow, sweep, submit)
    session.expire_all()
    ended = session.get_one(Attempt, ids[0])
    result = ended.result or {}
    lengthened = now + timedelta(minutes=2 * MINUTES)
    assert (ended.state, ended.closes_at) in [
        ("submitted", lengthened),  # the longer time was there when it was handed in
        ("closed", late),
    ]
    session.rollback()
    with database.write_session() as own:  # its retry gets the same
        mine = attempts.find(own, ids[1], ids[0], hold=True)
        assert mine is not None
        again = outcomes.submit(own, late, make.ZONE, mine, {}, client_id)
        assert isinstance(again, outcomes.Submitted)
        assert not again.first
        assert again.body == result


def save(session: Session, attempt: Attempt, at: datetime) -> object:
    return attempts.save(session, at, attempt, "thi-1", None, attempt.seq + 1, str(uuid4()))


def together(*deeds: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(deeds)) as threads:
        for done in [threads.submit(deed) for deed in deeds]:
            done.result()

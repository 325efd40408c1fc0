"""A question that turns suddenly easy in one unit: whose attempts, which unit, which days, and whose eyes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import ColumnElement, insert, true
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.library.catalogue import Published
from learning.organisation.models import Posting, Unit
from learning.quizzes import alarms, items
from learning.quizzes.alarms import Alarm
from learning.quizzes.asked import Asked
from learning.quizzes.drift import Share
from learning.quizzes.models import Attempt, ItemResult
from tests import make

OLD, NEW = timedelta(days=60), timedelta(days=5)


@pytest.fixture
def quiz(session: Session) -> Published:
    return make.publish(session, make.course(exam=make.exam(make.single("a"), make.single("b"))))


@pytest.fixture
def units(session: Session) -> tuple[Unit, Unit]:
    return make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")


class Sitters:
    """People of a unit who sit the exam once each: how many, when, and how many of them know the answer to `a`."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now, self.count = session, now, 0

    def sit(self, release: Published, unit: Unit, ago: timedelta, right: int, of: int) -> list[int]:
        people = []
        for place in range(of):
            self.count += 1
            person = make.person(self.session, f"n{self.count}", unit=unit)
            people.append(person.id)
            hand_in(self.session, person, release, self.now - ago, a=place < right, b=place % 2 == 0)
        return people


@pytest.fixture
def sitters(session: Session, now: datetime) -> Sitters:
    return Sitters(session, now)


def hand_in(session: Session, person: Person, release: Published, at: datetime, **right: bool) -> None:
    id_ = str(uuid4())
    common = {"course_id": release.course.id, "quiz": "exam", "release_id": release.release_id}
    session.execute(
        insert(Attempt).values(
            id=id_, person_id=person.id, number=1, seed="", paper=[], pass_percent=Decimal(50), state="submitted",
            page_token="", started_at=at, finished_at=at, percent=Decimal(50), **common,
        )
    )  # fmt: skip
    session.execute(
        insert(ItemResult),
        [
            {"attempt_id": id_, "question": question, "mark": Decimal(int(well)), "max_mark": Decimal(1),
             "verdict": "right" if well else "wrong", "response": '"1"' if well else '"2"', **common}
            for question, well in right.items()
        ],
    )  # fmt: skip


def raised(
    session: Session,
    now: datetime,
    release: Published,
    people: ColumnElement[bool] | None = None,
    units: ColumnElement[bool] | None = None,
) -> list[Alarm]:
    seen = true() if people is None else people
    page = release.course.exam
    assert page is not None
    held = items.taken(session, release, page, seen)
    asked = Asked(session, page, held)
    known = true() if units is None else units
    return alarms.alarms(session, now, make.ZONE, release, page, held, asked, seen, known)


@pytest.fixture
def leaked(quiz: Published, units: tuple[Unit, Unit], sitters: Sitters) -> SimpleNamespace:
    """In the first unit everybody knows `a` of late; nowhere else."""
    here, there = units
    sitters.sit(quiz, here, OLD, 4, 20)
    people = sitters.sit(quiz, here, NEW, 20, 20)
    sitters.sit(quiz, there, OLD, 5, 20)
    others = sitters.sit(quiz, there, NEW, 6, 20)
    return SimpleNamespace(people=people, others=others)


def test_it_says_where_when_and_how_many(
    session: Session, now: datetime, quiz: Published, leaked: SimpleNamespace
) -> None:
    assert raised(session, now, quiz) == [
        Alarm(
            "a", "21583", "Phường Quy Nhơn", Share(20, 20), Share(4, 20), Share(6, 20), now - NEW, now - NEW
        )
    ]


def test_a_month_later_it_is_no_longer_sudden(
    session: Session, now: datetime, quiz: Published, leaked: SimpleNamespace
) -> None:
    assert raised(session, now + timedelta(days=24), quiz)
    assert raised(session, now + timedelta(days=26), quiz) == []


def test_only_of_people_in_sight_and_of_units_one_may_know_of(
    session: Session, now: datetime, quiz: Published, leaked: SimpleNamespace
) -> None:
    assert raised(session, now, quiz, units=Unit.code == "23677") == []
    assert raised(session, now, quiz, units=Unit.code == "21583")
    assert (
        raised(session, now, quiz, people=Person.id.notin_(leaked.others)) == []
    )  # nobody to hold it against
    assert raised(session, now, quiz, people=Person.id.notin_(leaked.people)) == []


def test_an_attempt_is_of_the_unit_one_sat_in_that_day(
    session: Session, now: datetime, quiz: Published, leaked: SimpleNamespace
) -> None:
    """All of them have moved since: what was done in the first unit stays there."""
    moved = now.date() - timedelta(days=2)
    for person_id in leaked.people:
        session.query(Posting).filter_by(person_id=person_id).update({"to_date": moved - timedelta(days=1)})
        session.add(Posting(person_id=person_id, unit_code="23677", from_date=moved))
    session.flush()
    assert [alarm.unit for alarm in raised(session, now, quiz)] == ["21583"]


def test_the_day_is_the_provinces(session: Session, quiz: Published, units: tuple[Unit, Unit]) -> None:
    """At 23:00 in London it is the next day here."""
    seats = [(date(2025, 7, 1), date(2026, 10, 31), "old"), (date(2026, 11, 1), None, "new")]
    late = datetime(2026, 10, 31, 16, 59, tzinfo=make.NOW.tzinfo)
    assert alarms._unit(seats, late, make.ZONE) == "old"
    assert alarms._unit(seats, late + timedelta(minutes=1), make.ZONE) == "new"
    assert alarms._unit([], late, make.ZONE) == ""


def test_only_the_present_words_of_a_live_question(
    session: Session, now: datetime, quiz: Published, leaked: SimpleNamespace
) -> None:
    reworded = msgspec.structs.replace(make.single("a"), prompt="<p>Khác?</p>")
    second = make.publish(session, make.course(exam=make.exam(reworded, make.single("b"))), now=now)
    assert raised(session, now, second) == []
    third = make.publish(session, make.course(exam=make.exam(make.single("b"))), now=now)
    assert raised(session, now, third) == []
    fourth = make.publish(session, make.course(exam=make.exam(make.single("a"))), now=now)
    assert [alarm.question for alarm in raised(session, now, fourth)] == ["a"]


def test_nobody_yet(session: Session, now: datetime, quiz: Published) -> None:
    assert raised(session, now, quiz) == []

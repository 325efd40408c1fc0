"""Giving a person more time: who may, what the person is told, and that nobody else is."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.clock import FixedClock
from learning.quizzes.models import Attempt, ExtraTime
from tests import make
from tests.office.conftest import Door

WHY = "cần phóng to màn hình"


@pytest.fixture
def learner(session: Session, cast: SimpleNamespace, clock: FixedClock) -> int:
    """In a class of the trainer's, with a timed exam under way."""
    exam = make.exam(make.single("thi-1"), time_limit=Decimal(20))
    published = make.publish(session, make.course(exam=exam))
    make.training_class(session, cast.trainer, [cast.learner])
    outcomes.start(session, clock.now(), make.ZONE, cast.learner.id, published, exam.slug)
    person_id = int(cast.learner.id)
    session.commit()
    return person_id


def test_a_trainer_gives_a_member_more_time_and_takes_it_back(
    door: Callable[[str], Door], learner: int, session: Session
) -> None:
    at, address = door("giangvien"), f"/office/extra-time/{learner}"
    assert "Thêm thời gian làm bài" in at.get("/office/classes/1").text
    assert at.send(address, address, factor="1.5", reason=WHY).status_code == 303
    page = at.get(address).text
    assert "Gấp 1,5 lần" in page
    assert WHY in page
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.closes_at - attempt.started_at).total_seconds() == 30 * 60
    session.rollback()
    at.send(address, address, factor="1", reason="")
    factors = [row.factor for row in session.scalars(select(ExtraTime).order_by(ExtraTime.id))]
    assert factors == [Decimal("1.5"), Decimal(1)]


def test_without_a_reason_it_is_asked_for_and_what_was_chosen_stands(
    door: Callable[[str], Door], learner: int
) -> None:
    at, address = door("quantri"), f"/office/extra-time/{learner}"
    reply = at.send(address, address, factor="2", reason=" ")
    assert reply.status_code == 422
    assert "Hãy ghi lý do." in reply.text
    assert 'checked id="factor-4"' in reply.text
    assert at.send(address, address, factor="3", reason=WHY).status_code == 422


def test_the_learner_is_told_and_the_api_says_the_new_end(
    door: Callable[[str], Door], learner: int, session: Session
) -> None:
    address = f"/office/extra-time/{learner}"
    door("quantri").send(address, address, factor="2", reason=WHY)
    attempt_id = session.scalars(select(Attempt.id)).one()
    session.rollback()
    mine = door("hocvien")
    assert "gấp 2 lần" in mine.get("/notices").text
    assert WHY in mine.get("/me").text
    assert "40 phút" in mine.get("/courses/finance/sample/exam/quiz").text
    assert mine.get(f"/api/v1/attempts/{attempt_id}").json["closes_at"] == "2026-11-22T08:40:00Z"


def test_nobody_else_reads_it(door: Callable[[str], Door], learner: int) -> None:
    address = f"/office/extra-time/{learner}"
    door("quantri").send(address, address, factor="2", reason=WHY)
    for username, seen in (("lanhdao", f"/office/people/{learner}"), ("thanhtra", "/office/log")):
        at = door(username)
        assert at.get(address).status_code == 404
        page = at.get(seen).text
        assert WHY not in page
    assert "Thời gian làm bài" not in door("lanhdao").get(f"/office/people/{learner}").text


def test_a_trainer_gives_it_neither_to_strangers_nor_to_themselves(
    door: Callable[[str], Door], learner: int, cast: SimpleNamespace, session: Session
) -> None:
    ids = [
        session.scalars(select(Person.id).where(Person.username == name)).one()
        for name in ("hocvien2", "giangvien")
    ]
    session.rollback()
    at = door("giangvien")
    for person_id in ids:
        assert at.get(f"/office/extra-time/{person_id}").status_code == 404
        assert at.send(f"/office/extra-time/{person_id}", factor="2", reason=WHY).status_code == 404

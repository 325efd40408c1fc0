"""Practices on the trainer's desk: whose they may see, what waits, who has no mentor."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Look, Person
from learning.evaluation import practice, practice_mentors
from learning.evaluation.practice_models import Practice
from tests import make, statements
from tests.reports.conftest import Enter
from tests.reports.test_marking import names, words

LIST = "/reports/practices"
NOW = make.NOW


@pytest.fixture
def desk(cast: SimpleNamespace, session: Session) -> SimpleNamespace:
    """The course of the cast with a practice, which three of the class have begun, and one of no class."""
    cast.published = make.publish(
        session, make.course(make.lesson("bai-1"), make.practice("thuc-hanh", "none", "none"), exam=None)
    )
    practice_mentors.name(session, NOW, cast.an, cast.binh, cast.administrator)
    cast.rows = {
        person.username: begin(session, cast, person, hours)
        for hours, person in enumerate((cast.an, cast.binh, cast.chi, cast.author))
    }
    hand_in(session, cast.rows["an"], hours=9)
    hand_in(session, cast.rows["chi"], hours=8)
    session.commit()
    return cast


def begin(session: Session, cast: Any, person: Person, hours: int = 0) -> Practice:
    at, page = NOW + timedelta(hours=hours), cast.published.course.page("thuc-hanh")
    return practice.begin(session, at, NOW.date(), person.id, cast.published, page)


def hand_in(session: Session, row: Practice, hours: int = 0) -> None:
    at = NOW + timedelta(hours=hours)
    practice.hand_in(session, at, at.date(), row, "thuc-hanh-1", "Đã làm", str(uuid4()))


def test_each_sees_their_own_people_and_others_find_no_such_page(
    desk: SimpleNamespace, enter: Enter, client: Any
) -> None:
    assert client.get(LIST).status_code == 303
    for stranger in ("an", "thanhtra", "bientap"):
        assert enter(stranger).get(LIST).status_code == 404
    assert names(enter("giangvien").get(LIST).text) == ["Đỗ Chi", "Trần Văn An"], "the longest first"
    assert names(enter("giangvien").get(f"{LIST}?state=all").text) == ["Trần Văn An", "Đỗ Chi", "Lê Bình"]
    assert names(enter("giangvien2").get(f"{LIST}?state=all").text) == [], "has An, in another course"
    assert names(enter("lanhdao").get(f"{LIST}?state=all").text) == ["Đỗ Chi"]
    assert len(names(enter("quantri").get(f"{LIST}?state=all").text)) == 4
    assert enter("quantri").get(f"{LIST}?state=x").status_code == 404
    assert enter("quantri").get(f"{LIST}?after=2026-99-99T00:00:00+00:00-1").status_code == 200


def test_it_says_who_has_no_mentor_and_leads_to_the_practice(
    desk: SimpleNamespace, enter: Enter, session: Session
) -> None:
    trainer = enter("giangvien")
    page = trainer.get(LIST).text
    assert "2 bài thực hành chờ người hướng dẫn xem. 1 bài trong đó chưa có người hướng dẫn." in words(page)
    assert "Lê Bình" in words(page) and "/office/mentors" not in page
    address = f"/practice/{desk.rows['chi'].id}"
    assert address in page
    shown = words(trainer.get(address).text)
    assert "Đã làm" in shown and "Ký xác nhận đã làm được" not in shown, "whoever reads decides nothing"
    assert f"/office/mentors/{desk.chi.id}" in enter("lanhdao").get(LIST).text
    looked = session.scalars(sa.select(Look.what).where(Look.person_id == desk.chi.id)).all()
    assert set(looked) == {"table", "work"}
    session.commit()


def test_a_learners_page_leads_to_their_practice_whom_may_read_it(
    desk: SimpleNamespace, enter: Enter
) -> None:
    address = f"/practice/{desk.rows['an'].id}"
    page = "/reports/courses/finance/sample/people/an"
    assert address in enter("giangvien").get(page).text
    assert address not in enter("thanhtra").get(page).text, "an inspector reads no work"


def test_the_desk_leads_there_whom_it_is_for(desk: SimpleNamespace, enter: Enter) -> None:
    assert LIST in enter("giangvien").get("/reports").text and LIST in enter("lanhdao").get("/reports").text
    assert LIST not in enter("thanhtra").get("/reports").text


def test_the_list_asks_as_much_for_one_as_for_many(
    desk: SimpleNamespace, enter: Enter, session: Session, database: Any
) -> None:
    def looked() -> int:
        trainer.get(LIST)
        with statements.sent(database.engine) as made:
            assert trainer.get(LIST).status_code == 200
        return len(made)

    trainer = enter("giangvien")
    few = looked()
    people = [make.person(session, f"nguoi{n}", f"Đinh Văn {n}") for n in range(40)]
    make.training_class(session, desk.trainer, people, code="L40")
    for person in people:
        hand_in(session, begin(session, desk, person))
    session.commit()
    assert looked() == few
    page = trainer.get(LIST).text
    assert len(names(page)) == 30 and "42 bài thực hành chờ" in words(page)

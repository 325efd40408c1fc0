"""A unit's week, for its head."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session

from learning.accounts.models import Look, Notice, Person
from learning.database import Database
from learning.organisation.models import ClassMember, Posting
from learning.progress import reminders
from learning.progress.helping import Day
from learning.progress.models import Enrolment
from learning.web.context import App
from tests import make, statements

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
COURSE = "finance/sample"


def words(page: str) -> str:
    return " ".join(" ".join(parse(page, namespaceHTMLElements=False).itertext()).split())


def enrol(session: Session, person: Person, began: int, last: int, done: bool = False) -> None:
    session.add(
        Enrolment(
            person_id=person.id, course_id=COURSE, state="done" if done else "started", attempts=0, best=None,
            seconds=0, started_at=NOON - timedelta(days=began), last_at=NOON - timedelta(days=last),
            completed_at=NOON - timedelta(days=last) if done else None,
        )
    )  # fmt: skip


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """In the unit An is done since yesterday, Bình stands still, Chi has not begun what was due three days ago; Dũng sits
    elsewhere in the same class."""
    make.publish(session)
    here, there = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    given = {"password": make.PASSWORD}
    one = SimpleNamespace(
        an=make.person(session, "an", "Trần Văn An", unit=here, **given),
        binh=make.person(session, "binh", "Lê Bình", unit=here),
        chi=make.person(session, "chi", "Đỗ Chi", unit=here),
        dung=make.person(session, "dung", "Bùi Dũng", unit=there),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",), **given),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [here.code]}, unit=here, **given),
        both=make.person(
            session, "lanhdao2", "Hồ Hai", roles={"unit_head": [here.code, there.code]}, **given
        ),
    )
    one.late = make.training_class(
        session, one.trainer, [one.an, one.chi, one.dung], due_on=TODAY - timedelta(days=3)
    )
    make.training_class(session, one.trainer, [one.binh], code="L02", due_on=TODAY + timedelta(days=20))
    enrol(session, one.an, 5, 1, done=True)
    enrol(session, one.binh, 40, 18)
    session.commit()
    return one


def enter(app: App, username: str) -> FlaskClient:
    client = app.test_client()
    make.sign_in(client, username)
    return client


def test_strangers_find_nothing_there(app: App, cast: SimpleNamespace) -> None:
    assert app.test_client().get("/office/week").status_code == 303
    for stranger in ("an", "giangvien"):
        assert enter(app, stranger).get("/office/week").status_code == 404
    head = enter(app, "lanhdao")
    for unit in ("23677", "52", "x"):
        assert head.get(f"/office/week?unit={unit}").status_code == 404
    assert head.get("/office/week?unit=21583").status_code == 200


def test_the_one_action_comes_first_then_figures_people_and_days(app: App, cast: SimpleNamespace) -> None:
    page = enter(app, "lanhdao").get("/office/week").text
    text = words(page)
    assert "Tuần học từ 15/11/2026 đến 22/11/2026, 4 người của đơn vị." in text
    assert "Gặp 1 người đã quá hạn khóa “Thu – chi ngân sách cấp xã”, thống nhất ngày học xong." in text
    assert "/reports/help?unit=21583&amp;course=finance/sample&amp;rule=overdue" in page
    assert "Tất cả 3 lượt." in text
    assert "1 hoàn thành thêm 1 trong 7 ngày 1 đang học 1 chưa bắt đầu" in text
    assert "1 chưa bắt đầu 1 quá hạn thêm 1 trong 7 ngày" in text
    assert "2 lượt, trên 2 lượt học chưa hoàn thành." in text
    assert text.index("Đỗ Chi") < text.index("Lê Bình") and "Bùi Dũng" not in text
    assert "18 ngày không học tiếp (lần gần nhất 04/11/2026)" in text
    assert "Sắp xếp thời gian học trong giờ làm việc" in text
    assert "12/12/2026 : Thu – chi ngân sách cấp xã 1 người chưa hoàn thành" in text


def test_a_head_of_two_units_reads_each(app: App, cast: SimpleNamespace) -> None:
    head = enter(app, "lanhdao2")
    page = head.get("/office/week").text
    assert "<h1>Phường Quy Nhơn</h1>" in page and "/office/week?unit=23677" in page
    assert "Bùi Dũng" in head.get("/office/week?unit=23677").text


def test_a_head_is_not_asked_to_help_themself(app: App, cast: SimpleNamespace, session: Session) -> None:
    session.add(ClassMember(class_id=cast.late.id, person_id=cast.head.id))
    session.commit()
    head = enter(app, "lanhdao")
    page = words(head.get("/office/week").text)
    assert "Gặp 1 người đã quá hạn" in page and "Tất cả 4 lượt." in page
    assert "Võ Lãnh" not in words(head.get("/reports/help?unit=21583&rule=overdue").text)
    assert "Gặp 2 người đã quá hạn" in words(enter(app, "lanhdao2").get("/office/week").text)
    heads = reminders.heads(session, Day(TODAY, make.ZONE))
    titles = {COURSE: "Thu – chi"}
    assert (cast.head.id, "21583") in heads
    assert reminders.tell_head(session, NOON, Day(TODAY, make.ZONE), cast.head.id, "21583", titles)
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "help.unit")).one()
    assert (notice.detail["rule"], notice.detail["count"]) == ("overdue", 1)


def test_named_results_are_a_look(app: App, cast: SimpleNamespace, session: Session) -> None:
    enter(app, "lanhdao").get("/office/week")
    assert set(session.scalars(sa.select(Look.person_id))) == {cast.binh.id, cast.chi.id}


def test_as_many_queries_for_few_as_for_many(
    app: App, database: Database, session: Session, cast: SimpleNamespace
) -> None:
    head = enter(app, "lanhdao")
    head.get("/office/week")
    class_id = cast.late.id
    with statements.sent(database.engine) as few:
        assert head.get("/office/week").status_code == 200
    ids = range(1000, 1200)
    people = [
        {"id": id, "username": f"u{id}", "full_name": f"Nguyễn Văn {id}", "sort_key": f"{id}", "folded_name": "",
         "created_at": NOON, "active": True, "email": "", "password_hash": ""}
        for id in ids
    ]  # fmt: skip
    session.execute(sa.insert(Person), people)
    seats = [{"person_id": id, "unit_code": "21583", "from_date": date(2025, 7, 1)} for id in ids]
    session.execute(sa.insert(Posting), seats)
    session.execute(sa.insert(ClassMember), [{"class_id": class_id, "person_id": id} for id in ids])
    session.commit()
    with statements.sent(database.engine) as many:
        page = head.get("/office/week").text
    assert len(few) == len(many) == 11, "\n".join(many)
    assert page.count('<tr><th scope="row"><a href="/reports/help/') == 15
    assert "Xem tất cả người cần hỗ trợ" in page


def test_an_empty_unit_says_so(app: App, session: Session, cast: SimpleNamespace) -> None:
    session.execute(sa.delete(ClassMember))
    session.execute(sa.delete(Enrolment))
    session.commit()
    text = words(enter(app, "lanhdao").get("/office/week").text)
    assert "Chưa có ai của đơn vị được giao hoặc bắt đầu học khóa nào." in text

"""Marking by hand in the browser: trainers of the class and administrators, each answer by its criteria."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts.models import Look, Notice, Person
from learning.certificates import outcomes
from learning.content.model import Criterion, Written
from learning.quizzes.models import Attempt, HandMark
from learning.reports import marking_list
from tests import make, statements
from tests.reports.conftest import Enter, answer

LIST = "/reports/marking"
NASTY = "<script>alert(1)</script>\nDòng hai & “ba”"


def essay(id: str = "tu-luan") -> Written:
    criteria = (
        Criterion(html="Nêu đúng nơi nhận", points=Decimal(2)),
        Criterion(html="Nêu đúng căn cứ", points=Decimal(1)),
    )
    return Written(
        id=id,
        title="Viết",
        prompt="<p>Làm gì?</p>",
        points=Decimal(3),
        criteria=criteria,
        explanation="<p>Mẫu</p>",
    )


@pytest.fixture
def desk(cast: SimpleNamespace, session: Session) -> SimpleNamespace:
    """The course of the cast with an exam that holds a question for the machine and one to be marked."""
    exam = make.exam(make.single("mot"), essay(), pass_percent=75)
    cast.published = make.publish(session, make.course(exam=exam))
    session.commit()
    return cast


@pytest.fixture
def hand_in(desk: SimpleNamespace, session: Session, now: datetime) -> Callable[..., Attempt]:
    def hand_in(person: Person, minutes: int = 0, text: str = "Nhận tại Một cửa") -> Attempt:
        at = now - timedelta(days=1) + timedelta(minutes=minutes)
        attempt = answer(session, at, person, desk.published, mot="1", tu_luan=text)
        session.commit()
        return attempt

    return hand_in


def marks(client: FlaskClient, attempt: Attempt, *, version: int = 0, **fields: str) -> Any:
    page = client.get(f"{LIST}/{attempt.id}")
    if page.status_code != 200:  # a stranger has the token of a form of theirs
        page = client.get("/me/password")
    hidden = {
        one.get("name"): one.get("value")
        for one in parse(page.text, namespaceHTMLElements=False).findall(".//input[@type='hidden']")
    }
    hidden.setdefault("client_id", str(uuid4()))
    typed = {"version.tu-luan": str(version), "mark.tu-luan.0": "1.5", "mark.tu-luan.1": "1"}
    return client.post(f"{LIST}/{attempt.id}", data={**hidden, **typed, **fields})


def words(text: str) -> str:
    return " ".join(" ".join(parse(text, namespaceHTMLElements=False).itertext()).split())


def names(text: str) -> list[str]:
    tree = parse(text, namespaceHTMLElements=False)
    return ["".join(head.itertext()) for head in tree.findall(".//tbody/tr/th")]


def test_only_trainers_of_the_class_and_administrators_mark(
    desk: SimpleNamespace, client: FlaskClient, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(desk.an)
    for path in (LIST, f"{LIST}/{attempt.id}"):
        assert client.get(path).status_code == 303
        for stranger in ("an", "binh", "lanhdao", "thanhtra", "bientap"):
            assert enter(stranger).get(path).status_code == 404
    assert (
        names(enter("giangvien").get(LIST).text) == names(enter("quantri").get(LIST).text) == ["Trần Văn An"]
    )
    other = enter("giangvien2")  # has this learner too, in another course
    assert names(other.get(LIST).text) == []
    assert other.get(f"{LIST}/{attempt.id}").status_code == 404
    assert marks(other, attempt).status_code == 404
    for nothing in (
        "course=finance/none",
        "course=finance/sample&quiz=none",
        "quiz=exam",
        "state=x",
        "after=x",
    ):
        assert enter("giangvien").get(f"{LIST}?{nothing}").status_code == 404
    assert other.get(f"{LIST}?course=finance/sample").status_code == 404


def test_the_desk_leads_there_whom_it_is_for(enter: Enter, desk: SimpleNamespace) -> None:
    assert LIST in enter("giangvien").get("/reports").text
    assert LIST not in enter("thanhtra").get("/reports").text


def test_nobody_marks_their_own(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(desk.administrator)
    administrator = enter("quantri")
    assert names(administrator.get(LIST).text) == []
    assert administrator.get(f"{LIST}/{attempt.id}").status_code == 404
    assert marks(administrator, attempt).status_code == 404


def test_the_oldest_comes_first_and_saving_goes_on_to_the_next(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    late, early = hand_in(desk.an, minutes=9), hand_in(desk.binh)
    trainer = enter("giangvien")
    page = trainer.get(LIST).text
    assert names(page) == ["Lê Bình", "Trần Văn An"]
    assert "2 bài đang chờ chấm" in words(page)
    reply = marks(trainer, early, **{"remark.tu-luan.0": "Thiếu ngày hẹn."})
    assert (reply.status_code, reply.location) == (303, f"{LIST}/{late.id}")
    reply = marks(trainer, late, stay="1")
    assert reply.location == f"{LIST}/{late.id}"
    assert names(trainer.get(LIST).text) == []
    assert names(trainer.get(f"{LIST}?state=marked").text) == ["Trần Văn An", "Lê Bình"]
    assert session.get_one(Attempt, early.id, populate_existing=True).percent == Decimal("87.5")


def test_who_leaves_one_to_a_colleague_is_not_led_back_to_it(
    desk: SimpleNamespace, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    first, second, third = hand_in(desk.an), hand_in(desk.binh, minutes=1), hand_in(desk.chi, minutes=2)
    trainer = enter("giangvien")
    assert marks(trainer, second).location == f"{LIST}/{third.id}"
    assert marks(trainer, third).location == f"{LIST}/{first.id}"
    assert marks(trainer, first).location == LIST


def unread(session: Session, person: Person) -> list[str]:
    which = (Notice.person_id == person.id, Notice.read_at.is_(None))
    found = list(session.scalars(sa.select(Notice.kind).where(*which).order_by(Notice.id)))
    session.commit()
    return found


def test_trainers_are_told_once_that_marking_waits_and_are_left_alone_when_it_is_done(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    make.training_class(session, desk.other, [desk.an], code="L03")
    first, second = hand_in(desk.an), hand_in(desk.binh, minutes=1)
    assert unread(session, desk.trainer) == unread(session, desk.other) == ["marking.waits"]
    assert unread(session, desk.administrator) == []
    trainer = enter("giangvien")
    page = trainer.get("/notices").text
    assert "“Bài kiểm tra cuối khóa”: có bài tự luận chờ đồng chí chấm." in words(page)
    [form] = [
        one
        for one in parse(page, namespaceHTMLElements=False).findall(".//form")
        if one.find(".//*[@name='notice']") is not None
    ]
    told = {one.get("name"): one.get("value") for one in form.iter() if one.get("name")}
    reply = trainer.post("/notices/read", data=told)
    assert reply.location == f"{LIST}?course=finance/sample&quiz=exam"
    assert trainer.get(reply.location).status_code == 200
    third = hand_in(desk.chi, minutes=2)
    assert unread(session, desk.trainer) == ["marking.waits"], "read, and more has come"
    for attempt in (first, second):
        marks(trainer, attempt)
    assert unread(session, desk.trainer) == ["marking.waits"]
    assert unread(session, desk.other) == [], "of whom the only one was marked by a colleague"
    marks(trainer, third)
    assert unread(session, desk.trainer) == []


def test_where_nobody_trains_them_the_administrators_are_told(
    desk: SimpleNamespace, session: Session, hand_in: Callable[..., Attempt]
) -> None:
    hand_in(desk.administrator)
    assert unread(session, desk.administrator) == []
    desk.trainer.active = False
    hand_in(desk.an)
    assert unread(session, desk.administrator) == ["marking.waits"]
    assert unread(session, desk.trainer) == []


def test_the_course_and_the_door_of_the_quiz_say_that_it_waits(
    desk: SimpleNamespace,
    session: Session,
    now: datetime,
    enter: Enter,
    hand_in: Callable[..., Attempt],
) -> None:
    learner, course = enter("an"), "/courses/finance/sample"
    assert "chờ chấm" not in words(learner.get(course).text)
    attempt = hand_in(desk.an)
    page = words(learner.get(course).text)
    assert "· chờ chấm" in page and "Bắt đầu học" not in page and "Học tiếp: " in page, (
        "lessons are left to do"
    )
    answer(session, now, desk.an, desk.published, "bai-1", cau_1="1")
    outcomes.mark_read(session, now, make.ZONE, desk.an.id, desk.published, desk.published.course.pages[1])
    session.commit()
    for address in (course, f"{course}/exam/quiz"):
        shown = learner.get(address).text
        assert "Bài đã nộp đang chờ chấm." in words(shown) and f"/attempts/{attempt.id}" in shown
    assert "Làm bài kiểm tra cuối khóa" not in words(learner.get(course).text)
    marks(enter("giangvien"), attempt)
    for page in (course, f"{course}/exam/quiz"):
        assert "chờ chấm" not in words(learner.get(page).text)


def test_the_learner_sees_marks_and_remarks_and_whoever_looked(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(desk.an)
    learner = enter("an")
    before = words(learner.get(f"/attempts/{attempt.id}").text)
    assert "Chờ chấm" in before and "tạm tính 0 điểm" in before
    assert "chờ chấm" in words(learner.get("/me").text)
    marks(enter("giangvien"), attempt, **{"remark.tu-luan.0": NASTY})
    page = learner.get(f"/attempts/{attempt.id}").text
    assert "<script>alert" not in page
    assert "1,5/2 điểm" in words(page) and "Dòng hai & “ba”" in words(page)
    assert "Đạt" in words(page) and "Chờ chấm" not in words(page)
    assert "đã chấm xong: được 87,5%" in words(learner.get("/notices").text)
    looked = session.scalars(sa.select(Look).where(Look.what == "work")).one()
    assert (looked.person_id, looked.looker_id, looked.course_id) == (
        desk.an.id,
        desk.trainer.id,
        "finance/sample",
    )
    api = learner.get(f"/api/v1/attempts/{attempt.id}").get_json()["result"]
    assert "to_mark" not in api
    assert [one["mark"] for one in api["items"][1]["criteria"]] == [1.5, 1]


def test_the_answer_stands_there_in_its_lines_and_runs_nothing(
    desk: SimpleNamespace, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    page = enter("giangvien").get(f"{LIST}/{hand_in(desk.an, text=NASTY).id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Dòng hai &amp; “ba”" in page
    assert "Lời đáp mẫu" in page and "Nêu đúng nơi nhận" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mark.tu-luan.1": ""}, "Câu 1, tiêu chí 2: chưa chọn điểm."),
        ({"mark.tu-luan.0": "1.7"}, "Câu 1, tiêu chí 1: không có mức điểm này."),
        ({"mark.tu-luan.0": "3"}, "Câu 1, tiêu chí 1: không có mức điểm này."),
        ({"remark.tu-luan.0": "x" * 1001}, "Câu 1, tiêu chí 1: nhận xét dài quá 1.000 ký tự."),
        ({"mark.tu-luan.0": "", "mark.tu-luan.1": ""}, "Câu 1, tiêu chí 1: chưa chọn điểm."),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    desk: SimpleNamespace,
    session: Session,
    enter: Enter,
    hand_in: Callable[..., Attempt],
    fields: dict[str, str],
    said: str,
) -> None:
    attempt = hand_in(desk.an)
    typed = {"remark.tu-luan.1": "Điều 16 chứ không phải Điều 61."} if "" not in fields.values() else {}
    reply = marks(enter("giangvien"), attempt, **{**typed, **fields})
    assert reply.status_code == 422
    assert said in words(reply.text)
    assert all(text in reply.text for text in typed.values())
    assert session.scalar(sa.select(sa.func.count()).select_from(HandMark)) == 0


def test_of_two_graders_the_second_sees_both_and_decides(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(desk.an)
    trainer, administrator = enter("giangvien"), enter("quantri")
    marks(trainer, attempt, **{"remark.tu-luan.0": "Của giảng viên"})
    mine = {"mark.tu-luan.0": "0.5", "mark.tu-luan.1": "0.5", "remark.tu-luan.0": "Của quản trị"}
    reply = marks(administrator, attempt, **mine)
    assert reply.status_code == 409
    said = words(reply.text)
    assert "Người khác vừa chấm bài này" in said
    assert "Phan Giảng cho 1,5 điểm" in said and "Của giảng viên" in said and "Của quản trị" in said
    tree = parse(reply.text, namespaceHTMLElements=False)
    chosen = [one.get("value") for one in tree.findall(".//option[@selected]")]
    assert chosen == ["0.5", "0.5"]
    [version] = [one.get("value") for one in tree.findall(".//input[@name='version.tu-luan']")]
    assert version == "1"
    assert session.scalar(sa.select(sa.func.count()).select_from(HandMark)) == 1
    session.commit()
    assert marks(administrator, attempt, version=1, **mine).status_code == 303
    page = words(trainer.get(f"{LIST}/{attempt.id}").text)
    assert "Phạm Trị: 1/3 điểm" in page and "Phan Giảng: 2,5/3 điểm" in page


def test_pressed_twice_it_is_one_mark(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt, trainer = hand_in(desk.an), enter("giangvien")
    same = {"client_id": "0b0e7a52-7d1c-4a3e-9d0f-0a4c1f5b7a11"}
    assert marks(trainer, attempt, **same).status_code == 303
    assert marks(trainer, attempt, **same).status_code == 303
    assert marks(trainer, attempt, **same, **{"mark.tu-luan.0": "2"}).status_code == 400
    assert session.scalar(sa.select(sa.func.count()).select_from(HandMark)) == 1


def test_a_form_that_is_no_form_of_ours_marks_nothing(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt]
) -> None:
    attempt, trainer = hand_in(desk.an), enter("giangvien")
    assert marks(trainer, attempt, client_id="không").status_code == 400
    assert marks(trainer, attempt, **{"version.tu-luan": "x"}).status_code == 409
    assert trainer.get(f"{LIST}/{'0' * 36}").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(HandMark)) == 0


def test_the_list_and_a_submission_take_as_many_queries_for_many_as_for_few(
    desk: SimpleNamespace, session: Session, enter: Enter, hand_in: Callable[..., Attempt], database: Any
) -> None:
    def looked(path: str) -> int:
        trainer.get(path)
        with statements.sent(database.engine) as made:
            assert trainer.get(path).status_code == 200
        return len(made)

    trainer = enter("giangvien")
    first = hand_in(desk.an)
    few = looked(LIST), looked(f"{LIST}/{first.id}")
    people = [make.person(session, f"nguoi{n}", f"Đinh Văn {n}") for n in range(60)]
    make.training_class(session, desk.trainer, people, code="L60")
    for n, person in enumerate(people):
        hand_in(person, minutes=n + 1)
    assert (looked(LIST), looked(f"{LIST}/{first.id}")) == few
    page = trainer.get(LIST).text
    assert len(names(page)) == 50
    [following] = [
        one.get("href")
        for one in parse(page, namespaceHTMLElements=False).findall(".//a")
        if "after=" in (one.get("href") or "")
    ]
    assert len(names(trainer.get(following).text)) == 11


def test_the_list_is_taken_whole_and_those_in_it_can_see_by_whom(
    enter: Enter,
    desk: SimpleNamespace,
    session: Session,
    hand_in: Callable[..., Attempt],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(marking_list, "BATCH", 1)
    people = desk.binh, desk.an
    for minutes, person in enumerate(people):
        hand_in(person, minutes)
    ids = {person.id for person in people}
    session.rollback()

    def taken(username: str, **asked: str) -> TestResponse:
        client = enter(username)
        page = parse(client.get("/me/password").text, namespaceHTMLElements=False)
        token = page.find(".//input[@name='csrf_token']").get("value")
        return client.post(f"{LIST}/list.csv", data={"csrf_token": token, **asked})

    rows = list(csv.reader(StringIO(taken("giangvien").data.decode("utf-8-sig"))))
    assert [(row[0], row[2], row[5]) for row in rows[1:]] == [
        ("Lê Bình", "Thu – chi ngân sách cấp xã", "1"),
        ("Trần Văn An", "Thu – chi ngân sách cấp xã", "1"),
    ]
    assert set(session.scalars(sa.select(Look.person_id).where(Look.what == "export"))) == ids
    session.rollback()
    assert len(taken("giangvien", state="marked").text.splitlines()) == 1
    assert len(taken("giangvien2").text.splitlines()) == 1  # the same course, but another's class
    for username, asked in (
        ("thanhtra", {}),
        ("lanhdao", {}),
        ("giangvien2", {"course": "land/none"}),
        ("giangvien", {"state": "none"}),
        ("giangvien", {"course": "finance/other"}),
    ):
        assert taken(username, **asked).status_code == 404, (username, asked)

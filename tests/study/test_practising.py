"""Practice on the learner's desk: the door, handing in, deciding, evidence, and two who decide at once."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Look, Person
from learning.evaluation import practice_evidence, practice_mentors
from learning.evaluation.practice_models import Practice, PracticeEvent, PracticeEvidence
from learning.web.context import App
from tests import make
from tests.evaluation.test_practice import PDF, office, photo
from tests.statements import sent
from tests.study.conftest import Reader

DOOR = "/courses/finance/sample/thuc-hanh/practice"


@pytest.fixture
def others(session: Session, person: Person) -> dict[str, Person]:
    unit = make.unit(session)
    made = {
        "mentor": make.person(session, "huongdan", "Trần Văn Dẫn", unit=unit, password=make.PASSWORD),
        "other": make.person(session, "khac", "Phan Văn Khác", unit=unit, password=make.PASSWORD),
        "head": make.person(
            session,
            "lanhdao",
            "Lê Thị Lãnh",
            roles={"unit_head": [unit.code]},
            unit=unit,
            password=make.PASSWORD,
        ),
    }
    session.commit()
    return made


@pytest.fixture
def guided(session: Session, person: Person, others: dict[str, Person]) -> dict[str, Person]:
    practice_mentors.name(session, make.NOW, person, others["mentor"], others["head"])
    session.commit()
    return others


@pytest.fixture
def page(publish: Callable[..., Any]) -> None:
    publish(
        make.course(
            make.lesson("bai-1"),
            make.practice("thuc-hanh", "none", "photo", "file", required=True),
            exam=None,
            completion="lessons",
        )
    )


@pytest.fixture
def begun(reader: Reader, page: None) -> str:
    """The address of the reader's practice."""
    reader.open(DOOR)
    reader.press()
    return reader.path


@pytest.fixture
def mentor(app: App, guided: dict[str, Person]) -> Reader:
    client = app.test_client()
    make.sign_in(client, "huongdan")
    return Reader(client)


def send(reader: Reader, address: str, step: int, client_id: str = "", **fields: Any) -> Any:
    """A step's form, with the token of the page."""
    reader.open("/me")
    token = reader.page.find(".//input[@name='csrf_token']")
    assert token is not None
    what = "decision" if "version" in fields else ""
    target = f"{address}/steps/thuc-hanh-{step}" + (f"/{what}" if what else "")
    data = {"csrf_token": token.get("value"), "client_id": client_id, **fields}
    reader.reply = reader.client.post(target, data=data, follow_redirects=True)
    return reader.reply


def files(*pairs: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(data), name) for name, data in pairs]


def every(session: Session, query: Any) -> list[Any]:
    """What a query finds; the session holds no lock afterwards."""
    found = list(session.scalars(query))
    session.expunge_all()
    session.rollback()
    return found


def test_the_lesson_page_shows_the_steps_and_leads_to_the_door(reader: Reader, page: None) -> None:
    reader.open("/courses/finance/sample/thuc-hanh")
    assert "Bước 2 của thuc-hanh" in reader.text and "minh chứng: ảnh" in reader.text
    assert reader.page.find(f".//a[@href='{DOOR}']") is not None
    reader.open("/courses/finance/sample/thuc-hanh/quiz")
    assert reader.path == DOOR
    reader.open("/courses/finance/sample")
    assert "Thực hành (bắt buộc)" in reader.text
    assert "ký xác nhận 1 bài thực hành" in reader.text


def test_reading_does_not_make_a_practice_done(reader: Reader, page: None, session: Session) -> None:
    reader.open(DOOR)
    token = reader.page.find(".//input[@name='csrf_token']")
    assert token is not None
    reply = reader.client.post(
        "/courses/finance/sample/thuc-hanh/quiz", data={"csrf_token": token.get("value")}
    )
    assert reply.status_code == 303 and reply.location == DOOR
    assert every(session, select(Practice)) == []


def test_a_page_without_steps_has_no_door(reader: Reader, page: None) -> None:
    assert reader.client.get("/courses/finance/sample/bai-1/practice").status_code == 404
    assert reader.client.get("/courses/finance/none/thuc-hanh/practice").status_code == 404


def test_a_learner_without_a_mentor_sees_who_can_name_one(
    reader: Reader, others: dict[str, Person], page: None
) -> None:
    reader.open(DOOR)
    assert "Chưa có người hướng dẫn. Người phân công được: Lê Thị Lãnh." in reader.text


def test_a_step_is_handed_in_and_signed_and_the_course_is_done(
    reader: Reader, mentor: Reader, begun: str, session: Session
) -> None:
    assert "Người hướng dẫn: Trần Văn Dẫn." in reader.text
    send(reader, begun, 1, words="Tôi đã làm", do="hand_in")
    assert "Đã nộp. Trần Văn Dẫn sẽ xem" in reader.text
    send(reader, begun, 2, do="hand_in", evidence=files(("a.jpg", photo()), ("b.png", photo(kind="PNG"))))
    send(reader, begun, 3, do="hand_in", evidence=files(("bang.xlsx", office("xl/workbook.xml"))))
    reader.open("/courses/finance/sample")
    assert "0/3 bước đã ký, 3 bước chờ người hướng dẫn xem · chờ người hướng dẫn" in reader.text
    mentor.open("/practice")
    assert "Nguyễn Thị Ánh Tuyết" in mentor.text and "3 bước chờ xem" in mentor.text
    mentor.open(begun)
    assert "Tôi đã làm" in mentor.text and len(mentor.page.findall(".//main//img")) == 2
    for step in (1, 2, 3):
        send(mentor, begun, step, version="1", do="sign")
        assert "Đã ký" in mentor.text
    assert "bài thực hành hoàn thành" in mentor.text
    reader.open("/courses/finance/sample/bai-1/quiz")
    reader.press()
    reader.open(begun)
    assert "3/3 bước đã ký" in reader.text and "Xem giấy xác nhận" in reader.text
    assert every(session, select(Look.what).where(Look.what == "work")) == ["work"]


def test_what_was_typed_and_what_can_be_kept_is_kept(reader: Reader, begun: str, session: Session) -> None:
    good, bad = ("anh.jpg", photo()), ("ảnh.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20)
    reply = send(reader, begun, 2, words="Viết rất nhiều <b>", do="hand_in", evidence=files(good, bad))
    assert reply.status_code == 422
    assert "“ảnh.heic”: ảnh dạng HEIC của điện thoại. Hãy đặt máy ảnh lưu dạng JPEG" in reader.text
    assert "Viết rất nhiều <b>" in [area.text for area in reader.page.iter("textarea")]
    assert [one.name for one in every(session, select(PracticeEvidence))] == ["anh.jpg"]
    assert every(session, select(PracticeEvent)) == []
    send(reader, begun, 2, words="Viết rất nhiều <b>", do="hand_in")
    assert "chờ người hướng dẫn" in reader.text


def test_a_step_may_be_made_ready_and_handed_in_later(reader: Reader, begun: str, session: Session) -> None:
    send(reader, begun, 2, words="Dở dang", do="add", evidence=files(("anh.jpg", photo())))
    assert "Dở dang" in [area.text for area in reader.page.iter("textarea")]
    [shown] = every(session, select(PracticeEvidence))
    address = f"{begun}/evidence/{shown.id}/removal"
    forms = [form for form in reader.page.iter("form") if form.get("action") == address]
    token = forms[0].find(".//input[@name='csrf_token']")
    assert token is not None
    reader.client.post(address, data={"csrf_token": token.get("value")})
    reply = send(reader, begun, 2, words="Dở dang", do="hand_in")
    assert reply.status_code == 422 and "cần ít nhất một ảnh" in reader.text


def test_evidence_is_sealed(reader: Reader, mentor: Reader, begun: str, session: Session) -> None:
    send(reader, begun, 2, do="add", evidence=files(("../ảnh.jpg", photo())))
    send(reader, begun, 3, do="add", evidence=files(("bảng.exe", PDF + b"<script>alert(1)</script>")))
    image, file = every(session, select(PracticeEvidence).order_by(PracticeEvidence.id))
    for one, kind in ((image, "image/webp"), (file, "application/pdf")):
        address = f"{begun}/evidence/{one.id}"
        reply = reader.client.get(address)
        assert (reply.status_code, reply.mimetype) == (200, kind)
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ") and policy.endswith("; sandbox")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cache-Control"] == "private, no-store"
        assert mentor.client.get(address).status_code == 404  # not handed in
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Content-Disposition"].endswith(".pdf"), "whatever it was called"
    assert reader.client.get(f"{begun}/evidence/{file.id + 1}").status_code == 404
    send(reader, begun, 3, do="hand_in")
    assert mentor.client.get(f"{begun}/evidence/{file.id}").status_code == 200
    assert (
        reader.client.get(f"{begun}/evidence/{image.id}", headers={"Accept": "image/png"}).mimetype
        == "image/jpeg"
    )


def test_two_decisions_are_both_shown_and_none_is_overwritten(
    app: App, reader: Reader, mentor: Reader, begun: str, session: Session
) -> None:
    send(reader, begun, 1, do="hand_in")
    send(mentor, begun, 1, version="1", do="return", words="Thiếu chữ ký")
    reply = send(mentor, begun, 1, version="1", do="sign", words="Tốt rồi")  # another window, opened before
    assert reply.status_code == 409
    assert "Thiếu chữ ký" in mentor.text and "Tốt rồi" in mentor.page.find(".//textarea").text
    assert every(session, select(PracticeEvent.kind)) == ["hand_in", "return"]
    mentor.press({"do": "sign", "words": "Tốt rồi"})
    assert "Đã ký xác nhận." in mentor.text
    reply = send(mentor, begun, 1, version="2", do="return", words="Khoan đã")
    assert reply.status_code == 409 and "Khoan đã" in mentor.text
    assert mentor.page.find(".//main//form") is None  # what is signed stays signed


def test_who_guides_no_more_is_told_who_does(
    reader: Reader, mentor: Reader, begun: str, guided: dict[str, Person], person: Person, session: Session
) -> None:
    send(reader, begun, 1, do="hand_in")
    mentor.open(begun)
    token = mentor.page.find(".//input[@name='csrf_token']")
    practice_mentors.name(session, make.NOW, person, guided["other"], guided["head"])
    session.commit()
    data = {"csrf_token": token.get("value"), "version": "1", "do": "return", "words": "Đã viết dài"}
    mentor.reply = mentor.client.post(f"{begun}/steps/thuc-hanh-1/decision", data=data)
    assert mentor.reply.status_code == 409
    assert "hiện nay: Phan Văn Khác" in mentor.text and "Đã viết dài" in mentor.text
    assert mentor.client.get(begun).status_code == 404


def test_so_is_one_who_may_still_read_it(
    app: App, reader: Reader, begun: str, others: dict[str, Person], person: Person, session: Session
) -> None:
    practice_mentors.name(session, make.NOW, person, others["head"], others["head"])
    practice_mentors.name(session, make.NOW, person, others["mentor"], others["head"])
    session.commit()
    send(reader, begun, 1, do="hand_in")
    head = Reader(app.test_client())
    make.sign_in(head.client, "lanhdao")
    head.open(begun)
    assert head.page.find(".//main//textarea") is None
    reply = send(head, begun, 1, version="1", do="return", words="Đã viết dài")
    assert reply.status_code == 409 and "Đã viết dài" in head.text and "hiện nay: Trần Văn Dẫn" in head.text


def test_what_is_handed_in_while_a_mentor_decides_is_shown_beside_the_decision(
    reader: Reader, mentor: Reader, begun: str, session: Session
) -> None:
    send(reader, begun, 1, words="Lần đầu", do="hand_in")
    mentor.open(begun)
    send(reader, begun, 1, words="Tôi vừa sửa lại số liệu", do="hand_in")
    mentor.press({"do": "return", "words": "Số liệu sai"})
    assert mentor.reply.status_code == 409
    assert "Tôi vừa sửa lại số liệu" in mentor.text and "Số liệu sai" in mentor.text
    assert every(session, select(PracticeEvent.kind)) == ["hand_in", "hand_in"]
    mentor.press({"do": "return", "words": "Số liệu sai"})
    assert every(session, select(PracticeEvent.kind)) == ["hand_in", "hand_in", "return"]
    reader.open(begun)
    assert "Trần Văn Dẫn trả lại" in reader.text and "Số liệu sai" in reader.text


def test_a_return_needs_a_word(reader: Reader, mentor: Reader, begun: str) -> None:
    send(reader, begun, 1, do="hand_in")
    reply = send(mentor, begun, 1, version="1", do="return", words=" ")
    assert reply.status_code == 422 and "Hãy viết lời nhắn" in mentor.text


def test_pressed_twice_is_once(reader: Reader, begun: str, session: Session) -> None:
    id_ = "7b6f0ad1-6d3a-4f0a-9d6a-2f1f8f1d7c11"
    for _ in range(2):
        assert send(reader, begun, 1, id_, words="Đã làm", do="hand_in").status_code == 200
    assert len(every(session, select(PracticeEvent))) == 1
    reply = send(reader, begun, 1, id_, words="Lời mới", do="hand_in")
    assert reply.status_code == 422 and "bấm nộp lần nữa" in reader.text


def test_a_photo_that_is_sent_twice_is_there_once(
    reader: Reader, mentor: Reader, begun: str, session: Session
) -> None:
    id_ = "7b6f0ad1-6d3a-4f0a-9d6a-2f1f8f1d7c12"
    for _ in range(2):  # the reply was lost on the way
        send(reader, begun, 2, id_, do="hand_in", evidence=files(("anh.jpg", photo())))
    [one] = every(session, select(PracticeEvidence))
    send(mentor, begun, 2, version="1", do="sign")
    reply = send(reader, begun, 2, id_, do="hand_in", evidence=files(("anh.jpg", photo())))
    assert reply.status_code == 200 and "không thay đổi được nữa" not in reader.text
    assert [each.id for each in every(session, select(PracticeEvidence))] == [one.id]


def test_nobody_waits_for_a_picture_to_be_drawn_anew(
    reader: Reader, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing: list[bool] = []

    def prepared(wanted: str, data: bytes) -> practice_evidence.Kept:
        writing.append("session" in g)
        return practice_evidence.Kept("webp", data)

    monkeypatch.setattr("learning.study.practising.practice_evidence.prepared", prepared)
    many = [(f"{n}.jpg", photo((40 + n, 30))) for n in range(8)]
    reply = send(reader, begun, 2, do="add", evidence=files(*many))
    assert writing == [False] * 5, "before the write lock is taken, and no more than can be kept"
    assert reply.status_code == 422 and "nhiều nhất 5 tệp" in reader.text


def test_a_file_for_a_step_that_wants_none_or_is_none_is_not_looked_at(reader: Reader, begun: str) -> None:
    for step in (1, 9):
        assert send(reader, begun, step, do="add", evidence=files(("a.jpg", photo()))).status_code == 404


def test_what_is_too_much_at_once_is_told_the_limit_of_this_page(reader: Reader, begun: str) -> None:
    reader.reply = reader.client.post(
        f"{begun}/steps/thuc-hanh-2",
        data={"do": "add"},
        content_type="multipart/form-data",
        environ_overrides={"CONTENT_LENGTH": str(60 * 1024 * 1024)},
    )
    assert reader.reply.status_code == 413 and "tối đa 51 MB" in reader.text


def test_a_cursor_that_is_none_begins_at_the_beginning(mentor: Reader) -> None:
    for cursor in ("2026-13-45T99:99:99+00:00-1", "x", "2026-11-22T00:00:00+00:00-1"):
        assert mentor.client.get("/practice", query_string={"after": cursor}).status_code == 200


@pytest.mark.parametrize("fields", [{"do": "hand_in"}, {"version": "1", "do": "sign"}])
def test_a_stranger_finds_nothing(
    app: App, reader: Reader, begun: str, others: dict[str, Person], fields: dict[str, str], session: Session
) -> None:
    stranger = app.test_client()
    make.sign_in(stranger, "khac")
    reader.open(begun)
    assert stranger.get(begun).status_code == 404
    page = Reader(stranger).open(DOOR)
    token = page.find(".//input[@name='csrf_token']")
    assert token is not None
    data = {"csrf_token": token.get("value"), **fields}
    what = "/decision" if "version" in fields else ""
    assert stranger.post(f"{begun}/steps/thuc-hanh-1{what}", data=data).status_code == 404
    assert every(session, select(PracticeEvent)) == []


def test_the_mentors_list_asks_as_much_for_one_as_for_many(
    mentor: Reader, guided: dict[str, Person], page: None, session: Session, database: Any
) -> None:
    from learning.evaluation import practice
    from learning.library import catalogue

    published = catalogue.live(session, "finance/sample")
    assert published is not None
    task = published.course.page("thuc-hanh")
    assert task is not None
    counts = []
    made = 0
    for many in (1, 44):
        for number in range(made, many):
            one = make.person(session, f"nguoi{number}", f"Người {number}")
            practice_mentors.name(session, make.NOW, one, guided["mentor"], guided["head"])
            row = practice.begin(session, make.NOW, make.NOW.date(), one.id, published, task)
            if number % 4:
                practice.hand_in(
                    session,
                    make.NOW,
                    make.NOW.date(),
                    row,
                    "thuc-hanh-1",
                    "",
                    f"00000000-0000-4000-8000-{number:012}",
                )
        made = many
        session.commit()
        mentor.open("/practice")  # looks of the day are there
        with sent(database.engine) as statements:
            mentor.open("/practice")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert len(mentor.page.findall(".//ul[@class='rows']/li")) == 30 + 11
    assert "Trang sau" in mentor.text
    links = [link.get("href") for link in mentor.page.iter("a") if "".join(link.itertext()) == "Trang sau"]
    mentor.open(str(links[0]))
    assert len(mentor.page.findall(".//ul[@class='rows']/li")) == 3 + 11
    assert "Về trang đầu" in mentor.text

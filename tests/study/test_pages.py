"""The pages one reads: start, catalogue, course, lesson, what is mine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.accounts.models import Person
from learning.content.model import Course
from learning.library.models import Blob, CourseRow, ReleaseFile
from learning.web.context import App
from learning.web.scripts import LOOK
from tests import make
from tests.study.conftest import Reader

LESSON = "/courses/finance/sample/bai-1"
PAGES = (
    "/",
    "/courses",
    "/courses?q=xyz",
    "/fields/finance",
    "/courses/finance/sample",
    LESSON,
    f"{LESSON}/quiz",
    "/courses/finance/sample/bai-2/quiz",
    "/courses/finance/sample/exam/quiz",
    "/me",
    "/styleguide",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_sound_and_has_one_heading(reader: Reader, course: Course, address: str) -> None:
    page = reader.open(address)
    assert reader.reply.status_code == 200
    assert len(page.findall(".//h1")) == 1
    assert page.get("lang") == "vi"
    assert not [e for e in page.iter() if "style" in e.attrib or any(n.startswith("on") for n in e.attrib)]


def test_a_stranger_gets_the_sign_in_form_and_comes_back(client: FlaskClient, course: Course) -> None:
    assert "password" in client.get("/").text
    for address in (*PAGES[1:-1], "/media/" + "0" * 64 + "/a.png", "/attempts/none"):
        reply = client.get(address)
        assert reply.status_code == 303
        assert reply.headers["Location"].startswith("/?next=/")


def test_what_is_not_there_is_a_helpful_404(reader: Reader, course: Course) -> None:
    for address in (
        "/fields/none",
        "/courses/finance/none",
        "/courses/finance/sample/none",
        "/courses/finance/sample/none/quiz",
        "/attempts/00000000-0000-0000-0000-000000000000",
        "/media/" + "0" * 64 + "/a.png",
    ):
        page = reader.open(address)
        assert reader.reply.status_code == 404
        assert page.find(".//main//a[@href='/courses']") is not None, address


def test_the_start_page_suggests_then_continues(reader: Reader, course: Course) -> None:
    assert reader.open("/").find(".//main//a[@href='/courses/finance/sample']") is not None
    reader.open("/courses/finance/sample/bai-2/quiz")
    reader.press()
    page = reader.open("/")
    assert "Tiếp tục học" in reader.text and "1/2 bài" in reader.text
    assert page.find(f".//main//a[@href='{LESSON}']") is not None


def test_what_a_class_asks_is_due(reader: Reader, course: Course, session: Session, person: Person) -> None:
    from datetime import date

    trainer = make.person(session, "giangvien", roles=("trainer",))
    make.training_class(session, trainer, [person], due_on=date(2026, 11, 25))
    session.commit()
    reader.open("/")
    assert "Đến hạn" in reader.text and "còn 3 ngày" in reader.text


@pytest.mark.parametrize("address", ["/", "/courses", "/fields/finance"])
def test_courses_in_the_readers_language_come_first(
    reader: Reader, publish: Callable[..., Course], address: str
) -> None:
    publish(make.course(slug="a", title="Before you pay", language="en"))
    publish(make.course(slug="b", title="Thu, chi"))
    reader.open(address)
    text = reader.reply.text
    assert 0 < text.index("Thu, chi") < text.index("Before you pay")


def test_the_catalogue_finds_without_marks(reader: Reader, course: Course) -> None:
    reader.open("/courses?q=ngan+sach")
    assert "Thu – chi ngân sách cấp xã" in reader.text
    reader.open("/courses?q=đường")
    assert "Không tìm thấy" in reader.text


def test_a_course_says_its_rule_and_that_nobody_reviewed_it(reader: Reader, course: Course) -> None:
    reader.open("/courses/finance/sample")
    assert "học xong cả 2 bài và đạt bài kiểm tra cuối khóa từ 50% trở lên" in reader.text
    assert "Bản mẫu, chưa thẩm định" in reader.text


def test_a_course_behind_another_says_which(reader: Reader, publish: Callable[..., Course]) -> None:
    publish()
    publish(make.course(field="land", title="Sau", prerequisites=("finance/sample",)))
    page = reader.open("/courses/land/sample")
    assert "Cần học trước" in reader.text
    assert page.find(".//main//a[@href='/courses/finance/sample']") is not None
    reader.open("/courses/land/sample/bai-1/quiz")
    assert "Cần học trước" in reader.text


def test_a_lesson_is_the_same_bytes_for_everyone(
    reader: Reader, course: Course, app: App, session: Session
) -> None:
    make.person(session, "khac", "Trần Văn Khác", password=make.PASSWORD, roles=("learner", "administrator"))
    session.commit()
    other = app.test_client()
    make.sign_in(other, "khac")
    first, second = reader.client.get(LESSON), other.get(LESSON + "?x=1")
    assert first.data == second.data
    assert b"csrf" not in first.data and "Ánh Tuyết" not in first.text
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_lesson_read_before_is_not_sent_again(reader: Reader, course: Course) -> None:
    first = reader.client.get(LESSON, headers={"Accept-Encoding": "br"})
    again = reader.client.get(
        LESSON, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    )
    plain = reader.client.get(LESSON, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert plain.status_code == 200 and plain.headers["ETag"] != first.headers["ETag"]
    assert "Cookie" in first.headers["Vary"] and "Accept-Encoding" in first.headers["Vary"]


def test_a_new_release_is_read_at_once(
    reader: Reader, course: Course, publish: Callable[..., Course]
) -> None:
    assert "Nội dung bai-1" in reader.client.get(LESSON).text
    publish(make.course(make.lesson("bai-1", html="<p>Đã sửa</p>")))
    assert "Đã sửa" in reader.client.get(LESSON).text


def test_a_lesson_ends_in_a_plain_link_to_its_quiz(reader: Reader, course: Course) -> None:
    page = reader.open(LESSON)
    assert [a.get("href") for a in page.findall(".//main//a")][-1] == f"{LESSON}/quiz"


def test_a_lesson_without_questions_is_read_by_a_button(reader: Reader, course: Course) -> None:
    reader.open("/courses/finance/sample/bai-2/quiz")
    reader.press()
    assert "Đã ghi nhận" in reader.text
    reader.open("/courses/finance/sample")
    assert "đã xong" in reader.text


def test_media_of_a_release_is_served_and_its_text_never(
    reader: Reader, course: Course, session: Session
) -> None:
    release = session.get_one(CourseRow, course.id).live_release_id
    for path, data in (("images/luong.svg", b"<svg/>"), ("10-bai-1.md", b"- (x) key")):
        digest = sha256(data).hexdigest()
        session.add(Blob(sha256=digest, data=data))
        session.flush()
        session.add(ReleaseFile(release_id=release, path=path, sha256=digest))
    session.commit()
    picture = reader.client.get(f"/media/{sha256(b'<svg/>').hexdigest()}/luong.svg")
    assert picture.data == b"<svg/>"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "immutable" in picture.headers["Cache-Control"]
    markdown = sha256(b"- (x) key").hexdigest()
    for name in ("10-bai-1.md", "luong.svg", "x.png"):
        assert reader.client.get(f"/media/{markdown}/{name}").status_code == 404


def test_what_is_mine_shows_who_i_am(reader: Reader, course: Course) -> None:
    reader.open("/me")
    assert all(words in reader.text for words in ("Nguyễn Thị Ánh Tuyết", "GL-01", "Phường Quy Nhơn"))


def test_a_very_long_name_breaks_nothing(reader: Reader, publish: Callable[..., Course]) -> None:
    publish(make.course(title="<b>" + "Ẩ" * 300, summary='"><script>alert(1)</script>'))
    for address in ("/", "/courses", "/courses/finance/sample", LESSON):
        page = reader.open(address)
        assert [script.text for script in page.findall(".//script")] == [LOOK]
        assert page.find(".//h1/b") is None


def test_the_styleguide_is_for_the_demo_only(settings: Any, clock: Any, database: Any) -> None:
    from dataclasses import replace

    from learning.app import create_app

    app = create_app(replace(settings, mode="production"), clock=clock, database=database)
    assert app.test_client().get("/styleguide").status_code == 404


def test_a_learner_who_sits_at_no_desk_is_led_to_what_was_told(
    reader: Reader, session: Session, person: Person, now: datetime
) -> None:
    assert not [page for page in ("/", "/me") if reader.open(page).findall(".//header//a[@href='/notices']")]
    notices.tell(session, now, [person.id], "certificate.revoked", "0" * 26)
    session.commit()
    for page in ("/", "/me"):
        (link,) = reader.open(page).findall(".//header//a[@href='/notices']")
        assert "".join(link.itertext()).split() == ["Thông", "báo", "1"]
    assert reader.open("/me").findall(".//main//a[@href='/notices']")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 12),
        ("/courses", 7),
        ("/fields/finance", 7),
        ("/courses/finance/sample", 8),
        (LESSON, 2),
        ("/me", 7),
    ],
)
def test_query_counts_do_not_grow_with_courses(
    reader: Reader, publish: Callable[..., Course], queries: Any, address: str, most: int
) -> None:
    publish()
    reader.open(address)
    with queries() as few:
        reader.open(address)
    for number in range(5):
        publish(make.course(slug=f"khoa-{number}"))
    reader.open(address)
    with queries() as many:
        reader.open(address)
    assert len(few) == len(many) <= most, many


def test_minutes_are_written_the_vietnamese_way(reader: Reader, publish: Callable[..., Course]) -> None:
    publish(make.course(make.lesson("bai-1", minutes=Decimal("2.5"))))
    reader.open(LESSON)
    assert "2,5 phút" in reader.text


@pytest.mark.parametrize("asked", (False, True))
def test_a_lesson_rewritten_since_it_was_done_says_so_on_the_way(
    reader: Reader, course: Course, session: Session, now: datetime, asked: bool
) -> None:
    text = "<p>Một nội dung khác hẳn, viết lại từ đầu</p>"
    reader.open("/courses/finance/sample/bai-2/quiz")
    reader.press()
    assert "đã cập nhật" not in reader.text
    changed = make.course(make.lesson("bai-1"), make.lesson("bai-2", html=text), read_again=asked)
    make.publish(session, changed, now=now + timedelta(seconds=1))
    session.commit()
    words = "cần đọc lại" if asked else "đã xong"
    reader.open("/courses/finance/sample")
    assert f"{words} đã cập nhật ngày " in reader.text
    assert "1/2 bài" in reader.text


def test_a_timed_exam_says_before_it_begins_that_it_needs_the_network(
    reader: Reader, session: Session, course: Course
) -> None:
    door = "/courses/finance/sample/exam/quiz"
    says = "Cần có mạng từ lúc bắt đầu đến lúc nộp"
    reader.open(door)
    assert says not in reader.reply.text
    make.publish(session, make.course(exam=make.exam(time_limit=Decimal(20))))
    session.commit()
    reader.open(door)
    assert says in reader.reply.text

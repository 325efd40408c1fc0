"""Sitting a quiz without JavaScript: question by question, looked over, handed in, looked back on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.clock import FixedClock
from learning.content.model import Choice, Course, Node, Page, Scenario
from learning.quizzes.models import AnswerEvent, Attempt
from learning.web.context import App
from tests import make
from tests.quizzes import every_kind
from tests.study.conftest import Reader

QUIZ = "/courses/finance/sample/bai-1/quiz"


def option(reader: Reader, words: str) -> str:
    """The value of the option that says `words`."""
    for label in reader.page.iter("label"):
        inputs = list(label.iter("input"))
        if inputs and words in "".join(label.itertext()):
            return str(inputs[0].get("value"))
    raise AssertionError(f"no option {words!r} in {reader.text}")


@pytest.fixture
def begun(reader: Reader, course: Course) -> Reader:
    reader.open(QUIZ)
    reader.press()
    return reader


@pytest.fixture
def every(reader: Reader, publish: Callable[..., Course]) -> Reader:
    """At the first question of a quiz that holds one of every kind."""
    kinds = (
        every_kind.single,
        every_kind.multiple,
        every_kind.true_false,
        every_kind.text,
        every_kind.number,
        every_kind.match,
        every_kind.order,
        every_kind.gaps,
    )
    publish(make.course(make.lesson("bai-1", *kinds), make.lesson("bai-2")))
    reader.open(QUIZ)
    reader.press()
    return reader


def test_a_question_is_the_heading_of_its_own_group(begun: Reader) -> None:
    page = begun.page
    assert begun.path.startswith("/attempts/")
    assert "".join(page.find(".//fieldset/legend/h1").itertext()) == "Hỏi cau-1?"
    assert "Câu 1/1" in begun.text
    assert begun.reply.headers["Cache-Control"] == "private, no-store"


def test_passing_leads_to_the_next_lesson(begun: Reader) -> None:
    begun.press({"answer": option(begun, "Phương án 1")})
    assert "Xem lại trước khi nộp" in begun.text and "đã trả lời" in begun.text
    page = begun.press()
    assert begun.page.find(".//h1").text == "Đạt"
    assert "Phản hồi 1 của cau-1" in begun.text and "Giải thích cau-1" in begun.text
    first = page.find(".//main//div[@class='actions']/a")
    assert first.get("href") == "/courses/finance/sample/bai-2"


def test_failing_leads_back_to_the_lesson_and_offers_another_go(begun: Reader) -> None:
    begun.press({"answer": option(begun, "Phương án 2")})
    page = begun.press()
    assert page.find(".//h1").text == "Chưa đạt"
    assert "Đáp án đúng" in begun.text
    links = [a.get("href") for a in page.findall(".//main//div[@class='actions']/a")]
    assert links == ["/courses/finance/sample/bai-1", QUIZ]


def test_what_is_left_open_is_said_before_handing_in(begun: Reader) -> None:
    begun.press()
    assert "Còn 1 câu chưa trả lời." in begun.text
    begun.press()
    assert "Chưa trả lời" in begun.text


def test_the_last_deed_brings_the_certificate(reader: Reader, course: Course) -> None:
    reader.open(QUIZ)
    reader.press()
    reader.press({"answer": option(reader, "Phương án 1")})
    reader.press()
    reader.open("/courses/finance/sample/bai-2/quiz")
    reader.press()
    reader.open("/courses/finance/sample/exam")
    reader.press()
    for _ in range(2):
        reader.press({"answer": option(reader, "Phương án 1")})
    page = reader.press()
    assert "Giấy xác nhận đã được cấp." in reader.text
    serial = page.find(".//main//div[@class='actions']/a").get("href")
    assert serial.startswith("/certificates/")
    for address in ("/", "/me", "/courses/finance/sample"):
        assert reader.open(address).find(f".//main//a[@href='{serial}']") is not None, address


def test_what_an_exam_says_before_its_questions_stands_at_its_door(
    reader: Reader, publish: Callable[..., Course]
) -> None:
    exam = msgspec.structs.replace(make.exam(), html="<p>Được mở tài liệu.</p>")
    publish(make.course(exam=exam))
    assert (
        "Được mở tài liệu."
        in reader.open("/courses/finance/sample/exam").find(".//main//div[@class='prose']/p").text
    )


def test_another_persons_attempt_is_not_there(begun: Reader, app: App, session: Session) -> None:
    make.person(session, "khac", password=make.PASSWORD)
    session.commit()
    other = Reader(app.test_client())
    make.sign_in(other.client, "khac")
    other.open(begun.path)
    assert other.reply.status_code == 404
    other.open("/courses")
    token = other.client.get(QUIZ)
    other.reply = token
    hidden = other.page.find(".//input[@name='csrf_token']").get("value")
    for address in (begun.path, begun.path + "/submission"):
        assert other.client.post(address, data={"csrf_token": hidden}).status_code == 404


def test_starting_twice_is_one_attempt(begun: Reader, session: Session) -> None:
    first = begun.path
    begun.open(QUIZ)
    assert "Tiếp tục làm bài" in begun.text
    begun.press()
    assert begun.path == first
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_handing_in_twice_shows_the_same_result(begun: Reader) -> None:
    begun.press({"answer": option(begun, "Phương án 1")})
    form = begun.page.findall(".//main//form[@method='post']")[-1]
    fields = {i.get("name"): i.get("value") for i in form.iter("input")}
    for _ in range(2):
        begun.reply = begun.client.post(form.get("action"), data=fields, follow_redirects=True)
        assert begun.page.find(".//h1").text == "Đạt"


def test_a_page_from_another_tab_is_refused_and_its_answer_kept(begun: Reader, session: Session) -> None:
    hidden = {i.get("name"): i.get("value") for i in begun.page.iter("input") if i.get("type") == "hidden"}
    chosen, other = option(begun, "Phương án 1"), option(begun, "Phương án 2")
    begun.press({"answer": chosen})
    path = begun.path
    begun.reply = begun.client.post(path, data={**hidden, "answer": other})
    assert begun.reply.status_code == 409
    assert "Phương án 1 của cau-1" in begun.text and "Phương án 2 của cau-1" in begun.text
    kept = session.scalars(select(AnswerEvent.answer).where(AnswerEvent.status == "stale")).all()
    assert kept == [other]


def test_every_kind_can_be_answered_changed_and_looked_back_on(every: Reader) -> None:
    """Goes through every kind twice, and finds what it gave."""
    given: list[dict[str, Any]] = []
    for place in range(1, 9):
        page = every.open(f"{every.path}?q={place}")
        assert every.reply.status_code == 200
        fields: dict[str, Any] = {}
        for n, select_ in enumerate(page.findall(".//fieldset//select")):
            values = [o.get("value") for o in select_.iter("option") if o.get("value")]
            fields[select_.get("name")] = values[n % len(values)]
        for box in page.findall(".//fieldset//input"):
            if box.get("type") in ("radio", "checkbox"):
                fields.setdefault(box.get("name"), box.get("value"))
            else:
                fields[box.get("name")] = "20" if box.get("inputmode") else "ba mươi"
        given.append(fields)
        every.press(fields)
        assert every.reply.status_code == 200, every.text
    for place, fields in enumerate(given, 1):
        page = every.open(f"{every.path}?q={place}")
        held: dict[str, Any] = {}
        for select_ in page.findall(".//fieldset//select"):
            chosen = [o.get("value") for o in select_.iter("option") if "selected" in o.attrib]
            held[select_.get("name")] = chosen[0]
        for box in page.findall(".//fieldset//input"):
            if box.get("type") not in ("radio", "checkbox") or "checked" in box.attrib:
                held[box.get("name")] = box.get("value")
        assert held == fields
    every.open(f"{every.path}?q=all")
    assert "chưa trả lời" not in every.text
    every.press()
    if every.page.find(".//h1").text == "Xem lại trước khi nộp":  # something was asked again
        every.press()
    assert every.page.find(".//h1").text in ("Đạt", "Chưa đạt")
    assert len(every.page.findall(".//li[@class='review']")) == 8


def test_no_key_feedback_or_explanation_before_handing_in(every: Reader) -> None:
    for place in [*range(1, 9), "all"]:
        every.open(f"{every.path}?q={place}")
        assert "CANARY" not in every.reply.text and "Phản hồi" not in every.reply.text


def test_places_taken_twice_are_asked_again_with_what_was_chosen(every: Reader) -> None:
    page = every.open(f"{every.path}?q=7")
    names = [select_.get("name") for select_ in page.findall(".//fieldset//select")]
    every.press(dict.fromkeys(names, "1"))
    assert every.reply.status_code == 422
    assert every.page.find(".//title").text.startswith("Lỗi:")
    chosen = [o.get("value") for o in every.page.iter("option") if "selected" in o.attrib]
    assert chosen == ["1"] * len(names)


def test_an_answer_without_marks_is_asked_again_and_kept(
    reader: Reader, publish: Callable[..., Course], session: Session
) -> None:
    publish(make.course(make.lesson("bai-1", every_kind.text), make.lesson("bai-2")))
    reader.open(QUIZ)
    reader.press()
    reader.press({"answer": "hoa don"})
    page = reader.press()
    assert reader.reply.status_code == 422
    assert "Gần đúng, hãy nhập lại có dấu." in reader.text
    assert page.find(".//input[@id='typed']").get("value") == "hoa don"
    assert page.find(".//*[@id='errors']//a").get("href") == "#answer"
    reader.press({"answer": "hóa đơn"})
    reader.press()
    assert reader.page.find(".//h1").text == "Đạt"


def test_time_that_is_up_closes_the_attempt_on_what_was_saved(
    reader: Reader, publish: Callable[..., Course], clock: FixedClock
) -> None:
    publish(make.course(exam=make.exam(time_limit=15)))
    reader.open("/courses/finance/sample/exam")
    assert "15 phút" in reader.text
    reader.press()
    assert "Còn 15 phút" in reader.text
    reader.press({"answer": option(reader, "Phương án 1")})
    late = option(reader, "Phương án 1")
    hidden = {i.get("name"): i.get("value") for i in reader.page.iter("input") if i.get("type") == "hidden"}
    path = reader.path
    clock.move(timedelta(minutes=16))
    reader.open(path)
    assert "Đã hết giờ làm bài" in reader.text
    reader.reply = reader.client.post(path, data={**hidden, "answer": late}, follow_redirects=True)
    assert reader.page.find(".//h1").text == "Đạt"
    assert "Đúng 1/2 câu" in reader.text and "giữ lại" in reader.text


def test_a_used_up_quiz_says_so(reader: Reader, publish: Callable[..., Course]) -> None:
    publish(make.course(exam=make.exam(attempts=1)))
    reader.open("/courses/finance/sample/exam")
    reader.press()
    reader.open(reader.path + "?q=all")
    reader.press()
    page = reader.open("/courses/finance/sample/exam")
    assert "Đã hết số lần làm bài." in reader.text
    assert page.find(".//main//form") is None


def test_a_scenario_is_walked_node_by_node(reader: Reader, publish: Callable[..., Course]) -> None:
    scenario = Scenario(
        nodes=(
            Node(
                id="n-1",
                title="Đầu",
                html="<p>Làm gì?</p>",
                choices=(
                    Choice(key="1", html="Nghe", target="n-2", feedback="CANARY"),
                    Choice(key="2", html="Đuổi", target="n-3"),
                ),
            ),
            Node(id="n-2", title="Kết", html="<p>Tốt đẹp</p>", ending="passed"),
            Node(id="n-3", title="Hỏng", html="<p>Hỏng việc</p>", ending="failed"),
        )
    )
    case = Page(slug="ca", id="ca-1", title="Ca khó", kind="scenario", scenario=scenario)
    publish(make.course(make.lesson("bai-1"), case))
    reader.open("/courses/finance/sample/ca/quiz")
    reader.press()
    assert "Làm gì?" in reader.text and "CANARY" not in reader.reply.text
    reader.press({"answer": option(reader, "Nghe")})
    assert "Tốt đẹp" in reader.text
    reader.press()
    assert reader.page.find(".//h1").text == "Đạt"
    assert "CANARY" in reader.text


def test_a_post_without_token_says_that_nothing_is_lost(begun: Reader) -> None:
    reply = begun.client.post(begun.path, data={"answer": "x"})
    assert reply.status_code == 400
    assert "vẫn còn nguyên" in reply.text


def test_an_expired_session_keeps_what_was_answered(
    begun: Reader, clock: FixedClock, person: Person, client: FlaskClient
) -> None:
    begun.press({"answer": option(begun, "Phương án 1")})
    path = begun.path
    clock.move(timedelta(days=20))
    assert begun.client.get(path).headers["Location"].startswith("/?next=")
    make.sign_in(client, person.username)
    begun.open(path + "?q=all")
    assert "đã trả lời" in begun.text


@pytest.mark.parametrize("query", ["?q=0", "?q=99", "?q=-1", "?q=²", "?q=<x>", "?q=1&again=nothing"])
def test_odd_addresses_show_a_question(begun: Reader, query: str) -> None:
    begun.open(begun.path + query)
    assert begun.reply.status_code == 200 and "Câu 1/1" in begun.text


def test_query_counts_of_an_attempt(begun: Reader, queries: Any) -> None:
    path = begun.path
    begun.open(path)
    for address, most in ((f"{path}?q=1", 3), (f"{path}?q=all", 3)):
        with queries() as made:
            begun.open(address)
        assert len(made) <= most, made
    begun.press({})
    with queries() as made:
        begun.open(path)
    assert len(made) <= 11, made

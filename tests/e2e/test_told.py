"""What the phone tells is true: how long it took, what is begun, what was not sent, what is to be looked at again."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from learning.progress import recount
from learning.progress.models import Enrolment
from learning.quizzes.models import AskedAgain, Attempt
from tests import make
from tests.e2e.conftest import Place
from tests.e2e.looking import until
from tests.e2e.phone import mine, ready, save, waiting
from tests.quizzes import every_kind

pytestmark = pytest.mark.browser

COURSE = "/courses/finance/told"
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
# A clock that this test moves on: what a page measures by is its own.
LATER = """const real = performance.now.bind(performance);
performance.now = () => real() + Number(sessionStorage.later ?? 0);"""
ALERTED = """() => new MutationObserver(() => {
  if (document.querySelector("[role=alert]")) sessionStorage.alerted = "yes";
}).observe(document, { childList: true, subtree: true })"""
PLACE = "(one) => one.getBoundingClientRect().top + scrollY"
MODULE = """const module = (name) => import(
  performance.getEntriesByType("resource").map((one) => one.name).find((one) => one.includes(`/${name}.`)));"""


@pytest.fixture(scope="module")
def course(place: Place) -> str:
    made = make.course(
        make.lesson("bai-1", every_kind.text, make.single("cau-1")),
        make.lesson("bai-2", html="<p>Chỉ cần đọc</p>"),
        make.lesson("bai-3", make.single("cau-3")),
        slug="told",
        title="Nói đúng sự thật",
        exam=None,
    )
    with place.database.writing() as session:
        make.publish(session, made)
        session.commit()
    return COURSE


@pytest.fixture(scope="module")
def learners(place: Place) -> Iterator[str]:
    return iter(place.learning("demo", "learners", "20").split())


@pytest.fixture
def without_server(place: Place) -> Iterator[Place]:
    yield place
    place.stop()
    place.start()


def taken_along(page: Page, place: Place, course: str, learner: str, quiz: str = "id-bai-1") -> Attempt:
    """The attempt at a quiz that saving the course has prepared."""
    save(page, course)
    return mine(place, learner, quiz)


def test_a_course_taken_along_stands_nowhere_as_begun_until_something_was_done(
    place: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    learner = next(learners)
    page = visit(learner)
    save(page, course)
    page.goto(course)
    expect(page.locator("main")).not_to_contain_text("đang học")
    page.goto("/me")
    expect(page.locator("main")).not_to_contain_text("đang làm")
    page.goto("/")
    expect(page.get_by_role("link", name="Làm tiếp")).to_have_count(0)
    page.goto(f"{course}/bai-3/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*")
    assert mine(place, learner, "id-bai-3").opened and not mine(place, learner).opened
    page.goto("/me")
    expect(page.locator("main")).to_contain_text("đang làm")


def test_the_minutes_are_those_that_the_questions_were_in_sight(
    without_server: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    place, learner = without_server, next(learners)
    page = visit(learner)
    page.add_init_script(LATER)
    attempt = taken_along(page, place, course, learner, "id-bai-3")
    with place.database.writing() as session:  # it was taken along the day before
        before = attempt.started_at - timedelta(days=1)
        session.execute(
            update(Attempt)
            .where(Attempt.person_id == attempt.person_id)
            .values(started_at=before, prepared_at=before)
        )
        session.commit()
    place.stop()
    page.goto(f"/offline#attempt/{attempt.id}/1")
    page.locator("input[name=answer]").first.check()
    expect(page.locator("[data-saved]")).to_have_text("Đã lưu trên máy")
    page.evaluate("sessionStorage.later = 240_000")  # four minutes over the question,
    page.goto("/offline#list")
    expect(page.get_by_role("heading", level=1)).to_have_text("Học ngoại tuyến")
    page.evaluate("sessionStorage.later = 9_000_000")  # a long time elsewhere,
    page.goto(f"/offline#attempt/{attempt.id}/all")
    button = page.get_by_role("button", name="Nộp khi có mạng")
    expect(button).to_be_visible()
    page.evaluate("sessionStorage.later = 9_060_000")  # and one minute before handing in
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp trên máy này")
    place.start()
    page.goto("/offline")
    until(page, lambda: not waiting(page))
    attempt = mine(place, learner, "id-bai-3")
    # What the test itself took on the way is in it, too; the hours elsewhere and since the day before are not.
    assert attempt.seconds is not None and 300 <= attempt.seconds < 1800
    with place.database.reading() as session:
        enrolment = session.get_one(Enrolment, (attempt.person_id, "finance/told"))
        assert enrolment.seconds == attempt.seconds
        assert not [one for one in recount.check(session) if f"person {attempt.person_id} " in one.subject]


def test_a_form_without_a_network_keeps_what_was_typed_and_says_so(
    without_server: Place, course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    place = without_server
    page = visit(next(learners))
    page.goto("/me/password")
    ready(page)
    until(page, lambda: bool(page.evaluate("navigator.serviceWorker.controller !== null")))
    typed = {
        "Mật khẩu hiện tại": "camtay-demo",
        "Mật khẩu mới": "cà phê phố núi",
        "Nhập lại mật khẩu mới": "cà phê phố núi",
    }
    for label, words in typed.items():
        page.get_by_label(label, exact=True).fill(words)
    button = page.locator("main form button").first
    place.stop()
    for _press in range(2):
        button.click()
        expect(page.get_by_role("alert")).to_have_count(1)
        expect(page.get_by_role("alert")).to_contain_text("Chưa gửi được: không có mạng.")
        for label, words in typed.items():
            expect(page.get_by_label(label, exact=True)).to_have_value(words)
    look(page, "form-not-sent")
    place.start()
    button.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Đã đổi mật khẩu")


def test_that_a_lesson_was_read_is_said_once_more_when_there_is_a_network(
    without_server: Place, course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    place = without_server
    page = visit(next(learners))
    page.goto(f"{course}/bai-2/quiz")
    ready(page)
    button = page.get_by_role("button", name="Đã đọc xong")
    place.stop()
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi được: không có mạng.")
    look(page, "reading-not-sent")
    place.start()
    button.click()
    page.goto(course)
    expect(page.locator(".path-done")).to_contain_text("Bài bai-2")


def test_a_slow_network_is_waited_for_and_nothing_is_said(
    place: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto(f"{course}/bai-2/quiz")
    ready(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.evaluate(ALERTED)
    place.pause()
    try:
        page.get_by_role("button", name="Đã đọc xong").click(no_wait_after=True)
        until(page, lambda: any(one.startswith("POST ") for one in asked))
    finally:
        place.go_on()
    page.wait_for_url(lambda address: not address.endswith("/quiz"))
    assert len([one for one in asked if one.startswith("POST ") and one.endswith("/bai-2/quiz")]) == 1
    assert page.evaluate("sessionStorage.getItem('alerted')") is None
    page.goto(course)
    expect(page.locator(".path-done")).to_contain_text("Bài bai-2")


def answered_away(page: Page, attempt: Attempt, words: str) -> None:
    """Handed in on the offline page, with these words for the question that asks for words."""
    asked = [item["question"] for item in attempt.paper].index(every_kind.text.id) + 1
    page.goto(f"/offline#attempt/{attempt.id}/{asked}")
    page.locator("#typed").fill(words)
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Đã lưu trên máy|Đã gửi"))
    page.goto(f"/offline#attempt/{attempt.id}/all")
    page.get_by_role("button", name="Nộp khi có mạng").click()


def test_what_is_asked_again_is_said_by_the_quiz_itself_and_leads_to_the_question(
    place: Place, course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    learner = next(learners)
    page = visit(learner)
    attempt = taken_along(page, place, course, learner)
    asked = [item["question"] for item in attempt.paper].index(every_kind.text.id) + 1
    answered_away(page, attempt, "hoa don")
    expect(page.get_by_role("heading", level=1)).to_have_text("Có câu cần xem lại")
    with place.database.reading() as session:
        assert session.scalar(select(AskedAgain.question).where(AskedAgain.attempt_id == attempt.id))
    # Online, at the attempt's own address.
    page.goto(f"/attempts/{attempt.id}")
    summary = page.locator("#errors")
    expect(summary).to_contain_text(f"Câu {asked}: Gần đúng, hãy nhập lại có dấu.")
    look(page, "asked-online")
    summary.get_by_role("link").click()
    expect(page.locator("#answer-error")).to_have_text("Gần đúng, hãy nhập lại có dấu.")
    # On the phone.
    page.goto(f"/offline#attempt/{attempt.id}/done")
    page.get_by_role("link", name="Xem lại các câu").click()
    expect(page.locator("[data-heed]")).to_have_text(f"Cần xem lại câu {asked} rồi nộp lại.")
    look(page, "asked-offline-all")
    page.get_by_role("link", name=f"Câu {asked}").click()
    expect(page.locator("[data-heed]")).to_contain_text("Hệ thống chưa đọc rõ câu trả lời này.")
    look(page, "asked-offline-question")
    button = page.locator("form.question button[type=submit]")
    where = button.evaluate(PLACE)
    page.locator("#typed").fill("hóa đơn")
    expect(page.locator("[data-heed]")).to_be_hidden()
    assert button.evaluate(PLACE) == where, "a press that is under way meets what it was meant for"
    button.click()
    expect(page.locator("#typed")).to_have_count(0)  # it has gone on by itself
    page.goto(f"/offline#attempt/{attempt.id}/all")
    expect(page.get_by_role("button", name="Nộp khi có mạng")).to_be_visible()
    expect(page.locator("[data-heed]")).to_be_hidden()
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi")
    assert mine(place, learner).state == "submitted"


REFUSED = (
    MODULE
    + """
  return (async () => {
    const box = await module("outbox");
    await box.add({ kind: "answer", attempt, question, answer: "không có trong đề" });
    await box.flush();
  })();"""
)


def test_what_was_refused_is_said_where_it_can_be_answered_again(
    place: Place, course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    learner = next(learners)
    page = visit(learner)
    attempt = taken_along(page, place, course, learner, "id-bai-3")
    page.goto("/offline")
    page.evaluate(f"([attempt, question]) => {{ {REFUSED} }}", [attempt.id, "cau-3"])
    page.goto(f"/offline#attempt/{attempt.id}/all")
    expect(page.locator("[data-heed]")).to_have_text("Cần xem lại câu 1 rồi nộp lại.")
    page.goto(f"/attempts/{attempt.id}?q=all")
    expect(page.locator("#stay")).to_contain_text("Có câu trả lời gửi từ máy này mà máy chủ chưa nhận được.")
    look(page, "refused-overview")
    page.goto(f"/attempts/{attempt.id}?q=1")
    note = page.locator(".note-gold")
    expect(note).to_contain_text("Hệ thống chưa đọc rõ câu trả lời này.")
    look(page, "refused-question")
    page.locator("input[name=answer]").first.check()
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    expect(note).to_be_hidden()
    page.reload()
    expect(page.locator("input[name=answer]").first).to_be_checked()
    page.goto(f"/attempts/{attempt.id}?q=all")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#stay")).to_be_empty()

"""What goes wrong on the way, and who else is on it."""

import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from learning.quizzes.models import AnswerEvent, Attempt, Submission
from tests.e2e.answering import attempt_id, give, give_all, key
from tests.e2e.conftest import Place, sign_in
from tests.e2e.looking import until, until_true

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

COURSE = "/courses/finance/commune-budget"
QUIZ = f"{COURSE}/who-decides/quiz"


def test_a_server_that_stops_between_page_and_save_loses_nothing_and_doubles_nothing(
    place: Place, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto(QUIZ)
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**?q=1")
    attempt = attempt_id(page)
    right = key(place.database, attempt)
    first = page.locator("form.question").get_attribute("data-question") or ""
    page.locator(".ask-title").click()  # the first touch fetches what is needed without a network
    until_true(page, "localStorage.vault")
    try:
        place.stop(signal.SIGKILL)
        give(page, right[first])
        expect(page.locator("#saved")).to_have_text("Đã lưu trên máy")
    finally:
        place.start()
    expect(page.locator("#saved")).to_contain_text("Đã gửi", timeout=40_000)
    give_all(page, place.database)
    try:
        place.stop(signal.SIGKILL)
        page.get_by_role("button", name="Nộp bài").click(no_wait_after=True)
        expect(page.get_by_text("Đã lưu trên máy. Bài được nộp khi có mạng")).to_be_visible()
    finally:
        place.start()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt", timeout=40_000)
    with place.database.reading() as session:
        saved = session.scalars(
            select(AnswerEvent).where(AnswerEvent.attempt_id == attempt, AnswerEvent.question == first)
        ).all()
        assert {event.status for event in saved} == {"saved"}
        assert len({event.client_id for event in saved}) == len(saved)
        handed_in = select(func.count()).select_from(Submission).where(Submission.attempt_id == attempt)
        assert session.scalar(handed_in) == 1
        person = session.get_one(Attempt, attempt).person_id
        taken = select(func.count()).select_from(Attempt).where(Attempt.person_id == person)
        assert session.scalar(taken) == 1


def test_what_is_answered_before_the_script_has_come_is_saved_when_it_comes(
    place: Place, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit()
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # it would fetch behind the page's back
    sign_in(page, next(learners))
    page.goto(QUIZ)
    held: list[Route] = []
    page.route("**/attempt*.js", lambda route: held.append(route))
    page.get_by_role("button", name="Bắt đầu").click(no_wait_after=True)
    form = page.locator("form.question")
    attempt, question = (form.get_attribute(f"data-{name}") or "" for name in ("attempt", "question"))
    give(page, key(place.database, attempt)[question])
    until(page, lambda: bool(held))
    held[0].continue_()
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")


def test_a_case_goes_on_at_once_and_comes_to_its_end(
    visit: Visit, look: Look, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto("/courses/it/safe-office/a-strange-call/quiz")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tình huống: Cuộc gọi lạ lúc 11 giờ")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*")
    look(page, "case-step")
    while page.locator("form.question").count():
        before = page.locator("form.question").get_attribute("data-question")
        page.locator(".option").first.click()
        page.get_by_role("button", name="Tiếp tục").click()  # while the choice is still being saved
        page.locator(f'form.question[data-question="{before}"]').wait_for(state="detached")
    look(page, "case-ending")
    page.get_by_role("button", name="Xem kết quả").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt")
    expect(page.get_by_text("đi đến kết quả tốt")).to_be_visible()
    look(page, "case-result")


def test_a_quiz_by_keyboard_alone(place: Place, visit: Visit, learners: Iterator[str]) -> None:
    page = visit(next(learners), width=1280)
    page.goto(QUIZ.removesuffix("/quiz"))
    press(page, "main .actions .button")
    press(page, "main form .button")
    page.wait_for_url("**?q=1")
    right = key(place.database, attempt_id(page))
    while page.locator("form.question").count():
        before = page.url
        question = page.locator("form.question").get_attribute("data-question") or ""
        by_keyboard(page, right[question])
        press(page, "form.question button.button:not(.button-text)")
        page.wait_for_url(lambda address, before=before: address != before)
    press(page, "main form .button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt")


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("dark", 1280)])
def test_in_the_dark(
    visit: Visit, look: Look, learners: Iterator[str], place: Place, scheme: str, width: int
) -> None:
    page = visit(next(learners), color_scheme=scheme, width=width)
    for name, address in {
        "start": "/",
        "courses": "/courses",
        "course": COURSE,
        "lesson": f"{COURSE}/who-decides",
        "mine": "/me",
        "styleguide": "/styleguide",
        "none": "/none",
    }.items():
        page.goto(address)
        look(page, f"dark-{name}")
    page.goto(QUIZ)
    page.get_by_role("button", name="Bắt đầu").click()
    page.locator(".option").first.click()
    look(page, "dark-question")
    page.goto(f"/attempts/{attempt_id(page)}?q=all")
    page.get_by_role("button", name="Nộp bài").click()
    page.locator(".outcome").first.wait_for()
    look(page, "dark-result")


def test_in_english(visit: Visit, look: Look, learners: Iterator[str]) -> None:
    page = visit(next(learners))
    page.get_by_role("link", name="English").click()
    for name, address in {
        "start": "/",
        "course": COURSE,
        "lesson": f"{COURSE}/who-decides",
        "door": QUIZ,
    }.items():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "en"
        expect(page.locator(".tabs")).not_to_contain_text(re.compile("[ăâđêôơư]", re.I))
        expect(page.locator("main .button").first).not_to_contain_text(re.compile("^(Bắt đầu|Học|Trả lời)"))
        look(page, f"english-{name}")


def test_what_goes_wrong_is_said_with_what_to_do(visit: Visit, look: Look, place: Place) -> None:
    page = visit()
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill("hocvien")
    page.get_by_label("Mật khẩu").fill("không phải")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_title(re.compile("^Lỗi: "))
    expect(page.locator(".summary")).to_be_focused()
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("hocvien")
    look(page, "wrong-password")
    page.context.clear_cookies()  # as after a night: the form no longer belongs to a session
    page.get_by_label("Mật khẩu").fill("camtay-demo")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này đã mở quá lâu")
    look(page, "expired-page")
    page.goto("/verify/0000000000000000000000000A")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy giấy này")
    look(page, "no-such-certificate")
    sign_in(page, "hocvien2")
    page.goto("/courses/finance/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy trang này")
    look(page, "not-found")


def test_a_lesson_on_paper_holds_the_lesson_only(visit: Visit, learners: Iterator[str]) -> None:
    page = visit(next(learners))
    page.goto(f"{COURSE}/who-decides")
    page.emulate_media(media="print")
    for not_printed in (".tabs", ".foot", ".actions"):
        expect(page.locator(not_printed).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".prose")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def press(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def reach(page: Page, selector: str, limit: int = 60) -> None:
    """Goes on with Tab until the element has the focus."""
    wanted = page.locator(selector).first
    wanted.wait_for()
    for _ in range(limit):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def by_keyboard(page: Page, answer: Any) -> None:
    match page.locator("form.question").get_attribute("data-kind"):
        case "single":
            reach(page, 'form.question [type="radio"]')
            page.keyboard.press("Space")
            while not page.locator(f'[value="{answer}"]').is_checked():
                page.keyboard.press("ArrowDown")
        case "match":
            for part, value in answer.items():
                select = page.locator(f'[name="answer.{part}"]')
                # Each is reached from the top: the order of pairs is not the order of the page.
                page.locator("#main").focus()
                reach(page, f'[name="answer.{part}"]')
                while select.input_value() != value:
                    page.keyboard.press("ArrowDown")
        case kind:
            raise AssertionError(f"no way by keyboard for {kind}")


def test_a_press_waits_for_the_save_under_way(place: Place, visit: Visit, learners: Iterator[str]) -> None:
    """Tick, tick, press, on a slow line: the page is not taken for one of another tab."""
    page = visit()
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # it would fetch behind the page's back
    sign_in(page, next(learners))
    page.goto(f"{COURSE}/conditions/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.goto(f"/attempts/{attempt_id(page)}?q=2")
    held: list[Route] = []
    page.route("**/api/v1/attempts/**", lambda route: route.continue_() if held else held.append(route))
    page.locator(".option").nth(0).click()
    page.locator(".option").nth(1).click()
    until_true(page, "document.querySelectorAll('.option :checked').length === 2")
    until(page, lambda: bool(held))
    page.get_by_role("button", name="Lưu và tiếp tục").click(no_wait_after=True)
    assert page.url.endswith("?q=2")
    held[0].continue_()
    page.wait_for_url("**?q=3")
    page.go_back()
    expect(page.locator(".option :checked")).to_have_count(2)

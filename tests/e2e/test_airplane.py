"""Quizzes without a network: the server's process is stopped, the browser is closed, and nothing is lost or doubled."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from learning.quizzes.models import AnswerEvent, Attempt, Submission
from learning.sync.models import SyncedEvent
from tests import make
from tests.e2e.conftest import Place, sign_in
from tests.e2e.looking import until
from tests.e2e.phone import mine, save, switch_on, waiting

pytestmark = pytest.mark.browser

RUNS = int(os.environ.get("AIRPLANE_RUNS", "5"))
QUESTIONS = 20
COURSE = "/courses/finance/airplane"
QUIZ = f"{COURSE}/bai-1/quiz"
Reopen = Callable[[], Page]
Look = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def course(place: Place) -> str:
    """A course of one long quiz, something to read, and an exam without a time limit; its address."""
    made = make.course(
        make.lesson("bai-1", *(make.single(f"cau-{n}") for n in range(QUESTIONS))),
        make.lesson("bai-2", html="<p>Nội dung bai-2</p>"),
        make.lesson(
            "bai-3", make.single("rieng-1"), quiz=make.quiz(make.single("rieng-1"), show_answers="at-once")
        ),
        slug="airplane",
        title="Học trên đường",
        exam=make.exam(make.single("thi-1"), make.single("thi-2")),
    )
    with place.database.writing() as session:
        make.publish(session, made)
        session.commit()
    return COURSE


@pytest.fixture(scope="module")
def travellers(place: Place) -> Iterator[str]:
    return iter(place.learning("demo", "learners", str(RUNS + 10)).split())


@pytest.fixture
def phone(browser: Browser, place: Place, tmp_path: Path) -> Iterator[Reopen]:
    """A browser on a disk of its own: called again, it was closed and is opened anew."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def reopen() -> Page:
        for context in opened:
            context.close()
        opened[:] = [switch_on(browser, place, tmp_path / "phone")]
        page = opened[0].pages[0]
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield reopen
    for context in opened:
        context.close()
    assert not complaints


@pytest.fixture
def without_server(place: Place) -> Iterator[Place]:
    """The place, whose server runs again afterwards, whatever happened."""
    yield place
    place.stop()
    place.start()


# Whether the phone's own copy of an attempt has heard of what the server was told.
KNOWN = """async (attempt) => {
  const packs = performance.getEntriesByType("resource").map((one) => one.name).find((name) => name.includes("/packs."));
  const all = packs ? await (await import(packs)).all() : [];
  return all.some((one) => one.attempt === attempt && Object.keys(one.answers).length > 0);
}"""


def answer(page: Page, number: int, total: int = QUESTIONS) -> None:
    expect(page.locator(".status-line")).to_contain_text(f"Câu {number}/{total}")
    page.locator("input[name=answer]").nth(number % 3).check()
    expect(page.locator("[data-saved]")).to_have_text("Đã lưu trên máy")


def on(page: Page) -> None:
    page.locator("form.question button[type=submit]").click()


def with_course(page: Page, learner: str, course: str, *, exam: bool = False) -> Page:
    """The learner's phone, with the course taken along."""
    sign_in(page, learner)
    save(page, course, exam=exam)
    return page


def stored(place: Place, attempt: Attempt) -> list[AnswerEvent]:
    with place.database.reading() as session:
        return list(session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id)))


@pytest.mark.parametrize("run", range(RUNS))
def test_twenty_answers_in_the_air_are_stored_once_each(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen, run: int
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    place.stop(signal.SIGKILL if run % 2 else signal.SIGTERM)
    page.goto(QUIZ)
    half = 3 + run % (QUESTIONS - 4)
    for number in range(1, half + 1):
        answer(page, number)
        on(page)
    expect(page.locator(".status-line")).to_contain_text(f"Câu {half + 1}/{QUESTIONS}")
    page = phone()
    page.goto(QUIZ)
    for number in range(half + 1, QUESTIONS + 1):  # at the very question
        answer(page, number)
        on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi nộp")
    page = phone()
    attempt = mine(place, learner)
    assert not stored(place, attempt)
    place.start()
    page.goto("/offline")
    expect(page.locator("main")).to_contain_text(f"Đã trả lời {QUESTIONS}/{QUESTIONS} câu")
    until(page, lambda: not waiting(page))
    events = stored(place, attempt)
    assert len(events) == QUESTIONS == len({event.question for event in events})
    assert {event.status for event in events} == {"saved"}
    assert len({event.client_id for event in events}) == QUESTIONS


def test_a_quiz_is_handed_in_offline_judged_unofficially_and_graded_when_it_arrives(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen, look: Look
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    right = keys(page, "bai-1")
    place.stop()
    page.goto("/offline")
    expect(page.get_by_role("link", name="Trả lời 20 câu hỏi")).to_be_visible()
    look(page, "offline-list")
    page.goto(f"{course}/bai-1")  # the lesson leads on
    page.get_by_role("link", name=f"Trả lời {QUESTIONS} câu hỏi").click()
    for number in range(1, QUESTIONS + 1):
        expect(page.locator(".status-line")).to_contain_text(f"Câu {number}/{QUESTIONS}")
        if number == 2:
            look(page, "offline-question")
        if number != 7:
            page.locator(f"input[value='{right[f'cau-{number - 1}']}']").check()
            expect(page.locator("[data-saved]")).to_have_text("Đã lưu trên máy")
        on(page)
    expect(page.locator("main")).to_contain_text("Còn 1 câu chưa trả lời")
    look(page, "offline-all")
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp trên máy này")
    expect(page.locator("main")).to_contain_text("Chưa chính thức, theo máy này: đúng 19/20 câu")
    expect(page.locator("main")).to_contain_text("Giải thích cau-3")
    expect(page.locator("main")).not_to_contain_text("Biên nhận")  # nobody has received anything
    look(page, "offline-done")
    place.start()
    page.goto(f"/offline#attempt/{mine(place, learner).id}/done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi")
    expect(page.locator(".outcome")).to_contain_text("Biên nhận")
    page.get_by_role("link", name="Xem kết quả").click()
    page.wait_for_url("**/attempts/*")
    expect(page.locator("main")).to_contain_text("19/20")
    attempt = mine(place, learner)
    with place.database.reading() as session:
        handed_in = select(func.count()).select_from(Submission).where(Submission.attempt_id == attempt.id)
        assert session.scalar(handed_in) == 1
    assert (attempt.state, int(attempt.score or 0)) == ("submitted", 19)


def test_feedback_comes_at_once_where_the_quiz_tells_at_once_and_the_answer_then_stands(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    place = without_server
    page = phone()
    sign_in(page, next(travellers))
    save(page, course)
    right = keys(page, "bai-3")["rieng-1"]
    place.stop()
    page.goto(f"{course}/bai-3/quiz")
    page.locator(f"input[name=answer]:not([value='{right}'])").first.check()
    on(page)
    told = page.locator("[data-told]")
    expect(told).to_contain_text("Chưa đúng (chưa chính thức)")
    expect(told).to_contain_text("Giải thích rieng-1")
    page = phone()
    page.goto(f"{course}/bai-3/quiz")
    expect(page.locator("[data-told]")).to_contain_text("Chưa đúng")
    expect(page.locator("input[name=answer]").first).to_be_disabled()


def test_a_lesson_is_read_offline(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    place.stop()
    page.goto(f"{course}/bai-2")
    page.get_by_role("link", name="Tôi đã đọc xong").click()
    page.get_by_role("button", name="Tôi đã đọc xong").click()
    expect(page.locator("[data-saved]")).to_have_text("Đã lưu trên máy")
    place.start()
    page.reload()
    page.goto("/offline")
    expect(page.locator("main")).to_contain_text("Đã xong")
    page.goto(course)
    expect(page.locator(".path-done")).to_contain_text("Bài bai-2")


def test_what_was_handed_in_on_another_device_meanwhile_stands_and_the_late_answers_are_kept_and_shown(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen, visit: Callable[..., Page]
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    place.stop()
    page.goto(QUIZ)
    answer(page, 1)
    page.goto(f"{QUIZ}#attempt/{mine(place, learner).id}/all")
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp trên máy này")
    page.goto("about:blank")
    place.start()
    other = visit(learner)
    attempt = mine(place, learner)
    other.goto(f"/attempts/{attempt.id}?q=all")
    other.get_by_role("button", name="Nộp bài").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Chưa đạt")
    page.goto(f"/offline#attempt/{attempt.id}/done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bài đến muộn")
    expect(page.locator("main")).to_contain_text("được giữ lại nhưng không tính điểm")
    page.get_by_role("link", name="Xem kết quả").click()
    expect(page.locator("main")).to_contain_text("Có câu trả lời đến muộn")
    assert {event.status for event in stored(place, attempt)} == {"late"}


def test_a_sign_in_that_has_run_out_keeps_the_answers_for_the_next_one_of_the_same_person(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    place.stop()
    page.goto(QUIZ)
    answer(page, 1)
    page.context.clear_cookies(name="session")
    place.start()
    with page.expect_response("**/api/v1/me") as asked:
        page.goto("/offline")
    assert asked.value.status == 401
    expect(page.locator("main")).to_contain_text(f"Đã trả lời 1/{QUESTIONS} câu")
    assert waiting(page) and not stored(place, mine(place, learner))
    sign_in(page, learner)
    until(page, lambda: not waiting(page))
    assert [event.status for event in stored(place, mine(place, learner))] == ["saved"]


def test_an_exam_without_a_time_limit_is_answered_without_keys_and_graded_on_arrival_with_a_receipt(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course, exam=True)
    place.stop()
    page.goto(f"{course}/exam/quiz")
    for number in (1, 2):
        answer(page, number, 2)
        on(page)
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.locator("main")).to_contain_text("Đáp án không lưu trên máy")
    expect(page.locator("main")).not_to_contain_text("Phản hồi")
    place.start()
    attempt = mine(place, learner, "exam")
    page.goto(f"/offline#attempt/{attempt.id}/done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi")
    attempt = mine(place, learner, "exam")
    with place.database.reading() as session:
        [event] = session.scalars(
            select(SyncedEvent).where(SyncedEvent.subject == attempt.id, SyncedEvent.kind == "submission")
        )
    expect(page.locator(".outcome")).to_contain_text(f"Biên nhận {event.client_id[:8]}")
    assert attempt.state == "submitted"


def test_an_open_attempts_own_address_leads_into_the_same_quiz(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    place.stop()
    page.goto(f"/attempts/{mine(place, learner).id}?q=5")
    expect(page.locator(".status-line")).to_contain_text(f"Câu 5/{QUESTIONS}")
    page.goto("/reports")
    expect(page.locator("main")).to_contain_text("Trang này cần có mạng")


def keys(page: Page, lesson: str) -> dict[str, Any]:
    """What the phone was given as right, by question: through the very modules the page has."""
    packs: list[dict[str, Any]] = page.evaluate(
        """async () => {
          const scripts = performance.getEntriesByType("resource").map((one) => one.name);
          const { all } = await import(scripts.find((name) => /\\/packs\\./.test(name)));
          return all();
        }"""
    )
    pack = next(one for one in packs if one["lesson"] == lesson)
    return {question: key["right"] for question, key in pack["keys"].items()}


def test_a_quiz_is_answered_offline_by_keyboard_alone(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen
) -> None:
    page = phone()
    sign_in(page, next(travellers))
    save(page, course)
    without_server.stop()
    page.goto(f"{course}/bai-3/quiz")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for key in ("Tab", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("form.question button[type=submit]")).to_be_focused()
    expect(page.locator("[data-told]")).to_contain_text("(chưa chính thức)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("button", name="Nộp khi có mạng").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp trên máy này")


def test_a_submission_from_the_phone_leaves_alone_what_was_changed_elsewhere(
    without_server: Place, course: str, travellers: Iterator[str], phone: Reopen, visit: Callable[..., Page]
) -> None:
    place, learner = without_server, next(travellers)
    page = with_course(phone(), learner, course)
    attempt = mine(place, learner)
    page.goto(f"/attempts/{attempt.id}?q=1")
    page.locator("input[name=answer]").nth(0).check()
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    until(page, lambda: bool(page.evaluate(KNOWN, attempt.id)))
    page.goto(f"/offline#attempt/{attempt.id}/1")
    expect(page.locator("input[name=answer]").nth(0)).to_be_checked()  # the phone knows it
    other = visit(learner)
    other.goto(f"/attempts/{attempt.id}?q=1")
    other.locator("input[name=answer]").nth(2).check()
    expect(other.locator("#saved")).to_contain_text("Đã lưu lúc")
    page.goto("about:blank")
    place.stop()
    page.goto(f"/offline#attempt/{attempt.id}/2")
    answer(page, 2)
    page.goto(f"/offline#attempt/{attempt.id}/all")
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp trên máy này")
    page.goto("about:blank")
    place.start()
    page.goto(f"/offline#attempt/{attempt.id}/done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi")
    drawn = [name for name, _key in attempt.paper[0]["options"]]
    saved = [
        event.answer for event in stored(place, attempt) if event.question == attempt.paper[0]["question"]
    ]
    assert saved == [drawn[0], drawn[2]]

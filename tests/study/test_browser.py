"""In a real browser: nothing overflows at 320 px, axe finds nothing, answers are saved as they are given."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from learning.accounts.models import Person
from learning.content.model import Course
from learning.database import Database
from learning.quizzes.models import AnswerEvent
from learning.web.context import App
from tests import make
from tests.quizzes import every_kind

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: App) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def signed_in(browser: Browser, address: str, person: Person) -> Iterator[Callable[..., Page]]:
    opened: list[Any] = []

    def sign_in(**look: Any) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640}, **look)
        opened.append(context)
        page = context.new_page()
        page.goto("/")
        page.fill("[name=username]", person.username)
        page.fill("[name=password]", make.PASSWORD)
        page.click("main button")
        page.get_by_role("link", name="Của tôi").wait_for()
        return page

    yield sign_in
    for context in opened:
        context.close()


@pytest.fixture
def quiz(publish: Callable[..., Course]) -> str:
    kinds = (every_kind.single, every_kind.multiple, every_kind.order, every_kind.match, every_kind.gaps)
    publish(make.course(make.lesson("bai-1", *kinds), title="ĐƯỜNG ẨM ƯỚT Ễ Ỗ Ặ Ự " * 4))
    return "/courses/finance/sample/bai-1/quiz"


def begin(page: Page, quiz: str) -> str:
    """Presses the door's button; the address of the attempt, when its page and script are there."""
    page.goto(quiz)
    page.click("main form button")
    page.wait_for_url("**/attempts/*")
    return page.url.split("?")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_hold_at_320_pixels_and_for_every_reader(
    signed_in: Callable[..., Page], quiz: str, scheme: str
) -> None:
    page = signed_in(color_scheme=scheme)
    attempt = begin(page, quiz)
    pages = [
        "/styleguide",
        "/",
        "/courses",
        "/courses/finance/sample",
        quiz.removesuffix("/quiz"),
        quiz,
        "/me",
    ]
    for address in [*pages, *(f"{attempt}?q={n}" for n in range(1, 6)), f"{attempt}?q=all", "/none"]:
        page.goto(address)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
        assert not found, (address, [(v["id"], v["nodes"][0]["html"]) for v in found])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"{attempt}?q=all")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Chưa đạt")
    assert not Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]


def test_an_answer_is_saved_as_it_is_given(
    signed_in: Callable[..., Page], quiz: str, database: Database
) -> None:
    page = signed_in()
    begin(page, quiz)
    page.locator(".option").first.click()
    page.wait_for_selector("#saved:has-text('Đã lưu lúc')")
    with database.reading() as session:
        assert len(session.scalars(select(AnswerEvent)).all()) == 1
    before = page.url
    page.click("text=Lưu và tiếp tục")
    page.wait_for_url(lambda address: address != before)
    page.go_back()
    page.wait_for_selector("input:checked", state="attached")


def test_what_is_written_is_saved_in_its_lines_and_waits_for_a_person(
    signed_in: Callable[..., Page], publish: Callable[..., Course], database: Database
) -> None:
    publish(make.course(make.lesson("bai-1", every_kind.written)))
    page = signed_in()
    attempt = begin(page, "/courses/finance/sample/bai-1/quiz")
    page.fill("textarea", "Một.\n\nHai.")
    page.wait_for_selector("#saved:has-text('Đã lưu lúc')")
    assert not Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    page.reload()
    assert page.input_value("textarea") == "Một.\n\nHai."
    page.click("text=Lưu và xem lại")
    page.wait_for_url("**q=all")
    with database.reading() as session:
        assert [one.answer for one in session.scalars(select(AnswerEvent))] == ["Một.\n\nHai."]
    page.goto(f"{attempt}?q=all")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Chờ chấm")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]


def test_an_answer_is_sent_again_when_the_network_comes_back(
    signed_in: Callable[..., Page], quiz: str, session: Session
) -> None:
    page = signed_in(service_workers="block")  # nor anything else that could keep it on this phone
    begin(page, quiz)
    page.context.set_offline(True)
    page.locator(".option").first.click()
    page.wait_for_selector("#saved:has-text('Mạng đang yếu')")
    page.context.set_offline(False)
    page.wait_for_selector("#saved:has-text('Đã lưu lúc')")
    assert len(session.scalars(select(AnswerEvent)).all()) == 1


def test_the_order_is_changed_by_keyboard(signed_in: Callable[..., Page], quiz: str) -> None:
    page = signed_in()
    page.goto(f"{begin(page, quiz)}?q=3")
    first = page.locator(".ordering-item label").first.inner_text()
    page.locator(".ordering-moves button").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ordering-item label").nth(1)).to_have_text(first)
    page.wait_for_selector("#saved:has-text('Đã lưu lúc')")
    page.reload()
    expect(page.locator(".ordering-item label").nth(1)).to_have_text(first)

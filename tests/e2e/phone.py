"""A browser on a disk of its own, which can be closed and opened again; and a course taken along on it."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from learning.accounts.models import Person
from learning.quizzes.models import Attempt
from tests.browser import ARGS, CHROMIUM
from tests.e2e.conftest import Place
from tests.e2e.looking import until


def switch_on(browser: Browser, place: Place, folder: Path) -> BrowserContext:
    return browser.browser_type.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=ARGS,
        base_url=place.url,
        viewport={"width": 360, "height": 800},
        locale="vi-VN",
    )


def ready(page: Page) -> None:
    """Waits for the worker: from the next page on it is asked."""
    state = "navigator.serviceWorker.ready.then((found) => found.active.state)"
    until(page, lambda: page.evaluate(state) == "activated")


def save(page: Page, course: str, *, exam: bool = False) -> None:
    """Takes a course along, and waits until all of it is there."""
    page.goto(course)
    ready(page)
    if exam:
        page.locator("#saving [data-exam]").check()
    page.get_by_role("button", name="Lưu để học ngoại tuyến").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Đã lưu trên máy ngày")


def waiting(page: Page) -> bool:
    """Whether the outbox says that something has not been sent."""
    return bool(page.evaluate("localStorage.getItem('unsent')"))


def mine(place: Place, username: str, quiz: str = "id-bai-1") -> Attempt:
    """The learner's first attempt: one that failed is followed by the next where the course is kept on the phone."""
    with place.database.reading() as session:
        query = select(Attempt).join(Person, Person.id == Attempt.person_id)
        return session.scalars(
            query.where(Person.username == username, Attempt.quiz == quiz, Attempt.number == 1)
        ).one()

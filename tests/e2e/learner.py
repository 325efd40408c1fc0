"""The pages a learner meets most, each with whom it is shown to."""

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

COURSE = "/courses/finance/commune-budget"
LESSON = f"{COURSE}/who-decides"
QUIZ = f"{LESSON}/quiz"


def question(page: Page) -> str:
    """Begins a quiz, and gives the address of its first question."""
    page.goto(QUIZ)
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*?q=1")
    return page.url


def kept(page: Page, what: str) -> str:
    """The address of the first of one's own results or certificates: `what` is "attempts" or "certificates"."""
    page.goto("/me")
    return str(page.locator(f'main a[href^="/{what}/"]').first.evaluate("link => link.href"))


def cookies(page: Page) -> list[dict[str, Any]]:
    """Those of a browser that is signed in, for another browser."""
    return [
        {"name": one["name"], "value": one["value"], "domain": one["domain"], "path": one["path"]}
        for one in page.context.cookies()
    ]


def every_page(
    visit: Callable[..., Page], learners: Iterator[str], base: str
) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """By name: address, and the cookies of whom it is shown to."""
    beginner, graduate = visit(next(learners)), visit("hocvien")
    certificate = kept(graduate, "certificates")
    of_beginner = {"start": "/", "course": COURSE, "lesson": LESSON, "quiz": question(beginner)}
    of_graduate = {"result": kept(graduate, "attempts"), "certificate": certificate}
    of_anybody = {"sign-in": "/", "verify": certificate.replace("/certificates/", "/verify/")}
    shown = ((of_beginner, cookies(beginner)), (of_graduate, cookies(graduate)), (of_anybody, []))
    return {
        name: (address if address.startswith(base) else base + address, whose)
        for addresses, whose in shown
        for name, address in addresses.items()
    }

"""A quiz with every kind of question, from its door to its result, by keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from learning.content.model import Course
from learning.database import Database
from tests import make
from tests.e2e.answering import attempt_id, key
from tests.quizzes import every_kind
from tests.study.test_browser import address as address
from tests.study.test_browser import signed_in as signed_in

pytestmark = pytest.mark.browser
KINDS = (
    every_kind.single,
    every_kind.true_false,
    every_kind.multiple,
    every_kind.text,
    every_kind.number,
    every_kind.match,
    every_kind.order,
    every_kind.gaps,
)
NEXT = "form.question button.button:not(.button-text)"
STOPS = 60  # presses of Tab before something counts as out of reach


def test_every_kind_of_question_is_answered_by_keyboard(
    signed_in: Callable[..., Page], publish: Callable[..., Course], database: Database
) -> None:
    publish(make.course(make.lesson("bai-1", *KINDS)))
    page = signed_in()
    page.goto("/courses/finance/sample/bai-1/quiz")
    press(page, "main form .button")
    right = key(database, attempt_id(page))
    seen = set()
    while page.locator("form.question").count():
        form = page.locator("form.question")
        kind, question = (form.get_attribute(f"data-{name}") or "" for name in ("kind", "question"))
        seen.add(kind)
        answer(page, kind, right[question])
        expect(page.get_by_role("status").and_(page.locator("#saved"))).to_contain_text("Đã lưu")
        before = page.url
        press(page, NEXT)
        page.wait_for_url(lambda now, before=before: now != before)
    assert len(seen) == len(KINDS)
    press(page, "main form .button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt")


def answer(page: Page, kind: str, right: Any) -> None:
    match kind:
        case "single" | "true-false":
            reach(page, 'form.question [type="radio"]')
            page.keyboard.press("Space")
            value = right if kind == "single" else str(right).lower()
            turn(page, lambda: page.locator(f'[value="{value}"]').is_checked())
        case "multiple":
            for option in right:
                reach(page, f'form.question [value="{option}"]')
                page.keyboard.press("Space")
        case "text" | "number":
            reach(page, "#typed")
            page.keyboard.type(right)
        case "match" | "gaps":
            for part, value in right.items():
                name = f'[name="answer.{part}"]'
                reach(page, name)
                if page.locator(name).evaluate("field => field.tagName") == "SELECT":
                    turn(page, lambda name=name, value=value: page.locator(name).input_value() == value)
                else:
                    page.keyboard.type(value)
        case "order":
            page.locator("#main").focus()
            for place, item in enumerate(right, 1):
                put(page, item, place)
        case _:
            raise AssertionError(f"no way by keyboard for {kind}")


def put(page: Page, item: str, place: int) -> None:
    row = page.locator(".ordering-item", has=page.locator(f'[name="answer.{item}"]'))
    moved = False
    while int(row.locator(".ordering-place").inner_text()) > place:
        press_up(page, row, moved)
        moved = True


def press_up(page: Page, row: Any, moved: bool) -> None:
    up = row.get_by_role("button").first
    for _ in range(STOPS):
        if up.evaluate("button => button === document.activeElement"):
            break
        assert not moved, "the focus is lost by moving"
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def press(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def reach(page: Page, selector: str) -> None:
    """From the start of the page's content, on with Tab until the element has the focus, and can be seen."""
    wanted = page.locator(selector).first
    wanted.wait_for()
    page.locator("#main").focus()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(SEEN), f"{selector} has the focus and is hidden"
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


# Nothing that stays in its place, as the tabs below do, may lie over what has the focus.
SEEN = """one => {
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && !top?.closest(".tabs");
}"""


def turn(page: Page, so: Callable[[], bool]) -> None:
    for _ in range(20):
        if so():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("it is not among them")

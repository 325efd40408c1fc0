"""Answers as a hand gives them, and the key that only the tests may look up."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from playwright.sync_api import Locator, Page
from sqlalchemy import select

from learning.content.model import Gaps, Match, Multiple, Number, Order, Question, Single, Text, TrueFalse
from learning.content.variables import evaluate
from learning.database import Database
from learning.library import catalogue
from learning.quizzes import attempts, papers
from learning.quizzes.models import Attempt
from learning.vietnamese.formats import number


def attempt_id(page: Page) -> str:
    """Waits for the attempt's page: a press is done before the page it leads to is there."""
    page.wait_for_url("**/attempts/*")
    return page.url.split("/attempts/")[1].split("?")[0].split("/")[0]


def key(database: Database, attempt: str) -> dict[str, Any]:
    """The right answer to each question of an attempt's paper, in the ids its pages use."""
    with database.reading() as session:
        row = session.scalars(select(Attempt).where(Attempt.id == attempt)).one()
        known = papers.by_id(attempts.page_of(catalogue.release(session, row.release_id), row.quiz))
        paper = list(row.paper)
    return {
        item["question"]: papers.to_drawn(item, _right(known[item["question"]], papers.values(item)))
        for item in paper
    }


def give(page: Page, answer: Any, *, script: bool = True) -> None:
    """Answers the question shown."""
    form = page.locator("form.question")
    match form.get_attribute("data-kind"):
        case "single":
            form.locator(f'[value="{answer}"]').check()
        case "true-false":
            form.locator(f'[value="{str(answer).lower()}"]').check()
        case "multiple":
            for one in answer:
                form.locator(f'[value="{one}"]').check()
        case "text" | "number":
            form.locator("#typed").fill(answer)
        case "match" | "gaps":
            for part, value in answer.items():
                _put(form.locator(f'[name="answer.{part}"]'), value)
        case "order" if script:
            for place, item in enumerate(answer):
                _move(form, item, place)
        case "order":
            for place, item in enumerate(answer, 1):
                form.locator(f'[name="answer.{item}"]').select_option(str(place))


def give_all(
    page: Page, database: Database, *, wrong: Mapping[str, Any] | None = None, script: bool = True
) -> None:
    """Answers every question in turn, rightly but for `wrong`, up to the look over all of them."""
    answers = {**key(database, attempt_id(page)), **(wrong or {})}
    while page.locator("form.question").count():
        before = page.url
        question = page.locator("form.question").get_attribute("data-question") or ""
        give(page, answers[question], script=script)
        page.locator("form.question button.button:not(.button-text)").click()
        page.wait_for_url(lambda address, before=before: address != before)


def a_wrong_choice(page: Page, database: Database) -> dict[str, Any]:
    """A question of one choice, with a choice that is not right."""
    attempt = attempt_id(page)
    with database.reading() as session:
        paper = list(session.get_one(Attempt, attempt).paper)
    right = key(database, attempt)
    item = next(item for item in paper if item["kind"] == "single")
    other = next(drawn for drawn, _ in item["options"] if drawn != right[item["question"]])
    return {item["question"]: other}


def _right(question: Question, values: Mapping[str, Decimal]) -> Any:
    match question:
        case Single():
            return next(option.key for option in question.options if option.right)
        case Multiple():
            return [option.key for option in question.options if option.right]
        case TrueFalse():
            return question.answer
        case Text():
            return question.accepted[0]
        case Number():
            exact = evaluate(question.exact, values)
            return number(Decimal(exact.numerator) / Decimal(exact.denominator))
        case Match():
            return dict(question.pairs)
        case Order():
            return [item.key for item in question.items]
        case Gaps():
            return {
                gap.key: next((o.key for o in gap.options if o.right), None) or gap.accepted[0]
                for gap in question.gaps
            }


def _put(field: Locator, value: str) -> None:
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def _move(form: Locator, item: str, place: int) -> None:
    row = form.locator(".ordering-item", has=form.page.locator(f'[name="answer.{item}"]'))
    while int(row.locator(".ordering-place").inner_text()) > place + 1:
        row.get_by_role("button").first.click()

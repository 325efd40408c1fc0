"""Which right answers may travel on a learner's phone before they are asked for, and in what form. Pure.

A key that lies on a phone can be read there, however it is wrapped. So it travels only where nothing hangs on it: of
questions that no exam asks, in courses whose completion does not rest on lessons alone, of quizzes that tell their
answers when they are handed in. What the phone computes from it is unofficial. Where a case's choices lead never travels:
a case is walked online.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any

from learning.content.model import (
    Course,
    Gaps,
    Match,
    Multiple,
    Number,
    Order,
    Page,
    Question,
    Single,
    Text,
    TrueFalse,
)
from learning.content.variables import evaluate, substitute
from learning.quizzes import marking, papers
from learning.vietnamese import formats
from learning.vietnamese.folding import fold

_TELLING = ("at-once", "after-submission")


def free(page: Page, courses: Iterable[Course], exams: Iterable[Page]) -> frozenset[str]:
    """Ids of the page's questions whose keys may travel. `courses`: each release of its course that counts (the one it
    is answered in, the live one); `exams`: every exam that somebody may be sitting, of whichever course."""
    if not _tells(page, courses):
        return frozenset()
    asked = [question for exam in exams for question in _questions(exam)]
    ids, texts = {question.id for question in asked}, {_text(question) for question in asked}
    taken = {one.id for one in _questions(page) if one.id in ids or _text(one) in texts}
    return frozenset(one.id for one in _questions(page)) - taken


def keys(paper: papers.Paper, page: Page, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What is right of these questions of a paper, in its drawn ids and numbers; the form is `_key`'s."""
    allowed, asked = set(ids), papers.asked(paper, page)
    return {
        item["question"]: _key(item, asked[item["question"]]) for item in paper if item["question"] in allowed
    }


def _tells(page: Page, courses: Iterable[Course]) -> bool:
    return (
        page.kind != "exam"
        and marking.rules(page).show_answers in _TELLING
        and all(course.exam is not None and course.completion != "lessons" for course in courses)
    )


def _questions(page: Page) -> tuple[Question, ...]:
    return page.quiz.questions if page.quiz else ()


def _text(question: Question) -> str:
    """What a question asks, however it is marked up, cased and accented; a picture by its address."""
    pictures = re.findall(r'src="([^"]*)"', question.prompt)
    return " ".join([*re.findall(r"\w+", fold(re.sub(r"<[^>]*>", " ", question.prompt))), *pictures])


def _key(item: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """`right`: an answer in the wire form. `accepted`: of typed parts ("" the question's own) what else is right;
    `low`, `high`: of a number. `feedback`: by option drawn, and "" for the question's own. Nothing of a written answer
    but what its author says of it."""
    values = papers.values(item)
    key: dict[str, Any] = {"explanation": substitute(question.explanation, values)}
    feedback = {"": substitute(str(getattr(question, "feedback", "")), values)}
    match question:
        case Single() | Multiple():
            options = {one.key: one for one in question.options}
            right = [drawn for drawn, own in item["options"] if options[own].right]
            key["right"] = right[0] if isinstance(question, Single) else right
            feedback |= {drawn: substitute(options[own].feedback, values) for drawn, own in item["options"]}
        case TrueFalse():
            key["right"] = question.answer
        case Text():
            accepted = [substitute(text, values) for text in question.accepted]
            key |= {"right": accepted[0], "accepted": {"": accepted}}
        case Number():
            key |= _bounds(question, values)
        case Match():
            key["right"] = papers.to_drawn(item, question.pairs)
        case Order():
            key["right"] = papers.to_drawn(item, [one.key for one in question.items])
        case Gaps():
            typed = {gap.key: [substitute(text, values) for text in gap.accepted] for gap in question.gaps}
            chosen = {gap.key: next((one for one in gap.options if one.right), None) for gap in question.gaps}
            written = {name: own.key if own else typed[name][0] for name, own in chosen.items()}
            key["right"] = papers.to_drawn(item, written)
            key["accepted"] = {name: texts for name, texts in typed.items() if texts}
            for gap in question.gaps:
                names = {own: drawn for drawn, own in item["gaps"][gap.key]}
                feedback |= {names[one.key]: substitute(one.feedback, values) for one in gap.options}
    return key | {"feedback": {name: text for name, text in feedback.items() if text}}


def _bounds(question: Number, values: Mapping[str, Decimal]) -> dict[str, Any]:
    """Without `low` and `high` where these are no decimals of six places: rounded, they would tell wrong."""
    low, high, exact = (evaluate(bound, values) for bound in (question.low, question.high, question.exact))
    shown = f"{formats.number(marking.decimal(exact).normalize())} {question.unit}".strip()
    sharp = all(Fraction(marking.decimal(bound)) == bound for bound in (low, high))
    return {"right": escape(shown)} | ({"low": float(low), "high": float(high)} if sharp else {})

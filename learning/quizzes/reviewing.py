"""A finished attempt question by question, for the result page. Pure; computed when it is looked at, so that
what a page can show may grow without touching what was stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from types import MappingProxyType
from typing import Any

from learning.content.model import (
    Course,
    Gap,
    Gaps,
    Match,
    Multiple,
    Node,
    Number,
    Order,
    Page,
    Question,
    Scenario,
    Single,
    Text,
    TrueFalse,
    Written,
)
from learning.content.variables import evaluate, substitute
from learning.quizzes import grading, marking, papers, rubrics
from learning.vietnamese import formats


@dataclass(frozen=True)
class OptionReview:
    """An option of a `single`, `multiple` or scenario node. `right`, `feedback` are None where withheld."""

    id: str
    html: str
    chosen: bool
    right: bool | None
    feedback: str | None


@dataclass(frozen=True)
class PartReview:
    """A gap, a left side of a `match`, or a place of an `order`, after the fact; texts are HTML.

    `label` says which part; `given` what was answered ("" if nothing); `right` the right answer, None where withheld.
    """

    key: str
    label: str
    given: str
    verdict: str
    right: str | None


@dataclass(frozen=True)
class ItemReview:
    """One question of a finished attempt, for the result page. `None` means withheld (`show_answers`), "" nothing said.

    `question` is what was shown (contract: a question). `given` and `right` are HTML for kinds without options
    or parts: `text`, `number`, `true-false` ("true"/"false" there). `score` of `points`, as stored.
    """

    question: Mapping[str, Any]
    title: str
    verdict: str
    score: float
    points: float
    answer: Any
    given: str
    right: str | None
    options: tuple[OptionReview, ...] = ()
    parts: tuple[PartReview, ...] = ()
    feedback: str | None = None
    explanation: str | None = None
    sources: tuple[Mapping[str, str], ...] = ()
    judged: tuple[rubrics.Judged, ...] = ()  # what a person gave a written answer, by criterion


@dataclass(frozen=True)
class _Asked:
    """One question on its way to a review: what was asked, what answered (release keys), whether keys are told."""

    item: Mapping[str, Any]
    keys: Any
    tell: bool

    @property
    def values(self) -> dict[str, Decimal]:
        return papers.values(self.item)

    def text(self, html: str) -> str:
        return substitute(html, self.values)

    def told(self, html: str) -> str | None:
        return self.text(html) if self.tell else None


def review(
    course: Course,
    page: Page,
    paper: papers.Paper,
    answers: Mapping[str, Any],
    pass_percent: Decimal,
    hand: marking.Hand = MappingProxyType({}),
) -> list[ItemReview]:
    """Each question of the paper (of a scenario: each node walked) with what was answered and what is right,
    as far as the quiz's `show_answers` tells it."""
    marked = marking.mark(page, paper, answers, pass_percent, hand)
    tell = marking.told(page, marked.passed)
    items = {item["question"]: item for item in paper}
    shown = {question["id"]: question for question in papers.questions(paper, page)}
    known: dict[str, Question] = papers.asked(paper, page)
    reviews = []
    for mark in marked.items:
        item, answer = items[mark.question], answers.get(mark.question)
        asked = _Asked(item, papers.to_keys(item, answer), tell)
        question = known.get(mark.question)
        details = (
            _of_node(page.scenario, asked)
            if page.scenario
            else _DETAILS[type(known[mark.question])](question, asked)
        )
        reviews.append(
            ItemReview(
                question=shown[mark.question],
                title=question.title if question else _node(page.scenario, mark.question).title,
                verdict=mark.verdict,
                score=marking.number(mark.mark),
                points=marking.number(mark.max_mark),
                answer=answer,
                feedback=mark.feedback if tell else None,
                explanation=mark.explanation if tell else None,
                sources=tuple(marking.sources(question, page, course)),
                judged=mark.judged,
                **({"given": "", "right": None} | details),
            )
        )
    return reviews


def _of_options(question: Single | Multiple, asked: _Asked) -> dict[str, Any]:
    chosen = asked.keys if isinstance(asked.keys, list) else [asked.keys]
    options = {option.key: option for option in question.options}
    return {
        "options": tuple(
            OptionReview(
                id=name,
                html=asked.text(options[key].html),
                chosen=key in chosen,
                right=options[key].right if asked.tell else None,
                feedback=asked.told(options[key].feedback),
            )
            for name, key in asked.item["options"]
        )
    }


def _of_node(scenario: Scenario, asked: _Asked) -> dict[str, Any]:
    node = _node(scenario, asked.item["question"])
    choices = {choice.key: choice for choice in node.choices}
    best = max(choice.points for choice in node.choices)
    return {
        "options": tuple(
            OptionReview(
                id=name,
                html=choices[key].html,
                chosen=key == asked.keys,
                right=choices[key].points == best if asked.tell and best > 0 else None,
                feedback=asked.told(choices[key].feedback),
            )
            for name, key in asked.item["options"]
        )
    }


def _node(scenario: Scenario | None, name: str) -> Node:
    return next(node for node in (scenario.nodes if scenario else ()) if node.id == name)


def _of_true_false(question: TrueFalse, asked: _Asked) -> dict[str, Any]:
    given = "" if asked.keys is None else str(asked.keys).lower()
    return {"given": given, "right": str(question.answer).lower() if asked.tell else None}


def _of_text(question: Text, asked: _Asked) -> dict[str, Any]:
    return {"given": escape(str(asked.keys or "")), "right": asked.told(escape(question.accepted[0]))}


def _of_number(question: Number, asked: _Asked) -> dict[str, Any]:
    given = asked.keys if isinstance(asked.keys, str | None) else formats.number(asked.keys)
    exact = formats.number(_short(evaluate(question.exact, asked.values)))
    right = escape(f"{exact} {question.unit}".strip())
    return {"given": escape(given or ""), "right": right if asked.tell else None}


def _short(value: Fraction) -> Decimal:
    return marking.decimal(value).normalize()


def _of_written(question: Written, asked: _Asked) -> dict[str, Any]:
    return {"given": as_html(grading.read(question, asked.keys) or ""), "right": None}


def as_html(text: str) -> str:
    """What somebody wrote, in its lines."""
    return escape(text).replace("\n", "<br>")


def _of_match(question: Match, asked: _Asked) -> dict[str, Any]:
    left, right = _html(question.left), _html(question.right)
    given = asked.keys or {}
    parts = (
        PartReview(
            key=name,
            label=asked.text(left[key]),
            given=asked.text(right.get(given.get(key, ""), "")),
            verdict=_verdict(given.get(key), question.pairs[key]),
            right=asked.told(right[question.pairs[key]]),
        )
        for name, key in asked.item["left"]
    )
    return {"parts": tuple(parts)}


def _of_order(question: Order, asked: _Asked) -> dict[str, Any]:
    html, given = _html(question.items), asked.keys or []
    parts = (
        PartReview(
            key=str(place + 1),
            label=str(place + 1),
            given=asked.text(html[given[place]]) if place < len(given) else "",
            verdict=_verdict(given[place] if place < len(given) else None, item.key),
            right=asked.told(item.html),
        )
        for place, item in enumerate(question.items)
    )
    return {"parts": tuple(parts)}


def _of_gaps(question: Gaps, asked: _Asked) -> dict[str, Any]:
    read = grading.read(question, asked.keys) or {}
    return {"parts": tuple(_of_gap(gap, read.get(gap.key), asked) for gap in question.gaps)}


def _of_gap(gap: Gap, given: str | None, asked: _Asked) -> PartReview:
    html = {option.key: option.html for option in gap.options}
    right = next((option.html for option in gap.options if option.right), escape("".join(gap.accepted[:1])))
    hit = given is not None and grading.grade_gap(gap, given, asked.values)[0] == 1
    return PartReview(
        key=gap.key,
        label=f"({gap.key})",
        given=asked.text(html[given]) if gap.options and given else escape(given or ""),
        verdict="not_answered" if given is None else "right" if hit else "wrong",
        right=asked.told(right),
    )


def _verdict(given: Any, right: Any) -> str:
    return "not_answered" if given is None else "right" if given == right else "wrong"


def _html(items: Iterable[Any]) -> dict[str, str]:
    return {item.key: item.html for item in items}


_DETAILS: dict[type, Any] = {
    Single: _of_options,
    Multiple: _of_options,
    TrueFalse: _of_true_false,
    Text: _of_text,
    Number: _of_number,
    Match: _of_match,
    Order: _of_order,
    Gaps: _of_gaps,
    Written: _of_written,
}

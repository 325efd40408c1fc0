"""Marking a whole paper. Pure and exact: the pass is decided on fractions, decimals are for keeping."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import msgspec

from learning.content.model import Course, Gaps, Multiple, Page, Question, Quiz, Scenario, Single, Written
from learning.content.variables import substitute
from learning.quizzes import grading, papers, rubrics
from learning.quizzes.scenario import Walk, most_points, walk

_MILLIONTH = Decimal("0.000001")
_BLOCKS = ("<p>", "<ul", "<ol", "<div", "<pre", "<table", "<blockquote", "<dl", "<h")
Hand = Mapping[str, rubrics.Given]  # question → what a person gave the answer, the newest
_NOBODY: Hand = MappingProxyType({})
_NO_RULES = Quiz(pass_percent=Decimal(0))


@dataclass(frozen=True)
class Item:
    """One question marked. `asks` are parts to be asked again before this counts; the texts are HTML."""

    question: str
    mark: Fraction
    max_mark: Fraction
    verdict: grading.Verdict
    response: str
    asks: tuple[grading.Ask, ...] = ()
    feedback: str = ""
    explanation: str = ""
    judged: tuple[rubrics.Judged, ...] = ()  # by criterion, of a written answer that was marked


@dataclass(frozen=True)
class Marked:
    """`percent` from 0 to 100, exact. What waits for a person counts nothing as yet: `passed` may still come."""

    items: tuple[Item, ...]
    score: Fraction
    out_of: Fraction
    percent: Fraction
    passed: bool

    @property
    def waiting(self) -> int:
        return waiting(self.items)

    @property
    def decided(self) -> bool | None:
        return decided(self.passed, self.waiting)


def rules(page: Page) -> Quiz:
    """The quiz's rules; a scenario without any has no limits and is passed by its ending."""
    return page.quiz or _NO_RULES


def mark(
    page: Page,
    paper: papers.Paper,
    answers: Mapping[str, Any],
    pass_percent: Decimal,
    hand: Hand = _NOBODY,
) -> Marked:
    """Marks answers in the wire form (question → answer in drawn ids); written ones by `hand`. Raises BadAnswer."""
    if page.scenario is not None:
        return _mark_walk(page.scenario, answered(page.scenario, paper, answers))
    known = papers.asked(paper, page)
    items = tuple(
        _mark_item(page, item, known[item["question"]], answers.get(item["question"]), hand) for item in paper
    )
    score = sum((item.mark for item in items), Fraction(0))
    out_of = sum((item.max_mark for item in items), Fraction(0))
    percent = 100 * score / out_of if out_of else Fraction(0)
    return Marked(items, score, out_of, percent, percent >= Fraction(pass_percent))


def waiting(items: Iterable[Any]) -> int:
    """How many of them (with a `verdict`) wait for a person."""
    return sum(item.verdict == "to_mark" for item in items)


def decided(passed: bool, waiting: int) -> bool | None:
    """Passed or not, as it is kept; None while what waits may still decide."""
    return passed or (None if waiting else False)


def answered(scenario: Scenario, paper: papers.Paper, answers: Mapping[str, Any]) -> Walk:
    """Where the answers (wire form) to a scenario's paper lead."""
    chosen = {item["question"]: papers.to_keys(item, answers.get(item["question"])) for item in paper}
    return walk(scenario, chosen)


def check(page: Page, paper: papers.Paper, answers: Mapping[str, Any]) -> None:
    """Raises BadAnswer where an answer is to no question of the paper, or none that its question can have."""
    items = {item["question"]: item for item in paper}
    known = papers.by_id(page)
    for question, answer in answers.items():
        if question not in items:
            raise grading.BadAnswer("unknown_question", question)
        keys = papers.to_keys(items[question], answer)
        if question in known:
            grading.read(known[question], keys)


def told(page: Page, passed: bool) -> bool:
    """Whether right answers, feedback and explanations are shown now that the attempt is over.

    "at-once" is no sooner than this: nothing that tells a right answer leaves before submission.
    """
    show = rules(page).show_answers
    return show in ("at-once", "after-submission") or (show == "when-passed" and passed)


def result(marked: Marked, page: Page, course: Course) -> dict[str, Any]:
    """The contract's reply to a submission, as yet without a certificate. Withheld texts are null."""
    tell = told(page, marked.passed)
    known = papers.by_id(page)
    return {
        "score": number(marked.score),
        "out_of": number(marked.out_of),
        "percent": number(marked.percent),
        "passed": marked.passed,
        "items": [_told_item(item, known.get(item.question), page, course, tell) for item in marked.items],
        "certificate": None,
        **({"to_mark": marked.waiting} if marked.waiting else {}),
    }


def sources(question: Question | None, page: Page, course: Course) -> list[dict[str, str]]:
    """What a question rests on: its own citations, else those of its page."""
    cited = question.citations if question is not None and question.citations else page.citations
    return [
        {"key": each.key, "title": course.sources[each.key].title if each.key in course.sources else "",
         "place": each.place}
        for each in cited
    ]  # fmt: skip


def decimal(value: Fraction) -> Decimal:
    """To a millionth, as it is kept."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_MILLIONTH)


def number(value: Fraction) -> float | int:
    """A JSON number: whole where it is whole."""
    return int(value) if value.denominator == 1 else float(decimal(value))


def _mark_item(page: Page, item: Mapping[str, Any], question: Question, answer: Any, hand: Hand) -> Item:
    values = papers.values(item)
    keys = papers.to_keys(item, answer)
    graded = grading.grade(question, keys, marking=rules(page).marking, values=values)
    points = Fraction(question.points)
    fraction, verdict = graded.fraction, graded.verdict
    judged: tuple[rubrics.Judged, ...] = ()
    if (
        isinstance(question, Written)
        and verdict == "to_mark"
        and (given := hand.get(question.id)) is not None
    ):
        fraction = rubrics.share(question.criteria, given.marks)
        verdict = grading.verdict(fraction)
        judged = rubrics.judged(worded(question, values).criteria, given)
    return Item(
        question.id,
        fraction * points,
        points,
        verdict,
        graded.canonical,
        graded.ask_again,
        substitute(_feedback(question, graded.response), values),
        substitute(question.explanation, values),
        judged,
    )


def _mark_walk(scenario: Scenario, done: Walk) -> Marked:
    items = []
    for node, choice in done.steps:
        most = max(Decimal(0), *(each.points for each in node.choices))
        points = min(max(choice.points, Decimal(0)), most)
        verdict: grading.Verdict = "right" if points == most else "partly" if points else "wrong"
        items.append(
            Item(
                node.id,
                Fraction(points),
                Fraction(most),
                verdict,
                grading.canonical(choice.key),
                (),
                choice.feedback,
            )
        )
    best = Fraction(most_points(scenario))
    score = min(max(Fraction(done.points), Fraction(0)), best)
    if not best:  # a case without points is all or nothing
        best, score = Fraction(1), Fraction(done.passed)
    return Marked(tuple(items), score, best, 100 * score / best, done.passed)


def _feedback(question: Question, response: Any) -> str:
    if response is None:
        return ""
    if isinstance(question, Single | Multiple):
        chosen = [response] if isinstance(response, str) else response
        return _joined(option.feedback for option in question.options if option.key in chosen)
    if isinstance(question, Gaps):
        options = (
            option for gap in question.gaps for option in gap.options if option.key == response.get(gap.key)
        )
        return _joined(option.feedback for option in options)
    return str(getattr(question, "feedback", ""))


def _joined(feedback: Iterable[str]) -> str:
    """Several options' texts as paragraphs of their own; one stays as it is."""
    texts = [text for text in feedback if text]
    if len(texts) < 2:
        return "".join(texts)
    return "".join(text if text.startswith(_BLOCKS) else f"<p>{text}</p>" for text in texts)


def _told_item(
    item: Item, question: Question | None, page: Page, course: Course, tell: bool
) -> dict[str, Any]:
    return {
        "question": item.question,
        "score": number(item.mark),
        "verdict": item.verdict,
        "feedback": item.feedback if tell else None,
        "explanation": item.explanation if tell else None,
        "sources": sources(question, page, course),
        # Whoever was marked by a person is told what by, whatever the quiz withholds of keys.
        **({"criteria": [_told_criterion(one) for one in item.judged]} if item.judged else {}),
    }


def worded(question: Written, values: Mapping[str, Decimal]) -> Written:
    """Its criteria and its model answer with the numbers that were drawn."""
    criteria = tuple(
        msgspec.structs.replace(one, html=substitute(one.html, values)) for one in question.criteria
    )
    explanation = substitute(question.explanation, values)
    return msgspec.structs.replace(question, criteria=criteria, explanation=explanation)


def _told_criterion(one: rubrics.Judged) -> dict[str, Any]:
    return {
        "text": one.html,
        "points": number(Fraction(one.points)),
        "mark": number(Fraction(one.mark)),
        "remark": one.remark,
    }

"""The learner's pages of a course that is not published: read as a learner reads them, played with nothing stored.

What was answered so far travels in the form, as the learner's browser would send it; it is marked by the same code.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import render_template
from werkzeug.datastructures import MultiDict

from learning.content.model import Course, Page
from learning.quizzes import marking, papers, reviewing
from learning.quizzes import wording as quiz_wording
from learning.quizzes.grading import BadAnswer
from learning.study import answering, answers, lessons, results
from learning.web.context import App
from learning.web.i18n import gettext as _
from learning.web.learner_pages import LearnerPages, lend


@dataclass(frozen=True)
class Rehearsed:
    """Stands for the attempt on the learner's pages; the empty id says that there is none."""

    id: str = ""
    page_token: str = ""
    seq: int = 0
    closes_at: datetime | None = None
    passed: bool | None = False
    percent: Decimal = Decimal(0)
    pass_percent: Decimal = Decimal(0)


@dataclass(frozen=True)
class Place:
    """Where it belongs, as answering.Heading says it of an attempt."""

    course: Course
    page: Page
    title: str
    course_address: str
    page_address: str


@dataclass
class Play:
    """A paper under way. `given`: answers in drawn ids; `asked`: questions asked again once already."""

    course: Course
    page: Page
    home: str
    here: str
    seed: str
    given: dict[str, Any]
    asked: list[str]

    @property
    def kept(self) -> dict[str, str]:
        """What the next form brings back."""
        return {"seed": self.seed, "given": json.dumps(self.given), "asked": json.dumps(self.asked)}

    @property
    def place(self) -> Place:
        return Place(self.course, self.page, self.page.title, self.home, self.home)


def install(app: App) -> None:
    lend(app, LearnerPages(lesson=lesson, play=play))


def lesson(course: Course, page: Page, home: str, quiz: str) -> str:
    return lessons.render(course, page, home, quiz)


def play(course: Course, page: Page, home: str, here: str, form: MultiDict[str, str] | None) -> str:
    given, asked = _carried(form)
    seed = form.get("seed", "") if form else ""
    game = Play(course, page, home, here, seed[:64] or secrets.token_hex(8), given, asked)
    paper = papers.draw(page, game.seed)
    if not paper:
        raise ValueError(page.slug)
    questions = papers.questions(paper, page)
    try:
        if form is not None and "question" in form and (error := _take(game, paper, questions, form)):
            question = next(one for one in questions if one["id"] == form["question"])
            return _question(game, questions, question, error, form)
        return _next(game, paper, questions)
    except (BadAnswer, KeyError, TypeError) as error:  # the text changed meanwhile, or its steps lead nowhere
        raise ValueError(page.slug) from error


def _carried(form: MultiDict[str, str] | None) -> tuple[dict[str, Any], list[str]]:
    if form is None:
        return {}, []
    try:
        given, asked = json.loads(form.get("given") or "{}"), json.loads(form.get("asked") or "[]")
    except RecursionError:
        raise ValueError("given") from None
    if not isinstance(given, dict) or not isinstance(asked, list):
        raise ValueError("given")
    return given, asked


def _take(
    game: Play, paper: papers.Paper, questions: Sequence[Mapping[str, Any]], form: MultiDict[str, str]
) -> str:
    """Takes the answer of the form; what to say where it is to be given again."""
    question = next((one for one in questions if one["id"] == form["question"]), None)
    if question is None:
        raise ValueError(form["question"])
    name = question["id"]
    try:
        answer = answers.read(question, form)
        given = {**game.given, name: answer}
        marked = marking.mark(game.page, paper, given, Decimal(0))
    except answers.Unclear:
        return _("Mỗi vị trí dùng đúng một lần.")
    except BadAnswer as bad:
        return quiz_wording.bad_answer(bad.code)
    game.given = given
    asks = [ask for item in marked.items if item.question == name for ask in item.asks]
    if asks and name not in game.asked:
        game.asked = [*game.asked, name]
        return quiz_wording.ask_again(asks[0].reason)
    return ""


def _next(game: Play, paper: papers.Paper, questions: Sequence[Mapping[str, Any]]) -> str:
    """The question after those answered, else what came of it. A question passed over is answered by None."""
    if game.page.scenario is not None:
        at = marking.answered(game.page.scenario, paper, game.given).at
        waiting = next((one for one in questions if one["id"] == at.id), None)
    else:
        waiting = next((one for one in questions if one["id"] not in game.given), None)
    return _result(game, paper) if waiting is None else _question(game, questions, waiting)


def _question(
    game: Play,
    questions: Sequence[Mapping[str, Any]],
    question: Mapping[str, Any],
    error: str = "",
    form: MultiDict[str, str] | None = None,
) -> str:
    fields = {name: form.getlist(name) for name in form} if form else {}
    return answering.question_page(
        question,
        places=(list(questions).index(question) + 1, len(questions)),
        heading=game.place,
        attempt=Rehearsed(),
        case=game.page.scenario is not None,
        fields=fields,
        error=error,
        action=game.here,
        kept=game.kept,
    )


def _result(game: Play, paper: papers.Paper) -> str:
    least = marking.rules(game.page).pass_percent
    given = {name: answer for name, answer in game.given.items() if answer is not None}
    marked = marking.mark(game.page, paper, given, least)
    percent = marking.decimal(marked.percent)
    attempt = Rehearsed(passed=marked.decided, percent=percent, pass_percent=least)
    review = reviewing.review(game.course, game.page, paper, given, least)
    return render_template(
        "study/result.html",
        heading=game.place,
        attempt=attempt,
        outcome=results.outcome(attempt, game.page, review),
        items=[results.item(number, one) for number, one in enumerate(review, 1)],
        next=results.NextStep(_("Làm lại"), game.here, _("Xem lại bài học"), game.home),
        late=[],
        certificate=None,
    )

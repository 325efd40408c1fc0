"""What a quiz's questions did: figures, and how often each answer was given, over attempts the reader may see.

An answer is told in the words of the release it was given on. Words that later releases changed stand beside
the new ones, so that nobody is counted for words they never read.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import factorial
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.model import (
    Gap,
    Gaps,
    Match,
    Multiple,
    Node,
    Number,
    Order,
    Page,
    Question,
    Single,
    Text,
    TrueFalse,
)
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import attempts, grading, marking, papers
from learning.quizzes.figures import ItemFigures, QuizFigures, figures
from learning.quizzes.models import Attempt, ItemResult
from learning.vietnamese import formats
from learning.web.i18n import gettext as _

Which = Literal["first", "best", "all"]
FEWEST = 10  # attempts below which figures tell of people, not of questions
UNSURE = 30  # attempts below which figures may still be chance
_MILLION = 1_000_000
PAIR = " → "


@dataclass(frozen=True)
class Choice:
    """An answer that was given, or could have been. `id` is the release's own key (of an older wording, the number
    of its release before it); `html` its words. `percent` of the attempts that held the question; None for none."""

    id: str
    html: str
    right: bool
    chosen: int
    percent: float | None


@dataclass(frozen=True)
class Item:
    """A question: its words as of the newest release that was asked, what it did. `retired`: no longer live.

    `free`: answers are typed or arranged, so `choices` holds only those given more than once, and
    `other_answers` counts the rest.
    """

    id: str
    title: str
    html: str
    kind: str
    figures: ItemFigures
    choices: tuple[Choice, ...]
    free: bool
    other_answers: int
    not_answered: int
    retired: bool


@dataclass(frozen=True)
class Analysis:
    quiz: QuizFigures
    items: tuple[Item, ...]


@dataclass(frozen=True)
class _Given:
    """The same answer given on the same release, and how often. `response` as ItemResult has it."""

    release: Published
    response: str
    right: bool
    count: int


def analyse(
    session: Session, published: Published, page: Page, people: ColumnElement[bool], which: Which = "first"
) -> Analysis:
    """Figures of a page's quiz or scenario over finished attempts. `people`: whose, a condition over Person.id.

    `first`: each person's first attempt; `best`: the one of highest percent, of equal ones the earliest; `all`.
    """
    rows = _rows(session, published.course.id, attempts.quiz_key(page), people, which)
    releases = {row.release_id: catalogue.release(session, row.release_id) for row in rows}
    live = _questions(page)
    known = dict(live)  # in the order of the live release, what is no longer there behind it
    newest = {row.question: row.release_id for row in sorted(rows, key=lambda row: row.release_id)}
    for question, release_id in newest.items():
        if question not in known and (old := _question(releases[release_id], page, question)) is not None:
            known[question] = old
    # The points of the live release; marks given under others are held against theirs.
    points = {question: _points(known[question]) for question in known}
    marks: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.question in known:
            share = row.mark / row.max_mark if row.max_mark else 0
            marks.setdefault(row.attempt_id, {})[row.question] = round(share * points[row.question])
    quiz, measured = figures(
        list(marks.values()),
        points,
        {question: guess(known[question], marking.rules(page).marking) for question in known},
        _drawn(page),
    )
    given: dict[str, Counter[tuple[int, str, bool]]] = {question: Counter() for question in known}
    for row in rows:
        if row.question in known:
            given[row.question][row.release_id, row.response, row.verdict == "right"] += 1
    items = [
        _item(
            known[item.question],
            item,
            page,
            live.keys(),
            [_Given(releases[key[0]], key[1], key[2], count) for key, count in given[item.question].items()],
        )
        for item in measured
    ]
    return Analysis(quiz, tuple(items))


def guess(question: Question | Node, rule: str) -> float | None:
    """What blind guessing earns, 0–1; None where it cannot be said (how many will a guesser tick?)."""
    whole = rule == "all-or-nothing"
    match question:
        case Single(options=options):
            return sum(option.right for option in options) / len(options)
        case TrueFalse():
            return 0.5
        case Match(left=left, right=right):
            return (1 / len(right)) ** (len(left) if whole else 1)
        case Order(items=items):
            return 1 / factorial(len(items)) if whole else 1 / len(items)
        case Gaps(gaps=gaps):
            shares = [1 / len(gap.options) if gap.options else 0.0 for gap in gaps]
            product = 1.0
            for share in shares:
                product *= share
            return product if whole else sum(shares) / len(shares)
        case Text() | Number():
            return 0.0
        case _:
            return None


def _rows(
    session: Session, course_id: str, quiz: str, people: ColumnElement[bool], which: Which
) -> Sequence[Any]:
    finished = (
        select(
            Attempt.id,
            Attempt.number,
            func.row_number()
            .over(partition_by=Attempt.person_id, order_by=(Attempt.percent.desc(), Attempt.number))
            .label("place"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.course_id == course_id, Attempt.quiz == quiz, Attempt.state != "open", people)
        .subquery("finished")
    )
    query = select(
        ItemResult.attempt_id,
        ItemResult.question,
        ItemResult.release_id,
        ItemResult.mark,
        ItemResult.max_mark,
        ItemResult.verdict,
        ItemResult.response,
    ).join(finished, finished.c.id == ItemResult.attempt_id)
    if which == "first":
        query = query.where(finished.c.number == 1)
    elif which == "best":
        query = query.where(finished.c.place == 1)
    return session.execute(query.order_by(ItemResult.attempt_id)).all()


def _questions(page: Page) -> dict[str, Question | Node]:
    if page.scenario is not None:
        return {node.id: node for node in page.scenario.nodes if node.choices}
    return dict(papers.by_id(page))


def _question(release: Published, page: Page, question: str) -> Question | Node | None:
    """The question as that release asked it."""
    try:
        then = attempts.page_of(release, attempts.quiz_key(page))
    except attempts.NoSuchQuiz:
        return None
    return _questions(then).get(question)


def _points(question: Question | Node) -> int:
    """In millionths, as marks are kept."""
    if isinstance(question, Node):
        return int(max((choice.points for choice in question.choices), default=0) * _MILLION)
    return int(question.points * _MILLION)


def _drawn(page: Page) -> frozenset[str]:
    """The questions that not everybody gets."""
    if page.scenario is not None:
        return frozenset(_questions(page))  # which nodes one sees is the way one takes
    sections = page.quiz.sections if page.quiz else ()
    return frozenset(
        question.id for section in sections if section.draw is not None for question in section.questions
    )


def _item(
    question: Question | Node, measured: ItemFigures, page: Page, live: Iterable[str], given: list[_Given]
) -> Item:
    node = isinstance(question, Node)
    free = isinstance(question, Text | Number | Order)
    choices = _free(question, page, given) if free else _fixed(question, page, given)
    answered = sum(each.count for each in given if each.response)
    asked = measured.attempts
    return Item(
        id=question.id,
        title=question.title,
        html=question.html if isinstance(question, Node) else question.prompt,
        kind="single" if node else str(question.__struct_config__.tag),
        figures=measured,
        choices=tuple(
            Choice(id, html, right, count, 100 * count / asked if asked else None)
            for id, html, right, count in choices
        ),
        free=free,
        other_answers=answered - sum(count for *_told, count in choices) if free else 0,
        not_answered=asked - answered,
        retired=question.id not in live,
    )


Told = tuple[str, str, bool]  # id, html, right
Counted = tuple[str, str, bool, int]


def _fixed(question: Question | Node, page: Page, given: list[_Given]) -> list[Counted]:
    """Every option of the question as it is now, and those of older wordings that were chosen."""
    written = {(html, right): id for id, html, right in _options(question)}
    found: dict[tuple[str, bool], list[Any]] = {words: [id, 0] for words, id in written.items()}
    for each in sorted(given, key=lambda each: -each.release.release_id):
        then = _question(each.release, page, question.id)
        if then is None or not each.response:
            continue
        for id, html, right in _chosen(then, msgspec.json.decode(each.response)):
            place = found.setdefault((html, right), [f"{each.release.number}:{id}", 0])
            place[1] += each.count
    told = [
        (id, html, right, count)
        for (html, right), (id, count) in found.items()
        # What one person alone typed into a gap is theirs.
        if count > 1 or right or not isinstance(question, Gaps) or (html, right) in written
    ]
    if not isinstance(question, Match | Gaps):
        return told
    # What was given to one side, or in one gap, stands together.
    parts = {
        part: place for place, part in reversed(list(enumerate(_part(html) for _id, html, *_more in told)))
    }
    return sorted(told, key=lambda choice: parts[_part(choice[1])])


def _part(html: str) -> str:
    """The left side of a pair, or the gap's number."""
    left, arrow, _right = html.partition(PAIR)
    return left if arrow else html.partition(" ")[0]


def _free(question: Question | Node, page: Page, given: list[_Given]) -> list[Counted]:
    """Typed or arranged answers, the commonest first; what only one person gave is theirs alone and is not told."""
    found: Counter[tuple[str, bool]] = Counter()
    for each in given:
        then = _question(each.release, page, question.id)
        if then is not None and each.response:
            found[_words(then, msgspec.json.decode(each.response)), each.right] += each.count
    # A right answer is told even of one person: it is the course's own.
    return [
        (str(place), html, right, count)
        for place, ((html, right), count) in enumerate(found.most_common(), start=1)
        if count > 1 or right
    ][:10]


def _options(question: Question | Node) -> list[Told]:
    match question:
        case Single(options=options) | Multiple(options=options):
            return [(option.key, option.html, option.right) for option in options]
        case TrueFalse(answer=answer):
            return [("true", _("Đúng"), answer), ("false", _("Sai"), not answer)]
        case Match(left=left, pairs=pairs):
            return [_pair(question, item.key, pairs[item.key]) for item in left if item.key in pairs]
        case Gaps(gaps=gaps):
            return [
                (f"{gap.key}-{option.key}", f"({gap.key}) {option.html}", option.right)
                for gap in gaps
                for option in gap.options
            ]
        case Node(choices=choices):
            best = max(choice.points for choice in choices)
            return [(choice.key, choice.html, best > 0 and choice.points == best) for choice in choices]
        case _:
            return []


def _chosen(question: Question | Node, response: Any) -> list[Told]:
    """What of the options this answer took."""
    match question:
        case Match():
            return [_pair(question, left, right) for left, right in response.items()]
        case Gaps(gaps=gaps):
            return [_gap(gap, response[gap.key]) for gap in gaps if gap.key in response]
        case TrueFalse():
            taken = {str(response).lower()}
        case _:
            taken = {response} if isinstance(response, str) else set(response)
    return [told for told in _options(question) if told[0] in taken]


def _pair(question: Match, left: str, right: str) -> Told:
    words = {f"l{item.key}": item.html for item in question.left}
    words |= {f"r{item.key}": item.html for item in question.right}
    return (
        f"{left}-{right}",
        f"{words[f'l{left}']}{PAIR}{words[f'r{right}']}",
        question.pairs.get(left) == right,
    )


def _gap(gap: Gap, answer: str) -> Told:
    for option in gap.options:
        if option.key == answer:
            return f"{gap.key}-{option.key}", f"({gap.key}) {option.html}", option.right
    hit, _again, plain = grading.grade_gap(gap, answer, {})
    return f"{gap.key}-{plain}", f"({gap.key}) {escape(str(plain))}", hit == 1


def _words(question: Question | Node, response: Any) -> str:
    if isinstance(question, Order):
        html = {item.key: item.html for item in question.items}
        return PAIR.join(html[key] for key in response)
    if isinstance(question, Number) and response.replace(".", "", 1).removeprefix("-").isdecimal():
        return formats.number(Decimal(response))
    return escape(str(response))

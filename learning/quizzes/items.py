"""What a quiz's questions did: figures, and how often each answer was given, over attempts the reader may see.

Figures and answers are of a question as it is asked now: over the releases that asked it in the same words with the
same key (`changes.asked_alike`). What was given to earlier versions is counted apart, so that nobody is counted for
words they never read; in the figures of the quiz, and in the total a question is held against, it keeps its place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from learning.library.changes import asked_alike
from learning.library.models import Release
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
    """An answer that was given, or could have been. `id` is the release's own key (of what was no option, the number
    of the release before it); `html` its words. `percent` of the attempts that held the question; None for none."""

    id: str
    html: str
    right: bool
    chosen: int
    percent: float | None


@dataclass(frozen=True)
class Earlier:
    """A former version of a question: `until` when it was asked or marked otherwise, `facility` in percent."""

    until: datetime
    attempts: int
    facility: float | None


@dataclass(frozen=True)
class Item:
    """A question: its words as they are now, and what it did in them. `retired`: no longer live, its words as last asked.

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
    earlier: tuple[Earlier, ...] = ()  # the latest first


@dataclass(frozen=True)
class Analysis:
    quiz: QuizFigures
    items: tuple[Item, ...]


@dataclass(frozen=True)
class _Given:
    """The same answer given on the same release, and how often. `response` as ItemResult has it."""

    release: Published
    asked: Question | Node
    response: str
    right: bool
    count: int


@dataclass(frozen=True)
class _Counted:
    """Marks by attempt and version; answers by version (release, response, right); of each earlier version its question
    and the last release that asked it. A version is called as `_version` says."""

    marks: dict[str, dict[str, int]]
    given: dict[str, Counter[tuple[int, str, bool]]]
    last: dict[str, tuple[str, int]]


def analyse(
    session: Session, published: Published, page: Page, people: ColumnElement[bool], which: Which = "first"
) -> Analysis:
    """Figures of a page's quiz or scenario over finished attempts. `people`: whose, a condition over Person.id.

    `first`: each person's first attempt; `best`: the one of highest percent, of equal ones the earliest; `all`.
    """
    rows = _rows(session, published.course.id, attempts.quiz_key(page), people, which)
    releases = {row.release_id: catalogue.release(session, row.release_id) for row in rows}
    then = {id_: _asked(release, page) for id_, release in releases.items()}
    live = _questions(page)
    asked_on: dict[str, set[int]] = {}
    for row in rows:
        if row.question in then[row.release_id]:
            asked_on.setdefault(row.question, set()).add(row.release_id)
    # In the order of the live release; behind it what is no longer there, as it was asked last.
    known = live | {
        question: then[max(ids)][question] for question, ids in asked_on.items() if question not in live
    }
    places = {
        question: versions(known[question], {id_: then[id_][question] for id_ in ids})
        for question, ids in asked_on.items()
    }
    # The points of the live release; marks given under others are held against theirs.
    points = {question: _points(known[question]) for question in known}
    counted = _count(rows, places, points)
    drawn = _drawn(page)
    quiz, measured = figures(
        list(counted.marks.values()),
        points | {version: points[question] for version, (question, _id) in counted.last.items()},
        {question: guess(known[question], marking.rules(page).marking) for question in known},
        drawn | {version for version, (question, _id) in counted.last.items() if question in drawn},
        frozenset(counted.last),
    )
    before = _earlier(session, published, page, counted.last, {item.question: item for item in measured})
    items = []
    for item in measured:
        if (question := known.get(item.question)) is None:
            continue
        given = [
            _Given(releases[id_], then[id_][item.question], response, right, count)
            for (id_, response, right), count in counted.given.get(item.question, {}).items()
        ]
        items.append(_item(question, item, live.keys(), given, before.get(item.question, ())))
    return Analysis(quiz, tuple(items))


def versions(current: Question | Node, then: Mapping[int, Question | Node]) -> dict[int, int]:
    """Release → which version of the question it asked: 0 is the current one, the higher the longer ago. Pure.

    A version that came back later is the later one: what was asked alike is counted together.
    """
    found = [current]
    places = {}
    for release_id in sorted(then, reverse=True):
        place = next((n for n, one in enumerate(found) if _alike(one, then[release_id])), len(found))
        if place == len(found):
            found.append(then[release_id])
        places[release_id] = place
    return places


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


def _asked(release: Published, page: Page) -> dict[str, Question | Node]:
    """The questions of a page as that release asked them."""
    try:
        return _questions(attempts.page_of(release, attempts.quiz_key(page)))
    except attempts.NoSuchQuiz:
        return {}


def _count(
    rows: Sequence[Any], places: Mapping[str, Mapping[int, int]], points: Mapping[str, int]
) -> _Counted:
    marks: dict[str, dict[str, int]] = {}
    given: dict[str, Counter[tuple[int, str, bool]]] = {}
    last: dict[str, tuple[str, int]] = {}
    for row in rows:
        place = places.get(row.question, {}).get(row.release_id)
        if place is None:  # the release does not know it
            continue
        version = _version(row.question, place)
        share = row.mark / row.max_mark if row.max_mark else 0
        marks.setdefault(row.attempt_id, {})[version] = round(share * points[row.question])
        given.setdefault(version, Counter())[row.release_id, row.response, row.verdict == "right"] += 1
        if place:
            last[version] = row.question, max(row.release_id, last.get(version, ("", 0))[1])
    return _Counted(marks, given, last)


def _version(question: str, place: int) -> str:
    """What a version of a question is called among the figures; the current one by its id."""
    return f"{question} {place}" if place else question  # no id has a space


def _alike(old: Question | Node, new: Question | Node) -> bool:
    if not isinstance(old, Node) and not isinstance(new, Node):
        return asked_alike(old, new)
    return (
        isinstance(old, Node)
        and isinstance(new, Node)
        and (old.title, old.html, old.ending) == (new.title, new.html, new.ending)
        and _ways(old) == _ways(new)
    )


def _ways(node: Node) -> list[tuple[str, str, Decimal]]:
    return [(choice.html, choice.target, choice.points) for choice in node.choices]


def _earlier(
    session: Session,
    published: Published,
    page: Page,
    last: Mapping[str, tuple[str, int]],
    measured: Mapping[str, ItemFigures],
) -> dict[str, tuple[Earlier, ...]]:
    """The earlier versions of each question. `last`: version → its question, and the last release that asked it."""
    if not last:
        return {}
    first = min(release_id for _question, release_id in last.values())
    query = select(Release.id).where(Release.course_id == published.course.id, Release.id >= first)
    releases = {id_: catalogue.release(session, id_) for id_ in session.scalars(query.order_by(Release.id))}
    asked = {id_: _asked(release, page) for id_, release in releases.items()}
    found: dict[str, list[Earlier]] = {}
    for version, (question, last_id) in sorted(last.items(), key=lambda item: -item[1][1]):
        words = asked[last_id][question]
        otherwise = (
            release.published_at
            for id_, release in releases.items()
            if id_ > last_id and not (question in asked[id_] and _alike(words, asked[id_][question]))
        )
        told = measured[version]
        until = next(otherwise, published.published_at)
        found.setdefault(question, []).append(Earlier(until, told.attempts, told.facility))
    return {question: tuple(versions) for question, versions in found.items()}


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
    question: Question | Node,
    measured: ItemFigures,
    live: Iterable[str],
    given: list[_Given],
    earlier: tuple[Earlier, ...],
) -> Item:
    node = isinstance(question, Node)
    free = isinstance(question, Text | Number | Order)
    choices = _free(given) if free else _fixed(question, given)
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
        earlier=earlier,
    )


Told = tuple[str, str, bool]  # id, html, right
Counted = tuple[str, str, bool, int]


def _fixed(question: Question | Node, given: list[_Given]) -> list[Counted]:
    """Every option of the question, and what else was given: pairs, and words typed into a gap."""
    written = {(html, right): id for id, html, right in _options(question)}
    found: dict[tuple[str, bool], list[Any]] = {words: [id, 0] for words, id in written.items()}
    for each in sorted(given, key=lambda each: -each.release.release_id):
        if not each.response:
            continue
        for id, html, right in _chosen(each.asked, msgspec.json.decode(each.response)):
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


def _free(given: list[_Given]) -> list[Counted]:
    """Typed or arranged answers, the commonest first; what only one person gave is theirs alone and is not told."""
    found: Counter[tuple[str, bool]] = Counter()
    for each in given:
        if each.response:
            found[_words(each.asked, msgspec.json.decode(each.response)), each.right] += each.count
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

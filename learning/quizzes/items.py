"""What a quiz's questions did: figures, and how often each answer was given, over attempts the reader may see.

Figures and answers are of a question as it is asked now: over the releases that asked it in the same words with the
same key (`changes.asked_alike`). What was given to earlier versions is counted apart, so that nobody is counted for
words they never read; in the figures of the quiz, and in the total a question is held against, it keeps its place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import factorial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.content.model import (
    Gaps,
    Match,
    Node,
    Number,
    Order,
    Page,
    Question,
    Single,
    Text,
    TrueFalse,
    Written,
)
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.library.models import Release
from learning.quizzes import attempts, choices, marking
from learning.quizzes.asked import Asked, questions, questions_then
from learning.quizzes.choices import Answers
from learning.quizzes.figures import (
    ItemFigures,
    Outcome,
    QuizFigures,
    Tally,
    figures,
)
from learning.quizzes.sittings import Sitting, Which, sittings
from learning.quizzes.thirds import MIDDLE, NOBODY, Choice, Thirds, only, plus, thirds
from learning.quizzes.versions import alike


@dataclass(frozen=True)
class Earlier:
    """A former version of a question: `until` when it was asked or marked otherwise, `facility` in percent."""

    until: datetime
    attempts: int
    facility: float | None


@dataclass(frozen=True)
class Item:
    """A question: its words as they are now, and what it did in them. `retired`: no longer live, its words as last asked.

    `free`: answers are typed or arranged, so `choices` holds only those that more than one person gave, and
    `other_answers` counts the rest. `held`: of each third of the attempts, how many held the question.
    """

    id: str
    title: str
    html: str
    kind: str
    line: int
    figures: ItemFigures
    choices: tuple[Choice, ...]
    free: bool
    other_answers: int
    not_answered: int
    held: Thirds
    retired: bool
    earlier: tuple[Earlier, ...] = ()  # the latest first


@dataclass(frozen=True)
class Analysis:
    quiz: QuizFigures
    items: tuple[Item, ...]


def analyse(
    session: Session, published: Published, page: Page, people: ColumnElement[bool], which: Which = "first"
) -> Analysis:
    """Figures of a page's quiz or scenario over finished attempts. `people`: whose, a condition over Person.id.

    `first`: each person's first attempt; `best`: the one of highest percent, of equal ones the earliest; `all`.
    """
    held = taken(session, published, page, people, which)
    return analysed(session, published, page, held, Asked(session, page, held))


def taken(
    session: Session, published: Published, page: Page, people: ColumnElement[bool], which: Which = "first"
) -> list[Sitting]:
    """The attempts themselves, for whoever looks at them in more ways than one."""
    return sittings(session, published.course.id, attempts.quiz_key(page), people, which)


def analysed(
    session: Session, published: Published, page: Page, held: Sequence[Sitting], asked: Asked
) -> Analysis:
    """The figures of these attempts, and of what they were asked."""
    counted = _count(asked, held)
    points = asked.points
    quiz, measured = figures(
        Tally(counted.outcomes, counted.marks),
        points | {version: points[question] for version, (question, _id) in counted.last.items()},
        {question: guess(words, marking.rules(page).marking) for question, words in asked.questions.items()},
        _pools(page),
        {version: question for version, (question, _id) in counted.last.items()},
    )
    givers = _givers(asked, held)
    before = _earlier(session, published, page, counted.last, {item.question: item for item in measured})
    return Analysis(
        quiz,
        tuple(
            _item(
                asked,
                item,
                counted.given.get(item.question, {}),
                givers.get(item.question, {}),
                before.get(item.question, ()),
            )
            for item in measured
            if item.question in asked.questions
        ),
    )


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
        case Text() | Number() | Written():
            return 0.0
        case _:
            return None


_Given = tuple[int, str, bool]  # release, response, whether it was right


@dataclass(frozen=True)
class _Counted:
    """What happened how often, by version as `_version` calls it; `given`: by release, response and whether it was
    right; `last`: of each earlier version its question and the last release that asked it."""

    outcomes: Mapping[Outcome, int]
    marks: Mapping[str, Mapping[tuple[int, int], int]]
    given: Mapping[str, Mapping[_Given, Thirds]]
    last: Mapping[str, tuple[str, int]]


def _count(asked: Asked, held: Sequence[Sitting]) -> _Counted:
    marks_of = {
        id_: {text: answer.mark for text, answer in answers.items()} for id_, answers in asked.answers.items()
    }
    most_of = {
        id_: {text: asked.points[answer.given.question] for text, answer in answers.items()}
        for id_, answers in asked.answers.items()
    }
    # Attempts that came to the same are counted together: what is done for each answer must be next to nothing.
    outcomes: Counter[Outcome] = Counter()
    together: dict[tuple[Outcome, int], Counter[str]] = {}
    for sitting in held:
        mark_of, worth_of = marks_of[sitting.release_id], most_of[sitting.release_id]
        known = [text for text in sitting.given if text in mark_of]
        if known:
            outcome = sum(map(mark_of.__getitem__, known)), sum(map(worth_of.__getitem__, known))
            outcomes[outcome] += 1
            together.setdefault((outcome, sitting.release_id), Counter()).update(known)
    third_of = thirds(outcomes)
    marks: dict[str, Counter[tuple[int, int]]] = {}
    given: dict[str, dict[_Given, Thirds]] = {}
    last: dict[str, tuple[str, int]] = {}
    for (outcome, release_id), texts in together.items():
        third = third_of.get(outcome, MIDDLE)
        for text, often in texts.items():
            answer = asked.answers[release_id][text]
            version = _version(answer.given.question, answer.version)
            marks.setdefault(version, Counter())[answer.mark, outcome[0]] += often
            key = release_id, answer.given.response, answer.given.right
            counts = given.setdefault(version, {})
            counts[key] = plus(counts.get(key, NOBODY), only(third, often))
            if answer.version:
                last[version] = answer.given.question, max(release_id, last.get(version, ("", 0))[1])
    return _Counted(outcomes, marks, given, last)


def _givers(asked: Asked, held: Sequence[Sitting]) -> Mapping[str, Mapping[_Given, set[int]]]:
    """Who gave each answer, of questions whose answers are told only where more than one person gave them."""
    private = {
        id_: {
            text: answer
            for text, answer in answers.items()
            if choices.private(asked.then[id_][answer.given.question])
        }
        for id_, answers in asked.answers.items()
    }
    found: dict[str, dict[_Given, set[int]]] = {}
    for sitting in held:
        if known := private[sitting.release_id]:
            for answer in filter(None, map(known.get, sitting.given)):
                key = sitting.release_id, answer.given.response, answer.given.right
                version = _version(answer.given.question, answer.version)
                found.setdefault(version, {}).setdefault(key, set()).add(sitting.person_id)
    return found


def _version(question: str, place: int) -> str:
    """What a version of a question is called among the figures; the current one by its id."""
    return f"{question} {place}" if place else question  # no id has a space


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
    asked = {id_: questions_then(release, page) for id_, release in releases.items()}
    found: dict[str, list[Earlier]] = {}
    for version, (question, last_id) in sorted(last.items(), key=lambda item: -item[1][1]):
        words = asked[last_id][question]
        otherwise = (
            release.published_at
            for id_, release in releases.items()
            if id_ > last_id and not (question in asked[id_] and alike(words, asked[id_][question]))
        )
        told = measured[version]
        until = next(otherwise, published.published_at)
        found.setdefault(question, []).append(Earlier(until, told.attempts, told.facility))
    return {question: tuple(versions) for question, versions in found.items()}


def _pools(page: Page) -> dict[str, str]:
    """Of each question that not everybody gets, the pool it is of."""
    if page.scenario is not None:
        return {node: node for node in questions(page)}  # which nodes one sees is the way one takes
    sections = enumerate(page.quiz.sections if page.quiz else ())
    # In reverse, so that of two sections with the same question the first has it, as papers draw.
    return {
        question.id: f"pool {place}"  # no id has a space
        for place, section in reversed(list(sections))
        if section.draw is not None
        for question in section.questions
    }


def _item(
    asked: Asked,
    measured: ItemFigures,
    counts: Mapping[_Given, Thirds],
    givers: Mapping[_Given, set[int]],
    earlier: tuple[Earlier, ...],
) -> Item:
    question = asked.questions[measured.question]
    given = [
        Answers(
            asked.releases[key[0]],
            asked.then[key[0]][question.id],
            response=key[1],
            right=key[2],
            counts=often,
            givers=frozenset(givers.get(key, ())),
        )
        for key, often in counts.items()
    ]
    free = choices.typed(question)
    told = choices.choices(question, given, measured.attempts)
    held = NOBODY
    for each in given:
        held = plus(held, each.counts)
    answered = sum(sum(each.counts) for each in given if each.response)
    node = isinstance(question, Node)
    return Item(
        id=question.id,
        title=question.title,
        html=question.html if isinstance(question, Node) else question.prompt,
        kind="single" if node else str(question.__struct_config__.tag),
        line=0 if isinstance(question, Node) else question.line,
        figures=measured,
        choices=told,
        free=free,
        other_answers=answered - sum(choice.chosen for choice in told) if free else 0,
        not_answered=measured.attempts - answered,
        held=held,
        retired=question.id not in asked.live,
        earlier=earlier,
    )

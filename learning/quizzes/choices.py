"""How often each answer to a question was given, in the question's own words, and by which third of the attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

import msgspec

from learning.content.model import (
    Gap,
    Gaps,
    Match,
    Multiple,
    Node,
    Number,
    Order,
    Question,
    Single,
    Text,
    TrueFalse,
    Written,
)
from learning.library.catalogue import Published
from learning.quizzes import grading
from learning.quizzes.thirds import NOBODY, Choice, Thirds, plus
from learning.vietnamese import formats
from learning.web.i18n import gettext as _

PAIR = " → "


@dataclass(frozen=True)
class Answers:
    """The same answer given on the same release, how often, and where it is `private` by whom. `response` as ItemResult
    has it."""

    release: Published
    asked: Question | Node
    response: str
    right: bool
    counts: Thirds
    givers: frozenset[int] = frozenset()


def private(question: Question | Node) -> bool:
    """Whether what one person alone gave is theirs, and not told of unless it is right."""
    return typed(question) or isinstance(question, Gaps)


def typed(question: Question | Node) -> bool:
    """Whether answers are typed or arranged, so that there are no options to count."""
    return isinstance(question, Text | Number | Order)


def choices(question: Question | Node, given: Sequence[Answers], asked: int) -> tuple[Choice, ...]:
    """`asked`: how many attempts held the question. Of typed answers, those that more than one person gave."""
    return tuple(
        Choice(id, html, right, sum(counts), 100 * sum(counts) / asked if asked else None, counts)
        for id, html, right, counts in (_free(given) if typed(question) else _fixed(question, given))
    )


Told = tuple[str, str, bool]  # id, html, right
Counted = tuple[str, str, bool, Thirds]


def _fixed(question: Question | Node, given: Sequence[Answers]) -> list[Counted]:
    """Every option of the question, and what else was given: pairs, and words typed into a gap."""
    written = {(html, right): id for id, html, right in _options(question)}
    found: dict[tuple[str, bool], list[Any]] = {words: [id, NOBODY, set()] for words, id in written.items()}
    for each in sorted(given, key=lambda each: -each.release.release_id):
        if not each.response:
            continue
        for id, html, right in _chosen(each.asked, msgspec.json.decode(each.response)):
            place = found.setdefault((html, right), [f"{each.release.number}:{id}", NOBODY, set()])
            place[1] = plus(place[1], each.counts)
            place[2] |= each.givers
    told = [
        (id, html, right, counts)
        for (html, right), (id, counts, givers) in found.items()
        # What one person alone typed into a gap is theirs.
        if len(givers) > 1 or right or not isinstance(question, Gaps) or (html, right) in written
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


def _free(given: Sequence[Answers]) -> list[Counted]:
    """Typed or arranged answers, the commonest first; what only one person gave is theirs alone and is not told."""
    found: dict[tuple[str, bool], Thirds] = {}
    givers: dict[tuple[str, bool], set[int]] = {}
    for each in given:
        if each.response:
            words = _words(each.asked, msgspec.json.decode(each.response)), each.right
            found[words] = plus(found.get(words, NOBODY), each.counts)
            givers.setdefault(words, set()).update(each.givers)
    commonest = sorted(found.items(), key=lambda item: (-sum(item[1]), item[0]))
    # A right answer is told even of one person: it is the course's own.
    return [
        (str(place), html, right, counts)
        for place, ((html, right), counts) in enumerate(commonest, start=1)
        if len(givers[html, right]) > 1 or right
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
        case Written():
            return []
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

"""What a new version of a course changes for those who learn it. Pure: two frozen courses in, a list out.

The table is course-format.md, "What happens when a published course changes": a changed key is the one
change that waits for a choice, because people were graded by the old one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from learning.content.model import (
    Course,
    Gap,
    Gaps,
    Match,
    MatchItem,
    Multiple,
    Number,
    Option,
    Order,
    Page,
    Question,
    Single,
    Text,
    TrueFalse,
    Written,
    kind_of,
)

What = Literal["added", "removed", "kind", "key", "options", "points", "wording", "comment"]
KEY_CHOICES = ("keep", "new", "both", "full", "drop")


@dataclass(frozen=True)
class Change:
    """One question (or page) that differs; `what` is the weightiest difference."""

    page: str  # path of the file it stands in
    question: str  # its id
    title: str
    what: What


def compare(old: Course, new: Course) -> list[Change]:
    """Every question that was added, removed or changed, in the order of the new course, the removed last."""
    before, after = dict(_questions(old)), dict(_questions(new))
    changes = []
    for id_, (page, question) in after.items():
        what = difference(before[id_][1], question) if id_ in before else "added"
        if what is not None:
            changes.append(Change(page.path, id_, question.title, what))
    changes += [
        Change(page.path, id_, question.title, "removed")
        for id_, (page, question) in before.items()
        if id_ not in after
    ]
    return changes


def _questions(course: Course) -> Iterable[tuple[str, tuple[Page, Question]]]:
    """A question drawn from a lesson by an exam's pool stands in both: the lesson, read first, is its home."""
    seen = set()
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        for question in page.quiz.questions if page.quiz else ():
            if question.id not in seen:
                seen.add(question.id)
                yield question.id, (page, question)


def difference(old: Question, new: Question) -> What | None:
    """The weightiest difference between two versions of a question; None where they are the same."""
    if kind_of(old) != kind_of(new):
        return "kind"
    # Where it stands in its file is not what it says.
    if old == msgspec.structs.replace(new, line=old.line):
        return None
    by_kind = KEYS[type(new)](old, new)
    if by_kind is not None:
        return by_kind
    if old.points != new.points:
        return "points"
    return "wording" if _asked(old) != _asked(new) else "comment"


def asked_alike(old: Question, new: Question) -> bool:
    """Whether an answer to one is an answer to the other: the same words and the same key, whatever the points."""
    return kind_of(old) == kind_of(new) and KEYS[type(new)](old, new) is None and _asked(old) == _asked(new)


def said(question: Question) -> object:
    """What the learner is told after answering."""
    match question:
        case Single() | Multiple():
            feedback: object = [option.feedback for option in question.options]
        case Gaps():
            feedback = [[option.feedback for option in gap.options] for gap in question.gaps]
        case TrueFalse() | Text() | Number():
            feedback = question.feedback
        case _:
            feedback = None
    return (question.explanation, feedback, question.citations)


def _asked(question: Question) -> object:
    """What the learner sees before answering."""
    match question:
        case Single() | Multiple():
            parts: object = [option.html for option in question.options]
        case Match():
            parts = (question.left, question.right)
        case Order():
            parts = question.items
        case Gaps():
            parts = [[option.html for option in gap.options] for gap in question.gaps]
        case Number():
            parts = question.unit
        case Written():  # not seen before answering, but what the answer is marked by
            parts = question.criteria
        case _:
            parts = None
    return (question.title, question.prompt, question.variables, question.shuffle, parts)


def _choice(old: Single | Multiple, new: Single | Multiple) -> What | None:
    return _options(old.options, new.options)


def _options(old: tuple[Option, ...], new: tuple[Option, ...]) -> What | None:
    """Options are known by their text; where a text was reworded, by their place."""
    before = {option.html: option.right for option in old}
    after = {option.html: option.right for option in new}
    if any(after[text] != right for text, right in before.items() if text in after):
        return "key"
    if len(old) != len(new):
        return "options"
    reworded = [(a, b) for a, b in zip(old, new, strict=True) if a.html not in after or b.html not in before]
    return "key" if any(a.right != b.right for a, b in reworded) else None


def _true_false(old: TrueFalse, new: TrueFalse) -> What | None:
    return "key" if old.answer != new.answer else None


def _text(old: Text, new: Text) -> What | None:
    return "key" if set(old.accepted) != set(new.accepted) else None


def _number(old: Number, new: Number) -> What | None:
    return "key" if (old.low, old.high) != (new.low, new.high) else None


def _match(old: Match, new: Match) -> What | None:
    before, after = _pairs(old), _pairs(new)
    if any(after[left] != right for left, right in before.items() if left in after):
        # A right side reworded in place keeps its key; a pair that now points elsewhere does not.
        return None if old.pairs == new.pairs and _texts(old.left) == _texts(new.left) else "key"
    return "options" if (len(old.left), len(old.right)) != (len(new.left), len(new.right)) else None


def _pairs(question: Match) -> dict[str, str]:
    left, right = ({item.key: item.html for item in side} for side in (question.left, question.right))
    return {left[a]: right[b] for a, b in question.pairs.items()}


def _order(old: Order, new: Order) -> What | None:
    before, after = _texts(old.items), _texts(new.items)
    if len(before) != len(after):
        return "options"
    shared = set(before) & set(after)
    moved = [text for text in before if text in shared] != [text for text in after if text in shared]
    return "key" if moved else None


def _texts(items: tuple[MatchItem, ...]) -> list[str]:
    return [item.html for item in items]


def _gaps(old: Gaps, new: Gaps) -> What | None:
    before, after = {gap.key: gap for gap in old.gaps}, {gap.key: gap for gap in new.gaps}
    if before.keys() != after.keys():
        return "key"
    return max(
        (_gap(before[key], after[key]) for key in before),
        key=("", None, "options", "key").index,
        default=None,
    )


def _gap(old: Gap, new: Gap) -> What | None:
    if set(old.accepted) != set(new.accepted) or bool(old.options) != bool(new.options):
        return "key"
    return _options(old.options, new.options)


def _written(old: Written, new: Written) -> What | None:
    """No machine graded by it: whoever marks reads the criteria of the release that was answered."""
    return None


KEYS: dict[type, Callable[..., What | None]] = {
    Single: _choice,
    Multiple: _choice,
    TrueFalse: _true_false,
    Text: _text,
    Number: _number,
    Match: _match,
    Order: _order,
    Gaps: _gaps,
    Written: _written,
}

"""A question whose key was corrected: what becomes of those who were graded by the old one. Pure and exact.

The choices are course-format.md's: `keep` changes nothing, `new` grades by the new key, `both` takes the better of
the two, `full` gives all points, `drop` takes the question out of the score and out of what it is out of.

An old answer is held against the new key *in the words it was asked in*: the old question, with the new key put
into it (`rekey`). Where the new key cannot be said in those words (its right option was not there, it is in another
unit, it needs a variable that was not drawn), nobody is graded by what they never saw: `new` and `both` leave it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

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
)
from learning.content.variables import BadExpressionError, evaluate, mentioned
from learning.library.changes import KEYS
from learning.quizzes import grading, marking, papers, rubrics


@dataclass(frozen=True)
class Line:
    """One question of an attempt as it counts. A dropped one counts in neither score nor out of."""

    question: str
    mark: Fraction
    max_mark: Fraction
    verdict: grading.Verdict
    dropped: bool = False


@dataclass(frozen=True)
class Standing:
    """What an attempt stands at; `percent` from 0 to 100, exact."""

    lines: tuple[Line, ...]
    score: Fraction
    out_of: Fraction
    percent: Fraction
    passed: bool

    @property
    def decided(self) -> bool | None:
        """Passed or not, as it is kept; None while a written answer waits that may decide it."""
        return marking.decided(self.passed, marking.waiting(self.lines))

    def line(self, question: str) -> Line | None:
        return next((line for line in self.lines if line.question == question), None)


@dataclass(frozen=True)
class Sitting:
    """An attempt as it was sat: the page of its release, the paper drawn, the answers (wire form), the pass mark; and
    the newest marks that people gave to what was written."""

    page: Page
    quiz: str
    paper: papers.Paper
    answers: Mapping[str, Any]
    pass_percent: Decimal
    hand: marking.Hand = field(default_factory=dict)

    def marked(self) -> marking.Marked:
        """By the key of its own release, and by hand."""
        return marking.mark(self.page, self.paper, self.answers, self.pass_percent, self.hand)

    def unmarked(self) -> marking.Marked:
        """By the key of its own release, as it was handed in."""
        return marking.mark(self.page, self.paper, self.answers, self.pass_percent)


def first(marked: marking.Marked) -> Standing:
    """As it was graded when it was handed in."""
    lines = tuple(Line(item.question, item.mark, item.max_mark, item.verdict) for item in marked.items)
    return Standing(lines, marked.score, marked.out_of, marked.percent, marked.passed)


def marked_by_hand(sitting: Sitting, standing: Standing, given: rubrics.Given) -> Standing:
    """What the attempt stands at when a person has marked this answer. A pass is never taken away by it."""
    question = papers.asked(sitting.paper, sitting.page).get(given.question)
    if not isinstance(question, Written):
        return standing
    share = rubrics.share(question.criteria, given.marks)
    lines = tuple(
        replace(line, mark=share * line.max_mark, verdict=grading.verdict(share))
        if line.question == given.question
        else line
        for line in standing.lines
    )
    after = _summed(sitting, lines)
    return replace(after, passed=standing.passed or after.passed)


def regrade(sitting: Sitting, standing: Standing, choices: Mapping[str, str], course: Course) -> Standing:
    """What the attempt stands at after these choices (question → choice), by the keys of `course`.

    The same twice is the same as once. Where dropping would leave nothing to score, nothing is dropped.
    """
    if sitting.page.scenario is not None:  # a case has ways on, no keys
        return standing
    after = _regraded(sitting, standing, choices, course)
    if not any(line.max_mark and not line.dropped for line in after.lines):
        after = _regraded(sitting, standing, _without_drops(choices), course)
    return after


def falls(before: Standing, after: Standing) -> bool:
    """Whether this takes something from the person: a lower percent, or a pass."""
    return after.percent < before.percent or (before.passed and not after.passed)


def retold(marked: marking.Marked, standing: Standing) -> marking.Marked:
    """The marked paper with the marks, verdicts and sums that count now; what is told of each question stays."""
    items = tuple(
        replace(item, mark=line.mark, max_mark=line.max_mark, verdict=line.verdict)
        for item, line in zip(marked.items, standing.lines, strict=True)
    )
    return marking.Marked(items, standing.score, standing.out_of, standing.percent, standing.passed)


def as_rekeyed(page: Page, quiz: str, questions: Iterable[str], course: Course) -> Page:
    """The page with the keys, feedback and explanations of `course` in these questions, for looking back on them."""
    wanted = {id_: new for id_ in questions if (new := question_in(course, quiz, id_)) is not None}
    return papers.reworded(page, lambda one: _told(one, wanted[one.id]) if one.id in wanted else one)


def rekeyed(then: Course, course: Course, questions: Collection[str]) -> set[str]:
    """Those of the questions that a page of `then` asks with another key."""
    before, after = _questions(then), _questions(course)
    return {id_ for id_ in questions if _another_key(before.get(id_), after.get(id_))}


def question_in(course: Course, quiz: str, question: str) -> Question | None:
    """The question in a course: on the page of this quiz ("exam" or a page's id), else wherever it stands now."""
    pages = (*course.pages, *((course.exam,) if course.exam else ()))
    own = (page for page in pages if quiz == ("exam" if page.kind == "exam" else page.id))
    for page in chain(own, pages):
        if (found := papers.by_id(page).get(question)) is not None:
            return found
    return None


def rekey(old: Question, new: Question) -> Question | None:
    """The old question, word for word, with the new one's key; None where that key cannot be said in its words."""
    if type(old) is not type(new):
        return None
    return _REKEYED[type(old)](old, new)  # type: ignore[no-any-return]


def _questions(course: Course) -> dict[str, Question]:
    """Each question as the first page has it that asks it."""
    found: dict[str, Question] = {}
    for page in reversed((*course.pages, *((course.exam,) if course.exam else ()))):
        found |= papers.by_id(page)
    return found


def _another_key(old: Question | None, new: Question | None) -> bool:
    if old is None or new is None or type(old) is not type(new):
        return False
    return bool(KEYS[type(new)](old, new) == "key")


def _regraded(sitting: Sitting, standing: Standing, choices: Mapping[str, str], course: Course) -> Standing:
    lines = tuple(
        _line(sitting, line, choices[line.question], course) if line.question in choices else line
        for line in standing.lines
    )
    if lines == standing.lines:
        return standing
    after = _summed(sitting, lines)
    # A pass that a lower mark by hand left standing is not lost by what takes nothing away.
    return replace(after, passed=after.passed or (standing.passed and after.percent >= standing.percent))


def _summed(sitting: Sitting, lines: tuple[Line, ...]) -> Standing:
    counted = [line for line in lines if not line.dropped]
    score = sum((line.mark for line in counted), Fraction(0))
    out_of = sum((line.max_mark for line in counted), Fraction(0))
    percent = 100 * score / out_of if out_of else Fraction(0)
    return Standing(lines, score, out_of, percent, percent >= Fraction(sitting.pass_percent))


def _line(sitting: Sitting, line: Line, choice: str, course: Course) -> Line:
    if choice == "full":
        return replace(line, mark=line.max_mark, verdict="right", dropped=False)
    if choice == "drop":
        return replace(line, mark=Fraction(0), dropped=True)
    if choice not in ("new", "both") or (choice == "both" and line.dropped):
        return line
    graded = _by_new_key(sitting, line, course)
    if graded is None or (choice == "both" and graded.mark <= line.mark):
        return line
    return graded


def _by_new_key(sitting: Sitting, line: Line, course: Course) -> Line | None:
    old = papers.asked(sitting.paper, sitting.page).get(line.question)
    new = question_in(course, sitting.quiz, line.question)
    item = next((each for each in sitting.paper if each["question"] == line.question), None)
    if old is None or new is None or item is None or (rekeyed := rekey(old, new)) is None:
        return None
    values = papers.values(item)
    if not _computable(rekeyed, new, values):
        return None
    keys = papers.to_keys(item, sitting.answers.get(line.question))
    graded = grading.grade(rekeyed, keys, marking=marking.rules(sitting.page).marking, values=values)
    return replace(line, mark=graded.fraction * line.max_mark, verdict=graded.verdict, dropped=False)


def _without_drops(choices: Mapping[str, str]) -> dict[str, str]:
    return {question: choice for question, choice in choices.items() if choice != "drop"}


def _computable(question: Question, new: Question, values: Mapping[str, Decimal]) -> bool:
    """Whether the new key needs nothing that was not drawn for this paper."""
    match question:
        case Number(low=low, high=high):
            try:
                evaluate(low, values), evaluate(high, values)
            except BadExpressionError:
                return False
            return True
        case Text(accepted=accepted):
            named = {variable.name for variable in new.variables}
            return all(named & mentioned(text) <= values.keys() for text in accepted)
        case _:
            return True


def _told(old: Question, new: Question) -> Question:
    rekeyed = rekey(old, new)
    if rekeyed is None:
        return old
    told: dict[str, Any] = {"explanation": new.explanation}
    if isinstance(rekeyed, Single | Multiple) and isinstance(new, Single | Multiple):
        told["options"] = _with_feedback(rekeyed.options, new.options)
    elif isinstance(rekeyed, Gaps) and isinstance(new, Gaps):
        fresh = {gap.key: gap.options for gap in new.gaps}
        told["gaps"] = tuple(
            msgspec.structs.replace(gap, options=_with_feedback(gap.options, fresh[gap.key]))
            for gap in rekeyed.gaps
        )
    elif isinstance(new, TrueFalse | Text | Number):
        told["feedback"] = new.feedback
    return msgspec.structs.replace(rekeyed, **told)


def _with_feedback(old: tuple[Option, ...], new: tuple[Option, ...]) -> tuple[Option, ...]:
    fresh, same = {option.key: option for option in new}, _counterparts(old, new)
    return tuple(
        msgspec.structs.replace(option, feedback=fresh[same[option.key]].feedback)
        if option.key in same
        else option
        for option in old
    )


# The new key in the words of the old question, of each kind.


def _counterparts(old: Iterable[Option | MatchItem], new: Iterable[Option | MatchItem]) -> dict[str, str]:
    """Key → the same one's key in the new question: known by its words; a reworded one by its place, where nothing
    was added or taken away."""
    old, new = list(old), list(new)
    keys = {item.html: item.key for item in new}
    same = {item.key: keys[item.html] for item in old if item.html in keys}
    if len(old) == len(new):
        taken = set(same.values())
        same |= {
            before.key: after.key
            for before, after in zip(old, new, strict=True)
            if before.key not in same and after.key not in taken
        }
    return same


def _options(old: tuple[Option, ...], new: tuple[Option, ...]) -> tuple[Option, ...] | None:
    """None where none of the right ones was there to choose."""
    right, same = {option.key for option in new if option.right}, _counterparts(old, new)
    rekeyed = tuple(msgspec.structs.replace(option, right=same.get(option.key) in right) for option in old)
    return rekeyed if any(option.right for option in rekeyed) else None


def _choice(old: Single | Multiple, new: Single | Multiple) -> Question | None:
    options = _options(old.options, new.options)
    return None if options is None else msgspec.structs.replace(old, options=options)


def _true_false(old: TrueFalse, new: TrueFalse) -> Question:
    return msgspec.structs.replace(old, answer=new.answer)


def _text(old: Text, new: Text) -> Question:
    return msgspec.structs.replace(old, accepted=new.accepted)


def _number(old: Number, new: Number) -> Question | None:
    if old.unit and new.unit and old.unit != new.unit:
        return None
    return msgspec.structs.replace(
        old, low=new.low, high=new.high, exact=new.exact, unit=old.unit or new.unit
    )


def _match(old: Match, new: Match) -> Question | None:
    left = _counterparts(old.left, new.left)
    right = {after: before for before, after in _counterparts(old.right, new.right).items()}
    pairs = {
        key: right[new.pairs[left[key]]]
        for key in (item.key for item in old.left)
        if key in left and new.pairs.get(left[key]) in right
    }
    return msgspec.structs.replace(old, pairs=pairs) if len(pairs) == len(old.pairs) else None


def _order(old: Order, new: Order) -> Question | None:
    """The order is the key, so a place knows nobody here: at most one item may be reworded."""
    words = {item.html for item in old.items} & {item.html for item in new.items}
    if len(old.items) != len(new.items) or len(words) < len(old.items) - 1:
        return None
    items = {item.html: item for item in old.items}
    reworded = next((item for item in old.items if item.html not in words), None)
    ordered = (items.get(item.html, reworded) for item in new.items)
    return msgspec.structs.replace(old, items=tuple(item for item in ordered if item is not None))


def _gaps(old: Gaps, new: Gaps) -> Question | None:
    fresh = {gap.key: gap for gap in new.gaps}
    if {gap.key for gap in old.gaps} != fresh.keys():
        return None
    gaps = [_gap(gap, fresh[gap.key]) for gap in old.gaps]
    return (
        None
        if None in gaps
        else msgspec.structs.replace(old, gaps=tuple(gap for gap in gaps if gap is not None))
    )


def _gap(old: Gap, new: Gap) -> Gap | None:
    if bool(old.options) != bool(new.options):
        return None
    if not old.options:
        return msgspec.structs.replace(old, accepted=new.accepted)
    options = _options(old.options, new.options)
    return None if options is None else msgspec.structs.replace(old, options=options)


def _written(old: Written, new: Written) -> None:
    """There is no key: a person marks by the criteria that were asked."""


_REKEYED: dict[type, Any] = {
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

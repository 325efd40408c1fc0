"""Grading one question (course-format.md, Grading). Pure and exact: answers in, fractions out.

Answers here speak the release's own keys; `papers.to_keys` turns the ids drawn for an attempt into them.
`None`, "", [] and {} are no answer.

Numbers are read the Vietnamese way: `.` groups, `,` is the decimal mark. So `1.500` is 1500, `1,500` and `1,5`
are one and a half, `1.500.000,25` is what it says. Digits with marks that do not fit this (`1.5`, `1.50`,
`0.500`, `1,500,000`, `1,500.5`) might mean either and are asked again; what is no number at all is wrong.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from learning.content.model import (
    Gap,
    Gaps,
    Marking,
    Match,
    Multiple,
    Number,
    Order,
    Question,
    Single,
    Text,
    TrueFalse,
    Written,
)
from learning.content.variables import evaluate, substitute
from learning.vietnamese.folding import fold, tone_neutral

Verdict = Literal["right", "partly", "wrong", "not_answered", "to_mark"]

LONGEST_TEXT = 2000  # characters of a typed answer
LONGEST_WRITTEN = 4000  # of one that a person marks
LARGEST_NUMBER = Decimal(10) ** 30
_SMALLEST_STEP = -30  # digits after the decimal mark

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_UNSEEN = ("Cc", "Cf", "Cn")
_GROUPED = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?")
_SPACED = re.compile(r"([1-9]\d{0,2}(?: \d{3})+)(?:,(\d+))?")
_PLAIN = re.compile(r"(\d*)(?:,(\d+))?")
_MARKED = re.compile(r"[\d.,]*\d[\d.,]*")
_NUMBER_AND_UNIT = re.compile(r"([+-]? ?[\d.,](?:[\d., ]*[\d.,])?) ?(.*)", re.DOTALL)


class BadAnswer(ValueError):
    """An answer that no form of ours sends: 422, never recorded. `code` as in `wording.bad_answer`."""

    def __init__(self, code: str, question: str = "") -> None:
        super().__init__(f"{question}: {code}" if question else code)
        self.code = code
        self.question = question


@dataclass(frozen=True)
class Ask:
    """A part ("" or a gap's key) to be asked again, and why: "diacritics" or "ambiguous_number"."""

    part: str
    reason: str


@dataclass(frozen=True)
class Graded:
    """`fraction` of the question's points, 0 to 1. `ask_again` is what to ask again, once, before it counts so.

    `response` is the answer in its canonical form, in the release's keys; None where there was none.
    """

    fraction: Fraction
    verdict: Verdict
    ask_again: tuple[Ask, ...] = ()
    response: Any = None

    @property
    def canonical(self) -> str:
        """`response` as canonical JSON: equal answers are equal texts; "" for none."""
        return "" if self.response is None else canonical(self.response)


def grade(
    question: Question,
    answer: Any,
    *,
    marking: Marking = "partial",
    values: Mapping[str, Decimal] | None = None,
) -> Graded:
    """Grades an answer in release keys. Raises BadAnswer for one that is none of this question's."""
    response = read(question, answer)
    if response is None:
        return Graded(Fraction(0), "not_answered")
    if isinstance(question, Written):
        # Nothing until a person has marked it. What was written is the writer's: statistics know its length alone.
        return Graded(Fraction(0), "to_mark", (), len(response))
    fraction, asks, response = _GRADERS[type(question)](question, response, values or {})
    if marking == "all-or-nothing" and fraction < 1:
        fraction = Fraction(0)
    return Graded(fraction, verdict(fraction), tuple(asks), response)


def read(question: Question, answer: Any) -> Any:
    """The answer checked and put in order, None for no answer. Raises BadAnswer."""
    if answer in (None, "", [], {}):
        return None
    try:
        return _READERS[type(question)](question, answer)
    except BadAnswer as bad:
        raise BadAnswer(bad.code, question.id) from None


def canonical(value: Any) -> str:
    """JSON, the same text for the same value."""
    return _CANONICAL.encode(value)


def verdict(fraction: Fraction) -> Verdict:
    """Of an answer that was marked."""
    return "right" if fraction == 1 else "partly" if fraction > 0 else "wrong"


# Reading: the shape of the answer to each kind.


def _read_single(question: Single, answer: Any) -> Any:
    return _one_of(_keys(question.options), answer)


def _read_multiple(question: Multiple, answer: Any) -> Any:
    chosen = set(_several_of(_keys(question.options), answer))
    return [option.key for option in question.options if option.key in chosen]


def _read_true_false(question: TrueFalse, answer: Any) -> Any:
    if not isinstance(answer, bool):
        raise BadAnswer("wrong_type")
    return answer


def _read_text(question: Text, answer: Any) -> Any:
    return _typed(answer)


def _read_written(question: Written, answer: Any) -> Any:
    """In NFC and in its lines, without other control characters; None for nothing but spaces."""
    if not isinstance(answer, str) or any("\ud800" <= letter <= "\udfff" for letter in answer):
        raise BadAnswer("wrong_type")
    text = "\n".join(line.rstrip().replace("\t", " ") for line in answer.splitlines())
    text = unicodedata.normalize("NFC", text)
    text = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _UNSEEN)
    if len(text) > LONGEST_WRITTEN:
        raise BadAnswer("too_long")
    return text.strip() or None


def _read_number(question: Number, answer: Any) -> Any:
    if isinstance(answer, str):
        return _typed(answer)
    if isinstance(answer, bool) or not isinstance(answer, int | float | Decimal):
        raise BadAnswer("wrong_type")
    # A whole number of thousands of digits would not even print.
    if isinstance(answer, int) and answer.bit_length() > 128:
        raise BadAnswer("too_long")
    exact = Decimal(str(answer))
    if not exact.is_finite():
        raise BadAnswer("not_a_number")
    if abs(exact) > LARGEST_NUMBER or int(exact.as_tuple().exponent) < _SMALLEST_STEP:
        raise BadAnswer("too_long")
    return exact


def _read_match(question: Match, answer: Any) -> Any:
    if not isinstance(answer, dict):
        raise BadAnswer("wrong_type")
    left, right = _keys(question.left), _keys(question.right)
    given = {_part_of(left, key): value for key, value in answer.items() if value not in (None, "")}
    return {key: _one_of(right, value) for key, value in given.items()} or None


def _read_order(question: Order, answer: Any) -> Any:
    return _several_of(_keys(question.items), answer)


def _read_gaps(question: Gaps, answer: Any) -> Any:
    if not isinstance(answer, dict):
        raise BadAnswer("wrong_type")
    gaps = {gap.key: gap for gap in question.gaps}
    given = {_part_of(gaps, key): value for key, value in answer.items() if value is not None}
    read = {key: _read_gap(gaps[key], value) for key, value in given.items()}
    return {key: value for key, value in read.items() if value is not None} or None


def _read_gap(gap: Gap, answer: Any) -> Any:
    if gap.options and answer != "":
        return _one_of(_keys(gap.options), answer)
    return _typed(answer)


def _keys(items: Iterable[Any]) -> dict[str, Any]:
    return {item.key: item for item in items}


def _one_of(known: Mapping[str, Any], answer: Any) -> str:
    if not isinstance(answer, str):
        raise BadAnswer("wrong_type")
    if answer not in known:
        raise BadAnswer("unknown_option")
    return answer


def _several_of(known: Mapping[str, Any], answer: Any) -> list[str]:
    if not isinstance(answer, list):
        raise BadAnswer("wrong_type")
    chosen = [_one_of(known, each) for each in answer[: len(known) + 1]]
    if len(set(chosen)) < len(chosen):
        raise BadAnswer("repeated")
    return chosen


def _part_of(known: Mapping[str, Any], key: Any) -> str:
    if not isinstance(key, str) or key not in known:
        raise BadAnswer("unknown_part")
    return key


def _typed(answer: Any) -> str | None:
    """What was typed, in NFC, single spaces, without control and zero-width characters; None for nothing."""
    if not isinstance(answer, str):
        raise BadAnswer("wrong_type")
    if len(answer) > LONGEST_TEXT:
        raise BadAnswer("too_long")
    if any("\ud800" <= letter <= "\udfff" for letter in answer):
        raise BadAnswer("wrong_type")
    text = unicodedata.normalize("NFC", " ".join(answer.split()))
    return "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN) or None


# Grading: each gives fraction, what to ask again, and the canonical response.

Outcome = tuple[Fraction, list[Ask], Any]


def _grade_single(question: Single, answer: str, values: Mapping[str, Decimal]) -> Outcome:
    return Fraction(_keys(question.options)[answer].right), [], answer


def _grade_multiple(question: Multiple, answer: list[str], values: Mapping[str, Decimal]) -> Outcome:
    right = {option.key for option in question.options if option.right}
    hits = len(right.intersection(answer))
    share = Fraction(hits - (len(answer) - hits), len(right)) if right else Fraction(0)
    return max(Fraction(0), share), [], answer


def _grade_true_false(question: TrueFalse, answer: bool, values: Mapping[str, Decimal]) -> Outcome:
    return Fraction(answer == question.answer), [], answer


def _grade_text(question: Text, answer: str, values: Mapping[str, Decimal]) -> Outcome:
    return _grade_typed(answer, [substitute(text, values) for text in question.accepted], "")


def _grade_number(question: Number, answer: str | Decimal, values: Mapping[str, Decimal]) -> Outcome:
    try:
        value = read_number(answer, question.unit) if isinstance(answer, str) else answer
    except AmbiguousNumber:
        return Fraction(0), [Ask("", "ambiguous_number")], answer
    if value is None:
        return Fraction(0), [], _plain(str(answer))
    within = evaluate(question.low, values) <= Fraction(value) <= evaluate(question.high, values)
    return Fraction(within), [], _digits(value)


def _grade_match(question: Match, answer: dict[str, str], values: Mapping[str, Decimal]) -> Outcome:
    hits = sum(answer.get(left) == right for left, right in question.pairs.items())
    return Fraction(hits, len(question.pairs) or 1), [], answer


def _grade_order(question: Order, answer: list[str], values: Mapping[str, Decimal]) -> Outcome:
    keys = [item.key for item in question.items]
    if len(keys) == 1:
        return Fraction(answer == keys), [], answer
    adjacent = set(pairwise(keys))
    hits = sum(pair in adjacent for pair in pairwise(answer))
    return Fraction(hits, len(adjacent) or 1), [], answer


def _grade_gaps(question: Gaps, answer: dict[str, str], values: Mapping[str, Decimal]) -> Outcome:
    hits, asks, response = Fraction(0), [], {}
    for gap in question.gaps:
        if gap.key in answer:
            hit, ask, response[gap.key] = grade_gap(gap, answer[gap.key], values)
            hits += hit
            asks += ask
    return hits / (len(question.gaps) or 1), asks, response


def grade_gap(gap: Gap, answer: str, values: Mapping[str, Decimal]) -> Outcome:
    """One gap, its answer as read."""
    if gap.options:
        return Fraction(_keys(gap.options)[answer].right), [], answer
    return _grade_typed(answer, [substitute(text, values) for text in gap.accepted], gap.key)


def _grade_typed(answer: str, accepted: Iterable[str], part: str) -> Outcome:
    accepted = [_plain(text) for text in accepted]
    plain = _plain(answer)
    if plain in accepted:
        return Fraction(1), [], plain
    near = fold(plain) in {fold(text) for text in accepted}
    return Fraction(0), [Ask(part, "diacritics")] if near else [], plain


def _plain(text: str) -> str:
    """For comparing typed texts: one tone placement, no case, no punctuation at the edges."""
    text = tone_neutral(" ".join(unicodedata.normalize("NFC", text).casefold().split()))
    start, end = 0, len(text)
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    return text[start:end] or text


def _is_edge(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter).startswith("P")


class AmbiguousNumber(ValueError):
    """Digits whose marks might group or divide: `1.5`, `1,500,000`."""


def read_number(text: str, unit: str = "") -> Decimal | None:
    """A number as typed in Vietnam, with or without its unit; None where it is none. Raises AmbiguousNumber."""
    text = " ".join(text.split()).translate({0x2212: "-", 0x2013: "-", 0x2010: "-"})
    found = _NUMBER_AND_UNIT.fullmatch(text)
    if not found or (found[2].strip(" .;,") and not _same_unit(found[2], unit)):
        return None
    digits = found[1].replace("+", "").replace("- ", "-").strip().rstrip(".,")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits.strip())
    for form in (_GROUPED, _SPACED, _PLAIN):
        if (parts := form.fullmatch(digits)) and digits:
            whole = parts[1].replace(".", "").replace(" ", "") or "0"
            return _decimal(f"{sign}{whole}.{parts[2] or 0}")
    if _MARKED.fullmatch(digits):
        raise AmbiguousNumber(text)
    return None


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:  # no digits of ours, e.g. of another script
        return None
    return value if abs(value) <= LARGEST_NUMBER else None


def _same_unit(typed: str, unit: str) -> bool:
    return bool(unit) and fold(_plain(typed)) == fold(_plain(unit))


def _digits(value: Decimal) -> str:
    """12.50 and 12.5 are one answer."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


_READERS: dict[type, Callable[[Any, Any], Any]] = {
    Single: _read_single,
    Multiple: _read_multiple,
    TrueFalse: _read_true_false,
    Text: _read_text,
    Number: _read_number,
    Match: _read_match,
    Order: _read_order,
    Gaps: _read_gaps,
    Written: _read_written,
}

_GRADERS: dict[type, Callable[[Any, Any, Mapping[str, Decimal]], Outcome]] = {
    Single: _grade_single,
    Multiple: _grade_multiple,
    TrueFalse: _grade_true_false,
    Text: _grade_text,
    Number: _grade_number,
    Match: _grade_match,
    Order: _grade_order,
    Gaps: _grade_gaps,
}

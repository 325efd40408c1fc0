"""Marks by criteria, as a person gives them: which there are to choose from, and what they come to. Pure and exact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from learning.content.model import Criterion

STEP = Decimal("0.5")
LONGEST_REMARK = 1000  # characters


class BadMark(ValueError):
    """A mark that is none of a criterion's steps, or a remark too long. `place`: of which criterion; `code`: "no_mark",
    "mark" or "remark"."""

    def __init__(self, place: int, code: str) -> None:
        super().__init__(f"criterion {place}: {code}")
        self.place = place
        self.code = code


@dataclass(frozen=True)
class Given:
    """What one person gave one answer, criterion by criterion; `version` counts the marks of this answer from 1."""

    question: str
    version: int
    marks: tuple[Decimal, ...]
    remarks: tuple[str, ...]
    by: int
    at: datetime


@dataclass(frozen=True)
class Judged:
    """A criterion of an answer that was marked. `html` as the course has it, `remark` plain text."""

    html: str
    points: Decimal
    mark: Decimal
    remark: str


def steps(points: Decimal) -> tuple[Decimal, ...]:
    """The marks to choose from: none, every half, and all of the points."""
    halves = int(points / STEP)
    found = [STEP * half for half in range(halves + 1)]
    return tuple(found if found[-1] == points else [*found, points])


def read(
    criteria: Sequence[Criterion], marks: Sequence[str], remarks: Sequence[str]
) -> tuple[tuple[Decimal, ...], tuple[str, ...]]:
    """What was chosen and written, a mark and a remark for each criterion. Raises BadMark."""
    found = []
    for place, one in enumerate(criteria):
        written = marks[place].strip().replace(",", ".") if place < len(marks) else ""
        if not written:
            raise BadMark(place, "no_mark")
        found.append(_step(place, one.points, written))
    said = tuple(
        _remark(place, remarks[place] if place < len(remarks) else "") for place in range(len(criteria))
    )
    return tuple(found), said


def total(marks: Iterable[Decimal]) -> Decimal:
    return sum(marks, Decimal(0))


def share(criteria: Sequence[Criterion], marks: Sequence[Decimal]) -> Fraction:
    """Of the question's points, 0 to 1."""
    most = total(one.points for one in criteria)
    return Fraction(total(marks)) / Fraction(most) if most else Fraction(0)


def judged(criteria: Sequence[Criterion], given: Given) -> tuple[Judged, ...]:
    return tuple(
        Judged(one.html, one.points, mark, remark)
        for one, mark, remark in zip(criteria, given.marks, given.remarks, strict=True)
    )


def _step(place: int, points: Decimal, written: str) -> Decimal:
    try:
        mark = Decimal(written)
    except InvalidOperation:
        raise BadMark(place, "mark") from None
    chosen = next((step for step in steps(points) if step == mark), None) if mark.is_finite() else None
    if chosen is None:
        raise BadMark(place, "mark")
    return chosen


def _remark(place: int, written: str) -> str:
    """In whole lines, without what does not print."""
    text = "\n".join(" ".join(line.split()) for line in written.splitlines()).strip()
    text = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    if len(text) > LONGEST_REMARK:
        raise BadMark(place, "remark")
    return text

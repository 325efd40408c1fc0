"""What was handed in, an attempt a row: the same few rows for however many questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    cast,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.quizzes.models import Attempt, ItemResult

Which = Literal["first", "best", "all"]
# Attempts of which an answer waits for a person to mark it. Said in the statement itself: SQLite uses an index of some
# rows only where it reads which they are.
TO_MARK = select(ItemResult.attempt_id).where(ItemResult.verdict == literal_column("'to_mark'"))
_BETWEEN = "\x1f"  # no id has one, and JSON writes it otherwise


@dataclass(frozen=True)
class Sitting:
    """A finished attempt. `given`: of each question what `Given.read` reads; equal ones are equal texts, so that they
    can be counted before they are read."""

    person_id: int
    release_id: int
    finished_at: datetime
    given: Sequence[str]


@dataclass(frozen=True)
class Given:
    """A question answered. `mark` in millionths; `response` as ItemResult has it."""

    question: str
    mark: int
    right: bool
    response: str

    @classmethod
    def read(cls, text: str) -> "Given":
        question, mark, verdict, response = text.split(" ", 3)
        return cls(question, int(mark), verdict == "right", response)


def sittings(
    session: Session, course_id: str, quiz: str, people: ColumnElement[bool], which: Which
) -> list[Sitting]:
    """The finished attempts of people in sight (a condition over Person.id), but for those of which an answer waits to
    be marked: as yet their totals say nothing.

    `first`: each person's first attempt; `best`: the one of highest percent, of equal ones the earliest; `all`.
    """
    columns = (Attempt.id, Attempt.person_id, Attempt.release_id, Attempt.finished_at, Attempt.started_at)
    finished = (
        select(*columns)
        .join(Person, Person.id == Attempt.person_id)
        .where(*_finished(course_id, quiz, people), Attempt.id.not_in(TO_MARK))
    )
    if which == "first":
        finished = finished.where(Attempt.number == 1)
    elif which == "best":
        place = func.row_number().over(
            partition_by=Attempt.person_id, order_by=(Attempt.percent.desc(), Attempt.number)
        )
        ranked = finished.add_columns(place.label("place")).subquery("ranked")
        finished = select(*(ranked.c[column.key] for column in columns)).where(ranked.c.place == 1)
    held = finished.subquery("held")
    # The database puts an attempt's answers together: a row for each would take most of the time there is.
    given = (
        select(func.aggregate_strings(_text(), _BETWEEN))
        .where(ItemResult.attempt_id == held.c.id)
        .scalar_subquery()
    )
    query = select(held.c.person_id, held.c.release_id, held.c.finished_at, held.c.started_at, given)
    return [
        Sitting(person_id, release_id, finished_at or started_at, texts.split(_BETWEEN))
        for person_id, release_id, finished_at, started_at, texts in session.execute(query)
        if texts
    ]


def waiting(
    session: Session, course_id: str, quiz: str, people: ColumnElement[bool], which: Which = "all"
) -> int:
    """How many finished attempts `sittings` leaves out because an answer waits to be marked."""
    query = select(func.count()).select_from(Attempt).join(Person, Person.id == Attempt.person_id)
    query = query.where(*_finished(course_id, quiz, people), Attempt.id.in_(TO_MARK))
    return session.scalar(query.where(Attempt.number == 1) if which == "first" else query) or 0


def _finished(course_id: str, quiz: str, people: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return Attempt.course_id == course_id, Attempt.quiz == quiz, Attempt.state != "open", people


def _text() -> ColumnElement[str]:
    parts: list[ColumnElement[str]] = [
        ItemResult.question.expression,
        cast(type_coerce(ItemResult.mark, BigInteger), String),
        ItemResult.verdict.expression,
        ItemResult.response.expression,
    ]
    text = parts[0]
    for part in parts[1:]:
        text = text + literal(" ") + part
    return text

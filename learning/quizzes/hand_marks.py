"""Written answers marked by people: what waits, one submission with all that was given to it, and a new mark.

Desks mark through `certificates.outcomes.mark_by_hand`, which adds progress and certificate. Who may mark whom is the
caller's to say, by a condition over Person.id; nobody marks their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.model import Page, Written
from learning.library.catalogue import Published
from learning.quizzes import attempts, grading, marking, papers, records, rubrics, standings
from learning.quizzes.models import Attempt, HandMark, ItemResult
from learning.quizzes.replies import ClientIdReused
from learning.quizzes.sittings import TO_MARK

PAGE = 50
Cursor = tuple[datetime, str]  # when it was handed in, and the attempt


class NotToMark(LookupError):
    """No finished attempt of somebody else's with such a written answer: 404."""


class Overtaken(Exception):
    """Another marked it since this page was made: both are to be shown. `questions`: which."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(", ".join(questions))
        self.questions = tuple(questions)


@dataclass(frozen=True)
class Entry:
    """A new mark for one answer. `based_on`: the version the marker had before them, 0 for none."""

    based_on: int
    marks: tuple[Decimal, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Queue:
    """What waits at one quiz. `number` submissions, the oldest of `since`."""

    course_id: str
    quiz: str
    number: int
    since: datetime


@dataclass(frozen=True)
class Waiting:
    """A submission with written answers. `left`: how many still wait for a mark."""

    attempt_id: str
    course_id: str
    quiz: str
    release_id: int
    person_id: int
    full_name: str
    finished_at: datetime
    left: int

    @property
    def cursor(self) -> Cursor:
        return self.finished_at, self.attempt_id


@dataclass(frozen=True)
class Asked:
    """A written question that was answered: `answer` as it was typed, `given` every mark so far, the first one first."""

    question: Written
    prompt: str
    explanation: str
    answer: str
    given: tuple[rubrics.Given, ...]

    @property
    def version(self) -> int:
        return self.given[-1].version if self.given else 0


@dataclass(frozen=True)
class Work:
    """A submission as whoever marks has it before them."""

    attempt: Attempt
    published: Published
    page: Page
    person: Person
    asked: tuple[Asked, ...]
    markers: Mapping[int, str]  # names


def queues(session: Session, people: ColumnElement[bool]) -> list[Queue]:
    """Where something waits, what has waited longest first. `people`: a condition over Person.id and Attempt."""
    query = (
        _submitted(people, waiting=True)
        .with_only_columns(Attempt.course_id, Attempt.quiz, func.count(), func.min(Attempt.finished_at))
        .group_by(Attempt.course_id, Attempt.quiz)
        .order_by(func.min(Attempt.finished_at), Attempt.course_id, Attempt.quiz)
    )
    rows: Iterable[Any] = session.execute(query)
    return [Queue(*row) for row in rows]


def waiting(
    session: Session,
    people: ColumnElement[bool],
    course_id: str = "",
    quiz: str = "",
    *,
    after: Cursor | None = None,
    size: int = PAGE,
) -> tuple[list[Waiting], bool]:
    """Submissions that wait, the oldest first, and whether there are more."""
    place = tuple_(Attempt.finished_at, Attempt.id)
    query = _of(_submitted(people, waiting=True), course_id, quiz).order_by(Attempt.finished_at, Attempt.id)
    if after is not None:
        query = query.where(place > after)
    rows = session.execute(query.limit(size + 1)).all()
    return [_waiting(row) for row in rows[:size]], len(rows) > size


def of_learner(session: Session, person_id: int, course_id: str) -> dict[str, str]:
    """Of this person's quizzes in a course those in which something waits to be marked, with the latest such attempt."""
    query = (
        _submitted(Attempt.person_id == person_id, waiting=True)
        .with_only_columns(Attempt.quiz, Attempt.id)
        .where(Attempt.course_id == course_id)
        .order_by(Attempt.number)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def marked(
    session: Session, people: ColumnElement[bool], course_id: str = "", quiz: str = "", size: int = PAGE
) -> list[Waiting]:
    """Submissions of which everything is marked, the newest first."""
    query = _of(_submitted(people, waiting=False), course_id, quiz)
    rows = session.execute(query.order_by(Attempt.finished_at.desc(), Attempt.id).limit(size))
    return [_waiting(row) for row in rows]


def work(session: Session, attempt_id: str, people: ColumnElement[bool]) -> Work:
    """One submission, marked or not. Raises NotToMark where it is not theirs to mark."""
    query = (
        select(Attempt, Person)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id == attempt_id, Attempt.state != "open", people)
    )
    row = None if "\0" in attempt_id else session.execute(query).one_or_none()
    if row is None:
        raise NotToMark(attempt_id)
    attempt, person = row
    published, page = attempts.pinned(session, attempt)
    given = records.by_hand(session, [attempt.id]).get(attempt.id, [])
    answers = attempts.saved_answers(session, attempt)
    asked = tuple(
        Asked(
            question,
            item["prompt"],
            question.explanation,
            answer,
            tuple(one for one in given if one.question == question.id),
        )
        for question, item, answer in _written(attempt, page, answers)
    )
    if not asked:
        raise NotToMark(attempt_id)
    names = select(Person.id, Person.full_name).where(Person.id.in_({one.by for one in given}))
    return Work(
        attempt, published, page, person, asked, {one.id: one.full_name for one in session.execute(names)}
    )


def mark(
    session: Session, now: datetime, attempt_id: str, by: int, entries: Mapping[str, Entry], client_id: str
) -> tuple[Attempt, bool]:
    """Keeps these marks (by question) and brings the attempt in step with them; False where nothing changed: sent
    again, or the same as stands. Raises NotToMark, Overtaken, ClientIdReused, grading.BadAnswer (client_id)."""
    client_id = records.client(client_id)
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = session.scalar(query.execution_options(populate_existing=True))
    if attempt is None or attempt.state == "open" or attempt.person_id == by:
        raise NotToMark(attempt_id)
    _, page = attempts.pinned(session, attempt)
    written = {one.id for one, _, _ in _written(attempt, page, attempts.saved_answers(session, attempt))}
    if not entries or entries.keys() - written:
        raise NotToMark(attempt_id)
    rows = session.scalars(select(HandMark).where(HandMark.attempt_id == attempt.id)).all()
    if before := [row.given for row in rows if row.client_id == client_id]:
        if any(not _same(entries.get(one.question), one) for one in before):
            raise ClientIdReused(client_id)
        return attempt, False
    held = records.newest(row.given for row in rows)
    new = {question: one for question, one in entries.items() if not _same(one, held.get(question))}
    if late := [question for question, one in new.items() if one.based_on != _version(held.get(question))]:
        raise Overtaken(late)
    if not new:
        return attempt, False
    for question, one in new.items():
        session.add(
            HandMark(
                attempt_id=attempt.id,
                question=question,
                version=one.based_on + 1,
                marks=[str(each) for each in one.marks],
                remarks=list(one.remarks),
                marked_by=by,
                marked_at=now,
                client_id=client_id,
            )
        )
    session.flush()
    _bring_in_step(session, attempt, new)
    return attempt, True


def _bring_in_step(session: Session, attempt: Attempt, questions: Mapping[str, Any]) -> None:
    [one] = standings.of(session, [attempt.id])
    standings.write(session, one, one.standing)
    for item in one.marked.items:
        if item.question in questions:
            session.execute(
                update(ItemResult)
                .where(ItemResult.attempt_id == attempt.id, ItemResult.question == item.question)
                .values(mark=marking.decimal(item.mark), verdict=item.verdict)
            )
    session.flush()


def _same(entry: Entry | None, given: rubrics.Given | None) -> bool:
    return (
        entry is not None
        and given is not None
        and (entry.marks, entry.remarks) == (given.marks, given.remarks)
    )


def _version(given: rubrics.Given | None) -> int:
    return 0 if given is None else given.version


def _written(
    attempt: Attempt, page: Page, answers: Mapping[str, Any]
) -> list[tuple[Written, Mapping[str, Any], str]]:
    """The written questions of the paper that were answered: question, as it was shown, answer."""
    known = papers.asked(attempt.paper, page)
    shown = {item["id"]: item for item in papers.questions(attempt.paper, page)} if known else {}
    found: list[tuple[Written, Mapping[str, Any], str]] = []
    for item in attempt.paper:
        question = known.get(item["question"])
        if isinstance(question, Written):
            answer = grading.read(question, answers.get(question.id))
            if answer is not None:
                found.append((marking.worded(question, papers.values(item)), shown[question.id], answer))
    return found


def _submitted(people: ColumnElement[bool], *, waiting: bool) -> Select[Any]:
    """Finished attempts of these people in which something waits; else those that hold a mark and nothing waits."""
    query = (
        select(Attempt).join(Person, Person.id == Attempt.person_id).where(Attempt.state != "open", people)
    )
    if waiting:
        return query.where(Attempt.id.in_(TO_MARK))
    return query.where(Attempt.id.not_in(TO_MARK), Attempt.id.in_(select(HandMark.attempt_id)))


def _of(query: Select[Any], course_id: str, quiz: str) -> Select[Any]:
    left = (
        select(func.count())
        .where(ItemResult.attempt_id == Attempt.id, ItemResult.verdict == "to_mark")
        .scalar_subquery()
    )
    if course_id:
        query = query.where(Attempt.course_id == course_id)
    if quiz:
        query = query.where(Attempt.quiz == quiz)
    return query.with_only_columns(
        Attempt.id,
        Attempt.course_id,
        Attempt.quiz,
        Attempt.release_id,
        Attempt.person_id,
        Person.full_name,
        Attempt.finished_at,
        left.label("left"),
    )


def _waiting(row: Any) -> Waiting:
    return Waiting(*row)

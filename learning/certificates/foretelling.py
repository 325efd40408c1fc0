"""Whom an order to grade again would move, and what a course's rule makes of that, before anything is written."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import risks
from learning.certificates.models import Certificate
from learning.content.model import Course
from learning.progress.completion import fulfilled
from learning.progress.models import PageProgress
from learning.quizzes import moves
from learning.quizzes.models import Attempt
from learning.quizzes.moves import Moved


@dataclass(frozen=True)
class Move(Moved):
    """A moved attempt, with whose it is and what becomes of the certificate.

    `certificate`: "gained" (this pass completes the course), "at risk" (the pass it rests on falls; the certificate
    stays until it is revoked by name), or ""; `serial` is the one at risk.
    """

    username: str
    full_name: str
    certificate: Literal["", "gained", "at risk"]
    serial: str = ""


@dataclass(frozen=True)
class Summary:
    """Counted over moves: attempts, and people among them. `fall` wait for a second person's word."""

    attempts: int
    people: int
    rise: int
    fall: int
    newly_passed: int
    gained: int
    at_risk: int


def preview(
    session: Session, course: Course, choices: Mapping[str, str], releases: Collection[int] | None = None
) -> Iterator[Move]:
    """Whom an order would move, by Vietnamese name; nothing is written. `course` has the corrected keys: a release's,
    or a draft's. `choices`, `releases` as in `order`. Only finished attempts (`under_way` counts the others), only
    those whose marks change. Raises BadChoice."""
    moved = moves.of(session, course, choices, releases)
    rule = _Rule(session, course)
    return (
        move
        for person_id, theirs in groupby(moved, key=lambda each: each.person_id)
        for move in rule.of(person_id, list(theirs))
    )


def summary(moves: Iterable[Move]) -> Summary:
    counted: Counter[str] = Counter()
    people = set()
    for move in moves:
        people.add(move.person_id)
        counted["attempts"] += 1
        counted["fall"] += move.falls
        counted["rise"] += move.after.percent > move.before.percent
        counted["newly passed"] += move.after.passed and not move.before.passed
        counted[move.certificate] += 1
    return Summary(
        counted["attempts"],
        len(people),
        counted["rise"],
        counted["fall"],
        counted["newly passed"],
        counted["gained"],
        counted["at risk"],
    )


class _Rule:
    """What a course's rule makes of passes gained and lost, without writing."""

    def __init__(self, session: Session, course: Course) -> None:
        self.session = session
        self.course = course
        tried = select(Attempt.person_id).where(Attempt.course_id == course.id)
        self.names = {
            person_id: (username, full_name)
            for person_id, username, full_name in session.execute(
                select(Person.id, Person.username, Person.full_name).where(Person.id.in_(tried))
            )
        }
        self.done: dict[int, set[str]] = {}
        for person_id, page in session.execute(
            select(PageProgress.person_id, PageProgress.page).where(
                PageProgress.course_id == course.id, PageProgress.state == "done"
            )
        ):
            self.done.setdefault(person_id, set()).add(page)
        self.passes = Counter(
            (person_id, quiz)
            for person_id, quiz in session.execute(
                select(Attempt.person_id, Attempt.quiz).where(
                    Attempt.course_id == course.id, Attempt.passed.is_(True)
                )
            )
        )
        self.held = {
            certificate.person_id: certificate
            for certificate in session.scalars(
                select(Certificate).where(Certificate.course_id == course.id, Certificate.current)
            )
        }
        self.gained: set[int] = set()

    def of(self, person_id: int, moved: Sequence[Moved]) -> Iterator[Move]:
        """This person's moves, in the order they will be made."""
        username, full_name = self.names[person_id]
        done = self.done.get(person_id, set())
        for each in moved:
            self.passes[person_id, each.quiz] += each.after.passed - each.before.passed
        for each in moved:
            kind, serial = self._certificate(person_id, each, done)
            yield Move(**vars(each), username=username, full_name=full_name, certificate=kind, serial=serial)

    def _certificate(
        self, person_id: int, each: Moved, done: set[str]
    ) -> tuple[Literal["", "gained", "at risk"], str]:
        held = self.held.get(person_id)
        if each.before.passed and not each.after.passed:
            if held is None or held.revoked_at is not None or self.passes[person_id, each.quiz]:
                return "", ""
            return (
                ("at risk", held.serial)
                if risks.rests_on(self.session, held.release_id, each.quiz)
                else ("", "")
            )
        if each.before.passed or not each.after.passed or not self.course.certificate:
            return "", ""
        done.add(each.quiz)
        if held is not None or person_id in self.gained or not fulfilled(self.course, done):
            return "", ""
        self.gained.add(person_id)
        return "gained", ""

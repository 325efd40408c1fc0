"""Grading again, with what follows from it: progress, and certificates. The one door for desks and commands.

    moves = regrades.preview(session, course, {"cau-1": "both"})   # a draft's course will do; nothing is written
    regrades.of_publication(session, now, release_id, by="bientap")        # with the publication, as it chose
    order = regrades.order(session, now, published, {"cau-1": "both"}, by="bientap", why="…")   # or later, on request
    regrades.settle(session, now, zone, limit)                     # a small batch; until it says 0; the sweep does so
    regrades.held(session, order.id)                               # who would lose something: for a second person
    regrades.confirm(session, now, zone, regrade_id, by="thamdinh", why="…") · refuse(…)
    regrades.at_risk(session)                                      # certificates nothing bears out any more

Who passes now gets the certificate, on the path every certificate takes (`issue.issue`). Nothing here takes one away,
not even a confirmed fall: what was passed stays passed in progress, and the certificate is only listed, for a person
to revoke by `revoke`, with a reason, or to leave.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts import notices
from learning.accounts.models import Person
from learning.certificates import issue
from learning.certificates.models import Certificate
from learning.content.model import Course
from learning.library import catalogue
from learning.progress import deeds
from learning.progress.completion import fulfilled, required
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import moves, records, regrading, settling
from learning.quizzes.models import Attempt, Regrade, RegradeWaiting, Regrading
from learning.quizzes.moves import ItemMove, Moved, Told, under_way
from learning.quizzes.regrading import BadChoice, corrected, of_publication, order, to_do
from learning.quizzes.settling import NotHeld, SamePerson
from learning.vietnamese import formats

__all__ = [
    "Afterwards",
    "AtRisk",
    "BadChoice",
    "Held",
    "ItemMove",
    "Move",
    "NotAtRisk",
    "NotHeld",
    "SamePerson",
    "Standing",
    "Summary",
    "Told",
    "afterwards",
    "at_risk",
    "confirm",
    "corrected",
    "held",
    "of_publication",
    "order",
    "orders",
    "preview",
    "refuse",
    "revoke",
    "settle",
    "summary",
    "to_do",
    "under_way",
]


class NotAtRisk(LookupError):
    """This certificate rests on what is still passed, or is none that counts: it is not revoked here."""


@dataclass(frozen=True)
class Move:
    """A person whose attempt an order moves. `falls`: it waits for a second person.

    `certificate`: "gained" (this pass completes the course), "at risk" (the pass it rests on falls; the certificate
    stays until it is revoked by name), or ""; `serial` is the one at risk.
    """

    person_id: int
    username: str
    full_name: str
    attempt_id: str
    quiz: str
    number: int
    before: Told
    after: Told
    items: tuple[ItemMove, ...]
    falls: bool
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


@dataclass(frozen=True)
class Held:
    """What waits for a second person: `regrade_id` for `confirm` and `refuse`, who ordered it, and why."""

    regrade_id: int
    order_id: int
    course_id: str
    ordered_by: str
    why: str
    at: datetime
    person_id: int
    username: str
    full_name: str
    attempt_id: str
    before: Told
    after: Told
    items: tuple[ItemMove, ...]


@dataclass(frozen=True)
class Standing:
    """An order and how far it is. `left`: finished attempts to look at; `under_way`: those that have not ended;
    `held`: waiting for a second person; `moved`, `refused`: done."""

    order: Regrading
    left: int
    under_way: int
    moved: int
    held: int
    refused: int


@dataclass(frozen=True)
class AtRisk:
    """A certificate that stands, though a confirmed fall took the pass under it. `confirmed_by` spoke for the fall."""

    serial: str
    person_id: int
    username: str
    full_name: str
    course_id: str
    attempt_id: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True)
class Afterwards:
    """What a regrading means to a certificate as it was printed. `kind`: "gained" (issued because of it), "fell" (the
    pass under it fell; the certificate stands), "score" (the person's best is `best` percent now, not what is printed).
    """

    kind: Literal["gained", "fell", "score"]
    at: datetime
    best: Decimal | None = None


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


def settle(
    session: Session, now: datetime, zone: ZoneInfo, limit: int = 50, order_id: int | None = None
) -> int:
    """Looks at up to `limit` finished attempts that wait for an order (any, or this one and its course's earlier ones);
    how many it were, 0 when there is nothing left. Commit after each batch: a long order must not keep learners
    waiting. Safe to run twice, and by two at once."""
    found = regrading.waiting(session, now, limit, order_id)
    for waiting_for, pairs in groupby(found, key=lambda pair: pair[0]):
        quiet = settling.any_held(session, waiting_for)
        for attempt, moved in settling.settle(session, now, waiting_for, [each for _, each in pairs]):
            _conclude(session, now, zone, attempt, moved)
        if not quiet and settling.held(session, waiting_for):
            _call_second_person(session, now, session.get_one(Regrading, waiting_for))
    return len(found)


def held(session: Session, order_id: int | None = None, course_id: str = "") -> list[Held]:
    """What waits for a second person's word (of an order, of a course, or all), by name."""
    return [_held(*row) for row in settling.held(session, order_id, course_id)]


def confirm(
    session: Session, now: datetime, zone: ZoneInfo, regrade_id: int, *, by: str, why: str = ""
) -> None:
    """The second person's yes: the lower score counts; audited. Progress and certificate stay: see `at_risk`.

    `by` is their username. Raises SamePerson (who ordered it), NotHeld (404, or another was faster).
    """
    attempt, moved = settling.confirm(session, now, regrade_id, by=by, why=why)
    _conclude(session, now, zone, attempt, moved)


def refuse(session: Session, now: datetime, regrade_id: int, *, by: str, why: str = "") -> None:
    """The second person's no: the old score stays; audited. Raises SamePerson, NotHeld."""
    settling.refuse(session, now, regrade_id, by=by, why=why)


def orders(session: Session, course_id: str) -> list[Standing]:
    """The course's orders, the newest first, and how far each is."""
    found = session.scalars(
        select(Regrading).where(Regrading.course_id == course_id).order_by(Regrading.id.desc())
    ).all()
    ids = [one.id for one in found]
    waits = _count(
        session,
        select(RegradeWaiting.regrading_id, Attempt.state, func.count())
        .join(Attempt, Attempt.id == RegradeWaiting.attempt_id)
        .where(RegradeWaiting.regrading_id.in_(ids))
        .group_by(RegradeWaiting.regrading_id, Attempt.state),
    )
    done = _count(
        session,
        select(Regrade.regrading_id, Regrade.outcome, func.count())
        .where(Regrade.regrading_id.in_(ids))
        .group_by(Regrade.regrading_id, Regrade.outcome),
    )
    open_ = Counter(row.order_id for row in held(session, course_id=course_id))
    return [
        Standing(
            one,
            left=waits[one.id, "submitted"] + waits[one.id, "closed"],
            under_way=waits[one.id, "open"],
            moved=done[one.id, "moved"],
            held=open_[one.id],
            refused=done[one.id, "refused"],
        )
        for one in found
    ]


def at_risk(session: Session, course_id: str = "") -> list[AtRisk]:
    """Certificates that stand although a confirmed fall took a pass they rest on (of a page that the rule of their
    release counts), and the person has passed that quiz in no other attempt. For a person to look at, one by one;
    nothing happens by itself."""
    other = aliased(Attempt)
    passed = exists().where(
        other.person_id == Attempt.person_id,
        other.course_id == Attempt.course_id,
        other.quiz == Attempt.quiz,
        other.passed.is_(True),
    )
    query = (
        select(Certificate, Person, Regrade, Attempt.quiz)
        .select_from(Regrade)
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(
            Certificate,
            (Certificate.person_id == Attempt.person_id) & (Certificate.course_id == Attempt.course_id),
        )
        .where(
            Regrade.outcome == "moved",
            Regrade.passed_before,
            ~Regrade.passed_after,
            Certificate.current,
            Certificate.revoked_at.is_(None),
            Certificate.issued_at <= Regrade.at,
            ~passed,
        )
        .order_by(Person.sort_key, Person.id, Regrade.id)
    )
    if course_id:
        query = query.where(Attempt.course_id == course_id)
    found = {
        certificate.serial: AtRisk(
            certificate.serial,
            person.id,
            person.username,
            person.full_name,
            certificate.course_id,
            regrade.attempt_id,
            regrade.by,
            regrade.at,
        )
        for certificate, person, regrade, quiz in session.execute(query)
        if _rests_on(session, certificate.release_id, quiz)
    }
    return list(found.values())


def afterwards(session: Session, certificate: Certificate) -> list[Afterwards]:
    """What is to be told beside a certificate whose course was graded again; empty where nothing was. What is printed
    stays as it was printed."""
    rows = session.scalars(
        select(Regrade)
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .where(
            Attempt.person_id == certificate.person_id,
            Attempt.course_id == certificate.course_id,
            Regrade.outcome == "moved",
        )
        .order_by(Regrade.id)
    ).all()
    told = [
        Afterwards("gained", row.at)
        for row in rows
        # Both are written in one transaction, at one moment.
        if row.at == certificate.issued_at and row.passed_after and not row.passed_before
    ][:1]
    later = [row for row in rows if row.at > certificate.issued_at]
    risks = {one.serial: one for one in at_risk(session, certificate.course_id)} if later else {}
    if certificate.serial in risks:
        told.append(Afterwards("fell", risks[certificate.serial].at))
    elif later and certificate.current:
        best = session.scalar(
            select(Enrolment.best).where(
                Enrolment.person_id == certificate.person_id, Enrolment.course_id == certificate.course_id
            )
        )
        if best is not None and best != certificate.score:
            told.append(Afterwards("score", later[-1].at, best))
    return told


def revoke(session: Session, now: datetime, serial: str, *, by: str, reason: str) -> Certificate:
    """Declares a certificate of `at_risk` void, on its own and with a reason that its page shows; audited.

    Raises NotAtRisk, issue.NotRevocable, ValueError without a reason.
    """
    if serial not in {one.serial for one in at_risk(session)}:
        raise NotAtRisk(serial)
    return issue.revoke(session, now, serial, by=by, reason=reason)


def _conclude(session: Session, now: datetime, zone: ZoneInfo, attempt: Attempt, moved: Moved) -> None:
    """Progress, and the certificate where this attempt passes now and earns one: as `outcomes` does it. The learner is
    told."""
    published = catalogue.live(session, attempt.course_id) or catalogue.release(session, attempt.release_id)
    enrolment = deeds.finish(session, now, attempt, published.course)
    scores = {"before": formats.percent(moved.before.percent), "after": formats.percent(moved.after.percent)}
    title = published.course.title
    notices.tell(session, now, [attempt.person_id], "regrade.moved", attempt.id, title=title, **scores)
    if not attempt.passed:
        return
    certificate = issue.issue(session, now, zone, enrolment, published)
    if certificate is not None:
        records.award(session, attempt, certificate.serial)


def _rests_on(session: Session, release_id: int, quiz: str) -> bool:
    """Whether a certificate of this release is given for passing the quiz, among others."""
    return quiz in required(catalogue.release(session, release_id).course)


def _call_second_person(session: Session, now: datetime, order: Regrading) -> None:
    """Reviewers of the field, but for whoever ordered it."""
    published = catalogue.release(session, order.release_id)
    asked = select(Person.id).where(Person.username == order.ordered_by)
    reviewers = notices.holders(session, "reviewer", published.course.field) - {session.scalar(asked)}
    title = published.course.title
    notices.tell(session, now, reviewers, "regrade.held", order.course_id, title=title, message=order.why)


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
            yield Move(
                person_id,
                username,
                full_name,
                each.attempt_id,
                each.quiz,
                each.number,
                each.before,
                each.after,
                each.items,
                each.falls,
                kind,
                serial,
            )

    def _certificate(
        self, person_id: int, each: Moved, done: set[str]
    ) -> tuple[Literal["", "gained", "at risk"], str]:
        held = self.held.get(person_id)
        if each.before.passed and not each.after.passed:
            if held is None or held.revoked_at is not None or self.passes[person_id, each.quiz]:
                return "", ""
            return (
                ("at risk", held.serial) if _rests_on(self.session, held.release_id, each.quiz) else ("", "")
            )
        if each.before.passed or not each.after.passed or not self.course.certificate:
            return "", ""
        done.add(each.quiz)
        if held is not None or person_id in self.gained or not fulfilled(self.course, done):
            return "", ""
        self.gained.add(person_id)
        return "gained", ""


def _held(regrade: Regrade, one: Regrading, person: Person) -> Held:
    return Held(
        regrade.id,
        one.id,
        one.course_id,
        one.ordered_by,
        one.why,
        regrade.at,
        person.id,
        person.username,
        person.full_name,
        regrade.attempt_id,
        Told.before(regrade),
        Told.after(regrade),
        tuple(ItemMove(**item) for item in regrade.items),
    )


def _count(session: Session, query: Select[*tuple[Any, ...]]) -> Counter[tuple[int, object]]:
    return Counter({(order_id, what): count for order_id, what, count in session.execute(query)})

"""Grading again, with what follows from it: progress, and certificates. The one door for desks and commands.

    moves = regrades.preview(session, course, {"cau-1": "both"})   # a draft's course will do; nothing is written
    regrades.of_publication(session, now, release_id, by="bientap")        # with the publication, as it chose
    order = regrades.order(session, now, published, {"cau-1": "both"}, by="bientap", why="…")   # or later, on request
    regrades.settle(session, now, zone, limit)                     # a small batch; until it says 0; the sweep does so
    regrades.held(session, order.id)                               # who would lose something: for a second person
    regrades.confirm(session, now, zone, regrade_id, by="thamdinh", why="…") · refuse(…)
    regrades.at_risk(session)                                      # certificates nothing bears out any more

    foretelling.py   whom an order would move, before anything is written
    risks.py         certificates that nothing bears out any more, and their revocation

Who passes now gets the certificate, on the path every certificate takes (`issue.issue`). Nothing here takes one away,
not even a confirmed fall: what was passed stays passed in progress, and the certificate is only listed, for a person
to revoke by `revoke`, with a reason, or to leave.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.accounts.models import Person
from learning.certificates import issue
from learning.certificates.foretelling import Move, Summary, preview, summary
from learning.certificates.risks import Afterwards, AtRisk, NotAtRisk, afterwards, at_risk, revoke
from learning.library import catalogue
from learning.progress import deeds
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
        .where(RegradeWaiting.regrading_id.in_(ids), Attempt.state != "open")
        .group_by(RegradeWaiting.regrading_id, Attempt.state),
    )
    going_on = moves.waiting_open(session, found)
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
            under_way=going_on[one.id],
            moved=done[one.id, "moved"],
            held=open_[one.id],
            refused=done[one.id, "refused"],
        )
        for one in found
    ]


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


def _call_second_person(session: Session, now: datetime, order: Regrading) -> None:
    """Reviewers of the field, but for whoever ordered it."""
    published = catalogue.release(session, order.release_id)
    asked = select(Person.id).where(Person.username == order.ordered_by)
    reviewers = notices.holders(session, "reviewer", published.course.field) - {session.scalar(asked)}
    title = published.course.title
    notices.tell(session, now, reviewers, "regrade.held", order.course_id, title=title, message=order.why)


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

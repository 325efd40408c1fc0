"""Attempts graded again as ordered: moved, or held for a second person where something would fall; and that one's word.

Each attempt is decided by itself, under its own lock, in small transactions: an order interrupted goes on where it
stopped, and a submission at the same time is either before it or after it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session, aliased

from learning import audit
from learning.accounts.models import Person
from learning.library import catalogue
from learning.quizzes import moves, rekeying, standings
from learning.quizzes.models import Attempt, Regrade, RegradeWaiting, Regrading
from learning.quizzes.moves import Moved

_SETTLED = ("moved", "refused", "superseded")


class SamePerson(Exception):
    """Who ordered the regrading cannot be the second person."""


class NotHeld(LookupError):
    """Nothing of this waits for a second person: unknown, or decided already."""


def settle(
    session: Session, now: datetime, order_id: int, attempt_ids: Collection[str]
) -> list[tuple[Attempt, Moved]]:
    """Does what the order says to finished attempts: moves them (these are given back), holds for a second person where
    something would fall, and passes over those that another was faster with, or that are open."""
    mine = _claim(session, order_id, attempt_ids)
    regrading = session.get_one(Regrading, order_id)
    _supersede(session, now, regrading, mine)
    done = []
    for one in standings.of(session, mine):
        after = standings.after(session, regrading, one)
        if after.lines == one.standing.lines:
            continue
        moved = moves.moved(one, after, regrading.choices)
        _keep(session, now, regrading, moved, "held" if moved.falls else "moved")
        if not moved.falls:
            standings.write(session, one, after)
            done.append((one.attempt, moved))
    session.flush()
    return done


def held(
    session: Session, order_id: int | None = None, course_id: str = ""
) -> list[tuple[Regrade, Regrading, Person]]:
    """What waits for a second person's word, by name: never shown to the learner as done."""
    query = (
        _unruled()
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .with_only_columns(Regrade, Regrading, Person)
        .order_by(Person.sort_key, Person.id, Regrade.id)
    )
    if order_id is not None:
        query = query.where(Regrading.id == order_id)
    if course_id:
        query = query.where(Regrading.course_id == course_id)
    overtaken = Overtaken(session)
    return [
        (regrade, regrading, person)
        for regrade, regrading, person in session.execute(query)
        if not overtaken(regrading, regrade)
    ]


def any_held(session: Session, order_id: int) -> bool:
    """Whether something of an order waits for a word, be it of a key that is past: cheap, however much it is."""
    return session.scalar(_unruled().where(Regrade.regrading_id == order_id).limit(1)) is not None


def confirm(
    session: Session, now: datetime, regrade_id: int, *, by: str, why: str = ""
) -> tuple[Attempt, Moved]:
    """The second person's yes: the lower score becomes the one that counts, of the questions they were shown. Takes
    no certificate and no page done.

    Raises SamePerson, NotHeld.
    """
    attempt, regrading, shown = _ruling(session, regrade_id, by)
    [one] = standings.of(session, [attempt.id])
    after = standings.after(session, regrading, one, shown)
    moved = moves.moved(one, after, regrading.choices)
    _keep(session, now, regrading, moved, "moved", by, why)
    standings.write(session, one, after)
    _audit_ruling(session, now, by, "regrading.confirmed", regrading, attempt, why)
    return attempt, moved


def refuse(session: Session, now: datetime, regrade_id: int, *, by: str, why: str = "") -> None:
    """The second person's no: the old score stands. Raises SamePerson, NotHeld."""
    attempt, regrading, _ = _ruling(session, regrade_id, by)
    [one] = standings.of(session, [attempt.id])
    stays = moves.moved(one, one.standing, regrading.choices)
    _keep(session, now, regrading, stays, "refused", by, why)
    _audit_ruling(session, now, by, "regrading.refused", regrading, attempt, why)


def _claim(session: Session, order_id: int, attempt_ids: Collection[str]) -> list[str]:
    """Those of the attempts that are finished and still wait for this order; from here on they do not."""
    finished = [attempt.id for attempt in _lock(session, attempt_ids) if attempt.state != "open"]
    these = (RegradeWaiting.regrading_id == order_id, RegradeWaiting.attempt_id.in_(finished))
    mine = session.scalars(select(RegradeWaiting.attempt_id).where(*these)).all()
    session.execute(delete(RegradeWaiting).where(*these))
    return sorted(mine)


def _supersede(session: Session, now: datetime, regrading: Regrading, attempt_ids: Collection[str]) -> None:
    """What earlier orders held of the same questions waits no longer: the later one says what is right."""
    earlier = _unruled().where(Regrade.attempt_id.in_(attempt_ids), Regrade.regrading_id < regrading.id)
    for row in session.scalars(earlier).all():
        if regrading.choices.keys() & {item["question"] for item in row.items}:
            same = {column.key: getattr(row, column.key) for column in Regrade.__table__.columns}
            same |= {"id": None, "outcome": "superseded", "at": now, "by": "", "why": ""}
            session.add(Regrade(**same))
    session.flush()


def _ruling(session: Session, regrade_id: int, by: str) -> tuple[Attempt, Regrading, set[str]]:
    """The attempt, held, and the order of what waits for a word, and its questions. Raises SamePerson, NotHeld."""
    row = session.get(Regrade, regrade_id)
    if row is None:
        raise NotHeld(regrade_id)
    regrading = session.get_one(Regrading, row.regrading_id)
    if not by or by == regrading.ordered_by:
        raise SamePerson(by)
    [attempt] = _lock(session, [row.attempt_id])
    unruled = session.scalar(_unruled().where(Regrade.id == regrade_id)) is not None
    if not unruled or Overtaken(session)(regrading, row):
        raise NotHeld(regrade_id)
    return attempt, regrading, {item["question"] for item in row.items}


def _lock(session: Session, attempt_ids: Collection[str]) -> list[Attempt]:
    """The attempts, read again and held, always in the same order: a submission waits for us, or we for it."""
    query = select(Attempt).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _unruled() -> Select[Any]:
    """Held, and nobody has spoken."""
    later = aliased(Regrade)
    spoken = exists().where(
        later.regrading_id == Regrade.regrading_id,
        later.attempt_id == Regrade.attempt_id,
        later.outcome.in_(_SETTLED),
    )
    return (
        select(Regrade)
        .join(Regrading, Regrading.id == Regrade.regrading_id)
        .where(Regrade.outcome == "held", ~spoken)
    )


class Overtaken:
    """Whether the key that an order grades by was corrected again since: nobody falls by a key that is past."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[tuple[int, str], bool] = {}

    def __call__(self, regrading: Regrading, row: Regrade) -> bool:
        return any(self._question(regrading, item["question"]) for item in row.items)

    def _question(self, regrading: Regrading, question: str) -> bool:
        key = (regrading.id, question)
        if key not in self.known:
            then = catalogue.release(self.session, regrading.release_id).course
            live = catalogue.live(self.session, regrading.course_id)
            self.known[key] = live is not None and question in rekeying.rekeyed(then, live.course, [question])
        return self.known[key]


def _keep(
    session: Session,
    now: datetime,
    regrading: Regrading,
    moved: Moved,
    outcome: str,
    by: str = "",
    why: str = "",
) -> None:
    row = Regrade(
        regrading_id=regrading.id,
        attempt_id=moved.attempt_id,
        outcome=outcome,
        at=now,
        by=by,
        why=why,
        score_before=moved.before.score,
        out_of_before=moved.before.out_of,
        percent_before=moved.before.percent,
        passed_before=moved.before.passed,
        score_after=moved.after.score,
        out_of_after=moved.after.out_of,
        percent_after=moved.after.percent,
        passed_after=moved.after.passed,
        items=[
            {"question": item.question, "choice": item.choice, "before": item.before, "after": item.after}
            for item in moved.items
        ],
    )
    session.add(row)


def _audit_ruling(
    session: Session, now: datetime, by: str, action: str, regrading: Regrading, attempt: Attempt, why: str
) -> None:
    audit.record(
        session, now, by, action, regrading.course_id, order=regrading.id, attempt=attempt.id, reason=why
    )
    session.flush()

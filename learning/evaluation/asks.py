"""Asking: who is to be asked what by now, once, and told of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from learning.accounts import notices
from learning.accounts.models import Notice, Person, RoleGrant
from learning.database import insert
from learning.evaluation import asking
from learning.evaluation.asking import Kind, Window
from learning.evaluation.models import Ask
from learning.library import catalogue
from learning.organisation import postings
from learning.organisation.models import Posting, Unit
from learning.progress.models import Enrolment

SURVEY, FOLLOW_UP, TEAM = "survey.asked", "followup.asked", "followup.team"  # kinds of notices


@dataclass(frozen=True)
class Waiting:
    """Something a person is asked and has not answered, and still may. `overdue`: see asking.state."""

    ask: Ask
    overdue: bool


def ask_due(session: Session, now: datetime, zone: ZoneInfo, limit: int) -> int:
    """Asks up to `limit` of those whose day has come; how many were asked. Outside working hours nobody is. Run twice,
    or by two servers, it asks nobody twice."""
    if not asking.working_hours(now, zone):
        return 0
    today = now.astimezone(zone).date()
    asked = 0
    for window in asking.windows(today):
        rows = _due(session, window, zone, today, limit - asked)
        new = _insert(session, now, today, window, rows)
        _tell(session, now, zone, today, window, new)
        asked += len(new)
        if asked >= limit:
            break
    return asked


def anyone_due(session: Session, now: datetime, zone: ZoneInfo) -> bool:
    """Whether `ask_due` would find somebody: asked without a transaction that writes."""
    if not asking.working_hours(now, zone):
        return False
    today = now.astimezone(zone).date()
    return any(_due(session, window, zone, today, 1) for window in asking.windows(today))


def waiting(session: Session, person_id: int, today: date) -> list[Waiting]:
    """What a person is asked about themself, the longest asked first."""
    query = (
        select(Ask)
        .where(Ask.person_id == person_id, Ask.kind.in_(("survey", "learner")), open_on(today))
        .order_by(Ask.asked_on, Ask.id)
    )
    return [_waiting(ask, today) for ask in session.scalars(query)]


def team(session: Session, units: Iterable[str], but: int, today: date) -> Sequence[tuple[Ask, Person, str]]:
    """What the head of these units is asked about the people who sit in them today, `but` the head: each ask with the
    person and the unit's name, by person's name, then course and day. Also what was answered a short while ago."""
    recent = Ask.asked_on > today - timedelta(days=asking.OPEN_DAYS)
    query = (
        select(Ask, Person, Unit.name)
        .join(Person, Person.id == Ask.person_id)
        .join(Posting, and_(Posting.person_id == Person.id, postings.on(today)))
        .join(Unit, Unit.code == Posting.unit_code)
        .where(Ask.kind == "manager", recent, Person.active, Person.id != but, Unit.code.in_(list(units)))
        .order_by(Person.sort_key, Person.id, Ask.course_id, Ask.days)
    )
    return [(ask, person, unit) for ask, person, unit in session.execute(query)]


def open_on(today: date) -> ColumnElement[bool]:
    """An ask that waits for its answer on this day."""
    return and_(Ask.answered_at.is_(None), Ask.asked_on > today - timedelta(days=asking.OPEN_DAYS))


def overdue_on(today: date) -> ColumnElement[bool]:
    """One that was not answered in time, whether it still may be or not."""
    return and_(Ask.answered_at.is_(None), Ask.asked_on < today - timedelta(days=asking.OVERDUE_AFTER))


def ensure(
    session: Session, now: datetime, today: date, person_id: int, course_id: str, kind: Kind, days: int
) -> Ask:
    """The ask, made where nobody has asked yet: who answers before that was asked by the page."""
    _insert(session, now, today, Window(kind, days, today, today), [(person_id, course_id)])
    this = (
        Ask.person_id == person_id,
        Ask.course_id == course_id,
        Ask.kind == kind,
        Ask.days == days,
    )
    return session.scalars(select(Ask).where(*this)).one()


def answered(session: Session, now: datetime, ask: Ask) -> None:
    """Marks an ask as answered, and what told of it as read."""
    if ask.answered_at is None:
        ask.answered_at = now
    if ask.kind == "manager":
        return
    kind = SURVEY if ask.kind == "survey" else FOLLOW_UP
    subject = ask.course_id if ask.kind == "survey" else str(ask.id)
    mine = (Notice.person_id == ask.person_id, Notice.kind == kind, Notice.subject == subject)
    session.execute(update(Notice).where(*mine, Notice.read_at.is_(None)).values(read_at=now))
    session.flush()


def told_team(session: Session, now: datetime, person_id: int) -> None:
    """A head has nothing left to answer: what told of it is read."""
    mine = (Notice.person_id == person_id, Notice.kind == TEAM, Notice.read_at.is_(None))
    session.execute(update(Notice).where(*mine).values(read_at=now))


def heads_of(session: Session, units: Iterable[str]) -> dict[str, set[int]]:
    """Unit → its active heads. A head of several units has a grant for each."""
    query = (
        select(RoleGrant.scope, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "unit_head", RoleGrant.scope.in_(set(units)), Person.active)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for unit, person_id in session.execute(query):
        found[unit].add(person_id)
    return dict(found)


def _due(
    session: Session, window: Window, zone: ZoneInfo, today: date, limit: int
) -> Sequence[tuple[int, str]]:
    """Who did which course in the window's days and has not been asked this, the first done first."""
    asked = exists().where(
        Ask.person_id == Enrolment.person_id,
        Ask.course_id == Enrolment.course_id,
        Ask.kind == window.kind,
        Ask.days == window.days,
    )
    query = (
        select(Enrolment.person_id, Enrolment.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Person.active,
            Enrolment.state == "done",
            Enrolment.completed_at >= _begins(window.first, zone),
            Enrolment.completed_at < _begins(window.last + timedelta(days=1), zone),
            ~asked,
        )
        .order_by(Enrolment.completed_at, Enrolment.person_id, Enrolment.course_id)
        .limit(limit)
    )
    if window.kind == "manager":
        query = query.where(_headed_by_another(today))
    return [(person_id, course_id) for person_id, course_id in session.execute(query)]


def _headed_by_another(today: date) -> ColumnElement[bool]:
    """The unit the person sits in today has an active head, who is somebody else; and the person heads it not."""
    head = aliased(Person)
    here = and_(
        Posting.person_id == Enrolment.person_id,
        postings.on(today),
        RoleGrant.role == "unit_head",
        RoleGrant.scope == Posting.unit_code,
    )
    another = exists().where(
        here, head.id == RoleGrant.person_id, head.active, head.id != Enrolment.person_id
    )
    oneself = exists().where(here, RoleGrant.person_id == Enrolment.person_id)
    return and_(another, ~oneself)


def _insert(
    session: Session, now: datetime, today: date, window: Window, rows: Iterable[tuple[int, str]]
) -> list[Ask]:
    """The asks that are new: one that another server has just made is not."""
    values = [
        {
            "person_id": person_id,
            "course_id": course_id,
            "kind": window.kind,
            "days": window.days,
            "asked_on": today,
            "asked_at": now,
        }
        for person_id, course_id in rows
    ]
    if not values:
        return []
    statement = insert(session, Ask).on_conflict_do_nothing(
        index_elements=[Ask.person_id, Ask.course_id, Ask.kind, Ask.days]
    )
    return list(session.scalars(statement.returning(Ask), values))


def _tell(
    session: Session, now: datetime, zone: ZoneInfo, today: date, window: Window, asks: Sequence[Ask]
) -> None:
    if not asks:
        return
    if window.kind == "manager":
        _tell_heads(session, now, zone, today, asks)
        return
    titles = _titles(session, {ask.course_id for ask in asks})
    for ask in asks:
        title = titles.get(ask.course_id, ask.course_id)
        if window.kind == "survey":
            notices.tell(session, now, [ask.person_id], SURVEY, ask.course_id, title=title)
        else:
            notices.tell(session, now, [ask.person_id], FOLLOW_UP, str(ask.id), title=title, days=ask.days)


def _tell_heads(session: Session, now: datetime, zone: ZoneInfo, today: date, asks: Sequence[Ask]) -> None:
    """Each head once a day, of however many people."""
    seats = session.execute(
        select(Posting.person_id, Posting.unit_code).where(
            Posting.person_id.in_({ask.person_id for ask in asks}), postings.on(today)
        )
    ).all()
    heads = heads_of(session, {unit for _, unit in seats})
    already = select(Notice.person_id).where(Notice.kind == TEAM, Notice.at >= _begins(today, zone))
    told = set(session.scalars(already))
    people: dict[int, set[int]] = defaultdict(set)
    for person_id, unit in seats:
        for head in heads.get(unit, set()) - {person_id}:
            people[head].add(person_id)
    for head, of in sorted(people.items()):
        if head not in told:
            notices.tell(session, now, [head], TEAM, today.isoformat(), count=len(of))


def _titles(session: Session, courses: set[str]) -> Mapping[str, str]:
    live = catalogue.live_courses(session)
    return {one.course.id: one.course.title for one in live if one.course.id in courses}


def _waiting(ask: Ask, today: date) -> Waiting:
    return Waiting(ask, asking.state(ask.asked_on, False, today) == "overdue")


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)

"""Scheduled reports: a table that whoever heads a unit is told of every week or month.

No file is made ahead: the notice leads to a page, and the table is made there when the head takes it, of that day and
under their own rights (docs/decisions/scheduled-reports.md). So only the telling is to happen once, however many servers
sweep: who moves `next_on` on tells, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import ColumnElement, case, false, or_, select, true, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person, RoleGrant
from learning.accounts.visitors import Visitor, as_visitor
from learning.database import insert
from learning.organisation import visibility
from learning.organisation.models import Unit
from learning.progress import overviews, scores
from learning.progress.models import ScheduledReport
from learning.progress.scores import NotSeen

Kind = Literal["scores", "unit", "help"]
Every = Literal["week", "month"]
KINDS: tuple[Kind, ...] = get_args(Kind)
EVERY: tuple[Every, ...] = get_args(Every)
STATES = ("", scores.UNDONE, "overdue", "not_started", "done")  # what a score table may be narrowed to
SETTERS = ("trainer", "unit_head", "administrator")  # an inspector reads, and has nothing sent
NOTICE = "report.due"


@dataclass(frozen=True)
class Table:
    """What is to be seen: of a unit with all below it. Raises ValueError for what is no table."""

    kind: Kind
    unit: str
    course_id: str = ""
    state: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.state not in STATES or (self.state and self.kind != "scores"):
            raise ValueError(self)
        if (self.kind == "scores" and not self.course_id) or (self.kind == "unit" and self.course_id):
            raise ValueError(self)


@dataclass(frozen=True)
class Listed:
    """A scheduled report in a list, with the names that go with it. `heads`: who is told of it today."""

    report: ScheduledReport
    unit: str
    made_by: str
    heads: tuple[str, ...]


def following(every: Every, today: date) -> date:
    """The day after this one on which it is due next: a Monday, or the first of a month."""
    if every == "week":
        return today + timedelta(days=7 - today.weekday())
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def schedule(
    session: Session, now: datetime, today: date, by: Visitor, table: Table, every: Every
) -> ScheduledReport:
    """From now on the heads of the unit are told of this table. Of one that they are told of already, `every` is changed.
    Raises NotSeen for a unit or course that is not the visitor's to know of."""
    if every not in EVERY:
        raise ValueError(every)
    _allowed(session, by, today, table)
    row = {
        "kind": table.kind,
        "unit_code": table.unit,
        "course_id": table.course_id,
        "state": table.state,
        "every": every,
        "made_by_id": by.id,
        "made_at": now,
        "next_on": following(every, today),
    }
    made = insert(session, ScheduledReport).values(row).on_conflict_do_nothing()
    session.execute(made)
    found = session.scalars(
        select(ScheduledReport).where(
            ScheduledReport.kind == table.kind,
            ScheduledReport.unit_code == table.unit,
            ScheduledReport.course_id == table.course_id,
            ScheduledReport.state == table.state,
            ScheduledReport.ended_at.is_(None),
        )
    ).one()
    if found.every != every:
        found.every, found.next_on = every, following(every, today)
    audit.record(
        session, now, by.username, "report.scheduled", str(found.id), unit=table.unit, every=every,
        **({"course": table.course_id} if table.course_id else {}),
    )  # fmt: skip
    return found


def end(session: Session, now: datetime, report: ScheduledReport, *, actor: str, why: str = "") -> None:
    """Nobody is told of it any more, and what was told last waits for nobody."""
    if report.ended_at is not None:
        return
    report.ended_at = now
    notices.done_with(session, now, [NOTICE], str(report.id))
    audit.record(session, now, actor, "report.ended", str(report.id), why=why)


def one(session: Session, visitor: Visitor, report_id: int) -> ScheduledReport:
    """Raises NotSeen for one that is not this visitor's to know of; one that has ended is still found."""
    found = session.scalar(select(ScheduledReport).where(ScheduledReport.id == report_id, seen_by(visitor)))
    if found is None:
        raise NotSeen(report_id)
    return found


def seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """A condition over ScheduledReport: what this visitor has set, or what tells the heads of own units and below;
    everything for an administrator. Whoever sees one may end it."""
    if visitor.has("administrator"):
        return true()
    seen: list[ColumnElement[bool]] = [false()]
    if visitor.has(*SETTERS):
        seen.append(ScheduledReport.made_by_id == visitor.id)
    if visitor.has("unit_head"):
        headed = visitor.scopes.get("unit_head", frozenset())
        seen.append(ScheduledReport.unit_code.in_(visibility.units_below(headed)))
    return or_(*seen)


def listed(session: Session, visitor: Visitor) -> list[Listed]:
    """Those that tell somebody, by unit in Vietnamese order. Two queries."""
    query = (
        select(ScheduledReport, Unit.name, Person.full_name)
        .join(Unit, Unit.code == ScheduledReport.unit_code)
        .join(Person, Person.id == ScheduledReport.made_by_id)
        .where(seen_by(visitor), ScheduledReport.ended_at.is_(None))
        .order_by(Unit.sort_key, Unit.code, ScheduledReport.id)
    )
    rows = session.execute(query).all()
    heads = _heads(session, {report.unit_code for report, _unit, _by in rows})
    return [
        Listed(report, unit, by, tuple(name for _id, name in heads.get(report.unit_code, ())))
        for report, unit, by in rows
    ]


def due(session: Session, today: date) -> Sequence[int]:
    """Those whose heads are to be told."""
    query = select(ScheduledReport.id).where(
        ScheduledReport.ended_at.is_(None), ScheduledReport.next_on <= today
    )
    return session.scalars(query.order_by(ScheduledReport.id)).all()


def tell(session: Session, now: datetime, today: date, report_id: int, titles: Mapping[str, str]) -> int:
    """Tells the unit's heads of one that is due; how many. `titles`: of the live courses. Missed turns are not made up
    for: one notice says the same as three. It ends where whoever set it might not set it today: has left, lost the
    class or the unit; or where the course is no longer offered."""
    claimed = session.scalars(
        update(ScheduledReport)
        .where(
            ScheduledReport.id == report_id,
            ScheduledReport.ended_at.is_(None),
            ScheduledReport.next_on <= today,
        )
        .values(last_on=today, next_on=_next(today))
        .returning(ScheduledReport)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if claimed is None:  # another was quicker
        return 0
    why = _over(session, claimed, today, titles)
    if why:
        end(session, now, claimed, actor="clock", why=why)
        return 0
    heads = [
        person_id for person_id, _name in _heads(session, [claimed.unit_code]).get(claimed.unit_code, ())
    ]
    notices.done_with(session, now, [NOTICE], str(claimed.id))  # the new one takes the place of the last
    told = notices.tell(
        session,
        now,
        heads,
        NOTICE,
        str(claimed.id),
        table=claimed.kind,
        title=titles.get(claimed.course_id, ""),
        unit=session.get_one(Unit, claimed.unit_code).name,
        every=claimed.every,
    )
    return len(told)


def _next(today: date) -> ColumnElement[date]:
    return case((ScheduledReport.every == "week", following("week", today)), else_=following("month", today))


def _over(session: Session, report: ScheduledReport, today: date, titles: Mapping[str, str]) -> str:
    """Why nobody is to be told any more: "setter" or "course"; "" while they are."""
    if report.course_id and report.course_id not in titles:
        return "course"
    setter = as_visitor(session, report.made_by_id)
    if setter is None:
        return "setter"
    try:
        _allowed(session, setter, today, table_of(report))
    except NotSeen:
        return "setter"
    return ""


def table_of(report: ScheduledReport) -> Table:
    return Table(report.kind, report.unit_code, report.course_id, report.state)  # type: ignore[arg-type]


def _allowed(session: Session, one: Visitor, today: date, table: Table) -> None:
    """Raises NotSeen."""
    if not one.has(*SETTERS):
        raise NotSeen
    overviews.scope(session, one, today, course_id=table.course_id, unit=table.unit)


def _heads(session: Session, units: Sequence[str] | set[str]) -> dict[str, list[tuple[int, str]]]:
    """Unit → id and name of each who heads it now, by given name."""
    query = (
        select(RoleGrant.scope, Person.id, Person.full_name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "unit_head", RoleGrant.scope.in_(units), Person.active)
        .order_by(Person.sort_key, Person.id)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for unit, person_id, name in session.execute(query):
        found.setdefault(unit, []).append((person_id, name))
    return found

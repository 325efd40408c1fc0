"""Digests: what waits for a learner, at most once a day; what waits in a unit, once a week, for its head.

The sweep asks who may be due, then decides for a few people at a time in the transaction that tells them, on what is true
there: who has just finished is not reminded. A row of `Reminder` goes with each notice; the row's key lets nobody be told
twice, however many servers sweep, restart, or have their clocks set back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.accounts.models import Person, RoleGrant
from learning.database import insert
from learning.organisation.models import Unit
from learning.progress import attention, helping
from learning.progress.attention import Facts
from learning.progress.helping import Day, Wanted
from learning.progress.models import DigestOff, Reminder

LINES = 5  # courses named in a digest; the rest are counted


def waiting(session: Session, courses: Collection[str], day: Day) -> Sequence[int]:
    """People for whom a rule speaks and whom nobody has reminded today."""
    told = select(Reminder.person_id).where(
        Reminder.kind == "digest",
        Reminder.day >= day.today,
        Reminder.day <= day.today + timedelta(days=attention.STRAY),
    )
    known = set(session.scalars(told))
    return [person_id for person_id in helping.spoken_of(session, courses, day) if person_id not in known]


def remind(
    session: Session, now: datetime, day: Day, people: Collection[int], titles: Mapping[str, str]
) -> int:
    """Sends these people the digests they are due; how many. `titles`: of the live courses."""
    last, off = _last(session, "digest", people, day), _off(session, people)
    sent = 0
    for person_id, courses in sorted(helping.facts_of(session, people, titles, day).items()):
        only_due = person_id in off
        if not attention.to_remind(
            (facts for _course, facts in courses), last.get((person_id, "")), day.today, only_due=only_due
        ):
            continue
        told = [one for one in courses if not only_due or attention.is_due(one[1], day.today)]
        if not _claim(session, now, person_id, "digest", "", day.today):
            continue
        lines = [_line(titles[course_id], facts, day.today) for course_id, facts in told[:LINES]]
        notices.tell(
            session, now, [person_id], "help.digest", "digest", lines=lines, count=len(told),
            more=max(0, len(told) - LINES),
        )  # fmt: skip
        sent += 1
    return sent


def heads(session: Session, day: Day) -> Sequence[tuple[int, str]]:
    """Unit heads and their units that have not been told this week."""
    monday = attention.monday(day.today)
    query = (
        select(RoleGrant.person_id, RoleGrant.scope)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Unit, Unit.code == RoleGrant.scope)
        .where(RoleGrant.role == "unit_head", Person.active)
        .order_by(RoleGrant.person_id, RoleGrant.scope)
    )
    all_of_them = [(person_id, scope) for person_id, scope in session.execute(query)]
    last = _last(session, "unit", {person_id for person_id, _scope in all_of_them}, day)
    return [key for key in all_of_them if key not in last or last[key] < monday]


def tell_head(
    session: Session, now: datetime, day: Day, head_id: int, unit_code: str, titles: Mapping[str, str]
) -> bool:
    """Tells a head the one matter of the unit worth taking up this week; whether there was one, and it was told.

    Without names: the letter travels further than the page it leads to.
    """
    monday = attention.monday(day.today)
    last = _last(session, "unit", [head_id], day).get((head_id, unit_code))
    wanted = Wanted(tuple(titles), unit=unit_code, but=head_id)
    best = attention.most_useful(helping.counts(session, wanted, day).groups)
    if best is None or (last is not None and last >= monday):
        return False
    if not _claim(session, now, head_id, "unit", unit_code, monday):
        return False
    unit = session.get_one(Unit, unit_code).name
    title = titles[best.course_id]
    notices.tell(
        session,
        now,
        [head_id],
        "help.unit",
        unit_code,
        unit=unit,
        title=title,
        rule=best.rule,
        count=best.people,
    )
    return True


def digests_on(session: Session, person_id: int) -> bool:
    """Whether this person wants digests."""
    return session.get(DigestOff, person_id) is None


def switch(session: Session, now: datetime, person_id: int, *, on: bool) -> None:
    """Switches the digests of this person on or off; those of what is due come in any case."""
    if on:
        session.execute(delete(DigestOff).where(DigestOff.person_id == person_id))
    else:
        _insert(session, DigestOff, {"person_id": person_id, "at": now})


def _line(title: str, facts: Facts, today: date) -> dict[str, Any]:
    """What the notice says of a course; the day or number is the rule's."""
    (reason, *_rest) = attention.reasons(facts, today)
    days = {"overdue": facts.due_on, "due_soon": facts.due_on, "inactive": facts.last_on}
    on = days.get(reason.rule, facts.began_on)
    return {
        "title": title,
        "rule": reason.rule,
        "number": reason.number,
        "on": on.isoformat() if on is not None else "",
    }


def _last(session: Session, kind: str, people: Iterable[int], day: Day) -> dict[tuple[int, str], date]:
    """(Person, about) → the day they were last told."""
    query = select(Reminder.person_id, Reminder.about, Reminder.day).where(
        Reminder.kind == kind, Reminder.person_id.in_(list(people))
    )
    days: dict[tuple[int, str], list[date]] = {}
    for person_id, about, told in session.execute(query):
        days.setdefault((person_id, about), []).append(told)
    last = {key: attention.last_told(each, day.today) for key, each in days.items()}
    return {key: told for key, told in last.items() if told is not None}


def _off(session: Session, people: Collection[int]) -> frozenset[int]:
    return frozenset(session.scalars(select(DigestOff.person_id).where(DigestOff.person_id.in_(people))))


def _claim(session: Session, now: datetime, person_id: int, kind: str, about: str, day: date) -> bool:
    """Whether this reminder is ours to send: nobody else has, nor will."""
    row = {"person_id": person_id, "kind": kind, "about": about, "day": day, "at": now}
    return _insert(session, Reminder, row)


def _insert(session: Session, table: type[Reminder] | type[DigestOff], row: dict[str, Any]) -> bool:
    """Whether the row was not there yet."""
    statement = insert(session, table).values(**row).on_conflict_do_nothing()
    # What was inserted comes back; how many rows there were not every driver knows.
    return session.scalar(statement.returning(table.person_id)) is not None

"""Who sits where, from when to when. Both days are of the posting; `to_date` empty: until further notice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.organisation.models import Position, Posting, Unit


@dataclass(frozen=True)
class Seat:
    unit: Unit
    position: Position | None


def on(today: date) -> ColumnElement[bool]:
    """A posting that holds on this day."""
    return and_(Posting.from_date <= today, or_(Posting.to_date.is_(None), Posting.to_date >= today))


def current(session: Session, person_id: int, today: date) -> Posting | None:
    """The posting of this day; of two that overlap, the later begun."""
    query = (
        select(Posting).where(Posting.person_id == person_id, on(today)).order_by(Posting.from_date.desc())
    )
    return session.scalars(query.limit(1)).first()


def current_seat(session: Session, person_id: int, today: date) -> Seat | None:
    """Unit and position of this day, in one query; None where the person sits nowhere."""
    query = (
        select(Unit, Position)
        .select_from(Posting)
        .join(Unit, Unit.code == Posting.unit_code)
        .outerjoin(Position, Position.code == Posting.position_code)
        .where(Posting.person_id == person_id, on(today))
        .order_by(Posting.from_date.desc(), Posting.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Seat(row[0], row[1])


def current_unit(session: Session, person_id: int, today: date) -> Unit | None:
    seat = current_seat(session, person_id, today)
    return None if seat is None else seat.unit


def units_of(session: Session, people: Collection[int], today: date) -> dict[int, str]:
    """Person → the name of the unit they sit in on this day, as far as they sit anywhere."""
    query = (
        select(Posting.person_id, Unit.name)
        .join(Unit, Unit.code == Posting.unit_code)
        .where(Posting.person_id.in_(people), on(today))
        .order_by(Posting.person_id, Posting.from_date, Posting.id)
    )
    return {row.person_id: row.name for row in session.execute(query)}


def history(session: Session, person_id: int) -> Sequence[Posting]:
    """Every posting of a person, the newest first."""
    query = select(Posting).where(Posting.person_id == person_id)
    return session.scalars(query.order_by(Posting.from_date.desc(), Posting.id.desc())).all()


def move(
    session: Session,
    now: datetime,
    *,
    person_id: int,
    unit_code: str,
    position_code: str | None,
    from_date: date,
    actor: str,
) -> Posting:
    """Opens a posting and closes the open one the day before. Raises ValueError where the open one began later,
    and for a unit or position that does not exist."""
    if session.get(Unit, unit_code) is None:
        raise ValueError(f"no such unit: {unit_code}")
    if position_code is not None and session.get(Position, position_code) is None:
        raise ValueError(f"no such position: {position_code}")
    before = _open(session, person_id)
    if before is not None:
        if before.from_date > from_date:
            raise ValueError(f"the open posting began on {before.from_date}, later than {from_date}")
        if before.from_date == from_date:  # not a day was spent there: it is put right, not ended
            before.unit_code, before.position_code = unit_code, position_code
            posting = before
        else:
            before.to_date = from_date - timedelta(days=1)
            session.flush()
            posting = Posting()
    else:
        posting = Posting()
    posting.person_id, posting.unit_code, posting.position_code = person_id, unit_code, position_code
    posting.from_date = from_date
    session.add(posting)
    _record(session, now, actor, "person.moved", person_id, unit=unit_code, position=position_code)
    return posting


def leave(session: Session, now: datetime, *, person_id: int, to_date: date, actor: str) -> Posting | None:
    """Ends the open posting with this day; None where none is open. Raises ValueError for a day before it began."""
    posting = _open(session, person_id)
    if posting is None:
        return None
    if to_date < posting.from_date:
        raise ValueError(f"the posting began on {posting.from_date}, after {to_date}")
    posting.to_date = to_date
    _record(session, now, actor, "person.left", person_id, unit=posting.unit_code)
    return posting


def _open(session: Session, person_id: int) -> Posting | None:
    return session.scalar(select(Posting).where(Posting.person_id == person_id, Posting.to_date.is_(None)))


def _record(session: Session, now: datetime, actor: str, action: str, person_id: int, **detail: Any) -> None:
    audit.record(session, now, actor, action, session.get_one(Person, person_id).username, **detail)
    session.flush()

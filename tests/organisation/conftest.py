from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from learning.accounts import people
from learning.accounts.models import Person
from learning.organisation import positions, units
from learning.organisation.models import Posting

MakePerson = Callable[..., Person]


@pytest.fixture
def province(session: Session) -> None:
    units.load(session)
    positions.load(session)


@pytest.fixture
def make_person(session: Session, now: datetime, province: None) -> MakePerson:
    """A person who sits in `unit` from `start` to `end`."""

    def make(
        username: str, unit: str = "", start: date = date(2025, 7, 1), end: date | None = None
    ) -> Person:
        person = people.add(
            session, now, username=username, full_name=f"Người {username}", staff_code=username.upper()
        )
        if unit:
            session.add(Posting(person_id=person.id, unit_code=unit, from_date=start, to_date=end))
        session.flush()
        return person

    return make

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.organisation import postings
from learning.organisation.models import Posting
from tests.organisation.conftest import MakePerson

QUY_NHON, DAK_DOA = "21583", "23677"


def test_a_move_closes_the_posting_the_day_before_and_keeps_the_history(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    person = make_person("an", QUY_NHON)
    postings.move(
        session, now, person_id=person.id, unit_code=DAK_DOA, position_code="ke_toan",
        from_date=date(2026, 12, 1), actor="quantri",
    )  # fmt: skip
    new, old = postings.history(session, person.id)
    assert (old.unit_code, old.to_date) == (QUY_NHON, date(2026, 11, 30))
    assert (new.unit_code, new.from_date, new.to_date) == (DAK_DOA, date(2026, 12, 1), None)
    before, after = (
        postings.current_seat(session, person.id, date(2026, 11 + n, 30 - 29 * n)) for n in (0, 1)
    )
    assert before and before.unit.name == "Phường Quy Nhơn" and before.position is None
    assert (
        after
        and after.unit.name == "Xã Đak Đoa"
        and after.position
        and after.position.title == "Kế toán viên"
    )


def test_a_posting_of_a_day_not_come_or_gone_by_is_not_the_present_one(
    session: Session, make_person: MakePerson
) -> None:
    person = make_person("an", QUY_NHON, date(2026, 1, 1), date(2026, 6, 30))
    assert postings.current_unit(session, person.id, date(2025, 12, 31)) is None
    assert postings.current(session, person.id, date(2026, 1, 1)) is not None
    assert postings.current(session, person.id, date(2026, 6, 30)) is not None
    assert postings.current_unit(session, person.id, date(2026, 7, 1)) is None


def test_a_move_on_the_very_first_day_puts_the_posting_right(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    person = make_person("an", QUY_NHON)
    postings.move(
        session, now, person_id=person.id, unit_code=DAK_DOA, position_code=None,
        from_date=date(2025, 7, 1), actor="quantri",
    )  # fmt: skip
    [only] = postings.history(session, person.id)
    assert only.unit_code == DAK_DOA


@pytest.mark.parametrize(
    ("unit", "position", "day"),
    [
        ("99999", None, date(2026, 1, 1)),
        (DAK_DOA, "vua", date(2026, 1, 1)),
        (DAK_DOA, None, date(2020, 1, 1)),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    session: Session, now: datetime, make_person: MakePerson, unit: str, position: str | None, day: date
) -> None:
    person = make_person("an", QUY_NHON)
    with pytest.raises(ValueError):
        postings.move(
            session,
            now,
            person_id=person.id,
            unit_code=unit,
            position_code=position,
            from_date=day,
            actor="quantri",
        )


def test_leaving_ends_the_open_posting(session: Session, now: datetime, make_person: MakePerson) -> None:
    person = make_person("an", QUY_NHON)
    with pytest.raises(ValueError):
        postings.leave(session, now, person_id=person.id, to_date=date(2020, 1, 1), actor="quantri")
    left = postings.leave(session, now, person_id=person.id, to_date=date(2026, 11, 22), actor="quantri")
    assert left and left.to_date == date(2026, 11, 22)
    assert (
        postings.leave(session, now, person_id=person.id, to_date=date(2026, 11, 22), actor="quantri") is None
    )


def test_the_database_itself_holds_one_open_posting_a_person(
    session: Session, make_person: MakePerson
) -> None:
    person = make_person("an", QUY_NHON)
    session.add(Posting(person_id=person.id, unit_code=DAK_DOA, from_date=date(2026, 1, 1)))
    with pytest.raises(IntegrityError):
        session.flush()

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.organisation import classes
from learning.organisation.models import ClassMember
from tests.organisation.conftest import MakePerson


def test_members_are_exactly_who_was_named_by_username_or_staff_code(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    trainer, an, binh, chi = (make_person(name) for name in ("trainer", "an", "binh", "chi"))
    made = classes.create(
        session, now, code=" L1 ", name="Lớp  tài chính", course_id="finance/a", trainer_id=trainer.id,
        due_on=date(2026, 12, 31), actor="quantri",
    )  # fmt: skip
    assert (made.code, made.name) == ("L1", "Lớp tài chính")
    assert classes.set_members(session, now, made, ["An", "BINH", " an", ""], actor="quantri") == (2, 0)
    assert classes.set_members(session, now, made, ["BINH", "chi"], actor="quantri") == (1, 1)
    assert classes.set_members(session, now, made, ["binh", "chi"], actor="quantri") == (0, 0)
    assert set(session.scalars(select(ClassMember.person_id))) == {binh.id, chi.id} and an.id
    with pytest.raises(classes.UnknownPeopleError) as unknown:
        classes.set_members(session, now, made, ["an", "ai.do"], actor="quantri")
    assert unknown.value.names == ["ai.do"]
    assert set(session.scalars(select(ClassMember.person_id))) == {binh.id, chi.id}


def test_a_taken_code_and_days_in_the_wrong_order_are_refused(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    trainer = make_person("trainer")

    def make(code: str, start: date | None, due: date | None) -> object:
        return classes.create(
            session, now, code=code, name="Lớp", course_id="it/a", trainer_id=trainer.id,
            starts_on=start, due_on=due, actor="quantri",
        )  # fmt: skip

    made = make("L1", date(2026, 1, 2), date(2026, 1, 2))
    with pytest.raises(ValueError):
        make("L1", None, None)
    with pytest.raises(ValueError):
        make("L2", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ValueError):
        classes.set_due(session, now, made, date(2026, 1, 1), actor="quantri")  # type: ignore[arg-type]
    classes.set_due(session, now, made, None, actor="quantri")  # type: ignore[arg-type]

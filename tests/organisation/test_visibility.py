from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import grants
from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.organisation import classes, visibility
from learning.organisation.models import TrainingClass, Unit
from tests.organisation.conftest import MakePerson

TODAY = date(2026, 11, 22)
QUY_NHON, DAK_DOA = "21583", "23677"


@pytest.fixture
def cast(make_person: MakePerson) -> dict[str, Person]:
    return {
        "head": make_person("head", QUY_NHON),
        "here": make_person("here", QUY_NHON),
        "there": make_person("there", DAK_DOA),
        "gone": make_person("gone", QUY_NHON, end=date(2026, 11, 21)),
        "coming": make_person("coming", QUY_NHON, start=date(2026, 11, 23)),
        "department": make_person("department", "STC"),
        "nowhere": make_person("nowhere"),
    }


def visitor(person: Person, role: str = "learner", *scopes: str) -> Visitor:
    return Visitor(person.id, person.username, person.full_name, frozenset({role}), {role: frozenset(scopes)})


def seen(session: Session, one: Visitor) -> set[str]:
    return set(session.scalars(select(Person.username).where(visibility.visible_people(one, TODAY))))


def test_a_learner_sees_only_oneself(session: Session, cast: dict[str, Person]) -> None:
    for role in ("learner", "author", "reviewer", "trainer", "unit_head"):
        assert seen(session, visitor(cast["here"], role)) == {"here"}


def test_a_head_sees_who_sits_in_the_unit_today(session: Session, cast: dict[str, Person]) -> None:
    assert seen(session, visitor(cast["head"], "unit_head", QUY_NHON)) == {"head", "here"}


def test_a_head_of_the_province_sees_every_unit_below(session: Session, cast: dict[str, Person]) -> None:
    assert seen(session, visitor(cast["head"], "unit_head", "52")) == {"head", "here", "there", "department"}


def test_inspector_and_administrator_see_everybody(session: Session, cast: dict[str, Person]) -> None:
    for role in ("inspector", "administrator"):
        assert seen(session, visitor(cast["here"], role)) == set(cast)


def test_a_trainer_sees_the_members_of_own_classes(
    session: Session, now: datetime, cast: dict[str, Person]
) -> None:
    for trainer, code, members in (("head", "L1", ["there", "GONE"]), ("department", "L2", ["here"])):
        made = classes.create(
            session,
            now,
            code=code,
            name=code,
            course_id="it/safety",
            trainer_id=cast[trainer].id,
            actor="quantri",
        )
        classes.set_members(session, now, made, members, actor="quantri")
    one = visitor(cast["head"], "trainer")
    assert seen(session, one) == {"head", "there", "gone"}
    mine = select(TrainingClass.code).where(visibility.visible_classes(one))
    assert set(session.scalars(mine)) == {"L1"}
    units = select(Unit.code).where(visibility.visible_units(one, TODAY))
    assert set(session.scalars(units)) == {QUY_NHON, DAK_DOA}


def test_units_one_may_see(session: Session, cast: dict[str, Person]) -> None:
    def units(one: Visitor) -> set[str]:
        return set(session.scalars(select(Unit.code).where(visibility.visible_units(one, TODAY))))

    assert units(visitor(cast["here"])) == {QUY_NHON}
    assert units(visitor(cast["head"], "unit_head", QUY_NHON)) == {QUY_NHON}
    assert len(units(visitor(cast["head"], "unit_head", "52"))) > 135
    assert len(units(visitor(cast["head"], "inspector"))) > 135


def test_codes_are_handed_out_downwards_only(
    session: Session, now: datetime, cast: dict[str, Person]
) -> None:
    head = visitor(cast["head"], "unit_head", QUY_NHON)
    grants.grant(session, now, cast["department"], "administrator", actor="test")
    allowed = {name for name, one in cast.items() if visibility.may_hand_code(session, head, one.id, TODAY)}
    assert allowed == {"here"}
    grants.grant(session, now, cast["here"], "author", "it", actor="test")
    assert not visibility.may_hand_code(session, head, cast["here"].id, TODAY)
    assert visibility.may_hand_code(
        session, visitor(cast["nowhere"], "administrator"), cast["here"].id, TODAY
    )
    assert not visibility.may_hand_code(
        session, visitor(cast["nowhere"], "inspector"), cast["there"].id, TODAY
    )

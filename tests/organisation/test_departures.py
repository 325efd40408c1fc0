from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import grants, people, sessions
from learning.accounts.models import Person, RoleGrant
from learning.audit import AuditEntry
from learning.organisation import departures
from learning.organisation.models import Posting

TODAY = date(2026, 11, 22)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
MakePerson = Callable[..., Person]


def test_whoever_sat_until_yesterday_is_shut_out_today_and_only_once(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    an, binh = make_person("an", "21583", end=YESTERDAY), make_person("binh", "21583", end=TODAY)
    make_person("cuc", "21583")
    make_person("nobody")  # sits nowhere and never did
    sessions.create(session, now, an.id, "api")
    assert departures.settle(session, now, TODAY) == 1
    assert not an.active and binh.active
    assert not sessions.running(session, now, an.id)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.subject) == ("system", "person.disabled", "an")
    assert departures.settle(session, now, TODAY) == 0
    assert departures.settle(session, now + timedelta(days=1), TOMORROW) == 1
    assert not binh.active


@pytest.mark.parametrize("start", [TODAY, TOMORROW + timedelta(days=20)])
def test_whoever_sits_elsewhere_or_soon_will_stays(
    session: Session, now: datetime, make_person: MakePerson, start: date
) -> None:
    an = make_person("an", "21583", end=YESTERDAY)
    session.add(Posting(person_id=an.id, unit_code="23677", from_date=start, to_date=None))
    assert departures.settle(session, now, TODAY) == 0
    assert an.active


def test_an_account_opened_by_hand_after_the_last_day_stays_open(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    an = make_person("an", "21583", end=YESTERDAY)
    people.enable(
        session, now - timedelta(days=20), an, actor="quantri"
    )  # while still in office: says nothing
    assert departures.settle(session, now, TODAY) == 1
    people.enable(session, now, an, actor="quantri")
    session.flush()
    assert departures.settle(session, now + timedelta(days=3), TODAY + timedelta(days=3)) == 0
    assert an.active


def test_a_head_who_moved_is_head_no_more_unless_made_so_again(
    session: Session, now: datetime, make_person: MakePerson
) -> None:
    an = make_person("an", "21583", end=YESTERDAY)
    session.add(Posting(person_id=an.id, unit_code="23677", from_date=TODAY, to_date=None))
    from_afar = make_person("binh", "STC")
    before = now - timedelta(days=30)
    for person, unit in ((an, "21583"), (an, "23677"), (from_afar, "21583")):
        grants.grant(session, before, person, "unit_head", unit, actor="quantri")
    assert departures.settle(session, now, YESTERDAY) == 0  # the last day there
    assert departures.settle(session, now, TODAY) == 1
    held = session.execute(select(RoleGrant.person_id, RoleGrant.scope)).all()
    assert sorted(held) == sorted([(an.id, "23677"), (from_afar.id, "21583")])
    grants.grant(session, now, an, "unit_head", "21583", actor="quantri")
    assert departures.settle(session, now + timedelta(days=3), TODAY + timedelta(days=3)) == 0
    assert session.scalar(select(func.count()).select_from(RoleGrant)) == 3

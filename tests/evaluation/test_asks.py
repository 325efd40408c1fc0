"""Who is asked what, and when; and that nobody is asked twice."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Letter, Person
from learning.cli import sweeping
from learning.database import Database
from learning.evaluation import asks, followups, surveys
from learning.evaluation.answers import Survey, Used
from learning.evaluation.models import Ask
from learning.organisation import postings
from tests import make
from tests.evaluation.conftest import MONDAY, done, read_all, told

TODAY = MONDAY.astimezone(make.ZONE).date()


def ask(session: Session, at: object = MONDAY) -> int:
    return asks.ask_due(session, at, make.ZONE, 100)  # type: ignore[arg-type]


def kinds(session: Session, person: Person) -> list[tuple[str, int]]:
    query = select(Ask.kind, Ask.days).where(Ask.person_id == person.id).order_by(Ask.days, Ask.kind)
    return [(kind, days) for kind, days in session.execute(query)]


def test_a_learner_is_asked_when_the_course_is_done_and_later_again(
    session: Session, cast: SimpleNamespace
) -> None:
    done(session, cast.an, 0)
    assert ask(session) == 1
    assert told(session, cast.an) == [("survey.asked", "finance/sample")]
    assert ask(session) == 0
    for days in (30, 60, 90):
        read_all(session)
        assert ask(session, MONDAY + timedelta(days=days - days % 7 + 7)) == 2  # a Monday in that month
        [(kind, _)] = told(session, cast.an)
        assert kind == "followup.asked"
        assert [kind for kind, _ in told(session, cast.head)] == ["followup.team"]
    assert ask(session, MONDAY + timedelta(days=203)) == 0
    assert kinds(session, cast.an) == [
        ("survey", 0),
        *((kind, days) for days in (30, 60, 90) for kind in ("learner", "manager")),
    ]


def test_who_has_not_done_the_course_or_did_it_long_ago_is_not_asked(
    session: Session, cast: SimpleNamespace
) -> None:
    done(session, cast.an, 120)
    assert ask(session) == 0


def test_who_has_left_is_not_asked(session: Session, cast: SimpleNamespace) -> None:
    done(session, cast.an, 1)
    cast.an.active = False
    session.add(cast.an)
    assert ask(session) == 0


def test_nobody_is_asked_at_night(session: Session, cast: SimpleNamespace) -> None:
    done(session, cast.an, 1)
    assert ask(session, MONDAY + timedelta(hours=11)) == 0  # 21:00
    assert not asks.anyone_due(session, MONDAY + timedelta(hours=11), make.ZONE)
    assert asks.anyone_due(session, MONDAY, make.ZONE)
    assert ask(session) == 1


def test_a_head_is_asked_of_the_people_but_not_of_themself(session: Session, cast: SimpleNamespace) -> None:
    for person in (cast.an, cast.head, cast.chi):
        done(session, person, 31)
    ask(session)
    assert kinds(session, cast.an) == [("learner", 30), ("manager", 30)]
    assert kinds(session, cast.head) == [("learner", 30)]
    assert [line.person.full_name for line in followups.team(session, ["21583"], cast.head.id, TODAY)] == [
        "Trần Văn An"
    ]
    assert [
        line.person.full_name for line in followups.team(session, ["23677"], cast.other_head.id, TODAY)
    ] == ["Đỗ Chi"]


def test_it_is_the_head_of_the_unit_where_the_person_sits_today_who_answers(
    session: Session, cast: SimpleNamespace
) -> None:
    done(session, cast.an, 31)
    ask(session)
    postings.move(
        session,
        MONDAY,
        person_id=cast.an.id,
        unit_code="23677",
        position_code=None,
        from_date=TODAY,
        actor="quantri",
    )
    assert followups.team(session, ["21583"], cast.head.id, TODAY) == []
    assert len(followups.team(session, ["23677"], cast.other_head.id, TODAY)) == 1


def test_where_nobody_heads_a_unit_nobody_is_asked_until_somebody_does(
    session: Session, cast: SimpleNamespace
) -> None:
    done(session, cast.chi, 31)
    cast.other_head.active = False
    session.add(cast.other_head)
    ask(session)
    assert kinds(session, cast.chi) == [("learner", 30)]
    cast.other_head.active = True
    session.add(cast.other_head)
    ask(session, MONDAY + timedelta(days=1))
    assert kinds(session, cast.chi) == [("learner", 30), ("manager", 30)]


def test_a_head_is_told_once_a_day_of_however_many(session: Session, cast: SimpleNamespace) -> None:
    done(session, cast.an, 31)
    ask(session)
    done(session, cast.binh, 31)
    ask(session, MONDAY + timedelta(hours=1))
    assert len(told(session, cast.head)) == 1
    assert len(followups.team(session, ["21583"], cast.head.id, TODAY)) == 2


def test_letters_go_with_it_where_there_is_an_address(session: Session, cast: SimpleNamespace) -> None:
    cast.an.email = "an@gialai.example"
    session.add(cast.an)
    done(session, cast.an, 0)
    ask(session)
    assert [letter.address for letter in session.scalars(select(Letter))] == ["an@gialai.example"]


def test_the_sweep_asks_everybody_a_few_at_a_time_and_nobody_twice(
    database: Database, session: Session, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (cast.an, cast.binh, cast.chi):
        done(session, person, 31)
    session.commit()
    monkeypatch.setattr(sweeping, "ASK_BATCH", 2)
    paused: list[int] = []
    assert sweeping.ask(database, lambda: MONDAY, make.ZONE, lambda: paused.append(1)) == 6
    assert len(paused) == 3
    assert sweeping.ask(database, lambda: MONDAY, make.ZONE) == 0
    assert (
        sweeping.ask(database, lambda: MONDAY - timedelta(days=1), make.ZONE) == 0
    )  # a clock that goes back
    with database.reading() as again:
        assert len(told(again, cast.an)) == 1


def test_what_is_answered_waits_no_more(session: Session, cast: SimpleNamespace) -> None:
    done(session, cast.an, 0)
    ask(session)
    given = Survey(dict.fromkeys(("useful", "clear", "length", "recommend"), 3))
    surveys.answer(session, MONDAY, TODAY, cast.an.id, cast.published, given, client_id="1" * 36, revision=0)
    assert asks.waiting(session, cast.an.id, TODAY) == []
    assert told(session, cast.an) == []
    done(session, cast.binh, 31)
    ask(session)
    [waiting] = asks.waiting(session, cast.binh.id, TODAY)
    assert not waiting.overdue
    assert asks.waiting(session, cast.binh.id, TODAY + timedelta(days=15))[0].overdue
    assert asks.waiting(session, cast.binh.id, TODAY + timedelta(days=30)) == []
    followups.answer(session, MONDAY, TODAY, waiting.ask, Used("often"), cast.binh.id)
    assert asks.waiting(session, cast.binh.id, TODAY) == []


def test_a_survey_answered_before_anybody_asked_is_asked_no_more(
    session: Session, cast: SimpleNamespace
) -> None:
    done(session, cast.an, 0)
    given = Survey(dict.fromkeys(("useful", "clear", "length", "recommend"), 3))
    surveys.answer(session, MONDAY, TODAY, cast.an.id, cast.published, given, client_id="1" * 36, revision=0)
    assert ask(session) == 0
    assert kinds(session, cast.an) == [("survey", 0)]

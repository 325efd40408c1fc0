"""Scheduled reports: set, told once to whoever heads the unit, ended with the post of whoever set them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.accounts.models import Letter, Notice, Person, RoleGrant
from learning.accounts.visitors import Visitor, as_visitor
from learning.audit import AuditEntry
from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.library import telling
from learning.organisation.models import TrainingClass
from learning.progress import scheduled
from learning.progress.models import ScheduledReport
from learning.progress.scheduled import Every, Table
from learning.progress.scores import NotSeen
from tests import make

THURSDAY = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)  # 09:00 in the province
MONDAY, DAY = date(2026, 11, 23), timedelta(days=1)
COURSE = "finance/sample"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(THURSDAY)


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    make.publish(session)
    unit = make.unit(session)
    one = SimpleNamespace(
        unit=unit.code,
        an=make.person(session, "an", "Trần Văn An", unit=unit),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",)),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [unit.code]}, unit=unit),
        above=make.person(session, "lanhdaotinh", "Hồ Trên", roles={"unit_head": ["52"]}),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",)),
    )
    one.head.email = "lanhdao@example.org"
    one.group = make.training_class(session, one.trainer, [one.an])
    session.commit()
    return one


def by(session: Session, person: Person) -> Visitor:
    found = as_visitor(session, person.id)
    assert found is not None
    return found


def put(
    session: Session, person: Person, table: Table, every: Every = "week", at: datetime = THURSDAY
) -> ScheduledReport:
    made = scheduled.schedule(session, at, at.date(), by(session, person), table, every)
    session.commit()
    return made


def sweep(database: Database, session: Session, clock: FixedClock, day: date) -> int:
    session.rollback()
    clock.at = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
    return sweeping.tell_scheduled(database, clock.now, make.ZONE)


def told(session: Session, person: Person) -> list[str]:
    session.rollback()
    notices = session.scalars(sa.select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))
    words = [telling.words(one.kind, one.subject, one.detail, _plain) for one in notices if not one.read_at]
    session.rollback()
    return [f"{one.title} {one.text}" for one in words]


def _plain(text: str, **values: object) -> str:
    return text % values if values else text


@settings(max_examples=100)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from(scheduled.EVERY))
def test_the_next_turn_is_the_first_monday_or_first_of_a_month_after_a_day(day: date, every: Every) -> None:
    found = scheduled.following(every, day)
    assert found > day
    fits = [day + DAY * n for n in range(1, (found - day).days + 1)]
    assert [one for one in fits if (one.weekday() == 0 if every == "week" else one.day == 1)] == [found]


def test_the_head_is_told_on_monday_once_and_again_the_monday_after(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    put(session, cast.trainer, Table("scores", cast.unit, COURSE, "overdue"))
    assert [sweep(database, session, clock, MONDAY + n * DAY) for n in (-1, 0, 0, 1, 6)] == [0, 1, 0, 0, 0]
    (words,) = told(session, cast.head)
    assert words.startswith("Phường Quy Nhơn: bảng điểm khóa “Thu – chi ngân sách cấp xã” đến kỳ xem.")
    assert "An" not in words
    assert told(session, cast.above) == told(session, cast.trainer) == []
    assert session.scalars(sa.select(Letter.address)).all() == ["lanhdao@example.org"]
    assert sweep(database, session, clock, MONDAY + 7 * DAY) == 1
    assert len(told(session, cast.head)) == 1  # in the place of the one before


def test_turns_that_were_missed_are_one_notice(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    made = put(session, cast.head, Table("unit", cast.unit), "month")
    assert made.next_on == date(2026, 12, 1)
    assert sweep(database, session, clock, date(2027, 3, 10)) == 1
    session.refresh(made)
    assert (made.last_on, made.next_on) == (date(2027, 3, 10), date(2027, 4, 1))


def test_quiet_hours_put_it_off(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    put(session, cast.head, Table("unit", cast.unit))
    clock.at = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # Monday, 02:00 in the province
    session.rollback()
    assert sweeping.tell_scheduled(database, clock.now, make.ZONE) == 0
    assert sweep(database, session, clock, MONDAY) == 1


def test_two_servers_at_once_tell_once(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    for table in (Table("unit", cast.unit), Table("help", cast.unit), Table("scores", cast.unit, COURSE)):
        put(session, cast.head, table)
    session.rollback()
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(sweeping.tell_scheduled, database, clock.now, make.ZONE) for _ in range(4)]
        assert sum(run.result() for run in runs) == 3
    assert len(told(session, cast.head)) == 3


def test_one_that_fails_half_way_is_told_with_the_next_sweep(
    database: Database,
    clock: FixedClock,
    session: Session,
    cast: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(session, cast.head, Table("unit", cast.unit))
    with monkeypatch.context() as broken:
        broken.setattr(scheduled.notices, "tell", lambda *given, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(database, session, clock, MONDAY)
    assert sweep(database, session, clock, MONDAY) == 1


def test_it_goes_to_whoever_heads_the_unit_on_the_day(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    put(session, cast.trainer, Table("unit", cast.unit))
    session.delete(session.get_one(RoleGrant, (cast.head.id, "unit_head", cast.unit)))
    session.commit()
    assert sweep(database, session, clock, MONDAY) == 0
    assert told(session, cast.head) == []
    new = make.person(session, "moi", "Lê Mới", roles={"unit_head": [cast.unit]})
    session.commit()
    assert sweep(database, session, clock, MONDAY + 7 * DAY) == 1
    assert len(told(session, new)) == 1 and told(session, cast.head) == []


@pytest.mark.parametrize("gone", ["left", "role", "class"])
def test_it_ends_with_the_post_of_whoever_set_it(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace, gone: str
) -> None:
    made = put(session, cast.trainer, Table("scores", cast.unit, COURSE))
    if gone == "left":
        cast.trainer.active = False
    elif gone == "role":
        session.delete(session.get_one(RoleGrant, (cast.trainer.id, "trainer", "")))
    else:
        session.get_one(TrainingClass, cast.group.id).trainer_id = cast.inspector.id
    session.commit()
    assert sweep(database, session, clock, MONDAY) == 0
    session.refresh(made)
    assert made.ended_at is not None and told(session, cast.head) == []
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "report.ended")).one()
    assert (entry.actor, entry.detail["why"]) == ("clock", "setter")
    session.rollback()
    assert scheduled.due(session, MONDAY + 7 * DAY) == []


def test_the_same_table_is_set_once_and_how_often_can_be_changed(
    session: Session, cast: SimpleNamespace
) -> None:
    table = Table("scores", cast.unit, COURSE)
    first = put(session, cast.trainer, table)
    again = put(session, cast.head, table, "month")
    assert (again.id, again.every, again.next_on) == (first.id, "month", date(2026, 12, 1))
    scheduled.end(session, THURSDAY, again, actor="lanhdao")
    assert put(session, cast.head, table).id != first.id


def test_nobody_sets_what_they_may_not_see(session: Session, cast: SimpleNamespace) -> None:
    make.unit(session, "23677", "Xã Đak Đoa")
    make.publish(session, make.course(field="land", slug="other", title="Đất đai"))
    session.commit()
    for person, table in (
        (cast.trainer, Table("unit", "23677")),
        (cast.trainer, Table("scores", cast.unit, "land/other")),
        (cast.head, Table("help", "23677")),
        (cast.head, Table("help", "none")),
        (cast.an, Table("unit", cast.unit)),
        (cast.inspector, Table("unit", cast.unit)),
    ):
        with pytest.raises(NotSeen):
            put(session, person, table)
        session.rollback()


def test_it_is_seen_by_who_set_it_who_receives_it_and_the_head_above(
    session: Session, cast: SimpleNamespace
) -> None:
    made = put(session, cast.trainer, Table("unit", cast.unit))
    other = make.person(session, "giangvien2", "Ngô Khác", roles=("trainer",))
    session.commit()
    for person in (cast.trainer, cast.head, cast.above):
        assert scheduled.one(session, by(session, person), made.id).id == made.id
    for person in (other, cast.inspector, cast.an):
        with pytest.raises(NotSeen):
            scheduled.one(session, by(session, person), made.id)
    (line,) = scheduled.listed(session, by(session, cast.head))
    assert (line.unit, line.made_by, line.heads) == ("Phường Quy Nhơn", "Phan Giảng", ("Võ Lãnh",))

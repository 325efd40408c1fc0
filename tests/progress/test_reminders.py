"""Digests and the week's word to heads: when, what, to whom, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Letter, Notice, Person
from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.library import telling
from learning.progress import reminders
from learning.progress.helping import Day as InZone
from learning.progress.models import Enrolment, Reminder
from tests import make

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09:00 in the province
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COURSE = "finance/sample"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """An has stood still for 20 days; Bình has not begun what is due on Thursday; Chi is done."""
    make.publish(session)
    unit = make.unit(session)
    one = SimpleNamespace(
        an=make.person(session, "an", "Trần Văn An", unit=unit),
        binh=make.person(session, "binh", "Lê Bình", unit=unit),
        chi=make.person(session, "chi", "Đỗ Chi", unit=unit),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",)),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [unit.code]}, unit=unit),
    )
    one.an.email = "an@example.org"
    make.training_class(session, one.trainer, [one.binh, one.chi], due_on=date(2026, 11, 26))
    for person, days, done in ((one.an, 20, False), (one.chi, 1, True)):
        at = MONDAY - days * DAY
        session.add(
            Enrolment(
                person_id=person.id, course_id=COURSE, state="done" if done else "started", attempts=0, best=None,
                seconds=0, started_at=at, last_at=at, completed_at=at if done else None,
            )
        )  # fmt: skip
    session.commit()
    return one


def sweep(database: Database, clock: FixedClock) -> int | None:
    return sweeping.remind(database, clock.now, make.ZONE)


def told(session: Session, person: Person) -> list[tuple[str, str]]:
    session.rollback()
    found = session.scalars(sa.select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)).all()
    words = [telling.words(one.kind, one.subject, one.detail, _plain) for one in found]
    session.rollback()
    return [(one.title, one.text) for one in words]


def _plain(text: str, **values: object) -> str:
    return text % values if values else text


def test_each_is_told_what_waits_for_them(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    assert sweep(database, clock) == 3
    assert told(session, cast.an) == [
        (
            "Khóa học đang chờ đồng chí: 1.",
            "“Thu – chi ngân sách cấp xã”: lần học gần nhất là ngày 03/11/2026.",
        )
    ]
    assert told(session, cast.binh) == [
        ("Khóa học đang chờ đồng chí: 1.", "“Thu – chi ngân sách cấp xã” có hạn hoàn thành ngày 26/11/2026.")
    ]
    assert told(session, cast.chi) == []
    ((title, text),) = told(session, cast.head)
    assert title == "Phường Quy Nhơn: số người sắp đến hạn khóa “Thu – chi ngân sách cấp xã”: 1."
    assert "Bình" not in title + text and "An" not in title + text
    assert session.scalars(sa.select(Letter.address)).all() == ["an@example.org"]


def test_nobody_is_told_twice_by_two_servers_a_restart_or_a_clock_set_back(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    assert sweep(database, clock) == 3
    assert sweep(database, clock) == 0
    clock.move(-3 * DAY)  # to Friday
    assert sweep(database, clock) == 0
    clock.move(3 * DAY + HOUR)
    assert sweep(database, clock) == 0
    assert [len(told(session, one)) for one in (cast.an, cast.binh, cast.head)] == [1, 1, 1]


def test_two_who_saw_the_same_person_waiting_send_one_digest(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    day = InZone(date(2026, 11, 23), make.ZONE)
    titles = {COURSE: "Khóa"}
    for sent in (1, 0):
        with database.writing() as other:
            assert reminders.remind(other, MONDAY, day, [cast.an.id], titles) == sent
    for claimed in (True, False):
        with database.writing() as other:
            assert reminders._claim(other, MONDAY, cast.binh.id, "digest", "", day.today) is claimed
            assert reminders._claim(other, MONDAY, cast.head.id, "unit", "21583", day.today) is claimed


def test_quiet_hours_and_weekends_are_left_in_peace(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    for at in (
        datetime(2026, 11, 22, 23, 59, tzinfo=UTC),  # Monday 06:59
        datetime(2026, 11, 23, 13, 0, tzinfo=UTC),  # 20:00
        datetime(2026, 11, 28, 3, 0, tzinfo=UTC),  # Saturday
        datetime(2026, 11, 29, 3, 0, tzinfo=UTC),
    ):
        clock.at = at
        assert sweep(database, clock) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0
    session.rollback()
    clock.at = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 07:00
    assert sweep(database, clock) == 3


def test_a_month_of_sweeps(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    """Four weeks, swept every four hours: a digest a week, and for a deadline on its steps; then nothing."""
    for _ in range(28 * 6):
        sweep(database, clock)
        clock.move(4 * HOUR)
    session.rollback()
    days: dict[str, list[date]] = {}
    query = sa.select(Person.username, Reminder.day).join(Reminder, Reminder.person_id == Person.id)
    for username, day in session.execute(query.order_by(Person.username, Reminder.day)):
        days.setdefault(username, []).append(day)
    mondays = [date(2026, 11, 23) + timedelta(weeks=n) for n in range(4)]
    assert days == {
        "an": mondays,
        # Due on Thursday 26: told on Monday, the eve, the day, the day after, then once a week.
        "binh": [
            date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27),
            date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 18),
        ],
        "lanhdao": mondays,
    }  # fmt: skip


def test_reminders_stop_when_done(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    row = session.get_one(Enrolment, (cast.an.id, COURSE))
    row.state, row.completed_at = "done", MONDAY
    session.commit()
    sweep(database, clock)
    assert told(session, cast.an) == []


def test_who_wants_no_digest_is_told_of_deadlines_alone(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    for one in (cast.an, cast.binh):
        reminders.switch(session, MONDAY, one.id, on=False)
        reminders.switch(session, MONDAY, one.id, on=False)  # pressed twice
        assert not reminders.digests_on(session, one.id)
    session.commit()
    sweep(database, clock)
    assert told(session, cast.an) == [] and len(told(session, cast.binh)) == 1
    reminders.switch(session, MONDAY, cast.an.id, on=True)
    session.commit()
    sweep(database, clock)
    assert len(told(session, cast.an)) == 1


def test_long_lists_are_cut_and_counted(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    for number in range(6):
        made = make.publish(session, make.course(slug=f"c{number}", title=f"Khóa {number}"))
        at = MONDAY - 20 * DAY
        session.add(
            Enrolment(
                person_id=cast.an.id, course_id=made.course.id, state="started", attempts=0, best=None, seconds=0,
                started_at=at, last_at=at, completed_at=None,
            )
        )  # fmt: skip
    session.commit()
    sweep(database, clock)
    ((title, text),) = told(session, cast.an)
    assert title == "Khóa học đang chờ đồng chí: 7." and text.endswith("Còn khóa học khác cần học tiếp: 2.")
    assert len(text.splitlines()) == 6


def test_two_servers_sweeping_at_the_same_moment_tell_each_once(
    database: Database, clock: FixedClock, session: Session, cast: SimpleNamespace
) -> None:
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: sweep(database, clock), range(4)))
    assert sum(each or 0 for each in sent) == 3
    assert [len(told(session, one)) for one in (cast.an, cast.binh, cast.head)] == [1, 1, 1]


def test_a_wave_is_broken_off_when_the_quiet_hours_begin_and_taken_up_in_the_morning(
    database: Database,
    clock: FixedClock,
    session: Session,
    cast: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "REMIND_BATCH", 1)
    clock.at = datetime(2026, 11, 23, 12, 59, tzinfo=UTC)  # 19:59

    def late() -> None:
        clock.move(timedelta(minutes=1))

    assert sweeping.remind(database, clock.now, make.ZONE, late) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1
    session.rollback()
    clock.at = MONDAY + DAY
    sweep(database, clock)
    assert [len(told(session, one)) for one in (cast.an, cast.binh, cast.head)] == [1, 1, 1]

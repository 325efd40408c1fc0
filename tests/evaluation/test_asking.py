"""Days and hours of asking."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.evaluation import asking

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(days, st.integers(0, 200))
def test_each_question_has_one_month_of_its_own(today: date, ago: int) -> None:
    done = today - timedelta(days=ago)
    due = [
        (window.kind, window.days) for window in asking.windows(today) if window.first <= done <= window.last
    ]
    wanted = {0: [("survey", 0)]} | {n: [("learner", n), ("manager", n)] for n in (30, 60, 90)}
    assert due == wanted.get(ago // 30 * 30, [])


@given(days, st.integers(0, 100), st.booleans())
def test_an_answer_is_waited_for_then_overdue_then_no_more(today: date, age: int, answered: bool) -> None:
    state = asking.state(today - timedelta(days=age), answered, today)
    if answered:
        assert state == "answered"
    else:
        assert state == ("open" if age <= 14 else "overdue" if age < 30 else "lapsed")


@pytest.mark.parametrize(
    ("local", "writes"),
    [
        ("2026-11-20 06:59", False),
        ("2026-11-20 07:00", True),
        ("2026-11-20 19:59", True),
        ("2026-11-20 20:00", False),
        ("2026-11-21 10:00", False),  # a Saturday
        ("2026-11-22 10:00", False),
        ("2026-11-23 10:00", True),
    ],
)
def test_nobody_is_written_to_at_night_or_at_weekends(local: str, writes: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZONE)
    assert asking.working_hours(at.astimezone(UTC), ZONE) is writes


def test_an_answer_may_be_changed_for_a_fortnight() -> None:
    at = datetime(2026, 11, 2, 3, tzinfo=UTC)
    assert asking.changeable(at, at + timedelta(days=14))
    assert not asking.changeable(at, at + timedelta(days=14, seconds=1))

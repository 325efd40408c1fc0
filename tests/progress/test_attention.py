"""The rules by which somebody needs help, and the laws they keep."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.progress import attention
from learning.progress.attention import Facts, Group, Reason, action, reasons

TODAY = date(2026, 11, 23)  # a Monday
DAYS = st.dates(TODAY - timedelta(days=80), TODAY + timedelta(days=80))
FACTS = st.builds(
    Facts,
    done=st.booleans(),
    began_on=st.none() | DAYS,
    due_on=st.none() | DAYS,
    last_on=st.none() | DAYS,
    failed=st.integers(0, 6),
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "expected", "todo"),
    [
        (Facts(), (), None),
        (Facts(began_on=ago(6)), (), None),
        (Facts(began_on=ago(7)), (Reason("not_started", 7),), "remind"),
        (Facts(began_on=ago(21)), (Reason("not_started", 21),), "head"),
        (Facts(began_on=ago(-3)), (), None),
        (Facts(last_on=ago(13)), (), None),
        (Facts(began_on=ago(90), last_on=ago(14)), (Reason("inactive", 14),), "remind"),
        (Facts(last_on=ago(30)), (Reason("inactive", 30),), "talk"),
        (Facts(last_on=ago(0), failed=1), (), None),
        (Facts(last_on=ago(0), failed=2), (Reason("failing", 2),), "again"),
        (Facts(last_on=ago(0), failed=4), (Reason("failing", 4),), "mentor"),
        (Facts(due_on=ago(-8), last_on=ago(0)), (), None),
        (Facts(due_on=ago(-7), last_on=ago(0)), (Reason("due_soon", 7),), "remind"),
        (Facts(due_on=TODAY, last_on=ago(0)), (Reason("due_soon", 0),), "remind"),
        (Facts(due_on=ago(1), last_on=ago(0)), (Reason("overdue", 1),), "talk"),
        (
            Facts(due_on=ago(2), began_on=ago(9)),
            (Reason("overdue", 2), Reason("not_started", 9)),
            "head",
        ),
        (
            Facts(due_on=ago(2), last_on=ago(40), failed=3),
            (Reason("overdue", 2), Reason("failing", 3), Reason("inactive", 40)),
            "again",
        ),
    ],
)
def test_the_rules(facts: Facts, expected: tuple[Reason, ...], todo: str | None) -> None:
    assert reasons(facts, TODAY) == expected
    assert action(expected) == todo


@given(FACTS, st.integers(0, 60))
def test_what_is_later_is_never_less_urgent(facts: Facts, days: int) -> None:
    now, then = reasons(facts, TODAY), reasons(facts, TODAY + timedelta(days=days))
    assert len(then) >= len(now)
    if now:
        assert then[0].urgency >= now[0].urgency


@given(FACTS, DAYS)
def test_who_is_done_is_never_spoken_of_nor_reminded(facts: Facts, today: date) -> None:
    done = Facts(True, facts.began_on, facts.due_on, facts.last_on, facts.failed)
    assert reasons(done, today) == ()
    assert not attention.is_due(done, today)
    assert not attention.to_remind([done], None, today, only_due=False)


@given(FACTS)
def test_the_most_urgent_reason_comes_first_and_every_reason_has_an_action(facts: Facts) -> None:
    found = reasons(facts, TODAY)
    assert list(found) == sorted(found, key=lambda reason: reason.urgency, reverse=True)
    assert len({reason.rule for reason in found}) == len(found)
    assert (action(found) in attention.ACTIONS) == bool(found)


@given(
    st.lists(st.builds(Group, st.sampled_from("abc"), st.sampled_from(attention.RULES), st.integers(0, 9)))
)
def test_the_most_useful_matter_is_the_most_urgent_then_the_largest(groups: list[Group]) -> None:
    best = attention.most_useful(groups)
    assert best == attention.most_useful(list(reversed(groups)))
    if best is None:
        assert not any(group.people for group in groups)
    else:
        rank = attention.RULES.index(best.rule)
        others = [group for group in groups if group.people]
        assert all(attention.RULES.index(group.rule) >= rank for group in others)
        assert all(group.people <= best.people for group in others if group.rule == best.rule)


@given(st.lists(FACTS, max_size=4), st.booleans(), st.integers(0, 6))
def test_nobody_is_reminded_twice_a_day_nor_for_nothing(open_: list[Facts], off: bool, ahead: int) -> None:
    last = TODAY + timedelta(days=ahead)  # told today, or the clock was set back
    assert not attention.to_remind(open_, last, TODAY, only_due=off)
    if not any(reasons(facts, TODAY) for facts in open_):
        assert not attention.to_remind(open_, None, TODAY, only_due=off)


@given(st.lists(FACTS, max_size=4))
def test_switching_off_leaves_what_is_due(open_: list[Facts]) -> None:
    if attention.to_remind(open_, None, TODAY, only_due=True):
        assert any(attention.is_due(facts, TODAY) for facts in open_)


def test_a_deadline_is_told_of_on_each_step_however_many_days_were_quiet() -> None:
    due, told, last = date(2026, 11, 30), [], None
    for day in (date(2026, 11, 20) + timedelta(days=n) for n in range(20)):
        if attention.quiet(day.weekday(), 9):
            continue
        if attention.to_remind([Facts(due_on=due, last_on=day)], last, day, only_due=True):
            told.append(day)
            last = day
    # Monday, 7 days before; Friday, 3 days before; Monday, for the eve and the day itself; Tuesday, the first day after.
    assert told == [date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1)]


def test_what_stands_still_is_told_of_once_a_week() -> None:
    still = [Facts(last_on=TODAY - timedelta(days=20))]
    assert attention.to_remind(still, None, TODAY, only_due=False)
    assert not attention.to_remind(still, TODAY - timedelta(days=6), TODAY, only_due=False)
    assert attention.to_remind(still, TODAY - timedelta(days=7), TODAY, only_due=False)
    assert not attention.to_remind(still, None, TODAY, only_due=True)


def test_a_reminder_of_a_clock_far_ahead_silences_nobody() -> None:
    days = [date(2026, 11, 2), TODAY + timedelta(days=300)]
    assert attention.last_told(days, TODAY) == date(2026, 11, 2)
    assert attention.last_told([TODAY + timedelta(days=1)], TODAY) == TODAY + timedelta(days=1)
    assert attention.last_told([], TODAY) is None


@pytest.mark.parametrize(
    ("weekday", "hour", "quiet"),
    [(0, 7, False), (0, 6, True), (4, 19, False), (4, 20, True), (5, 12, True), (6, 12, True), (2, 0, True)],
)
def test_quiet_hours(weekday: int, hour: int, quiet: bool) -> None:
    assert attention.quiet(weekday, hour) is quiet


def test_a_week_begins_on_monday() -> None:
    assert {attention.monday(TODAY + timedelta(days=n)) for n in range(7)} == {TODAY}

"""Figures of groups, from rows the database counted."""

from datetime import date
from decimal import Decimal
from statistics import median as by_the_book

from hypothesis import given, settings
from hypothesis import strategies as st

from learning.progress import tallies
from learning.progress.tallies import Counted, Figures

shares = st.integers(0, 100_000_000).map(lambda number: Decimal(number) / 1_000_000)
rows = st.lists(
    st.builds(
        Counted,
        key=st.sampled_from("abc"),
        state=st.sampled_from(["not_started", "started", "done"]),
        best=st.none() | shares,
        people=st.integers(1, 40),
        overdue=st.integers(0, 3),
        attempts=st.integers(0, 90),
        seconds=st.integers(0, 10_000),
    ),
    max_size=12,
)


@given(st.lists(st.tuples(shares, st.integers(0, 9)), max_size=15))
def test_the_middle_is_that_of_all_values_written_out(counts: list[tuple[Decimal, int]]) -> None:
    values = [value for value, times in counts for _ in range(times)]
    assert tallies.median(counts) == (by_the_book(values) if values else None)


@given(rows)
@settings(max_examples=80)
def test_groups_add_up_to_the_whole(counted: list[Counted]) -> None:
    groups, whole = tallies.tallied(counted), tallies.total(counted)
    for name in (
        "people",
        "begun",
        "done",
        "overdue",
        "scored",
        "attempts",
        "seconds",
        "waiting",
        "under_way",
    ):
        assert sum(getattr(one, name) for one in groups.values()) == getattr(whole, name)
    assert whole.waiting + whole.under_way + whole.done == whole.people
    middles = [one.median for one in groups.values() if one.median is not None]
    if middles:
        assert whole.median is not None and min(middles) <= whole.median <= max(middles)


@given(rows, st.integers(0, 4))
@settings(max_examples=80)
def test_nobody_left_out_is_weaker_than_the_weakest(counted: list[Counted], count: int) -> None:
    groups = tallies.tallied(counted)
    found = tallies.weakest(groups, count)
    assert len(found) <= count and all(groups[key].done < groups[key].people for key in found)
    large = {key for key, one in groups.items() if one.people >= tallies.ENOUGH and one.done < one.people}
    for key in large - set(found):
        assert len(found) == count
        assert all(tallies.weakness(groups[other]) <= tallies.weakness(groups[key]) for other in found)


def test_a_unit_of_one_does_not_hide_one_of_forty() -> None:
    groups = {"one": Figures(people=1), "forty": Figures(people=40, done=2), "all": Figures(people=9, done=9)}
    assert tallies.weakest(groups) == ["forty"]
    assert tallies.weakest({"one": Figures(people=1)}) == ["one"]
    assert tallies.weakest({"nobody": Figures()}) == []


def test_weeks_begin_on_monday() -> None:
    sunday = date(2026, 11, 22)
    assert tallies.weeks(sunday, 2) == [date(2026, 11, 9), date(2026, 11, 16)]
    assert tallies.weeks(date(2026, 11, 23), 1) == [date(2026, 11, 23)]

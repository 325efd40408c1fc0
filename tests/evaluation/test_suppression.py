"""Nothing told of groups, on whatever day, tells of fewer than five, whatever is taken from whatever."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learning.evaluation.suppression import LEAST, SETTLED, WAIT, Cell, told

FIRST = date(2026, 12, 1)


def cell(day: int, *keys: str) -> Cell:
    return Cell((FIRST + timedelta(days=day)).isoformat(), keys)


answers = st.dictionaries(
    st.builds(cell, st.integers(0, 60), st.sampled_from("abc"), st.sampled_from("xy")),
    st.integers(1, 7),
    max_size=30,
)


def day(number: int) -> date:
    """The first day on which the answers of this day are told of."""
    return FIRST + timedelta(days=number) + SETTLED


@given(answers, st.lists(st.integers(0, 120), min_size=1, max_size=8))
def test_no_reader_who_comes_again_and_again_learns_of_so_few(
    counts: dict[Cell, int], visits: list[int]
) -> None:
    seen: list[set[Cell]] = []  # every figure of every visit: the whole, its years, each group
    for visit in visits:
        figures = defaultdict(set)
        # On the day of the visit nobody has answered later.
        there = {one: count for one, count in counts.items() if date.fromisoformat(one.day) <= day(visit)}
        for one, level in told(there, day(visit)).items():
            figures["whole"].add(one)
            figures[one.day[:4]].add(one)
            if level < len(one.keys):
                figures[level, one.keys[level]].add(one)
        seen += figures.values()
    # What can be reckoned from sums at best: those whom every figure takes in alike.
    alike: dict[tuple[bool, ...], int] = defaultdict(int)
    for one in set().union(*seen):
        alike[tuple(one in figure for figure in seen)] += counts[one]
    assert all(people >= LEAST for people in alike.values())


@given(answers)
def test_what_was_told_stays_told(counts: dict[Cell, int]) -> None:
    before: dict[Cell, int] = {}
    for number in range(0, 100, 7):
        now = told(counts, day(number))
        assert before.items() <= now.items()
        before = now


@given(answers)
def test_fewer_than_five_a_year_are_left_at_last(counts: dict[Cell, int]) -> None:
    left: dict[str, int] = defaultdict(int)
    for one in set(counts) - set(told(counts, day(200))):
        left[one.day[:4]] += counts[one]
    assert all(people < LEAST for people in left.values())


@given(answers)
def test_the_same_is_told_however_the_answers_come(counts: dict[Cell, int]) -> None:
    assert told(dict(reversed(counts.items())), day(200)) == told(counts, day(200))


def test_who_is_alone_waits_for_others_in_ever_wider_groups() -> None:
    counts = {cell(0, "a", "x"): 4, cell(1, "b", "x"): 2, cell(2, "c", "y"): 3, cell(3, "b", "y"): 5}
    turn = WAIT.days
    assert told(counts, day(3)) == {cell(3, "b", "y"): 0, cell(1, "b", "x"): 0}
    counts = {cell(0, "a", "x"): 4, cell(1, "b", "x"): 2, cell(2, "c", "y"): 3, cell(3, "d", "y"): 2}
    assert told(counts, day(turn)) == {}
    assert told(counts, day(turn + 1)) == {cell(0, "a", "x"): 1, cell(1, "b", "x"): 1}
    assert len(told(counts, day(turn + 3))) == 4
    counts = {cell(0, "a", "x"): 4, cell(1, "b", "y"): 1}
    assert told(counts, day(2 * turn)) == {}
    assert told(counts, day(2 * turn + 1)) == {cell(0, "a", "x"): 2, cell(1, "b", "y"): 2}


def test_a_day_is_told_of_when_it_is_over() -> None:
    assert told({cell(0, "a"): 5}, day(0) - timedelta(days=1)) == {}
    assert told({cell(0, "a"): 5}, day(0)) == {cell(0, "a"): 0}

"""Nothing told of groups tells of fewer than five, whatever is taken from whatever."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from learning.evaluation.suppression import LEAST, enough, suppress

groups = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 20), max_size=8)


@given(groups)
def test_no_difference_of_what_is_told_tells_of_so_few(counts: dict[str, int]) -> None:
    told, whole = suppress(counts), sum(counts.values())
    for size in range(len(told) + 1):
        for some in combinations(told, size):
            part = sum(counts[group] for group in some)
            if size:
                assert part >= LEAST
            if enough(whole):
                assert whole - part == 0 or whole - part >= LEAST


@given(groups)
def test_no_more_is_left_out_than_that_needs(counts: dict[str, int]) -> None:
    told = suppress(counts)
    big = {group for group, count in counts.items() if count >= LEAST}
    assert told <= big
    assert len(big - told) <= 1
    if sum(counts[group] for group in set(counts) - big) in (0, *range(LEAST, 1000)):
        assert told == big


@given(groups)
def test_the_same_groups_are_told_however_they_come(counts: dict[str, int]) -> None:
    assert suppress(dict(reversed(counts.items()))) == suppress(counts)


def test_the_smallest_is_left_over_with_those_that_are_too_small() -> None:
    assert suppress({"a": 5, "b": 9, "c": 2}) == {"b"}
    assert suppress({"a": 5, "b": 9, "c": 0}) == {"a", "b"}
    assert suppress({"a": 9, "c": 4}) == frozenset()
    assert suppress({"a": 5, "b": 5, "c": 1}) == {"b"}
    assert suppress({7: 5, 8: 5}) == {7, 8}

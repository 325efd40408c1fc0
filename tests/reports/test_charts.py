"""Where things stand in the pictures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.reports import charts

counts = st.integers(0, 100_000)
rows = st.integers(1, 60).flatmap(
    lambda length: st.lists(st.lists(counts, min_size=length, max_size=length), min_size=1, max_size=3)
)


@given(counts)
def test_a_scale_holds_its_highest_value_and_is_no_more_than_five_times_too_long(highest: int) -> None:
    top = charts.ceiling(highest)
    assert top >= max(highest, 2) and top % 2 == 0
    assert top < 5 * highest or top == 2


@given(rows)
@settings(max_examples=60)
def test_lines_stay_in_the_picture_and_higher_is_higher(series: list[list[int]]) -> None:
    picture = charts.trend(series)
    for values, line in zip(series, picture.lines, strict=True):
        assert [point.value for point in line.points] == values
        assert len(line.segments) == len(values) - 1
        for point in line.points:
            assert charts.LEFT <= point.x <= charts.RIGHT and charts.TOP <= point.y <= charts.FLOOR
        for one in line.points:
            for other in line.points:
                assert one.value <= other.value or one.y <= other.y
        assert sum(point.told for point in line.points) <= 2
        assert line.points[-1].told or not any(values)
    assert [tick.x for tick in picture.ticks] == [point.x for point in picture.lines[0].points]


def test_nothing_is_a_picture_too() -> None:
    assert charts.trend([]).lines == () and charts.trend([[], []]).ticks == ()


@given(st.integers(0, 300), st.integers(0, 300))
def test_only_all_is_the_strongest_tint_and_only_none_the_palest(part: int, whole: int) -> None:
    part = min(part, whole)
    level = charts.level(part, whole)
    if not whole:
        assert level is None
    else:
        assert level is not None and 0 <= level <= charts.LEVELS
        assert (level == charts.LEVELS) == (part == whole)
        assert (level == 0) == (part == 0)
        assert part == whole or level <= (charts.level(part + 1, whole) or 0)


def test_an_interval_on_its_scale() -> None:
    places = charts.interval(-5, 10, 250, -50, 150)
    assert (places.low, places.middle, places.high, places.zero) == (22.5, 30, 100, 25)
    with pytest.raises(ValueError, match="goes up"):
        charts.interval(1, 2, 3, 4, 4)


def test_shares() -> None:
    assert charts.share(0, 0) is None and charts.share(1, 4) == 25
    assert charts.width(None) == "0%" and charts.width(100 / 3) == "33.33%"

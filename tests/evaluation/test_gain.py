"""The gain, held against scipy."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.evaluation import gain as gains
from learning.evaluation.gain import gain

percent = st.floats(0, 100)
pairs = st.lists(st.tuples(percent, percent), min_size=5, max_size=40)


@pytest.mark.parametrize("freedom", [1, 2, 4, 11, 29, 100, 5218])
@pytest.mark.parametrize("probability", [0.5, 0.8, 0.975, 0.995])
def test_the_quantile_is_that_of_students_t(freedom: int, probability: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert gains.t_quantile(probability, freedom) == pytest.approx(
        stats.t.ppf(probability, freedom), rel=1e-9, abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_the_interval_is_that_of_the_paired_t_test(both: list[tuple[float, float]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    found = gain(both)
    assert found is not None
    differences = [after - before for before, after in both]
    spread = stats.tstd(differences)
    assert found.people == len(both)
    assert found.mean == pytest.approx(sum(differences) / len(both), abs=1e-9)
    if spread > 1e-6:
        low, high = stats.ttest_rel(
            [after for _, after in both], [before for before, _ in both]
        ).confidence_interval()
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert found.low <= found.mean <= found.high


@given(pairs, st.floats(-20, 20))
def test_who_all_know_so_much_more_gain_so_much_more(both: list[tuple[float, float]], more: float) -> None:
    one, other = gain(both), gain([(before, after + more) for before, after in both])
    assert one is not None and other is not None
    assert math.isclose(other.mean - one.mean, more, abs_tol=1e-6)
    assert math.isclose(other.high - other.low, one.high - one.low, abs_tol=1e-6)


def test_nothing_is_said_of_fewer_than_five() -> None:
    assert gain([]) is None
    assert gain([(10.0, 90.0)] * 4) is None
    found = gain([(10.0, 90.0)] * 5)
    assert found is not None and (found.low, found.mean, found.high) == (80, 80, 80)


@pytest.mark.parametrize(("probability", "freedom"), [(0.4, 3), (1.0, 3), (0.9, 0)])
def test_there_is_no_such_quantile(probability: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        gains.t_quantile(probability, freedom)

"""The figures against a second calculation, written another way: plain statistics, plain definitions."""

import statistics
from collections import Counter
from fractions import Fraction
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.quizzes.figures import ItemFigures, QuizFigures, covariance, tally
from learning.quizzes.figures import figures as figures_of

MILLION = 1_000_000
POINTS = {"a": MILLION, "b": 2 * MILLION, "c": MILLION, "d": 500_000}


def figures(
    attempts: list[dict[str, int]], points: dict[str, int], **more: Any
) -> tuple[QuizFigures, list[ItemFigures]]:
    return figures_of(tally(attempts, points), points, **more)


@st.composite
def papers(draw: st.DrawFn) -> list[dict[str, int]]:
    """Attempts at one paper of four questions, whole, half and third marks among them."""
    shares = st.sampled_from([0, 333_333, 500_000, 1_000_000])
    return [
        {question: draw(shares) * most // MILLION for question, most in POINTS.items()}
        for _ in range(draw(st.integers(0, 25)))
    ]


def same(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else isclose(a, b, rel_tol=1e-9, abs_tol=1e-7)


def pearson(x: list[int], y: list[int]) -> float | None:
    if len(x) < 2 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return 100 * statistics.correlation(x, y)


@settings(max_examples=100, deadline=None)
@given(papers())
def test_each_question_as_plain_statistics_have_it(attempts: list[dict[str, int]]) -> None:
    _, items = figures(attempts, POINTS)
    assert [item.question for item in items] == list(POINTS)
    totals = [sum(marks.values()) for marks in attempts]
    for item in items:
        most = POINTS[item.question]
        x = [marks[item.question] for marks in attempts]
        rest = [total - mark for total, mark in zip(totals, x, strict=True)]
        assert item.attempts == len(attempts)
        assert same(item.facility, 100 * statistics.fmean(x) / most if x else None)
        assert same(item.standard_deviation, 100 * statistics.stdev(x) / most if len(x) > 1 else None)
        assert same(item.discrimination_index, pearson(x, rest))
        best = pearson(sorted(x), sorted(rest))
        worst_case = None if best is None else 100 * (pearson(x, rest) or 0) / best
        assert same(item.discriminative_efficiency, worst_case)
        assert same(item.intended_weight, 100 * most / sum(POINTS.values()))


@settings(max_examples=100, deadline=None)
@given(papers())
def test_the_quiz_as_plain_statistics_have_it(attempts: list[dict[str, int]]) -> None:
    quiz, _ = figures(attempts, POINTS)
    most = sum(POINTS.values())
    percents = [Fraction(100 * sum(marks.values()), most) for marks in attempts]
    assert quiz.attempts == len(attempts)
    assert same(quiz.mean, float(statistics.mean(percents)) if percents else None)
    assert same(quiz.median, float(statistics.median(percents)) if percents else None)
    assert same(quiz.standard_deviation, statistics.stdev(percents) if len(percents) > 1 else None)
    if len(set(percents)) < 2:
        assert quiz.internal_consistency is quiz.error_ratio is quiz.standard_error is None
        assert quiz.skewness is quiz.kurtosis is None
        return
    # KR-20 over covariances: alpha is p/(p−1) of the share of the total's variance that lies between questions.
    columns = [[marks[question] for marks in attempts] for question in POINTS]
    between = sum(
        statistics.covariance(one, other)
        for i, one in enumerate(columns)
        for j, other in enumerate(columns)
        if i != j
    )
    alpha = (
        100
        * Fraction(4, 3)
        * Fraction(between)
        / Fraction(statistics.variance(map(sum, zip(*columns, strict=True))))
    )
    assert isclose(quiz.internal_consistency or 0, float(alpha), rel_tol=1e-6, abs_tol=1e-6)
    assert quiz.error_ratio is not None and quiz.standard_error is not None
    assert same(quiz.error_ratio**2, 100 * (100 - (quiz.internal_consistency or 0)))
    assert same(quiz.standard_error, quiz.error_ratio * statistics.stdev(percents) / 100)


@settings(max_examples=100, deadline=None)
@given(papers())
def test_effective_weights_are_shares_of_a_hundred(attempts: list[dict[str, int]]) -> None:
    _, items = figures(attempts, POINTS)
    weights = [item.effective_weight for item in items if item.effective_weight is not None]
    assert all(weight >= 0 for weight in weights)
    assert not weights or isclose(sum(weights), 100)
    totals = [sum(marks.values()) for marks in attempts]
    for item in items:
        shared = covariance(Counter(zip((marks[item.question] for marks in attempts), totals, strict=True)))
        assert (item.effective_weight is None) == (shared is None or shared < 0 or not weights)


def test_skewness_and_kurtosis_as_textbooks_have_them() -> None:
    # Of 1, 2, 3, 4, 10 by hand: k2 = 12.5, k3 = 75, k4 = 366.25 (unbiased cumulants, S = 5, mean 4).
    attempts = [{"a": mark} for mark in (1, 2, 3, 4, 10)]
    quiz, _ = figures(attempts, {"a": 100})
    moments = {power: sum((mark - 4) ** power for mark in (1, 2, 3, 4, 10)) / 5 for power in (2, 3, 4)}
    k2 = 5 * moments[2] / 4
    k3 = 25 * moments[3] / 12
    k4 = 25 * (6 * moments[4] - 12 * moments[2] ** 2) / 24
    assert k2 == 12.5 and k3 == 75
    assert quiz.skewness == pytest.approx(k3 / k2**1.5)
    assert quiz.kurtosis == pytest.approx(k4 / k2**2)


def test_everybody_right_says_nothing_about_who_is_good() -> None:
    # In floats the mean of thirds is not a third, and the dust of it would be "correlated" at random.
    attempts = [{"a": 333_333, "b": 666_667} for _ in range(7)]
    quiz, items = figures(attempts, {"a": MILLION, "b": MILLION})
    assert [item.discrimination_index for item in items] == [None, None]
    assert [item.discriminative_efficiency for item in items] == [None, None]
    assert (quiz.standard_deviation, quiz.skewness, quiz.internal_consistency) == (0, None, None)


def test_a_question_against_its_rest_and_a_drawn_one_against_the_total() -> None:
    attempts = [{"a": 1, "b": 0}, {"a": 1, "b": 1}, {"a": 0, "b": 1}]
    _, (rest, _b) = figures(attempts, {"a": 1, "b": 1})
    _, (total, _b) = figures(attempts, {"a": 1, "b": 1}, pools={"a": "p"})
    assert rest.discrimination_index == pytest.approx(100 * statistics.correlation([1, 1, 0], [0, 1, 1]))
    assert total.discrimination_index == pytest.approx(100 * statistics.correlation([1, 1, 0], [1, 2, 1]))


def test_a_pool_counts_each_question_over_those_who_drew_it() -> None:
    attempts = [{"a": 1, "b": 0}, {"a": 1, "c": 1}, {"b": 1, "c": 0}]
    quiz, items = figures(attempts, {"a": 1, "b": 1, "c": 1, "never": 1}, pools=dict.fromkeys("abc", "p"))
    assert [(item.attempts, item.facility) for item in items] == [(2, 100), (2, 50), (2, 50), (0, None)]
    assert items[0].intended_weight == 50  # a paper holds two
    assert quiz.mean == pytest.approx((50 + 100 + 50) / 3)


def test_pools_whose_shares_vary_between_people_only_stay_within_a_hundred() -> None:
    # Each question was drawn once, so none varies by itself: alpha's estimate would pass 100.
    attempts = [{"a": 1, "b": 1}, {"c": 0, "d": 0}]
    quiz, _ = figures(attempts, dict.fromkeys("abcd", 1), pools=dict.fromkeys("abcd", "p"))
    assert (quiz.internal_consistency, quiz.error_ratio, quiz.standard_error) == (100, 0, 0)


def test_nobody_yet_is_no_figure_and_no_error() -> None:
    quiz, items = figures([], POINTS)
    assert quiz.attempts == 0
    assert (quiz.mean, quiz.median, quiz.standard_deviation, quiz.internal_consistency) == (None,) * 4
    assert {item.facility for item in items} == {None}


def test_standard_deviation_is_of_a_sample() -> None:
    _, (item,) = figures([{"a": 0}, {"a": 1}], {"a": 1})
    assert item.standard_deviation == pytest.approx(100 * sqrt(0.5))

"""The figures against numpy and scipy, on classes of people made up at random: strong and weak, whole marks and parts
of marks, questions of unlike worth, pools of which everybody draws some."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learning.quizzes.figures import ItemFigures, QuizFigures, covariance, figures, tally
from learning.quizzes.thirds import LOWER, MIDDLE, UPPER, thirds

MILLION = 1_000_000


@dataclass(frozen=True)
class Class:
    """`marks`: a row for each attempt, a column for each question, in millionths; −1 where it was not drawn."""

    marks: np.ndarray
    points: np.ndarray

    @property
    def attempts(self) -> list[dict[str, int]]:
        return [{f"q{n}": int(mark) for n, mark in enumerate(row) if mark >= 0} for row in self.marks]

    @property
    def worth(self) -> dict[str, int]:
        return {f"q{n}": int(points) for n, points in enumerate(self.points)}

    @property
    def totals(self) -> np.ndarray:
        return np.where(self.marks < 0, 0, self.marks).sum(axis=1)


@st.composite
def classes(draw: st.DrawFn, *, pool: bool = False) -> Class:
    """A seed decides the people; what shrinks is how many there are."""
    people, questions = draw(st.integers(2, 120)), draw(st.integers(1, 14))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strength = chance.normal(0, draw(st.sampled_from([0.0, 1.0, 3.0])), (people, 1))
    hardness = chance.normal(0, 1.5, (1, questions))
    share = 1 / (1 + np.exp(hardness - strength))
    steps = draw(st.sampled_from([1, 2, 3, 7]))  # 1: right or wrong; more: parts of the mark
    points = chance.choice([500_000, MILLION, 2 * MILLION, 3 * MILLION], questions)
    marks = chance.binomial(steps, share) * points // steps
    if pool:
        for row in marks:
            row[chance.permutation(questions)[max(1, questions // 2) :]] = -1
    return Class(marks, points)


def same(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else isclose(a, b, rel_tol=1e-8, abs_tol=1e-6)


def measured(made: Class, *, pool: bool = False) -> tuple[QuizFigures, list[ItemFigures]]:
    pools = dict.fromkeys(made.worth, "pool") if pool else {}
    return figures(tally(made.attempts, made.worth), made.worth, pools=pools)


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(100 * np.corrcoef(x, y)[0, 1])


def check_items(made: Class, items: list[ItemFigures], *, pool: bool) -> None:
    roots: dict[str, float] = {}
    for n, item in enumerate(items):
        held = made.marks[:, n] >= 0
        x, total, most = made.marks[held, n].astype(float), made.totals[held].astype(float), made.points[n]
        y = total if pool else total - x
        assert item.attempts == len(x)
        assert same(item.facility, float(100 * x.mean() / most) if len(x) else None)
        assert same(item.standard_deviation, float(100 * x.std(ddof=1) / most) if len(x) > 1 else None)
        assert same(item.discrimination_index, correlation(x, y))
        if correlation(x, y) is None:
            assert item.discriminative_efficiency is None
        else:
            best = np.cov(np.sort(x), np.sort(y))[0, 1]
            assert same(item.discriminative_efficiency, float(100 * np.cov(x, y)[0, 1] / best))
        if len(x) > 1:
            both = covariance(_pairs(x, total))
            assert both is not None and isclose(
                float(both), float(np.cov(x, total)[0, 1]), rel_tol=1e-8, abs_tol=1
            )
            if both >= 0:
                roots[item.question] = float(both) ** 0.5
    if pool and len(items) > 1:  # the pool has a weight on the paper, none of its questions has
        assert {item.effective_weight for item in items} == {None}
        return
    whole = sum(roots.values())
    for item in items:
        expected = 100 * roots[item.question] / whole if item.question in roots and whole else None
        assert same(item.effective_weight, expected)


def _pairs(x: np.ndarray, y: np.ndarray) -> dict[tuple[int, int], int]:
    pairs, counts = np.unique(np.stack([x, y]).astype(np.int64), axis=1, return_counts=True)
    return {(int(a), int(b)): int(often) for a, b, often in zip(*pairs, counts, strict=True)}


def check_spread(made: Class, quiz: QuizFigures) -> None:
    worth = np.where(made.marks < 0, 0, made.points).sum(axis=1)
    percents = 100 * made.totals / worth
    assert quiz.attempts == len(percents)
    assert same(quiz.mean, float(percents.mean()))
    assert same(quiz.median, float(np.median(percents)))
    assert same(quiz.standard_deviation, float(percents.std(ddof=1)))
    level = len(
        {Fraction(int(100 * total), int(most)) for total, most in zip(made.totals, worth, strict=True)}
    )
    if level == 1:
        assert quiz.skewness is quiz.kurtosis is None
        return
    k2 = stats.kstat(percents, 2)
    if len(percents) > 2:
        assert same(quiz.skewness, float(stats.kstat(percents, 3) / k2**1.5))
        assert same(quiz.skewness, float(stats.skew(percents, bias=False)))
    if len(percents) > 3:
        assert same(quiz.kurtosis, float(stats.kstat(percents, 4) / k2**2))
        assert same(quiz.kurtosis, float(stats.kurtosis(percents, bias=False)))


@settings(max_examples=100, deadline=None)
@given(classes())
def test_every_question_of_a_paper_that_all_had(made: Class) -> None:
    quiz, items = measured(made)
    check_items(made, items, pool=False)
    check_spread(made, quiz)
    weights = [item.intended_weight for item in items]
    assert np.allclose(np.array(weights, float), 100 * made.points / made.points.sum())


@settings(max_examples=100, deadline=None)
@given(classes(pool=True))
def test_every_question_of_a_pool(made: Class) -> None:
    quiz, items = measured(made, pool=True)
    check_items(made, items, pool=True)
    check_spread(made, quiz)


@settings(max_examples=100, deadline=None)
@given(classes())
def test_consistency_is_alpha_of_the_covariances(made: Class) -> None:
    quiz, items = measured(made)
    p = len(items)
    if p < 2 or np.ptp(made.totals) == 0:
        assert quiz.internal_consistency is quiz.error_ratio is quiz.standard_error is None
        return
    between = np.cov(made.marks.astype(float), rowvar=False)
    alpha = 100 * p / (p - 1) * (1 - np.trace(between) / between.sum())
    assert quiz.internal_consistency is not None and quiz.standard_deviation is not None
    assert isclose(quiz.internal_consistency, alpha, rel_tol=1e-6, abs_tol=1e-5)
    assert same(quiz.error_ratio, float(100 * np.sqrt(1 - quiz.internal_consistency / 100)))
    assert same(quiz.standard_error, (quiz.error_ratio or 0) * quiz.standard_deviation / 100)


@settings(max_examples=100, deadline=None)
@given(classes(pool=True))
def test_consistency_of_a_pool_takes_any_question_for_any_place(made: Class) -> None:
    quiz, _ = measured(made, pool=True)
    held = made.marks[made.marks >= 0].astype(float)
    p, people = len(held) // len(made.marks), len(made.marks)
    if p < 2 or np.ptp(made.totals) == 0:
        assert quiz.internal_consistency is None
        return
    spread = ((held - held.mean()) ** 2).sum() / (people - 1)
    alpha = 100 * p / (p - 1) * (1 - spread / made.totals.astype(float).var(ddof=1))
    assert quiz.internal_consistency is not None
    assert isclose(quiz.internal_consistency, alpha, rel_tol=1e-6, abs_tol=1e-5)


def test_a_pool_weighs_and_holds_together_as_its_places_do() -> None:
    """Moodle looks at the places of a paper: two fixed ones, and three into which a pool of unlike questions is drawn."""
    chance = np.random.default_rng(7)
    people, fixed, drawn, pool = 4000, 2, 3, 9
    strength = chance.normal(0, 1.2, (people, 1))
    hardness = np.concatenate([[0.0, 0.5], np.linspace(-3, 3, pool)])
    right = chance.random((people, fixed + pool)) < 1 / (1 + np.exp(hardness - strength))
    picks = np.array([chance.permutation(pool)[:drawn] for _ in range(people)]) + fixed
    paper = np.concatenate([right[:, :fixed], np.take_along_axis(right, picks, axis=1)], axis=1).astype(float)
    attempts = [
        {f"q{n}": int(MILLION * right[row, n]) for n in (*range(fixed), *picks[row])} for row in range(people)
    ]
    worth = {f"q{n}": MILLION for n in range(fixed + pool)}
    pools = {f"q{n}": "pool" for n in range(fixed, fixed + pool)}
    quiz, items = figures(tally(attempts, worth), worth, pools=pools)
    between, places = np.cov(paper, rowvar=False), fixed + drawn
    alpha = 100 * places / (places - 1) * (1 - np.trace(between) / between.sum())
    assert quiz.internal_consistency == pytest.approx(alpha, abs=0.5)
    roots = np.sqrt(between.sum(axis=1))
    assert [item.effective_weight for item in items[:fixed]] == pytest.approx(
        list(100 * roots[:fixed] / roots.sum()), abs=0.5
    )
    assert {item.effective_weight for item in items[fixed:]} == {None}
    assert items[0].intended_weight == pytest.approx(20)


@settings(max_examples=60, deadline=None)
@given(classes(), st.integers(2, 1000))
def test_counting_is_listing(made: Class, times: int) -> None:
    """So many of everybody: the sums grow far past 64 bits, and means, medians and correlations stay."""
    one = tally(made.attempts, made.worth)
    many = type(one)(
        {outcome: often * times for outcome, often in one.outcomes.items()},
        {
            question: {pair: often * times for pair, often in pairs.items()}
            for question, pairs in one.marks.items()
        },
    )
    (few_quiz, few), (quiz, items) = figures(one, made.worth), figures(many, made.worth)
    assert quiz.attempts == times * few_quiz.attempts
    assert same(quiz.mean, few_quiz.mean) and same(quiz.median, few_quiz.median)
    for item, single in zip(items, few, strict=True):
        assert same(item.facility, single.facility)
        assert same(item.discrimination_index, single.discrimination_index)
        assert same(item.discriminative_efficiency, single.discriminative_efficiency)


def counted(outcomes: Mapping[tuple[int, int], int], third: int) -> int:
    placed = thirds(outcomes)
    return sum(often for outcome, often in outcomes.items() if placed[outcome] == third)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 60), st.just(60)), st.integers(1, 50), min_size=1))
def test_thirds_as_ranks_have_them(outcomes: dict[tuple[int, int], int]) -> None:
    totals = np.repeat([total for total, _most in outcomes], list(outcomes.values()))
    ranks = dict(zip(totals, stats.rankdata(totals, method="average") - 0.5, strict=True))
    for (total, most), third in thirds(outcomes).items():
        rank, count = ranks[total], len(totals)
        assert third == (LOWER if 3 * rank < count else UPPER if 3 * rank > 2 * count else MIDDLE), (
            total,
            most,
        )


def test_thirds_of_equals() -> None:
    assert thirds({(5, 10): 9}) == {(5, 10): MIDDLE}
    assert thirds({(n, 10): 4 for n in (2, 5, 9)}) == {(2, 10): LOWER, (5, 10): MIDDLE, (9, 10): UPPER}
    assert thirds({(1, 2): 3, (5, 10): 3, (9, 10): 3, (0, 4): 3}) == {
        (1, 2): MIDDLE,
        (5, 10): MIDDLE,
        (9, 10): UPPER,
        (0, 4): LOWER,
    }
    assert thirds({(0, 0): 4}) == {}


@pytest.mark.parametrize("count", [3, 30, 300])
def test_thirds_of_unlike_people_are_thirds(count: int) -> None:
    outcomes = {(n, count): 1 for n in range(count)}
    assert [counted(outcomes, third) for third in (UPPER, MIDDLE, LOWER)] == [count // 3] * 3

"""Item and quiz statistics, pure. The formulas are Moodle's (its `calculator.php` of question and quiz statistics).

S attempts, p questions, x the mark of one question, T the total of the attempt, y = T − x the rest. Every
variance and covariance is divided by S − 1. Percentages 0–100, not rounded; None where undefined.

Marks are whole numbers (millionths of a point), so that "all the same" is exactly no variance, and never the
dust of a rounded mean that a correlation would blow up to any figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt
from statistics import median

Marks = Mapping[str, int]  # question → mark, for the questions this attempt drew


@dataclass(frozen=True)
class ItemFigures:
    question: str
    attempts: int
    facility: float | None  # mean mark, percent of the most possible
    standard_deviation: float | None  # percent
    discrimination_index: float | None  # correlation with the rest of the attempt, percent
    discriminative_efficiency: float | None  # of the covariance that could be reached at best, percent
    intended_weight: float | None
    effective_weight: float | None
    guess_score: float | None  # what blind guessing earns, percent


@dataclass(frozen=True)
class QuizFigures:
    """`mean`, `median`, `standard_deviation`, `standard_error` in percent of the most possible."""

    attempts: int
    mean: float | None
    median: float | None
    standard_deviation: float | None
    skewness: float | None
    kurtosis: float | None
    internal_consistency: float | None
    error_ratio: float | None
    standard_error: float | None


def figures(
    attempts: Sequence[Marks],
    points: Mapping[str, int],
    guesses: Mapping[str, float | None] | None = None,
    drawn: frozenset[str] = frozenset(),
    earlier: frozenset[str] = frozenset(),
) -> tuple[QuizFigures, list[ItemFigures]]:
    """Figures of a quiz and of each question in `points` (question → most possible mark), in that order.

    `attempts` holds each attempt's marks; `guesses` what guessing earns (0–1); `drawn` the questions of pools:
    not everybody had them, so they are held against the whole total T instead of the rest T − x.
    `earlier` are former versions of others in `points`: their marks are part of T, but they have no weight.
    """
    totals = [sum(marks.values()) for marks in attempts]
    columns = {question: _column(question, attempts, totals) for question in points}
    weights = _effective({key: covariance(*column) for key, column in columns.items() if key not in earlier})
    paper = _paper_points(attempts, points)
    items = []
    for question, (x, held) in columns.items():
        y = held if question in drawn else [total - mark for mark, total in zip(x, held, strict=True)]
        guess = (guesses or {}).get(question)
        item = _item(question, x, y, points[question])
        items.append(
            replace(
                item,
                intended_weight=100 * points[question] / paper if paper else None,
                effective_weight=weights.get(question),
                guess_score=None if guess is None else 100 * guess,
            )
        )
    return _quiz(attempts, totals, points, columns), items


def covariance(x: Sequence[int | Fraction], y: Sequence[int | Fraction]) -> Fraction | None:
    """Divided by S − 1, exact; None below two."""
    count = len(x)
    if count < 2:
        return None
    products = sum(a * b for a, b in zip(x, y, strict=True))
    return Fraction(count * products - sum(x) * sum(y)) / (count * (count - 1))


def _column(question: str, attempts: Sequence[Marks], totals: Sequence[int]) -> tuple[list[int], list[int]]:
    """x and T of the attempts that held the question."""
    held = [place for place, marks in enumerate(attempts) if question in marks]
    return [attempts[place][question] for place in held], [totals[place] for place in held]


def _paper_points(attempts: Sequence[Marks], points: Mapping[str, int]) -> float:
    """What a paper is worth: of a pool only some questions are on it."""
    if not attempts:
        return sum(points.values())
    return sum(sum(points[question] for question in marks) for marks in attempts) / len(attempts)


def _item(question: str, x: Sequence[int], y: Sequence[int], most: int) -> ItemFigures:
    spread, rest, both = covariance(x, x), covariance(y, y), covariance(x, y)
    best = covariance(sorted(x), sorted(y))
    return ItemFigures(
        question=question,
        attempts=len(x),
        facility=100 * sum(x) / (len(x) * most) if x and most else None,
        standard_deviation=100 * sqrt(spread) / most if spread is not None and most else None,
        discrimination_index=float(100 * both) / (sqrt(spread) * sqrt(rest))
        if both is not None and spread and rest
        else None,
        discriminative_efficiency=float(100 * both / best) if both is not None and best else None,
        intended_weight=None,
        effective_weight=None,
        guess_score=None,
    )


def _effective(covariances: Mapping[str, Fraction | None]) -> dict[str, float | None]:
    """100·√cov(x, T) / Σ √cov(x, T); negative ones are left out of the sum and have none."""
    roots = {key: None if value is None or value < 0 else sqrt(value) for key, value in covariances.items()}
    total = sum(root for root in roots.values() if root is not None)
    return {key: 100 * root / total if root is not None and total else None for key, root in roots.items()}


def _quiz(
    attempts: Sequence[Marks],
    totals: Sequence[int],
    points: Mapping[str, int],
    columns: Mapping[str, tuple[list[int], list[int]]],
) -> QuizFigures:
    # In percent, so that papers of unlike worth compare: releases differ, and what a pool drew may.
    most = [sum(points[question] for question in marks) for marks in attempts]
    percents = [Fraction(100 * total, out_of) for total, out_of in zip(totals, most, strict=True) if out_of]
    variance = covariance(percents, percents)
    deviation = sqrt(variance) if variance is not None else None
    consistency = _consistency(attempts, totals, columns)
    error = 100 * sqrt(1 - consistency / 100) if consistency is not None else None
    return QuizFigures(
        attempts=len(percents),
        mean=float(sum(percents) / len(percents)) if percents else None,
        median=float(median(percents)) if percents else None,
        standard_deviation=deviation,
        skewness=_skewness(percents),
        kurtosis=_kurtosis(percents),
        internal_consistency=None if consistency is None else float(consistency),
        error_ratio=error,
        standard_error=error * deviation / 100 if error is not None and deviation is not None else None,
    )


def _consistency(
    attempts: Sequence[Marks], totals: Sequence[int], columns: Mapping[str, tuple[list[int], list[int]]]
) -> Fraction | None:
    """CIC = 100·p/(p−1)·(1 − Σ var x / k₂): Cronbach's alpha in percent. p questions on a paper."""
    variance = covariance(totals, totals)
    slots = round(sum(len(marks) for marks in attempts) / len(attempts)) if attempts else 0
    if not variance or slots < 2:
        return None
    # A question that only some drew stands for its share of a slot.
    spreads = sum(
        ((covariance(x, x) or Fraction(0)) * len(x) / len(attempts) for x, _ in columns.values()), Fraction(0)
    )
    # With pools the shares are an estimate, which may pass what alpha cannot.
    return min(Fraction(100), Fraction(100 * slots, slots - 1) * (1 - spreads / variance))


def _moment(values: Sequence[Fraction], power: int) -> Fraction:
    middle = sum(values, Fraction(0)) / len(values)
    return sum(((value - middle) ** power for value in values), Fraction(0)) / len(values)


def _skewness(values: Sequence[Fraction]) -> float | None:
    """k₃ / k₂^1.5."""
    count = len(values)
    if count < 3 or not _moment(values, 2):
        return None
    k2 = count * _moment(values, 2) / (count - 1)
    k3 = count**2 * _moment(values, 3) / ((count - 1) * (count - 2))
    return float(k3) / sqrt(k2) ** 3


def _kurtosis(values: Sequence[Fraction]) -> float | None:
    """k₄ / k₂²."""
    count = len(values)
    if count < 4 or not _moment(values, 2):
        return None
    m2, m4 = _moment(values, 2), _moment(values, 4)
    k2 = count * m2 / (count - 1)
    k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
    return float(k4 / k2**2)

"""Item and quiz statistics, pure. The formulas are Moodle's (its `calculator.php` of question and quiz statistics).

S attempts, p questions, x the mark of one question, T the total of the attempt, y = T − x the rest. Every
variance and covariance is divided by S − 1. Percentages 0–100, not rounded; None where undefined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median

Marks = Mapping[str, float]  # question → mark, for the questions this attempt drew


@dataclass(frozen=True)
class ItemFigures:
    question: str
    attempts: int
    facility: float | None  # mean mark, percent of the most possible
    standard_deviation: float | None  # percent
    discrimination_index: float | None  # correlation with the rest of the attempt, percent
    discriminative_efficiency: float | None  # of the correlation that could be reached at best, percent
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
    points: Mapping[str, float],
    guesses: Mapping[str, float | None] | None = None,
    drawn: frozenset[str] = frozenset(),
) -> tuple[QuizFigures, list[ItemFigures]]:
    """Figures of a quiz and of each question in `points` (question → most possible mark), in that order.

    `attempts` holds each attempt's marks; `guesses` what guessing earns (0–1); `drawn` the questions of pools:
    not everybody had them, so they are held against the whole total T instead of the rest T − x.
    """
    totals = [sum(marks.values()) for marks in attempts]
    most = [sum(points[question] for question in marks) for marks in attempts]
    items = [
        _item(question, attempts, totals, points, (guesses or {}).get(question), question in drawn)
        for question in points
    ]
    weights = _effective(items_covariances(attempts, totals, points))
    items = [_with_weight(item, weights[item.question]) for item in items]
    return _quiz(attempts, totals, most, points), items


def _item(
    question: str,
    attempts: Sequence[Marks],
    totals: Sequence[float],
    points: Mapping[str, float],
    guess: float | None,
    drawn: bool,
) -> ItemFigures:
    pairs = [
        (marks[question], total) for marks, total in zip(attempts, totals, strict=True) if question in marks
    ]
    x = [mark for mark, _ in pairs]
    y = [total if drawn else total - mark for mark, total in pairs]
    most, all_points = points[question], sum(points.values())
    spread = covariance(x, x)
    covary, best = covariance(x, y), covariance(sorted(x), sorted(y))
    return ItemFigures(
        question=question,
        attempts=len(x),
        facility=100 * mean(x) / most if x and most else None,
        standard_deviation=100 * sqrt(spread) / most if spread is not None and most else None,
        discrimination_index=_correlation(x, y),
        discriminative_efficiency=100 * covary / best if covary is not None and best else None,
        intended_weight=100 * most / all_points if all_points else None,
        effective_weight=None,
        guess_score=None if guess is None else 100 * guess,
    )


def _with_weight(item: ItemFigures, weight: float | None) -> ItemFigures:
    values = {name: getattr(item, name) for name in item.__dataclass_fields__}
    return ItemFigures(**{**values, "effective_weight": weight})


def items_covariances(
    attempts: Sequence[Marks], totals: Sequence[float], points: Mapping[str, float]
) -> dict[str, float | None]:
    """cov(x, T) of each question over the attempts that held it."""
    found = {}
    for question in points:
        pairs = [
            (marks[question], total)
            for marks, total in zip(attempts, totals, strict=True)
            if question in marks
        ]
        found[question] = covariance([mark for mark, _ in pairs], [total for _, total in pairs])
    return found


def _effective(covariances: Mapping[str, float | None]) -> dict[str, float | None]:
    """100·√cov(x, T) / Σ √cov(x, T); negative ones are left out of the sum and have none."""
    roots = {key: None if value is None or value < 0 else sqrt(value) for key, value in covariances.items()}
    total = sum(root for root in roots.values() if root is not None)
    return {key: 100 * root / total if root is not None and total else None for key, root in roots.items()}


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    spread_x, spread_y, both = covariance(x, x), covariance(y, y), covariance(x, y)
    if not spread_x or not spread_y or both is None:
        return None
    return 100 * both / sqrt(spread_x * spread_y)


def covariance(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Divided by S − 1; None below two."""
    if len(x) < 2:
        return None
    mean_x, mean_y = mean_of(x), mean_of(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / (len(x) - 1)


def mean_of(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _quiz(
    attempts: Sequence[Marks], totals: Sequence[float], most: Sequence[float], points: Mapping[str, float]
) -> QuizFigures:
    # Percent, so that papers of unlike totals (pools of unlike points are refused, but old releases differ) compare.
    percents = [100 * total / out_of for total, out_of in zip(totals, most, strict=True) if out_of]
    count = len(percents)
    variance = covariance(percents, percents)
    deviation = sqrt(variance) if variance is not None else None
    consistency = _consistency(attempts, totals, points)
    error = 100 * sqrt(1 - consistency / 100) if consistency is not None else None
    return QuizFigures(
        attempts=count,
        mean=mean(percents) if percents else None,
        median=median(percents) if percents else None,
        standard_deviation=deviation,
        skewness=_skewness(percents),
        kurtosis=_kurtosis(percents),
        internal_consistency=consistency,
        error_ratio=error,
        standard_error=error * deviation / 100 if error is not None and deviation is not None else None,
    )


def _consistency(
    attempts: Sequence[Marks], totals: Sequence[float], points: Mapping[str, float]
) -> float | None:
    """CIC = 100·p/(p−1)·(1 − Σ var x / k₂): Cronbach's alpha in percent. p questions on a paper."""
    variance = covariance(totals, totals)
    slots = round(mean_of([len(marks) for marks in attempts])) if attempts else 0
    if not variance or slots < 2:
        return None
    spreads = 0.0
    for question in points:
        x = [marks[question] for marks in attempts if question in marks]
        # A question that only some drew stands for its share of a slot.
        spreads += (covariance(x, x) or 0.0) * len(x) / len(attempts)
    return 100 * slots / (slots - 1) * (1 - spreads / variance)


def _moment(values: Sequence[float], power: int) -> float:
    middle = mean_of(values)
    return sum((value - middle) ** power for value in values) / len(values)


def _skewness(values: Sequence[float]) -> float | None:
    """k₃ / k₂^1.5."""
    count = len(values)
    if count < 3:
        return None
    k2 = count * _moment(values, 2) / (count - 1)
    k3 = count**2 * _moment(values, 3) / ((count - 1) * (count - 2))
    return k3 / k2**1.5 if k2 else None


def _kurtosis(values: Sequence[float]) -> float | None:
    """k₄ / k₂²."""
    count = len(values)
    if count < 4:
        return None
    m2, m4 = _moment(values, 2), _moment(values, 4)
    k2 = count * m2 / (count - 1)
    k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
    return k4 / k2**2 if k2 else None

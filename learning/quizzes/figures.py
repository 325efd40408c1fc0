"""Item and quiz statistics, pure. The formulas are Moodle's (its `calculator.php` of question and quiz statistics).

S attempts, p questions, x the mark of one question, T the total of the attempt, y = T − x the rest. Every
variance and covariance is divided by S − 1. Percentages 0–100, not rounded; None where undefined.

Marks are whole numbers (millionths of a point), so that "all the same" is exactly no variance, and never the
dust of a rounded mean that a correlation would blow up to any figure. What happened often is counted, not listed:
all sums are of whole numbers times how often they occurred, however many attempts there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm, sqrt
from types import MappingProxyType

FEWEST = 10  # attempts below which figures tell of people, not of questions
UNSURE = 30  # attempts below which figures may still be chance

Marks = Mapping[str, int]  # question → mark, for the questions this attempt drew
Outcome = tuple[int, int]  # what an attempt came to, and the most it could have
Pairs = Mapping[tuple[int, int], int]  # (x, y) → how often


@dataclass(frozen=True)
class Tally:
    """What happened, and how often. `outcomes`: attempts by what they came to; `marks`: of each question, attempts by
    its mark x and their total T."""

    outcomes: Mapping[Outcome, int]
    marks: Mapping[str, Pairs]


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


def tally(attempts: Iterable[Marks], points: Mapping[str, int]) -> Tally:
    """Of each attempt's marks. `points`: question → most possible mark."""
    outcomes: Counter[Outcome] = Counter()
    marks: dict[str, Counter[tuple[int, int]]] = {}
    for attempt in attempts:
        total = sum(attempt.values())
        outcomes[total, sum(points[question] for question in attempt)] += 1
        for question, mark in attempt.items():
            marks.setdefault(question, Counter())[mark, total] += 1
    return Tally(outcomes, marks)


def figures(
    tally: Tally,
    points: Mapping[str, int],
    guesses: Mapping[str, float | None] | None = None,
    pools: Mapping[str, str] = MappingProxyType({}),
    earlier: Mapping[str, str] = MappingProxyType({}),
) -> tuple[QuizFigures, list[ItemFigures]]:
    """Figures of a quiz and of each question in `points` (question → most possible mark), in that order.

    `guesses` holds what guessing earns (0–1); `pools` of each question that not everybody had the pool it was drawn
    from: it is held against the whole total T instead of the rest T − x.
    `earlier`: of former versions of others in `points`, which question each was.

    Of the quiz a place on the paper counts, as with Moodle: it holds a question in whatever version, or a pool, whose
    places are all alike. So a question of a pool has no effective weight of its own, unless it is the whole pool.
    """
    columns = {question: tally.marks.get(question, {}) for question in points}
    places: dict[str, list[str]] = {}
    for key in columns:
        question = earlier.get(key, key)
        places.setdefault(pools.get(question, question), []).append(key)
    weights = _effective(tally, columns, places, earlier)
    paper = _paper_points(tally, points)
    items = []
    for question, pairs in columns.items():
        drawn = earlier.get(question, question) in pools
        rest = pairs if drawn else {(x, total - x): often for (x, total), often in pairs.items()}
        guess = (guesses or {}).get(question)
        items.append(
            replace(
                _item(question, rest, points[question]),
                intended_weight=100 * points[question] / paper if paper else None,
                effective_weight=weights.get(question),
                guess_score=None if guess is None else 100 * guess,
            )
        )
    return _quiz(tally, columns, places.values()), items


def covariance(pairs: Pairs) -> Fraction | None:
    """Divided by S − 1, exact; None below two."""
    count = sum(pairs.values())
    if count < 2:
        return None
    x_sum = sum(x * often for (x, _y), often in pairs.items())
    y_sum = sum(y * often for (_x, y), often in pairs.items())
    products = sum(x * y * often for (x, y), often in pairs.items())
    return Fraction(count * products - x_sum * y_sum, count * (count - 1))


def _variance(values: Mapping[int, int]) -> Fraction | None:
    return covariance({(value, value): often for value, often in values.items()})


def _counted(pairs: Pairs, place: int) -> Counter[int]:
    """How often each value at this place of the pairs occurs."""
    found: Counter[int] = Counter()
    for pair, often in pairs.items():
        found[pair[place]] += often
    return found


def _at_best(x: Mapping[int, int], y: Mapping[int, int]) -> Pairs:
    """The lowest x with the lowest y, and so on: what makes their covariance the highest."""
    pairs: Counter[tuple[int, int]] = Counter()
    partners = sorted(y.items(), reverse=True)
    for value, often in sorted(x.items()):
        left = often
        while left:
            partner, there = partners.pop()
            taken = min(left, there)
            pairs[value, partner] += taken
            left -= taken
            if there > taken:
                partners.append((partner, there - taken))
    return pairs


def _paper_points(tally: Tally, points: Mapping[str, int]) -> float:
    """What a paper is worth: of a pool only some questions are on it."""
    count = sum(tally.outcomes.values())
    if not count:
        return sum(points.values())
    return sum(most * often for (_total, most), often in tally.outcomes.items()) / count


def _item(question: str, pairs: Pairs, most: int) -> ItemFigures:
    x, y = _counted(pairs, 0), _counted(pairs, 1)
    count = x.total()
    spread, rest, both = _variance(x), _variance(y), covariance(pairs)
    best = covariance(_at_best(x, y))
    return ItemFigures(
        question=question,
        attempts=count,
        facility=100 * sum(mark * often for mark, often in x.items()) / (count * most)
        if count and most
        else None,
        standard_deviation=100 * sqrt(spread) / most if spread is not None and most else None,
        discrimination_index=float(100 * both) / (sqrt(spread) * sqrt(rest))
        if both is not None and spread and rest
        else None,
        discriminative_efficiency=float(100 * both / best) if both is not None and best else None,
        intended_weight=None,
        effective_weight=None,
        guess_score=None,
    )


def _effective(
    tally: Tally,
    columns: Mapping[str, Pairs],
    places: Mapping[str, Sequence[str]],
    earlier: Mapping[str, str],
) -> dict[str, float | None]:
    """100·√cov(x, T) / Σ √cov(x, T), over the places of a mean paper; negative ones are left out of the sum and have
    none."""
    count = sum(tally.outcomes.values())
    weights: dict[str, float | None] = {}
    total = 0.0
    for keys in places.values():
        pairs = _together(columns[key] for key in keys)
        value = covariance(pairs)
        root = None if value is None or value < 0 else sqrt(value)
        alone = [key for key in keys if key not in earlier]
        if len(alone) == 1:
            weights[alone[0]] = root
        total += (root or 0) * sum(pairs.values()) / count if count else 0
    return {key: 100 * root / total if root is not None and total else None for key, root in weights.items()}


def _together(columns: Iterable[Pairs]) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for pairs in columns:
        found.update(pairs)
    return found


def _quiz(tally: Tally, columns: Mapping[str, Pairs], places: Iterable[Sequence[str]]) -> QuizFigures:
    # In percent, so that papers of unlike worth compare: releases differ, and what a pool drew may. Whole numbers
    # again: `unit` of them are one percent.
    unit = lcm(*(most for _total, most in tally.outcomes if most))
    percents: Counter[int] = Counter()
    for (total, most), often in tally.outcomes.items():
        if most:
            percents[100 * total * (unit // most)] += often
    count = percents.total()
    variance = _variance(percents)
    deviation = sqrt(variance / unit**2) if variance is not None else None
    consistency = _consistency(tally, columns, places)
    error = 100 * sqrt(1 - consistency / 100) if consistency is not None else None
    return QuizFigures(
        attempts=count,
        mean=sum(value * often for value, often in percents.items()) / (count * unit) if count else None,
        median=float(_median(percents) / unit) if count else None,
        standard_deviation=deviation,
        skewness=_skewness(percents),
        kurtosis=_kurtosis(percents),
        internal_consistency=None if consistency is None else float(consistency),
        error_ratio=error,
        standard_error=error * deviation / 100 if error is not None and deviation is not None else None,
    )


def _median(values: Counter[int]) -> Fraction:
    count, passed, lower = values.total(), 0, None
    for value, often in sorted(values.items()):
        passed += often
        if lower is None and 2 * passed >= count:
            lower = value
        if lower is not None and 2 * passed > count:
            return Fraction(lower + value, 2)
    raise ValueError("no values")


def _consistency(
    tally: Tally, columns: Mapping[str, Pairs], places: Iterable[Sequence[str]]
) -> Fraction | None:
    """CIC = 100·p/(p−1)·(1 − Σ var x / k₂): Cronbach's alpha in percent. p places on a paper."""
    totals: Counter[int] = Counter()
    for (total, _most), often in tally.outcomes.items():
        totals[total] += often
    count, variance = totals.total(), _variance(totals)
    held = sum(sum(pairs.values()) for pairs in tally.marks.values())
    slots = round(held / count) if count else 0
    if not variance or slots < 2:
        return None
    # What a place of a pool held is any of its questions: how unlike these are is part of its variance.
    spreads = Fraction(0)
    for keys in places:
        marks = _counted(_together(columns[key] for key in keys), 0)
        spreads += _moment(marks, 2) * marks.total() / (count - 1) if marks else 0
    # Where not all papers were as long this is an estimate, which may pass what alpha cannot.
    return min(Fraction(100), Fraction(100 * slots, slots - 1) * (1 - spreads / variance))


def _moment(values: Counter[int], power: int) -> Fraction:
    """The central moment."""
    count = values.total()
    middle = sum(value * often for value, often in values.items())  # count times the mean
    powers = sum((count * value - middle) ** power * often for value, often in values.items())
    return Fraction(powers, count ** (power + 1))


def _skewness(values: Counter[int]) -> float | None:
    """k₃ / k₂^1.5."""
    count = values.total()
    if count < 3 or not (m2 := _moment(values, 2)):
        return None
    k2 = count * m2 / (count - 1)
    k3 = count**2 * _moment(values, 3) / ((count - 1) * (count - 2))
    # Squared it is a ratio of whole numbers, whatever they are counted in.
    squared = sqrt(k3**2 / k2**3)
    return squared if k3 >= 0 else -squared


def _kurtosis(values: Counter[int]) -> float | None:
    """k₄ / k₂²."""
    count = values.total()
    if count < 4 or not (m2 := _moment(values, 2)):
        return None
    m4 = _moment(values, 4)
    k2 = count * m2 / (count - 1)
    k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
    return float(k4 / k2**2)

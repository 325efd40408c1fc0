"""How much more people knew afterwards than before, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from learning.evaluation.suppression import enough

SURE = 0.95


@dataclass(frozen=True)
class Gain:
    """Over `people` who did both. `before`, `after`: means in percent, 0–100; `mean` their difference in points,
    `low`–`high` its interval."""

    people: int
    before: float
    after: float
    mean: float
    low: float
    high: float


def gain(pairs: Sequence[tuple[float, float]]) -> Gain | None:
    """The mean gain of people with a result before and one after (both in percent), None for too few to tell of.

    With d the differences after − before of n people, d̄ their mean and s = √(Σ(d − d̄)² / (n − 1)), the interval is
    d̄ ± t(0,975; n − 1) · s / √n: that of the paired t-test. It says how far chance alone may have moved the mean; it
    does not say that the course is the cause, because nobody who was not taught was compared.
    """
    n = len(pairs)
    if not enough(n):
        return None
    differences = [after - before for before, after in pairs]
    mean = math.fsum(differences) / n
    spread = math.sqrt(math.fsum((each - mean) ** 2 for each in differences) / (n - 1))
    half = t_quantile((1 + SURE) / 2, n - 1) * spread / math.sqrt(n)
    return Gain(
        people=n,
        before=math.fsum(before for before, _ in pairs) / n,
        after=math.fsum(after for _, after in pairs) / n,
        mean=mean,
        low=mean - half,
        high=mean + half,
    )


def t_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t for a probability from 0.5 up to below 1, by halving: the distribution function is
    that of the regularised incomplete beta function, P(T ≤ t) = 1 − I(ν/(ν + t²); ν/2, ½)/2 for t ≥ 0."""
    if not 0.5 <= probability < 1 or freedom < 1:
        raise ValueError(f"no quantile of t: {probability}, {freedom}")
    low, high = 0.0, 1.0
    while _t_below(high, freedom) < probability:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _t_below(t: float, freedom: int) -> float:
    return 1 - _beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's way)."""
    if x in (0.0, 1.0):
        return x
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    found = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return found

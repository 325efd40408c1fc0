"""Where a question turned suddenly easy in one unit: its answers may go round there. Pure.

A unit and a question are a pair. A pair is reported when, of the unit's recent attempts, clearly more were right

- than of the unit's own attempts before, and
- than of the recent attempts of all others,

by RISE points at least, and both by Fisher's exact test: given how many were right in all, how rarely would so many of
them be among the recent ones (or the unit's) by chance alone? The rarer the better: looking at many pairs, something
rare is sure to be seen. So the chance must be below 1 in 20 divided by the number of pairs (Bonferroni); pairs whose
few answers could never be as rare as that are not counted (Tarone 1990). Where nothing changes in any unit, however
unlike units are, a look finds anything at all at most once in twenty times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb

LEAST = 10  # attempts on each side
RISE = 20  # points
CHANCE = Fraction(1, 20)  # that anything is reported where nothing has changed


@dataclass(frozen=True)
class Share:
    """So many right of so many attempts."""

    right: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.of


@dataclass(frozen=True)
class Drift:
    unit: str
    question: str
    recent: Share
    before: Share
    others: Share


def drifts(counts: Mapping[tuple[str, str], tuple[Share, Share]], whole: Mapping[str, Share]) -> list[Drift]:
    """`counts`: (unit, question) → its recent attempts, and those before. `whole`: question → all recent attempts,
    also of who sits in no unit. The clearest first."""
    pairs = [
        Drift(unit, question, recent, before, _without(whole[question], recent))
        for (unit, question), (recent, before) in counts.items()
    ]
    pairs = [pair for pair in pairs if min(pair.recent.of, pair.before.of, pair.others.of) >= LEAST]
    level = CHANCE / _examined([_rarest(pair.recent, pair.before) for pair in pairs])
    found = [
        (chance, pair)
        for pair in pairs
        if _risen(pair)
        and (chance := as_many_by_chance(pair.recent, pair.before)) <= level
        and as_many_by_chance(pair.recent, pair.others) <= level
    ]
    return [pair for _chance, pair in sorted(found, key=lambda one: (one[0], one[1].unit, one[1].question))]


def as_many_by_chance(one: Share, other: Share) -> Fraction:
    """How likely at least so many of those who were right are in `one`, were they spread by lot. Exact."""
    right = one.right + other.right
    ways = sum(
        comb(one.of, here) * comb(other.of, right - here) for here in range(one.right, min(one.of, right) + 1)
    )
    return Fraction(ways, comb(one.of + other.of, right))


def _rarest(one: Share, other: Share) -> float:
    """The least chance these two could come to, however those who were right were spread."""
    right = one.right + other.right
    here = min(one.of, right)
    return comb(one.of, here) * comb(other.of, right - here) / comb(one.of + other.of, right)


def _examined(rarest: list[float]) -> int:
    """The number of pairs to correct for: the least k such that no more than k could reach CHANCE / k."""
    ordered = sorted(rarest)
    k, reaching = 1, len(ordered)
    while True:
        while reaching and ordered[reaching - 1] * k > CHANCE:
            reaching -= 1
        if reaching <= k:
            return k
        k += 1


def _risen(pair: Drift) -> bool:
    return all(
        100 * (pair.recent.right * than.of - than.right * pair.recent.of) >= RISE * pair.recent.of * than.of
        for than in (pair.before, pair.others)
    )


def _without(whole: Share, part: Share) -> Share:
    return Share(whole.right - part.right, whole.of - part.of)

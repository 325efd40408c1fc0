"""Attempts by what they came to: the upper, the middle and the lower third. Pure.

Attempts of equal result stand in the same third, whatever their number: that in which the middle of them lies. So
nobody is in another third than their equal, the same attempts are always cut the same way, and thirds may be unlike
in size; where everybody did alike there is only a middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from learning.quizzes.figures import Outcome

Thirds = tuple[int, int, int]  # how many attempts of the upper, the middle and the lower third
NOBODY: Thirds = (0, 0, 0)
UPPER, MIDDLE, LOWER = 0, 1, 2


@dataclass(frozen=True)
class Choice:
    """An answer that was given, or could have been. `id` is the release's own key (of what was no option, the number
    of the release before it); `html` its words. `percent` of the attempts that held the question; None for none."""

    id: str
    html: str
    right: bool
    chosen: int
    percent: float | None
    thirds: Thirds


def thirds(outcomes: Mapping[Outcome, int]) -> dict[Outcome, int]:
    """Which third each outcome is in, by its share of the most possible; what had nothing to reach is in none."""
    shares: dict[Fraction, int] = {}
    for (total, most), often in outcomes.items():
        if most:
            share = Fraction(total, most)
            shares[share] = shares.get(share, 0) + often
    count, below = sum(shares.values()), 0
    place: dict[Fraction, int] = {}
    for share, often in sorted(shares.items()):
        middle = Fraction(2 * below + often, 2)
        place[share] = LOWER if 3 * middle < count else UPPER if 3 * middle > 2 * count else MIDDLE
        below += often
    return {(total, most): place[Fraction(total, most)] for total, most in outcomes if most}


def plus(one: Thirds, other: Thirds) -> Thirds:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def only(third: int, often: int) -> Thirds:
    upper, middle, lower = (often if third == place else 0 for place in range(3))
    return upper, middle, lower

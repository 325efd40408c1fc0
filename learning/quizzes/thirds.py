"""Attempts by what they came to: the upper, the middle and the lower third. Pure.

Attempts of equal result stand in the same third, whatever their number: that in which the middle of them lies. So
nobody is in another third than their equal, the same attempts are always cut the same way, and thirds may be unlike
in size; where everybody did alike there is only a middle.
"""

from collections.abc import Mapping
from fractions import Fraction

from learning.quizzes.figures import Outcome

UPPER, MIDDLE, LOWER = 0, 1, 2


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

"""What may be told of groups without telling of a person in them."""

from collections.abc import Mapping
from typing import TypeVar

LEAST = 5  # people

Group = TypeVar("Group", str, int)


def suppress(groups: Mapping[Group, int]) -> frozenset[Group]:
    """Which groups may be told of, of groups of which nobody is in two (group → how many answered), where the whole is
    told as well.

    None of fewer than LEAST people; and nothing from which one could count back to so few by taking what is told from
    the whole: those left over are none, or LEAST at least. Where they are fewer, the smallest group that could be told
    (of equals the first by name) is left over with them. So every group told has LEAST at least, and so has whatever it
    leaves of the whole, or of any other told groups.
    """
    told = {group: count for group, count in groups.items() if count >= LEAST}
    rest = sum(count for group, count in groups.items() if group not in told)
    while told and 0 < rest < LEAST:
        smallest = min(told, key=lambda group: (told[group], group))
        rest += told.pop(smallest)
    return frozenset(told)


def enough(people: int) -> bool:
    """Whether the whole may be told of."""
    return people >= LEAST

"""What may be told of answers without telling of a person who gave one.

Answers are told in blocks of LEAST people or more. A block is made once, from the days of one group whose turn it is, and
never parted or changed; whatever is told, of a group or of the whole, today or later, is a sum of blocks. So nothing can
be reckoned of fewer than LEAST people by taking what is told from the whole, from another group, or from what was told
the day before (tests/evaluation/test_suppression.py holds it).

An answer waits in its group until LEAST are together; after WAIT in the next wider group, and at last with all others
that were left over. It counts then where its block was made, and in the whole.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

LEAST = 5  # people
WAIT = timedelta(days=14)
SETTLED = timedelta(
    days=2
)  # a day is told of when it is over in every zone, so that no answer joins it later


class Cell(NamedTuple):
    """The answers of one day (ISO, UTC) by people of one unit, class or the like. `keys`: the groups they are in, the
    narrowest first; of each kind a reader has, nobody is in two."""

    day: str
    keys: tuple[str, ...]


def told(answers: Mapping[Cell, int], today: date) -> dict[Cell, int]:
    """Which cells may be told of, of cell → how many people answered; each with its level: the place in `keys` of the
    group in whose figures it counts, or their number where it counts in the whole alone. Of a year by itself, so that
    years can be told apart."""
    last = (today - SETTLED).toordinal()
    found: dict[Cell, int] = {}
    pools: dict[tuple[str, int, str], dict[Cell, int]] = defaultdict(dict)
    waiting: deque[tuple[int, Cell, int, dict[Cell, int]]] = deque()

    def enter(cell: Cell, level: int, day: int) -> None:
        group = cell.keys[level] if level < len(cell.keys) else ""
        there = pools[cell.day[:4], level, group]
        there[cell] = answers[cell]
        if sum(there.values()) >= LEAST:
            found.update(dict.fromkeys(there, level))
            there.clear()
        elif level < len(cell.keys):
            waiting.append((day + WAIT.days, cell, level, there))

    def widen(until: int) -> None:
        while waiting and waiting[0][0] <= until:
            due, cell, level, there = waiting.popleft()
            if there.pop(cell, None) is not None:
                enter(cell, level + 1, due)

    days: dict[str, int] = {}
    for cell in sorted(cell for cell, people in answers.items() if people > 0):
        day = days.get(cell.day)
        if day is None:
            day = days[cell.day] = date.fromisoformat(cell.day).toordinal()
        if day > last:
            break
        widen(day)
        enter(cell, 0, day)
    widen(last)
    return found


def enough(people: int) -> bool:
    """Whether so many may be told of."""
    return people >= LEAST

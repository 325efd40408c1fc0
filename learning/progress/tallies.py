"""Figures of a group of people in courses, from rows already counted in the database. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

ENOUGH = 5  # people that a group has before it is named among the weakest
WEEK = timedelta(days=7)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Figures:
    """A group: of people in one course, or of people × courses (lượt) over several.

    `people`: asked to do it, or at it. `begun`, `done`, `overdue` of them; `scored`: have a result, whose middle is
    `median` (percent). `attempts`: handed in at what makes the course's score. `seconds`: sat over all questions.
    """

    people: int = 0
    begun: int = 0
    done: int = 0
    overdue: int = 0
    scored: int = 0
    median: Decimal | None = None
    attempts: int = 0
    seconds: int = 0

    @property
    def waiting(self) -> int:
        """Not begun."""
        return self.people - self.begun

    @property
    def under_way(self) -> int:
        return self.begun - self.done


@dataclass(frozen=True)
class Counted:
    """How many of a group (`key`) share state and best result: one row of what the database counted."""

    key: Hashable
    state: str
    best: Decimal | None
    people: int
    overdue: int
    attempts: int
    seconds: int


@dataclass(frozen=True)
class Within:
    """What fell into a stretch of days: people who began, people who became done, and of these the middle of their best
    results and the seconds they sat over the course's questions in all."""

    begun: int
    done: int
    median: Decimal | None
    seconds: int


def tallied(rows: Iterable[Counted]) -> dict[Hashable, Figures]:
    """The figures of each group."""
    groups: dict[Hashable, list[Counted]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return {key: _figures(group) for key, group in groups.items()}


def total(rows: Iterable[Counted]) -> Figures:
    """The figures of all groups together: the median is that of everybody's result, not of medians."""
    return _figures(list(rows))


def _figures(rows: Sequence[Counted]) -> Figures:
    scored = [(row.best, row.people) for row in rows if row.best is not None]
    return Figures(
        people=sum(row.people for row in rows),
        begun=sum(row.people for row in rows if row.state != "not_started"),
        done=sum(row.people for row in rows if row.state == "done"),
        overdue=sum(row.overdue for row in rows),
        scored=sum(people for _, people in scored),
        median=median(scored),
        attempts=sum(row.attempts for row in rows),
        seconds=sum(row.seconds for row in rows),
    )


def median(counts: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """The middle of values of which each occurs so many times; of an even number the mean of the two in the middle."""
    ordered = sorted((value, times) for value, times in counts if times)
    number = sum(times for _, times in ordered)
    if not number:
        return None
    return (_at(ordered, (number - 1) // 2) + _at(ordered, number // 2)) / 2


def _at(ordered: Sequence[tuple[Decimal, int]], place: int) -> Decimal:
    for value, times in ordered:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)


def weakest(groups: Mapping[Key, Figures], count: int = 3) -> list[Key]:
    """The groups with the smallest share of people done; of equals the one with more overdue, then the larger. Groups of
    fewer than ENOUGH are passed over, unless there are no others; a group in which everybody is done is not weak."""
    behind = {key: one for key, one in groups.items() if one.people > one.done}
    large = {key: one for key, one in behind.items() if one.people >= ENOUGH} or behind
    return sorted(large, key=lambda key: weakness(large[key]))[:count]


def weakness(one: Figures) -> tuple[float, int, int]:
    """What groups are put in order by, the weakest first; who has nobody comes last."""
    share = one.done / one.people if one.people else 2.0
    return (share, -one.overdue, -one.people)


def weeks(today: date, count: int) -> list[date]:
    """The Mondays of the last `count` weeks, the present one last."""
    this = today - timedelta(days=today.weekday())
    return [this - WEEK * back for back in range(count - 1, -1, -1)]


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), zone)

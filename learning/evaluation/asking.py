"""When people are asked, how long they may answer, and at what hours one writes to them. Days are the province's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from learning.progress.attention import quiet

Kind = Literal["survey", "learner", "manager"]
FOLLOW_UP_DAYS = (30, 60, 90)
OPEN_DAYS = 30  # then the next one is asked, or it is too long ago to be remembered well
OVERDUE_AFTER = 14
CHANGE_DAYS = 14  # an answer may be changed so long
STEPS: tuple[tuple[Kind, int], ...] = (
    ("survey", 0),
    *((kind, days) for days in FOLLOW_UP_DAYS for kind in ("learner", "manager")),
)


@dataclass(frozen=True)
class Window:
    """Who did a course from `first` to `last` (both included) is asked this now."""

    kind: Kind
    days: int
    first: date
    last: date


def windows(today: date) -> Iterator[Window]:
    """Whom to ask what on this day: so many days after the course was done, and not when the time to answer would be
    over already, so that a server that was away for long, or has just learnt to ask, does not ask of old things."""
    for kind, days in STEPS:
        last = today - timedelta(days=days)
        yield Window(kind, days, last - timedelta(days=OPEN_DAYS - 1), last)


def state(asked_on: date, answered: bool, today: date) -> Literal["answered", "open", "overdue", "lapsed"]:
    """`overdue` may still be answered, `lapsed` no more."""
    if answered:
        return "answered"
    age = (today - asked_on).days
    if age >= OPEN_DAYS:
        return "lapsed"
    return "overdue" if age > OVERDUE_AFTER else "open"


def changeable(answered_at: datetime, now: datetime) -> bool:
    """Whether an answer first given then may be changed now."""
    return now - answered_at <= timedelta(days=CHANGE_DAYS)


def last_change(answered_on: date) -> date:
    return answered_on + timedelta(days=CHANGE_DAYS)


def working_hours(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people may be written to."""
    local = now.astimezone(zone)
    return not quiet(local.weekday(), local.hour)

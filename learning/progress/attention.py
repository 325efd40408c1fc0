"""Who needs help in a course, and why: rules anyone can count again by hand. Pure: facts in, reasons out.

There is no score. A rule speaks or it does not, says the numbers it spoke for, and the order is that of RULES, then of
those numbers. What time alone adds never makes anything less urgent, and who is done is never spoken of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Rule = Literal["overdue", "due_soon", "failing", "inactive", "not_started"]
RULES: tuple[Rule, ...] = get_args(Rule)  # the most urgent first
Action = Literal["remind", "talk", "again", "head", "mentor"]
ACTIONS: tuple[Action, ...] = get_args(Action)
DEEDS = (*ACTIONS, "other")  # what a helper may say they did
OUTCOMES = ("reached", "not_reached", "agreed", "passed_on")

DUE_SOON = 7  # days ahead
FAILED = 2  # attempts at one quiz
INACTIVE = 14  # days
NOT_STARTED = 7  # days since the class began
# From here on a reminder has had its chance.
LONG_INACTIVE = 30
LONG_WAITING = 21
MANY_FAILED = 4
HELPED = 7  # days in which who was helped comes last

STEPS = (7, 3, 1, 0, -1)  # days before the day set on which a person is told of it
WEEK = 7
STRAY = 8  # days: a reminder dated later than this ahead was written by a clock that was wrong


@dataclass(frozen=True)
class Facts:
    """One person in one course. `began_on`: the first day of the earliest class that asks for the course, None where
    none does; `due_on`: the earliest day set. `last_on`: the day of the last deed, None before the first. `failed`: the
    most failed attempts at one quiz since it was last passed."""

    done: bool = False
    began_on: date | None = None
    due_on: date | None = None
    last_on: date | None = None
    failed: int = 0


@dataclass(frozen=True)
class Reason:
    """A rule that speaks. `number`: days overdue, days left, failed attempts, days without a deed, days since the
    class began."""

    rule: Rule
    number: int

    @property
    def urgency(self) -> tuple[int, int]:
        """The greater, the more urgent."""
        return (-RULES.index(self.rule), -self.number if self.rule == "due_soon" else self.number)


def reasons(facts: Facts, today: date) -> tuple[Reason, ...]:
    """Why this person needs help in this course, the most urgent first; empty: no rule speaks."""
    if facts.done:
        return ()
    found = []
    if facts.due_on is not None:
        left = (facts.due_on - today).days
        if left < 0:
            found.append(Reason("overdue", -left))
        elif left <= DUE_SOON:
            found.append(Reason("due_soon", left))
    if facts.failed >= FAILED:
        found.append(Reason("failing", facts.failed))
    if facts.last_on is not None:
        idle = (today - facts.last_on).days
        if idle >= INACTIVE:
            found.append(Reason("inactive", idle))
    elif facts.began_on is not None:
        waited = (today - facts.began_on).days
        if waited >= NOT_STARTED:
            found.append(Reason("not_started", waited))
    return tuple(found)


def action(given: Iterable[Reason]) -> Action | None:
    """The one thing to do first. Who fails is taught again, or by somebody at their side; who was reminded long enough
    is talked to; who never began is a matter for the head of the unit; all others are reminded."""
    numbers = {reason.rule: reason.number for reason in given}
    if not numbers:
        return None
    if "failing" in numbers:
        return "mentor" if numbers["failing"] >= MANY_FAILED else "again"
    if numbers.get("inactive", 0) >= LONG_INACTIVE:
        return "talk"
    if "not_started" in numbers and ("overdue" in numbers or numbers["not_started"] >= LONG_WAITING):
        return "head"
    return "talk" if "overdue" in numbers else "remind"


@dataclass(frozen=True)
class Group:
    """People of one unit for whom the same rule speaks first in the same course."""

    course_id: str
    rule: Rule
    people: int


def most_useful(groups: Iterable[Group]) -> Group | None:
    """The one matter a head should take up: the most urgent rule, there the course with most people in it."""
    return min(
        (group for group in groups if group.people > 0),
        key=lambda group: (RULES.index(group.rule), -group.people, group.course_id),
        default=None,
    )


def told_for_deadline(due_on: date | None, last: date | None, today: date) -> bool:
    """Whether a step towards the day set (STEPS) has come since `last`, the day the person was last reminded."""
    if due_on is None:
        return False
    days = [due_on - timedelta(days=before) for before in STEPS]
    return any(day <= today and (last is None or last < day) for day in days)


def is_due(facts: Facts, today: date) -> bool:
    """Whether a reminder of this may not be switched off: the day set is near, or over."""
    return not facts.done and facts.due_on is not None and (facts.due_on - today).days <= DUE_SOON


def last_told(days: Iterable[date], today: date) -> date | None:
    """The day of the last reminder, given all; one by a clock that ran far ahead is passed over."""
    return max((day for day in days if day <= today + timedelta(days=STRAY)), default=None)


def to_remind(open_: Iterable[Facts], last: date | None, today: date, *, only_due: bool) -> bool:
    """Whether a person with these courses is sent a digest today: once a week while a rule speaks, and beside that on
    each step towards a day set; never twice a day, and with `only_due` (digests switched off) for the steps alone."""
    if last is not None and last >= today:
        return False
    spoken = [facts for facts in open_ if reasons(facts, today)]
    if any(told_for_deadline(facts.due_on, last, today) for facts in spoken):
        return True
    weekly = last is None or (today - last).days >= WEEK
    return bool(spoken) and weekly and not only_due


def quiet(weekday: int, hour: int) -> bool:
    """Whether nobody is to be disturbed in this hour of the province (0–23) of this day (Monday is 0)."""
    return weekday >= 5 or hour < 7 or hour >= 20


def monday(day: date) -> date:
    """The first day of the day's week."""
    return day - timedelta(days=day.weekday())

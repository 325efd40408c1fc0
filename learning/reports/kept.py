"""Figures of the whole province, counted once in a while for all who read them: what may be told of answers changes by
the day, and counting those of 5.219 people takes longer than a page may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from learning.accounts.visitors import visitor
from learning.database import Database
from learning.organisation import visibility
from learning.web.context import database, now, today

KEPT = timedelta(minutes=15)
MOST = 64  # figures of so many courses and years

Value = TypeVar("Value")
_kept: WeakKeyDictionary[Database, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def kept(key: tuple[Any, ...], count: Callable[[], Value]) -> Value:
    """What `count` gives, or gave whoever sees the whole province too a short while ago; of anyone else's sight it is
    always counted. `key`: which figures."""
    if not visitor().has(*visibility.WHOLE_PROVINCE):
        return count()
    there = _kept.setdefault(database(), {})
    key = (*key, today())
    found = there.get(key)
    if found is None or not timedelta() <= now() - found[0] < KEPT:
        while len(there) >= MOST:
            there.pop(next(iter(there)), None)
        found = there[key] = (now(), count())
    value: Value = found[1]
    return value

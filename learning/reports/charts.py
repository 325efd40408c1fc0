"""The geometry of the desk's pictures. Pure: figures in, places out.

Across in percent of the picture's width, so that words in it keep their size on a phone; down in pixels from the top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

TOP, FLOOR, HEIGHT = 24.0, 164.0, 196.0  # of a trend: where the scale ends and begins; the whole picture
LEFT, RIGHT = 7.0, 97.0
LEVELS = 8


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Point:
    """`value`: what stands at it; `told`: whether there is room and reason to write it there."""

    x: float
    y: float
    value: int
    told: bool


@dataclass(frozen=True)
class Line:
    segments: tuple[Segment, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Rule:
    """A line across at this value of the scale."""

    y: float
    value: int


@dataclass(frozen=True)
class Tick:
    """Where the `place`-th thing stands. `main`: written on a narrow screen too."""

    x: float
    place: int
    main: bool


@dataclass(frozen=True)
class Trend:
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    ticks: tuple[Tick, ...]
    floor: float = FLOOR
    height: float = HEIGHT


@dataclass(frozen=True)
class Interval:
    """A figure and how sure it is, on a scale that `zero` is a place of."""

    low: float
    middle: float
    high: float
    zero: float


def trend(series: Sequence[Sequence[int]]) -> Trend:
    """Lines of the same number of places side by side, from the left. Each is told its highest and its last value."""
    count = max((len(one) for one in series), default=0)
    top = ceiling(max((value for one in series for value in one), default=0))
    across = [
        round(LEFT + (RIGHT - LEFT) * (place / (count - 1) if count > 1 else 0.5), 2)
        for place in range(count)
    ]
    return Trend(
        lines=tuple(_line(one, across, top) for one in series),
        rules=tuple(Rule(_down(value, top), value) for value in (0, top // 2, top)),
        ticks=tuple(Tick(x, place, (count - 1 - place) % 4 == 0) for place, x in enumerate(across)),
    )


def _line(values: Sequence[int], across: Sequence[float], top: int) -> Line:
    places = [(x, _down(value, top)) for x, value in zip(across, values, strict=False)]
    told = {len(values) - 1, max(range(len(values)), key=values.__getitem__)} if any(values) else set()
    return Line(
        tuple(Segment(*start, *end) for start, end in pairwise(places)),
        tuple(
            Point(x, y, value, place in told)
            for place, ((x, y), value) in enumerate(zip(places, values, strict=False))
        ),
    )


def _down(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 2)


def ceiling(highest: int) -> int:
    """The end of a scale that holds `highest`: 2, 4 or 10 times a power of ten; its half is a whole number too."""
    step = 1
    while True:
        for times in (2, 4, 10):
            if times * step >= highest:
                return times * step
        step *= 10


def interval(low: float, middle: float, high: float, least: float, most: float) -> Interval:
    """Places on a scale from `least` to `most`; what lies beyond stands at its end."""
    if most <= least:
        raise ValueError("a scale goes up")

    def place(value: float) -> float:
        return round(100 * (min(max(value, least), most) - least) / (most - least), 2)

    return Interval(place(low), place(middle), place(high), place(0))


def share(part: int, whole: int) -> float | None:
    """In percent; None of nothing."""
    return 100 * part / whole if whole else None


def width(value: float | Decimal | None) -> str:
    """A share as the width of a bar."""
    return f"{0 if value is None else float(value):.4g}%"


def level(part: int, whole: int) -> int | None:
    """0–LEVELS, by which a cell is tinted: LEVELS only where all is done, 0 only where nothing is; None of nothing."""
    if not whole:
        return None
    if part >= whole:
        return LEVELS
    return 0 if not part else 1 + part * (LEVELS - 1) // whole

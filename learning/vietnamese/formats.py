"""Dates and numbers as they are written in Vietnam: 05/01/2026, 14:30, 1.234,5, 93,7%."""

import datetime as dates
import re
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

_VIETNAMESE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")


def date(day: dates.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def time(at: dates.datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def datetime(at: dates.datetime, zone: ZoneInfo) -> str:
    """A moment in the province: 05/01/2026 14:30."""
    local = at.astimezone(zone)
    return f"{date(local)} {local:%H:%M}"


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """1234.5 → "1.234,5". `decimals`: exactly so many, halves away from zero; None: as many as it has."""
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.translate({ord(","): ".", ord("."): ","})


def percent(value: float | Decimal, decimals: int | None = 1) -> str:
    """A figure from 0 to 100: 93.7 → "93,7%"; a whole one without decimals: 100 → "100%"."""
    text = number(value, decimals)
    if decimals and text.endswith("," + "0" * decimals):
        text = text[: -decimals - 1]
    return f"{text}%"


def parse_date(text: str) -> dates.date:
    """dd/mm/yyyy (also with . or -) or ISO. Raises ValueError for anything else and for impossible days."""
    text = text.strip()
    if found := _VIETNAMESE.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise ValueError(f"not a date: {text!r}")
    return dates.date(year, month, day)

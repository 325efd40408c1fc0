"""What an author writes as a number that is right: `20 ± 1 ngày`, `1.500.000 ± 5%`, `18 .. 20`, `@a * 3 ± 1%`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from learning.content import variables


@dataclass(frozen=True)
class Amount:
    """A `= …` line as canonical expressions; `other_unit` is a second unit that differs from the first."""

    low: str
    high: str
    exact: str
    unit: str = ""
    other_unit: str | None = None


def read_amount(text: str) -> Amount:
    """`20 ± 1 ngày`, `1.500.000 ± 5%`, `18 .. 20`, `@a * 3 ± 1%`. Raises variables.BadExpressionError."""
    if ".." in text:
        first, _, second = text.partition("..")
        low, unit = _with_unit(first)
        high, other = _with_unit(second.lstrip("."))
        unit, differs = _one_unit(unit, other)
        return Amount(low, high, _simplified(f"( {low} + {high} ) / 2"), unit, differs)
    parts = re.split(r"±|\+/?-", text, maxsplit=1)
    exact, unit = _with_unit(parts[0])
    if len(parts) == 1:
        return Amount(exact, exact, exact, unit)
    tolerance, other = _with_unit(parts[1])
    if variables.mentioned(tolerance) or variables.evaluate(tolerance) < 0:
        raise variables.BadExpressionError(text)
    # `5%` is a share of the value, unless the value itself is in percent.
    share = re.match(r"%(?!\S)\s*(.*)", other)
    if share and unit != "%":
        part = Decimal(tolerance) if re.fullmatch(r"[\d.]+", tolerance) else None
        if part is None or part > 100:
            raise variables.BadExpressionError(text)
        unit, differs = _one_unit(unit, share[1])
        low, high = (_simplified(f"( {exact} ) * {_plain(1 + sign * part / 100)}") for sign in (-1, 1))
        if low == high or not variables.mentioned(exact):
            low, high = sorted((low, high), key=variables.evaluate)
        return Amount(low, high, exact, unit, differs)
    unit, differs = _one_unit(unit, other)
    low, high = (_simplified(f"( {exact} ) {sign} {tolerance}") for sign in "-+")
    return Amount(low, high, exact, unit, differs)


def _with_unit(text: str) -> tuple[str, str]:
    expression, unit = variables.canonical(text)
    if unit and (len(unit) > 40 or not re.match(r"(?![eE][0-9])[^\W\d_]|[%°₫$€]", unit)):
        raise variables.BadExpressionError(text)
    return _simplified(expression), " ".join(unit.split())


def _one_unit(first: str, second: str) -> tuple[str, str | None]:
    if first and second and first.casefold() != second.casefold():
        return first, second
    return first or second, None


def _simplified(expression: str) -> str:
    """A constant as one decimal where it is one; anything else as it stands."""
    if variables.mentioned(expression):
        return expression
    value = variables.evaluate(expression)
    if value.denominator == 1:
        return str(value.numerator)
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return _plain(decimal) if Fraction(decimal) == value else expression


def _plain(value: Decimal) -> str:
    return f"{value:f}"

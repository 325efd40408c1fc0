"""Numbers as Vietnamese authors write them, and the arithmetic of `Biến:` questions. Nothing but + - * / ( ).

An expression in a compiled `Number` is canonical: a dot for decimals, `@name` for variables ("@a * 3 * 0.99").
Values are exact (`Fraction`), so that a bound never depends on rounding.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import product

from learning.content.model import Variable
from learning.vietnamese import formats

LENGTH_CAP = 400  # characters of an expression
DEPTH_CAP = 20  # brackets within brackets
VARIABLES_CAP = 6

# `1.500.000,5`, `1500`, `12,5`; never `1.5`, which may be either.
NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?![\d])|\d{1,18}(?!\.\d))(?:,\d{1,12})?"
NAME = r"[A-Za-z][A-Za-z0-9]{0,19}"
MENTION = re.compile(rf"(?<![\w@.])@({NAME})(?!\w)")


class BadExpressionError(ValueError):
    """The text is not an arithmetic expression, is too long or too deep, or divides by zero."""


class UnknownVariableError(BadExpressionError):
    """An expression names a variable that has no value; `args[0]` is the name."""


def read_number(text: str) -> Decimal | None:
    """`1.500.000` is 1500000, `12,5` is 12.5, `-3` is -3; None for what is ambiguous (`1.5`) or no number."""
    found = re.fullmatch(rf"([+\-−]?)\s*({NUMBER})", text.strip(), re.ASCII)
    if found is None:
        return None
    value = Decimal(_canonical(found[2]))
    return -value if found[1] in ("-", "−") else value


def canonical(expression: str) -> tuple[str, str]:
    """What an author wrote → the canonical expression and what follows it (a unit). Raises BadExpressionError."""
    if len(expression) > LENGTH_CAP:
        raise BadExpressionError(expression[:60])
    words, end, depth, wants_value = [], 0, 0, True
    for kind, word, stop in _written(expression):
        if wants_value:
            if kind == "operator" and word not in "+-(":
                break
            wants_value = kind == "operator"
        else:
            if kind != "operator" or word == "(" or (word == ")" and depth == 0):
                break
            wants_value = word != ")"
        depth += (word == "(") - (word == ")")
        words.append(word)
        end = stop
    text = " ".join(words)
    parse(text)
    return text, expression[end:].strip()


def parse(expression: str) -> "Expression":
    """Reads a canonical expression. Raises BadExpressionError."""
    if len(expression) > 2 * LENGTH_CAP:
        raise BadExpressionError(expression[:60])
    return _Parser(expression).whole()


def evaluate(expression: str, values: Mapping[str, Decimal] | None = None) -> Fraction:
    """The exact value. Raises UnknownVariableError, or BadExpressionError (also for a division by zero)."""
    return _value(parse(expression), values or {}, [])


def mentioned(expression: str) -> set[str]:
    """Names of variables in a text or an expression."""
    return set(MENTION.findall(expression))


def substitute(text: str, values: Mapping[str, Decimal]) -> str:
    """The text (or HTML) with every `@a` that has a value written as a number; other `@` stay."""

    def written(found: re.Match[str]) -> str:
        value = values.get(found[1])
        return found[0] if value is None else formats.number(value)

    return MENTION.sub(written, text) if values else text


def choices(variable: Variable) -> int:
    """How many values a variable may take: low, low + step, … up to high."""
    return int((variable.high - variable.low) // variable.step) + 1


def chosen(variable: Variable, index: int) -> Decimal:
    """The value at `index`, counted from 0."""
    return variable.low + variable.step * index


def read_variables(text: str) -> Iterator[Variable | str]:
    """`a = 10..50 bước 5, b = 2..4`: each a Variable, or the text that is no valid range."""
    for piece in re.split(r";|,\s*(?=[A-Za-z]\w*\s*=)", text):
        written = piece.strip()
        found = re.fullmatch(
            rf"({NAME})\s*=\s*([^.].*?)\s*\.\.\.?\s*(.*?)(?:\s*(?:bước|step)\s*(.*))?", written[:200]
        )
        numbers = (
            [read_number(one) if one else None for one in (found[2], found[3], found[4] or "1")]
            if found
            else []
        )
        low, high, step = numbers if len(numbers) == 3 else (None, None, None)
        if not found or low is None or high is None or step is None or step <= 0 or low > high:
            yield written
        else:
            yield Variable(name=found[1], low=low, high=high, step=step)


def extremes(variables: tuple[Variable, ...]) -> Iterator[dict[str, Decimal]]:
    """Every combination of lowest and highest values; at most 2 ** VARIABLES_CAP."""
    known = variables[:VARIABLES_CAP]
    bounds = [
        ((one.low, chosen(one, choices(one) - 1)) if one.low != one.high else (one.low,)) for one in known
    ]
    for values in product(*bounds):
        yield {variable.name: value for variable, value in zip(known, values, strict=True)}


def divisors(expression: str, values: Mapping[str, Decimal]) -> list[Fraction]:
    """What the expression divides by, in order; a zero ends it."""
    found: list[Fraction] = []
    with suppress(BadExpressionError):
        _value(parse(expression), values, found)
    return found


# --- Reading what an author wrote

_OPERATORS = {"−": "-", "–": "-", "×": "*", "÷": "/", ":": "/"}  # the rest stand for themselves
_WRITTEN = re.compile(rf"\s*(?:({NUMBER})|@({NAME})(?!\w)|([-+−–*×/÷:()]))", re.ASCII)


def _written(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while found := _WRITTEN.match(text, position):
        position = found.end()
        if found[1]:
            yield "number", _canonical(found[1]), position
        elif found[2]:
            yield "name", "@" + found[2], position
        else:
            yield "operator", _OPERATORS.get(found[3], found[3]), position


def _canonical(number: str) -> str:
    plain = number.replace(".", "").replace(",", ".").lstrip("0")
    return plain if plain[:1].isdigit() else f"0{plain}"


# --- Canonical expressions

Expression = Fraction | str | tuple[str, "Expression", "Expression"]
_TOKEN = re.compile(rf"\s*(\d{{1,40}}(?:\.\d{{1,40}})?|@{NAME}|[-+*/()])", re.ASCII)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        position = 0
        while found := _TOKEN.match(text, position):
            self.tokens.append(found[1])
            position = found.end()
        if text[position:].strip():
            raise BadExpressionError(text)
        self.at = 0

    def whole(self) -> Expression:
        tree = self.sum(0)
        if self.at != len(self.tokens):
            raise BadExpressionError(self.text)
        return tree

    def sum(self, depth: int) -> Expression:
        tree = self.product(depth)
        while (operator := self.take("+", "-")) is not None:
            tree = (operator, tree, self.product(depth))
        return tree

    def product(self, depth: int) -> Expression:
        tree = self.atom(depth)
        while (operator := self.take("*", "/")) is not None:
            tree = (operator, tree, self.atom(depth))
        return tree

    def atom(self, depth: int) -> Expression:
        if depth > DEPTH_CAP or self.at >= len(self.tokens):
            raise BadExpressionError(self.text)
        if self.take("-") is not None:
            return ("-", Fraction(0), self.atom(depth + 1))
        if self.take("+") is not None:
            return self.atom(depth + 1)
        if self.take("(") is not None:
            tree = self.sum(depth + 1)
            if self.take(")") is None:
                raise BadExpressionError(self.text)
            return tree
        token = self.tokens[self.at]
        self.at += 1
        if token.startswith("@"):
            return token[1:]
        if token[0].isdigit():
            return Fraction(token)
        raise BadExpressionError(self.text)

    def take(self, *wanted: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None


def _value(tree: Expression, values: Mapping[str, Decimal], divisors: list[Fraction]) -> Fraction:
    # The left spine of a long sum is walked by a loop: its depth is not bounded by DEPTH_CAP.
    spine: list[tuple[str, Expression]] = []
    while isinstance(tree, tuple):
        spine.append((tree[0], tree[2]))
        tree = tree[1]
    if isinstance(tree, str):
        if tree not in values:
            raise UnknownVariableError(tree)
        total = Fraction(values[tree])
    else:
        total = tree
    for operator, right in reversed(spine):
        other = _value(right, values, divisors)
        if operator == "+":
            total += other
        elif operator == "-":
            total -= other
        elif operator == "*":
            total *= other
        else:
            divisors.append(other)
            if other == 0:
                raise BadExpressionError("/ 0")
            total /= other
    return total

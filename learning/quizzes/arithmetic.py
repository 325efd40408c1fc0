"""Variables of a question: `@a` in a text, and in a bound's expression. Pure, exact."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from learning.vietnamese import formats

_NAME = re.compile(r"@([A-Za-z_]\w*)")
_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str, values: Mapping[str, Decimal]) -> Fraction:
    """The exact value of `@a * 3 * 0.99` (+ - * / and brackets). Raises ValueError for anything else."""
    source = _NAME.sub(r"\1", expression).strip()
    try:
        tree = ast.parse(source, mode="eval")
        return _value(tree.body, source, values)
    except (SyntaxError, KeyError, ZeroDivisionError, RecursionError) as error:
        raise ValueError(f"not an expression: {expression!r}") from error


def fill_in(html: str, values: Mapping[str, Decimal]) -> str:
    """`@a` in a text replaced by its value, written the Vietnamese way; unknown names stay."""
    if not values or "@" not in html:
        return html
    return _NAME.sub(lambda found: _written(found, values), html)


def _written(found: re.Match[str], values: Mapping[str, Decimal]) -> str:
    value = values.get(found[1])
    return found[0] if value is None else formats.number(value)


def _value(node: ast.expr, source: str, values: Mapping[str, Decimal]) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        # The digits as written: 0.1 is a tenth, not the nearest binary number.
        return Fraction(ast.get_source_segment(source, node) or "")
    if isinstance(node, ast.Name):
        return Fraction(values[node.id])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand, source, values)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and (apply := _OPERATORS.get(type(node.op))):
        return apply(_value(node.left, source, values), _value(node.right, source, values))
    raise ValueError(f"not arithmetic: {source!r}")

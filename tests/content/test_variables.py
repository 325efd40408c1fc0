"""Arithmetic of `Biến:` questions: exact, bounded, and nothing but + - * / ( )."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import Variable
from learning.content.variables import (
    BadExpressionError,
    UnknownVariableError,
    canonical,
    choices,
    chosen,
    evaluate,
    extremes,
    read_number,
    read_variables,
    substitute,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.500.000", "1500000"),
        ("1.500", "1500"),
        ("12,5", "12.5"),
        ("1.234,56", "1234.56"),
        ("-3", "-3"),
        ("0", "0"),
    ],
)
def test_numbers_are_vietnamese(written, value):
    assert read_number(written) == Decimal(value)


@pytest.mark.parametrize("written", ["1.5", "1.50", "1.5000", "1,5,2", "", "x", "1 000", "٣", "--1"])
def test_an_ambiguous_number_is_none(written):
    assert read_number(written) is None


def test_evaluation_is_exact():
    assert evaluate("1 / 3 * 3") == 1
    assert evaluate("- 2 * ( @a - 4 )", {"a": Decimal("1.5")}) == 5
    assert evaluate("2 + 3 * 4 - 6 / 2") == 11
    assert canonical("@a + 007 - 0,5 * 0") == ("@a + 7 - 0.5 * 0", "")
    assert canonical("@a × 1,5 ÷ (2 – 1) đồng") == ("@a * 1.5 / ( 2 - 1 )", "đồng")


@pytest.mark.parametrize(
    "expression",
    [
        "2 ** 3",
        "1 / 0",
        "__import__('os')",
        "@a.real",
        "f(2)",
        "( " * 30 + "1" + " )" * 30,
        "1 +" * 900 + "1",
    ],
)
def test_anything_else_is_refused(expression):
    with pytest.raises(BadExpressionError):
        evaluate(expression, {"a": Decimal(1)})


def test_an_unknown_variable_says_its_name():
    with pytest.raises(UnknownVariableError) as caught:
        evaluate("@x + 1", {"a": Decimal(1)})
    assert caught.value.args == ("x",)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_does_anything_but_evaluate_or_be_refused(text):
    for read in (canonical, evaluate):
        with suppress(BadExpressionError):
            read(text)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.integers(0, 10**6).map(str),
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map("({0[0]} {0[1]} {0[2]})".format),
        max_leaves=12,
    )
)
def test_the_value_is_that_of_arithmetic(expression):
    assert evaluate(expression) == Fraction(eval(expression))


def test_ranges_are_walked_by_their_step():
    variable = Variable(name="a", low=Decimal(10), high=Decimal(52), step=Decimal(5))
    assert choices(variable) == 9
    assert chosen(variable, 8) == 50
    assert list(extremes((variable,))) == [{"a": Decimal(10)}, {"a": Decimal(50)}]
    assert list(read_variables("a = 1..2; b = 0 .. 1.000 bước 0,5")) == [
        Variable(name="a", low=Decimal(1), high=Decimal(2)),
        Variable(name="b", low=Decimal(0), high=Decimal(1000), step=Decimal("0.5")),
    ]
    assert list(read_variables("a = 1..2 bước 0, b")) == ["a = 1..2 bước 0, b"]


def test_only_mentions_of_variables_are_replaced():
    values = {"a": Decimal("1234.50"), "b": Decimal(2)}
    assert substitute("@a và @b, không phải @c, x@a.vn hay @ab", values) == (
        "1.234,5 và 2, không phải @c, x@a.vn hay @ab"
    )

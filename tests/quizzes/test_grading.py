from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import Gap, Gaps, Number, Text
from learning.content.variables import BadExpressionError, evaluate, substitute
from learning.quizzes.grading import AmbiguousNumber, Ask, BadAnswer, grade, read_number
from tests.quizzes import every_kind

VALUES = {"a": Decimal(1500)}


def accepting(*accepted: str) -> Text:
    return Text(id="q", title="", prompt="", accepted=accepted)


def number(low: str, high: str, unit: str = "") -> Number:
    return Number(id="q", title="", prompt="", low=low, high=high, exact=low, unit=unit)


@pytest.mark.parametrize("question", every_kind.QUESTIONS, ids=lambda each: each.id)
def test_the_key_is_right_and_silence_is_not_answered(question):
    answer = every_kind.RIGHT.get(question.id, "4.500")
    for marking in ("partial", "all-or-nothing"):
        graded = grade(question, answer, marking=marking, values=VALUES)
        assert (graded.fraction, graded.verdict, graded.ask_again) == (1, "right", ())
    for nothing in (None, "", [], {}):
        assert grade(question, nothing, values=VALUES).verdict == "not_answered"
        assert grade(question, nothing, values=VALUES).canonical == ""


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        (["1"], "1/2"),
        (["1", "2"], "0"),
        (["1", "3", "2"], "1/2"),
        (["2", "4"], "0"),
        (["1", "2", "3", "4"], "0"),
    ],
)
def test_multiple_counts_right_less_wrong_but_not_below_nought(chosen, share):
    assert grade(every_kind.multiple, chosen).fraction == Fraction(share)
    assert grade(every_kind.multiple, chosen, marking="all-or-nothing").fraction == 0


@given(st.sets(st.sampled_from("1234"), min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_ticking_does_not_matter(chosen, random):
    first, second = sorted(chosen), sorted(chosen)
    random.shuffle(second)
    assert grade(every_kind.multiple, first) == grade(every_kind.multiple, second)


def test_match_gaps_and_order_give_the_share_that_is_right():
    assert grade(every_kind.match, {"1": "1", "2": "3"}).fraction == Fraction(1, 2)
    assert grade(every_kind.match, {"1": "1", "2": ""}).verdict == "partly"
    assert grade(every_kind.gaps, {"1": "30"}).fraction == Fraction(1, 2)
    assert grade(every_kind.gaps, {"1": "", "2": None}).verdict == "not_answered"
    assert grade(every_kind.order, ["2", "3", "4", "1"]).fraction == Fraction(2, 3)
    assert grade(every_kind.order, ["4", "3", "2", "1"]).verdict == "wrong"
    assert grade(every_kind.order, ["1", "2"]).fraction == Fraction(1, 3)


@pytest.mark.parametrize("typed", ["Hóa đơn", "  hoá   ĐƠN. ", "“hóa đơn”", "ho\u0301a đơn", "hóa\u200b đơn"])
def test_case_spaces_marks_at_the_edge_and_tone_placement_are_forgiven(typed):
    assert grade(accepting("hóa đơn"), typed).verdict == "right"


@pytest.mark.parametrize("typed", ["hoa don", "hóa đon", "hòa đơn"])
def test_right_but_for_diacritics_is_asked_again_and_then_wrong(typed):
    graded = grade(accepting("hóa đơn"), typed)
    assert (graded.verdict, graded.ask_again) == ("wrong", (Ask("", "diacritics"),))


def test_a_gap_is_asked_again_by_its_own_key():
    gaps = Gaps(
        id="q", title="", prompt="", gaps=(Gap(key="1", accepted=("xã",)), Gap(key="2", accepted=("sở",)))
    )
    assert grade(gaps, {"1": "xa", "2": "sở"}).ask_again == (Ask("1", "diacritics"),)


def test_another_word_is_wrong_without_a_question():
    assert grade(accepting("hóa đơn"), "biên lai").ask_again == ()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.500", "1500"),
        ("12,5", "12.5"),
        ("1.500.000,25", "1500000.25"),
        ("1,500", "1.5"),
        ("1 500 000", "1500000"),
        ("1\u00a0500", "1500"),
        (" 20 ", "20"),
        ("20.", "20"),
        ("-3", "-3"),
        ("\u22123,5", "-3.5"),
        ("+7", "7"),
        (",5", "0.5"),
        ("007", "7"),
        ("1500000", "1500000"),
    ],
)
def test_numbers_are_read_the_vietnamese_way(typed, value):
    assert read_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["1.5", "1.50", "12.5", "0.500", "1,500,000", "1,500.5", "1500.5", "1.5000", ".5"]
)
def test_digits_whose_marks_may_mean_either_are_asked_again(typed):
    with pytest.raises(AmbiguousNumber):
        read_number(typed)
    graded = grade(number("0", "9999999"), typed)
    assert (graded.verdict, graded.ask_again) == ("wrong", (Ask("", "ambiguous_number"),))


@pytest.mark.parametrize(
    "typed", ["hai mươi", "20 giờ", "20 20 ngày", "--3", "1e3", "NaN", "Infinity", ".", "٣ ٤", "9" * 1900]
)
def test_what_is_no_number_is_wrong(typed):
    graded = grade(number("0", "9", unit="ngày"), typed)
    assert (graded.verdict, graded.ask_again) == ("wrong", ())


@pytest.mark.parametrize("typed", ["20 ngày", "20ngày", "20 NGÀY.", "20 ngay", "20", 20, 20.0, "20,0"])
def test_the_unit_may_be_typed_or_not(typed):
    assert grade(number("20", "20", unit="ngày"), typed).verdict == "right"


def test_a_number_of_json_is_exact():
    assert grade(number("0.3", "0.3"), 0.3).verdict == "right"
    assert grade(number("12.5", "12.5"), 12.5).canonical == '"12.5"'
    assert grade(number("12.5", "12.5"), "12,50").canonical == '"12.5"'


def test_bounds_are_exact_arithmetic_over_the_variables():
    assert grade(every_kind.number, "4.545", values=VALUES).verdict == "right"
    assert grade(every_kind.number, "4.545,01", values=VALUES).verdict == "wrong"
    assert evaluate("(@a - 1) / 3 + -0.1", {"a": Decimal("1.3")}) == 0
    assert substitute("<p>@a và @b</p>", {"a": Decimal("1500.5")}) == "<p>1.500,5 và @b</p>"


@pytest.mark.parametrize("name", ["if", "class", "lambda", "None", "x1"])
def test_a_variable_may_have_any_name(name):
    asked = number(f"@{name} * 2", f"@{name} * 2")
    assert grade(asked, "14", values={name: Decimal(7)}).verdict == "right"


@pytest.mark.parametrize(
    "expression", ["", "a +", "__import__('os')", "@b", "2 ** 9", "1 / (@a - @a)", "(" * 900]
)
def test_nothing_but_arithmetic_is_evaluated(expression):
    with pytest.raises(BadExpressionError):
        evaluate(expression, {"a": Decimal(1)})


BAD = [
    True,
    1,
    "x",
    "9",
    ["9"],
    ["1", "1"],
    ["x"] * 10_000,
    [["1"]],
    [None],
    {"9": "1"},
    {"1": ["1"]},
    {"1": {"1": 1}},
]
BAD += [float("nan"), float("inf"), 10**400, 1e300, 1e-300, "9" * 10_000, "\ud800", [{}], {"": "1"}, object()]


@pytest.mark.parametrize("question", every_kind.QUESTIONS, ids=lambda each: each.id)
@pytest.mark.parametrize("answer", BAD, ids=lambda each: repr(each)[:20])
def test_a_malformed_answer_is_refused_by_name_and_never_crashes(question, answer):
    try:
        assert 0 <= grade(question, answer, values=VALUES).fraction <= 1
    except BadAnswer as bad:
        assert bad.question == question.id


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from("1234"),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from("1234") | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from(every_kind.QUESTIONS), json_values, st.sampled_from(["partial", "all-or-nothing"]))
@settings(max_examples=100)
def test_any_json_is_graded_between_nought_and_one_or_refused(question, answer, marking):
    try:
        graded = grade(question, answer, marking=marking, values=VALUES)
    except BadAnswer:
        return
    assert 0 <= graded.fraction <= 1
    assert (graded.fraction == 1) == (graded.verdict == "right")
    assert graded.verdict != "partly" or marking == "partial"
    graded.canonical.encode()

"""Marks by criteria: which there are to choose from, and what they come to."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import Criterion
from learning.quizzes import rubrics
from learning.quizzes.rubrics import BadMark

points = st.decimals(min_value="0.01", max_value="100", places=2)
criteria = st.lists(points.map(lambda one: Criterion(html="Nêu đúng", points=one)), min_size=1, max_size=8)


@given(points)
def test_the_steps_go_by_halves_from_nothing_to_all(most: Decimal) -> None:
    steps = rubrics.steps(most)
    assert steps[0] == 0 and steps[-1] == most
    assert list(steps) == sorted(set(steps))
    assert all(step % rubrics.STEP == 0 for step in steps[:-1])
    assert all(after - before <= rubrics.STEP for before, after in pairwise(steps))


@given(criteria, st.data())
def test_the_share_is_the_sum_of_the_marks_over_the_sum_of_the_points(
    asked: list[Criterion], data: st.DataObject
) -> None:
    marks = [data.draw(st.sampled_from(rubrics.steps(one.points))) for one in asked]
    share = rubrics.share(asked, marks)
    assert 0 <= share <= 1
    assert share * Fraction(sum(one.points for one in asked)) == Fraction(sum(marks))
    assert (share == 1) == (marks == [one.points for one in asked])


@given(criteria, st.data())
def test_more_for_one_criterion_is_never_less_in_all(asked: list[Criterion], data: st.DataObject) -> None:
    marks = [data.draw(st.sampled_from(rubrics.steps(one.points))) for one in asked]
    place = data.draw(st.integers(0, len(asked) - 1))
    better = [*marks[:place], asked[place].points, *marks[place + 1 :]]
    assert rubrics.share(asked, better) >= rubrics.share(asked, marks)


@given(criteria, st.data())
def test_what_was_chosen_is_read_as_it_was_shown(asked: list[Criterion], data: st.DataObject) -> None:
    marks = tuple(data.draw(st.sampled_from(rubrics.steps(one.points))) for one in asked)
    comma = data.draw(st.booleans())
    typed = [str(mark).replace(".", ",") if comma else str(mark) for mark in marks]
    assert rubrics.read(asked, typed, [""] * len(asked)) == (marks, ("",) * len(asked))


@settings(max_examples=100)
@given(st.text(max_size=20))
def test_a_mark_is_a_step_or_it_is_refused(typed: str) -> None:
    asked = [Criterion(html="Nêu đúng", points=Decimal("1.5"))]
    try:
        [mark], _ = rubrics.read(asked, [typed], [])
    except BadMark as bad:
        assert bad.place == 0 and bad.code in ("mark", "no_mark")
    else:
        assert mark in (Decimal("0"), Decimal("0.5"), Decimal("1"), Decimal("1.5"))


@pytest.mark.parametrize("typed", ["-1", "2", "0.25", "NaN", "Infinity", "1e400", "một"])
def test_what_is_no_step_of_the_criterion_is_refused(typed: str) -> None:
    with pytest.raises(BadMark) as refused:
        rubrics.read([Criterion(html="Nêu đúng", points=Decimal("1.5"))], [typed], [])
    assert refused.value.code == "mark"


def test_a_criterion_without_a_mark_is_refused_by_its_place() -> None:
    asked = [Criterion(html="Một", points=Decimal(1)), Criterion(html="Hai", points=Decimal(1))]
    with pytest.raises(BadMark) as refused:
        rubrics.read(asked, ["1"], [])
    assert (refused.value.place, refused.value.code) == (1, "no_mark")


def test_a_remark_keeps_its_lines_and_nothing_that_does_not_print() -> None:
    asked = [Criterion(html="Một", points=Decimal(1))]
    assert rubrics.read(asked, ["1"], ["  Thiếu\u200b căn  cứ.\r\n\r\nXem Điều 16.\0 "])[1] == (
        "Thiếu căn cứ.\n\nXem Điều 16.",
    )
    with pytest.raises(BadMark) as refused:
        rubrics.read(asked, ["1"], ["x" * (rubrics.LONGEST_REMARK + 1)])
    assert refused.value.code == "remark"

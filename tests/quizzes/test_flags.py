"""What asks for a second look: each rule by itself, its limits, and which comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.quizzes.figures import ItemFigures, QuizFigures
from learning.quizzes.flags import EASY, FEWEST, HARD, ORDER, UNSURE, Flag, flags, inconsistent, worst_first
from learning.quizzes.thirds import Choice, Thirds

FINE = ItemFigures("a", 200, 70.0, 45.0, 40.0, 60.0, 5.0, 5.0, 25.0)
QUIZ = QuizFigures(200, 70.0, 70.0, 14.0, -0.4, 0.1, 80.0, 45.0, 6.3)


def choice(key: str, right: bool, thirds: Thirds) -> Choice:
    return Choice(key, f"Phương án {key}", right, sum(thirds), None, thirds)


CHOICES = (choice("1", True, (60, 50, 30)), choice("2", False, (5, 10, 25)), choice("3", False, (2, 6, 12)))


def kinds(
    measured: ItemFigures = FINE, choices: tuple[Choice, ...] = CHOICES, kind: str = "single"
) -> list[str]:
    return [flag.kind for flag in flags(kind, measured, choices, 67)]


def test_a_good_question_is_left_alone() -> None:
    assert kinds() == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"discrimination_index": -20.0}, "negative"),
        ({"facility": 28.0, "discrimination_index": 15.0}, "guessing"),
        ({"facility": 28.0}, "hard"),  # the good ones are right: nobody guessed
        ({"facility": 38.0}, "hard"),
        ({"discrimination_index": 4.0}, "weak"),
        ({"facility": 97.0}, "easy"),
    ],
)
def test_each_rule_by_itself(changed: dict[str, float], kind: str) -> None:
    assert kinds(replace(FINE, **changed)) == [kind]


def test_an_option_that_nobody_took() -> None:
    unused = (*CHOICES[:2], choice("3", False, (0, 0, 0)), choice("4", False, (0, 0, 0)))
    assert flags("single", FINE, unused, 67) == (Flag("unused", ("Phương án 3", "Phương án 4")),)
    assert kinds(choices=unused, kind="multiple") == ["unused"]
    assert kinds(replace(FINE, attempts=UNSURE - 1), unused) == []  # few people leave some option free
    assert kinds(replace(FINE, facility=99.0), unused) == ["easy"]  # who all know need no other
    assert kinds(choices=(choice("x", False, (0, 0, 0)),), kind="match") == []


def test_a_wrong_option_that_the_best_third_prefers() -> None:
    wrong = (
        choice("1", True, (20, 30, 30)),
        choice("2", False, (41, 30, 20)),
        choice("3", False, (6, 6, 12)),
    )
    measured = replace(FINE, facility=40.0, discrimination_index=-15.0)
    assert flags("single", measured, wrong, 67) == (
        Flag("key", ("Phương án 2",), 41, 67),
        Flag("negative"),
    )
    assert "key" not in kinds(measured, wrong, "multiple")  # where several may be taken, none is preferred
    fewer = (choice("1", True, (2, 90, 0)), choice("2", False, (3, 20, 20)))
    # Three of five are the most of a third; three of four are four people.
    assert [flag.kind for flag in flags("single", measured, fewer, 5)] == ["key", "negative"]
    assert [flag.kind for flag in flags("single", measured, fewer, 4)] == ["negative"]


def test_a_wrong_option_that_most_prefer() -> None:
    popular = (
        choice("1", True, (40, 10, 10)),
        choice("2", False, (27, 50, 50)),
        choice("3", False, (0, 6, 7)),
    )
    assert flags("true-false", replace(FINE, facility=30.0), popular, 67) == (
        Flag("popular", ("Phương án 2",), 127, 200),
    )
    assert kinds(replace(FINE, facility=30.0), popular, "multiple") == ["hard"]


def test_what_a_wrong_key_explains_is_not_said_again() -> None:
    assert kinds(replace(FINE, facility=20.0, discrimination_index=-30.0)) == ["negative"]


def test_a_little_below_nothing_is_chance() -> None:
    few = replace(FINE, attempts=16)
    assert kinds(replace(few, discrimination_index=-24.0)) == []
    assert kinds(replace(few, discrimination_index=-25.0)) == ["negative"]  # 1/√16
    assert kinds(replace(FINE, attempts=5000, discrimination_index=-2.0)) == ["negative"]


@pytest.mark.parametrize("guess", [None, 0.0])
def test_what_cannot_be_guessed_is_hard(guess: float | None) -> None:
    assert kinds(replace(FINE, facility=3.0, guess_score=guess)) == ["hard"]


measures = st.builds(
    ItemFigures,
    question=st.just("a"),
    attempts=st.integers(0, 300),
    facility=st.floats(0, 100),
    standard_deviation=st.just(10.0),
    discrimination_index=st.none() | st.floats(-100, 100),
    discriminative_efficiency=st.none(),
    intended_weight=st.none(),
    effective_weight=st.none(),
    guess_score=st.none() | st.floats(0, 100),
)
counts = st.tuples(*[st.integers(0, 20)] * 3)
answers = st.lists(counts, min_size=1, max_size=5).map(
    lambda many: tuple(choice(str(n), n == 0, thirds) for n, thirds in enumerate(many))
)


@given(measures, answers, st.integers(0, 60), st.sampled_from(["single", "true-false", "multiple", "order"]))
def test_the_laws_of_flags(measured: ItemFigures, choices: tuple[Choice, ...], upper: int, kind: str) -> None:
    found = flags(kind, measured, choices, upper)
    names = [flag.kind for flag in found]
    assert not found or measured.attempts >= FEWEST
    assert names == sorted(set(names), key=ORDER.index)
    assert not {"easy", "hard"} <= set(names) and not {"easy", "unused"} <= set(names)
    assert measured.attempts < FEWEST or (measured.facility or 0) <= EASY or "easy" in names
    if measured.attempts >= FEWEST and (measured.facility or 0) < HARD:
        assert found  # what most get wrong is never passed over
    for flag in found:
        if flag.kind == "key":
            assert flag.of >= 5 and flag.count > choices[0].thirds[0]
        if flag.kind == "popular":
            assert flag.count > choices[0].chosen and "key" not in names
        if flag.kind == "unused":
            assert len(flag.options) == sum(not one.right and not one.chosen for one in choices)


@given(st.lists(st.tuples(measures, answers), max_size=6))
def test_the_worst_comes_first(many: list[tuple[ItemFigures, tuple[Choice, ...]]]) -> None:
    found = [(flags("single", measured, choices, 20), measured) for measured, choices in many]
    ordered = sorted(found, key=lambda one: worst_first(*one))
    ranks = [ORDER.index(flags_[0].kind) if flags_ else len(ORDER) for flags_, _measured in ordered]
    assert ranks == sorted(ranks)


def test_a_quiz_that_does_not_tell_people_apart() -> None:
    assert inconsistent(replace(QUIZ, internal_consistency=63.9))
    assert inconsistent(replace(QUIZ, internal_consistency=-12.0))
    assert not inconsistent(QUIZ)
    assert not inconsistent(replace(QUIZ, internal_consistency=None))
    assert not inconsistent(replace(QUIZ, attempts=UNSURE - 1, internal_consistency=20.0))

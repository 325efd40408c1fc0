"""What is promised of the courses in `courses/`, held over all of them (figures.py says what each figure means).

What a lesson weighs on the wire is in tests/study/test_weight.py.
"""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from learning.settings import ROOT
from tests.content import figures
from tests.content.figures import Library, Miss

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def library() -> Library:
    return figures.read(ROOT / "courses", ROOT / figures.REVIEW, TODAY)


def none(figure: Callable[[Library], Iterator[Miss]], library: Library) -> bool:
    """Whether nothing misses a figure; says what does."""
    misses = sorted(set(figure(library)))
    assert not misses, "\n" + "\n".join(map(str, misses))
    return True


def test_the_checker_has_nothing_to_say(library: Library) -> None:
    assert none(figures.faults, library)


def test_there_are_as_many_lessons_questions_and_kinds_as_promised(library: Library) -> None:
    assert none(figures.amounts, library)


def test_every_course_promised_is_there(library: Library) -> None:
    assert none(figures.missing_courses, library)


def test_every_field_shows_a_lesson_in_english(library: Library) -> None:
    assert none(figures.without_english, library)


def test_every_exam_is_drawn_from_a_pool_of_its_own(library: Library) -> None:
    assert none(figures.pools, library)


def test_every_course_has_a_scenario_that_branches(library: Library) -> None:
    assert none(figures.scenarios, library)


def test_every_course_has_a_pretest_of_three(library: Library) -> None:
    assert none(figures.pretests, library)


def test_every_lesson_is_sourced_and_dated(library: Library) -> None:
    assert none(figures.undated, library)


def test_every_document_cited_is_registered_with_issuer_and_date(library: Library) -> None:
    assert none(figures.unregistered, library)


def test_every_lesson_takes_three_to_five_minutes(library: Library) -> None:
    assert none(figures.lengths, library)


def test_sentences_are_short(library: Library) -> None:
    assert none(figures.long_sentences, library)


def test_numbers_and_dates_are_vietnamese(library: Library) -> None:
    assert none(figures.foreign_numbers, library)


def test_every_option_is_explained(library: Library) -> None:
    assert none(figures.unexplained, library)


def test_no_option_speaks_of_the_others(library: Library) -> None:
    assert none(figures.catch_alls, library)


def test_the_place_of_the_key_tells_nothing(library: Library) -> None:
    assert none(figures.key_places, library)


def test_the_length_of_the_key_tells_nothing(library: Library) -> None:
    assert none(figures.key_lengths, library)


def test_pictures_are_light_and_told_in_words(library: Library) -> None:
    assert none(figures.pictures, library)


def test_numbers_of_documents_do_not_break(library: Library) -> None:
    assert none(figures.broken_numbers, library)


def test_every_lesson_has_its_parts(library: Library) -> None:
    assert none(figures.without_parts, library)


def test_the_place_of_the_best_choice_in_a_scenario_tells_nothing(library: Library) -> None:
    assert none(figures.decision_places, library)


def test_the_length_of_the_best_choice_in_a_scenario_tells_nothing(library: Library) -> None:
    assert none(figures.decision_lengths, library)


def test_every_course_can_be_signed_off_lesson_by_lesson(library: Library) -> None:
    assert none(figures.unreviewed, library)


def test_every_claim_has_a_document_and_an_address(library: Library) -> None:
    assert none(figures.unsourced, library)

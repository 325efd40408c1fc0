"""Which right answers may lie on a phone: hardest where something hangs on them."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import Course, Page, Question, Single
from learning.quizzes import grading, papers, travelling
from tests import make
from tests.quizzes import every_kind

EVERY = make.lesson("bai-1", *every_kind.QUESTIONS, every_kind.written)


def course(page: Page, **more: Any) -> Course:
    return make.course(page, **more)


def free(page: Page, *exams: Page, **more: Any) -> frozenset[str]:
    return travelling.free(page, [course(page, **more)], exams)


def test_questions_that_no_exam_asks_are_free() -> None:
    page = make.lesson("bai-1", make.single("a"), make.single("b"))
    assert free(page, make.exam()) == {"a", "b"}


def test_nothing_is_free_where_the_course_rests_on_lessons_alone() -> None:
    page = make.lesson("bai-1", make.single("a"))
    assert free(page, completion="lessons") == set()
    assert free(page, completion="lessons", certificate=False) == set()
    assert free(page, exam=None) == set()
    assert free(page, completion="exam") == {"a"}


def test_one_release_that_rests_on_lessons_alone_is_enough_to_keep_all() -> None:
    page = make.lesson("bai-1", make.single("a"))
    courses = [course(page), course(page, completion="lessons")]
    assert travelling.free(page, courses, []) == set()


@pytest.mark.parametrize("show", ["when-passed", "never"])
def test_nothing_is_free_of_a_quiz_that_does_not_tell(show: str) -> None:
    page = make.lesson("bai-1", quiz=make.quiz(make.single("a"), show_answers=show))
    assert free(page) == set()


def test_nothing_of_an_exam_is_ever_free() -> None:
    exam = make.exam(make.single("a"))
    assert travelling.free(exam, [course(make.lesson("bai-1", make.single("b")), exam=exam)], []) == set()


def test_the_exam_of_another_course_keeps_a_question_too() -> None:
    page = make.lesson("bai-1", make.single("a"), make.single("b"))
    assert free(page, make.exam(), make.exam(make.single("b"))) == {"a"}


@pytest.mark.parametrize(
    "prompt",
    [
        "<p>Hỏi a?</p>",
        "<p><strong>HỎI</strong>  a ?</p>\n",
        "<p>Hoi a</p>",
        "<div><p>hỏi</p> <em>A</em></div>",
    ],
)
def test_the_same_text_under_another_id_keeps_it_however_it_is_marked_up(prompt: str) -> None:
    page = make.lesson("bai-1", make.single("a"), make.single("b"))
    copied = msgspec.structs.replace(make.single("other"), prompt=prompt)
    assert free(page, make.exam(copied)) == {"b"}


def test_questions_that_are_a_picture_are_told_apart_by_it() -> None:
    def pictured(id: str, address: str) -> Single:
        return msgspec.structs.replace(make.single(id), prompt=f'<p><img src="{address}" alt=""></p>')

    page = make.lesson("bai-1", pictured("a", "/media/1.png"), pictured("b", "/media/2.png"))
    assert free(page, make.exam(pictured("c", "/media/2.png"))) == {"a"}


def test_a_question_that_a_pool_of_the_lesson_asks_in_the_exams_words_is_kept() -> None:
    question = make.single("a")
    reworded = msgspec.structs.replace(question, prompt="<p>Hỏi khác?</p>")
    page = make.lesson("bai-1", quiz=make.quiz(question))
    assert page.quiz is not None
    section = page.quiz.sections[0]
    page = msgspec.structs.replace(
        page,
        quiz=msgspec.structs.replace(
            page.quiz, sections=(section, msgspec.structs.replace(section, questions=(reworded,)))
        ),
    )
    assert free(page, make.exam(msgspec.structs.replace(reworded, id="x"))) == set()


NAMES = [f"q{n}" for n in range(6)]
ids = st.sets(st.sampled_from(NAMES), min_size=1)


@given(
    lesson=ids,
    exams=st.lists(ids, max_size=3),
    renamed=st.booleans(),
    completion=st.sampled_from(["lessons", "exam", "lessons+exam"]),
    show=st.sampled_from(["at-once", "after-submission", "when-passed", "never"]),
    with_exam=st.booleans(),
    seed=st.text("0123456789abcdef", min_size=8, max_size=8),
)
@settings(max_examples=100)
def test_whatever_the_course_no_exams_answer_is_in_what_travels(
    lesson: set[str],
    exams: list[set[str]],
    renamed: bool,
    completion: Any,
    show: Any,
    with_exam: bool,
    seed: str,
) -> None:
    page = make.lesson(
        "bai-1", quiz=make.quiz(*(make.single(id) for id in sorted(lesson)), show_answers=show)
    )
    sat = [make.exam(*(_copy(id, renamed) for id in sorted(exam))) for exam in exams]
    taught = course(page, completion=completion, exam=sat[0] if sat and with_exam else None)
    allowed = travelling.free(page, [taught], sat)
    paper = papers.draw(page, seed)
    text = json.dumps(travelling.keys(paper, page, allowed), ensure_ascii=False)
    asked = set().union(*exams)
    assert allowed <= lesson - asked
    for id in NAMES:
        assert (f"của {id}" in text or f"Giải thích {id}" in text) == (id in allowed)
    strict = completion == "lessons" or taught.exam is None or show in ("when-passed", "never")
    assert allowed == (set() if strict else lesson - asked)


def _copy(id: str, renamed: bool) -> Question:
    question = make.single(id)
    return msgspec.structs.replace(question, id=f"exam-{id}") if renamed else question


@given(seed=st.text("0123456789abcdef", min_size=8, max_size=8))
@settings(max_examples=50)
def test_what_a_key_calls_right_is_graded_right(seed: str) -> None:
    paper = papers.draw(EVERY, seed)
    keys = travelling.keys(paper, EVERY, [item["question"] for item in paper])
    known = papers.asked(paper, EVERY)
    for item in paper:
        question, key = known[item["question"]], keys[item["question"]]
        if item["kind"] == "written":
            assert set(key) == {"explanation", "feedback"}
        elif item["kind"] == "number":
            assert (
                grading.grade(question, (key["low"] + key["high"]) / 2, values=papers.values(item)).fraction
                == 1
            )
            assert key["low"] < key["high"]
        else:
            given = papers.to_keys(item, key["right"])
            assert grading.grade(question, given, values=papers.values(item)).fraction == 1


def test_a_key_speaks_the_papers_own_ids_and_numbers() -> None:
    paper = papers.draw(EVERY, "seed")
    item = next(each for each in paper if each["question"] == "mot")
    key = travelling.keys(paper, EVERY, ["mot", "so"])
    names = {own: drawn for drawn, own in item["options"]}
    assert key["mot"]["right"] == names["1"]
    assert key["mot"]["feedback"][names["2"]] == "<p>Phản hồi 2 của mot</p>"
    assert "@a" not in json.dumps(key["so"])
    assert set(key) == {"mot", "so"}

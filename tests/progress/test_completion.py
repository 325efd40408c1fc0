import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.model import Page
from learning.progress.completion import fulfilled, next_page, required
from tests import make

PAGES = (
    make.lesson("bai-1", make.single()),
    make.lesson("bai-2"),
    Page(slug="th", id="th", title="", kind="scenario"),
)
LESSONS, EXAM = {"id-bai-1", "id-bai-2"}, {"exam"}


@pytest.mark.parametrize(
    ("completion", "needed"), [("lessons", LESSONS), ("exam", EXAM), ("lessons+exam", LESSONS | EXAM)]
)
def test_the_rule_counts_lessons_and_exam_and_never_a_scenario(completion, needed):
    course = make.course(*PAGES, completion=completion)
    assert set(required(course)) == needed
    assert fulfilled(course, needed)
    for page in needed:
        assert not fulfilled(course, needed - {page})


@given(
    st.sets(st.sampled_from([*LESSONS, *EXAM, "th", "khác"])),
    st.sampled_from(["lessons", "exam", "lessons+exam"]),
)
def test_more_done_never_undoes(done, completion):
    course = make.course(*PAGES, completion=completion)
    assert not fulfilled(course, done) or fulfilled(course, done | {"th"} | LESSONS | EXAM)


def test_a_course_that_asks_nothing_is_not_done_by_itself():
    assert not fulfilled(
        make.course(Page(slug="th", id="th", title="", kind="scenario"), completion="lessons"), ()
    )


def test_the_next_page_is_the_first_lesson_not_done_then_the_exam():
    course = make.course(*PAGES)
    assert next_page(course, ()).slug == "bai-1"
    assert next_page(course, {"id-bai-1"}).slug == "bai-2"
    assert next_page(course, LESSONS).slug == "exam"
    assert next_page(course, LESSONS | EXAM) is None

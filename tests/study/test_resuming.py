"""Going on where one stopped: one tap from the start page or the course to the very question; and true progress."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import Course
from learning.quizzes.models import Attempt
from tests import make
from tests.study.conftest import Reader

COURSE = "/courses/finance/sample"


@pytest.fixture
def course(publish: Callable[..., Course]) -> Course:
    questions = [make.single(f"cau-{n}") for n in range(1, 5)]
    return publish(make.course(make.lesson("bai-1", *questions), make.lesson("bai-2", make.single("cau-5"))))


def begun(reader: Reader, *answered: int) -> str:
    """An attempt at the first lesson with these questions answered, in this order; its address."""
    reader.open(f"{COURSE}/bai-1/quiz")
    reader.press()
    address = reader.path
    for place in answered:
        reader.open(address, query_string={"q": place})
        radio = reader.page.find(".//main//form//input[@type='radio']")
        assert radio is not None
        reader.press({"answer": radio.get("value")})
    return address


def tap(reader: Reader, page: str) -> str:
    """Follows the page's one way on; the number of the question it leads to."""
    link = next(
        one
        for one in reader.open(page).findall(".//main//a[@class='button']")
        if "Làm tiếp" in "".join(one.itertext())
    )
    reader.open(link.get("href", ""))
    return reader.reply.request.args.get("q", "")


@pytest.mark.parametrize("page", ["/", COURSE])
@pytest.mark.parametrize(
    ("answered", "question"),
    [((), "1"), ((1,), "2"), ((1, 2, 3), "4"), ((1, 3), "4"), ((3, 4), "1"), ((1, 2, 3, 4), "all")],
)
def test_one_tap_leads_to_the_question_where_one_stopped(
    reader: Reader, course: Course, page: str, answered: tuple[int, ...], question: str
) -> None:
    address = begun(reader, *answered)
    assert tap(reader, page) == question
    assert reader.path == address


def test_what_is_handed_in_is_not_gone_on_with(reader: Reader, course: Course, session: Session) -> None:
    begun(reader, 1, 2, 3, 4)
    reader.open(reader.path, query_string={"q": "all"})
    reader.press()
    assert session.scalars(select(Attempt.state)).all() == ["submitted"]
    session.rollback()
    reader.open("/")
    assert "Làm tiếp" not in reader.text


def test_progress_counts_what_is_done_and_nothing_else(reader: Reader, course: Course) -> None:
    begun(reader, 1, 2, 3)
    bar = reader.open(COURSE).find(".//main//progress")
    assert bar is not None
    assert (bar.get("value"), bar.get("max")) == ("0", "2")

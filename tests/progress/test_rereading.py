"""A lesson rewritten after it was done is said to be, until it is read again; what was done stays done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library.catalogue import Published
from learning.progress import queries, rereading
from tests import make, statements
from tests.quizzes.conftest import drawn

DAY = timedelta(days=1)
OLD, NEW = "<p>Nội dung cũ của bài này</p>", "<p>Điều khác hẳn được viết ở đây</p>"


@pytest.fixture
def person(session: Session) -> Person:
    return make.person(session)


@pytest.fixture
def release(session: Session, now: datetime) -> Callable[..., Published]:
    """A release some days from now, with the texts of the lesson that has a question and of the other."""

    def release(days: int, first: str = OLD, second: str = OLD, **more: object) -> Published:
        pages = (make.lesson("bai-1", make.single(), html=first), make.lesson("bai-2", html=second))
        course = make.course(*pages, completion="lessons", **more)
        return make.publish(session, course, now=now + days * DAY)

    return release


@pytest.fixture
def read(session: Session, now: datetime, person: Person) -> Callable[..., None]:
    def read(published: Published, days: int) -> None:
        page = published.course.page("bai-2")
        outcomes.mark_read(session, now + days * DAY, make.ZONE, person.id, published, page)

    return read


@pytest.fixture
def passes(session: Session, now: datetime, person: Person) -> Callable[..., None]:
    def passes(published: Published, days: int, option: str = "1") -> None:
        at = now + days * DAY
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, "bai-1")
        answers = {"cau-1": drawn(attempt, "cau-1", option)}
        outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4()))

    return passes


@pytest.fixture
def told(session: Session, now: datetime, person: Person) -> Callable[..., dict[str, int]]:
    """Lesson id → the day on which it was rewritten, as it is said on a day."""

    def told(published: Published, days: int) -> dict[str, int]:
        found = rereading.rewritten(session, now + days * DAY, person.id, published)
        return {page: (one.at - now).days for page, one in found.items()}

    return told


def test_who_had_done_it_is_told_until_they_do_it_again(session, person, release, read, passes, told):
    first = release(0)
    read(first, 1)
    passes(first, 1)
    assert told(first, 2) == {}
    second = release(3, NEW, NEW)
    assert told(second, 4) == {"id-bai-1": 3, "id-bai-2": 3}
    read(second, 5)
    passes(second, 5, option="2")  # not passed
    assert told(second, 6) == {"id-bai-1": 3}
    passes(second, 7)
    assert told(second, 8) == {}
    state = queries.course_state(session, person.id, second)
    assert (state.state, state.done_lessons) == ("done", 2)


def test_it_is_said_for_ninety_days_and_of_the_last_time(release, read, told):
    first = release(0)
    read(first, 1)
    release(10, OLD, NEW)
    third = release(20, OLD, OLD)
    assert told(third, 21) == {"id-bai-2": 20}
    assert told(third, 110) == {"id-bai-2": 20}
    assert told(third, 111) == {}


def test_a_course_may_ask_to_read_again_for_as_long_as_that_takes(session, now, person, release, read, told):
    first = release(0)
    read(first, 1)
    second = release(3, OLD, NEW, read_again=True)
    [one] = rereading.rewritten(session, now + 400 * DAY, person.id, second).values()
    assert one == rereading.Rewritten(now + 3 * DAY, asked=True)
    assert queries.course_state(session, person.id, second).pages["id-bai-2"] == "done"
    read(second, 401)
    assert told(second, 402) == {}
    third = release(500, OLD, OLD, read_again=True)
    assert told(third, 501) == {"id-bai-2": 500}


def test_who_did_it_after_that_or_never_did_it_is_told_nothing(release, read, told):
    release(0)
    second = release(3, NEW, NEW)
    assert told(second, 4) == {}
    read(second, 4)
    assert told(second, 5) == {}


def test_a_few_words_and_another_title_are_no_rewriting(release, read, told):
    words = " ".join(f"từ{number}" for number in range(100))
    first = release(0, OLD, words)
    read(first, 1)
    assert told(release(2, OLD, words.replace("từ7 ", "chữ ")), 3) == {}


def test_a_course_that_was_never_rewritten_costs_no_statement(session, person, release, read, told):
    published = release(0)
    read(published, 1)
    with statements.sent(session.get_bind().engine) as made:
        assert told(published, 2) == {}
    assert made == []

"""What is begun and given to be taken along."""

from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Course
from learning.quizzes.models import Attempt
from learning.sync import packs
from learning.sync.packs import Taken
from tests import make
from tests.sync.test_events import ZONE, new_id


@pytest.fixture
def person(session: Session) -> Person:
    return make.person(session, "hocvien")


def take(session: Session, person: Person, course: Course | None = None, *, exam: bool = False) -> Taken:
    published = make.publish(session, course)
    return packs.take(session, make.NOW, ZONE, person.id, published, exam=exam)


def how(taken: Taken) -> dict[str, str]:
    return {page.slug: page.offline for page in taken.pages}


def test_lessons_are_begun_and_what_is_only_read_is_named(session: Session, person: Person) -> None:
    taken = take(session, person)
    assert how(taken) == {"bai-1": "quiz", "bai-2": "reading", "exam": "not_asked"}
    [pack] = taken.packs
    assert (pack.lesson, pack.seq, pack.answers) == ("bai-1", 0, {})
    [attempt] = session.scalars(select(Attempt))
    assert (attempt.id, attempt.person_id, attempt.state) == (pack.attempt, person.id, "open")
    assert [question["id"] for question in pack.questions] == ["cau-1"]
    assert pack.keys["cau-1"]["right"] in {option["id"] for option in pack.questions[0]["options"]}


def test_a_second_time_gives_the_same_attempts(session: Session, person: Person) -> None:
    published = make.publish(session)
    first, second = (
        packs.take(session, make.NOW, ZONE, person.id, published, exam=True) for _time in range(2)
    )
    assert [pack.attempt for pack in first.packs] == [pack.attempt for pack in second.packs]
    assert session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_an_exam_comes_only_when_asked_for_and_without_keys(session: Session, person: Person) -> None:
    taken = take(session, person, exam=True)
    assert [(pack.lesson, bool(pack.keys)) for pack in taken.packs] == [("bai-1", True), ("exam", False)]
    assert how(taken)["exam"] == "quiz"


def test_what_has_a_time_limit_is_not_begun(session: Session, person: Person) -> None:
    course = make.course(
        make.lesson("bai-1", quiz=make.quiz(make.single(), time_limit=Decimal(5))),
        exam=make.exam(time_limit=Decimal(20)),
    )
    taken = take(session, person, course, exam=True)
    assert how(taken) == {"bai-1": "timed", "exam": "timed"}
    assert not taken.packs and not session.scalars(select(Attempt)).all()


def test_an_exam_with_pictures_needs_the_network(session: Session, person: Person) -> None:
    question = msgspec.structs.replace(make.single(), prompt='<p><img src="/media/0/a.png" alt=""></p>')
    taken = take(session, person, make.course(exam=make.exam(question)), exam=True)
    assert how(taken)["exam"] == "network"


def test_prerequisites_hold_back(session: Session, person: Person) -> None:
    taken = take(session, person, make.course(prerequisites=("finance/first",)), exam=True)
    assert set(how(taken).values()) == {"prerequisites"}
    assert not session.scalars(select(Attempt)).all()


def test_an_attempt_limit_is_kept_and_what_is_passed_stays_alone(session: Session, person: Person) -> None:
    course = make.course(
        make.lesson("bai-1", quiz=make.quiz(make.single(), attempts=1)),
        make.lesson("bai-2", make.single("cau-2")),
    )
    taken = take(session, person, course)
    for pack in taken.packs:
        attempt = session.get_one(Attempt, pack.attempt)
        right = {"cau-2": pack.keys["cau-2"]["right"]} if pack.lesson == "bai-2" else {}
        outcomes.submit(session, make.NOW, ZONE, attempt, right, new_id())
    again = take(session, person, course)
    assert how(again) == {"bai-1": "no_attempts", "bai-2": "done", "exam": "not_asked"}
    assert not again.packs


def test_a_question_of_an_exam_somebody_still_sits_is_kept(session: Session, person: Person) -> None:
    old = make.course(make.lesson("bai-1", make.single()), exam=make.exam(make.single()))
    published = make.publish(session, old)
    outcomes.start(session, make.NOW, ZONE, make.person(session, "khac").id, published, "exam")
    [pack] = take(session, person, make.course(make.lesson("bai-1", make.single()))).packs
    assert pack.keys == {}


def test_a_lesson_begun_on_an_older_release_keeps_its_words(session: Session, person: Person) -> None:
    first = take(session, person)
    again = take(session, person, make.course(make.lesson("bai-1", make.single("moi"))))
    assert [pack.attempt for pack in again.packs] == [pack.attempt for pack in first.packs]
    assert again.packs[0].questions[0]["id"] == "cau-1"


def test_a_case_and_a_practice_need_the_network(session: Session, person: Person) -> None:
    from tests.cast import sample_course

    taken = take(session, person, sample_course(), exam=True)
    assert how(taken)["tinh-huong"] == how(taken)["thuc-hanh"] == "network"
    assert all(not pack.keys for pack in taken.packs if pack.lesson in ("exam", "bai-1", "tu-luan"))

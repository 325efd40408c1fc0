"""A course that asks for a practice: the certificate waits for it, whatever else moves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes, regrades
from learning.certificates.models import Certificate
from learning.content.model import Page
from learning.evaluation import practice
from learning.library.catalogue import Published
from learning.progress import recount
from learning.progress.models import Enrolment
from learning.quizzes import papers
from tests import make
from tests.make import NOW, ZONE

TODAY = NOW.astimezone(ZONE).date()
LATER = NOW + timedelta(hours=1)


class Course:
    """One exam question, and a practice of one step that the course asks for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.learner = make.person(session)
        self.mentor = make.person(session, "huongdan", "Trần Văn Dẫn")
        self.published = self.publish()

    def publish(self, right: int = 1, *, required: bool = True, **more: Any) -> Published:
        pages: tuple[Page, ...] = (make.practice("thuc-hanh", "none", required=required),)
        exam = make.exam(make.single("mot", right=right), pass_percent=100)
        return make.publish(self.session, make.course(*pages, exam=exam, **{"completion": "exam", **more}))

    def sit(self, chosen: str) -> None:
        attempt, _ = outcomes.start(self.session, NOW, ZONE, self.learner.id, self.published, "exam")
        answers = {"mot": papers.to_drawn(attempt.paper[0], chosen)}
        outcomes.submit(self.session, NOW, ZONE, attempt, answers, str(uuid4()))

    def practise(self, by: Person) -> str | None:
        page = self.published.course.page("thuc-hanh")
        assert page is not None
        row = practice.begin(self.session, NOW, TODAY, self.learner.id, self.published, page)
        step = "thuc-hanh-1"
        practice.hand_in(self.session, NOW, TODAY, row, step, "", str(uuid4()))
        done = practice.decide(self.session, LATER, ZONE, row, step, "sign", by, "", 1, str(uuid4()))
        assert done.done
        return done.certificate

    def correct(self, published: Published) -> None:
        order = regrades.order(self.session, LATER, published, {"mot": "new"}, by="bientap")
        while regrades.settle(self.session, LATER, ZONE, 50, order.id):
            pass

    @property
    def certificates(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Certificate)) or 0

    @property
    def state(self) -> str:
        return self.session.get_one(
            Enrolment, (self.learner.id, "finance/sample"), populate_existing=True
        ).state


@pytest.fixture
def course(session: Session) -> Course:
    return Course(session)


def test_an_exam_that_is_passed_waits_for_the_practice(course: Course) -> None:
    course.sit("1")
    assert (course.certificates, course.state) == (0, "started")
    assert course.practise(course.mentor) is not None
    assert (course.certificates, course.state) == (1, "done")
    assert recount.check(course.session) == []


def test_and_the_practice_for_the_exam(course: Course) -> None:
    assert course.practise(course.mentor) is None
    assert (course.certificates, course.state) == (0, "started")
    course.sit("1")
    assert (course.certificates, course.state) == (1, "done")


def test_a_corrected_key_brings_no_certificate_past_the_practice(course: Course) -> None:
    course.sit("2")
    course.correct(course.publish(right=2))
    assert (course.certificates, course.state) == (0, "started"), "passed now, and not yet practised"
    assert course.practise(course.mentor) is not None
    assert recount.check(course.session) == []


def test_a_corrected_key_brings_the_certificate_where_the_practice_is_done(course: Course) -> None:
    course.sit("2")
    assert course.practise(course.mentor) is None
    course.correct(course.publish(right=2))
    assert (course.certificates, course.state) == (1, "done")


def test_the_rule_of_the_live_release_counts_when_the_last_deed_is_done(course: Course) -> None:
    course.sit("1")
    course.publish(required=False)
    assert course.practise(course.mentor) is not None, "not asked for any more, and the next deed finds it so"


def test_who_is_done_stays_done_where_a_release_asks_for_a_practice(session: Session) -> None:
    course = Course(session)
    course.published = course.publish(required=False)
    course.sit("1")
    assert (course.certificates, course.state) == (1, "done")
    course.publish(required=True)
    assert (course.certificates, course.state) == (1, "done")
    assert recount.check(session) == []

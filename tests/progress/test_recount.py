from datetime import timedelta
from decimal import Decimal
from runpy import run_path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from learning.certificates import outcomes
from learning.database import Database
from learning.progress import recount
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import hand_marks
from learning.quizzes.attempts import NoAttemptsLeft
from learning.quizzes.models import AnswerEvent, Attempt, ItemResult
from learning.settings import ROOT
from tests import make
from tests.quizzes import every_kind
from tests.quizzes.conftest import drawn


@pytest.fixture
def person(session):
    return make.person(session)


@pytest.fixture
def take(session, now, person):
    """Takes a quiz: every question answered with the key given for it, and submitted."""

    def take(published, slug, keys, at=now):
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, slug)
        answers = {q: drawn(attempt, q, key) for q, key in keys.items()}
        outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4()))
        return attempt

    return take


def enrolment(session, person, published) -> Enrolment:
    return session.get_one(Enrolment, (person.id, published.course.id), populate_existing=True)


def test_attempts_and_best_are_of_the_exam_where_there_is_one(session, now, person, take):
    published = make.publish(session)
    take(published, "bai-1", {"cau-1": "1"})
    row = enrolment(session, person, published)
    assert (row.attempts, row.best) == (0, None)
    take(published, "exam", {"thi-1": "1"}, at=now + timedelta(hours=1))
    take(published, "exam", {"thi-1": "2"}, at=now + timedelta(hours=2))
    row = enrolment(session, person, published)
    assert (row.attempts, row.best, row.started_at, row.last_at) == (2, 50, now, now + timedelta(hours=2))


def test_else_all_lesson_quizzes_together_and_the_mean_of_each_best(session, person, take):
    pages = (
        make.lesson("a", make.single("a")),
        make.lesson("b", make.single("b-1"), make.single("b-2"), make.single("b-3")),
    )
    published = make.publish(session, make.course(*pages, exam=None, completion="lessons"))
    take(published, "a", {"a": "1"})
    take(published, "a", {"a": "2"})
    take(published, "b", {"b-1": "1"})
    row = enrolment(session, person, published)
    assert (row.attempts, row.best) == (3, Decimal("66.666666"))


def test_what_waits_to_be_marked_is_no_result_yet(session, now, person, take):
    """Two points for the first question, three for the written one: passed without it, or not decided."""
    exam = make.exam(make.single("thi-1", points=Decimal(2)), every_kind.written, pass_percent=Decimal(50))
    published = make.publish(session, make.course(exam=exam))
    attempt = take(published, "exam", {"thi-1": "1", "viet": "Báo cáo Chủ tịch."})
    row = enrolment(session, person, published)
    assert (attempt.percent, attempt.passed) == (40, None)
    assert (row.attempts, row.best) == (1, None)
    assert recount.check(session) == []
    entry = {"viet": hand_marks.Entry(0, (Decimal(1), Decimal(0)), ("", ""))}
    marker = make.person(session, "cham")
    outcomes.mark_by_hand(session, now, make.ZONE, attempt.id, marker.id, entry, str(uuid4()))
    row = enrolment(session, person, published)
    assert (row.attempts, row.best) == (1, 60)
    assert recount.check(session) == []


def test_time_is_counted_for_every_quiz_and_half_an_hour_at_most_for_each_attempt(session, now, person):
    published = make.publish(session)
    for hours, (slug, key, minutes) in enumerate(
        [("bai-1", "cau-1", 4), ("bai-1", "cau-1", 95), ("exam", "thi-1", 12)]
    ):
        at = now + timedelta(hours=3 * hours)
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, slug)
        at += timedelta(minutes=minutes, milliseconds=900)
        outcomes.submit(session, at, make.ZONE, attempt, {key: drawn(attempt, key, "1")}, str(uuid4()))
    outcomes.start(session, now + timedelta(hours=10), make.ZONE, person.id, published, "exam")
    assert enrolment(session, person, published).seconds == 60 * (4 + 30 + 12)
    session.execute(update(Enrolment).values(seconds=0))
    run_path(str(ROOT / "migrations/versions/0006_minutes.py"))["fill"](session.connection())
    assert recount.check(session) == []


def test_publishing_alone_changes_nobodys_figures(session, person, take):
    without = make.publish(session, make.course(exam=None, completion="lessons"))
    take(without, "bai-1", {"cau-1": "1"})
    make.publish(session)
    assert recount.check(session) == []
    assert enrolment(session, person, without).attempts == 1


deeds = st.lists(
    st.tuples(
        st.sampled_from(["bai-1", "bai-2", "exam"]),
        st.sampled_from(["right", "wrong", "open", "overdue"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(deeds)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_figures_equal_a_recount(database: Database, now, done):
    with database.write_session() as session:
        person = make.person(session)
        exam = make.exam(attempts=4, time_limit=Decimal(30))
        published = make.publish(session, make.course(exam=exam))
        for step, (slug, how, hours) in enumerate(done):
            at = now + timedelta(hours=step * 4 + hours)
            if slug == "bai-2":
                outcomes.mark_read(session, at, make.ZONE, person.id, published, published.course.page(slug))
                continue
            try:
                attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, slug)
            except NoAttemptsLeft:
                continue
            if attempt.state == "open" and how in ("right", "wrong"):
                key = "1" if how == "right" else "2"
                answers = {item["question"]: drawn(attempt, item["question"], key) for item in attempt.paper}
                outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4()))
            elif how == "overdue":
                outcomes.settle(session, at + timedelta(hours=1), make.ZONE, attempt)
        assert recount.check(session) == []
        row = session.get(Enrolment, (person.id, published.course.id))
        sat = session.scalars(select(Attempt).where(Attempt.state != "open")).all()
        exams = [each.percent for each in sat if each.quiz == "exam"]
        if row is not None:
            took = [(each.finished_at - each.started_at).total_seconds() for each in sat]
            assert (row.attempts, row.best) == (len(exams), max(exams, default=None))
            assert row.seconds == sum(int(min(one, 1800)) for one in took)
            counted = recount.recompute(session, person.id, published.course.id)
            assert (row.attempts, row.best, row.seconds, row.last_at) == (
                counted.attempts,
                counted.best,
                counted.seconds,
                counted.last_at,
            )
        session.rollback()


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (update(Enrolment).values(attempts=7), "attempts"),
        (update(Enrolment).values(best=Decimal(99)), "best"),
        (update(Enrolment).values(seconds=1), "seconds"),
        (update(Enrolment).values(state="done"), "completed"),
        (update(Attempt).values(score=Decimal(2)), "score"),
        (update(Attempt).values(passed=False), "passed"),
        (update(ItemResult).values(verdict="wrong"), "items"),
        (update(AnswerEvent).values(status="stale"), "score"),
        (update(PageProgress).values(state="started"), "state"),
        (update(Attempt).values(seq=9), "seq"),
    ],
)
def test_what_does_not_bear_its_evidence_out_is_found(session, take, damage, what):
    published = make.publish(session)
    take(published, "exam", {"thi-1": "1"})
    assert recount.check(session) == []
    session.execute(damage, execution_options={"synchronize_session": False})
    session.expire_all()
    assert what in {difference.what for difference in recount.check(session)}


def test_attempts_without_an_enrolment_are_found(session, take):
    published = make.publish(session)
    take(published, "exam", {})
    for row in session.scalars(select(Enrolment)):
        session.delete(row)
    session.flush()
    assert [each.what for each in recount.check(session)] == ["row"]

"""From the last deed to the certificate, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from learning.audit import AuditEntry
from learning.certificates import issue, outcomes, serials
from learning.certificates.models import Certificate
from learning.progress import deeds
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.attempts import PrerequisitesMissing
from tests import make
from tests.quizzes.conftest import drawn

TODAY = date(2026, 11, 22)


@pytest.fixture
def person(session):
    return make.person(session, staff_code="CB-01", unit=make.unit(session), position="Công chức tài chính")


@pytest.fixture
def passes(session, now, person):
    """The person takes a quiz and answers every question with this key; the reply's body."""

    def passes(published, slug, key="1", at=now):
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, slug)
        answers = {item["question"]: drawn(attempt, item["question"], key) for item in attempt.paper}
        return outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4())).body

    return passes


@pytest.fixture
def reads(session, now, person):
    def reads(published, slug):
        return outcomes.mark_read(session, now, make.ZONE, person.id, published, published.course.page(slug))

    return reads


def only(session):
    return session.scalars(select(Certificate)).one()


def test_the_submission_that_fulfils_the_rule_issues_and_carries_the_serial(
    session, now, person, passes, reads
):
    published = make.publish(session, make.course(hours=Decimal(8), valid_months=12, reviewed_by="Bà Hạnh"))
    assert passes(published, "bai-1")["certificate"] is None
    assert reads(published, "bai-2") is None
    serial = passes(published, "exam")["certificate"]
    row = only(session)
    assert row.serial == serial
    frozen = {
        "holder": "Nguyễn Thị Ánh Tuyết",
        "staff_code": "CB-01",
        "unit": "Phường Quy Nhơn",
        "position": "Công chức tài chính",
        "province": "Tỉnh Gia Lai",
        "course": "Thu – chi ngân sách cấp xã",
        "issuer": "Sở Tài chính",
        "reviewed_by": "Bà Hạnh",
        "release": 1,
        "lessons": 2,
        "hours": 8,
        "score": 100,
        "started_on": TODAY,
        "completed_on": TODAY,
        "issued_at": now,
        "issued_on": TODAY,
        "expires_on": date(2027, 11, 22),
        "current": True,
    }
    assert {name: getattr(row, name) for name in frozen} == frozen
    enrolment = session.get_one(Enrolment, (person.id, published.course.id))
    assert (enrolment.state, enrolment.completed_at) == ("done", now)


@pytest.mark.parametrize(("zone", "dated"), [("Asia/Ho_Chi_Minh", 23), ("Europe/London", 22)])
def test_a_certificate_is_dated_where_the_province_is(session, person, zone, dated):
    """An evening in London is the next morning in Vietnam."""
    at, zone = datetime(2026, 11, 22, 20, tzinfo=UTC), ZoneInfo(zone)
    published = make.publish(session, make.course(make.lesson("bai-1"), exam=None, completion="lessons"))
    outcomes.mark_read(session, at, zone, person.id, published, published.course.page("bai-1"))
    row = only(session)
    assert {row.started_on, row.completed_on, row.issued_on} == {date(2026, 11, dated)}


def test_in_whatever_order(session, passes, reads):
    published = make.publish(session)
    assert passes(published, "exam")["certificate"] is None
    assert passes(published, "bai-1")["certificate"] is None
    assert reads(published, "bai-2") == only(session).serial


def test_what_was_passed_stays_passed_and_no_second_certificate_is_issued(session, person, passes, reads):
    published = make.publish(session)
    passes(published, "bai-1"), reads(published, "bai-2"), passes(published, "exam")
    assert passes(published, "exam", key="2")["passed"] is False
    assert passes(published, "exam")["certificate"] is None
    assert reads(published, "bai-2") is None
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1
    page = session.get_one(PageProgress, (person.id, published.course.id, "exam"))
    assert page.state == "done"


def test_a_failed_exam_completes_nothing(session, person, passes, reads):
    published = make.publish(session)
    passes(published, "bai-1"), reads(published, "bai-2")
    assert passes(published, "exam", key="2")["certificate"] is None
    assert session.get_one(Enrolment, (person.id, published.course.id)).state == "started"


def test_a_course_that_asks_less_now_is_done_with_its_certificate_and_not_by_failing(
    session, person, passes, reads
):
    """A lesson left the course: what is asked now was done long ago, and the next deed brings the certificate."""
    lesson, exam = make.lesson("bai-2"), make.exam(make.single("thi-1"))
    old = make.publish(session, make.course(make.lesson("bai-1"), lesson, exam=exam))
    reads(old, "bai-2"), passes(old, "exam")
    new = make.publish(session, make.course(lesson, exam=exam))
    assert passes(new, "exam", key="2")["certificate"] is None
    assert session.get_one(Enrolment, (person.id, new.course.id)).state == "started"
    assert passes(new, "exam")["certificate"] == only(session).serial
    assert session.get_one(Enrolment, (person.id, new.course.id)).state == "done"


def test_a_course_without_certificate_is_done_all_the_same(session, person, passes):
    published = make.publish(session, make.course(completion="exam", certificate=False))
    assert passes(published, "exam")["certificate"] is None
    assert session.get_one(Enrolment, (person.id, published.course.id)).state == "done"
    assert session.scalars(select(Certificate)).all() == []


def test_reading_does_not_do_what_a_quiz_decides(session, reads):
    published = make.publish(session)
    with pytest.raises(deeds.HasQuestions):
        reads(published, "bai-1")


def test_prerequisites_hold_reading_back_too_until_they_are_done(session, passes, reads):
    first = make.publish(session, make.course(completion="exam"))
    after = make.publish(session, make.course(slug="after", prerequisites=("finance/sample",)))
    with pytest.raises(PrerequisitesMissing):
        reads(after, "bai-2")
    passes(first, "exam")
    reads(after, "bai-2")


def test_time_running_out_on_enough_right_answers_completes_as_well(session, now, person):
    page = make.exam(make.single("thi-1"), time_limit=Decimal(5))
    published = make.publish(session, make.course(completion="exam", exam=page))
    attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
    outcomes.attempts.save(session, now, attempt, "thi-1", drawn(attempt, "thi-1", "1"), 1, str(uuid4()))
    late = now + timedelta(minutes=9)
    assert outcomes.settle(session, late, make.ZONE, attempt) is True
    assert outcomes.settle(session, late, make.ZONE, attempt) is False
    assert only(session).score == 100
    late_reply = outcomes.submit(session, late, make.ZONE, attempt, {}, str(uuid4()))
    assert (late_reply.body["passed"], late_reply.first) == (True, True)


@pytest.mark.parametrize("completion", ["exam", "lessons"])
def test_an_expired_certificate_is_replaced_when_the_course_is_completed_again(
    session, now, passes, completion
):
    pages = (make.lesson("bai-1", make.single()), make.lesson("bai-3", make.single("cau-3")))
    published = make.publish(session, make.course(*pages, completion=completion, valid_months=1))
    quizzes = ["exam"] if completion == "exam" else ["bai-1", "bai-3"]
    first = [passes(published, slug)["certificate"] for slug in quizzes][-1]
    last_day, after = (
        datetime(2026, 12, 22, 8, tzinfo=now.tzinfo),
        datetime(2026, 12, 23, 8, tzinfo=now.tzinfo),
    )
    assert [passes(published, slug, at=last_day)["certificate"] for slug in quizzes] == [None] * len(quizzes)
    assert passes(published, quizzes[0], key="2", at=after)["certificate"] is None
    renewed = [passes(published, slug, at=after)["certificate"] for slug in quizzes]
    assert renewed[:-1] == [None] * (len(quizzes) - 1)
    old, new = session.get_one(Certificate, first), session.get_one(Certificate, renewed[-1])
    assert (old.replaced_by, issue.status(old, after.date())) == (new.serial, "replaced")
    assert (new.started_on, new.expires_on) == (date(2026, 12, 23), date(2027, 1, 23))
    assert issue.status(new, after.date()) == "valid"


def test_revoking_needs_a_reason_is_audited_and_final(session, now, passes):
    published = make.publish(session, make.course(completion="exam"))
    serial = passes(published, "exam")["certificate"]
    with pytest.raises(ValueError, match="reason"):
        issue.revoke(session, now, serial, by="quantri", reason="  ")
    row = issue.revoke(session, now, serial, by="quantri", reason="Cấp nhầm")
    assert (issue.status(row, TODAY), row.revoked_by, row.revoked_because) == (
        "revoked",
        "quantri",
        "Cấp nhầm",
    )
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.detail) == (
        "certificate.revoked",
        serial,
        {"reason": "Cấp nhầm"},
    )
    for again in (serial, "0" * 26):
        with pytest.raises(issue.NotRevocable):
            issue.revoke(session, now, again, by="quantri", reason="x")
    assert passes(published, "exam")["certificate"] is None  # studying on does not undo it


def test_a_person_without_a_posting_gets_one_all_the_same(session, now):
    published = make.publish(session, make.course(completion="exam"))
    loose = make.person(session, "tudo")
    attempt, _ = outcomes.start(session, now, make.ZONE, loose.id, published, "exam")
    answers = {item["question"]: drawn(attempt, item["question"], "1") for item in attempt.paper}
    outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
    assert (only(session).unit, only(session).position, only(session).province) == ("", "", "")


@pytest.mark.parametrize(
    ("issued", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 11, 22), None, None),
    ],
)
def test_validity_ends_on_the_same_day_of_its_month(issued, months, until):
    assert issue.expiry(issued, months) == until


def test_serials_are_random_and_read_back_as_typed():
    made = {serials.new_serial() for _ in range(1000)}
    assert len(made) == 1000
    for serial in made:
        assert len(serial) == 26
        assert serials.normalise(f" {serials.display(serial).lower()} ") == serial
        assert serials.normalise(serial.replace("0", "O").replace("1", "l")) == serial


@given(st.text(max_size=120))
def test_what_is_no_serial_reads_as_none_or_as_one_of_ours(text):
    serial = serials.normalise(text)
    assert serial is None or (len(serial) == 26 and set(serial) <= set(serials.ALPHABET))

"""Written answers: they count nothing until a person has marked them, and then what the marks come to."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.accounts.models import Person
from learning.audit import AuditEntry
from learning.certificates import outcomes, regrades
from learning.certificates.models import Certificate
from learning.content.model import Criterion, Variable, Written
from learning.library.catalogue import Published
from learning.progress import recount
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import attempts, grading, hand_marks, items, papers, rekeying, rubrics, standings
from learning.quizzes.hand_marks import Entry, NotToMark, Overtaken
from learning.quizzes.models import Attempt, HandMark, ItemResult
from learning.quizzes.replies import ClientIdReused
from tests import make
from tests.quizzes import every_kind

ANSWER = "Nộp tại Bộ phận Một cửa.\nCăn cứ Điều 16."


def essay(id: str = "tu-luan", *points: str, **more: Any) -> Written:
    criteria = tuple(Criterion(html=f"Tiêu chí {one}", points=Decimal(one)) for one in points or ("2", "1"))
    total = sum((one.points for one in criteria), Decimal(0))
    return Written(
        id=id,
        title="Tự luận",
        prompt="<p>Đồng chí làm gì?</p>",
        criteria=criteria,
        explanation="<p>CANARY</p>",
        **{"points": total, **more},
    )


@pytest.fixture
def marker(session: Session) -> Person:
    return make.person(session, "giangvien", "Lê Văn Giảng", roles=("trainer",))


@pytest.fixture
def published(session: Session) -> Published:
    """One point by the machine, three by hand; three of four are needed."""
    exam = make.exam(make.single("mot"), essay(), pass_percent=75)
    return make.publish(session, make.course(make.lesson(), exam=exam, completion="exam"))


@pytest.fixture
def hand_in(session: Session, now: datetime, begin: Callable[..., Attempt]) -> Callable[..., Attempt]:
    def hand_in(published: Published, right: bool = True, answer: str = ANSWER) -> Attempt:
        attempt = begin(published)
        item = next(item for item in attempt.paper if item["question"] == "mot")
        keys = {key: name for name, key in item["options"]}
        answers = {"mot": keys["1" if right else "2"], "tu-luan": answer}
        reply = outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
        assert isinstance(reply, outcomes.Submitted)
        return attempt

    return hand_in


def mark(
    session: Session,
    at: datetime,
    attempt: Attempt,
    by: Person,
    *marks: str,
    based_on: int = 0,
    client_id: str = "",
    remarks: tuple[str, ...] = ("", ""),
) -> Attempt:
    entry = Entry(based_on, tuple(map(Decimal, marks)), remarks)
    client_id = client_id or str(uuid4())
    return outcomes.mark_by_hand(session, at, make.ZONE, attempt.id, by.id, {"tu-luan": entry}, client_id)


def stored(session: Session, attempt: Attempt) -> Attempt:
    session.flush()
    return session.get_one(Attempt, attempt.id, populate_existing=True)


def test_it_counts_nothing_until_it_is_marked_and_says_so(
    session: Session, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = stored(session, hand_in(published))
    assert (attempt.score, attempt.out_of, attempt.passed) == (1, 4, None)
    assert attempt.result is not None
    assert attempt.result["passed"] is False and attempt.result["to_mark"] == 1
    [_, item] = attempt.result["items"]
    assert (item["verdict"], item["score"]) == ("to_mark", 0)
    assert "criteria" not in item
    [row] = session.scalars(select(ItemResult).where(ItemResult.question == "tu-luan"))
    assert row.response == str(len(ANSWER)), "what was written is the writer's"
    assert recount.check(session) == []


def test_one_left_empty_waits_for_nobody(
    session: Session, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = stored(session, hand_in(published, answer="  \n "))
    assert attempt.passed is False
    assert attempt.result is not None and "to_mark" not in attempt.result
    assert hand_marks.queues(session, true()) == []


def test_a_quiz_that_passes_without_it_is_passed_at_once(
    session: Session, marker: Person, now: datetime, hand_in: Callable[..., Attempt]
) -> None:
    exam = make.exam(make.single("mot", points=Decimal(9)), essay(), pass_percent=75)
    attempt = hand_in(make.publish(session, make.course(make.lesson(), exam=exam, completion="exam")))
    assert stored(session, attempt).passed is True
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1
    mark(session, now, attempt, marker, "0", "0")
    assert stored(session, attempt).passed is True
    assert recount.check(session) == []


def test_marking_brings_score_pass_progress_and_certificate_in_one_deed(
    session: Session,
    now: datetime,
    person: Person,
    marker: Person,
    published: Published,
    hand_in: Callable[..., Attempt],
) -> None:
    attempt = hand_in(published)
    first_reply = dict(stored(session, attempt).result or {})
    later = now + timedelta(days=1)
    mark(session, later, attempt, marker, "1.5", "1", remarks=("Còn thiếu bước trả hồ sơ.", ""))
    after = stored(session, attempt)
    assert (after.score, after.percent, after.passed) == (Decimal("3.5"), Decimal("87.5"), True)
    assert after.result is not None and "to_mark" not in after.result
    [_, item] = after.result["items"]
    assert (item["verdict"], item["score"]) == ("partly", 2.5)
    assert item["criteria"] == [
        {"text": "Tiêu chí 2", "points": 2, "mark": 1.5, "remark": "Còn thiếu bước trả hồ sơ."},
        {"text": "Tiêu chí 1", "points": 1, "mark": 1, "remark": ""},
    ]
    [certificate] = session.scalars(select(Certificate))
    assert after.result["certificate"] == certificate.serial
    enrolment = session.get_one(Enrolment, (person.id, "finance/sample"), populate_existing=True)
    assert (enrolment.state, enrolment.best) == ("done", Decimal("87.5"))
    assert session.get_one(PageProgress, (person.id, "finance/sample", "exam")).state == "done"
    [notice] = notices.of(session, person.id)
    assert (notice.kind, notice.subject) == ("attempt.marked", attempt.id)
    assert session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "attempt.marked")).all() == [
        "giangvien"
    ]
    assert recount.check(session) == []
    # What was replied when it was handed in stays what it was.
    [submission] = session.scalars(select(attempts.Submission))
    assert submission.reply == first_reply


def test_too_little_is_a_fail_once_all_is_marked(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(published)
    mark(session, now, attempt, marker, "0.5", "0")
    assert stored(session, attempt).passed is False
    assert recount.check(session) == []


def test_a_later_mark_counts_and_a_pass_is_never_taken_away(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(published)
    mark(session, now + timedelta(hours=1), attempt, marker, "2", "1")
    mark(session, now + timedelta(hours=2), attempt, marker, "0", "0", based_on=1)
    after = stored(session, attempt)
    assert (after.percent, after.passed) == (25, True)
    assert [row.version for row in session.scalars(select(HandMark).order_by(HandMark.id))] == [1, 2]
    assert recount.check(session) == []


def test_two_graders_do_not_overwrite_each_other_unseen(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    other = make.person(session, "giangvien2", "Trần Thị Hai", roles=("trainer",))
    attempt = hand_in(published)
    mark(session, now, attempt, marker, "2", "1")
    with pytest.raises(Overtaken) as overtaken:
        mark(session, now, attempt, other, "1", "1")
    assert overtaken.value.questions == ("tu-luan",)
    assert session.scalar(select(func.count()).select_from(HandMark)) == 1
    mark(session, now + timedelta(minutes=1), attempt, other, "1", "1", based_on=1)
    work = hand_marks.work(session, attempt.id, true())
    assert [(one.version, work.markers[one.by]) for one in work.asked[0].given] == [
        (1, "Lê Văn Giảng"),
        (2, "Trần Thị Hai"),
    ]


def test_who_gives_the_same_as_stands_adds_nothing(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    other = make.person(session, "giangvien2", "Trần Thị Hai", roles=("trainer",))
    attempt = hand_in(published)
    mark(session, now, attempt, marker, "2", "1")
    mark(session, now, attempt, other, "2.0", "1")
    assert session.scalar(select(func.count()).select_from(HandMark)) == 1


def test_a_retry_marks_once_and_another_deed_under_its_id_is_refused(
    session: Session,
    now: datetime,
    person: Person,
    marker: Person,
    published: Published,
    hand_in: Callable[..., Attempt],
) -> None:
    attempt, client_id = hand_in(published), str(uuid4())
    for _ in range(2):
        mark(session, now, attempt, marker, "2", "1", client_id=client_id)
    assert session.scalar(select(func.count()).select_from(HandMark)) == 1
    assert len(notices.of(session, person.id)) == 1
    with pytest.raises(ClientIdReused):
        mark(session, now, attempt, marker, "1", "1", client_id=client_id)


def test_nobody_marks_their_own_an_open_one_or_what_is_not_there(
    session: Session,
    now: datetime,
    person: Person,
    marker: Person,
    published: Published,
    begin: Callable[..., Attempt],
    hand_in: Callable[..., Attempt],
) -> None:
    attempt = hand_in(published)
    with pytest.raises(NotToMark):
        mark(session, now, attempt, person, "2", "1")
    with pytest.raises(NotToMark):
        entry = Entry(0, (Decimal(1),), ("",))
        hand_marks.mark(session, now, attempt.id, marker.id, {"mot": entry}, str(uuid4()))
    with pytest.raises(NotToMark):
        mark(session, now, begin(published), marker, "2", "1")


def test_what_waits_is_listed_by_quiz_the_oldest_first(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(published)
    [queue] = hand_marks.queues(session, true())
    assert (queue.course_id, queue.quiz, queue.number, queue.since) == ("finance/sample", "exam", 1, now)
    [[one], more] = hand_marks.waiting(session, true())
    assert (one.attempt_id, one.left, more) == (attempt.id, 1, False)
    assert hand_marks.waiting(session, true(), after=one.cursor) == ([], False)
    assert hand_marks.waiting(session, true(), "land/sample") == ([], False)
    assert hand_marks.marked(session, true()) == []
    mark(session, now, attempt, marker, "2", "1")
    assert hand_marks.queues(session, true()) == []
    assert [each.attempt_id for each in hand_marks.marked(session, true())] == [attempt.id]


def test_many_waiting_take_as_many_queries_as_few(
    session: Session,
    now: datetime,
    published: Published,
    queries: Callable[[Callable[[], Any]], tuple[Any, int]],
) -> None:
    def another(number: int) -> None:
        person = make.person(session, f"hv{number}", "Trần Văn Một")
        attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
        outcomes.submit(session, now, make.ZONE, attempt, {"tu-luan": ANSWER}, str(uuid4()))

    def look() -> int:
        hand_marks.queues(session, true())
        found, _ = hand_marks.waiting(session, true())
        list(standings.of(session, [one.attempt_id for one in found]))
        return len(found)

    another(0)
    session.flush()
    one, few = queries(look)
    for number in range(1, 20):
        another(number)
    session.flush()
    many, then = queries(look)
    assert (one, many) == (1, 20)
    assert then == few


def test_a_corrected_key_keeps_what_was_given_by_hand_and_the_other_way_round(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(published, right=False)
    mark(session, now + timedelta(hours=1), attempt, marker, "1.5", "1")
    assert stored(session, attempt).passed is False
    exam = make.exam(make.single("mot", right=2), essay(), pass_percent=75)
    corrected = make.publish(session, make.course(make.lesson(), exam=exam, completion="exam"))
    later = now + timedelta(hours=2)
    order = regrades.order(session, later, corrected, {"mot": "new"}, by="bientap")
    while regrades.settle(session, later, make.ZONE, 50, order.id):
        pass
    after = stored(session, attempt)
    assert (after.score, after.passed) == (Decimal("3.5"), True)
    assert after.result is not None and after.result["items"][1]["criteria"][0]["mark"] == 1.5
    assert recount.check(session) == []
    mark(session, now + timedelta(hours=3), attempt, marker, "2", "1", based_on=1)
    after = stored(session, attempt)
    assert (after.score, after.percent, after.passed) == (4, 100, True)
    assert recount.check(session) == []


def test_what_waits_waits_through_a_regrading(
    session: Session, now: datetime, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    attempt = hand_in(published, right=False)
    exam = make.exam(make.single("mot", right=2), essay(), pass_percent=75)
    corrected = make.publish(session, make.course(make.lesson(), exam=exam, completion="exam"))
    order = regrades.order(session, now, corrected, {"mot": "new"}, by="bientap")
    while regrades.settle(session, now, make.ZONE, 50, order.id):
        pass
    after = stored(session, attempt)
    assert (after.score, after.passed) == (1, None)
    assert after.result is not None and after.result["to_mark"] == 1
    assert recount.check(session) == []


def test_statistics_count_an_attempt_once_all_of_it_is_marked(
    session: Session, now: datetime, marker: Person, published: Published, hand_in: Callable[..., Attempt]
) -> None:
    def measured() -> dict[str, int]:
        assert published.course.exam is not None
        analysis = items.analyse(session, published, published.course.exam, true())
        return {item.id: item.figures.attempts for item in analysis.items}

    attempt = hand_in(published)
    assert measured() == {"mot": 0, "tu-luan": 0}
    mark(session, now, attempt, marker, "2", "0")
    assert measured() == {"mot": 1, "tu-luan": 1}


def test_a_section_that_draws_it_for_other_points_keeps_the_share(
    session: Session, now: datetime, marker: Person, hand_in: Callable[..., Attempt]
) -> None:
    exam = make.exam(make.single("mot"), essay(points=Decimal(1)), pass_percent=50)
    attempt = hand_in(make.publish(session, make.course(make.lesson(), exam=exam, completion="exam")))
    mark(session, now, attempt, marker, "1.5", "0")
    assert stored(session, attempt).score == Decimal("1.5")
    assert recount.check(session) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Một.\r\nHai. \t\n\n", "  Một.\nHai."),
        ("Hòa\u0300\u200b\x07", "Hòa\u0300"),
        ("\n \t ", None),
    ],
)
def test_what_was_written_is_read_in_its_lines(typed: str, read: str | None) -> None:
    found = grading.read(essay(), typed)
    assert found == (None if read is None else unicodedata.normalize("NFC", read).strip())


@pytest.mark.parametrize(
    ("answer", "code"),
    [("x" * 4001, "too_long"), (5, "wrong_type"), (["a"], "wrong_type"), ("\ud800", "wrong_type")],
)
def test_what_no_form_of_ours_sends_is_refused(answer: Any, code: str) -> None:
    with pytest.raises(grading.BadAnswer) as refused:
        grading.read(essay(), answer)
    assert refused.value.code == code


def test_the_longest_answer_there_may_be_counts_its_lines_once() -> None:
    assert len(grading.read(essay(), "\r\n".join(["x" * 9] * 400))) == 3999


def test_marks_by_hand_stand_where_the_quiz_gives_all_or_nothing(
    session: Session, now: datetime, marker: Person, hand_in: Callable[..., Attempt]
) -> None:
    exam = make.exam(make.single("mot"), essay(), pass_percent=50)
    assert exam.quiz is not None
    exam = msgspec.structs.replace(exam, quiz=msgspec.structs.replace(exam.quiz, marking="all-or-nothing"))
    attempt = hand_in(make.publish(session, make.course(make.lesson(), exam=exam, completion="exam")))
    mark(session, now, attempt, marker, "0.5", "1")
    assert stored(session, attempt).score == Decimal("2.5")


def test_criteria_hold_the_numbers_that_were_drawn(
    session: Session, now: datetime, marker: Person, hand_in: Callable[..., Attempt]
) -> None:
    drawn = Variable(name="a", low=Decimal(7), high=Decimal(7))
    question = msgspec.structs.replace(
        essay(variables=(drawn,)),
        criteria=(Criterion(html="Nêu @a ngày", points=Decimal(3)),),
        explanation="<p>@a ngày</p>",
    )
    exam = make.exam(make.single("mot"), question)
    attempt = hand_in(make.publish(session, make.course(make.lesson(), exam=exam, completion="exam")))
    [asked] = hand_marks.work(session, attempt.id, true()).asked
    assert (asked.question.criteria[0].html, asked.explanation) == ("Nêu 7 ngày", "<p>7 ngày</p>")
    mark(session, now, attempt, marker, "3", remarks=("",))
    result = stored(session, attempt).result
    assert result is not None and result["items"][1]["criteria"][0]["text"] == "Nêu 7 ngày"


def test_nothing_of_criteria_or_model_answer_leaves_before_it_is_handed_in(
    session: Session, begin: Callable[..., Attempt]
) -> None:
    exam = make.exam(every_kind.written)
    attempt = begin(make.publish(session, make.course(make.lesson(), exam=exam)))
    [shown] = attempts.shown(session, attempt)
    assert shown == {"id": "viet", "kind": "written", "prompt": "<p>Đồng chí làm gì?</p>"}
    assert "CANARY" not in str(attempt.paper)


points = st.sampled_from(["0", "0.5", "1", "1.5", "2"])
marks_given = st.lists(
    st.tuples(st.sampled_from(["viet", "hai"]), points, st.sampled_from(["0", "0.5", "1"]))
)


@settings(max_examples=100)
@given(marks_given, st.booleans())
def test_the_newest_marks_count_in_whatever_order_and_a_pass_once_reached_stays(
    made: list[tuple[str, str, str]], right: bool
) -> None:
    second = msgspec.structs.replace(every_kind.written, id="hai")
    page = make.exam(make.single("mot"), every_kind.written, second)
    paper = papers.draw(page, "ab")
    answers = {"mot": papers.to_drawn(paper[0], "1" if right else "2"), "viet": "A", "hai": "B"}
    sitting = rekeying.Sitting(page, "exam", paper, answers, Decimal(50))
    standing = rekeying.first(sitting.unmarked())
    newest: dict[str, rubrics.Given] = {}
    passed = standing.passed
    for number, (question, first, second_mark) in enumerate(made, 1):
        one = rubrics.Given(question, number, (Decimal(first), Decimal(second_mark)), ("", ""), 1, make.NOW)
        newest[question] = one
        standing = rekeying.marked_by_hand(sitting, standing, one)
        passed = passed or standing.percent >= 50
    assert standing.passed == passed
    marked = replace(sitting, hand=newest).marked()
    assert (standing.score, standing.percent) == (marked.score, marked.percent)
    given_now = sum((sum(one.marks) for one in newest.values()), Decimal(0))
    assert standing.score == Fraction(given_now) + right
    assert (standing.decided is None) == (not passed and len(newest) < 2)

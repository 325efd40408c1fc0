from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from learning.certificates import outcomes
from learning.quizzes import attempts
from learning.quizzes.attempts import (
    AskAgain,
    BadAnswer,
    ClientIdReused,
    NoAttemptsLeft,
    NoSuchQuiz,
    PageSaved,
    PrerequisitesMissing,
    Saved,
    StaleAnswer,
    StalePage,
    TooLate,
)
from learning.quizzes.models import AnswerEvent, Attempt, ItemResult, Submission
from tests import make
from tests.quizzes import every_kind
from tests.quizzes.conftest import drawn

GOOD_ID = "7a3d3a0e-0f5b-4a53-9c34-6a3b2f0c9d11"  # the same in every process that collects


def new_id() -> str:
    return str(uuid4())


@pytest.fixture
def exam(session, begin):
    """An attempt at an exam of two questions, ten minutes."""
    page = make.exam(time_limit=Decimal(10))
    return begin(make.publish(session, make.course(exam=page)))


@pytest.fixture
def save(session, now):
    def save(attempt, question, keys, seq, client_id=None, at=now):
        answer = drawn(attempt, question, keys)
        return attempts.save(session, at, attempt, question, answer, seq, client_id or new_id())

    return save


@pytest.fixture
def submit(session, now):
    def submit(attempt, answers=None, client_id=None, at=now):
        return outcomes.submit(session, at, make.ZONE, attempt, answers or {}, client_id or new_id())

    return submit


# Starting


def test_the_open_attempt_is_given_back(session, now, person, exam):
    published = attempts.pinned(session, exam)[0]
    assert outcomes.start(session, now, make.ZONE, person.id, published, "exam") == (exam, False)
    assert (exam.number, exam.seq, exam.state, exam.closes_at) == (1, 0, "open", now + timedelta(minutes=10))


def test_an_open_attempt_finishes_on_the_release_it_began_on(session, begin, submit):
    begun = begin(make.publish(session))
    changed = make.publish(session, make.course(exam=make.exam(make.single("moi"))))
    assert begin(changed) is begun
    reply = submit(begun, {"thi-1": drawn(begun, "thi-1", "1")})
    assert [item["question"] for item in reply.body["items"]] == ["thi-1", "thi-2"]
    assert [question["id"] for question in attempts.shown(session, begin(changed))] == ["moi"]


def test_attempts_run_out(session, begin, submit):
    published = make.publish(session, make.course(exam=make.exam(attempts=2)))
    for number in (1, 2):
        attempt = begin(published)
        submit(attempt)
        assert attempt.number == number
    with pytest.raises(NoAttemptsLeft) as refused:
        begin(published)
    assert refused.value.allowed == 2


def test_a_page_without_questions_or_no_page_is_no_quiz(session, begin):
    published = make.publish(session)
    for slug in ("bai-2", "không có", ""):
        with pytest.raises(NoSuchQuiz):
            begin(published, slug)


def test_prerequisites_hold_back_and_are_named(session, begin):
    make.publish(session)
    after = make.publish(session, make.course(slug="after", prerequisites=("finance/sample",)))
    with pytest.raises(PrerequisitesMissing) as refused:
        begin(after)
    assert refused.value.missing == ("finance/sample",)


def test_anothers_attempt_is_not_there(session, person, exam):
    stranger = make.person(session, "nguoila")
    assert attempts.find(session, person.id, exam.id) is exam
    assert attempts.find(session, stranger.id, exam.id) is None


# Saving


def test_a_saved_answer_counts_and_a_later_one_counts_more(session, now, exam, save):
    assert save(exam, "thi-1", "2", 1) == Saved(now, 1)
    assert save(exam, "thi-1", "1", 5) == Saved(now, 5)
    standing = attempts.standing(session, now, exam)
    assert standing.answers == {"thi-1": drawn(exam, "thi-1", "1")}
    assert (standing.seq, standing.state, standing.result) == (5, "open", None)


def test_a_retry_gets_the_first_reply_again(session, now, exam, save):
    client_id = new_id()
    first = save(exam, "thi-1", "1", 1, client_id)
    save(exam, "thi-2", "1", 2)
    assert save(exam, "thi-1", "1", 1, client_id.upper(), at=now + timedelta(minutes=1)) == first
    assert session.scalar(select(func.count(AnswerEvent.id))) == 2


def test_the_same_client_id_with_another_body_is_refused(exam, save):
    client_id = new_id()
    save(exam, "thi-1", "1", 1, client_id)
    with pytest.raises(ClientIdReused):
        save(exam, "thi-1", "2", 1, client_id)


def test_a_stale_answer_is_kept_and_does_not_count(session, now, exam, save):
    save(exam, "thi-1", "1", 3)
    client_id = new_id()
    assert save(exam, "thi-1", "2", 3, client_id) == StaleAnswer(3)
    save(exam, "thi-2", "2", 4)
    assert save(exam, "thi-1", "2", 3, client_id) == StaleAnswer(3)  # as first told
    assert attempts.standing(session, now, exam).answers["thi-1"] == drawn(exam, "thi-1", "1")
    assert [event.status for event in attempts.kept(session, exam)] == ["stale"]


def test_an_answer_after_time_is_kept_as_late(session, now, exam, save):
    client_id, late = new_id(), now + timedelta(minutes=10)
    assert save(exam, "thi-1", "1", 1, client_id, at=late) == TooLate(exam.closes_at)
    assert save(exam, "thi-1", "1", 1, client_id, at=late) == TooLate(exam.closes_at)
    assert [event.status for event in attempts.kept(session, exam)] == ["late"]
    assert exam.seq == 0


def test_an_answer_after_the_end_is_late_and_the_score_stays(session, exam, save, submit):
    submit(exam)
    assert isinstance(save(exam, "thi-1", "1", 9), TooLate)
    assert (exam.score, exam.passed) == (0, False)


def test_an_answer_may_be_taken_back(session, now, exam, save):
    save(exam, "thi-1", "1", 1)
    save(exam, "thi-1", None, 2)
    assert attempts.standing(session, now, exam).answers == {}


@pytest.mark.parametrize(
    ("question", "answer", "seq", "client_id", "code"),
    [
        ("thi-9", "1", 1, GOOD_ID, "unknown_question"),
        ("thi-1", "1", 1, GOOD_ID, "unknown_option"),
        ("thi-1", ["1"], 1, GOOD_ID, "wrong_type"),
        ("thi-1", None, -1, GOOD_ID, "seq"),
        ("thi-1", None, 2**31, GOOD_ID, "seq"),
        ("thi-1", None, True, GOOD_ID, "seq"),
        ("thi-1", None, 1, "x" * 100, "client_id"),
        ("thi-1", None, 1, None, "client_id"),
    ],
)
def test_bad_saves_are_refused_by_name_and_leave_nothing(
    session, now, exam, question, answer, seq, client_id, code
):
    with pytest.raises(BadAnswer) as refused:
        attempts.save(session, now, exam, question, answer, seq, client_id)
    assert refused.value.code == code
    assert session.scalar(select(func.count(AnswerEvent.id))) == 0


# Saving a page of the form


def test_a_page_is_saved_and_its_token_rotates(session, now, exam):
    token = exam.page_token
    saved = attempts.save_page(session, now, exam, {"thi-1": drawn(exam, "thi-1", "1")}, token)
    assert isinstance(saved, PageSaved)
    assert saved.page_token != token
    assert saved.seq == exam.seq == 1


def test_a_stale_tab_is_refused_and_its_answers_kept(session, now, exam):
    token, first, second = exam.page_token, drawn(exam, "thi-1", "1"), drawn(exam, "thi-1", "2")
    attempts.save_page(session, now, exam, {"thi-1": first}, token)
    assert isinstance(attempts.save_page(session, now, exam, {"thi-1": second}, token), StalePage)
    assert attempts.standing(session, now, exam).answers == {"thi-1": first}
    assert [event.answer for event in attempts.kept(session, exam)] == [second]
    # The same form sent twice says what is held: no quarrel.
    assert isinstance(attempts.save_page(session, now, exam, {"thi-1": first}, token), PageSaved)


def test_a_form_behind_the_scripts_beside_it_is_stale_too(session, now, exam, save):
    save(exam, "thi-1", "1", 1)
    answers = {"thi-1": drawn(exam, "thi-1", "2")}
    assert isinstance(attempts.save_page(session, now, exam, answers, exam.page_token, seq=0), StalePage)
    assert isinstance(attempts.save_page(session, now, exam, answers, exam.page_token, seq=1), PageSaved)


# Submitting


def test_what_is_submitted_goes_over_what_was_saved(session, exam, save, submit):
    save(exam, "thi-1", "1", 1)
    save(exam, "thi-2", "2", 2)
    reply = submit(exam, {"thi-2": drawn(exam, "thi-2", "1")})
    assert reply.first
    assert {key: reply.body[key] for key in ("score", "out_of", "percent", "passed")} == {
        "score": 2,
        "out_of": 2,
        "percent": 100,
        "passed": True,
    }
    assert (exam.state, exam.percent, exam.seq) == ("submitted", 100, 3)
    assert reply.body["items"][0] == {
        "question": "thi-1",
        "score": 1,
        "verdict": "right",
        "feedback": "<p>Phản hồi 1 của thi-1</p>",
        "explanation": "<p>Giải thích thi-1</p>",
        "sources": [],
    }
    rows = session.scalars(select(ItemResult).order_by(ItemResult.question)).all()
    assert [(row.question, row.mark, row.max_mark, row.response) for row in rows] == [
        ("thi-1", 1, 1, '"1"'),
        ("thi-2", 1, 1, '"1"'),
    ]


def test_a_submission_repeated_gets_the_same_reply(session, exam, submit):
    client_id, answers = new_id(), {"thi-1": drawn(exam, "thi-1", "1")}
    first = submit(exam, answers, client_id)
    again = submit(exam, answers, client_id)
    assert (first.first, again.first, again.body) == (True, False, first.body)
    with pytest.raises(ClientIdReused):
        submit(exam, {}, client_id)
    assert isinstance(submit(exam, answers, new_id()), TooLate)
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_nothing_answered_is_not_answered(exam, submit):
    assert {item["verdict"] for item in submit(exam).body["items"]} == {"not_answered"}


def test_a_bad_answer_in_a_submission_records_nothing(session, exam, submit):
    with pytest.raises(BadAnswer) as refused:
        submit(exam, {"thi-1": drawn(exam, "thi-1", "1"), "thi-2": "?"})
    assert (refused.value.question, exam.state) == ("thi-2", "open")


def test_after_time_the_server_grades_what_was_saved(session, now, exam, save, submit):
    save(exam, "thi-1", "1", 1)
    client_id, late = new_id(), now + timedelta(hours=1)
    assert attempts.standing(session, late, exam).result["score"] == 1
    for _ in range(2):
        assert submit(exam, {"thi-2": drawn(exam, "thi-2", "1")}, client_id, at=late) == TooLate(
            exam.closes_at
        )
    assert (exam.score, exam.state, exam.finished_at) == (1, "closed", exam.closes_at)
    assert [event.status for event in attempts.kept(session, exam)] == ["late"]


def test_a_submission_after_time_that_brings_nothing_new_gets_the_result(session, now, exam, save, submit):
    save(exam, "thi-1", "1", 1)
    client_id, late = new_id(), now + timedelta(hours=1)
    reply = submit(exam, {"thi-1": drawn(exam, "thi-1", "1")}, client_id, at=late)
    assert (reply.body["score"], reply.first, exam.state) == (1, True, "closed")
    again = submit(exam, {"thi-1": drawn(exam, "thi-1", "1")}, client_id, at=late)
    assert (again.body, again.first) == (reply.body, False)
    assert attempts.kept(session, exam) == []


def test_an_overdue_attempt_is_settled_by_the_sweep_and_by_starting_anew(session, now, person, exam, begin):
    assert outcomes.settle_overdue(session, now, make.ZONE) == 0
    late = now + timedelta(minutes=11)
    published = attempts.pinned(session, exam)[0]
    second = begin(published, at=late)
    assert (exam.state, exam.result["score"], second.number) == ("closed", 0, 2)
    assert outcomes.settle_overdue(session, late + timedelta(minutes=11), make.ZONE) == 1
    assert outcomes.settle_overdue(session, late + timedelta(minutes=11), make.ZONE) == 0
    assert second.state == "closed"


def test_the_last_attempt_overdue_is_given_back_closed(session, now, begin):
    published = make.publish(session, make.course(exam=make.exam(attempts=1, time_limit=Decimal(1))))
    first = begin(published)
    assert begin(published, at=now + timedelta(minutes=2)) is first
    assert first.state == "closed"


# Asked again


@pytest.fixture
def typed(session, begin):
    page = make.lesson("bai-1", every_kind.text, every_kind.gaps)
    return begin(make.publish(session, make.course(page)), "bai-1")


def test_an_answer_is_asked_again_once_and_then_graded_as_it_stands(session, typed, submit):
    client_id, answers = (
        new_id(),
        {"ngan": "hoa don", "trong": {"1": "ba muoi", "2": drawn(typed, "trong", {"2": "2"})["2"]}},
    )
    first = submit(typed, answers, client_id)
    assert isinstance(first, AskAgain)
    assert [(error.question, error.part, error.reason) for error in first.errors] == [
        ("ngan", "", "diacritics"),
        ("trong", "1", "diacritics"),
    ]
    assert typed.state == "open"
    assert session.get(Submission, typed.id) is None
    reply = submit(typed, answers, client_id)
    assert [item["verdict"] for item in reply.body["items"]] == ["wrong", "partly"]


def test_a_save_is_never_asked_again_but_its_submission_is(session, now, typed, submit):
    assert isinstance(attempts.save(session, now, typed, "ngan", "hoa don", 1, new_id()), Saved)
    assert isinstance(submit(typed), AskAgain)
    assert submit(typed, {"ngan": "Hoá đơn"}).body["items"][0]["verdict"] == "right"


def test_when_time_is_up_nothing_is_asked_again(session, now, begin, submit):
    page = make.lesson("bai-1", quiz=make.quiz(every_kind.text, time_limit=Decimal(1)))
    attempt = begin(make.publish(session, make.course(page)), "bai-1")
    attempts.save(session, now, attempt, "ngan", "hoa don", 1, new_id())
    reply = submit(attempt, at=now + timedelta(minutes=1))
    assert reply.body["items"][0]["verdict"] == "wrong"


# What is told


@pytest.mark.parametrize(
    ("show", "passing", "told"),
    [
        ("at-once", False, True),
        ("after-submission", False, True),
        ("when-passed", False, False),
        ("when-passed", True, True),
        ("never", True, False),
    ],
)
def test_right_answers_are_told_as_the_quiz_says(session, begin, submit, show, passing, told):
    published = make.publish(session, make.course(exam=make.exam(show_answers=show)))
    attempt = begin(published)
    assert attempts.review(session, attempt) == []
    key = "1" if passing else "2"
    reply = submit(attempt, {q: drawn(attempt, q, key) for q in ("thi-1", "thi-2")})
    assert (reply.body["items"][0]["explanation"] is not None) is told
    review = attempts.review(session, attempt)[0]
    assert (review.explanation is not None) is told
    assert [option.right for option in review.options] == ([True, False, False] if told else [None] * 3)
    assert [option.chosen for option in review.options] == [passing, not passing, False]
    assert review.options[0].feedback == ("<p>Phản hồi 1 của thi-1</p>" if told else None)


def test_every_kind_is_reviewed(session, begin, submit):
    published = make.publish(session, make.course(exam=make.exam(*every_kind.QUESTIONS)))
    attempt = begin(published)
    value = Decimal(next(item for item in attempt.paper if item["question"] == "so")["values"]["a"]) * 3
    answers = {q: drawn(attempt, q, keys) for q, keys in every_kind.RIGHT.items()} | {"so": int(value)}
    reply = submit(attempt, answers)
    assert reply.body["percent"] == 100
    by_id = {review.question["id"]: review for review in attempts.review(session, attempt)}
    assert {review.verdict for review in by_id.values()} == {"right"}
    assert (by_id["dung-sai"].given, by_id["dung-sai"].right) == ("true", "true")
    assert by_id["so"].given == by_id["so"].right.removesuffix(" đồng")
    assert [(part.given, part.right) for part in by_id["ghep"].parts] == [("vế 1", "vế 1"), ("vế 2", "vế 2")]
    assert [part.given for part in by_id["thu-tu"].parts] == [f"bước {n}" for n in (1, 2, 3, 4)]
    assert [(part.label, part.given, part.right) for part in by_id["trong"].parts] == [
        ("(1)", "ba mươi", "ba mươi CANARY"),
        ("(2)", "B", "B"),
    ]


def test_what_was_typed_is_escaped_when_reviewed(session, begin, submit):
    attempt = begin(make.publish(session, make.course(exam=make.exam(every_kind.text))))
    submit(attempt, {"ngan": "<script>"})
    assert attempts.review(session, attempt)[0].given == "&lt;script&gt;"


def test_a_third_is_kept_to_a_millionth_and_passing_is_exact(session, begin, submit):
    questions = [make.single(f"q-{n}") for n in range(3)]
    published = make.publish(
        session, make.course(exam=make.exam(*questions, pass_percent=Decimal("33.333333")))
    )
    attempt = begin(published)
    reply = submit(attempt, {"q-0": drawn(attempt, "q-0", "1")})
    assert (attempt.percent, attempt.passed) == (Decimal("33.333333"), True)
    assert reply.body["percent"] == pytest.approx(33.333333)
    stricter = make.publish(
        session, make.course(exam=make.exam(*questions, pass_percent=Decimal("33.333334")))
    )
    attempt = begin(stricter)
    assert submit(attempt, {"q-0": drawn(attempt, "q-0", "1")}).body["passed"] is False


def test_ids_are_uuids(exam):
    assert str(UUID(exam.id)) == exam.id
    assert isinstance(exam, Attempt)

"""Attempts: started, answered, submitted. Whatever was sent is kept; a retry gets the first reply again."""

from typing import Any, TypeVar

import msgspec
from flask import Response
from sqlalchemy.orm import Session

from learning.accounts.visitors import visitor
from learning.api.courses import live, missing
from learning.api.problems import FieldError, Problem, problem
from learning.api.routes import api
from learning.api.schemas import (
    AnswerSaved,
    AttemptStarted,
    AttemptView,
    QuestionView,
    ResultView,
    SaveAnswer,
    StartAttempt,
    Submit,
)
from learning.certificates import outcomes
from learning.library import catalogue
from learning.quizzes import attempts, wording
from learning.quizzes.attempts import (
    AskAgain,
    ClientIdReused,
    NoAttemptsLeft,
    NoSuchQuiz,
    PrerequisitesMissing,
)
from learning.quizzes.grading import BadAnswer
from learning.quizzes.models import Attempt
from learning.web.context import database, db, now, zone
from learning.web.i18n import gettext as _

Found = TypeVar("Found")


@api.call(
    "POST",
    "/attempts",
    body=StartAttempt,
    replies={201: AttemptStarted, 200: AttemptStarted},
    problems=(404, 409),
)
def start_attempt(body: StartAttempt) -> tuple[AttemptStarted, int]:
    """Starts an attempt at a lesson's quiz or the exam; an open one is given back (200)."""
    published = live(body.course)
    try:
        attempt, created = outcomes.start(db(), now(), zone(), visitor().id, published, body.quiz)
    except NoSuchQuiz as error:
        raise Problem(404, _("Khóa học không có bài kiểm tra này.")) from error
    except NoAttemptsLeft as error:
        raise Problem(409, _("Đã dùng hết %(count)s lượt làm bài.", count=error.allowed)) from error
    except PrerequisitesMissing as error:
        raise Problem(409, missing(error)) from error
    started = AttemptStarted(
        id=attempt.id,
        quiz=_quiz(attempt),
        release=catalogue.release(db(), attempt.release_id).number,
        number=attempt.number,
        seq=attempt.seq,
        started_at=attempt.started_at,
        closes_at=attempt.closes_at,
        questions=_questions(attempt),
    )
    return started, 201 if created else 200


@api.call("GET", "/attempts/<attempt_id>", replies={200: AttemptView}, problems=(404,))
def attempt(attempt_id: str) -> AttemptView:
    """An attempt of one's own as it stands; with its result once it is over."""
    found = _there(attempts.find(db(), visitor().id, attempt_id))
    standing = attempts.standing(db(), now(), found)
    return AttemptView(
        id=found.id,
        quiz=_quiz(found),
        state=standing.state,  # type: ignore[arg-type]
        seq=standing.seq,
        started_at=found.started_at,
        closes_at=found.closes_at,
        questions=_questions(found),
        answers=dict(standing.answers),
        result=_result(standing.result) if standing.result else None,
    )


@api.call(
    "PUT",
    "/attempts/<attempt_id>/answers/<question>",
    body=SaveAnswer,
    replies={200: AnswerSaved},
    problems=(404, 409),
)
def save_answer(attempt_id: str, question: str, body: SaveAnswer) -> AnswerSaved | Response:
    """Saves one answer. A stale or late one is refused (409) and kept."""
    person_id, moment = visitor().id, now()

    def save(
        session: Session,
    ) -> tuple[Attempt, attempts.Saved | attempts.StaleAnswer | attempts.TooLate] | None:
        found = attempts.find(session, person_id, attempt_id, hold=True)
        if found is None:
            return None
        outcomes.at_work(session, moment, found)
        return found, attempts.save(session, moment, found, question, body.answer, body.seq, body.client_id)

    try:
        found, done = _there(database().together(save))
    except (BadAnswer, ClientIdReused) as error:
        raise _unusable(error, question) from error
    match done:
        case attempts.Saved():
            return AnswerSaved(saved_at=done.saved_at, seq=done.seq)
        case attempts.StaleAnswer():
            return problem(
                409,
                _("Một trang khác đã lưu sau. Câu trả lời này được giữ lại nhưng không tính."),
                seq=done.seq,
            )
        case _:
            return _too_late(found)


@api.call(
    "POST",
    "/attempts/<attempt_id>/submission",
    body=Submit,
    replies={201: ResultView, 200: ResultView},
    problems=(404, 409),
)
def submit(attempt_id: str, body: Submit) -> tuple[ResultView, int] | Response:
    """Ends the attempt and grades it. Answers sent here stand over those saved."""
    person_id, moment, where = visitor().id, now(), zone()

    def hand_in(session: Session) -> tuple[Attempt, outcomes.Reply] | None:
        found = attempts.find(session, person_id, attempt_id, hold=True)
        if found is None:
            return None
        return found, outcomes.submit(session, moment, where, found, body.answers, body.client_id)

    try:
        found, done = _there(database().together(hand_in))
    except (BadAnswer, ClientIdReused) as error:
        raise _unusable(error) from error
    match done:
        case outcomes.Submitted():
            return _result(done.body), 201 if done.first else 200
        case AskAgain():
            errors = [FieldError(asked.question, wording.ask_again(asked.reason)) for asked in done.errors]
            return problem(
                422, _("Có câu trả lời cần xem lại; gửi lần nữa sẽ chấm như đã viết."), errors=errors
            )
        case _:
            return _too_late(found)


def _there(found: Found | None) -> Found:
    # Not within a verb: whichever request leads runs the verbs of all, and speaks the language of its own reader.
    if found is None:
        raise Problem(404, _("Không có lượt làm bài này."))
    return found


def _unusable(error: BadAnswer | ClientIdReused, question: str = "") -> Problem:
    if isinstance(error, ClientIdReused):
        message = _("client_id này đã dùng cho một nội dung khác; hãy tạo mã mới.")
        return Problem(422, message, [FieldError("client_id", message)])
    message = wording.bad_answer(error.code)
    return Problem(422, message, [FieldError(error.question or question or "answer", message)])


def _too_late(attempt: Attempt) -> Response:
    return problem(
        409, _("Bài đã nộp hoặc đã hết giờ. Nội dung gửi sau được giữ lại nhưng không tính."), seq=attempt.seq
    )


def _quiz(attempt: Attempt) -> str:
    published = catalogue.release(db(), attempt.release_id)
    return attempts.page_of(published, attempt.quiz).slug


def _questions(attempt: Attempt) -> list[QuestionView]:
    return msgspec.convert(attempts.shown(db(), attempt), list[QuestionView])


def _result(result: Any) -> ResultView:
    return msgspec.convert({"certificate": None, **result}, ResultView)

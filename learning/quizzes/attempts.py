"""Attempts: started, saved, finished. Every verb here takes `session` and `now`, flushes and never commits.

Desks start, submit and settle through `certificates.outcomes`, which adds progress and certificate to what
is done here; `save`, `save_page`, `standing`, `review`, `shown` and `kept` they call directly.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import marking, papers, records, reviewing
from learning.quizzes.grading import BadAnswer
from learning.quizzes.models import AnswerEvent, AskedAgain, Attempt, Submission
from learning.quizzes.records import find, lock, saved_answers
from learning.quizzes.replies import (
    AskAgain,
    AskedItem,
    ClientIdReused,
    Finished,
    NoAttemptsLeft,
    NoSuchQuiz,
    PageSaved,
    PrerequisitesMissing,
    Replay,
    Saved,
    StaleAnswer,
    StalePage,
    Standing,
    TooLate,
)
from learning.quizzes.reviewing import ItemReview, OptionReview, PartReview
from learning.quizzes.scenario import Walk

# All that a desk needs of an attempt may be taken from here.
__all__ = [
    "AskAgain",
    "AskedItem",
    "BadAnswer",
    "ClientIdReused",
    "ItemReview",
    "NoAttemptsLeft",
    "NoSuchQuiz",
    "OptionReview",
    "PageSaved",
    "PartReview",
    "PrerequisitesMissing",
    "Replay",
    "Saved",
    "StaleAnswer",
    "StalePage",
    "Standing",
    "TooLate",
    "Walk",
    "find",
    "lock",
    "saved_answers",
]

MOST_SAVES = 2**31 - 1  # what the database's column holds


def quiz_key(page: Page) -> str:
    """What `Attempt.quiz` and `PageProgress.page` call a page: "exam", else its id."""
    return "exam" if page.kind == "exam" else page.id


def page_of(published: Published, quiz: str) -> Page:
    """The page behind `Attempt.quiz`. Raises NoSuchQuiz."""
    course = published.course
    pages = (*course.pages, course.exam) if course.exam else course.pages
    for page in pages:
        if quiz_key(page) == quiz:
            return page
    raise NoSuchQuiz(quiz)


def start(
    session: Session,
    now: datetime,
    person_id: int,
    published: Published,
    page_slug: str,
    *,
    missing: Sequence[str],
    factor: Decimal = Decimal(1),
    prepared: bool = False,
) -> tuple[Attempt, bool]:
    """Desks call `certificates.outcomes.start`. The open attempt at this quiz, or a new one (True).

    `missing` are the prerequisites not yet done, `factor` what a time limit is multiplied by for this person;
    `prepared`: it is made to be taken along, and nobody has opened it yet.
    Raises NoSuchQuiz, PrerequisitesMissing, NoAttemptsLeft.
    """
    course, page = published.course, published.course.page(page_slug)
    if page is None:
        raise NoSuchQuiz(page_slug)
    quiz, allowed = quiz_key(page), marking.rules(page).attempts
    if (held := open_attempt(session, person_id, course.id, quiz)) is not None:
        return held, False
    if missing:
        raise PrerequisitesMissing(missing)
    last = number_begun(session, person_id, course.id, quiz)
    if allowed is not None and last >= allowed:
        raise NoAttemptsLeft(allowed)
    seed = secrets.token_hex(16)
    paper = papers.draw(page, seed)
    if not paper:
        raise NoSuchQuiz(page_slug)
    attempt = Attempt(
        id=str(uuid4()),
        person_id=person_id,
        course_id=course.id,
        quiz=quiz,
        number=last + 1,
        release_id=published.release_id,
        seed=seed,
        paper=paper,
        pass_percent=marking.rules(page).pass_percent,
        state="open",
        seq=0,
        page_token=_token(),
        started_at=now,
        prepared_at=now if prepared else None,
        opened=not prepared,
        closes_at=closing(now, marking.rules(page).time_limit, factor),
    )
    try:
        with session.begin_nested():
            session.add(attempt)
            session.flush()
    except IntegrityError:
        # Somebody was faster: the same person in another tab.
        held = open_attempt(session, person_id, course.id, quiz)
        if held is None:
            raise
        return held, False
    return attempt, True


def open_attempt(session: Session, person_id: int, course_id: str, quiz: str) -> Attempt | None:
    """The person's open attempt at a quiz; there is at most one."""
    return session.scalar(
        select(Attempt).where(
            Attempt.person_id == person_id,
            Attempt.course_id == course_id,
            Attempt.quiz == quiz,
            Attempt.state == "open",
        )
    )


def number_begun(session: Session, person_id: int, course_id: str, quiz: str) -> int:
    """How many attempts the person has begun at a quiz. One that is only prepared is still theirs to begin: there is one
    at most, it is the last, and whoever starts gets it."""
    number = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.person_id == person_id,
            Attempt.course_id == course_id,
            Attempt.quiz == quiz,
            Attempt.opened,
        )
    )
    return number or 0


def shown(session: Session, attempt: Attempt) -> list[dict[str, Any]]:
    """The questions of the attempt as the contract has them: never a key, feedback or explanation."""
    _, page = pinned(session, attempt)
    return papers.questions(attempt.paper, page)


def pinned(session: Session, attempt: Attempt) -> tuple[Published, Page]:
    """The release an attempt began on, whatever is live now, and its page there."""
    published = catalogue.release(session, attempt.release_id)
    return published, page_of(published, attempt.quiz)


def closing(started_at: datetime, minutes: Decimal | None, factor: Decimal) -> datetime | None:
    """When the time is up of an attempt begun then; None without a limit."""
    return None if minutes is None else started_at + timedelta(seconds=int(minutes * factor * 60))


def overdue(attempt: Attempt, now: datetime) -> bool:
    """Open, but its time is up."""
    return attempt.state == "open" and attempt.closes_at is not None and now >= attempt.closes_at


def standing(session: Session, now: datetime, attempt: Attempt) -> Standing:
    """The attempt as it stands now; writes nothing."""
    answers = saved_answers(session, attempt)
    if not overdue(attempt, now):
        return Standing(attempt.state, attempt.seq, answers, attempt.result)
    published, page = pinned(session, attempt)
    marked = marking.mark(page, attempt.paper, answers, attempt.pass_percent)
    return Standing("closed", attempt.seq, answers, marking.result(marked, page, published.course))


def save(
    session: Session, now: datetime, attempt: Attempt, question: str, answer: Any, seq: int, client_id: str
) -> Saved | StaleAnswer | TooLate:
    """Saves one answer (wire form; None takes it back). The same `client_id` gets the first reply again.

    Raises BadAnswer (422: unknown question or option, wrong type, too long) and ClientIdReused (422).
    """
    client_id = records.client(client_id)
    if type(seq) is not int or not 0 <= seq <= MOST_SAVES:
        raise BadAnswer("seq", question)
    _, page = pinned(session, attempt)
    marking.check(page, attempt.paper, {question: answer})
    body_hash = records.hash_of([question, answer, seq])
    lock(session, attempt)
    if (first := records.came_before(session, attempt, client_id)) is not None:
        if first.body_hash != body_hash:
            raise ClientIdReused(client_id)
        held = records.held_before(session, attempt, first)
        return _reply(attempt, first.status, first.seq, first.received_at, held)
    status = "saved"
    if attempt.state != "open" or overdue(attempt, now):
        status = "late"
    elif not records.advance(session, attempt, seq):
        status = "stale"
    _add_event(session, now, attempt, question, answer, seq, status, client_id, body_hash)
    return _reply(attempt, status, seq, now, attempt.seq)


def save_next(
    session: Session,
    now: datetime,
    attempt: Attempt,
    question: str,
    answer: Any,
    client_id: str,
    *,
    stale: bool = False,
) -> Saved | StaleAnswer | TooLate:
    """Saves one answer after those there are, whoever saved them; `stale`: keeps it without letting it count. The same
    `client_id` gets the first reply again. Raises BadAnswer, ClientIdReused."""
    client_id = records.client(client_id)
    _, page = pinned(session, attempt)
    marking.check(page, attempt.paper, {question: answer})
    lock(session, attempt)
    if (first := records.came_before(session, attempt, client_id)) is not None:
        if (first.question, first.answer) != (question, answer):
            raise ClientIdReused(client_id)
        return _reply(attempt, first.status, first.seq, first.received_at, attempt.seq)
    seq, status = attempt.seq, "stale" if stale else "saved"
    if attempt.state != "open" or overdue(attempt, now):
        status = "late"
    elif not stale:
        seq += 1
        if not records.advance(session, attempt, seq):
            raise RuntimeError(f"attempt {attempt.id} was written beside its lock")
    body_hash = records.hash_of([question, answer])
    _add_event(session, now, attempt, question, answer, seq, status, client_id, body_hash)
    return _reply(attempt, status, seq, now, attempt.seq)


def save_page(
    session: Session,
    now: datetime,
    attempt: Attempt,
    answers: Mapping[str, Any],
    page_token: str,
    *,
    seq: int | None = None,
) -> PageSaved | StalePage | TooLate:
    """Saves what a form sent (question → wire form; leave out what the form does not show). The form carries
    `attempt.page_token` as it was when the page was made, and, where scripts save beside it, the last `seq`
    they know. A stale form is refused and kept, unless it says just what is held. Raises BadAnswer."""
    _, page = pinned(session, attempt)
    marking.check(page, attempt.paper, answers)
    lock(session, attempt)
    held = saved_answers(session, attempt)
    new = {question: answer for question, answer in answers.items() if answer != held.get(question)}
    if attempt.state != "open" or overdue(attempt, now):
        records.keep(session, now, attempt, new, "late")
        return TooLate(attempt.finished_at or attempt.closes_at)
    if not new:
        return PageSaved(attempt.page_token, attempt.seq)
    if page_token != attempt.page_token or (seq is not None and seq != attempt.seq):
        records.keep(session, now, attempt, new, "stale")
        return StalePage(attempt.page_token, attempt.seq)
    seq = records.keep(session, now, attempt, new, "saved")
    if not records.turn_page(session, attempt, seq, _token()):
        raise RuntimeError(f"attempt {attempt.id} was written beside its lock")
    return PageSaved(attempt.page_token, attempt.seq)


def walk(session: Session, attempt: Attempt) -> Walk | None:
    """Where the answers saved lead in a scenario: `at` is the node to show next, or its ending. None for a quiz."""
    _, page = pinned(session, attempt)
    if page.scenario is None:
        return None
    return marking.answered(page.scenario, attempt.paper, saved_answers(session, attempt))


def last_answered(session: Session, attempt: Attempt) -> str:
    """The question whose answer was saved last, "" before the first."""
    query = select(AnswerEvent.question).where(
        AnswerEvent.attempt_id == attempt.id, AnswerEvent.status == "saved"
    )
    return session.scalar(query.order_by(AnswerEvent.seq.desc()).limit(1)) or ""


def asked(session: Session, attempt: Attempt) -> tuple[AskedItem, ...]:
    """What a submission of this open attempt asked to look at again, as far as it stands as it was; handed in once more
    it is graded so. In the order of the questions."""
    rows = session.scalars(select(AskedAgain).where(AskedAgain.attempt_id == attempt.id))
    before = {(row.question, row.part) for row in rows}
    if not before or attempt.state != "open":
        return ()
    _, page = pinned(session, attempt)
    marked = marking.mark(page, attempt.paper, saved_answers(session, attempt), attempt.pass_percent)
    return tuple(one for one in _asks(marked) if (one.question, one.part) in before)


def kept(session: Session, attempt: Attempt) -> list[AnswerEvent]:
    """Answers that came stale or late, in their order: they do not count, but they are not lost."""
    return list(
        session.scalars(
            select(AnswerEvent)
            .where(AnswerEvent.attempt_id == attempt.id, AnswerEvent.status != "saved")
            .order_by(AnswerEvent.id)
        )
    )


def review(session: Session, attempt: Attempt, now: datetime | None = None) -> list[ItemReview]:
    """The finished attempt question by question, as `show_answers` allows; empty while it is open.

    With `now`, an attempt whose time is up is reviewed as it will be closed.
    """
    if attempt.state == "open" and (now is None or not overdue(attempt, now)):
        return []
    published, page = pinned(session, attempt)
    written = any(item["kind"] == "written" for item in attempt.paper)
    hand = records.by_hand(session, [attempt.id] if written else []).get(attempt.id, ())
    return reviewing.review(
        published.course,
        page,
        attempt.paper,
        saved_answers(session, attempt),
        attempt.pass_percent,
        records.newest(hand),
    )


def submit(
    session: Session, now: datetime, attempt: Attempt, answers: Mapping[str, Any], client_id: str
) -> Finished | Replay | AskAgain | TooLate:
    """Desks call `certificates.outcomes.submit`. Ends the attempt with `answers` over those saved.

    Once its time is up (the caller has closed it) what was saved is graded, and other answers that come with
    the submission are kept as late: TooLate. Raises BadAnswer, ClientIdReused.
    """
    client_id, body_hash = records.client(client_id), records.hash_of(dict(answers))
    _, page = pinned(session, attempt)
    lock(session, attempt)
    first = None if attempt.state == "open" else session.get(Submission, attempt.id)
    if first is not None and first.client_id == client_id:
        if first.body_hash != body_hash:
            raise ClientIdReused(client_id)
        return Replay(first.reply)
    marking.check(page, attempt.paper, answers)
    held = saved_answers(session, attempt)
    new = {question: answer for question, answer in answers.items() if answer != held.get(question)}
    if attempt.state != "open" or overdue(attempt, now):
        records.keep(session, now, attempt, new, "late", client_id)
        if first is not None or new:
            return TooLate(attempt.finished_at)
        return Finished(client_id, body_hash)
    marked = marking.mark(page, attempt.paper, held | new, attempt.pass_percent)
    if again := _to_ask(session, now, attempt, marked):
        return AskAgain(again)
    seq = records.keep(session, now, attempt, new, "saved", client_id)
    if not _end(session, attempt, marked, "submitted", now, seq):
        raise RuntimeError(f"attempt {attempt.id} was written beside its lock")
    return Finished(client_id, body_hash)


def keep_reply(session: Session, now: datetime, attempt: Attempt, finished: Finished) -> None:
    """Remembers the attempt's result as the reply to its submission, so that a retry gets the same."""
    records.add_submission(session, now, attempt, finished.client_id, finished.body_hash)


def close(session: Session, now: datetime, attempt: Attempt) -> bool:
    """Desks call `certificates.outcomes.settle`. Closes an attempt whose time is up, graded on what was saved
    as it stands; False where there is nothing to close."""
    lock(session, attempt)
    if not overdue(attempt, now):
        return False
    _, page = pinned(session, attempt)
    marked = marking.mark(page, attempt.paper, saved_answers(session, attempt), attempt.pass_percent)
    return _end(session, attempt, marked, "closed", attempt.closes_at or now, attempt.seq)


def overdue_attempts(session: Session, now: datetime, limit: int) -> list[Attempt]:
    """Open attempts whose time is up, the oldest first."""
    query = select(Attempt).where(Attempt.state == "open", Attempt.closes_at <= now)
    return list(session.scalars(query.order_by(Attempt.closes_at).limit(limit)))


def _token() -> str:
    return secrets.token_hex(16)


def _add_event(
    session: Session,
    now: datetime,
    attempt: Attempt,
    question: str,
    answer: Any,
    seq: int,
    status: str,
    client_id: str,
    body_hash: str,
) -> None:
    event = {
        "question": question,
        "answer": answer,
        "seq": seq,
        "status": status,
        "client_id": client_id,
        "body_hash": body_hash,
    }
    records.add_events(session, now, attempt, event)


def _reply(
    attempt: Attempt, status: str, seq: int, received_at: datetime, held: int
) -> Saved | StaleAnswer | TooLate:
    if status == "saved":
        return Saved(received_at, seq)
    return StaleAnswer(held) if status == "stale" else TooLate(attempt.finished_at or attempt.closes_at)


def _to_ask(
    session: Session, now: datetime, attempt: Attempt, marked: marking.Marked
) -> tuple[AskedItem, ...]:
    """What must be asked again and has not been; noted, so that it is asked once."""
    asks = _asks(marked)
    if not asks:
        return ()
    asked = {
        (row.question, row.part)
        for row in session.scalars(select(AskedAgain).where(AskedAgain.attempt_id == attempt.id))
    }
    new = tuple(ask for ask in asks if (ask.question, ask.part) not in asked)
    session.add_all(
        AskedAgain(attempt_id=attempt.id, question=ask.question, part=ask.part, asked_at=now) for ask in new
    )
    session.flush()
    return new


def _asks(marked: marking.Marked) -> list[AskedItem]:
    return [AskedItem(item.question, ask.part, ask.reason) for item in marked.items for ask in item.asks]


def _end(
    session: Session, attempt: Attempt, marked: marking.Marked, state: str, at: datetime, seq: int
) -> bool:
    published, page = pinned(session, attempt)
    result = marking.result(marked, page, published.course)
    return records.end(session, attempt, marked, result, state, at, seq)

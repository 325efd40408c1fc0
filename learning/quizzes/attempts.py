"""Attempts: started, saved, finished. Every verb here takes `session` and `now`, flushes and never commits.

Desks start, submit and settle through `certificates.outcomes`, which adds progress and certificate to what
is done here; `save`, `save_page`, `standing`, `review`, `shown` and `kept` they call directly.

What must be kept although it is refused (a stale or late answer, the note that an answer was asked again)
comes back as a value, never as an exception: a view that raises rolls back, one that returns commits.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from sqlalchemy import CursorResult, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from learning.content.model import Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import marking, papers, reviewing
from learning.quizzes.grading import BadAnswer, canonical
from learning.quizzes.models import AnswerEvent, AskedAgain, Attempt, ItemResult, Submission
from learning.quizzes.reviewing import ItemReview, OptionReview, PartReview
from learning.quizzes.scenario import Walk

# What the verbs here raise and give back may be taken from here too.
__all__ = ["BadAnswer", "ItemReview", "OptionReview", "PartReview", "Walk"]

MOST_SAVES = 2**31 - 1  # what the database's column holds

# Rows that are written and never touched again go past the mapper.
_EVENTS = cast("Table", AnswerEvent.__table__)
_ITEMS = cast("Table", ItemResult.__table__)
_SUBMISSIONS = cast("Table", Submission.__table__)
HELD = "attempt held"  # in Session.info: which attempt this session's transaction holds


class NoSuchQuiz(LookupError):
    """The course has no page of this address, or nothing to answer on it: 404."""


class NoAttemptsLeft(Exception):
    """All attempts that the quiz allows are used up. `allowed` says how many."""

    def __init__(self, allowed: int) -> None:
        super().__init__(f"{allowed} attempts allowed")
        self.allowed = allowed


class PrerequisitesMissing(Exception):
    """Courses ("field/course") that must be done first: `missing`."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class ClientIdReused(Exception):
    """This `client_id` came before with another body: 422."""


@dataclass(frozen=True)
class Saved:
    """200 `{saved_at, seq}`; `seq` is the one the answer was saved under."""

    saved_at: datetime
    seq: int


@dataclass(frozen=True)
class StaleAnswer:
    """409 with `seq`, the one held: the answer was kept as stale and does not count."""

    seq: int


@dataclass(frozen=True)
class TooLate:
    """409: time is up or the attempt is over; what was sent is kept as late and does not count."""

    finished_at: datetime | None


@dataclass(frozen=True)
class PageSaved:
    """The answers of a form are saved; the next form carries `page_token`."""

    page_token: str
    seq: int


@dataclass(frozen=True)
class StalePage:
    """409: another tab has saved since this form was made. Its answers are kept as stale (see `kept`)."""

    page_token: str
    seq: int


@dataclass(frozen=True)
class AskedItem:
    """One answer to look at again. `part` is a gap's key or "". `reason`: "diacritics" or "ambiguous_number";
    `wording.ask_again(reason)` says it to people."""

    question: str
    part: str
    reason: str


@dataclass(frozen=True)
class AskAgain:
    """422, `errors[].field` = the question. Nothing is recorded under the `client_id`, which may be used again."""

    errors: tuple[AskedItem, ...]


@dataclass(frozen=True)
class Standing:
    """An attempt as it stands at a moment, for GET: an overdue one is shown closed and graded on what was saved,
    though it is not yet written so. `answers` in the wire form; `result` as in the contract, or None while open."""

    state: str
    seq: int
    answers: Mapping[str, Any]
    result: Mapping[str, Any] | None


@dataclass(frozen=True)
class Finished:
    """A submission taken; its caller adds the certificate to `attempt.result` and hands it to `keep_reply`."""

    client_id: str
    body_hash: str


@dataclass(frozen=True)
class Replay:
    """This very submission came before: the reply that was given."""

    reply: Mapping[str, Any]


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
) -> tuple[Attempt, bool]:
    """Desks call `certificates.outcomes.start`. The open attempt at this quiz, or a new one (True).

    `missing` are the prerequisites not yet done. Raises NoSuchQuiz, PrerequisitesMissing, NoAttemptsLeft.
    """
    course, page = published.course, published.course.page(page_slug)
    if page is None:
        raise NoSuchQuiz(page_slug)
    quiz, allowed = quiz_key(page), marking.rules(page).attempts
    if (held := open_attempt(session, person_id, course.id, quiz)) is not None:
        return held, False
    if missing:
        raise PrerequisitesMissing(missing)
    last = number_made(session, person_id, course.id, quiz)
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
        closes_at=_closing(now, marking.rules(page).time_limit),
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


def number_made(session: Session, person_id: int, course_id: str, quiz: str) -> int:
    """How many attempts the person has begun at a quiz."""
    number = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.person_id == person_id, Attempt.course_id == course_id, Attempt.quiz == quiz
        )
    )
    return number or 0


def find(session: Session, person_id: int, attempt_id: str, *, hold: bool = False) -> Attempt | None:
    """This person's attempt, or None: another's is as if it were not there. `hold` it to change it: see `lock`."""
    query = select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    if not hold:
        return session.scalar(query)
    attempt = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if attempt is not None:
        session.info[HELD] = (session.get_transaction(), attempt.id)
    return attempt


def shown(session: Session, attempt: Attempt) -> list[dict[str, Any]]:
    """The questions of the attempt as the contract has them: never a key, feedback or explanation."""
    _, page = pinned(session, attempt)
    return papers.questions(attempt.paper, page)


def pinned(session: Session, attempt: Attempt) -> tuple[Published, Page]:
    """The release an attempt began on, whatever is live now, and its page there."""
    published = catalogue.release(session, attempt.release_id)
    return published, page_of(published, attempt.quiz)


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


def saved_answers(session: Session, attempt: Attempt) -> dict[str, Any]:
    """The answers that count: of each question the one saved last; wire form."""
    events = session.execute(
        select(AnswerEvent.question, AnswerEvent.answer)
        .where(AnswerEvent.attempt_id == attempt.id, AnswerEvent.status == "saved")
        .order_by(AnswerEvent.seq)
    )
    latest: dict[str, Any] = dict(events.all())
    return {question: answer for question, answer in latest.items() if answer is not None}


def save(
    session: Session, now: datetime, attempt: Attempt, question: str, answer: Any, seq: int, client_id: str
) -> Saved | StaleAnswer | TooLate:
    """Saves one answer (wire form; None takes it back). The same `client_id` gets the first reply again.

    Raises BadAnswer (422: unknown question or option, wrong type, too long) and ClientIdReused (422).
    """
    client_id = _client(client_id)
    if type(seq) is not int or not 0 <= seq <= MOST_SAVES:
        raise BadAnswer("seq", question)
    _, page = pinned(session, attempt)
    marking.check(page, attempt.paper, {question: answer})
    event = AnswerEvent(
        attempt_id=attempt.id,
        client_id=client_id,
        question=question,
        answer=answer,
        seq=seq,
        status="saved",
        body_hash=_hash([question, answer, seq]),
        received_at=now,
    )
    lock(session, attempt)
    first = _event(session, attempt, client_id)
    if first is not None:
        if first.body_hash != event.body_hash:
            raise ClientIdReused(client_id)
        return _first_reply(session, attempt, first)
    if attempt.state != "open" or overdue(attempt, now):
        event.status = "late"
    elif not _advance(session, attempt, seq):
        event.status = "stale"
    session.add(event)
    session.flush()
    return _reply(attempt, event, attempt.seq)


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
        _keep(session, now, attempt, new, "late")
        return TooLate(attempt.finished_at or attempt.closes_at)
    if not new:
        return PageSaved(attempt.page_token, attempt.seq)
    if page_token != attempt.page_token or (seq is not None and seq != attempt.seq):
        _keep(session, now, attempt, new, "stale")
        return StalePage(attempt.page_token, attempt.seq)
    _keep(session, now, attempt, new, "saved")
    attempt.page_token = _token()
    session.flush()
    return PageSaved(attempt.page_token, attempt.seq)


def walk(session: Session, attempt: Attempt) -> Walk | None:
    """Where the answers saved lead in a scenario: `at` is the node to show next, or its ending. None for a quiz."""
    _, page = pinned(session, attempt)
    if page.scenario is None:
        return None
    return marking.answered(page.scenario, attempt.paper, saved_answers(session, attempt))


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
    return reviewing.review(
        published.course, page, attempt.paper, saved_answers(session, attempt), attempt.pass_percent
    )


def submit(
    session: Session, now: datetime, attempt: Attempt, answers: Mapping[str, Any], client_id: str
) -> Finished | Replay | AskAgain | TooLate:
    """Desks call `certificates.outcomes.submit`. Ends the attempt with `answers` over those saved.

    Once its time is up (the caller has closed it) what was saved is graded, and other answers that come with
    the submission are kept as late: TooLate. Raises BadAnswer, ClientIdReused.
    """
    client_id, body_hash = _client(client_id), _hash(dict(answers))
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
        _keep(session, now, attempt, new, "late", client_id)
        if first is not None or new:
            return TooLate(attempt.finished_at)
        return Finished(client_id, body_hash)
    marked = marking.mark(page, attempt.paper, held | new, attempt.pass_percent)
    if again := _to_ask(session, now, attempt, marked):
        return AskAgain(again)
    _keep(session, now, attempt, new, "saved", client_id)
    _finish(session, attempt, marked, "submitted", now)
    return Finished(client_id, body_hash)


def keep_reply(session: Session, now: datetime, attempt: Attempt, finished: Finished) -> None:
    """Remembers the attempt's result as the reply to its submission, so that a retry gets the same."""
    reply = {
        "attempt_id": attempt.id,
        "client_id": finished.client_id,
        "body_hash": finished.body_hash,
        "reply": attempt.result or {},
        "received_at": now,
    }
    session.connection().execute(insert(_SUBMISSIONS), reply)


def close(session: Session, now: datetime, attempt: Attempt) -> bool:
    """Desks call `certificates.outcomes.settle`. Closes an attempt whose time is up, graded on what was saved
    as it stands; False where there is nothing to close."""
    lock(session, attempt)
    if not overdue(attempt, now):
        return False
    _, page = pinned(session, attempt)
    marked = marking.mark(page, attempt.paper, saved_answers(session, attempt), attempt.pass_percent)
    return _finish(session, attempt, marked, "closed", attempt.closes_at or now)


def overdue_attempts(session: Session, now: datetime, limit: int) -> list[Attempt]:
    """Open attempts whose time is up, the oldest first."""
    query = select(Attempt).where(Attempt.state == "open", Attempt.closes_at <= now)
    return list(session.scalars(query.order_by(Attempt.closes_at).limit(limit)))


def lock(session: Session, attempt: Attempt) -> None:
    """Reads the row again and holds it: whoever else writes this attempt waits for our commit. Nothing to do where
    this transaction has held it since it was found."""
    if session.info.get(HELD) == (session.get_transaction(), attempt.id):
        return
    session.flush()
    session.refresh(attempt, with_for_update=True)
    session.info[HELD] = (session.get_transaction(), attempt.id)


def _closing(now: datetime, minutes: Decimal | None) -> datetime | None:
    return None if minutes is None else now + timedelta(seconds=int(minutes * 60))


def _token() -> str:
    return secrets.token_hex(16)


def _client(client_id: Any) -> str:
    try:
        return str(UUID(client_id))
    except (ValueError, TypeError, AttributeError):
        raise BadAnswer("client_id") from None


def _hash(body: Any) -> str:
    try:
        text = canonical(body)
    except RecursionError:
        raise BadAnswer("wrong_type") from None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _event(session: Session, attempt: Attempt, client_id: str) -> AnswerEvent | None:
    return session.scalar(
        select(AnswerEvent).where(AnswerEvent.attempt_id == attempt.id, AnswerEvent.client_id == client_id)
    )


def _first_reply(session: Session, attempt: Attempt, event: AnswerEvent) -> Saved | StaleAnswer | TooLate:
    held = session.scalar(
        select(func.max(AnswerEvent.seq)).where(
            AnswerEvent.attempt_id == attempt.id, AnswerEvent.status == "saved", AnswerEvent.id < event.id
        )
    )
    return _reply(attempt, event, held or 0)


def _reply(attempt: Attempt, event: AnswerEvent, held: int) -> Saved | StaleAnswer | TooLate:
    if event.status == "saved":
        return Saved(event.received_at, event.seq)
    return StaleAnswer(held) if event.status == "stale" else TooLate(attempt.finished_at or attempt.closes_at)


def _advance(session: Session, attempt: Attempt, seq: int) -> bool:
    """Takes the attempt's count up to `seq`; no where it is there already or the attempt is over."""
    return _change(session, attempt, Attempt.seq < seq, seq=seq)


def _change(session: Session, attempt: Attempt, condition: Any, **values: Any) -> bool:
    """A conditional UPDATE of an open attempt: the database decides, not what was read before."""
    change = (
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == "open", condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    changed = cast("CursorResult[Any]", session.execute(change)).rowcount == 1
    if changed:
        for name, value in values.items():
            set_committed_value(attempt, name, value)
    else:
        session.refresh(attempt)
    return changed


def _keep(
    session: Session,
    now: datetime,
    attempt: Attempt,
    answers: Mapping[str, Any],
    status: str,
    client_id: str | None = None,
) -> None:
    """Events for answers that came together. Those of a submission have ids made from its own, so that its
    retry adds none."""
    seq = attempt.seq
    if status == "saved" and answers and not _advance(session, attempt, seq + len(answers)):
        raise RuntimeError(f"attempt {attempt.id} was written beside its lock")
    events = []
    for question, answer in answers.items():
        seq += status == "saved"
        own = str(uuid5(UUID(client_id), question)) if client_id else str(uuid4())
        if status == "saved" or _event(session, attempt, own) is None:
            events.append(
                {
                    "attempt_id": attempt.id,
                    "client_id": own,
                    "question": question,
                    "answer": answer,
                    "seq": seq,
                    "status": status,
                    "body_hash": _hash([question, answer]),
                    "received_at": now,
                }
            )
    if events:
        session.connection().execute(insert(_EVENTS), events)


def _to_ask(
    session: Session, now: datetime, attempt: Attempt, marked: marking.Marked
) -> tuple[AskedItem, ...]:
    """What must be asked again and has not been; noted, so that it is asked once."""
    asks = [AskedItem(item.question, ask.part, ask.reason) for item in marked.items for ask in item.asks]
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


def _finish(session: Session, attempt: Attempt, marked: marking.Marked, state: str, at: datetime) -> bool:
    published, page = pinned(session, attempt)
    finished = _change(
        session,
        attempt,
        Attempt.state == "open",
        state=state,
        finished_at=at,
        score=marking.decimal(marked.score),
        out_of=marking.decimal(marked.out_of),
        percent=marking.decimal(marked.percent),
        passed=marked.passed,
        result=marking.result(marked, page, published.course),
    )
    if finished:
        items = [
            {
                "attempt_id": attempt.id,
                "question": item.question,
                "course_id": attempt.course_id,
                "quiz": attempt.quiz,
                "release_id": attempt.release_id,
                "mark": marking.decimal(item.mark),
                "max_mark": marking.decimal(item.max_mark),
                "verdict": item.verdict,
                "response": item.response,
            }
            for item in marked.items
        ]
        if items:
            session.connection().execute(insert(_ITEMS), items)
    return finished

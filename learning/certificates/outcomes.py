"""What a deed of studying leads to: progress and, where it fulfils the course, the certificate.

One path for page, API and sync. `zone` is the province's: what is printed on paper is dated there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person
from learning.certificates import issue
from learning.content.model import Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import deeds, markers, rereading
from learning.progress.deeds import Held
from learning.quizzes import attempts, extra_time, hand_marks, opening, records
from learning.quizzes.attempts import AskAgain, NoAttemptsLeft, PrerequisitesMissing, Replay, TooLate
from learning.quizzes.models import Attempt
from learning.vietnamese import formats


@dataclass(frozen=True)
class Submitted:
    """201 when `first`, else 200. `body` is the contract's reply; `certificate` in it is the serial of the one
    this submission earned, or None.
    """

    body: Mapping[str, Any]
    first: bool


Reply = Submitted | AskAgain | TooLate


def start(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    person_id: int,
    published: Published,
    page_slug: str,
    *,
    prepare: bool = False,
) -> tuple[Attempt, bool]:
    """The person's open attempt at this quiz, or a new one (True); `page_slug` is a lesson's slug or "exam". `prepare`:
    it is not begun yet, but there to be taken along.

    An open attempt whose time is up is settled first, and given back (closed) where no other is allowed.
    Raises attempts.NoSuchQuiz (404), PrerequisitesMissing, NoAttemptsLeft.
    """
    missing = deeds.missing(session, person_id, published.course)
    page = published.course.page(page_slug)
    timed = page is not None and page.quiz is not None and page.quiz.time_limit is not None
    # Held before any attempt is, in the order of `extra_time.grant`.
    factor = extra_time.held(session, person_id) if timed else extra_time.NONE
    held = None
    if page is not None:
        held = attempts.open_attempt(session, person_id, published.course.id, attempts.quiz_key(page))
    settled = held if held is not None and settle(session, now, zone, held) else None
    try:
        attempt, made = attempts.start(
            session, now, person_id, published, page_slug, missing=missing, factor=factor, prepared=prepare
        )
    except NoAttemptsLeft:
        if settled is None:
            raise
        return settled, False
    if prepare:
        return attempt, made
    if made:
        deeds.begin(session, now, attempt)
    else:
        at_work(session, now, attempt)
    return attempt, made


def at_work(session: Session, now: datetime, attempt: Attempt) -> None:
    """Something is done about an attempt on one of our pages: what was taken along counts as begun from now on."""
    if opening.here(session, now, attempt):
        deeds.begin(session, now, attempt)


def at_work_away(session: Session, now: datetime, attempt: Attempt, elapsed: int | None) -> None:
    """Something was done about it without a network; the phone has had it in sight for `elapsed` seconds by then, where
    it says so."""
    if opening.away(session, now, attempt, elapsed):
        deeds.begin(session, now, attempt)


def submit(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    attempt: Attempt,
    answers: Mapping[str, Any],
    client_id: str,
    *,
    here: bool = True,
) -> Reply:
    """Ends the attempt: `answers` (may be partial, wire form) over those saved, graded, recorded. `here`: it was handed
    in with a network, not delivered later.

    Raises BadAnswer (422) and ClientIdReused (422). TooLate: it had been submitted under another `client_id`,
    or time was up and other answers came than those saved; then what was saved is graded all the same.
    """
    settle(session, now, zone, attempt)
    if here:
        at_work(session, now, attempt)
    taken = attempts.submit(session, now, attempt, answers, client_id)
    if isinstance(taken, Replay):
        return Submitted(taken.reply, first=False)
    if isinstance(taken, AskAgain | TooLate):
        return taken
    _conclude(session, now, zone, attempt)
    _tell_markers(session, now, attempt)
    attempts.keep_reply(session, now, attempt, taken)
    return Submitted(attempt.result or {}, first=True)


def settle(session: Session, now: datetime, zone: ZoneInfo, attempt: Attempt) -> bool:
    """Closes an attempt whose time is up, graded on what was saved; False where there was nothing to do."""
    if not attempts.close(session, now, attempt):
        return False
    _conclude(session, now, zone, attempt)
    _tell_markers(session, now, attempt)
    return True


def settle_overdue(session: Session, now: datetime, zone: ZoneInfo, limit: int = 100) -> int:
    """Settles up to `limit` attempts whose time is up; how many it were."""
    return sum(
        settle(session, now, zone, attempt) for attempt in attempts.overdue_attempts(session, now, limit)
    )


def mark_read(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, published: Published, page: Page
) -> str | None:
    """A lesson without questions is read, and so done. The serial of the certificate this issued, or None.

    Raises deeds.HasQuestions for a page whose quiz decides, attempts.PrerequisitesMissing.
    """
    if missing := deeds.missing(session, person_id, published.course):
        raise PrerequisitesMissing(missing)
    enrolment = deeds.read(session, now, person_id, published, page)
    rereading.read_again(session, now, person_id, published, page)
    return _issue(session, now, zone, enrolment, published)


def mark_by_hand(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    attempt_id: str,
    by: int,
    entries: Mapping[str, hand_marks.Entry],
    client_id: str,
) -> Attempt:
    """A person's marks of written answers, with all that follows: score, progress, certificate, the learner's notice.
    The same `client_id` again changes nothing. Audited under the marker's username, `by` being their id.

    Raises hand_marks.NotToMark, hand_marks.Overtaken, ClientIdReused, BadAnswer.
    """
    attempt, changed = hand_marks.mark(session, now, attempt_id, by, entries, client_id)
    if not changed:
        return attempt
    _conclude(session, now, zone, attempt)
    markers.settle(session, now, attempt)
    marker = session.get_one(Person, by).username
    audit.record(
        session,
        now,
        marker,
        "attempt.marked",
        attempt.course_id,
        attempt=attempt.id,
        questions=", ".join(sorted(entries)),
    )
    if not (attempt.result or {}).get("to_mark"):
        title = catalogue.release(session, attempt.release_id).course.title
        told = {"title": title, "percent": formats.percent(attempt.percent or 0)}
        notices.tell(session, now, [attempt.person_id], "attempt.marked", attempt.id, **told)
    session.flush()
    return attempt


def begin_practice(session: Session, now: datetime, person_id: int, published: Published, page: Page) -> None:
    """The person sets about a practice. Raises attempts.PrerequisitesMissing."""
    if missing := deeds.missing(session, person_id, published.course):
        raise PrerequisitesMissing(missing)
    deeds.practise(session, now, person_id, published.course, page.id, done=False)


def finish_practice(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, published: Published, page_id: str
) -> str | None:
    """Every step of a practice has been signed off. `published`: the course as it is live, whose rule counts. The
    serial of the certificate this issued, or None."""
    enrolment = deeds.practise(session, now, person_id, published.course, page_id, done=True)
    return _issue(session, now, zone, enrolment, published)


def _conclude(session: Session, now: datetime, zone: ZoneInfo, attempt: Attempt) -> None:
    """Progress, and the certificate where this passed attempt earns one; its serial goes into the result."""
    published = catalogue.live(session, attempt.course_id) or catalogue.release(session, attempt.release_id)
    enrolment = deeds.finish(session, now, attempt, published.course)
    if not attempt.passed:
        return
    if serial := _issue(session, now, zone, enrolment, published):
        records.award(session, attempt, serial)


def _tell_markers(session: Session, now: datetime, attempt: Attempt) -> None:
    if (attempt.result or {}).get("to_mark"):
        markers.tell(session, now, attempt)


def _issue(
    session: Session, now: datetime, zone: ZoneInfo, enrolment: Held, published: Published
) -> str | None:
    certificate = issue.issue(session, now, zone, enrolment, published)
    return None if certificate is None else certificate.serial

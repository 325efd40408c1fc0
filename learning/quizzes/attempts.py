"""Attempts: started, saved, finished. Every verb here takes `session` and `now`, flushes and never commits.

Desks start, submit and settle through `certificates.outcomes`, which adds progress and certificate to what
is done here; `save`, `save_page`, `standing`, `review`, `shown` and `kept` they call directly.

What must be kept although it is refused (a stale or late answer, the note that an answer was asked again)
comes back as a value, never as an exception: a view that raises rolls back, one that returns commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library.catalogue import Published
from learning.quizzes.models import AnswerEvent, Attempt


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
class OptionReview:
    """An option (of a `single`, `multiple` or scenario node) after the fact. `right` and `feedback` are None where withheld."""

    id: str
    html: str
    chosen: bool
    right: bool | None
    feedback: str | None


@dataclass(frozen=True)
class PartReview:
    """A gap, a left side of a `match`, or a place of an `order`, after the fact; texts are HTML.

    `label` says which part; `given` what was answered ("" if nothing); `right` the right answer, None where withheld.
    """

    key: str
    label: str
    given: str
    verdict: str
    right: str | None


@dataclass(frozen=True)
class ItemReview:
    """One question of a finished attempt, for the result page. `None` means withheld (`show_answers`), "" nothing said.

    `question` is what was shown (contract: a question). `given` and `right` are HTML for kinds without options
    or parts: `text`, `number`, `true-false` ("true"/"false" there). `score` of `points`, as stored.
    """

    question: Mapping[str, Any]
    title: str
    verdict: str
    score: float
    points: float
    answer: Any
    given: str
    right: str | None
    options: tuple[OptionReview, ...] = ()
    parts: tuple[PartReview, ...] = ()
    feedback: str | None = None
    explanation: str | None = None
    sources: tuple[Mapping[str, str], ...] = field(default=())


def quiz_key(page: Page) -> str:
    """What `Attempt.quiz` and `PageProgress.page` call a page: "exam", else its id."""
    return "exam" if page.kind == "exam" else page.id


def page_of(published: Published, quiz: str) -> Page:
    """The page behind `Attempt.quiz`. Raises NoSuchQuiz."""
    raise NotImplementedError


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
    raise NotImplementedError


def find(session: Session, person_id: int, attempt_id: str) -> Attempt | None:
    """This person's attempt, or None: another's is as if it were not there."""
    raise NotImplementedError


def shown(session: Session, attempt: Attempt) -> list[dict[str, Any]]:
    """The questions of the attempt as the contract has them: never a key, feedback or explanation."""
    raise NotImplementedError


def overdue(attempt: Attempt, now: datetime) -> bool:
    """Open, but its time is up."""
    raise NotImplementedError


def standing(session: Session, now: datetime, attempt: Attempt) -> Standing:
    """The attempt as it stands now; writes nothing."""
    raise NotImplementedError


def save(
    session: Session, now: datetime, attempt: Attempt, question: str, answer: Any, seq: int, client_id: str
) -> Saved | StaleAnswer | TooLate:
    """Saves one answer (wire form; None takes it back). The same `client_id` gets the first reply again.

    Raises BadAnswer (422: unknown question or option, wrong type, too long) and ClientIdReused (422).
    """
    raise NotImplementedError


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
    raise NotImplementedError


def kept(session: Session, attempt: Attempt) -> list[AnswerEvent]:
    """Answers that came stale or late, in their order: they do not count, but they are not lost."""
    raise NotImplementedError


def review(session: Session, attempt: Attempt) -> list[ItemReview]:
    """The finished attempt question by question, as `show_answers` allows; empty while it is open."""
    raise NotImplementedError

"""What a deed of studying leads to: progress and, where it fulfils the course, the certificate.

One path for page, API and sync.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.content.model import Page
from learning.library.catalogue import Published
from learning.quizzes.attempts import AskAgain, TooLate
from learning.quizzes.models import Attempt


@dataclass(frozen=True)
class Submitted:
    """201 when `first`, else 200. `body` is the contract's reply: score, out_of, percent, passed, items, certificate.

    `late`: questions whose answers came with the submission but after time was up; kept, not counted.
    """

    body: Mapping[str, Any]
    first: bool
    late: tuple[str, ...] = ()


Reply = Submitted | AskAgain | TooLate


def start(
    session: Session, now: datetime, today: date, person_id: int, published: Published, page_slug: str
) -> tuple[Attempt, bool]:
    """The person's open attempt at this quiz, or a new one (True); `page_slug` is a lesson's slug or "exam".

    An open attempt whose time is up is settled first, and given back (closed) where no other is allowed.
    Raises attempts.NoSuchQuiz (404), PrerequisitesMissing, NoAttemptsLeft.
    """
    raise NotImplementedError


def submit(
    session: Session, now: datetime, today: date, attempt: Attempt, answers: Mapping[str, Any], client_id: str
) -> Reply:
    """Ends the attempt: `answers` (may be partial, wire form) over those saved, graded, recorded.

    Raises BadAnswer (422) and ClientIdReused (422). TooLate: it had been submitted under another `client_id`.
    """
    raise NotImplementedError


def settle(session: Session, now: datetime, today: date, attempt: Attempt) -> bool:
    """Closes an attempt whose time is up, graded on what was saved; False where there was nothing to do."""
    raise NotImplementedError


def settle_overdue(session: Session, now: datetime, today: date, limit: int = 100) -> int:
    """Settles up to `limit` attempts whose time is up; how many it were."""
    raise NotImplementedError


def mark_read(
    session: Session, now: datetime, today: date, person_id: int, published: Published, page: Page
) -> str | None:
    """A lesson without questions is read, and so done. The serial of the certificate this issued, or None.

    Raises deeds.HasQuestions for a page whose quiz decides, attempts.PrerequisitesMissing.
    """
    raise NotImplementedError

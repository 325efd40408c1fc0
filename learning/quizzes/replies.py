"""What the verbs of an attempt answer, and what they raise.

What must be kept although it is refused (a stale or late answer, the note that an answer was asked again) comes
back as a value, never as an exception: a view that raises rolls back, one that returns commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


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

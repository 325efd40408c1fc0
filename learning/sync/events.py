"""What a phone did without a network, taken in. Each event has an id of its own, so that it counts once however often
it comes; a `seq` of its device, so that the order it comes in does not matter; and nothing of it is thrown away.

`take` runs in one transaction, and may run again after a rollback.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library import catalogue
from learning.progress import deeds
from learning.quizzes import attempts, records
from learning.quizzes.attempts import AskAgain, BadAnswer, ClientIdReused, PrerequisitesMissing
from learning.quizzes.models import Attempt
from learning.sync.models import SyncedEvent

Kind = Literal["answer", "submission", "reading"]
Status = Literal["saved", "stale", "late", "submitted", "read", "asked", "refused", "unknown"]


@dataclass(frozen=True)
class Event:
    """`answer` needs attempt, question and answer; `submission` attempt and answers (all that the phone has, over what
    was saved: hence a submission that overtakes an answer loses nothing); `reading` course and lesson. `elapsed`: the
    seconds that the phone has had the attempt in sight by then; None: it does not say."""

    client_id: str
    kind: Kind
    device: str
    seq: int
    attempt: str = ""
    question: str = ""
    answer: Any = None
    answers: Mapping[str, Any] | None = None
    course: str = ""
    lesson: str = ""
    elapsed: int | None = None

    @property
    def subject(self) -> str:
        return self.attempt if self.kind != "reading" else f"{self.course}/{self.lesson}"


@dataclass(frozen=True)
class Taken:
    """What became of an event.

    saved, submitted, read: it counts. stale: the same device had sent a later answer to the question. late: the attempt
    was over; the answer is kept, and shown to its author. asked: the submission has answers to be looked at again
    (`reason`); nothing is recorded under this id, and sent again it is graded as it stands. refused: it cannot be used
    (`reason`, a code of grading or "client_id"). unknown: there is no such attempt or lesson for this person.
    """

    client_id: str
    status: Status
    reason: str = ""


def take(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, events: Iterable[Event]
) -> list[Taken]:
    """What became of each event, in the order given. Of one delivery answers are taken before submissions: what was
    answered in time is not late because of the order in a list."""
    # One delivery of a person at a time: their phone may have sent the same twice at once.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    given = list(events)
    became = {
        place: _take(session, now, zone, person_id, event)
        for place, event in sorted(enumerate(given), key=lambda pair: (pair[1].kind == "submission", pair[0]))
    }
    return [became[place] for place in range(len(given))]


def _take(session: Session, now: datetime, zone: ZoneInfo, person_id: int, event: Event) -> Taken:
    try:
        client_id = records.client(event.client_id)
        records.client(event.device)
        body_hash = records.hash_of(
            [event.kind, event.subject, event.question, event.answer, dict(event.answers or {})]
        )
    except BadAnswer as error:
        return Taken(event.client_id, "refused", error.code)
    first = session.scalar(
        select(SyncedEvent).where(SyncedEvent.person_id == person_id, SyncedEvent.client_id == client_id)
    )
    if first is not None:
        if first.body_hash != body_hash:
            return Taken(event.client_id, "refused", "client_id")
        return Taken(event.client_id, first.status)  # type: ignore[arg-type]
    try:
        status, reason = _do(session, now, zone, person_id, client_id, event)
    except BadAnswer as error:
        return Taken(event.client_id, "refused", error.code)
    except ClientIdReused:
        return Taken(event.client_id, "refused", "client_id")
    if status not in ("unknown", "asked", "refused"):
        session.add(
            SyncedEvent(
                person_id=person_id,
                client_id=client_id,
                device=event.device,
                kind=event.kind,
                subject=event.subject,
                question=event.question,
                seq=event.seq,
                status=status,
                body_hash=body_hash,
                received_at=now,
            )
        )
        session.flush()
    return Taken(event.client_id, status, reason)


def _do(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, client_id: str, event: Event
) -> tuple[Status, str]:
    if event.kind == "reading":
        return _read(session, now, zone, person_id, event)
    attempt = attempts.find(session, person_id, event.attempt, hold=True)
    if attempt is None:
        return "unknown", ""
    outcomes.settle(session, now, zone, attempt)
    outcomes.at_work_away(session, now, attempt, event.elapsed)
    if event.kind == "submission":
        return _submit(session, now, zone, attempt, client_id, event)
    newer = overtaken(session, attempt, event)
    done = attempts.save_next(session, now, attempt, event.question, event.answer, client_id, stale=newer)
    match done:
        case attempts.Saved():
            return "saved", ""
        case attempts.StaleAnswer():
            return "stale", ""
        case _:
            return "late", ""


def _submit(
    session: Session, now: datetime, zone: ZoneInfo, attempt: Attempt, client_id: str, event: Event
) -> tuple[Status, str]:
    match outcomes.submit(session, now, zone, attempt, dict(event.answers or {}), client_id, here=False):
        case outcomes.Submitted():
            return "submitted", ""
        case AskAgain() as asked:
            return "asked", ", ".join(sorted({one.question for one in asked.errors}))
        case _:
            return "late", ""


def _read(
    session: Session, now: datetime, zone: ZoneInfo, person_id: int, event: Event
) -> tuple[Status, str]:
    published = catalogue.live(session, event.course)
    page = published.course.page(event.lesson) if published else None
    if published is None or page is None:
        return "unknown", ""
    try:
        outcomes.mark_read(session, now, zone, person_id, published, page)
    except deeds.HasQuestions:
        return "refused", "has_questions"
    except PrerequisitesMissing:
        return "refused", "prerequisites"
    return "read", ""


def overtaken(session: Session, attempt: Attempt, event: Event) -> bool:
    """Whether the same device has had a later answer to the question saved."""
    later = select(SyncedEvent.id).where(
        SyncedEvent.subject == attempt.id,
        SyncedEvent.question == event.question,
        SyncedEvent.device == event.device,
        SyncedEvent.seq > event.seq,
        SyncedEvent.status == "saved",
    )
    return session.scalar(later.limit(1)) is not None

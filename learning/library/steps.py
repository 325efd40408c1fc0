"""A draft's way, told three times: to those who work on it, to the auditors, and to the next person."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.library.models import DraftRow, DraftStep

CLOCK = "clock"  # who publishes on a day that has come


def record(
    session: Session,
    now: datetime,
    draft: DraftRow,
    what: str,
    person_id: int | None,
    message: str = "",
    **detail: Any,
) -> None:
    """Writes the step and the entry of the audit log; the words of `message` are in the step only."""
    session.add(
        DraftStep(
            draft_id=draft.id,
            what=what,
            revision=draft.revision,
            person_id=person_id,
            message=message,
            at=now,
        )
    )
    detail = {name: value for name, value in detail.items() if value not in ("", None)}
    actor = username(session, person_id)
    audit.record(session, now, actor, f"draft.{what}", draft.course_id, draft=draft.id, **detail)
    session.flush()


def username(session: Session, person_id: int | None) -> str:
    return CLOCK if person_id is None else session.get_one(Person, person_id).username


def full_name(session: Session, person_id: int | None) -> str:
    return "" if person_id is None else session.get_one(Person, person_id).full_name


def of(session: Session, draft: DraftRow) -> list[tuple[DraftStep, str]]:
    """Every step with the full name of who took it ("": the clock), the oldest first."""
    query = (
        select(DraftStep, Person.full_name)
        .outerjoin(Person, Person.id == DraftStep.person_id)
        .where(DraftStep.draft_id == draft.id)
        .order_by(DraftStep.id)
    )
    return [(step, name or "") for step, name in session.execute(query)]

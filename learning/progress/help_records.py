"""What was done for people who need help, written down by whoever did it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.progress.models import HelpRecord

PAGE = 50


@dataclass(frozen=True)
class Helped:
    record: HelpRecord
    helper: str


def record(
    session: Session,
    now: datetime,
    *,
    by_id: int,
    person: Person,
    course_id: str,
    rule: str,
    did: str,
    outcome: str,
    agreed_on: date | None,
    note: str,
    client_id: str,
    actor: str,
) -> HelpRecord:
    """Writes down what was done; what this helper sent before under the same `client_id` stays as it is."""
    sent = select(HelpRecord).where(HelpRecord.by_id == by_id, HelpRecord.client_id == client_id)
    known = session.scalar(sent)
    if known is not None:
        return known
    made = HelpRecord(
        person_id=person.id,
        course_id=course_id,
        rule=rule,
        did=did,
        outcome=outcome,
        agreed_on=agreed_on,
        note=note,
        by_id=by_id,
        client_id=client_id,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # sent twice at the same moment
        return session.scalars(sent).one()
    audit.record(
        session, now, actor, "help.recorded", course_id, person=person.username, did=did, outcome=outcome
    )
    return made


def history(session: Session, person_id: int, course_id: str) -> list[Helped]:
    """What was done for this person in this course, the newest first."""
    query = (
        select(HelpRecord, Person.full_name)
        .join(Person, Person.id == HelpRecord.by_id)
        .where(HelpRecord.person_id == person_id, HelpRecord.course_id == course_id)
        .order_by(HelpRecord.at.desc(), HelpRecord.id.desc())
    )
    return [Helped(made, helper) for made, helper in session.execute(query)]


def about(session: Session, person_id: int, *, before: int | None = None) -> tuple[list[Helped], bool]:
    """All that was written down about helping this person, for them to read: the newest first, PAGE at a time, older than
    the record `before`; and whether there are more."""
    query = (
        select(HelpRecord, Person.full_name)
        .join(Person, Person.id == HelpRecord.by_id)
        .where(HelpRecord.person_id == person_id)
        .order_by(HelpRecord.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(HelpRecord.id < before)
    found = [Helped(made, helper) for made, helper in session.execute(query)]
    return found[:PAGE], len(found) > PAGE

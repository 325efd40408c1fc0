"""Classes (lớp): a trainer, a course, members, and the day it is due."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.accounts.people import username_form
from learning.organisation.models import ClassMember, TrainingClass


class UnknownPeopleError(ValueError):
    """Some of the names given are nobody's; `names` as they were written."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def create(
    session: Session,
    now: datetime,
    *,
    code: str,
    name: str,
    course_id: str,
    trainer_id: int,
    starts_on: date | None = None,
    due_on: date | None = None,
    actor: str,
) -> TrainingClass:
    """A class without members. Raises ValueError for a code that is taken and for a due date before the start."""
    code = code.strip()
    if session.scalar(select(TrainingClass.id).where(TrainingClass.code == code)) is not None:
        raise ValueError(f"the code is taken: {code}")
    if starts_on and due_on and due_on < starts_on:
        raise ValueError("due before it starts")
    new = TrainingClass(
        code=code,
        name=" ".join(name.split()),
        course_id=course_id,
        trainer_id=trainer_id,
        starts_on=starts_on,
        due_on=due_on,
        created_at=now,
    )
    session.add(new)
    audit.record(session, now, actor, "class.created", code, course=course_id)
    session.flush()
    return new


def set_due(
    session: Session, now: datetime, training_class: TrainingClass, due_on: date | None, *, actor: str
) -> None:
    """Raises ValueError for a day before the class starts."""
    if training_class.starts_on and due_on and due_on < training_class.starts_on:
        raise ValueError("due before it starts")
    training_class.due_on = due_on
    audit.record(session, now, actor, "class.due", training_class.code, due=due_on and due_on.isoformat())
    session.flush()


def set_members(
    session: Session, now: datetime, training_class: TrainingClass, names: Iterable[str], *, actor: str
) -> tuple[int, int]:
    """Makes exactly these the members, named by username or staff code; how many came and went.

    Raises UnknownPeopleError, and then changes nothing.
    """
    wanted = set(find_people(session, names).values())
    members = select(ClassMember.person_id).where(ClassMember.class_id == training_class.id)
    there = set(session.scalars(members))
    if gone := there - wanted:
        session.execute(
            delete(ClassMember).where(
                ClassMember.class_id == training_class.id, ClassMember.person_id.in_(gone)
            )
        )
    if new := sorted(wanted - there):
        session.execute(
            insert(ClassMember), [{"class_id": training_class.id, "person_id": one} for one in new]
        )
    if new or gone:
        audit.record(
            session, now, actor, "class.members", training_class.code, added=len(new), removed=len(gone)
        )
        session.flush()
    return len(new), len(gone)


def find_people(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Person ids by the username or staff code they were named with. Raises UnknownPeopleError."""
    asked = {name.strip() for name in names} - {""}
    forms = {username_form(name) for name in asked}
    rows = session.execute(
        select(Person.id, Person.username, Person.staff_code).where(
            or_(Person.username.in_(forms), Person.staff_code.in_(asked))
        )
    ).all()
    by_code = {row.staff_code: row.id for row in rows if row.staff_code}
    by_username = {row.username: row.id for row in rows}
    found = {name: by_username.get(username_form(name)) or by_code.get(name) for name in asked}
    if unknown := sorted(name for name, person_id in found.items() if person_id is None):
        raise UnknownPeopleError(unknown)
    return {name: person_id for name, person_id in found.items() if person_id is not None}

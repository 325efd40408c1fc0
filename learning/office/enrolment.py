"""Filling a class from pasted lines or from a unit. Nothing typed is lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.accounts.people import username_form
from learning.organisation.models import ClassMember, TrainingClass
from learning.organisation.visibility import sits_in

MOST_LINES = 2000


@dataclass(frozen=True)
class Amiss:
    """A pasted line that names no one; `why` is unknown, inactive or ambiguous."""

    number: int
    text: str
    why: str


@dataclass(frozen=True)
class Enrolled:
    added: int
    already: int
    amiss: tuple[Amiss, ...] = ()


def enrol_lines(
    session: Session, now: datetime, group: TrainingClass, pasted: str, *, actor: str
) -> Enrolled:
    """Adds whoever the lines name, each by username or staff code (what follows a tab, comma or semicolon on
    the line is not read); the lines that name no one are given back."""
    numbered = [
        (number, line.strip()) for number, line in enumerate(pasted.splitlines(), start=1) if line.strip()
    ]
    keys = {number: re.split(r"[\t,;]", line)[0].strip() for number, line in numbered}
    wanted = {key.lower() for key in keys.values()} | {username_form(key) for key in keys.values()}
    known = _known(session, wanted | set(keys.values()))
    found: set[int] = set()
    amiss: list[Amiss] = []
    for number, line in numbered:
        key = keys[number]
        persons = known.get(key.lower(), []) or known.get(username_form(key), [])
        if not persons:
            amiss.append(Amiss(number, line, "unknown"))
        elif len(persons) > 1:
            amiss.append(Amiss(number, line, "ambiguous"))
        elif not persons[0].active:
            amiss.append(Amiss(number, line, "inactive"))
        else:
            found.add(persons[0].id)
    enrolled = _enrol(session, now, group, found, actor)
    return Enrolled(enrolled.added, enrolled.already, tuple(amiss))


def enrol_unit(
    session: Session, now: datetime, today: date, group: TrainingClass, unit_code: str, *, actor: str
) -> Enrolled:
    """Adds everyone active who sits in the unit, or below it, today."""
    seated = Person.id.in_(sits_in([unit_code], today))
    persons = session.scalars(select(Person.id).where(seated, Person.active))
    return _enrol(session, now, group, persons, actor)


def leave(session: Session, now: datetime, group: TrainingClass, person_id: int, *, actor: str) -> bool:
    """Takes a person out of the class; what they learned stays. False where they were not in it."""
    gone = session.execute(
        delete(ClassMember)
        .where(ClassMember.class_id == group.id, ClassMember.person_id == person_id)
        .returning(ClassMember.person_id)
    ).one_or_none()
    if gone is not None:
        person = session.get_one(Person, person_id)
        audit.record(session, now, actor, "class.member_removed", group.code, person=person.username)
    return gone is not None


def _known(session: Session, keys: set[str]) -> dict[str, list[Person]]:
    """Active or not, by username and by staff code, both in lower case."""
    known: dict[str, dict[int, Person]] = {}
    asked = {key for key in keys if key and "\0" not in key}  # PostgreSQL will not even look for a NUL
    listed = sorted(asked | {key.upper() for key in asked})
    for start in range(0, len(listed), 500):
        some = listed[start : start + 500]
        query = select(Person).where(Person.username.in_(some) | Person.staff_code.in_(some))
        for person in session.scalars(query):
            for key in filter(None, (person.username, person.staff_code)):
                known.setdefault(key.lower(), {})[person.id] = person
    return {key: list(persons.values()) for key, persons in known.items()}


def _enrol(
    session: Session, now: datetime, group: TrainingClass, persons: Iterable[int], actor: str
) -> Enrolled:
    wanted = set(persons)
    there = set(session.scalars(select(ClassMember.person_id).where(ClassMember.class_id == group.id)))
    new = sorted(wanted - there)
    session.add_all(ClassMember(class_id=group.id, person_id=person_id) for person_id in new)
    if new:
        audit.record(session, now, actor, "class.members_added", group.code, number=len(new))
    session.flush()
    return Enrolled(len(new), len(wanted & there))

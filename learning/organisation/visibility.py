"""Who may see whom: conditions for queries, so that what one may not know of is never loaded."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from learning.accounts.models import Person, RoleGrant
from learning.accounts.visitors import Visitor
from learning.organisation.models import ClassMember, Posting, TrainingClass, Unit
from learning.organisation.postings import on

WHOLE_PROVINCE = ("inspector", "administrator")


def visible_people(visitor: Visitor, today: date) -> ColumnElement[bool]:
    """A condition over Person.id: oneself always; members of one's classes; people whose posting of today is in
    one's unit or below; everybody for inspector and administrator."""
    if visitor.has(*WHOLE_PROVINCE):
        return true()
    seen: list[ColumnElement[bool]] = [Person.id == visitor.id]
    if visitor.has("trainer"):
        members = select(ClassMember.person_id).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        seen.append(Person.id.in_(members.where(TrainingClass.trainer_id == visitor.id)))
    if visitor.has("unit_head"):
        seen.append(Person.id.in_(sits_in(_headed(visitor), today)))
    return or_(*seen)


def visible_units(visitor: Visitor, today: date) -> ColumnElement[bool]:
    """A condition over Unit.code: a head's own and below; all for inspector and administrator; for a trainer
    those the members of own classes sit in today; for others none but the one they sit in."""
    if visitor.has(*WHOLE_PROVINCE):
        return true()
    seen: list[ColumnElement[bool]] = [
        Unit.code.in_(select(Posting.unit_code).where(Posting.person_id == visitor.id, on(today)))
    ]
    if visitor.has("unit_head"):
        seen.append(Unit.code.in_(units_below(_headed(visitor))))
    if visitor.has("trainer"):
        members = select(ClassMember.person_id).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        mine = members.where(TrainingClass.trainer_id == visitor.id)
        seen.append(Unit.code.in_(select(Posting.unit_code).where(Posting.person_id.in_(mine), on(today))))
    return or_(*seen)


def visible_classes(visitor: Visitor) -> ColumnElement[bool]:
    """A condition over TrainingClass.id: a trainer's own; all for inspector and administrator."""
    return true() if visitor.has(*WHOLE_PROVINCE) else TrainingClass.trainer_id == visitor.id


def units_below(codes: Collection[str]) -> Select[str]:
    """The codes of these units and of every unit under them, however deep."""
    tree = select(Unit.code).where(Unit.code.in_(codes)).cte(recursive=True)
    tree = tree.union(select(Unit.code).join(tree, Unit.parent_code == tree.c.code))
    return select(tree.c.code)


def sits_in(codes: Collection[str], today: date) -> Select[int]:
    """The ids of people whose posting of this day is in these units or below."""
    return select(Posting.person_id).where(Posting.unit_code.in_(units_below(codes)), on(today))


def may_hand_code(session: Session, visitor: Visitor, person_id: int, today: date) -> bool:
    """Whether this visitor may hand that person a one-use code: an administrator anyone; a unit head the people of
    own unit and below, but none who holds more than a learner's role, or the code would open their desk too."""
    if visitor.has("administrator"):
        return True
    if not visitor.has("unit_head") or person_id == visitor.id:
        return False
    more = select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.role != "learner")
    mine = select(Person.id).where(Person.id == person_id, Person.id.in_(sits_in(_headed(visitor), today)))
    return session.scalar(mine) is not None and session.scalar(more.limit(1)) is None


def _headed(visitor: Visitor) -> Collection[str]:
    return visitor.scopes.get("unit_head", frozenset())

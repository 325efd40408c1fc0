"""What the desk shows beside the score table: small, and each one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.organisation.models import TrainingClass
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.models import Attempt


@dataclass(frozen=True)
class Made:
    """An attempt, without what was answered: that is its owner's."""

    quiz: str
    number: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    closes_at: datetime | None
    percent: Decimal | None
    passed: bool | None


def own_courses(session: Session, trainer_id: int) -> frozenset[str]:
    """The courses this trainer has a class in."""
    query = select(TrainingClass.course_id).where(TrainingClass.trainer_id == trainer_id)
    return frozenset(session.scalars(query))


def attempts_of(session: Session, person_id: int, course_id: str) -> Sequence[Made]:
    """In the order they were begun."""
    columns = [getattr(Attempt, name) for name in Made.__dataclass_fields__]
    mine = (Attempt.person_id == person_id, Attempt.course_id == course_id, Attempt.opened)
    query = select(*columns).where(*mine)
    return [Made(*row) for row in session.execute(query.order_by(Attempt.started_at, Attempt.number))]


def pages_of(session: Session, person_id: int, course_id: str) -> Mapping[str, tuple[str, datetime | None]]:
    """Page id (or "exam") → state and when it was done."""
    query = select(PageProgress.page, PageProgress.state, PageProgress.done_at).where(
        PageProgress.person_id == person_id, PageProgress.course_id == course_id
    )
    return {page: (state, done_at) for page, state, done_at in session.execute(query)}


def completed_at(session: Session, person_id: int, course_id: str) -> datetime | None:
    query = select(Enrolment.completed_at).where(
        Enrolment.person_id == person_id, Enrolment.course_id == course_id
    )
    return session.scalar(query)

"""The survey after a course: one answer a person and course, to be changed for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.evaluation import asking, asks
from learning.evaluation.answers import SCALES, Survey
from learning.evaluation.models import SurveyAnswer, SurveyGap
from learning.library.catalogue import Published
from learning.progress.models import Enrolment


class NotDone(LookupError):
    """The course is not done: nobody is asked yet."""


class Closed(Exception):
    """It was answered too long ago to be changed."""


class Changed(Exception):
    """It was changed elsewhere since this form was made; `revision` is what it is at now."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


@dataclass(frozen=True)
class Standing:
    """`answer`, None before the first; `gaps` are (kind, what). `open`: it may be answered or changed now."""

    answer: SurveyAnswer | None
    gaps: frozenset[tuple[str, str]]
    open: bool

    @property
    def revision(self) -> int:
        return self.answer.revision if self.answer else 0


def standing(
    session: Session, now: datetime, person_id: int, course_id: str, *, hold: bool = False
) -> Standing | None:
    """Of a person who has done the course; None for who has not. `hold`: nobody else changes it meanwhile."""
    enrolment = session.get(Enrolment, (person_id, course_id))
    if enrolment is None or enrolment.state != "done":
        return None
    answer = session.get(SurveyAnswer, (person_id, course_id), with_for_update=hold)
    if answer is None:
        return Standing(None, frozenset(), True)
    mine = (SurveyGap.person_id == person_id, SurveyGap.course_id == course_id)
    gaps = frozenset(
        (kind, what) for kind, what in session.execute(select(SurveyGap.kind, SurveyGap.what).where(*mine))
    )
    return Standing(answer, gaps, asking.changeable(answer.answered_at, now))


def answer(
    session: Session,
    now: datetime,
    today: date,
    person_id: int,
    published: Published,
    given: Survey,
    *,
    client_id: str,
    revision: int,
) -> None:
    """Keeps the answer, or changes it. `revision` is the one the form was made from; the same `client_id` again
    changes nothing. Raises NotDone, Closed, Changed."""
    course_id = published.course.id
    there = standing(session, now, person_id, course_id, hold=True)
    if there is None:
        raise NotDone(course_id)
    kept = there.answer
    if kept is not None:
        if kept.client_id == client_id:
            return
        if not there.open:
            raise Closed(course_id)
    if there.revision != revision:
        raise Changed(there.revision)
    if kept is None:
        kept = SurveyAnswer(
            person_id=person_id, course_id=course_id, revision=0, answered_at=now, **given.scales
        )
    for name in SCALES:
        setattr(kept, name, given.scales[name])
    kept.release_id, kept.text, kept.client_id = published.release_id, given.text, client_id
    kept.changed_at = now
    kept.revision += 1
    try:
        with session.begin_nested():
            session.add(kept)
            session.flush()
    except IntegrityError:  # answered in another tab at the same moment
        raise Changed(1) from None
    _keep_gaps(session, person_id, course_id, given)
    asks.answered(session, now, asks.ensure(session, now, today, person_id, course_id, "survey", 0))


def asked_for(session: Session, person_id: int, courses: Iterable[str]) -> set[str]:
    """Of these courses those that the person has not answered of."""
    wanted = set(courses)
    done = select(SurveyAnswer.course_id).where(SurveyAnswer.person_id == person_id)
    return wanted - set(session.scalars(done))


def _keep_gaps(session: Session, person_id: int, course_id: str, given: Survey) -> None:
    mine = (SurveyGap.person_id == person_id, SurveyGap.course_id == course_id)
    session.execute(delete(SurveyGap).where(*mine))
    named = [("lesson", what) for what in given.lessons] + [("reason", what) for what in given.reasons]
    session.add_all(
        SurveyGap(person_id=person_id, course_id=course_id, kind=kind, what=what) for kind, what in named
    )
    session.flush()

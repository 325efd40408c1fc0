"""Who is told that written answers wait for a mark: the trainers of the learner's classes in the course, else the
administrators. Each is told once of a quiz, until they have read it or nothing of it waits for them any more.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.accounts.models import Person, RoleGrant
from learning.organisation.models import ClassMember, TrainingClass
from learning.progress import scores
from learning.quizzes import attempts, hand_marks
from learning.quizzes.models import Attempt

KIND = "marking.waits"
SUBJECT_MOST = 200


def tell(session: Session, now: datetime, attempt: Attempt) -> None:
    """Something in this attempt waits to be marked."""
    told = {
        one for one in _markers(session, attempt) if not notices.waits(session, one, KIND, _subject(attempt))
    }
    if told:
        title = attempts.pinned(session, attempt)[1].title
        given = {"title": title, "course": attempt.course_id, "quiz": attempt.quiz}
        notices.tell(session, now, told, KIND, _subject(attempt), **given)


def settle(session: Session, now: datetime, attempt: Attempt) -> None:
    """Something in this attempt was marked: for whom that was the last of its quiz, nothing is left to be told."""
    for one in _markers(session, attempt):
        theirs = scores.of_trainer(one, Attempt.course_id) & (Attempt.person_id != one)
        if not hand_marks.waiting(session, theirs, attempt.course_id, attempt.quiz, size=1)[0]:
            notices.done_with(session, now, [KIND], _subject(attempt), one)


def _markers(session: Session, attempt: Attempt) -> Collection[int]:
    trainers = (
        select(TrainingClass.trainer_id)
        .join(ClassMember, ClassMember.class_id == TrainingClass.id)
        .join(RoleGrant, RoleGrant.person_id == TrainingClass.trainer_id)
        .join(Person, Person.id == TrainingClass.trainer_id)
        .where(
            TrainingClass.course_id == attempt.course_id,
            TrainingClass.trainer_id != attempt.person_id,
            ClassMember.person_id == attempt.person_id,
            RoleGrant.role == "trainer",
            Person.active,
        )
    )
    found = set(session.scalars(trainers))
    return found or set(notices.holders(session, "administrator")) - {attempt.person_id}


def _subject(attempt: Attempt) -> str:
    return f"{attempt.course_id}/{attempt.quiz}"[:SUBJECT_MOST]

"""How good learners find a page with questions, said where they see their result."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learning.database import insert
from learning.evaluation.models import LessonRating
from learning.quizzes.models import Attempt


def rate(session: Session, now: datetime, attempt: Attempt, rating: int) -> None:
    """Rates the page of a finished attempt, or rates it anew. Raises ValueError for no rating, or too early."""
    if rating not in range(1, 6) or attempt.state == "open":
        raise ValueError(rating)
    statement = insert(session, LessonRating).values(
        person_id=attempt.person_id,
        course_id=attempt.course_id,
        page=attempt.quiz,
        rating=rating,
        rated_at=now,
        changed_at=now,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[LessonRating.person_id, LessonRating.course_id, LessonRating.page],
            set_={"rating": rating, "changed_at": now},
        ),
        execution_options={"populate_existing": True},
    )


def standing(session: Session, attempt: Attempt) -> tuple[int | None, bool]:
    """What this person said of the page (None: nothing), and whether this result is where one is asked: that of the
    first attempt at the page that was finished. On later ones one may say so, unasked."""
    said = (
        select(LessonRating.rating)
        .where(
            LessonRating.person_id == attempt.person_id,
            LessonRating.course_id == attempt.course_id,
            LessonRating.page == attempt.quiz,
        )
        .scalar_subquery()
    )
    earlier = exists().where(
        Attempt.person_id == attempt.person_id,
        Attempt.course_id == attempt.course_id,
        Attempt.quiz == attempt.quiz,
        Attempt.number < attempt.number,
        Attempt.state != "open",
    )
    given, before = session.execute(select(said, earlier)).one()
    return given, given is None and not before

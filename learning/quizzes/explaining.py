"""Explanations that were written anew after an attempt: shown when it is looked back on, and marked so.

Only of a question that is otherwise the same (`changes.difference` is "comment"): the words that were answered and the
key stay those of the attempt's release, and so does what was replied when it was handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.model import Course, Page, Question
from learning.library import catalogue
from learning.library.changes import difference, said
from learning.library.models import Release
from learning.quizzes import attempts, papers, rekeying, reviewing
from learning.quizzes.models import Attempt
from learning.quizzes.reviewing import ItemReview


@dataclass(frozen=True)
class Renewed:
    """`since`: when what is said now was published. `words`: explanation or feedback differ, not the sources alone."""

    since: datetime
    words: bool


def renewed(
    session: Session, attempt: Attempt, review: Sequence[ItemReview]
) -> tuple[list[ItemReview], dict[str, Renewed]]:
    """The review of a finished attempt with what the live release says of each question, and of which that is new."""
    live = catalogue.live(session, attempt.course_id)
    if live is None or live.release_id == attempt.release_id or not review:
        return list(review), {}
    published, page = attempts.pinned(session, attempt)
    newer = commented(papers.asked(attempt.paper, page), live.course, attempt.quiz)
    if not newer:
        return list(review), {}
    answers = attempts.saved_answers(session, attempt)
    shown = told_anew(review, published.course, page, attempt.paper, answers, newer, live.course)
    changed = [(old, new) for old, new in zip(review, shown, strict=True) if old != new]
    since = _since(session, attempt, {id_: newer[id_] for id_ in (_id(new) for _old, new in changed)})
    return shown, {
        _id(new): Renewed(since[_id(new)], words=replace(new, sources=old.sources) != old)
        for old, new in changed
    }


def commented(asked: Mapping[str, Question], live: Course, quiz: str) -> dict[str, Question]:
    """Of the questions asked, those of which the live course says something else afterwards, as it has them. Pure."""
    found = {id_: rekeying.question_in(live, quiz, id_) for id_ in asked}
    return {
        id_: new
        for id_, new in found.items()
        if new is not None and difference(asked[id_], new) == "comment" and said(asked[id_]) != said(new)
    }


def told_anew(
    review: Sequence[ItemReview],
    course: Course,
    page: Page,
    paper: papers.Paper,
    answers: Mapping[str, Any],
    newer: Mapping[str, Question],
    live: Course,
) -> list[ItemReview]:
    """The review with feedback, explanation and sources of `newer`; what was withheld stays withheld. Pure."""
    known = msgspec.structs.replace(course, sources={**course.sources, **live.sources})
    # Whether anything is told was decided by the review: here it is only worded.
    again = reviewing.review(
        known, papers.reworded(page, lambda one: newer.get(one.id, one)), paper, answers, Decimal(0)
    )
    return [
        _item(old, new) if _id(old) in newer and old.explanation is not None else old
        for old, new in zip(review, again, strict=True)
    ]


def _id(item: ItemReview) -> str:
    return str(item.question["id"])


def _item(old: ItemReview, new: ItemReview) -> ItemReview:
    options = tuple(
        replace(one, feedback=other.feedback) for one, other in zip(old.options, new.options, strict=True)
    )
    return replace(
        old, options=options, feedback=new.feedback, explanation=new.explanation, sources=new.sources
    )


def _since(session: Session, attempt: Attempt, newer: Mapping[str, Question]) -> dict[str, datetime]:
    """From which release on each question says what it says now."""
    later = (
        select(Release.id)
        .where(Release.course_id == attempt.course_id, Release.id > attempt.release_id)
        .order_by(Release.id.desc())
    )
    since: dict[str, datetime] = {}
    open_ = dict(newer)
    for release_id in session.scalars(later).all() if newer else ():
        if not open_:
            break
        release = catalogue.release(session, release_id)
        for id_, question in list(open_.items()):
            then = rekeying.question_in(release.course, attempt.quiz, id_)
            if then is None or said(then) != said(question):
                del open_[id_]
            else:
                since[id_] = release.published_at
    return since

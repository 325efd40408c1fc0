"""Orders to grade again where a key was corrected: given, and what waits for them. Rules: course-format.md.

Desks and commands go through `certificates.regrades`, which adds progress and certificates. An order (`Regrading`)
is a standing rule for the attempts on older releases: those finished wait a moment, those under way until they end.

    regrading.py     the order, its choices, whom it concerns, which attempts still wait for it
    standings.py     what attempts count, after the orders that moved them; what they would after another
    moves.py         whom an order would move, and how, before anything is written
    settling.py      attempts moved, or held for a second person, and that person's word
    corrections.py   what a learner is told of it
    rekeying.py      the arithmetic, pure
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, insert, literal, or_, select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Person
from learning.content.model import Course
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.library.changes import KEY_CHOICES, compare
from learning.library.models import CourseRow, DraftRow, Release
from learning.quizzes import rekeying
from learning.quizzes.models import Attempt, ItemResult, Regrade, RegradeWaiting, Regrading

# An attempt may begin on the release before while the order for it is just being written.
STRAGGLING = timedelta(hours=1)
# A publication says what is to become of the old results; if nobody ordered it in so many words, `waiting` does.
OWED = timedelta(days=2)


class BadChoice(ValueError):
    """A question that no older release asked with another key, or a choice that is none of KEY_CHOICES."""


def corrected(
    session: Session, course: Course, questions: Collection[str], before: int | None = None
) -> dict[str, list[int]]:
    """Question → the releases (ids) that asked it with another key than `course` does, which may be a draft, or the
    release `before` which they must have been published. Without such a release a question is left out."""
    found: dict[str, list[int]] = {question: [] for question in questions}
    for release_id in _releases(session, course.id, before):
        then = catalogue.release(session, release_id).course
        for question in rekeying.rekeyed(then, course, questions):
            found[question].append(release_id)
    return {question: releases for question, releases in found.items() if releases}


def of_publication(
    session: Session, now: datetime, release_id: int, *, by: str = "", why: str = ""
) -> Regrading | None:
    """The order that a publication's `key_choice` asks for; None where it asks for nothing. In its transaction, or
    any time later: the same again gives the first one back. `by`: who asked for the correction, "" for whoever began
    the draft, else published; not they, but another will be the second person."""
    release = session.get_one(Release, release_id)
    before = session.scalar(
        select(Release.id)
        .where(Release.course_id == release.course_id, Release.number < release.number)
        .order_by(Release.number.desc())
        .limit(1)
    )
    if release.key_choice in ("", "keep") or before is None:
        return None
    published = catalogue.release(session, release_id)
    changed = compare(catalogue.release(session, before).course, published.course)
    rekeyed = {change.question: release.key_choice for change in changed if change.what == "key"}
    if not rekeyed:
        return None
    asked_by = by or _author(session, release_id) or release.published_by
    return order(session, now, published, rekeyed, by=asked_by, why=why)


def order(
    session: Session,
    now: datetime,
    published: Published,
    choices: Mapping[str, str],
    *,
    by: str,
    why: str = "",
    releases: Collection[int] | None = None,
) -> Regrading:
    """Orders the attempts on older releases graded again by the keys of `published`; audited. `choices`: question →
    one of KEY_CHOICES. `releases`: of which (ids); None: all earlier that asked the question with another key.

    Nothing is graded yet: `waiting` says what is to do. The same order again gives the first one back.
    Raises BadChoice.
    """
    course = published.course
    ruled = ruled_by(session, course, choices, releases, before=published.release_id)
    # Of two orders at once the second sees the first.
    session.get_one(CourseRow, course.id, with_for_update=True)
    last = session.scalar(
        select(Regrading)
        .where(Regrading.course_id == course.id, Regrading.release_id == published.release_id)
        .order_by(Regrading.id.desc())
        .limit(1)
    )
    if last is not None and last.choices == ruled:
        return last
    regrading = Regrading(
        course_id=course.id,
        release_id=published.release_id,
        choices=ruled,
        why=why,
        ordered_by=by,
        ordered_at=now,
    )
    session.add(regrading)
    session.flush()
    _queue(session, regrading)
    told = "; ".join(f"{question} {choice}" for question, choice in sorted(choices.items()))
    detail = {"release": published.number, "choices": told, "reason": why}
    audit.record(session, now, by, "regrading.ordered", course.id, **detail)
    session.flush()
    return regrading


def to_do(session: Session, now: datetime) -> bool:
    """Whether `waiting` may find something, without writing: cheap enough to ask every few seconds."""
    finished = _finished().limit(1)
    recent = select(Regrading.id).where(Regrading.ordered_at > now - STRAGGLING).limit(1)
    return any(session.execute(query).first() for query in (finished, recent, _owed(now).limit(1)))


def waiting(
    session: Session, now: datetime, limit: int, order_id: int | None = None
) -> list[tuple[int, str]]:
    """(order, attempt) of finished attempts still to be looked at, up to `limit`; an earlier order's before a later
    one's. With `order_id` that order's, after those of its course's earlier ones: the later has the last word."""
    for release_id in session.scalars(_owed(now)).all():
        of_publication(session, now, release_id)
    _queue_stragglers(session, now)
    query = _finished().order_by(RegradeWaiting.regrading_id, RegradeWaiting.attempt_id).limit(limit)
    if order_id is not None:
        course_id = session.get_one(Regrading, order_id).course_id
        up_to = select(Regrading.id).where(Regrading.course_id == course_id, Regrading.id <= order_id)
        query = query.where(RegradeWaiting.regrading_id.in_(up_to))
    return [(regrading_id, attempt_id) for regrading_id, attempt_id in session.execute(query)]


def ruled_by(
    session: Session,
    course: Course,
    choices: Mapping[str, str],
    releases: Collection[int] | None,
    before: int | None = None,
) -> dict[str, Any]:
    """The choices as `Regrading.choices` has them: question → its choice, and of which releases. Raises BadChoice."""
    if releases is None:
        found = corrected(session, course, choices, before)
    else:
        earlier = [each for each in _releases(session, course.id, before) if each in releases]
        found = dict.fromkeys(choices, earlier)
    for question, choice in choices.items():
        if choice not in KEY_CHOICES or not found.get(question):
            raise BadChoice(question)
    return {
        question: {"choice": choices[question], "releases": found[question]} for question in sorted(choices)
    }


def _releases(session: Session, course_id: str, before: int | None) -> Sequence[int]:
    query = select(Release.id).where(Release.course_id == course_id).order_by(Release.id)
    return session.scalars(query if before is None else query.where(Release.id < before)).all()


def _author(session: Session, release_id: int) -> str | None:
    return session.scalar(
        select(Person.username)
        .join(DraftRow, DraftRow.created_by == Person.id)
        .where(DraftRow.release_id == release_id)
        .limit(1)
    )


def choices_for(attempt: Attempt, ruled: Mapping[str, Any]) -> dict[str, str]:
    """The choices that are for this attempt: by its release and its paper."""
    asked = {item["question"] for item in attempt.paper}
    return {
        question: rule["choice"]
        for question, rule in ruled.items()
        if question in asked and attempt.release_id in rule["releases"]
    }


def concerned(course_id: str, ruled: Mapping[str, Any]) -> Any:
    """A condition over Attempt: on one of these releases, and finished with one of these questions, or open."""
    rules = {question: rule for question, rule in ruled.items() if rule["choice"] != "keep"}
    releases = sorted({release for rule in rules.values() for release in rule["releases"]})
    held = exists().where(ItemResult.attempt_id == Attempt.id, ItemResult.question.in_(list(rules)))
    return and_(
        Attempt.course_id == course_id, Attempt.release_id.in_(releases), or_(Attempt.state == "open", held)
    )


def _finished() -> Select[*tuple[Any, ...]]:
    return (
        select(RegradeWaiting.regrading_id, RegradeWaiting.attempt_id)
        .join(Attempt, Attempt.id == RegradeWaiting.attempt_id)
        .where(Attempt.state != "open")
    )


def _owed(now: datetime) -> Select[int]:
    """Recent releases that chose how to grade again, and nobody has ordered it."""
    ordered = exists().where(Regrading.release_id == Release.id)
    return select(Release.id).where(
        Release.key_choice.in_(("new", "both", "full", "drop")), Release.published_at > now - OWED, ~ordered
    )


def _queue_stragglers(session: Session, now: datetime) -> None:
    """Attempts that began on the release before just as the order was written."""
    for regrading in session.scalars(select(Regrading).where(Regrading.ordered_at > now - STRAGGLING)):
        _queue(
            session,
            regrading,
            Attempt.started_at >= regrading.ordered_at - timedelta(minutes=1),
            Attempt.state == "open",
        )


def _queue(session: Session, regrading: Regrading, *which: Any) -> None:
    waits = exists().where(
        RegradeWaiting.regrading_id == regrading.id, RegradeWaiting.attempt_id == Attempt.id
    )
    done = exists().where(Regrade.regrading_id == regrading.id, Regrade.attempt_id == Attempt.id)
    found = select(literal(regrading.id), Attempt.id).where(
        concerned(regrading.course_id, regrading.choices), ~waits, ~done, *which
    )
    session.execute(insert(RegradeWaiting).from_select(["regrading_id", "attempt_id"], found))

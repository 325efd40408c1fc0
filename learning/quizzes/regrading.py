"""Grading again where a key was corrected: the order, whom it moves, and what it did. Rules: course-format.md.

Desks and commands go through `certificates.regrades`, which adds progress and certificates. An order (`Regrading`)
is a standing rule for the attempts on older releases: those finished wait a moment, those under way until they end.
Each attempt is decided by itself, under its own lock, in small transactions: an order interrupted goes on where it
stopped, and a submission at the same time is either before it or after it.

`Attempt` holds what counts now, so whoever reads scores, bests and passes reads the regraded ones; what it was
before stands in `Regrade`, for good. `ItemResult` stays as it was: statistics tell of a question as it was asked, by
the key it was asked with. Full marks for all would make a broken question look easy, and a dropped one would take
the evidence along.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, delete, exists, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from learning import audit
from learning.accounts.models import Person
from learning.content.model import Course
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.library.changes import KEY_CHOICES, KEYS, compare
from learning.library.models import CourseRow, DraftRow, Release
from learning.quizzes import attempts, marking, rekeying, reviewing
from learning.quizzes.models import AnswerEvent, Attempt, ItemResult, Regrade, RegradeWaiting, Regrading
from learning.quizzes.rekeying import Sitting, Standing
from learning.quizzes.reviewing import ItemReview

CHUNK = 200
# An attempt may begin on the release before while the order for it is just being written.
STRAGGLING = timedelta(hours=1)
# A publication says what is to become of the old results; if nobody ordered it in so many words, `waiting` does.
OWED = timedelta(days=2)
_SETTLED = ("moved", "refused", "superseded")


class BadChoice(ValueError):
    """A question that no older release asked with another key, or a choice that is none of KEY_CHOICES."""


class SamePerson(Exception):
    """Who ordered the regrading cannot be the second person."""


class NotHeld(LookupError):
    """Nothing of this waits for a second person: unknown, or decided already."""


@dataclass(frozen=True)
class Told:
    """A result as it is kept and shown; `percent` from 0 to 100, to a millionth."""

    score: Decimal
    out_of: Decimal
    percent: Decimal
    passed: bool


@dataclass(frozen=True)
class ItemMove:
    """A question of an attempt that is worth something else now. Each side {"score", "out_of", "verdict", "dropped"}."""

    question: str
    choice: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """An attempt that an order moves. `falls`: it takes points or the pass, and so waits for a second person."""

    attempt_id: str
    person_id: int
    quiz: str
    number: int
    before: Told
    after: Told
    items: tuple[ItemMove, ...]
    falls: bool


@dataclass(frozen=True)
class Note:
    """What a learner is told of one regraded question of their attempt.

    `choice` of KEY_CHOICES. `state`: "moved", "same" (looked at, worth what it was), "held" (a second person is
    asked), "refused" (the second person left the old score), "waiting" (in a moment).
    """

    question: str
    choice: str
    state: str
    ordered_at: datetime
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class HandedIn:
    """An attempt as it was handed in, and when it was last graded again."""

    told: Told
    regraded_at: datetime


# The order


def corrected(
    session: Session, course: Course, questions: Collection[str], before: int | None = None
) -> dict[str, list[int]]:
    """Question → the releases (ids) that asked it with another key than `course` does, which may be a draft, or the
    release `before` which they must have been published. Without such a release a question is left out."""
    found: dict[str, list[int]] = {question: [] for question in questions}
    for release_id in _releases(session, course.id, before):
        then = catalogue.release(session, release_id).course
        for question in questions:
            if _rekeyed(then, course, question):
                found[question].append(release_id)
    return {question: releases for question, releases in found.items() if releases}


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
    ruled = _choices(session, course, choices, releases, before=published.release_id)
    session.get_one(
        CourseRow, course.id, with_for_update=True
    )  # of two orders at once the second sees the first
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


def moves(
    session: Session, course: Course, choices: Mapping[str, str], releases: Collection[int] | None = None
) -> Iterator[Moved]:
    """Whom an order would move, without writing: `course` has the new keys and need not be published. By person's
    name, then quiz and number. Attempts under way are not among them. Raises BadChoice."""
    ruled = _choices(session, course, choices, releases)
    query = (
        select(Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(_concerned(course.id, ruled), Attempt.state != "open")
        .order_by(Person.sort_key, Person.id, Attempt.quiz, Attempt.number)
    )
    found = _sittings(session, session.scalars(query).all())
    after = ((one, _regraded(one, ruled, course)) for one in found)
    return (_moved(one, then, ruled) for one, then in after if then.lines != one.standing.lines)


def under_way(
    session: Session, course: Course, choices: Mapping[str, str], releases: Collection[int] | None = None
) -> int:
    """How many attempts are open that an order would look at when they end."""
    ruled = _choices(session, course, choices, releases)
    query = select(Attempt.id).where(_concerned(course.id, ruled), Attempt.state == "open")
    return sum(
        any(item["question"] in ruled for item in paper)
        for paper in session.scalars(query.with_only_columns(Attempt.paper))
    )


# What an order does


def to_do(session: Session, now: datetime) -> bool:
    """Whether `waiting` may find something, without writing: cheap enough to ask every few seconds."""
    finished = _finished().limit(1)
    recent = select(Regrading.id).where(Regrading.ordered_at > now - STRAGGLING).limit(1)
    return any(session.execute(query).first() for query in (finished, recent, _owed(now).limit(1)))


def waiting(
    session: Session, now: datetime, limit: int, order_id: int | None = None
) -> list[tuple[int, str]]:
    """(order, attempt) of finished attempts still to be looked at, up to `limit`."""
    for release_id in session.scalars(_owed(now)).all():
        of_publication(session, now, release_id)
    _queue_stragglers(session, now)
    query = _finished().order_by(RegradeWaiting.regrading_id, RegradeWaiting.attempt_id).limit(limit)
    if order_id is not None:
        query = query.where(RegradeWaiting.regrading_id == order_id)
    return [(regrading_id, attempt_id) for regrading_id, attempt_id in session.execute(query)]


def settle(
    session: Session, now: datetime, order_id: int, attempt_ids: Collection[str]
) -> list[tuple[Attempt, Moved]]:
    """Does what the order says to finished attempts: moves them (these are given back), holds for a second person where
    something would fall, and passes over those that another was faster with, or that are open."""
    mine = _claim(session, order_id, attempt_ids)
    regrading = session.get_one(Regrading, order_id)
    _supersede(session, now, regrading, mine)
    moves = []
    for one in _sittings(session, mine):
        after = _after(session, regrading, one)
        if after.lines == one.standing.lines:
            continue
        moved = _moved(one, after, regrading.choices)
        _keep(session, now, regrading, moved, "held" if moved.falls else "moved")
        if not moved.falls:
            _write(session, one, after)
            moves.append((one.attempt, moved))
    session.flush()
    return moves


def held(
    session: Session, order_id: int | None = None, course_id: str = ""
) -> list[tuple[Regrade, Regrading, Person]]:
    """What waits for a second person's word, by name: never shown to the learner as done."""
    query = (
        _unruled()
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .with_only_columns(Regrade, Regrading, Person)
        .order_by(Person.sort_key, Person.id, Regrade.id)
    )
    if order_id is not None:
        query = query.where(Regrading.id == order_id)
    if course_id:
        query = query.where(Regrading.course_id == course_id)
    overtaken = _Overtaken(session)
    return [
        (regrade, regrading, person)
        for regrade, regrading, person in session.execute(query)
        if not overtaken(regrading, regrade)
    ]


def confirm(
    session: Session, now: datetime, regrade_id: int, *, by: str, why: str = ""
) -> tuple[Attempt, Moved]:
    """The second person's yes: the lower score becomes the one that counts. Takes no certificate and no page done.

    Raises SamePerson, NotHeld.
    """
    attempt, regrading = _ruling(session, regrade_id, by)
    [one] = _sittings(session, [attempt.id])
    after = _after(session, regrading, one)
    moved = _moved(one, after, regrading.choices)
    _keep(session, now, regrading, moved, "moved", by, why)
    _write(session, one, after)
    _audit_ruling(session, now, by, "regrading.confirmed", regrading, attempt, why)
    return attempt, moved


def refuse(session: Session, now: datetime, regrade_id: int, *, by: str, why: str = "") -> Attempt:
    """The second person's no: the old score stands. Raises SamePerson, NotHeld."""
    attempt, regrading = _ruling(session, regrade_id, by)
    [one] = _sittings(session, [attempt.id])
    stays = _moved(one, one.standing, regrading.choices)
    _keep(session, now, regrading, stays, "refused", by, why)
    _audit_ruling(session, now, by, "regrading.refused", regrading, attempt, why)
    return attempt


# What is told of it


def notes(session: Session, attempt: Attempt) -> list[Note]:
    """What a learner is to be told of the regraded questions of a finished attempt, in the paper's order; of several
    orders the last word on each. Empty where no key was corrected."""
    if attempt.state == "open":
        return []
    query = select(Regrading).where(Regrading.course_id == attempt.course_id).order_by(Regrading.id)
    orders = session.scalars(query).all()
    if not orders:
        return []
    done = session.scalars(select(Regrade).where(Regrade.attempt_id == attempt.id).order_by(Regrade.id)).all()
    queued = set(
        session.scalars(select(RegradeWaiting.regrading_id).where(RegradeWaiting.attempt_id == attempt.id))
    )
    found: dict[str, Note] = {}
    for one in orders:
        rows = [row for row in done if row.regrading_id == one.id]
        for question, choice in _for(attempt, one.choices).items():
            if choice != "keep":
                found[question] = _note(question, choice, one, rows, one.id in queued)
    return [found[item["question"]] for item in attempt.paper if item["question"] in found]


def handed_in(session: Session, attempt: Attempt) -> HandedIn | None:
    """What the attempt stood at when it was handed in; None where no regrading has moved it since."""
    query = select(Regrade).where(Regrade.attempt_id == attempt.id, Regrade.outcome == "moved")
    rows = session.scalars(query.order_by(Regrade.id)).all()
    if not rows:
        return None
    first = rows[0]
    told = Told(first.score_before, first.out_of_before, first.percent_before, first.passed_before)
    return HandedIn(told, rows[-1].at)


def review(session: Session, attempt: Attempt, told: Sequence[Note]) -> list[ItemReview]:
    """`attempts.review` of a finished attempt as it counts now: marks and verdicts after its regradings, and the
    corrected key, feedback and explanation in the questions of `told` (from `notes`)."""
    published, page = attempts.pinned(session, attempt)
    [one] = _sittings(session, [attempt.id])
    newest = session.scalars(
        select(Regrading.release_id)
        .where(Regrading.course_id == attempt.course_id)
        .order_by(Regrading.id.desc())
        .limit(1)
    ).one()
    # A question dropped or given in full has no better key, unless one was published with it.
    corrected = catalogue.release(session, newest).course
    rekeyed = rekeying.as_rekeyed(page, attempt.quiz, [note.question for note in told], corrected)
    # Whether keys are told follows the result that counts, not what this page would give.
    bar = Decimal(0) if attempt.passed else Decimal(101)
    reviews = reviewing.review(published.course, rekeyed, attempt.paper, one.sitting.answers, bar)
    return [
        replace(
            item,
            verdict=line.verdict,
            score=marking.number(line.mark),
            points=0 if line.dropped else marking.number(line.max_mark),
        )
        for item, line in zip(reviews, one.standing.lines, strict=True)
    ]


def standings(
    session: Session, attempt_ids: Sequence[str]
) -> Iterator[tuple[Attempt, marking.Marked, Standing]]:
    """Finished attempts graded from their answers: as handed in, and as they count after their regradings."""
    for one in _sittings(session, attempt_ids):
        yield one.attempt, one.marked, one.standing


# Inside


@dataclass(frozen=True)
class _One:
    attempt: Attempt
    sitting: Sitting
    marked: marking.Marked
    standing: Standing


def _rekeyed(then: Course, course: Course, question: str) -> bool:
    """Whether a page of `then` asks the question with another key."""
    new = rekeying.question_in(course, "", question)
    old = rekeying.question_in(then, "", question)
    if old is None or new is None or type(old) is not type(new):
        return False
    return KEYS[type(new)](old, new) == "key"


def _releases(session: Session, course_id: str, before: int | None) -> Sequence[int]:
    query = select(Release.id).where(Release.course_id == course_id).order_by(Release.id)
    return session.scalars(query if before is None else query.where(Release.id < before)).all()


def _choices(
    session: Session,
    course: Course,
    choices: Mapping[str, str],
    releases: Collection[int] | None,
    before: int | None = None,
) -> dict[str, Any]:
    """As `Regrading.choices` has them. Raises BadChoice."""
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


def _for(attempt: Attempt, ruled: Mapping[str, Any]) -> dict[str, str]:
    """The choices that are for this attempt: by its release and its paper."""
    asked = {item["question"] for item in attempt.paper}
    return {
        question: rule["choice"]
        for question, rule in ruled.items()
        if question in asked and attempt.release_id in rule["releases"]
    }


def _concerned(course_id: str, ruled: Mapping[str, Any]) -> Any:
    """A condition over Attempt: on one of these releases, and finished with one of these questions, or open."""
    rules = {question: rule for question, rule in ruled.items() if rule["choice"] != "keep"}
    releases = sorted({release for rule in rules.values() for release in rule["releases"]})
    held = exists().where(ItemResult.attempt_id == Attempt.id, ItemResult.question.in_(list(rules)))
    return and_(
        Attempt.course_id == course_id, Attempt.release_id.in_(releases), or_(Attempt.state == "open", held)
    )


def _queue(session: Session, regrading: Regrading, *which: Any) -> None:
    waits = exists().where(
        RegradeWaiting.regrading_id == regrading.id, RegradeWaiting.attempt_id == Attempt.id
    )
    done = exists().where(Regrade.regrading_id == regrading.id, Regrade.attempt_id == Attempt.id)
    found = select(literal(regrading.id), Attempt.id).where(
        _concerned(regrading.course_id, regrading.choices), ~waits, ~done, *which
    )
    session.execute(insert(RegradeWaiting).from_select(["regrading_id", "attempt_id"], found))


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


def _author(session: Session, release_id: int) -> str | None:
    return session.scalar(
        select(Person.username)
        .join(DraftRow, DraftRow.created_by == Person.id)
        .where(DraftRow.release_id == release_id)
        .limit(1)
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


def _lock(session: Session, attempt_ids: Collection[str]) -> list[Attempt]:
    """The attempts, read again and held, always in the same order: a submission waits for us, or we for it."""
    query = select(Attempt).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _claim(session: Session, order_id: int, attempt_ids: Collection[str]) -> list[str]:
    """Those of the attempts that are finished and still wait for this order; from here on they do not."""
    finished = [attempt.id for attempt in _lock(session, attempt_ids) if attempt.state != "open"]
    these = (RegradeWaiting.regrading_id == order_id, RegradeWaiting.attempt_id.in_(finished))
    mine = session.scalars(select(RegradeWaiting.attempt_id).where(*these)).all()
    session.execute(delete(RegradeWaiting).where(*these))
    return sorted(mine)


def _sittings(session: Session, attempt_ids: Sequence[str]) -> Iterator[_One]:
    """Attempts with what they were graded and what they count now, in the order given; a few queries for many."""
    for start in range(0, len(attempt_ids), CHUNK):
        ids = attempt_ids[start : start + CHUNK]
        rows = {row.id: row for row in session.scalars(select(Attempt).where(Attempt.id.in_(ids)))}
        answers = _answers(session, ids)
        orders = _applied(session, ids)
        for id_ in ids:
            yield _one(session, rows[id_], answers[id_], orders[id_])


def _one(session: Session, attempt: Attempt, answers: Mapping[str, Any], orders: Iterable[Regrading]) -> _One:
    _, page = attempts.pinned(session, attempt)
    sitting = Sitting(page, attempt.quiz, attempt.paper, answers, attempt.pass_percent)
    marked = sitting.marked()
    standing = rekeying.first(marked)
    for regrading in orders:
        course = catalogue.release(session, regrading.release_id).course
        standing = rekeying.regrade(sitting, standing, _for(attempt, regrading.choices), course)
    return _One(attempt, sitting, marked, standing)


def _answers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The answers that count, as `records.saved_answers` has them, of many attempts."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    events = (
        select(AnswerEvent.attempt_id, AnswerEvent.question, AnswerEvent.answer)
        .where(AnswerEvent.attempt_id.in_(ids), AnswerEvent.status == "saved")
        .order_by(AnswerEvent.attempt_id, AnswerEvent.seq)
    )
    for attempt_id, question, answer in session.execute(events):
        found[attempt_id][question] = answer
    return defaultdict(
        dict,
        {
            attempt_id: {question: answer for question, answer in given.items() if answer is not None}
            for attempt_id, given in found.items()
        },
    )


def _applied(session: Session, ids: Sequence[str]) -> dict[str, list[Regrading]]:
    """The orders that moved each attempt, in the order they did."""
    found: dict[str, list[Regrading]] = defaultdict(list)
    query = (
        select(Regrade.attempt_id, Regrading)
        .join(Regrading, Regrading.id == Regrade.regrading_id)
        .where(Regrade.attempt_id.in_(ids), Regrade.outcome == "moved")
        .order_by(Regrade.id)
    )
    for attempt_id, regrading in session.execute(query):
        found[attempt_id].append(regrading)
    return found


def _after(session: Session, regrading: Regrading, one: _One) -> Standing:
    return _regraded(one, regrading.choices, catalogue.release(session, regrading.release_id).course)


def _regraded(one: _One, ruled: Mapping[str, Any], course: Course) -> Standing:
    return rekeying.regrade(one.sitting, one.standing, _for(one.attempt, ruled), course)


def _moved(one: _One, after: Standing, ruled: Mapping[str, Any]) -> Moved:
    attempt, before = one.attempt, one.standing
    items = tuple(
        ItemMove(old.question, ruled[old.question]["choice"], _side(old), _side(new))
        for old, new in zip(before.lines, after.lines, strict=True)
        if old != new
    )
    return Moved(
        attempt.id,
        attempt.person_id,
        attempt.quiz,
        attempt.number,
        _told(before),
        _told(after),
        items,
        rekeying.falls(before, after),
    )


def _told(standing: Standing) -> Told:
    score, out_of, percent = map(marking.decimal, (standing.score, standing.out_of, standing.percent))
    return Told(score, out_of, percent, standing.passed)


def _side(line: rekeying.Line) -> dict[str, Any]:
    return {
        "score": marking.number(line.mark),
        "out_of": 0 if line.dropped else marking.number(line.max_mark),
        "verdict": line.verdict,
        "dropped": line.dropped,
    }


def _keep(
    session: Session,
    now: datetime,
    regrading: Regrading,
    moved: Moved,
    outcome: str,
    by: str = "",
    why: str = "",
) -> None:
    row = Regrade(
        regrading_id=regrading.id,
        attempt_id=moved.attempt_id,
        outcome=outcome,
        at=now,
        by=by,
        why=why,
        score_before=moved.before.score,
        out_of_before=moved.before.out_of,
        percent_before=moved.before.percent,
        passed_before=moved.before.passed,
        score_after=moved.after.score,
        out_of_after=moved.after.out_of,
        percent_after=moved.after.percent,
        passed_after=moved.after.passed,
        items=[
            {"question": item.question, "choice": item.choice, "before": item.before, "after": item.after}
            for item in moved.items
        ],
    )
    session.add(row)


def _write(session: Session, one: _One, after: Standing) -> None:
    """What counts now, into the attempt; a certificate that it earned before stays in its result."""
    attempt = one.attempt
    published, page = attempts.pinned(session, attempt)
    told = _told(after)
    attempt.score, attempt.out_of, attempt.percent = told.score, told.out_of, told.percent
    attempt.passed = told.passed
    result = marking.result(rekeying.retold(one.marked, after), page, published.course)
    attempt.result = {**result, "certificate": (attempt.result or {}).get("certificate")}


class _Overtaken:
    """Whether the key that an order grades by was corrected again since: nobody falls by a key that is past."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[tuple[int, str], bool] = {}

    def __call__(self, regrading: Regrading, row: Regrade) -> bool:
        return any(self._question(regrading, item["question"]) for item in row.items)

    def _question(self, regrading: Regrading, question: str) -> bool:
        key = (regrading.id, question)
        if key not in self.known:
            then = catalogue.release(self.session, regrading.release_id).course
            live = catalogue.live(self.session, regrading.course_id)
            self.known[key] = live is not None and _rekeyed(then, live.course, question)
        return self.known[key]


def _unruled() -> Select[Any]:
    """Held, and nobody has spoken."""
    later = aliased(Regrade)
    spoken = exists().where(
        later.regrading_id == Regrade.regrading_id,
        later.attempt_id == Regrade.attempt_id,
        later.outcome.in_(_SETTLED),
    )
    return (
        select(Regrade)
        .join(Regrading, Regrading.id == Regrade.regrading_id)
        .where(Regrade.outcome == "held", ~spoken)
    )


def _ruling(session: Session, regrade_id: int, by: str) -> tuple[Attempt, Regrading]:
    """The attempt, held, and the order of what waits for a word. Raises SamePerson, NotHeld."""
    row = session.get(Regrade, regrade_id)
    if row is None:
        raise NotHeld(regrade_id)
    regrading = session.get_one(Regrading, row.regrading_id)
    if not by or by == regrading.ordered_by:
        raise SamePerson(by)
    [attempt] = _lock(session, [row.attempt_id])
    if session.scalar(_unruled().where(Regrade.id == regrade_id)) is None or _Overtaken(session)(
        regrading, row
    ):
        raise NotHeld(regrade_id)
    return attempt, regrading


def _supersede(session: Session, now: datetime, regrading: Regrading, attempt_ids: Collection[str]) -> None:
    """What earlier orders held of the same questions waits no longer: the later one says what is right."""
    earlier = _unruled().where(Regrade.attempt_id.in_(attempt_ids), Regrade.regrading_id < regrading.id)
    for row in session.scalars(earlier).all():
        if regrading.choices.keys() & {item["question"] for item in row.items}:
            same = {column.key: getattr(row, column.key) for column in Regrade.__table__.columns}
            same |= {"id": None, "outcome": "superseded", "at": now, "by": "", "why": ""}
            session.add(Regrade(**same))
    session.flush()


def _audit_ruling(
    session: Session, now: datetime, by: str, action: str, regrading: Regrading, attempt: Attempt, why: str
) -> None:
    audit.record(
        session, now, by, action, regrading.course_id, order=regrading.id, attempt=attempt.id, reason=why
    )
    session.flush()


def _note(question: str, choice: str, one: Regrading, rows: Sequence[Regrade], queued: bool) -> Note:
    last = next((row for row in reversed(rows) for item in row.items if item["question"] == question), None)
    outcomes = {row.outcome for row in rows}
    if queued:
        return Note(question, choice, "waiting", one.ordered_at)
    if last is None or "superseded" in outcomes:
        return Note(question, choice, "refused" if "refused" in outcomes else "same", one.ordered_at)
    state = next(state for state in ("moved", "refused", "held") if state in outcomes)
    item = next(item for item in last.items if item["question"] == question)
    return Note(question, choice, state, one.ordered_at, item["before"], item["after"])

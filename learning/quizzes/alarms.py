"""Which question turned suddenly easy in which unit, of attempts the reader may see and units they may know of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.model import Page
from learning.library.catalogue import Published
from learning.organisation.models import Posting, Unit
from learning.quizzes import attempts
from learning.quizzes.asked import Answer, Asked
from learning.quizzes.drift import Share, drifts
from learning.quizzes.models import Attempt
from learning.quizzes.sittings import Sitting

RECENT = timedelta(days=30)
NONE = Share(0, 0)


@dataclass(frozen=True)
class Alarm:
    """A question in its present words, in one unit. `first`, `last`: when its recent attempts ended. `others`: the
    recent attempts of everybody else in sight."""

    question: str
    unit: str
    unit_name: str
    recent: Share
    before: Share
    others: Share
    first: datetime
    last: datetime


def alarms(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    published: Published,
    page: Page,
    held: Sequence[Sitting],
    asked: Asked,
    people: ColumnElement[bool],
    units: ColumnElement[bool],
) -> list[Alarm]:
    """The clearest first. `held`: first attempts, since whoever takes a quiz again has seen its answers. `people`,
    `units`: conditions over Person.id and Unit.code. An attempt is of the unit its person sat in on the day it ended."""
    seats, names = _seats(session, published, page, people, units)
    sat = [(_unit(seats.get(sitting.person_id, ()), sitting.finished_at, zone), sitting) for sitting in held]
    together: dict[tuple[str, bool, int], Counter[str]] = defaultdict(Counter)
    for unit, sitting in sat:
        together[unit, sitting.finished_at > now - RECENT, sitting.release_id].update(sitting.given)
    asks = {id_: _live(asked, answers) for id_, answers in asked.answers.items()}
    counts: dict[tuple[str, str], list[Share]] = {}
    whole: dict[str, Share] = {}
    for (unit, recent, release_id), texts in together.items():
        for question, share in _shares(asks[release_id], texts).items():
            if recent:
                whole[question] = _plus(whole.get(question, NONE), share)
            if unit:
                pair = counts.setdefault((unit, question), [NONE, NONE])
                place = 0 if recent else 1
                pair[place] = _plus(pair[place], share)
    found = drifts(
        {key: (recent, before) for key, (recent, before) in counts.items() if recent.of and before.of}, whole
    )
    told = []
    for one in found:
        when = [
            sitting.finished_at
            for unit, sitting in sat
            if unit == one.unit
            and sitting.finished_at > now - RECENT
            and _held(asks[sitting.release_id], sitting, one.question)
        ]
        told.append(
            Alarm(
                one.question,
                one.unit,
                names[one.unit],
                one.recent,
                one.before,
                one.others,
                min(when),
                max(when),
            )
        )
    return told


Seat = tuple[date, date | None, str]


def _seats(
    session: Session,
    published: Published,
    page: Page,
    people: ColumnElement[bool],
    units: ColumnElement[bool],
) -> tuple[Mapping[int, Sequence[Seat]], Mapping[str, str]]:
    """Of each person who took the quiz, where they sat from when to when; and the units' names. One query."""
    took = select(Attempt.person_id).where(
        Attempt.course_id == published.course.id, Attempt.quiz == attempts.quiz_key(page)
    )
    query = (
        select(Posting.person_id, Posting.from_date, Posting.to_date, Unit.code, Unit.name)
        .join(Unit, Unit.code == Posting.unit_code)
        .join(Person, Person.id == Posting.person_id)
        .where(people, units, Person.id.in_(took))
        .order_by(Posting.from_date, Posting.id)
    )
    seats: dict[int, list[Seat]] = {}
    names: dict[str, str] = {}
    for person_id, from_date, to_date, code, name in session.execute(query):
        seats.setdefault(person_id, []).append((from_date, to_date, code))
        names[code] = name
    return seats, names


def _unit(seats: Iterable[Seat], at: datetime, zone: ZoneInfo) -> str:
    """The unit of that day, of two that overlap the later begun; "" for none."""
    day = at.astimezone(zone).date()
    found = ""
    for from_date, to_date, code in seats:
        if from_date <= day and (to_date is None or day <= to_date):
            found = code
    return found


def _live(asked: Asked, answers: Mapping[str, Answer]) -> dict[str, tuple[str, bool]]:
    """What was given to live questions in their present words → the question, and whether it was right."""
    return {
        text: (answer.given.question, answer.given.right)
        for text, answer in answers.items()
        if not answer.version and answer.given.question in asked.live
    }


def _held(asks: Mapping[str, tuple[str, bool]], sitting: Sitting, question: str) -> bool:
    return any(text in asks and asks[text][0] == question for text in sitting.given)


def _shares(asks: Mapping[str, tuple[str, bool]], texts: Mapping[str, int]) -> dict[str, Share]:
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for text, often in texts.items():
        if text in asks:
            question, well = asks[text]
            of[question] += often
            if well:
                right[question] += often
    return {question: Share(right[question], count) for question, count in of.items()}


def _plus(one: Share, other: Share) -> Share:
    return Share(one.right + other.right, one.of + other.of)

"""Who needs help, asked of the database by the rules of `attention`. The same few queries for 50 people and 5.219."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, null, or_, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.organisation import visibility
from learning.organisation.models import ClassMember, TrainingClass, Unit
from learning.progress import attention, scores
from learning.progress.attention import RULES, Facts, Group
from learning.progress.models import Enrolment, HelpRecord
from learning.quizzes.models import Attempt

PAGE = 50
_LAST_DAY = literal(date(9999, 12, 31))  # a class without a first day stands behind those that have one
HELPERS = ("trainer", "unit_head", "administrator")  # an inspector reads only


@dataclass(frozen=True)
class Day:
    """A day in the province: the rules count in days, the database keeps moments."""

    today: date
    zone: ZoneInfo

    def begins(self, days_ago: int = 0) -> datetime:
        """The first moment of the day so many days ago."""
        return datetime.combine(self.today - timedelta(days=days_ago), time(), self.zone)

    def of(self, moment: datetime | None) -> date | None:
        return None if moment is None else moment.astimezone(self.zone).date()


@dataclass(frozen=True)
class Wanted:
    """Whom to ask for, in which courses. `visitor`: whoever reads, so that nobody else's people are found; None for all.
    `unit` with all below it; `rule`: the first that speaks; `people`: nobody but these; `but`: not this one, who reads of
    those they are to help."""

    courses: tuple[str, ...]
    visitor: Visitor | None = None
    unit: str = ""
    class_code: str = ""
    rule: str = ""
    people: Collection[int] | None = None
    but: int | None = None


@dataclass(frozen=True)
class Case:
    """A person in a course for whom a rule speaks. `helped_at`: the last help of the last days, if any."""

    person_id: int
    username: str
    full_name: str
    course_id: str
    facts: Facts
    reasons: tuple[attention.Reason, ...]
    helped_at: datetime | None


@dataclass(frozen=True)
class Counts:
    """`rules`: cases by the rule that speaks first, of those not helped lately; `helped`: cases of those who were.
    `people`: how many different people all these are; `open`: courses under way or asked for, over all people. `groups`:
    the cases of `rules`, course by course."""

    rules: Mapping[str, int]
    helped: int
    people: int
    open: int
    groups: tuple[Group, ...]

    @property
    def cases(self) -> int:
        return sum(self.rules.values()) + self.helped


def asked(
    session: Session,
    visitor: Visitor,
    courses: Iterable[str],
    today: date,
    *,
    course: str = "",
    unit: str = "",
    class_code: str = "",
    rule: str = "",
) -> Wanted:
    """What this visitor asks for, checked. `courses`: all that are live. Raises scores.NotSeen for what is not theirs to
    know of."""
    if "\0" in course + unit + class_code or (rule and rule not in RULES):
        raise scores.NotSeen
    chosen = tuple(courses)
    if course:
        if course not in chosen or not scores.may_see_course(session, visitor, course):
            raise scores.NotSeen(course)
        chosen = (course,)
    if unit:
        known = select(Unit.code).where(Unit.code == unit, visibility.visible_units(visitor, today))
        if session.scalar(known) is None:
            raise scores.NotSeen(unit)
    if class_code:
        own = select(TrainingClass.course_id).where(
            TrainingClass.code == class_code, visibility.visible_classes(visitor)
        )
        if session.scalar(own) not in chosen:
            raise scores.NotSeen(class_code)
    return Wanted(chosen, visitor, unit, class_code, rule, but=visitor.id)


def page(
    session: Session, wanted: Wanted, day: Day, *, number: int = 1, size: int = PAGE
) -> tuple[list[Case], bool]:
    """Cases, the most urgent first, who was helped lately last; and whether there are more behind this page."""
    query = _ordered(_cases(wanted, day)).offset((number - 1) * size).limit(size + 1)
    found = [_case(row, day) for row in session.execute(query)]
    return found[:size], len(found) > size


def every(session: Session, wanted: Wanted, day: Day) -> Iterator[Case]:
    """All cases in the same order, one after the other."""
    query = _ordered(_cases(wanted, day)).execution_options(yield_per=500)
    with session.execute(query) as rows:
        for row in rows:
            yield _case(row, day)


def one(session: Session, wanted: Wanted, day: Day, username: str) -> tuple[Person, Case | None]:
    """A person who is in the one course wanted, and their case if a rule speaks. Raises scores.NotSeen."""
    (course_id,) = wanted.courses
    if wanted.visitor is None or "\0" in username:
        raise scores.NotSeen(username)
    concerned = or_(
        select(Enrolment.person_id)
        .where(Enrolment.person_id == Person.id, Enrolment.course_id == course_id)
        .exists(),
        scores.in_class(course_id),
    )
    seen = scores.seen_by(wanted.visitor, course_id, day.today)
    person = session.scalar(select(Person).where(Person.username == username, seen, concerned))
    if person is None:
        raise scores.NotSeen(username)
    row = session.execute(_cases(Wanted((course_id,), people=[person.id]), day)).one_or_none()
    return person, None if row is None else _case(row, day)


def counts(session: Session, wanted: Wanted, day: Day) -> Counts:
    """Over all rules, whichever is wanted. One query, which finds everybody once."""
    open_ = _open(wanted, day).cte("open")
    # Not the sum over rules: one person may be spoken of for several courses.
    people = (
        select(func.count(open_.c.person_id.distinct())).where(open_.c.rank.is_not(None)).scalar_subquery()
    )
    query = select(
        open_.c.course_id, open_.c.rank, func.count(), func.count(open_.c.helped_at), people
    ).group_by(open_.c.course_id, open_.c.rank)
    rules: dict[str, int] = dict.fromkeys(RULES, 0)
    helped = all_open = persons = 0
    groups = []
    for course_id, rank, cases, lately, all_of_them in session.execute(
        query.order_by(open_.c.course_id, open_.c.rank)
    ):
        all_open, persons = all_open + cases, all_of_them
        if rank is not None:
            rules[RULES[rank]] += cases - lately
            helped += lately
            groups.append(Group(course_id, RULES[rank], cases - lately))
    return Counts(rules, helped, persons, all_open, tuple(groups))


def failing(session: Session, people: Collection[int]) -> Mapping[tuple[int, str], str]:
    """(Person, course) → the quiz they fail again and again, the one failed most."""
    often = _failures(Attempt.person_id.in_(people)).subquery()
    query = select(often).order_by(often.c.failed, often.c.quiz.desc())
    return {(row.person_id, row.course_id): row.quiz for row in session.execute(query)}


def facts_of(
    session: Session, people: Collection[int], courses: Collection[str], day: Day
) -> Mapping[int, list[tuple[str, Facts]]]:
    """Person → the courses for which a rule speaks, the most urgent first."""
    found: dict[int, list[tuple[str, Facts]]] = defaultdict(list)
    for row in session.execute(_ordered(_cases(Wanted(tuple(courses), people=people), day))):
        found[row.person_id].append((row.course_id, _facts(row, day)))
    return found


def spoken_of(session: Session, courses: Collection[str], day: Day) -> Sequence[int]:
    """Everybody for whom a rule speaks in any of these courses."""
    open_ = _open(Wanted(tuple(courses)), day).subquery("open")
    query = select(open_.c.person_id).where(open_.c.rank.is_not(None)).distinct()
    return session.scalars(query.order_by(open_.c.person_id)).all()


def classes(session: Session, visitor: Visitor, courses: Collection[str]) -> Sequence[TrainingClass]:
    """The classes in these courses that the reader may choose from, by name."""
    query = select(TrainingClass).where(
        TrainingClass.course_id.in_(courses), visibility.visible_classes(visitor)
    )
    return session.scalars(query.order_by(TrainingClass.name, TrainingClass.id)).all()


def courses(session: Session, visitor: Visitor, live: Collection[str]) -> frozenset[str]:
    """Of these courses those the reader may ask about: a trainer's own, all for the others."""
    if visitor.has("unit_head", *visibility.WHOLE_PROVINCE):
        return frozenset(live)
    own = select(TrainingClass.course_id).where(TrainingClass.trainer_id == visitor.id)
    return frozenset(session.scalars(own)) & frozenset(live)


def units(session: Session, visitor: Visitor, today: date) -> Sequence[tuple[str, str]]:
    """Code and name of the units the reader may choose from, in Vietnamese order."""
    query = select(Unit.code, Unit.name).where(visibility.visible_units(visitor, today))
    return [(code, name) for code, name in session.execute(query.order_by(Unit.sort_key, Unit.code))]


def _cases(wanted: Wanted, day: Day) -> Any:
    query = _open(wanted, day)
    rank = query.selected_columns.rank
    return query.where(rank == RULES.index(wanted.rule) if wanted.rule in RULES else rank.is_not(None))


def _ordered(query: Any) -> Any:
    """As `attention.Reason.urgency` has it, who was helped lately last. Within one rank either all rows have the figure
    or none."""
    found = query.selected_columns
    return query.order_by(
        case((found.helped_at.is_(None), 0), else_=1),
        found.rank,
        case((found.rank <= RULES.index("due_soon"), found.due_on)),
        case((found.rank == RULES.index("failing"), -found.failed)),
        case((found.rank == RULES.index("inactive"), found.last_at)),
        case((found.rank == RULES.index("not_started"), func.coalesce(found.starts_on, _LAST_DAY))),
        found.sort_key,
        found.person_id,
        found.course_id,
    )


def _open(wanted: Wanted, day: Day) -> Any:
    """One row for each person and course that is under way or asked for and not done; `rank`: the place in RULES of the
    first rule that speaks, or NULL."""
    called, failed, helped = _called(wanted, day), _failed(wanted), _helped(wanted, day)
    begun = select(Enrolment.person_id, Enrolment.course_id).where(
        Enrolment.state != "done", Enrolment.course_id.in_(wanted.courses)
    )
    if wanted.people is not None:
        begun = begun.where(Enrolment.person_id.in_(wanted.people))
    pairs = begun.union(select(called.c.person_id, called.c.course_id)).subquery("pairs")

    def here(other: Any) -> ColumnElement[bool]:
        return and_(other.person_id == pairs.c.person_id, other.course_id == pairs.c.course_id)

    due = called.c.due_on
    rank = case(
        (due < day.today, RULES.index("overdue")),
        (due <= day.today + timedelta(days=attention.DUE_SOON), RULES.index("due_soon")),
        (failed.c.failed >= attention.FAILED, RULES.index("failing")),
        (Enrolment.last_at < day.begins(attention.INACTIVE - 1), RULES.index("inactive")),
        (and_(Enrolment.person_id.is_(None), called.c.began == 1), RULES.index("not_started")),
        else_=null(),
    )
    query: Any = (
        select(
            pairs.c.person_id,
            pairs.c.course_id,
            Person.username,
            Person.full_name,
            Person.sort_key,
            called.c.starts_on,
            called.c.made_at,
            due.label("due_on"),
            Enrolment.last_at,
            failed.c.failed,
            helped.c.at.label("helped_at"),
            rank.label("rank"),
        )
        .select_from(pairs)
        .join(Person, and_(Person.id == pairs.c.person_id, Person.active))
        .outerjoin(Enrolment, here(Enrolment))
        .outerjoin(called, here(called.c))
        .outerjoin(failed, here(failed.c))
        .outerjoin(helped, here(helped.c))
        .where(or_(Enrolment.person_id.is_(None), Enrolment.state != "done"))
    )
    if wanted.visitor is not None:
        query = query.where(scores.seen_by(wanted.visitor, pairs.c.course_id, day.today))
    if wanted.but is not None:
        query = query.where(Person.id != wanted.but)
    if wanted.unit:
        query = query.where(Person.id.in_(visibility.sits_in([wanted.unit], day.today)))
    if wanted.class_code:
        query = query.where(scores.in_class(pairs.c.course_id, TrainingClass.code == wanted.class_code))
    return query


def _called(wanted: Wanted, day: Day) -> Any:
    """Whom classes ask for a course: from when, until when. `began`: 1 where a class began long enough ago to ask why
    nothing was done; `made_at`: when the first class without a first day was made."""
    long_ago = or_(
        TrainingClass.starts_on <= day.today - timedelta(days=attention.NOT_STARTED),
        and_(
            TrainingClass.starts_on.is_(None),
            TrainingClass.created_at < day.begins(attention.NOT_STARTED - 1),
        ),
    )
    query = (
        select(
            ClassMember.person_id,
            TrainingClass.course_id,
            func.min(TrainingClass.starts_on).label("starts_on"),
            func.min(case((TrainingClass.starts_on.is_(None), TrainingClass.created_at))).label("made_at"),
            func.min(TrainingClass.due_on).label("due_on"),
            func.max(case((long_ago, 1), else_=0)).label("began"),
        )
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.course_id.in_(wanted.courses))
        .group_by(ClassMember.person_id, TrainingClass.course_id)
    )
    if wanted.people is not None:
        query = query.where(ClassMember.person_id.in_(wanted.people))
    return query.cte("called")


def _failed(wanted: Wanted) -> Any:
    # Of all courses: to name some would lead SQLite away from the small index of failed attempts.
    which = () if wanted.people is None else (Attempt.person_id.in_(wanted.people),)
    often = _failures(*which).subquery("often")
    return (
        select(often.c.person_id, often.c.course_id, func.max(often.c.failed).label("failed"))
        .group_by(often.c.person_id, often.c.course_id)
        .subquery("failed")
    )


def _failures(*which: ColumnElement[bool]) -> Any:
    """Person, course and quiz, with how many attempts failed since the last that passed: where there are enough to tell
    (attention.FAILED). Read from the index of failed attempts."""
    often = (
        select(Attempt.person_id, Attempt.course_id, Attempt.quiz)
        .where(_not_passed(Attempt), *which)
        .group_by(Attempt.person_id, Attempt.course_id, Attempt.quiz)
        .having(func.count() >= attention.FAILED)
        .subquery()
    )
    later, passed = aliased(Attempt), aliased(Attempt)

    def same(other: Any) -> tuple[ColumnElement[bool], ...]:
        return (
            other.person_id == often.c.person_id,
            other.course_id == often.c.course_id,
            other.quiz == often.c.quiz,
        )

    last_passed = (
        select(func.coalesce(func.max(passed.number), 0))
        .where(*same(passed), passed.passed.is_(True))
        .correlate(often)
        .scalar_subquery()
    )
    since = (
        select(func.count())
        .select_from(later)
        .where(*same(later), _not_passed(later), later.number > last_passed)
        .correlate(often)
        .scalar_subquery()
    )
    counted = select(often.c.person_id, often.c.course_id, often.c.quiz, since.label("failed")).subquery()
    return select(counted).where(counted.c.failed >= attention.FAILED)


def _not_passed(attempt: Any) -> ColumnElement[bool]:
    """In the words of the index of failed attempts."""
    failed: ColumnElement[bool] = not_(attempt.passed)
    return failed


def _helped(wanted: Wanted, day: Day) -> Any:
    query = (
        select(HelpRecord.person_id, HelpRecord.course_id, func.max(HelpRecord.at).label("at"))
        .where(HelpRecord.at >= day.begins(attention.HELPED))
        .group_by(HelpRecord.person_id, HelpRecord.course_id)
    )
    if wanted.people is not None:
        query = query.where(HelpRecord.person_id.in_(wanted.people))
    return query.subquery("helped")


def _facts(row: Any, day: Day) -> Facts:
    begins = [one for one in (row.starts_on, day.of(row.made_at)) if one is not None]
    return Facts(
        began_on=min(begins, default=None),
        due_on=row.due_on,
        last_on=day.of(row.last_at),
        failed=row.failed or 0,
    )


def _case(row: Any, day: Day) -> Case:
    facts = _facts(row, day)
    return Case(
        person_id=row.person_id,
        username=row.username,
        full_name=row.full_name,
        course_id=row.course_id,
        facts=facts,
        reasons=attention.reasons(facts, day.today),
        helped_at=row.helped_at,
    )

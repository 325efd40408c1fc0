"""What came of asking, counted: never an answer of a person. Groups are the units people sit in today, or a trainer's
classes; which of them may be told of is suppression.py's to say. The same few queries for 50 and 5.000 learners."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, or_, select, union_all
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import CTE

from learning.accounts.models import Person
from learning.content.model import Course, Page
from learning.evaluation import asks, themes
from learning.evaluation.answers import SCALES
from learning.evaluation.gain import Gain, gain
from learning.evaluation.models import Ask, FollowUpAnswer, LessonRating, SurveyAnswer, SurveyGap
from learning.evaluation.suppression import enough, suppress
from learning.organisation import postings
from learning.organisation.models import ClassMember, Posting, TrainingClass, Unit
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.models import Attempt, ItemResult

By = Literal["unit", "class"]
NOWHERE = ""  # the group of who sits in no unit
AWAITED_PAGE = 50


@dataclass(frozen=True)
class Sight:
    """Whose answers are counted: `people`, a condition over Person.id, in groups `by` unit or by class of this trainer.
    `group`: one of them (a unit's or a class's code), None for all together."""

    people: ColumnElement[bool]
    by: By = "unit"
    trainer_id: int = 0
    group: str | None = None


@dataclass(frozen=True)
class Rate:
    """How many were asked, and of them how many answered, and how many have not in time."""

    asked: int = 0
    answered: int = 0
    overdue: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.asked + other.asked, self.answered + other.answered, self.overdue + other.overdue)


@dataclass(frozen=True)
class Tally:
    """How many people chose what. `people` answered; `counts` is None where too few did to tell of."""

    people: int
    counts: Mapping[Any, int] | None


@dataclass(frozen=True)
class Report:
    """Everything of a course. `rates`, `follow_ups`, `obstacles` by (kind, days); `ratings` by page. `begun`: page →
    how many have begun it."""

    rates: Mapping[tuple[str, int], Rate]
    scales: Mapping[str, Tally]
    lessons: Tally
    reasons: Tally
    texts: Tally
    ratings: Mapping[str, Tally]
    begun: Mapping[str, int]
    follow_ups: Mapping[tuple[str, int], Tally]
    obstacles: Mapping[tuple[str, int], Tally]
    gain: Gain | None
    pairs: int
    shared: int  # questions that both tests share an objective or tag by; 0: all are compared
    groups: Sequence["GroupLine"] = field(default=())


@dataclass(frozen=True)
class GroupLine:
    """A group beside the others. `useful`: how many found the course useful (steps 4 and 5) of those who answered, None
    where that may not be told."""

    code: str
    name: str
    survey: Rate
    learners: Rate
    managers: Rate
    useful: int | None


@dataclass(frozen=True)
class Awaited:
    """Somebody who has not answered in time."""

    person_id: int
    full_name: str
    unit: str
    kind: str
    days: int
    asked_on: date


def report(session: Session, course: Course, sight: Sight, today: date) -> Report:
    """All figures of a course, of the group asked for or of all."""
    found = _Counter(session, course.id, sight, today)
    rates, surveys = found.rates(), found.surveys()
    by_group = Counter({group: sum(lines.values()) for group, lines in surveys.items()})
    merged: Counter[Any] = found.merged(surveys)
    told = found.told(by_group)
    people = sum(merged.values())
    scales = {
        name: Tally(people, _scale(merged, place) if told else None) for place, name in enumerate(SCALES)
    }
    gaps = found.gaps()
    pairs, shared = found.pairs(course)
    follow_ups = found.follow_ups()
    return Report(
        rates=found.chosen_rates(rates),
        scales=scales,
        lessons=Tally(people, found.merged(gaps["lesson"]) if told else None),
        reasons=Tally(people, found.merged(gaps["reason"]) if told else None),
        texts=found.themes(),
        ratings=found.ratings(),
        begun=found.begun(),
        follow_ups={key: found.tally(lines, lambda one: one[0]) for key, lines in follow_ups.items()},
        obstacles={
            key: found.tally(lines, lambda one: one[1] if one[0] == "not_yet" else None)
            for key, lines in follow_ups.items()
        },
        gain=gain(found.chosen(pairs))
        if found.told({group: len(both) for group, both in pairs.items()})
        else None,
        pairs=len(found.chosen(pairs)),
        shared=shared,
        groups=found.lines(rates, surveys, suppress(by_group)),
    )


def awaited(
    session: Session,
    course_id: str,
    sight: Sight,
    today: date,
    *,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> Iterator[tuple[Awaited, tuple[str, int]]]:
    """Who has not answered in time for themself, by Vietnamese given name, each with the place to go on from. Without a
    `limit` to be taken to the end."""
    seats = _groups(course_id, sight, today)
    query = (
        select(
            Ask.id,
            Ask.kind,
            Ask.days,
            Ask.asked_on,
            Person.id.label("person_id"),
            Person.full_name,
            Person.sort_key,
        )
        .add_columns(_unit_name(today).label("unit"))
        .join(Person, Person.id == Ask.person_id)
        .join(seats, seats.c.person_id == Ask.person_id)
        .where(Ask.course_id == course_id, Ask.kind != "manager", asks.overdue_on(today), Person.active)
        .order_by(Person.sort_key, Ask.id)
    )
    if sight.group is not None:
        query = query.where(seats.c.of == sight.group)
    if after is not None:
        query = query.where(
            or_(Person.sort_key > after[0], and_(Person.sort_key == after[0], Ask.id > after[1]))
        )
    query = query.execution_options(yield_per=500) if limit is None else query.limit(limit)
    for row in session.execute(query):
        one = Awaited(row.person_id, row.full_name, row.unit or "", row.kind, row.days, row.asked_on)
        yield one, (row.sort_key, row.id)


def pretest_of(course: Course) -> Page | None:
    """What is compared with the exam: the course's first test before learning."""
    return next((page for page in course.pages if page.kind == "pretest" and page.quiz is not None), None)


def shared_questions(course: Course) -> tuple[frozenset[str], frozenset[str]]:
    """Questions of the pre-test and of the exam that have an objective or a tag in common with one of the other; both
    are empty where the course marks none."""
    pretest = pretest_of(course)
    if pretest is None or pretest.quiz is None or course.exam is None or course.exam.quiz is None:
        return frozenset(), frozenset()
    before = {question.id: _marks(question) for question in pretest.quiz.questions}
    after = {question.id: _marks(question) for question in course.exam.quiz.questions}
    common = frozenset().union(*before.values()) & frozenset().union(*after.values())
    return (
        frozenset(question for question, marks in before.items() if marks & common),
        frozenset(question for question, marks in after.items() if marks & common),
    )


class _Counter:
    """The queries of one report, all over the same people in the same groups."""

    def __init__(self, session: Session, course_id: str, sight: Sight, today: date) -> None:
        self.session, self.course_id, self.sight, self.today = session, course_id, sight, today
        self.seats = _groups(course_id, sight, today)

        self.rows: dict[str, list[tuple[str, tuple[str, ...], int]]] = defaultdict(list)
        for part, group, *keys, count in session.execute(self._all()):
            self.rows[part].append((group, tuple(keys), count))

    def rates(self) -> dict[str, dict[tuple[str, int], Rate]]:
        """Group → (kind, days) → how many were asked."""
        found: dict[str, dict[tuple[str, int], Rate]] = defaultdict(lambda: defaultdict(Rate))
        for part in ("asked", "answered", "overdue"):
            for group, (kind, days, *_none), count in self.rows[part]:
                found[group][kind, int(days)] += Rate(**{part: count})
        return found

    def surveys(self) -> dict[str, Counter[tuple[int, ...]]]:
        """Group → the four steps chosen → by how many."""
        found: dict[str, Counter[tuple[int, ...]]] = defaultdict(Counter)
        for group, steps, count in self.rows["survey"]:
            found[group][tuple(map(int, steps))] = count
        return found

    def gaps(self) -> dict[str, dict[str, Counter[str]]]:
        """Kind → group → what was missing → for how many."""
        found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for group, (kind, what, *_none), count in self.rows["gap"]:
            found[kind][group][what] = count
        return found

    def themes(self) -> Tally:
        query = (
            select(self.seats.c.of, SurveyAnswer.text)
            .join(self.seats, self.seats.c.person_id == SurveyAnswer.person_id)
            .where(SurveyAnswer.course_id == self.course_id, SurveyAnswer.text != "")
        )
        texts: dict[str, list[str]] = defaultdict(list)
        for group, text in self.session.execute(query):
            texts[group].append(text)
        chosen = self.chosen(texts)
        told = self.told({group: len(written) for group, written in texts.items()})
        return Tally(len(chosen), dict(themes.counts(chosen)[1]) if told else None)

    def ratings(self) -> dict[str, Tally]:
        found: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
        for group, (page, rating, *_none), count in self.rows["rating"]:
            found[page][group][int(rating)] = count
        return {page: self.tally(groups, lambda rating: rating) for page, groups in found.items()}

    def begun(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for group, (page, *_none), count in self.rows["begun"]:
            if self.sight.group in (None, group):
                found[page] += count
        return found

    def follow_ups(self) -> dict[tuple[str, int], dict[str, Counter[tuple[str, str]]]]:
        """(kind, days), the first asked first → group → (used, reason) → by how many."""
        found: dict[tuple[str, int], dict[str, Counter[tuple[str, str]]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        for group, (kind, days, used, reason), count in self.rows["used"]:
            found[kind, int(days)][group][used, reason] = count
        return dict(sorted(found.items(), key=lambda one: (one[0][1], one[0][0])))

    def pairs(self, course: Course) -> tuple[dict[str, list[tuple[float, float]]], int]:
        """Group → the results (percent) before and after of those who did both, the first time, in that order; and how
        many questions of the pre-test were compared, 0 for the whole tests."""
        pretest = pretest_of(course)
        if pretest is None or course.exam is None:
            return {}, 0
        before, after = shared_questions(course)
        first, last = aliased(Attempt), aliased(Attempt)
        query: Select[Any] = (
            select(self.seats.c.of)
            .select_from(first)
            .join(last, last.person_id == first.person_id)
            .join(self.seats, self.seats.c.person_id == first.person_id)
            .where(
                first.course_id == self.course_id,
                first.quiz == pretest.id,
                first.number == 1,
                first.state != "open",
                last.course_id == self.course_id,
                last.quiz == "exam",
                last.number == 1,
                last.state != "open",
                first.finished_at <= last.started_at,
            )
        )
        if before:
            had, has = self._marks_of(pretest.id, before), self._marks_of("exam", after)
            query = query.join(had, had.c.attempt_id == first.id).join(has, has.c.attempt_id == last.id)
            query = query.add_columns(had.c.mark, had.c.most, has.c.mark, has.c.most)
        else:
            query = query.add_columns(first.score, first.out_of, last.score, last.out_of)
        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for group, *marks in self.session.execute(query):
            one, out_of, other, out_of_other = (float(mark or 0) for mark in marks)
            if out_of and out_of_other:
                found[group].append((100 * one / out_of, 100 * other / out_of_other))
        return found, len(before)

    def lines(
        self,
        rates: Mapping[str, Mapping[tuple[str, int], Rate]],
        surveys: Mapping[str, Counter[tuple[int, ...]]],
        told: frozenset[str],
    ) -> list[GroupLine]:
        """Every group in which somebody was asked, by Vietnamese name."""
        names = self._names()
        return [
            GroupLine(
                code,
                name,
                survey=_sum(rates[code], "survey"),
                learners=_sum(rates[code], "learner"),
                managers=_sum(rates[code], "manager"),
                useful=_useful(surveys[code]) if code in told else None,
            )
            for code, name in names.items()
            if code in rates
        ]

    def chosen(self, groups: Mapping[str, list[Any]]) -> list[Any]:
        """What there is of the group asked for, or of all."""
        if self.sight.group is not None:
            return groups.get(self.sight.group, [])
        return [one for each in groups.values() for one in each]

    def chosen_rates(
        self, rates: Mapping[str, Mapping[tuple[str, int], Rate]]
    ) -> dict[tuple[str, int], Rate]:
        found: dict[tuple[str, int], Rate] = defaultdict(Rate)
        for group, kinds in rates.items():
            if self.sight.group in (None, group):
                for key, rate in kinds.items():
                    found[key] += rate
        return dict(found)

    def merged(self, groups: Mapping[str, Counter[Any]]) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for group, counts in groups.items():
            if self.sight.group in (None, group):
                found.update(counts)
        return found

    def told(self, people: Mapping[str, int]) -> bool:
        """Whether the group asked for (or all) may be told of; `people`: group → how many answered."""
        if self.sight.group is not None:
            return self.sight.group in suppress(people)
        return enough(sum(people.values()))

    def tally(self, groups: Mapping[str, Counter[Any]], of: Any) -> Tally:
        """Counts by `of` each answer (None: not counted), of the group asked for or of all."""
        merged = self.merged(groups)
        told = self.told({group: sum(counts.values()) for group, counts in groups.items()})
        if not told:
            return Tally(sum(merged.values()), None)
        counts: Counter[Any] = Counter()
        for answer, count in merged.items():
            if (one := of(answer)) is not None:
                counts[one] += count
        return Tally(sum(merged.values()), counts)

    def _all(self) -> Any:
        """Part, group, up to four keys as text, and how many rows. In one statement, so that who is in which group is
        found out once."""
        used = (FollowUpAnswer, FollowUpAnswer.ask_id == Ask.id)
        return union_all(
            self._part("asked", Ask, Ask.kind, Ask.days),
            self._part("answered", Ask, Ask.kind, Ask.days).where(Ask.answered_at.is_not(None)),
            self._part("overdue", Ask, Ask.kind, Ask.days).where(asks.overdue_on(self.today)),
            self._part("survey", SurveyAnswer, *(getattr(SurveyAnswer, name) for name in SCALES)),
            self._part("gap", SurveyGap, SurveyGap.kind, SurveyGap.what),
            self._part("rating", LessonRating, LessonRating.page, LessonRating.rating),
            self._part("begun", PageProgress, PageProgress.page),
            self._part("used", Ask, Ask.kind, Ask.days, FollowUpAnswer.used, FollowUpAnswer.reason).join(
                *used
            ),
        )

    def _part(self, name: str, kept: Any, *columns: Any) -> Select[Any]:
        keys = [as_type(column, String) for column in columns] + [literal("")] * (4 - len(columns))
        return (
            select(literal(name), self.seats.c.of, *keys, func.count())
            .select_from(kept)
            .join(self.seats, self.seats.c.person_id == kept.person_id)
            .where(kept.course_id == self.course_id)
            .group_by(self.seats.c.of, *columns)
        )

    def _marks_of(self, quiz: str, questions: frozenset[str]) -> Any:
        """Attempt → marks got and to be had in these questions."""
        return (
            select(
                ItemResult.attempt_id,
                func.sum(ItemResult.mark).label("mark"),
                func.sum(ItemResult.max_mark).label("most"),
            )
            .where(
                ItemResult.course_id == self.course_id,
                ItemResult.quiz == quiz,
                ItemResult.question.in_(sorted(questions)),
            )
            .group_by(ItemResult.attempt_id)
            .subquery()
        )

    def _names(self) -> dict[str, str]:
        if self.sight.by == "class":
            query = (
                select(TrainingClass.code, TrainingClass.name)
                .where(
                    TrainingClass.course_id == self.course_id,
                    TrainingClass.trainer_id == self.sight.trainer_id,
                )
                .order_by(TrainingClass.name, TrainingClass.id)
            )
        else:
            query = select(Unit.code, Unit.name).order_by(Unit.sort_key, Unit.code)
        return {row[0]: row[1] for row in self.session.execute(query)} | {NOWHERE: ""}


def _groups(course_id: str, sight: Sight, today: date) -> CTE:
    """Everybody in sight who has begun the course, each in one group: `person_id`, `of`."""
    query: Any = (
        select(Enrolment.person_id.label("person_id"))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id == course_id, sight.people)
        .group_by(Enrolment.person_id)
    )
    if sight.by == "class":
        mine = (
            select(ClassMember.person_id, TrainingClass.code)
            .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
            .where(TrainingClass.course_id == course_id, TrainingClass.trainer_id == sight.trainer_id)
            .subquery()
        )
        query = query.outerjoin(mine, mine.c.person_id == Enrolment.person_id)
        group: Any = mine.c.code
    else:
        query = query.outerjoin(Posting, and_(Posting.person_id == Enrolment.person_id, postings.on(today)))
        group = Posting.unit_code
    # Of two classes, or of two postings on one day, the last by code: nobody is in two groups.
    query = query.add_columns(func.coalesce(func.max(group), NOWHERE).label("of"))
    # Or the group is looked for anew for each row that is counted.
    return cast(CTE, query.cte("seats").prefix_with("MATERIALIZED"))


def _unit_name(today: date) -> Any:
    return (
        select(Unit.name)
        .join(Posting, Posting.unit_code == Unit.code)
        .where(Posting.person_id == Person.id, postings.on(today))
        .order_by(Posting.from_date.desc(), Posting.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _marks(question: Any) -> frozenset[str]:
    """What a question is marked by: its objective and its tags, told apart."""
    objective = {f"objective:{question.objective}"} if question.objective else set()
    return frozenset(objective | {f"tag:{tag}" for tag in question.tags})


def _scale(answers: Counter[tuple[int, ...]], place: int) -> dict[int, int]:
    found: Counter[int] = Counter()
    for steps, count in answers.items():
        found[steps[place]] += count
    return found


def _useful(answers: Counter[tuple[int, ...]]) -> int:
    return sum(count for steps, count in answers.items() if steps[SCALES.index("useful")] >= 4)


def _sum(rates: Mapping[tuple[str, int], Rate], kind: str) -> Rate:
    return sum((rate for (one, _days), rate in rates.items() if one == kind), Rate())

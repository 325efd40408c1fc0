"""What came of asking, counted: never an answer of a person. Groups are the units people sit in today, or a trainer's
classes; what may be told of them is suppression.py's to say. The same few queries for 50 and 5.000 learners."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, null, select, union_all
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session, aliased

from learning.content.model import Course, Page
from learning.evaluation import asks, themes
from learning.evaluation.answers import SCALES
from learning.evaluation.gain import Gain, gain
from learning.evaluation.models import Ask, FollowUpAnswer, LessonRating, SurveyAnswer, SurveyGap
from learning.evaluation.seats import NOWHERE, Sight, day_of, seats
from learning.evaluation.suppression import Cell, told
from learning.organisation.models import TrainingClass, Unit
from learning.progress.models import PageProgress
from learning.quizzes.models import Attempt, ItemResult
from learning.quizzes.sittings import TO_MARK

USEFUL = 4  # the step of the survey from which a course is found useful

_Row = tuple[Cell, tuple[str, ...], int]  # who, what they said, how many


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
    """How many people chose what, of `people` whose answers may be told by now; `waiting` are those whose answers may
    not yet. `counts` is None where that is everybody."""

    people: int
    counts: Mapping[Any, int] | None
    waiting: int = 0


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
    """A group beside the others. `useful`: how many found the course useful (steps 4 and 5), of those of the group whose
    answers may be told."""

    code: str
    name: str
    survey: Rate
    learners: Rate
    managers: Rate
    useful: int
    told: int


def report(session: Session, course: Course, sight: Sight, today: date) -> Report:
    """All figures of a course, of all in sight with their groups; or of the group asked for, alone: what is told of it
    depends on nobody else."""
    found = _Counter(session, course.id, sight, today)
    rates, survey, pairs = found.rates(), found.answers("survey"), found.pairs(course)
    said, gaps = found.rows["survey"], found.rows["gap"]
    compared = found.answers_of(_counted(pairs))
    both = [marks for cell, marks in pairs if compared.tells(cell)]
    uses = found.by_key("used", 2)
    return Report(
        rates=found.chosen_rates(rates),
        scales={
            name: survey.tally((cell, int(steps[place]), count) for cell, steps, count in said)
            for place, name in enumerate(SCALES)
        },
        lessons=survey.tally((cell, what, count) for cell, (kind, what), count in gaps if kind == "lesson"),
        reasons=survey.tally((cell, what, count) for cell, (kind, what), count in gaps if kind == "reason"),
        texts=found.themes(),
        ratings={
            page: found.answers_of(_counts(rows)).tally(
                (cell, int(step), count) for cell, (step,), count in rows
            )
            for (page,), rows in found.by_key("rating", 1).items()
        },
        begun=found.begun(),
        follow_ups={
            (kind, int(days)): found.answers_of(_counts(rows)).tally(
                (cell, used, count) for cell, (used, _reason), count in rows
            )
            for (kind, days), rows in uses.items()
        },
        obstacles={
            (kind, int(days)): found.answers_of(_counts(rows)).tally(
                (cell, reason, count) for cell, (used, reason), count in rows if used == "not_yet"
            )
            for (kind, days), rows in uses.items()
        },
        gain=gain(both),
        pairs=len(both),
        shared=len(shared_questions(course)[0]),
        groups=found.lines(rates, survey),
    )


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


class _Answers:
    """Answers of one kind: of which of them may be told, and how many these are."""

    def __init__(self, counts: Mapping[Cell, int], today: date, group: str | None) -> None:
        self.counts, self.group, self.levels = counts, group, told(counts, today)
        here = {cell: count for cell, count in counts.items() if group in (None, cell.keys[0])}
        self.people = sum(count for cell, count in here.items() if self.tells(cell))
        self.waiting = sum(here.values()) - self.people

    def tells(self, cell: Cell) -> bool:
        """Whether these answers count in the figures of the group asked for, or of all."""
        return cell in self.levels if self.group is None else self._tells_in(self.group, cell)

    def tally(self, rows: Iterable[tuple[Cell, Any, int]]) -> Tally:
        counts: Counter[Any] = Counter()
        for cell, value, count in rows:
            if self.tells(cell):
                counts[value] += count
        return Tally(self.people, counts if self.people else None, self.waiting)

    def by_group(self, rows: Iterable[tuple[Cell, int]]) -> Counter[str]:
        """Group → how many there are in these rows, of those that are told of it."""
        counts: Counter[str] = Counter()
        for cell, count in rows:
            if self._tells_in(cell.keys[0], cell):
                counts[cell.keys[0]] += count
        return counts

    def _tells_in(self, group: str, cell: Cell) -> bool:
        return self.levels.get(cell) == 0 and cell.keys[0] == group


class _Counter:
    """The queries of one report, all over the same people in the same groups."""

    def __init__(self, session: Session, course_id: str, sight: Sight, today: date) -> None:
        self.session, self.course_id, self.sight, self.today = session, course_id, sight, today
        self.seats = seats(sight, today, course_id)
        self.rows: dict[str, list[_Row]] = defaultdict(list)
        for part, of, position, day, *keys, count in session.execute(self._all()).all():
            self.rows[part].append(
                (Cell(day, (of, position)), tuple(key for key in keys if key is not None), count)
            )

    def answers(self, part: str) -> _Answers:
        return self.answers_of(_counts(self.rows[part]))

    def answers_of(self, counts: Mapping[Cell, int]) -> _Answers:
        return _Answers(counts, self.today, self.sight.group)

    def by_key(self, part: str, length: int) -> dict[tuple[str, ...], list[_Row]]:
        """The rows of a part by the first so many keys, in their order; the days of follow-ups in that of numbers."""
        found: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
        for cell, keys, count in self.rows[part]:
            found[keys[:length]].append((cell, keys[length:], count))
        return dict(sorted(found.items(), key=lambda one: (*map(int, one[0][1:]), one[0])))

    def rates(self) -> dict[str, dict[tuple[str, int], Rate]]:
        """Group → (kind, days) → how many were asked."""
        found: dict[str, dict[tuple[str, int], Rate]] = defaultdict(lambda: defaultdict(Rate))
        for part in ("asked", "answered", "overdue"):
            for cell, (kind, days), count in self.rows[part]:
                found[cell.keys[0]][kind, int(days)] += Rate(**{part: count})
        return found

    def themes(self) -> Tally:
        """What those who wrote wrote about; who wrote nothing is not among `people`."""
        query = (
            select(
                self.seats.c.of, self.seats.c.position, self._day(SurveyAnswer.answered_at), SurveyAnswer.text
            )
            .join(self.seats, self.seats.c.person_id == SurveyAnswer.person_id)
            .where(SurveyAnswer.course_id == self.course_id, SurveyAnswer.text != "")
        )
        written = [
            (Cell(day, (of, position)), text) for of, position, day, text in self.session.execute(query).all()
        ]
        answers = self.answers_of(_counted(written))
        return answers.tally((cell, theme, 1) for cell, text in written for theme in themes.of(text))

    def begun(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for cell, (page,), count in self.rows["begun"]:
            if self.sight.group in (None, cell.keys[0]):
                found[page] += count
        return found

    def pairs(self, course: Course) -> list[tuple[Cell, tuple[float, float]]]:
        """The results (percent) before and after of each who did both, the first time, in that order."""
        pretest = pretest_of(course)
        if pretest is None or course.exam is None:
            return []
        before, after = shared_questions(course)
        first, last = aliased(Attempt), aliased(Attempt)
        query: Select[Any] = (
            select(self.seats.c.of, self.seats.c.position, self._day(last.finished_at))
            .select_from(first)
            .join(last, last.person_id == first.person_id)
            .join(self.seats, self.seats.c.person_id == first.person_id)
            .where(
                first.course_id == self.course_id,
                first.quiz == pretest.id,
                first.number == 1,
                first.state != "open",
                first.id.not_in(TO_MARK),
                last.course_id == self.course_id,
                last.quiz == "exam",
                last.number == 1,
                last.state != "open",
                last.id.not_in(TO_MARK),
                first.finished_at <= last.started_at,
            )
        )
        if before:
            had, has = self._marks_of(pretest.id, before), self._marks_of("exam", after)
            query = query.join(had, had.c.attempt_id == first.id).join(has, has.c.attempt_id == last.id)
            query = query.add_columns(had.c.mark, had.c.most, has.c.mark, has.c.most)
        else:
            query = query.add_columns(first.score, first.out_of, last.score, last.out_of)
        found = []
        for of, position, day, *marks in self.session.execute(query).all():
            one, out_of, other, out_of_other = (float(mark or 0) for mark in marks)
            if out_of and out_of_other:
                found.append((Cell(day, (of, position)), (100 * one / out_of, 100 * other / out_of_other)))
        return found

    def lines(self, rates: Mapping[str, Mapping[tuple[str, int], Rate]], survey: _Answers) -> list[GroupLine]:
        """Every group in which somebody was asked, by Vietnamese name."""
        people = survey.by_group(survey.counts.items())
        useful = survey.by_group(
            (cell, count)
            for cell, steps, count in self.rows["survey"]
            if int(steps[SCALES.index("useful")]) >= USEFUL
        )
        return [
            GroupLine(
                code,
                name,
                survey=_sum(rates[code], "survey"),
                learners=_sum(rates[code], "learner"),
                managers=_sum(rates[code], "manager"),
                useful=useful[code],
                told=people[code],
            )
            for code, name in self._names().items()
            if code in rates
        ]

    def chosen_rates(
        self, rates: Mapping[str, Mapping[tuple[str, int], Rate]]
    ) -> dict[tuple[str, int], Rate]:
        found: dict[tuple[str, int], Rate] = defaultdict(Rate)
        for group, kinds in rates.items():
            if self.sight.group in (None, group):
                for key, rate in kinds.items():
                    found[key] += rate
        return dict(found)

    def _all(self) -> Any:
        """Part, group, position, day, up to four keys as text, and how many rows. In one statement, so that who is in
        which group is found out once."""
        same = (
            SurveyGap.person_id == SurveyAnswer.person_id,
            SurveyGap.course_id == SurveyAnswer.course_id,
        )
        survey, rated, used = SurveyAnswer.answered_at, LessonRating.rated_at, FollowUpAnswer.answered_at
        return union_all(
            self._part("asked", Ask, None, Ask.kind, Ask.days),
            self._part("answered", Ask, None, Ask.kind, Ask.days).where(Ask.answered_at.is_not(None)),
            self._part("overdue", Ask, None, Ask.kind, Ask.days).where(asks.overdue_on(self.today)),
            self._part("begun", PageProgress, None, PageProgress.page),
            self._part("survey", SurveyAnswer, survey, *(getattr(SurveyAnswer, name) for name in SCALES)),
            self._part("gap", SurveyAnswer, survey, SurveyGap.kind, SurveyGap.what).join(
                SurveyGap, and_(*same)
            ),
            self._part("rating", LessonRating, rated, LessonRating.page, LessonRating.rating),
            self._part(
                "used", Ask, used, Ask.kind, Ask.days, FollowUpAnswer.used, FollowUpAnswer.reason
            ).join(FollowUpAnswer, FollowUpAnswer.ask_id == Ask.id),
        )

    def _part(self, name: str, kept: Any, moment: Any, *columns: Any) -> Select[Any]:
        """`moment`: when it was said, where that matters."""
        day = literal("") if moment is None else self._day(moment)
        keys = [as_type(column, String) for column in columns]
        keys += [as_type(null(), String)] * (4 - len(columns))
        groups = (self.seats.c.of, self.seats.c.position, *(() if moment is None else (day,)), *columns)
        return (
            select(literal(name), self.seats.c.of, self.seats.c.position, day, *keys, func.count())
            .select_from(kept)
            .join(self.seats, self.seats.c.person_id == kept.person_id)
            .where(kept.course_id == self.course_id)
            .group_by(*groups)
        )

    def _day(self, moment: Any) -> ColumnElement[str]:
        return day_of(self.session, moment)

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
        return {row[0]: row[1] for row in self.session.execute(query).all()} | {NOWHERE: ""}


def _marks(question: Any) -> frozenset[str]:
    """What a question is marked by: its objective and its tags, told apart."""
    objective = {f"objective:{question.objective}"} if question.objective else set()
    return frozenset(objective | {f"tag:{tag}" for tag in question.tags})


def _counts(rows: Iterable[_Row]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for cell, _keys, count in rows:
        found[cell] += count
    return found


def _counted(answers: Iterable[tuple[Cell, Any]]) -> Counter[Cell]:
    return Counter(cell for cell, _answer in answers)


def _sum(rates: Mapping[tuple[str, int], Rate], kind: str) -> Rate:
    return sum((rate for (one, _days), rate in rates.items() if one == kind), Rate())

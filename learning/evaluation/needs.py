"""What people say they still need, counted by course and by group of positions: what planning begins with.

Of a survey what was missing (`reason`), and which lessons said too little (`lesson`); of a follow-up why it is not used
yet (`obstacle`). Counted are the answers of the year that may be told, the same as on the page of each course
(results.py): surveys by people (người), follow-ups, of which there are several, by answers (lượt).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from learning.evaluation.models import Ask, FollowUpAnswer, SurveyAnswer, SurveyGap
from learning.evaluation.seats import Sight, day_of, seats
from learning.evaluation.suppression import Cell, told

Kind = Literal["reason", "lesson", "obstacle"]
ALL = ""  # every group of positions together
POSITION = 1  # the place of the group of positions in a cell's keys

_Key = tuple[str, int]  # of which course, and after how many days it was asked; 0: the survey
_Row = tuple[Cell, Kind, str, int]


@dataclass(frozen=True)
class Need:
    """`people` of `answered` in this group of positions (ALL: in all) said they need `what` in this course."""

    field: str
    course_id: str
    group: str
    kind: Kind
    what: str
    people: int
    answered: int


def counts(session: Session, year: int, today: date, people: ColumnElement[bool]) -> Sequence[Need]:
    """The needs of a year of those whom `people` (a condition over Person.id) names, by course, then the most frequent
    first, each before its groups of positions. In a group counts what is told of that group itself, so that the groups
    are less than the whole."""
    answered: dict[_Key, Counter[Cell]] = defaultdict(Counter)
    rows: dict[_Key, list[_Row]] = defaultdict(list)
    for kind, course_id, days, of, position, day, what, count in session.execute(
        _counted(session, people, today)
    ):
        cell = Cell(day, (of, position))
        if kind == "answered":
            answered[course_id, days][cell] = count
        else:
            rows[course_id, days].append((cell, kind, what, count))
    base: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    said: dict[tuple[str, Kind, str], Counter[str]] = defaultdict(Counter)
    for (course_id, days), cells in answered.items():
        groups = _groups_of(cells, year, today)
        for cell, among in groups.items():
            for group in among:
                base[course_id, days > 0][group] += cells[cell]
        for cell, kind, what, count in rows[course_id, days]:
            for group in groups.get(cell, ()):
                said[course_id, kind, what][group] += count
    return sorted(
        _needs(base, said),
        key=lambda one: (
            one.course_id,
            -said[one.course_id, one.kind, one.what][ALL],
            one.kind,
            one.what,
            one.group,
        ),
    )


def _groups_of(cells: Mapping[Cell, int], year: int, today: date) -> dict[Cell, tuple[str, ...]]:
    """The cells of the year that may be told of, and in which groups each counts."""
    return {
        cell: (ALL, cell.keys[POSITION]) if level == POSITION and cell.keys[POSITION] else (ALL,)
        for cell, level in told(cells, today).items()
        if cell.day.startswith(f"{year}-")
    }


def _needs(
    base: Mapping[tuple[str, bool], Counter[str]], said: Mapping[tuple[str, Kind, str], Counter[str]]
) -> Iterator[Need]:
    for (course_id, kind, what), groups in said.items():
        field = course_id.partition("/")[0]
        for group, count in groups.items():
            answered = base[course_id, kind == "obstacle"][group]
            yield Need(field, course_id, group, kind, what, count, answered)


def _counted(session: Session, people: ColumnElement[bool], today: date) -> Any:
    """Kind, course, days, unit, position, day, what → how many; and how many answered, as the kind "answered". In one
    statement, so that who is in which group is found out once."""
    there = seats(Sight(people), today)
    seat = (there.c.of, there.c.position)
    nothing, at_once = cast(null(), String), literal(0)
    surveyed = (SurveyAnswer.course_id, *seat, day_of(session, SurveyAnswer.answered_at))
    followed = (Ask.course_id, Ask.days, *seat, day_of(session, FollowUpAnswer.answered_at))

    def surveys(kind: Any, what: Any) -> Any:
        query = select(kind, surveyed[0], at_once, *surveyed[1:], what, func.count())
        return query.join(there, there.c.person_id == SurveyAnswer.person_id)

    def asked(kind: Any, what: Any) -> Any:
        query = select(kind, *followed, what, func.count()).join(
            FollowUpAnswer, FollowUpAnswer.ask_id == Ask.id
        )
        return query.join(there, there.c.person_id == Ask.person_id).where(Ask.kind == "learner")

    same = and_(SurveyGap.person_id == SurveyAnswer.person_id, SurveyGap.course_id == SurveyAnswer.course_id)
    return union_all(
        surveys(literal("answered"), nothing).group_by(*surveyed),
        surveys(SurveyGap.kind, SurveyGap.what)
        .join(SurveyGap, same)
        .group_by(*surveyed, SurveyGap.kind, SurveyGap.what),
        asked(literal("answered"), nothing).group_by(*followed),
        asked(literal("obstacle"), FollowUpAnswer.reason)
        .where(FollowUpAnswer.reason != "")
        .group_by(*followed, FollowUpAnswer.reason),
    )

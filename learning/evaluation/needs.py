"""What people say they still need, counted by course and by group of positions: what planning begins with.

Of a survey what was missing (`reason`), and which lessons said too little (`lesson`); of a follow-up why it is not used
yet (`obstacle`). Counted are people (người), and those who answered in the year.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE

from learning.accounts.models import Person
from learning.evaluation.models import Ask, FollowUpAnswer, SurveyAnswer, SurveyGap
from learning.evaluation.suppression import enough, suppress
from learning.organisation import postings
from learning.organisation.models import Position, Posting

Kind = Literal["reason", "lesson", "obstacle"]
ALL = ""  # every group of positions together

_Base = dict[str, dict[str, int]]  # course → group → how many answered
_Row = tuple[str, str, Kind, str, int]


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


def counts(
    session: Session, year: int, zone: ZoneInfo, today: date, people: ColumnElement[bool]
) -> Sequence[Need]:
    """The needs of a year of those whom `people` (a condition over Person.id) names, by course, then the most frequent
    first, each before its groups of positions. Groups by the position held today; of groups too small to tell of
    (suppression.py) nothing."""
    begins, ends = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    surveyed: _Base = defaultdict(dict)
    followed: _Base = defaultdict(dict)
    rows = []
    for course_id, group, kind, what, count in session.execute(_counted(people, today, begins, ends)):
        if kind == "surveyed":
            surveyed[course_id][group] = count
        elif kind == "followed":
            followed[course_id][group] = count
        else:
            rows.append((course_id, group, kind, what, count))
    found = _told(surveyed, (row for row in rows if row[2] != "obstacle"))
    found += _told(followed, (row for row in rows if row[2] == "obstacle"))
    totals = {(one.course_id, one.kind, one.what): one.people for one in found if one.group == ALL}
    return sorted(
        found,
        key=lambda one: (
            one.course_id,
            -totals[one.course_id, one.kind, one.what],
            one.kind,
            one.what,
            one.group,
        ),
    )


def _counted(people: ColumnElement[bool], today: date, begins: datetime, ends: datetime) -> Any:
    """Course, group, kind, what → people; and how many answered, as the kinds "surveyed" and "followed". In one
    statement, so that who is in which group is found out once."""
    seats = _groups(people, today)
    surveys = select(SurveyAnswer.course_id, seats.c.of).join(
        seats, seats.c.person_id == SurveyAnswer.person_id
    )
    surveys = surveys.where(SurveyAnswer.answered_at >= begins, SurveyAnswer.answered_at < ends)
    asked = select(Ask.course_id, seats.c.of).join(FollowUpAnswer, FollowUpAnswer.ask_id == Ask.id)
    asked = asked.join(seats, seats.c.person_id == Ask.person_id).where(
        Ask.kind == "learner", FollowUpAnswer.answered_at >= begins, FollowUpAnswer.answered_at < ends
    )
    same = and_(SurveyGap.person_id == SurveyAnswer.person_id, SurveyGap.course_id == SurveyAnswer.course_id)
    persons = func.count(Ask.person_id.distinct())  # who was asked again later is one
    return union_all(
        surveys.add_columns(literal("surveyed"), literal(""), func.count()).group_by(
            SurveyAnswer.course_id, seats.c.of
        ),
        surveys.join(SurveyGap, same)
        .add_columns(SurveyGap.kind, SurveyGap.what, func.count())
        .group_by(SurveyAnswer.course_id, seats.c.of, SurveyGap.kind, SurveyGap.what),
        asked.add_columns(literal("followed"), literal(""), persons).group_by(Ask.course_id, seats.c.of),
        asked.where(FollowUpAnswer.reason != "")
        .add_columns(literal("obstacle"), FollowUpAnswer.reason, persons)
        .group_by(Ask.course_id, seats.c.of, FollowUpAnswer.reason),
    )


def _told(base: _Base, rows: Iterable[_Row]) -> list[Need]:
    counted: dict[tuple[str, Kind, str], dict[str, int]] = defaultdict(dict)
    for course_id, group, kind, what, count in rows:
        counted[course_id, kind, what][group] = count
    told = {course_id: suppress(groups) for course_id, groups in base.items()}
    needs = []
    for (course_id, kind, what), groups in counted.items():
        answered = base[course_id]
        if not enough(sum(answered.values())):
            continue
        field = course_id.partition("/")[0]
        whole = sum(groups.values())
        needs.append(Need(field, course_id, ALL, kind, what, whole, sum(answered.values())))
        needs += [
            Need(field, course_id, group, kind, what, count, answered[group])
            for group, count in groups.items()
            if group != ALL and group in told[course_id]
        ]
    return needs


def _groups(people: ColumnElement[bool], today: date) -> CTE:
    """Everybody in sight, each with the group of the position held today ("" for none): `person_id`, `of`."""
    group = (
        select(Position.group)
        .join(Posting, Posting.position_code == Position.code)
        .where(Posting.person_id == Person.id, postings.on(today))
        .order_by(Posting.from_date.desc(), Posting.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        select(Person.id.label("person_id"), func.coalesce(group, "").label("of")).where(people).cte("seats")
    )

"""What people say they still need, counted by course and by group of positions: what planning begins with.

Of a survey what was missing (`reason`), and which lessons said too little (`lesson`); of a follow-up why it is not used
yet (`obstacle`). Counted are people (người), and those who answered in the year.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE

from learning.accounts.models import Person
from learning.evaluation.models import Ask, FollowUpAnswer, SurveyAnswer, SurveyGap
from learning.evaluation.suppression import enough, suppress
from learning.organisation import postings
from learning.organisation.models import Position, Posting

Kind = Literal["reason", "lesson", "obstacle"]
ALL = ""  # every group of positions together


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
    seats = _groups(people, today)
    begins, ends = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    surveyed = _base(
        session,
        select(SurveyAnswer.course_id, seats.c.of, func.count())
        .join(seats, seats.c.person_id == SurveyAnswer.person_id)
        .where(SurveyAnswer.answered_at >= begins, SurveyAnswer.answered_at < ends)
        .group_by(SurveyAnswer.course_id, seats.c.of),
    )
    gaps = (
        select(SurveyGap.course_id, seats.c.of, SurveyGap.kind, SurveyGap.what, func.count())
        .join(
            SurveyAnswer,
            (SurveyAnswer.person_id == SurveyGap.person_id) & (SurveyAnswer.course_id == SurveyGap.course_id),
        )
        .join(seats, seats.c.person_id == SurveyGap.person_id)
        .where(SurveyAnswer.answered_at >= begins, SurveyAnswer.answered_at < ends)
        .group_by(SurveyGap.course_id, seats.c.of, SurveyGap.kind, SurveyGap.what)
    )
    followed = (
        select(Ask.course_id, seats.c.of, func.count(Ask.person_id.distinct()))
        .join(FollowUpAnswer, FollowUpAnswer.ask_id == Ask.id)
        .join(seats, seats.c.person_id == Ask.person_id)
        .where(Ask.kind == "learner", FollowUpAnswer.answered_at >= begins, FollowUpAnswer.answered_at < ends)
        .group_by(Ask.course_id, seats.c.of)
    )
    obstacles = followed.where(FollowUpAnswer.reason != "").group_by(FollowUpAnswer.reason)
    obstacles = obstacles.with_only_columns(
        Ask.course_id, seats.c.of, FollowUpAnswer.reason, func.count(Ask.person_id.distinct())
    )
    found = _told(surveyed, session.execute(gaps))
    found += _told(
        _base(session, followed),
        (
            (course, group, "obstacle", what, count)
            for course, group, what, count in session.execute(obstacles)
        ),
    )
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


def _base(session: Session, query: Select[Any]) -> dict[str, dict[str, int]]:
    """Course → group → how many answered."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for course_id, group, count in session.execute(query):
        found[course_id][group] = count
    return found


def _told(base: dict[str, dict[str, int]], rows: Any) -> list[Need]:
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

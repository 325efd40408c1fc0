"""Practices of the people one answers for: what waits for a mentor, who has none, and the way to each.

A trainer sees members of own classes in those courses, a unit head those who sit in own unit or below, administrators
everybody. Who only reads does not decide: that is the mentor's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_
from sqlalchemy.orm import Session

from learning.accounts import export, looks
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.evaluation import practice_mentors, practice_queries
from learning.evaluation.practice_models import Practice
from learning.evaluation.practice_queries import Line
from learning.library import catalogue
from learning.reports.desk import PRACTICE_READERS, blueprint
from learning.reports.values import Practised
from learning.vietnamese import formats
from learning.web.context import db, today
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.sheets import Cell, Column, Sheet


@dataclass(frozen=True)
class Row:
    """A practice in the list. `naming`: where a mentor is named, for those who may; `since`: what waits the longest."""

    name: str
    address: str
    title: str
    course: str
    mentor: str
    naming: str
    tag: str
    kind: str
    since: datetime | None


@blueprint.get("/practices")
@roles(*PRACTICE_READERS)
def practices() -> ResponseReturnValue:
    """What waits, the longest first; or every practice (`?state=all`), the latest first."""
    state = request.args.get("state", "")
    if state not in ("", "all"):
        abort(404)
    after = request.args.get("after", "")
    whom = practice_queries.of_others(visitor(), today())
    lines, following = practice_queries.listed(db(), whom, waiting=not state, cursor=after)
    for course_id in sorted({line.course_id for line in lines}):
        looks.seen([line.person_id for line in lines if line.course_id == course_id], "table", course_id)
    mentors = practice_mentors.mentors_of(db(), {line.person_id for line in lines})
    courses = {one.course.id: one.course for one in catalogue.live_courses(db())}
    waiting, alone = practice_queries.waiting_among(db(), whom)
    return render_template(
        "reports/practices.html",
        answer=_answer(waiting, alone),
        everything=bool(state),
        rows=[_row(line, courses, mentors.get(line.person_id, "")) for line in lines],
        first=url_for(".practices", state=state or None) if after else "",
        following=url_for(".practices", state=state or None, after=following) if following else "",
    )


@blueprint.post("/practices/list.<kind>")
@roles(*PRACTICE_READERS)
def export_practices(kind: str) -> ResponseReturnValue:
    """The list as a file, all pages of it."""
    state = request.form.get("state", "")
    if state not in ("", "all"):
        abort(404)

    def make(session: Session, named: set[int]) -> Sheet:
        columns = (
            Column(_("Họ và tên"), width=28),
            Column(_("Khóa học"), width=34),
            Column(_("Bài"), width=34),
            Column(_("Người hướng dẫn"), width=28),
            Column(_("Bước đã ký"), "number", 10),
            Column(_("Số bước"), "number", 10),
            Column(_("Bước chờ xem"), "number", 10),
            Column(_("Chờ từ"), "moment", 18),
        )
        return Sheet(_("Thực hành"), columns, _cells(session, not state, named))

    back = url_for(".practices", state=state or None)
    return export.send(kind, make, action="practices.exported", subject="practices", back=back)


def _cells(session: Session, waiting: bool, named: set[int]) -> Iterator[Sequence[Cell]]:
    whom = practice_queries.of_others(visitor(), today())
    courses = {one.course.id: one.course for one in catalogue.live_courses(session)}
    after, more = "", True
    while more:
        lines, after = practice_queries.listed(session, whom, waiting=waiting, cursor=after)
        mentors = practice_mentors.mentors_of(session, {line.person_id for line in lines})
        named.update(line.person_id for line in lines)
        for line in lines:
            row = _row(line, courses, mentors.get(line.person_id, ""))
            yield (
                row.name,
                row.course,
                row.title,
                row.mentor,
                line.signed,
                line.total,
                line.handed_in,
                line.since,
            )
        more = bool(after)


def of_person(person_id: int, course_id: str) -> dict[str, Practised]:
    """By page, one learner's practices in a course that the visitor may read."""
    which = (Practice.person_id == person_id, Practice.course_id == course_id)
    whom = and_(practice_queries.of_others(visitor(), today()), *which)
    lines, _more = practice_queries.listed(db(), whom, waiting=False)
    return {line.page: Practised(_tag(line)[0], _address(line)) for line in lines}


def _answer(waiting: int, alone: int) -> str:
    if not waiting:
        return _("Không có bài thực hành nào đang chờ người hướng dẫn xem.")
    said = ngettext(
        "%(n)s bài thực hành chờ người hướng dẫn xem.",
        "%(n)s bài thực hành chờ người hướng dẫn xem.",
        waiting,
        n=formats.number(waiting),
    )
    if not alone:
        return said
    without = ngettext(
        "%(n)s bài trong đó chưa có người hướng dẫn.",
        "%(n)s bài trong đó chưa có người hướng dẫn.",
        alone,
        n=formats.number(alone),
    )
    return f"{said} {without}"


def _row(line: Line, courses: dict[str, Course], mentor: str) -> Row:
    course = courses.get(line.course_id)
    page = next((one for one in course.pages if one.id == line.page), None) if course else None
    tag, kind = _tag(line)
    names = visitor().has("unit_head", "administrator") and line.person_id != visitor().id
    return Row(
        name=line.full_name,
        address=_address(line),
        title=page.title if page else line.page,
        course=course.title if course else line.course_id,
        mentor=mentor,
        naming=url_for("office.mentor", person_id=line.person_id) if names and not mentor else "",
        tag=tag,
        kind=kind,
        since=line.since,
    )


def _tag(line: Line) -> tuple[str, str]:
    if line.handed_in:
        return ngettext("%(num)d bước chờ xem", "%(num)d bước chờ xem", line.handed_in), "gold"
    if line.state == "done":
        return _("đã xong"), "good"
    return _("%(signed)s/%(total)s bước đã ký", signed=line.signed, total=line.total), ""


def _address(line: Line) -> str:
    return url_for("practising.show", practice_id=line.id)

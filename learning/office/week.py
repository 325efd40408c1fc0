"""The week of a unit, for its head: the one thing to do first, then the figures, then who needs help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import looks
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.library import catalogue
from learning.office.desk import blueprint
from learning.organisation import visibility
from learning.organisation.models import Unit
from learning.progress import attention, helping, weekly, wording
from learning.progress.attention import Group
from learning.progress.helping import Case, Day, Wanted
from learning.vietnamese import formats
from learning.vietnamese.collation import sort_key
from learning.web.context import db, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

SHOWN = 15  # people on the page; the rest are on the desk of results


@dataclass(frozen=True)
class First:
    """What to do first, and where the people are."""

    words: str
    address: str


@dataclass(frozen=True)
class Figure:
    """How many, what the last seven days added ("" where nothing), and where the people behind it are listed ("" where
    there are none)."""

    words: str
    number: int
    address: str
    change: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A course of the unit."""

    title: str
    address: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True)
class Line:
    name: str
    course: str
    reasons: tuple[str, ...]
    advice: str
    helped: str
    address: str


@blueprint.get("/week")
@roles("unit_head")
def week() -> ResponseReturnValue:
    """Of the unit asked for (`?unit=`), else of the first of the visitor's own."""
    unit, own = _unit(db(), request.args.get("unit", ""))
    live = {one.course.id: one.course for one in catalogue.live_courses(db())}
    day, wanted = Day(today(), zone()), Wanted(tuple(live), unit=unit.code, but=visitor().id)
    courses = weekly.courses(db(), unit.code, tuple(live), day)
    cases, more = helping.page(db(), wanted, day, size=SHOWN)
    counts = helping.counts(db(), wanted, day)
    failing = helping.failing(db(), {case.person_id for case in cases})
    looks.seen({case.person_id for case in cases}, "table")
    return render_template(
        "office/week.html",
        unit=unit,
        own=[one for one in own if one.code != unit.code],
        since=formats.date(day.begins(weekly.WEEK).date()),
        until=formats.date(day.today),
        people=weekly.people(db(), unit.code, day),
        first=_first(attention.most_useful(counts.groups), unit, live),
        figures=_figures(courses, unit),
        total=sum(course.total for course in courses),
        courses=[_row(course, live[course.course_id], unit) for course in _urgent_first(courses, live)],
        coming=[(one, live[one.course_id].title) for one in weekly.coming(db(), unit.code, tuple(live), day)],
        lines=[_line(case, live[case.course_id], failing) for case in cases],
        counts=counts,
        more=url_for("reports.help", unit=unit.code) if more else "",
    )


def _unit(session: Session, asked: str) -> tuple[Unit, Sequence[Unit]]:
    """The unit to show, and the visitor's own; 404 for one that is not theirs or below."""
    held = visitor().scopes.get("unit_head", frozenset())
    own = session.scalars(select(Unit).where(Unit.code.in_(held)).order_by(Unit.sort_key, Unit.code)).all()
    if not asked:
        return (own[0], own) if own else abort(404)
    query = select(Unit).where(Unit.code == asked, Unit.code.in_(visibility.units_below(held)))
    return session.scalars(query).one_or_none() or abort(404), own


def _first(best: Group | None, unit: Unit, live: Mapping[str, Course]) -> First | None:
    if best is None:
        return None
    given = {"n": formats.number(best.people), "title": live[best.course_id].title}
    n = best.people
    words = {
        "overdue": ngettext(
            "Gặp %(n)s người đã quá hạn khóa “%(title)s”, thống nhất ngày học xong.",
            "Gặp %(n)s người đã quá hạn khóa “%(title)s”, thống nhất ngày học xong.",
            n,
            **given,
        ),
        "due_soon": ngettext(
            "Nhắc %(n)s người sắp đến hạn khóa “%(title)s”.",
            "Nhắc %(n)s người sắp đến hạn khóa “%(title)s”.",
            n,
            **given,
        ),
        "failing": ngettext(
            "Cử người kèm %(n)s người làm nhiều lần chưa đạt ở khóa “%(title)s”.",
            "Cử người kèm %(n)s người làm nhiều lần chưa đạt ở khóa “%(title)s”.",
            n,
            **given,
        ),
        "inactive": ngettext(
            "Hỏi %(n)s người đã lâu không học tiếp khóa “%(title)s” vướng ở đâu.",
            "Hỏi %(n)s người đã lâu không học tiếp khóa “%(title)s” vướng ở đâu.",
            n,
            **given,
        ),
        "not_started": ngettext(
            "Sắp xếp thời gian cho %(n)s người chưa bắt đầu khóa “%(title)s”.",
            "Sắp xếp thời gian cho %(n)s người chưa bắt đầu khóa “%(title)s”.",
            n,
            **given,
        ),
    }[best.rule]
    return First(words, url_for("reports.help", unit=unit.code, course=best.course_id, rule=best.rule))


def _figures(courses: Sequence[weekly.Course], unit: Unit) -> list[Figure]:
    """Over all courses; the unit's own page tells them apart."""

    def figure(words: str, name: str, newly: str = "", kind: str = "", rule: str = "") -> Figure:
        number = sum(getattr(course, name) for course in courses)
        more = sum(getattr(course, newly) for course in courses) if newly else 0
        change = _("thêm %(n)s trong 7 ngày", n=formats.number(more)) if more else ""
        where: dict[str, Any] = {"unit": unit.code, "rule": rule} if rule else {"code": unit.code}
        address = url_for("reports.help" if rule else "reports.unit", **where) if number else ""
        return Figure(words, number, address, change, kind)

    return [
        figure(_("hoàn thành"), "done", "newly_done", "good"),
        figure(_("đang học"), "started", "newly_started"),
        figure(_("chưa bắt đầu"), "waiting"),
        figure(_("quá hạn"), "overdue", "newly_overdue", "bad", "overdue"),
    ]


def _urgent_first(courses: Sequence[weekly.Course], live: Mapping[str, Course]) -> list[weekly.Course]:
    return sorted(courses, key=lambda one: (-one.overdue, sort_key(live[one.course_id].title)))


def _row(counted: weekly.Course, course: Course, unit: Unit) -> Row:
    def address(state: str = "") -> str:
        asked: dict[str, Any] = {"unit": unit.code, "state": state or None}
        return url_for("reports.course", field=course.field, slug=course.slug, **asked)

    def cell(words: str, number: int, state: str = "") -> Figure:
        return Figure(words, number, address(state) if number else "")

    return Row(
        course.title,
        address(),
        (
            cell(_("Số người"), counted.total),
            cell(_("Hoàn thành"), counted.done, "done"),
            cell(_("Đang học"), counted.started, "started"),
            cell(_("Chưa bắt đầu"), counted.waiting, "not_started"),
            cell(_("Quá hạn"), counted.overdue, "overdue"),
        ),
    )


def _line(case: Case, course: Course, failing: Mapping[tuple[int, str], str]) -> Line:
    title = wording.quiz_title(course, failing.get((case.person_id, course.id), ""))
    action = attention.action(case.reasons)
    return Line(
        name=case.full_name,
        course=course.title,
        reasons=tuple(wording.reason(one, case.facts, title) for one in case.reasons),
        advice=wording.advice(action, head=True) if action else "",
        helped=_("đã hỗ trợ ngày %(day)s", day=formats.date(case.helped_at.astimezone(zone()).date()))
        if case.helped_at
        else "",
        address=url_for("reports.help_person", of=course.field, course=course.slug, username=case.username),
    )

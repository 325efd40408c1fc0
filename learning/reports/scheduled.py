"""Scheduled reports: what the heads of units are told of every week or month, set and ended; and the place that a
notice leads to, where the table is made as it is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts.visitors import roles, visitor
from learning.library import catalogue
from learning.organisation.models import Unit
from learning.progress import overviews, scheduled
from learning.progress.models import ScheduledReport
from learning.progress.scheduled import Every, Kind, Listed, Table
from learning.progress.scores import NotSeen
from learning.reports.desk import blueprint, state_words
from learning.reports.overviews import courses_in_sight
from learning.vietnamese import formats
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.security import MOST


@dataclass(frozen=True)
class Asked:
    """What is typed into the form; "" where nothing is chosen."""

    kind: str = "scores"
    course: str = ""
    unit: str = ""
    state: str = ""
    every: str = "week"


@dataclass(frozen=True)
class Line:
    title: str
    address: str
    unit: str
    when: str
    heads: str
    made_by: str


@dataclass(frozen=True)
class Place:
    """Where the table is: its page, the route that makes its file, what both are asked with."""

    page: str
    endpoint: str
    hidden: Sequence[tuple[str, str]]
    route: dict[str, Any]


@blueprint.get("/scheduled", endpoint="scheduled")
@roles(*scheduled.SETTERS)
def listing() -> ResponseReturnValue:
    """What is set, and the form that sets more; the page of a table leads here with the form filled in."""
    return _page(_asked(request.args))


@blueprint.post("/scheduled", endpoint="schedule")
@roles(*scheduled.SETTERS)
def schedule() -> ResponseReturnValue:
    """Sets one; of one that is there already, how often."""
    asked = _asked(request.form)
    if amiss := _amiss(asked):
        return _page(asked, amiss), 422
    state = asked.state if asked.kind == "scores" else ""
    course = asked.course if asked.kind != "unit" else ""
    kind, every = cast(Kind, asked.kind), cast(Every, asked.every)
    try:
        made = scheduled.schedule(
            db(), now(), today(), visitor(), Table(kind, asked.unit, course, state), every
        )
    except NotSeen:
        abort(404)
    flash(_("Đã đặt. Kỳ đầu: ngày %(day)s.", day=formats.date(made.next_on)), "good")
    return redirect(url_for(".scheduled"), 303)


@blueprint.get("/scheduled/<int:report_id>")
@roles(*scheduled.SETTERS)
def scheduled_report(report_id: int) -> ResponseReturnValue:
    """Where a notice leads: the table of today, to look at or to take, under the visitor's own rights."""
    report = _one(report_id)
    unit = db().get_one(Unit, report.unit_code)
    return render_template(
        "reports/scheduled_report.html",
        title=_title(db(), report),
        unit=unit,
        report=report,
        when=_when(report),
        today=today(),
        place=_place(db(), report),
    )


@blueprint.post("/scheduled/<int:report_id>/end")
@roles(*scheduled.SETTERS)
def end_scheduled(report_id: int) -> ResponseReturnValue:
    scheduled.end(db(), now(), _one(report_id), actor=visitor().username)
    flash(_("Đã thôi gửi."), "good")
    return redirect(url_for(".scheduled"), 303)


def _one(report_id: int) -> ScheduledReport:
    if report_id > MOST:
        abort(404)
    try:
        return scheduled.one(db(), visitor(), report_id)
    except NotSeen:
        abort(404)


def _asked(given: MultiDict[str, str]) -> Asked:
    """404 for what the form does not offer, and for a unit or course that is not the visitor's to know of."""
    asked = Asked(
        given.get("kind", "scores"),
        given.get("course", ""),
        given.get("unit", ""),
        given.get("state", ""),
        given.get("every", "week"),
    )
    if asked.kind not in scheduled.KINDS or asked.every not in scheduled.EVERY:
        abort(404)
    if request.method == "GET" and asked.state not in scheduled.STATES:
        asked = Asked(
            asked.kind, asked.course, asked.unit, "", asked.every
        )  # a table may be narrowed to more
    if asked.state not in scheduled.STATES:
        abort(404)
    if asked.course and asked.course not in {each.course.id for each in courses_in_sight(db())}:
        abort(404)
    try:
        overviews.scope(db(), visitor(), today(), unit=asked.unit)
    except NotSeen:
        abort(404)
    return asked


def _amiss(asked: Asked) -> tuple[str, str] | None:
    """What is to be mended, and the field."""
    if not asked.unit:
        return _("Hãy chọn đơn vị: lãnh đạo của đơn vị ấy sẽ nhận được."), "unit"
    if asked.kind == "scores" and not asked.course:
        return _("Bảng điểm là của một khóa học: hãy chọn khóa học."), "course"
    return None


def _page(asked: Asked, amiss: tuple[str, str] | None = None) -> str:
    titles = _titles(db())
    return render_template(
        "reports/scheduled.html",
        lines=[_line(one, titles) for one in scheduled.listed(db(), visitor())],
        asked=asked,
        error=amiss[0] if amiss else "",
        wrong=amiss[1] if amiss else "",
        kinds=[(kind, _kind(kind)) for kind in scheduled.KINDS],
        courses=[(each.course.id, each.course.title) for each in courses_in_sight(db())],
        units=[(each.code, each.name) for each in overviews.seen_units(db(), visitor(), today())],
        states=[(state, _state(state)) for state in scheduled.STATES],
        every=[(every, _every(every)) for every in scheduled.EVERY],
    )


def _line(one: Listed, titles: dict[str, str]) -> Line:
    heads = ", ".join(one.heads)
    return Line(
        title=_named(one.report, titles),
        address=url_for(".scheduled_report", report_id=one.report.id),
        unit=one.unit,
        when=_when(one.report),
        heads=_("gửi tới %(heads)s", heads=heads) if heads else _("chưa có ai lãnh đạo đơn vị này để gửi"),
        made_by=_("%(name)s đặt", name=one.made_by),
    )


def _when(report: ScheduledReport) -> str:
    return _("%(every)s, kỳ tới ngày %(day)s", every=_every(report.every), day=formats.date(report.next_on))


def _title(session: Session, report: ScheduledReport) -> str:
    return _named(report, _titles(session))


def _titles(session: Session) -> dict[str, str]:
    return {one.course.id: one.course.title for one in catalogue.live_courses(session)}


def _named(report: ScheduledReport, titles: dict[str, str]) -> str:
    title = titles.get(report.course_id, report.course_id)
    if report.kind == "scores":
        words = _("Bảng điểm: %(course)s", course=title)
        return f"{words} ({_state(report.state)})" if report.state else words
    if report.kind == "help":
        return _("Người cần hỗ trợ: %(course)s", course=title) if report.course_id else _("Người cần hỗ trợ")
    return _("Kết quả của đơn vị qua các khóa học")


def _kind(kind: str) -> str:
    return {
        "scores": _("Bảng điểm của một khóa học"),
        "unit": _("Kết quả của đơn vị qua các khóa học"),
        "help": _("Người cần hỗ trợ"),
    }[kind]


def _every(every: str) -> str:
    return {"week": _("Thứ Hai hằng tuần"), "month": _("Ngày đầu tháng")}[every]


def _state(state: str) -> str:
    return state_words(state) if state else _("Mọi trạng thái")


def _place(session: Session, report: ScheduledReport) -> Place | None:
    """None for one that is over."""
    live = catalogue.live(session, report.course_id) if report.course_id else None
    if report.ended_at is not None or (report.course_id and live is None):
        return None
    if report.kind == "unit":
        return _placed("unit", "export_unit", {"code": report.unit_code})
    if report.kind == "scores" and live is not None:
        route = {"field": live.course.field, "slug": live.course.slug}
        return _placed("course", "export", route, unit=report.unit_code, state=report.state)
    return _placed("help", "export_help", {}, unit=report.unit_code, course=report.course_id)


def _placed(page: str, take: str, route: dict[str, Any], **asked: str) -> Place:
    narrowed: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return Place(url_for(f".{page}", **route, **narrowed), f"reports.{take}", list(narrowed.items()), route)

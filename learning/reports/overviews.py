"""Overviews: of everything in sight, of a course, a class, a unit; and units and lessons side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.organisation import visibility
from learning.organisation.models import TrainingClass, Unit
from learning.progress import overviews, scores, tallies
from learning.progress.overviews import Scope
from learning.progress.tallies import Figures
from learning.reports import charts, queries, summaries, summary_sheets, values
from learning.reports.desk import blueprint, published
from learning.reports.summaries import Asked, Head, Row
from learning.vietnamese import formats
from learning.vietnamese.folding import fold
from learning.web.context import db, today, zone
from learning.web.i18n import gettext as _
from learning.web.sheets import Sheet

WEEKS = 13  # a quarter


@blueprint.get("")
@roles(*scores.READERS)
def overview() -> ResponseReturnValue:
    """Everything in sight: the answer first, then each course with its own."""
    wanted = Scope(visitor(), today())
    counted = overviews.counted(db(), wanted, "course")
    figures, whole = tallies.tallied(counted), tallies.total(counted)
    courses = courses_in_sight(db())
    titles = {field.slug: field.title for field in catalogue.fields(db())}
    states = {each.course.id: values.states(figures.get(each.course.id, Figures())) for each in courses}
    return render_template(
        "reports/overview.html",
        whole=whole,
        answer=summaries.answer(whole, "enrolments"),
        people=overviews.people(db(), wanted),
        facts=summaries.facts(whole, "enrolments", _courses),
        trend=summaries.drawn(overviews.trend(db(), wanted, zone(), WEEKS), None),
        cards=values.cards(courses, states, titles),
    )


@blueprint.post("/overview.<kind>")
@roles(*scores.READERS)
def export_overview(kind: str) -> ResponseReturnValue:
    """The courses in sight as a file. It names nobody."""

    def make(session: Session, named: set[int]) -> Sheet:
        figures = tallies.tallied(overviews.counted(session, Scope(visitor(), today()), "course"))
        lines = [
            (each.course.title, figures.get(each.course.id, Figures())) for each in courses_in_sight(session)
        ]
        about = summary_sheets.about(today(), "people")
        return summary_sheets.lines_sheet(_("Kết quả học tập"), _("Khóa học"), lines, "people", about)

    return export.send(kind, make, action="overview.exported", subject="courses", back=url_for(".overview"))


@blueprint.get("/courses/<field>/<slug>/overview")
@roles(*scores.READERS)
def course_overview(field: str, slug: str) -> ResponseReturnValue:
    """One course: figures, its weakest units, weeks, lessons, and units × lessons."""
    found = published(db(), field, slug)
    shown = _course_shown(db(), found, request.args)
    return render_template(
        "reports/course_overview.html", course=found.course, shown=shown, field=field, slug=slug
    )


@blueprint.post("/courses/<field>/<slug>/overview.<kind>")
@roles(*scores.READERS)
def export_course_overview(field: str, slug: str, kind: str) -> ResponseReturnValue:
    """Units × lessons as a file. It names nobody."""

    def make(session: Session, named: set[int]) -> Sheet:
        found = published(session, field, slug)
        return _course_sheet(_course_shown(session, found, request.form), found.course.title)

    back = url_for(".course_overview", field=field, slug=slug)
    return export.send(kind, make, action="overview.exported", subject=f"{field}/{slug}", back=back)


@blueprint.get("/classes")
@roles(*scores.READERS)
def classes() -> ResponseReturnValue:
    """Every class in sight, with its answer."""
    q = request.args.get("q", "")[:100]
    return render_template("reports/classes.html", lines=_class_lines(db(), q), q=q)


@blueprint.post("/classes.<kind>")
@roles(*scores.READERS)
def export_classes(kind: str) -> ResponseReturnValue:
    """The list of classes as a file; with `class`, one class by units × lessons. Neither names anybody."""
    code = request.form.get("class", "")

    def make(session: Session, named: set[int]) -> Sheet:
        if code:
            one, found = _class(session, code)
            return _course_sheet(_course_shown(session, found, request.form, one), one.name)
        lines = [(line.name, line.figures) for line in _class_lines(session, request.form.get("q", "")[:100])]
        about = summary_sheets.about(today(), "people")
        return summary_sheets.lines_sheet(_("Kết quả theo lớp"), _("Lớp"), lines, "people", about)

    back = url_for(".class_overview", code=code) if code else url_for(".classes")
    return export.send(kind, make, action="overview.exported", subject=code or "classes", back=back)


@blueprint.get("/classes/<path:code>")
@roles(*scores.READERS)
def class_overview(code: str) -> ResponseReturnValue:
    """One class, as a course is shown."""
    one, found = _class(db(), code)
    shown = _course_shown(db(), found, request.args, one)
    return render_template("reports/class_overview.html", group=one, shown=shown)


@blueprint.get("/units")
@roles(*scores.READERS)
def units() -> ResponseReturnValue:
    """Every unit in sight, over all courses."""
    asked = _asked(request.args, [])
    rows, missing = _unit_rows(db())
    return render_template(
        "reports/units.html",
        asked=asked,
        groups=summaries.ordered(rows, asked, []),
        number=len(rows),
        weak=summaries.weak(rows, "enrolments"),
        missing=missing,
        orders=summaries.orders([]),
        groupings=summaries.groups(),
    )


@blueprint.post("/units.<kind>")
@roles(*scores.READERS)
def export_units(kind: str) -> ResponseReturnValue:
    asked = _asked(request.form, [])

    def make(session: Session, named: set[int]) -> Sheet:
        rows, _missing = _unit_rows(session)
        about = summary_sheets.about(today(), "enrolments")
        groups = summaries.ordered(rows, asked, [])
        return summary_sheets.units_sheet(_("Kết quả theo đơn vị"), groups, "enrolments", [], about)

    return export.send(kind, make, action="overview.exported", subject="units", back=url_for(".units"))


@blueprint.get("/units/<code>")
@roles(*scores.READERS)
def unit(code: str) -> ResponseReturnValue:
    """One unit with all below it, over all courses."""
    one, wanted, lines, whole = _unit_shown(db(), code)
    return render_template(
        "reports/unit.html",
        unit=one,
        answer=summaries.answer(whole, "enrolments"),
        people=overviews.people(db(), wanted),
        facts=summaries.facts(whole, "enrolments", _courses),
        trend=summaries.drawn(overviews.trend(db(), wanted, zone(), WEEKS), None),
        lines=lines,
    )


@blueprint.post("/units/<code>/overview.<kind>")
@roles(*scores.READERS)
def export_unit(code: str, kind: str) -> ResponseReturnValue:
    def make(session: Session, named: set[int]) -> Sheet:
        one, _wanted, lines, _whole = _unit_shown(session, code)
        about = summary_sheets.about(today(), "people")
        named_figures = [(line.name, line.figures) for line in lines]
        return summary_sheets.lines_sheet(
            _("Kết quả của %(unit)s", unit=one.name), _("Khóa học"), named_figures, "people", about
        )

    return export.send(kind, make, action="overview.exported", subject=code, back=url_for(".unit", code=code))


@dataclass(frozen=True)
class Line:
    """A course or a class among others. `people`: its score table, narrowed to whose figures these are."""

    name: str
    sub: str
    answer: str
    figures: Figures
    done: str
    share: str
    width: str
    median: str
    spent: str
    address: str
    people: str
    overdue: str


def line(name: str, sub: str, one: Figures, address: str, to: summaries.To) -> Line:
    share = charts.share(one.done, one.people)
    return Line(
        name=name,
        sub=sub,
        answer=summaries.answer(one, "people"),
        figures=one,
        done=f"{formats.number(one.done)}/{formats.number(one.people)}",
        share=summaries.percent(share),
        width=charts.width(share),
        median=summaries.percent(one.median),
        spent=summaries.spent(one.seconds),
        address=address,
        people=to(),
        overdue=to(state="overdue") if one.overdue else "",
    )


def _course_shown(
    session: Session, found: Published, given: MultiDict[str, str], group: TrainingClass | None = None
) -> dict[str, Any]:
    course, columns = found.course, summaries.heads(found.course)
    asked = _asked(given, columns)
    wanted = Scope(visitor(), today(), course.id, class_code=group.code if group else "")
    to = summaries.people_of(course, **({"class": group.code} if group else {}))
    counted = overviews.counted(session, wanted, "unit")
    done = overviews.lessons(session, wanted, "unit")
    seen = overviews.seen_units(session, visitor(), today())
    figures, whole = tallies.tallied(counted), tallies.total(counted)
    rows = summaries.rows(figures, seen, to, columns, done)
    return {
        "course": course,
        "asked": asked,
        "whole": whole,
        "answer": summaries.answer(whole, "people"),
        "facts": summaries.facts(whole, "people", to),
        "weak": summaries.weak(rows, "people"),
        "trend": summaries.drawn(overviews.trend(session, wanted, zone(), WEEKS), to),
        "bars": summaries.lesson_bars(columns, done, whole.people, to),
        "columns": columns,
        "groups": summaries.ordered(rows, asked, columns),
        "number": len(rows),
        "missing": _missing(seen, figures) if group is None else [],
        "orders": summaries.orders(columns),
        "groupings": summaries.groups(),
    }


def _course_sheet(shown: Mapping[str, Any], title: str) -> Sheet:
    about = summary_sheets.about(today(), "people")
    about.append(_("Dưới mỗi bài: số người đã xong."))
    title = _("Tổng quan %(what)s", what=title)
    return summary_sheets.units_sheet(title, shown["groups"], "people", shown["columns"], about)


def _asked(given: MultiDict[str, str], columns: Sequence[Head]) -> Asked:
    """404 for groups and orders there are none of."""
    asked = Asked(given.get("q", "")[:100], given.get("group", ""), given.get("order", "name"))
    if asked.group not in summaries.GROUPS:
        abort(404)
    if asked.order not in (*summaries.ORDERS, *(head.slug for head in columns)):
        abort(404)
    return asked


def _courses(**narrowed: str) -> str:
    """Over several courses there is no one list of people: to the courses, which have theirs."""
    return "#courses"


def _missing(units: Sequence[Unit], figures: Mapping[Any, Figures]) -> list[str]:
    """Units below another in which nobody is asked or has begun; only for who sees everybody in them."""
    if not visitor().has(*visibility.WHOLE_PROVINCE):
        return []
    return [unit.name for unit in units if unit.parent_code is not None and unit.code not in figures]


def _class(session: Session, code: str) -> tuple[TrainingClass, Published]:
    """404 for a class not in sight, or of a course that is no longer live."""
    try:
        one = overviews.seen_class(session, visitor(), code)
    except scores.NotSeen:
        abort(404)
    found = catalogue.live(session, one.course_id)
    return (one, found) if found is not None else abort(404)


def _class_lines(session: Session, q: str) -> list[Line]:
    titles = {each.course.id: each.course for each in catalogue.live_courses(session)}
    figures = overviews.by_class(session, Scope(visitor(), today()))
    wanted = fold(q)
    return [
        line(
            one.name,
            titles[one.course_id].title,
            figures.get(one.code, Figures()),
            url_for(".class_overview", code=one.code),
            summaries.people_of(titles[one.course_id], **{"class": one.code}),
        )
        for one in overviews.seen_classes(session, visitor())
        if one.course_id in titles and (wanted in fold(one.name) or wanted in fold(one.code))
    ]


def _unit_rows(session: Session) -> tuple[list[Row], list[str]]:
    figures = tallies.tallied(overviews.counted(session, Scope(visitor(), today()), "unit"))
    seen = overviews.seen_units(session, visitor(), today())
    return summaries.rows(figures, seen, None), _missing(seen, figures)


def _unit_shown(session: Session, code: str) -> tuple[Unit, Scope, list[Line], Figures]:
    try:
        one = overviews.seen_unit(session, visitor(), today(), code)
    except scores.NotSeen:
        abort(404)
    wanted = Scope(visitor(), today(), unit=code)
    counted = overviews.counted(session, wanted, "course")
    figures = tallies.tallied(counted)
    lines = [
        course_line(each.course, figures[each.course.id], unit=code)
        for each in catalogue.live_courses(session)
        if each.course.id in figures
    ]
    return one, wanted, lines, tallies.total(counted)


def courses_in_sight(session: Session) -> list[Published]:
    """Live courses; of a trainer those they have a class in."""
    live = catalogue.live_courses(session)
    if visitor().has("unit_head", *visibility.WHOLE_PROVINCE):
        return live
    own = queries.own_courses(session, visitor().id)
    return [each for each in live if each.course.id in own]


def course_line(course: Course, one: Figures, **narrowed: str) -> Line:
    address = url_for(".course_overview", field=course.field, slug=course.slug)
    to = summaries.people_of(course, **narrowed)
    return line(course.title, "", one, to() if narrowed else address, to)

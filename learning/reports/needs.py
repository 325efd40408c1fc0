"""What people say they still need: the table that next year's plan begins with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import false
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export
from learning.accounts.models import Person
from learning.accounts.visitors import roles, visitor
from learning.evaluation import kept, wording
from learning.evaluation import needs as counted
from learning.evaluation.needs import ALL, Need
from learning.evaluation.suppression import LEAST
from learning.library import catalogue
from learning.organisation import visibility
from learning.reports import charts
from learning.reports.desk import PLANNERS, blueprint
from learning.vietnamese import formats
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.sheets import Cell, Column, Sheet

FIRST_YEAR = 2025


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it; `kind` "" for all, `course` "" for all, `field` "" for all."""

    year: int
    field: str = ""
    course: str = ""
    kind: str = ""

    def values(self, **changed: Any) -> dict[str, Any]:
        asked = replace(self, **changed)
        return {
            "year": asked.year,
            "field": asked.field or None,
            "course": asked.course or None,
            "kind": asked.kind or None,
        }


@dataclass(frozen=True)
class Line:
    need: Need
    course: str
    group: str
    kind: str
    what: str
    width: str
    text: str

    @property
    def part(self) -> bool:
        """Of one group of positions, beneath the line of all."""
        return self.need.group != ALL


@blueprint.get("/needs")
@roles(*PLANNERS)
def needs() -> ResponseReturnValue:
    asked, titles = _read(request.args), _titles(db())
    lines = _lines(db(), asked, parts=bool(asked.course))
    fields = {field.slug: field.title for field in catalogue.fields(db())}
    return render_template(
        "reports/needs.html",
        asked=asked,
        courses_shown=[
            (course, url_for(".needs", **asked.values(course=course_id)), list(some))
            for (course_id, course), some in groupby(lines, lambda line: (line.need.course_id, line.course))
        ],
        years=range(today().year, FIRST_YEAR - 1, -1),
        fields=list(fields.items()),
        courses=list(titles.items()),
        kinds=list(_kinds().items()),
        hidden=[(name, value) for name, value in asked.values().items() if value],
        least=LEAST,
    )


@blueprint.post("/needs.<kind>")
@roles(*PLANNERS)
def export_needs(kind: str) -> ResponseReturnValue:
    asked = _read(request.form)

    def make(session: Session, named: set[int]) -> Sheet:
        return _sheet(_lines(session, asked), asked)

    return export.send(
        kind, make, action="needs.exported", subject=str(asked.year), back=url_for(".needs", **asked.values())
    )


def _read(values: MultiDict[str, str]) -> Asked:
    """404 for a year, field, course or kind that there is none of."""
    year = values.get("year", "")
    if year and not (year.isascii() and year.isdecimal() and FIRST_YEAR <= int(year[:5]) <= today().year):
        abort(404)
    asked = Asked(
        int(year) if year else today().year,
        values.get("field", "")[:100],
        values.get("course", "")[:120],
        values.get("kind", "")[:20],
    )
    if asked.kind and asked.kind not in _kinds():
        abort(404)
    return asked


def _needed(session: Session, year: int) -> Sequence[Need]:
    """The province's for who sees it, a head's own unit and below; a trainer's classes are nobody's plan."""
    one = visitor()
    if one.has(*visibility.WHOLE_PROVINCE):
        return kept.needed(session, now(), today(), year)
    units = one.scopes.get("unit_head", frozenset())
    people = Person.id.in_(visibility.sits_in(units, today())) if units else false()
    return counted.counts(session, year, today(), people)


def _titles(session: Session) -> Mapping[str, str]:
    return {one.course.id: one.course.title for one in catalogue.live_courses(session)}


def _lines(session: Session, asked: Asked, *, parts: bool = True) -> list[Line]:
    """`parts`: each need of each group of positions too."""
    live = {one.course.id: one.course for one in catalogue.live_courses(session)}
    fields = {course.field for course in live.values()}
    if (asked.course and asked.course not in live) or (asked.field and asked.field not in fields):
        abort(404)
    words = {"reason": dict(wording.reasons()), "obstacle": dict(wording.obstacles())}
    kinds, lines = _kinds(), []
    for need in _needed(session, asked.year):
        course = live.get(need.course_id)
        if course is None or asked.kind not in ("", need.kind) or (need.group != ALL and not parts):
            continue
        if asked.course not in ("", need.course_id) or asked.field not in ("", need.field):
            continue
        lessons = {page.id: page.title for page in course.lessons}
        what = (words.get(need.kind) or lessons).get(need.what)
        if what is not None:  # else a lesson since taken out
            group = _("Mọi nhóm") if need.group == ALL else group_words(need.group)
            share = charts.width(charts.share(need.people, need.answered))
            given = {"part": formats.number(need.people), "whole": formats.number(need.answered)}
            text = (
                _("%(part)s trên %(whole)s lượt", **given)
                if need.kind == "obstacle"
                else _("%(part)s trên %(whole)s người", **given)
            )
            lines.append(Line(need, course.title, group, kinds[need.kind], what, share, text))
    return lines


def _kinds() -> Mapping[str, str]:
    return {
        "reason": _("Khóa học còn thiếu"),
        "lesson": _("Bài cần nói kỹ hơn"),
        "obstacle": _("Vì sao chưa áp dụng được"),
    }


def group_words(group: str) -> str:
    """A group of positions of organisation/positions.yml; one that the province has made since, as it is written."""
    return {
        "lanh_dao": _("Lãnh đạo xã, phường"),
        "van_phong": _("Văn phòng HĐND và UBND"),
        "kinh_te": _("Phòng Kinh tế"),
        "van_hoa_xa_hoi": _("Phòng Văn hóa – Xã hội"),
        "hanh_chinh_cong": _("Trung tâm Phục vụ hành chính công"),
        "quan_su": _("Ban Chỉ huy quân sự"),
        "doan_the": _("Mặt trận, đoàn thể"),
        "so_nganh": _("Sở, ngành"),
    }.get(group, group)


def _sheet(lines: Sequence[Line], asked: Asked) -> Sheet:
    columns = [
        Column(_("Lĩnh vực"), width=12),
        Column(_("Khóa học"), width=34),
        Column(_("Nhóm vị trí"), width=24),
        Column(_("Loại"), width=22),
        Column(_("Nhu cầu"), width=34),
        Column(_("Số"), "number", 10),
        Column(_("Trên số trả lời"), "number", 12),
        Column(_("Tính theo"), width=10),
        Column(_("Tỷ lệ (%)"), "share", 10),
    ]

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line in lines:
            need = line.need
            share = charts.share(need.people, need.answered)
            counted_in = _("lượt") if need.kind == "obstacle" else _("người")
            yield (
                need.field,
                line.course,
                line.group,
                line.kind,
                line.what,
                need.people,
                need.answered,
                counted_in,
                share,
            )

    about = [
        _("Năm %(year)s; đến ngày %(day)s.", year=asked.year, day=formats.date(today())),
        _("Câu trả lời chỉ được tính theo từng đợt từ %(least)s người.", least=LEAST),
    ]
    return Sheet(_("Nhu cầu bồi dưỡng %(year)s", year=asked.year), columns, rows(), about)

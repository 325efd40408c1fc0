"""Classes, units or two stretches of days, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.organisation import visibility
from learning.progress import overviews, scores, tallies
from learning.progress.overviews import Scope
from learning.progress.tallies import Figures, Within
from learning.reports import charts, summaries, summary_sheets
from learning.reports.desk import blueprint, day
from learning.reports.overviews import courses_in_sight
from learning.vietnamese import formats
from learning.web.context import db, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.sheets import Column, Sheet

SIDES = 3  # that a comparison has at most
WHAT = ("classes", "units", "periods")


@blueprint.get("/comparison")
@roles(*scores.READERS)
def comparison() -> ResponseReturnValue:
    """Classes, units or two stretches of days, side by side."""
    return render_template("reports/comparison.html", **_compared(db(), request.args))


@blueprint.post("/comparison.<kind>")
@roles(*scores.READERS)
def export_comparison(kind: str) -> ResponseReturnValue:
    def make(session: Session, named: set[int]) -> Sheet:
        return _sheet(_compared(session, request.form))

    return export.send(
        kind, make, action="overview.exported", subject="comparison", back=url_for(".comparison")
    )


@dataclass(frozen=True)
class Side:
    title: str
    sub: str
    address: str


@dataclass(frozen=True)
class Mark:
    """A cell of a comparison: a figure, what it is out of, and a bar where it is a share."""

    value: str
    width: str = ""
    address: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Measure:
    label: str
    cells: tuple[Mark, ...]


def _sheet(shown: Mapping[str, Any]) -> Sheet:
    """A line for each side, in numbers."""
    if shown["what"] != "periods":
        about = [*summary_sheets.about(today(), shown["counted"]), shown["about"]]
        lines = [(_full(side), one) for side, one in zip(shown["sides"], shown["figures"], strict=True)]
        words = _("Đơn vị") if shown["what"] == "units" else _("Lớp")
        return summary_sheets.lines_sheet(
            _("So sánh"), words, lines, shown["counted"], list(filter(None, about))
        )
    columns = (
        Column(_("Từ ngày"), "date", 12),
        Column(_("Đến ngày"), "date", 12),
        Column(_("Bắt đầu học"), "number", 12),
        Column(_("Hoàn thành"), "number", 12),
        Column(_("Điểm trung vị của những người hoàn thành (%)"), "share", 18),
        Column(_("Phút làm bài của những người hoàn thành"), "number", 18),
    )
    rows = (
        (first, last, one.begun, one.done, one.median, (one.seconds + 30) // 60)
        for (first, last), one in zip(shown["spans"], shown["within"], strict=True)
    )
    about = [_("Số liệu đến ngày %(day)s.", day=formats.date(today())), shown["course"], shown["about"]]
    return Sheet(_("So sánh"), columns, rows, list(filter(None, about)))


def _full(side: Side) -> str:
    return f"{side.title} ({side.sub})" if side.sub else side.title


def _compared(session: Session, given: MultiDict[str, str]) -> dict[str, Any]:
    """404 for anything asked that there is not, or that is not for this visitor to know of."""
    usual = "units" if visitor().has("unit_head", *visibility.WHOLE_PROVINCE) else "classes"
    what = given.get("what", usual)
    if what not in WHAT:
        abort(404)
    live = {each.course.id: each.course for each in courses_in_sight(session)}
    course_id = given.get("course", "") if what != "classes" else ""
    if course_id and course_id not in live:
        abort(404)
    chosen = [code for code in given.getlist("one") if code][:SIDES]
    shown: dict[str, Any] = {
        "what": what,
        "kinds": [("units", _("Đơn vị")), ("classes", _("Lớp")), ("periods", _("Thời kỳ"))],
        "courses": list(live.values()),
        "course_id": course_id,
        "chosen": chosen,
        "places": range(SIDES),
        "hidden": [("what", what), ("course", course_id), *(("one", code) for code in chosen)],
        "choices": [],
        "sides": [],
        "measures": [],
        "about": "",
        "counted": "people" if what == "classes" or course_id else "enrolments",
        "figures": [],
        "course": live[course_id].title if course_id else "",
        "spans": [],
        "within": [],
    }
    if what == "periods":
        return shown | _periods(session, given, live.get(course_id))
    if what == "units":
        return shown | _units(session, chosen, live.get(course_id))
    return shown | _classes(session, chosen, live)


def _units(session: Session, chosen: Sequence[str], course: Course | None) -> dict[str, Any]:
    """In one course, or over all: then lượt."""
    names = {each.code: each.name for each in overviews.seen_units(session, visitor(), today())}
    if any(code not in names for code in chosen):
        abort(404)
    scopes = [Scope(visitor(), today(), course.id if course else "", unit=code) for code in chosen]
    figures = [tallies.total(overviews.counted(session, wanted, "")) for wanted in scopes]
    return {
        "figures": figures,
        "choices": list(names.items()),
        "sides": [Side(names[code], "", url_for(".unit", code=code)) for code in chosen],
        "measures": _measures(
            figures,
            "people" if course else "enrolments",
            [summaries.people_of(course, unit=code) for code in chosen] if course else None,
        ),
    }


def _classes(session: Session, chosen: Sequence[str], live: Mapping[str, Course]) -> dict[str, Any]:
    known = {each.code: each for each in overviews.seen_classes(session, visitor()) if each.course_id in live}
    if any(code not in known for code in chosen):
        abort(404)
    groups = [known[code] for code in chosen]
    scopes = [Scope(visitor(), today(), one.course_id, class_code=one.code) for one in groups]
    figures = [tallies.total(overviews.counted(session, wanted, "")) for wanted in scopes]
    mixed = len({one.course_id for one in groups}) > 1
    return {
        "figures": figures,
        "choices": [(each.code, each.name) for each in known.values()],
        "sides": [
            Side(one.name, live[one.course_id].title, url_for(".class_overview", code=one.code))
            for one in groups
        ],
        "measures": _measures(
            figures,
            "people",
            [summaries.people_of(live[one.course_id], **{"class": one.code}) for one in groups],
        ),
        "about": _("Các lớp này học những khóa khác nhau: so mức hoàn thành được, so điểm thì không.")
        if mixed
        else "",
    }


def _measures(
    figures: Sequence[Figures], counted: summaries.Counted, to: Sequence[summaries.To] | None
) -> list[Measure]:
    """What is said of each side, one measure after the other."""
    columns = [summaries.facts(one, counted, to[place] if to else None) for place, one in enumerate(figures)]
    return [
        Measure(
            row[0].label,
            tuple(Mark(fact.value, fact.width, fact.address, fact.rest) for fact in row),
        )
        for row in zip(*columns, strict=True)
    ]


def _periods(session: Session, given: MultiDict[str, str], course: Course | None) -> dict[str, Any]:
    """Two stretches of days; by default this month so far and the month before."""
    first = today().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    ours = {"from1": before, "to1": first - timedelta(days=1), "from2": first, "to2": today()}
    days = {name: day(given[name]) if given.get(name) else usual for name, usual in ours.items()}
    spans = [(days["from1"], days["to1"]), (days["from2"], days["to2"])]
    written = {name: at.isoformat() for name, at in days.items()}
    hidden = [("what", "periods"), ("course", course.id if course else ""), *written.items()]
    shown: dict[str, Any] = {"days": written, "hidden": hidden}
    if any(start > end for start, end in spans):
        return shown | {"about": _("Ngày cuối đứng trước ngày đầu: xem lại các ngày.")}
    wanted = Scope(visitor(), today(), course.id if course else "")
    found = [overviews.within(session, wanted, zone(), *span) for span in spans]
    to = summaries.people_of(course) if course else None

    def people(span: tuple[date, date], did: str) -> str:
        narrowed = {"did": did, "from": span[0].isoformat(), "to": span[1].isoformat()}
        return to(**narrowed) if to else ""

    def told(words: Callable[[Within], str]) -> tuple[Mark, ...]:
        return tuple(Mark(words(one) if one.done else "–") for one in found)

    most = max(1, *(max(one.begun, one.done) for one in found))
    word = summaries.people_words if course else summaries.enrolment_words
    measures = [
        Measure(
            _("Bắt đầu học"),
            tuple(
                Mark(word(one.begun), charts.width(100 * one.begun / most), people(span, "started"))
                for one, span in zip(found, spans, strict=True)
            ),
        ),
        Measure(
            _("Hoàn thành"),
            tuple(
                Mark(word(one.done), charts.width(100 * one.done / most), people(span, "done"))
                for one, span in zip(found, spans, strict=True)
            ),
        ),
        Measure(
            _("Điểm trung vị của những người hoàn thành"),
            told(lambda one: _("%(median)s, của %(who)s", median=summaries.percent(one.median), who=word(one.done))),
        ),
        Measure(
            _("Thời gian làm bài của những người hoàn thành"),
            told(
                lambda one: _(
                    "%(mean)s bình quân, của %(who)s", mean=summaries.spent(one.seconds // one.done), who=word(one.done)
                )
            ),
        ),
    ]  # fmt: skip
    sides = [
        Side(f"{formats.date(start)} – {formats.date(end)}", _days(start, end), "") for start, end in spans
    ]
    return shown | {"sides": sides, "measures": measures, "spans": spans, "within": found}


def _days(start: date, end: date) -> str:
    number = (end - start).days + 1
    return ngettext("%(n)s ngày", "%(n)s ngày", number, n=formats.number(number))

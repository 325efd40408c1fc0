"""The trainer's desk: its blueprint, the course on it, and what the reader asked to see of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts.visitors import visitor
from learning.content.model import Course, Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.organisation import visibility
from learning.progress import scheduled, scores, tallies
from learning.quizzes import attempts
from learning.vietnamese import formats
from learning.web.context import today, zone
from learning.web.i18n import gettext as _

MARKERS = ("trainer", "administrator")  # who marks written answers: never a head or an inspector
PRACTICE_READERS = ("trainer", "unit_head", "administrator")  # who reads what others hand in at a practice
PLANNERS = ("unit_head", *visibility.WHOLE_PROVINCE)  # who reads what learners say they need

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it. `state`: one of scores.STATES, "begun", "undone", "overdue" or "" (all);
    `everybody`: also those whom no class names and who have not begun. `only`: of the unit, not of what is below it.
    `lesson`: a page's slug or "exam", `lesson_is`: "done" or "not"; `did`: "started" or "done" in the days `first` to
    `last`."""

    unit: str = ""
    class_code: str = ""
    state: str = ""
    everybody: bool = False
    only: bool = False
    lesson: str = ""
    lesson_is: str = ""
    did: str = ""
    first: date | None = None
    last: date | None = None

    def values(self, **changed: Any) -> dict[str, Any]:
        """For `url_for` and hidden fields; what is not asked is left out."""
        asked = replace(self, **changed)
        return {
            "unit": asked.unit or None,
            "class": asked.class_code or None,
            "state": asked.state or None,
            "who": "all" if asked.everybody else None,
            "below": "no" if asked.unit and asked.only else None,
            "lesson": asked.lesson or None,
            "is": asked.lesson_is if asked.lesson else None,
            "did": asked.did or None,
            "from": asked.first.isoformat() if asked.did and asked.first else None,
            "to": asked.last.isoformat() if asked.did and asked.last else None,
        }


@blueprint.context_processor
def rail() -> dict[str, object]:
    """The desk's own navigation: (text, address, whether one is there)."""
    pages = [
        (_("Các khóa học"), "overview", {"overview"}),
        (_("Cần hỗ trợ"), "help", {"help", "help_person", "record_help"}),
        (_("Theo đơn vị"), "units", {"units", "unit"}),
        (_("So sánh"), "comparison", {"comparison"}),
    ]
    if current_user.is_authenticated and visitor().has("trainer", *visibility.WHOLE_PROVINCE):
        pages.insert(3, (_("Theo lớp"), "classes", {"classes", "class_overview"}))
    if current_user.is_authenticated and visitor().has(*MARKERS):
        pages.insert(2, (_("Chấm bài"), "marking", {"marking", "submission", "mark"}))
    if current_user.is_authenticated and visitor().has(*PRACTICE_READERS):
        pages.insert(-1, (_("Thực hành"), "practices", {"practices"}))
    if current_user.is_authenticated and visitor().has(*PLANNERS):
        pages.append((_("Nhu cầu bồi dưỡng"), "needs", {"needs"}))
    sets = current_user.is_authenticated and visitor().has(*scheduled.SETTERS)
    if sets:
        pages.append((_("Gửi định kỳ"), "scheduled", {"scheduled", "schedule", "scheduled_report"}))
    values, course = request.view_args or {}, {}
    if "field" in values:
        course = {"field": values["field"], "slug": values["slug"]}
        pages = [
            (_("Các khóa học"), "overview", set()),
            (_("Tổng quan khóa"), "course_overview", {"course_overview"}),
            (_("Bảng điểm"), "course", {"course", "person"}),
            (_("Phân tích câu hỏi"), "items", {"items"}),
            (_("Đánh giá sau khóa học"), "evaluation", {"evaluation"}),
        ]
    here = (request.endpoint or "").removeprefix("reports.")
    return {
        "reports_sight": sight_words(),
        "sets_reports": sets,
        "reports_rail": [
            (
                text,
                url_for(f"reports.{endpoint}", **({} if endpoint == "overview" else course)),
                here in theirs,
            )
            for text, endpoint, theirs in pages
        ],
    }


def sight_words() -> str:
    """Whose figures a visitor sees who does not see everybody's."""
    if not current_user.is_authenticated or visitor().has(*visibility.WHOLE_PROVINCE):
        return ""
    if visitor().has("trainer") and visitor().has("unit_head"):
        return _("Tính học viên các lớp của đồng chí và người của đơn vị đồng chí lãnh đạo.")
    if visitor().has("unit_head"):
        return _("Tính người của đơn vị đồng chí lãnh đạo, kể cả cấp dưới.")
    return _("Tính học viên các lớp của đồng chí.")


def published(session: Session, field: str, slug: str) -> Published:
    """The live course, if its scores are the visitor's to see; else 404."""
    found = catalogue.live(session, f"{field}/{slug}")
    if found is None or not scores.may_see_course(session, visitor(), found.course.id):
        abort(404)
    return found


def read_asked(values: MultiDict[str, str]) -> Asked:
    """The filter of an address or a form. 404 for a state or days that are none."""
    state, did = values.get("state", ""), values.get("did", "")
    if did and (did not in ("started", "done") or "from" not in values or "to" not in values):
        abort(404)
    if values.get("is", "done") not in ("done", "not"):
        abort(404)
    if state not in ("", *scores.STATES, scores.BEGUN, scores.UNDONE, "overdue"):
        abort(404)
    return Asked(
        unit=values.get("unit", "")[:20],
        class_code=values.get("class", "")[:50],
        state=state,
        everybody=values.get("who") == "all",
        only=values.get("below") == "no",
        lesson=values.get("lesson", "")[:100],
        lesson_is=values.get("is", "done"),
        did=did,
        first=day(values["from"]) if did else None,
        last=day(values["to"]) if did else None,
    )


def day(text: str) -> date:
    """A day of an address, as browsers and people write it; 404 for what is none, or none of ours."""
    try:
        found = formats.parse_date(text)
    except ValueError:
        abort(404)
    return found if 2000 <= found.year <= 2100 else abort(404)


def checked(session: Session, course: Course, asked: Asked) -> scores.Filter:
    """The filter for queries; 404 for a unit or class the visitor may not know of, and for a lesson that is none."""
    overdue = asked.state == "overdue"
    page = lesson_named(course, asked.lesson)
    try:
        return scores.asked(
            session,
            visitor(),
            course.id,
            today(),
            unit=asked.unit,
            class_code=asked.class_code,
            state="" if overdue else asked.state,
            concerned=not asked.everybody,
            overdue=overdue,
            exact=asked.only,
            page=attempts.quiz_key(page) if page else "",
            not_yet=asked.lesson_is == "not",
            did=asked.did,
            since=tallies.begins(asked.first, zone()) if asked.first else None,
            until=tallies.begins(asked.last + scores.DAY, zone()) if asked.last else None,
        )
    except scores.NotSeen:
        abort(404)


def lesson_named(course: Course, slug: str) -> Page | None:
    """None where none is named; 404 for a page that the course does not have."""
    if not slug:
        return None
    pages = (*course.pages, course.exam) if course.exam else course.pages
    return next((page for page in pages if page.slug == slug), None) or abort(404)


def state_words(state: str) -> str:
    return {
        scores.BEGUN: _("đã bắt đầu"),
        scores.UNDONE: _("chưa hoàn thành"),
        "not_started": _("chưa bắt đầu"),
        "started": _("đang học"),
        "done": _("hoàn thành"),
        "overdue": _("quá hạn"),
    }[state]

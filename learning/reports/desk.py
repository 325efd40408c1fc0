"""The trainer's desk: its blueprint, the course on it, and what the reader asked to see of it."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts.visitors import visitor
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import scores
from learning.web.context import today
from learning.web.i18n import gettext as _

MARKERS = ("trainer", "administrator")  # who marks written answers: never a head or an inspector

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it. `state`: one of scores.STATES, "overdue" or "" (all); `everybody`: also
    those whom no class names and who have not begun."""

    unit: str = ""
    class_code: str = ""
    state: str = ""
    everybody: bool = False

    def values(self, **changed: str | bool) -> dict[str, Any]:
        """For `url_for` and hidden fields; what is not asked is left out."""
        asked = replace(self, **changed)  # type: ignore[arg-type]
        return {
            "unit": asked.unit or None,
            "class": asked.class_code or None,
            "state": asked.state or None,
            "who": "all" if asked.everybody else None,
        }


@blueprint.context_processor
def rail() -> dict[str, object]:
    """The desk's own navigation: (text, address, whether one is there)."""
    pages = [(_("Các khóa học"), url_for("reports.overview"), request.endpoint == "reports.overview")]
    values = request.view_args or {}
    # A page that says what went wrong may be a stranger's.
    if current_user.is_authenticated and visitor().has(*MARKERS):
        here = request.endpoint in ("reports.marking", "reports.submission", "reports.mark")
        pages.append((_("Chấm bài"), url_for("reports.marking"), here))
    if "field" in values:
        course = {"field": values["field"], "slug": values["slug"]}
        items = request.endpoint == "reports.items"
        pages += [
            (_("Bảng điểm"), url_for("reports.course", **course), not items),
            (_("Phân tích câu hỏi"), url_for("reports.items", **course), items),
        ]
    return {"reports_rail": pages}


def published(session: Session, field: str, slug: str) -> Published:
    """The live course, if its scores are the visitor's to see; else 404."""
    found = catalogue.live(session, f"{field}/{slug}")
    if found is None or not scores.may_see_course(session, visitor(), found.course.id):
        abort(404)
    return found


def read_asked(values: MultiDict[str, str]) -> Asked:
    """The filter of an address or a form; a state that is none is no filter."""
    state = values.get("state", "")
    return Asked(
        unit=values.get("unit", "")[:20],
        class_code=values.get("class", "")[:50],
        state=state if state in (*scores.STATES, "overdue") else "",
        everybody=values.get("who") == "all",
    )


def checked(session: Session, course_id: str, asked: Asked) -> scores.Filter:
    """The filter for queries; 404 for a unit or class the visitor may not know of."""
    overdue = asked.state == "overdue"
    try:
        return scores.asked(
            session,
            visitor(),
            course_id,
            today(),
            unit=asked.unit,
            class_code=asked.class_code,
            state="" if overdue else asked.state,
            concerned=not asked.everybody,
            overdue=overdue,
        )
    except scores.NotSeen:
        abort(404)


def state_words(state: str) -> str:
    return {
        "not_started": _("chưa bắt đầu"),
        "started": _("đang học"),
        "done": _("hoàn thành"),
        "overdue": _("quá hạn"),
    }[state]

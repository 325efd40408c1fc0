"""What waits for the visitor, as it was told: each notice leads to its place."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from learning.accounts import notices
from learning.accounts.models import Notice
from learning.accounts.visitors import signed_in, visitor
from learning.library import telling
from learning.web.context import App, db, now
from learning.web.i18n import gettext as _
from learning.web.security import MOST, whole

SHOWN = 30

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@dataclass(frozen=True)
class Line:
    """`address` is "" where there is nothing to go to."""

    id: int
    words: str
    message: str
    at: datetime
    unread: bool
    address: str


def install(app: App) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(unread_notices)


@blueprint.get("", endpoint="list")
@signed_in
def listing() -> ResponseReturnValue:
    before = request.args.get("before", 0, type=whole)
    found = notices.of(db(), visitor().id, limit=SHOWN + 1, before=before if 0 < before <= MOST else None)
    return render_template(
        "studio/notices.html",
        lines=[_line(one) for one in found[:SHOWN]],
        following=url_for(".list", before=found[SHOWN - 1].id) if len(found) > SHOWN else "",
        first=url_for(".list") if before else "",
        unread=any(one.read_at is None for one in found),
    )


@blueprint.post("/read")
@signed_in
def read() -> ResponseReturnValue:
    """Marks one notice (field `notice`) or all as read, and goes where the one leads."""
    notice_id = request.form.get("notice", type=whole)
    if notice_id is not None and 0 < notice_id <= MOST:
        one = db().get(Notice, notice_id)
        if one is not None and one.person_id == visitor().id:
            notices.mark_read(db(), now(), visitor().id, notice_id)
            return redirect(_line(one).address or url_for(".list"), 303)
    elif "notice" not in request.form:
        notices.mark_read(db(), now(), visitor().id)
    return redirect(url_for(".list"), 303)


def unread_notices() -> int:
    """How many the visitor has not read; for pages of one's own desk. A page that says that the database is away can
    say so without it."""
    try:
        return notices.unread(db(), visitor().id) if current_user.is_authenticated else 0
    except SQLAlchemyError:
        return 0


def _line(one: Notice) -> Line:
    words = telling.words(one.kind, one.subject, one.detail, _)
    return Line(
        one.id,
        words.title,
        words.text,
        one.at,
        one.read_at is None,
        _address(one),
    )


def _address(one: Notice) -> str:
    match one.kind:
        case "regrade.moved" | "attempt.marked":
            return url_for("answering.show", attempt_id=one.subject)
        case "extra_time.set":
            return url_for("study.me")
        case "marking.waits":
            return url_for("reports.marking", course=one.detail.get("course"), quiz=one.detail.get("quiz"))
        case "regrade.held":
            field, _slash, slug = one.subject.partition("/")
            return url_for("studio.regrades", field=field, slug=slug)
        case "certificate.revoked":
            return url_for("certificates.show", serial=one.subject)
        case "survey.asked":
            field, _slash, slug = one.subject.partition("/")
            return url_for("evaluating.survey", field=field, slug=slug)
        case "followup.asked":
            return url_for("evaluating.follow_up", ask_id=int(one.subject))
        case "followup.team":
            return url_for("office.followups")
        case "help.digest":
            return url_for("study.start")
        case "help.unit":
            return url_for("office.week", unit=one.subject)
        case "report.due":
            return url_for("reports.scheduled_report", report_id=int(one.subject))
        case "mentor.named" | "mentor.given" | "mentor.ended" | "mentor.gone":
            return url_for("practising.mine")
        case "mentor.missing":
            return url_for("office.mentor", person_id=one.detail.get("person", 0))
    if one.kind.startswith("practice.") and one.subject.isdecimal():
        return url_for("practising.show", practice_id=int(one.subject))
    draft = one.detail.get("draft")
    if not isinstance(draft, int):
        return ""
    endpoint = "studio.draft" if one.kind in ("draft.returned", "draft.failed") else "studio.review"
    return url_for(endpoint, draft_id=draft)

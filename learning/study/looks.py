"""Who saw my results, and what was written down about helping me: what the law lets a person ask, without asking."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.accounts import export, looks
from learning.accounts.visitors import signed_in, visitor
from learning.library import catalogue
from learning.organisation import postings
from learning.progress import help_records
from learning.progress import wording as progress_words
from learning.web.context import db, today
from learning.web.i18n import gettext as _
from learning.web.security import whole
from learning.web.sheets import Cell, Column, Sheet

blueprint = Blueprint("looks", __name__)
CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)~(\d{1,9})~([a-z]{1,20})~([a-z0-9/-]{0,120})", re.ASCII)


@blueprint.get("/me/looks")
@signed_in
def mine() -> ResponseReturnValue:
    after = _cursor(request.args.get("after", ""))
    found, more = looks.of(db(), visitor().id, after=after)
    units = postings.units_of(db(), {look.looker_id for look in found}, today())
    titles = {one.course.id: one.course.title for one in catalogue.live_courses(db())}
    return render_template(
        "study/looks.html",
        looks=[
            (
                look,
                units.get(look.looker_id, ""),
                words(look.what),
                titles.get(look.course_id, look.course_id),
            )
            for look in found
        ],
        kept=looks.KEPT_DAYS // 365,
        first=url_for(".mine") if after else "",
        following=url_for(".mine", after="~".join(map(str, found[-1].cursor))) if more else "",
    )


@blueprint.get("/me/help")
@signed_in
def helped() -> ResponseReturnValue:
    """Every record of help that somebody made about the visitor, as it was written."""
    before = request.args.get("before", None, type=whole)
    found, more = help_records.about(db(), visitor().id, before=before)
    units = postings.units_of(db(), {one.record.by_id for one in found}, today())
    titles = {one.course.id: one.course.title for one in catalogue.live_courses(db())}
    return render_template(
        "study/helped.html",
        lines=[
            (
                one,
                units.get(one.record.by_id, ""),
                titles.get(one.record.course_id, one.record.course_id),
                progress_words.spoken(one.record.rule) if one.record.rule else "",
                progress_words.deed(one.record.did),
                progress_words.outcome(one.record.outcome),
            )
            for one in found
        ],
        first=url_for(".helped") if before is not None else "",
        following=url_for(".helped", before=found[-1].record.id) if more else "",
    )


@blueprint.post("/me/looks.<kind>")
@signed_in
def export_mine(kind: str) -> ResponseReturnValue:
    """The same list as a file."""

    def make(session: Session, named: set[int]) -> Sheet:
        columns = (
            Column(_("Ngày"), "date", 12),
            Column(_("Ai"), width=28),
            Column(_("Đơn vị"), width=28),
            Column(_("Đã làm gì"), width=34),
            Column(_("Khóa học"), width=34),
            Column(_("Số lần"), "number", 10),
            Column(_("Lần cuối"), "moment", 18),
        )
        return Sheet(_("Ai đã xem kết quả của tôi"), columns, _rows(session))

    return export.send(kind, make, action="looks.exported", subject=visitor().username, back=url_for(".mine"))


def _rows(session: Session) -> Iterator[Sequence[Cell]]:
    titles = {one.course.id: one.course.title for one in catalogue.live_courses(session)}
    after, more = None, True
    while more:
        found, more = looks.of(session, visitor().id, after=after)
        units = postings.units_of(session, {look.looker_id for look in found}, today())
        for look in found:
            title = titles.get(look.course_id, look.course_id)
            unit = units.get(look.looker_id, "")
            yield (look.day, look.looker, unit, words(look.what), title, look.times, look.last_at)
        after = found[-1].cursor if found else None


def words(what: str) -> str:
    return {
        "table": _("xem bảng kết quả có tên đồng chí"),
        "person": _("xem kết quả của riêng đồng chí"),
        "export": _("xuất tệp có tên đồng chí"),
        "work": _("xem bài đồng chí nộp"),
        "certificate": _("xem giấy xác nhận của đồng chí"),
    }[what]


def _cursor(text: str) -> looks.Cursor | None:
    if not text:
        return None
    place = CURSOR.fullmatch(text)
    if place is None or place[3] not in looks.WHAT:
        abort(404)
    try:
        date.fromisoformat(place[1])
    except ValueError:
        abort(404)
    return (place[1], int(place[2]), place[3], place[4])

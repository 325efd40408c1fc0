"""The roster from a file: first what it would do, then, after a second look, the deed."""

import os
import re
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from learning.accounts.visitors import roles, visitor
from learning.office.desk import blueprint
from learning.office.forms import RosterForm
from learning.organisation import roster as verbs
from learning.organisation import sheet
from learning.web.context import database, db, now, settings, today
from learning.web.i18n import gettext as _

KEPT = timedelta(hours=2)  # between the first look and the deed
SHOWN = 200
LONGEST_NAME = 100
_TOKEN = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/roster", endpoint="roster")
@roles("administrator")
def form() -> ResponseReturnValue:
    return render_template("office/roster.html", form=RosterForm())


@blueprint.post("/roster")
@roles("administrator")
def try_roster() -> ResponseReturnValue:
    """Reads the file and says what it would do; nobody is changed. The file is kept for the second step."""
    form = RosterForm()
    given: FileStorage | None = request.files.get("file")
    if not form.validate_on_submit() or given is None or not given.filename:
        form.file.errors = [_("Hãy chọn tệp danh sách.")]
        return render_template("office/roster.html", form=form), 422
    token = _keep(given)
    try:
        report = _look(token)
    except sheet.UnreadableError as error:
        _forget(token)
        form.file.errors = [_unreadable(error)]
        return render_template("office/roster.html", form=form), 422
    if report.rejected:
        _forget(token)
    page = render_template(
        "office/roster_report.html",
        form=RosterForm(formdata=None),
        report=report,
        shown=report.rejected[:SHOWN],
        rows=len({one.row for one in report.rejected}),
        file_name=given.filename[:200],
        token=token,
    )
    return page, 422 if report.rejected else 200


@blueprint.post("/roster/import")
@roles("administrator")
def import_roster() -> ResponseReturnValue:
    _sweep()
    token = request.form.get("token", "")
    if not _TOKEN.fullmatch(token) or not _file(token):
        flash(_("Tệp đã quá hạn giữ hoặc đã được nhập. Hãy chọn lại tệp."), "bad")
        return redirect(url_for(".roster"), 303)
    try:
        report = verbs.import_sheet(db(), now(), today(), _read(token), actor=visitor().username)
    except sheet.UnreadableError as error:
        _forget(token)
        flash(_unreadable(error), "bad")
        return redirect(url_for(".roster"), 303)
    if report.rejected:  # the database has changed since the first look
        flash(
            _("Dữ liệu vừa thay đổi nên tệp không còn nhập được. Chưa có gì bị đổi; hãy thử lại tệp."), "bad"
        )
    else:
        flash(
            _(
                "Đã nhập: %(added)d người mới, %(moved)d chuyển vị trí, %(changed)d sửa thông tin, %(left)d thôi việc.",
                added=report.added,
                moved=report.moved,
                changed=report.changed,
                left=report.left,
            ),
            "good",
        )
    _forget(token)
    return redirect(url_for(".roster"), 303)


def _look(token: str) -> verbs.Report:
    """What the file would do. Read apart from this request's own transaction, so that nobody waits for its lock."""
    rows = _read(token)
    with database().reading() as session:
        return verbs.import_sheet(session, now(), today(), rows, actor=visitor().username, dry_run=True)


def _read(token: str) -> sheet.Sheet:
    path = _file(token)
    if path is None:
        raise sheet.UnreadableError("broken")
    return sheet.read(path)


def _keep(given: FileStorage) -> str:
    """Keeps the upload where only this person's second step finds it."""
    _sweep()
    token = secrets.token_hex(16)
    place = settings().instance / "rosters" / f"{visitor().id}-{token}"
    place.mkdir(parents=True, mode=0o700)
    given.save(place / (secure_filename(given.filename or "")[-LONGEST_NAME:] or "danh-sach"))
    os.utime(place, (now().timestamp(),) * 2)  # by the product's own clock
    return token


def _sweep() -> None:
    """What was left behind is full of names: it does not lie about longer than it must."""
    for old in (settings().instance / "rosters").glob("*-*"):
        if old.stat().st_mtime < (now() - KEPT).timestamp():
            shutil.rmtree(old, ignore_errors=True)


def _file(token: str) -> Path | None:
    place = settings().instance / "rosters" / f"{visitor().id}-{token}"
    return next(place.glob("*"), None)


def _forget(token: str) -> None:
    shutil.rmtree(settings().instance / "rosters" / f"{visitor().id}-{token}", ignore_errors=True)


def _unreadable(error: sheet.UnreadableError) -> str:
    return {
        "kind": _(
            "Tệp không phải .xlsx hay .csv. Hãy mở bằng Excel, chọn Lưu thành, rồi chọn “Excel Workbook (.xlsx)”."
        ),
        "large": _(
            "Tệp quá lớn: nhiều nhất 200.000 dòng và 200 cột. Hãy xóa các cột, các ô thừa, hoặc chia thành nhiều tệp."
        ),
        "row": _(
            "Tệp .csv có một dòng dài quá mức: dấu ngắt dòng có thể đã mất, hoặc thiếu một dấu nháy kép. "
            "Hãy mở bằng Excel rồi lưu lại thành .xlsx."
        ),
        "encoding": _("Không đọc được chữ trong tệp .csv. Hãy lưu lại thành “CSV UTF-8” hoặc .xlsx."),
        "empty": _("Tệp không có dòng nào. Hãy chọn tệp khác."),
    }.get(error.reason, _("Tệp bị hỏng, không đọc được. Hãy mở bằng Excel rồi lưu lại."))

"""The audit log, to be read."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles
from learning.office import queries
from learning.office.desk import asked, blueprint
from learning.web.context import db
from learning.web.i18n import gettext as _


@blueprint.get("/log")
@roles("administrator", "inspector")
def log() -> ResponseReturnValue:
    actor, subject = asked("actor", 100), asked("subject", 200)
    entries, following = queries.log(
        db(), actor=actor, subject=subject, cursor=request.args.get("before", "")
    )
    kept: dict[str, Any] = {"actor": actor or None, "subject": subject or None}
    return render_template(
        "office/log.html",
        rows=[(entry, action(entry.action), _detail(entry.detail)) for entry in entries],
        actor=actor,
        subject=subject,
        following=url_for(".log", before=following, **kept) if following else "",
        first=url_for(".log", **kept) if request.args.get("before") else "",
    )


def action(name: str) -> str:
    """In words; an action without words of its own as it is kept."""
    return {
        "course.published": _("Xuất bản khóa học"),
        "signin.code_issued": _("Cấp mã đăng nhập một lần"),
        "signin.code_used": _("Dùng mã đăng nhập một lần"),
        "password.changed": _("Đổi mật khẩu"),
        "person.disabled": _("Khóa tài khoản"),
        "person.enabled": _("Mở lại tài khoản"),
        "person.moved": _("Chuyển đơn vị, chức danh"),
        "person.left": _("Thôi giữ chức danh"),
        "role.granted": _("Giao vai trò"),
        "role.revoked": _("Thôi vai trò"),
        "class.created": _("Mở lớp"),
        "class.due": _("Đặt hạn cho lớp"),
        "class.members": _("Đổi học viên của lớp"),
        "class.members_added": _("Thêm học viên vào lớp"),
        "class.member_removed": _("Đưa học viên ra khỏi lớp"),
        "certificate.issued": _("Cấp giấy xác nhận"),
        "certificate.revoked": _("Thu hồi giấy xác nhận"),
        "scores.exported": _("Xuất bảng điểm"),
        "people.imported": _("Nhập danh sách cán bộ"),
    }.get(name, name)


def _detail(detail: dict[str, object]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in detail.items() if value not in (None, ""))

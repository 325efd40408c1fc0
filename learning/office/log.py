"""The audit log, to be read."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.accounts import export
from learning.accounts.visitors import roles
from learning.library.telling import REASONS, reason
from learning.office import queries
from learning.office.desk import asked, blueprint, role_title
from learning.progress import wording
from learning.progress.attention import DEEDS, OUTCOMES
from learning.vietnamese.formats import date as format_date
from learning.web.context import db
from learning.web.i18n import gettext as _
from learning.web.sheets import Cell, Column, Sheet

BATCH = 500  # entries read at a time for a file
DAY = re.compile(r"\d{4}-\d\d-\d\d")


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
        rows=[(entry, _actor(entry.actor), action(entry.action), _detail(entry.detail)) for entry in entries],
        actor=actor,
        subject=subject,
        following=url_for(".log", before=following, **kept) if following else "",
        first=url_for(".log", **kept) if request.args.get("before") else "",
    )


@blueprint.post("/log.<kind>")
@roles("administrator", "inspector")
def export_log(kind: str) -> ResponseReturnValue:
    """The filtered log as a file, all pages."""
    actor, subject = (
        request.form.get(name, "").replace("\0", "").strip()[:200] for name in ("actor", "subject")
    )

    def rows(session: Session) -> Iterator[Sequence[Cell]]:
        before, more = "", True
        while more:
            entries, before = queries.log(session, actor=actor, subject=subject, cursor=before, size=BATCH)
            for one in entries:
                yield (one.at, _actor(one.actor), action(one.action), one.subject, _detail(one.detail))
            more = bool(before)

    def make(session: Session, named: set[int]) -> Sheet:
        columns = (
            Column(_("Lúc"), "moment", 18),
            Column(_("Người làm"), width=26),
            Column(_("Việc"), width=34),
            Column(_("Đối tượng"), width=30),
            Column(_("Chi tiết"), width=60),
        )
        return Sheet(_("Nhật ký"), columns, rows(session))

    back = url_for(".log", actor=actor or None, subject=subject or None)
    return export.send(kind, make, action="log.exported", subject=subject or "log", back=back)


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
        "draft.begun": _("Bắt đầu bản nháp"),
        "draft.submitted": _("Gửi bản nháp để thẩm định"),
        "draft.withdrawn": _("Rút bản nháp lại để soạn tiếp"),
        "draft.returned": _("Trả bản nháp lại để sửa"),
        "draft.approved": _("Duyệt bản nháp"),
        "draft.scheduled": _("Đặt ngày xuất bản"),
        "draft.published": _("Xuất bản bản nháp"),
        "draft.failed": _("Không xuất bản được vào ngày đã đặt"),
        "draft.discarded": _("Bỏ bản nháp"),
        "draft.taken in": _("Đưa bản phát hành mới vào bản nháp"),
        "draft.commented": _("Góp ý vào bản nháp"),
        "draft.resolved": _("Đánh dấu góp ý đã xử lý"),
        "draft.reopened": _("Mở lại góp ý"),
        "source.added": _("Thêm văn bản pháp luật"),
        "source.changed": _("Sửa thông tin văn bản pháp luật"),
        "field.added": _("Thêm lĩnh vực"),
        "attempt.marked": _("Chấm bài tự luận"),
        "extra_time.set": _("Thêm thời gian làm bài"),
        "regrading.ordered": _("Yêu cầu chấm lại theo đáp án sửa"),
        "regrading.confirmed": _("Xác nhận hạ điểm khi chấm lại"),
        "regrading.refused": _("Giữ điểm cũ khi chấm lại"),
        "scores.exported": _("Xuất bảng điểm"),
        "overview.exported": _("Xuất bảng tổng quan"),
        "items.exported": _("Xuất số liệu câu hỏi"),
        "help.exported": _("Xuất danh sách cần hỗ trợ"),
        "evaluation.exported": _("Xuất bảng đánh giá"),
        "marking.exported": _("Xuất danh sách bài tự luận"),
        "log.exported": _("Xuất nhật ký"),
        "classes.exported": _("Xuất danh sách lớp"),
        "looks.exported": _("Xuất danh sách ai đã xem kết quả của mình"),
        "needs.exported": _("Xuất nhu cầu bồi dưỡng"),
        "help.recorded": _("Ghi việc đã hỗ trợ"),
        "report.scheduled": _("Đặt bảng gửi định kỳ"),
        "report.ended": _("Thôi gửi bảng định kỳ"),
        "people.exported": _("Xuất danh sách người"),
        "practices.exported": _("Xuất danh sách thực hành"),
        "people.imported": _("Nhập danh sách cán bộ"),
        "mentor.named": _("Phân công người hướng dẫn"),
        "mentor.ended": _("Thôi phân công người hướng dẫn"),
        "practice.begun": _("Bắt đầu thực hành"),
        "practice.handed_in": _("Nộp một bước thực hành"),
        "practice.taken_back": _("Rút một bước thực hành lại"),
        "practice.returned": _("Trả lại một bước thực hành"),
        "practice.signed": _("Ký xác nhận một bước thực hành"),
        "practice.done": _("Hoàn thành thực hành"),
        "demo.seeded": _("Thêm người dùng mẫu"),
    }.get(name, name)


def _actor(name: str) -> str:
    """Who is nobody's account is said in words; the name to look for stays."""
    words = {
        "operator": _("người vận hành hệ thống"),
        "clock": _("đồng hồ của hệ thống"),
        "demo": _("dữ liệu mẫu"),
    }.get(name)
    return f"{words} ({name})" if words else name


def _detail(detail: dict[str, object]) -> str:
    labels = _labels()
    return "; ".join(
        f"{labels.get(key, key)}: {_value(key, value)}"
        for key, value in detail.items()
        if value not in (None, "")
    )


def _labels() -> dict[str, str]:
    """What is kept beside a deed, in words; a name without words of its own stands as it is kept."""
    return {
        "added": _("thêm"),
        "attempt": _("bài làm"),
        "before": _("trước đó"),
        "changed": _("sửa"),
        "choice": _("cách chấm bài cũ"),
        "choices": _("cách chấm"),
        "comment": _("góp ý"),
        "did": _("đã làm"),
        "draft": _("bản nháp"),
        "every": _("kỳ"),
        "factor": _("gấp"),
        "files": _("tệp"),
        "of": _("từ"),
        "on": _("ngày"),
        "origin": _("bắt đầu từ"),
        "class": _("lớp"),
        "course": _("khóa học"),
        "due": _("hạn"),
        "kind": _("loại tệp"),
        "left": _("thôi việc"),
        "lengthened": _("bài đang làm được kéo dài"),
        "mentor": _("người hướng dẫn"),
        "moved": _("chuyển"),
        "number": _("số người"),
        "order": _("lần chấm lại"),
        "outcome": _("kết quả"),
        "page": _("bài"),
        "people": _("số người"),
        "person": _("người"),
        "position": _("chức danh"),
        "practice": _("bài thực hành"),
        "questions": _("câu hỏi"),
        "reason": _("lý do"),
        "release": _("bản phát hành"),
        "removed": _("bớt"),
        "role": _("vai trò"),
        "scope": _("phạm vi"),
        "state": _("trạng thái"),
        "step": _("bước"),
        "unchanged": _("không đổi"),
        "unit": _("đơn vị"),
        "who": _("ai"),
        "why": _("lý do"),
    }


def _value(key: str, value: object) -> str:
    text = str(value)
    match key:
        case "role":
            return role_title(text)
        case "factor":
            return text.replace(".", ",")
        case "due" | "on" if DAY.fullmatch(text):
            return format_date(date.fromisoformat(text))
        case "scope" if text == "*":
            return _("mọi lĩnh vực")
        case "who" if text == "all":
            return _("mọi người")
        case "reason" if text in REASONS:
            return reason(text, _)
        case "did" if text in DEEDS:
            return wording.deed(text).lower()
        case "outcome" if text in OUTCOMES:
            return wording.outcome(text).lower()
        case "why":
            return {
                "setter": _("người đặt không còn quyền"),
                "course": _("khóa học không còn dùng"),
            }.get(text, text)
        case "choice" | "choices":
            return "; ".join(_choice(one) for one in text.split("; "))
        case "origin":
            return {
                "template": _("khóa mẫu"),
                "live": _("bản đang dùng"),
                "release": _("bản phát hành cũ"),
                "copy": _("khóa học khác"),
                "files": _("tệp mang đến"),
            }.get(text, text)
        case "every":
            return {"week": _("hằng tuần"), "month": _("hằng tháng")}.get(text, text)
        case "files" if isinstance(value, list):
            return ", ".join(map(str, value))
        case "state":
            return {
                "not_started": _("chưa bắt đầu"),
                "started": _("đang học"),
                "done": _("hoàn thành"),
                "overdue": _("quá hạn"),
            }.get(text, text)
        case _:
            return text


def _choice(text: str) -> str:
    """`keep`, or `question keep`, with the choice in words."""
    question, space, choice = text.rpartition(" ")
    words = {
        "keep": _("giữ điểm cũ"),
        "new": _("theo đáp án mới"),
        "both": _("công nhận cả hai đáp án"),
        "full": _("trọn điểm cho mọi người"),
        "drop": _("bỏ câu này"),
    }.get(choice, choice)
    return f"{question}: {words}" if space else words

"""Notices in words, for the page that shows them and for the letter that carries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from learning.vietnamese import formats

Translate = Callable[..., str]  # gettext
REASONS = ("conflict", "faults", "key", "second-person", "reviewer", "closed", "error")


@dataclass(frozen=True)
class Words:
    """`title` is one sentence; `text` may be empty, and may hold what a person wrote: plain text, never HTML."""

    title: str
    text: str = ""


def words(kind: str, subject: str, detail: Mapping[str, Any], _: Translate) -> Words:
    """A notice (its kind, subject and detail) in the language of `_`."""
    given = {"title": str(detail.get("title") or subject), "by": str(detail.get("by") or _("hệ thống"))}
    message = str(detail.get("message", ""))
    match kind:
        case "draft.submitted":
            return Words(_("%(by)s gửi “%(title)s” để thẩm định.", **given), message)
        case "draft.returned":
            return Words(_("%(by)s trả lại “%(title)s” để sửa.", **given), message)
        case "draft.approved":
            return Words(_("%(by)s đã duyệt “%(title)s”.", **given), _with_day(detail, message, _))
        case "draft.published":
            return Words(_("“%(title)s” đã được xuất bản.", **given), message)
        case "draft.failed":
            why = reason(str(detail.get("reason", "")), _)
            return Words(_("“%(title)s” chưa xuất bản được: %(reason)s.", reason=why, **given), message)
        case "regrade.moved":
            scores = {name: str(detail.get(name, "")) for name in ("before", "after")}
            told = _(
                "Một đáp án của “%(title)s” đã được sửa: kết quả của đồng chí từ %(before)s thành %(after)s."
            )
            return Words(told % {**given, **scores}, message)
        case "regrade.held":
            return Words(
                _("Chấm lại “%(title)s”: có điểm sẽ giảm, cần người thứ hai xác nhận.", **given), message
            )
        case "help.digest":
            return _digest(detail, _)
        case "help.unit":
            return _unit(detail, given["title"], _)
        case "report.due":
            return _report(detail, given["title"], _)
        case "certificate.revoked":
            return Words(_("Giấy xác nhận khóa học “%(title)s” đã bị thu hồi.", **given), message)
        case "survey.asked":
            return Words(
                _("Khóa học “%(title)s” thế nào? Mời đồng chí trả lời khảo sát, khoảng 2 phút.", **given)
            )
        case "followup.asked":
            days = int(detail.get("days", 0))
            return Words(
                _(
                    "%(days)s ngày sau khóa “%(title)s”: điều đã học có áp dụng được vào việc không?",
                    days=days,
                    **given,
                )
            )
        case "followup.team":
            count = int(detail.get("count", 0))
            return Words(
                _(
                    "Có %(count)s người của đơn vị cần đồng chí nhận xét: điều đã học có áp dụng được vào việc không?",
                    count=count,
                )
            )
        case "marking.waits":
            return Words(_("“%(title)s”: có bài tự luận chờ đồng chí chấm.", **given), message)
        case "attempt.marked":
            percent = str(detail.get("percent", ""))
            return Words(
                _("Bài tự luận của “%(title)s” đã chấm xong: được %(percent)s.", percent=percent, **given),
                message,
            )
        case "extra_time.set":
            factor = Decimal(str(detail.get("factor", "1")))
            if factor == 1:
                return Words(_("Thời gian làm bài của đồng chí trở lại như mọi người."))
            times = formats.number(factor)
            return Words(_("Đồng chí được thêm thời gian làm bài: gấp %(times)s lần.", times=times))
        case "practice.handed_in":
            return Words(_("%(title)s nộp một bước thực hành, chờ đồng chí xem.", **given), message)
        case "practice.returned":
            return Words(_("%(by)s trả lại một bước của “%(title)s” để làm lại.", **given), message)
        case "practice.signed":
            return Words(_("%(by)s đã ký xác nhận một bước của “%(title)s”.", **given), message)
        case "practice.done":
            issued = _("Giấy xác nhận hoàn thành khóa học đã được cấp.") if detail.get("serial") else ""
            told = _("%(by)s đã ký đủ các bước: thực hành “%(title)s” hoàn thành.", **given)
            return Words(told, "\n".join(filter(None, (message, issued))))
        case "mentor.named":
            return Words(_("%(by)s phân công đồng chí hướng dẫn thực hành cho %(title)s.", **given), message)
        case "mentor.given":
            return Words(_("%(by)s phân công %(title)s hướng dẫn đồng chí thực hành.", **given), message)
        case "mentor.ended":
            return Words(
                _("%(by)s thôi phân công đồng chí hướng dẫn thực hành cho %(title)s.", **given), message
            )
        case "mentor.gone":
            return Words(
                _("%(by)s thôi phân công %(title)s hướng dẫn đồng chí thực hành.", **given),
                _("Các bước đã nộp vẫn còn và chờ người hướng dẫn mới."),
            )
        case "mentor.missing":
            return Words(
                _(
                    "%(title)s đã bắt đầu thực hành mà chưa có người hướng dẫn. Hãy phân công một người.",
                    **given,
                ),
                message,
            )
    return Words(_("%(by)s vừa làm một việc với “%(title)s”.", **given), message)


def _digest(detail: Mapping[str, Any], _: Translate) -> Words:
    """What waits for a learner: a line for each course."""
    lines = [_course(line, _) for line in detail.get("lines", ())]
    if detail.get("more"):
        lines.append(_("Còn khóa học khác cần học tiếp: %(count)s.", count=str(detail["more"])))
    title = _("Khóa học đang chờ đồng chí: %(count)s.", count=str(detail.get("count", len(lines))))
    return Words(title, "\n".join(lines))


def _course(line: Mapping[str, Any], _: Translate) -> str:
    day = formats.date(date.fromisoformat(line["on"])) if line.get("on") else ""
    given = {"title": str(line.get("title", "")), "day": day, "count": str(line.get("number", ""))}
    match line.get("rule"):
        case "overdue":
            return _("“%(title)s” đã quá hạn từ ngày %(day)s.", **given)
        case "due_soon":
            return _("“%(title)s” có hạn hoàn thành ngày %(day)s.", **given)
        case "failing":
            return _("“%(title)s”: chưa đạt sau %(count)s lần làm. Hãy xem lại bài rồi làm lại.", **given)
        case "inactive":
            return _("“%(title)s”: lần học gần nhất là ngày %(day)s.", **given)
    return _("“%(title)s”: lớp đã mở từ ngày %(day)s, đồng chí chưa bắt đầu.", **given)


def _unit(detail: Mapping[str, Any], title: str, _: Translate) -> Words:
    """What waits in a unit: the one matter worth taking up."""
    given = {"unit": str(detail.get("unit", "")), "title": title, "count": str(detail.get("count", ""))}
    matter = {
        "overdue": _("%(unit)s: số người quá hạn khóa “%(title)s”: %(count)s."),
        "due_soon": _("%(unit)s: số người sắp đến hạn khóa “%(title)s”: %(count)s."),
        "failing": _("%(unit)s: số người làm nhiều lần chưa đạt ở khóa “%(title)s”: %(count)s."),
        "inactive": _("%(unit)s: số người đã lâu không học tiếp khóa “%(title)s”: %(count)s."),
    }.get(str(detail.get("rule", "")), _("%(unit)s: số người chưa bắt đầu khóa “%(title)s”: %(count)s."))
    text = _("Trang tuần của đơn vị có tên từng người và việc nên làm trước.")
    return Words(matter % given, text)


def _report(detail: Mapping[str, Any], title: str, _: Translate) -> Words:
    """A table that is due: which, of which unit. Nobody is named: the letter travels further than the page."""
    given = {"unit": str(detail.get("unit", "")), "title": title}
    of_course = bool(detail.get("title"))
    told = {
        "scores": _("%(unit)s: bảng điểm khóa “%(title)s” đến kỳ xem."),
        "help": _("%(unit)s: danh sách người cần hỗ trợ ở khóa “%(title)s” đến kỳ xem.")
        if of_course
        else _("%(unit)s: danh sách người cần hỗ trợ đến kỳ xem."),
    }.get(str(detail.get("table", "")), _("%(unit)s: kết quả học tập qua các khóa học đến kỳ xem."))
    return Words(told % given, _("Mở để xem hoặc tải tệp Excel, bản in; số liệu của ngày mở."))


def _with_day(detail: Mapping[str, Any], message: str, _: Translate) -> str:
    if not detail.get("on"):
        return message
    day = formats.date(date.fromisoformat(detail["on"]))
    return "\n".join(filter(None, (_("Sẽ xuất bản ngày %(day)s.", day=day), message)))


def reason(why: str, _: Translate) -> str:
    """Why a draft was not published on its day (`DraftRow.trouble`)."""
    return str(
        {
            "conflict": _("khóa học đã có bản phát hành khác trong lúc soạn"),
            "faults": _("bản nháp còn lỗi, hoặc sổ văn bản pháp luật vừa thay đổi"),
            "key": _("có đáp án thay đổi mà chưa chọn cách xử lý các bài đã làm"),
            "second-person": _("người duyệt không còn là người thứ hai"),
            "reviewer": _("khóa học chưa ghi người thẩm định"),
            "closed": _("bản nháp không còn ở trạng thái chờ xuất bản"),
        }.get(why, _("có lỗi hệ thống"))
    )

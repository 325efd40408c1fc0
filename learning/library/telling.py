"""Notices in words, for the page that shows them and for the letter that carries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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
        case "attempt.marked":
            percent = str(detail.get("percent", ""))
            return Words(
                _("Bài tự luận của “%(title)s” đã chấm xong: được %(percent)s.", percent=percent, **given),
                message,
            )
        case "certificate.revoked":
            return Words(_("Giấy xác nhận khóa học “%(title)s” đã bị thu hồi.", **given), message)
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
        case "mentor.missing":
            return Words(
                _(
                    "%(title)s đã bắt đầu thực hành mà chưa có người hướng dẫn. Hãy phân công một người.",
                    **given,
                ),
                message,
            )
    return Words(_("%(by)s vừa làm một việc với “%(title)s”.", **given), message)


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

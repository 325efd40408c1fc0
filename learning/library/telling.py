"""Notices about drafts in words, for the page that shows them and for the letter that carries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from learning.vietnamese import formats

Translate = Callable[..., str]  # gettext


@dataclass(frozen=True)
class Words:
    """`title` is one line; `text` may be empty, and may hold what a person wrote: plain text, never HTML."""

    title: str
    text: str


def words(kind: str, subject: str, detail: Mapping[str, Any], _: Translate) -> Words:
    """A notice (its kind, subject and detail) in the language of `_`."""
    given = {"title": detail.get("title") or subject, "by": detail.get("by", "")}
    message = str(detail.get("message", ""))
    match kind:
        case "draft.submitted":
            return Words(_("%(by)s gửi thẩm định “%(title)s”", **given), message)
        case "draft.returned":
            return Words(_("%(by)s trả lại “%(title)s” để sửa", **given), message)
        case "draft.approved":
            return Words(_("%(by)s đã duyệt “%(title)s”", **given), _approved(detail, message, _))
        case "draft.published":
            title = _(
                "“%(title)s” đã xuất bản, bản phát hành %(number)s",
                title=given["title"],
                number=detail.get("release", ""),
            )
            return Words(title, message)
        case "draft.failed":
            title = _("“%(title)s” chưa xuất bản được vào ngày đã hẹn", title=given["title"])
            return Words(title, reason(str(detail.get("reason", "")), _))
    return Words(given["title"], message)


def _approved(detail: Mapping[str, Any], message: str, _: Translate) -> str:
    if not detail.get("on"):
        return message
    day = formats.date(date.fromisoformat(detail["on"]))
    return "\n".join(filter(None, (_("Sẽ xuất bản ngày %(day)s.", day=day), message)))


def reason(why: str, _: Translate) -> str:
    """Why a draft was not published on its day (`DraftRow.trouble`), and what to do."""
    told = {
        "conflict": _(
            "Một bản phát hành khác đã ra sau khi bắt đầu bản nháp. Hãy rút về, nhận thay đổi ấy vào rồi gửi lại."
        ),
        "faults": _("Bản nháp nay có lỗi, ví dụ văn bản vừa hết hiệu lực. Hãy rút về, sửa rồi gửi lại."),
        "key": _("Đáp án của câu đang dùng đã đổi: hãy chọn cách tính điểm rồi xuất bản."),
        "second-person": _(
            "Người duyệt không còn là người thẩm định của lĩnh vực này. Hãy để người khác duyệt."
        ),
    }
    return told.get(why, _("Máy chủ gặp lỗi khi xuất bản. Hãy thử xuất bản lại."))

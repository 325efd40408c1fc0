"""What the studio calls things."""

from learning.library import telling
from learning.library.models import DraftRow
from learning.vietnamese import formats
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


def state(draft: DraftRow) -> tuple[str, str]:
    """A draft's state as a tag: (words, kind)."""
    match draft.state:
        case "draft":
            return _("bản nháp"), ""
        case "submitted":
            return _("chờ thẩm định"), "gold"
        case "returned":
            return _("trả lại để sửa"), "bad"
        case "approved" if draft.publish_on is not None:
            return _("sẽ xuất bản %(day)s", day=formats.date(draft.publish_on)), "good"
        case "approved":
            return _("đã duyệt, chờ xuất bản"), "good"
        case "published":
            return _("đã xuất bản"), "good"
    return _("đã bỏ"), ""


def step(what: str) -> str:
    """A step on a draft's way, as what somebody did."""
    return {
        "begun": _("bắt đầu bản nháp"),
        "submitted": _("gửi thẩm định"),
        "withdrawn": _("rút lại để soạn tiếp"),
        "returned": _("trả lại để sửa"),
        "approved": _("duyệt"),
        "scheduled": _("đặt ngày xuất bản"),
        "discarded": _("bỏ bản nháp"),
        "published": _("xuất bản"),
        "failed": _("không xuất bản được vào ngày đã đặt"),
        "commented": _("góp ý"),
        "resolved": _("đánh dấu góp ý đã xử lý"),
        "reopened": _("mở lại góp ý"),
        "merged": _("nhập bản phát hành mới vào bản nháp"),
    }.get(what, what)


def missing(key: str) -> str:
    """Something that course.md must say before a draft is submitted."""
    return {
        "owner": _("đơn vị chủ quản (owner)"),
        "effective_from": _("ngày hiệu lực (effective_from)"),
        "sources": _("căn cứ pháp lý (sources) của các bài"),
    }.get(key, key)


def trouble(reason: str) -> str:
    """Why a draft was not published."""
    return telling.reason(reason, _)


def faults(count: int) -> str:
    return ngettext("%(num)d lỗi", "%(num)d lỗi", count)


def warnings(count: int) -> str:
    return ngettext("%(num)d cảnh báo", "%(num)d cảnh báo", count)

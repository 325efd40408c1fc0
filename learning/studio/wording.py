"""What the studio calls things."""

from learning.certificates.regrades import Move
from learning.library import telling
from learning.library.models import DraftRow
from learning.library.refusals import BadPath, Closed, DraftRefused, Stale, TooLarge
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
        "taken in": _("nhập bản phát hành mới vào bản nháp"),
    }.get(what, what)


def missing(key: str) -> str:
    """Something that a course must say before a draft of it is submitted."""
    return {
        "owner": _("đơn vị chủ quản"),
        "effective_from": _("ngày hiệu lực"),
        "sources": _("căn cứ pháp lý của các bài"),
    }.get(key, key)


def trouble(reason: str) -> str:
    """Why a draft was not published."""
    return telling.reason(reason, _)


def faults(count: int) -> str:
    return ngettext("%(num)d lỗi", "%(num)d lỗi", count)


def warnings(count: int) -> str:
    return ngettext("%(num)d cảnh báo", "%(num)d cảnh báo", count)


def key_choice(choice: str) -> str:
    """What becomes of answers that were given by the old key."""
    return {
        "keep": _("Giữ điểm cũ"),
        "new": _("Chấm lại theo đáp án mới"),
        "both": _("Công nhận cả đáp án cũ và mới"),
        "full": _("Cho mọi người trọn điểm câu này"),
        "drop": _("Bỏ câu này khỏi bài đã làm"),
    }.get(choice, choice)


def move(move: Move) -> str:
    """One person and what becomes of their result."""
    words = (
        f"{move.full_name}: {formats.percent(move.before.percent)} → {formats.percent(move.after.percent)}"
    )
    if move.before.passed != move.after.passed:
        words += ", " + (_("thành đạt") if move.after.passed else _("thành chưa đạt"))
    if move.certificate == "gained":
        words += ", " + _("được cấp giấy xác nhận")
    elif move.certificate:
        words += ", " + _("giấy xác nhận %(serial)s cần xem lại", serial=move.serial)
    return words


def refusal(refused: DraftRefused) -> str:
    """Why something could not be done to a draft, and what to do."""
    match refused:
        case Closed():
            return _("Bản nháp đang chờ thẩm định hoặc đã xong. Rút lại rồi hãy sửa.")
        case Stale():
            return _("%(by)s vừa sửa tệp này. Hãy xem lại rồi làm lại nếu vẫn cần.", by=refused.by)
        case TooLarge():
            return _("Tệp quá lớn, hoặc khóa học đã có quá nhiều tệp.")
        case BadPath():
            return _("Tên này đã có hoặc không dùng được. Hãy chọn tên khác.")
    return _("Không làm được việc này với bản nháp.")

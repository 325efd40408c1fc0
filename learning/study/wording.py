"""What the desk says in words: time that is left, states and results."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from learning.content.model import Page
from learning.vietnamese.formats import date as format_date
from learning.vietnamese.formats import number, percent
from learning.web.context import zone
from learning.web.i18n import gettext as _
from learning.web.i18n import language, ngettext


def minutes(value: Decimal) -> str:
    return _("%(count)s phút", count=number(value))


def day(at: datetime) -> str:
    """The day of a moment, in the province."""
    return format_date(at.astimezone(zone()).date())


def tongue(code: str) -> str:
    """The language of a course in words; "" where the reader has chosen the same."""
    if code == language():
        return ""
    return {
        "vi": _("Tiếng Việt"),
        "en": _("Tiếng Anh"),
        "jra": _("Tiếng Gia Rai"),
        "bdq": _("Tiếng Ba Na"),
        "rad": _("Tiếng Ê Đê"),
    }.get(code, code)


def questions(count: int) -> str:
    return ngettext("%(num)d câu", "%(num)d câu", count)


def state(name: str) -> tuple[str, str]:
    """A state in words, with the kind of its tag."""
    return {
        "done": (_("đã xong"), "good"),
        "started": (_("đang học"), ""),
        "not_started": ("", ""),
    }[name]


def steps(counts: Mapping[str, int]) -> str:
    """How far a practice has come, by how many of its steps are in which state."""
    if not counts:
        return ""
    said = [_("%(signed)s/%(total)s bước đã ký", signed=counts.get("signed", 0), total=sum(counts.values()))]
    if handed := counts.get("handed_in"):
        said.append(
            ngettext("%(num)d bước chờ người hướng dẫn xem", "%(num)d bước chờ người hướng dẫn xem", handed)
        )
    if returned := counts.get("returned"):
        said.append(ngettext("%(num)d bước bị trả lại", "%(num)d bước bị trả lại", returned))
    return ", ".join(said)


def awaits_mentor(counts: Mapping[str, int]) -> bool:
    """Whether all that the learner could do at a practice is done, and a mentor has to look."""
    return bool(counts.get("handed_in")) and not counts.get("waiting") and not counts.get("returned")


def certificate_state(status: str) -> tuple[str, str]:
    return {
        "valid": (_("còn hiệu lực"), "good"),
        "expired": (_("hết hiệu lực"), "bad"),
        "revoked": (_("đã thu hồi"), "bad"),
        "replaced": (_("đã thay thế"), ""),
    }[status]


def _pass_mark(page: Page, least: Decimal) -> str:
    if page.kind == "pretest":
        return _("Chỉ để tự kiểm tra: không tính đạt hay chưa đạt.")
    if least == 100:
        return _("Đạt khi trả lời đúng tất cả các câu.")
    return _("Đạt khi đúng từ %(least)s số điểm trở lên.", least=percent(least))


def quiz_rules(page: Page, left: int | None, factor: Decimal = Decimal(1)) -> list[str]:
    """What one should know before beginning; `factor`: what time limits are multiplied by for this reader."""
    quiz = page.quiz
    if quiz is None:
        return []
    said = [_pass_mark(page, quiz.pass_percent)]
    if quiz.time_limit:
        said.append(
            _(
                "Thời gian làm bài: %(count)s phút, tính từ lúc bắt đầu. Hết giờ, hệ thống chấm những câu đã lưu.",
                count=number(quiz.time_limit * factor),
            )
        )
        said.append(_("Cần có mạng từ lúc bắt đầu đến lúc nộp."))
        if factor != 1:
            said.append(
                _(
                    "Đã gồm thời gian thêm cho đồng chí: gấp %(times)s lần của mọi người.",
                    times=number(factor),
                )
            )
    else:
        said.append(_("Không giới hạn thời gian. Có thể dừng lại và làm tiếp sau."))
    if quiz.attempts is None:
        said.append(_("Được làm lại, không giới hạn số lần."))
    elif left == 0:  # the last one is under way, or all are used up: the page says which
        said.append(_("Được làm %(all)s lần.", all=quiz.attempts))
    else:
        said.append(
            _(
                "Được làm %(all)s lần, còn %(left)s lần.",
                all=quiz.attempts,
                left=quiz.attempts if left is None else left,
            )
        )
    said.append(_("Mỗi câu trả lời được lưu ngay khi đồng chí chuyển câu."))
    return said


def time_left(now: datetime, closes_at: datetime | None) -> str:
    """How long an attempt stays open, by the server's clock."""
    if closes_at is None:
        return ""
    seconds = max(0, int((closes_at - now).total_seconds()))
    if seconds < 60:
        return _("Còn dưới 1 phút")
    if seconds < 3600:
        return _("Còn %(count)s phút", count=seconds // 60)
    return _("Còn %(hours)s giờ %(minutes)s phút", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def due_in(days: int) -> str:
    """How far away a date is that something is due."""
    if days < 0:
        return ngettext("quá hạn %(num)d ngày", "quá hạn %(num)d ngày", -days)
    if days == 0:
        return _("hạn hôm nay")
    return ngettext("còn %(num)d ngày", "còn %(num)d ngày", days)

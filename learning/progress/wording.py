"""The rule of completion in words, for the course page and the API alike; and why somebody needs help, for the desks."""

from learning.content.model import Course
from learning.progress.attention import Facts, Reason
from learning.progress.completion import practices
from learning.quizzes.attempts import quiz_key
from learning.vietnamese.formats import date as day
from learning.vietnamese.formats import number, percent
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


def rule(course: Course) -> str:
    """When the course is done."""
    quizzes = sum(1 for page in course.lessons if page.quiz)
    lessons = (
        _("đạt câu hỏi cuối của cả %(count)s bài", count=len(course.lessons))
        if quizzes == len(course.lessons)
        else _("học xong cả %(count)s bài", count=len(course.lessons))
    )
    exam = ""
    if course.exam and course.exam.quiz:
        exam = _(
            "đạt bài kiểm tra cuối khóa từ %(least)s trở lên", least=percent(course.exam.quiz.pass_percent)
        )
    parts = {"lessons": [lessons], "exam": [exam], "lessons+exam": [lessons, exam]}[course.completion]
    if asked := len(practices(course)):
        parts.append(
            ngettext(
                "được người hướng dẫn ký xác nhận %(num)d bài thực hành",
                "được người hướng dẫn ký xác nhận %(num)d bài thực hành",
                asked,
            )
        )
    said = [part for part in parts if part]
    what = _(" và ").join([*([", ".join(said[:-1])] if said[1:] else []), said[-1]]) if said else ""
    return _("Hoàn thành khi %(what)s.", what=what)


def spoken(rule: str) -> str:
    """The name of a rule of `attention`, as a heading."""
    return {
        "overdue": _("Quá hạn"),
        "due_soon": _("Sắp đến hạn"),
        "failing": _("Làm nhiều lần chưa đạt"),
        "inactive": _("Đã lâu không học tiếp"),
        "not_started": _("Chưa bắt đầu"),
    }[rule]


def reason(one: Reason, facts: Facts, quiz: str = "") -> str:
    """Why this person is spoken of, with the figures. `quiz`: the title of what they fail."""
    n, given = one.number, {"n": number(one.number)}
    due = day(facts.due_on) if facts.due_on else ""
    match one.rule:
        case "overdue":
            return ngettext(
                "Quá hạn %(n)s ngày (hạn %(day)s)", "Quá hạn %(n)s ngày (hạn %(day)s)", n, day=due, **given
            )
        case "due_soon" if not n:
            return _("Hôm nay là hạn cuối")
        case "due_soon":
            return ngettext(
                "Còn %(n)s ngày đến hạn %(day)s", "Còn %(n)s ngày đến hạn %(day)s", n, day=due, **given
            )
        case "failing" if not quiz:
            return ngettext("%(n)s lần làm chưa đạt", "%(n)s lần làm chưa đạt", n, **given)
        case "failing":
            return ngettext(
                "%(n)s lần làm “%(quiz)s” chưa đạt",
                "%(n)s lần làm “%(quiz)s” chưa đạt",
                n,
                quiz=quiz,
                **given,
            )
        case "inactive":
            last = day(facts.last_on) if facts.last_on else ""
            return ngettext(
                "%(n)s ngày không học tiếp (lần gần nhất %(day)s)",
                "%(n)s ngày không học tiếp (lần gần nhất %(day)s)",
                n,
                day=last,
                **given,
            )
    return ngettext("Chưa bắt đầu, lớp đã mở %(n)s ngày", "Chưa bắt đầu, lớp đã mở %(n)s ngày", n, **given)


def quiz_title(course: Course, quiz: str) -> str:
    """The title of the page whose quiz this is; "" where the course has it no more."""
    pages = (*course.pages, course.exam) if course.exam else course.pages
    return next((page.title for page in pages if quiz_key(page) == quiz), "")


def advice(action: str, *, head: bool = False) -> str:
    """What to do first. `head`: said to the head of the unit."""
    if action == "head" and head:
        return _("Sắp xếp thời gian học trong giờ làm việc")
    return {
        "remind": _("Nhắc học tiếp"),
        "talk": _("Gặp hoặc gọi điện, hỏi vướng ở đâu"),
        "again": _("Mời học lại bài rồi làm lại"),
        "head": _("Đề nghị lãnh đạo đơn vị sắp xếp thời gian học"),
        "mentor": _("Cử người hướng dẫn kèm tại chỗ"),
    }[action]


def deed(did: str) -> str:
    """What a helper did."""
    return {
        "remind": _("Đã nhắc học tiếp"),
        "talk": _("Đã gặp hoặc gọi điện"),
        "again": _("Đã mời học lại bài"),
        "head": _("Đã đề nghị lãnh đạo đơn vị"),
        "mentor": _("Đã cử người hướng dẫn"),
        "other": _("Việc khác"),
    }[did]


def outcome(came: str) -> str:
    """What came of it."""
    return {
        "reached": _("Đã trao đổi được"),
        "not_reached": _("Chưa liên lạc được"),
        "agreed": _("Đã hẹn ngày"),
        "passed_on": _("Đã chuyển cho người khác"),
    }[came]

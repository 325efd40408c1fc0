"""The rule of completion in words, for the course page and the API alike."""

from learning.content.model import Course
from learning.progress.completion import practices
from learning.vietnamese.formats import percent
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

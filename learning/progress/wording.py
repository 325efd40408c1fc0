"""The rule of completion in words, for the course page and the API alike."""

from learning.content.model import Course
from learning.vietnamese.formats import percent
from learning.web.i18n import gettext as _


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
    return _("Hoàn thành khi %(what)s.", what=_(" và ").join(part for part in parts if part))

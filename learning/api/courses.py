"""Courses and lessons, as the signed-in person stands in them."""

from typing import Any

from learning.accounts.visitors import visitor
from learning.api.problems import Problem
from learning.api.routes import api
from learning.api.schemas import (
    CourseItem,
    CourseList,
    CourseQuery,
    CourseView,
    ExamItem,
    LessonItem,
    LessonView,
    SourceView,
)
from learning.certificates import outcomes
from learning.content.model import Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import deeds, queries
from learning.progress.queries import CourseState
from learning.progress.wording import rule
from learning.quizzes.attempts import PrerequisitesMissing
from learning.vietnamese.folding import fold
from learning.web.context import db, now, zone
from learning.web.i18n import gettext as _


@api.call("GET", "/courses", query=CourseQuery, replies={200: CourseList})
def courses(query: CourseQuery) -> CourseList:
    """Live courses, of a field, or whose title or summary holds the words of `q` (with or without marks)."""
    words = fold(query.q).split()
    found = [
        published
        for published in catalogue.live_courses(db(), query.field or None)
        if all(word in fold(f"{published.course.title} {published.course.summary}") for word in words)
    ]
    states = queries.course_states(db(), visitor().id, found)
    return CourseList(items=[CourseItem(**_item(state)) for state in states], next=None)


@api.call("GET", "/courses/<field>/<course>", replies={200: CourseView}, problems=(404,))
def course(field: str, course: str) -> CourseView:
    """A course, its lessons and exam, and the rule of completion in words."""
    state = queries.course_state(db(), visitor().id, live(f"{field}/{course}"))
    found = state.published.course
    return CourseView(
        **_item(state),
        lessons=[
            LessonItem(
                slug=page.slug,
                id=page.id,
                title=page.title,
                kind=page.kind,  # type: ignore[arg-type]
                minutes=float(page.minutes),
                state=state.pages[page.id],  # type: ignore[arg-type]
            )
            for page in found.pages
        ],
        exam=ExamItem(title=found.exam.title, state=state.exam or "not_started") if found.exam else None,  # type: ignore[arg-type]
        rule=rule(found),
    )


@api.call("GET", "/courses/<field>/<course>/lessons/<slug>", replies={200: LessonView}, problems=(404,))
def lesson(field: str, course: str, slug: str) -> LessonView:
    """A lesson's text, objectives and legal sources."""
    published = live(f"{field}/{course}")
    page = _lesson(published, slug)
    sources = published.course.sources
    return LessonView(
        slug=page.slug,
        id=page.id,
        title=page.title,
        minutes=float(page.minutes),
        objectives=list(page.objectives),
        html=page.html,
        sources=[
            SourceView(
                key=cited.key,
                title=sources[cited.key].title if cited.key in sources else "",
                place=cited.place,
            )
            for cited in page.citations
        ],
        release=published.number,
    )


@api.call(
    "POST", "/courses/<field>/<course>/lessons/<slug>/reading", replies={204: None}, problems=(404, 409)
)
def read_lesson(field: str, course: str, slug: str) -> None:
    """Says that a lesson without questions was read; a second time changes nothing."""
    published = live(f"{field}/{course}")
    page = _lesson(published, slug)
    try:
        outcomes.mark_read(db(), now(), zone(), visitor().id, published, page)
    except deeds.HasQuestions as error:
        why = _("Bài này có câu hỏi; bài được tính là xong khi đạt câu hỏi.")
        if page.kind == "practice":
            why = _("Đây là bài thực hành: xong khi người hướng dẫn ký xác nhận đủ các bước.")
        raise Problem(409, why) from error
    except PrerequisitesMissing as error:
        raise Problem(409, missing(error)) from error


def live(course_id: str) -> Published:
    published = catalogue.live(db(), course_id)
    if published is None:
        raise Problem(404, _("Không có khóa học này, hoặc khóa học chưa xuất bản."))
    return published


def missing(error: PrerequisitesMissing) -> str:
    return _("Cần hoàn thành trước: %(courses)s.", courses=", ".join(error.missing))


def _lesson(published: Published, slug: str) -> Page:
    page = published.course.page(slug)
    if page is None or page.kind == "exam":
        raise Problem(404, _("Khóa học không có bài này."))
    return page


def _item(state: CourseState) -> dict[str, Any]:
    published, found = state.published, state.published.course
    return {
        "id": found.id,
        "field": found.field,
        "slug": found.slug,
        "title": found.title,
        "minutes": float(found.minutes),
        "release": published.number,
        "state": state.state,
    }

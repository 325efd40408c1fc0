"""What trainers, heads, inspectors and administrators see; 404 for others."""

from learning.accounts import looks
from learning.accounts.visitors import visitor
from learning.api.problems import FieldError, Problem
from learning.api.routes import api
from learning.api.schemas import (
    ChosenOption,
    ItemFiguresView,
    ItemsQuery,
    ItemsView,
    QuizFiguresView,
    ScoreItem,
    ScoreList,
    ScoresQuery,
    Thirds,
)
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress import scores
from learning.quizzes import items, thirds
from learning.web.context import db, today
from learning.web.i18n import gettext as _


@api.call(
    "GET",
    "/reports/courses/<field>/<course>/scores",
    query=ScoresQuery,
    replies={200: ScoreList},
    problems=(404,),
)
def course_scores(field: str, course: str, query: ScoresQuery) -> ScoreList:
    """Everybody in sight in a course, by Vietnamese given name; those who have not begun too."""
    found = _in_sight(field, course)
    try:
        asked = scores.asked(
            db(),
            visitor(),
            found.course.id,
            today(),
            unit=query.unit,
            class_code=query.class_,
            state=query.state,
        )
        lines, following = scores.page(db(), found.course.id, asked, today(), after=query.cursor)
    except scores.NotSeen as error:
        raise Problem(404, _("Không có đơn vị hay lớp này trong phạm vi đồng chí theo dõi.")) from error
    except scores.BadCursor as error:
        wrong = FieldError("cursor", _("Gửi lại nguyên giá trị next của trang trước."))
        raise Problem(422, _("Có giá trị chưa dùng được."), [wrong]) from error
    looks.seen([line.person_id for line in lines], "table", found.course.id)
    return ScoreList(
        items=[
            ScoreItem(
                username=line.username,
                full_name=line.full_name,
                unit=line.unit,
                attempts=line.attempts,
                best=None if line.best is None else float(line.best),
                state=line.state,  # type: ignore[arg-type]
                last_at=line.last_at,
            )
            for line in lines
        ],
        next=following or None,
    )


@api.call(
    "GET",
    "/reports/courses/<field>/<course>/items",
    query=ItemsQuery,
    replies={200: ItemsView},
    problems=(404,),
)
def quiz_items(field: str, course: str, query: ItemsQuery) -> ItemsView:
    """Figures of a quiz and of each of its questions, over the attempts of people in sight."""
    found = _in_sight(field, course)
    page = found.course.page(query.quiz)
    if page is None or (page.quiz is None and page.scenario is None):
        raise Problem(404, _("Khóa học không có bài làm này."))
    people = scores.seen_by(visitor(), found.course.id, today())
    analysis = items.analyse(db(), found, page, people, query.which)
    return ItemsView(
        quiz=QuizFiguresView(**vars(analysis.quiz)),
        items=[
            ItemFiguresView(
                **vars(item.figures),
                options=[
                    ChosenOption(**{**vars(choice), "thirds": _thirds(choice.thirds)})
                    for choice in item.choices
                ],
                other_answers=item.other_answers,
                not_answered=item.not_answered,
                thirds=_thirds(item.held),
            )
            for item in analysis.items
        ],
    )


def _thirds(counts: thirds.Thirds) -> Thirds:
    upper, middle, lower = counts
    return Thirds(upper=upper, middle=middle, lower=lower)


def _in_sight(field: str, course: str) -> Published:
    found = catalogue.live(db(), f"{field}/{course}")
    if found is None or not scores.may_see_course(db(), visitor(), found.course.id):
        raise Problem(404, _("Không có khóa học này, hoặc đồng chí không theo dõi kết quả của khóa."))
    return found

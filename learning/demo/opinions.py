"""What the people of the demonstration think of one course: they have done it, some long enough ago to be asked again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learning.accounts import people
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content import model
from learning.content.model import Question
from learning.evaluation import asks, followups, ratings, surveys
from learning.evaluation.answers import Survey, Used
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress.models import Enrolment
from learning.quizzes import papers

COURSE = "it/digital-literacy"
MONTH_AGO, LATELY = timedelta(days=31), timedelta(days=2)
# Who, how long ago, the four steps of the survey, what was missing, in words, and whether it is of use a month later.
SAID: tuple[tuple[str, timedelta, tuple[int, int, int, int], tuple[str, ...], str, Used | None], ...] = (
    ("hocvien", MONTH_AGO, (5, 4, 3, 5), ("practice",), "Rất hay, cần thêm thực hành trên máy.", None),
    ("bientap", MONTH_AGO, (4, 4, 3, 4), ("examples",), "Thêm ví dụ ở cấp xã.", Used("often")),
    ("thamdinh", MONTH_AGO, (4, 3, 4, 4), ("examples", "software"), "Hơi dài.", Used("sometimes")),
    ("giangvien", MONTH_AGO, (5, 5, 3, 5), ("practice",), "Cần thực hành có người hướng dẫn.", Used("often")),
    ("thanhtra", MONTH_AGO, (3, 4, 3, 3), ("law",), "Nên dẫn quy định mới về dữ liệu cá nhân.", None),
    ("quantri", LATELY, (4, 4, 2, 4), ("practice", "time"), "", None),
)


def seed(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """How many have done the course for it: none where they have already, or where it is not there."""
    published = catalogue.live(session, COURSE)
    if published is None:
        return 0
    made = 0
    for username, ago, steps, reasons, text, used in SAID:
        person = people.find(session, username)
        if person is None or session.get(Enrolment, (person.id, COURSE)) is not None:
            continue
        if not _study(session, now - ago, zone, person, published):
            continue
        scales = dict(zip(("useful", "clear", "length", "recommend"), steps, strict=True))
        today = (now - ago).astimezone(zone).date()
        given = Survey(scales, (), reasons, text)
        client_id = str(uuid5(NAMESPACE_URL, f"demo:{username}"))
        surveys.answer(
            session, now - ago, today, person.id, published, given, client_id=client_id, revision=0
        )
        if used is not None:
            today = now.astimezone(zone).date()
            ask = asks.ensure(session, now, today, person.id, COURSE, "learner", 30)
            followups.answer(session, now, today, ask, used, person.id)
        made += 1
    learner = people.find(session, "hocvien")
    if made and learner is not None:  # whose head is asked too
        today = now.astimezone(zone).date()
        for kind in ("learner", "manager"):
            asks.ensure(session, now, today, learner.id, COURSE, kind, 30)
    return made


def _study(session: Session, at: datetime, zone: ZoneInfo, person: Person, published: Published) -> bool:
    """Every lesson and the exam, all answered right, and the pre-test half; whether that is the course done."""
    course = published.course
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        if page.scenario is not None:
            continue
        if page.quiz is None:
            outcomes.mark_read(session, at, zone, person.id, published, page)
            continue
        attempt, _new = outcomes.start(session, at, zone, person.id, published, page.slug)
        known = {question.id: question for question in page.quiz.questions}
        rights = [(item, right(known[item["question"]])) for item in attempt.paper]
        if page.kind == "pretest":
            rights = rights[: 1 + person.id % len(rights)]
        answers = {
            item["question"]: papers.to_drawn(item, right) for item, right in rights if right is not None
        }
        client_id = str(uuid5(NAMESPACE_URL, f"demo:{attempt.id}"))
        outcomes.submit(session, at, zone, attempt, answers, client_id)
        if page.kind == "lesson":
            ratings.rate(session, at, attempt, 4 + len(page.slug + person.username) % 2)
    enrolment = session.get(Enrolment, (person.id, course.id))
    return enrolment is not None and enrolment.state == "done"


def right(question: Question) -> Any:
    """The right answer in the release's own keys; None for what has to be reckoned."""
    match question:
        case model.Single():
            return next(option.key for option in question.options if option.right)
        case model.Multiple():
            return [option.key for option in question.options if option.right]
        case model.TrueFalse():
            return question.answer
        case model.Text():
            return question.accepted[0]
        case model.Number() if not question.variables:
            return question.exact
        case model.Match():
            return dict(question.pairs)
        case model.Order():
            return [item.key for item in question.items]
        case model.Gaps():
            return {
                gap.key: gap.accepted[0]
                if gap.accepted
                else next(option.key for option in gap.options if option.right)
                for gap in question.gaps
            }
    return None

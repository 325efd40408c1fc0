from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import people
from learning.demo import cast, opinions
from learning.evaluation import asks, followups
from learning.evaluation.models import Ask, FollowUpAnswer, LessonRating, SurveyAnswer
from learning.progress import recount
from tests import make


def test_the_cast_has_an_opinion_once(session: Session, now: datetime) -> None:
    today = now.astimezone(make.ZONE).date()
    cast.seed(session, now, today, [])
    assert opinions.seed(session, now, make.ZONE) == 0  # the course is not there
    course = make.course(
        make.lesson("truoc", make.single("t-1"), make.single("t-2"), kind="pretest"),
        make.lesson("bai-1", make.single(), make.multiple()),
        make.lesson("bai-2"),
        field="it",
        slug="digital-literacy",
    )
    make.publish(session, course)
    assert opinions.seed(session, now, make.ZONE) == 6
    counts = [
        session.scalar(select(func.count()).select_from(kind))
        for kind in (SurveyAnswer, LessonRating, FollowUpAnswer)
    ]
    assert counts == [6, 6, 3]
    head = people.find(session, "lanhdao")
    assert head is not None
    [line] = followups.team(session, ["21583"], head.id, today)
    assert line.person.username == "hocvien" and line.answer is None
    learner = people.find(session, "hocvien")
    assert learner is not None and len(asks.waiting(session, learner.id, today)) == 1
    assert opinions.seed(session, now, make.ZONE) == 0
    assert session.scalar(select(func.count()).select_from(Ask)) == 6 + 3 + 2
    assert recount.check(session) == []

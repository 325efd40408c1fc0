from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.demo import cast, studied
from learning.progress import recount
from learning.progress.models import Enrolment
from tests import make

COURSE = "construction/permits-and-order"


def test_overviews_have_something_to_show_once(session: Session, now: datetime) -> None:
    cast.seed(session, now, now.astimezone(make.ZONE).date(), [])
    assert studied.seed(session, now, make.ZONE) == 0  # the courses are not there
    lessons = [make.lesson(f"bai-{n}", make.single(f"cau-{n}")) for n in range(1, 6)]
    field, slug = COURSE.split("/")
    make.publish(session, make.course(*lessons, field=field, slug=slug))
    assert studied.seed(session, now, make.ZONE) == 3
    query = select(Person.username, Enrolment).join(Enrolment, Enrolment.person_id == Person.id)
    found = dict(iter(session.execute(query)))
    assert {username: one.state for username, one in found.items()} == {
        "bientap": "done",
        "lanhdao": "started",
        "thamdinh": "started",
    }
    assert all(one.seconds > 0 and one.started_at < now - timedelta(days=20) for one in found.values())
    assert found["bientap"].last_at - found["bientap"].started_at > timedelta(days=20)
    assert studied.seed(session, now, make.ZONE) == 0
    assert recount.check(session) == []

from datetime import datetime

import msgspec
import pytest
from sqlalchemy import insert, true
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.model import Course
from learning.demo import answered
from learning.library.catalogue import Published
from learning.organisation.models import Posting
from learning.quizzes import alarms, flags, items
from learning.quizzes.asked import Asked
from tests import make


@pytest.fixture
def published(session: Session) -> Published:
    course: Course = make.course(make.lesson(answered.PAGE, *(make.single(f"q{n}") for n in range(4))))
    field, _, slug = answered.COURSE.partition("/")
    return make.publish(session, msgspec.structs.replace(course, field=field, slug=slug))


def test_a_question_has_gone_round_and_another_misleads(
    session: Session, published: Published, now: datetime
) -> None:
    for place, commune in enumerate(answered.COMMUNES):
        make.unit(session, commune, f"Xã {place}")
        ids = range(1000 * (place + 1), 1000 * (place + 1) + 30)
        session.execute(insert(Person), [row(id, now) for id in ids])
        session.execute(
            insert(Posting),
            [
                {"person_id": id, "unit_code": commune, "from_date": now.date().replace(year=2025)}
                for id in ids
            ],
        )
    assert answered.seed(session, now, make.ZONE) == answered.EACH * len(answered.COMMUNES)
    assert answered.seed(session, now, make.ZONE) == 0
    page = published.course.page(answered.PAGE)
    assert page is not None
    held = items.taken(session, published, page, true())
    asked = Asked(session, page, held)
    [alarm] = alarms.alarms(session, now, make.ZONE, published, page, held, asked, true(), true())
    assert (alarm.unit, alarm.question) == (answered.DAK_DOA, "q0")
    _first, second, *_others = items.analysed(session, published, page, held, asked).items
    found = flags.flags(second.kind, second.figures, second.choices, second.held[0])
    assert found[0].kind in ("key", "negative")


def row(id: int, now: datetime) -> dict[str, object]:
    return {
        "id": id, "username": f"gl{id:05}", "staff_code": f"GL{id:05}", "full_name": f"Võ {id}", "sort_key": f"{id}",
        "folded_name": "", "created_at": now, "active": True, "email": "", "password_hash": "",
    }  # fmt: skip

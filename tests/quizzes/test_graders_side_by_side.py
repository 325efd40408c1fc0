"""Two graders at the same moment, each in a transaction of their own: one mark, and the other sees it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.database import Database
from learning.evaluation import practice
from learning.evaluation.practice_models import PracticeEvent
from learning.progress import recount
from learning.quizzes import hand_marks
from learning.quizzes.hand_marks import Entry
from learning.quizzes.models import Attempt, HandMark
from tests import make
from tests.quizzes import every_kind

TIMES = 5


def at_once(database: Database, *deeds: Callable[[Session], object]) -> list[str]:
    """What each of them comes to: "done", or the name of what it raised."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[Session], object]) -> str:
        barrier.wait()
        try:
            with database.writing() as session:
                deed(session)
        except (hand_marks.Overtaken, practice.Overtaken) as overtaken:
            return type(overtaken).__name__
        return "done"

    with ThreadPoolExecutor(len(deeds)) as threads:
        return sorted(threads.map(run, deeds))


def test_of_two_marks_at_once_one_stands_and_the_other_is_told(
    session: Session, database: Database, now: datetime, person: Person
) -> None:
    graders = [make.person(session, name, "Phan Văn Chấm").id for name in ("mot", "hai")]
    published = make.publish(session, make.course(exam=make.exam(every_kind.written)))
    made = []
    for number in range(TIMES):
        learner = make.person(session, f"hv{number}")
        attempt, _ = outcomes.start(session, now, make.ZONE, learner.id, published, "exam")
        outcomes.submit(session, now, make.ZONE, attempt, {"viet": "Trả lời"}, str(uuid4()))
        made.append(attempt.id)
    session.commit()
    most = tuple(one.points for one in every_kind.written.criteria)
    none = tuple(one.points - one.points for one in every_kind.written.criteria)

    def mark(attempt_id: str, by: int, marks: tuple) -> Callable[[Session], object]:
        entry = {"viet": Entry(0, marks, ("",) * len(marks))}
        return lambda session: outcomes.mark_by_hand(
            session, now, make.ZONE, attempt_id, by, entry, str(uuid4())
        )

    for attempt_id in made:
        deeds = (mark(attempt_id, graders[0], most), mark(attempt_id, graders[1], none))
        assert at_once(database, *deeds) == ["Overtaken", "done"]
        [row] = session.scalars(select(HandMark).where(HandMark.attempt_id == attempt_id))
        score = session.scalars(select(Attempt.score).where(Attempt.id == attempt_id)).one()
        assert (row.version, score) == (1, sum(row.given.marks)), "what is kept is what counts"
        session.commit()
    session.expire_all()
    assert recount.check(session) == []


def test_of_two_decisions_at_once_one_stands_and_the_other_is_told(
    session: Session, database: Database, now: datetime, person: Person
) -> None:
    by = [make.person(session, name, "Trần Văn Dẫn").id for name in ("mot", "hai")]
    page = make.practice("thuc-hanh", *["none"] * TIMES)
    published = make.publish(session, make.course(page))
    row = practice.begin(session, now, date(2026, 11, 1), person.id, published, page)
    for number in range(1, TIMES + 1):
        practice.hand_in(session, now, now.date(), row, f"thuc-hanh-{number}", "", str(uuid4()))
    session.commit()

    def decide(step: str, deed: str, who: int) -> Callable[[Session], object]:
        def decide(session: Session) -> object:
            held = session.get_one(practice.Practice, row.id)
            one = session.get_one(Person, who)
            return practice.decide(
                session, now, make.ZONE, held, step, deed, one, "Lời nhắn", 1, str(uuid4())
            )

        return decide

    for number in range(1, TIMES + 1):
        step = f"thuc-hanh-{number}"
        assert at_once(database, decide(step, "sign", by[0]), decide(step, "return", by[1])) == [
            "Overtaken",
            "done",
        ]
        kinds = session.scalars(
            select(PracticeEvent.kind)
            .where(PracticeEvent.practice_id == row.id, PracticeEvent.step == step)
            .order_by(PracticeEvent.version)
        ).all()
        assert kinds[0] == "hand_in" and len(kinds) == 2
        session.commit()

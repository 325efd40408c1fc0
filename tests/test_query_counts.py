"""Every page of the desks of those who train and lead: as many statements for 5.000 learners as for 50, and what SQLite
does for them grows no faster than the people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.app import create_app
from learning.clock import FixedClock
from learning.database import Database
from learning.evaluation.models import Ask, LessonRating, SurveyAnswer
from learning.library import catalogue
from learning.organisation.models import ClassMember, Posting
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes.models import Attempt, ItemResult
from learning.settings import Settings
from tests import cast, statements
from tests.access_table import ROWS, Row
from tests.cast import NOW, Cast, Stage

DESKS = ("reports", "office")
READERS = ("administrator", "trainer_u1", "head_u1")
COURSES = ("finance/sample", "finance/second")
FEW, MANY = 50, 5000


@pytest.fixture(scope="module")
def staged(template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Cast]:
    return cast.prepare(template, tmp_path_factory.mktemp("cast"))


@pytest.fixture
def stage(staged: tuple[str, Cast], settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Stage]:
    database = cast.copied(staged[0], tmp_path)
    yield Stage(create_app(settings, clock=clock, database=database), staged[1], lambda: database, database)
    cast.drop(database)


def pages() -> list[Row]:
    return [row for row in ROWS if row.method == "GET" and row.endpoint.split(".")[0] in DESKS]


def test_every_page_takes_as_many_statements_for_many_as_for_few(stage: Stage) -> None:
    steps = Steps(stage.database)
    crowd(stage, 0, FEW)
    counted(stage, steps)  # the process knows the releases from now on, and who looked is written down
    few = counted(stage, steps)
    assert {row.endpoint for row in pages()} == {row.endpoint for row, _reader in few}
    crowd(stage, FEW, MANY)
    many = counted(stage, steps)
    more = {
        f"{row.name} as {reader}": (len(before.sent), len(many[row, reader].sent))
        for (row, reader), before in few.items()
        if len(before.sent) != len(many[row, reader].sent)
    }
    assert more == {}
    steeper = {
        f"{row.name} as {reader}": (before.steps, many[row, reader].steps)
        for (row, reader), before in few.items()
        # A tenth more, since sorting takes a little more than in proportion; what few people take is mostly fixed.
        if many[row, reader].steps > 1.1 * (MANY / FEW) * (before.steps + 10)
    }
    assert steeper == {}


@dataclass(frozen=True)
class Cost:
    """`steps` of SQLite's machine, in thousands; 0 elsewhere."""

    sent: Sequence[str]
    steps: int


class Steps:
    """What SQLite has done on a database's connections since it was asked last."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        if database.sqlite:
            database.engine.dispose()
            sa.event.listen(database.engine, "connect", self.watch)

    def watch(self, connection: Any, record: Any) -> None:
        connection.set_progress_handler(self.step, 1000)

    def step(self) -> int:
        self.count += 1
        return 0

    def take(self) -> int:
        count, self.count = self.count, 0
        return count


def counted(stage: Stage, steps: Steps) -> dict[tuple[Row, str], Cost]:
    found = {}
    for reader in READERS:
        guest = stage.visitor(reader)
        for row in pages():
            if reader in row.who:
                steps.take()
                with statements.sent(stage.database.engine) as sent:
                    assert guest.get(row.address).status_code == row.status, row.name
                found[row, reader] = Cost(sent, steps.take())
    return found


def crowd(stage: Stage, start: int, count: int) -> None:
    """So many people of U1 and U2, in the classes of both: two of three learn, one of three is done; some wait to have
    their answer marked, and have said what they think."""
    ids = range(10_000 + start, 10_000 + start + count)
    begun, done = ids[::3], ids[1::3]
    day = timedelta(days=1)
    with stage.database.writing() as session:
        put(
            session, Person, ids,
            lambda id: {"id": id, "username": f"u{id}", "full_name": f"Nguyễn Thị Ngọc {id}", "sort_key": f"{id}",
                        "folded_name": "", "created_at": NOW, "active": True, "email": "", "password_hash": ""},
        )  # fmt: skip
        put(
            session, Posting, ids,
            lambda id: {"person_id": id, "unit_code": ("21583", "23677")[id % 2], "from_date": date(2025, 7, 1)},
        )  # fmt: skip
        for class_id in stage.cast.classes.values():
            put(
                session,
                ClassMember,
                ids,
                lambda id, class_id=class_id: {"class_id": class_id, "person_id": id},
            )
        for course in COURSES:
            release = catalogue.live(session, course)
            assert release is not None
            for people, state in ((begun, "started"), (done, "done")):
                at = NOW - 3 * day
                finished = at if state == "done" else None
                key: dict[str, Any] = {"course_id": course, "state": state, "started_at": at}
                put(
                    session, Enrolment, people,
                    lambda id, key=key, finished=finished: {
                        **key, "person_id": id, "attempts": 1, "best": Decimal(id % 100), "seconds": 60,
                        "last_at": key["started_at"], "completed_at": finished,
                    },
                )  # fmt: skip
                put(
                    session, PageProgress, people,
                    lambda id, key=key, finished=finished: {
                        **key, "person_id": id, "page": "exam", "done_at": finished
                    },
                )  # fmt: skip
            taken: dict[str, Any] = {"course_id": course, "quiz": "exam", "release_id": release.release_id}
            put(
                session, Attempt, [*begun, *done],
                lambda id, taken=taken, at=at: {
                    **taken, "id": f"{id}-{taken['course_id']}", "person_id": id, "number": 1, "seed": "", "paper": [],
                    "pass_percent": Decimal(50), "state": "submitted", "seq": 1, "page_token": "", "started_at": at,
                    "finished_at": at, "percent": Decimal(id % 100), "passed": id % 100 >= 50, "score": Decimal(1),
                    "out_of": Decimal(1), "result": {},
                },
            )  # fmt: skip
            put(
                session, ItemResult, [*begun, *done],
                lambda id, taken=taken: {
                    **taken, "attempt_id": f"{id}-{taken['course_id']}", "question": "mot", "mark": Decimal(id % 2),
                    "max_mark": Decimal(1), "verdict": ("wrong", "right", "to_mark")[id % 3], "response": "",
                },
            )  # fmt: skip
            for kind in ("survey", "learner", "manager"):
                put(
                    session, Ask, done,
                    lambda id, course=course, kind=kind: {
                        "person_id": id, "course_id": course, "kind": kind, "days": 0 if kind == "survey" else 30,
                        "asked_on": NOW.date(), "asked_at": NOW,
                    },
                )  # fmt: skip
            put(
                session, LessonRating, done,
                lambda id, course=course: {
                    "person_id": id, "course_id": course, "page": "bai-1", "rating": id % 5 + 1, "rated_at": NOW,
                    "changed_at": NOW,
                },
            )  # fmt: skip
            put(
                session, SurveyAnswer, done,
                lambda id, course=course, release=release: {
                    "person_id": id, "course_id": course, "release_id": release.release_id, "useful": 4, "clear": 4,
                    "length": 3, "recommend": 5, "text": "Cần thêm ví dụ", "revision": 1, "client_id": "",
                    "answered_at": NOW, "changed_at": NOW,
                },
            )  # fmt: skip


def put(session: Session, kind: Any, people: Sequence[int], row: Any) -> None:
    session.execute(sa.insert(kind), [row(id) for id in people])

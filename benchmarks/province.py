"""The province that is measured: 135 units, 5.219 people, and what they did in ten courses of ten lessons and an exam, 60
questions each, since March. Everybody is enrolled in all, most have finished: about 52.000 enrolments, 570.000 attempts,
3 million answers. The same every time, hence made once and kept.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from math import exp
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import URL, create_engine, insert, make_url, select
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts import people
from learning.accounts.models import Person
from learning.content.model import Course, Option, Page, Quiz, Section, Single, encode
from learning.database import Database
from learning.demo import cast, province
from learning.evaluation.answers import REASONS
from learning.library.models import CourseRow, FieldRow, Release
from learning.organisation.models import ClassMember, TrainingClass
from learning.settings import ROOT

LEARNERS, COURSES, LESSONS, ASKED, EXAM = 5219, 10, 10, 3, 30
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
FIRST_DAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIELDS = ("finance", "land", "it")
MILLION = 1_000_000
# What the data are made by, beside `makers`: kept ones that were made otherwise are made again.
MAKERS = (
    "benchmarks/province.py",
    "migrations/versions/*.py",
    "learning/content/model.py",
    "learning/demo/cast.py",
    "learning/demo/province.py",
)


def kept(name: str, make: Callable[[Database], None], folder: Path, *makers: Path) -> Database:
    """The data of this name as they are kept, made where they are not (how long that takes is told on stderr): in
    SQLite in `folder`, or in PostgreSQL beside the database that LEARNING_DATABASE_URL names."""
    mark = sha256()
    for path in (*makers, *sorted(path for pattern in MAKERS for path in ROOT.glob(pattern))):
        mark.update(path.read_bytes())
    whole = f"{name}-{mark.hexdigest()[:12]}"
    if url := os.environ.get("LEARNING_DATABASE_URL"):
        return Database(_beside(make_url(url), whole, make))
    path, part = folder / f"{whole}.sqlite", folder / f"{name}.part"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}[-.]*"):
            old.unlink()
        _make(f"sqlite:///{part}", name, make)
        with closing(sqlite3.connect(part)) as connection:  # so that the file is all there is
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        part.rename(path)
        for left in folder.glob(f"{part.name}-*"):
            left.unlink()
    return Database(f"sqlite:///{path}")


def _beside(base: URL, name: str, make: Callable[[Database], None]) -> str:
    """The address of the PostgreSQL database of this name, made where there is none."""
    server = create_engine(base.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    made, part = (base.set(database=f"{base.database}-{one}") for one in (name, "part"))
    with server.connect() as connection:
        there = connection.exec_driver_sql(
            "SELECT 1 FROM pg_database WHERE datname = %s", (made.database,)
        ).scalar()
        if not there:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{part.database}"')
            connection.exec_driver_sql(f'CREATE DATABASE "{part.database}"')
            _make(part.render_as_string(hide_password=False), name, make)
            connection.exec_driver_sql(f'ALTER DATABASE "{part.database}" RENAME TO "{made.database}"')
    server.dispose()
    return made.render_as_string(hide_password=False)


def _make(url: str, name: str, make: Callable[[Database], None]) -> None:
    since = time.monotonic()
    database = Database(url)
    schema.upgrade(database)
    make(database)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    database.dispose()
    print(f"{name}: made in {time.monotonic() - since:.0f} s", file=sys.stderr)


def fill(database: Database, learners: int) -> None:
    """The province, and what its people did in ten courses since March."""
    with database.writing() as session:
        for field in FIELDS:
            session.merge(FieldRow(slug=field, title=field.title(), owner="Sở Tài chính"))
        session.flush()
        courses = [publish(session, nth_course(number)) for number in range(COURSES)]
        cast.seed(session, NOW, NOW.date(), [course.id for course, _release in courses])
        province.seed(session, NOW)
        everybody = list(session.scalars(select(Person.id).order_by(Person.id).limit(learners)))
        trainer = people.find(session, "giangvien").id
        for number, (course, _release) in enumerate(courses):
            _class(session, number, course, trainer, everybody[number::20])
    with loading(database) as load:
        for start in range(0, len(everybody), 100):
            rows = none()
            for person in everybody[start : start + 100]:
                for course, release in courses:
                    _deeds(rows, person, course, release)
            load(rows)


COLUMNS = {
    "enrolment": (
        "person_id", "course_id", "state", "attempts", "best", "seconds", "started_at", "last_at", "completed_at",
    ),
    "page_progress": ("person_id", "course_id", "page", "state", "started_at", "done_at"),
    "attempt": (
        "id", "person_id", "course_id", "quiz", "number", "release_id", "seed", "paper", "pass_percent", "state",
        "seq", "page_token", "started_at", "finished_at", "score", "out_of", "percent", "passed", "result",
    ),
    "item_result": (
        "attempt_id", "question", "course_id", "quiz", "release_id", "mark", "max_mark", "verdict", "response",
    ),
    "evaluation_ask": ("person_id", "course_id", "kind", "days", "asked_on", "asked_at", "answered_at"),
    "survey_answer": (
        "person_id", "course_id", "release_id", "useful", "clear", "length", "recommend", "text", "revision",
        "client_id", "answered_at", "changed_at",
    ),
    "survey_gap": ("person_id", "course_id", "kind", "what"),
    "lesson_rating": ("person_id", "course_id", "page", "rating", "rated_at", "changed_at"),
}  # fmt: skip
Rows = dict[str, list[tuple[object, ...]]]


def none() -> Rows:
    return {table: [] for table in COLUMNS}


def _deeds(rows: Rows, person: int, course: Course, release: int) -> None:
    """What one person did in one course; the same every time."""
    chance = Random(f"{person}:{course.id}")
    strength, at = chance.gauss(0, 1), FIRST_DAY + timedelta(minutes=chance.randrange(260 * 1440))
    zeal = chance.random()
    if zeal < 0.08:  # never began
        return
    began, done, best, finished, spent = at, 0, None, None, 0
    for lesson in course.lessons:
        if zeal < 0.25 and chance.random() < 0.3:
            break
        at += timedelta(minutes=chance.randrange(20, 3000))
        percent, took = attempt(rows, chance, person, course, release, lesson, strength, at)
        spent += (took - at) // timedelta(seconds=1)
        passed = percent >= 50
        done += passed
        state = "done" if passed else "started"
        rows["page_progress"].append(
            (person, course.id, lesson.id, state, _at(at), _at(took) if passed else None)
        )
    if done == len(course.lessons):
        at += timedelta(minutes=chance.randrange(60, 6000))
        best, took = attempt(rows, chance, person, course, release, course.exam, strength, at)
        spent += (took - at) // timedelta(seconds=1)
        finished = took if best >= 50 else None
        state = "done" if finished else "started"
        rows["page_progress"].append((person, course.id, "exam", state, _at(at), _at(finished)))
    if finished:
        _say(rows, person, course, release, finished)
    rows["enrolment"].append(
        (
            person, course.id, "done" if finished else "started", int(best is not None),
            None if best is None else best * MILLION, spent, _at(began), _at(at), _at(finished),
        )
    )  # fmt: skip


def _say(rows: Rows, person: int, course: Course, release: int, at: datetime) -> None:
    """What one person said of a course they have done, and a month later."""
    chance = Random(f"said:{person}:{course.id}")
    steps, said = chance.choices(range(1, 6), (1, 1, 2, 4, 3), k=4), chance.random() < 0.7
    rows["evaluation_ask"] += [
        (person, course.id, "survey", 0, at.date().isoformat(), _at(at), _at(at) if said else None),
        (person, course.id, "learner", 30, at.date().isoformat(), _at(at), None),
        (person, course.id, "manager", 30, at.date().isoformat(), _at(at), None),
    ]
    if not said:
        return
    text = chance.choice(("", "", "Cần thêm ví dụ ở xã", "Bài hơi dài", "Xin biểu mẫu mới theo nghị định"))
    rows["survey_answer"].append((person, course.id, release, *steps, text, 1, "", _at(at), _at(at)))
    for reason in chance.sample(REASONS, chance.randrange(3)):
        rows["survey_gap"].append((person, course.id, "reason", reason))
    rows["survey_gap"].append((person, course.id, "lesson", chance.choice(course.lessons).id))
    for lesson in chance.sample(course.lessons, 4):
        rows["lesson_rating"].append((person, course.id, lesson.id, chance.choice(steps), _at(at), _at(at)))


def attempt(
    rows: Rows,
    chance: Random,
    person: int,
    course: Course,
    release: int,
    page: Page,
    strength: float,
    at: datetime,
    number: int = 1,
) -> tuple[int, datetime]:
    """Percent, and when it was handed in."""
    id, quiz, asked, right = (
        str(UUID(int=chance.getrandbits(128), version=4)),
        page.id,
        page.quiz.questions,
        0,
    )
    for place, question in enumerate(asked):
        hard = 3 * place / len(asked) - 3
        good = chance.random() < 0.25 + 0.75 / (1 + exp(hard - strength))
        right += good
        rows["item_result"].append(
            (
                id, question.id, course.id, quiz, release, int(good) * MILLION, MILLION,
                "right" if good else "wrong", '"1"' if good else f'"{chance.choice((2, 2, 2, 3, 3, 4))}"',
            )
        )  # fmt: skip
    percent, took = 100 * right // len(asked), at + timedelta(seconds=chance.randrange(60, 1800))
    rows["attempt"].append(
        (
            id, person, course.id, quiz, number, release, "", "[]", 50 * MILLION, "submitted", 1, "", _at(at), _at(took),
            right * MILLION, len(asked) * MILLION, percent * MILLION, percent >= 50, "{}",
        )
    )  # fmt: skip
    return percent, took


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@contextmanager
def loading(database: Database) -> Iterator[Callable[[Rows], None]]:
    """What takes rows past all machinery: three million in a minute or two. All or nothing of the data is kept, so that
    SQLite need not be careful while they are made."""
    database.dispose()
    sqlite = database.sqlite
    url = database.engine.url
    with closing(sqlite3.connect(str(url.database)) if sqlite else database.engine.raw_connection()) as held:
        if sqlite:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
                held.execute(f"PRAGMA {pragma}")
        yield partial(_load, held.cursor(), sqlite)
        held.commit()
        if sqlite:
            held.execute("PRAGMA journal_mode = WAL")


def _load(cursor: Any, sqlite: bool, rows: Rows) -> None:
    for table, columns in COLUMNS.items():
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        if sqlite:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows[table])
        else:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)


def _class(session: Session, number: int, course: Course, trainer: int, members: Iterable[int]) -> None:
    made = TrainingClass(
        code=f"LOP-{number}", name=f"Lớp bồi dưỡng {number + 1}", course_id=course.id, trainer_id=trainer,
        starts_on=date(2026, 3, 2), due_on=date(2026, 10, 1), created_at=NOW,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(insert(ClassMember), [{"class_id": made.id, "person_id": person} for person in members])


def publish(session: Session, course: Course) -> tuple[Course, int]:
    row = session.merge(CourseRow(id=course.id, field=course.field, slug=course.slug))
    session.flush()
    compiled = encode(course)
    release = Release(
        course_id=course.id, number=1, content_hash=sha256(compiled).hexdigest(), compiler=1, compiled=compiled,
        published_at=FIRST_DAY, published_by="operator", key_choice="",
    )  # fmt: skip
    session.add(release)
    session.flush()
    row.live_release_id = release.id
    session.flush()
    return course, release.id


def nth_course(number: int) -> Course:
    field = FIELDS[number % len(FIELDS)]
    lessons = tuple(
        Page(
            slug=f"lesson-{n}", id=f"bai-{number}-{n}", title=f"Bài {n}: hồ sơ, chứng từ và việc phải làm trước",
            minutes=Decimal(5), quiz=quiz(f"c{number}l{n}", ASKED), path=f"{n}0-lesson-{n}.md",
        )
        for n in range(1, LESSONS + 1)
    )  # fmt: skip
    exam = Page(
        slug="exam", id="exam", title="Bài kiểm tra cuối khóa", kind="exam", quiz=quiz(f"c{number}x", EXAM),
        path="exam.md",
    )  # fmt: skip
    return Course(
        field=field, slug=f"course-{number}", title=f"Khóa bồi dưỡng số {number + 1} của cả tỉnh",
        owner="Sở Tài chính", completion="lessons+exam", pages=lessons, exam=exam,
    )  # fmt: skip


def quiz(prefix: str, count: int) -> Quiz:
    asked = tuple(
        Single(
            id=f"{prefix}q{n:02}", title=f"Câu {n}", prompt=f"<p>Tình huống {n}: đồng chí làm gì trước?</p>",
            options=tuple(
                Option(key=str(key), html=f"Phương án {key} của câu {n}", right=key == 1) for key in range(1, 5)
            ),
            line=10 * n,
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    return Quiz(pass_percent=Decimal(50), sections=(Section(questions=asked),))

"""The desk at the size of a province: every page of /reports, in milliseconds of processor and of wall clock, at 500 and
at 5.219 learners (wanted: at most 300 ms, and less than in proportion), and the memory an Excel file of all scores takes
(wanted: at most 200 MB).

`python benchmarks/reports.py [learners] [--keep FILE]`: 10 courses of 10 lessons and an exam, 60 questions; everybody
is enrolled in all, most have finished: about 52.000 enrolments, 570.000 attempts, 3 million answers. Prints JSON.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from math import exp
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts import people, sessions
from learning.accounts.models import Person
from learning.app import create_app
from learning.clock import FixedClock
from learning.content.model import Course, Option, Page, Quiz, Section, Single, encode
from learning.database import Database
from learning.demo import cast, province
from learning.evaluation.answers import REASONS
from learning.library.models import CourseRow, FieldRow, Release
from learning.organisation.models import ClassMember, TrainingClass
from learning.settings import Settings

LEARNERS, COURSES, LESSONS, ASKED, EXAM = 5219, 10, 10, 3, 30
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
FIRST_DAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIELDS = ("finance", "land", "it")
# Who looks, and where: {course} is the first one.
PAGES = {
    "overview": ("quantri", "/reports"),
    "overview of a course": ("quantri", "/reports/courses/{course}/overview"),
    "the same, weakest first, in groups": (
        "quantri",
        "/reports/courses/{course}/overview?order=weak&group=area",
    ),
    "units": ("quantri", "/reports/units"),
    "a unit": ("quantri", "/reports/units/21583"),
    "the province as a unit": ("quantri", "/reports/units/52"),
    "classes": ("quantri", "/reports/classes"),
    "a class": ("quantri", "/reports/classes/LOP-0"),
    "units compared": ("quantri", "/reports/comparison?what=units&one=21583&one=23677&one=52"),
    "periods compared": ("quantri", "/reports/comparison?what=periods"),
    "scores of a lesson": ("quantri", "/reports/courses/{course}?lesson=lesson-3&is=not"),
    "scores": ("quantri", "/reports/courses/{course}"),
    "scores, filtered": ("quantri", "/reports/courses/{course}?state=overdue&class=LOP-0"),
    "scores of a unit": ("quantri", "/reports/courses/{course}?unit=21583"),
    "questions": ("quantri", "/reports/courses/{course}/items?quiz=exam"),
    "evaluation": ("quantri", "/reports/courses/{course}/evaluation"),
    "evaluation of a unit": ("quantri", "/reports/courses/{course}/evaluation?unit=21583"),
    "evaluation of a trainer": ("giangvien", "/reports/courses/{course}/evaluation"),
    "needs": ("quantri", "/reports/needs?year=2026"),
    "people who need help": ("quantri", "/reports/help"),
    "people who need help, of one rule": ("quantri", "/reports/help?rule=inactive&page=100"),
    "people who need help, of a trainer": ("giangvien", "/reports/help"),
    "the week of a unit": ("lanhdao", "/office/week"),
    "overview of a trainer": ("giangvien", "/reports"),
    "units of a trainer": ("giangvien", "/reports/units"),
    "overview of a head": ("lanhdao", "/reports"),
}
MILLION = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", nargs="?", type=int, default=LEARNERS)
    parser.add_argument("--keep", type=Path, help="an instance's database to fill and leave behind")
    asked = parser.parse_args()
    figures = {}
    for learners in sorted({min(500, asked.learners), asked.learners}):
        with tempfile.TemporaryDirectory(prefix="bench-reports-") as folder:
            kept = asked.keep if learners == asked.learners else None
            path = kept or Path(folder) / "learning.sqlite"
            url = os.environ.get("LEARNING_DATABASE_URL") or f"sqlite:///{path}"
            figures[learners] = measure(url, learners, Path(folder))
    json.dump(figures, sys.stdout, ensure_ascii=False, indent=1)
    return 0


def measure(url: str, learners: int, instance: Path) -> dict[str, object]:
    database = Database(url)
    schema.upgrade(database)
    fill(database, learners)
    settings = Settings(
        mode="demo", secret_key="of the benchmark, long enough", instance=instance, database_url=url,
        base_url="http://localhost", timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
    )  # fmt: skip
    app = create_app(settings, clock=FixedClock(NOW), database=database)
    found: dict[str, object] = {}
    for name, (username, address) in PAGES.items():
        client = app.test_client()
        with database.writing() as session:
            person = people.find(session, username)
            token = sessions.create(session, NOW, person.id, "api").token
        found[name] = page(client, address.format(course=_course(0).id), token)
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    database.dispose()
    return found


def page(client: FlaskClient, address: str, token: str) -> dict[str, int]:
    """The middle of five, after one that warms up."""
    rounds = []
    for _ in range(6):
        wall, processor = time.perf_counter(), time.process_time()
        reply = client.get(address, headers={"Authorization": f"Bearer {token}"})
        size = len(reply.data)
        rounds.append((time.process_time() - processor, time.perf_counter() - wall))
        if reply.status_code != 200:
            raise RuntimeError(f"{address}: {reply.status}")
    middle = [sorted(kind)[2] for kind in zip(*rounds[1:], strict=True)]
    return {"processor ms": round(1000 * middle[0]), "wall ms": round(1000 * middle[1]), "bytes": size}


def fill(database: Database, learners: int) -> None:
    """The province, and what its people did in ten courses since March."""
    with database.writing() as session:
        for field in FIELDS:
            session.merge(FieldRow(slug=field, title=field.title(), owner="Sở Tài chính"))
        session.flush()
        courses = [_publish(session, _course(number)) for number in range(COURSES)]
        cast.seed(session, NOW, NOW.date(), [course.id for course, _release in courses])
        province.seed(session, NOW)
        everybody = list(session.scalars(select(Person.id).order_by(Person.id).limit(learners)))
        trainer = people.find(session, "giangvien").id
        for number, (course, _release) in enumerate(courses):
            _class(session, number, course, trainer, everybody[number::20])
    for start in range(0, len(everybody), 100):
        rows: Rows = {table: [] for table in COLUMNS}
        for person in everybody[start : start + 100]:
            for course, release in courses:
                _deeds(rows, person, course, release)
        _load(database, rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


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
        percent, took = _attempt(rows, chance, person, course, release, lesson, strength, at)
        spent += (took - at) // timedelta(seconds=1)
        passed = percent >= 50
        done += passed
        state = "done" if passed else "started"
        rows["page_progress"].append(
            (person, course.id, lesson.id, state, _at(at), _at(took) if passed else None)
        )
    if done == len(course.lessons):
        at += timedelta(minutes=chance.randrange(60, 6000))
        best, took = _attempt(rows, chance, person, course, release, course.exam, strength, at)
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


def _attempt(
    rows: Rows,
    chance: Random,
    person: int,
    course: Course,
    release: int,
    page: Page,
    strength: float,
    at: datetime,
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
            id, person, course.id, quiz, 1, release, "", "[]", 50 * MILLION, "submitted", 1, "", _at(at), _at(took),
            right * MILLION, len(asked) * MILLION, percent * MILLION, percent >= 50, "{}",
        )
    )  # fmt: skip
    return percent, took


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _load(database: Database, rows: Rows) -> None:
    """Past all machinery: three million rows in a minute or two."""
    held = database.engine.raw_connection()
    try:
        cursor = held.cursor()
        for table, columns in COLUMNS.items():
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            if database.sqlite:
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows[table])
            else:
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
        held.commit()
    finally:
        held.close()


def _class(session: Session, number: int, course: Course, trainer: int, members: Iterable[int]) -> None:
    made = TrainingClass(
        code=f"LOP-{number}", name=f"Lớp bồi dưỡng {number + 1}", course_id=course.id, trainer_id=trainer,
        starts_on=date(2026, 3, 2), due_on=date(2026, 10, 1), created_at=NOW,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(insert(ClassMember), [{"class_id": made.id, "person_id": person} for person in members])


def _publish(session: Session, course: Course) -> tuple[Course, int]:
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


def _course(number: int) -> Course:
    field = FIELDS[number % len(FIELDS)]
    lessons = tuple(
        Page(
            slug=f"lesson-{n}", id=f"bai-{number}-{n}", title=f"Bài {n}: hồ sơ, chứng từ và việc phải làm trước",
            minutes=Decimal(5), quiz=_quiz(f"c{number}l{n}", ASKED), path=f"{n}0-lesson-{n}.md",
        )
        for n in range(1, LESSONS + 1)
    )  # fmt: skip
    exam = Page(
        slug="exam", id="exam", title="Bài kiểm tra cuối khóa", kind="exam", quiz=_quiz(f"c{number}x", EXAM),
        path="exam.md",
    )  # fmt: skip
    return Course(
        field=field, slug=f"course-{number}", title=f"Khóa bồi dưỡng số {number + 1} của cả tỉnh",
        owner="Sở Tài chính", completion="lessons+exam", pages=lessons, exam=exam,
    )  # fmt: skip


def _quiz(prefix: str, count: int) -> Quiz:
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


if __name__ == "__main__":
    raise SystemExit(main())

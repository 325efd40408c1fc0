"""Item statistics of one course at the size of a province: 5.219 learners × 60 questions (wanted: at most 1 s).

`python benchmarks/items.py` fills a database of its own (SQLite in a temporary folder, or `LEARNING_DATABASE_URL`)
and prints JSON: seconds of wall clock and of processor, the best of five, for each choice of attempts.
"""

import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from math import exp
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from learning import schema
from learning.accounts.models import Person
from learning.content.model import Course, Option, Page, Quiz, Section, Single, encode
from learning.database import Database
from learning.demo import province
from learning.library import catalogue
from learning.library.models import CourseRow, FieldRow, Release
from learning.quizzes import items
from learning.quizzes.models import Attempt, ItemResult

LEARNERS, QUESTIONS = 5219, 60
WANTED = 1.0  # seconds
NOW = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


def main(learners: int = LEARNERS, questions: int = QUESTIONS) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="bench-items-") as folder:
        url = os.environ.get("LEARNING_DATABASE_URL") or f"sqlite:///{Path(folder) / 'learning.sqlite'}"
        database = Database(url)
        schema.upgrade(database)
        with database.writing() as session:
            province.seed(session, NOW)
            fill(session, learners, questions)
        if not database.sqlite:
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        found = {which: measure(database, which) for which in ("first", "best", "all")}
        database.dispose()
        return found


def measure(database: Database, which: str) -> list[float]:
    rounds = []
    for _ in range(5):
        with database.reading() as session:
            published = catalogue.live(session, "finance/province")
            wall, processor = time.perf_counter(), time.process_time()
            items.analyse(session, published, published.course.exam, true(), which)
            rounds.append((time.perf_counter() - wall, time.process_time() - processor))
    return [round(min(kind), 3) for kind in zip(*rounds, strict=True)]


def fill(session: Session, learners: int, questions: int, slug: str = "province") -> None:
    """A live course whose exam so many people took once, and every third again: answers as people of unlike
    strength give them to questions of unlike difficulty."""
    course = _course(slug, questions)
    session.merge(FieldRow(slug="finance", title="Tài chính", owner="Sở Tài chính"))
    session.flush()
    row = session.merge(CourseRow(id=course.id, field=course.field, slug=course.slug))
    session.flush()
    compiled = encode(course)
    release = Release(
        course_id=course.id, number=1, content_hash=sha256(compiled).hexdigest(), compiler=1, compiled=compiled,
        published_at=NOW, published_by="operator", key_choice="",
    )  # fmt: skip
    session.add(release)
    session.flush()
    row.live_release_id = release.id
    chance = Random(f"{slug}:{learners}:{questions}")
    made: list[tuple[dict, list[dict]]] = []
    for person in session.scalars(select(Person.id).order_by(Person.id).limit(learners)):
        strength = chance.gauss(0, 1)
        for number in range(1, 3 if person % 3 == 0 else 2):
            made.append(_attempt(chance, course, release.id, person, number, strength + number - 1))
        if len(made) >= 1000:
            _write(session, made)
            made = []
    _write(session, made)
    session.flush()


def _course(slug: str, questions: int) -> Course:
    asked = tuple(
        Single(
            id=f"q{n:02}",
            title=f"Câu {n}",
            prompt=f"<p>Tình huống {n}: đồng chí làm gì?</p>",
            options=tuple(
                Option(key=str(key), html=f"Phương án {key} của câu {n}", right=key == 1)
                for key in range(1, 5)
            ),
            line=10 * n,
        )
        for n in range(1, questions + 1)
    )
    quiz = Quiz(pass_percent=Decimal(50), sections=(Section(questions=asked),))
    exam = Page(
        slug="exam", id="exam", title="Bài kiểm tra cuối khóa", kind="exam", quiz=quiz, path="exam.md"
    )
    return Course(
        field="finance",
        slug=slug,
        title="Khóa của cả tỉnh",
        owner="Sở Tài chính",
        completion="exam",
        exam=exam,
    )


def _attempt(
    chance: Random, course: Course, release: int, person: int, number: int, strength: float
) -> tuple[dict, list[dict]]:
    id = str(UUID(int=chance.getrandbits(128), version=4))
    at = NOW - timedelta(minutes=chance.randrange(60 * 24 * 120))
    results = []
    asked = course.exam.quiz.questions
    for place, question in enumerate(asked):
        hard = 4 * place / len(asked) - 2.5
        right = chance.random() < 0.25 + 0.75 / (1 + exp(hard - strength))
        key = 1 if right else chance.choice((2, 2, 2, 3, 3, 4))
        results.append(
            {"attempt_id": id, "question": question.id, "course_id": course.id, "quiz": "exam", "release_id": release,
             "mark": Decimal(int(right)), "max_mark": Decimal(1), "verdict": "right" if right else "wrong",
             "response": f'"{key}"'}
        )  # fmt: skip
    score = sum(int(each["mark"]) for each in results)
    percent = Decimal(100 * score) / len(results)
    row = {
        "id": id, "person_id": person, "course_id": course.id, "quiz": "exam", "number": number,
        "release_id": release, "seed": "", "paper": [], "pass_percent": Decimal(50), "state": "submitted", "seq": 1,
        "page_token": "", "started_at": at, "finished_at": at + timedelta(minutes=40), "score": Decimal(score),
        "out_of": Decimal(len(results)), "percent": percent, "passed": percent >= 50, "result": {},
    }  # fmt: skip
    return row, results


def _write(session: Session, made: list[tuple[dict, list[dict]]]) -> None:
    if made:
        session.execute(insert(Attempt), [row for row, _results in made])
        session.execute(insert(ItemResult), [each for _row, results in made for each in results])


if __name__ == "__main__":
    found = main(*map(int, sys.argv[1:]))
    print(json.dumps(found))
    raise SystemExit(found["first"][0] > WANTED)

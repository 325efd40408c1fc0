"""Item statistics of one course at the size of a province: 60 questions, 5.219 people once and every third again (wanted:
at most 1 s).

`python benchmarks/items.py FOLDER` keeps the data it makes in the folder (province.kept) and prints the seconds for each
choice of attempts, the best of five: of the processor on SQLite, else by the clock.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import province
from sqlalchemy import select, true

from learning.accounts.models import Person
from learning.content.model import Course, Page
from learning.database import Database
from learning.demo import province as people
from learning.library import catalogue
from learning.library.models import FieldRow
from learning.quizzes import items

QUESTIONS, WANTED = 60, 1.0


def main(folder: Path) -> int:
    database = province.kept("items", fill, folder, Path(__file__))
    found = {which: measure(database, which) for which in ("first", "best", "all")}
    good = max(found.values()) <= WANTED
    told = ", ".join(f"{which} {seconds:.2f}" for which, seconds in found.items())
    print(
        f"item statistics of {QUESTIONS} questions: {told} s (wanted {WANTED})  {'ok' if good else 'ABOVE'}"
    )
    return 0 if good else 1


def measure(database: Database, which: str) -> float:
    clock = time.process_time if database.sqlite else time.perf_counter
    rounds = []
    for _ in range(5):
        with database.reading() as session:
            published = catalogue.live(session, course().id)
            since = clock()
            items.analyse(session, published, published.course.exam, true(), which)
            rounds.append(clock() - since)
    return min(rounds)


def fill(database: Database) -> None:
    with database.writing() as session:
        session.merge(FieldRow(slug="finance", title="Tài chính", owner="Sở Tài chính"))
        session.flush()
        asked, release = province.publish(session, course())
        people.seed(session, province.NOW)
        everybody = list(session.scalars(select(Person.id).order_by(Person.id)))
    rows = province.none()
    for person in everybody:
        chance = Random(f"items:{person}")
        strength = chance.gauss(0, 1)
        for number in (1, 2) if person % 3 == 0 else (1,):
            at = province.NOW - timedelta(minutes=chance.randrange(60 * 24 * 120))
            province.attempt(rows, chance, person, asked, release, asked.exam, strength + number, at, number)
    with province.loading(database) as load:
        load(rows)


def course() -> Course:
    quiz = province.quiz("q", QUESTIONS)
    exam = Page(
        slug="exam", id="exam", title="Bài kiểm tra cuối khóa", kind="exam", quiz=quiz, path="exam.md"
    )
    return msgspec.structs.replace(
        province.nth_course(0), slug="items", pages=(), exam=exam, completion="exam"
    )


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))

"""`learning database …`: each thing that can break, broken."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from sqlalchemy import text, update

from learning.certificates import outcomes
from learning.database import Database
from learning.library import catalogue
from learning.library.models import Blob, CourseRow, Release, ReleaseFile
from learning.progress.models import Enrolment
from learning.quizzes.models import AnswerEvent, Attempt, ItemResult
from tests import make
from tests.cli.conftest import Learning

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def sound(learning: Learning, database: Database, tmp_path: Path) -> Learning:
    """A published course, and somebody who has tried its exam."""
    courses = str(tmp_path / "courses")
    for slug in ("a", "b"):
        assert learning("courses", "new", f"finance/{slug}", "--into", courses).exit_code == 0
    published = learning("courses", "publish", courses)
    assert published.exit_code == 0, published.output
    with database.writing() as session:
        person = make.person(session)
        published = catalogue.live(session, "finance/a")
        assert published is not None
        attempt, _ = outcomes.start(session, NOW, make.ZONE, person.id, published, "viec-dau-tien")
        answers = {question["id"]: _any_answer(question) for question in _questions(session, attempt)}
        outcomes.submit(session, NOW, make.ZONE, attempt, answers, str(uuid4()))
        outcomes.submit(session, NOW, make.ZONE, attempt, answers, str(uuid4()))
    return learning


def _questions(session, attempt):
    from learning.quizzes import attempts

    return attempts.shown(session, attempt)


def _any_answer(question):
    return {
        "single": lambda: question["options"][0]["id"],
        "multiple": lambda: [question["options"][0]["id"]],
        "true-false": lambda: True,
    }[question["kind"]]()


def faults(result: Result) -> list[str]:
    assert result.exit_code == 1, result.output
    return result.stdout.splitlines()


def test_upgrading_twice_is_the_same_as_once(learning: Learning) -> None:
    for _ in range(2):
        result = learning("database", "upgrade")
        assert (result.exit_code, result.stdout) == (0, "")


def test_a_sound_database_is_said_to_be_sound(sound: Learning) -> None:
    result = sound("database", "check")
    assert (result.exit_code, result.stdout) == (0, ""), result.output


def test_an_old_schema(learning: Learning, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    [line] = faults(learning("database", "check"))
    assert "learning database upgrade" in line


def test_a_lost_index(sound: Learning, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DROP INDEX uq_attempt_open"))
    [line] = faults(sound("database", "check"))
    assert "uq_attempt_open" in line


def test_a_row_that_points_nowhere(sound: Learning, database: Database) -> None:
    if not database.sqlite:
        pytest.skip("PostgreSQL holds its constraints by itself")
    connection = database.engine.raw_connection()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("UPDATE role_grant SET person_id = 999")
    connection.commit()
    connection.close()
    database.dispose()
    [line] = faults(sound("database", "check"))
    assert "role_grant" in line and "person" in line


BREAKS = {
    "a live release of another course": (
        lambda: update(CourseRow).where(CourseRow.id == "finance/a").values(live_release_id=2),
        "course finance/a",
    ),
    "a live release that is not there": (
        lambda: update(CourseRow).where(CourseRow.id == "finance/a").values(live_release_id=99),
        "course finance/a",
    ),
    "a file that was changed": (
        lambda: update(Blob).where(Blob.data.is_not(None)).values(data=b"changed"),
        "blob ",
    ),
    "a file that was moved": (
        lambda: update(ReleaseFile).where(ReleaseFile.path == "course.md").values(path="other.md"),
        "release 1 of finance/a",
    ),
    "a compiled form that cannot be read": (
        lambda: update(Release).where(Release.course_id == "finance/a").values(compiled=b"{"),
        "release 1 of finance/a",
    ),
    "a score": (lambda: update(Attempt).values(percent=3), "percent"),
    "a verdict": (lambda: update(ItemResult).values(verdict="to_mark"), "items"),
    "an answer": (lambda: update(AnswerEvent).values(seq=7), "seq"),
    "a count": (lambda: update(Enrolment).values(attempts=7), "attempts"),
    "a best": (lambda: update(Enrolment).values(best=77), "best"),
    "a passed quiz": (lambda: update(Attempt).values(passed=True), "page "),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_was_changed_behind_its_back(what: str, sound: Learning, database: Database) -> None:
    change, told = BREAKS[what]
    with database.writing() as session:
        session.execute(change())
    assert any(told in line for line in faults(sound("database", "check")))


def test_it_knows_every_table_by_itself(tmp_path: Path) -> None:
    """In a process of its own: here the tests have loaded every model."""
    environment = {**os.environ, "LEARNING_INSTANCE": str(tmp_path), "LEARNING_MODE": "development"}
    environment.pop("LEARNING_DATABASE_URL", None)
    for command in ("upgrade", "check"):
        done = subprocess.run(
            [sys.executable, "-c", "from learning.cli import main; main()", "database", command],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

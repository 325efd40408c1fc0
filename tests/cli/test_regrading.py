"""`learning courses publish --on-key-change`: whom it moves before, and what it did after, in the operator's door."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.certificates import outcomes, regrades
from learning.database import Database
from learning.library import catalogue
from learning.quizzes import papers
from learning.quizzes.models import Attempt, Regrade, Regrading
from tests import make
from tests.cli.conftest import Learning

SAMPLE = Path(__file__).parent.parent / "content" / "sample" / "courses"
QUESTION = "mau-thi-k8m9n"  # two of its three options are right: the first is to become wrong
WHEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "courses")


@pytest.fixture
def corrected(courses: Path, learning: Learning, database: Database) -> Path:
    """Published, sat by two, and corrected in the files."""
    assert learning("courses", "publish", str(courses)).exit_code == 0
    with database.writing() as session:
        sit(session, "an", ["1", "2"])
        sit(session, "binh", ["2"])
    exam = courses / "finance" / "sample" / "exam.md"
    text = exam.read_text()
    assert "- [x] Có trong dự toán" in text
    exam.write_text(text.replace("- [x] Có trong dự toán", "- [ ] Có trong dự toán"))
    return courses


def sit(session: Session, username: str, keys: list[str]) -> None:
    """Answers the corrected question only: 2 points of 6."""
    person = make.person(session, username, f"Nguyễn {username.title()}")
    published = catalogue.live(session, "finance/sample")
    attempt, _ = outcomes.start(session, WHEN, make.ZONE, person.id, published, "exam")
    item = next(item for item in attempt.paper if item["question"] == QUESTION)
    outcomes.submit(session, WHEN, make.ZONE, attempt, {QUESTION: papers.to_drawn(item, keys)}, str(uuid4()))


def scores(database: Database) -> list[int]:
    with database.reading() as session:
        return [int(score) for score in session.scalars(select(Attempt.score).order_by(Attempt.person_id))]


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def publish(learning: Learning, courses: Path, *words: str) -> str:
    done = learning("courses", "publish", str(courses), *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_a_dry_run_lists_whom_it_moves_and_changes_nothing(
    learning: Learning, corrected: Path, database: Database
) -> None:
    told = publish(learning, corrected, "--on-key-change", "new", "--dry-run")
    lines = [line.strip() for line in told.splitlines() if "→" in line]
    assert [re.sub(r"\d+,?\d*%", "%", line) for line in lines] == [
        "Nguyễn An (an), bài kiểm tra cuối khóa, lần 1: % → %",
        "Nguyễn Binh (binh), bài kiểm tra cuối khóa, lần 1: % → %",
    ]
    assert "Chấm lại 2 bài của 2 người: 1 tăng, 1 giảm (chờ người thứ hai xác nhận)" in told
    assert scores(database) == [2, 1]
    assert count(database, Regrading) == 0
    # What was tried out is not taken for what is published then.
    assert "đã xuất bản bản phát hành 2" in publish(learning, corrected, "--on-key-change", "keep")


def test_the_choice_is_carried_out_and_falls_wait(
    learning: Learning, corrected: Path, database: Database
) -> None:
    told = publish(learning, corrected, "--on-key-change", "new")
    assert "đã chấm lại, 1 bài đổi điểm; 1 bài sẽ giảm điểm, chờ người thứ hai xác nhận" in told
    assert scores(database) == [2, 2]
    with database.writing() as session:
        [held] = regrades.held(session)
        assert held.username == "an" and held.ordered_by == "operator"
        regrades.confirm(session, WHEN, make.ZONE, held.regrade_id, by="thamdinh")
    assert scores(database) == [0, 2]
    sound = learning("database", "check")
    assert sound.exit_code == 0, sound.stdout


def test_a_tampered_regraded_score_is_found(learning: Learning, corrected: Path, database: Database) -> None:
    publish(learning, corrected, "--on-key-change", "both")
    with database.writing() as session:
        for attempt in session.scalars(select(Attempt).where(Attempt.score == 2)):
            attempt.score = attempt.score + 1
    found = learning("database", "check")
    assert found.exit_code == 1 and "score" in found.stdout


@pytest.mark.parametrize(("choice", "expected"), [("keep", [2, 1]), ("both", [2, 2]), ("full", [2, 2])])
def test_choices_that_take_nothing_are_done_at_once(
    learning: Learning, corrected: Path, database: Database, choice: str, expected: list[int]
) -> None:
    publish(learning, corrected, "--on-key-change", choice)
    assert scores(database) == expected
    assert count(database, Regrade) == (choice != "keep")


def test_publishing_the_same_again_does_nothing_more(
    learning: Learning, corrected: Path, database: Database
) -> None:
    publish(learning, corrected, "--on-key-change", "both")
    assert "không đổi" in publish(learning, corrected, "--on-key-change", "both")
    assert count(database, Regrading) == count(database, Regrade) == 1

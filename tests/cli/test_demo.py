import json

import pytest
from sqlalchemy import func, select

from learning.accounts.models import Person
from learning.database import Database
from tests.cli.conftest import Learning


def people(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.parametrize("words", [("demo",), ("demo", "learners", "3", "--json"), ("demo", "province")])
@pytest.mark.parametrize("mode", ["development", "production"])
def test_outside_the_demo_nobody_is_made(
    learning: Learning, database: Database, words: tuple[str, ...], mode: str
) -> None:
    refused = learning(*words, mode=mode)
    assert refused.exit_code == 2 and refused.stdout == "" and "LEARNING_MODE=demo" in refused.stderr
    assert people(database) == 0


def test_the_cast_is_seeded_once_and_its_signins_are_told(learning: Learning, database: Database) -> None:
    first = learning("demo", "--if-empty")
    assert first.exit_code == 0 and "camtay-demo" in first.stdout and "hocvien2" in first.stdout
    assert people(database) == 8
    assert learning("demo").exit_code == 0 and learning("demo", "--if-empty").exit_code == 0
    assert people(database) == 8


def test_more_learners_are_named_as_json(learning: Learning, database: Database) -> None:
    answer = learning("demo", "learners", "3", "--json")
    usernames = json.loads(answer.stdout)["usernames"]
    assert answer.exit_code == 0 and len(set(usernames)) == 3 and people(database) == 3
    assert learning("demo", "learners", "0").exit_code == 2
    assert learning("demo", "learners", "many").exit_code == 2


def test_the_province_is_made_whole_and_once(learning: Learning, database: Database) -> None:
    assert learning("demo", "province").exit_code == 0
    assert people(database) == 5219
    assert "không có gì thay đổi" in learning("demo", "province").stdout
    assert people(database) == 5219

import json
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from learning.accounts.models import Person, RoleGrant, SigninCode
from learning.audit import AuditEntry
from learning.cli import main
from learning.cli import people as commands
from learning.database import Database
from tests import hostile
from tests.cli.conftest import Learning
from tests.cli.test_demo import people

HEADER = "ma_can_bo,ho_ten,ma_don_vi,chuc_danh\n"
GOOD = HEADER + "CB01,Nguyễn Thị Ánh,21583,ke_toan\nCB02,Đặng Hoà,STC,\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(GOOD, encoding="utf-8-sig")
    return path


def test_a_roster_is_taken_and_the_same_again_changes_nothing(
    learning: Learning,
    database: Database,
    roster: Path,
) -> None:
    first = learning("people", "import", str(roster), "--json")
    assert first.exit_code == 0
    figures = {"added": 2, "changed": 0, "moved": 0, "left": 0, "unchanged": 0, "rejected": []}
    assert json.loads(first.stdout_bytes) == figures
    assert people(database) == 2
    second = json.loads(learning("people", "import", str(roster), "--json").stdout)
    assert (second["added"], second["unchanged"]) == (0, 2)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "people.imported")) == 2


def test_one_bad_row_stops_the_whole_roster_and_is_said_with_row_and_column(
    learning: Learning,
    database: Database,
    roster: Path,
) -> None:
    roster.write_text(GOOD + "CB03,Lê An,99999,\n", encoding="utf-8")
    answer = learning("people", "import", str(roster), "--json")
    assert answer.exit_code == 1 and people(database) == 0
    [rejected] = json.loads(answer.stdout)["rejected"]
    assert (rejected["row"], rejected["column"]) == (4, "ma_don_vi") and "99999" in rejected["reason"]
    assert "Dòng 4, cột ma_don_vi" in answer.stderr


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    learning: Learning,
    database: Database,
    roster: Path,
) -> None:
    answer = learning("people", "import", str(roster), "--dry-run")
    assert answer.exit_code == 0 and "thêm 2" in answer.stdout and people(database) == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", b"ho_ten\nL\x8a\x8d"])
def test_a_file_that_is_no_table_is_answered_in_json_too(
    learning: Learning,
    tmp_path: Path,
    data: bytes,
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    answer = learning("people", "import", str(path), "--json")
    assert answer.exit_code == 1 and len(json.loads(answer.stdout)["rejected"]) == 1


def test_no_hostile_file_changes_anyone(learning: Learning, tmp_path: Path, database: Database) -> None:
    for what, (name, data, _why) in hostile.files().items():
        (tmp_path / name).write_bytes(data)
        answer = learning("people", "import", str(tmp_path / name))
        assert answer.exit_code == 1, what
        assert "Hãy" in answer.stderr, what
        assert "chưa ghi gì cả" in answer.stderr
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_file_that_is_not_there_is_wrong_usage(learning: Learning) -> None:
    assert learning("people", "import", "nowhere.csv").exit_code == 2


def test_the_operator_gives_the_first_role_and_the_first_code(
    learning: Learning,
    database: Database,
    roster: Path,
) -> None:
    learning("people", "import", str(roster))
    assert learning("people", "grant", "cb01", "administrator", mode="development").exit_code == 0
    code = learning("people", "code", "CB01", mode="development").stdout.strip()
    assert len(code) == 11
    with database.reading() as session:
        assert session.scalars(select(RoleGrant.role)).all() == ["administrator"]
        assert session.scalar(select(func.count()).select_from(SigninCode)) == 1
        assert session.scalar(select(Person.password_hash).where(Person.username == "cb01")) == ""
    assert learning("people", "revoke", "cb01", "administrator").exit_code == 0
    assert learning("people", "grant", "cb01", "author").exit_code == 2
    assert learning("people", "code", "khong.co").exit_code == 1


def test_a_role_over_what_is_not_there_is_refused(
    learning: Learning, database: Database, roster: Path
) -> None:
    learning("people", "import", str(roster))
    for role, scope, code in (
        ("unit_head", "99999999", 1),
        ("unit_head", "21583", 0),
        ("unit_head", "00070", 0),  # of another province
        ("author", "Tài chính", 1),
        ("author", "new-field", 0),  # which will be published some day
        ("reviewer", "*", 0),
        ("trainer", "finance", 2),
    ):
        assert learning("people", "grant", "cb01", role, "--scope", scope).exit_code == code, scope
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == 4


@pytest.mark.parametrize("words", [("grant", "x", "learner"), ("revoke", "x", "learner"), ("code", "x")])
def test_a_database_that_is_still_empty_has_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(commands, "connect", cache(lambda: Database(f"sqlite:///{tmp_path / 'new.sqlite'}")))
    answer = CliRunner().invoke(main, ["people", *words])
    assert answer.exit_code == 1 and "Không có ai" in answer.stderr
    commands.connect().dispose()

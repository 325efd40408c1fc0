"""The second migration, on a database that has been in use: what was there stays, and drafts can begin."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from learning import schema
from learning.content.model import encode
from learning.database import Database
from learning.library import beginnings, catalogue, drafts
from tests import conftest, make
from tests.library.conftest import COURSE

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def first(template: str, tmp_path: Path) -> Iterator[Database]:
    """A database as the first version left it."""
    if conftest.POSTGRES:
        name = f"test_{uuid4().hex}"
        conftest._administer(f'CREATE DATABASE "{name}"')
        database = Database(conftest._address(name))
    else:
        database = Database(f"sqlite:///{tmp_path / 'first.sqlite'}")
    command.upgrade(schema._config(database), "0001")
    yield database
    database.dispose()
    if conftest.POSTGRES:
        conftest._administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_what_was_there_stays_and_a_draft_begins_from_it(first: Database) -> None:
    assert not schema.current(first)
    tables = sa.MetaData()
    tables.reflect(first.engine)
    assert "draft" not in tables.tables
    naive = NOW.replace(tzinfo=None) if first.sqlite else NOW
    rows = {
        "person": {
            "id": 1, "username": "bientap", "full_name": "Võ Biên Tập", "sort_key": "x", "folded_name": "x",
            "email": "", "password_hash": "", "active": True, "created_at": naive,
        },
        "field": {"slug": "finance", "title": "Tài chính", "owner": "Sở Tài chính"},
        "course": {"id": COURSE, "field": "finance", "slug": "sample", "live_release_id": 1},
        "blob": {"sha256": "a" * 64, "data": b"---\ntitle: A\n---\n"},
        "release": {
            "id": 1, "course_id": COURSE, "number": 1, "content_hash": "h", "compiler": 1,
            "compiled": encode(make.course()), "published_at": naive, "published_by": "operator", "key_choice": "",
        },
        "release_file": {"release_id": 1, "path": "course.md", "sha256": "a" * 64},
        "legal_source": {
            "key": "1/2025/NĐ-CP", "title": "Nghị định", "issuer": "Chính phủ", "in_force": date(2025, 1, 1),
            "replaced_by": "",
        },
    }  # fmt: skip
    with first.engine.begin() as connection:
        for name, row in rows.items():
            connection.execute(tables.tables[name].insert().values(**row))
    before = everything(first, tables)

    schema.upgrade(first)
    assert schema.current(first)
    after = everything(first, tables)
    assert {name: after[name] for name in rows} == {name: before[name] for name in rows}
    with first.writing() as session:
        draft = beginnings.from_live(session, NOW, COURSE, person_id=1)
        assert drafts.contents(session, draft) == {"course.md": b"---\ntitle: A\n---\n"}
        live = catalogue.live(session, COURSE)
        assert live is not None and live.number == 1


def everything(database: Database, tables: sa.MetaData) -> dict[str, list[object]]:
    """Every row of the first version's tables, in the first version's columns."""
    with database.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table))]
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }

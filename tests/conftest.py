"""The fixtures every test may ask for. The whole suite runs on SQLite, and again on PostgreSQL where
`LEARNING_TEST_POSTGRES` holds the address of a server (`make test` finds or starts one)."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning import schema
from learning.app import create_app
from learning.clock import FixedClock
from learning.database import Database
from learning.settings import Settings
from learning.web.context import App
from tests.browser import browser as browser

POSTGRES = os.environ.get("LEARNING_TEST_POSTGRES", "")
SECRET = "a key of the tests, long enough to be one"

# Laws are tried on the same examples everywhere, and never by the clock, as hypothesis does in CI by itself.
# `--hypothesis-profile=default` looks at others.
hypothesis.settings.load_profile("ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches a database: the rest has just run, and would run the same."""
    if POSTGRES:
        needed = [item for item in items if "template" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(needed)])
        items[:] = needed


@pytest.fixture
def clock() -> FixedClock:
    """Sunday 22 November 2026, 15:00 in the province."""
    return FixedClock(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def database(template: str, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of this test's own."""
    if POSTGRES:
        name = f"test_{uuid4().hex}"
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        database = Database(_address(name), pool_size=20)
        yield database
        database.dispose()
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')
    else:
        path = tmp_path / "learning.sqlite"
        shutil.copy(template, path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that each test's own is copied from: a file's path, or a PostgreSQL name."""
    if POSTGRES:
        name = f"template_{uuid4().hex}"
        _administer(f'CREATE DATABASE "{name}"')
        database = Database(_address(name))
        schema.upgrade(database)
        database.dispose()
        yield name
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')
    else:
        path = tmp_path_factory.mktemp("template") / "learning.sqlite"
        database = Database(f"sqlite:///{path}")
        schema.upgrade(database)
        with database.engine.connect() as connection:  # one file to copy, no log beside it
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
        yield str(path)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes; commit to let the application see."""
    with database.write_session() as session:
        yield session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        mode="demo",
        secret_key=SECRET,
        instance=tmp_path / "instance",
        database_url="handed in",
        base_url="http://localhost",
        timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
    )


@pytest.fixture
def app(settings: Settings, clock: FixedClock, database: Database) -> App:
    app = create_app(settings, clock=clock, database=database)
    app.testing = True
    return app


@pytest.fixture
def client(app: App) -> FlaskClient:
    return app.test_client()


def _address(name: str) -> str:
    return sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    engine = sa.create_engine(_address("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)

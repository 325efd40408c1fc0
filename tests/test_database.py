import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learning import audit, schema
from learning.database import Base, Database


def test_a_migrated_database_is_current_and_upgrading_again_changes_nothing(database: Database) -> None:
    assert schema.current(database)
    schema.upgrade(database)
    assert schema.current(database)


def test_the_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_what_is_written_and_committed_is_read(database: Database) -> None:
    at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    with database.writing() as session:
        audit.record(session, at, "quantri", "course.published", "finance/budget", release=1)
    with database.reading() as session:
        entry = session.scalars(select(audit.AuditEntry)).one()
        assert (entry.at, entry.actor, entry.detail) == (at, "quantri", {"release": 1})


def test_a_block_that_raises_writes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        audit.record(session, datetime.now(UTC), "quantri", "x", "y")
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(audit.AuditEntry)).all() == []


def test_sqlite_commits_are_durable(database: Database) -> None:
    if not database.sqlite:
        return
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_writers_wait_for_each_other_instead_of_failing(database: Database) -> None:
    """Eight writers read, then write: deferred transactions would fail at once with "database is locked"."""

    def write() -> None:
        for _ in range(5):
            with database.writing() as session:
                session.scalars(select(audit.AuditEntry)).all()
                audit.record(session, datetime.now(UTC), "quantri", "x", "y")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(session.scalars(select(audit.AuditEntry)).all()) == 40

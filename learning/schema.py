"""The schema's version: bringing a database to it, and saying whether it is there."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from learning.database import Database
from learning.settings import ROOT


def upgrade(database: Database) -> None:
    """Brings the database to the newest version; safe to run again, and by two processes at once."""
    if database.sqlite and database.engine.url.database:
        from pathlib import Path

        Path(database.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(database), "head")


def current(database: Database) -> bool:
    """Whether the database is at the newest version."""
    with database.engine.connect() as connection:
        version = MigrationContext.configure(connection).get_current_revision()
    return version == newest()


def newest() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def _config(database: Database) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database"] = database
    return config

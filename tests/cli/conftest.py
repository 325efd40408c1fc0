from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from learning.cli import context, main
from learning.database import Database

Learning = Callable[..., Result]


@pytest.fixture
def learning(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learning]:
    """Runs a command against this test's database, in mode `demo` unless told otherwise."""
    monkeypatch.setenv("LEARNING_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LEARNING_SECRET_KEY", "a key of the tests, long enough to be one")
    monkeypatch.setenv("LEARNING_BASE_URL", "http://localhost")

    def run(*words: str, mode: str = "demo") -> Result:
        monkeypatch.setenv("LEARNING_MODE", mode)
        context.settings.cache_clear()
        context.database.cache_clear()
        try:
            return CliRunner().invoke(main, list(words))
        finally:
            context.database().dispose()
            context.settings.cache_clear()
            context.database.cache_clear()

    yield run

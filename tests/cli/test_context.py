import pytest
from click.testing import CliRunner

from learning.cli import context, main


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/none",
        "sqlite:////dev/null/none.sqlite",
        "postgresql://[",
        "sqlite:////proc",
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_a_traceback(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNING_DATABASE_URL", url)
    monkeypatch.setenv("LEARNING_SECRET_KEY", "a key of the tests, long enough to be one")
    context.settings.cache_clear()
    context.database.cache_clear()
    try:
        refused = CliRunner().invoke(main, ["database", "upgrade"])
    finally:
        context.settings.cache_clear()
        context.database.cache_clear()
    assert refused.exit_code == 2, refused.output
    assert "LEARNING_DATABASE_URL=" in refused.stderr and "secret" not in refused.stderr

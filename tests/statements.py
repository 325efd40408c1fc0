"""Which statements are sent to a database, by whatever way."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from learning import database
from learning.database import Database


@contextmanager
def sent(engine: Any) -> Iterator[list[str]]:
    """The statements sent while the block runs; transactions' own not among them."""
    made: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            made.append(statement)

    def heard(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        note(statement)

    execute, fetch = database._Link.execute, Database._fetch

    def executed(self: Any, text: str, *rest: Any, **options: Any) -> Any:
        note(text)
        return execute(self, text, *rest, **options)

    def fetched(self: Database, text: str, parameters: Any) -> Any:
        note(text)
        return fetch(self, text, parameters)

    event.listen(engine, "before_cursor_execute", heard)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database._Link, "execute", executed)
        patch.setattr(Database, "_fetch", fetched)
        try:
            yield made
        finally:
            event.remove(engine, "before_cursor_execute", heard)

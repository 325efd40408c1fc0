from collections.abc import Iterator
from pathlib import Path

import pytest

from learning.app import create_app
from learning.clock import FixedClock
from learning.database import Database
from learning.settings import Settings
from tests import cast
from tests.cast import Stage


@pytest.fixture(scope="session")
def staged(template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, cast.Cast]:
    return cast.prepare(template, tmp_path_factory.mktemp("cast"))


@pytest.fixture
def stage(
    staged: tuple[str, cast.Cast], settings: Settings, clock: FixedClock, tmp_path: Path
) -> Iterator[Stage]:
    """The application with its cast, on a copy of this test's own."""
    made: list[Database] = []

    def copy() -> Database:
        made.append(cast.copied(staged[0], tmp_path))
        return made[-1]

    database = copy()
    app = create_app(settings, clock=clock, database=database)
    yield Stage(app, staged[1], copy, database)
    for one in made:
        cast.drop(one)

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library.catalogue import Published
from learning.quizzes import papers
from learning.quizzes.models import Attempt
from tests import make, statements


@pytest.fixture
def person(session: Session) -> Person:
    return make.person(session, unit=make.unit(session))


@pytest.fixture
def begin(session: Session, now: datetime, person: Person) -> Callable[..., Attempt]:
    """Starts an attempt of the person at a page of a published course."""

    def begin(published: Published, slug: str = "exam", at: datetime = now) -> Attempt:
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, slug)
        return attempt

    return begin


@pytest.fixture
def queries(session: Session) -> Callable[[Callable[[], Any]], tuple[Any, int]]:
    """Does a deed and counts the statements it sends."""

    def queries(deed: Callable[[], Any]) -> tuple[Any, int]:
        with statements.sent(session.get_bind().engine) as made:
            return deed(), len(made)

    return queries


def drawn(attempt: Attempt, question: str, keys: Any) -> Any:
    """An answer in release keys, in the ids of the attempt."""
    return papers.to_drawn(next(item for item in attempt.paper if item["question"] == question), keys)

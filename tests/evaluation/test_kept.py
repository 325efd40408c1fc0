"""Figures of the province are counted between requests, and are what would be counted now."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.evaluation import kept, needs, ratings, results
from learning.quizzes.models import Attempt
from tests import make
from tests.evaluation.conftest import MONDAY, Enter, done
from tests.evaluation.test_results import TOLD, people, report, say

PAGE = "/reports/courses/finance/sample/evaluation"
LATER = MONDAY + (TOLD - MONDAY.astimezone(make.ZONE).date())


@pytest.fixture
def said(session: Session, cast: SimpleNamespace) -> None:
    """Of two units, enough to be told of: how it was, what was missing, in words, and how each lesson was."""
    for unit, prefix in ((make.unit(session), "a"), (make.unit(session, "23677", "Xã Đak Đoa"), "b")):
        for number, person in enumerate(people(session, unit, 6, prefix)):
            done(session, person, 1)
            say(session, cast, person, useful=1 + number % 5, reasons=("law",), text="Thêm ví dụ")
            for attempt in session.query(Attempt).where(Attempt.person_id == person.id):
                ratings.rate(session, MONDAY, attempt, 1 + number % 5)
    session.commit()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The group of each report that was counted."""
    groups: list[str | None] = []
    real = results.report

    def report(session: Session, course: Any, sight: Any, today: Any) -> Any:
        groups.append(sight.group)
        return real(session, course, sight, today)

    monkeypatch.setattr(results, "report", report)
    return groups


def sweep(database: Database, later: timedelta = timedelta()) -> int:
    return sweeping.count_opinions(database, lambda: LATER + later, TOLD)


@pytest.mark.usefixtures("said")
def test_what_is_kept_is_what_would_be_counted(
    session: Session, database: Database, cast: SimpleNamespace
) -> None:
    assert sweep(database) == 2
    course = cast.published.course
    found = report(session, cast)
    assert found.scales["useful"].people == 12
    assert kept.report(session, LATER, TOLD, course) == found
    needed = needs.counts(session, TOLD.year, TOLD, true())
    assert needed
    assert kept.needed(session, LATER, TOLD, TOLD.year) == needed


@pytest.mark.usefixtures("said")
def test_readers_of_the_province_wait_for_no_count_and_others_have_their_own(
    enter: Enter, database: Database, counted: list[str | None], clock: FixedClock
) -> None:
    clock.move(LATER - MONDAY)
    sweep(database)
    counted.clear()
    for who in ("quantri", "thanhtra", "quantri"):
        assert enter(who).get(PAGE).status_code == 200
    assert counted == []
    enter("thanhtra").get(f"{PAGE}?unit=21583")
    assert counted == ["21583"]  # a group is few people
    enter("lanhdao").get(PAGE)
    enter("giangvien").get(PAGE)
    assert counted == ["21583", None, None]


@pytest.mark.usefixtures("said")
def test_where_nothing_sweeps_it_is_counted_for_the_reader(
    enter: Enter, counted: list[str | None], database: Database, clock: FixedClock
) -> None:
    clock.move(LATER - MONDAY)
    enter("quantri").get(PAGE)
    assert counted == [None]
    sweep(database)
    clock.move(kept.OLD)
    counted.clear()
    enter("quantri").get(PAGE)
    assert counted == [None]


@pytest.mark.usefixtures("said")
def test_what_is_fresh_is_not_counted_again(database: Database) -> None:
    assert (sweep(database), sweep(database)) == (2, 0)
    assert sweep(database, kept.FRESH) == 2


def test_nothing_is_counted_where_nobody_answered(database: Database, cast: SimpleNamespace) -> None:
    assert sweep(database) == 0

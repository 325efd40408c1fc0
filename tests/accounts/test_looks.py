"""Who looked at whose results."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learning.accounts import looks
from learning.accounts.models import Look
from learning.study import looks as told
from learning.web.context import App
from tests import make

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def people(session: Session) -> dict[str, int]:
    return {name: make.person(session, name, name.title()).id for name in ("an", "binh", "chi")}


def test_a_day_s_looks_of_one_kind_are_one_row_counted_up(session: Session, people: dict[str, int]) -> None:
    for hours in (0, 1, 2):
        looks.record(
            session, NOW + timedelta(hours=hours), TODAY, people["chi"], [people["an"]], "table", "land/a"
        )
    (row,) = session.query(Look).all()
    assert (row.times, row.first_at, row.last_at) == (3, NOW, NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    "other",
    [
        {"what": "export"},
        {"course_id": "land/b"},
        {"today": TODAY + timedelta(days=1)},
        {"looker_id": "binh"},
    ],
)
def test_what_differs_is_a_row_of_its_own(
    session: Session, people: dict[str, int], other: dict[str, Any]
) -> None:
    first = {
        "now": NOW,
        "today": TODAY,
        "looker_id": people["chi"],
        "people": [people["an"]],
        "what": "table",
        "course_id": "land/a",
    }
    if "looker_id" in other:
        other = {"looker_id": people[other["looker_id"]]}
    looks.record(session, **first)
    looks.record(session, **(first | other))
    assert session.query(Look).count() == 2


def test_looking_at_oneself_is_no_look(session: Session, people: dict[str, int]) -> None:
    looks.record(session, NOW, TODAY, people["an"], [people["an"]], "person")
    looks.record(session, NOW, TODAY, people["an"], [people["an"], people["binh"]], "table")
    assert [row.person_id for row in session.query(Look)] == [people["binh"]]


def test_they_are_listed_latest_first_page_by_page(session: Session, people: dict[str, int]) -> None:
    for back in range(looks.PAGE + 7):
        looks.record(
            session, NOW, TODAY - timedelta(days=back), people["chi"], [people["an"]], "table", "land/a"
        )
    looks.record(session, NOW, TODAY, people["chi"], [people["binh"]], "table", "land/a")
    first, more = looks.of(session, people["an"])
    assert (len(first), more, first[0].day, first[0].looker) == (looks.PAGE, True, TODAY, "Chi")
    rest, more = looks.of(session, people["an"], after=first[-1].cursor)
    assert (len(rest), more) == (7, False)
    assert len({one.day for one in first + rest}) == looks.PAGE + 7


def test_old_ones_are_forgotten(session: Session, people: dict[str, int]) -> None:
    for day in (TODAY, TODAY - timedelta(days=looks.KEPT_DAYS + 1)):
        looks.record(session, NOW, day, people["chi"], [people["an"]], "person")
    assert looks.forget(session, TODAY - timedelta(days=looks.KEPT_DAYS)) == 1
    assert [row.day for row in session.query(Look)] == [TODAY]


def test_every_kind_of_look_is_told_in_words(app: App) -> None:
    with app.test_request_context():
        assert len({told.words(what) for what in looks.WHAT}) == len(looks.WHAT)

"""Figures of the province are counted once for a while, and for nobody who sees less."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learning.clock import FixedClock
from learning.evaluation import results
from tests.reports.conftest import Enter

PAGE = "/reports/courses/finance/sample/evaluation"


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


def test_the_province_is_counted_once_in_a_while(
    enter: Enter, counted: list[str | None], clock: FixedClock
) -> None:
    for who in ("quantri", "thanhtra", "quantri"):
        assert enter(who).get(PAGE).status_code == 200
    assert counted == [None]
    enter("thanhtra").get(f"{PAGE}?unit=21583")
    assert counted == [None, "21583"]  # a group is few people
    clock.move(timedelta(minutes=16))
    enter("quantri").get(PAGE)
    assert counted == [None, "21583", None]


def test_what_a_trainer_or_head_sees_is_their_own(
    enter: Enter, counted: list[str | None], cast: SimpleNamespace
) -> None:
    for who in ("quantri", "giangvien", "lanhdao", "giangvien"):
        assert enter(who).get(PAGE).status_code == 200
    assert counted == [None] * 4

"""Whatever rosters come one after another: who sits where stays in order, and the same file again changes nothing."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.organisation import departures, positions, roster, units
from learning.organisation.models import Posting
from learning.organisation.sheet import Sheet
from learning.vietnamese.formats import date as written

TODAY = date(2026, 11, 22)
DAYS = st.one_of(st.just(""), st.integers(-40, 40).map(lambda days: written(TODAY + timedelta(days=days))))
OPTIONAL = {
    "chuc_danh": st.sampled_from(["", "ke_toan", "ct_ubnd"]),
    "tu_ngay": DAYS,
    "den_ngay": DAYS,
    "chuyen_nganh": st.sampled_from(["", "Luật"]),
}


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    columns = draw(st.lists(st.sampled_from(sorted(OPTIONAL)), unique=True))
    codes = draw(st.lists(st.sampled_from(["A1", "A2"]), min_size=1, unique=True))
    rows = [
        [
            code,
            "Lê An",
            draw(st.sampled_from(["21583", "23677"])),
            *(draw(OPTIONAL[column]) for column in columns),
        ]
        for code in codes
    ]
    return Sheet("a.csv", ["ma_can_bo", "ho_ten", "ma_don_vi", *columns], list(enumerate(rows, start=2)))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(sheets(), st.integers(0, 30)), min_size=1, max_size=4))
def test_any_rosters_one_after_another(
    session: Session, now: datetime, files: list[tuple[Sheet, int]]
) -> None:
    if not session.scalars(select(Posting.id)).first():
        units.load(session)
        positions.load(session)
    trying = session.begin_nested()
    try:
        walk(session, now, files)
    finally:
        trying.rollback()
        session.expunge_all()


def walk(session: Session, now: datetime, files: list[tuple[Sheet, int]]) -> None:
    today = TODAY
    for sheet, days in files:
        today += timedelta(days=days)
        at = now + (today - TODAY)
        if roster.import_sheet(session, at, today, sheet, actor="operator").rejected:
            continue
        for later in (today, today + timedelta(days=60)):
            meanwhile = session.begin_nested()
            departures.settle(session, at, later)  # as the server does every day
            again = roster.import_sheet(session, at, later, sheet, actor="operator", dry_run=True)
            figures = (again.added, again.changed, again.moved, again.left, again.rejected)
            meanwhile.rollback()
            assert figures == (0, 0, 0, 0, []), later
        seats: dict[int, list[Posting]] = {}
        for posting in session.scalars(select(Posting).order_by(Posting.from_date)):
            seats.setdefault(posting.person_id, []).append(posting)
        for held in seats.values():
            assert all(one.to_date and one.to_date < after.from_date for one, after in pairwise(held))

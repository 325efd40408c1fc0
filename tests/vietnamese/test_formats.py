from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.vietnamese import formats


def test_dates_and_times_as_written_in_vietnam() -> None:
    assert formats.date(date(2026, 1, 5)) == "05/01/2026"
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert formats.datetime(datetime(2026, 1, 4, 18, 5, tzinfo=UTC), zone) == "05/01/2026 01:05"
    assert formats.time(datetime(2026, 1, 4, 7, 30, tzinfo=UTC), zone) == "14:30"


def test_numbers_group_by_dots_and_part_by_a_comma() -> None:
    assert formats.number(1234567.89) == "1.234.567,89"
    assert formats.number(Decimal("5219.00")) == "5.219"
    assert formats.number(100) == "100"
    assert formats.number(Decimal("2.345"), 2) == "2,35"
    assert formats.number(-0.001, 1) == "0,0"
    assert formats.percent(Decimal("93.7")) == "93,7%"
    assert formats.percent(100) == "100%"


@settings(max_examples=100)
@given(st.dates())
def test_a_written_date_reads_back(day: date) -> None:
    assert formats.parse_date(formats.date(day)) == day
    assert formats.parse_date(day.isoformat()) == day


@pytest.mark.parametrize("text", ["", "31/02/2026", "2026/01/05", "5/1/26", "hôm nay", "46027"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        formats.parse_date(text)

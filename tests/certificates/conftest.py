from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from learning.certificates.models import Certificate


@pytest.fixture
def written() -> Callable[..., Certificate]:
    """A certificate as it lies in the database, belonging to nobody there."""

    def write(**given: Any) -> Certificate:
        values: dict[str, Any] = {
            "serial": "7QK4ZM2D8R1XVT90HJ5P3CWNGA",
            "person_id": 1,
            "course_id": "land/land-registration",
            "release_id": 1,
            "current": True,
            "holder": "Nguyễn Thị Ẩm Ướt",
            "staff_code": "CB-004512",
            "unit": "Ủy ban nhân dân xã Đak Đoa",
            "position": "Công chức địa chính",
            "course": "Đăng ký đất đai lần đầu và hòa giải tranh chấp",
            "issuer": "Sở Nông nghiệp và Môi trường tỉnh Gia Lai",
            "province": "Tỉnh Gia Lai",
            "reviewed_by": "",
            "release": 3,
            "lessons": 7,
            "hours": Decimal("4"),
            "score": Decimal("92"),
            "started_on": date(2026, 11, 2),
            "completed_on": date(2026, 11, 15),
            "issued_at": datetime(2026, 11, 15, 3, 0, tzinfo=UTC),
            "issued_on": date(2026, 11, 15),
            "expires_on": date(2028, 11, 15),
            "replaced_by": "",
            "revoked_at": None,
            "revoked_by": "",
            "revoked_because": "",
        }
        return Certificate(**values | given)

    return write

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.certificates import pdf, serials, verification
from learning.certificates.models import Certificate
from learning.cli import certificates as command
from learning.cli import context
from learning.database import Database
from tests import make

Written = Callable[..., Certificate]
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.fixture
def kept(session: Session, written: Written) -> Certificate:
    """A certificate in the database, and what it stands on."""
    holder = make.person(session, unit=make.unit(session))
    published = make.publish(session)
    certificate = written(person_id=holder.id, course_id="finance/sample", release_id=published.release_id)
    session.add(certificate)
    session.commit()
    return certificate


def test_the_last_day_of_validity_still_counts(written: Written) -> None:
    certificate = written(expires_on=date(2028, 11, 15))
    assert verification.status(certificate, date(2028, 11, 15)) == "valid"
    assert verification.status(certificate, date(2028, 11, 16)) == "expired"


def test_what_never_expires_stays_valid(written: Written) -> None:
    assert verification.status(written(expires_on=None), date(2100, 1, 1)) == "valid"


def test_revocation_outweighs_everything(written: Written) -> None:
    certificate = written(revoked_at=NOON, replaced_by="X", expires_on=date(2020, 1, 1))
    assert verification.status(certificate, date(2026, 11, 22)) == "revoked"


def test_one_that_is_no_longer_current_is_replaced(written: Written) -> None:
    assert verification.status(written(current=False), NOON.date()) == "replaced"


def test_replacement_is_said_even_of_the_expired(written: Written) -> None:
    assert (
        verification.status(written(replaced_by="X", expires_on=date(2020, 1, 1)), NOON.date()) == "replaced"
    )


def test_the_public_answer_holds_only_what_is_printed(written: Written) -> None:
    said = verification.describe(written(score=Decimal("92.5")), NOON.date())
    assert json.loads(json.dumps(said)) == {
        "serial": "7QK4ZM2D8R1XVT90HJ5P3CWNGA",
        "status": "valid",
        "holder": "Nguyễn Thị Ẩm Ướt",
        "unit": "Ủy ban nhân dân xã Đak Đoa",
        "course": "Đăng ký đất đai lần đầu và hòa giải tranh chấp",
        "release": 3,
        "score": 92.5,
        "issued_on": "2026-11-15",
        "expires_on": "2028-11-15",
        "revoked": None,
    }


def test_a_revocation_is_told_with_its_reason(written: Written) -> None:
    said = verification.describe(written(revoked_at=NOON, revoked_because="Cấp nhầm người"), NOON.date())
    assert said["revoked"] == {"at": "2026-11-22T05:00:00Z", "reason": "Cấp nhầm người"}
    assert said["status"] == "revoked"


def test_a_serial_is_found_however_it_is_typed(session: Session, kept: Certificate) -> None:
    for typed in (
        kept.serial,
        serials.display(kept.serial),
        serials.display(kept.serial).lower(),
        f" {kept.serial[:10]} {kept.serial[10:]} ",
        kept.serial.replace("0", "O").replace("1", "l"),
    ):
        assert verification.find(session, typed) is kept, typed


def test_what_is_no_serial_is_not_found(session: Session, kept: Certificate) -> None:
    for typed in ("", "7QK4", "x" * 10_000, kept.serial[:-1], kept.serial + "0", "' OR 1=1 --", "\x00"):
        assert verification.find(session, typed) is None


@given(st.integers(1, 60), st.integers(0, 200))
def test_misses_are_slowed_but_come_back_with_time(burst: int, seconds: int) -> None:
    misses = verification.Misses(burst=burst, each_seconds=2.0)
    assert all(misses.allow("10.0.0.1", NOON) for _ in range(burst))
    assert not misses.allow("10.0.0.1", NOON)
    assert misses.allow("10.0.0.2", NOON)
    later = NOON + timedelta(seconds=seconds)
    allowed = 0
    while misses.allow("10.0.0.1", later):
        allowed += 1
    assert allowed == min(burst, seconds // 2)


def test_the_memory_of_misses_is_bounded() -> None:
    misses = verification.Misses(addresses=3)
    for number in range(10):
        misses.allow(f"10.0.0.{number}", NOON)
    assert len(misses._seen) == 3


def test_the_very_file_is_valid_and_an_edited_one_is_not_ours(
    database: Database, kept: Certificate, tmp_path: Path
) -> None:
    base, day = "http://localhost", date(2026, 11, 22)
    data = pdf.render(kept, base)
    files = {
        "right": (data, "valid"),
        "longer": (data + b"\n", "not ours"),
        "flipped": (data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], "not ours"),
        "another holder": (pdf.render(changed(kept), base), "not ours"),
        "another server": (pdf.render(kept, "http://elsewhere"), "not ours"),
        "empty": (b"", "not ours"),
        "noise": (bytes(range(256)) * 40, "not ours"),
    }
    with database.reading() as session:
        for name, (content, answer) in files.items():
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(content)
            assert command.of_file(session, path, base, day) == answer, name
        right = tmp_path / "right.pdf"
        assert command.of_file(session, right, base, date(2030, 1, 1)) == "expired"
        assert command.of_serial(session, serials.display(kept.serial).lower(), day) == "valid"
        assert command.of_serial(session, "0" * 26, day) == "not ours"


def test_a_server_on_trial_may_have_printed_under_another_port_but_not_another_machine(
    database: Database, kept: Certificate, tmp_path: Path
) -> None:
    base, day = "http://127.0.0.1:8000", date(2026, 11, 22)
    with database.reading() as session:
        for home, trial, answer in (
            ("http://127.0.0.1:8093", True, "valid"),
            ("http://127.0.0.1:8093", False, "not ours"),
            ("http://evil.example", True, "not ours"),
            (base, True, "valid"),
        ):
            data = pdf.render(kept, home)
            assert pdf.home_in(data) == home
            path = tmp_path / "paper.pdf"
            path.write_bytes(data)
            assert command.of_file(session, path, base, day, trial=trial) == answer, home


@pytest.mark.parametrize(
    ("typed", "answer", "code"),
    [
        ("7QK4Z-M2D8R-1XVT9-0HJ5P-3CWNGA", "valid", 0),
        ("7qk4zm2d8r1xvt9ohj5p3cwnga", "valid", 0),
        ("00000000000000000000000000", "not ours", 1),
        ("nowhere.pdf", "", 2),
    ],
)
def test_the_command_succeeds_only_for_what_is_valid(
    monkeypatch: pytest.MonkeyPatch, database: Database, kept: Certificate, typed: str, answer: str, code: int
) -> None:
    monkeypatch.setattr(context, "database", lambda: database)
    monkeypatch.setattr(context, "today", lambda: date(2026, 11, 22))
    result = CliRunner().invoke(command.certificates, ["verify", typed])
    assert (result.stdout.strip(), result.exit_code) == (answer, code)


def changed(certificate: Certificate) -> Certificate:
    values = {column.key: getattr(certificate, column.key) for column in Certificate.__mapper__.column_attrs}
    return Certificate(**values | {"holder": "Người Khác"})

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.certificates import serials
from learning.certificates.models import Certificate
from learning.web.context import App
from tests import make

Written = Callable[..., Certificate]
SERIAL = "7QK4ZM2D8R1XVT90HJ5P3CWNGA"


@pytest.fixture
def kept(session: Session, written: Written) -> Certificate:
    here, there = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    holder = make.person(session, "hocvien", unit=here, password=make.PASSWORD)
    make.person(session, "hocvien2", unit=here, password=make.PASSWORD)
    make.person(session, "lanhdao", unit=here, roles={"unit_head": [here.code]}, password=make.PASSWORD)
    make.person(session, "lanhdao2", unit=there, roles={"unit_head": [there.code]}, password=make.PASSWORD)
    trainer = make.person(session, "giangvien", roles=["trainer"], password=make.PASSWORD)
    make.person(session, "giangvien2", roles=["trainer"], password=make.PASSWORD)
    make.person(session, "thanhtra", roles=["inspector"], password=make.PASSWORD)
    make.person(session, "quantri", roles=["administrator"], password=make.PASSWORD)
    make.training_class(session, trainer, [holder])
    published = make.publish(session)
    certificate = written(
        person_id=holder.id,
        course_id="finance/sample",
        release_id=published.release_id,
        holder="Nguyễn Ẩm Ướt",
    )
    session.add(certificate)
    session.commit()
    return certificate


@pytest.mark.parametrize("ending", ["", ".pdf"])
@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("hocvien", 200),
        ("lanhdao", 200),
        ("giangvien", 200),
        ("thanhtra", 200),
        ("quantri", 200),
        ("hocvien2", 404),
        ("lanhdao2", 404),
        ("giangvien2", 404),
    ],
)
def test_who_may_open_a_certificate(
    client: FlaskClient, kept: Certificate, username: str, code: int, ending: str
) -> None:
    make.sign_in(client, username)
    assert client.get(f"/certificates/{SERIAL}{ending}").status_code == code


@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, kept: Certificate, ending: str) -> None:
    reply = client.get(f"/certificates/{SERIAL}{ending}")
    assert reply.status_code in (302, 303)
    assert kept.holder not in reply.text


def test_the_paper_has_a_vietnamese_name_and_is_not_sent_twice(
    client: FlaskClient, kept: Certificate
) -> None:
    make.sign_in(client, "hocvien")
    first = client.get(f"/certificates/{SERIAL}.pdf")
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF")
    assert "filename*=UTF-8''Gi%E1%BA%A5y%20x%C3%A1c%20nh%E1%BA%ADn" in first.headers["Content-Disposition"]
    assert "private" in first.headers["Cache-Control"]
    again = client.get(f"/certificates/{SERIAL}.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_title_with_a_line_break_splits_no_header(
    client: FlaskClient, session: Session, kept: Certificate
) -> None:
    kept.course = 'Ngân sách\r\nSet-Cookie: x=1\r\n"; filename="evil.exe'
    session.commit()
    make.sign_in(client, "hocvien")
    reply = client.get(f"/certificates/{SERIAL}.pdf")
    assert reply.status_code == 200
    assert "x=1" not in str(reply.headers.getlist("Set-Cookie"))
    assert "evil.exe" not in reply.headers["Content-Disposition"]


def test_a_stranger_sees_every_printed_field_and_nothing_else(client: FlaskClient, kept: Certificate) -> None:
    page = client.get(f"/verify/{SERIAL}")
    assert page.status_code == 200
    for printed in (
        "Còn hiệu lực",
        "Nguyễn Ẩm Ướt",
        "Công chức địa chính",
        "Ủy ban nhân dân xã Đak Đoa",
        "CB-004512",
        "Đăng ký đất đai lần đầu và hòa giải tranh chấp",
        "7 bài · 4 tiết",
        "92/100",
        "02/11/2026 – 15/11/2026",
        "Sở Nông nghiệp và Môi trường tỉnh Gia Lai",
        "Bản mẫu, chưa thẩm định",
        serials.display(SERIAL),
        "15/11/2028",
    ):
        assert printed in page.text, printed
    assert "hocvien" not in page.text
    assert "Nguyễn Thị Ánh Tuyết" not in page.text  # today's name is not the printed one


def test_the_verdict_says_how_it_stands(client: FlaskClient, session: Session, kept: Certificate) -> None:
    kept.expires_on = date(2026, 11, 21)
    session.commit()
    assert "Hết hiệu lực" in client.get(f"/verify/{SERIAL}").text
    kept.replaced_by = "0" * 26
    session.commit()
    assert "Đã thay thế" in client.get(f"/verify/{SERIAL}").text
    kept.revoked_at, kept.revoked_because = datetime(2026, 11, 20, 20, 0, tzinfo=UTC), "Cấp nhầm <b>người</b>"
    session.commit()
    page = client.get(f"/verify/{SERIAL}").text
    assert "Đã thu hồi" in page
    assert "Cấp nhầm &lt;b&gt;người&lt;/b&gt;" in page
    assert "21/11/2026" in page  # the day in the province, not in Greenwich


def test_validity_ends_at_midnight_in_the_province(
    app: App, client: FlaskClient, session: Session, kept: Certificate
) -> None:
    clock = app.extensions["learning"].clock
    kept.expires_on = date(2026, 11, 30)
    session.commit()
    clock.at = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    assert "Còn hiệu lực" in client.get(f"/verify/{SERIAL}").text
    clock.at = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert "Hết hiệu lực" in client.get(f"/verify/{SERIAL}").text


@pytest.mark.parametrize(
    "typed",
    [
        SERIAL.lower(),
        serials.display(SERIAL),
        f" {SERIAL[:13]} {SERIAL[13:]}",
        SERIAL.replace("0", "o").replace("1", "I"),
    ],
)
def test_the_form_leads_to_the_one_address(client: FlaskClient, kept: Certificate, typed: str) -> None:
    reply = client.get("/verify", query_string={"serial": typed})
    assert reply.status_code == 302
    assert reply.headers["Location"] == f"/verify/{SERIAL}"
    assert client.get(f"/verify/{typed}").headers["Location"] == f"/verify/{SERIAL}"


def test_an_unknown_serial_is_a_404_that_says_what_to_do(client: FlaskClient, kept: Certificate) -> None:
    for unknown in ("0" * 26, "abc", "<script>alert(1)</script>", "Đ" * 200):
        reply = client.get(f"/verify/{unknown}")
        assert reply.status_code == 404
        assert "Không tìm thấy giấy này" in reply.text
        assert "<script>alert" not in reply.text
        assert 'name="serial"' in reply.text


def test_many_misses_slow_only_misses(client: FlaskClient, kept: Certificate) -> None:
    codes = [client.get(f"/verify/{number:026}").status_code for number in range(40)]
    assert codes[:30] == [404] * 30
    assert codes[-1] == 429
    refused = client.get(f"/verify/{0:026}")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(f"/verify/{SERIAL}").status_code == 200


def test_verification_leads_nowhere_else(client: FlaskClient) -> None:
    reply = client.get("/verify", query_string={"serial": "//evil.example/x"})
    assert reply.headers["Location"].startswith("/verify/")

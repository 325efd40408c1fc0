"""The score table as a file."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from learning.accounts import looks
from learning.accounts.models import Look
from learning.audit import AuditEntry
from learning.progress.models import Enrolment
from learning.web import sheets
from tests import make
from tests.reports.conftest import Enter, answer

DESK = "/reports/courses/finance/sample"


def send(client: FlaskClient, kind: str, **values: str) -> TestResponse:
    return post(client, f"{DESK}/scores.{kind}", **values)


def post(client: FlaskClient, address: str, **values: str) -> TestResponse:
    from html5lib import parse

    page = parse(client.get("/me/password").text, namespaceHTMLElements=False)
    token = page.find(".//input[@name='csrf_token']").get("value")
    return client.post(address, data={"csrf_token": token, **values})


@pytest.fixture
def best(cast: SimpleNamespace, session: Session) -> Decimal:
    """An has a score, and a name that a spreadsheet would compute."""
    cast.an.full_name = "=HYPERLINK(1) An"
    session.add(cast.an)
    session.add(
        Enrolment(
            person_id=cast.an.id,
            course_id="finance/sample",
            state="started",
            attempts=2,
            best=Decimal("93.75"),
            started_at=make.NOW,
            last_at=datetime(2026, 11, 21, 18, 30, tzinfo=UTC),
        )
    )
    session.commit()
    return Decimal("93.75")


def test_the_sheet_holds_real_numbers_and_moments(enter: Enter, best: Decimal) -> None:
    reply = send(enter("giangvien"), "xlsx")
    assert reply.status_code == 200
    book = load_workbook(BytesIO(reply.data))
    sheet = book.active
    assert sheet is not None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H4")
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Họ và tên", "Tên đăng nhập", "Đơn vị")
    assert rows[1] == (
        "'=HYPERLINK(1) An",
        "an",
        "Phường Quy Nhơn",
        2,
        93.75,
        "đang học",
        "có",
        datetime(2026, 11, 22, 1, 30),
    )
    assert rows[2][3:6] == (0, None, "chưa bắt đầu")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_csv_is_what_every_program_reads(enter: Enter, best: Decimal) -> None:
    reply = send(enter("giangvien"), "csv")
    assert reply.content_type == "text/csv; charset=utf-8"
    assert reply.data.startswith(b"\xef\xbb\xbf") and reply.data.endswith(b"\r\n")
    rows = list(csv.reader(StringIO(reply.data.decode("utf-8-sig"))))
    assert rows[1] == [
        "'=HYPERLINK(1) An",
        "an",
        "Phường Quy Nhơn",
        "2",
        "93.75",
        "đang học",
        "có",
        "22/11/2026 01:30",
    ]
    assert [row[0] for row in rows[2:]] == ["Lê Bình", "Đỗ Chi"]


def test_it_holds_exactly_the_filtered(enter: Enter, best: Decimal) -> None:
    def people(username: str, **asked: str) -> list[str]:
        return [row[1] for row in csv.reader(StringIO(send(enter(username), "csv", **asked).text))][1:]

    assert people("giangvien", state="started") == ["an"]
    assert people("giangvien", unit="23677") == ["chi"]
    assert people("lanhdao") == ["chi"]
    assert len(people("thanhtra", who="all")) == 9
    assert send(enter("giangvien"), "csv", **{"class": "L02"}).status_code == 404
    assert send(enter("giangvien2"), "csv").status_code == 404
    assert send(enter("an"), "csv").status_code == 404


def test_who_took_it_is_written_down(enter: Enter, cast: SimpleNamespace, session: Session) -> None:
    send(enter("giangvien"), "xlsx", unit="23677")
    session.rollback()
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "scores.exported")).one()
    assert (entry.actor, entry.subject) == ("giangvien", "finance/sample")
    assert entry.detail == {"kind": "xlsx", "people": 1, "unit": "23677"}


def test_it_is_not_taken_by_a_link_or_by_another_site(enter: Enter, cast: SimpleNamespace) -> None:
    trainer = enter("giangvien")
    assert trainer.get(f"{DESK}/scores.xlsx").status_code in (404, 405)
    assert trainer.post(f"{DESK}/scores.xlsx").status_code == 400  # without the form's token
    assert send(trainer, "ods").status_code == 404


def test_the_file_has_a_name_people_read(enter: Enter, cast: SimpleNamespace) -> None:
    reply = send(enter("giangvien"), "xlsx")
    kind, options = parse_options_header(reply.headers["Content-Disposition"])
    assert kind == "attachment"
    assert options["filename"] == "Kết quả Thu – chi ngân sách cấp xã 2026-11-22.xlsx"


@settings(max_examples=50)
@given(st.text(max_size=20), st.sampled_from([*sheets.FORMULA, ""]))
def test_no_text_is_a_formula(text: str, first: str) -> None:
    safe = sheets.harmless(first + text)
    assert not safe.startswith(sheets.FORMULA)
    assert safe.endswith(first + text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Lê;=1+1", "Lê;'=1+1"),
        ("Lê,\t@x", "Lê,\t'@x"),
        ("Lê; \n-1", "Lê; \n'-1"),
        ("a|＝1", "a|'＝1"),
        ("=1;=2", "'=1;'=2"),
        (" =1+1", "' =1+1"),
        ("Tổ 1; tổ 2", "Tổ 1; tổ 2"),
        ("H'Yên - Đắk", "H'Yên - Đắk"),
    ],
)
def test_no_cell_is_a_formula_where_cells_are_parted_otherwise(text: str, written: str) -> None:
    """A Vietnamese Excel parts the cells of a .csv at semicolons."""
    assert sheets._in_csv(text, ZoneInfo("UTC")) == written


def test_numbers_stay_numbers_even_below_nothing() -> None:
    assert sheets._in_csv(Decimal("-1.50"), ZoneInfo("UTC")) == "-1.5"
    assert sheets._in_csv(Decimal(100), ZoneInfo("UTC")) == "100"


def test_what_is_too_long_for_paper_leads_back_with_a_word(
    enter: Enter, best: Decimal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ON_PAPER", 2)
    trainer = enter("giangvien")
    reply = send(trainer, "pdf", **{"class": "L01"})
    assert (reply.status_code, reply.location) == (303, f"{DESK}?class=L01")
    assert "quá dài để in" in trainer.get(reply.location).text
    monkeypatch.setattr(sheets, "MOST_ON_PAPER", 3)
    assert send(trainer, "pdf").data.startswith(b"%PDF")


def test_one_learner_s_history_is_taken_with_each_try(
    enter: Enter, cast: SimpleNamespace, session: Session
) -> None:
    answer(session, make.NOW, cast.an, cast.published, thi_1="2", thi_2="2")
    answer(session, make.NOW, cast.an, cast.published, thi_1="1", thi_2="1")
    an = cast.an.id
    session.commit()
    reply = post(enter("giangvien"), f"{DESK}/attempts.csv", username="an")
    rows = [row[:2] + row[4:] for row in csv.reader(StringIO(reply.data.decode("utf-8-sig")))]
    assert rows[1:] == [
        ["Bài bai-1", "", "", "chưa bắt đầu"],
        ["Bài bai-2", "", "", "chưa bắt đầu"],
        ["Bài kiểm tra cuối khóa", "1", "0", "chưa đạt"],
        ["Bài kiểm tra cuối khóa", "2", "100", "đạt"],
    ]
    look = session.scalars(sa.select(Look)).one()
    assert (look.person_id, look.what, look.course_id) == (an, "export", "finance/sample")
    session.rollback()
    for username, whose in (("lanhdao", "an"), ("giangvien", "lanhdao"), ("giangvien2", "an"), ("an", "an")):
        assert post(enter(username), f"{DESK}/attempts.csv", username=whose).status_code == 404
    assert post(enter("giangvien"), f"{DESK}/attempts.pdf").status_code == 404


def test_who_looked_is_taken_by_the_person_concerned(
    enter: Enter, cast: SimpleNamespace, session: Session
) -> None:
    enter("giangvien").get(DESK)
    for day in range(looks.PAGE + 1):
        at = make.NOW - timedelta(days=day)
        looks.record(session, at, at.date(), cast.head.id, [cast.an.id], "person", "finance/sample")
    session.commit()
    reply = post(enter("an"), "/me/looks.csv")
    rows = list(csv.reader(StringIO(reply.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 1 + looks.PAGE + 1
    assert rows[1][1:4:2] == ["Phan Giảng", "xem bảng kết quả có tên đồng chí"]
    assert len(list(csv.reader(StringIO(post(enter("binh"), "/me/looks.csv").text)))) == 2

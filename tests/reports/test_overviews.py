"""Overviews in the browser: of everything, a course, a class, a unit; comparisons."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from learning.audit import AuditEntry
from learning.certificates import outcomes
from learning.database import Database
from learning.organisation.models import Posting, TrainingClass, Unit
from tests import make, statements
from tests.reports.conftest import Enter, answer
from tests.reports.test_routes import crowd, words

DESK = "/reports/courses/finance/sample"
PAGES = (
    "/reports",
    f"{DESK}/overview",
    "/reports/classes",
    "/reports/classes/L01",
    "/reports/units",
    "/reports/units/23677",
    "/reports/comparison?what=units&one=23677&one=21583&course=finance/sample",
    "/reports/comparison?what=classes&one=L01",
    "/reports/comparison?what=periods&course=finance/sample",
)


def links(page: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', page)]


def names(page: str) -> list[str]:
    """The units of the heat map, in its order."""
    tree = parse(page, namespaceHTMLElements=False)
    return ["".join(head.itertext()) for head in tree.findall(".//tbody/tr/th[@class='heat-name']")]


def send(client: FlaskClient, address: str, **fields: object) -> bytes:
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(DESK).text)
    assert token is not None
    reply = client.post(address, data={"csrf_token": token[1], **fields})
    assert reply.status_code == 200, reply.status
    return reply.data


@pytest.fixture
def studied(session: Session, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """An is done, a week ago; Bình has failed; Chi has not begun. All were due yesterday."""
    at = now - timedelta(days=8)
    answer(session, at, cast.an, cast.published, "bai-1", cau_1="1")
    lesson = cast.published.course.page("bai-2")
    outcomes.mark_read(session, at, make.ZONE, cast.an.id, cast.published, lesson)
    answer(session, at + timedelta(hours=1), cast.an, cast.published, thi_1="1", thi_2="1")
    answer(session, now - timedelta(hours=1), cast.binh, cast.published, thi_1="2", thi_2="2")
    session.commit()
    return cast


@pytest.mark.parametrize("path", PAGES)
def test_whom_the_desk_is_not_for_finds_nothing_there(enter: Enter, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    for stranger in ("an", "bientap"):
        assert enter(stranger).get(path).status_code == 404


def test_nobody_learns_of_what_is_not_theirs(enter: Enter) -> None:
    trainer, other, head = enter("giangvien"), enter("giangvien2"), enter("lanhdao")
    for path in (f"{DESK}/overview", "/reports/classes/L01", "/reports/comparison?what=classes&one=L01"):
        assert trainer.get(path).status_code == 200
        assert other.get(path).status_code == 404
    for path in (
        "/reports/units/21583",
        "/reports/units/52",
        "/reports/classes/L01",
        "/reports/comparison?what=units&one=21583",
        "/reports/comparison?what=classes&one=L01",
    ):
        assert head.get(path).status_code == 404, path
    assert head.get("/reports/units/23677").status_code == 200
    assert "Phường Quy Nhơn" not in head.get(f"{DESK}/overview").text + head.get("/reports/units").text
    assert "Lớp L01" not in head.get("/reports/classes").text
    assert other.get("/reports/comparison?what=units&one=23677").status_code == 404
    assert other.get("/reports/comparison?what=periods&course=finance/sample").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{DESK}/overview?group=khong-co",
        f"{DESK}/overview?order=khong-co",
        "/reports/units?order=bai-1",
        "/reports/units/khong-co",
        "/reports/units/%00",
        "/reports/classes/khong-co",
        "/reports/classes/%00",
        "/reports/courses/finance/none/overview",
        "/reports/comparison?what=khong-co",
        "/reports/comparison?what=units&one=khong-co",
        "/reports/comparison?what=periods&from1=2026-13-01",
        "/reports/comparison?what=periods&to2=9999-12-31",
        "/reports/comparison?course=finance/none",
        f"{DESK}?lesson=khong-co",
        f"{DESK}?lesson=bai-1&is=maybe",
        f"{DESK}?did=started",
        f"{DESK}?did=left&from=2026-11-01&to=2026-11-02",
        f"{DESK}?did=done&from=mai&to=2026-11-02",
    ],
)
def test_what_there_is_not_is_not_found(enter: Enter, path: str) -> None:
    assert enter("thanhtra").get(path).status_code == 404


def test_a_course_answers_first_and_names_its_weakest_units(enter: Enter, studied: SimpleNamespace) -> None:
    page = enter("giangvien").get(f"{DESK}/overview").text
    text = words(page)
    assert text.index("1 người chưa bắt đầu, 2 quá hạn") < text.index("Được giao hoặc đã học")
    assert "Hoàn thành 1 trên 3 người (33,3%)" in text
    assert "Quá hạn 2 trên 3 người (66,7%)" in text
    assert "Điểm trung vị 50% của 2 người có điểm" in text
    assert "Xã Đak Đoa : hoàn thành 0 trên 1 người (0%), 1 người quá hạn" in text.replace("Đoa:", "Đoa :")
    assert "Bài 1: Bài bai-1 1 trên 3 người" in text
    assert "1/2" in text and "0/1" in text
    assert 'style="' not in page and "<script>" not in page


def test_every_figure_leads_to_the_people_behind_it(enter: Enter, studied: SimpleNamespace) -> None:
    trainer = enter("giangvien")
    for path in (f"{DESK}/overview", "/reports/classes/L01"):
        page = trainer.get(path).text
        people = [address for address in links(page) if address.startswith(f"{DESK}?")]
        behind = {address: table(trainer.get(address).text) for address in people}
        extra = "class=L01&" if "classes" in path else ""
        assert behind[f"{DESK}?{extra}state=done"] == ["Trần Văn An"]
        assert behind[f"{DESK}?{extra}state=overdue"] == ["Lê Bình", "Đỗ Chi"]
        assert behind[f"{DESK}?{extra}state=begun"] == ["Trần Văn An", "Lê Bình"]
        assert behind[f"{DESK}?{extra}lesson=bai-1&is=not"] == ["Lê Bình", "Đỗ Chi"]
        assert behind[f"{DESK}?{extra}unit=21583&lesson=exam"] == ["Trần Văn An"]
        assert behind[f"{DESK}?{extra}did=started&from=2026-11-09&to=2026-11-15"] == ["Trần Văn An"]
        assert behind[f"{DESK}?{extra}did=started&from=2026-11-16&to=2026-11-22"] == ["Lê Bình"]


def table(page: str) -> list[str]:
    tree = parse(page, namespaceHTMLElements=False)
    return ["".join(head.itertext()) for head in tree.findall(".//tbody/tr/th")]


def test_what_a_table_is_narrowed_to_is_said_and_can_be_taken_off(
    enter: Enter, studied: SimpleNamespace
) -> None:
    trainer = enter("giangvien")
    page = trainer.get(
        f"{DESK}?lesson=bai-1&is=not&did=started&from=16/11/2026&to=2026-11-22&unit=21583"
    ).text
    assert "chưa xong: Bài bai-1" in page and "bắt đầu từ 16/11/2026 đến 22/11/2026" in page
    assert table(page) == ["Lê Bình"]
    assert f"{DESK}?unit=21583&did=started&from=2026-11-16&to=2026-11-22" in links(page)
    data = send(trainer, f"{DESK}/scores.csv", lesson="bai-1", **{"is": "not"}).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(data))][1:] == ["Lê Bình", "Đỗ Chi"]


def test_units_in_order_in_groups_and_by_name(
    enter: Enter, session: Session, studied: SimpleNamespace
) -> None:
    session.execute(sa.update(Unit).where(Unit.code == "23677").values(area="mien_nui"))
    session.commit()
    inspector = enter("thanhtra")
    assert names(inspector.get(f"{DESK}/overview").text) == ["Phường Quy Nhơn", "Xã Đak Đoa"]
    for order in ("people", "median", "bai-1"):
        first = names(inspector.get(f"{DESK}/overview?order={order}").text)[0]
        assert first == ("Xã Đak Đoa" if order == "bai-1" else "Phường Quy Nhơn"), order
    assert names(inspector.get(f"{DESK}/overview?order=weak").text)[0] == "Xã Đak Đoa"
    assert names(inspector.get(f"{DESK}/overview?q=dak doa").text) == ["Xã Đak Đoa"]
    assert names(inspector.get(f"{DESK}/overview?group=area").text) == ["Phường Quy Nhơn", "Xã Đak Đoa"]
    assert "Miền núi 1 đơn vị, hoàn thành 0 trên 1 (0%)" in words(
        inspector.get(f"{DESK}/overview?group=area").text
    )
    assert "Không có đơn vị nào tên như vậy" in inspector.get("/reports/units?q=khongdau").text
    assert names(inspector.get("/reports/units?order=weak").text)[0] == "Xã Đak Đoa"


def test_who_sits_in_no_unit_is_counted_without_one(
    enter: Enter, session: Session, studied: SimpleNamespace
) -> None:
    session.execute(sa.update(Posting).values(to_date=date(2026, 11, 1)))
    session.commit()
    page = enter("thanhtra").get(f"{DESK}/overview").text
    assert names(page) == ["Không còn ở đơn vị nào"]
    assert "1/3" in page and "unit=" not in "".join(links(page))


def test_a_unit_over_all_courses(enter: Enter, studied: SimpleNamespace) -> None:
    page = enter("thanhtra").get("/reports/units/21583").text
    text = words(page)
    assert "1 lượt chưa bắt đầu, 1 lượt quá hạn" in text
    assert "2 người, 2 khóa học" in text
    assert "Hoàn thành 1 trên 3 lượt (33,3%)" in text
    assert f"{DESK}?unit=21583" in links(page)


def test_sides_of_a_comparison(enter: Enter, studied: SimpleNamespace) -> None:
    inspector = enter("thanhtra")
    units = words(inspector.get(PAGES[6]).text)
    assert "Hoàn thành 0 trên 1 người (0%) 1 trên 2 người (50%)" in units
    classes = words(inspector.get("/reports/comparison?what=classes&one=L01&one=L02").text)
    assert "Các lớp này học những khóa khác nhau" in classes
    periods = words(
        inspector.get(
            "/reports/comparison?what=periods&course=finance/sample"
            "&from1=2026-11-09&to1=2026-11-15&from2=2026-11-16&to2=2026-11-22"
        ).text
    )
    assert "Bắt đầu học 1 người 1 người" in periods and "Hoàn thành 1 người 0 người" in periods
    backwards = inspector.get("/reports/comparison?what=periods&from1=2026-11-09&to1=2026-11-01").text
    assert "Ngày cuối đứng trước ngày đầu" in backwards


@pytest.mark.parametrize(
    ("address", "fields", "first"),
    [
        ("/reports/overview", {}, "Thu – chi ngân sách cấp xã"),
        (f"{DESK}/overview", {"order": "weak"}, "23677"),
        ("/reports/classes", {}, "Lớp L01"),
        ("/reports/classes", {"class": "L01", "order": "weak"}, "23677"),
        ("/reports/units", {"q": "đak"}, "23677"),
        ("/reports/units/21583/overview", {}, "Thu – chi ngân sách cấp xã"),
        ("/reports/comparison", {"what": "units", "one": ["21583", "23677"]}, "Phường Quy Nhơn"),
        ("/reports/comparison", {"what": "classes", "one": ["L01"]}, "Lớp L01 (Thu – chi ngân sách cấp xã)"),
    ],
)
def test_what_is_shown_as_a_table_can_be_taken_away(
    enter: Enter,
    session: Session,
    studied: SimpleNamespace,
    address: str,
    fields: dict[str, object],
    first: str,
) -> None:
    trainer = enter("giangvien")
    rows = list(csv.reader(io.StringIO(send(trainer, f"{address}.csv", **fields).decode("utf-8-sig"))))
    assert rows[1][0] == first and all(len(row) == len(rows[0]) for row in rows)
    assert send(trainer, f"{address}.xlsx", **fields)[:2] == b"PK"
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "overview.exported")).first()
    assert entry is not None and entry.actor == "giangvien" and entry.detail["people"] == 0
    session.rollback()


def test_a_comparison_is_taken_away_in_numbers_and_days(enter: Enter, studied: SimpleNamespace) -> None:
    inspector = enter("thanhtra")
    asked = {"course": "finance/sample"}
    file = send(inspector, "/reports/comparison.xlsx", what="units", one=["21583", "23677"], **asked)
    heads, first, second = list(load_workbook(io.BytesIO(file)).worksheets[0].values)
    assert (heads[0], heads[1], heads[3]) == ("Đơn vị", "Người", "Hoàn thành")
    assert (first[:5], second[:5]) == (
        ("Phường Quy Nhơn", 2, 2, 1, 50),
        ("Xã Đak Đoa", 1, 0, 0, 0),
    )
    days = {"from1": "2026-11-09", "to1": "2026-11-15", "from2": "2026-11-16", "to2": "2026-11-22"}
    file = send(inspector, "/reports/comparison.xlsx", what="periods", **days, **asked)
    _heads, first, second = list(load_workbook(io.BytesIO(file)).worksheets[0].values)
    assert first[:5] == (datetime(2026, 11, 9), datetime(2026, 11, 15), 1, 1, 100)
    assert second[:4] == (datetime(2026, 11, 16), datetime(2026, 11, 22), 1, 0)


def test_an_overview_fits_on_paper(enter: Enter, studied: SimpleNamespace) -> None:
    assert send(enter("giangvien"), f"{DESK}/overview.pdf").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/reports", 8),
        (f"{DESK}/overview", 8),
        ("/reports/classes", 5),
        ("/reports/classes/L01", 8),
        ("/reports/units", 4),
        ("/reports/units/23677", 7),
        (PAGES[6], 7),
        (PAGES[7], 6),
        (PAGES[8], 6),
    ],
)
def test_as_many_queries_for_few_as_for_many(
    enter: Enter, database: Database, session: Session, cast: SimpleNamespace, path: str, queries: int
) -> None:
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    assert class_id is not None
    crowd(session, 0, 20, class_id)
    trainer = enter("giangvien")
    trainer.get(path)
    with statements.sent(database.engine) as few:
        assert trainer.get(path).status_code == 200
    crowd(session, 20, 280, class_id)
    for number in range(30):
        make.unit(session, f"9{number:04}", f"Xã {number}")
    session.commit()
    with statements.sent(database.engine) as many:
        assert trainer.get(path).status_code == 200
    assert few == many
    assert len(many) == queries, "\n".join(many)

"""The page of people who need help, in the browser."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.accounts.models import Look, RoleGrant
from learning.audit import AuditEntry
from learning.database import Database
from learning.organisation.models import TrainingClass
from learning.progress import help_records
from learning.progress.models import HelpRecord
from tests import statements
from tests.reports.conftest import TODAY, Enter
from tests.reports.test_routes import crowd, words

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
PAGE = "/reports/help"
AN = f"{PAGE}/finance/sample/an"


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


def send(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    page = client.get(PAGE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    assert token is not None
    given = {"did": "talk", "outcome": "reached", "client_id": str(uuid4()), "csrf_token": token[1]} | fields
    reply = client.post(address, data=given)
    return reply.status_code, reply.text


@pytest.mark.parametrize("path", [PAGE, AN])
def test_strangers_find_nothing_there(enter: Enter, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    for stranger in ("an", "bientap"):
        assert enter(stranger).get(path).status_code == 404
    assert "Thu – chi" not in enter("giangvien2").get(PAGE).text
    assert enter("giangvien2").get(AN).status_code == 404
    assert enter("lanhdao").get(AN).status_code == 404


def test_the_answer_says_how_many_people_of_how_many(enter: Enter) -> None:
    page = enter("giangvien").get(PAGE).text
    assert "3 người cần hỗ trợ, ở 3 trên 3 lượt học chưa hoàn thành." in page
    assert names(page) == ["Trần Văn An", "Lê Bình", "Đỗ Chi"]
    assert "Quá hạn 1 ngày (hạn 21/11/2026)" in page and "Đề nghị lãnh đạo đơn vị" in page


def test_each_sees_their_own(enter: Enter) -> None:
    assert names(enter("lanhdao").get(PAGE).text) == ["Đỗ Chi"]
    assert names(enter("thanhtra").get(f"{PAGE}?unit=23677").text) == ["Đỗ Chi"]
    assert len(names(enter("quantri").get(f"{PAGE}?course=finance/sample&class=L01&rule=overdue").text)) == 3


@pytest.mark.parametrize(
    "asked",
    ["unit=x", "unit=21583", "class=x", "class=L02", "course=finance/x", "rule=x", "page=0"],
)
def test_what_one_may_not_know_of_is_not_found(enter: Enter, asked: str) -> None:
    assert enter("lanhdao").get(f"{PAGE}?{asked}").status_code == 404


def test_what_was_done_is_written_down_and_the_person_comes_last(enter: Enter, session: Session) -> None:
    trainer = enter("giangvien")
    agreed = (TODAY + timedelta(days=3)).strftime("%d/%m/%Y")
    assert send(trainer, AN, outcome="agreed", agreed_on=agreed, note="Gọi lại <b>sáng</b>")[0] == 303
    page = trainer.get(PAGE).text
    assert names(page) == ["Lê Bình", "Đỗ Chi", "Trần Văn An"] and "đã hỗ trợ ngày 22/11/2026" in page
    told = words(trainer.get(AN).text)
    assert f"Đã gặp hoặc gọi điện. Đã hẹn ngày {agreed}." in told and "Gọi lại <b>sáng</b>" in told
    (row,) = session.scalars(sa.select(HelpRecord)).all()
    assert (row.rule, row.agreed_on) == ("overdue", TODAY + timedelta(days=3))
    log = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "help.recorded")).one()
    assert (log.actor, log.subject, log.detail["person"]) == ("giangvien", "finance/sample", "an")


def test_who_was_helped_reads_what_was_written_and_nobody_else_s(enter: Enter, session: Session) -> None:
    trainer = enter("giangvien")
    assert "Người được hỗ trợ đọc được mọi điều ghi ở đây" in trainer.get(AN).text
    assert "Chưa ai ghi lại việc hỗ trợ nào." in enter("an").get("/me/help").text
    send(trainer, AN, did="mentor", note="Chị <Bình> kèm")
    told = words(enter("an").get("/me/help").text)
    assert "Đã cử người hướng dẫn. Đã trao đổi được." in told and "Chị <Bình> kèm" in told
    assert "vì: quá hạn" in told and "Phan Giảng" in told
    for other in ("binh", "giangvien"):
        assert "Chị" not in enter(other).get("/me/help").text


def test_all_that_was_written_is_read_page_by_page(
    enter: Enter, session: Session, cast: SimpleNamespace
) -> None:
    written = [
        HelpRecord(
            person_id=cast.an.id, course_id="finance/sample", rule="", did="talk", outcome="reached",
            note=f"lần {number}.", by_id=cast.trainer.id, client_id=str(uuid4()), at=AT,
        )
        for number in range(help_records.PAGE + 2)
    ]  # fmt: skip
    session.add_all(written)
    session.commit()
    page = enter("an").get("/me/help").text
    following = re.search(r'href="(/me/help\?before=\d+)"', page)
    assert following is not None
    older = enter("an").get(following[1]).text
    assert [f"lần {number}." in page for number in (51, 2, 1)] == [True, True, False]
    assert [f"lần {number}." in older for number in (2, 1, 0)] == [False, True, True]
    assert "Không còn dòng nào nữa." in enter("an").get("/me/help?before=1").text


def test_pressed_twice_it_is_written_once(enter: Enter, session: Session) -> None:
    trainer, client_id = enter("giangvien"), str(uuid4())
    for _ in range(2):
        assert send(trainer, AN, client_id=client_id)[0] == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(HelpRecord)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"did": ""}, "Hãy chọn việc đã làm."),
        ({"did": "score"}, "Đã làm gì"),
        ({"outcome": ""}, "Hãy chọn kết quả."),
        ({"outcome": "agreed"}, "Hãy viết ngày đã hẹn"),
        ({"outcome": "agreed", "agreed_on": "31/02/2027"}, "Hãy viết ngày đã hẹn"),
        ({"outcome": "agreed", "agreed_on": "01/11/2026"}, "Ngày hẹn đã qua"),
        ({"note": "a" * 501}, "nhiều nhất 500"),
    ],
)
def test_a_broken_record_keeps_what_was_typed(
    enter: Enter, session: Session, fields: dict[str, str], said: str
) -> None:
    status, page = send(enter("giangvien"), AN, **({"note": "đã gọi hai lần"} | fields))
    assert status == 422 and re.search(said, page)
    assert fields.get("note", "đã gọi hai lần") in page
    assert session.scalar(sa.select(sa.func.count()).select_from(HelpRecord)) == 0


def test_an_inspector_reads_and_nobody_helps_themselves(
    enter: Enter, cast: SimpleNamespace, session: Session
) -> None:
    inspector = enter("thanhtra")
    assert "Ghi lại việc đã làm" not in inspector.get(AN).text
    assert send(inspector, AN)[0] == 404
    session.execute(sa.text("UPDATE person SET active = :no WHERE username = 'binh'"), {"no": False})
    session.add(RoleGrant(person_id=cast.an.id, role="trainer", scope=""))
    group = session.scalars(sa.select(TrainingClass).where(TrainingClass.code == "L01")).one()
    group.trainer_id = cast.an.id
    session.commit()
    trainer = enter("an")
    assert names(trainer.get(PAGE).text) == ["Đỗ Chi"]
    assert "Ghi lại việc đã làm" not in trainer.get(AN).text
    assert send(trainer, AN)[0] == 404


def test_looks_are_written_down(enter: Enter, session: Session, cast: SimpleNamespace) -> None:
    trainer = enter("giangvien")
    trainer.get(PAGE)
    trainer.get(AN)
    found = session.execute(sa.select(Look.person_id, Look.what).order_by(Look.person_id, Look.what)).all()
    assert [tuple(row) for row in found] == [
        (cast.an.id, "person"), (cast.an.id, "table"), (cast.binh.id, "table"), (cast.chi.id, "table"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_the_list_as_a_file(enter: Enter, session: Session, kind: str) -> None:
    trainer = enter("giangvien")
    page = trainer.get(PAGE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    assert token is not None
    reply = trainer.post(f"{PAGE}/list.{kind}", data={"csrf_token": token[1], "unit": "23677"})
    assert reply.status_code == 200
    if kind == "csv":
        lines = reply.text.splitlines()
        assert len(lines) == 2 and lines[1].startswith("Đỗ Chi,chi,Xã Đak Đoa,")
    assert trainer.post(f"{PAGE}/list.{kind}", data={"csrf_token": token[1], "unit": "x"}).status_code == 404
    log = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "help.exported")).one()
    assert (log.detail["people"], log.detail["unit"]) == (1, "23677")


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        (PAGE, 11),
        (f"{PAGE}?class=L01&unit=23677&rule=overdue&course=finance/sample", 14),
        (f"{PAGE}/finance/sample/u1000", 9),
    ],
)
def test_as_many_queries_for_few_as_for_many(
    enter: Enter, database: Database, session: Session, cast: SimpleNamespace, path: str, queries: int
) -> None:
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    assert class_id is not None
    crowd(session, 0, 60, class_id)
    trainer = enter("giangvien")
    trainer.get(path)  # the process knows the release from now on
    with statements.sent(database.engine) as few:
        assert trainer.get(path).status_code == 200
    crowd(session, 60, 240, class_id)
    with statements.sent(database.engine) as many:
        assert trainer.get(path).status_code == 200
    assert few == many
    assert len(many) == queries, "\n".join(many)


def test_pages_of_the_list(enter: Enter, session: Session, cast: SimpleNamespace) -> None:
    group = session.scalars(sa.select(TrainingClass).where(TrainingClass.code == "L01")).one()
    group.due_on = date(2026, 11, 21)
    crowd(session, 0, 100, group.id)
    trainer = enter("giangvien")
    seen = [name for page in (1, 2, 3) for name in names(trainer.get(f"{PAGE}?page={page}").text)]
    assert len(seen) == len(set(seen)) == 103
    assert (
        "page=3" in trainer.get(f"{PAGE}?page=2").text and "page=4" not in trainer.get(f"{PAGE}?page=3").text
    )

"""The pages of scheduled reports: set one, follow the notice, take the table, end it."""

from datetime import timedelta
from types import SimpleNamespace

import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts.models import Look, Notice, Person
from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.progress.models import ScheduledReport
from tests import make
from tests.reports.conftest import Enter

HERE = "/reports/scheduled"


def send(client: FlaskClient, address: str, **values: str) -> TestResponse:
    page = parse(client.get("/me/password").text, namespaceHTMLElements=False)
    token = page.find(".//input[@name='csrf_token']").get("value")
    return client.post(address, data={"csrf_token": token, **values})


def test_a_trainer_sets_it_and_the_head_takes_the_table_from_the_notice(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database, clock: FixedClock
) -> None:
    trainer = enter("giangvien")
    asked = {"kind": "scores", "course": "finance/sample", "unit": "23677", "every": "week"}
    link = "/reports/courses/finance/sample?unit=23677"
    assert f"{HERE}?kind=scores&amp;course=finance/sample&amp;unit=23677" in trainer.get(link).text
    assert send(trainer, HERE, **asked).location == HERE
    assert "gửi tới Võ Lãnh" in trainer.get(HERE).text

    session.rollback()
    report_id, next_on = session.execute(sa.select(ScheduledReport.id, ScheduledReport.next_on)).one()
    clock.move(timedelta(days=(next_on - clock.now().date()).days))
    session.rollback()
    assert sweeping.tell_scheduled(database, clock.now, make.ZONE) == 1

    head = enter("lanhdao")
    assert "Xã Đak Đoa: bảng điểm khóa “Thu – chi ngân sách cấp xã” đến kỳ xem." in head.get("/notices").text
    notice = session.scalars(sa.select(Notice.id).where(Notice.kind == "report.due")).one()
    session.rollback()
    address = send(head, "/notices/read", notice=str(notice)).location
    assert address == f"{HERE}/{report_id}"
    tree = parse(head.get(address).text, namespaceHTMLElements=False)
    (form,) = [one for one in tree.findall(".//form") if "scores.xlsx" in one.get("action", "")]
    hidden = {one.get("name"): one.get("value") for one in form.findall("input")}
    del hidden["csrf_token"]
    assert hidden == {"unit": "23677"}
    file = send(head, form.get("action").replace("xlsx", "csv"), **hidden)
    assert "Đỗ Chi" in file.text and "Trần Văn An" not in file.text
    seen = session.scalars(sa.select(Look.person_id).where(Look.what == "export")).all()
    assert seen == [session.scalars(sa.select(Person.id).where(Person.username == "chi")).one()]


def test_what_is_missing_is_said_and_what_was_chosen_stays(enter: Enter, cast: SimpleNamespace) -> None:
    reply = send(enter("quantri"), HERE, kind="scores", unit="21583", every="month", state="overdue")
    assert reply.status_code == 422
    tree = parse(reply.text, namespaceHTMLElements=False)
    chosen = {
        one.get("name"): [each.get("value") for each in one if each.get("selected") is not None]
        for one in tree.findall(".//main//select")
    }
    assert chosen == {
        "kind": ["scores"], "unit": ["21583"], "course": [], "state": ["overdue"], "every": ["month"],
    }  # fmt: skip
    assert "hãy chọn khóa học" in reply.text
    assert "hãy chọn khóa học" in reply.text.split("error-summary")[-1]


def test_the_head_ends_what_another_set(enter: Enter, cast: SimpleNamespace, session: Session) -> None:
    send(enter("giangvien"), HERE, kind="unit", unit="23677", every="week")
    session.rollback()
    report_id = session.scalars(sa.select(ScheduledReport.id)).one()
    session.rollback()
    head = enter("lanhdao")
    assert send(head, f"{HERE}/{report_id}/end").status_code == 303
    assert "Chưa đặt bảng nào" in head.get(HERE).text
    assert "Bảng này không còn được gửi" in head.get(f"{HERE}/{report_id}").text


def test_strangers_find_nothing(enter: Enter, cast: SimpleNamespace, session: Session) -> None:
    send(enter("giangvien"), HERE, kind="unit", unit="23677", every="week")
    session.rollback()
    report_id = session.scalars(sa.select(ScheduledReport.id)).one()
    session.rollback()
    for username in ("giangvien2", "thanhtra", "an", "bientap"):
        client = enter(username)
        assert client.get(f"{HERE}/{report_id}").status_code == 404
        assert send(client, f"{HERE}/{report_id}/end").status_code == 404
        assert send(client, HERE, kind="unit", unit="23677", every="week").status_code == 404
    assert enter("giangvien2").get(HERE).text.count("Đak Đoa") == 0
    for wrong in ("kind=none", "every=day", "unit=none", "course=finance/none", "unit=%00"):
        assert enter("quantri").get(f"{HERE}?{wrong}").status_code in (400, 404)
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 9

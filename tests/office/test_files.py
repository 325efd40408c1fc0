"""Lists of people taken from the office desk: whom they hold, and that those in them can see who took them."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts.models import Look
from learning.evaluation import practice_mentors
from learning.office import log, queries
from tests import make
from tests.office.conftest import Door

Enter = Callable[[str], Door]


def taken(here: Door, address: str, **fields: str) -> list[list[str]]:
    reply = here.send(address, **fields)
    assert reply.status_code == 200, reply.status
    return list(csv.reader(StringIO(reply.data.decode("utf-8-sig"))))[1:]


def test_a_head_takes_the_people_of_the_unit_with_who_guides_them(
    door: Enter, cast: SimpleNamespace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BATCH", 2)
    practice_mentors.name(session, make.NOW, cast.learner, cast.colleague, cast.head)
    cast.author.active = False
    learner = cast.learner.id
    session.commit()
    here = door("lanhdao")
    rows = taken(here, "/office/people.csv")
    assert [(row[0], row[4], row[6]) for row in rows] == [
        ("Trần Đức Ẩm", "đang dùng", ""),
        ("Lê Thị Lãnh", "đang dùng", ""),
        ("Võ Biên Tập", "đang khóa", ""),
        ("Nguyễn Thị Ánh Tuyết", "đang dùng", "Trần Đức Ẩm"),
    ]
    assert [row[0] for row in taken(here, "/office/people.csv", active="yes", without="yes")] == [
        "Trần Đức Ẩm",
        "Lê Thị Lãnh",
    ]
    assert [row[0] for row in taken(here, "/office/people.csv", q="anh tuyet")] == ["Nguyễn Thị Ánh Tuyết"]
    seen = session.scalars(sa.select(Look.times).where(Look.person_id == learner, Look.what == "export"))
    assert seen.all() == [2]
    session.rollback()
    assert taken(here, "/office/people.csv", unit="23677") == []


def test_the_log_is_taken_whole_and_that_is_written_down(
    door: Enter, cast: SimpleNamespace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "BATCH", 2)
    for number in range(5):
        audit.record(session, make.NOW, "quantri", "class.due", f"LOP-{number}", due="2026-12-05")
    session.commit()
    rows = taken(door("thanhtra"), "/office/log.csv", subject="LOP-")
    assert [row[1:] for row in rows] == [
        ["quantri", "Đặt hạn cho lớp", f"LOP-{number}", "hạn: 05/12/2026"] for number in (4, 3, 2, 1, 0)
    ]
    assert taken(door("quantri"), "/office/log.csv")[0][2:4] == ["Xuất nhật ký", "LOP-"]
    assert door("lanhdao").send("/office/log.csv").status_code == 404


def test_classes_are_taken_with_real_days(door: Enter, cast: SimpleNamespace, session: Session) -> None:
    make.publish(session)
    make.training_class(session, cast.trainer, [cast.learner], due_on=date(2026, 12, 1))
    make.training_class(session, cast.administrator, code="L02")
    session.commit()
    (row,) = taken(door("giangvien"), "/office/classes.csv")
    assert (row[1], row[3], row[5:]) == ("L01", "Đỗ Giảng", ["01/12/2026", "1"])
    assert len(taken(door("quantri"), "/office/classes.csv")) == 2


def test_a_trainer_takes_the_members_of_an_own_class_alone(
    door: Enter, cast: SimpleNamespace, session: Session
) -> None:
    make.publish(session)
    own = make.training_class(session, cast.trainer, [cast.learner, cast.stranger]).id
    other = make.training_class(session, cast.administrator, [cast.colleague], code="L02").id
    session.commit()
    here = door("giangvien")
    names = [row[0] for row in taken(here, f"/office/classes/{own}/members.csv")]
    assert names == ["Đặng Văn Bình", "Nguyễn Thị Ánh Tuyết"]
    assert here.send(f"/office/classes/{other}/members.csv").status_code == 404
    assert here.send("/office/people.csv").status_code == 404
    assert door("lanhdao").send(f"/office/classes/{own}/members.csv").status_code == 404

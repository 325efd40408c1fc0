"""My reminders: switched by me, told where I look."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.progress import reminders
from tests import make

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def learner(session: Session, clock: FixedClock, client: FlaskClient) -> FlaskClient:
    clock.at = MONDAY
    make.publish(session)
    trainer = make.person(session, "giangvien", "Phan Giảng", roles=("trainer",))
    one = make.person(session, "an", "Trần Văn An", password=make.PASSWORD)
    make.training_class(session, trainer, [one], due_on=date(2026, 11, 25))
    session.commit()
    make.sign_in(client, "an")
    return client


def switch(client: FlaskClient, on: str) -> str:
    page = client.get("/me/digests").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    assert token is not None
    return client.post("/me/digests", data={"csrf_token": token[1], "on": on}, follow_redirects=True).text


def test_strangers_are_sent_to_the_door(client: FlaskClient) -> None:
    assert client.get("/me/digests").status_code == 303


def test_digests_are_switched_off_and_on(learner: FlaskClient, session: Session) -> None:
    assert '/me/digests"' in learner.get("/me").text
    assert "đang bật" in learner.get("/me/digests").text
    assert "đang tắt" in switch(learner, "no") and "Đã tắt thông báo hằng tuần." not in switch(learner, "yes")
    assert reminders.digests_on(session, 2)


def test_the_notice_leads_to_what_to_do_next(
    learner: FlaskClient, database: Database, clock: FixedClock
) -> None:
    assert sweeping.remind(database, clock.now, make.ZONE) == 1
    page = learner.get("/notices").text
    assert "Khóa học đang chờ đồng chí: 1." in page
    assert "“Thu – chi ngân sách cấp xã” có hạn hoàn thành ngày 25/11/2026." in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    notice = re.search(r'name="notice" value="(\d+)"', page)
    assert token is not None and notice is not None
    reply = learner.post("/notices/read", data={"csrf_token": token[1], "notice": notice[1]})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/")


def test_it_speaks_the_reader_s_language(learner: FlaskClient, database: Database, clock: FixedClock) -> None:
    sweeping.remind(database, clock.now, make.ZONE)
    learner.set_cookie("language", "en")
    page = learner.get("/notices").text
    assert "Courses waiting for you: 1." in page and "is due on 25/11/2026." in page


def test_after_a_week_it_is_told_again_only_while_it_waits(
    learner: FlaskClient, database: Database, clock: FixedClock
) -> None:
    assert sweeping.remind(database, clock.now, make.ZONE) == 1
    clock.move(timedelta(days=1))
    assert sweeping.remind(database, clock.now, make.ZONE) == 1  # the eve
    clock.move(timedelta(days=14))
    assert sweeping.remind(database, clock.now, make.ZONE) == 1
    make.sign_in(learner, "an")  # the session of two weeks ago is over
    assert learner.get("/notices").text.count("Khóa học đang chờ") == 3

"""A course that people of two units have done, each so many days ago, through the one path all take."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Notice, Person
from learning.clock import FixedClock
from learning.progress.models import Enrolment
from learning.web.context import App
from tests import make

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10:00 in the province
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    quy_nhon, dak_doa = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    given = {"password": make.PASSWORD}
    people = SimpleNamespace(
        published=make.publish(session),
        an=make.person(session, "an", "Trần Văn An", unit=quy_nhon, **given),
        binh=make.person(session, "binh", "Lê Bình", unit=quy_nhon, **given),
        chi=make.person(session, "chi", "Đỗ Chi", unit=dak_doa, **given),
        head=make.person(
            session, "lanhdao", "Võ Lãnh", roles={"unit_head": ["21583"]}, unit=quy_nhon, **given
        ),
        other_head=make.person(
            session, "lanhdao2", "Siu Đạo", roles={"unit_head": ["23677"]}, unit=dak_doa, **given
        ),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",), **given),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",), **given),
        administrator=make.person(session, "quantri", "Phạm Trị", roles=("administrator",), **given),
    )
    make.training_class(session, people.trainer, [people.an, people.binh, people.chi])
    session.commit()
    return people


@pytest.fixture
def enter(app: App, cast: SimpleNamespace) -> Enter:
    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, username)
        return client

    return enter


def done(session: Session, person: Person, ago: int, course_id: str = "finance/sample") -> None:
    """The course done so many days before MONDAY."""
    at = MONDAY - timedelta(days=ago)
    session.add(
        Enrolment(
            person_id=person.id, course_id=course_id, state="done", started_at=at, last_at=at, completed_at=at
        )
    )
    session.flush()


def told(session: Session, person: Person) -> list[tuple[str, str]]:
    query = select(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None)).order_by(Notice.id)
    return [(one.kind, one.subject) for one in session.scalars(query)]


def read_all(session: Session) -> None:
    session.execute(update(Notice).values(read_at=MONDAY))

"""A course with a class, people of every kind before it, and attempts made through the one path all attempts take."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library.catalogue import Published
from learning.quizzes import papers
from learning.quizzes.models import Attempt
from learning.web.context import App
from tests import make

TODAY = date(2026, 11, 22)
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    quy_nhon, dak_doa = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    given = {"password": make.PASSWORD}
    people = SimpleNamespace(
        published=make.publish(session),
        an=make.person(session, "an", "Trần Văn An", unit=quy_nhon, **given),
        binh=make.person(session, "binh", "Lê Bình", unit=quy_nhon, **given),
        chi=make.person(session, "chi", "Đỗ Chi", unit=dak_doa),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",), **given),
        other=make.person(session, "giangvien2", "Ngô Khác", roles=("trainer",), **given),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": ["23677"]}, **given),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",), **given),
        administrator=make.person(session, "quantri", "Phạm Trị", roles=("administrator",), **given),
        author=make.person(session, "bientap", "Võ Tập", roles={"author": ["finance"]}, **given),
    )
    yesterday = TODAY - timedelta(days=1)
    make.training_class(session, people.trainer, [people.an, people.binh, people.chi], due_on=yesterday)
    make.publish(session, make.course(slug="other", title="Khóa khác"))
    make.training_class(session, people.other, [people.an], "finance/other", code="L02")
    session.commit()
    return people


@pytest.fixture
def enter(app: App, cast: SimpleNamespace) -> Enter:
    """Signs someone of the cast in; each a browser of their own."""

    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, username)
        return client

    return enter


def answer(
    session: Session, at: datetime, person: Person, published: Published, slug: str = "exam", **chosen: object
) -> Attempt:
    """A whole attempt: question id (`_` for `-`) → answer in the release's keys."""
    attempt, _new = outcomes.start(session, at, make.ZONE, person.id, published, slug)
    items = {item["question"]: item for item in attempt.paper}
    answers = {
        name.replace("_", "-"): papers.to_drawn(items[name.replace("_", "-")], keys)
        for name, keys in chosen.items()
    }
    outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4()))
    return attempt

"""Scores and item figures at the API."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library import catalogue
from learning.progress.models import Enrolment
from learning.quizzes import papers
from tests import make
from tests.api.conftest import Call

SCORES = "/reports/courses/finance/sample/scores"
ITEMS = "/reports/courses/finance/sample/items"


@pytest.fixture
def cast(call: Call, session: Session, now: datetime) -> SimpleNamespace:
    """Beside the learners of `call`: a trainer of one of them, a head of another commune, an inspector."""
    published = catalogue.live(session, "finance/sample")
    assert published is not None
    learner = session.scalars(select(Person).where(Person.username == "hocvien")).one()
    there = make.unit(session, "23677", "Xã Đak Đoa")
    given = {"password": make.PASSWORD}
    trainer = make.person(session, "giangvien", "Phan Giảng", roles=("trainer",), **given)
    make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": ["23677"]}, unit=there, **given)
    make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",), **given)
    make.person(session, "bientap", "Võ Tập", roles={"author": ["finance"]}, **given)
    make.training_class(session, trainer, [learner])
    attempt, _ = outcomes.start(session, now, make.ZONE, learner.id, published, "exam")
    items = {item["question"]: item for item in attempt.paper}
    answers = {"thi-1": papers.to_drawn(items["thi-1"], "1"), "thi-2": papers.to_drawn(items["thi-2"], "3")}
    outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
    session.commit()
    return SimpleNamespace(learner=learner)


NOBODY = {"upper": 0, "middle": 0, "lower": 0}
ONE = NOBODY | {"middle": 1}


def people(reply: Any) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [item["username"] for item in reply.json["items"]]


def test_a_line_of_the_scores(call: Call, cast: SimpleNamespace) -> None:
    reply = call("GET", SCORES, username="giangvien")
    assert reply.json == {
        "items": [
            {
                "username": "hocvien",
                "full_name": "Nguyễn Thị Ánh Tuyết",
                "unit": "Phường Quy Nhơn",
                "attempts": 1,
                "best": 50.0,
                "state": "started",
                "last_at": "2026-11-22T08:00:00Z",
            }
        ],
        "next": None,
    }


def test_everybody_in_sight_is_there_also_those_not_begun(call: Call, cast: SimpleNamespace) -> None:
    assert people(call("GET", SCORES, username="thanhtra")) == [
        "giangvien",  # Giảng
        "hocvien2",  # H'Yên
        "lanhdao",  # Lãnh
        "bientap",  # Tập
        "thanhtra",  # Thanh
        "hocvien",  # Tuyết
    ]
    assert people(call("GET", SCORES, username="lanhdao")) == ["lanhdao"]


def test_filters(call: Call, cast: SimpleNamespace) -> None:
    def found(query: str, username: str = "thanhtra") -> list[str]:
        return people(call("GET", f"{SCORES}?{query}", username=username))

    assert found("state=started") == ["hocvien"]
    assert found("class=L01") == ["hocvien"]
    assert found("unit=23677") == ["lanhdao"]
    assert found("unit=52&state=not_started") == ["lanhdao"]
    assert found("state=done") == []


@pytest.mark.parametrize("query", ["unit=99999", "class=L99", "unit=21583&class=L99"])
def test_a_filter_of_nothing_one_may_know_is_404(call: Call, cast: SimpleNamespace, query: str) -> None:
    reply = call("GET", f"{SCORES}?{query}", username="thanhtra")
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")
    assert call("GET", f"{SCORES}?unit=21583", username="lanhdao").status_code == 404
    assert call("GET", f"{SCORES}?class=L01", username="lanhdao").status_code == 404


@pytest.mark.parametrize(("query", "field"), [("state=finished", "state"), ("cursor=abc", "cursor")])
def test_a_bad_value_is_named(call: Call, cast: SimpleNamespace, query: str, field: str) -> None:
    reply = call("GET", f"{SCORES}?{query}", username="thanhtra")
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json["errors"]] == [field]


def test_pages_follow_each_other(call: Call, cast: SimpleNamespace, session: Session) -> None:
    for number in range(110):
        make.person(session, f"nguoi{number}", f"Nguyễn Văn {chr(65 + number % 26)}")
    session.commit()
    seen, cursor = [], ""
    for size in (50, 50, 16):
        reply = call("GET", SCORES, username="thanhtra", query_string={"cursor": cursor} if cursor else {})
        assert len(people(reply)) == size
        seen += people(reply)
        cursor = reply.json["next"]
    assert cursor is None and len(set(seen)) == 116


@pytest.mark.parametrize("path", [SCORES, f"{ITEMS}?quiz=exam"])
def test_it_is_not_there_for_learners_authors_and_strangers(
    call: Call, cast: SimpleNamespace, path: str
) -> None:
    assert call("GET", path).status_code == 404
    assert call("GET", path, username="bientap").status_code == 404
    assert call("GET", path, username=None).status_code == 401


def test_a_trainer_without_a_class_in_the_course(call: Call, cast: SimpleNamespace, session: Session) -> None:
    make.publish(session, make.course(slug="other"))
    session.commit()
    assert call("GET", SCORES.replace("sample", "other"), username="giangvien").status_code == 404
    assert call("GET", SCORES.replace("sample", "other"), username="lanhdao").status_code == 200
    assert call("GET", SCORES.replace("sample", "none"), username="thanhtra").status_code == 404


def test_the_items_of_a_quiz(call: Call, cast: SimpleNamespace) -> None:
    reply = call("GET", f"{ITEMS}?quiz=exam", username="giangvien")
    assert reply.status_code == 200
    assert reply.json["quiz"] == {
        "attempts": 1,
        "mean": 50.0,
        "median": 50.0,
        "standard_deviation": None,
        "skewness": None,
        "kurtosis": None,
        "internal_consistency": None,
        "error_ratio": None,
        "standard_error": None,
    }
    first, second = reply.json["items"]
    assert (first["question"], first["attempts"], first["facility"], second["facility"]) == (
        "thi-1",
        1,
        100,
        0,
    )
    assert first["guess_score"] == pytest.approx(100 / 3)
    assert first["intended_weight"] == 50
    assert second["options"] == [
        {
            "id": "1",
            "html": "Phương án 1 của thi-2",
            "right": True,
            "chosen": 0,
            "percent": 0,
            "thirds": NOBODY,
        },
        {
            "id": "2",
            "html": "Phương án 2 của thi-2",
            "right": False,
            "chosen": 0,
            "percent": 0,
            "thirds": NOBODY,
        },
        {
            "id": "3",
            "html": "Phương án 3 của thi-2",
            "right": False,
            "chosen": 1,
            "percent": 100,
            "thirds": ONE,
        },
    ]
    assert second["thirds"] == ONE
    outside = call("GET", f"{ITEMS}?quiz=exam", username="lanhdao").json
    assert outside["quiz"]["attempts"] == 0 and outside["items"][0]["facility"] is None


def test_the_items_are_of_the_live_words(call: Call, cast: SimpleNamespace, session: Session) -> None:
    course = catalogue.live(session, "finance/sample").course
    first, second = course.exam.quiz.questions
    exam = make.exam(msgspec.structs.replace(first, prompt="<p>Hỏi rõ hơn?</p>"), second)
    make.publish(session, msgspec.structs.replace(course, exam=exam))
    session.commit()
    reply = call("GET", f"{ITEMS}?quiz=exam", username="giangvien").json
    one, other = reply["items"]
    assert (reply["quiz"]["attempts"], one["attempts"], one["facility"], other["attempts"]) == (1, 0, None, 1)
    assert [option["chosen"] for option in one["options"]] == [0, 0, 0]


def test_which_attempts_and_which_quiz(call: Call, cast: SimpleNamespace, client: FlaskClient) -> None:
    for query, status in (
        ("quiz=exam&which=best", 200),
        ("quiz=bai-1&which=all", 200),
        ("quiz=bai-2", 404),  # a lesson without questions
        ("quiz=none", 404),
        ("quiz=exam&which=last", 422),
        ("", 422),
    ):
        assert call("GET", f"{ITEMS}?{query}", username="giangvien").status_code == status, query


def test_the_query_is_described_as_it_is_read(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json["paths"]
    call = described["/api/v1/reports/courses/{field}/{course}/scores"]["get"]
    names = {parameter["name"] for parameter in call["parameters"] if parameter["in"] == "query"}
    assert names == {"unit", "class", "state", "cursor"}


def test_best_is_a_number_of_the_json_kind(call: Call, cast: SimpleNamespace, session: Session) -> None:
    row = session.get(Enrolment, (cast.learner.id, "finance/sample"), populate_existing=True)
    assert row is not None
    row.best = Decimal("66.666667")
    session.commit()
    assert call("GET", SCORES, username="giangvien").json["items"][0]["best"] == 66.666667

"""Naming mentors on the office desk."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Notice, Person
from learning.database import Database
from learning.evaluation import practice_mentors
from learning.evaluation.practice_models import Mentorship
from tests import make
from tests.statements import sent


@pytest.fixture
def people(session: Session, client: FlaskClient) -> Iterator[dict[str, Person]]:
    unit, far = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    made = {
        "learner": make.person(session, unit=unit, position="Kế toán"),
        "mentor": make.person(session, "huongdan", "Trần Văn Dẫn", unit=unit),
        "far": make.person(session, "xa", "Siu Xa", unit=far),
        "head": make.person(
            session,
            "lanhdao",
            "Lê Thị Lãnh",
            roles={"unit_head": [unit.code]},
            unit=unit,
            password=make.PASSWORD,
        ),
    }
    session.commit()
    make.sign_in(client, "lanhdao")
    yield made


def send(client: FlaskClient, address: str, **fields: object) -> tuple[int, str]:
    page = parse(client.get("/me").text, namespaceHTMLElements=False)
    token = page.find(".//input[@name='csrf_token']").get("value")
    reply = client.post(address, data={"csrf_token": token, **fields}, follow_redirects=True)
    return reply.status_code, reply.text


def held(session: Session) -> list[tuple[int, int]]:
    rows = session.execute(
        select(Mentorship.person_id, Mentorship.mentor_id).where(Mentorship.to_at.is_(None))
    ).all()
    session.rollback()
    return [(row[0], row[1]) for row in rows]


def test_a_head_names_a_mentor_and_changes_their_mind(
    client: FlaskClient, people: dict[str, Person], session: Session
) -> None:
    ids = {name: person.id for name, person in people.items()}
    session.rollback()
    address = f"/office/mentors/{ids['learner']}"
    page = client.get(address).text
    assert "Trần Văn Dẫn" in page and "Siu Xa" not in page and "Chọn người hướng dẫn" in page
    status, page = send(client, address, mentor=ids["mentor"])
    assert status == 200 and "Trần Văn Dẫn hướng dẫn Nguyễn Thị Ánh Tuyết." in page
    assert held(session) == [(ids["learner"], ids["mentor"])]
    status, page = send(client, address, mentor=ids["head"])  # the head may be the mentor
    assert held(session) == [(ids["learner"], ids["head"])]
    assert page.count("Lê Thị Lãnh phân công") == 2
    status, page = send(client, f"{address}/end")
    assert "không còn người hướng dẫn" in page and held(session) == []
    kinds = session.scalars(select(Notice.kind).where(Notice.person_id == ids["learner"])).all()
    assert kinds == ["mentor.given", "mentor.given", "mentor.gone"]
    session.rollback()
    kinds = session.scalars(select(Notice.kind).where(Notice.person_id == ids["mentor"])).all()
    assert kinds == ["mentor.named", "mentor.ended"]


def test_who_is_not_in_the_heads_hands_is_not_there(
    client: FlaskClient, people: dict[str, Person], session: Session
) -> None:
    ids = {name: person.id for name, person in people.items()}
    session.rollback()
    address = f"/office/mentors/{ids['learner']}"
    assert send(client, address, mentor=ids["far"])[0] == 404
    assert send(client, address, mentor=10**12)[0] == 422
    assert send(client, address, mentor="x")[0] == 422
    assert send(client, address)[0] == 422
    assert send(client, address, mentor=ids["learner"])[0] == 422
    assert client.get(f"/office/mentors/{ids['far']}").status_code == 404
    assert client.get(f"/office/mentors/{ids['head']}").status_code == 404
    assert held(session) == []


def test_the_list_shows_who_has_none(
    client: FlaskClient, people: dict[str, Person], session: Session
) -> None:
    practice_mentors.name(session, make.NOW, people["learner"], people["mentor"], people["head"])
    session.commit()
    page = client.get("/office/mentors").text
    assert "do cấp trên phân công" in page and "Siu Xa" not in page
    page = client.get("/office/mentors?without=yes").text
    assert "Ánh Tuyết" not in page and "Trần Văn Dẫn" in page
    assert "Không có ai khớp" in client.get("/office/mentors?q=khongco").text


def test_the_list_asks_as_much_for_one_as_for_many(
    client: FlaskClient, people: dict[str, Person], session: Session, database: Database
) -> None:
    counts = []
    unit = make.unit(session)
    for many in (1, 60):
        for number in range(many):
            one = make.person(session, f"nguoi{many}-{number}", f"Người {number}", unit=unit)
            practice_mentors.name(session, make.NOW, one, people["mentor"], people["head"])
        session.commit()
        with sent(database.engine) as statements:
            assert client.get("/office/mentors").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]

"""What the API says to what it cannot take: a problem document that names the field."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from learning.database import Database
from learning.quizzes.models import AnswerEvent
from tests.api.conftest import Call, uuid


def test_every_call_but_the_public_ones_asks_for_a_token(call: Call) -> None:
    for method, path in [
        ("GET", "/me"),
        ("GET", "/courses"),
        ("GET", "/me/certificates"),
        ("GET", "/attempts/x"),
    ]:
        reply = call(method, path, username=None)
        assert (reply.status_code, reply.mimetype) == (401, "application/problem+json"), path


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "course"),
        ({"course": "finance/sample"}, "quiz"),
        ({"course": 1, "quiz": "exam"}, "course"),
        ({"course": "finance/sample", "quiz": ["exam"]}, "quiz"),
        ([], "body"),
    ],
)
def test_a_value_of_the_wrong_shape_is_named(call: Call, body: object, field: str) -> None:
    reply = call("POST", "/attempts", json=body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json["errors"]] == [field]


def test_what_is_not_json_is_said_to_be_so(call: Call) -> None:
    reply = call("POST", "/attempts", data="{", content_type="application/json")
    assert (reply.status_code, reply.mimetype) == (400, "application/problem+json")


def test_json_in_the_clothes_of_a_form_is_refused(call: Call) -> None:
    reply = call(
        "POST", "/attempts", data='{"course": "finance/sample", "quiz": "exam"}', content_type="text/plain"
    )
    assert reply.status_code == 415


def test_an_unknown_address_is_a_problem_document_too(call: Call) -> None:
    reply = call("GET", "/khong-co")
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")


ENGLISH = {"Accept-Language": "en"}


def test_the_reader_may_ask_for_english(call: Call) -> None:
    vietnamese = call("GET", "/attempts/x").json["detail"]
    english = call("GET", "/attempts/x", headers=ENGLISH).json["detail"]
    assert (vietnamese, english) == ("Không có lượt làm bài này.", "There is no such attempt.")


def test_what_is_written_together_knows_nothing_of_the_request_that_leads(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(database: Database, verb: Callable[[Session], object]) -> object:
        def run() -> object:
            with database.writing() as session:
                return verb(session)

        with ThreadPoolExecutor(1) as leader:
            return leader.submit(run).result()

    attempt = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    question = attempt["questions"][0]
    monkeypatch.setattr(Database, "together", elsewhere)
    save = {"answer": question["options"][0]["id"], "seq": 1, "client_id": uuid()}
    hand_in = {"client_id": uuid(), "answers": {}}
    for method, place, body, status in (
        ("PUT", f"answers/{question['id']}", save, 200),
        ("POST", "submission", hand_in, 201),
    ):
        done = call(method, f"/attempts/{attempt['id']}/{place}", json=body)
        missing = call(method, f"/attempts/x/{place}", json=body, headers=ENGLISH)
        assert (done.status_code, missing.status_code) == (status, 404)
        assert missing.json["detail"] == "There is no such attempt."


def test_the_same_client_id_with_another_body_is_refused(call: Call) -> None:
    attempt = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    question, other = attempt["questions"][0]["id"], attempt["questions"][0]["options"]
    save = {"answer": other[0]["id"], "seq": 1, "client_id": uuid()}
    address = f"/attempts/{attempt['id']}/answers/{question}"
    assert call("PUT", address, json=save).status_code == 200
    assert call("PUT", address, json={**save, "answer": other[1]["id"]}).status_code == 422


@pytest.mark.parametrize("answer", [{"a": "b"}, ["x"], 5, True, "không phải mã phương án"])
def test_an_answer_that_is_none_of_the_questions_is_refused_and_not_kept(
    call: Call, database: Database, answer: object
) -> None:
    attempt = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    question = attempt["questions"][0]["id"]
    save = {"answer": answer, "seq": 1, "client_id": uuid()}
    reply = call("PUT", f"/attempts/{attempt['id']}/answers/{question}", json=save)
    assert reply.status_code == 422
    with database.reading() as session:
        assert session.query(AnswerEvent).count() == 0


def test_answers_after_submission_are_kept_and_change_nothing(call: Call, database: Database) -> None:
    attempt = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    question = attempt["questions"][0]
    call("POST", f"/attempts/{attempt['id']}/submission", json={"answers": {}, "client_id": uuid()})
    save = {"answer": question["options"][0]["id"], "seq": 1, "client_id": uuid()}
    reply = call("PUT", f"/attempts/{attempt['id']}/answers/{question['id']}", json=save)
    assert reply.status_code == 409
    with database.reading() as session:
        assert [event.status for event in session.query(AnswerEvent)] == ["late"]


def test_a_browser_needs_the_token_of_its_page(call: Call, client: object) -> None:
    from tests import make

    make.sign_in(client, "hocvien")
    body = {"course": "finance/sample", "quiz": "exam"}
    refused = call("POST", "/attempts", username=None, json=body)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    token = call("GET", "/me", username=None).json["csrf_token"]
    accepted = call("POST", "/attempts", username=None, json=body, headers={"X-CSRFToken": token})
    assert accepted.status_code == 201

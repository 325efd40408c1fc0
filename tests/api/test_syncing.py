"""What a phone did without a network, as its script sends it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.quizzes.models import AnswerEvent, Submission
from learning.sync.models import SyncedEvent
from learning.web.context import App
from tests.api.conftest import Call, token, uuid

PHONE = uuid()


def started(call: Call, **options: Any) -> tuple[str, str, str]:
    """An attempt, its first question and an option of it."""
    reply = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "bai-1"}, **options).json
    assert reply is not None
    return reply["id"], reply["questions"][0]["id"], reply["questions"][0]["options"][0]["id"]


def event(attempt: str, question: str, answer: Any, seq: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "client_id": uuid(),
        "device": PHONE,
        "attempt": attempt,
        "question": question,
        "answer": answer,
        "seq": seq,
        **more,
    }


def test_answers_and_the_submission_come_in_one_delivery_and_a_retry_gets_the_same(call: Call) -> None:
    attempt, question, option = started(call)
    sent = [
        event(attempt, question, option),
        {"client_id": uuid(), "device": PHONE, "kind": "submission", "attempt": attempt, "seq": 1},
    ]
    first = call("POST", "/sync", json={"epoch": "", "events": sent})
    assert first.status_code == 200
    assert first.json is not None
    assert [one["status"] for one in first.json["events"]] == ["saved", "submitted"]
    assert first.json["count"] == 2
    assert call("POST", "/sync", json={"epoch": first.json["epoch"], "events": sent}).json == first.json
    shown = call("GET", f"/attempts/{attempt}").json
    assert shown is not None and (shown["state"], shown["answers"]) == ("submitted", {question: option})


def test_nothing_sent_says_what_is_held(call: Call) -> None:
    reply = call("POST", "/sync", json={"events": []}).json
    assert reply is not None and reply["count"] == 0 and len(reply["digest"]) == 64 and reply["epoch"]


def test_what_is_anothers_is_not_taken(call: Call, session: Session) -> None:
    attempt, question, option = started(call)
    mine = call("GET", "/me").json["vault"]
    theirs = call("GET", "/me", username="hocvien2").json["vault"]
    assert mine["person"] != theirs["person"] and mine["key"] != theirs["key"]
    sent = {"events": [event(attempt, question, option)], "person": theirs["person"]}
    assert call("POST", "/sync", json=sent).status_code == 409
    assert call("POST", "/sync", json={**sent, "person": mine["person"]}).json["count"] == 1
    assert session.scalar(select(func.count()).select_from(SyncedEvent)) == 1


def test_more_than_fifty_are_refused_as_a_whole(call: Call, session: Session) -> None:
    attempt, question, option = started(call)
    sent = [event(attempt, question, option, seq) for seq in range(51)]
    assert call("POST", "/sync", json={"events": sent}).status_code == 422
    assert session.scalar(select(func.count()).select_from(SyncedEvent)) == 0


def test_anothers_attempt_is_unknown_and_told_apart_from_nothing(call: Call) -> None:
    attempt, question, option = started(call)
    sent = [event(attempt, question, option), event(uuid(), question, option)]
    reply = call("POST", "/sync", username="hocvien2", json={"events": sent}).json
    assert reply is not None and [one["status"] for one in reply["events"]] == ["unknown", "unknown"]
    held = call("GET", f"/attempts/{attempt}").json
    assert held is not None and held["answers"] == {}


def test_the_same_delivery_fifty_times_at_once_is_stored_once(
    app: App, client: FlaskClient, call: Call, session: Session
) -> None:
    attempt, question, option = started(call)
    sent = [
        event(attempt, question, option),
        {
            "client_id": uuid(),
            "device": PHONE,
            "kind": "submission",
            "attempt": attempt,
            "seq": 1,
            "answers": {question: option},
        },
    ]
    headers = {"Authorization": f"Bearer {token(client, 'hocvien')}"}

    def send(_: int) -> Any:
        return app.test_client().post("/api/v1/sync", json={"events": sent}, headers=headers).json

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(send, range(50)))
    assert all(reply == replies[0] for reply in replies)
    assert [one["status"] for one in replies[0]["events"]] == ["saved", "submitted"]
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 1
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert session.scalar(select(func.count()).select_from(SyncedEvent)) == 2


def test_a_course_is_taken_along_and_answered_through_the_events(call: Call) -> None:
    taken = call("POST", "/courses/finance/sample/offline", json={"exam": True}).json
    assert taken is not None
    assert {page["slug"]: page["offline"] for page in taken["pages"]} == {
        "bai-1": "quiz",
        "bai-2": "reading",
        "exam": "quiz",
    }
    lesson, exam = taken["packs"]
    right = lesson["keys"]["cau-1"]["right"]
    sent = [
        event(lesson["attempt"], "cau-1", right),
        {
            "client_id": uuid(),
            "device": PHONE,
            "kind": "submission",
            "attempt": lesson["attempt"],
            "seq": 1,
            "answers": {"cau-1": right},
        },
        {
            "client_id": uuid(),
            "device": PHONE,
            "kind": "reading",
            "course": "finance/sample",
            "lesson": "bai-2",
            "seq": 2,
        },
    ]
    reply = call("POST", "/sync", json={"events": sent}).json
    assert reply is not None
    assert [one["status"] for one in reply["events"]] == ["saved", "submitted", "read"]
    assert exam["keys"] == {} and "Phản hồi" not in str(exam) and "Giải thích" not in str(exam)


def test_a_stranger_takes_nothing_along(call: Call) -> None:
    nobody = {"Authorization": "Bearer nobody"}
    reply = call(
        "POST", "/courses/finance/sample/offline", username=None, json={"exam": False}, headers=nobody
    )
    assert reply.status_code == 401
    assert call("POST", "/courses/finance/none/offline", json={"exam": False}).status_code == 404

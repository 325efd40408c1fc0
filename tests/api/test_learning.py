"""The way of a learner through the API, to the certificate."""

from sqlalchemy.orm import Session

from tests import make
from tests.api.conftest import Call, uuid


def test_signing_in_tells_who_one_is_and_gives_a_token(call: Call) -> None:
    reply = call(
        "POST", "/session", username=None, json={"username": "hocvien", "password": "một mật khẩu dài"}
    )
    assert reply.status_code == 201
    assert reply.json["person"] == {
        "username": "hocvien",
        "full_name": "Nguyễn Thị Ánh Tuyết",
        "roles": ["learner"],
        "unit": {"code": "21583", "name": "Phường Quy Nhơn"},
        "position": "Công chức tài chính",
    }
    assert reply.json["expires_at"].endswith("Z")


def test_whoever_was_granted_nothing_learns(call: Call, session: Session) -> None:
    make.person(session, "moi", roles=(), password=make.PASSWORD)
    session.commit()
    assert call("GET", "/me", username="moi").json["person"]["roles"] == ["learner"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(call: Call) -> None:
    wrong = call("POST", "/session", username=None, json={"username": "hocvien", "password": "sai"})
    unknown = call("POST", "/session", username=None, json={"username": "không có", "password": "sai"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json


def test_signing_out_ends_the_token(call: Call) -> None:
    assert call("GET", "/me").status_code == 200
    assert call("DELETE", "/session").status_code == 204
    reply = call("GET", "/me")
    assert reply.status_code == 401
    assert reply.mimetype == "application/problem+json"


def test_the_whole_way_to_a_certificate(call: Call) -> None:
    listed = call("GET", "/courses?field=finance&q=ngan%20sach").json
    assert [(item["id"], item["state"]) for item in listed["items"]] == [("finance/sample", "not_started")]
    assert listed["next"] is None

    course = call("GET", "/courses/finance/sample").json
    assert [lesson["slug"] for lesson in course["lessons"]] == ["bai-1", "bai-2"]
    assert course["rule"].startswith("Hoàn thành khi")

    started = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "bai-1"})
    assert started.status_code == 201
    again = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "bai-1"})
    assert (again.status_code, again.json["id"]) == (200, started.json["id"])

    attempt, question = started.json["id"], started.json["questions"][0]
    right = next(option["id"] for option in question["options"] if option["html"].startswith("Phương án 1"))
    save = {"answer": right, "seq": started.json["seq"] + 1, "client_id": uuid()}
    saved = call("PUT", f"/attempts/{attempt}/answers/{question['id']}", json=save)
    assert saved.status_code == 200
    assert call("PUT", f"/attempts/{attempt}/answers/{question['id']}", json=save).json == saved.json

    stale = call("PUT", f"/attempts/{attempt}/answers/{question['id']}", json={**save, "client_id": uuid()})
    assert (stale.status_code, stale.json["seq"]) == (409, saved.json["seq"])

    client_id = uuid()
    done = call("POST", f"/attempts/{attempt}/submission", json={"answers": {}, "client_id": client_id})
    assert (done.status_code, done.json["passed"], done.json["percent"]) == (201, True, 100)
    assert done.json["items"][0]["verdict"] == "right"
    retried = call("POST", f"/attempts/{attempt}/submission", json={"answers": {}, "client_id": client_id})
    assert (retried.status_code, retried.json) == (200, done.json)

    assert call("POST", "/courses/finance/sample/lessons/bai-2/reading").status_code == 204
    assert call("POST", "/courses/finance/sample/lessons/bai-2/reading").status_code == 204
    assert call("POST", "/courses/finance/sample/lessons/bai-1/reading").status_code == 409

    exam = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    answers = {
        item["id"]: next(
            option["id"] for option in item["options"] if option["html"].startswith("Phương án 1")
        )
        for item in exam["questions"]
    }
    result = call(
        "POST", f"/attempts/{exam['id']}/submission", json={"answers": answers, "client_id": uuid()}
    ).json
    assert result["passed"] and result["certificate"]

    held = call("GET", "/me/certificates").json["items"]
    assert [item["serial"] for item in held] == [result["certificate"]]
    public = call("GET", f"/certificates/{result['certificate']}", username=None).json
    assert (public["status"], public["holder"], public["score"]) == ("valid", "Nguyễn Thị Ánh Tuyết", 100)

    standing = call("GET", f"/attempts/{exam['id']}").json
    assert standing["state"] == "submitted"
    assert standing["result"]["certificate"] == result["certificate"]
    assert call("GET", "/me").json["progress"] == [
        {"course": "finance/sample", "state": "done", "done": 2, "total": 2}
    ]


def test_another_learners_attempt_is_not_there(call: Call) -> None:
    attempt = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
    question = attempt["questions"][0]["id"]
    other = {"username": "hocvien2"}
    assert call("GET", f"/attempts/{attempt['id']}", **other).status_code == 404
    save = {"answer": "x", "seq": 1, "client_id": uuid()}
    assert call("PUT", f"/attempts/{attempt['id']}/answers/{question}", json=save, **other).status_code == 404
    submit = {"answers": {}, "client_id": uuid()}
    assert call("POST", f"/attempts/{attempt['id']}/submission", json=submit, **other).status_code == 404


def test_nothing_that_tells_a_right_answer_leaves_before_submission(call: Call) -> None:
    started = call("POST", "/attempts", json={"course": "finance/sample", "quiz": "exam"})
    seen = (
        started.text
        + call("GET", f"/attempts/{started.json['id']}").text
        + call("GET", "/courses/finance/sample").text
    )
    assert "Phản hồi" not in seen
    assert "Giải thích" not in seen
    assert '"right"' not in seen


def test_a_lesson_has_its_text_and_no_questions(call: Call) -> None:
    lesson = call("GET", "/courses/finance/sample/lessons/bai-1").json
    assert lesson["html"] == "<p>Nội dung bai-1</p>"
    assert lesson["objectives"] == ["kiểm tra được hồ sơ"]
    assert call("GET", "/courses/finance/sample/lessons/exam").status_code == 404
    assert call("GET", "/courses/finance/sample/lessons/khong-co").status_code == 404

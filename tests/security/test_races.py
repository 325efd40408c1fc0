"""Many requests at once, each in its own thread, through the whole application."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from werkzeug.test import TestResponse

from tests.cast import Stage

TIMES, THREADS = 50, 10


def together(stage: Stage, deed: Callable[[int], TestResponse]) -> list[TestResponse]:
    barrier = Barrier(THREADS)

    def run(number: int) -> TestResponse:
        if number < THREADS:
            barrier.wait()
        return deed(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(TIMES)))


def test_fifty_starts_give_one_attempt(stage: Stage) -> None:
    body = {"course": "land/sample", "quiz": "exam"}
    before = len(stage.rows()["attempt"])

    def start(number: int) -> TestResponse:
        if number % 2:
            return stage.visitor("learner_u1").post("/courses/land/sample/exam/quiz", data={})
        return stage.visitor("learner_u1").open("POST", "/api/v1/attempts", bearer=True, json=body)

    replies = together(stage, start)
    assert Counter(reply.status_code for reply in replies) - Counter({201: 1}) == Counter(
        {303: 25, 200: 25 - sum(reply.status_code == 201 for reply in replies)}
    )
    ids = {reply.json["id"] for reply in replies if reply.is_json}
    ids |= {reply.headers["Location"].rpartition("/")[2] for reply in replies if not reply.is_json}
    assert len(ids) == 1
    assert len(stage.rows()["attempt"]) == before + 1


def test_one_event_fifty_times_is_one_row_and_fifty_equal_replies(stage: Stage) -> None:
    answer = stage.cast.questions["learner_u1"]["mot"]
    body = {"answer": answer, "seq": 1, "client_id": "3f6f2a5e-0000-4000-8000-000000000001"}
    before = len(stage.rows()["answer_event"])

    def save(number: int) -> TestResponse:
        address = "/api/v1/attempts/{open_learner_u1}/answers/mot"
        return stage.visitor("learner_u1").open("PUT", address, bearer=True, json=body)

    replies = together(stage, save)
    assert {(reply.status_code, reply.text) for reply in replies} == {(200, replies[0].text)}
    assert len(stage.rows()["answer_event"]) == before + 1


def test_fifty_submissions_of_one_client_give_one_result(stage: Stage) -> None:
    good = stage.cast.questions["learner_u1"]
    body = {"answers": {"mot": good["mot"]}, "client_id": "3f6f2a5e-0000-4000-8000-000000000001"}
    before = {table: len(lines) for table, lines in stage.rows().items()}

    def submit(number: int) -> TestResponse:
        address = "/api/v1/attempts/{open_learner_u1}/submission"
        return stage.visitor("learner_u1").open("POST", address, bearer=True, json=body)

    replies = together(stage, submit)
    assert Counter(reply.status_code for reply in replies) == {201: 1, 200: TIMES - 1}
    assert len({reply.text for reply in replies}) == 1
    after = {table: len(lines) for table, lines in stage.rows().items()}
    assert after["submission"] == before["submission"] + 1
    assert after["item_result"] == before["item_result"] + 8


def test_of_fifty_clients_one_submits_and_the_others_are_told(stage: Stage) -> None:
    def submit(number: int) -> TestResponse:
        body = {"answers": {}, "client_id": f"3f6f2a5e-0000-4000-8000-{number:012}"}
        address = "/api/v1/attempts/{open_learner_u1}/submission"
        return stage.visitor("learner_u1").open("POST", address, bearer=True, json=body)

    replies = together(stage, submit)
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: TIMES - 1}


def test_a_save_racing_the_submission_counts_or_is_late_never_lost(stage: Stage) -> None:
    good = stage.cast.questions["learner_u1"]["mot"]

    def deed(number: int) -> TestResponse:
        guest = stage.visitor("learner_u1")
        client_id = f"3f6f2a5e-0000-4000-8000-{number:012}"
        if number == TIMES // 2:
            submission = {"answers": {}, "client_id": client_id}
            address = "/api/v1/attempts/{open_learner_u1}/submission"
            return guest.open("POST", address, bearer=True, json=submission)
        save = {"answer": good, "seq": number + 1, "client_id": client_id}
        address = "/api/v1/attempts/{open_learner_u1}/answers/mot"
        return guest.open("PUT", address, bearer=True, json=save)

    before = len(stage.rows()["answer_event"])
    replies = together(stage, deed)
    assert {reply.status_code for reply in replies} <= {200, 201, 409}
    assert len(stage.rows()["answer_event"]) == before + TIMES - 1
    saved = any(reply.status_code == 200 and "saved_at" in reply.json for reply in replies)
    result = stage.visitor("learner_u1").get("/api/v1/attempts/{open_learner_u1}").json["result"]
    verdict = next(item["verdict"] for item in result["items"] if item["question"] == "mot")
    assert verdict == ("right" if saved else "not_answered")

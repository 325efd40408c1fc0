"""Whatever tells a right answer is marked (cast.CANARY); before submission no mark leaves the server."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from html5lib import parse
from werkzeug.test import TestResponse

from tests.access_table import ROWS
from tests.cast import CANARIES, QUESTIONS, Guest, Stage

MARKS = (*CANARIES, "giải thích", "gợi ý", '"right":true', '"right":false', '"pairs"', "accepted")


def clean(reply: TestResponse, where: str) -> None:
    seen = reply.data.decode(errors="replace") + str(reply.headers)
    found = [mark for mark in MARKS if mark in seen and (not mark[0].isdigit() or stands_alone(mark, seen))]
    assert not found, f"{where}: {found} in {seen[max(0, seen.find(found[0]) - 200) :][:400]}"


def stands_alone(number: str, seen: str) -> bool:
    """Not as part of a token, a hash or a longer number, which may hold any digits by chance."""
    return re.search(rf"(?<![\w.-]){re.escape(number)}(?![\w-])", seen) is not None


def crawl(guest: Guest, start: list[str]) -> set[str]:
    """Follows every link and picture of the site."""
    waiting, seen = list(start), set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen or urlsplit(address).netloc not in ("", "localhost"):
            continue
        seen.add(address)
        if (
            address.startswith("/language/") or address == "/api/v1/openapi.json"
        ):  # which names what keys are made of
            continue
        reply = guest.get(address)
        clean(reply, address)
        if reply.status_code in (301, 302, 303):
            waiting.append(reply.headers["Location"])
        if reply.mimetype == "text/html":
            page = parse(reply.text, namespaceHTMLElements=False)
            links = [
                element.get(attribute, "")
                for element in page.iter()
                for attribute in ("href", "src")
                if element.get(attribute)
            ]
            waiting += [
                urljoin(address, link).partition("#")[0] for link in links if not link.startswith("#")
            ]
    return seen


def test_no_page_a_learner_can_reach_tells_a_right_answer(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    start = [row.address for row in ROWS if row.method == "GET" and not row.address.endswith(".pdf")]
    start = [stage.fill(address, "learner_u1") for address in start]
    # The course already passed may be reviewed; it is another one.
    start = [address for address in start if stage.cast.finished["learner_u1"] not in address]
    guest.open("POST", "/courses/finance/sample/tinh-huong/quiz")
    seen = {urlsplit(address).path for address in crawl(guest, start)}
    assert {"/", "/me", "/courses/finance/sample/bai-1", "/courses/finance/sample/tinh-huong"} <= seen
    assert sum(path.startswith("/attempts/") for path in seen) >= 3


@pytest.mark.parametrize("bearer", [False, True])
def test_no_reply_to_a_deed_before_submission_does_either(stage: Stage, bearer: bool) -> None:
    guest, answers = stage.visitor("learner_u1"), stage.cast.questions["learner_u1"]
    attempt = "/api/v1/attempts/{open_learner_u1}"
    wrong = (None, "x", "", True, 5, [], ["x"], {"1": "x"}, {"x": "1"}, "hóa đơn", 12.5, "1.500")
    seq = 0
    for question in QUESTIONS:
        for answer in (
            *wrong,
            *([answers[question.id]] if question.id not in ("ngan", "so", "trong") else []),
        ):
            seq += 1
            body = {"answer": answer, "seq": seq, "client_id": f"3f6f2a5e-0000-4000-8000-{seq:012}"}
            reply = guest.open("PUT", f"{attempt}/answers/{question.id}", json=body, bearer=bearer)
            assert reply.status_code in (200, 422)
            clean(reply, f"{question.id} {answer}")
    clean(guest.get(attempt, bearer=bearer), "the attempt")
    for body in ({}, {"answers": {"mot": "x"}, "client_id": "x"}, {"answers": {"none": 1}}):
        clean(guest.post(f"{attempt}/submission", json=body, bearer=bearer), str(body))


def test_no_page_of_an_attempt_tells_it_after_a_wrong_form(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    for question in QUESTIONS:
        for value in ("", "x", "true", "1", "hóa đơn", "12,5", "1.500", "không"):
            fields = {"question": question.id, "answer": value, "page_token": "stale", "seq": "0"}
            reply = guest.post("/attempts/{open_learner_u1}", data=fields)
            clean(reply, f"{question.id} {value}")
    for place in range(10):
        clean(guest.get(f"/attempts/{{open_learner_u1}}?q={place}"), f"question {place}")


@pytest.mark.parametrize("bearer", [False, True])
def test_a_written_question_tells_neither_its_criteria_nor_its_model_answer(
    stage: Stage, bearer: bool
) -> None:
    """Nor to whom one of its answers waits to be marked."""
    for name in ("learner_u1", "reviewer"):
        guest = stage.visitor(name)
        begun = guest.post(
            "/api/v1/attempts", json={"course": "finance/sample", "quiz": "tu-luan"}, bearer=bearer
        )
        assert begun.status_code == 201
        clean(begun, "begun")
        attempt = begun.json["id"]
        for seq, answer in enumerate(("", "Nhận hồ sơ.", 5, ["x"], {"1": "x"}, "x" * 30_000), start=1):
            body = {"answer": answer, "seq": seq, "client_id": f"3f6f2a5e-0000-4000-8000-{seq:012}"}
            reply = guest.open("PUT", f"/api/v1/attempts/{attempt}/answers/viet", json=body, bearer=bearer)
            assert reply.status_code in (200, 422)
            clean(reply, f"saved {str(answer)[:20]}")
        if not bearer:
            fields = {"question": "viet", "answer": "Lập biên bản.", "page_token": "stale", "seq": "0"}
            clean(guest.post(f"/attempts/{attempt}", data=fields), "the form")
            clean(guest.get(f"/attempts/{attempt}"), "the page")
        for body in ({}, {"answers": {"viet": 5}, "client_id": "x"}, {"answers": {"none": 1}}):
            refused = guest.post(f"/api/v1/attempts/{attempt}/submission", json=body, bearer=bearer)
            assert refused.status_code == 422
            clean(refused, str(body))
        clean(guest.get(f"/api/v1/attempts/{attempt}", bearer=bearer), "as it stands")


def test_the_scenario_shows_a_step_at_a_time(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    begun = guest.post("/api/v1/attempts", json={"course": "finance/sample", "quiz": "tinh-huong"})
    assert begun.status_code == 201
    clean(begun, "the scenario")
    clean(guest.get(f"/attempts/{begun.json['id']}"), "its page")


def test_the_source_of_a_lesson_is_no_medium(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    source = stage.cast.source
    for name in ("10-bai-1.md", "10-bai-1.md.png", "x.png", "anh.png", "10-bai-1.PNG", "..%2f10-bai-1.md"):
        reply = guest.get(f"/media/{source}/{name}")
        assert reply.status_code == 404, name
        clean(reply, name)


def test_option_ids_and_their_order_tell_nothing_over_many_attempts(stage: Stage) -> None:
    """The exam's right option: in every place, under ids of which none comes twice."""
    guest = stage.visitor("learner_u2")
    ids: list[str] = []
    places: Counter[int] = Counter()
    right, rank = "một 2", Counter[int]()
    tries = 60
    for number in range(tries):
        started = guest.post("/api/v1/attempts", json={"course": "finance/sample", "quiz": "exam"}).json
        options = next(q["options"] for q in started["questions"] if q["id"] == "mot")
        ids += [option["id"] for option in options]
        place = next(n for n, option in enumerate(options) if option["html"] == right)
        places[place] += 1
        rank[sorted(option["id"] for option in options).index(options[place]["id"])] += 1
        body = {"answers": {}, "client_id": f"3f6f2a5e-0000-4000-8000-{number:012}"}
        guest.post(f"/api/v1/attempts/{started['id']}/submission", json=body)
    assert len(set(ids)) == len(ids) == 4 * tries
    # That one of four places never comes in 60 draws happens once in four million times.
    for counted in (places, rank):
        assert set(counted) == {0, 1, 2, 3}

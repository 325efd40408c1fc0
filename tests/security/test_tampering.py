"""What a form or a call does not ask for is not taken: no score, role, owner or date comes from outside."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.access_table import ROWS, Row
from tests.cast import Guest, Stage

EXTRA: dict[str, Any] = {
    "score": 9191,
    "out_of": 9191,
    "percent": 9191,
    "best": 9191,
    "mark": 9191,
    "is_correct": True,
    "correct": True,
    "passed": True,
    "state": "done",
    "verdict": "right",
    "correctAnswers": ["9191"],
    "answers_key": {"mot": "9191"},
    "role_code": "administrator",
    "roles": ["administrator"],
    "is_admin": True,
    "admin": True,
    "unit_id": "23677",
    "unit_code": "23677",
    "user_id": 9191,
    "person_id": 9191,
    "username_new": "9191",
    "owner_id": 9191,
    "release_id": 9191,
    "pass_percent": 0,
    "number": 9191,
    "seed": "9191",
    "started_at": "1991-01-01T00:00:00Z",
    "finished_at": "1991-01-01T00:00:00Z",
    "closes_at": "2091-01-01T00:00:00Z",
    "completed_at": "1991-01-01T00:00:00Z",
    "issued_on": "1991-01-01",
    "expires_on": "2091-01-01",
    "expires_at": "2091-01-01T00:00:00Z",
    "serial": "9191",
    "certificate": "9191",
    "holder": "9191",
    "password_hash": "9191",
    "full_name": "9191",
    "staff_code": "9191",
    "created_at": "1991-01-01T00:00:00Z",
    "kind": "9191",
    "now": "1991-01-01T00:00:00Z",
}
# What differs from one run to the next: random ids, tokens, hashes.
RANDOM = re.compile(
    r"\$argon2id\$[^']+|[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{32}|[0-9A-Z]{26}"
    r"|'?\b[2-9a-hj-np-z]{7}\b'?|-[0-9a-hjkmnp-tv-z]{5}(?=\\n|\W)"
)
DEEDS = [row for row in ROWS if row.method != "GET"]


def doer(row: Row) -> str:
    usual = ("administrator", "learner_u1", "learner_u2", "head_u1", "author_d1", "reviewer")
    return next(name for name in usual if name in row.who)


@pytest.mark.parametrize("row", [row for row in DEEDS if row.who], ids=lambda row: row.name)
def test_members_that_were_not_asked_for_change_nothing(stage: Stage, row: Row) -> None:
    plain = done(stage, row, {})
    stage.renew()
    more = done(stage, row, EXTRA)
    assert more == plain


def done(stage: Stage, row: Row, extra: dict[str, Any]) -> tuple[int, dict[str, list[str]]]:
    """The status, and what the database holds after the deed, but for what chance chose."""
    guest = stage.visitor(doer(row))
    reply = ask(row, guest, extra)
    held = {table: sorted(RANDOM.sub("…", line) for line in lines) for table, lines in stage.rows().items()}
    assert "9191" not in str(held)
    assert "1991-01-01" not in str(held)
    return reply.status_code, held


def ask(row: Row, guest: Guest, extra: dict[str, Any]) -> TestResponse:
    options = dict(row.body(guest.stage.cast, guest.name)) if row.body else {}
    unknown: dict[str, Any] = {}
    for kind in ("json", "data"):
        if kind in options:
            unknown = {name: value for name, value in extra.items() if name not in options[kind]}
            if kind == "data":  # `state` filters the export, and is asked for
                unknown = {name: str(value) for name, value in unknown.items() if name != "state"}
            options[kind] = {**options[kind], **unknown}
    address = row.address
    if extra and "?" not in address:
        address += "?" + "&".join(
            f"{name}=9191" for name in ("score", "passed", "role", "person_id", "person")
        )
    return guest.open(row.method, address, **options)


def test_a_submission_with_a_key_of_its_own_is_graded_by_the_servers(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    body = {
        "answers": {},
        "client_id": "3f6f2a5e-0000-4000-8000-000000000001",
        "correctAnswers": {"mot": None},
        "result": {"percent": 100, "passed": True},
        **EXTRA,
    }
    reply = guest.post("/api/v1/attempts/{open_learner_u1}/submission", json=body)
    assert reply.status_code == 201
    assert (reply.json["score"], reply.json["percent"], reply.json["passed"]) == (0, 0, False)
    assert reply.json["certificate"] is None


def test_answers_after_submission_are_kept_and_change_no_score(stage: Stage) -> None:
    guest, good = stage.visitor("learner_u1"), stage.cast.questions["learner_u1"]
    address = "/api/v1/attempts/{open_learner_u1}"
    submission = {"answers": {}, "client_id": "3f6f2a5e-0000-4000-8000-000000000001"}
    first = guest.post(f"{address}/submission", json=submission).json
    save = {"answer": good["mot"], "seq": 1, "client_id": "3f6f2a5e-0000-4000-8000-000000000002"}
    assert guest.open("PUT", f"{address}/answers/mot", json=save).status_code == 409
    again = {"answers": {"mot": good["mot"]}, "client_id": "3f6f2a5e-0000-4000-8000-000000000003"}
    assert guest.post(f"{address}/submission", json=again).status_code == 409
    assert guest.get(address).json["result"] == first
    assert sum("'late'" in line for line in stage.rows()["answer_event"]) == 2

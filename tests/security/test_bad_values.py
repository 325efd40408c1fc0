"""Values nobody should send, in every field, parameter and path: answered with what is wrong, never a fault of ours."""

import gc
import io
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from learning.database import Database
from learning.studio.desk import UPLOADS
from learning.study.practising import UPLOAD_MOST
from tests.access_table import Row
from tests.cast import Guest, Stage
from tests.security.test_tampering import DEEDS, doer

LONG = 100_000
LARGE = {**UPLOADS, "practising.hand_in": UPLOAD_MOST}  # where files are sent
SHORTER = 12_000  # of addresses, which a server caps anyway
TEXTS = {
    "long": "ộ" * LONG,
    "nul": "a\0b",
    "surrogate": "a\ud800b",
    "control": "\x01\x02\x1b[31m\x7f",
    "directions": "\u202eabc\u2066",
    "lines": "a\r\nSet-Cookie: x=y\r\n\r\n<b>",
    "marks": "a" + "\u0301" * 5000,
    "huge": "9" * 30,
    "negative": "-1",
    "nan": "NaN",
    "bound": "2147483648",
    "empty": "",
}
JSON: dict[str, Any] = {
    **TEXTS,
    "null": None,
    "true": True,
    "int": 10**18,
    "huge int": 10**400,
    "negative": -(2**63) - 1,
    "float": 1e308,
    "list": [[["x"] * 50] * 50],
    "wide": ["x"] * 10_000,
    "object": {str(n): "x" for n in range(5000)},
    "nul key": {"a\0": "\0"},
    "surrogate key": {"\ud800": "\udfff"},
}
RAW = {
    "deep list": b"[" * LONG + b"]" * LONG,
    "deep object": b'{"a":' * LONG + b"1" + b"}" * LONG,
    "unclosed": b"[" * LONG,
    "nan": b'{"answer": NaN, "seq": 1, "client_id": "x"}',
    "infinity": b'{"answer": Infinity}',
    "huge number": b'{"answer": 1' + b"0" * 5000 + b', "seq": 1}',
    "huge exponent": b'{"answer": 1e99999, "seq": 1}',
    "lone surrogate": b'{"username": "\\ud800", "password": "\\udfff"}',
    "not utf-8": b'{"username": "\xff\xfe"}',
    "nul": b'{"username": "\\u0000", "password": "\\u0000"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "mark of order": b"\xef\xbb\xbf{}",
    "empty": b"",
    "twice": b'{"seq": 1, "seq": 2}',
    "a number": b"1",
}
PARAMETERS = {
    "/": ("next",),
    "/language/en": ("next",),
    "/courses": ("q",),
    "/verify": ("serial",),
    "/office": ("q", "unit", "after"),
    "/office/log": ("actor", "subject", "before"),
    "/reports/courses/finance/sample": ("unit", "class", "state", "who", "after", "lesson", "is", "did"),
    "/reports/courses/finance/sample?did=done&from=2026-01-01": ("to",),
    "/reports/courses/finance/sample/overview": ("q", "group", "order"),
    "/reports/classes": ("q",),
    "/reports/help": ("course", "class", "unit", "rule", "page"),
    "/reports/units": ("q", "group", "order"),
    "/reports/comparison": ("what", "course"),
    "/reports/comparison?what=units": ("one", "course"),
    "/reports/comparison?what=classes": ("one",),
    "/reports/comparison?what=periods": ("from1", "to1", "from2", "to2"),
    "/reports/courses/finance/sample/items": ("quiz", "which"),
    "/api/v1/courses": ("field", "q"),
    "/api/v1/reports/courses/finance/sample/scores": ("unit", "class", "state", "cursor"),
    "/api/v1/reports/courses/finance/sample/items": ("quiz", "which"),
}


def sane(reply: TestResponse, where: str) -> None:
    assert reply.status_code < 500, where
    assert "\0" not in str(reply.headers), where
    assert "x=y" not in reply.headers.getlist("Set-Cookie"), where


@pytest.mark.parametrize("value", TEXTS.values(), ids=TEXTS)
def test_any_text_in_any_parameter(stage: Stage, value: str) -> None:
    """Whoever may see most; and the cursors in their own form, for their numbers go to the database."""
    guest = stage.visitor("administrator")
    value = value.encode("utf-8", "replace").decode()[:SHORTER]
    for address, names in PARAMETERS.items():
        for name in names:
            for given in (value, f"abc-{value}"):
                path, _, fixed = address.partition("?")
                asked = {**dict(parse_qsl(fixed)), name: given}
                sane(guest.get(path, query_string=asked), f"{address} {name}={given[:40]!r}")
    for place in (value, f"1{value}", f"0001{value}", "0" * 5000 + "1", "٣", "-1"):
        sane(guest.get("/attempts/{open_own}", query_string={"q": place}), f"q={place[:40]!r}")


@pytest.mark.parametrize("value", TEXTS.values(), ids=TEXTS)
def test_any_text_in_any_place_of_a_path(stage: Stage, value: str) -> None:
    from urllib.parse import quote

    guest = stage.visitor("administrator")
    written = quote(value.encode("utf-8", "surrogatepass")[:8000], safe="")
    before = stage.rows()
    rules = [rule for rule in stage.app.url_map.iter_rules() if rule.arguments]
    assert len(rules) > 30
    for rule in rules:
        for name in rule.arguments:
            path = rule.rule
            for argument in sorted(rule.arguments):
                good = {
                    "field": "finance",
                    "of": "finance",
                    "slug": "sample",
                    "course": "sample",
                    "person_id": "1",
                }
                good |= {
                    "page_slug": "bai-1",
                    "class_id": "1",
                    "attempt_id": stage.cast.open["administrator"],
                }
                filled = (
                    written if argument == name else good.get(argument, "xlsx" if argument == "kind" else "x")
                )
                path = replace_argument(path, argument, filled)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                if method == "DELETE":
                    continue
                reply = guest.open(method, path, **({} if method == "GET" else {"data": {}}))
                sane(reply, f"{method} {rule.rule} {name}")
    assert {table: len(lines) for table, lines in stage.rows().items()} | {
        "audit_entry": 0,
        "signin_code": 0,
    } == {table: len(lines) for table, lines in before.items()} | {"audit_entry": 0, "signin_code": 0}


def replace_argument(path: str, name: str, value: str) -> str:
    import re

    return re.sub(rf"<(?:[^<>]*:)?{name}>", lambda found: value, path)


@pytest.mark.parametrize("value", TEXTS.values(), ids=TEXTS)
def test_any_text_in_any_field_of_a_form(stage: Stage, value: str) -> None:
    for row in DEEDS:
        if not row.who or row.api:
            continue
        guest = stage.visitor(doer(row))
        given = given_by(row, guest).get("data") or {"x": ""}
        for name in given:
            fields = given_by(row, guest).get("data") or {"x": ""}
            fields = {**fields, name: form_value(fields[name], value)}
            reply = guest.open(row.method, row.address, data=fields)
            sane(reply, f"{row.name} {name}")
            if reply.status_code < 400:  # it was taken: what follows starts from the same
                stage.renew()
                guest = stage.visitor(doer(row))


@pytest.mark.parametrize("value", TEXTS.values(), ids=TEXTS)
def test_any_text_as_the_answer_of_any_question(stage: Stage, value: str) -> None:
    """Typed, saved, submitted, and looked back on."""
    guest = stage.visitor("learner_u1")
    address = "/attempts/{lesson_learner_u1}"
    value = value.encode("utf-8", "replace").decode()
    shown = guest.get("/api/v1" + address).json["questions"]
    for question in shown:
        parts = [
            item["id"]
            for item in (question.get("left") or question.get("gaps") or question.get("options") or [])
        ]
        fields = {"question": question["id"], "answer": value, "seq": value, "page_token": value}
        fields |= {f"answer.{part}": value for part in parts}
        sane(guest.post(address, data=fields), question["id"])
        for token in (True, False):
            given = guest.get("/api/v1" + address).json
            body = {"answer": dict.fromkeys(parts, value) if parts else value, "seq": given["seq"] + 1}
            body["client_id"] = f"3f6f2a5e-0000-4000-8000-{shown.index(question):011}{int(token)}"
            if not token:
                body["answer"] = value
            reply = guest.open("PUT", f"/api/v1{address}/answers/{question['id']}", json=body)
            sane(reply, question["id"])
            # A long text in every part of a question is more than one call may bring.
            assert reply.status_code in (200, 413, 422)
    for _ in range(2):
        body = {"answers": {}, "client_id": "3f6f2a5e-0000-4000-8000-000000000099"}
        sane(guest.post(f"/api/v1{address}/submission", json=body), "submission")
    sane(guest.get(address), "the result")
    assert guest.get("/api/v1" + address).json["state"] == "submitted"
    for who in ("inspector", "trainer_u1"):
        reader = stage.visitor(who)
        sane(reader.get("/reports/courses/finance/sample/items?quiz=bai-1&which=all"), "the report")
        sane(reader.get("/api/v1/reports/courses/finance/sample/items?quiz=bai-1"), "the report's call")


@pytest.mark.parametrize("value", JSON.values(), ids=JSON)
def test_any_value_of_any_member_of_a_call(stage: Stage, value: Any) -> None:
    for row in DEEDS:
        if not row.api or not row.who:
            continue
        guest = stage.visitor(doer(row))
        for name in given_by(row, guest).get("json") or {}:
            body = {**given_by(row, guest)["json"], name: value}
            reply = guest.open(
                row.method, row.address, data=json.dumps(body), content_type="application/json"
            )
            sane(reply, f"{row.name} {name}")
            if reply.status_code >= 400:
                assert reply.mimetype == "application/problem+json", f"{row.name} {name}"
        answers = {"mot": value, "ngan": value, "so": value, "trong": value, "ghep": value}
        if row.endpoint == "api.submit":
            body = {"answers": answers, "client_id": "3f6f2a5e-0000-4000-8000-000000000001"}
            reply = guest.open(
                row.method, row.address, data=json.dumps(body), content_type="application/json"
            )
            sane(reply, row.name)


@pytest.mark.parametrize("data", RAW.values(), ids=RAW)
def test_any_bytes_as_the_body_of_a_call(stage: Stage, data: bytes) -> None:
    for row in DEEDS:
        if row.api and row.who and row.body:
            guest = stage.visitor(doer(row))
            reply = guest.open(row.method, row.address, data=data, content_type="application/json")
            assert 400 <= reply.status_code < 500, row.name
            assert reply.mimetype == "application/problem+json"
            reply = guest.open(
                row.method, row.address, data=data, content_type="application/json", bearer=True
            )
            assert 400 <= reply.status_code < 500, row.name


# Werkzeug leaves the temporary file of a part it stops reading to the collector, which is made to come by here.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_body_beyond_the_cap_is_refused_everywhere(stage: Stage) -> None:
    before = stage.rows()
    for row in DEEDS:
        if not row.who:
            continue
        guest = stage.visitor(doer(row))
        kind = "application/json" if row.api else "application/x-www-form-urlencoded"
        most = LARGE.get(row.endpoint, 2 * 1024 * 1024)
        data = b"a=" + b"x" * (most + 1)
        replies = [guest.open(row.method, row.address, data=data, content_type=kind)]
        if not row.api:
            parts = {f"f{n}": "x" for n in range(3000)}
            replies.append(
                guest.open(
                    row.method, row.address, data=parts, content_type="multipart/form-data", token=False
                )
            )
            head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            upload = head + b"x" * (most + 1_000_000) + b"\r\n--b--\r\n"
            kind = "multipart/form-data; boundary=b"
            replies.append(guest.open(row.method, row.address, data=upload, content_type=kind))
        if row.body is not None and (row.api or given_by(row, guest).get("data")):
            assert [reply.status_code for reply in replies] == [413] * len(replies), row.name
        assert all(reply.status_code < 500 for reply in replies), row.name
    gc.collect()
    after = stage.rows()
    assert after["attempt"] == before["attempt"]
    assert after["person"] == before["person"]


def test_a_long_value_costs_no_more_queries_than_a_short_one(stage: Stage) -> None:
    guest = stage.visitor("administrator")
    for address, name in (
        ("/office", "q"),
        ("/courses", "q"),
        ("/office/log", "subject"),
        ("/verify/x", "q"),
    ):
        short = queries(stage.database, lambda: guest.get(address, query_string={name: "a"}))  # noqa: B023
        long = queries(stage.database, lambda: guest.get(address, query_string={name: "a b " * 10_000}))  # noqa: B023
        assert long <= short, address


def queries(database: Database, deed: Any) -> int:
    sent: list[str] = []

    def note(*given: Any) -> None:
        sent.append(given[2])

    event.listen(database.engine, "before_cursor_execute", note)
    assert deed().status_code < 500
    event.remove(database.engine, "before_cursor_execute", note)
    return len(sent)


def given_by(row: Row, guest: Guest) -> dict[str, Any]:
    return dict(row.body(guest.stage.cast, guest.name)) if row.body else {}


def form_value(before: Any, value: str) -> Any:
    """As a browser would send it: no form holds half a character. For a file, its name and its content."""
    value = value.encode("utf-8", "replace").decode()
    if isinstance(before, tuple):
        name = "".join(letter for letter in value[:200] if letter not in "\r\n\0") or "x"
        return (io.BytesIO(value.encode()), f"{name}.csv")
    return value

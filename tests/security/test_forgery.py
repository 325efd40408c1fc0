"""A request that another site made the browser send is refused and writes nothing."""

import json
from typing import Any

from itsdangerous import URLSafeTimedSerializer

from tests.access_table import ROWS, Row
from tests.cast import Stage
from tests.security.test_tampering import DEEDS, doer

GUARDED = [row for row in DEEDS if row.who and row.endpoint != "api.sign_in"]


def test_without_the_forms_token_nothing_is_done(stage: Stage) -> None:
    before = stage.rows()
    for row in GUARDED:
        refused(stage, row)
    assert stage.rows() == before


def refused(stage: Stage, row: Row) -> None:
    guest, nobody = stage.visitor(doer(row)), stage.visitor("anonymous")
    assert nobody.open(row.method, row.address, token=False, **body(row, stage)).status_code == 400, row.name
    foreign = URLSafeTimedSerializer("another key", salt="wtf-csrf-token").dumps("x")
    for headers in (
        {},
        {"X-CSRFToken": "x"},
        {"X-CSRFToken": str(foreign)},
        {"Origin": "https://evil.example"},
    ):
        reply = guest.open(row.method, row.address, token=False, headers=headers, **body(row, stage))
        assert reply.status_code == 400, (row.name, headers)
    for name in (
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        reply = guest.open(row.method, row.address, token=False, data="{}", content_type=name)
        assert reply.status_code == 400, (row.name, name)


def test_json_in_other_clothes_is_refused_even_with_the_token(stage: Stage) -> None:
    before = stage.rows()
    for row in GUARDED:
        given = body(row, stage).get("json")
        for name in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
            if given is not None:
                guest = stage.visitor(doer(row))
                reply = guest.open(row.method, row.address, data=json.dumps(given), content_type=name)
                assert reply.status_code == 415, (row.name, name)
    assert stage.rows() == before


def test_a_bearer_header_that_opens_nothing_does_not_lift_the_guard(stage: Stage) -> None:
    """The header spares the token of the form: then the cookie must not count."""
    guest, before = stage.visitor("administrator"), stage.rows()
    for header in ("Bearer x", "Bearer ", "Bearer"):
        for row in GUARDED:
            if row.who != frozenset({"administrator"}) and not row.api:
                continue
            headers = {"Authorization": header}
            reply = guest.open(row.method, row.address, token=False, headers=headers, **body(row, stage))
            assert reply.status_code in (303, 400, 401), row.name
    assert stage.rows() == before


def test_the_token_of_one_browser_is_not_good_in_another(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    with guest.client.session_transaction() as held:
        held["csrf_token"] = "a secret of this browser's own"
    reply = guest.open("POST", "/attempts/{open_learner_u1}", data={"question": "mot"})
    assert reply.status_code == 400


def test_reading_methods_are_the_only_ones_without_it(stage: Stage) -> None:
    """No address takes a deed by GET: with every body of the table in the query, nothing is written."""
    guest, before = stage.visitor("administrator"), stage.rows()
    for row in ROWS:
        options = body(row, stage)
        fields = options.get("data") or options.get("json") or {}
        query = {name: str(value) for name, value in fields.items() if not isinstance(value, tuple)}
        address = row.address.partition("?")[0]
        assert guest.open("GET", address, query_string=query).status_code < 500, row.name
        assert guest.open("OPTIONS", row.address).status_code < 500
        for method in ("TRACE", "PATCH", "PROPFIND"):
            assert guest.open(method, row.address).status_code in (404, 405), row.name
    assert stage.rows() == before


def body(row: Row, stage: Stage) -> dict[str, Any]:
    return row.body(stage.cast, doer(row)) if row.body and row.who else {}

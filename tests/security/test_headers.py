"""What every response carries, and what no cache or proxy may make of it."""

import re

import pytest
from werkzeug.test import TestResponse

from learning.app import create_app
from learning.settings import Settings
from learning.web.scripts import LOOK_SOURCE
from tests.access_table import ROWS
from tests.cast import VISITORS, Stage

LESSON = "/courses/finance/sample/bai-1"
HOSTILE = (
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "evil.example"},
    {"X-Forwarded-For": "evil.example"},
    {"Forwarded": "host=evil.example"},
    {"X-Original-URL": "/office"},
    {"X-Rewrite-URL": "/office"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Accept-Language": "evil.example"},
)


SEALED = ("practising.evidence",)  # what people gave us, opened by itself
FRAMED = ("studio.preview", "studio.play")  # what the learner will see, in the editor's own page


def guarded(reply: TestResponse, where: str, *, framed: bool = False, sealed: bool = False) -> None:
    headers = reply.headers
    policy = dict(part.partition(" ")[::2] for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'", where
    assert "script-src" not in policy if sealed else policy.get("script-src") == f"'self' {LOOK_SOURCE}", (
        where
    )
    assert "sandbox" in policy if sealed else "unsafe" not in headers["Content-Security-Policy"], where
    assert policy.get("frame-ancestors") == ("'self'" if framed else "'none'"), where
    assert policy.get("base-uri") == "'none'", where
    assert policy.get("form-action") == ("'none'" if sealed else "'self'"), where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY"), where
    assert headers["Referrer-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert "Server" not in headers or "Werkzeug" not in headers["Server"], where
    assert "Access-Control-Allow-Origin" not in headers, where
    if reply.data:
        assert headers["Content-Type"], where
    if reply.mimetype.startswith("text/"):
        assert "charset=utf-8" in headers["Content-Type"].lower(), where


@pytest.mark.parametrize("name", ["anonymous", "learner_u1", "administrator"])
def test_every_response_carries_the_headers(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    for row in ROWS:
        reply = guest.open(
            row.method, row.address, token=False
        )  # an unsafe one is refused: an error has them too
        done = reply.status_code == 200
        guarded(
            reply, row.name, framed=done and row.endpoint in FRAMED, sealed=done and row.endpoint in SEALED
        )
        private = "no-store" in reply.headers["Cache-Control"] or "no-cache" in reply.headers["Cache-Control"]
        immutable = row.endpoint in ("study.media", "studio.draft_media") and reply.status_code == 200
        assert reply.headers["Cache-Control"].startswith("private"), row.name
        assert private or immutable, row.name
    for address in (
        "/none",
        "/courses/a/b/c/d/e",
        "/api/v1/none",
        "/static/app.css",
        "/.git/config",
        "/.env",
    ):
        reply = guest.get(address)
        assert reply.status_code == 404, address
        guarded(reply, address)
    for reply in (guest.open("DELETE", "/"), guest.post("/healthz"), guest.post("/", data="x" * 3_000_000)):
        assert reply.status_code in (405, 413)
        guarded(reply, str(reply.status_code))


def test_personal_pages_are_kept_nowhere(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    for address in (
        "/",
        "/me",
        "/me/sessions",
        "/courses",
        "/courses/finance/sample",
        "/attempts/{open_learner_u1}?q=1",
        "/attempts/{finished_learner_u1}",
        "/certificates/{serial_learner_u1}",
        "/api/v1/me",
        "/api/v1/attempts/{open_learner_u1}",
        "/api/v1/me/certificates",
    ):
        assert guest.get(address).headers["Cache-Control"] == "private, no-store", address


def test_an_inner_error_has_the_headers_and_tells_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **named: object) -> None:
        raise ValueError("SELECT secret FROM /srv/learning")

    for endpoint, address in (("study.me", "/me"), ("api.me", "/api/v1/me")):
        monkeypatch.setitem(stage.app.view_functions, endpoint, broken)
        stage.app.testing = False
        reply = stage.visitor("learner_u1").get(address)
        assert reply.status_code == 500
        guarded(reply, address)
        assert "SELECT" not in reply.text
        assert "Traceback" not in reply.text
        assert "/srv/" not in reply.text


def test_over_https_the_cookie_is_the_hosts_own_and_the_way_stays_https(
    stage: Stage, settings: Settings
) -> None:
    from dataclasses import replace

    secure = replace(settings, base_url="https://hoc.example.vn")
    app = create_app(secure, clock=stage.clock, database=stage.database)
    reply = app.test_client().get("/", base_url="https://hoc.example.vn")
    given = next(line for line in reply.headers.getlist("Set-Cookie"))
    assert given.startswith("__Host-session=")
    assert "Secure" in given
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]


def test_a_lesson_is_the_same_bytes_for_everyone_and_differs_by_language_alone(stage: Stage) -> None:
    seen: dict[str, set[bytes]] = {"vi": set(), "en": set()}
    tags: dict[str, set[str]] = {"vi": set(), "en": set()}
    for name in VISITORS[1:]:
        guest = stage.visitor(name)
        for language, found in seen.items():
            guest.client.set_cookie("language", language)
            reply = guest.get(LESSON)
            found.add(reply.data)
            tags[language].add(reply.headers["ETag"])
            assert "Set-Cookie" not in reply.headers
            assert {"Cookie", "Accept-Encoding"} <= {
                part.strip() for part in reply.headers["Vary"].split(",")
            }
    assert (len(seen["vi"]), len(seen["en"])) == (1, 1)
    assert (len(tags["vi"]), len(tags["en"])) == (1, 1)
    assert seen["vi"] != seen["en"]
    assert tags["vi"] != tags["en"]
    page = seen["vi"].pop().decode()
    assert not re.search(r"csrf|hocvien|Ánh Tuyết|Quy Nhơn", page)


def test_a_lesson_from_memory_is_not_for_who_has_signed_out(stage: Stage) -> None:
    reply = stage.visitor("learner_u1").get(LESSON)
    tag = reply.headers["ETag"]
    assert stage.visitor("learner_u2").get(LESSON, headers={"If-None-Match": tag}).status_code == 304
    assert stage.visitor("anonymous").get(LESSON, headers={"If-None-Match": tag}).status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        f"{LESSON}/x.css",
        f"{LESSON}.css",
        f"{LESSON};x.css",
        f"{LESSON}%2fx.css",
        f"{LESSON}%00.css",
        f"{LESSON}%0a.css",
        f"{LESSON}/quiz/x.js",
        "/me/x.css",
        "/me;x.css",
        "/me.css",
        "/me%2fx.css",
        "/me/.css",
        "/courses/finance/sample.css",
        "/attempts/{open_learner_u1}/x.css",
        "/attempts/{open_learner_u1}.css",
        "/api/v1/me/x.css",
        "/api/v1/me.css",
        "/assets/../me",
        "/assets/%2e%2e/me",
        "/assets/../../secret-key",
    ],
)
def test_no_personal_page_answers_under_the_name_of_an_asset(stage: Stage, address: str) -> None:
    reply = stage.visitor("learner_u1").get(address)
    assert reply.status_code in (404, 405)
    assert "no-store" in reply.headers["Cache-Control"]
    assert "Ánh Tuyết" not in reply.text


@pytest.mark.parametrize("headers", HOSTILE, ids=lambda headers: next(iter(headers)))
def test_what_a_proxy_or_client_claims_poisons_no_page(stage: Stage, headers: dict[str, str]) -> None:
    for name in ("anonymous", "learner_u1"):
        guest = stage.visitor(name)
        for address in (LESSON, "/", "/me", "/courses", "/verify", "/verify/{serial_learner_u1}", "/none"):
            plain, reply = guest.get(address), guest.get(address, headers=headers)
            assert "evil.example" not in reply.text + str(reply.headers), address
            if "Host" not in headers:  # the test's browser sends its cookie to one host alone
                assert reply.status_code == plain.status_code
    stage.visitor("learner_u1").get(LESSON, headers=headers)
    assert "evil.example" not in stage.visitor("learner_u2").get(LESSON).text


def test_a_certificates_address_is_the_settings_whatever_host_is_asked(stage: Stage) -> None:
    guest = stage.visitor("learner_u1")
    for headers in HOSTILE[1:]:
        page = guest.get("/certificates/{serial_learner_u1}", headers=headers).text
        assert "http://localhost/verify/" in page

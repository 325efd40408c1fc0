"""Who is signed in is known by the server, and ends there."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.accounts import passwords
from tests import make
from tests.cast import Guest, Stage

NEW = "cà phê phố núi"


def cookie(client: FlaskClient) -> str:
    held = client.get_cookie("session")
    return held.value if held else ""


def replay(stage: Stage, value: str) -> int:
    """What an old cookie opens: 200 where it is somebody's, 303 where nobody's."""
    client = stage.app.test_client()
    client.set_cookie("session", value)
    return client.get("/me").status_code


def sign_in(stage: Stage, username: str = "hocvien") -> Guest:
    client = stage.app.test_client()
    make.sign_in(client, username)
    with client.session_transaction() as held:
        held["csrf_token"] = "a form's secret of the tests"
    return Guest("learner_u1", client, stage)


def test_signing_in_begins_under_a_new_cookie_and_a_new_session(stage: Stage) -> None:
    client = stage.app.test_client()
    client.get("/")
    before = cookie(client)
    make.sign_in(client, "hocvien")
    after = cookie(client)
    assert before != after
    assert (replay(stage, before), replay(stage, after)) == (303, 200)
    with client.session_transaction() as held:
        assert set(held) <= {"_permanent", "sid", "csrf_token"}  # nothing of the person is in the cookie


def test_a_session_planted_before_signing_in_is_not_taken_over(stage: Stage) -> None:
    client = stage.app.test_client()
    with client.session_transaction() as held:
        held["sid"] = "planted"
        held["role"] = "administrator"
    make.sign_in(client, "hocvien")
    with client.session_transaction() as held:
        assert held["sid"] != "planted"
        assert "role" not in held


def test_signing_in_again_ends_the_session_before(stage: Stage) -> None:
    guest = sign_in(stage)
    first = cookie(guest.client)
    guest.post("/", data={"username": "hocvien2", "password": make.PASSWORD})
    assert replay(stage, first) == 303
    assert replay(stage, cookie(guest.client)) == 200


def _sign_out(stage: Stage, guest: Guest) -> None:
    assert guest.post("/sign-out", data={}).status_code == 303


def _sign_out_by_api(stage: Stage, guest: Guest) -> None:
    assert guest.open("DELETE", "/api/v1/session").status_code == 204


def _change_password_elsewhere(stage: Stage, guest: Guest) -> None:
    form = {"password": make.PASSWORD, "new_password": NEW, "new_password_again": NEW}
    assert stage.visitor("learner_u1").post("/me/password", data=form).status_code == 303


def _grant_role(stage: Stage, guest: Guest) -> None:
    address = "/office/people/{person_learner_u1}/roles"
    assert stage.visitor("administrator").post(address, data={"role": "trainer:"}).status_code == 303


def _remove_role(stage: Stage, guest: Guest) -> None:
    address = "/office/people/{person_learner_u1}/roles/removal"
    assert stage.visitor("administrator").post(address, data={"role": "learner:"}).status_code == 303


def _deactivate(stage: Stage, guest: Guest) -> None:
    address = "/office/people/{person_learner_u1}/account"
    assert stage.visitor("administrator").post(address, data={"active": "no"}).status_code == 303


def _expire(stage: Stage, guest: Guest) -> None:
    stage.clock.move(timedelta(days=15))


@pytest.mark.parametrize(
    "deed",
    [
        _sign_out,
        _sign_out_by_api,
        _change_password_elsewhere,
        _grant_role,
        _remove_role,
        _deactivate,
        _expire,
    ],
)
def test_what_ends_a_session_ends_it_on_the_server(stage: Stage, deed: Callable[[Stage, Guest], Any]) -> None:
    guest = sign_in(stage)
    kept = cookie(guest.client)
    assert replay(stage, kept) == 200
    deed(stage, guest)
    assert replay(stage, kept) == 303


@pytest.mark.parametrize("deed", [_change_password_elsewhere, _grant_role, _remove_role, _deactivate])
def test_and_the_tokens_of_programs_with_it(stage: Stage, deed: Callable[[Stage, Guest], Any]) -> None:
    guest = stage.visitor("learner_u1")
    assert guest.get("/api/v1/me", bearer=True).status_code == 200
    deed(stage, guest)
    assert guest.get("/api/v1/me", bearer=True).status_code == 401


def test_one_kind_of_token_does_not_open_the_others_door(stage: Stage) -> None:
    client = stage.app.test_client()
    for header in (
        f"Bearer {stage.cast.browser['administrator']}",
        f"bearer {stage.cast.api['administrator']}",
        f"Basic {stage.cast.api['administrator']}",
        f"Bearer {stage.cast.hashes['administrator']}",
    ):
        assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401, header
    with client.session_transaction() as held:
        held["sid"] = stage.cast.api["administrator"]
    assert client.get("/me").status_code == 303


def test_a_cookie_signed_with_another_key_is_nobodys(stage: Stage) -> None:
    value = cookie(stage.visitor("administrator").client)
    assert replay(stage, value) == 200
    # The signature's first letter: the last one carries spare bits, and two letters there can say the same bytes.
    body, _, signature = value.rpartition(".")
    other = f"{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    for forged in (other, value.partition(".")[0], "", "x" * 3000):
        assert replay(stage, forged) == 303


@pytest.mark.parametrize("header", ["session=\xff", "\xe9=1; session", "session=a; session=b", ";;=;"])
def test_cookies_of_odd_bytes_are_nobodys(stage: Stage, header: str) -> None:
    # Twice: what a header says is remembered.
    client = stage.app.test_client(use_cookies=False)
    assert [client.get("/me", headers={"Cookie": header}).status_code for _ in range(2)] == [303, 303]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stage: Stage) -> None:
    reply = stage.visitor("anonymous").post("/", data={"username": "hocvien", "password": make.PASSWORD})
    given = next(line for line in reply.headers.getlist("Set-Cookie") if line.startswith("session="))
    assert "HttpOnly" in given
    assert "SameSite=Lax" in given
    assert "Domain" not in given


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words and status, after the same work: how many comparisons is counted, not how long they take."""
    compared: list[str] = []
    verify = passwords._hasher.__class__.verify

    def counting(hasher: Any, given: str, password: str) -> bool:
        compared.append(given.partition("$m=")[2].partition("$")[0])
        return bool(verify(hasher, given, password))

    monkeypatch.setattr(passwords._hasher.__class__, "verify", counting)
    answers: set[tuple[int, str]] = set()
    for username in ("hocvien", "khongcoai", "quantri", "x" * 90):
        guest = stage.visitor("anonymous")
        reply = guest.post("/", data={"username": username, "password": "sai bét"})
        answers.add((reply.status_code, alike(reply.text, username)))
    assert len(answers) == 1
    assert len(compared) == 4
    assert len(set(compared)) == 1  # with the same cost
    for username in ("hocvien", "khongcoai"):
        reply = guest.post("/api/v1/session", json={"username": username, "password": "sai bét"})
        answers.add((reply.status_code, reply.text))
        code = {"username": username, "code": "AAAAA-AAAAA", "new_password": NEW, "new_password_again": NEW}
        reply = stage.visitor("anonymous").post("/code", data=code)
        answers.add((reply.status_code, alike(reply.text, username)))
    assert len(answers) == 3
    assert len(compared) == 8


def test_a_shut_out_person_and_one_without_password_are_answered_so_too(stage: Stage) -> None:
    _deactivate(stage, stage.visitor("learner_u1"))
    replies = [
        stage.visitor("anonymous").post("/", data={"username": name, "password": make.PASSWORD})
        for name in ("hocvien", "khongcoai")
    ]
    names = ("hocvien", "khongcoai")
    seen = [(reply.status_code, alike(reply.text, name)) for reply, name in zip(replies, names, strict=True)]
    assert seen[0] == seen[1]


def alike(page: str, username: str) -> str:
    """A page but for the name that was typed and the form's token."""
    page = re.sub(r'name="csrf_token"[^>]*', "", page)
    return page.replace(username, "…")


ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/\r\nSet-Cookie: a=b",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%252fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/;//evil.example",
    "evil.example",
    "@evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "/\uff0f/evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "",
)


def test_no_next_leads_off_the_site(stage: Stage) -> None:
    for address in ELSEWHERE:
        leads_nowhere(stage, address)


def leads_nowhere(stage: Stage, address: str) -> None:
    signing_in = {"username": "hocvien", "password": make.PASSWORD, "next": address}
    replies = [
        stage.visitor("anonymous").post("/", data=signing_in),
        stage.visitor("anonymous").get("/language/en", query_string={"next": address}),
        stage.visitor("anonymous").get("/", query_string={"next": address}),
    ]
    if "\0" in address:
        assert [reply.status_code for reply in replies] == [400, 400, 400]
        return
    assert [reply.status_code for reply in replies] == [303, 302, 200]
    for reply in replies[:2]:
        stays(reply.headers["Location"])
        assert len(reply.headers.getlist("Location")) == 1
        assert "a=b" not in str(reply.headers.getlist("Set-Cookie"))


def stays(location: str) -> None:
    """As a browser reads it: tabs and line ends are dropped, a backslash is a slash."""
    seen = "".join(letter for letter in location if ord(letter) > 32).replace("\\", "/")
    seen = seen.removeprefix("http://localhost")
    assert seen.startswith("/"), location
    assert not seen.startswith("//"), location


@pytest.mark.parametrize("address", ["/courses", "/attempts/x?q=1", "/courses?q=ngân%20sách"])
def test_an_address_of_the_site_is_kept(stage: Stage, address: str) -> None:
    signing_in = {"username": "hocvien", "password": make.PASSWORD, "next": address}
    reply = stage.visitor("anonymous").post("/", data=signing_in)
    assert reply.headers["Location"].startswith(address.partition("ngân")[0])


@pytest.mark.parametrize(
    "referrer", ["http://[", "//evil.example/x", "http://localhost//evil.example", "\x00", "x" * 9000]
)
def test_a_form_sent_signed_out_leads_back_to_a_page_of_the_site(stage: Stage, referrer: str) -> None:
    reply = stage.visitor("anonymous").post("/me/password", data={}, headers={"Referer": referrer})
    assert reply.status_code == 303
    assert reply.headers["Location"].startswith("/?next=/")
    there = stage.visitor("anonymous").get(reply.headers["Location"])
    assert "evil.example" not in there.text or 'value="//' not in there.text

"""Assets, languages, compression and the pages that explain errors."""

import gzip
import json
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import abort, jsonify
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from sqlalchemy.exc import OperationalError
from wtforms import DecimalField, StringField
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired

from learning.app import create_app
from learning.settings import ROOT, Settings
from learning.web import assets, i18n, language, scripts
from learning.web.context import App


@pytest.fixture
def extended(app: App) -> App:
    """The application with views that go wrong."""

    def fail(code: int) -> str:
        abort(code)

    def busy() -> str:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    app.add_url_rule("/fail/<int:code>", "fail", fail)
    app.add_url_rule("/api/v1/fail/<int:code>", "api_fail", fail)
    app.add_url_rule("/busy", "busy", busy)
    app.add_url_rule("/long", "long", lambda: "chữ " * 1000)
    app.add_url_rule("/short", "short", lambda: "chữ")
    app.add_url_rule("/json", "json", lambda: jsonify(["chữ"] * 1000))
    return app


# Assets


def test_assets_are_named_by_their_content_and_kept_for_ever(app: App, client: FlaskClient) -> None:
    for name, address in app.extensions["assets"].items():
        reply = client.get(address, buffered=True)
        assert reply.status_code == 200, name
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        if address.endswith((".css", ".js", ".svg")):
            for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
                packed = client.get(address, headers={"Accept-Encoding": encoding}, buffered=True)
                assert packed.headers["Content-Encoding"] == encoding
                assert unpack(packed.data) == reply.data


def test_a_second_start_keeps_the_same_files(app: App, settings: Settings, clock: Any, database: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in (settings.instance / "assets").iterdir()}
    create_app(settings, clock=clock, database=database)
    assert before == {path: path.stat().st_mtime_ns for path in (settings.instance / "assets").iterdir()}


def test_nothing_outside_the_assets_is_served(client: FlaskClient) -> None:
    for address in ("/assets/../learning.sqlite", "/assets/%2e%2e/learning.sqlite", "/assets/none.css"):
        assert client.get(address, buffered=True).status_code == 404


def test_the_style_sheet_loses_nothing_when_made_lean(tmp_path: Path) -> None:
    for name in (*assets.FIRST, *assets.LAST):
        (tmp_path / name).write_text("")
    (tmp_path / "a.css").write_text(
        "/* why */ .a > .b { margin: 0 calc(1px + 2px) ; }\n.c:not(.d) , .e { x: y }"
    )
    assert assets.stylesheet(tmp_path) == ".a > .b{margin:0 calc(1px + 2px)}.c:not(.d),.e{x:y}"


def test_scripts_are_sent_without_their_comments() -> None:
    script = "// Why.\nif (a) {\n  // And why not.\n  b('//c'); // kept\n}\n"
    assert scripts.lean(script) == "if (a) {\nb('//c');\n}\n"


def test_no_text_in_a_script_runs_over_lines() -> None:
    for script in (ROOT / "static" / "js").glob("*.js"):
        for line in script.read_text().splitlines():
            assert line.count("`") % 2 == 0 or "/g" in line, (script.name, line)


def test_learners_do_not_load_what_the_desks_look_like(app: App, client: FlaskClient) -> None:
    told = [
        client.get(app.extensions["assets"][name], buffered=True).text for name in ("app.css", "desk.css")
    ]
    assert [".studio-" in sheet for sheet in told] == [False, True]
    assert [".option" in sheet for sheet in told] == [True, False]


def test_a_script_imports_others_by_their_hashed_names() -> None:
    files = {
        "a.js": b'import { b } from "./b.js";\nconst c = () => import("./c.js");\nimport "./c.js";',
        "b.js": b'export { c } from "./c.js"; const said = "./c.js"; transport("./c.js")',
        "c.js": b"1",
        "editor.js": b'import{x}from"./chunk.js"',
    }
    done = assets.linked(files)
    names = {name: assets._hashed(name, data) for name, data in done.items()}
    assert (
        done["a.js"].decode()
        == f'import {{ b }} from "./{names["b.js"]}";\nconst c = () => import("./{names["c.js"]}");\n'
        f'import "./{names["c.js"]}";'
    )
    assert done["b.js"].decode().count(names["c.js"]) == 1
    assert done["editor.js"] == files["editor.js"]
    # A change below is a new name above.
    assert assets.linked(files | {"c.js": b"2"})["a.js"] != done["a.js"]
    assert assets.imports(files, "a.js") == ("a.js", "b.js", "c.js")


def test_scripts_that_import_nothing_or_each_other_are_named() -> None:
    with pytest.raises(ValueError, match=r"a\.js imports b\.js"):
        assets.linked({"a.js": b'import "./b.js"'})
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        assets.linked({"a.js": b'import "./b.js"', "b.js": b'import "./a.js"'})


# Compression


@pytest.mark.parametrize(
    ("accept", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")]
)
def test_pages_are_sent_compressed(extended: App, accept: str, encoding: str) -> None:
    for address in ("/long", "/json"):
        reply = extended.test_client().get(address, headers={"Accept-Encoding": accept})
        assert reply.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in reply.headers["Vary"]
        assert len(reply.data) == reply.content_length


def test_what_is_short_or_not_asked_for_is_sent_plain(extended: App) -> None:
    client = extended.test_client()
    assert "Content-Encoding" not in client.get("/short", headers={"Accept-Encoding": "br"}).headers
    assert "Content-Encoding" not in client.get("/long").headers
    assert "Content-Encoding" not in client.get("/long", headers={"Accept-Encoding": "br;q=0"}).headers


# Languages


def test_the_language_is_chosen_by_a_link_and_kept(client: FlaskClient) -> None:
    reply = client.get("/language/en?next=/verify")
    assert reply.headers["Location"] == "/verify"
    assert "language=en" in reply.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/").text
    client.get("/language/vi")
    assert '<html lang="vi">' in client.get("/").text
    assert client.get("/language/fr").status_code == 404


@pytest.mark.parametrize(
    "address", ["//evil.vn", "/\\evil.vn", "https:evil.vn", "javascript:alert(1)", "/a\r\nX: y", "evil", ""]
)
def test_the_language_link_leads_nowhere_else(client: FlaskClient, address: str) -> None:
    reply = client.get("/language/en", query_string={"next": address})
    assert reply.headers["Location"] == "/"


def test_a_catalogue_is_made_where_it_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "messages.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Học"\nmsgstr "Learn"\n'
    )
    target = tmp_path / "made" / "messages.mo"
    i18n._compile(source, target)
    first = target.stat().st_mtime_ns
    i18n._compile(source, target)
    assert target.stat().st_mtime_ns == first
    assert b"Learn" in target.read_bytes()


def test_every_message_of_wtforms_is_said_in_vietnamese() -> None:
    from babel.messages.pofile import read_po

    with (Path(messages_path()) / "wtforms.pot").open("rb") as file:
        known = [message.id for message in read_po(file) if message.id]
    singular = {text if isinstance(text, str) else text[0] for text in known}
    assert singular == set(language.VIETNAMESE)


def test_forms_speak_the_readers_language(app: App) -> None:
    class Form(FlaskForm):  # type: ignore[misc]
        name = StringField(validators=[DataRequired()])
        number = DecimalField()

    for cookie, words in (("vi", "Cần điền ô này."), ("en", "This field is required.")):
        with app.test_request_context(
            "/", method="POST", data={"number": "x"}, headers={"Cookie": f"language={cookie}"}
        ):
            form = Form(meta={"csrf": False})
            assert not form.validate()
            assert form.name.errors == [words]


# Errors


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
def test_every_error_says_what_happened_and_what_to_do(extended: App, code: int) -> None:
    reply = extended.test_client().get(f"/fail/{code}")
    assert reply.status_code == code
    assert reply.text.count("<h1>") == 1
    assert f"Mã: {code}" in reply.text
    assert 'href="/"' in reply.text


def test_a_busy_database_asks_to_come_back(extended: App) -> None:
    reply = extended.test_client().get("/busy")
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert "Hệ thống đang bận" in reply.text


def test_an_error_is_explained_though_the_database_is_away(extended: App, monkeypatch: Any) -> None:
    client = extended.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = "anything"

    def away(*given: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("learning.accounts.visitors._visitor_of", away)
    assert client.get("/").status_code == 503


def test_an_unexpected_failure_is_explained_too(settings: Settings, clock: Any, database: Any) -> None:
    app = create_app(settings, clock=clock, database=database)
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.logger.disabled = True
    reply = app.test_client().get("/broken")
    assert reply.status_code == 500 and "Có lỗi ở phía hệ thống" in reply.text


def test_a_form_without_token_is_told_that_nothing_is_lost(client: FlaskClient) -> None:
    reply = client.post("/", data={"username": "a"})
    assert reply.status_code == 400
    assert "Trang này đã mở quá lâu" in reply.text and "vẫn còn nguyên" in reply.text


def test_programs_get_problem_documents(extended: App) -> None:
    reply = extended.test_client().get("/api/v1/fail/404")
    assert reply.status_code == 404
    assert reply.mimetype == "application/problem+json"
    assert json.loads(reply.data)["status"] == 404

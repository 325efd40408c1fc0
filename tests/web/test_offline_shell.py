"""What a phone may keep: the shell, and the list of a course. All of it is the same for everyone."""

import hashlib
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import structs
from PIL import Image
from sqlalchemy.orm import Session

from learning.app import create_app
from learning.clock import FixedClock
from learning.content.model import Course
from learning.database import Database
from learning.settings import SettingError, Settings, read_settings
from learning.study import shell
from learning.web.context import App
from tests import make

LIST = "/courses/finance/sample/offline.json"


@pytest.fixture
def reader(client: FlaskClient, session: Session) -> FlaskClient:
    make.publish(session)
    person = make.person(session, username="hoc", password=make.PASSWORD)
    session.commit()
    make.sign_in(client, person.username)
    return client


# The worker and its shell


def told(client: FlaskClient) -> dict[str, Any]:
    first = client.get("/sw.js").text.splitlines()[0]
    return dict(json.loads(first.removeprefix("const SHELL = ").removesuffix(";")))


def test_the_worker_is_asked_for_each_time_and_is_small(client: FlaskClient) -> None:
    reply = client.get("/sw.js", headers={"Accept-Encoding": "br"})
    assert reply.headers["Cache-Control"] == "private, no-cache"
    assert reply.mimetype == "text/javascript"
    assert reply.headers["Content-Encoding"] == "br" and len(reply.data) <= 5 * 1024
    assert client.get("/sw.js", headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_the_shell_is_there_and_belongs_to_nobody(client: FlaskClient) -> None:
    shell = told(client)
    for address in (shell["page"], *shell["addresses"]):
        reply = client.get(address, buffered=True)
        assert reply.status_code == 200, address
        assert "Set-Cookie" not in reply.headers and "no-store" not in reply.headers["Cache-Control"]
    names = {re.sub(r"/assets/([\w-]+)\.\w+", r"\1", address) for address in shell["addresses"]}
    assert {"app.css", "site.js", "offline.js", "copies.js"} <= names
    assert not {"editor.js", "page-editor.js", "sw.js"} & names


def test_the_page_without_a_network_says_the_same_to_everyone(reader: FlaskClient, app: App) -> None:
    stranger = app.test_client().get("/offline")
    assert reader.get("/offline").data == stranger.data
    assert "Set-Cookie" not in stranger.headers
    again = reader.get("/offline", headers={"If-None-Match": stranger.headers["ETag"]})
    assert again.status_code == 304
    english = app.test_client()
    english.get("/language/en")
    assert english.get("/offline").data != stranger.data


def test_a_change_of_the_worker_or_of_a_page_is_a_new_shell(
    settings: Settings, clock: FixedClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made() -> str:
        return str(told(create_app(settings, clock=clock, database=database).test_client())["hash"])

    before = made()
    assert made() == before
    monkeypatch.setattr(shell, "_source", lambda: "// another")
    assert made() != before


def test_the_worker_is_not_among_the_assets(app: App) -> None:
    assert "sw.js" not in app.extensions["assets"]


def test_the_manifest_names_icons_of_their_sizes(client: FlaskClient) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    purposes = set()
    for icon in json.loads(manifest.text)["icons"]:
        reply = client.get(icon["src"], buffered=True)
        with Image.open(io.BytesIO(reply.data)) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]
            if (
                icon["purpose"] == "maskable"
            ):  # cut to a circle by the phone: nothing at the edge but its colour
                assert picture.convert("RGBA").getpixel((0, 0)) == (0x0B, 0x5D, 0x45, 255)
        assert len(reply.data) <= 8 * 1024
        purposes.add(icon["purpose"])
    assert purposes == {"any", "maskable"}


def test_pages_of_strangers_load_nothing_of_it(client: FlaskClient) -> None:
    for address in ("/", "/verify", "/code"):
        page = client.get(address).text
        assert "manifest" not in page and "site." not in page and "/sw.js" not in page


# Switched off


def test_switched_off_the_worker_clears_and_goes(
    settings: Settings, clock: FixedClock, database: Database
) -> None:
    client = create_app(replace(settings, offline=False), clock=clock, database=database).test_client()
    worker = client.get("/sw.js")
    assert worker.headers["Cache-Control"] == "private, no-cache"
    assert "unregister()" in worker.text and '"fetch"' not in worker.text
    assert "data-worker" not in client.get("/offline").text


def test_the_switch_is_on_or_off(tmp_path: Any) -> None:
    environ = {"LEARNING_INSTANCE": str(tmp_path)}
    assert read_settings(environ).offline
    assert not read_settings(environ | {"LEARNING_OFFLINE": "off"}).offline
    with pytest.raises(SettingError, match="LEARNING_OFFLINE"):
        read_settings(environ | {"LEARNING_OFFLINE": "no"})


# The list of a course


def test_everything_listed_is_there_as_it_is_listed(reader: FlaskClient) -> None:
    listed = json.loads(reader.get(LIST).text)
    addresses = [file["address"] for file in listed["files"]]
    assert "/courses/finance/sample/bai-1" in addresses
    assert [page["address"] for page in listed["pages"]] == [
        a for a in addresses if a.startswith("/courses/")
    ]
    for file in listed["files"]:
        reply = reader.get(file["address"], buffered=True)
        assert reply.status_code == 200, file
        assert hashlib.sha256(reply.data).hexdigest() == file["hash"]
        packed = reader.get(file["address"], headers={"Accept-Encoding": "br"}, buffered=True)
        assert len(packed.data) == file["bytes"]
        assert "Set-Cookie" not in reply.headers and "no-store" not in reply.headers["Cache-Control"]
    scripts = {re.sub(r"/assets/([\w-]+)\.\w+", r"\1", a) for a in addresses if a.endswith(".js")}
    assert {"site.js", "outbox.js", "vault.js"} <= scripts  # what is imported, too
    assert listed["bytes"] == sum(file["bytes"] for file in listed["files"])


def test_the_list_is_the_same_for_everyone_and_holds_nothing_that_is_asked(
    reader: FlaskClient, app: App, session: Session
) -> None:
    other = make.person(session, username="khac", password=make.PASSWORD)
    session.commit()
    second = app.test_client()
    make.sign_in(second, other.username)
    listed = reader.get(LIST)
    assert listed.data == second.get(LIST).data
    for page in json.loads(listed.text)["pages"]:
        assert page["kind"] != "exam"
    for file in json.loads(listed.text)["files"]:
        assert re.match(r"/(assets|media)/|/courses/finance/sample/[\w-]+$", file["address"])
        assert not file["address"].endswith(("/quiz", "/exam"))


def test_a_stranger_gets_no_list(client: FlaskClient, session: Session) -> None:
    make.publish(session)
    session.commit()
    assert client.get(LIST).status_code == 303


def test_pictures_of_lessons_and_of_their_questions_are_listed(reader: FlaskClient, session: Session) -> None:
    from learning.library.blobs import keep
    from learning.library.models import ReleaseFile

    def picture(name: str) -> str:
        data = name.encode()
        digest = keep(session, data)
        pictures.append((digest, f"images/{name}"))
        return f'<img src="/media/{digest}/{name}" alt="">'

    pictures: list[tuple[str, str]] = []
    shown, asked, drawn = picture("shown.png"), picture("asked.png"), picture("explained.png")
    question = structs.replace(make.single(), prompt=f"<p>{asked}</p>", explanation=f"<p>{drawn}</p>")
    course: Course = make.course(make.lesson("bai-1", question, html=f"<p>{shown}</p>"))
    release = make.publish(session, course)
    session.add_all(
        ReleaseFile(release_id=release.release_id, path=path, sha256=sha) for sha, path in pictures
    )
    session.commit()
    listed = json.loads(reader.get(LIST).text)
    media = {f["address"].rsplit("/", 1)[-1] for f in listed["files"] if f["address"].startswith("/media/")}
    assert media == {"shown.png", "asked.png"}


def test_a_new_release_is_a_new_list(reader: FlaskClient, session: Session) -> None:
    before = reader.get(LIST)
    assert reader.get(LIST, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    make.publish(session, make.course(make.lesson("bai-1", html="<p>Mới</p>")))
    session.commit()
    after = json.loads(reader.get(LIST).text)
    assert after["hash"] != json.loads(before.text)["hash"]

"""Pictures of lessons: one file, and for old browsers the same picture in a format they know."""

import io
import re
import shutil
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from learning.content import checker
from learning.library import publishing
from learning.library.models import Blob, ReleaseFile
from tests import make, recordings

SAMPLE = Path(__file__).parents[1] / "content/sample/courses"


@pytest.fixture
def address(session: Session, client: FlaskClient) -> str:
    made = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(made, "WEBP")
    digest = sha256(made.getvalue()).hexdigest()
    published = make.publish(session, make.course())
    session.add(Blob(sha256=digest, data=made.getvalue()))
    session.flush()
    session.add(ReleaseFile(release_id=published.release_id, path="images/o-do.webp", sha256=digest))
    make.person(session, password=make.PASSWORD)
    session.commit()
    make.sign_in(client, "hocvien")
    return f"/media/{digest}/o-do.webp"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/webp"),
        ("*/*", "image/webp"),
        ("", "image/webp"),
        ("image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", "image/jpeg"),
    ],
)
def test_a_browser_gets_a_picture_it_knows(client: FlaskClient, address: str, accept: str, kind: str) -> None:
    reply = client.get(address, headers={"Accept": accept})
    assert (reply.status_code, reply.mimetype) == (200, kind)
    assert "Accept" in reply.vary
    assert reply.cache_control.immutable
    with Image.open(io.BytesIO(reply.data)) as image:
        assert image.size == (4, 3)


def test_a_course_on_the_disk_publishes_its_recording(
    client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    root = tmp_path / "courses"
    shutil.copytree(SAMPLE, root)
    lesson = root / "finance/sample/20-tam-ung.md"
    before, heading, after = lesson.read_text().partition("\n## Câu hỏi")
    lesson.write_text(f"{before}\n![Mời bác ngồi](audio/chao.opus)\n{heading}{after}")
    sound = root / "finance/sample/audio/chao.opus"
    sound.parent.mkdir()
    sound.write_bytes(recordings.opus())
    checked = checker.check(root, today=date(2026, 11, 22))
    assert [fault for fault in checked.faults if fault.severity == "fault"] == []
    publishing.publish(session, datetime(2026, 11, 22, 8, tzinfo=UTC), checked, actor="operator")
    make.person(session, password=make.PASSWORD)
    session.commit()
    make.sign_in(client, "hocvien")
    page = client.get("/courses/finance/sample/tam-ung").text
    shown = re.search(r'<audio controls="" preload="none" src="([^"]+)"></audio>', page)
    assert shown is not None and "<figcaption>Mời bác ngồi</figcaption>" in page
    reply = client.get(shown[1], headers={"Range": "bytes=0-3"})
    assert (reply.status_code, reply.mimetype, reply.data) == (206, "audio/ogg", b"OggS")


@pytest.fixture
def sound(session: Session, client: FlaskClient) -> str:
    data = recordings.mp3()
    digest = sha256(data).hexdigest()
    published = make.publish(session, make.course())
    session.add(Blob(sha256=digest, data=data))
    session.flush()
    session.add(ReleaseFile(release_id=published.release_id, path="audio/chao.mp3", sha256=digest))
    make.person(session, password=make.PASSWORD)
    session.commit()
    make.sign_in(client, "hocvien")
    return f"/media/{digest}/chao.mp3"


def test_a_recording_comes_whole_or_in_the_range_that_a_phone_asks_for(
    client: FlaskClient, sound: str
) -> None:
    data = recordings.mp3()
    whole = client.get(sound)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/mpeg", data)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.cache_control.immutable and whole.cache_control.private
    for asked, first, end in (("0-1", 0, 2), ("100-", 100, len(data)), ("-7", len(data) - 7, len(data))):
        part = client.get(sound, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.data) == (206, data[first:end])
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(data)}"
        assert part.headers["Content-Length"] == str(end - first)
    again = client.get(sound, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=5-1", "bytes=x", "chapters=1-2"])
def test_a_range_that_is_none_is_refused_or_the_whole_is_sent(
    client: FlaskClient, sound: str, asked: str
) -> None:
    reply = client.get(sound, headers={"Range": asked})
    assert reply.status_code in (200, 416)
    assert reply.status_code == 416 or reply.data == recordings.mp3()


def test_a_recording_is_for_who_is_signed_in_and_under_its_own_name(client: FlaskClient, sound: str) -> None:
    assert client.get(sound.replace("chao.mp3", "khac.mp3")).status_code == 404
    assert client.get(sound.replace("chao.mp3", "chao.ogg")).status_code == 404
    for cookie in list(client._cookies or {}):
        client.delete_cookie(cookie[2], domain=cookie[0], path=cookie[1])
    assert client.get(sound).status_code in (302, 303, 401)

"""Pictures of lessons: one file, and for old browsers the same picture in a format they know."""

import io
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from learning.library.models import Blob, ReleaseFile
from tests import make


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

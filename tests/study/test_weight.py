"""What a visit weighs on the wire (bodies, compressed): bytes do not vary, so they are held."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.content import checker
from learning.library import publishing
from learning.settings import ROOT
from tests import make
from tests.study.conftest import Reader

BROTLI = {"Accept-Encoding": "gzip, br"}
KB = 1024


def assets(html: str) -> list[str]:
    return sorted(set(re.findall(r"/assets/[\w.-]+", html)))


def weigh(client: FlaskClient, address: str) -> tuple[int, int]:
    """Bytes and requests of a first visit, without the content's own pictures."""
    page = client.get(address, headers=BROTLI)
    assert page.status_code == 200
    names = assets(client.get(address).text)
    parts = [client.get(name, headers=BROTLI, buffered=True) for name in names]
    assert all(part.headers.get("Content-Encoding") == "br" for part in parts)
    return len(page.data) + sum(len(part.data) for part in parts), 1 + len(parts)


@pytest.fixture
def lessons(session: Session) -> list[str]:
    """Every real lesson, published."""
    from datetime import UTC, date, datetime

    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    checked = checker.check(Path(ROOT / "courses"), today=date(2026, 11, 22))
    publishing.publish(session, now, checked, actor="operator")
    session.commit()
    courses = [checked.courses[name].course for name in checked.courses]
    return [f"/courses/{course.id}/{page.slug}" for course in courses if course for page in course.pages]


def test_a_first_visit_to_any_lesson_is_light(reader: Reader, lessons: list[str]) -> None:
    for address in lessons:
        size, requests = weigh(reader.client, address)
        assert size <= 45 * KB and requests <= 6, address


def test_a_repeat_visit_is_a_few_bytes(reader: Reader, lessons: list[str]) -> None:
    for address in lessons:
        first = reader.client.get(address, headers=BROTLI)
        again = reader.client.get(address, headers={**BROTLI, "If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304 and again.data == b""
        assert len(first.data) <= 14 * KB  # even when the lesson has changed meanwhile


def test_the_style_sheet_is_small(client: FlaskClient) -> None:
    address = next(name for name in assets(client.get("/").text) if name.endswith(".css"))
    sheet = client.get(address, headers=BROTLI, buffered=True)
    assert len(sheet.data) <= 8 * KB
    assert "immutable" in sheet.headers["Cache-Control"]


def test_a_question_is_light(reader: Reader, session: Session) -> None:
    make.publish(session)
    session.commit()
    reader.open("/courses/finance/sample/bai-1/quiz")
    reader.press()
    size, requests = weigh(reader.client, f"{reader.path}?q=1")
    assert size <= 50 * KB and requests <= 6


def test_a_recording_weighs_nothing_before_it_is_asked_to_play(reader: Reader, session: Session) -> None:
    player = f'<audio controls="" preload="none" src="/media/{"b" * 64}/a.mp3"></audio>'
    figure = f'<figure class="audio">{player}<figcaption>Mời bác ngồi</figcaption></figure>'
    make.publish(session, make.course(make.lesson("bai-1", html=figure)))
    session.commit()
    page = reader.client.get("/courses/finance/sample/bai-1").text
    assert player in page
    assert re.findall(r"""["'(]/media/[^"')]*""", page) == [f'"/media/{"b" * 64}/a.mp3']
    assert not re.search(r"<link[^>]*(preload|prefetch)[^>]*audio", page)

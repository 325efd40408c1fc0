"""Read in English, every page is English but for people's data and what lessons say."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import msgspec
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from learning.app import create_app
from learning.certificates import pdf
from learning.clock import FixedClock
from learning.database import Base, Database
from learning.library import catalogue
from learning.settings import Settings
from learning.web.i18n import LANGUAGES
from learning.web.language import COOKIE
from tests import cast
from tests.access_table import ROWS
from tests.cast import Stage
from tests.test_translations import READ_ALOUD, vietnamese

# Together they are allowed every page of the table.
VISITORS = ("anonymous", "learner_u1", "learner_u2", "trainer_u1", "head_u1", "administrator")
SAMPLES = "/styleguide"


@pytest.fixture(scope="module")
def staged(template: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, cast.Cast]:
    return cast.prepare(template, tmp_path_factory.mktemp("cast"))


@pytest.fixture
def stage(
    staged: tuple[str, cast.Cast], settings: Settings, clock: FixedClock, tmp_path: Path
) -> Iterator[Stage]:
    database = cast.copied(staged[0], tmp_path)
    yield Stage(create_app(settings, clock=clock, database=database), staged[1], lambda: database, database)
    cast.drop(database)


@pytest.mark.parametrize("name", VISITORS)
def test_every_page_is_english_to_who_chose_it(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    guest.client.set_cookie(COOKIE, LANGUAGES[1])
    data = longest_first(stage.database)
    faults = []
    rows = [row for row in ROWS if not row.api and name in row.who and row.address != SAMPLES]
    for row in [row for row in rows if row.method == "GET"] + [row for row in rows if row.method == "POST"]:
        if row.endpoint in ("accounts.sign_out", "accounts.end_session", "language.choose"):
            continue
        tries: list[dict[str, Any]] = [row.body(stage.cast, name)] if row.body else [{}]
        if row.method == "POST":
            tries.insert(0, {})  # and what a form says that was sent empty
        for given in tries:
            reply = guest.open(row.method, row.address, follow_redirects=True, **given)
            faults += [f"{row.name}: {text}" for text in left(reply, data)]
    reply = guest.get("/nothing/here")
    assert reply.status_code == 404
    assert '<html lang="en"' in reply.text
    faults += [f"404: {text}" for text in left(reply, data)]
    assert not sorted(set(faults)), "\n".join(sorted(set(faults)))


def test_the_walk_sees_what_is_not_english(stage: Stage) -> None:
    data = longest_first(stage.database)
    assert "Mật khẩu" in left(stage.visitor("anonymous").get("/"), data)
    assert "Nhật ký hệ thống" in left(stage.visitor("administrator").get("/office/log"), data)


def left(reply: TestResponse, data: list[str]) -> list[str]:
    """What a page says in Vietnamese that is not data."""
    if reply.mimetype != "text/html":
        return []
    page = html5lib.HTMLParser(namespaceHTMLElements=False).parse(reply.text)
    found = []
    for text in read_aloud(page):
        rest = text
        for one in data:
            rest = rest.replace(one, "")
        if vietnamese(rest):
            found.append(text)
    return found


def read_aloud(page: Element) -> Iterator[str]:
    for element in page.iter():
        if element.tag in ("script", "style"):
            continue
        texts = [element.text, element.tail, *(element.get(name) for name in READ_ALOUD)]
        texts += [value for name, value in element.items() if name.startswith("data-")]
        yield from (" ".join(text.split()) for text in texts if text)


def longest_first(database: Database) -> list[str]:
    """Everything Vietnamese that is data: in the database, in courses, on the paper."""
    found: set[str] = set()
    with database.read_session() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                for value in row:
                    found |= set(leaves(value))
        for published in catalogue.live_courses(session):
            found |= set(leaves(msgspec.to_builtins(published.course)))
        found |= set(leaves(msgspec.to_builtins(catalogue.fields(session))))
    found |= {"bài", "tiết", pdf.TITLE}  # as printed, to be compared with the paper
    return sorted((" ".join(text.split()) for text in found if vietnamese(text)), key=len, reverse=True)


def leaves(value: Any) -> Iterator[str]:
    """Every text in a value; of HTML and Markdown each piece by itself, and what stands beside a drawn number."""
    match value:
        case dict():
            for one in value.values():
                yield from leaves(one)
        case list() | tuple():
            for one in value:
                yield from leaves(one)
        case bytes():
            yield from leaves(value.decode("utf-8", "ignore"))
        case str():
            if value.startswith(("{", "[")):
                with suppress(ValueError):
                    yield from leaves(json.loads(value))
            yield value
            # Of Markdown also what stands behind its marks: a key's value, an option's text.
            yield from re.split(r"<[^>]*>|\n(?:[-=>#]+ (?:\([x ]?\) )?|\w+: )?|@\w+", value)

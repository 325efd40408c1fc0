from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts.models import Person
from learning.content.model import Course
from learning.database import Database
from tests import make, statements

Fields = dict[str, Any]


class Reader:
    """A signed-in browser that reads pages and presses their buttons, without JavaScript."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.reply: TestResponse

    def open(self, address: str, **more: Any) -> Element:
        self.reply = self.client.get(address, follow_redirects=True, **more)
        return self.page

    @property
    def page(self) -> Element:
        return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.reply.text)

    @property
    def path(self) -> str:
        return str(self.reply.request.path)

    @property
    def text(self) -> str:
        return " ".join("".join(self.page.find(".//main").itertext()).split())

    def press(self, fields: Fields | None = None) -> Element:
        """Sends the page's last form, with its hidden fields, and follows."""
        page = self.page
        form = page.findall(".//main//form[@method='post']")[-1]
        hidden = {i.get("name"): i.get("value") for i in form.iter("input") if i.get("type") == "hidden"}
        address = form.get("action") or self.path
        self.reply = self.client.post(address, data={**hidden, **(fields or {})}, follow_redirects=True)
        return self.page


@pytest.fixture
def person(session: Session) -> Person:
    person = make.person(session, password=make.PASSWORD, unit=make.unit(session), staff_code="GL-01")
    session.commit()
    return person


@pytest.fixture
def reader(client: FlaskClient, person: Person) -> Reader:
    make.sign_in(client, person.username)
    return Reader(client)


@pytest.fixture
def publish(session: Session) -> Callable[..., Course]:
    def publish(made: Course | None = None) -> Course:
        published = make.publish(session, made)
        session.commit()
        return published.course

    return publish


@pytest.fixture
def course(publish: Callable[..., Course]) -> Course:
    return publish()


@pytest.fixture
def queries(database: Database) -> Callable[[], Any]:
    """`with queries() as made:` — the statements made meanwhile."""

    def counting() -> Any:
        return statements.sent(database.engine)

    return counting

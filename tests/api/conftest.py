"""A learner at the API: a course, two people, and their tokens."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import make

Call = Callable[..., TestResponse]


@pytest.fixture
def call(client: FlaskClient, session: Session) -> Call:
    """`call("GET", "/me", username="hocvien", json=…)`: as this person, by token; `username=None`: as a stranger."""
    unit = make.unit(session)
    make.person(session, "hocvien", unit=unit, position="Công chức tài chính", password=make.PASSWORD)
    make.person(session, "hocvien2", "Rơ Châm H'Yên", password=make.PASSWORD)
    make.publish(session)
    session.commit()
    tokens: dict[str, str] = {}

    def call(method: str, path: str, *, username: str | None = "hocvien", **options: Any) -> TestResponse:
        headers = options.pop("headers", {})
        if username is not None:
            if username not in tokens:
                tokens[username] = token(client, username)
            headers = {"Authorization": f"Bearer {tokens[username]}", **headers}
        return client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    return call


def token(client: FlaskClient, username: str) -> str:
    reply = client.post("/api/v1/session", json={"username": username, "password": make.PASSWORD})
    assert reply.status_code == 201, reply.text
    return str(reply.json["token"])


def uuid() -> str:
    return str(uuid4())

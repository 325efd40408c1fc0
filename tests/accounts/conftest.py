import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from learning.accounts import passwords, people
from learning.accounts.models import Person
from learning.database import Database

PASSWORD = "bốn con trâu cày ruộng"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def person(database: Database, now: datetime, password_hash: str) -> Person:
    """Someone with a password, committed."""
    with database.writing() as session:
        someone = people.add(session, now, username="Nguyen.An", full_name="Nguyễn Văn An")
        someone.password_hash = password_hash
    return someone


Post = Callable[..., TestResponse]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Sends a form with the token the site gave out."""

    def send(address: str, **fields: str) -> TestResponse:
        page = client.get("/code").get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        return client.post(address, data={"csrf_token": found[1], **fields})

    return send


@pytest.fixture
def sign_in(post: Post, person: Person) -> Post:
    def send(username: str = "nguyen.an", password: str = PASSWORD, **fields: str) -> TestResponse:
        return post("/", username=username, password=password, **fields)

    return send

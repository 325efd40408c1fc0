"""What locks a person's records on a phone."""

import re

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from learning.accounts import vaults
from learning.accounts.vaults import derive, vault
from tests.accounts.conftest import Post

SECRETS = st.text(min_size=32, max_size=64)


def test_the_derivation_is_that_of_the_standard() -> None:
    # RFC 5869, test case 3: no salt, no info; its output begins with our 32 bytes.
    secret = bytes([0x0B] * 22).decode()
    assert derive(secret, "") == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


@given(secret=SECRETS, one=st.integers(1, 2**31), other=st.integers(1, 2**31))
def test_a_person_gets_the_same_at_each_sign_in_and_nobody_elses(secret: str, one: int, other: int) -> None:
    mine, theirs = vault(secret, one), vault(secret, other)
    assert mine == vault(secret, one)
    assert (mine == theirs) == (one == other)
    assert re.fullmatch("[0-9a-f]{32}", mine.person) and re.fullmatch("[0-9a-f]{64}", mine.key)
    assert mine.person not in mine.key


def test_a_browser_is_told_who_signed_in_last_and_that_they_left(
    client: FlaskClient, post: Post, sign_in: Post
) -> None:
    sign_in()
    told = client.get_cookie(vaults.COOKIE)
    assert told is not None and re.fullmatch("[0-9a-f]{32}", told.value) and not told.http_only
    page = client.get("/api/v1/me").json
    assert page is not None and page["vault"]["person"] == told.value
    post("/sign-out")
    left = client.get_cookie(vaults.COOKIE)
    assert left is not None and left.value == vaults.OUT


def test_whoever_signed_in_before_there_was_such_a_cookie_gets_it(client: FlaskClient, sign_in: Post) -> None:
    sign_in()
    client.delete_cookie(vaults.COOKIE)
    client.get("/api/v1/me")
    assert client.get_cookie(vaults.COOKIE) is not None
    assert "Set-Cookie" not in client.get("/api/v1/me").headers

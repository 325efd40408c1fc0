"""Whose address counts behind a proxy."""

from dataclasses import replace
from typing import Any

import pytest
from flask import request

from learning.app import create_app
from learning.settings import Settings


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [(0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.1")],
)
def test_only_as_many_lines_are_believed_as_proxies_are_ours(
    settings: Settings, clock: Any, database: Any, proxies: int, seen: str
) -> None:
    app = create_app(replace(settings, proxies=proxies), clock=clock, database=database)
    app.add_url_rule("/address", "address", lambda: request.remote_addr or "")
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert app.test_client().get("/address", headers=headers).text == seen

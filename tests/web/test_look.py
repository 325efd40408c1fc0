"""What holds painting up is small, and a theme that was chosen is the system's own."""

import base64
import hashlib
import re

import brotli
from flask.testing import FlaskClient

from learning.settings import ROOT

STATIC = ROOT / "static"
DARK = r'@media \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme="light"\]\) \{(.*?)\}\s*\}'


def test_the_dark_that_is_chosen_is_the_dark_of_the_system() -> None:
    for name in ("tokens.css", "overview.css"):
        text = (STATIC / "css" / name).read_text()
        [system] = re.findall(DARK, text, re.DOTALL)
        chosen = re.findall(r'^:root\[data-theme="dark"\] \{(.*?)\}', text, re.DOTALL | re.MULTILINE)[0]
        assert colours(chosen) == colours(system)


def test_the_script_in_every_page_is_below_a_kilobyte_and_the_one_the_policy_lets_run(
    client: FlaskClient,
) -> None:
    reply = client.get("/")
    [within] = re.findall(r"<script(?![^>]* src=)[^>]*>(.+?)</script>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(within.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in reply.headers["Content-Security-Policy"]
    assert len(brotli.compress(within.encode())) <= 1000


def colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"(--[\w-]+): *([^;]+);", block))
    assert found
    return found

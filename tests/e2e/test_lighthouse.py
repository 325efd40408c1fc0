"""Lighthouse's own look, as on a phone, at the pages that learners and strangers meet."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from learning.settings import ROOT
from tests.browser import CHROMIUM
from tests.e2e.conftest import Place
from tests.e2e.learner import every_page

pytestmark = pytest.mark.browser
SCRIPT = ROOT / "benchmarks" / "lighthouse.js"
# Nothing here is measured in time: the page is looked at as soon as it is there. (Its own throttling is only reckoned;
# with any other Lighthouse would wait five seconds for silence, whatever is asked.)
SETTINGS = {
    "pauseAfterFcpMs": 0,
    "pauseAfterLoadMs": 0,
    "networkQuietThresholdMs": 0,
    "cpuQuietThresholdMs": 0,
    "disableFullPageScreenshot": True,
}


@pytest.fixture(scope="module")
def node() -> str:
    node = shutil.which("node")
    if node and (ROOT / "node_modules" / "lighthouse").exists():
        return node
    missing = "no Lighthouse: `make measures` installs it where npm is"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def test_lighthouse_finds_nothing_to_better(
    node: str, place: Place, visit: Callable[..., Page], learners: Iterator[str]
) -> None:
    pages = every_page(visit, learners, place.url)
    asked = {
        "chromium": CHROMIUM,
        "pages": [{"address": address, "cookies": whose} for address, whose in pages.values()],
        "categories": ["accessibility", "best-practices"],
        "settings": SETTINGS,
    }
    done = subprocess.run(
        [node, SCRIPT], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = dict(zip(pages, json.loads(done.stdout), strict=True))
    assert {name: page["failed"] for name, page in found.items() if page["failed"]} == {}
    for name, page in found.items():
        assert page["scores"] == {"accessibility": 1, "best-practices": 1}, name

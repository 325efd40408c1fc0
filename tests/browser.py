"""The one browser of a test run: Playwright cannot be started twice in a process."""

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# On a machine that others share: how long a page may take, not how long it takes.
expect.set_options(timeout=20_000)
ACTING = """() => Promise.all(
  (document.querySelector("script[data-modules]")?.dataset.modules.match(/\\S+/g) ?? []).map((one) => import(one)))"""


def acting(method: Callable[..., Any]) -> Callable[..., Any]:
    """A page is loaded when it can be read, and its modules come after that: whoever tests it waits for them."""

    @functools.wraps(method)
    def waiting(self: Page, *args: Any, **kwargs: Any) -> Any:
        reply = method(self, *args, **kwargs)
        with suppress(Error):  # it goes on to another page, or the network is gone
            self.evaluate(ACTING)
        return reply

    return waiting


for name in ("goto", "reload", "go_back", "go_forward", "wait_for_url", "wait_for_load_state"):
    setattr(Page, name, acting(getattr(Page, name)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "no Chromium found: apt-get install chromium, or set CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()

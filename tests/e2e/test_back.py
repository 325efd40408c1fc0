"""Back and forward: the browser brings a page back as it was left, without asking anybody, where it may keep it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import ARGS, CHROMIUM
from tests.e2e.conftest import Place
from tests.e2e.learner import every_page
from tests.e2e.looking import until

pytestmark = pytest.mark.browser
LISTEN = "() => { addEventListener('pageshow', (event) => { globalThis.broughtBack = event.persisted; }); }"
ASKS = {"quiz"}  # an answer is saved by asking the API: its page is fetched anew, with what the server has
TAKEN = (
    "() => !document.getElementById('site')?.dataset.worker || Boolean(navigator.serviceWorker.controller)"
)
REASONS = (
    "() => performance.getEntriesByType('navigation')[0].notRestoredReasons?.reasons.map((one) => one.reason)"
)


@pytest.fixture
def keeping(browser: Browser) -> Iterator[Browser]:
    """A browser that keeps pages, as those of people do; Playwright's own does not."""
    keeping = browser.browser_type.launch(
        executable_path=CHROMIUM, args=ARGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield keeping
    keeping.close()


def test_a_page_is_brought_back_as_it_was_left(
    keeping: Browser, visit: Callable[..., Page], learners: Iterator[str], place: Place
) -> None:
    lost = {}
    for name, (address, cookies) in every_page(visit, learners, place.url).items():
        context = keeping.new_context(base_url=place.url)
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        # A page that a worker takes over while it is open is not kept: that is so on the very first visit.
        until(page, lambda page=page: page.evaluate(TAKEN))
        page.goto(address)
        page.evaluate(LISTEN)
        page.goto("/verify")
        page.go_back(wait_until="commit")  # what is brought back is not loaded
        if not page.evaluate("globalThis.broughtBack ?? false"):
            lost[name] = page.evaluate(REASONS)
        context.close()
    assert set(lost) <= ASKS, lost

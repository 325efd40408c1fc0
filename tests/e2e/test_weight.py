"""What a visit weighs, as the browser and the wire count it: headers and bodies, compressed."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Place
from tests.e2e.learner import every_page
from tests.e2e.wire import Wire, tapped

pytestmark = pytest.mark.browser

KB = 1000
FIRST = {
    "start": 45,
    "lesson": 45,
}  # KB, with what the worker fetches for days without a network; any other page 50
FIRST_REQUESTS = {"course": 7}  # of the page itself, its icon among them; any other 6
AGAIN, AGAIN_REQUESTS = 15, 2
SCRIPTS = 15
FIRST_VIEW = 14  # ten packets: what comes before the phone has to answer
SETTLED = """() => document.getElementById("site")?.dataset.worker
  ? navigator.serviceWorker.ready.then((ready) => Boolean(ready.active)) : true"""


def test_a_visit_is_light_and_a_second_one_nearly_nothing(
    visit: Callable[..., Page], learners: Iterator[str], place: Place
) -> None:
    heavy: list[tuple[Any, ...]] = []
    pages = every_page(visit, learners, place.url)
    with tapped(place.port) as wire:
        for name, (address, cookies) in pages.items():
            page = visit()
            page.context.add_cookies(cookies)
            here = address.replace(place.url, wire.url)
            own = first_visit(page, here, wire)
            first = Counter(
                bytes=wire.weight,
                requests=len(own),
                scripts=sum(size for path, size in own.items() if path.endswith(".js")),
                html=own[path_of(here)],
            )
            again = second_visit(page, here, wire)
            limits = Counter(
                bytes=FIRST.get(name, 50) * KB,
                requests=FIRST_REQUESTS.get(name, 6),
                scripts=SCRIPTS * KB,
                html=FIRST_VIEW * KB,
            )
            print(
                f"{name}: {dict(first)}, itself {sum(own.values())}; again {sum(again.values())} in {len(again)}"
            )
            if not first <= limits:
                heavy.append((name, dict(first), own))
            if sum(again.values()) > AGAIN * KB or len(again) > AGAIN_REQUESTS:
                heavy.append((name, "again", again))
            page.context.close()
    assert not heavy


def first_visit(page: Page, address: str, wire: Wire) -> dict[str, int]:
    """What the page asked for, and its bytes, but for the course's own pictures; the wire has the worker's, too."""
    wire.forget()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(path_of(request.url)))
    open_page(page, address)
    sizes: dict[str, int] = {}
    for path, size in wire.came:
        sizes.setdefault(path, size)
    icon = {
        path for path in sizes if path.startswith("/assets/icon.")
    }  # which the browser asks for by itself
    return {path: size for path, size in sizes.items() if path in {*asked, *icon} and "/media/" not in path}


def second_visit(page: Page, address: str, wire: Wire) -> dict[str, int]:
    wire.forget()
    open_page(page, address)
    return dict(wire.came)


def open_page(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    assert page.evaluate(SETTLED)


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]

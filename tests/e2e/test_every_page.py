"""Every kind of page that links lead to, from each one's start: in order on a phone and on a desk, in both themes."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from learning.web.context import App
from tests.e2e.looking import in_order_everywhere

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

# Who begins where. The later ones look only at what none before has seen.
STARTS = {
    "hocvien": ("/", "/me", "/courses/it/safe-office"),
    "giangvien": ("/reports", "/practice", "/reports/courses/it/digital-literacy/evaluation"),
    "lanhdao": ("/office", "/office/week", "/office/mentors"),
    "thanhtra": ("/reports/needs",),
    "quantri": ("/office", "/office/log", "/office/classes"),
    "bientap": ("/studio",),
    "thamdinh": ("/studio",),
}
LINKS = "() => [...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map((a) => a.getAttribute('href'))"
# Whose pages are read on phones in the open.
LEARNERS = (
    "study",
    "answering",
    "accounts",
    "certificates",
    "practising",
    "evaluating",
    "looks",
    "digests",
    "shell",
)
FILES = ("practising.evidence",)
MOST = 120  # kinds of pages; there are fewer


def test_every_kind_of_page_is_in_order(app: App, visit: Visit, tmp_path: Path) -> None:
    seen: set[str] = set()
    wrong: list[str] = []
    for username, starts in STARTS.items():
        waiting = list(starts)
        page = visit(username, width=320)
        while waiting and len(seen) < MOST:
            address = waiting.pop(0)
            kind = kind_of(app, address)
            if not kind or kind in seen:
                continue
            seen.add(kind)
            try:
                reply = page.goto(address)
            except Error as error:
                assert "Download is starting" in error.message, (username, address)
                continue
            assert reply is not None
            if "text/html" not in reply.headers.get("content-type", ""):
                continue
            try:
                assert reply.status == 200, reply.status
                in_order_everywhere(page, kind, tmp_path, sunlit=kind.split(".")[0] in LEARNERS)
            except AssertionError as error:
                wrong.append(f"{username} {address}: {error}")
            waiting += page.evaluate(LINKS)
    assert not wrong, "\n".join(wrong)
    assert {"reports.scheduled", "office.mentor", "practising.mine", "study.course"} <= seen
    assert len(seen) > 50


def kind_of(app: App, address: str) -> str:
    """The endpoint behind a link; "" for what is no page of ours, or is a file."""
    path = urlsplit(address).path
    if path.startswith(("/static", "/assets", "/language")):
        return ""
    try:
        kind = str(app.url_map.bind("localhost").match(path)[0])
    except (HTTPException, RequestRedirect):
        return ""
    return "" if kind in FILES else kind

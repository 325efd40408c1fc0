"""How fast pages are on a cheap phone, beside an empty page of the same run. Part of `make bench`; needs npm's
Lighthouse (`make measures`) and Chromium.

    performance   Lighthouse, mobile      wanted: at least 99, or the empty page's
    LCP           the same                wanted: at most 0,3 s more than the empty page's
    CLS           the same                wanted: 0
    slow LCP      400 kbps, 400 ms, a processor ten times as slow      wanted: at most 5 s
    INP           the slowest answer to a tap, a processor four times as slow      wanted: at most 100 ms

Each is the middle one of ROUNDS visits (`phone.py 1` for one), in turns with the empty page, which has one thing to
tap. The machine is never quiet: times are reported beside the empty page's, and only the CLS is exact.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import ARGS, CHROMIUM  # noqa: E402
from tests.e2e.conftest import Place, sign_in  # noqa: E402
from tests.e2e.learner import every_page  # noqa: E402

ROUNDS = 5
EMPTY = "empty"
NOTHING = (
    b'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    b"<title>Empty</title><main><details><summary>Empty.</summary></details></main>"
)
LCP, CLS = "largest-contentful-paint", "cumulative-layout-shift"
SLOW = {
    "throttlingMethod": "devtools",
    "throttling": {
        "requestLatencyMs": 400,
        "downloadThroughputKbps": 400,
        "uploadThroughputKbps": 400,
        "cpuSlowdownMultiplier": 10,
    },
}
PERFORMANCE, LCP_MORE_MS, SLOW_LCP_MS, INP_MS = 0.99, 300, 5000, 100
# As web-vitals count it: of fewer than fifty taps the slowest one, from the touch to the next picture.
LISTEN = """() => {
  globalThis.slowest = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.interactionId) slowest = Math.max(slowest, one.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""
# Whatever was to be painted is: the next tap does not wait for it.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"
# Taps that leave one on the page: answers, what opens, text size.
TAPPED = "main label.option, main summary, main .comfort button, main input[type=search]"


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    if (
        CHROMIUM is None
        or shutil.which("node") is None
        or not (ROOT / "node_modules" / "lighthouse").exists()
    ):
        print("Lighthouse or Chromium is missing: make measures; apt-get install chromium", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="phone-") as folder,
        empty_page() as empty,
        served(Path(folder)) as place,
    ):
        learners = iter(place.learning("demo", "learners", "3").split())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            pages = {EMPTY: (empty, []), **every_page(opener(browser, place), learners, place.url)}
            taps = [
                {name: slowest_tap(browser, *page) for name, page in pages.items()} for _ in range(rounds)
            ]
            browser.close()
        usual = [lighthouse(pages, {}) for _ in range(rounds)]
        slow = [lighthouse(pages, SLOW) for _ in range(rounds)]
    return report(list(pages), usual, slow, taps)


def report(names: list[str], usual: list[Any], slow: list[Any], taps: list[dict[str, float]]) -> int:
    def score(name: str) -> float:
        return statistics.median(one[name]["scores"]["performance"] for one in usual)

    def middle(rounds: list[Any], name: str, figure: str) -> float:
        return statistics.median(one[name]["figures"][figure] for one in rounds)

    failed = []
    print(f"{'':12} performance   LCP ms   CLS   slow LCP ms   INP ms")
    for name in names:
        lcp, cls, slow_lcp = middle(usual, name, LCP), middle(usual, name, CLS), middle(slow, name, LCP)
        inp = statistics.median(one[name] for one in taps)
        print(f"{name:12} {score(name) * 100:11.0f} {lcp:8.0f} {cls:5.2f} {slow_lcp:13.0f} {inp:8.0f}")
        kept = (
            score(name) >= min(PERFORMANCE, score(EMPTY)),
            lcp <= middle(usual, EMPTY, LCP) + LCP_MORE_MS,
            cls == 0,
            slow_lcp <= SLOW_LCP_MS,
            inp <= INP_MS,
        )
        if not all(kept):
            failed.append(name)
    print(f"not within the limits: {', '.join(failed)}" if failed else "all within the limits")
    return 1 if failed else 0


def lighthouse(
    pages: dict[str, tuple[str, list[dict[str, Any]]]], settings: dict[str, Any]
) -> dict[str, Any]:
    asked = {
        "chromium": CHROMIUM,
        "pages": [{"address": address, "cookies": cookies} for address, cookies in pages.values()],
        "categories": ["performance"],
        "settings": settings,
    }
    done = subprocess.run(
        ["node", ROOT / "benchmarks" / "lighthouse.js"],
        input=json.dumps(asked),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(zip(pages, json.loads(done.stdout), strict=True))


def slowest_tap(browser: Browser, address: str, cookies: list[dict[str, Any]]) -> float:
    """Milliseconds; 0 where nothing took a picture's time, or there is nothing to tap."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.evaluate(LISTEN)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    for target in page.locator(TAPPED).all()[:10]:
        if target.is_visible():
            target.scroll_into_view_if_needed()
            page.evaluate(PAINTED)
            target.tap(no_wait_after=True)
            page.evaluate(PAINTED)
    slowest = float(page.evaluate("slowest"))
    context.close()
    return slowest


def opener(browser: Browser, place: Place) -> Any:
    def visit(username: str) -> Page:
        page = browser.new_context(base_url=place.url, locale="vi-VN").new_page()
        sign_in(page, username)
        return page

    return visit


@contextmanager
def served(folder: Path) -> Iterator[Place]:
    place = Place(folder)
    for words in (["database", "upgrade"], ["courses", "publish", "courses"], ["demo"]):
        place.learning(*words)
    place.start()
    try:
        yield place
    finally:
        place.stop()
        place.leave()


@contextmanager
def empty_page() -> Iterator[str]:
    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(NOTHING)))
            self.end_headers()
            self.wfile.write(NOTHING)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())

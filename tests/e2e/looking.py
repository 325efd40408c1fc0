"""What every page owes whoever looks at it: nothing axe can find, nothing to scroll sideways, one heading, no errors,
nothing to press that a thumb would miss."""

from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = 320
# Links and controls less than 44 px high; those of a running text and those whose box is larger (::after) aside.
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")]
  .filter((one) => {
    const box = one.getBoundingClientRect(), within = one.closest("label"), parent = one.parentElement;
    if (!box.width || one.matches(".skip, .hush *")) return false;
    const words = one.tagName === "A" && getComputedStyle(one).display === "inline";
    if (words && parent.textContent.trim().length > one.textContent.trim().length + 3) return false;
    const after = getComputedStyle(one, "::after");
    if (after.content !== "none" && after.position === "absolute") return false;
    return Math.max(box.height, within ? within.getBoundingClientRect().height : 0) < 44;
  })
  .map((one) => one.outerHTML)"""
EXPECTED = ("net::ERR_", "Failed to load resource")  # of servers stopped and pages refused on purpose


def until(page: Page, so: Callable[[], bool]) -> None:
    """Lets the browser go on until what it tells this program of has come; at most ten seconds."""
    for _ in range(500):
        if so():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it has not come")


class Watched:
    """A page whose console is listened to: `complaints` are errors of scripts and of the security policy."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.pictures = pictures
        self.complaints: list[str] = []
        page.context.on("page", self._listen)
        self._listen(page)

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(word in message.text for word in EXPECTED):
            self.complaints.append(f"{self.page.url}: {message.text}")

    @staticmethod
    def look(page: Page, name: str, pictures: Path) -> None:
        page.wait_for_load_state()
        assert page.locator("h1").count() == 1, (name, "one h1")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
        assert not found, (name, [(v["id"], [n["html"] for n in v["nodes"]]) for v in found])
        small = page.evaluate(SMALL)
        assert not small, (name, "too small for a thumb", small)
        usual = page.viewport_size
        assert usual is not None
        page.screenshot(path=pictures / f"{name}-{usual['width']}.png", full_page=True)
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, "scrolls sideways")
        page.set_viewport_size(usual)

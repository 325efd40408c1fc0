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
WIDTHS, THEMES = (NARROWEST, 1280), ("light", "dark")
# In running text, marks above and below a line may be cut off only where its box is lower than the letters.
# Without tags: the rules of colours alone.
AXE = """async ([tags, sunlit]) => {
  const colours = ["color-contrast", ...(sunlit ? ["color-contrast-enhanced"] : [])];
  const asked = tags.length ? { type: "tag", values: tags } : { type: "rule", values: colours };
  const rules = Object.fromEntries([...colours, "target-size"].map((id) => [id, { enabled: true }]));
  const { violations } = await axe.run(document, { runOnly: asked, rules: tags.length ? rules : {} });
  return violations.map((one) => [one.id, ...one.nodes.map((node) => [node.html, node.failureSummary])]);
}"""
OVER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [
  `${document.documentElement.scrollWidth} > ${innerWidth}`,
  ...[...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(-3).map((one) => one.outerHTML.slice(0, 200)),
]"""
CLIPPED = """() => [...document.querySelectorAll("main *, header *")].filter((one) => {
    const style = getComputedStyle(one);
    if (one.closest(".hush, .skip, svg") || !/hidden|clip/.test(style.overflowY)) return false;
    return one.matches("h1, h2, h3, h4, p, a, label, legend, button, summary, th, td, li, dd, dt, span");
  }).map((one) => one.outerHTML)"""
TIGHT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 1);
    if (!words || one.closest(".hush, svg, .num") || !one.getClientRects().length) return false;
    const style = getComputedStyle(one);
    return parseFloat(style.lineHeight) < 1.25 * parseFloat(style.fontSize);
  }).map((one) => one.outerHTML.slice(0, 200))"""
EXPECTED = ("net::ERR_", "Failed to load resource")  # of servers stopped and pages refused on purpose


def until(page: Page, so: Callable[[], bool]) -> None:
    """Lets the browser go on until what it tells this program of has come; at most a minute."""
    for _ in range(3000):
        if so():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it has not come")


def until_true(page: Page, expression: str, arg: object = None) -> None:
    """`wait_for_function` asks again from within the page, where the policy forbids `eval`; this asks from outside."""
    until(page, lambda: bool(page.evaluate(expression, arg)))


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


def in_order_everywhere(page: Page, name: str, pictures: Path, *, sunlit: bool) -> None:
    """In both themes, narrow and wide, and with letters twice as large. `sunlit`: 7:1 for text, not 4,5:1.

    What a theme cannot change is looked at in one of them only; the page is loaded once.
    """
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1, (name, "one h1")
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found = page.evaluate(AXE, [TAGS if theme == "light" else [], sunlit])
            assert not found, (name, width, theme, found)
            page.screenshot(path=pictures / f"{name}-{width}-{theme}.png", full_page=True)
        assert not (over := sideways(page)), (name, width, "scrolls sideways", over)
        assert not (small := page.evaluate(SMALL)), (name, width, "too small for a thumb", small)
    assert not (clipped := page.evaluate(CLIPPED)), (name, "cuts off marks", clipped)
    assert not (tight := page.evaluate(TIGHT)), (name, "lines too close for marks", tight)
    page.set_viewport_size(
        {"width": 640, "height": 800}
    )  # 1280 px at 200 %, and the letters at 200 % once more
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not (over := sideways(page)), (name, "scrolls sideways with large letters", over)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": NARROWEST, "height": 800})


def sideways(page: Page) -> list[str]:
    """What reaches over the page's right edge, if the page can be scrolled that way."""
    return list(page.evaluate(OVER))

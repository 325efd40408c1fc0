"""What people ask of every page they open: a contrast theme's colours, more contrast, no motion."""

import io
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Place
from tests.e2e.learner import every_page
from tests.e2e.looking import AXE, THEMES

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

COLOURS = """
  const drawn = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    drawn.clearRect(0, 0, 1, 1);
    drawn.fillStyle = colour;
    drawn.fillRect(0, 0, 1, 1);
    return [...drawn.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => rgba(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (...two) => {
    const [more, less] = two.map(light).sort((one, other) => other - one);
    return (more + 0.05) / (less + 0.05);
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3]) return colour;
    }
    return "white";
  };
  const shown = (one) => one.getClientRects().length && !one.closest(".hush, .skip, svg, option");
  const all = () => [...document.body.querySelectorAll("*")].filter(shown);
  const SIDES = ["Top", "Right", "Bottom", "Left"];
  const lines = (style) => [
    ...SIDES.filter((side) => parseFloat(style[`border${side}Width`])).map((side) => style[`border${side}Color`]),
    ...(style.outlineStyle === "none" || !parseFloat(style.outlineWidth) ? [] : [style.outlineColor]),
  ].filter((colour) => rgba(colour)[3]);
"""
# What stands out by its ground alone, itself or what is drawn before and after it; remembered until the ground is gone.
STANDS_OUT = f"""() => {{ {COLOURS}
  const parts = (one) => ["", "::before", "::after"].map((part) => [one, part]);
  window.standing = all().flatMap(parts).filter(([one, part]) => {{
    const style = getComputedStyle(one, part || null);
    if (part && style.content === "none") return false;
    const own = style.backgroundColor;
    const behind = ground(part ? one : one.parentElement);
    return rgba(own)[3] && contrast(own, behind) > 1.03 && !one.matches("input, select, textarea, ins, del");
  }});
  return standing.length;
}}"""
LOST = f"""() => {{ {COLOURS}
  return standing.filter(([one, part]) => {{
    const style = getComputedStyle(one, part || null);
    const behind = ground(part ? one : one.parentElement);
    const seen = [...lines(style), ...(rgba(style.backgroundColor)[3] ? [style.backgroundColor] : [])];
    return !seen.some((colour) => contrast(colour, behind) >= 3);
  }}).map(([one, part]) => part + one.outerHTML.slice(0, 120));
}}"""
TEXTS = f"""() => {{ {COLOURS}
  return all().filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => [contrast(getComputedStyle(one).color, ground(one)), one.outerHTML.slice(0, 120)]);
}}"""
LINES = f"""() => {{ {COLOURS}
  return all().filter((one) => !one.matches("[type=radio], [type=checkbox], :focus-visible, .paper-holder"))
    .flatMap((one) => lines(getComputedStyle(one))
      .map((colour) => [contrast(colour, ground(one.parentElement)), one.outerHTML.slice(0, 120)]));
}}"""
STYLES = f"""(one) => {{ {COLOURS}
  const style = getComputedStyle(one);
  return {{
    ground: rgba(style.backgroundColor).join(), line: rgba(style.borderTopColor).join(),
    wide: parseFloat(style.borderTopWidth), ring: contrast(style.outlineColor, ground(one.parentElement)),
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  }};
}}"""
SYSTEM = f"(name) => {{ {COLOURS} return rgba(name).join(); }}"
MOVES = """() => [...document.querySelectorAll("*")].flatMap((one) => [null, "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part);
    const long = [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].map(parseFloat);
    const moves = Math.max(...long) > 0.01 || style.scrollBehavior === "smooth";
    return moves ? (part ?? "") + one.outerHTML.slice(0, 120) : "";
  })).filter(Boolean)"""


@pytest.fixture
def opened(visit: Visit, learners: Iterator[str], place: Place) -> Iterator[tuple[str, Page]]:
    """Each kind of page that learners meet, and the page of all components, by name."""
    pages: dict[str, tuple[str, list[dict[str, Any]]]] = every_page(visit, learners, place.url)
    pages["components"] = (f"{place.url}/styleguide", [])

    def each() -> Iterator[tuple[str, Page]]:
        for name, (address, cookies) in pages.items():
            page = visit()
            page.context.add_cookies(cookies)  # type: ignore[arg-type]
            page.goto(address)
            if name == "quiz":
                page.locator(".option").first.click()
                expect(page.locator("#saved")).to_contain_text("Đã lưu")
            yield name, page
            page.context.close()

    return each()


def test_what_stood_out_by_its_ground_has_a_line_where_the_system_gives_the_colours(
    opened: Iterator[tuple[str, Page]],
) -> None:
    lost, stood = {}, 0
    for name, page in opened:
        for theme in THEMES:
            page.emulate_media(forced_colors="none", color_scheme=theme)
            stood += page.evaluate(STANDS_OUT)
            page.emulate_media(forced_colors="active", color_scheme=theme)
            assert page.evaluate("matchMedia('(forced-colors: active)').matches")
            lost[name, theme] = page.evaluate(LOST)
    assert {at: what for at, what in lost.items() if what} == {}
    assert stood > 100


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_chosen_pressed_reached_and_done_is_seen_where_the_system_gives_the_colours(
    visit: Visit, theme: str
) -> None:
    page = visit(forced_colors="active", color_scheme=theme)
    page.goto("/styleguide")

    def style(one: Locator) -> dict[str, Any]:
        found: dict[str, Any] = one.evaluate(STYLES)
        return found

    highlight, canvas = page.evaluate(SYSTEM, "Highlight"), page.evaluate(SYSTEM, "Canvas")
    chosen, other = (
        page.locator("label.option:has(:checked)"),
        page.locator("label.option:not(:has(:checked))"),
    )
    assert chosen.count() and other.count()
    for one in chosen.all():
        assert style(one)["line"] == highlight
        assert style(one)["wide"] > style(other.first)["wide"]
    assert style(other.first)["line"] not in (highlight, canvas)
    primary, quiet = page.locator("button.button:not([class*=button-])"), page.locator("button.button-quiet")
    assert style(primary.first)["ground"] == page.evaluate(SYSTEM, "ButtonText")
    assert style(quiet.first)["ground"] != style(primary.first)["ground"]
    assert style(quiet.first)["line"] != canvas
    for one in (primary.first, quiet.first, page.locator(".input").first, other.first.locator("input")):
        page.keyboard.press("Tab")  # whoever uses the keyboard
        one.focus()
        ring = style(one if one.get_attribute("type") != "radio" else other.first)
        assert ring["ringed"] and ring["ring"] >= 3, ring
    done, rest = ends(page.locator(".progress progress").first)
    assert done != rest


def test_who_asks_for_more_contrast_gets_it_everywhere(opened: Iterator[tuple[str, Page]]) -> None:
    for name, page in opened:
        page.evaluate(Axe().axe_script)
        for theme, seen in product(THEMES, (TEXTS, LINES)):
            page.emulate_media(color_scheme=theme, contrast="no-preference")
            before = page.evaluate(seen)
            page.emulate_media(color_scheme=theme, contrast="more")
            after = page.evaluate(seen)
            assert min(after)[0] >= 7, (name, theme, min(after))
            if seen is TEXTS:  # of lines there are more of them now
                worse = [(now, was) for was, now in zip(before, after, strict=True) if now[0] < was[0] - 0.01]
                assert not worse, (name, theme, worse)
                assert not (found := page.evaluate(AXE, [[], True])), (name, theme, found)
            assert average(after) > average(before), (name, theme)


def test_who_asks_for_no_motion_sees_none(opened: Iterator[tuple[str, Page]]) -> None:
    for name, page in opened:
        # Nothing of ours moves; what would is held still.
        page.evaluate("document.querySelector('h1').style.transition = 'opacity 1s'")
        assert page.evaluate(MOVES)
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(MOVES) == [], name


def average(seen: list[tuple[float, str]]) -> float:
    return sum(contrast for contrast, _ in seen) / len(seen)


def ends(bar: Locator) -> tuple[object, object]:
    """The colours of a bar near its beginning and near its end, as painted."""
    with Image.open(io.BytesIO(bar.screenshot())) as image:
        painted = image.convert("RGB")
    middle = painted.height // 2
    return painted.getpixel((8, middle)), painted.getpixel((painted.width - 8, middle))

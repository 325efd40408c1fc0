"""What holds painting up is small, and a theme that was chosen is the system's own."""

import re

import brotli

from learning.settings import ROOT

STATIC = ROOT / "static"
DARK = r'@media \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme="light"\]\) \{(.*?)\}\s*\}'


def test_the_dark_that_is_chosen_is_the_dark_of_the_system() -> None:
    for name in ("tokens.css", "overview.css"):
        text = (STATIC / "css" / name).read_text()
        [system] = re.findall(DARK, text, re.DOTALL)
        chosen = re.findall(r'^:root\[data-theme="dark"\] \{(.*?)\}', text, re.DOTALL | re.MULTILINE)[0]
        assert colours(chosen) == colours(system)


def test_the_script_before_the_first_paint_is_below_a_kilobyte() -> None:
    assert len(brotli.compress((STATIC / "js" / "look.js").read_bytes())) <= 1000


def colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"(--[\w-]+): *([^;]+);", block))
    assert found
    return found

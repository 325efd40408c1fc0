"""Text is read in sunlight: every text colour has 7:1 against each ground it may stand on, in both themes."""

import re

import pytest

from learning.web.assets import STATIC

TEXT = {
    "ink": ("paper", "surface", "sunken", "rice-soft", "soil-soft", "gold-soft"),
    "ink-2": ("paper", "surface", "sunken", "rice-soft", "soil-soft", "gold-soft"),
    "rice": ("paper", "surface", "sunken", "rice-soft"),
    "soil": ("paper", "surface", "sunken", "soil-soft"),
    "gold": ("paper", "surface", "sunken", "gold-soft"),
    "rice-ink": ("rice",),
}
# Borders of controls and the ring of the focus.
SEEN = {
    "edge": ("paper", "surface", "sunken", "rice-soft"),
    "focus": ("paper", "surface", "sunken", "rice-soft"),
}


def theme(name: str) -> dict[str, str]:
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / "tokens.css").read_text(), flags=re.DOTALL)
    rules = re.findall(r"(:root[^{]*)\{([^{}]*)\}", sheet)
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", rules[0][1]))
    if name == "light":
        return light
    darks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))
        for selector, body in rules[1:]
        if "--paper" in body
    ]
    assert darks and all(dark == darks[0] for dark in darks)  # the system's and the one chosen
    return light | darks[0]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_in_sunlight(name: str) -> None:
    colours = theme(name)
    for wanted, pairs in ((7, TEXT), (3, SEEN)):
        for front, grounds in pairs.items():
            for ground in grounds:
                assert contrast(colours[front], colours[ground]) >= wanted, (front, ground)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54

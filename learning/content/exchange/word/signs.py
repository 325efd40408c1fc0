"""Signs that are no letters of the text: symbols of fonts, and formulas said in one line."""

from typing import Any

from learning.content.exchange.word.elements import MATHS


def formula(element: Any) -> str:
    """A formula in one line: (a + b)/c."""
    if element.tag == MATHS + "t":
        return element.text or ""
    parts = [text for child in element if (text := formula(child))]
    joints = {"f": "/", "sSup": "^", "sSub": "_"}
    joint = next((sign for name, sign in joints.items() if element.tag == MATHS + name), "")
    if joint:
        return joint.join(part if part.isalnum() else f"({part})" for part in parts)
    return "".join(parts)


# Check marks as fonts of symbols hold them.
_SYMBOLS = {
    "FC": "✓",
    "FE": "☑",
    "FD": "☒",
    "FB": "✗",
    "A8": "☐",
    "6F": "☐",
    "71": "☐",
    "52": "☑",
    "54": "☒",
    "E0": "→",
    "F0": "⇨",
    "A7": "▪",
    "B7": "•",
    "D8": "➢",
}


def symbol(font: str, code: str) -> str:
    return (
        _SYMBOLS.get(code[-2:].upper(), "")
        if "dings" in font.casefold() or "symbol" in font.casefold()
        else ""
    )

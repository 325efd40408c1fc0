"""Signs that are no letters of the text: symbols of fonts, and formulas said in one line."""

import re
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


def symbol(font: str, code: str) -> str:
    """The sign that a font shows for a code ("F0FC", "2610"), "" where Unicode has none that is known here."""
    if not re.fullmatch("[0-9A-Fa-f]{2,5}", code):
        return ""
    number, name = int(code, 16), font.casefold()
    signs = _FONTS.get(name, _WINGDINGS if "dings" in name else None)
    if 0xF000 <= number <= 0xF0FF or (signs is not None and number <= 0xFF):
        return (signs or {}).get(number & 0xFF, "")
    return chr(number) if chr(number).isprintable() else ""


_WINGDINGS = {
    **{0xFC: "✓", 0xFE: "☑", 0xFD: "☒", 0xFB: "✗", 0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0x52: "☑", 0x54: "☒"},
    **{0xE0: "→", 0xDF: "←", 0xF0: "⇨", 0xE8: "➔", 0xD8: "➢", 0xA7: "▪", 0x9F: "•", 0xB7: "•", 0x6C: "●"},
    **{0x6E: "■", 0x75: "◆", 0x76: "❖", 0x4A: "☺", 0x28: "☎", 0x2A: "✉", 0xAB: "★"},
}
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x72: "✗"}
_SYMBOL = {
    **{number: chr(number) for number in range(0x20, 0x40)},
    **{number: chr(number) for number in b"[]_{|}"},
    **dict(enumerate("≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", 0x40)),
    **dict(enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ", 0x61)),
    **dict(enumerate("ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…", 0xA1)),
    **dict(enumerate("⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊", 0xC4)),
    **{0x22: "∀", 0x24: "∃", 0x27: "∍", 0x2D: "−", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼", 0xE5: "∑", 0xF2: "∫"},
}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": _WEBDINGS}

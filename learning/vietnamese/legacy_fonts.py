"""Texts typed for the fonts of before Unicode: TCVN3 (ABC; fonts `.VnTime`) and VNI (fonts `VNI-Times`).

Such a text is stored as if it were Western European: "ViÖt Nam" in TCVN3, "Vieät Nam" in VNI is "Việt Nam".
TCVN3 has no signs for toned capitals: fonts whose name ends in H (`.VnTimeH`) draw small letters as capitals.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Encoding = Literal["tcvn3", "tcvn3-capitals", "vni"]


def encoding_of_font(font: str) -> Encoding | None:
    """What a font of this name makes of its text; None for a font of our days (or an unknown one)."""
    name = font.strip().casefold()
    if name.startswith(".vn"):
        return "tcvn3-capitals" if _CAPITALS.search(name) else "tcvn3"
    return "vni" if _VNI_FONT.match(name) else None


def to_unicode(text: str, encoding: Encoding) -> str:
    """The text in Unicode (NFC). What the encoding does not know stays as it is."""
    text = text.translate(_FROM_SYMBOLS)
    if encoding == "vni":
        return unicodedata.normalize("NFC", _VNI_SIGN.sub(lambda found: _VNI[found[0]], text))
    text = text.translate(_TCVN3)
    return unicodedata.normalize("NFC", text.upper() if encoding == "tcvn3-capitals" else text)


def guess(text: str) -> Encoding | None:
    """By the text alone: the encoding that turns gibberish into Vietnamese syllables, None for any other text.

    It takes several words to be sure of, so it is to be asked about a paragraph or a whole file, not about a word.
    """
    if _MODERN.search(text):
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if len(words) < _FEWEST:
        return None
    asis = _share_of_syllables(words)
    encodings: tuple[Encoding, ...] = ("tcvn3", "vni")
    share, best = max(
        (_share_of_syllables(to_unicode(word, encoding) for word in words), encoding)
        for encoding in encodings
    )
    return best if share >= _SURE and share > asis + 0.3 else None


def from_unicode(text: str, encoding: Encoding) -> str:
    """The text as such a font wants it: the way back, for trials. Toned capitals are lost to TCVN3."""
    text = unicodedata.normalize("NFC", text)
    if encoding == "vni":
        return "".join(_TO_VNI.get(letter, letter) for letter in text)
    if encoding == "tcvn3-capitals":
        text = text.lower()
    return "".join(
        _TO_TCVN3.get(letter) or _TO_TCVN3.get(letter.lower(), letter.lower() if letter > "\x7f" else letter)
        if letter > "\x7f"
        else letter
        for letter in text
    )


# --- Tables

# Twelve vowels, each with its tones in the order: none, huyền, hỏi, ngã, sắc, nặng.
_VOWELS = [
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "uùủũúụ",
    "ưừửữứự",
    "yỳỷỹýỵ",
]

_TCVN3_VOWELS = [
    "aµ¶·¸¹",
    "¨»¼½¾Æ",
    "©ÇÈÉÊË",
    "eÌÎÏÐÑ",
    "ªÒÓÔÕÖ",
    "i×ØÜÝÞ",
    "oßáâãä",
    "«åæçèé",
    "¬êëìíî",
    "uïñòóô",
    "\xadõö÷øù",
    "yúûüýþ",
]
_TO_TCVN3 = {
    vowel: code
    for vowels, codes in zip(_VOWELS, _TCVN3_VOWELS, strict=True)
    for vowel, code in zip(vowels, codes, strict=True)
    if code > "\x7f"
} | dict(zip("đĂÂÊÔƠƯĐ", "®¡¢£¤¥¦§", strict=True))
_TCVN3 = str.maketrans({code: letter for letter, code in _TO_TCVN3.items()})
# Fonts of symbols are stored 0xF000 higher.
_FROM_SYMBOLS = {0xF000 + code: chr(code) for code in range(0x20, 0x100)}

# In VNI a toned vowel is the bare one and a sign behind it; the signs, in the order of the tones above.
_VNI_BASES = {
    "a": ("a", "øûõùï"),
    "ă": ("aê", "èúüéë"),
    "â": ("aâ", "àåãáä"),
    "e": ("e", "øûõùï"),
    "ê": ("eâ", "àåãáä"),
    "o": ("o", "øûõùï"),
    "ô": ("oâ", "àåãáä"),
    "ơ": ("ô", "øûõùï"),
    "u": ("u", "øûõùï"),
    "ư": ("ö", "øûõùï"),
    "y": ("y", "øûõù"),
}
_TO_VNI = {"đ": "ñ", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "í": "í", "ị": "ò", "ỵ": "î"}
for _vowels in _VOWELS:
    if _vowels[0] in _VNI_BASES:
        _base, _signs = _VNI_BASES[_vowels[0]]
        _TO_VNI[_vowels[0]] = _base
        _TO_VNI |= {
            toned: _base[0] + sign for toned, sign in zip(_vowels[1 : len(_signs) + 1], _signs, strict=True)
        }
_TO_VNI |= {letter.upper(): code.upper() for letter, code in _TO_VNI.items()}
# A small sign stands behind a capital, too, and the other way round: the vowel says which case is meant.
_VNI = {
    code[0] + case: letter
    for letter, code in _TO_VNI.items()
    for case in (code[1:].lower(), code[1:].upper())
}
_VNI_SIGN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_CAPITALS = re.compile(r"h(?:\s|$)")
_VNI_FONT = re.compile(r"vni[-_ ]|vni\d*$")

# --- What a Vietnamese syllable looks like

_FEWEST = 4  # words with signs
_SURE = 0.85
_MODERN = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]"
)
_WORD = re.compile(r"[A-Za-z¡-ÿ]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:[aăâeêioôơuưy]|oa|oă|oe|oo|ua|uâ|uê|ui|uô|uơ|uy|uya|uyê|uyu|ưa|ươ|ia|iê|yê|ai|ao|au|ay|âu|ây|eo|êu|iu|oi"
    r"|oai|oay|oeo|ôi|ơi|uây|uôi|ươi|ươu|ưi|ưu|iêu|yêu|uu)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def _share_of_syllables(words: Iterable[str]) -> float:
    judged = [is_syllable(word) for word in words]
    return sum(judged) / len(judged)


def is_syllable(word: str) -> bool:
    """Whether the word could be one Vietnamese syllable by its letters."""
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None

"""Forms of a Vietnamese text for comparing and searching."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN = re.compile(
    rf"(?<![qQ])(?P<first>[oOuU])(?P<second>[aAeEyY])(?P<tone>[{_TONES}])(?![^\W\d_]|[\u0300-\u036f])"
)
_QU = re.compile(
    rf"(?P<initial>[qQ][uU]|[gG][iI])(?P<tone>[{_TONES}])(?P<vowel>[aAeEiIoOuUyY][\u0302\u0306\u031b]?)"
)


def fold(text: str) -> str:
    """For searching: no marks, đ as d, no case, single spaces ("Đặng  Hoà" → "dang hoa")."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def slugify(text: str) -> str:
    """For addresses and file names: a–z, digits, single hyphens ("Đất đai, bài 1" → "dat-dai-bai-1"); "" of nothing."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def tone_neutral(text: str) -> str:
    """One spelling where two are in use: hoà → hòa, khoẻ → khỏe, uỷ → ủy; NFC.

    In an open syllable ending in oa, oe, uy the tone goes on the first vowel. The u of qu and the i of gi
    belong to the consonant and never carry it: quý stays, qúy → quý, gìa → già (but gì, gìn stay).
    """
    # Marks in canonical order put nặng (below) before circumflex and breve (above); only the two patterns'
    # plain vowels matter, and those carry a tone alone.
    text = unicodedata.normalize("NFD", text)
    text = _QU.sub(r"\g<initial>\g<vowel>\g<tone>", text)
    text = _OPEN.sub(r"\g<first>\g<tone>\g<second>", text)
    return unicodedata.normalize("NFC", text)

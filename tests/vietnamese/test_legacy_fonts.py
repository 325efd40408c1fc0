"""TCVN3 and VNI. The tables are held against words typed in those days and against a table of another make."""

import os
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.vietnamese.legacy_fonts import encoding_of_font, from_unicode, guess, is_syllable, to_unicode

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = [letter for letter in SMALL + [letter.upper() for letter in SMALL] if letter > "\x7f"]

TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương, Ủy ban nhân dân xã quyết định những việc sau đây và chịu trách nhiệm"


def test_vietnamese_has_134_letters_with_signs() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 134


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_vni(letter: str) -> None:
    assert to_unicode(from_unicode(letter, "vni"), "vni") == letter


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_tcvn3(letter: str) -> None:
    # Capitals with a tone come from a font of their own.
    small = letter.lower()
    assert to_unicode(from_unicode(small, "tcvn3"), "tcvn3") == small
    assert to_unicode(from_unicode(letter, "tcvn3-capitals"), "tcvn3-capitals") == letter.upper()
    if letter in "ĂÂÊÔƠƯĐ":
        assert to_unicode(from_unicode(letter, "tcvn3"), "tcvn3") == letter


@pytest.mark.skipif(
    not shutil.which("iconv") and "CI" not in os.environ, reason="iconv is missing: apt-get install libc-bin"
)
def test_tcvn3_is_the_standard_s_table() -> None:
    for letter in [one for one in SMALL if one > "\x7f"] + list("ĂÂÊÔƠƯĐ"):
        code = from_unicode(letter, "tcvn3").encode("latin-1")
        standard = subprocess.run(
            ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"], input=code + b" ", capture_output=True, check=True
        )
        assert unicodedata.normalize("NFC", standard.stdout.decode()).strip() == letter


# Typed in those days.
VNI = "AÙ AØ AÛ AÕ AÏ AÂ AÁ AÀ AÅ AÃ AÄ AÊ AÉ AÈ AÚ AÜ AË EÙ EØ EÛ EÕ EÏ EÂ EÁ EÀ EÅ EÃ EÄ OÙ OØ OÛ OÕ OÏ OÂ OÁ OÀ OÅ OÃ OÄ Ô ÔÙ ÔØ ÔÛ ÔÕ ÔÏ UÙ UØ UÛ UÕ UÏ Ö ÖÙ ÖØ ÖÛ ÖÕ ÖÏ Í Ì Æ Ó Ò YÙ YØ YÛ YÕ Î Ñ"  # noqa: E501
LIKE_VNI = "Á À Ả Ã Ạ Â Ấ Ầ Ẩ Ẫ Ậ Ă Ắ Ằ Ẳ Ẵ Ặ É È Ẻ Ẽ Ẹ Ê Ế Ề Ể Ễ Ệ Ó Ò Ỏ Õ Ọ Ô Ố Ồ Ổ Ỗ Ộ Ơ Ớ Ờ Ở Ỡ Ợ Ú Ù Ủ Ũ Ụ Ư Ứ Ừ Ử Ữ Ự Í Ì Ỉ Ĩ Ị Ý Ỳ Ỷ Ỹ Ỵ Đ"  # noqa: E501


def test_vni_is_the_table_of_its_keyboards() -> None:
    assert to_unicode(VNI, "vni") == LIKE_VNI
    assert to_unicode(VNI.lower(), "vni") == LIKE_VNI.lower()


@pytest.mark.parametrize(
    ("typed", "encoding", "meant"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "tcvn3", "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do - H¹nh phóc", "tcvn3", "Độc lập - Tự do - Hạnh phúc"),
        ("céng hoµ", "tcvn3-capitals", "CỘNG HOÀ"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Ñoäc laäp – Töï do – Haïnh phuùc", "vni", "Độc lập – Tự do – Hạnh phúc"),
        ("THÖÔØNG TRÖÏC", "vni", "THƯỜNG TRỰC"),
    ],
)
def test_words_of_those_days(typed: str, encoding: str, meant: str) -> None:
    assert to_unicode(typed, encoding) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", "tcvn3"),
        (".VnTimeH", "tcvn3-capitals"),
        (".VnArial Narrow", "tcvn3"),
        (".VnArial NarrowH", "tcvn3-capitals"),
        ("VNI-Times", "vni"),
        ("VNI Helve", "vni"),
        ("Times New Roman", None),
        ("VNtimes new roman", None),
        ("", None),
    ],
)
def test_fonts_tell_their_encoding(font: str, encoding: str | None) -> None:
    assert encoding_of_font(font) == encoding


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_text_tells_its_encoding(encoding: str) -> None:
    assert guess(from_unicode(TEXT, encoding)) == encoding  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        "The committee decides; the department carries out.",
        "Là bên lá mía, cô bé hái lê và mò cò; hè về",  # Vietnamese within Latin-1
        "Le café d'été, la forêt où l'élève étudié à côté du château",
        "© 2025 ® µ § ± ¶",
        "",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert guess(text) is None


def test_a_syllable_is_known_by_its_letters() -> None:
    for word in TEXT.replace(",", "").split():
        assert is_syllable(word), word
    for word in ("viöt", "xyz", "vieät", "néé", ""):
        assert not is_syllable(word), word


@given(st.text(max_size=200))
def test_nothing_is_lost_or_raised(text: str) -> None:
    guess(text)
    for encoding in ("tcvn3", "vni", "tcvn3-capitals"):
        assert bool(to_unicode(text, encoding)) == bool(text)  # type: ignore[arg-type]

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.vietnamese.folding import fold, slugify, tone_neutral

VIETNAMESE = st.text(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàằầáắấảẳẩãẵẫạặậèềéếẻểẽễẹệìíỉĩịòồờóốớỏổởõỗỡọộợùừúứủửũữụựỳýỷỹỵ AĐÔ",
    max_size=30,
)


def test_folding_leaves_bare_small_letters_and_single_spaces() -> None:
    assert fold("  ĐẶNG\tHoà ") == "dang hoa"
    assert fold("Ưỡn ẹo Ễ Ỗ") == "uon eo e o"


def test_a_slug_has_letters_digits_and_single_hyphens() -> None:
    assert slugify("  Đất đai, bài_1 (mới)! ") == "dat-dai-bai-1-moi"
    assert slugify("…") == ""


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("hoà", "hòa"), ("hòa", "hòa"), ("HOÀ", "HÒA"), ("khoẻ", "khỏe"), ("uỷ ban", "ủy ban"),
        ("thuý,", "thúy,"),
        ("toàn", "toàn"), ("ngoài", "ngoài"), ("xoáy", "xoáy"), ("khuỷu", "khuỷu"),
        ("quý", "quý"), ("quả", "quả"), ("quỳ", "quỳ"), ("Qúy", "Quý"), ("qủa", "quả"),
        ("già", "già"), ("gìa", "già"), ("gì", "gì"), ("gìn", "gìn"), ("giếng", "giếng"), ("hoạ", "họa"),
    ],
)  # fmt: skip
def test_two_placements_of_the_tone_are_one_spelling(written: str, one: str) -> None:
    assert tone_neutral(written) == one


@settings(max_examples=100)
@given(VIETNAMESE)
def test_one_spelling_stays_and_decomposed_text_is_the_same(text: str) -> None:
    once = tone_neutral(text)
    assert tone_neutral(once) == once
    assert tone_neutral(unicodedata.normalize("NFD", text)) == once
    assert fold(once) == fold(text)
    assert fold(fold(text)) == fold(text)

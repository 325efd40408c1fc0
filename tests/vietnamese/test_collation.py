import random
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from learning.vietnamese.collation import LENGTH, sort_key
from learning.vietnamese.names import name_key

ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")


def test_letters_in_the_order_of_the_alphabet() -> None:
    shuffled = random.Random(1).sample(ALPHABET, len(ALPHABET))
    assert sorted(shuffled, key=sort_key) == ALPHABET
    words = ["an", "ăn", "ân", "ba", "da", "dy", "đa", "em", "êm", "on", "ôn", "ơn", "ưu", "va"]
    shuffled = random.Random(1).sample(words, len(words))
    assert sorted(shuffled, key=sort_key) == words


def test_tones_in_their_order_and_only_among_equal_letters() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    shuffled = random.Random(1).sample(tones, len(tones))
    assert sorted(shuffled, key=sort_key) == tones
    assert sort_key("mạ a") < sort_key("ma b")
    assert sort_key("mạ") < sort_key("mă")


def test_shorter_first_small_before_capital_digits_before_letters() -> None:
    assert sort_key("Ia") < sort_key("Ia Băng") < sort_key("Ia Pa") < sort_key("Iab")
    assert sort_key("an") < sort_key("An") < sort_key("àn")
    assert sort_key("Phường 2") < sort_key("Phường An")


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_key_is_ascii_sorts_alike_in_any_collation_and_knows_no_normal_form(one: str, other: str) -> None:
    key = sort_key(one)
    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz") and len(key) <= LENGTH
    assert sort_key(unicodedata.normalize("NFC", one)) == sort_key(unicodedata.normalize("NFD", one))
    assert sort_key(one) <= sort_key(" ".join(one.split()) + "a" + other)


def test_people_by_given_then_family_then_middle_name() -> None:
    people = [
        "Trần Văn An",
        "Trần Thị Ân",
        "Lê Bình",
        "Nguyễn An Bình",
        "Nguyễn Bá Bình",
        "An Hà",
        "Bùi Hà",
        "Ân Hạ",
    ]
    assert sorted(random.Random(2).sample(people, len(people)), key=name_key) == people


def test_a_given_name_stands_together_in_both_its_spellings() -> None:
    assert name_key("Lê Hoà") == name_key("Lê Hòa")
    assert name_key("An Hoa") < name_key("Võ Hoa") < name_key("An Hòa")


def test_a_single_word_and_an_empty_name_have_keys() -> None:
    assert name_key("Yến") < name_key("An Yến")
    assert name_key("") < name_key("A")

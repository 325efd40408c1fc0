"""Vietnamese order (CLDR `vi`) as a plain string, so that a database column sorts right.

Letters: a ă â b c d đ e ê … o ô ơ … u ư …; among equal letters the tones ngang, huyền, hỏi, ngã, sắc, nặng;
among equal tones lower case first. A key is made of the characters 0-9 a-z alone, which every collation of
every database puts in the same order as their bytes.
"""

import string
import unicodedata

LENGTH = 500  # of the columns that hold a key; cut there, a key still sorts right by what it has

_END = "0"
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_LETTER_MARKS = {
    "a\u0306": "a2",
    "a\u0302": "a3",
    "e\u0302": "e2",
    "o\u0302": "o2",
    "o\u031b": "o3",
    "u\u031b": "u2",
}
_FOREIGN_MARK = "7"
_BASE36 = string.digits + string.ascii_lowercase
# No code begins another one, and codes ascend: end, space, punctuation, digits, letters, the rest.
_CODES = (
    {" ": "10"}
    | {mark: f"1{_BASE36[place]}" for place, mark in enumerate(string.punctuation, start=1)}
    | {digit: f"2{digit}" for digit in string.digits}
    | {letter: letter for letter in string.ascii_lowercase}
    | {letter: f"{letter}1" for letter in "adeou"}
    | {"đ": "d2", "z": "z0"}
)


def sort_key(text: str) -> str:
    """The key of a text: compare keys as bytes. At most LENGTH characters."""
    letters, tones, cases = levels(text)
    return _END.join((letters, tones, cases))[:LENGTH]


def levels(text: str) -> tuple[str, str, str]:
    """Letters, tones, cases: what is compared first, second, third.

    Trailing plain tones and cases are left out, which changes no comparison: nothing is lower than the end.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    text = unicodedata.normalize("NFD", " ".join(text.split()))
    place = 0
    while place < len(text):
        base = text[place]
        place += 1
        marks = ""
        while place < len(text) and unicodedata.combining(text[place]):
            marks += text[place]
            place += 1
        small = base.lower() if len(base.lower()) == 1 else base
        code, tone = _code(small, marks)
        letters.append(code)
        tones.append(tone)
        cases.append("1" if base == small else "2")
    return "".join(letters), "".join(tones).rstrip("1"), "".join(cases).rstrip("1")


def _code(letter: str, marks: str) -> tuple[str, str]:
    code = _CODES.get(letter) or "z1" + _number(ord(letter))
    tone = "1"
    for mark in marks:
        if letter + mark in _LETTER_MARKS:
            code = _LETTER_MARKS[letter + mark]
        elif tone == "1":
            tone = _TONES.get(mark, _FOREIGN_MARK)
    return code, tone


def _number(value: int) -> str:
    digits = ""
    for _ in range(4):
        value, rest = divmod(value, 36)
        digits = _BASE36[rest] + digits
    return digits

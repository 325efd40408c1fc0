"""A file's bytes as the text its author meant, and what stood in the way of it (F001, F002, F003, Q031).

The checker reads every file through here, so that one foreign byte does not bring down a rain of other faults;
`mend` writes the same text back. Nothing here adds or removes a line.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Finding:
    """What is reported about the text; `line` and `column` count from 1."""

    code: str
    line: int
    column: int
    params: dict[str, object] = field(default_factory=dict)


def read(data: bytes) -> tuple[str | None, list[Finding]]:
    """The text, mended, and what was mended; None for bytes that cannot safely be taken for text."""
    decoded = decode(data)
    if decoded is None:
        good = _good_part(data)
        column = len(good[good.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        return None, [Finding("F001", 1 + good.count(b"\n"), column)]
    findings = []
    text = decoded.replace("\r\n", "\n").replace("\r", "\n")
    if text.encode() != data:
        findings.append(
            Finding("F001", 1 + (0 if _foreign(data) else data[: data.find(b"\r")].count(b"\n")), 1)
        )
    findings += _stray(text)
    text = _without_stray(text)
    if not unicodedata.is_normalized("NFC", text):
        findings.append(_first_not_composed(text))
        text = unicodedata.normalize("NFC", text)
    if "\t" in text:
        findings += (
            Finding("F003", number, line.index("\t") + 1, {"what": "tab"})
            for number, line in enumerate(text.split("\n"), 1)
            if "\t" in line
        )
        text = "\n".join(line.expandtabs(4) for line in text.split("\n"))
    return text, findings


def decode(data: bytes) -> str | None:
    """UTF-8; UTF-16 that says so; Windows-1258 where what comes out is Vietnamese beyond doubt; else None."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _decode(data[len(bom) :], encoding)
    text = _decode(data, "utf-8")
    return text if text is not None else _windows_1258(data)


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


_LETTERS = "ăâđêôơư"
_TONED = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
VIETNAMESE = frozenset(
    case
    for letter in (
        *_LETTERS,
        *(unicodedata.normalize("NFC", vowel + tone) for vowel in _TONED for tone in _TONES),
    )
    for case in (letter, letter.upper())
)
_PUNCTUATION = frozenset("“”‘’–—…•«»°±×²³§%\u00a0")


def _windows_1258(data: bytes) -> str | None:
    text = _decode(data, "cp1258")
    if text is None:
        return None
    text = unicodedata.normalize("NFC", text)
    foreign = {character for character in text if character > "\x7f"}
    return text if foreign & VIETNAMESE and foreign <= VIETNAMESE | _PUNCTUATION else None


def _foreign(data: bytes) -> bool:
    return any(data.startswith(bom) for bom, _ in BOMS) or _decode(data, "utf-8") is None


def _good_part(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start]
    return data


# U+01A2 and U+01A3 look like Ư and ư in some fonts and come out of old converters; Vietnamese has no such letter.
_WRONG_LETTERS = str.maketrans({"\u01a3": "ư", "\u01a2": "Ư"})
# A zero-width joiner after a symbol holds an emoji together; anywhere else it is a stray.
_STRAY = re.compile(
    "[\u01a2\u01a3\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)


def _stray(text: str) -> Iterator[Finding]:
    if _STRAY.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), 1):
        found = _STRAY.search(line)
        if found:
            code = f"U+{ord(found[0]):04X}"
            what = f"{found[0]} ({code})" if found[0] in "\u01a2\u01a3" else code
            yield Finding("F003", number, found.start() + 1, {"what": what})


def _without_stray(text: str) -> str:
    text = text.translate(_WRONG_LETTERS)
    # Taking one stray away may bare another: a joiner held by nothing any more.
    while _STRAY.search(text):
        text = _STRAY.sub("", text)
    return text


def _first_not_composed(text: str) -> Finding:
    for number, line in enumerate(text.split("\n"), 1):
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            pairs = zip(line, composed, strict=False)
            same = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
            return Finding("F002", number, same + 1)
    return Finding("F002", 1, 1)


# Telex reads `[` as ơ, `]` as ư, `{` and `}` as their capitals, and the x between as a tone: `[x]` comes out as ỡư.
_EATEN = re.compile(
    r"(?P<bullet>\s*[-*+] {1,4})(?P<eaten>(?P<right>[ỡỠ] ?[ưƯ]|[ơƠ][xX][ưƯ]|[ơƠ] ?[ữỮ])|[ơƠ] ?[ưƯ])(?P<rest> .*|$)"
)


def with_brackets(line: str) -> tuple[str, Finding] | None:
    """`- ỡư` → `- [x]`, `- ơ ư` → `- [ ]`: the line that was meant (Q031), or None for any other line.

    The line of the finding is for the caller to say. Only lines of questions are to be asked about.
    """
    found = _EATEN.fullmatch(line)
    if found is None:
        return None
    box = "[x]" if found["right"] else "[ ]"
    finding = Finding("Q031", 1, found.start("eaten") + 1, {"text": found["eaten"]})
    return found["bullet"] + box + found["rest"], finding

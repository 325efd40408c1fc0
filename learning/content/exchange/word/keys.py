"""Keys told apart from their questions: `1-A 2-B 3-C`, one a line, or a table of numbers and letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from learning.content.exchange.word.document import Cell, Table, plain
from learning.content.exchange.word.lines import Item, Line
from learning.vietnamese.folding import fold

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Key:
    """The letters of the right options ("A", …), or "Đúng" or "Sai"."""

    letters: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Keys:
    """A list of keys by the numbers of their questions."""

    line: int
    pairs: tuple[tuple[int, Key], ...]
    said: str = ""  # all its words: "ĐÁP ÁN Câu Đáp án 1 A 2 C"


_LETTER = (
    r"(?:[A-H](?:\s+[A-H](?![^\W_]))+|[A-Ha-h](?:\s*(?:[,;+&/]|và)\s*[A-Ha-h](?![^\W_]))*|[A-H]{2,5}"
    r"|Đúng|Sai|ĐÚNG|SAI|Đ|S)"
)
_LETTERS = re.compile(rf"[(\[]?\s*(?P<letters>{_LETTER})(?![^\W_])\s*[)\]]?")
_PAIR = re.compile(
    r"\s*(?:[Cc]âu(?:\s+hỏi)?\s*|CÂU\s*)?(?P<number>[0-9]{1,4})\s*[-.:)=–→/]?\s*(?:[Đđ]áp án\s*)?"
    rf"[(\[]?(?P<letters>{_LETTER})[)\]]?(?![^\W_])\s*[,;.|]?"
)
_HEADING = re.compile(
    r"(?:bang |phan |goi y )?(?:dap an|key|answers?|bang tra loi)(?: (?:dung|tham khao|chi tiet|trac nghiem|cau hoi"
    r"|(?:cac cau|bo cau hoi|phan|de|chuong|bai|mon) .*))?"
)
_HEADERS = frozenset(
    (
        *("cau", "cau so", "cau hoi", "so cau", "stt", "tt", "so"),
        *("dap an", "da", "d/a", "dap an dung", "phuong an", "phuong an dung", "ket qua", "tra loi", "key"),
    )
)


def letters_of(text: str) -> tuple[tuple[str, ...], int]:
    """The letters a text begins with, and where they end: "B, D" is (("B", "D"), 4)."""
    found = _LETTERS.match(text)
    if found is None or truth_word(found["letters"]):
        return (), 0
    return tuple(dict.fromkeys(re.findall("[A-H]", found["letters"].replace("và", "").upper()))), found.end()


def truth_word(text: str) -> str:
    """ "Đúng", "Sai", or "" for what says neither."""
    folded = fold(text)
    if folded == "dung" or text == "Đ":
        return "Đúng"
    return "Sai" if folded == "sai" or text == "S" else ""


def read_keys(items: Sequence[Item], at: int) -> tuple[Keys | None, int]:
    """The list of keys that begins at a place, if one does, and where it ends."""
    begin, first = at, items[at]
    headed = isinstance(first, Line) and is_heading(first)
    pairs: list[tuple[int, Key]] = []
    said: list[str] = []  # since the last key
    lines = tables = 0
    end = at = at + headed
    while at < len(items):
        item = items[at]
        found, after = _pairs_at(items, at)
        if found:
            pairs += found
            end, said = after, []
            lines += isinstance(item, Line)
            tables += isinstance(item, Table)
        elif isinstance(item, Table) or not (headed or (pairs and item.blank)):
            break
        elif not item.blank:
            # "I. TRẮC NGHIỆM" may stand between the heading and its keys.
            said.append(item.text)
            if len(said) > 1 or len(item.text) > _SHORT or item.paragraph.level:
                break
        at = after
    # A single "1. A" may be anything; in a list, under a heading or in a table it is a key.
    if not pairs or not (headed or tables or len(pairs) >= 3 or len(pairs) > lines):
        return None, begin
    words = " ".join(" ".join(_words(item).split()) for item in items[begin:end])
    return Keys(first.number if isinstance(first, Line) else first.line, tuple(pairs), words), end


def _words(item: Item) -> str:
    if isinstance(item, Line):
        return item.text
    return " ".join(_said(cell) for row in item.rows for cell in row)


def _pairs_at(items: Sequence[Item], at: int) -> tuple[list[tuple[int, Key]], int]:
    """The keys of a table, of a line, or of two lines: numbers, and letters below."""
    item = items[at]
    if isinstance(item, Table):
        return table_pairs(item) or [], at + 1
    below = items[at + 1] if at + 1 < len(items) else None
    if _NUMBERS.fullmatch(item.text) and isinstance(below, Line) and _KEYS.fullmatch(below.text):
        numbers, letters = re.findall("[0-9]+", item.text), re.findall(r"(?<!\w)[A-H](?!\w)", below.text)
        if len(numbers) == len(letters):
            keys = (Key((letter,), below.number) for letter in letters)
            return list(zip(map(int, numbers), keys, strict=True)), at + 2
    return line_pairs(item), at + 1


_SHORT = 60  # letters
_NUMBERS = re.compile(r"\s*(?:[Cc]âu|CÂU)?[\s:]*[0-9]{1,4}(?:[\s|]+[0-9]{1,4})+\s*")
_KEYS = re.compile(r"\s*(?:[Đđ]áp án|ĐÁP ÁN|ĐA|Đ/A)?[\s:]*[A-H](?:[\s|]+[A-H])+\s*")
_LED = re.compile(r"\s*(?:bảng\s*)?(?:đáp\s*án|đ/?a)[^:0-9]{0,30}:\s*(?=(?:câu\s*)?[0-9])", re.IGNORECASE)


def is_heading(line: Line) -> bool:
    """ "ĐÁP ÁN", "Bảng đáp án phần I"."""
    return len(line.text) < 80 and _HEADING.fullmatch(fold(line.text).strip(" .:-–*")) is not None


def line_pairs(line: Line) -> list[tuple[int, Key]]:
    """All the keys of a line that holds nothing else; [] for any other line."""
    led = _LED.match(line.text)
    text, place, made = line.text.rstrip(), led.end() if led else 0, []
    while place < len(text):
        found = _PAIR.match(text, place)
        if found is None or found.end() == place:
            return []
        made.append((int(found["number"]), key_of(found["letters"], line.number)))
        place = found.end()
    return made


def key_of(text: str, line: int) -> Key:
    word = truth_word(text)
    return Key((word,) if word else letters_of(text)[0], line)


def table_pairs(table: Table) -> list[tuple[int, Key]] | None:
    """The keys of a table of numbers and letters; None for any other table."""
    rows = [[_said(cell) for cell in row] for row in table.rows]
    rows = [row for row in rows if any(row)]
    return _in_cells(rows, table.line) or _in_rows(rows, table.line) or _in_columns(rows, table.line)


def _said(cell: Cell) -> str:
    return plain(cell.blocks).strip()


def _is_number(text: str) -> bool:
    return re.fullmatch(r"(?:[Cc]âu\s*)?[0-9]{1,4}\s*[.:)]?", text) is not None


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _is_key(text: str) -> bool:
    return re.fullmatch(_LETTER + r"\s*\.?", text) is not None


def _header(text: str) -> bool:
    return not text or fold(text).strip(" .:") in _HEADERS


def _in_cells(rows: list[list[str]], line: int) -> list[tuple[int, Key]] | None:
    made = []
    for row in rows:
        for text in row:
            if _header(text):
                continue
            found = _PAIR.fullmatch(text)
            if found is None:
                return None
            made.append((int(found["number"]), key_of(found["letters"], line)))
    return made


def _in_rows(rows: list[list[str]], line: int) -> list[tuple[int, Key]] | None:
    """A row of numbers over a row of letters, as often as need be."""
    made: list[tuple[int, Key]] = []
    for at in range(0, len(rows) - 1, 2):
        numbers, keys = rows[at], rows[at + 1]
        if len(numbers) != len(keys):
            return None
        for number, key in zip(numbers, keys, strict=True):
            if _is_number(number) and _is_key(key):
                made.append((_number(number), key_of(key.rstrip(" ."), line)))
            elif not (_header(number) and _header(key)) and not (_is_number(number) and not key):
                return None
    return made if made and len(rows) % 2 == 0 else None


def _in_columns(rows: list[list[str]], line: int) -> list[tuple[int, Key]] | None:
    """Number, letter; number, letter … in each row."""
    made = []
    for at, row in enumerate(rows):
        if all(_header(text) for text in row) and at < 2:
            continue
        cells = [text for text in row if text]
        if len(cells) % 2:
            return None
        for number, key in zip(cells[::2], cells[1::2], strict=True):
            if not (_is_number(number) and _is_key(key)):
                return None
            made.append((_number(number), key_of(key.rstrip(" ."), line)))
    return made or None

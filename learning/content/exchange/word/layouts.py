"""Tables that only lay a text out: options side by side, a question to a row, a frame around paragraphs.

They are read as lines. A table that says something as a table stays one.
"""

import re
from collections.abc import Iterator, Sequence

from learning.content.exchange.word.document import Cell, Findings, Span, Table, plain
from learning.content.exchange.word.keys import table_pairs
from learning.content.exchange.word.lines import Item, Line, items_of
from learning.vietnamese.folding import fold


def read_out(items: Sequence[Item], findings: Findings) -> list[Item]:
    """The items with every table that is only a layout made lines."""
    made: list[Item] = []
    for item in items:
        if not isinstance(item, Table):
            made.append(item)
        elif not table_pairs(item):
            made += _lines(item, findings) or [item]
        else:
            made.append(item)
    return made


def _lines(table: Table, findings: Findings) -> list[Item]:
    text = fold(" ".join(plain(cell.blocks) for row in table.rows for cell in row))
    if len(text) < 400 and "cong hoa xa hoi chu nghia viet nam" in text:
        findings.skip(table.line, plain([table]), "Phần đầu của văn bản hành chính không thuộc nội dung bài.")
        return [_NOTHING]
    if max((len(row) for row in table.rows), default=0) <= 1:
        return [
            part for row in table.rows for cell in row for part in read_out(items_of(cell.blocks), findings)
        ]
    return _options(table) or list(_grid(table)) or list(_true_false(table)) or _questions(table, findings)


_NOTHING = Line(0, ())
_SIGN = re.compile(r"\s*[*✓☑☐]?\s*[(\[]?(?P<letter>[A-Ha-h])\*?[.)/:\]]\s*")


def _options(table: Table) -> list[Item]:
    """Options in cells, two by two or four in a row, in the order of their letters."""
    cells = [cell for row in table.rows for cell in row if plain(cell.blocks) or _pictured(cell)]
    # A letter may have a cell of its own: A. | Hà Nội
    if len(cells) % 2 == 0 and all(_SIGN.fullmatch(plain(cell.blocks) + " ") for cell in cells[::2]):
        pairs = list(zip(cells[::2], cells[1::2], strict=True))
        lines = [_together(sign, text) for sign, text in pairs]
        letters = [plain(sign.blocks) for sign, _ in pairs]
    else:
        lines = [items_of(cell.blocks) for cell in cells]
        letters = [_text(line) for line in lines]
    found = [_SIGN.match(text + " ") for text in letters]
    named = [one["letter"].upper() for one in found if one]
    if (
        len(named) < 2
        or len(named) < len(found)
        or sorted(named) != [chr(65 + at) for at in range(len(named))]
    ):
        return []
    ordered = sorted(zip(named, lines, strict=True), key=lambda pair: pair[0])
    return [line for _, part in ordered for line in part]


def _together(sign: Cell, text: Cell) -> list[Item]:
    first, *others = items_of(text.blocks) or [_NOTHING]
    mark = [line for line in items_of(sign.blocks) if isinstance(line, Line) and line.text.strip()]
    if isinstance(first, Line) and mark:
        first = Line(
            first.number or mark[0].number, (*mark[0].spans, Span(" "), *first.spans), first.paragraph
        )
    return [first, *others]


def _text(items: Sequence[Item]) -> str:
    return next((item.text for item in items if isinstance(item, Line) and item.text.strip()), "")


def _pictured(cell: Cell) -> bool:
    return any(span.code for item in items_of(cell.blocks) if isinstance(item, Line) for span in item.spans)


# --- A question to a row

_QUESTION = re.compile(
    r"(?:noi dung )?(?:cac )?cau hoi(?: trac nghiem)?|noi dung(?: cau hoi)?|cau dan|question"
)
_OPTION = re.compile(r"(?:(?:phuong an|dap an|lua chon|option|tra loi) )?(?P<letter>[a-h]|[1-8])")
_ALL_OPTIONS = re.compile(r"(?:cac )?(?:phuong an|dap an|lua chon)(?: (?:tra loi|lua chon))?|options")
_KEY = re.compile(r"(?:dap an|phuong an|cau tra loi)(?: tra loi)?(?: dung(?: nhat)?)|dap an|key|da|ket qua")
_NUMBER = re.compile(r"stt|tt|so|cau|cau so|so tt|no")
_WHY = re.compile(r"giai thich.*|ghi chu|can cu.*|nguon.*|co so phap ly|trich dan.*")


def _grid(table: Table) -> Iterator[Item]:
    """`STT | Câu hỏi | A | B | C | D | Đáp án`, or all options in one cell."""
    header = [fold(plain(cell.blocks)).strip(" .:") for cell in table.rows[0]]
    roles: dict[str, int] = {}
    options: list[int] = []
    for at, name in enumerate(header):
        if _QUESTION.fullmatch(name) and "question" not in roles:
            roles["question"] = at
        elif (found := _OPTION.fullmatch(name)) and found["letter"]:
            options.append(at)
        elif _KEY.fullmatch(name) and (name != "dap an" or "all" in roles or options):
            roles["key"] = at
        elif _ALL_OPTIONS.fullmatch(name) and not options:
            roles["all"] = at
        elif _NUMBER.fullmatch(name) and "number" not in roles:
            roles["number"] = at
        elif _WHY.fullmatch(name):
            roles["why"] = at
        elif name:
            return
    if "question" not in roles or (len(options) < 2 and "all" not in roles):
        return
    for number, row in enumerate(table.rows[1:], 1):
        if len(row) != len(header):
            yield from (line for cell in row for line in items_of(cell.blocks))
            continue
        if not plain(row[roles["question"]].blocks):
            continue
        yield from _row(row, roles, options, number)


def _row(row: Sequence[Cell], roles: dict[str, int], options: Sequence[int], number: int) -> Iterator[Item]:
    told = re.search(r"[0-9]+", plain(row[roles["number"]].blocks)) if "number" in roles else None
    stem = items_of(row[roles["question"]].blocks)
    at = next((line.number for line in stem if isinstance(line, Line)), 0)
    if not re.match(r"\s*(?:Câu|CÂU)", _text(stem)):
        yield Line(at, (Span(f"Câu {told[0] if told else number}:"),))
    yield from stem
    for place, column in enumerate(options):
        lines = items_of(row[column].blocks)
        if not any(isinstance(line, Line) and not line.blank for line in lines):
            continue
        if not _SIGN.match(_text(lines)):
            yield from _prefixed(f"{chr(65 + place)}. ", lines)
        else:
            yield from lines
    if "all" in roles:
        yield from items_of(row[roles["all"]].blocks)
    if "key" in roles and plain(row[roles["key"]].blocks):
        key = plain(row[roles["key"]].blocks)
        key = "ABCDEFGH"[int(key) - 1] if re.fullmatch("[1-8]", key) else key
        yield Line(at, (Span(f"Đáp án: {key}"),))
    if "why" in roles and plain(row[roles["why"]].blocks):
        yield from _prefixed("Giải thích: ", items_of(row[roles["why"]].blocks))


def _prefixed(text: str, items: Sequence[Item]) -> Iterator[Item]:
    for place, item in enumerate(items):
        if place == 0 and isinstance(item, Line):
            yield Line(item.number, (Span(text), *item.spans), item.paragraph)
        else:
            yield item


def _true_false(table: Table) -> Iterator[Item]:
    """`Nội dung | Đúng | Sai`, a cross in one of the two."""
    header = [fold(plain(cell.blocks)).strip(" .:") for cell in table.rows[0]]
    if "sai" not in header or "dung" not in header or len(header) < 3:
        return
    right, wrong = header.index("dung"), header.index("sai")
    words = [
        at for at in range(len(header)) if at not in (right, wrong) and not _NUMBER.fullmatch(header[at])
    ]
    rows = [row for row in table.rows[1:] if len(row) == len(header)]
    if len(words) != 1 or len(rows) != len(table.rows) - 1:
        return
    marks = [(plain(row[right].blocks), plain(row[wrong].blocks)) for row in rows]
    if not all(bool(one) != bool(other) and len(one + other) <= 3 for one, other in marks):
        return
    for number, (row, (yes, _)) in enumerate(zip(rows, marks, strict=True), 1):
        lines = items_of(row[words[0]].blocks)
        at = next((line.number for line in lines if isinstance(line, Line)), table.line)
        yield Line(at, (Span(f"Câu {number}:"),))
        yield from lines
        yield Line(at, (Span(f"Đáp án: {'Đúng' if yes else 'Sai'}"),))


_CALLED = re.compile(r"\s*(?:Câu|CÂU)(?:\s+(?:hỏi|HỎI))?\s*[0-9]{1,4}\b")


def _questions(table: Table, findings: Findings) -> list[Item]:
    """Whole questions in the cells of a table that is only a frame."""
    lines = [line for row in table.rows for cell in row for line in items_of(cell.blocks)]
    called = [line for line in lines if isinstance(line, Line) and _CALLED.match(line.text)]
    signs = {
        found["letter"].upper()
        for line in lines
        if isinstance(line, Line) and (found := _SIGN.match(line.text))
    }
    return read_out(lines, findings) if called and {"A", "B"} <= signs else []

"""Rows of text out of a spreadsheet file: .xlsx, or .csv in any of the encodings Excel saves."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 4_000_000
MOST_TEXT = 100_000_000  # characters of shared texts, each counted as often as a cell points to it
LONGEST_ROW = 1_000_000  # characters of one row of a .csv
LONGEST_CELL = (
    4000  # beyond it a text stays as it is: it is too long for every column, and told so by its row
)
WORKBOOK = "xl/workbook.xml"
SHARED = "xl/sharedstrings.xml"

_PART = re.compile(r"(xl/.*|_rels/.*|\[Content_Types\])\.(xml|rels)", re.IGNORECASE | re.DOTALL)
_FAILED = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?)t=["']e["']""")
_CELL = re.compile(r"([A-Za-z]{1,6})([0-9]{1,10})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_TOLD = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


class UnreadableError(ValueError):
    """The file cannot be read as a table. `reason`: "kind", "large", "row", "encoding", "broken" or "empty"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sheet:
    """`header` is row 1; `rows` are (row number as the spreadsheet shows it, cells), empty rows left out.

    Cells are NFC text without space around; whole numbers have no point, dates are ISO.
    """

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read(path: Path) -> Sheet:
    """Reads a file; raises UnreadableError, and OSError where there is none."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError("large")
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        lines = _excel(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):  # .xls, or a workbook locked by a password
        raise UnreadableError("kind")
    else:
        lines = _separated(data)
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise UnreadableError("empty")
    header = filled.pop(0)[1] if filled[0][0] == 1 else []
    return Sheet(path.name, header, filled)


def _excel(data: bytes) -> list[tuple[int, list[str]]]:
    try:
        with CalamineWorkbook.from_filelike(_weighed(data)) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not names:
                raise UnreadableError("empty")
            rows = book.get_sheet_by_name(names[0]).to_python(skip_empty_area=False)
    except (
        zipfile.BadZipFile,
        zlib.error,
        CalamineError,
        ExpatError,
        EOFError,
        NotImplementedError,  # zipfile's own: packed in a way that it does not know
        RuntimeError,  # zipfile's own: locked with a password
    ) as error:
        raise UnreadableError("broken") from error
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _weighed(data: bytes) -> io.BytesIO:
    """A workbook of those parts only that were unpacked here, counted and found sound: what is read after this
    is what was looked at, whatever else another reader would have found in the file."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(kept, "w", compresslevel=1) as copy:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableError("large")
        names = [part.filename.replace("\\", "/") for part in parts]
        if len({name.lower() for name in names}) < len(names) or any(map(_leads_out, names)):
            raise UnreadableError("broken")
        if WORKBOOK not in map(str.lower, names):
            raise UnreadableError("kind")
        left, shared = MOST_UNPACKED, array("L")
        # The shared texts first: how much a cell weighs is told by the text it points to.
        for name, part in sorted(zip(names, parts, strict=True), key=lambda it: it[0].lower() != SHARED):
            if not _PART.fullmatch(name):
                continue
            errors = _Errors()
            scale = _Scale(shared, fills=name.lower() == SHARED)
            with packed.open(part) as stream, copy.open(_entry(name), "w") as out:
                while chunk := stream.read(1 << 16):
                    left -= len(chunk)
                    if left < 0:
                        raise UnreadableError("large")
                    scale.parser.Parse(chunk)
                    out.write(errors.told(chunk))
                scale.parser.Parse(b"", True)
                out.write(errors.held)
    kept.seek(0)
    return kept


def _leads_out(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Errors:
    """Makes text of the cells in which a formula failed: the reader would leave them empty, and nobody be told."""

    def __init__(self) -> None:
        self.held = b""  # from the last tag on, which may go on in the next chunk

    def told(self, chunk: bytes) -> bytes:
        whole = self.held + chunk
        cut = max(whole.rfind(b"<", len(self.held)), 0)
        self.held = whole[cut:] if cut else b""
        return _FAILED.sub(rb'\1t="str"', whole[:cut] if cut else whole)


class _Scale:
    """Weighs one part as it is parsed: what the reader will make of it, not what it takes in the file.

    The reader makes a full rectangle up to the farthest cell, and a copy of a shared text for each cell that
    points to it. `shared` holds the lengths of those texts; the part that `fills` it is the one that has them.
    """

    def __init__(self, shared: "array[int]", *, fills: bool) -> None:
        self.shared = shared
        self.fills = fills
        self.row = self.column = self.last_row = self.last_column = self.text = 0
        self.pointer: list[str] | None = None  # what a cell points to, while it is read
        self.points = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse  # which no workbook has, and entities need
        self.parser.CommentHandler = self._refuse_inside
        self.parser.ProcessingInstructionHandler = self._refuse_inside
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._refuse_inside()
        match name.rpartition(":")[2]:
            case "si" if self.fills:
                self.shared.append(0)
            case "row":
                number = attributes.get("r", "")
                self.row = int(number) if _NUMBER.fullmatch(number) else self.row + 1
                self.column = 0
            case "c":
                place = _CELL.fullmatch(attributes.get("r", ""))
                self.column += 1
                if place:
                    self.column = _column(place[1])
                self._reach(int(place[2]) if place else self.row)
                self.points = attributes.get("t") == "s"
            case "v" if self.points:
                self.pointer = []

    def _reach(self, row: int) -> None:
        self.last_row, self.last_column = max(row, self.last_row), max(self.column, self.last_column)
        if (
            self.last_column > MOST_COLUMNS
            or self.last_row > MOST_ROWS
            or self.last_row * self.last_column > MOST_CELLS
        ):
            raise UnreadableError("large")

    def _end(self, name: str) -> None:
        if self.pointer is None:
            return
        number, self.pointer = "".join(self.pointer), None
        if number and not _NUMBER.fullmatch(number):
            raise UnreadableError("broken")
        if number and int(number) < len(self.shared):
            self.text += self.shared[int(number)]
        if self.text > MOST_TEXT:
            raise UnreadableError("large")

    def _characters(self, text: str) -> None:
        if self.pointer is not None:
            self.pointer.append(text.strip())
        elif self.fills and self.shared:
            self.shared[-1] += len(text)

    def _refuse(self, *_any: object) -> None:
        raise UnreadableError("broken")

    def _refuse_inside(self, *_any: object) -> None:
        if self.pointer is not None:  # readers differ in what they take for the number then
            raise UnreadableError("broken")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _separated(data: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\0" in text:
        raise UnreadableError("kind")
    rows: list[tuple[int, list[str]]] = []
    if told := _TOLD.match(text):  # a line for spreadsheets, which do not show it
        text = text[told.end() :]
    separator = told[1] if told else _separator(text)
    lines = _Lines(text)
    cells_read = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator), 1):
            cells_read += len(cells)
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS or cells_read > MOST_CELLS:
                raise UnreadableError("large")
            lines.row = 0
            rows.append((number, [_text(cell) for cell in cells]))
    except csv.Error as error:
        raise UnreadableError("broken") from error
    return rows


class _Lines:
    """The lines of a text, up to LONGEST_ROW characters for one row; whoever has read a row sets `row` back to 0."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="")
        self.row = 0

    def __iter__(self) -> Iterator[str]:
        for line in iter(lambda: self.lines.readline(LONGEST_ROW + 1), ""):
            self.row += len(line)
            if self.row > LONGEST_ROW:
                raise UnreadableError("row")
            yield line


def _decoded(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("encoding")


def _encodings(data: bytes) -> Iterator[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
        return
    if len(data) > 1 and data[1] == 0:
        yield "utf-16-le"
    if data[:1] == b"\0":
        yield "utf-16-be"
    yield "utf-8-sig"
    yield "cp1258"


def _separator(text: str) -> str:
    bare = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(",;\t", key=bare.count)


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():  # every number of a spreadsheet is a float
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if len(str(cell)) > LONGEST_CELL:  # composing takes the square of its length where marks are piled up
        return str(cell).strip()
    # Windows-1258 writes tones as signs of their own: composed, they are the letters typed.
    text = unicodedata.normalize("NFC", str(cell).replace("\xa0", " "))
    # Signs without width come along when a cell is pasted from a page, and make two codes of one.
    return text.translate(_INVISIBLE).strip()

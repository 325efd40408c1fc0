"""Rows of text out of a spreadsheet file: .xlsx, or .csv in any of the encodings Excel saves."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2000
MOST_ROWS = 200_000
MOST_COLUMNS = 200

_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')


class UnreadableError(ValueError):
    """The file cannot be read as a table. `reason`: "kind", "large", "encoding", "broken" or "empty"."""

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
        _weigh(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not names:
                raise UnreadableError("empty")
            rows = book.get_sheet_by_name(names[0]).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError("broken") from error
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _weigh(data: bytes) -> None:
    """Unpacks once, counting: neither the sizes a zip declares nor the far corner of a sheet are to be trusted."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableError("large")
        left = MOST_UNPACKED
        for part in parts:
            cells = part.filename.startswith("xl/worksheets/")
            with packed.open(part) as stream:
                before = b""
                while chunk := stream.read(1 << 16):
                    left -= len(chunk)
                    if left < 0:
                        raise UnreadableError("large")
                    if cells:
                        _measure(before + chunk)
                        before = chunk[-200:]


def _measure(chunk: bytes) -> None:
    # The reader makes a full rectangle up to the farthest cell.
    for letters, digits in _CELL.findall(chunk):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        if column > MOST_COLUMNS or int(digits) > MOST_ROWS:
            raise UnreadableError("large")


def _separated(data: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\0" in text:
        raise UnreadableError("kind")
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), 1
        ):
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise UnreadableError("large")
            rows.append((number, [_text(cell) for cell in cells]))
    except csv.Error as error:
        raise UnreadableError("broken") from error
    return rows


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
    # Windows-1258 writes tones as signs of their own: composed, they are the letters typed.
    return unicodedata.normalize("NFC", str(cell).replace("\xa0", " ")).strip()

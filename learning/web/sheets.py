"""Whatever the desk shows as a table, as a file: XLSX, CSV and PDF of exactly what was asked, whoever opens it and with
whatever. Rows are taken one by one and written away, so that half a million do not fill the memory."""

import csv
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Literal
from zoneinfo import ZoneInfo

import xlsxwriter

from learning import typesetting
from learning.vietnamese import formats
from learning.web.i18n import gettext as _

Cell = str | int | float | Decimal | date | datetime | None
# `share` counts in percent, 0–100; `text` is never computed by whoever opens the file.
Kind = Literal["text", "number", "share", "date", "moment"]
# What a spreadsheet takes for a formula at the start of a cell, also in the wide letters of Asian keyboards.
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
# In a .csv the reader's own sign between cells may be another than ours: what follows one begins a cell.
_WITHIN = re.compile(r"([;,|\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
PAPER = Path(__file__).with_name("table.typ")
MOST_ON_PAPER = 2000  # lines, about 90 pages and 200 MB while it is set: what is longer is for a spreadsheet
_XLSX_CELL = 32_767  # letters that a cell takes
_XLSX_NAME = re.compile(r"[\[\]:*?/\\]")


class TooLongForPaper(ValueError):
    """More than MOST_ON_PAPER lines."""


@dataclass(frozen=True)
class Column:
    """`width` in letters. `shares` the width that is left over on paper."""

    heading: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """`rows` are taken once. `about`: lines over the table that say whose figures these are, of what day, and what they
    are counted in."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[str] = ()


def xlsx(sheet: Sheet, file: IO[bytes], zone: ZoneInfo, now: datetime) -> None:
    """Real numbers and days, headings that stay, filters. What it is about stands on a sheet of its own."""
    options = {
        "in_memory": False,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": sheet.title, "created": now.astimezone(zone).replace(tzinfo=None)})
        page = book.add_worksheet(_("Kết quả"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        shown = {
            "number": None,
            "text": None,
            "share": book.add_format({"num_format": "0.0"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.heading, bold)
        last = 0
        for last, row in enumerate(sheet.rows, start=1):
            for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                match cell:
                    case None:
                        continue
                    case datetime():
                        page.write_datetime(
                            last, place, cell.astimezone(zone).replace(tzinfo=None), shown["moment"]
                        )
                    case date():
                        page.write_datetime(
                            last, place, datetime(cell.year, cell.month, cell.day), shown["date"]
                        )
                    case str():
                        page.write_string(last, place, harmless(cell)[:_XLSX_CELL])
                    case _:
                        page.write_number(last, place, cell, shown[column.kind])
        page.autofilter(0, 0, last, len(sheet.columns) - 1)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        if sheet.about:
            notes = book.add_worksheet(_("Về bảng này"))
            notes.set_column(0, 0, 100)
            for place, line in enumerate((sheet.title, *sheet.about)):
                notes.write_string(place, 0, harmless(line), bold if place == 0 else None)


def csv_(sheet: Sheet, file: IO[bytes], zone: ZoneInfo, now: datetime) -> None:
    """RFC 4180, with the mark by which spreadsheets know UTF-8."""
    file.write(b"\xef\xbb\xbf")
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(_in_csv(column.heading, zone) for column in sheet.columns)
    writer.writerows([_in_csv(cell, zone) for cell in row] for row in sheet.rows)
    text.detach()


def pdf(sheet: Sheet, file: IO[bytes], zone: ZoneInfo, now: datetime) -> None:
    """A4 across, headings on every page, page numbers. Raises TooLongForPaper."""
    lines = list(islice(_on_paper(sheet, zone), MOST_ON_PAPER + 1))
    if len(lines) > MOST_ON_PAPER:
        raise TooLongForPaper(sheet.title)
    inputs = {
        "title": _plain(sheet.title),
        "about": json.dumps([_plain(line) for line in sheet.about]),
        "columns": json.dumps(
            [[_plain(column.heading), column.kind, column.width] for column in sheet.columns]
        ),
        "rows": json.dumps(lines),
        "printed": _("In lúc %(at)s", at=formats.datetime(now, zone)),
        "page": _("Trang số"),
        "none": _("Không có dòng nào."),
    }
    file.write(typesetting.compile(PAPER, inputs, now.astimezone(UTC)))


@dataclass(frozen=True)
class Format:
    write: Callable[[Sheet, IO[bytes], ZoneInfo, datetime], None]
    content_type: str


FORMATS = {
    "xlsx": Format(xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": Format(csv_, "text/csv"),
    "pdf": Format(pdf, "application/pdf"),
}


def harmless(text: str) -> str:
    """The text, so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _in_csv(cell: Cell, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _WITHIN.sub(r"\1'", harmless(cell))
        case datetime():
            return formats.datetime(cell, zone)
        case date():
            return formats.date(cell)
        case Decimal():
            return f"{cell.normalize():f}"
        case _:
            return str(cell)


def _on_paper(sheet: Sheet, zone: ZoneInfo) -> Iterator[list[str]]:
    for row in sheet.rows:
        yield [_read(cell, column.kind, zone) for column, cell in zip(sheet.columns, row, strict=True)]


def _read(cell: Cell, kind: Kind, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return "–"
        case str():
            return _plain(cell)
        case datetime():
            return formats.datetime(cell, zone)
        case date():
            return formats.date(cell)
        case _ if kind == "share":
            return formats.percent(cell)
        case _:
            return formats.number(cell)


def _plain(text: str) -> str:
    """One line of NFC without control or direction-changing characters: what is printed is what is read."""
    kept = (" " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())

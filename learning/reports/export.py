"""The score table as a file: XLSX and CSV of exactly what was asked, whoever opens it and with whatever."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import xlsxwriter

from learning.progress.scores import Score
from learning.reports.desk import state_words
from learning.vietnamese import formats
from learning.web.i18n import gettext as _

Cell = str | int | Decimal | datetime | None
# What a spreadsheet takes for a formula at the start of a cell, also in the wide letters of Asian keyboards.
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
# In a .csv the reader's own sign between cells may be another than ours: what follows one begins a cell.
_WITHIN = re.compile(r"([;,|\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
WIDTHS = (28, 20, 30, 12, 16, 16, 12, 18)


def columns() -> list[str]:
    return [
        _("Họ và tên"),
        _("Tên đăng nhập"),
        _("Đơn vị"),
        _("Số lần làm bài"),
        _("Điểm cao nhất (%)"),
        _("Trạng thái"),
        _("Quá hạn"),
        _("Lần gần nhất"),
    ]


def row(score: Score) -> list[Cell]:
    return [
        score.full_name,
        score.username,
        score.unit,
        score.attempts,
        score.best,
        state_words(score.state),
        _("có") if score.overdue else "",
        score.last_at,
    ]


def xlsx(title: str, lines: Iterable[Score], zone: ZoneInfo, now: datetime) -> bytes:
    """Numbers and moments are real ones; the head stays in sight and filters."""
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    heads = columns()
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, "created": now.astimezone(zone).replace(tzinfo=None)})
        sheet = book.add_worksheet(_("Kết quả"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        percent, moment = (
            book.add_format({"num_format": "0.0"}),
            book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        )
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        last = 0
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, bold)
        for last, line in enumerate(lines, start=1):
            for place, cell in enumerate(row(line)):
                if isinstance(cell, datetime):
                    sheet.write_datetime(last, place, cell.astimezone(zone).replace(tzinfo=None), moment)
                elif isinstance(cell, str):
                    sheet.write_string(last, place, harmless(cell))
                elif cell is not None:
                    sheet.write_number(last, place, cell, percent if isinstance(cell, Decimal) else None)
        sheet.autofilter(0, 0, last, len(heads) - 1)
    return file.getvalue()


def csv_(title: str, lines: Iterable[Score], zone: ZoneInfo, now: datetime) -> bytes:
    """RFC 4180, with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns())
    writer.writerows([_written(cell, zone) for cell in row(line)] for line in lines)
    return text.getvalue().encode("utf-8-sig")


WRITERS: dict[str, tuple[Callable[[str, Sequence[Score], ZoneInfo, datetime], bytes], str]] = {
    "xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv_, "text/csv"),
}


def harmless(text: str) -> str:
    """The text, so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _written(cell: Cell, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _WITHIN.sub(r"\1'", harmless(cell))
        case datetime():
            return formats.datetime(cell, zone)
        case Decimal():
            return f"{cell.normalize():f}"
        case _:
            return str(cell)

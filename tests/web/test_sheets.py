"""A table as a file: Excel, CSV, paper."""

import csv
import tracemalloc
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo

import pypdf
import pytest
from openpyxl import load_workbook

from learning.web import sheets
from learning.web.context import App
from learning.web.sheets import Cell, Column, Sheet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
COLUMNS = (
    Column("Đơn vị", width=30),
    Column("Số người", "number", 10),
    Column("Đạt (%)", "share", 10),
    Column("Hạn", "date", 12),
    Column("Gần nhất", "moment", 16),
)
ROW: tuple[Cell, ...] = ("Xã Đak Đoa", 38, Decimal("93.75"), date(2026, 12, 1), NOW)
EMPTY: tuple[Cell, ...] = ("Phường Quy Nhơn", 0, None, None, None)


@pytest.fixture(autouse=True)
def _words(app: App) -> Iterator[None]:
    with app.test_request_context():
        yield


def made(kind: str, *rows: tuple[Cell, ...], about: tuple[str, ...] = ()) -> bytes:
    file = BytesIO()
    sheets.FORMATS[kind].write(Sheet("Kết quả theo đơn vị", COLUMNS, iter(rows), about), file, ZONE, NOW)
    return file.getvalue()


def test_excel_gets_numbers_days_filters_and_headings_that_stay() -> None:
    book = load_workbook(BytesIO(made("xlsx", ROW, EMPTY, about=("38 trên 5.219 người",))))
    page, notes = book.worksheets
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:E3")
    rows = list(page.iter_rows(values_only=True))
    assert rows[1] == ("Xã Đak Đoa", 38, 93.75, datetime(2026, 12, 1), datetime(2026, 11, 22, 15, 0))
    assert rows[2] == ("Phường Quy Nhơn", 0, None, None, None)
    assert [cell.number_format for cell in page[2]][2:] == ["0.0", "dd/mm/yyyy", "dd/mm/yyyy hh:mm"]
    assert [row[0] for row in notes.iter_rows(values_only=True)] == [
        "Kết quả theo đơn vị",
        "38 trên 5.219 người",
    ]


def test_csv_is_marked_and_whole() -> None:
    data = made("csv", ROW, EMPTY)
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(data.decode("utf-8-sig")))) == [
        ["Đơn vị", "Số người", "Đạt (%)", "Hạn", "Gần nhất"],
        ["Xã Đak Đoa", "38", "93.75", "01/12/2026", "22/11/2026 15:00"],
        ["Phường Quy Nhơn", "0", "", "", ""],
    ]


def test_no_heading_is_a_formula() -> None:
    """Headings too are what people have named: lessons, units, classes."""
    file, columns = BytesIO(), (Column("=1+1"), Column("Đội A;=1+1"))
    sheets.csv_(Sheet("Kết quả", columns, iter([])), file, ZONE, NOW)
    assert next(csv.reader(StringIO(file.getvalue().decode("utf-8-sig")))) == ["'=1+1", "Đội A;'=1+1"]


def test_paper_says_it_the_vietnamese_way_with_headings_on_every_page() -> None:
    pages = pypdf.PdfReader(BytesIO(made("pdf", *[ROW] * 60, about=("38 trên 5.219 người",)))).pages
    texts = [unicodedata.normalize("NFC", " ".join(page.extract_text().split())) for page in pages]
    assert len(texts) > 1
    for text in texts:
        assert "Đơn vị" in text and "Xã Đak Đoa" in text and "93,8%" in text and "01/12/2026" in text
    assert "Kết quả theo đơn vị" in texts[0] and "38 trên 5.219 người" in texts[0]
    assert "In lúc 22/11/2026 15:00" in texts[0] and f"1/{len(texts)}" in texts[0]
    box = pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)  # A4 across


@pytest.mark.parametrize("hostile", ['#read("/etc/passwd")', "$x$ *b* `c` @ref <a>", "=1+1", '"); #panic()'])
def test_what_stands_in_a_cell_is_printed_as_it_stands(hostile: str) -> None:
    (page,) = pypdf.PdfReader(BytesIO(made("pdf", (hostile, *ROW[1:])))).pages
    assert hostile.replace(" ", "") in page.extract_text().replace(" ", "").replace("\n", "")


def test_an_empty_table_is_a_file_too() -> None:
    assert "Không có dòng nào" in pypdf.PdfReader(BytesIO(made("pdf"))).pages[0].extract_text()
    assert load_workbook(BytesIO(made("xlsx"))).worksheets[0].max_row == 1
    assert made("csv").count(b"\r\n") == 1


def test_what_is_too_long_for_paper_says_so() -> None:
    with pytest.raises(sheets.TooLongForPaper):
        made("pdf", *[ROW] * (sheets.MOST_ON_PAPER + 1))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_many_rows_do_not_fill_the_memory(kind: str) -> None:
    """What stays in memory for ten times the rows is not ten times as much; in fact it is the same."""
    peaks = []
    for count in (2_000, 20_000):
        rows = (("Xã Đak Đoa", number, None, None, None) for number in range(count))
        with TemporaryFile() as file:
            tracemalloc.start()
            sheets.FORMATS[kind].write(Sheet("Kết quả", COLUMNS, rows), file, ZONE, NOW)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 200_000

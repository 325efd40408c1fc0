import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.organisation.sheet import UnreadableError, read

ROWS = [
    ["ma_can_bo", "ho_ten", "ghi chú"],
    ["CB01", "Nguyễn Thị Ngọc Ánh", "a, b; c"],
    ["CB02", "Đặng Văn Hoà", ""],
]


def cp1258(text: str) -> bytes:
    """As Excel saves Windows-1258: letters with marks of their own, tones as combining signs."""
    import unicodedata

    out = ""
    for letter in text:
        for mark in ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323"):
            bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", letter).replace(mark, ""))
            if mark in unicodedata.normalize("NFD", letter) and len(bare) == 1:
                out += bare + mark
                break
        else:
            out += letter
    return out.encode("cp1258")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
def test_a_csv_reads_the_same_in_every_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS)
    path = tmp_path / "a.csv"
    path.write_bytes(cp1258(text) if encoding == "cp1258" else text.encode(encoding))
    sheet = read(path)
    assert [sheet.header, *(cells for _, cells in sheet.rows)] == ROWS
    assert [number for number, _ in sheet.rows] == [2, 3]


def save(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_reads_numbers_and_dates_as_text_and_keeps_its_row_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ma", "ngay", "so"],
        ["00070", date(2026, 1, 5), 21583],
        [],
        [None, None, 2.5],
        [True],
    ]
    sheet = read(save(tmp_path / "a.xlsx", rows))
    assert sheet.header == ["ma", "ngay", "so"]
    assert sheet.rows == [
        (2, ["00070", "2026-01-05", "21583"]),
        (4, ["", "", "2.5"]),
        (5, ["true", "", ""]),
    ]


def reason(path: Path) -> str:
    with pytest.raises(UnreadableError) as refused:
        read(path)
    return refused.value.reason


def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for data, why in (
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 cut off", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kind"),
        (b"a,b\x00c\n", "kind"),
        (b"ho_ten\nNguy\x8a\x8d\n", "encoding"),
        (b'"' + b"x" * 200_000, "broken"),
        (b"," * 500, "large"),
        (b"a\n" * 200_001, "large"),
    ):
        path.write_bytes(data)
        assert reason(path) == why


def test_a_zip_that_unpacks_without_end_or_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/a.xml", "w") as part:
        for _ in range(201):
            part.write(b"\0" * (1 << 20))
    assert bomb.stat().st_size < 1 << 20
    assert reason(bomb) == "large"
    lie = bytearray(bomb.read_bytes())
    size = (201 << 20).to_bytes(4, "little")
    assert size in lie
    bomb.write_bytes(bytes(lie).replace(size, (100).to_bytes(4, "little")))
    assert reason(bomb) in ("large", "broken")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as packed:
        for number in range(2001):
            packed.writestr(f"{number}", "")
    bomb.write_bytes(many.getvalue())
    assert reason(bomb) == "large"


def test_a_cell_in_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "ma_can_bo"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert reason(tmp_path / "a.xlsx") == "large"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            read(Path(file.name))
        except UnreadableError as refused:
            assert refused.reason in ("kind", "large", "encoding", "broken", "empty")

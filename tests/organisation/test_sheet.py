import zipfile
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.organisation import sheet
from learning.organisation.sheet import UnreadableError, read
from tests import hostile

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
    found = read(path)
    assert [found.header, *(cells for _, cells in found.rows)] == ROWS
    assert [number for number, _ in found.rows] == [2, 3]


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
    found = read(save(tmp_path / "a.xlsx", rows))
    assert found.header == ["ma", "ngay", "so"]
    assert found.rows == [
        (2, ["00070", "2026-01-05", "21583"]),
        (4, ["", "", "2.5"]),
        (5, ["true", "", ""]),
    ]


def test_a_failed_formula_is_seen_not_left_out(tmp_path: Path) -> None:
    rows: list[list[object]] = [["ma", "vi_tri"], *([f"A{n}", "#N/A"] for n in range(3000)), ["B", 't="e"']]
    found = read(save(tmp_path / "a.xlsx", rows))  # longer than a chunk
    assert [cells for _, cells in found.rows] == rows[1:]


def test_signs_without_width_and_the_line_that_names_the_separator_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\nma;ten\r\n\ufeffA1\u200b;Lê\u00ad An, Ba\r\n", "utf-8-sig")
    found = read(path)
    assert (found.header, found.rows) == (["ma", "ten"], [(2, ["A1", "Lê An, Ba"])])


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


@pytest.mark.parametrize("name", hostile.files())
def test_a_hostile_file_is_refused_before_anything_is_made_of_it(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What grows without end is weighed while it is unpacked: the reader of workbooks never sees it."""
    monkeypatch.setattr(sheet.CalamineWorkbook, "from_filelike", reader := Mock())
    file_name, data, why = hostile.files()[name]
    (tmp_path / file_name).write_bytes(data)
    assert reason(tmp_path / file_name) == why
    assert not reader.called
    assert [path.name for path in tmp_path.iterdir()] == [file_name]


def test_what_nobody_asked_for_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(hostile.nested())
    read_ = read(tmp_path / "a.xlsx")
    assert [read_.header, *(cells for _, cells in read_.rows)] == hostile.LINES


def test_the_limits_are_counted_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit refuses what is just beyond it, and takes what is just within."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(hostile.shared(100, 50))
    for limit, within, beyond in (
        ("MOST_TEXT", 5000, 4999),
        ("MOST_ROWS", 50, 49),
        ("MOST_CELLS", 50, 49),
        ("MOST_BYTES", path.stat().st_size, path.stat().st_size - 1),
        ("MOST_PARTS", 10, 9),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sheet, limit, within)
            assert len(read(path).rows) == 49
            patch.setattr(sheet, limit, beyond)
            assert reason(path) == "large", limit
    unpacked = sum(part.file_size for part in zipfile.ZipFile(path).infolist())
    monkeypatch.setattr(sheet, "MOST_UNPACKED", unpacked)
    assert len(read(path).rows) == 49
    monkeypatch.setattr(sheet, "MOST_UNPACKED", unpacked - 1)
    assert reason(path) == "large"


def test_marks_piled_up_take_no_time(tmp_path: Path) -> None:
    """Composing them would take the square of their number; the text is too long for every column anyway."""
    text = "a" + "\u0301\u0323" * 30_000
    (tmp_path / "a.csv").write_text(f"ho_ten\n{text}\n", encoding="utf-8")
    assert read(tmp_path / "a.csv").rows == [(2, [text])]


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
            assert refused.reason in ("kind", "large", "row", "encoding", "broken", "empty")

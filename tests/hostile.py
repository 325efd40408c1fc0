"""Files that no roster is: each with the name it is sent under and the reason it is refused for.

Small on the wire; what they would grow to is what matters.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINES = [["ma_can_bo", "ho_ten", "ma_don_vi"], ["CB-9", "Lê Thị Chín", "21583"]]


def workbook(**changed: Callable[[bytes], bytes]) -> bytes:
    """A roster that would be taken, with parts changed by name (`sheet`, `types`)."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in LINES:
        book.active.append(line)
    plain = io.BytesIO()
    book.save(plain)
    names = {"sheet": SHEET, "types": "[Content_Types].xml"}
    made = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as copy,
    ):
        for part in source.infolist():
            data = source.read(part)
            for name, change in changed.items():
                if names[name] == part.filename:
                    assert change(data) != data, name
                    data = change(data)
            copy.writestr(part.filename, data)
    return made.getvalue()


def beside(*parts: tuple[str, bytes]) -> bytes:
    """The roster with parts put beside its own."""
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as copy:
        for name, data in parts:
            copy.writestr(name, data)
    return made.getvalue()


def bomb(name: str) -> bytes:
    """The roster, and beside it a part that unpacks to 210 MB."""
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as copy, copy.open(name, "w") as part:
        part.write(b"<a>")
        for _megabyte in range(210):
            part.write(b" " * (1 << 20))
        part.write(b"</a>")
    return made.getvalue()


def first_cell(said: str) -> bytes:
    return workbook(sheet=lambda xml: xml.replace(b'<c r="A1"', said.encode(), 1))


def shared(length: int, cells: int) -> bytes:
    """One long text that many cells point to."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    texts = f'<sst xmlns="{MAIN}"><si><t>{"x" * length}</t></si></sst>'
    made = io.BytesIO(
        workbook(
            sheet=lambda _xml: (
                f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            ),
        )
    )
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as copy:
        copy.writestr("xl/sharedStrings.xml", texts)
    return made.getvalue()


def pointing(value: str) -> bytes:
    """A cell whose pointer to a text readers understand differently."""
    return workbook(
        sheet=lambda xml: xml.replace(
            b"<sheetData>", f'<sheetData><row r="9"><c t="s">{value}</c></row>'.encode()
        )
    )


def ods() -> bytes:
    """Another kind of workbook, which says "a million rows" in one word."""
    made = io.BytesIO()
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<x/>")
        packed.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{office}office:1.0" xmlns:table="{office}table:1.0"><o:body>'
            '<o:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell table:number-columns-repeated="16384" o:value-type="float" o:value="1"/>'
            "</table:table-row></table:table></o:spreadsheet></o:body></o:document-content>",
        )
    return made.getvalue()


def locked() -> bytes:
    """Says of its parts that they are encrypted."""
    data = bytearray(workbook())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def lying() -> bytes:
    """Says that its sheet is ten bytes long."""
    data = bytearray(workbook())
    at = data.find(SHEET.encode(), data.find(b"PK\x01\x02")) - 46
    while data[at : at + 4] != b"PK\x01\x02":
        at = data.find(b"PK\x01\x02", at + 1)
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]><worksheet' % b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghij"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'


@cache
def files() -> dict[str, tuple[str, bytes, str]]:
    return {
        "unpacks to 210 MB": ("a.xlsx", bomb("xl/a.xml"), "large"),
        "210 MB beside": ("a.xlsx", bomb("docProps/a.bin"), "large"),
        "2.001 parts": ("a.xlsx", beside(*((f"xl/{n}.xml", b"<a/>") for n in range(2001))), "large"),
        "lies about its size": ("a.xlsx", lying(), "broken"),
        "locked": ("a.xlsx", locked(), "broken"),
        "entities that grow": (
            "a.xlsx",
            workbook(sheet=lambda x: x.replace(b"<worksheet", DOCTYPE, 1)),
            "broken",
        ),
        "an entity of a file": (
            "a.xlsx",
            workbook(sheet=lambda x: x.replace(b"<worksheet", OUTSIDE, 1)),
            "broken",
        ),
        "a sheet cut off": ("a.xlsx", workbook(sheet=lambda xml: xml[:-40]), "broken"),
        "a way out": ("a.xlsx", beside(("../../../../tmp/hit.xml", b"<a/>")), "broken"),
        "a way out of Windows": ("a.xlsx", beside(("..\\..\\hit.xml", b"<a/>")), "broken"),
        "an absolute path": ("a.xlsx", beside(("/tmp/hit.xml", b"<a/>")), "broken"),
        "a drive": ("a.xlsx", beside(("C:\\hit.xml", b"<a/>")), "broken"),
        "a part twice": ("a.xlsx", beside((SHEET.upper(), b"<a/>")), "broken"),
        "a far corner": ("a.xlsx", first_cell('<c r="XFD1048576"'), "large"),
        "a far corner in other quotes": ("a.xlsx", first_cell("<c r='XFD1048576'"), "large"),
        "a far corner, spaced": ("a.xlsx", first_cell('<c\n r = "XFD1048576"'), "large"),
        "a far corner, in small letters": ("a.xlsx", first_cell('<c r="xfd1048576"'), "large"),
        "a far corner by its row": (
            "a.xlsx",
            workbook(sheet=lambda x: x.replace(b'<row r="1"><c r="A1"', b'<row r="1048576"><c', 1)),
            "large",
        ),
        "cells without an address": ("a.xlsx", first_cell("<c/>" * 300 + "<c"), "large"),
        "a wide and long sheet": ("a.xlsx", first_cell('<c r="GR100000"'), "large"),
        "a text a hundred thousand times": ("a.xlsx", shared(100_000, 5000), "large"),
        "a number in two parts": ("a.xlsx", pointing("<v>1<x/>0</v>"), "broken"),
        "a number around a remark": ("a.xlsx", pointing("<v>1<!-- -->0</v>"), "broken"),
        "a number with its sign": ("a.xlsx", pointing("<v>+10</v>"), "broken"),
        "another workbook": ("a.xlsx", ods(), "kind"),
        "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "kind"),
        "a zip": ("a.xlsx", b"PK\x05\x06" + bytes(18), "kind"),
        "a PDF": ("a.xlsx", b"%PDF-1.7\n\0\1", "kind"),
        "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "kind"),
        "a program": ("a.csv", b"MZ\x90\0\3\0\0\0", "encoding"),
        "a line without end": ("a.csv", b"ma_can_bo," * 150_000, "row"),
        "a row of many lines": ("a.csv", b'"a\n",' * 210_000, "row"),
        "a cell without end": ("a.csv", b'"' + b"x" * 500_000, "broken"),
        "a cell of a line": ("a.csv", b"x" * 900_000, "broken"),
        "columns without end": ("a.csv", b"," * 900_000, "large"),
        "letters of no alphabet": ("a.csv", b"ho_ten\nNguy\x8a\x8d\n", "encoding"),
        "nothing": ("a.xlsx", b"", "empty"),
    }


def nested() -> bytes:
    """A roster with a bomb in a zip inside it, which nobody unpacks."""
    return beside(("xl/embeddings/a.zip", files()["unpacks to 210 MB"][1]))

"""The formats that a bank of questions comes in and goes out by, under the names that `learning courses import` takes.

Each format's module is imported when it is first called for: a library that reads one costs nothing elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from learning.content.exchange.bank import Bank, Skipped, UnreadableError

SIZE_CAP = 128 * 1024 * 1024  # bytes of one source

Importer = Callable[..., Bank]  # (data: bytes, *, name: str = "") -> Bank; raises UnreadableError only
Written = tuple[bytes, tuple[Skipped, ...]]
Exporter = Callable[[Bank], Written]  # what the format cannot carry is listed


@dataclass(frozen=True)
class Format:
    """`name` is the contract's; `title` is for people; `suffixes` are of files, the first one for files we write."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str
    media_type: str
    reads: bool = True
    writes: bool = True


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "docx",
            "Word (.docx)",
            (".docx",),
            "word",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            writes=False,
        ),
        Format("gift", "GIFT", (".gift", ".txt"), "gift", "text/plain"),
        Format("aiken", "Aiken", (".txt",), "aiken", "text/plain"),
        Format("moodle-xml", "Moodle XML", (".xml",), "moodle_xml", "application/xml"),
        Format("qti", "QTI 2.x, 3", (".zip", ".xml"), "qti", "application/zip"),
        Format(
            "common-cartridge",
            "IMS Common Cartridge",
            (".imscc", ".zip"),
            "common_cartridge",
            "application/zip",
        ),
        Format("markdown-zip", "Markdown (.zip)", (".zip",), "markdown_zip", "application/zip"),
    )
}
IMPORTERS: Mapping[str, Importer]
EXPORTERS: Mapping[str, Exporter]


def read(format_name: str, data: bytes, *, name: str = "") -> Bank:
    """Reads a source of a format. Raises KeyError for a format that is not read, UnreadableError for a bad source."""
    if len(data) > SIZE_CAP:
        raise UnreadableError(f"Tệp lớn hơn {SIZE_CAP // 1024 // 1024} MB. Hãy chia nhỏ rồi nhập từng phần.")
    return IMPORTERS[format_name](data, name=name)


def write(format_name: str, bank: Bank) -> Written:
    """Writes a bank in a format. Raises KeyError for a format that is not written."""
    return EXPORTERS[format_name](bank)


def _importer(one: Format) -> Importer:
    def read_lazily(data: bytes, *, name: str = "") -> Bank:
        bank: Bank = import_module(f"learning.content.exchange.{one.module}").read(data, name=name)
        return bank

    return read_lazily


def _exporter(one: Format) -> Exporter:
    def write_lazily(bank: Bank) -> Written:
        written: Written = import_module(f"learning.content.exchange.{one.module}").write(bank)
        return written

    return write_lazily


IMPORTERS = {one.name: _importer(one) for one in FORMATS.values() if one.reads}
EXPORTERS = {one.name: _exporter(one) for one in FORMATS.values() if one.writes}

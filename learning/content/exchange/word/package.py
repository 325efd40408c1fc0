"""A Word file as what it is: a zip of XML parts that name each other. Opened by `archives`, nothing is run or fetched."""

import posixpath
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from learning.content.exchange.archives import is_zip, parse_xml, read_zip
from learning.content.exchange.bank import UnreadableError
from learning.content.exchange.word.elements import WORD


@dataclass(frozen=True)
class Relation:
    kind: str  # the last word of its type: "image", "hyperlink", "footnotes", …
    target: str  # a part's name, or an address where it is external
    external: bool


class Package:
    """`main` is the name of the part that holds the document's text."""

    def __init__(self, parts: dict[str, bytes], main: str) -> None:
        self.parts = parts
        self.main = main
        self._folded = {name.casefold(): name for name in parts}

    def part(self, name: str) -> bytes | None:
        return self.parts.get(self._folded.get(name.casefold(), ""))

    def xml(self, name: str) -> Any | None:
        """The root of a part, None where there is no such part."""
        data = self.part(name)
        return None if data is None else parse_xml(_transitional(data), name)

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part refers to, by id."""
        folder, _, file = name.rpartition("/")
        root = self.xml(f"{folder}/_rels/{file}.rels".lstrip("/"))
        found: dict[str, Relation] = {}
        for one in () if root is None else root:
            target, external = one.get("Target", ""), one.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, unquote(target))).lstrip("/")
            found[one.get("Id", "")] = Relation(one.get("Type", "").rpartition("/")[2], target, external)
        return found

    def related(self, kind: str) -> list[str]:
        """The parts of a kind that the document refers to."""
        relations = self.relations(self.main).values()
        return list(dict.fromkeys(one.target for one in relations if one.kind == kind and not one.external))


def open_package(data: bytes) -> Package:
    """Raises UnreadableError, which says what to do, for all that is no plain `.docx`."""
    if not is_zip(data):
        raise UnreadableError(_no_zip(data))
    parts = read_zip(data)
    types = next(
        (content for name, content in parts.items() if name.casefold() == "[content_types].xml"), None
    )
    if types is None:
        if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument"):
            raise UnreadableError(
                "Đây là tệp OpenDocument (.odt). Hãy mở bằng LibreOffice hoặc Word, lưu thành .docx rồi nhập lại."
            )
        raise UnreadableError(_NOT_WORD)
    if b"macroEnabled" in types or any(name.casefold().endswith("vbaproject.bin") for name in parts):
        raise UnreadableError(
            "Tệp Word này có macro (.docm) nên không được mở. Hãy lưu thành .docx (không macro) rồi nhập lại."
        )
    package = Package(parts, "")
    package.main = _main_part(package)
    return package


def _main_part(package: Package) -> str:
    relations = package.relations("").values()
    for name in [one.target for one in relations if one.kind == "officeDocument"] + ["word/document.xml"]:
        root = package.xml(name)
        if root is not None and root.tag == WORD + "document":
            return name
    raise UnreadableError(_NOT_WORD)


_NOT_WORD = "Tệp không phải tài liệu Word (.docx). Hãy mở bằng Word, chọn Lưu thành (Save as) dạng .docx rồi nhập lại."


def _no_zip(data: bytes) -> str:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return (
                "Tệp Word này có mật khẩu. Hãy mở bằng Word, bỏ mật khẩu (Tệp > Thông tin), lưu rồi nhập lại."
            )
        return (
            "Đây là tệp Word cũ (.doc). Hãy mở bằng Word, chọn Lưu thành (Save as) dạng .docx rồi nhập lại."
        )
    if data.startswith(b"{\\rtf"):
        return "Đây là tệp RTF. Hãy mở bằng Word, chọn Lưu thành (Save as) dạng .docx rồi nhập lại."
    if data.startswith(b"%PDF"):
        return "Đây là tệp PDF. Hãy nhập từ tệp Word gốc (.docx)."
    return _NOT_WORD


# "Strict" files (ISO 29500) say the same in other names.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
)


def _transitional(data: bytes) -> bytes:
    if b"purl.oclc.org/ooxml" in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return data

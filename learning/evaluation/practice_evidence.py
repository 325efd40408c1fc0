"""Evidence as it is sent, made fit to be kept: photos drawn anew without what cameras write into them, files known by
their content alone, and none that could do something on the desk of whoever opens them. Pure.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from learning.content import pictures
from learning.content.pictures import PictureRefused

PHOTO_SENT = 10 * 1024 * 1024  # bytes
PHOTO_KEPT = 200 * 1024
FILE_SENT = 5 * 1024 * 1024
ENTRIES_MOST = 5_000  # files within an Office file
UNPACKED_MOST = 100 * 1024 * 1024  # bytes of an Office file, as it says itself
INFLATED_MOST = 20 * 1024 * 1024  # bytes of a PDF's packed objects that are looked into
KINDS = {
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Reason = Literal[
    "empty", "photo", "heic", "photo-large", "photo-pixels", "photo-broken", "photo-moving",
    "file", "file-large", "file-unpacked", "file-old", "file-locked", "file-macro", "file-active", "file-broken",
    "many", "spent", "full",
]  # fmt: skip


class EvidenceRefused(ValueError):
    """Why a file is not taken; the desk says it in words, and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Kept:
    """`kind`: one of KINDS."""

    kind: str
    data: bytes


def prepared(wanted: str, data: bytes) -> Kept:
    """What is kept of a file for a step that wants a "photo" or a "file". Raises EvidenceRefused, and nothing else."""
    if not data:
        raise EvidenceRefused("empty")
    return _photo(data) if wanted == "photo" else _file(data)


def _photo(data: bytes) -> Kept:
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif"):
        raise EvidenceRefused("heic")
    if not (data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n" or _is_webp(data)):
        raise EvidenceRefused("photo")
    if len(data) > PHOTO_SENT:
        raise EvidenceRefused("photo-large")
    try:
        made = pictures.prepared(data, PHOTO_KEPT)
    except PictureRefused as refused:
        why: dict[str, Reason] = {
            "animated": "photo-moving",
            "pixels": "photo-pixels",
            "large": "photo-large",
            "broken": "photo-broken",
        }
        raise EvidenceRefused(why.get(refused.reason, "photo")) from None
    if len(made.data) > PHOTO_KEPT:
        raise EvidenceRefused("photo-pixels")
    return Kept("webp", made.data)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _file(data: bytes) -> Kept:
    if (
        data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    ):  # Word and Excel before 2007, and those with a password
        raise EvidenceRefused("file-old")
    is_pdf = _PDF.match(data) is not None
    if not is_pdf and data[:4] != b"PK\x03\x04":
        raise EvidenceRefused("file")
    if len(data) > FILE_SENT:
        raise EvidenceRefused("file-large")
    return Kept(_pdf(data) if is_pdf else _office(data), data)


# Readers would find "%PDF-" further behind too; then it may be a program or a page in front.
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-\d")
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?|XFA)(?![A-Za-z0-9_.-])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9_.-])")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be spelled so
_PACKED = b"/ObjStm"


def _pdf(data: bytes) -> str:
    """A PDF that is whole and only shows: no programs, no files within, no lock that would hide them."""
    if b"%%EOF" not in data:
        raise EvidenceRefused("file-broken")
    spelled = _spelled(data)
    for part in (spelled, *_packed(data)):
        if _LOCKED.search(part):
            raise EvidenceRefused("file-locked")
        if _ACTIVE.search(part):
            raise EvidenceRefused("file-active")
    if spelled.count(_PACKED) != data.count(_PACKED):  # nobody spells it so but to hide what is in it
        raise EvidenceRefused("file-active")
    return "pdf"


def _packed(data: bytes) -> Iterator[bytes]:
    """The objects that lie packed in a PDF."""
    left, place = INFLATED_MOST, data.find(_PACKED)
    while place >= 0 and (begin := data.find(b"stream", place)) >= 0:
        end = data.find(b"endstream", begin)
        end = len(data) if end < 0 else end
        try:
            found = zlib.decompressobj().decompress(data[begin + 6 : end].lstrip(b"\r\n"), left + 1)
        except zlib.error:  # not packed, or in another way
            found = b""
        if len(found) > left:
            raise EvidenceRefused("file-unpacked")
        left -= len(found)
        yield _spelled(found)
        place = data.find(_PACKED, end)


def _spelled(data: bytes) -> bytes:
    """With every name in its one spelling."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), data)


def _office(data: bytes) -> str:
    """The kind of an Office file by what lies in it; nothing of it is unpacked."""
    if data.count(b"PK\x01\x02") > ENTRIES_MOST:
        raise EvidenceRefused("file")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception:  # zipfile raises what it likes on broken files
        raise EvidenceRefused("file-broken") from None
    if sum(entry.file_size for entry in entries) > UNPACKED_MOST:
        raise EvidenceRefused("file-unpacked")
    names = {entry.filename for entry in entries}
    if any(name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower() for name in names):
        raise EvidenceRefused("file-macro")
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
    raise EvidenceRefused("file")

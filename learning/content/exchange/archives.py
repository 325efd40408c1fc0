"""Archives and XML from outside: opened with counted bytes, and refused whole where anything in them is not right.

Nothing is ever unpacked to the disk here: `read_zip` gives the members as bytes, under names that are safe relative
paths. What a header says of sizes is not believed. `parse_xml` is the one door to an XML parser.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from learning.content.exchange.bank import UnreadableError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Caps:
    """Bytes, but for `entries` (files in the archive) and `ratio` (bytes out for each byte in)."""

    archive: int = 128 * MEGABYTE
    entries: int = 5_000
    file: int = 64 * MEGABYTE
    total: int = 256 * MEGABYTE
    ratio: int = 200
    slack: int = 4 * MEGABYTE  # so much may come out of a file before its ratio is looked at


CAPS = Caps()


def is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_zip(data: bytes, caps: Caps = CAPS) -> dict[str, bytes]:
    """The files of an archive by their paths ("a/b.xml", NFC), in its own order; folders and litter left out.

    Raises UnreadableError for what is no zip, and for the whole of one that holds a path out of it (`..`, absolute,
    a drive), a link, a name twice, members that overlap, XML with a DOCTYPE, or more than the caps.
    """
    if len(data) > caps.archive:
        raise UnreadableError(
            f"Tệp nén lớn hơn {caps.archive // MEGABYTE} MB. Hãy chia nhỏ rồi nhập từng phần."
        )
    # Before the directory is read: each of its entries bears this sign.
    if data.count(b"PK\x01\x02") > 2 * caps.entries:
        raise UnreadableError(_TOO_MANY.format(caps.entries))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > caps.entries:
                raise UnreadableError(_TOO_MANY.format(caps.entries))
            _refuse_overlaps(data, archive.infolist(), archive.start_dir)
            named = dict(_named(entries))
            files: dict[str, bytes] = {}
            left = caps.total
            for name, entry in named.items():
                files[name] = _content(archive, entry, name, left, caps)
                left -= len(files[name])
    except UnreadableError:
        raise
    except _BROKEN as error:
        raise UnreadableError(_NOT_WHOLE) from error
    for name, content in files.items():
        if _is_xml(name):
            refuse_doctype(content, name)
    return files


def parse_xml(data: bytes, name: str = "") -> Any:
    """The root element (lxml) of an XML part, without its comments.

    Raises UnreadableError; no entity, no network, no DTD is ever looked at.
    """
    refuse_doctype(data, name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        place = f" (dòng {line})" if line else ""
        raise UnreadableError(
            f"{name or 'Tệp'} không phải XML đúng cú pháp{place}. Hãy xuất lại từ nơi đã tạo ra nó."
        ) from error
    if root is None:
        raise UnreadableError(f"{name or 'Tệp'} không có nội dung XML.")
    return root


def refuse_doctype(data: bytes, name: str = "") -> None:
    """Raises UnreadableError where an XML text declares a document type (and with it, entities), in any encoding."""
    text = _prolog(data, name)
    at = _blank_end(text, 0)
    while mark := next((end for begin, end in _ASIDES if text.startswith(begin, at)), ""):
        stop = text.find(mark, at)
        if stop < 0:
            break
        at = _blank_end(text, stop + len(mark))
    if text.startswith("<!", at) or _DECLARATION.search(text, 0, at):
        raise UnreadableError(
            f"{name or 'Tệp'} khai báo DOCTYPE hoặc ENTITY nên không được mở. Hãy xuất lại mà không có khai báo đó."
        )


def _blank_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


# --- Members


def _named(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Members under their safe names; litter of file managers is passed over."""
    seen: set[str] = set()
    for entry in entries:
        name = _safe_name(entry)
        if entry.flag_bits & 0x1:
            raise UnreadableError(
                f"“{_shown(name)}” trong tệp nén có mật khẩu. Hãy nén lại không đặt mật khẩu."
            )
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise UnreadableError(
                f"“{_shown(name)}” trong tệp nén là liên kết, không phải tệp. Hãy nén lại tệp thật."
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(
                f"“{_shown(name)}” được nén theo cách không dùng ở đây. Hãy nén lại thành .zip thường."
            )
        folded = name.casefold()
        if folded in seen:
            raise UnreadableError(f"Tệp nén có hai tệp cùng tên “{_shown(name)}”. Hãy nén lại.")
        seen.add(folded)
        if not _LITTER.search(name):
            yield name, entry


def _safe_name(entry: zipfile.ZipInfo) -> str:
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        # Many programs write UTF-8 and do not say so.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = name.split("/")
    if (
        not name
        or len(name) > 500
        or name.startswith("/")
        or re.match(r"[A-Za-z]:", name)
        or any(part in ("", ".", "..") for part in parts)
        or _UNPRINTABLE.search(name)
    ):
        raise UnreadableError(f"Tệp nén có đường dẫn không an toàn: “{_shown(name)}”. Không mở tệp này.")
    return name


def _refuse_overlaps(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Each member has bytes of its own, all before the directory: else a small file could be read a thousand times."""
    end = 0
    for start, stop in sorted(_span(data, entry) for entry in entries):
        if start < end or stop > directory:
            raise UnreadableError(_NOT_WHOLE)
        end = stop


def _span(data: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    start = entry.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise UnreadableError(_NOT_WHOLE)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return start, start + 30 + names + entry.compress_size


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, left: int, caps: Caps) -> bytes:
    """The bytes of a member, counted as they come."""
    most = min(caps.file, left)
    by_ratio = max(caps.slack, entry.compress_size * caps.ratio)
    made = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(64 * 1024):
            made += chunk
            if len(made) > most or len(made) > by_ratio:
                raise UnreadableError(f"“{_shown(name)}” trong tệp nén bung ra quá lớn. Không mở tệp này.")
    return bytes(made)


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # zipfile's own, for what is packed in a way that it does not know
    RuntimeError,  # zipfile's own, for what is locked with a password
    ValueError,
    OSError,
)
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_NOT_WHOLE = "Tệp nén hỏng hoặc không phải .zip. Hãy xuất hoặc nén lại rồi nhập."
_TOO_MANY = "Tệp nén có hơn {} tệp. Hãy chia nhỏ rồi nhập từng phần."


def _shown(name: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", name[:80])


# --- XML

_XML = (".xml", ".rels", ".qti", ".vml", ".svg")
_ASIDES = (("<?", "?>"), ("<!--", "-->"))
_BLANK = re.compile("[\ufeff \t\r\n]*")
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_ENCODING = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# Encodings in which `<!` is written as in ASCII; others could hide what they declare.
_PLAIN = re.compile(r"utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
_WIDE = re.compile(r"utf-?16(?:-?[bl]e)?", re.IGNORECASE)


def _is_xml(name: str) -> bool:
    return name.casefold().endswith(_XML)


def _prolog(data: bytes, name: str) -> str:
    """The text that an XML parser would see, as far as declarations go."""
    encoding = _BOMS.get(data[:2], "latin-1")
    text = data.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace").lstrip("\ufeff")
    declared = _ENCODING.match(text.lstrip())
    known = _PLAIN if encoding == "latin-1" else _WIDE
    if "\0" in text[:8] or text.startswith(_EBCDIC) or (declared and not known.fullmatch(declared[1])):
        raise UnreadableError(f"{name or 'Tệp'} ở bảng mã không dùng ở đây. Hãy lưu lại dạng UTF-8.")
    return text


_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_EBCDIC = "\x4c\x6f\xa7\x94"  # `<?xm`

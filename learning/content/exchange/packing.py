"""What is packed for other systems: XML that is well-formed, files in a zip that is the same for the same bank."""

from collections.abc import Mapping
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from learning.content.exchange.escaping import legal

DAWN = (1980, 1, 1, 0, 0, 0)  # of every file


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Path → bytes as a zip, in their order."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            one = ZipInfo(path, DAWN)
            one.compress_type = ZIP_DEFLATED
            one.create_system, one.external_attr = 3, 0o100644 << 16
            archive.writestr(one, data)
    return packed.getvalue()


def text(value: str) -> str:
    """Words within XML, or within an attribute of it."""
    return escape(legal(value))


def checked(xml: str) -> bytes:
    """Well-formed, and declared as XML: a package that its reader cannot open helps nobody."""
    made: bytes = etree.tostring(etree.fromstring(xml), encoding="UTF-8", xml_declaration=True)
    return made

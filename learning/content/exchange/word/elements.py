"""The names in Word's XML, and how its elements are read: their values, their text, and which of two tellings counts."""

import re
from collections.abc import Iterator
from typing import Any

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VML = "{urn:schemas-microsoft-com:vml}"

DELETED = frozenset((WORD + "del", WORD + "moveFrom"))  # tracked changes
WRAPPERS = frozenset(
    WORD + name
    for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent")
)


def value(element: Any, name: str) -> str:
    found = element.get(WORD + name)
    return "" if found is None else str(found)


def val(element: Any | None) -> str:
    """The `w:val` of an element, "" where there is neither."""
    return "" if element is None else value(element, "val")


def whole(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else default


def within(element: Any, name: str) -> Iterator[Any]:
    """The children of a name, also those in wrappers (content controls, inserted rows)."""
    for child in element:
        if child.tag == name:
            yield child
        elif child.tag == WORD + "sdt":
            content = child.find(WORD + "sdtContent")
            if content is not None:
                yield from within(content, name)
        elif child.tag in WRAPPERS:
            yield from within(child, name)
        elif child.tag == COMPATIBILITY + "AlternateContent":
            yield from within(chosen(child), name)


def outside_boxes(element: Any, name: str = "") -> Iterator[Any]:
    """What a drawing holds; a text box is given, but not entered; of alternatives the first is."""
    stack = [element]
    while stack:
        current = stack.pop()
        if not isinstance(current.tag, str):
            continue
        if current.tag == COMPATIBILITY + "AlternateContent":
            stack += reversed(list(chosen(current)))
            continue
        if not name or current.tag.endswith("}" + name):
            yield current
        if current.tag != WORD + "txbxContent":
            stack += reversed(list(current))


def chosen(element: Any) -> Any:
    """Word writes a drawing twice, for new and for old programs: the one that holds something, the new one first."""
    choices = [child for child in element if child.tag == COMPATIBILITY + "Choice"]
    old = element.find(COMPATIBILITY + "Fallback")
    for one in choices:
        if old is None or _holds(one) or not _holds(old):
            return one
    return old if old is not None else ()


def _holds(element: Any) -> bool:
    names = (WORD + "t", DRAWING + "blip", VML + "imagedata", DRAWING + "graphicData")
    return next(element.iter(*names), None) is not None


def text_of(element: Any) -> str:
    return "".join(
        " " if part.tag in (WORD + "tab", WORD + "br") else part.text or ""
        for part in element.iter(WORD + "t", WORD + "delText", WORD + "tab", WORD + "br")
    )

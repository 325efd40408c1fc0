"""A bank on its way to a format whose texts are XHTML: our Markdown as plain XHTML that any other system reads."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from hashlib import sha256
from html import escape, unescape
from typing import Any

from lxml import etree

from learning.content.exchange.bank import Bank, Skipped
from learning.content.exchange.elements import parsed
from learning.content.exchange.shapes import Losses
from learning.content.rendering import Image, Renderer

_MARK, _MARK_END = "\ue010", "\ue011"  # around the key of a gap, until it is written


class Writer(ABC):
    """A bank, its texts as XHTML (`page`), and what the format does not carry (`losses`).

    `address` says where a picture or recording of the bank (by its path) will be; `lessons`: the format has their texts.
    """

    def __init__(self, bank: Bank, address: Callable[[str], str], *, lessons: bool = False) -> None:
        self.bank = bank
        self.page = Page({path: address(path) for path in bank.media})
        self.losses = Losses()
        self.losses.of_bank(bank, lessons=lessons)

    def written(self) -> tuple[bytes, tuple[Skipped, ...]]:
        return self.file(), self.losses.told()

    @abstractmethod
    def file(self) -> bytes:
        """The bytes; what they lack is put to `losses`."""


class Page:
    """Writes Markdown as plain XHTML: no classes, no ids. `images`: path within the course → address to write."""

    def __init__(self, images: Mapping[str, str]) -> None:
        known = {path: Image(path, sha256(path.encode()).hexdigest()) for path in images}
        self.addresses = {one.digest: images[path] for path, one in known.items()}
        self.renderer = Renderer("field", "course", known)

    def body(self, text: str) -> str:
        return self.plain(self.renderer.body(text))

    def block(self, text: str) -> str:
        return self.plain(self.renderer.block(text))

    def leaf(self, text: str) -> str:
        return self.plain(self.renderer.leaf(text))

    def prompt(self, text: str, gap: Callable[[str], str]) -> str:
        """A stem with its gaps, each written by `gap(key)` (as XML)."""
        html = self.plain(self.renderer.prompt(text), gaps=True)
        return re.sub(f"{_MARK}([0-9]+){_MARK_END}", lambda found: gap(found[1]), html)

    def plain(self, html: str, *, gaps: bool = False) -> str:
        if "<" not in html:
            return escape(unescape(html), quote=False)
        root = parsed(html)
        for element in list(root.iter()):
            self.element(element, gaps)
        for element in list(root.iter("span", "div")):
            element.drop_tag()
        for element in root.iter():
            if element.text is None and not len(element) and element.tag not in _VOID:
                element.text = ""  # `<td></td>`, which HTML and XML read alike
        inside = escape(root.text or "", quote=False)
        return (inside + "".join(etree.tostring(one, encoding="unicode") for one in root)).strip()

    def element(self, element: Any, gaps: bool) -> None:
        tag = element.tag
        attributes = dict(element.attrib)
        element.attrib.clear()
        if tag == "aside":
            element.tag = "blockquote"
        elif tag == "span" and gaps and attributes.get("data-gap", "").isdigit():
            element.text = f"{_MARK}{attributes['data-gap']}{_MARK_END}"
        elif tag == "a" and not attributes.get("href", "#").startswith(("#", "/")):
            element.set("href", attributes["href"])
        elif tag == "a":  # leads to a place of this site
            element.tag = "span"
        elif tag == "audio":
            digest = attributes.get("src", "").split("/")[2:3]
            element.attrib.update({"controls": "controls", "preload": "none"})
            element.set("src", self.addresses.get(digest[0], "") if digest else "")
        elif tag == "img":
            digest = attributes.get("src", "").split("/")[2:3]
            element.set("src", self.addresses.get(digest[0], "") if digest else "")
            element.set("alt", attributes.get("alt", ""))
        elif tag == "ol" and "start" in attributes:
            element.set("start", attributes["start"])


_VOID = frozenset({"br", "hr", "img"})

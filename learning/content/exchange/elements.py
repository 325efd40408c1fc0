"""HTML text as its elements, and elements as their words."""

import re
from html import unescape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from learning.content.exchange.escaping import ILLEGAL

DEPTH_CAP = 80  # elements within elements; what is nested deeper is read as bare text


def parsed(html: str) -> Any:
    """The root element of HTML text, which need not be whole."""
    text = _OPEN.sub("&lt;", ILLEGAL.sub("", html))
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(f"<html><body>{text}</body></html>".encode(), parser=parser)
        body = None if "depth" in str(parser.error_log).casefold() else root.find("body")
    except (etree.LxmlError, ValueError, AssertionError):
        body = None
    if body is None:  # nothing that a reader of HTML could make anything of, or all of
        body = etree.Element("body")
        body.text = unescape(re.sub(r"<[^<>]*>", " ", text))
    return body


def words(html: str) -> str:
    """The bare text of HTML, in one line."""
    return " ".join("".join(parsed(html).itertext()).split())


def name_of(element: Any) -> str:
    """The local name, in lower case; "" for what is no element."""
    tag = element.tag
    return str(tag).rpartition("}")[2].lower() if isinstance(tag, str) else ""


def too_deep(root: Any) -> bool:
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH_CAP:
            return True
    return False


_OPEN = re.compile(r"<(?![^<>]*>)")  # of a tag that never ends: less than

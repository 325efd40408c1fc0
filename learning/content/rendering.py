"""Markdown to safe HTML. The one importer of markdown.

Python-Markdown is kept to what office staff write: no raw HTML, no code by indenting; a list may follow its
paragraph directly and may be nested by two spaces. Everything leaves through `sanitise`.
"""

import html as escaping
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_of
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import imagesize
import markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from learning.content.sanitise import safe_url, sanitise
from learning.content.tree import SOUNDS, ending, numbered
from learning.vietnamese.folding import slugify

DENSE = (
    400  # marks in one paragraph; a denser one is shown as it stands, for Markdown would take minutes over it
)
LIST_DEPTH = 6


@dataclass(frozen=True)
class Image:
    """A picture or recording of the course; sizes in pixels, 0 where there are none or unknown."""

    path: str  # within the course
    digest: str  # SHA-256, hex
    width: int = 0
    height: int = 0


def image(path: str, digest: str, data: bytes) -> Image:
    if ending(path) in SOUNDS:
        return Image(path, digest)
    try:
        width, height = imagesize.get(BytesIO(data))
    except Exception:  # imagesize raises what it likes on broken files
        width = height = 0
    return Image(path, digest, max(int(width), 0), max(int(height), 0))


def anchor(text: str) -> str:
    """The id of a heading: `Khi hồ sơ thiếu` → "c-khi-ho-so-thieu"."""
    plain = slugify(re.sub(r"[*_`]", "", text)[:200])
    return "c-" + (plain[:60].strip("-") or "muc")


@dataclass
class Renderer:
    """Renders the texts of one course. `page` is the file at hand, which relative addresses start from."""

    field: str
    course: str
    images: Mapping[str, Image] = made_of(default_factory=dict)
    language: str = "vi"
    page: str = "course.md"
    _leaves: dict[str, str] = made_of(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._body = _markdown(self, footnotes=True)
        self._fragment = _markdown(self, footnotes=False)

    def body(self, text: str) -> str:
        """A page's body: headings get ids, footnotes are gathered at its end."""
        return self._render(self._body, text)

    def block(self, text: str) -> str:
        """A prompt, an explanation: one or more paragraphs."""
        return self.leaf_or_none(text, paragraph=True) or self._render(self._fragment, text)

    def leaf(self, text: str) -> str:
        """An option, a side of a pair: without `<p>` where it is a single paragraph."""
        plain = self.leaf_or_none(text, paragraph=False)
        if plain is not None:
            return plain
        html = self._render(self._fragment, text)
        inner = html.removeprefix("<p>").removesuffix("</p>")
        return inner if html == f"<p>{inner}</p>" and "<p>" not in inner else html

    def prompt(self, text: str) -> str:
        """A block in which `(1)____` becomes `<span class="gap" data-gap="1">(1)</span>`."""
        marked = _GAP.sub(lambda found: f"{_OPEN}g{int(found[1])}{_CLOSE}", _clean(text))
        return self._render(self._fragment, marked, clean=False)

    @staticmethod
    def leaf_or_none(text: str, *, paragraph: bool) -> str | None:
        """One line of plain words, which Markdown and the sanitisers would leave as it is."""
        text = text.strip()
        if _PLAIN.fullmatch(text) is None:
            return None
        text = _unbroken(text)
        return f"<p>{text}</p>" if paragraph else text

    def address(self, target: str) -> str | None:
        """Where a link leads on the site, or None for one that may not be kept.

        `20-name.md#part`, `../other/course.md`, `#part`, `/courses/…`, or an address of the web.
        """
        target = target.strip().replace(" ", "%20")
        if not target or not safe_url(target):
            return None
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", target) or target.startswith("/"):
            return target
        path, _, part = target.partition("#")
        fragment = "#" + anchor(unquote(part)) if part else ""
        if not path:
            return fragment or None
        here = posixpath.join("/courses", self.field, self.course, posixpath.dirname(self.page))
        parts = posixpath.normpath(posixpath.join(here, unquote(path))).split("/")[2:]
        if len(parts) != 3 or not all(re.fullmatch(r"[a-z0-9-]+(\.md)?", part) for part in parts):
            return None
        if not parts[2].endswith(".md"):
            return None
        if parts[2] == "course.md":
            return "/courses/" + "/".join(parts[:2]) + fragment
        return "/courses/" + "/".join([*parts[:2], numbered(parts[2])[1]]) + fragment

    def picture(self, target: str) -> Image | None:
        """The image or recording of the course that a relative path names."""
        if not safe_url(target) or target.startswith("/") or ":" in target:
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), unquote(target)))
        return self.images.get(path)

    def _render(self, made: markdown.Markdown, text: str, *, clean: bool = True) -> str:
        text = _clean(text) if clean else text
        if not text.strip():
            return ""
        dense: list[str] = []
        text = "\n".join(_tamed(text.split("\n"), dense))
        try:
            html = made.reset().convert(text)
        except RecursionError:
            html = f"<p>{escaping.escape(text, quote=False)}</p>"
        return sanitise(_unbroken(_filled(html, dense)))


def external(url: str) -> bool:
    return re.match(r"https?:", url, re.IGNORECASE) is not None


# Signs of our own that pass through Markdown untouched.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GAP = re.compile(r"\(([0-9]{1,3})\)[ ]*_{2,}")
_CONTROL = dict.fromkeys((*range(9), *range(11, 32), 127, 57344, 57345)) | {9: "    "}
# Begins with a letter, a digit that opens no list, or a quotation mark; holds nothing Markdown looks at.
_WORDS = r"""(?:[^\W_]|[ .,;?%()"'/+–—“”‘’…±×°-]|:(?!//))*"""
_PLAIN = re.compile(rf"""(?:(?![0-9]+\.)[^\W_]|[("“‘]){_WORDS}""")
# 118/2025/NĐ-CP, 33/2024/QH15, 24/CT-TTg, 57-NQ/TW; and tags, which are passed over.
_NUMBER = re.compile(r"<[^>]*>|(?<![\w/])[0-9]{1,5}(?:/[0-9]{4})?[/-][A-ZĐ]{2}\w*(?:[/-][A-ZĐ]\w*)*(?![\w/])")


def _clean(text: str) -> str:
    return text.translate(_CONTROL)


def _unbroken(html: str) -> str:
    """Numbers of documents (118/2025/NĐ-CP) do not break at line ends."""
    return _NUMBER.sub(
        lambda found: found[0] if found[0].startswith("<") else f'<span class="nobr">{found[0]}</span>', html
    )


def _filled(html: str, dense: list[str]) -> str:
    if _OPEN not in html:
        return html
    html = re.sub(f"{_OPEN}g([0-9]+){_CLOSE}", r'<span class="gap" data-gap="\1">(\1)</span>', html)
    return re.sub(
        f"{_OPEN}d([0-9]+){_CLOSE}",
        lambda found: (
            escaping.escape(dense[int(found[1])], quote=False) if int(found[1]) < len(dense) else ""
        ),
        html,
    )


# --- Source lines made ready for Python-Markdown

_ITEM = re.compile(r"( *)([-*+]|[0-9]{1,9}[.)])( +)(\S.*)")
_QUOTED = re.compile(r"( *(?:> ?)+)(.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARKS = re.compile(r"[\[\]*_`<&\\!|>:~]")


def _tamed(lines: list[str], dense: list[str]) -> Iterator[str]:
    """Lists as office staff write them, in the four spaces that Python-Markdown wants; dense paragraphs set aside."""
    fence = ""
    paragraph: list[str] = []
    lists = _Lists()
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            yield line
            if mark and mark[1].startswith(fence):
                fence = ""
            continue
        if mark or not line.strip():
            yield from _set_aside(paragraph, dense)
            paragraph = []
            if mark:
                fence = mark[1]
                lists = _Lists()
            else:
                lists.blank()
            yield line.strip()
            continue
        paragraph += lists.line(line)
    yield from _set_aside(paragraph, dense)


def _set_aside(paragraph: list[str], dense: list[str]) -> list[str]:
    text = "\n".join(paragraph)
    if len(text) <= DENSE or sum(1 for _ in _MARKS.finditer(text)) <= DENSE + len(text) // 50:
        return paragraph
    if paragraph[0].lstrip().startswith("|") and text.count("|") < 2000 and len(_MARKS.findall(text)) < 2400:
        return paragraph  # a large table
    dense.append(text)
    return [f"{_OPEN}d{len(dense) - 1}{_CLOSE}"]


class _Lists:
    """Knows which list a line belongs to. `open` holds the indents of the items that are open."""

    def __init__(self) -> None:
        self.open: list[int] = []
        self.after_blank = True
        self.plain = False  # the line before is a paragraph's

    def blank(self) -> None:
        self.after_blank = True
        self.plain = False

    def line(self, line: str) -> list[str]:
        indent = len(line) - len(line.lstrip(" "))
        item = _ITEM.fullmatch(line)
        after_blank, self.after_blank = self.after_blank, False
        if self.open and after_blank and indent < 2 and item is None:
            self.open = []
        if not self.open and (quoted := _QUOTED.match(line)):
            return self.quoted(quoted[1], quoted[2])
        self.quote_text = False
        if item and not (self.plain and item[2][0].isdigit() and item[2] not in ("1.", "1)")):
            return self.item(indent, item[2], item[4])
        if self.open:
            if not indent:
                return [line]  # goes on with its item though it is not indented
            while len(self.open) > 1 and indent < self.open[-1] + 2:
                self.open.pop()
            return [" " * 4 * min(len(self.open), LIST_DEPTH) + line.strip()]
        if line.startswith("#"):
            self.plain = False
            return ["", line, ""]
        table = line.startswith("|")
        before = [""] if table and self.plain else []
        self.plain = not table and not line.startswith(": ")
        return [*before, line.strip()]

    def item(self, indent: int, marker: str, text: str) -> list[str]:
        while self.open and indent < self.open[-1] + 2:
            self.open.pop()
        depth = min(len(self.open), LIST_DEPTH)
        before = [""] if self.plain and not self.open else []
        self.open.append(indent)
        self.plain = False
        return [*before, f"{' ' * 4 * depth}{marker.replace(')', '.')} {text}"]

    quote_text = False

    def quoted(self, marks: str, text: str) -> list[str]:
        """The same for a list straight under a paragraph within a quotation."""
        self.after_blank = self.plain = False
        item = _ITEM.fullmatch(text)
        before = [marks.rstrip()] if item and self.quote_text else []
        self.quote_text = bool(text.strip()) and item is None
        return [*before, marks + text]


# --- What Python-Markdown makes, put in our terms


def _markdown(renderer: Renderer, *, footnotes: bool) -> markdown.Markdown:
    extensions: list[Any] = ["tables", "def_list", "fenced_code", "sane_lists", _Ours(renderer, footnotes)]
    if footnotes:
        title = "Back to the text" if renderer.language == "en" else "Quay lại chỗ ghi chú"
        extensions.append(FootnoteExtension(BACKLINK_TITLE=title, BACKLINK_TEXT="↩"))
    return markdown.Markdown(extensions=extensions, output_format="html")


class _Ours(Extension):
    def __init__(self, renderer: Renderer, ids: bool) -> None:
        super().__init__()
        self.renderer = renderer
        self.ids = ids

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.parser.blockprocessors.deregister("code")
        md.inlinePatterns.register(
            _Foreign(_FOREIGN, md), "foreign", 175
        )  # before links, after code and escapes
        md.treeprocessors.register(_Tree(md, self.renderer, self.ids), "ours", 5)


# [machine learning]{lang=en}: words of another language, so that a voice reads them as such
_FOREIGN = r"\[([^\[\]\n]{1,300})\]\{lang=([a-z]{2,3})\}"


class _Foreign(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, found: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        span = ElementTree.Element("span", {"lang": found[2]})
        span.text = found[1]
        return span, found.start(0), found.end(0)


_LABELS = {
    **dict.fromkeys(("lưu ý", "chú ý", "ghi nhớ", "note"), "note"),
    **dict.fromkeys(("căn cứ", "source", "legal basis"), "source"),
    **dict.fromkeys(("ví dụ", "example"), "example"),
    **dict.fromkeys(("tình huống", "case", "situation"), "case"),
    **dict.fromkeys(("cảnh báo", "warning"), "warning"),
}
_ALERTS = {
    "NOTE": ("note", "Lưu ý", "Note"),
    "TIP": ("note", "Mẹo", "Tip"),
    "IMPORTANT": ("note", "Quan trọng", "Important"),
    "WARNING": ("warning", "Cảnh báo", "Warning"),
    "CAUTION": ("warning", "Cẩn thận", "Caution"),
}


def _note(name: str) -> str:
    """`fnref2:điều 3` → "c-fnref2-dieu-3"."""
    sort, _, key = name.partition(":")
    return f"c-{sort}-{anchor(key)[2:]}"


class _Tree(Treeprocessor):
    """Headings, notices, tables, links and images of the finished tree."""

    def __init__(self, md: markdown.Markdown, renderer: Renderer, ids: bool) -> None:
        super().__init__(md)
        self.renderer = renderer
        self.ids = ids

    def run(self, root: ElementTree.Element) -> None:
        self.heading = ""
        self.used: dict[str, int] = {}
        self.children(root)

    def children(self, parent: ElementTree.Element) -> None:
        made: list[ElementTree.Element] = []
        for child in list(parent):
            made += self.element(child)
            self.children(child)
        parent[:] = made

    def element(self, element: ElementTree.Element) -> list[ElementTree.Element]:
        tag = element.tag
        if "id" in element.attrib:  # a footnote's
            element.set("id", _note(element.attrib["id"]))
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.title(element)
        elif tag == "blockquote":
            return list(self.notices(element))
        elif tag == "table":
            return [self.table(element)]
        elif tag == "a":
            self.link(element)
        elif tag == "p" and (recordings := self.recordings(element)):
            return recordings
        elif tag == "img":
            self.image(element)
        return [element]

    def title(self, element: ElementTree.Element) -> None:
        if element.tag == "h1":  # the page's title is the one h1
            element.tag = "h2"
        self.heading = " ".join("".join(element.itertext()).split())
        if self.ids:
            name = anchor(self.heading)
            self.used[name] = self.used.get(name, 0) + 1
            element.set("id", name if self.used[name] == 1 else f"{name}-{self.used[name]}")

    def notices(self, quote: ElementTree.Element) -> Iterator[ElementTree.Element]:
        """Python-Markdown joins quotations that follow each other; each label begins a notice of its own."""
        current = ElementTree.Element("blockquote")
        for child in list(quote):
            kind = self.label(child) if child.tag == "p" else ""
            if kind:
                if len(current):
                    yield current
                current = ElementTree.Element("aside", {"class": f"notice notice-{kind}"})
            current.append(child)
        current.tail = "\n"
        if len(current):
            yield current

    def label(self, paragraph: ElementTree.Element) -> str:
        text = (paragraph.text or "").lstrip()
        if not text and len(paragraph) and paragraph[0].tag == "strong":
            strong = "".join(paragraph[0].itertext()).strip()
            if strong.endswith(":") or (paragraph[0].tail or "").lstrip().startswith(":"):
                return _LABELS.get(strong.rstrip(": ").casefold(), "")
        alert = re.match(r"\[!([A-Z]+)\]\s*", text)
        if alert is None or alert[1] not in _ALERTS:
            return ""
        kind, vietnamese, english = _ALERTS[alert[1]]
        strong_label = ElementTree.Element("strong")
        strong_label.text = (english if self.renderer.language == "en" else vietnamese) + ":"
        strong_label.tail = " " + text[alert.end() :]
        paragraph.text = ""
        paragraph.insert(0, strong_label)
        return kind

    def table(self, table: ElementTree.Element) -> ElementTree.Element:
        for cell in table.iter():
            if cell.tag in ("th", "td"):
                align = re.search(r"left|center|right", cell.attrib.pop("style", ""))
                if align:
                    cell.set("class", f"align-{align[0]}")
                if cell.tag == "th":
                    cell.set("scope", "col")
        name = "Table" if self.renderer.language == "en" else "Bảng"
        label = f"{name}: {self.heading}" if self.heading else name
        frame = ElementTree.Element(
            "div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label[:120]}
        )
        frame.append(table)
        frame.tail, table.tail = table.tail, None
        return frame

    def link(self, element: ElementTree.Element) -> None:
        href = element.get("href", "")
        if element.get("class", "").startswith("footnote"):
            element.set("href", "#" + _note(href.removeprefix("#")))
            return
        # An automatic mail address comes as character references of Markdown's own.
        plain = re.sub(rf"{markdown.util.AMP_SUBSTITUTE}#([0-9]+);", lambda found: chr(int(found[1])), href)
        address = self.renderer.address(plain)
        if address is None:
            element.tag = "span"
            element.attrib.clear()
            return
        element.set("href", address)
        if external(address):
            element.set("rel", "noopener noreferrer")

    def recordings(self, paragraph: ElementTree.Element) -> list[ElementTree.Element]:
        """A paragraph of recordings and nothing else: each with its words below it. Empty for any other."""
        made = []
        if not len(paragraph) or (paragraph.text or "").strip():
            return []
        for element in paragraph:
            sound = self.renderer.picture(element.get("src", "")) if element.tag == "img" else None
            if sound is None or ending(sound.path) not in SOUNDS or (element.tail or "").strip():
                return []
            figure = ElementTree.Element("figure", {"class": "audio"})
            figure.append(_player(sound))
            ElementTree.SubElement(figure, "figcaption").text = element.get("alt", "")
            figure.tail = "\n"
            made.append(figure)
        return made

    def image(self, element: ElementTree.Element) -> None:
        alt = element.get("alt", "")
        picture = self.renderer.picture(element.get("src", ""))
        element.attrib.clear()
        if picture is None:
            element.tag = "span"
            element.text = alt
            return
        if ending(picture.path) in SOUNDS:  # among words
            element.tag = "span"
            element.set("class", "audio")
            element.append(_player(picture))
            element[0].tail = f" {alt}"
            return
        element.set("src", _address(picture))
        element.set("alt", alt)
        if picture.width and picture.height:
            element.set("width", str(picture.width))
            element.set("height", str(picture.height))
        element.set("loading", "lazy")


def _player(sound: Image) -> ElementTree.Element:
    """The browser's own, which every phone and keyboard knows; nothing is fetched before it is asked to play."""
    return ElementTree.Element("audio", {"controls": "", "preload": "none", "src": _address(sound)})


def _address(medium: Image) -> str:
    return f"/media/{medium.digest}/{quote(posixpath.basename(medium.path), safe='')}"

"""HTML of other systems to Markdown of our format, and our Markdown to plain HTML that any of them reads.

No word of a text is lost on the way in: what Markdown has no form for is kept as its words, and named in `warnings`.
What comes out is text of the course and no longer trusted or distrusted: it is rendered and sanitised like any other.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape as html_escape
from html import unescape
from itertools import groupby
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree
from lxml import html as lxml_html

from learning.content.exchange.bank import UnreadableError
from learning.content.rendering import Image, Renderer

MEDIA_CAP = 64 * 1024 * 1024  # bytes of all pictures of one source
DEPTH_CAP = 80  # elements within elements; what is nested deeper is read as bare text
_MARK = "\ue010"
_MARK_END = "\ue011"


class Media:
    """Pictures taken out of a source: `files` are by their path within the course, named by what they hold."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.size = 0

    def keep(self, data: bytes) -> str | None:
        """The path of a picture in the course; None for bytes that are no picture, whatever they are called."""
        kind = picture_kind(data)
        if kind is None:
            return None
        path = f"images/{sha256(data).hexdigest()[:16]}.{kind}"
        if path not in self.files:
            self.size += len(data)
            if self.size > MEDIA_CAP:
                raise UnreadableError(
                    f"Hình trong tệp lớn hơn {MEDIA_CAP // 1024 // 1024} MB. Hãy thu nhỏ hình rồi xuất lại."
                )
            self.files[path] = data
        return path


def picture_kind(data: bytes) -> str | None:
    """png, jpg, gif, webp, avif by the first bytes; None for all else (SVG too, which can hold a program)."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return next((kind for sign, kind in _SIGNS if data.startswith(sign)), None)


_SIGNS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


@dataclass
class Markup:
    """Reads the HTML of one source.

    `find` gives the bytes of an image by its address in the source, None where it is not there. `special` gives the
    Markdown of an element that has one of its own (a gap), None for all others. `warnings` counts what was met.
    """

    media: Media = field(default_factory=Media)
    find: Callable[[str], bytes | None] = lambda _address: None
    special: Callable[[Any], str | None] = lambda _element: None
    warnings: Counter[str] = field(default_factory=Counter)

    def blocks(self, source: Any, *, headings: bool = False) -> str:
        """Paragraphs, lists, tables … of HTML text or of an element. Headings are bold lines unless asked for."""
        return "\n\n".join(_Blocks(self, headings).read(self.tree(source)))

    def line(self, source: Any) -> str:
        """The same in one line: an option, a side of a pair, a feedback."""
        return _Line(self).read(self.tree(source))

    def said(self, told: str) -> None:
        self.warnings[told] += 1

    def told(self) -> tuple[str, ...]:
        """The warnings as sentences, each once."""
        return tuple(text if count == 1 else f"{text} ({count} lần)" for text, count in self.warnings.items())

    def tree(self, source: Any) -> Any:
        root = parsed(source) if isinstance(source, str) else source
        if _too_deep(root):
            self.said("Có đoạn lồng nhau quá sâu: chỉ giữ chữ.")
            flat = etree.Element("div")
            flat.text = " ".join("".join(root.itertext()).split())
            return flat
        return root

    def image(self, address: str, alt: str) -> str:
        """The Markdown of an image, or what is said in its place."""
        data = _inline_data(address) if address[:5].casefold() == "data:" else self.find(address)
        shown = escaped(" ".join(alt.split()))
        path = self.media.keep(data) if data else None
        if path:
            return f"![{shown}]({path})"
        shown_address = address if len(address) <= 100 else address[:100] + "…"
        if data is None:
            self.said(f"Không có hình “{shown_address}” trong tệp.")
        else:
            self.said(f"Hình “{shown_address}” không phải PNG, JPEG, GIF, WebP hay AVIF nên không đưa vào.")
        url = _https(address)
        return f"[{shown or 'Hình'}]({url})" if url else shown


def parsed(html: str) -> Any:
    """The root element of HTML text, which need not be whole."""
    text = _OPEN.sub("&lt;", _ILLEGAL.sub("", html))
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


def legal(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def name_of(element: Any) -> str:
    """The local name, in lower case; "" for what is no element."""
    tag = element.tag
    return str(tag).rpartition("}")[2].lower() if isinstance(tag, str) else ""


def escaped(text: str) -> str:
    """Words as Markdown that reads as exactly these words (within a line)."""
    text = _SPACE.sub(" ", _ILLEGAL.sub("", text))
    text = _BACKSLASH.sub(r"\\\\", text).replace("`", "\\`")
    text = _STAR.sub(r"\\*", text)
    if "_" in text:
        text = _UNDERSCORES.sub(_underscores, text)
    if "[" in text and _LINKED.search(text):
        text = text.replace("[", "\\[")
    return _ANGLE.sub("&lt;", _ENTITY.sub("&amp;", text))


def plain_blocks(text: str) -> str:
    """Bare text with line ends as paragraphs of Markdown."""
    return "\n\n".join(
        _line_start(escaped(line.strip())) for line in re.split(r"\r\n?|\n", text) if line.strip()
    )


_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ue000\ue001]")
_OPEN = re.compile(r"<(?![^<>]*>)")  # of a tag that never ends: less than
_SPACE = re.compile("[ \t\r\n\f\v\u00a0\u2007\u202f\u2009\u3000]+")
_BACKSLASH = re.compile(r"\\(?=[\\`*_{}\[\]()>#+\-.!|]|[ ]?$)")
_STAR = re.compile(r"(?<![ ])\*|\*(?![ ])")
_UNDERSCORES = re.compile(r"_+")
_LINKED = re.compile(r"\][(\[:]|\[[\^!]|\][ ]?$")
_ANGLE = re.compile(r"<(?=\S|[ ]?$)")
_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_NUMBERED = re.compile(r"\([0-9]{1,3}\) ?$")


def _underscores(found: re.Match[str]) -> str:
    """Runs that stand for a blank may stay; what Markdown would take for emphasis, or we for a gap, may not."""
    text, run = found.string, found[0]
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    if len(run) >= 3:
        kept = not (
            before.isalnum()
            or after.isalnum()
            or _NUMBERED.search(text[max(found.start() - 7, 0) : found.start()])
        )
    else:
        kept = before.isalnum() and after.isalnum()
    return run if kept else "\\_" * len(run)


_STARTS = (
    (re.compile(r"#"), "\\#"),
    (re.compile(r">"), "\\>"),
    (re.compile(r"\|"), "\\|"),
    (re.compile(r"-(?=[ \t(\[]|$|-)"), "\\-"),
    (re.compile(r"\+(?=[ \t(\[]|$)"), "\\+"),
    (re.compile(r":(?= |$)"), "&#58;"),
    (re.compile(r"="), "&#61;"),
    (re.compile(r"~(?=~~)"), "&#126;"),
    (re.compile(r"\((?=[0-9]{1,3}\)[ \t]*[=:])"), "\\("),
    (re.compile(r"\[(?=[^\[\]]*\]:)"), "\\["),
)
_STEP = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)")
_RULE = re.compile(r"(?:_[ ]*){3,}")


def _line_start(text: str) -> str:
    """A paragraph that is not taken for a heading, a list, an answer … by how it begins."""
    if _RULE.fullmatch(text):
        return text.replace("_", "\\_", 1)
    if step := _STEP.match(text):
        return f"{step[1]}\\{step[2]}{text[step.end() :]}"
    for pattern, instead in _STARTS:
        if found := pattern.match(text):
            return instead + text[found.end() :]
    return text


def _too_deep(root: Any) -> bool:
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH_CAP:
            return True
    return False


def _inline_data(address: str) -> bytes | None:
    head, comma, data = address.partition(",")
    if not comma:
        return None
    try:
        if head.casefold().endswith(";base64"):
            return base64.b64decode(unquote_to_bytes(re.sub(r"\s+", "", data)), validate=False)
        return unquote_to_bytes(data)
    except (binascii.Error, ValueError):
        return None


def _https(address: str) -> str:
    address = address.strip()
    if (
        address[:8].casefold() != "https://"
        or len(address) > 2000
        or re.search(r"[\x00-\x20<>\\\"]", address)
    ):
        return ""
    return address.replace("(", "%28").replace(")", "%29")


# --- Runs of text within a paragraph


@dataclass(frozen=True)
class _Run:
    text: str
    raw: bool = False  # Markdown already
    bold: bool = False
    italic: bool = False
    link: str = ""


_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em", "cite", "dfn", "var"})
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_DROPPED = frozenset({"script", "style", "head", "template", "noscript"})
_FRAMES = frozenset({"iframe", "frame", "embed", "object", "video", "audio", "applet", "canvas", "svg"})
_FIELDS = frozenset({"input", "select", "textarea", "button"})
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th
    thead tr ul""".split()  # noqa: SIM905 -- read as words
)
_ABOVE = str.maketrans("0123456789+-=()nNaoi", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᴺªºⁱ")
_ABOVE_KNOWN = frozenset("0123456789+-=()ni")
_BELOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def _runs(markup: Markup, element: Any, style: _Run, inner: Callable[[Any], str]) -> Iterator[_Run]:
    """The inline content of an element; a block within is read by `inner`, as raw Markdown."""
    yield _Run(element.text or "", False, style.bold, style.italic, style.link)
    for child in element:
        yield from _run_of(markup, child, style, inner)
        yield _Run(child.tail or "", False, style.bold, style.italic, style.link)


def _run_of(markup: Markup, element: Any, style: _Run, inner: Callable[[Any], str]) -> Iterator[_Run]:
    def styled(**changed: Any) -> _Run:
        return _Run(**{"text": "", "bold": style.bold, "italic": style.italic, "link": style.link, **changed})

    special = markup.special(element)
    if special is not None:
        yield styled(text=special, raw=True)
        return
    name = name_of(element)
    if not name:
        if isinstance(element, etree._Entity):  # not resolved, on purpose
            yield styled(text=element.text or "")
    elif name in _DROPPED:
        markup.said(f"Mã <{name}> không đưa vào.")
    elif name == "br":
        yield styled(text=" ")
    elif name == "img":
        yield styled(text=markup.image(element.get("src") or "", element.get("alt") or ""), raw=True)
    elif name == "math":
        markup.said("Công thức MathML: chỉ giữ chữ.")
        yield styled(text=" ".join("".join(element.itertext()).split()) or element.get("alttext") or "")
    elif name in _FRAMES:
        yield from _frame(markup, element, name, styled)
    elif name in _FIELDS:
        markup.said(f"Ô nhập <{name}> trong đoạn văn: chỉ giữ chữ.")
        yield styled(text=" ".join([element.get("value") or "", *element.itertext()]))
    elif name in _CODE:
        text = " ".join("".join(element.itertext()).split())
        yield styled(text=_code(text), raw=True) if text else styled()
    elif name in ("sub", "sup"):
        text = " ".join("".join(element.itertext()).split())
        yield styled(text=_raised(markup, text, name == "sup"))
    elif name == "a":
        yield from _anchor(markup, element, style, inner)
    elif name in _BLOCKS:
        yield styled(text=f" {inner(element)} ", raw=True)
    else:
        if name in ("s", "strike", "del"):
            markup.said("Chữ gạch ngang: chỉ giữ chữ.")
        css = (element.get("style") or "").replace(" ", "").casefold()
        bold = style.bold or name in _BOLD or "font-weight:bold" in css or "font-weight:700" in css
        italic = style.italic or name in _ITALIC or "font-style:italic" in css
        yield from _runs(markup, element, styled(bold=bold, italic=italic), inner)


def _frame(markup: Markup, element: Any, name: str, styled: Callable[..., _Run]) -> Iterator[_Run]:
    address = element.get("src") or element.get("data") or ""
    inside = " ".join("".join(element.itertext()).split())
    if name == "object" and (element.get("type") or "").startswith("image/"):
        yield styled(text=markup.image(address, inside), raw=True)
        return
    for child in element.iter():
        if not address and child is not element and isinstance(child.tag, str):
            address = child.get("src") or child.get("data") or ""
    shown = f" ({address[:200]})" if address else ""
    markup.said(f"Nội dung nhúng <{name}>{shown} không đưa vào.")
    yield styled(text=inside)


def _anchor(markup: Markup, element: Any, style: _Run, inner: Callable[[Any], str]) -> Iterator[_Run]:
    address = (element.get("href") or "").strip()
    url = "" if style.link else _https(address)
    if address and not url and not address.startswith("#"):
        markup.said(f"Liên kết “{address[:200]}” không phải https: chỉ giữ chữ.")
    yield from _runs(markup, element, _Run("", False, style.bold, style.italic, url or style.link), inner)


def _raised(markup: Markup, text: str, above: bool) -> str:
    known = _ABOVE_KNOWN if above else frozenset(map(chr, _BELOW))
    if set(text) <= known:
        return text.translate(_ABOVE if above else _BELOW)
    if above and text.casefold() in ("o", "a"):  # m<sup>o</sup>
        return text.translate(_ABOVE)
    markup.said("Chữ " + ("trên cao: viết thành ^(…)." if above else "dưới thấp: viết thành _(…)."))
    return f"{'^' if above else '_'}({text})"


def _code(text: str) -> str:
    fence = _longer("`", text)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _joined(runs: Iterable[_Run]) -> str:
    """Runs as one line of Markdown: space collapsed, neighbours of one style merged, marks at the words."""
    text = ""
    for link, linked in groupby(_collapsed(runs), key=lambda run: run.link):
        piece = ""
        for bold, heavy in groupby(linked, key=lambda run: run.bold):
            inside = ""
            for italic, same in groupby(heavy, key=lambda run: run.italic):
                inside += _wrapped("".join(_shown(list(same))), "*" if italic else "")
            piece += _wrapped(inside, "**" if bold else "")
        if link and piece.strip():
            lead, core, trail = _trimmed(piece)
            if text.endswith("!") and not text.endswith("\\!") and not lead:
                text = text[:-1] + "\\!"
            piece = f"{lead}[{core}]({link}){trail}"
        text += piece
    if len(_BLANK.findall(text)) > 1:  # two blanks would be the ends of something bold
        text = _BLANK.sub(lambda found: "\\_" * len(found[0]), text)
    return text.strip()


_BLANK = re.compile(r"(?<![\\_])_{3,}")


def _shown(runs: Sequence[_Run]) -> Iterator[str]:
    """Neighbouring words are escaped together, so that marks at their seams are seen."""
    for raw, same in groupby(runs, key=lambda run: run.raw):
        text = "".join(run.text for run in same)
        yield text if raw else escaped(text)


def _collapsed(runs: Iterable[_Run]) -> Iterator[_Run]:
    spaced = True
    for run in runs:
        text = run.text if run.raw else _SPACE.sub(" ", run.text)
        if spaced:
            text = text.lstrip(" ")
        if text:
            spaced = text.endswith(" ")
            yield _Run(text, run.raw, run.bold, run.italic, run.link)


def _trimmed(text: str) -> tuple[str, str, str]:
    core = text.strip(" ")
    lead = text[: len(text) - len(text.lstrip(" "))]
    return lead, core, text[len(lead) + len(core) :]


def _wrapped(text: str, mark: str) -> str:
    lead, core, trail = _trimmed(text)
    return f"{lead}{mark}{core}{mark}{trail}" if mark and core else text


# --- Whole texts


class _Line:
    """Everything in one line."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup

    def read(self, root: Any) -> str:
        return _line_start(self.inline(root))

    def inline(self, element: Any) -> str:
        return _joined(_runs(self.markup, element, _Run(""), self.block))

    def block(self, element: Any) -> str:
        name = name_of(element)
        if name not in ("ul", "ol", "table", "dl", "pre"):
            return self.inline(element)
        self.markup.said("Danh sách, bảng hay khối mã trong phương án, phản hồi: viết thành một dòng.")
        joint = ", " if name == "table" else " " if name == "pre" else "; "
        return joint.join(filter(None, self.pieces(element)))

    def pieces(self, element: Any) -> Iterator[str]:
        """What stands in a list or a table, each item and each cell."""
        yield _joined([_Run(element.text or "")])
        for child in element:
            if name_of(child) in ("thead", "tbody", "tfoot", "tr"):
                yield from self.pieces(child)
            else:
                yield _joined(_run_of(self.markup, child, _Run(""), self.block))
            yield _joined([_Run(child.tail or "")])


class _Blocks:
    """A text of paragraphs, lists and tables."""

    def __init__(self, markup: Markup, headings: bool) -> None:
        self.markup = markup
        self.headings = headings
        self.level = 1

    def read(self, root: Any) -> list[str]:
        return [block for block in self.blocks(root) if block.strip()]

    def blocks(self, element: Any) -> Iterator[str]:
        """The blocks within an element; text between them is a paragraph of its own."""
        paragraph = [_Run(element.text or "")]
        for child in element:
            name = name_of(child)
            if (name in _BLOCKS or name == "br" or _holds_blocks(child)) and self.markup.special(
                child
            ) is None:
                yield self.paragraph(paragraph)
                paragraph = []
                yield from self.block(child, name)
            else:
                paragraph += _run_of(self.markup, child, _Run(""), self.flat)
            paragraph.append(_Run(child.tail or ""))
        yield self.paragraph(paragraph)

    def paragraph(self, runs: list[_Run]) -> str:
        text = _joined(runs)
        # What a caller has put there means what it says.
        return text if runs and text and _first(runs).raw else _line_start(text)

    def flat(self, element: Any) -> str:
        return _Line(self.markup).block(element)

    def block(self, element: Any, name: str) -> Iterator[str]:
        if re.fullmatch(r"h[1-6]", name):
            yield self.heading(element, int(name[1]))
        elif name in ("ul", "ol"):
            yield "\n".join(self.items(element, ""))
        elif name == "table":
            yield from self.table(element)
        elif name == "pre":
            yield _fenced("".join(element.itertext()))
        elif name == "blockquote":
            inside = "\n\n".join(self.read(element))
            yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n")) if inside else ""
        elif name == "hr":
            yield "* * *"
        elif name in ("dt", "summary", "caption", "legend"):
            yield _wrapped(_plain_bold(self.markup, element), "**")
        elif name == "br":
            return
        else:
            yield from self.blocks(element)

    def heading(self, element: Any, level: int) -> str:
        text = _plain_bold(self.markup, element)
        if not text:
            return ""
        if not self.headings:
            return f"**{text}**"
        self.level = max(2, min(level, self.level + 1, 6))
        return f"{'#' * self.level} {text}"

    def items(self, element: Any, indent: str) -> Iterator[str]:
        """Lines of a list; lists within are indented, all else of an item is one line."""
        number = _whole(element.get("start"), 1) if name_of(element) == "ol" else None
        count = 0

        def item(text: str) -> str:
            nonlocal count
            marker = "-" if number is None else f"{number + count}."
            count += 1
            return f"{indent}{marker} {_line_start(text) or '…'}"

        if (element.text or "").strip():  # text that is in no item
            yield item(_joined([_Run(element.text)]))
        for child in element:
            name = name_of(child)
            deeper = indent + ("  " if number is None else "   ")
            if name in ("ul", "ol"):  # a list straight in a list
                yield from self.items(child, deeper)
            elif name:
                inner = [one for one in child if name_of(one) in ("ul", "ol")] if name == "li" else []
                text = _joined(
                    _item_runs(self.markup, child, inner, self.flat) if name == "li" else self.runs(child)
                )
                if text or inner:
                    yield item(text)
                for one in inner:
                    yield from self.items(one, deeper)
            if (child.tail or "").strip():
                yield item(_joined([_Run(child.tail)]))

    def runs(self, element: Any) -> Iterator[_Run]:
        return _run_of(self.markup, element, _Run(""), self.flat)

    def table(self, table: Any) -> Iterator[str]:
        rows: list[list[str]] = []
        yield from self.rows(table, rows)
        width = max(map(len, rows), default=0)
        if width <= 1:  # a table for the looks of it
            yield from (_line_start(cell.replace("\\|", "|")) for row in rows for cell in row)
            return
        lines = [[*row, *[""] * (width - len(row))] for row in rows]
        lines.insert(1, ["---"] * width)
        yield "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def rows(self, element: Any, rows: list[list[str]]) -> Iterator[str]:
        """Gathers the rows of a table; what stands in it outside them is given as blocks before it."""
        yield self.paragraph([_Run(element.text or "")])
        for child in element:
            name = name_of(child)
            if name in ("thead", "tbody", "tfoot"):
                yield from self.rows(child, rows)
            elif name == "tr":
                rows.append([text for cell in child for text in self.cell(cell)])
                yield self.paragraph(
                    [_Run(text or "") for text in (child.text, *(cell.tail for cell in child))]
                )
            elif name in ("td", "th"):
                rows.append(list(self.cell(child)))
            elif name:
                yield from self.block(child, name) if name in _BLOCKS else [_joined(self.runs(child))]
            yield self.paragraph([_Run(child.tail or "")])

    def cell(self, cell: Any) -> Iterator[str]:
        if not name_of(cell):
            return
        span = min(_whole(cell.get("colspan"), 1), 20)
        if span > 1 or _whole(cell.get("rowspan"), 1) > 1:
            self.markup.said("Ô gộp trong bảng: tách ra, phần gộp để trống.")
        in_row = name_of(cell) in ("td", "th")
        text = _Line(self.markup).inline(cell) if in_row else _joined(self.runs(cell))
        yield _CELL.sub(r"\\|", text)
        yield from [""] * (span - 1)


_CELL = re.compile(r"(?<!\\)\|")


def _first(runs: Iterable[_Run]) -> _Run:
    return next((run for run in runs if run.text.strip()), _Run(""))


def _plain_bold(markup: Markup, element: Any) -> str:
    """One line without bold marks: it is going to be bold, or a heading."""
    runs = _runs(markup, element, _Run(""), _Line(markup).block)
    return _joined(_Run(run.text, run.raw, False, run.italic, run.link) for run in runs)


def _item_runs(markup: Markup, item: Any, inner: list[Any], flat: Callable[[Any], str]) -> Iterator[_Run]:
    yield _Run(item.text or "")
    for child in item:
        if child not in inner:
            yield from _run_of(markup, child, _Run(""), flat)
        yield _Run(" " + (child.tail or "") if child in inner else child.tail or "")


def _holds_blocks(element: Any) -> bool:
    """A span, a link around paragraphs."""
    name = name_of(element)
    if name in _FRAMES | _FIELDS | _DROPPED | {"math", "a", ""}:
        return False
    return any(name_of(one) in _BLOCKS for one in element.iter() if one is not element)


def _fenced(text: str) -> str:
    text = _ILLEGAL.sub("", text).strip("\n\r").replace("\r\n", "\n").expandtabs(4)
    if not text.strip():
        return ""
    fence = _longer("```", text)
    return f"{fence}\n{text}\n{fence}"


def _longer(fence: str, text: str) -> str:
    """The shortest fence from this one on that does not stand in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return fence if longest < len(fence) else "`" * (longest + 1)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,4}", text.strip()) and int(text) else default


# --- Our Markdown as HTML


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
            return html_escape(unescape(html), quote=False)
        root = parsed(html)
        for element in list(root.iter()):
            self.element(element, gaps)
        for element in list(root.iter("span", "div")):
            element.drop_tag()
        for element in root.iter():
            if element.text is None and not len(element) and element.tag not in _VOID:
                element.text = ""  # `<td></td>`, which HTML and XML read alike
        inside = html_escape(root.text or "", quote=False)
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

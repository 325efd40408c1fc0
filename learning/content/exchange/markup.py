"""HTML of other systems to Markdown of our format.

No word of a text is lost on the way in: what Markdown has no form for is kept as its words, and named in `warnings`.
What comes out is text of the course and no longer trusted or distrusted: it is rendered and sanitised like any other.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree

from learning.content.exchange.elements import name_of, parsed, too_deep
from learning.content.exchange.escaping import ILLEGAL, SPACE, escaped, line_start
from learning.content.exchange.media import Media


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
        if too_deep(root):
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
        text = run.text if run.raw else SPACE.sub(" ", run.text)
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
        return line_start(self.inline(root))

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
        return text if runs and text and _first(runs).raw else line_start(text)

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
            return f"{indent}{marker} {line_start(text) or '…'}"

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
            yield from (line_start(cell.replace("\\|", "|")) for row in rows for cell in row)
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
    text = ILLEGAL.sub("", text).strip("\n\r").replace("\r\n", "\n").expandtabs(4)
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

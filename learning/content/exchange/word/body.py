"""The text of a Word file in its order: paragraphs of spans, and tables. What is left out is told to `Findings`.

It walks the XML itself, for Word's own order is the only one: text boxes, inserted and deleted text, fields, notes and
the numbers that Word prints by itself all stand within the paragraphs.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from learning.content.exchange.bank import Skipped, UnreadableError
from learning.content.exchange.word.package import (
    COMPATIBILITY,
    DRAWING,
    MATHS,
    RELATED,
    VML,
    WORD,
    Package,
    Relation,
)
from learning.content.exchange.word.styles import (
    Look,
    Numbering,
    Styles,
    list_of,
    look,
    outline,
    val,
    value,
    whole,
)
from learning.vietnamese.legacy_fonts import Encoding, encoding_of_font, guess, to_unicode

MOST_PARAGRAPHS = 50_000


@dataclass(frozen=True)
class Span:
    """A stretch of text of one look. "\\n" is a soft break, "\\t" a tab. `code`: Markdown instead of text."""

    text: str
    look: tuple[tuple[str, str], ...] = ()
    link: str = ""
    code: str = ""

    def has(self, name: str) -> str:
        return next((found for key, found in self.look if key == name), "")


@dataclass
class Paragraph:
    line: int  # the number of the paragraph in the file, from 1
    spans: list[Span]
    style: str = ""  # folded name
    level: int | None = None  # of a heading, from 1
    label: str = ""  # the number that Word prints before it ("Câu 3:", "a)")
    depth: int = -1  # in a list; -1: in none
    bullet: bool = False
    centred: bool = False

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass
class Cell:
    blocks: list["Block"]
    width: int = 1  # columns
    below: bool = False  # goes on with the cell above


@dataclass
class Table:
    line: int
    rows: list[list[Cell]]


Block = Paragraph | Table


@dataclass
class Findings:
    """What is not in the draft, and what its author should look at."""

    skipped: list[Skipped] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)  # in their order, each once

    def skip(self, line: int, what: str, reason: str) -> None:
        self.skipped.append(Skipped(line, " ".join(what.split()) or "(trống)", reason))

    def warn(self, text: str) -> None:
        self.warnings[text] = None


@dataclass
class Document:
    blocks: list[Block]
    notes: dict[str, list[Block]]  # footnotes and endnotes by their labels "1", "2", …
    media: dict[str, bytes]


def read_document(package: Package, findings: Findings) -> Document:
    """All of a Word file that can be carried over."""
    walk = _Walk(package, findings)
    root = package.xml(package.main)
    body = None if root is None else root.find(WORD + "body")
    blocks = walk.blocks(body) if body is not None else []
    notes = walk.notes()
    beside = walk.headers()
    _modernise([*blocks, *(block for note in notes.values() for block in note), *beside], findings)
    for block in beside:
        findings.skip(0, plain([block]), "Đầu trang, chân trang không thuộc nội dung bài.")
    walk.comments()
    return Document(blocks, notes, walk.media)


def plain(blocks: Iterable[Block]) -> str:
    """The bare text of blocks."""
    return " ".join(" ".join(paragraph.text.split()) for paragraph in paragraphs(blocks)).strip()


def paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs(cell.blocks)


class _Walk:
    def __init__(self, package: Package, findings: Findings) -> None:
        self.package = package
        self.findings = findings
        self.styles = Styles(_part(package, "styles"))
        self.numbering = Numbering(_part(package, "numbering"))
        self.part = package.main
        self.relations: dict[str, Relation] = package.relations(package.main)
        self.media: dict[str, bytes] = {}
        self.labels: dict[tuple[str, str], str] = {}  # of notes by their kind and id
        self.commented: dict[str, int] = {}
        self.line = 0
        self.spans: list[Span] = []
        self.boxes: list[Any] = []
        self.base: Look = {}
        self.links: list[str] = []  # of the fields that are open

    # --- Blocks

    def blocks(self, element: Any) -> list[Block]:
        made: list[Block] = []
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == WORD + "p":
                made += self.paragraph(child)
            elif name == WORD + "tbl":
                made.append(self.table(child))
            elif name == WORD + "altChunk":
                self.findings.skip(
                    self.line, "Tệp lồng bên trong (altChunk)", "Không đọc được tệp lồng trong tệp."
                )
            elif name in _DELETED:
                self.deleted(child)
            elif name == COMPATIBILITY + "AlternateContent":
                made += self.blocks(_chosen(child))
            elif name == WORD + "sdt":
                content = child.find(WORD + "sdtContent")
                made += self.blocks(content) if content is not None else []
            elif name in _WRAPPERS:
                made += self.blocks(child)
            elif name == MATHS + "oMathPara":
                self.line += 1
                self.spans = []
                self.maths(child)
                made.append(Paragraph(self.line, self.spans))
        return made

    def paragraph(self, element: Any) -> list[Block]:
        self.line += 1
        if self.line > MOST_PARAGRAPHS:
            raise UnreadableError(
                f"Tệp Word có hơn {MOST_PARAGRAPHS} đoạn. Hãy chia thành nhiều tệp rồi nhập từng phần."
            )
        properties = element.find(WORD + "pPr")
        style = self.styles.of(
            (val(properties.find(WORD + "pStyle")) if properties is not None else "") or self.styles.paragraph
        )
        outer = (self.line, self.spans, self.boxes, self.base)
        self.spans, self.boxes = [], []
        self.base = {**self.styles.defaults, **style.look}
        self.inline(element)
        level = outline(properties)
        made = Paragraph(
            self.line,
            _joined(self.spans),
            style.name,
            style.level if level is None else level or None,
            centred=properties is not None and val(properties.find(WORD + "jc")) == "center",
        )
        numbered = list_of(properties, style.number)
        # Word counts an empty paragraph of a list, too.
        label = numbered and self.numbering.next(*numbered)
        if label:
            made.label, made.bullet = label.text, label.bullet
            made.depth = max(label.depth, _depth_of(made.style))
        boxes = self.boxes
        _, self.spans, self.boxes, self.base = outer
        found: list[Block] = [made]
        for box in boxes:
            found += self.blocks(box)
        return found

    def table(self, element: Any) -> Table:
        line = self.line + 1
        rows = [self.row(row) for row in _within(element, WORD + "tr")]
        return Table(line, [row for row in rows if row])

    def row(self, element: Any) -> list[Cell]:
        cells: list[Cell] = []
        for cell in _within(element, WORD + "tc"):
            properties = cell.find(WORD + "tcPr")
            span = None if properties is None else properties.find(WORD + "gridSpan")
            merged = None if properties is None else properties.find(WORD + "vMerge")
            below = merged is not None and val(merged) != "restart"
            cells.append(Cell(self.blocks(cell), min(max(whole(val(span), 1), 1), 60), below))
        return cells

    # --- What stands in a paragraph

    def inline(self, element: Any) -> None:
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == WORD + "r":
                self.run(child)
            elif name == WORD + "hyperlink":
                self.linked(child)
            elif name in _DELETED:
                self.deleted(child)
            elif name == COMPATIBILITY + "AlternateContent":
                self.inline(_chosen(child))
            elif name == WORD + "sdt":
                content = child.find(WORD + "sdtContent")
                if content is not None:
                    self.inline(content)
            elif name in (MATHS + "oMath", MATHS + "oMathPara"):
                self.maths(child)
            elif name in _WRAPPERS:
                self.inline(child)

    def linked(self, element: Any) -> None:
        relation = self.relations.get(element.get(RELATED + "id", ""))
        target = relation.target if relation and relation.external else ""
        if target and not target.lower().startswith(_ADDRESSES):
            self.findings.warn(
                f"Đoạn {self.line}: liên kết tới “{target[:80]}” không dùng được trên web; chỉ giữ chữ."
            )
            target = ""
        self.links.append(target)
        self.inline(element)
        self.links.pop()

    def run(self, element: Any) -> None:
        properties = element.find(WORD + "rPr")
        direct = look(properties)
        style = self.styles.of(direct["style"]).look if direct.get("style") else {}
        seen = {**self.base, **style, **direct}
        if seen.get("hidden"):
            text = _text(element)
            if text.strip():
                self.findings.skip(self.line, text, "Chữ ẩn (hidden) trong tệp Word.")
            return
        shown = tuple(sorted((key, found) for key, found in seen.items() if found and key in _SHOWN))
        self.content(element, shown)

    def content(self, element: Any, shown: tuple[tuple[str, str], ...]) -> None:
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == WORD + "t":
                self.add(child.text or "", shown)
            elif name in _SIGNS:
                self.add(_SIGNS[name], shown)
            elif name == WORD + "br":
                self.add(" " if value(child, "type") in ("page", "column") else "\n", shown)
            elif name == WORD + "sym":
                self.add(_symbol(value(child, "font"), value(child, "char")), shown)
            elif name in _NOTE_MARKS:
                label = self.labels.setdefault(
                    (_NOTE_MARKS[name], value(child, "id")), str(len(self.labels) + 1)
                )
                self.spans.append(Span("", code=f"[^{label}]"))
            elif name == WORD + "commentReference":
                self.commented[value(child, "id")] = self.line
            elif name == WORD + "instrText":
                self.field(child.text or "")
            elif name == WORD + "fldChar":
                self.field_sign(value(child, "fldCharType"))
            elif name in (WORD + "drawing", WORD + "pict", WORD + "object"):
                self.drawing(child)
            elif name == COMPATIBILITY + "AlternateContent":
                self.content(_chosen(child), shown)
            elif name == WORD + "ruby":
                base = child.find(WORD + "rubyBase")
                if base is not None:
                    self.inline(base)
            elif name == WORD + "delText":
                self.findings.skip(self.line, child.text or "", _DELETED_REASON)

    def add(self, text: str, shown: tuple[tuple[str, str], ...]) -> None:
        if text:
            self.spans.append(Span(text, shown, next((link for link in reversed(self.links) if link), "")))

    def deleted(self, element: Any) -> None:
        text = _text(element)
        if text.strip():
            self.findings.skip(self.line, text, _DELETED_REASON)

    # A field is a code (never shown) and its result (shown). Only links matter here.
    fields = 0

    def field_sign(self, kind: str) -> None:
        if kind == "begin":
            self.fields += 1
            self.links.append("")
        elif kind == "end" and self.fields:
            self.fields -= 1
            if self.links:
                self.links.pop()

    def field(self, code: str) -> None:
        words = code.split()
        if self.fields and self.links and len(words) > 1 and words[0].upper() == "HYPERLINK":
            target = words[1].strip('"')
            if target.lower().startswith(_ADDRESSES):
                self.links[-1] = target

    # --- Pictures, drawings, formulas

    def drawing(self, element: Any) -> None:
        properties = next(iter(_outside_boxes(element, "docPr")), None)
        alt = ""
        if properties is not None:
            alt = properties.get("descr", "") or properties.get("title", "")
        found = False
        for child in _outside_boxes(element):
            name = child.tag
            if name == WORD + "txbxContent":
                self.boxes.append(child)
                found = True
            elif name == DRAWING + "blip" and (
                key := child.get(RELATED + "embed") or child.get(RELATED + "link")
            ):
                found = True
                self.picture(key, alt)
            elif name == VML + "imagedata" and (key := child.get(RELATED + "id")):
                found = True
                self.picture(key, alt or child.get("{urn:schemas-microsoft-com:office:office}title", ""))
            elif (
                name == DRAWING + "graphicData"
                and (sort := child.get("uri", "").rpartition("/")[2]) in _GRAPHICS
            ):
                found = True
                self.findings.skip(self.line, f"{_GRAPHICS[sort]} {self.words_of(child)}", _GRAPHIC_REASON)
            elif name.endswith("}OLEObject"):
                kind = child.get("ProgID", "")
                self.findings.skip(
                    self.line,
                    f"Đối tượng nhúng {kind}",
                    "Đối tượng nhúng không chuyển được; chỉ giữ hình của nó nếu có. Hãy gõ lại phần này.",
                )
                found = True
        if not found and element.tag != WORD + "pict":
            self.findings.skip(self.line, "Hình vẽ", "Hình vẽ bằng công cụ của Word không chuyển được.")

    def picture(self, key: str, alt: str) -> None:
        relation = self.relations.get(key)
        if relation is None or relation.external:
            what = relation.target if relation else alt
            self.findings.skip(
                self.line, f"Hình {what}", "Hình nằm ngoài tệp Word. Hãy chèn hình vào tệp rồi nhập lại."
            )
            return
        data = self.package.part(relation.target)
        name = relation.target.rpartition("/")[2]
        kind = picture_kind(data or b"")
        if data is None or not kind:
            self.findings.skip(
                self.line,
                f"Hình {name} {alt}",
                "Hình không thuộc loại PNG, JPEG, GIF, WebP. Hãy lưu thành PNG rồi chèn lại.",
            )
            return
        path = f"images/{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        self.media[path] = data
        alt = " ".join(alt.split())
        self.spans.append(Span("", code=f"![{alt}]({path})"))

    def words_of(self, element: Any) -> str:
        """The words in a diagram or a chart, which stand in parts of their own."""
        words: list[str] = []
        for child in element.iter():
            for name, key in child.attrib.items():
                relation = self.relations.get(key) if name.startswith(RELATED) else None
                root = self.package.xml(relation.target) if relation and not relation.external else None
                if root is not None:
                    words += (text.text or "" for text in root.iter(DRAWING + "t"))
        return " ".join(words)

    def maths(self, element: Any) -> None:
        text = _formula(element)
        self.add(text, ())
        self.findings.warn(
            f"Đoạn {self.line}: công thức “{text}” chỉ giữ được chữ; hãy xem lại cách viết công thức này."
        )
        for part in element.iter(WORD + "t"):
            self.add(part.text or "", ())

    # --- Notes, headers, comments

    def notes(self) -> dict[str, list[Block]]:
        """The notes that the text refers to; a note that nothing refers to is told."""
        found: dict[str, list[Block]] = {}
        for kind in ("footnotes", "endnotes"):
            for part in self.package.related(kind):
                root = self._enter(part)
                for note in () if root is None else root:
                    if value(note, "type") in ("separator", "continuationSeparator", "continuationNotice"):
                        continue
                    blocks = self.blocks(note)
                    label = self.labels.get((kind, value(note, "id")))
                    if label:
                        found[label] = blocks
                    elif plain(blocks):
                        self.findings.skip(
                            0, plain(blocks), "Chú thích không còn chỗ nào trong bài nhắc tới."
                        )
        return found

    def headers(self) -> list[Block]:
        """Texts of headers and footers, each once."""
        made: dict[str, Block] = {}
        for kind in ("header", "footer"):
            for part in self.package.related(kind):
                root = self._enter(part)
                for block in self.blocks(root) if root is not None else ():
                    text = plain([block])
                    if any(letter.isalpha() for letter in text):
                        made.setdefault(text, block)
        return list(made.values())

    def comments(self) -> None:
        for part in self.package.related("comments"):
            root = self._enter(part)
            for comment in () if root is None else root.iter(WORD + "comment"):
                line = self.commented.get(value(comment, "id"), 0)
                text = " ".join(_text(one) for one in comment.iter(WORD + "p"))
                who = value(comment, "author")
                self.findings.skip(line, f"{who}: {text}", "Nhận xét (comment) không thuộc nội dung bài.")

    def _enter(self, part: str) -> Any | None:
        self.relations = self.package.relations(part)
        self.links, self.fields = [], 0
        self.line = 0
        return self.package.xml(part)


_LIST_STYLE = re.compile(r"list (?:bullet|number|continue) ([2-5])")


def _depth_of(style: str) -> int:
    """Word's own styles of lists within lists say so in their names: each is a list of its own to Word."""
    found = _LIST_STYLE.fullmatch(style)
    return int(found[1]) - 1 if found else 0


def _formula(element: Any) -> str:
    """A formula in one line: (a + b)/c."""
    if element.tag == MATHS + "t":
        return element.text or ""
    parts = [text for child in element if (text := _formula(child))]
    joints = {"f": "/", "sSup": "^", "sSub": "_"}
    joint = next((sign for name, sign in joints.items() if element.tag == MATHS + name), "")
    if joint:
        return joint.join(part if part.isalnum() else f"({part})" for part in parts)
    return "".join(parts)


def _part(package: Package, kind: str) -> Any | None:
    name = next(iter(package.related(kind)), None)
    return None if name is None else package.xml(name)


_SHOWN = frozenset(("bold", "italic", "underline", "strike", "colour", "marker", "shade", "raised", "font"))
_ADDRESSES = ("http://", "https://", "mailto:")
_DELETED = frozenset((WORD + "del", WORD + "moveFrom"))
_DELETED_REASON = "Đã bị xóa hoặc chuyển chỗ (theo dõi thay đổi)."
_WRAPPERS = frozenset(
    WORD + name
    for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent")
)
_SIGNS = {
    WORD + "tab": "\t",
    WORD + "ptab": "\t",
    WORD + "cr": "\n",
    WORD + "noBreakHyphen": "-",
    WORD + "softHyphen": "\u00ad",
}
_NOTE_MARKS = {WORD + "footnoteReference": "footnotes", WORD + "endnoteReference": "endnotes"}
_GRAPHICS = {"chart": "Biểu đồ", "diagram": "Sơ đồ SmartArt", "chartex": "Biểu đồ"}
_GRAPHIC_REASON = (
    "Biểu đồ, SmartArt không chuyển được. Hãy chụp thành hình PNG rồi chèn lại, hoặc viết thành lời."
)
# Check marks as fonts of symbols hold them.
_SYMBOLS = {
    "FC": "✓",
    "FE": "☑",
    "FD": "☒",
    "FB": "✗",
    "A8": "☐",
    "6F": "☐",
    "71": "☐",
    "52": "☑",
    "54": "☒",
    "E0": "→",
    "F0": "⇨",
    "A7": "▪",
    "B7": "•",
    "D8": "➢",
}


def _symbol(font: str, code: str) -> str:
    return (
        _SYMBOLS.get(code[-2:].upper(), "")
        if "dings" in font.casefold() or "symbol" in font.casefold()
        else ""
    )


def _within(element: Any, name: str) -> Iterator[Any]:
    """The children of a name, also those in wrappers (content controls, inserted rows)."""
    for child in element:
        if child.tag == name:
            yield child
        elif child.tag == WORD + "sdt":
            content = child.find(WORD + "sdtContent")
            if content is not None:
                yield from _within(content, name)
        elif child.tag in _WRAPPERS:
            yield from _within(child, name)
        elif child.tag == COMPATIBILITY + "AlternateContent":
            yield from _within(_chosen(child), name)


def _outside_boxes(element: Any, name: str = "") -> Iterator[Any]:
    """What a drawing holds; a text box is given, but not entered; of alternatives the first is."""
    stack = [element]
    while stack:
        current = stack.pop()
        if not isinstance(current.tag, str):
            continue
        if current.tag == COMPATIBILITY + "AlternateContent":
            stack += reversed(list(_chosen(current)))
            continue
        if not name or current.tag.endswith("}" + name):
            yield current
        if current.tag != WORD + "txbxContent":
            stack += reversed(list(current))


def _chosen(element: Any) -> Any:
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


def _text(element: Any) -> str:
    return "".join(
        " " if part.tag in (WORD + "tab", WORD + "br") else part.text or ""
        for part in element.iter(WORD + "t", WORD + "delText", WORD + "tab", WORD + "br")
    )


def picture_kind(data: bytes) -> str:
    """The ending that belongs to the bytes of a picture, "" for one that phones do not show."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _joined(spans: list[Span]) -> list[Span]:
    """Neighbours of one look together; blanks behind blanks left out."""
    made: list[Span] = []
    for span in spans:
        last = made[-1] if made else None
        blank = bool(span.text) and not span.text.strip(" \t")
        if last and blank and last.text.endswith((" ", "\t")):
            continue
        if last and not last.code and not span.code and (last.look, last.link) == (span.look, span.link):
            made[-1] = replace(last, text=last.text + span.text)
        else:
            made.append(span)
    return made


# --- Fonts of before Unicode


# Spaces of all sorts are spaces; what has no width is nothing.
_CLEAN: dict[int, str] = {
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(
        (0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(9), 11, 12, *range(14, 32)), ""
    ),
    0x2028: "\n",
    0x2029: "\n",
    0x01A2: "Ư",
    0x01A3: "ư",
}


_GAP = re.compile("[ \t]{5,}")


def _modernise(blocks: list[Block], findings: Findings) -> None:
    """Texts in TCVN3 and VNI become Unicode: by the name of the font, or where that says nothing by the text itself."""
    all_paragraphs = list(paragraphs(blocks))
    by_font: dict[str, list[str]] = defaultdict(list)
    for paragraph in all_paragraphs:
        for span in paragraph.spans:
            by_font[span.has("font")].append(span.text)
    known: dict[str, Encoding | None] = {
        font: encoding_of_font(font) or guess(" ".join(texts)) for font, texts in by_font.items()
    }
    converted: set[str] = set()
    for paragraph in all_paragraphs:
        # The file may be of both sorts under one name: then each paragraph speaks for itself.
        unsure = " ".join(span.text for span in paragraph.spans if not known[span.has("font")])
        own = guess(unsure)
        for at, span in enumerate(paragraph.spans):
            encoding = known[span.has("font")] or own
            text = span.text
            if encoding and not (text.isascii() and encoding != "tcvn3-capitals"):
                text = to_unicode(text, encoding)
                if text != span.text:
                    converted.add("VNI" if encoding == "vni" else "TCVN3")
            text = _GAP.sub("    ", unicodedata.normalize("NFC", text.translate(_CLEAN)))
            look = tuple((key, found) for key, found in span.look if key != "font")
            paragraph.spans[at] = replace(span, text=text, look=look)
        paragraph.spans = _joined(paragraph.spans)
    for name in sorted(converted):
        findings.warn(f"Chữ gõ bằng phông {name} đã được chuyển sang Unicode. Hãy đọc lại, nhất là chữ hoa.")

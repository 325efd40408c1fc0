"""The text of a Word file in its order: paragraphs of spans, and tables. What is left out is told to `Findings`.

It walks the XML itself, for Word's own order is the only one: text boxes, inserted and deleted text, fields, notes and
the numbers that Word prints by itself all stand within the paragraphs.
"""

import re
from typing import Any

from learning.content.exchange.bank import UnreadableError
from learning.content.exchange.word.document import (
    Block,
    Cell,
    Document,
    Findings,
    Paragraph,
    Span,
    Table,
    joined,
    plain,
)
from learning.content.exchange.word.drawings import Drawings
from learning.content.exchange.word.elements import (
    COMPATIBILITY,
    DELETED,
    MATHS,
    RELATED,
    WORD,
    WRAPPERS,
    chosen,
    text_of,
    val,
    value,
    whole,
    within,
)
from learning.content.exchange.word.modernising import modernise
from learning.content.exchange.word.package import Package, Relation
from learning.content.exchange.word.signs import formula, symbol
from learning.content.exchange.word.styles import Look, Numbering, Styles, list_of, look, outline

MOST_PARAGRAPHS = 50_000


def read_document(package: Package, findings: Findings) -> Document:
    """All of a Word file that can be carried over."""
    walk = _Walk(package, findings)
    root = package.xml(package.main)
    body = None if root is None else root.find(WORD + "body")
    blocks = walk.blocks(body) if body is not None else []
    notes = walk.notes()
    beside = walk.headers()
    modernise([*blocks, *(block for note in notes.values() for block in note), *beside], findings)
    for block in beside:
        findings.skip(0, plain([block]), "Đầu trang, chân trang không thuộc nội dung bài.")
    walk.comments()
    return Document(blocks, notes, walk.drawings.media)


class _Walk:
    def __init__(self, package: Package, findings: Findings) -> None:
        self.package = package
        self.findings = findings
        self.styles = Styles(_part(package, "styles"))
        self.numbering = Numbering(_part(package, "numbering"))
        self.relations: dict[str, Relation] = package.relations(package.main)
        self.drawings = Drawings(package, findings)
        self.labels: dict[tuple[str, str], str] = {}  # of notes by their kind and id
        self.referred: dict[tuple[str, str], int] = {}  # the line that refers to a note
        self.commented: dict[str, int] = {}
        self.line = 0
        self.counted = True  # whether the paragraphs at hand are those of the text: others have no number
        self.met = 0  # paragraphs of all parts
        self.spans: list[Span] = []
        self.boxes: list[Any] = []
        self.base: Look = {}
        self.links: list[str] = []  # of the hyperlinks and fields that are open
        self.codes: list[str] = []  # of the fields that are open

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
            elif name in DELETED:
                self.deleted(child)
            elif name == COMPATIBILITY + "AlternateContent":
                made += self.blocks(chosen(child))
            elif name == WORD + "sdt":
                content = child.find(WORD + "sdtContent")
                made += self.blocks(content) if content is not None else []
            elif name in WRAPPERS:
                made += self.blocks(child)
            elif name == MATHS + "oMathPara":
                self.next_line()
                self.spans = []
                self.maths(child)
                made.append(Paragraph(self.line, self.spans))
        return made

    def paragraph(self, element: Any) -> list[Block]:
        self.next_line()
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
            joined(self.spans),
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

    def next_line(self) -> None:
        self.met += 1
        if self.met > MOST_PARAGRAPHS:
            raise UnreadableError(
                f"Tệp Word có hơn {MOST_PARAGRAPHS} đoạn. Hãy chia thành nhiều tệp rồi nhập từng phần."
            )
        self.line += self.counted

    def table(self, element: Any) -> Table:
        line = self.line + self.counted
        rows = [self.row(row) for row in within(element, WORD + "tr")]
        return Table(line, [row for row in rows if row])

    def row(self, element: Any) -> list[Cell]:
        cells: list[Cell] = []
        for cell in within(element, WORD + "tc"):
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
            elif name in DELETED:
                self.deleted(child)
            elif name == COMPATIBILITY + "AlternateContent":
                self.inline(chosen(child))
            elif name == WORD + "sdt":
                content = child.find(WORD + "sdtContent")
                if content is not None:
                    self.inline(content)
            elif name in (MATHS + "oMath", MATHS + "oMathPara"):
                self.maths(child)
            elif name in WRAPPERS:
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
            text = text_of(element)
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
                self.symbol(value(child, "font"), value(child, "char"), shown)
            elif name in _NOTE_MARKS:
                note = _NOTE_MARKS[name], value(child, "id")
                label = self.labels.setdefault(note, str(len(self.labels) + 1))
                self.referred.setdefault(note, self.line)
                self.spans.append(Span("", code=f"[^{label}]"))
            elif name == WORD + "commentReference":
                self.commented[value(child, "id")] = self.line
            elif name == WORD + "instrText":
                self.field(child.text or "")
            elif name == WORD + "fldChar":
                self.field_sign(value(child, "fldCharType"))
            elif name in (WORD + "drawing", WORD + "pict", WORD + "object"):
                drawn = self.drawings.read(child, self.line, self.relations)
                self.spans += drawn.spans
                self.boxes += drawn.boxes
            elif name == COMPATIBILITY + "AlternateContent":
                self.content(chosen(child), shown)
            elif name == WORD + "ruby":
                base = child.find(WORD + "rubyBase")
                if base is not None:
                    self.inline(base)
            elif name == WORD + "delText":
                self.findings.skip(self.line, child.text or "", _DELETED_REASON)

    def add(self, text: str, shown: tuple[tuple[str, str], ...]) -> None:
        if text:
            self.spans.append(Span(text, shown, next((link for link in reversed(self.links) if link), "")))

    def symbol(self, font: str, code: str, shown: tuple[tuple[str, str], ...]) -> None:
        sign = symbol(font, code)
        self.add(sign, shown)
        if not sign:
            self.findings.skip(
                self.line,
                f"Ký hiệu {code} của phông {font}",
                "Ký hiệu này không có chữ tương ứng. Hãy gõ lại bằng chữ, hoặc chèn thành hình.",
            )

    def deleted(self, element: Any) -> None:
        text = text_of(element)
        if text.strip():
            self.findings.skip(self.line, text, _DELETED_REASON)

    # A field is a code (never shown) and its result (shown). Only links matter here.
    def field_sign(self, kind: str) -> None:
        if kind == "begin":
            self.codes.append("")
            self.links.append("")
        elif kind == "end" and self.codes:
            self.codes.pop()
            if self.links:
                self.links.pop()

    def field(self, code: str) -> None:
        """A piece of a field's code: Word cuts it anywhere, so that the address is whole with the last piece only."""
        if not self.codes:
            return
        self.codes[-1] += code
        words = self.codes[-1].split()
        if self.links and len(words) > 1 and words[0].upper() == "HYPERLINK":
            target = words[1].strip('"')
            if target.lower().startswith(_ADDRESSES):
                self.links[-1] = target

    def maths(self, element: Any) -> None:
        text = formula(element)
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
                    key = kind, value(note, "id")
                    self.line = self.referred.get(key, 0)
                    blocks = self.blocks(note)
                    label = self.labels.get(key)
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
                text = " ".join(text_of(one) for one in comment.iter(WORD + "p"))
                who = value(comment, "author")
                self.findings.skip(line, f"{who}: {text}", "Nhận xét (comment) không thuộc nội dung bài.")

    def _enter(self, part: str) -> Any | None:
        self.relations = self.package.relations(part)
        self.links, self.codes = [], []
        self.line, self.counted = 0, False
        return self.package.xml(part)


_LIST_STYLE = re.compile(r"list (?:bullet|number|continue) ([2-5])")


def _depth_of(style: str) -> int:
    """Word's own styles of lists within lists say so in their names: each is a list of its own to Word."""
    found = _LIST_STYLE.fullmatch(style)
    return int(found[1]) - 1 if found else 0


def _part(package: Package, kind: str) -> Any | None:
    name = next(iter(package.related(kind)), None)
    return None if name is None else package.xml(name)


_SHOWN = frozenset(("bold", "italic", "underline", "strike", "colour", "marker", "shade", "raised", "font"))
_ADDRESSES = ("http://", "https://", "mailto:")
_DELETED_REASON = "Đã bị xóa hoặc chuyển chỗ (theo dõi thay đổi)."
_SIGNS = {
    WORD + "tab": "\t",
    WORD + "ptab": "\t",
    WORD + "cr": "\n",
    WORD + "noBreakHyphen": "-",
    WORD + "softHyphen": "\u00ad",
}
_NOTE_MARKS = {WORD + "footnoteReference": "footnotes", WORD + "endnoteReference": "endnotes"}

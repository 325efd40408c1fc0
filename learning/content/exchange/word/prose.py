"""Paragraphs, lists and tables of a document as the Markdown of a lesson's body."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from learning.content import makeshift
from learning.content.exchange.word.document import Block, Findings, Span, Table
from learning.content.exchange.word.lines import Item, Line, bare, items_of, markdown
from learning.content.prose import says_nothing

DEEPEST_HEADING = 6  # Markdown has no more; Word has nine
DEEPEST_LIST = 4


class Prose:
    """Writes items as Markdown. `notes` are footnotes by label, each written behind the block that refers to it."""

    def __init__(self, notes: Mapping[str, Sequence[Block]], findings: Findings) -> None:
        self.notes = notes
        self.findings = findings
        self.noted: set[str] = set()

    def body(self, items: Sequence[Item], title: str) -> str:
        """Blocks of Markdown. A heading's level is that of its paragraph, 2 for the highest."""
        blocks: list[list[str]] = []  # lines of each
        after = ""  # the kind of the block before: "list", "text"
        dash = ""
        caption = dict(_captions(items))
        for at, item in enumerate(items):
            kind, text = "text", ""
            if isinstance(item, Table):
                text = self.table(item)
            elif not item.blank:
                line = item if not caption.get(at) else _with_alt(item, caption[at])
                kind, text, dash = self.line(line, after, dash)
            else:
                continue
            text = self.pictures(text, title, item.line if isinstance(item, Table) else item.number)
            if not text.strip():
                continue
            if kind == "list" and after == "list":
                blocks[-1].append(text)
            else:
                blocks.append([text])
            if notes := list(self.notes_in(text)):
                if kind != "text" or text.startswith("|"):
                    blocks.append([])
                blocks[-1].append("\n\n".join(notes))
                kind = "text"
            after = kind
        return "\n\n".join("\n".join(lines) for lines in blocks)

    def line(self, line: Line, after: str, dash: str) -> tuple[str, str, str]:
        """The kind of block a line is, its Markdown, and the sign of the list that is open."""
        self.say_looks(line)
        paragraph = line.paragraph
        if paragraph.level and bare(line.spans):
            return "heading", "#" * min(paragraph.level + 1, DEEPEST_HEADING) + " " + bare(line.spans), ""
        if paragraph.bullet and _first(line):
            depth = min(max(paragraph.depth, 0), DEEPEST_LIST)
            depth = depth if after == "list" else 0
            return "list", "  " * depth + "- " + markdown(line.spans), ""
        if found := _TYPED.match(line.text):
            # `-` holds `+`, as letters of offices do.
            sign = found["sign"]
            inner = after == "list" and dash and sign != dash
            text = markdown(line.part(found.end()).spans)
            return "list", ("  " if inner else "") + "- " + text, dash if inner else sign
        if _STEP.fullmatch(paragraph.label) and _first(line):
            depth = min(max(paragraph.depth, 0), DEEPEST_LIST) if after == "list" else 0
            text = markdown(line.part(len(paragraph.label) + 1).spans)
            return "list", "   " * depth + f"{paragraph.label[:-1]}. {text}", ""
        return "text", markdown(line.spans), ""

    def say_looks(self, line: Line) -> None:
        """Looks that Markdown has no word for."""
        struck = "".join(span.text for span in line.spans if span.has("strike")).strip()
        if struck:
            self.findings.warn(
                f"Đoạn {line.number}: chữ bị gạch ngang “{struck[:60]}” được giữ như chữ thường."
            )
        if any(
            span.has(look)
            for span in line.spans
            for look in ("underline", "colour", "marker")
            if span.text.strip()
        ):
            self.findings.warn(
                "Màu chữ, tô nền và gạch chân trong bài không được giữ. Chỗ cần nhấn mạnh, hãy in đậm."
            )

    # --- Tables

    def table(self, table: Table) -> str:
        """A pipe table; its first row is the header. What is merged is said once."""
        rows: list[list[str]] = []
        merged = False
        for row in table.rows:
            cells: list[str] = []
            for cell in row:
                merged = merged or cell.below or cell.width > 1
                cells += [self.cell(cell.blocks), *[""] * (cell.width - 1)]
            rows.append(cells)
        rows = [row for row in rows if any(row)]
        if not rows:
            return ""
        if merged:
            self.findings.warn(
                f"Bảng ở đoạn {table.line} có ô gộp: chữ chỉ viết một lần, các ô còn lại để trống. Hãy xem lại bảng này."
            )
        width = max(map(len, rows))
        lines = [row + [""] * (width - len(row)) for row in rows]
        lines.insert(1, ["---"] * width)
        return "\n".join("| " + " | ".join(row) + " |" for row in lines)

    def cell(self, blocks: Sequence[Block]) -> str:
        parts: list[str] = []
        for item in items_of(blocks):
            if isinstance(item, Table):
                self.findings.warn(f"Bảng ở đoạn {item.line} nằm trong một bảng khác: chỉ giữ chữ.")
                parts.append(" ".join(self.cell(cell.blocks) for row in item.rows for cell in row))
            else:
                parts.append(markdown(item.spans))
        text = ""
        for part in filter(None, parts):
            joint = "" if not text else " " if text.endswith((".", ":", ";", ",", "?", "!")) else "; "
            text += joint + part
        return re.sub(r"(?<!\\)\|", "\\|", text)

    # --- Notes and pictures

    def notes_in(self, text: str) -> Iterator[str]:
        for label in re.findall(r"\[\^([0-9]+)\](?!:)", text):
            if label in self.notes and label not in self.noted:
                self.noted.add(label)
                yield f"[^{label}]: {self.cell(self.notes[label])}"

    def without_notes(self, text: str) -> str:
        """Where there can be no footnotes, they are said in brackets."""

        def said(found: re.Match[str]) -> str:
            self.noted.add(found[1])
            note = self.cell(self.notes.get(found[1], ()))
            return f" (Chú thích: {note})" if note else ""

        return re.sub(r"\[\^([0-9]+)\]", said, text)

    def pictures(self, text: str, title: str, line: int) -> str:
        """A picture without words for those who do not see it gets some, and its author is told."""

        def named(found: re.Match[str]) -> str:
            alt, path = re.sub(r"[\[\]\\`*_<>]", " ", found[1]).strip(), found[2]
            if says_nothing(alt, path) or re.fullmatch(r"[\w.-]+\.(?:png|jpe?g|gif|bmp|emf|wmf|webp)", alt):
                alt = makeshift.picture(bare_title(title))
                self.findings.warn(
                    f"Đoạn {line}: hình chưa có lời mô tả (alt). Hãy viết hình cho thấy điều gì."
                )
            return f"![{' '.join(alt.split())}]({path})"

        return re.sub(r"!\[([^\n]*?)\]\((images/[0-9a-f]+\.[a-z]+)\)", named, text)


def bare_title(title: str) -> str:
    return " ".join(re.sub(r"[\[\]\\`*_<>]", " ", title).split())[:80] or "bài"


_TYPED = re.compile(r"\s*(?P<sign>[-–—+•·▪■●○◦*✓➢➤✔o](?=\s)|[-–+•▪](?=[^\W\d]))\s*(?=\S)")
_STEP = re.compile(r"(?P<number>[0-9]{1,3})[.)]")
_CAPTION = re.compile(
    r"\s*(?:Hình|Ảnh|Sơ đồ|Biểu đồ|Lưu đồ)\s*[0-9.]*\s*[.:–-]\s*(?P<text>\S.{5,})", re.IGNORECASE
)


def _first(line: Line) -> bool:
    """Whether a line is the first one of its paragraph."""
    return line.labelled or not line.paragraph.label


def _captions(items: Sequence[Item]) -> Iterator[tuple[int, str]]:
    """What stands under a picture as its caption says what it shows."""
    lines = [
        (at, item)
        for at, item in enumerate(items)
        if isinstance(item, Line) and (item.text.strip() or _pictures(item))
    ]
    for (at, line), (_, below) in pairwise(lines):
        if _pictures(line) and not line.text.strip() and (found := _CAPTION.match(below.text)):
            yield at, " ".join(found["text"].split())


def _pictures(line: Line) -> bool:
    return any(span.code.startswith("![") for span in line.spans)


def _with_alt(line: Line, alt: str) -> Line:
    said = re.sub(r"[\[\]]", " ", alt)
    spans = []
    for span in line.spans:
        found = re.fullmatch(r"!\[(.*)\]\((.*)\)", span.code)
        nothing = found is not None and says_nothing(found[1], found[2])
        spans.append(Span("", code=f"![{said}]({found[2]})") if found and nothing else span)
    return Line(line.number, tuple(spans), line.paragraph, line.labelled)

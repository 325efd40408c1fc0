"""What a Word file says, as plain values: paragraphs of spans, and tables; and what an author is told of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from learning.content.exchange.bank import Skipped


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


def joined(spans: list[Span]) -> list[Span]:
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

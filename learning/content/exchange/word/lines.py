"""Lines of a document as a reader sees them, and their Markdown.

Authors break paragraphs softly where they mean a new one; so a paragraph comes as lines. A line begins with the number
that Word prints before it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from learning.content.exchange.escaping import escaped
from learning.content.exchange.word.document import Block, Paragraph, Span, Table


@dataclass(frozen=True, eq=False)
class Line:
    number: int  # of its paragraph
    spans: tuple[Span, ...]
    paragraph: Paragraph = field(default_factory=lambda: Paragraph(0, []))
    labelled: bool = False  # the first span is the number that Word prints

    @cached_property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def blank(self) -> bool:
        return not self.text.strip() and not any(span.code for span in self.spans)

    @property
    def bold(self) -> bool:
        """Whether all that it says is bold."""
        letters = [span for span in self.spans if any(map(str.isalnum, span.text))]
        letters = letters[1:] if self.labelled and len(letters) > 1 else letters
        return bool(letters) and all(span.has("bold") for span in letters)

    def part(self, start: int, end: int | None = None) -> "Line":
        """From one place of its text to another."""
        return Line(self.number, tuple(cut(self.spans, start, end)), self.paragraph)


Item = Line | Table


def lines_of(paragraph: Paragraph) -> list[Line]:
    """A paragraph's lines; one that goes on in mid-sentence is one line."""
    made: list[list[Span]] = [[]]
    for span in paragraph.spans:
        first, *rest = span.text.split("\n")
        made[-1].append(replace(span, text=first))
        made += ([replace(span, text=text, code="")] for text in rest)
    joined: list[list[Span]] = []
    before = ""
    for spans in made:
        text = "".join(span.text for span in spans)
        begins, option = text.lstrip()[:1], re.match(r"\s*[a-h]\s?[.)/]", text)
        if before and begins.islower() and not option and before[-1] not in ".:;?!":
            joined[-1] += [Span(" "), *spans]
        else:
            joined.append(spans)
        before = text.rstrip() or before
    label = [Span(paragraph.label + " ")] if paragraph.label else []
    return [
        Line(paragraph.line, tuple(label + spans if at == 0 else spans), paragraph, bool(label) and at == 0)
        for at, spans in enumerate(joined)
        if at == 0 or any(span.text.strip() or span.code for span in spans)
    ]


def items_of(blocks: Iterable[Block]) -> list[Item]:
    items: list[Item] = []
    for block in blocks:
        if isinstance(block, Table):
            items.append(block)
        else:
            items += lines_of(block)
    return items


def cut(spans: Iterable[Span], start: int, end: int | None = None) -> list[Span]:
    """The spans between two places of their text; a picture belongs to what follows it."""
    made = []
    at = 0
    for span in spans:
        stop = at + len(span.text)
        if span.code:
            if at >= start and (end is None or at < end):
                made.append(span)
        elif stop > start and (end is None or at < end):
            made.append(replace(span, text=span.text[max(start - at, 0) : None if end is None else end - at]))
        at = stop
    return made


# --- Markdown


def markdown(spans: Sequence[Span], *, emphasis: bool = True, underlined: bool = False) -> str:
    """One line of Markdown. `underlined`: what is underlined is meant to be seen, and becomes bold."""
    shown = [_Shown.of(span, emphasis, underlined) for span in spans]
    made: list[_Shown] = []
    for one in shown:
        last = made[-1] if made else None
        if last and not last.code and not one.code and (last.mark, last.link) == (one.mark, one.link):
            made[-1] = replace(last, text=last.text + one.text)
        else:
            made.append(one)
    text = " ".join("".join(one.markdown() for one in made).split())
    return _line_start(text)


def bare(spans: Iterable[Span]) -> str:
    """The words alone, in one line."""
    return " ".join("".join(_raised(span) for span in spans).split())


@dataclass(frozen=True)
class _Shown:
    text: str
    mark: str = ""
    link: str = ""
    code: str = ""

    @classmethod
    def of(cls, span: Span, emphasis: bool, underlined: bool) -> "_Shown":
        bold = span.has("bold") or (underlined and span.has("underline"))
        mark = ("**" if bold else "") + ("*" if span.has("italic") else "")
        return cls(_raised(span), mark if emphasis else "", span.link, span.code)

    def markdown(self) -> str:
        if self.code:
            return self.code
        text = escaped(_BLANK.sub(lambda found: "…" * max(2, len(found[0]) // 3), self.text))
        inner = text.strip()
        if not any(map(str.isalnum, inner)):
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if self.link and " " not in self.link:
            address = (
                self.link.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
            )
            inner = f"[{inner}]({address})"
        return f"{before}{self.mark}{inner}{self.mark[::-1]}{after}"


_BLANK = re.compile(r"_{2,}")  # to be filled in by hand; it must not be taken for a gap
_START = re.compile(r"(#{1,6}|[-+>]|[0-9]{1,9}[.)])(?=\s|$)|(>|#|={2,}|-{3,}|~{3,})")


def _line_start(text: str) -> str:
    """A line that would begin a list, a heading, a quotation … says its first sign only."""
    if text.startswith("|"):
        return "&#124;" + text[1:]
    if re.match(r":\s", text):
        return "&#58;" + text[1:]
    if text.startswith(("=", "~")):
        return f"&#{ord(text[0])};" + text[1:]
    found = _START.match(text)
    if not found:
        return text
    if found[0][0].isdigit():
        return text[: found.end() - 1] + "\\" + text[found.end() - 1 :]
    return "\\" + text


_RAISED = {
    "superscript": str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


def _raised(span: Span) -> str:
    table = _RAISED.get(span.has("raised"))
    if table and all(ord(letter) in table for letter in span.text.strip()):
        return span.text.translate(table)
    return span.text

"""One `<question>` of Moodle XML: its texts in the formats that they say of themselves, and the files they show."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import unquote

from learning.content.exchange.bank import BankQuestion, Kind, Skipped
from learning.content.exchange.elements import name_of, words
from learning.content.exchange.escaping import escaped, legal, plain_blocks
from learning.content.exchange.markup import Markup
from learning.content.exchange.shapes import decimal, titled, worth

PLUGINFILE = "@@PLUGINFILE@@"


class Files:
    """The files that a question brings along. Each text has its own: what two answers call `image.png` are two."""

    def __init__(self, question: Any) -> None:
        self.found: dict[str, list[Any]] = {}  # by their paths
        self.used: set[Any] = set()
        self.holder: Any = None  # of the text that is being read
        for one in question.iter():
            if name_of(one) == "file":
                path = f"{one.get('path') or '/'}/{one.get('name') or ''}"
                self.found.setdefault(re.sub(r"/+", "/", path).strip("/"), []).append(one)

    def find(self, address: str) -> bytes | None:
        if not address.startswith(PLUGINFILE):
            return None
        path = unquote(address.removeprefix(PLUGINFILE).partition("?")[0]).strip("/")
        named = self.found.get(path)
        if not named:
            return None
        file = next((one for one in named if one.getparent() is self.holder), named[0])
        self.used.add(file)
        try:
            return base64.b64decode("".join((file.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            return None

    def unused(self) -> list[str]:
        return [path or "?" for path, named in self.found.items() for one in named if one not in self.used]


@dataclass
class Question:
    """One `<question>` and what its kinds are made of."""

    element: Any
    files: Files
    markup: Markup
    skipped: list[Skipped]  # of the whole file
    general: dict[str, tuple[int, int]]  # combined feedback of the whole file → first line, times

    @property
    def line(self) -> int:
        return self.element.sourceline or 0

    def tell(self, what: str, reason: str) -> None:
        """Names something of the question that is not kept."""
        if what:
            self.skipped.append(Skipped(self.line, what, reason))

    def made(self, kind: Kind, stem: str, **answer: Any) -> BankQuestion:
        """The question with what all kinds have; combined feedback is told of once for the whole file."""
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if text := words(text_of(self.element.find(name))):
                line, times = self.general.get(text, (self.line, 0))
                self.general[text] = (line, times + 1)
        name = words(escape(text_of(self.element.find("name"))))
        told = decimal(self.value("defaultgrade"))
        points = worth(told, self.markup.said, answer.pop("points", Decimal(1)))
        return BankQuestion(
            kind=kind,
            stem=stem,
            title=titled(name, stem),
            key=self.value("idnumber"),
            name=name,
            points=points,
            tags=tuple(
                filter(None, (words(escape(text_of(tag))) for tag in self.element.findall("tags/tag")))
            ),
            hints=tuple(filter(None, (self.block(hint) for hint in self.element.findall("hint")))),
            explanation=self.block(self.element.find("generalfeedback")),
            line=self.line,
            **answer,
        )

    def value(self, name: str) -> str:
        found = self.element.find(name)
        return " ".join((found.text or text_of(found)).split()) if found is not None else ""

    def stem(self) -> str:
        return self.block(self.element.find("questiontext"))

    def shuffle(self) -> bool | None:
        value = self.value("shuffleanswers").casefold()
        return None if not value else value in ("1", "true")

    def block(self, holder: Any) -> str:
        return self.converted(holder, self.markup.blocks, plain_blocks)

    def leaf(self, holder: Any) -> str:
        return self.converted(holder, self.markup.line, lambda text: escaped(text.strip()))

    def converted(self, holder: Any, markup: Callable[[str], str], plain: Callable[[str], str]) -> str:
        """Text in the format it says of itself; what says nothing is HTML."""
        if holder is None:
            return ""
        self.files.holder = holder
        text = text_of(holder)
        form = (holder.get("format") or "html").casefold()
        if form == "plain_text":
            return plain(text)
        if form == "markdown":
            return legal(text).strip()
        if form == "moodle_auto_format" and "<" not in text:
            text = "".join(f"<p>{line}</p>" for line in text.split("\n") if line.strip())
        return markup(text)

    def answers(self) -> list[tuple[Any, Decimal]]:
        """The answers with their shares of the mark, in percent."""
        return [(one, decimal(one.get("fraction")) or Decimal(0)) for one in self.element.findall("answer")]

    def feedback(self, answer: Any) -> str:
        return self.block(answer.find("feedback"))


def text_of(holder: Any) -> str:
    """What a holder says: in its `<text>`, or, in old files, itself."""
    if holder is None:
        return ""
    inside = holder.find("text")
    return "".join(inside.itertext()) if inside is not None else holder.text or ""


def typed(text: str) -> str:
    """What is to be typed: no markup, no line ends."""
    return " ".join(legal(text).replace("\u00a0", " ").split())

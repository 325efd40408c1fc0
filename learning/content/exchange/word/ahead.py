"""What the lines ahead make of a line: whether a question begins there, and which options it holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from learning.content.exchange.word.document import Table
from learning.content.exchange.word.found import Question
from learning.content.exchange.word.lines import Item, Line
from learning.content.exchange.word.truths import has_boxes, truth
from learning.content.exchange.word.wording import (
    ANSWER,
    BASIS,
    ENDS_TRUE_FALSE,
    EXPLANATION,
    HINT,
    INLINE,
    NAMED,
    NUMBERED,
    OPTION,
    PART,
    POINTS,
    SHORT,
)

_AHEAD = 40  # lines in which a question's first option must come


@dataclass(frozen=True)
class Start:
    number: int | None
    named: str
    end: int  # where the stem begins
    points: str = ""


class Lettered(NamedTuple):
    """An option within a line: where its sign and where its text begin."""

    letter: str
    begin: int
    text: int
    starred: bool


class Ahead:
    """Looks from a place among the items; it never moves, and a question's beginning is read once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        # Where questions are called `Câu 5`, a bare number is no question while one is being read.
        self.named = any(isinstance(item, Line) and NAMED.match(item.text) for item in items)
        self.starts: dict[int, Start | None] = {}

    # --- Where a question begins

    def start(self, at: int) -> Start | None:
        """Whether a question begins here: it is called one, or it is numbered, and its options follow."""
        if at not in self.starts:
            self.starts[at] = self.read_start(at)
        return self.starts[at]

    def read_start(self, at: int) -> Start | None:
        line = self.items[at]
        if isinstance(line, Table) or line.blank:
            return None
        if found := NAMED.match(line.text):
            rest = line.text[found.end() :]
            sure = bool(found["sign"] or found["points"]) or not rest.strip()
            if not sure and not (rest[:1].isupper() or rest[:1] in "“\"'‘(" or rest[:1].isdigit()):
                return None
            if not self.answered(at, found.end(), lower=True):
                return None
            points = POINTS.search(found["points"] or "")
            name = " ".join(found["name"].split())
            return Start(int(found["number"]), name, found.end(), points[1] if points else "")
        found = NUMBERED.match(line.text)
        if found and line.text[found.end() :].strip():
            stem = line.text[found.end() :]
            if self.answered(at, found.end(), lower="?" in stem):
                return Start(int(found["number"]), "", found.end())
        return None

    def answered(self, at: int, begin: int, *, lower: bool) -> bool:
        """Whether options (or an answer) come before the next thing that looks like a question or a heading."""
        first = self.items[at]
        if isinstance(first, Table):
            return False
        if self.run_on(first, begin, at):
            return True
        if ENDS_TRUE_FALSE.search(first.text[begin:]) and len(first.text) > begin + 12:
            return True
        for ahead in range(at + 1, min(at + _AHEAD, len(self.items))):
            line = self.items[ahead]
            if isinstance(line, Table) or line.blank:
                continue
            if line.paragraph.level or (PART.match(line.text) and line.bold):
                return False
            option = OPTION.match(line.text)
            if option and option["letter"] in ("Aa" if lower else "A"):
                return self.second(ahead, option)
            if self.run_on(line, 0, ahead):
                return True
            if (answer := ANSWER.match(line.text)) and answer["sign"] and answer["rest"].strip():
                rest = answer["rest"].strip()
                short = len(rest) <= SHORT and NAMED.match(first.text) is not None
                return short or truth(rest) is not None
            if has_boxes(line):
                return True
            if NAMED.match(line.text) or (not self.named and NUMBERED.match(line.text)):
                return False
        return False

    def second(self, at: int, first: re.Match[str]) -> bool:
        """An option A is one only if a B follows."""
        line = self.items[at]
        if isinstance(line, Table) or len(self.options(line, at)) > 1:
            return True
        letter = chr(ord(first["letter"]) + 1)
        for ahead in range(at + 1, min(at + _AHEAD // 2, len(self.items))):
            other = self.items[ahead]
            if isinstance(other, Table) or other.blank:
                continue
            option = OPTION.match(other.text)
            if option and option["letter"] == letter:
                return True
            if NAMED.match(other.text):
                return False
        return False

    def nameless(self, at: int) -> Start | None:
        """Among questions: lines without a number that options A, B follow."""
        line = self.items[at]
        if isinstance(line, Table) or line.blank or line.paragraph.level:
            return None
        if any(pattern.match(line.text) for pattern in (OPTION, ANSWER, EXPLANATION, HINT, BASIS)):
            return None
        seen = 0
        for ahead in range(at + 1, min(at + _AHEAD, len(self.items))):
            other = self.items[ahead]
            if isinstance(other, Table):
                return None
            if other.blank:
                continue
            if (option := OPTION.match(other.text)) and option["letter"] in "Aa":
                return Start(None, "", 0) if self.second(ahead, option) else None
            seen += 1
            if seen > 2 or option or other.paragraph.level or ANSWER.match(other.text) or self.start(ahead):
                return None
        return None

    # --- Options

    def options(self, line: Line, at: int) -> list[Lettered]:
        """The options that a line holds."""
        first = OPTION.match(line.text)
        if first is None:
            return []
        made = [
            Lettered(
                first["letter"], 0, first.end(), bool(first["star"] or first["after"] or first["behind"])
            )
        ]
        return made + self.more(line, first["letter"], first.end(), at)

    def run_on(self, line: Line, begin: int, at: int) -> list[Lettered]:
        """Options that stand behind the stem in its own line."""
        for first in INLINE.finditer(line.text, begin):
            if first["letter"] in "Aa" and first.start() > begin:
                more = self.more(line, first["letter"], first.end(), at)
                if more and not self.are_names(line.text[begin : first.start()], first["letter"], at):
                    return [
                        Lettered(
                            first["letter"], first.start(), first.end(), bool(first["star"] or first["after"])
                        ),
                        *more,
                    ]
        return []

    def more(self, line: Line, letter: str, begin: int, at: int) -> list[Lettered]:
        following = self.next_letter(at)
        made = []
        for found in INLINE.finditer(line.text, begin):
            wanted = chr(ord(letter) + 1)
            # "B." within A is a name if the next line is the real B.
            if found["letter"] == wanted and wanted != following and line.text[begin : found.start()].strip():
                made.append(
                    Lettered(wanted, found.start(), found.end(), bool(found["star"] or found["after"]))
                )
                letter, begin = wanted, found.end()
        return made

    def are_names(self, before: str, letter: str, at: int) -> bool:
        """Whether "ông A. kiện bà B." speaks of persons: the real A. stands below."""
        within = before.rstrip()[-1:].isalnum()  # in mid-sentence; options behind a stem follow "?" or ":"
        seen = 0
        for ahead in range(at + 1, len(self.items)):
            line = self.items[ahead]
            if isinstance(line, Table) or line.paragraph.level:
                return False
            if line.blank:
                continue
            if option := OPTION.match(line.text):
                return option["letter"] == letter and (within or not seen) and self.second(ahead, option)
            seen += 1
            if seen > 4 or NAMED.match(line.text) or NUMBERED.match(line.text) or ANSWER.match(line.text):
                return False
        return False

    def next_letter(self, at: int) -> str:
        for ahead in range(at + 1, min(at + 4, len(self.items))):
            line = self.items[ahead]
            if isinstance(line, Line) and not line.blank:
                option = OPTION.match(line.text)
                return option["letter"] if option else ""
        return ""

    def options_follow(self, at: int) -> bool:
        """Whether options begin here or a few lines on, before the next question."""
        for ahead in range(at, min(at + _AHEAD, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table):
                continue
            if NAMED.match(item.text):
                return False
            if self.options(item, ahead) or self.run_on(item, 0, ahead):
                return True
        return False

    def option_follows(self, at: int, made: Question) -> bool:
        """Whether the next option of this question comes soon."""
        wanted = ord(made.options[-1].letter.upper()) + 1
        for ahead in range(at + 1, min(at + 4, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table):
                return False
            if option := OPTION.match(item.text):
                return ord(option["letter"].upper()) == wanted
            if self.start(ahead):
                return False
        return False

    def capitals_follow(self, at: int) -> bool:
        """Whether the next option is a capital A, here or a few lines on."""
        seen = 0
        for ahead in range(at, min(at + _AHEAD, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table) or seen > 3:
                return False
            if option := OPTION.match(item.text):
                return option["letter"] == "A" and self.second(ahead, option)
            if item.paragraph.level or self.start(ahead):
                return False
            seen += not item.blank
        return False

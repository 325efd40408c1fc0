"""A question as it is found in a document: the lines of its stem, its options and all that is told of it."""

from dataclasses import dataclass, field

from learning.content.exchange.word.document import Table
from learning.content.exchange.word.keys import Key, Keys
from learning.content.exchange.word.lines import Item, Line


@dataclass
class Option:
    letter: str
    lines: list[Line]
    marker: Line  # the letter itself
    whole: Line  # letter and text
    starred: bool = False
    small: bool = False  # written a), not A)


@dataclass
class Question:
    line: int
    number: int | None
    named: str = ""  # as the file calls it: "Câu 5"
    points: str = ""
    stem: list[Line | Table] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)  # told in so many words
    written: str = ""  # an answer that is no letter
    explanation: list[Line] = field(default_factory=list)
    hints: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.named or (
            f"Câu {self.number}" if self.number is not None else f"Câu hỏi ở đoạn {self.line}"
        )


Found = list[Item | Question | Keys]

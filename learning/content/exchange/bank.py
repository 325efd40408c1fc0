"""What an importer reads and an exporter writes: lessons and questions, free of any one format.

Every text is Markdown as course-format.md knows it, not HTML. `writing.py` turns a `Bank` into the files of a course;
`reading.py` makes a `Bank` of a course again. An importer never drops anything in silence: each item of its source is
in `lessons` or in `skipped`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from learning.content.model import Source

Kind = Literal["single", "multiple", "true-false", "text", "number", "match", "order", "gaps"]


# Under such a key the imported file itself is noted down as a document, until the author names the law.
IMPORTED = "tai-lieu-goc-"


@dataclass(frozen=True)
class BankOption:
    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class BankGap:
    """A gap `(1)____` of the stem: what is accepted, or (where there is something to choose from) options."""

    key: str  # "1", "2", …
    accepted: tuple[str, ...] = ()
    options: tuple[BankOption, ...] = ()


@dataclass(frozen=True)
class BankQuestion:
    """One question. `key` is its id in the source, `name` what the source calls it (which need not be worth a title); ""
    where the source has none. Its id in the course comes of them (`ids.py`), so that the same source imported again meets
    the same questions."""

    kind: Kind
    stem: str
    title: str = ""
    key: str = ""
    name: str = ""
    options: tuple[BankOption, ...] = ()  # single, multiple
    answer: bool | None = None  # true-false
    accepted: tuple[str, ...] = ()  # text
    number: tuple[Decimal, Decimal] | None = None  # lowest and highest right value
    unit: str = ""
    pairs: tuple[tuple[str, str], ...] = ()  # match: (left, right); ("", right) is a distractor
    items: tuple[str, ...] = ()  # order: in the right order
    gaps: tuple[BankGap, ...] = ()
    points: Decimal = Decimal(1)
    tags: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    feedback: str = ""  # of true-false, text, number
    explanation: str = ""
    shuffle: bool | None = None
    line: int = 0  # where it begins in the source; 0 where lines mean nothing


@dataclass(frozen=True)
class BankLesson:
    """A piece of text with the questions that go with it; without text, questions of the exam, `title` their section.

    `intro` is said above each question of such a section ("Đọc đoạn sau rồi trả lời"). `key` is the id of the text in the
    source, "" where the source has none.
    """

    title: str
    body: str = ""
    intro: str = ""
    questions: tuple[BankQuestion, ...] = ()
    citations: tuple[str, ...] = ()  # numbers of legal documents found in the text
    line: int = 0
    key: str = ""


@dataclass(frozen=True)
class Skipped:
    """Something of the source that is not in the draft, and why. `reason` is in the reader's words (Vietnamese)."""

    line: int
    what: str
    reason: str


@dataclass(frozen=True)
class Bank:
    """Everything one source gave. `media`: path within the course ("images/<hash>.png") → bytes, as it was found.

    `files` is set by a source that is a course of our own format already: its very files, which are written as they are;
    `sources` are the documents that it cites, as its own registry had them.
    """

    title: str
    lessons: tuple[BankLesson, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    language: str = "vi"
    files: Mapping[str, bytes] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)


class UnreadableError(ValueError):
    """The source is not of its format, or not to be trusted; the message says what to do (Vietnamese)."""

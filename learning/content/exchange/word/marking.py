"""Which option is right where no letter says so: it is starred, looks different, or an answer repeats it."""

import re
from collections import Counter
from collections.abc import Sequence

from learning.content.exchange.word.document import Table
from learning.content.exchange.word.found import Option, Question
from learning.content.exchange.word.keys import LETTERS, Key
from learning.content.exchange.word.lines import Line, bare
from learning.vietnamese.folding import fold


def marked(question: Question) -> tuple[str, ...]:
    """The letters of the options that are starred or look different from the others; () where nothing stands out."""
    starred = tuple(option.letter for option in question.options if option.starred)
    if starred:
        return starred if len(starred) < len(question.options) else ()
    most = len(question.options) // 2 if not _several(question) else len(question.options) - 1
    candidates = []
    for ways, parts in (
        (_WAYS, [option.lines for option in question.options]),
        (_SIGN_WAYS, [[option.marker] for option in question.options]),
    ):
        for way in ways:
            looks = [_look(lines, way) for lines in parts]
            odd = _odd(looks)
            if odd and len(odd) <= max(most, 1):
                candidates.append(tuple(question.options[at].letter for at in odd))
    return next((one for one in candidates if len(one) == 1), candidates[0] if candidates else ())


_WAYS = ("marker", "shade", "colour", "underline", "bold", "italic")
_SIGN_WAYS = ("marker", "shade", "colour", "underline", "bold")


def _several(question: Question) -> bool:
    stem = fold(" ".join(line.text for line in question.stem if isinstance(line, Line)))
    return any(
        words in stem
        for words in (
            "chon nhieu",
            "cac phuong an dung",
            "nhung phuong an",
            "chon cac",
            "chon 2",
            "chon 3",
            "chon hai",
            "chon ba",
        )
    )


def _look(lines: Sequence[Line], way: str) -> str:
    """How most letters of some lines look in one way."""
    counts: Counter[str] = Counter()
    for line in lines:
        for span in line.spans:
            counts[span.has(way)] += sum(map(str.isalnum, span.text))
    if not counts:
        return ""
    look, most = counts.most_common(1)[0]
    return look if most * 10 >= 6 * sum(counts.values()) else ""


def _odd(looks: Sequence[str]) -> list[int]:
    if len(set(looks)) < 2:
        return []
    usual = "" if "" in looks else Counter(looks).most_common(1)[0][0]
    return [at for at, look in enumerate(looks) if look != usual]


# --- Options without letters


def with_dashes(question: Question) -> None:
    """Options that are a list without letters, where the answer repeats one of them: they get letters."""
    lines: list[Line] = []
    for item in reversed(question.stem):
        if isinstance(item, Table) or not (_DASH.match(item.text) or item.paragraph.bullet):
            break
        lines.insert(0, item)
    told = fold(question.written).strip(" .;")
    parts = [line.part(found.end()) if (found := _DASH.match(line.text)) else line for line in lines]
    right = [at for at, part in enumerate(parts) if fold(bare(part.spans)).strip(" .;") == told]
    if (
        question.options
        or len(right) != 1
        or not 2 <= len(parts) <= len(LETTERS)
        or len(lines) == len(question.stem)
    ):
        return
    question.stem = question.stem[: -len(lines)]
    question.options = [
        Option(LETTERS[at], [part], part, line)
        for at, (part, line) in enumerate(zip(parts, lines, strict=True))
    ]
    question.keys = [Key((LETTERS[right[0]],), question.line)]
    question.written = ""


_DASH = re.compile(r"\s*[-–+•▪●○◦o]\s+(?=\S)")

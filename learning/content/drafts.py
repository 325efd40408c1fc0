"""The lines of a question or of a scenario's node, sorted into what they are; nothing is judged here.

`read_draft` walks the lines of a block once and gives a `Draft`: stem, keys, options, answers, each with its place.
What is wrong with a draft is for `questions` and `scenario` to say.
"""

import re
from dataclasses import dataclass, field

from learning.content.outline import notes
from learning.content.tree import SourcePage
from learning.vietnamese.folding import fold


@dataclass
class Piece:
    """A text in the making and where it begins."""

    line: int
    column: int
    lines: list[str]
    marker: str = ""  # "(" or "[" of an option
    right: bool = False
    feedback: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass
class Draft:
    """What the lines of a block say, before anything is judged."""

    stem: list[str] = field(default_factory=list)
    keys: dict[str, list[Piece]] = field(default_factory=dict)
    options: list[Piece] = field(default_factory=list)
    answers: list[Piece] = field(default_factory=list)  # `= …`
    gaps: list[tuple[str, str, Piece]] = field(default_factory=list)  # number, "=" or ":", text
    pairs: list[tuple[Piece, Piece]] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        return bool(
            self.options or self.answers or self.gaps or self.pairs or self.items or "answer" in self.keys
        )


KEYS = {
    "id": ("mã", "id"),
    "type": ("loại", "type"),
    "points": ("điểm", "points"),
    "tags": ("thẻ", "tags"),
    "difficulty": ("độ khó", "difficulty"),
    "source": ("căn cứ", "source", "sources"),
    "objective": ("mục tiêu", "objective"),
    "shuffle": ("trộn", "shuffle"),
    "variables": ("biến", "variables"),
    "hint": ("gợi ý", "hint"),
    "explanation": ("giải thích", "explanation"),
    "answer": ("đáp án", "answer"),
    "draw": ("rút", "draw"),
    "from": ("từ", "from"),
    "ending": ("kết thúc", "ending"),
    "evidence": ("minh chứng", "evidence"),
    "criterion": ("tiêu chí", "criterion"),
}
_KEY_NAMES = {name: key for key, names in KEYS.items() for name in names}
QUESTION_KEYS = frozenset(KEYS) - {"draw", "from", "ending", "evidence", "criterion"}
POOL_KEYS = frozenset({"draw", "from"})
SECTION_KEYS = POOL_KEYS | {"points"}
NODE_KEYS = frozenset({"id", "ending"})
STEP_KEYS = frozenset({"id", "evidence"})
_ANSWER_KEY = frozenset({"answer"})
_CRITERION = frozenset(
    {"criterion"}
)  # a key of written questions alone: elsewhere such a line is part of the stem
REPEATED = frozenset({"hint", "variables", "source", "criterion"})
_LONG = frozenset({"hint", "explanation"})

KIND_NAMES = {
    **dict.fromkeys(("single", "chon mot", "single choice"), "single"),
    **dict.fromkeys(("multiple", "chon nhieu", "multiple choice"), "multiple"),
    **dict.fromkeys(
        ("true-false", "true/false", "dung sai", "dung/sai", "dung - sai", "dung-sai"), "true-false"
    ),
    **dict.fromkeys(("text", "short answer", "tra loi ngan"), "text"),
    **dict.fromkeys(("number", "so", "dien so"), "number"),
    **dict.fromkeys(("match", "matching", "ghep", "ghep cap", "ghep doi"), "match"),
    **dict.fromkeys(("order", "ordering", "sap xep"), "order"),
    **dict.fromkeys(("gaps", "dien khuyet", "dien cho trong"), "gaps"),
    **dict.fromkeys(("written", "essay", "tu luan", "cau tu luan"), "written"),
}

_KEY = re.compile(
    r" {0,3}(?P<bold>\*\*|__)?(?P<key>" + "|".join(sorted(_KEY_NAMES, key=len, reverse=True)) + r")"
    r"(?P<closed>(?:\*\*|__)?[ \t]*:(?:\*\*|__)?)[ \t]*(?P<value>.*)",
    re.IGNORECASE,
)
OPTION = re.compile(r"[ \t]*[-*+][ \t]*([(\[])[ \t]*([xX]?)[ \t]*[)\]](?![(\[])[ \t]*(.*)")
ANSWER = re.compile(r" {0,3}=(?!=)[ \t]*(.*)")
_GAP_ANSWER = re.compile(r" {0,3}\(([0-9]{1,3})\)[ \t]*([=:])[ \t]*(.*)")
_BULLET = re.compile(r" {0,3}[-*+][ \t]+(.*)")
_PAIR = re.compile(r" {0,3}[-*+][ \t]*((?:[^=]|=(?!>))*)=>[ \t]*(.*)")
_STEP = re.compile(r" {0,3}[0-9]{1,4}[.)][ \t]+(.*)")
_FEEDBACK = re.compile(r"[ \t]*>[ \t]?(.*)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")


def key_of(line: str, allowed: frozenset[str]) -> tuple[str, str, int] | None:
    """The English name of a `Key: value` line, the value and its column."""
    if ":" not in line[:40]:
        return None
    found = _KEY.match(line)
    if found is None:
        return None
    key, value = _KEY_NAMES[found["key"].casefold()], found["value"].strip()
    if found["bold"] and found["bold"] not in found["closed"]:  # the whole line is bold
        value = value.removesuffix(found["bold"]).rstrip()
    return (key, value, found.start("value") + 1) if key in allowed else None


def read_draft(page: SourcePage, first: int, end: int, allowed: frozenset[str]) -> Draft:
    """Sorts the lines of a block into what they are."""
    return _Lines(page.lines[first - 1 : end - 1], first, allowed).draft


class _Lines:
    """Walks the lines once; `open` is the text that a following line may still belong to."""

    def __init__(self, lines: tuple[str, ...], first: int, allowed: frozenset[str]) -> None:
        self.draft = Draft()
        self.kind = _declared_kind(lines, allowed)
        self.allowed = allowed | _CRITERION if self.kind == "written" else allowed
        # `- left => right` needs no `Loại: ghép` where nothing else answers the question.
        self.pairs = self.kind == "match" or not (self.kind or any(map(answers, lines)))
        self.open: list[str] = self.draft.stem
        self.feedback: list[str] | None = None  # of the option or answer at hand
        self.blank = False
        fence, indent = "", 0
        skipped = {line for start, end in notes(lines, 1, len(lines) + 1) for line in range(start, end)}
        for number, line in enumerate(lines, first):
            if number - first + 1 in skipped:
                continue
            mark = _FENCE.match(line)
            if fence:
                self.open.append(line[min(indent, len(line) - len(line.lstrip())) :])
                if mark and mark[1].startswith(fence):
                    fence = ""
            elif mark:
                # Code within an option is indented as the option is.
                fence, indent = mark[1], mark.start(1)
                self.open.append(line[indent:])
            elif not line.strip():
                self.open.append("")
                self.blank = True
                continue
            else:
                self.line(number, line)
            self.blank = False

    def line(self, number: int, line: str) -> None:
        if self.key(number, line) or self.answer(number, line):
            return
        feedback = _FEEDBACK.match(line)
        if feedback and self.feedback is not None:
            self.feedback.append(feedback[1])
            self.open = self.feedback
            return
        indented = line[:1] in (" ", "\t")
        if self.blank and not indented and not (self.long and self.answered):
            self.open, self.feedback, self.long = self.draft.stem, None, False
        self.open.append(line.strip() if indented and self.open is not self.draft.stem else line)

    long = False

    @property
    def answered(self) -> bool:
        """Whether what answers the question has come: what follows an explanation then is no stem."""
        return self.draft.answered or "criterion" in self.draft.keys

    def key(self, number: int, line: str) -> bool:
        found = key_of(line, self.allowed)
        if found is None:
            return False
        key, value, column = found
        piece = Piece(number, column, [value])
        self.draft.keys.setdefault(key, []).append(piece)
        self.long = key in _LONG
        self.feedback = self.draft.feedback if key == "answer" else None
        self.open = piece.lines if self.long else self.draft.stem
        return True

    def answer(self, number: int, line: str) -> bool:
        draft = self.draft
        if option := OPTION.match(line):
            text = option[3] or ""
            column = option.start(3) + 1 if text else len(line) + 1
            piece = Piece(number, column, [text], option[1], bool(option[2]))
            draft.options.append(piece)
        elif gap := _GAP_ANSWER.match(line):
            piece = Piece(number, gap.start(3) + 1, [gap[3]])
            draft.gaps.append((str(int(gap[1])), gap[2], piece))
        elif found := ANSWER.match(line):
            piece = Piece(number, found.start(1) + 1, [found[1]])
            draft.answers.append(piece)
        elif self.pairs and (pair := _PAIR.match(line)):
            piece = Piece(number, pair.start(2) + 1, [pair[2].strip()])
            draft.pairs.append((Piece(number, pair.start(1) + 1, [pair[1].strip()]), piece))
        elif self.kind == "match" and (bullet := _BULLET.match(line)):
            piece = Piece(number, len(line) + 1, [""])
            draft.pairs.append((Piece(number, bullet.start(1) + 1, [bullet[1].strip()]), piece))
        elif self.kind == "order" and (step := _STEP.match(line)):
            piece = Piece(number, step.start(1) + 1, [step[1]])
            draft.items.append(piece)
        else:
            return False
        one_line = bool(draft.answers and piece is draft.answers[-1]) or bool(draft.gaps)
        self.feedback = piece.feedback if draft.options and piece is draft.options[-1] else draft.feedback
        self.open = draft.stem if one_line else piece.lines
        self.long = False
        return True


def _declared_kind(lines: tuple[str, ...], allowed: frozenset[str]) -> str:
    for line in lines:
        found = key_of(line, allowed)
        if found and found[0] == "type":
            return KIND_NAMES.get(fold(found[1]), "")
    return ""


def answers(line: str) -> bool:
    """Whether a line is part of an answer: an option, `= …`, `(1) = …`, `Đáp án: …`."""
    return bool(
        OPTION.match(line) or ANSWER.match(line) or _GAP_ANSWER.match(line) or key_of(line, _ANSWER_KEY)
    )

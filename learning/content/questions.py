"""Questions, read from their source lines by an own parser; only the leaf fragments are rendered.

`read` takes one QuestionBlock and gives a `Stamped` question: the compiled one (None where nothing can be asked),
with its id, kind and place. Faults carry the line and column of what is wrong.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, Protocol

from learning.content import frontmatter, variables
from learning.content.frontmatter import Report, Scalar, WrongTypeError
from learning.content.model import (
    Citation,
    Gap,
    Gaps,
    Match,
    MatchItem,
    Multiple,
    Number,
    Option,
    Order,
    Question,
    Single,
    Text,
    TrueFalse,
    Variable,
)
from learning.content.tree import QuestionBlock, SourcePage, notes
from learning.vietnamese.folding import fold

OPTIONS_CAP = 50
GAP = re.compile(r"\(([0-9]{1,3})\)[ ]*_{2,}")


class Renderer(Protocol):
    """Markdown to sanitised HTML; `leaf` leaves out the `<p>` of a single paragraph."""

    def block(self, text: str) -> str: ...

    def leaf(self, text: str) -> str: ...

    def prompt(self, text: str) -> str:
        """A block in which `(1)____` becomes a gap."""
        ...


@dataclass(frozen=True)
class Stamped:
    """A question in its place. `stamped` is False where the id is a temporary one (Q001)."""

    id: str
    kind: str  # "" where it could not be told
    file: str
    line: int  # of the id, else of the heading
    column: int
    stamped: bool
    question: Question | None


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
}
_KEY_NAMES = {name: key for key, names in KEYS.items() for name in names}
QUESTION_KEYS = frozenset(KEYS) - {"draw", "from", "ending"}
SECTION_KEYS = frozenset({"draw", "from", "points"})
NODE_KEYS = frozenset({"id", "ending"})
_ANSWER_KEY = frozenset({"answer"})
_REPEATED = frozenset({"hint", "variables", "source"})
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
}

_KEY = re.compile(
    r" {0,3}(?:\*\*|__)?(" + "|".join(sorted(_KEY_NAMES, key=len, reverse=True)) + r")(?:\*\*|__)?[ \t]*:"
    r"(?:\*\*|__)?[ \t]*(.*)",
    re.IGNORECASE,
)
OPTION = re.compile(r"[ \t]*[-*+][ \t]*([(\[])[ \t]*([xX]?)[ \t]*[)\]](?:[ \t]+(.*)|$)")
_ANSWER = re.compile(r" {0,3}=(?!=)[ \t]*(.*)")
_GAP_ANSWER = re.compile(r" {0,3}\(([0-9]{1,3})\)[ \t]*([=:])[ \t]*(.*)")
_BULLET = re.compile(r" {0,3}[-*+][ \t]+(.*)")
_PAIR = re.compile(r" {0,3}[-*+][ \t]*((?:[^=]|=(?!>))*)=>[ \t]*(.*)")
_STEP = re.compile(r" {0,3}[0-9]{1,4}[.)][ \t]+(.*)")
_FEEDBACK = re.compile(r"[ \t]*>[ \t]?(.*)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")


def read(
    page: SourcePage,
    block: QuestionBlock,
    render: Renderer,
    report: Report,
    *,
    shuffled: bool = False,
    points: Decimal = Decimal(1),
) -> Stamped:
    """Reads one question. `shuffled` and `points` are what its quiz and section say unless it says otherwise."""
    draft = read_draft(page, block.range[0], block.range[1], QUESTION_KEYS)
    return _Reader(page, block, draft, render, report, shuffled, points).stamped()


def key_of(line: str, allowed: frozenset[str]) -> tuple[str, str, int] | None:
    """The English name of a `Key: value` line, the value and its column."""
    if ":" not in line[:40]:
        return None
    found = _KEY.match(line)
    if found is None:
        return None
    key = _KEY_NAMES[found[1].casefold()]
    return (key, found[2].strip(), found.start(2) + 1) if key in allowed else None


def read_draft(page: SourcePage, first: int, end: int, allowed: frozenset[str]) -> Draft:
    """Sorts the lines of a block into what they are."""
    return _Lines(page.lines[first - 1 : end - 1], first, allowed).draft


class _Lines:
    """Walks the lines once; `open` is the text that a following line may still belong to."""

    def __init__(self, lines: tuple[str, ...], first: int, allowed: frozenset[str]) -> None:
        self.draft = Draft()
        self.allowed = allowed
        self.kind = _declared_kind(lines, allowed)
        # `- left => right` needs no `Loại: ghép` where nothing else answers the question.
        self.pairs = self.kind == "match" or not (self.kind or any(map(answers, lines)))
        self.open: list[str] = self.draft.stem
        self.feedback: list[str] | None = None  # of the option or answer at hand
        self.blank = False
        fence = ""
        skipped = {line for start, end in notes(lines, 1, len(lines) + 1) for line in range(start, end)}
        for number, line in enumerate(lines, first):
            if number - first + 1 in skipped:
                continue
            mark = _FENCE.match(line)
            if fence:
                self.open.append(line)
                if mark and mark[1].startswith(fence):
                    fence = ""
            elif mark:
                fence = mark[1]
                self.open.append(line)
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
        if self.blank and not indented and not (self.long and self.draft.answered):
            self.open, self.feedback, self.long = self.draft.stem, None, False
        self.open.append(line.strip() if indented and self.open is not self.draft.stem else line)

    long = False

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
        elif found := _ANSWER.match(line):
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
        OPTION.match(line) or _ANSWER.match(line) or _GAP_ANSWER.match(line) or key_of(line, _ANSWER_KEY)
    )


class _Reader:
    """Judges a draft and builds the question."""

    def __init__(
        self,
        page: SourcePage,
        block: QuestionBlock,
        draft: Draft,
        render: Renderer,
        report: Report,
        shuffled: bool,
        points: Decimal,
    ) -> None:
        self.page = page
        self.block = block
        self.draft = draft
        self.render = render
        self.report = report
        self.shuffled = shuffled
        self.points = points
        self.declared: tuple[Variable, ...] = ()
        self.declared_kind = str(self.coerced("type", _kind_named, ""))

    def stamped(self) -> Stamped:
        draft = self.draft
        for key, pieces in draft.keys.items():
            for piece in pieces[1:] if key not in _REPEATED else []:
                self.report("F008", piece.line, 1, key=KEYS[key][0].capitalize())
        place = draft.keys.get("id", [Piece(self.block.line, 1, [""])])[0]
        name = self.id(place)
        kind = self.kind()
        self.declared = self.variables()
        question = self.build(kind, name or self.temporary()) if kind else None
        if not kind:
            self.report("Q013", self.block.line, 1)
        return Stamped(
            name or self.temporary(), kind, self.page.file, place.line, place.column, bool(name), question
        )

    def id(self, place: Piece) -> str:
        if not place.text:
            self.report("Q001", self.block.line, 1)
            return ""
        return str(self.coerced("id", frontmatter.identifier, ""))

    def temporary(self) -> str:
        seed = f"{self.page.path}:{self.block.line}:{self.block.title}"
        return "tam-" + sha256(seed.encode(errors="replace")).hexdigest()[:10]

    def coerced(self, key: str, coerce: Callable[[frontmatter.Node], Any], default: Any) -> Any:
        pieces = self.draft.keys.get(key)
        if not pieces or not pieces[0].text:
            return default
        piece = pieces[0]
        try:
            return coerce(Scalar(piece.text, piece.line, piece.column))
        except WrongTypeError as wrong:
            name = KEYS[key][0].capitalize()
            self.report("F006", piece.line, piece.column, key=name, expected=wrong.expected, value=piece.text)
            return default

    def kind(self) -> str:
        draft = self.draft
        declared = self.declared_kind
        if draft.options:
            markers = {option.marker for option in draft.options}
            return (
                declared
                if declared in ("single", "multiple")
                else "multiple"
                if markers == {"["}
                else "single"
            )
        if draft.gaps:
            return "gaps"
        if draft.pairs and declared in ("", "match"):
            return "match"
        if declared == "order":
            return "order" if draft.items else ""
        if draft.answers:
            if declared in ("text", "number"):
                return declared
            return "number" if self.reads_as_number(draft.answers[0].text) else "text"
        if "answer" in draft.keys:
            return "true-false"
        return ""

    def reads_as_number(self, text: str) -> bool:
        if "@" in text and "variables" in self.draft.keys:
            return True
        return bool(re.match(r"[0-9+\-−]", text)) or any(sign in text for sign in ("±", "+-", ".."))

    def variables(self) -> tuple[Variable, ...]:
        found: dict[str, Variable] = {}
        for piece in self.draft.keys.get("variables", []):
            for one in variables.read_variables(piece.text):
                if isinstance(one, str):
                    self.report("Q025", piece.line, piece.column, value=one)
                elif len(found) < variables.VARIABLES_CAP:
                    found[one.name] = one
        if found:
            self.mentions(set(found))
        return tuple(found.values())

    def mentions(self, known: set[str]) -> None:
        first, end = self.block.range
        for number, line in enumerate(self.page.lines[first - 1 : end - 1], first):
            for mention in (
                variables.MENTION.finditer(line) if "@" in line and not _ANSWER.match(line) else ()
            ):
                if mention[1] not in known:
                    self.report("Q027", number, mention.start() + 1, name=mention[1])

    def build(self, kind: str, name: str) -> Question | None:
        answer = {
            "single": self.choice,
            "multiple": self.choice,
            "true-false": self.true_false,
            "text": self.text,
            "number": self.number,
            "match": self.match,
            "order": self.order,
            "gaps": self.gaps,
        }[kind]()
        if answer is None:
            return None
        stem = "\n".join(self.draft.stem).strip("\n")
        # A question without a stem is asked by its heading.
        shown = stem if stem.strip() else self.block.title
        common: dict[str, Any] = {
            "id": name,
            "title": self.block.title,
            "prompt": self.render.prompt(shown) if kind == "gaps" else self.render.block(shown),
            "points": self.coerced("points", frontmatter.number, self.points),
            "tags": self.coerced("tags", frontmatter.words, ()),
            "difficulty": self.coerced("difficulty", frontmatter.text, ""),
            "objective": self.coerced("objective", frontmatter.text, ""),
            "citations": tuple(self.citations()),
            "hints": tuple(
                self.render.block(hint.text) for hint in self.draft.keys.get("hint", []) if hint.text
            ),
            "explanation": self.explanation(),
            "shuffle": self.coerced("shuffle", frontmatter.truth, None),
            "variables": self.declared,
            "line": self.block.line,
        }
        made: Question = _STRUCTS[kind](**common, **answer)
        return made

    def citations(self) -> Iterator[Citation]:
        for piece in self.draft.keys.get("source", []):
            for written in piece.text.split(";"):
                if written.strip():
                    yield frontmatter.citation(written)

    def explanation(self) -> str:
        pieces = self.draft.keys.get("explanation")
        return self.render.block(pieces[0].text) if pieces and pieces[0].text else ""

    def feedback(self) -> str:
        text = "\n".join(self.draft.feedback).strip()
        return self.render.block(text) if text else ""

    # --- The kinds

    def choice(self) -> dict[str, Any] | None:
        options = self.draft.options[:OPTIONS_CAP]
        several = self.kind_is_multiple()
        if len({option.marker for option in options}) > 1:
            other = next(option for option in options if option.marker != options[0].marker)
            self.report("Q012", other.line, 1)
        right = [option for option in options if option.right]
        if not right:
            self.report("Q010", options[0].line, 1)
        elif len(right) > 1 and not several:
            self.report("Q011", right[1].line, 1, count=len(right))
        self.enough(options)
        shuffled = self.coerced("shuffle", frontmatter.truth, None)
        for option in options:
            label = _label(option.text)
            if refers_to_others(option.text) and (self.shuffled if shuffled is None else shuffled):
                self.report("Q017", option.line, option.column, text=label)
            if option.text and not "".join(option.feedback).strip():
                self.report("Q018", option.line, option.column, text=label)
        if not right:
            return None
        return {"options": tuple(self.option(str(number), one) for number, one in enumerate(options, 1))}

    def kind_is_multiple(self) -> bool:
        return self.kind() == "multiple"

    def option(self, key: str, piece: Piece) -> Option:
        feedback = "\n".join(piece.feedback).strip()
        return Option(
            key=key,
            html=self.render.leaf(piece.text),
            right=piece.right,
            feedback=self.render.leaf(feedback) if feedback else "",
            pinned=refers_to_others(piece.text),
        )

    def enough(self, options: list[Piece]) -> None:
        if len(options) < 2:
            self.report("Q014", options[0].line if options else self.block.line, 1)
        self.distinct(options, "Q015")

    def distinct(self, pieces: list[Piece], code: str, empty: str = "Q016") -> None:
        seen: set[str] = set()
        for piece in pieces:
            text = " ".join(piece.text.casefold().split())
            if not text:
                self.report(empty, piece.line, piece.column)
            elif text in seen:
                self.report(code, piece.line, piece.column, text=_label(piece.text))
            seen.add(text)

    def true_false(self) -> dict[str, Any] | None:
        answer = self.coerced("answer", _truth, None)
        return None if answer is None else {"answer": answer, "feedback": self.feedback()}

    def text(self) -> dict[str, Any] | None:
        accepted: list[str] = []
        for piece in self.draft.answers:
            for written in piece.text.split("|"):
                text = " ".join(written.split())
                if not text:
                    self.report("Q016", piece.line, piece.column)
                elif text not in accepted:
                    accepted.append(text)
        return {"accepted": tuple(accepted), "feedback": self.feedback()} if accepted else None

    def number(self) -> dict[str, Any] | None:
        found = None
        for piece in self.draft.answers:
            one = self.one_number(piece)
            if one is None:
                continue
            if found is None:
                found = one
            elif one["unit"] != found["unit"]:
                self.report("Q026", piece.line, piece.column, unit=one["unit"], other=found["unit"])
            else:  # only one value can be right
                self.report("Q024", piece.line, piece.column, value=piece.text)
        return found and {**found, "feedback": self.feedback()}

    def one_number(self, piece: Piece) -> dict[str, Any] | None:
        try:
            answer = read_answer(piece.text)
        except variables.BadExpressionError:
            self.report("Q024", piece.line, piece.column, value=piece.text)
            return None
        if answer.other_unit is not None:
            self.report("Q026", piece.line, piece.column, unit=answer.other_unit, other=answer.unit)
        unknown = variables.mentioned(f"{answer.low} {answer.high}") - {one.name for one in self.declared}
        for name in sorted(unknown):
            column = piece.column + max(piece.text.find("@" + name), 0)
            self.report("Q027", piece.line, column, name=name)
        if unknown:
            return None
        self.at_extremes(piece, answer)
        return {"low": answer.low, "high": answer.high, "exact": answer.exact, "unit": answer.unit}

    def at_extremes(self, piece: Piece, answer: "Answer") -> None:
        signs: dict[int, bool] = {}
        for values in variables.extremes(self.declared):
            extreme = ", ".join(f"{name} = {value}" for name, value in values.items())
            divided = variables.divisors(answer.exact, values)
            crossed = any(signs.setdefault(at, one > 0) != (one > 0) for at, one in enumerate(divided))
            if crossed or 0 in divided or (values and variables.evaluate(answer.exact, values) < 0):
                self.report("Q028", piece.line, piece.column, value=piece.text, extreme=extreme)
                return
            if variables.evaluate(answer.low, values) > variables.evaluate(answer.high, values):
                self.report("Q025", piece.line, piece.column, value=piece.text)
                return

    def match(self) -> dict[str, Any] | None:
        lefts: list[Piece] = []
        rights: list[Piece] = []
        pairs: dict[str, str] = {}
        for left, right in self.draft.pairs[:OPTIONS_CAP]:
            if right.text:
                rights.append(right)
                if left.text:
                    lefts.append(left)
                    pairs[str(len(lefts))] = str(len(rights))
            else:
                self.report("Q021", right.line, right.column)
        self.distinct(lefts, "Q022")
        self.distinct(rights, "Q022")
        if len(lefts) < 2:
            self.report("Q014", self.block.line, 1)
        return {"left": self.listed(lefts), "right": self.listed(rights), "pairs": pairs} if lefts else None

    def order(self) -> dict[str, Any]:
        items = self.draft.items[:OPTIONS_CAP]
        if len(items) < 3:
            self.report("Q023", items[0].line if items else self.block.line, 1)
        self.distinct(items, "Q015")
        return {"items": self.listed(items)}

    def listed(self, pieces: list[Piece]) -> tuple[MatchItem, ...]:
        return tuple(
            MatchItem(key=str(key), html=self.render.leaf(piece.text)) for key, piece in enumerate(pieces, 1)
        )

    def gaps(self) -> dict[str, Any] | None:
        asked = dict.fromkeys(str(int(gap)) for gap in GAP.findall("\n".join(self.draft.stem)))
        made: dict[str, Gap] = {}
        for key, sign, piece in self.draft.gaps:
            if key not in asked or key in made:
                self.report("Q020", piece.line, 1, gap=key)
                continue
            made[key] = self.gap_choice(key, piece) if sign == ":" else self.gap_text(key, piece)
        for key in asked:
            if key not in made:
                self.report("Q020", self.block.line, 1, gap=key)
        if not made or len(made) < len(asked):
            return None
        return {"gaps": tuple(made[key] for key in asked)}

    def gap_text(self, key: str, piece: Piece) -> Gap:
        accepted = [" ".join(written.split()) for written in piece.text.split("|")]
        if not all(accepted):
            self.report("Q016", piece.line, piece.column)
        return Gap(key=key, accepted=tuple(dict.fromkeys(filter(None, accepted))))

    def gap_choice(self, key: str, piece: Piece) -> Gap:
        pieces = []
        for written in re.split(r"[ \t]+/[ \t]+", piece.text)[:OPTIONS_CAP]:
            right = written.strip().startswith("*")
            pieces.append(
                Piece(piece.line, piece.column, [written.strip().removeprefix("*").strip()], "", right)
            )
        right_ones = sum(one.right for one in pieces)
        if right_ones == 0:
            self.report("Q010", piece.line, piece.column)
        elif right_ones > 1:
            self.report("Q011", piece.line, piece.column, count=right_ones)
        self.enough(pieces)
        return Gap(
            key=key, options=tuple(self.option(str(number), one) for number, one in enumerate(pieces, 1))
        )


_STRUCTS: dict[str, Any] = {
    "single": Single,
    "multiple": Multiple,
    "true-false": TrueFalse,
    "text": Text,
    "number": Number,
    "match": Match,
    "order": Order,
    "gaps": Gaps,
}


def _kind_named(node: frontmatter.Node) -> str:
    kind = KIND_NAMES.get(fold(frontmatter.text(node)))
    if kind is None:
        raise WrongTypeError(" | ".join(dict.fromkeys(KIND_NAMES.values())))
    return kind


def _truth(node: frontmatter.Node) -> bool:
    written = frontmatter.text(node).rstrip(".").casefold()
    if written in ("đúng", "true"):
        return True
    if written in ("sai", "false"):
        return False
    raise WrongTypeError("Đúng | Sai | True | False")


def _label(text: str) -> str:
    return " ".join(text.split())[:60]


_LETTERS = r"[a-h](?:\s*,\s*[a-h])*(?:\s*,)?\s*(?:va|and|&|hoac|or)\s*[a-h]\b"
_REFERS = re.compile(
    rf"(?:ca\s+)?{_LETTERS}|ca\s+[a-h](?:\s*,\s*[a-h])+\b|both [a-h] and|(?:all|none) of the above"
    r"|ca\s+(?:hai|ba|bon|nam|[2-5])\b(?:\s+(?:y|cau|phuong an|dap an|deu|truong hop|noi dung)\b.*)?$"
    r"|tat ca(?:\s+(?:cac|nhung))?\s+(?:phuong an|dap an|y|cau|deu|o tren|noi dung tren)\b"
    r"|tat ca(?:\s+(?:dung|sai))?\W*$|khong (?:co )?(?:phuong an|dap an|y|cau) nao"
)


_FIRST = frozenset("abcdefghkntABCDEFGHKNT")  # what such an option begins with


def refers_to_others(text: str) -> bool:
    """Whether an option speaks of the others ("Cả A và B", "Tất cả các phương án trên")."""
    return len(text) <= 120 and text[:1] in _FIRST and _REFERS.match(fold(text)) is not None


@dataclass(frozen=True)
class Answer:
    """A `= …` line as canonical expressions; `other_unit` is a second unit that differs from the first."""

    low: str
    high: str
    exact: str
    unit: str = ""
    other_unit: str | None = None


def read_answer(text: str) -> Answer:
    """`20 ± 1 ngày`, `1.500.000 ± 5%`, `18 .. 20`, `@a * 3 ± 1%`. Raises variables.BadExpressionError."""
    if ".." in text:
        first, _, second = text.partition("..")
        low, unit = _with_unit(first)
        high, other = _with_unit(second.lstrip("."))
        unit, differs = _one_unit(unit, other)
        return Answer(low, high, _simplified(f"( {low} + {high} ) / 2"), unit, differs)
    parts = re.split(r"±|\+/?-", text, maxsplit=1)
    exact, unit = _with_unit(parts[0])
    if len(parts) == 1:
        return Answer(exact, exact, exact, unit)
    tolerance, other = _with_unit(parts[1])
    if variables.mentioned(tolerance) or variables.evaluate(tolerance) < 0:
        raise variables.BadExpressionError(text)
    # `5%` is a share of the value, unless the value itself is in percent.
    share = re.match(r"%(?!\S)\s*(.*)", other)
    if share and unit != "%":
        part = Decimal(tolerance) if re.fullmatch(r"[\d.]+", tolerance) else None
        if part is None or part > 100:
            raise variables.BadExpressionError(text)
        unit, differs = _one_unit(unit, share[1])
        low, high = (_simplified(f"( {exact} ) * {_plain(1 + sign * part / 100)}") for sign in (-1, 1))
        if low == high or not variables.mentioned(exact):
            low, high = sorted((low, high), key=variables.evaluate)
        return Answer(low, high, exact, unit, differs)
    unit, differs = _one_unit(unit, other)
    low, high = (_simplified(f"( {exact} ) {sign} {tolerance}") for sign in "-+")
    return Answer(low, high, exact, unit, differs)


def _with_unit(text: str) -> tuple[str, str]:
    expression, unit = variables.canonical(text)
    if unit and (len(unit) > 40 or not re.match(r"(?![eE][0-9])[^\W\d_]|[%°₫$€]", unit)):
        raise variables.BadExpressionError(text)
    return _simplified(expression), " ".join(unit.split())


def _one_unit(first: str, second: str) -> tuple[str, str | None]:
    if first and second and first.casefold() != second.casefold():
        return first, second
    return first or second, None


def _simplified(expression: str) -> str:
    """A constant as one decimal where it is one; anything else as it stands."""
    if variables.mentioned(expression):
        return expression
    value = variables.evaluate(expression)
    if value.denominator == 1:
        return str(value.numerator)
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return _plain(decimal) if Fraction(decimal) == value else expression


def _plain(value: Decimal) -> str:
    return f"{value:f}"

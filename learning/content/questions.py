"""Questions: drafts judged and built; only the leaf fragments are rendered.

`read` takes one QuestionBlock and gives a `Stamped` question: the compiled one (None where nothing can be asked),
with its id, kind and place. Faults carry the line and column of what is wrong.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol

from learning.content import frontmatter, variables
from learning.content.amounts import Amount, read_amount
from learning.content.drafts import (
    ANSWER,
    KEYS,
    KIND_NAMES,
    POOL_KEYS,
    QUESTION_KEYS,
    REPEATED,
    Draft,
    Piece,
    read_draft,
)
from learning.content.faults import Report
from learning.content.frontmatter import WrongTypeError
from learning.content.model import (
    Citation,
    Criterion,
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
    Written,
)
from learning.content.outline import QuestionBlock
from learning.content.tree import SourcePage
from learning.content.yaml_text import Node, Scalar
from learning.vietnamese.folding import fold

OPTIONS_CAP = 50
CRITERIA_CAP = 20
MOST_POINTS = Decimal(100)  # of a criterion: its steps are chosen from a list
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
    # One without a heading stands among the keys of its section, which are no part of its stem.
    keys = QUESTION_KEYS if block.title else QUESTION_KEYS | POOL_KEYS
    draft = read_draft(page, block.range[0], block.range[1], keys)
    return _Reader(page, block, draft, render, report, shuffled, points).stamped()


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
            for piece in pieces[1:] if key not in REPEATED else []:
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

    def coerced(self, key: str, coerce: Callable[[Node], Any], default: Any) -> Any:
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
        """As declared, else as it is answered; "" where what its kind is answered by is not there."""
        draft, declared = self.draft, self.declared_kind
        if declared == "written":  # nothing in the file answers it
            return declared
        answered = {
            **dict.fromkeys(("text", "number"), draft.answers),
            "match": draft.pairs,
            "order": draft.items,
            "gaps": draft.gaps,
        }
        if declared in answered:
            return declared if answered[declared] else ""
        if draft.options:
            if declared in ("single", "multiple"):
                return declared
            return "multiple" if {option.marker for option in draft.options} == {"["} else "single"
        if declared in ("single", "multiple"):
            return ""
        if not declared:
            if draft.gaps:
                return "gaps"
            if draft.pairs:
                return "match"
            if draft.answers:
                return "number" if self.reads_as_number(draft.answers[0].text) else "text"
        return "true-false" if "answer" in draft.keys else ""

    def reads_as_number(self, text: str) -> bool:
        if "@" in text and "variables" in self.draft.keys:
            return True
        return _NUMBER.match(text) is not None or any(sign in text for sign in ("±", "+-", ".."))

    def variables(self) -> tuple[Variable, ...]:
        found: dict[str, Variable] = {}
        for piece in self.draft.keys.get("variables", []):
            for one in variables.read_variables(piece.text):
                if isinstance(one, str):
                    self.report("Q025", piece.line, piece.column, value=one)
                elif one.name in found:
                    self.report("F008", piece.line, piece.column, key=one.name)
                elif len(found) < variables.VARIABLES_CAP:
                    found[one.name] = one
        if found:
            self.mentions(set(found))
        return tuple(found.values())

    def mentions(self, known: set[str]) -> None:
        first, end = self.block.range
        for number, line in enumerate(self.page.lines[first - 1 : end - 1], first):
            for mention in variables.MENTION.finditer(line) if "@" in line and not ANSWER.match(line) else ():
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
            "written": self.written,
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
            "points": self.worth(answer.get("criteria", ())),
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

    def worth(self, criteria: tuple[Criterion, ...]) -> Decimal:
        """The points of the question: those of its criteria together, where it has any."""
        if not criteria:
            return Decimal(self.coerced("points", frontmatter.number, self.points))
        total = sum((one.points for one in criteria), Decimal(0))
        said = self.coerced("points", frontmatter.number, total)
        if said != total:
            place = self.draft.keys["points"][0]
            self.report("Q033", place.line, place.column, points=_plain(said), total=_plain(total))
        return total

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
        mixed = len({option.marker for option in options}) > 1
        if mixed:
            other = next(option for option in options if option.marker != options[0].marker)
            self.report("Q012", other.line, 1)
        right = [option for option in options if option.right]
        if not right:
            self.report("Q010", options[0].line, 1)
        elif len(right) > 1 and not several and not mixed:
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
            answer = read_amount(piece.text)
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

    def at_extremes(self, piece: Piece, answer: Amount) -> None:
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
        parts = re.split(r"[ \t]+/[ \t]+", piece.text)
        if len(parts) == 1:  # `A/*B/C`
            parts = piece.text.split("/")
        for written in parts[:OPTIONS_CAP]:
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

    def written(self) -> dict[str, Any] | None:
        if self.draft.answered:
            self.report("Q035", self.block.line, 1)
        pieces = self.draft.keys.get("criterion", [])
        if not pieces:
            self.report("Q032", self.block.line, 1)
        for piece in pieces[CRITERIA_CAP : CRITERIA_CAP + 1]:
            self.report("Q036", piece.line, 1, most=CRITERIA_CAP)
        criteria = [one for piece in pieces[:CRITERIA_CAP] if (one := self.criterion(piece)) is not None]
        return {"criteria": tuple(criteria)} if criteria else None

    def criterion(self, piece: Piece) -> Criterion | None:
        text, _, points = (part.strip() for part in piece.text.rpartition("|"))
        try:
            worth = frontmatter.above_zero(Scalar(points, piece.line, piece.column))
        except WrongTypeError:
            worth = Decimal(0)
        if not text or not 0 < worth <= MOST_POINTS:
            self.report("Q034", piece.line, piece.column, text=_label(piece.text))
            return None
        return Criterion(html=self.render.leaf(text), points=worth)


_STRUCTS: dict[str, Any] = {
    "single": Single,
    "multiple": Multiple,
    "true-false": TrueFalse,
    "text": Text,
    "number": Number,
    "match": Match,
    "order": Order,
    "gaps": Gaps,
    "written": Written,
}


def _kind_named(node: Node) -> str:
    kind = KIND_NAMES.get(fold(frontmatter.text(node)))
    if kind is None:
        raise WrongTypeError(" | ".join(dict.fromkeys(KIND_NAMES.values())))
    return kind


def _truth(node: Node) -> bool:
    written = frontmatter.text(node).strip("*_.").casefold()
    if written in ("đúng", "true"):
        return True
    if written in ("sai", "false"):
        return False
    raise WrongTypeError("Đúng | Sai | True | False")


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}".replace(".", ",")


def _label(text: str) -> str:
    return " ".join(text.split())[:60]


# A digit or a sign, or a variable that nobody has declared (Q027).
_NUMBER = re.compile(r"[0-9+\-−]|[( ]*@[A-Za-z]")
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

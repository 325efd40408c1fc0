"""An item of QTI 2 or 3 as a question: the one interaction that it has, and what is declared right."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from learning.content.exchange.bank import BankGap, BankOption, BankQuestion, Kind, Skipped
from learning.content.exchange.markup import Markup
from learning.content.exchange.qti_names import (
    EXPLAINED,
    IN_PLACE,
    attribute,
    below,
    first,
    key_of,
    local,
    said,
)
from learning.content.exchange.shapes import (
    MOST_GAPS,
    NotOursError,
    decimal,
    tidy,
    titled,
    true_or_false,
    worth,
)

_INTERACTIONS = {
    "choiceInteraction": "choice",
    "orderInteraction": "order",
    "matchInteraction": "match",
    "associateInteraction": "associate",
    "gapMatchInteraction": "gap_match",
    "textEntryInteraction": "entry",
    "inlineChoiceInteraction": "entry",
}
_SKIPPED_KINDS = {
    "extendedTextInteraction": "Câu tự luận không có tiêu chí chấm trong tệp: viết lại với “Loại: tự luận”.",
    "uploadInteraction": "Câu nộp tệp (uploadInteraction): ở đây chưa có loại này.",
}


@dataclass(frozen=True)
class _Key:
    """What a response declaration says is right: values, and weights where it has a mapping."""

    values: tuple[str, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    cardinality: str = ""
    base: str = ""

    @property
    def right(self) -> tuple[str, ...]:
        if self.values:
            return self.values
        if self.cardinality == "single":
            most = max((weight for _, weight in self.weights), default=Decimal(0))
            return tuple(value for value, weight in self.weights if weight == most > 0)
        return tuple(value for value, weight in self.weights if weight > 0)


@dataclass
class Item:
    """One `assessmentItem`. `weight`: the points that its test gives it, None where it does not say."""

    root: Any
    path: str
    markup: Markup
    skipped: list[Skipped]
    tags: tuple[str, ...] = ()
    weight: Decimal | None = None

    def __post_init__(self) -> None:
        self.markup.special = lambda element: element.get(IN_PLACE)

    def question(self) -> BankQuestion:
        """Raises NotOursError."""
        body = first(self.root, "itemBody")
        if body is None:
            raise NotOursError("Câu hỏi không có nội dung (itemBody).")
        if first(self.root, "templateDeclaration") is not None:
            raise NotOursError("Câu hỏi sinh số ngẫu nhiên (templateDeclaration): hãy viết lại bằng “Biến:”.")
        found = [one for one in body.iter() if local(one).endswith("Interaction")]
        kinds = {_INTERACTIONS.get(local(one), "") for one in found}
        if not found:
            raise NotOursError("Mục này không hỏi gì.")
        if "" in kinds:
            odd = next(local(one) for one in found if local(one) not in _INTERACTIONS)
            raise NotOursError(_SKIPPED_KINDS.get(odd) or f"Loại câu hỏi {odd[:60]} chưa nhập được.")
        if len(kinds) > 1 or (len(found) > 1 and kinds != {"entry"}):
            raise NotOursError("Một mục hỏi nhiều điều: hãy tách thành nhiều câu.")
        for one in list(below(body, "rubricBlock")):
            self.tell(
                one, said(one), f"Lời dặn cho người chấm hay thí sinh (rubricBlock) không nhập ({self.path})."
            )
            one.set(IN_PLACE, "")
        if len(found) > MOST_GAPS:
            raise NotOursError(f"Đoạn văn có hơn {MOST_GAPS} chỗ trống.")
        make: Callable[[Any, list[Any]], BankQuestion] = getattr(self, f"_{kinds.pop()}")
        question = make(body, found)
        if question.kind in ("true-false", "text", "number"):
            return question
        # The other kinds have feedback at their options only.
        told = "\n\n".join(filter(None, [question.feedback, question.explanation]))
        return replace(question, feedback="", explanation=told)

    def tell(self, element: Any, what: str, reason: str) -> None:
        """Names something of the item that is not kept."""
        if what:
            self.skipped.append(Skipped(element.sourceline or 0, what, reason))

    # --- What all kinds have

    def key(self, interaction: Any) -> _Key:
        declared = self.declared.get(attribute(interaction, "responseIdentifier"))
        return _Key() if declared is None else _key(declared)

    @cached_property
    def declared(self) -> dict[str, Any]:
        """The response declarations by their identifiers; the first of each."""
        found: dict[str, Any] = {}
        for one in below(self.root, "responseDeclaration"):
            found.setdefault(attribute(one, "identifier"), one)
        return found

    def made(self, kind: Kind, body: Any, stem: str, **answer: Any) -> BankQuestion:
        feedback, explanation = self.modal(answer.pop("known", ()))
        return BankQuestion(
            kind=kind,
            stem=stem,
            title=titled(attribute(self.root, "title"), stem),
            key=key_of(attribute(self.root, "identifier")),
            name=" ".join(attribute(self.root, "title").split()),
            points=worth(self.points(), self.markup.said),
            tags=self.tags,
            feedback=feedback,
            explanation=explanation,
            line=self.root.sourceline or 0,
            **answer,
        )

    def points(self) -> Decimal | None:
        found = self.weight
        for one in below(self.root, "outcomeDeclaration"):
            if found is None and attribute(one, "identifier") == "MAXSCORE":
                found = decimal(said(one))
        for one in below(self.root, "outcomeDeclaration"):
            if found is None and attribute(one, "identifier") == "SCORE":
                found = decimal(attribute(one, "normalMaximum"))
        return found

    def modal(self, known: Any) -> tuple[str, str]:
        """Feedback to the whole question and explanation; what belongs to an option is read there."""
        feedback: list[str] = []
        explanation: list[str] = []
        for one in below(self.root, "modalFeedback"):
            if attribute(one, "identifier") in known:
                continue
            text = self.markup.blocks(one)
            (explanation if attribute(one, "outcomeIdentifier") == EXPLAINED else feedback).append(text)
        distinct = dict.fromkeys(filter(None, feedback))
        return "\n\n".join(distinct), "\n\n".join(dict.fromkeys(filter(None, explanation)))

    def of_choices(self) -> dict[str, str]:
        """Identifier of a modal feedback by the choice that brings it up."""
        outcomes = {attribute(one, "identifier"): one for one in below(self.root, "modalFeedback")}
        found: dict[str, str] = {}
        for one in below(self.root, "responseIf", "responseElseIf"):
            condition = next((child for child in one), None)
            values = (
                [said(value) for value in condition.iter() if local(value) == "baseValue"]
                if condition is not None
                else []
            )
            sets = [said(child) for child in one if local(child) == "setOutcomeValue"]
            if len(values) == 1:
                found.update((values[0], to) for to in sets if to in outcomes)
        return found

    def stem(self, body: Any, interaction: Any) -> str:
        """What is said around an interaction, and its prompt."""
        prompt = first(interaction, "prompt")
        asked = self.markup.blocks(prompt) if prompt is not None else ""
        interaction.set(IN_PLACE, "")
        return "\n\n".join(filter(None, [self.markup.blocks(body), asked]))

    def shuffle(self, interaction: Any) -> bool | None:
        value = attribute(interaction, "shuffle").casefold()
        return None if not value else value == "true"

    def labelled(self, element: Any, name: str) -> dict[str, Any]:
        return {attribute(one, "identifier"): one for one in element.iter() if local(one) == name}

    def leaf(self, element: Any) -> str:
        return self.markup.line(element)

    # --- Kinds

    def _choice(self, body: Any, found: list[Any]) -> BankQuestion:
        interaction = found[0]
        key = self.key(interaction)
        choices = self.labelled(interaction, "simpleChoice")
        right = set(key.right)
        if not right & set(choices):
            raise NotOursError("Câu hỏi không có phương án đúng.")
        if len({weight for value, weight in key.weights if weight > 0 and value in choices}) > 1:
            self.markup.said("Phương án được điểm khác nhau: ở đây phương án đúng đều ngang nhau.")
        modal = {attribute(one, "identifier"): one for one in below(self.root, "modalFeedback")}
        told = self.of_choices()
        options, known = [], set()
        for identifier, choice in choices.items():
            pieces = []
            for inline in list(below(choice, "feedbackInline", "feedbackBlock")):
                pieces.append(self.leaf(inline))
                inline.set(IN_PLACE, "")
            brought = told.get(identifier, identifier)
            if brought in modal:
                known.add(brought)
                pieces.append(self.markup.blocks(modal[brought]))
            options.append(
                BankOption(self.leaf(choice), identifier in right, "\n\n".join(filter(None, pieces)))
            )
        single = key.cardinality == "single" or (
            not key.cardinality and attribute(interaction, "maxChoices") == "1"
        )
        made = self.made(
            "single" if single else "multiple",
            body,
            self.stem(body, interaction),
            options=tuple(options),
            shuffle=self.shuffle(interaction),
            known=known,
        )
        return true_or_false(made)

    def _order(self, body: Any, found: list[Any]) -> BankQuestion:
        choices = self.labelled(found[0], "simpleChoice")
        values = [value for value in self.key(found[0]).values if value in choices]
        if not values or len(set(values)) < len(choices):
            raise NotOursError("Câu sắp xếp không nói hết thứ tự đúng.")
        items = tuple(self.leaf(choices[value]) for value in values)
        return self.made(
            "order", body, self.stem(body, found[0]), items=items, shuffle=self.shuffle(found[0])
        )

    def _match(self, body: Any, found: list[Any]) -> BankQuestion:
        sets = list(below(found[0], "simpleMatchSet"))
        if len(sets) != 2:
            raise NotOursError("Câu ghép không có hai vế.")
        return self.paired(body, found[0], self.labelled(sets[0], _CHOICE), self.labelled(sets[1], _CHOICE))

    def _associate(self, body: Any, found: list[Any]) -> BankQuestion:
        choices = self.labelled(found[0], _CHOICE)
        firsts = [value.split()[0] for value in self.key(found[0]).right if len(value.split()) == 2]
        lefts = {name: one for name, one in choices.items() if name in firsts}
        rights = {name: one for name, one in choices.items() if name not in firsts}
        return self.paired(body, found[0], lefts, rights)

    def paired(
        self, body: Any, interaction: Any, lefts: Mapping[str, Any], rights: Mapping[str, Any]
    ) -> BankQuestion:
        pairs: dict[str, str] = {}
        for value in self.key(interaction).right:
            sides = value.split()
            if len(sides) != 2 or sides[0] not in lefts or sides[1] not in rights or sides[0] in pairs:
                raise NotOursError("Câu ghép có cặp không đọc được, hoặc một vế trái ghép với nhiều vế phải.")
            pairs[sides[0]] = sides[1]
        if len(pairs) < len(lefts) or not pairs:
            raise NotOursError("Câu ghép có vế trái không ghép với vế nào.")
        made = [(self.leaf(lefts[left]), self.leaf(rights[pairs[left]])) for left in lefts]
        made += [("", self.leaf(one)) for name, one in rights.items() if name not in pairs.values()]
        stem = self.stem(body, interaction)
        return self.made("match", body, stem, pairs=tuple(made), shuffle=self.shuffle(interaction))

    def _gap_match(self, body: Any, found: list[Any]) -> BankQuestion:
        interaction = found[0]
        if first(interaction, "gapImg") is not None:
            raise NotOursError("Câu kéo thả hình vào chỗ trống: ở đây chưa có loại này.")
        texts = {name: self.leaf(one) for name, one in self.labelled(interaction, "gapText").items()}
        holes = list(below(interaction, "gap"))
        if max(len(holes), len(texts)) > MOST_GAPS:
            raise NotOursError(f"Đoạn văn có hơn {MOST_GAPS} chỗ trống hay từ để chọn.")
        right = dict(value.split()[::-1] for value in self.key(interaction).right if len(value.split()) == 2)
        gaps = []
        for number, gap in enumerate(holes, 1):
            chosen = right.get(attribute(gap, "identifier"), "")
            if chosen not in texts:
                raise NotOursError("Chỗ trống không có câu trả lời đúng.")
            gap.set(IN_PLACE, f"{OPEN}{number}{CLOSE}")
            options = tuple(BankOption(text, name == chosen) for name, text in texts.items())
            gaps.append(BankGap(str(number), options=options))
        for text in list(below(interaction, "gapText")):
            text.set(IN_PLACE, "")
        stem = self.gapped(body)
        return self.made("gaps", body, stem, gaps=tuple(gaps), shuffle=self.shuffle(interaction))

    def _entry(self, body: Any, found: list[Any]) -> BankQuestion:
        lone = found[0] if len(found) == 1 and local(found[0]) == "textEntryInteraction" else None
        if lone is not None:
            key = self.key(lone)
            number = self.number(lone, key) if key.base in ("float", "integer") else None
            alone = _stands_alone(lone, body)
            if number is not None or alone:
                lone.set(IN_PLACE, "" if alone else "____")
                stem = self.markup.blocks(body)
                if number is not None:
                    return self.made("number", body, stem, number=number, unit="")
                return self.made("text", body, stem, accepted=self.typed(lone, key))
        gaps = []
        for number_of, one in enumerate(found, 1):
            key = self.key(one)
            one.set(IN_PLACE, f"{OPEN}{number_of}{CLOSE}")
            if local(one) == "inlineChoiceInteraction":
                right = key.right[:1]
                choices = self.labelled(one, "inlineChoice")
                if not right or right[0] not in choices:
                    raise NotOursError(f"Chỗ trống ({number_of}) không có phương án đúng.")
                options = tuple(
                    BankOption(self.leaf(choice), name == right[0]) for name, choice in choices.items()
                )
                gaps.append(BankGap(str(number_of), options=options))
            else:
                gaps.append(BankGap(str(number_of), accepted=self.typed(one, key)))
        return self.made("gaps", body, self.gapped(body), gaps=tuple(gaps))

    def gapped(self, body: Any) -> str:
        return re.sub(f"{OPEN}([0-9]+){CLOSE}", r"(\1)____", self.markup.blocks(body))

    def typed(self, interaction: Any, key: _Key) -> tuple[str, ...]:
        most = max((weight for _, weight in key.weights), default=Decimal(0))
        accepted = [*key.values, *(value for value, weight in key.weights if weight == most > 0)]
        for value, weight in key.weights:
            if weight < most and value not in key.values:
                self.tell(interaction, value, f"Câu trả lời được ít điểm hơn không nhập ({self.path}).")
        kept = tuple(dict.fromkeys(" ".join(value.split()) for value in accepted if value.strip()))
        if not kept:
            raise NotOursError("Chỗ điền không có câu trả lời đúng.")
        return kept

    def number(self, interaction: Any, key: _Key) -> tuple[Decimal, Decimal] | None:
        value = decimal(key.right[0]) if key.right else None
        name = attribute(interaction, "responseIdentifier")
        bounds: dict[str, Decimal] = {}
        for one in below(self.root, "gte", "lte", "equal"):
            variables = [attribute(child, "identifier") for child in one if local(child) == "variable"]
            values = [decimal(said(child)) for child in one if local(child) == "baseValue"]
            if name not in variables:
                continue
            if local(one) == "equal":
                value = values[0] if values and values[0] is not None else value
                around = (
                    decimal(attribute(one, "tolerance").split()[0]) if attribute(one, "tolerance") else None
                )
                if value is not None and around is not None:
                    mode = attribute(one, "toleranceMode")
                    around = (
                        abs(value * around / 100)
                        if mode == "relative"
                        else abs(around)
                        if mode == "absolute"
                        else Decimal(0)
                    )
                    return tidy(value - around), tidy(value + around)
            elif values and values[0] is not None:
                bounds.setdefault(local(one), values[0])
        if "gte" in bounds and "lte" in bounds and bounds["gte"] <= bounds["lte"]:
            return bounds["gte"], bounds["lte"]
        return (value, value) if value is not None else None


def _key(declared: Any) -> _Key:
    correct, mapping = first(declared, "correctResponse"), first(declared, "mapping")
    values = [said(value) for value in below(correct, "value")] if correct is not None else []
    entries = below(mapping, "mapEntry") if mapping is not None else iter(())
    weights = [
        (attribute(one, "mapKey"), decimal(attribute(one, "mappedValue")) or Decimal(0)) for one in entries
    ]
    return _Key(
        tuple(values), tuple(weights), attribute(declared, "cardinality"), attribute(declared, "baseType")
    )


OPEN, CLOSE = "\ue010", "\ue011"  # of the number of a gap, until its text is Markdown
_CHOICE = "simpleAssociableChoice"


def _stands_alone(interaction: Any, body: Any) -> bool:
    """Whether a field has its paragraph to itself: then nothing is to be filled in, but to be answered."""
    parent = interaction.getparent()
    if parent is body:
        return not (interaction.tail or "").strip() and not _text_before(interaction)
    return not any(text.strip() for text in parent.itertext())


def _text_before(element: Any) -> bool:
    before = element.getprevious()
    text = before.tail if before is not None else element.getparent().text
    return bool((text or "").strip())

"""QTI 1.2: what Common Cartridge and Canvas write quizzes in (`questestinterop`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from learning.content.exchange.bank import BankGap, BankOption, BankQuestion, Kind, Skipped
from learning.content.exchange.elements import words
from learning.content.exchange.escaping import escaped, plain_blocks
from learning.content.exchange.markup import Markup
from learning.content.exchange.qti_names import below, first, key_of, local, said
from learning.content.exchange.shapes import (
    NotOursError,
    decimal,
    tidy,
    titled,
    told_apart,
    true_or_false,
    worth,
)


def read(root: Any, markup: Markup, skipped: list[Skipped]) -> Iterator[tuple[str, list[BankQuestion]]]:
    """Title and questions of each assessment and bank; what could not be read is put to `skipped`."""
    for holder in (*below(root, *_HOLDERS), root):
        questions = []
        for one in below(holder, "item"):
            if next((above for above in one.iterancestors() if local(above) in _HOLDERS), root) is not holder:
                continue  # of a bank within this one, or of an assessment beside
            try:
                questions.append(_Item(one, markup, skipped).question())
            except NotOursError as error:
                what = " · ".join(filter(None, [one.get("title") or "", markup_words(one)]))
                skipped.append(Skipped(one.sourceline or 0, what, str(error)))
        for material in holder:
            if local(material) in ("rubric", "presentation_material") and said(material):
                skipped.append(
                    Skipped(material.sourceline or 0, markup_words(material), "Lời dặn của đề không nhập.")
                )
        yield holder.get("title") or "", questions


_HOLDERS = ("assessment", "objectbank")


def markup_words(element: Any) -> str:
    """The words of every text of an element; HTML that is written as text is read."""
    texts = [
        said(one) if len(one) else words(one.text or "") for one in element.iter() if local(one) == "mattext"
    ]
    return " · ".join(filter(None, texts)) or said(element)


def _text(element: Any, markup: Markup, *, line: bool = False) -> str:
    if len(element):  # HTML as elements
        return markup.line(element) if line else markup.blocks(element)
    text = element.text or ""
    if (element.get("texttype") or "text/plain").casefold() == "text/plain" and "</" not in text:
        return escaped(" ".join(text.split())) if line else plain_blocks(text)
    return markup.line(text) if line else markup.blocks(text)


@dataclass(frozen=True)
class _Condition:
    """One way to a score: what is to be chosen or typed, and what feedback it brings up."""

    values: tuple[tuple[str, str], ...]  # response, value
    element: Any
    score: Decimal
    feedbacks: tuple[str, ...]


@dataclass
class _Item:
    element: Any
    markup: Markup
    skipped: list[Skipped]

    def question(self) -> BankQuestion:
        self.meta = {
            said(label).casefold(): said(entry)
            for one in below(self.element, "qtimetadatafield")
            if (label := first(one, "fieldlabel")) is not None
            and (entry := first(one, "fieldentry")) is not None
        }
        self.kind = self.meta.get("question_type") or self.meta.get("cc_profile") or ""
        presentation = first(self.element, "presentation")
        if presentation is None:
            raise NotOursError("Câu hỏi không có nội dung (presentation).")
        responses = [
            one
            for one in presentation.iter()
            if local(one).startswith("response_") and local(one) != "response_label"
        ]
        self.conditions = list(self.found())
        self.feedbacks = {
            one.get("ident") or "": self.material(one) for one in below(self.element, "itemfeedback")
        }
        stem = "\n\n".join(filter(None, self.materials(presentation)))
        kinds = {local(one) for one in responses}
        if "essay" in self.kind or "file_upload" in self.kind:
            raise NotOursError(
                "Câu tự luận hay nộp tệp không có tiêu chí chấm: viết lại với “Loại: tự luận”."
            )
        if not responses:
            raise NotOursError("Mục này không hỏi gì.")
        if kinds == {"response_lid"}:
            return self.chosen(stem, responses)
        if kinds <= {"response_str", "response_num"} and len(responses) == 1:
            return self.typed(stem, responses[0])
        raise NotOursError(f"Loại câu hỏi {self.kind or '/'.join(sorted(kinds))} chưa nhập được.")

    def found(self) -> Iterator[_Condition]:
        for one in below(self.element, "respcondition"):
            variables = first(one, "conditionvar")
            if variables is None:
                continue
            values = [
                (var.get("respident") or "", said(var))
                for var in below(variables, "varequal")
                if not any(local(above) == "not" for above in var.iterancestors())
            ]
            scores = [decimal(said(var)) or Decimal(0) for var in below(one, "setvar")]
            links = [link.get("linkrefid") or "" for link in below(one, "displayfeedback")]
            yield _Condition(tuple(values), variables, max(scores, default=Decimal(0)), tuple(links))

    def materials(self, element: Any) -> Iterator[str]:
        for child in element:
            if local(child) == "material":
                yield self.material(child)
            elif local(child).startswith("flow"):
                yield from self.materials(child)

    def material(self, element: Any) -> str:
        pieces = []
        for one in element.iter():
            if local(one) == "mattext":
                pieces.append(_text(one, self.markup))
            elif local(one) == "matimage":
                pieces.append(self.markup.image(one.get("uri") or "", one.get("label") or ""))
        return "\n\n".join(filter(None, pieces))

    def label(self, element: Any) -> str:
        pieces = [_text(one, self.markup, line=True) for one in below(element, "mattext")]
        pieces += [self.markup.image(one.get("uri") or "", "") for one in below(element, "matimage")]
        return " ".join(filter(None, pieces))

    def made(self, kind: Kind, stem: str, used: set[str], **answer: Any) -> BankQuestion:
        """`used` are the feedbacks that have their place; the others explain, or are told of."""
        explained = [
            text for ident, text in self.feedbacks.items() if ident == "general_fb" or "solution" in ident
        ]
        for ident, text in self.feedbacks.items():
            if ident not in used and ident != "general_fb" and "solution" not in ident and text:
                self.skipped.append(
                    Skipped(
                        self.element.sourceline or 0,
                        text,
                        f"Phản hồi chung ({ident[:40]}) không có chỗ trong khóa học.",
                    )
                )
        points = decimal(self.meta.get("cc_weighting") or self.meta.get("points_possible"))
        title = " ".join((self.element.get("title") or "").split())
        return BankQuestion(
            kind=kind,
            stem=stem,
            title="" if title.casefold() in ("question", "câu hỏi") else titled(title, stem),
            key=key_of((self.element.get("ident") or "").strip()),
            name=title,
            points=worth(points, self.markup.said),
            explanation="\n\n".join(filter(None, explained)),
            line=self.element.sourceline or 0,
            **answer,
        )

    # --- Kinds

    def chosen(self, stem: str, responses: list[Any]) -> BankQuestion:
        if len(responses) > 1 or "blanks" in self.kind or "dropdowns" in self.kind:
            return (
                self.blanks(stem, responses)
                if "blanks" in self.kind or "dropdowns" in self.kind
                else self.paired(stem, responses)
            )
        response = responses[0]
        cardinality = (response.get("rcardinality") or "Single").casefold()
        if cardinality == "ordered":
            raise NotOursError("Câu sắp xếp của QTI 1.2 chưa nhập được.")
        single = cardinality == "single"
        most = max((one.score for one in self.conditions), default=Decimal(0))
        right = {
            value
            for one in self.conditions
            for _, value in one.values
            if one.score > 0 and (one.score == most or not single)
        }
        labels = {one.get("ident") or "": one for one in below(response, "response_label")}
        if not right & set(labels):
            raise NotOursError("Câu hỏi không có phương án đúng.")
        told: dict[str, list[str]] = {}
        used: set[str] = set()
        for one in self.conditions:
            own = [
                link
                for link in one.feedbacks
                if link not in ("general_fb", "correct_fb", "general_incorrect_fb")
            ]
            if len(one.values) == 1 and own:
                told.setdefault(one.values[0][1], []).extend(own)
                used.update(own)
        options = tuple(
            BankOption(
                self.label(label),
                ident in right,
                "\n\n".join(
                    dict.fromkeys(
                        filter(None, (self.feedbacks.get(link, "") for link in told.get(ident, ())))
                    )
                ),
            )
            for ident, label in labels.items()
        )
        chooser = first(response, "render_choice")
        shuffle = (chooser.get("shuffle") or "").casefold() if chooser is not None else ""
        return true_or_false(
            self.made(
                "single" if single else "multiple",
                stem,
                used,
                options=options,
                shuffle=None if not shuffle else shuffle == "yes",
            )
        )

    def right(self, response: Any) -> list[str]:
        return self.rights.get(response.get("ident") or "", [])

    @cached_property
    def rights(self) -> dict[str, list[str]]:
        """The values that earn something, by the response that they answer."""
        found: dict[str, list[str]] = {}
        for one in self.conditions:
            for of, value in one.values if one.score > 0 else ():
                found.setdefault(of, []).append(value)
        return found

    def paired(self, stem: str, responses: list[Any]) -> BankQuestion:
        pairs, rights = [], {}
        for response in responses:
            labels = {one.get("ident") or "": self.label(one) for one in below(response, "response_label")}
            rights.update(dict.fromkeys(labels.values()))
            right = [labels[value] for value in self.right(response) if value in labels]
            left = "".join(self.label(one) for one in response if local(one) == "material")
            if len(set(right)) != 1 or not left:
                raise NotOursError("Câu ghép có vế không ghép với đúng một vế.")
            pairs.append((left, right[0]))
        taken = {right for _, right in pairs}
        pairs += [("", text) for text in rights if text and text not in taken]
        return self.made("match", stem, set(), pairs=tuple(pairs))

    def blanks(self, stem: str, responses: list[Any]) -> BankQuestion:
        """Canvas: `[name]` in the text is a blank."""
        gaps = []
        for number, response in enumerate(responses, 1):
            name = "".join(said(one) for one in response if local(one) == "material")
            labels = {one.get("ident") or "": one for one in below(response, "response_label")}
            place = next(
                (one for one in (f"[{name}]", f"\\[{name}]", f"\\[{escaped(name)}]") if name and one in stem),
                "",
            )
            if not place:
                raise NotOursError(f"Chỗ trống [{name[:40]}] không có trong lời câu hỏi.")
            stem = stem.replace(place, f"({number})____", 1)
            if "dropdowns" in self.kind:
                right = self.right(response)[:1]
                if not right or right[0] not in labels:
                    raise NotOursError(f"Chỗ trống ({number}) không có phương án đúng.")
                options = tuple(
                    BankOption(self.label(one), ident == right[0]) for ident, one in labels.items()
                )
                gaps.append(BankGap(str(number), options=options))
            else:
                accepted = tuple(dict.fromkeys(filter(None, (said(one) for one in labels.values()))))
                if not accepted:
                    raise NotOursError(f"Chỗ trống ({number}) không có câu trả lời đúng.")
                gaps.append(BankGap(str(number), accepted=accepted))
        return self.made("gaps", stem, set(), gaps=tuple(gaps))

    def typed(self, stem: str, response: Any) -> BankQuestion:
        right = [one for one in self.conditions if one.score > 0]
        field = first(response, "render_fib")
        numeric = "numerical" in self.kind or (
            field is not None
            and (field.get("fibtype") or "").casefold() in ("decimal", "integer", "scientific")
        )
        used = {link for one in right for link in one.feedbacks} - {"general_fb"}
        feedback = told_apart(
            (", ".join(value for _, value in one.values), self.feedbacks.get(link, ""))
            for one in right
            for link in one.feedbacks
            if link != "general_fb"
        )
        if numeric and (found := self.range(right)):
            return self.made("number", stem, used, number=found, feedback=feedback)
        accepted = [value for one in right for _, value in one.values]
        for var in (var for one in right for var in below(one.element, "varsubstring", "varsubset")):
            self.skipped.append(
                Skipped(
                    var.sourceline or 0,
                    said(var),
                    "Chỉ cần chứa chữ này là đúng: ở đây phải viết ra cả câu trả lời.",
                )
            )
        accepted = list(dict.fromkeys(filter(None, accepted)))
        if not accepted:
            raise NotOursError("Câu điền không có câu trả lời đúng nào được viết ra.")
        return self.made("text", stem, used, accepted=tuple(accepted), feedback=feedback)

    def range(self, right: list[_Condition]) -> tuple[Decimal, Decimal] | None:
        for one in right:
            bounds = {
                kind: [
                    value for var in below(one.element, *names) if (value := decimal(said(var))) is not None
                ]
                for kind, names in (
                    ("low", ("vargte", "vargt")),
                    ("high", ("varlte", "varlt")),
                    ("exact", ("varequal",)),
                )
            }
            if bounds["low"] and bounds["high"] and bounds["low"][0] <= bounds["high"][0]:
                return tidy(bounds["low"][0]), tidy(bounds["high"][0])
            if bounds["exact"]:
                return bounds["exact"][0], bounds["exact"][0]
        return None

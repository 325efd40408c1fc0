"""A bank as a QTI 3 package: a manifest, one test whose sections are those of the bank, an item for each question."""

from collections.abc import Callable
from typing import Any

from learning.content.exchange.bank import Bank, BankQuestion, Skipped
from learning.content.exchange.markup_writing import Writer
from learning.content.exchange.packing import checked, text, zipped
from learning.content.exchange.qti_names import EXPLAINED, identifier_of, made_up
from learning.content.exchange.shapes import shown

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
METADATA = "http://ltsc.ieee.org/xsd/LOM"


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """The questions of a bank as a QTI 3 package, and what it cannot carry."""
    return _Writer(bank, "../{}".format).written()


class _Writer(Writer):
    def file(self) -> bytes:
        self.used: set[str] = set()
        items: dict[str, bytes] = {}
        sections = []
        about: dict[str, BankQuestion] = {}
        for number, lesson in enumerate(self.bank.lessons, 1):
            refs = []
            for question in lesson.questions:
                name = self.identifier(question)
                items[name] = checked(self.item(name, question))
                about[name] = question
                refs.append(f'<qti-assessment-item-ref identifier="{name}" href="items/{name}.xml"/>')
            if refs:
                title = text(lesson.title or self.bank.title)
                sections.append(
                    f'<qti-assessment-section identifier="section-{number}" title="{title}" visible="true">'
                    + "".join(refs)
                    + "</qti-assessment-section>"
                )
        shown_by = {name: self.pictures(item) for name, item in items.items()}
        used = {path for paths in shown_by.values() for path in paths}
        files = {
            "imsmanifest.xml": checked(self.manifest(shown_by, about)),
            "test.xml": checked(self.test(sections)),
        }
        files |= {f"items/{name}.xml": item for name, item in items.items()}
        files |= {path: data for path, data in self.bank.media.items() if path in used}
        return zipped(files)

    def pictures(self, item: bytes) -> list[str]:
        """The files of the bank that an item shows."""
        return [path for path in self.bank.media if f'"../{path}"'.encode() in item]

    def identifier(self, question: BankQuestion) -> str:
        name = identifier_of(question.key)
        if not name or name.casefold() in self.used:
            if question.key:
                self.losses.add(question, f"Mã “{question.key[:40]}” không dùng làm mã trong QTI được.")
            name = made_up(len(self.used) + 1)
        self.used.add(name.casefold())
        return name

    def test(self, sections: list[str]) -> str:
        return (
            f'<qti-assessment-test xmlns="{ITEM}" identifier="test" title="{text(self.bank.title)}">'
            '<qti-test-part identifier="part-1" navigation-mode="nonlinear" submission-mode="individual">'
            + (
                "".join(sections)
                or '<qti-assessment-section identifier="section-0" title="" visible="true"/>'
            )
            + "</qti-test-part></qti-assessment-test>"
        )

    def manifest(self, items: dict[str, list[str]], about: dict[str, BankQuestion]) -> str:
        """`items`: what each shows, by its name."""
        resources = [
            '<resource identifier="r-test" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/>'
            + "".join(f'<dependency identifierref="r-{name}"/>' for name in items)
            + "</resource>"
        ]
        for name, paths in items.items():
            pictures = "".join(f'<file href="{path}"/>' for path in paths)
            words = "".join(
                f"<lom:keyword><lom:string>{text(tag)}</lom:string></lom:keyword>" for tag in about[name].tags
            )
            metadata = (
                f"<metadata><lom:lom><lom:general>{words}</lom:general></lom:lom></metadata>" if words else ""
            )
            resources.append(
                f'<resource identifier="r-{name}" type="imsqti_item_xmlv3p0" href="items/{name}.xml">'
                f'{metadata}<file href="items/{name}.xml"/>{pictures}</resource>'
            )
        return (
            f'<manifest xmlns="{PACKAGE}" xmlns:lom="{METADATA}" identifier="manifest">'
            "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>"
            f"<organizations/><resources>{''.join(resources)}</resources></manifest>"
        )

    # --- Items

    def item(self, name: str, question: BankQuestion) -> str:
        declared, body, scored = _KINDS[question.kind](self, question)
        if question.hints:
            self.losses.add(question, "QTI không có gợi ý trước khi trả lời.")
        if question.unit:
            self.losses.add(question, f"QTI không có đơn vị của số: {question.unit}.")
        if question.shuffle is not None and question.kind in ("true-false", "text", "number", "gaps"):
            self.losses.add(question, "QTI không có “Trộn” cho loại câu này.")
        outcomes = (
            f'<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" '
            f'normal-maximum="{question.points:f}"/>'
            '<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">'
            f"<qti-default-value><qti-value>{question.points:f}</qti-value></qti-default-value></qti-outcome-declaration>"
        )
        modal, told = self.feedback(question)
        return (
            f'<qti-assessment-item xmlns="{ITEM}" identifier="{name}" title="{text(question.title or shown(question))}" '
            f'adaptive="false" time-dependent="false" xml:lang="{text(self.bank.language)}">'
            f"{declared}{outcomes}{told[0]}<qti-item-body>{body}</qti-item-body>"
            f"<qti-response-processing>{scored}{told[1]}</qti-response-processing>{modal}</qti-assessment-item>"
        )

    def feedback(self, question: BankQuestion) -> tuple[str, tuple[str, str]]:
        """The modal feedbacks; what declares their outcomes; what brings them up."""
        modal, declared, brought = "", "", ""
        options = [(f"CHOICE_{n}", one.feedback) for n, one in enumerate(question.options, 1) if one.feedback]
        if options:
            cardinality = "multiple" if question.kind == "multiple" else "single"
            declared += _outcome("FEEDBACK", cardinality)
            brought += (
                '<qti-set-outcome-value identifier="FEEDBACK"><qti-variable identifier="RESPONSE"/>'
                "</qti-set-outcome-value>"
            )
            modal += "".join(self.modal("FEEDBACK", name, said) for name, said in options)
        for outcome, said in (("GENERAL", question.feedback), (EXPLAINED, question.explanation)):
            if said:
                declared += _outcome(outcome, "single")
                brought += (
                    f'<qti-set-outcome-value identifier="{outcome}"><qti-base-value base-type="identifier">{outcome}'
                    "</qti-base-value></qti-set-outcome-value>"
                )
                modal += self.modal(outcome, outcome, said)
        return modal, (declared, brought)

    def modal(self, outcome: str, name: str, said: str) -> str:
        return (
            f'<qti-modal-feedback outcome-identifier="{outcome}" identifier="{name}" show-hide="show">'
            f"<qti-content-body>{self.page.block(said)}</qti-content-body></qti-modal-feedback>"
        )

    def choice(self, question: BankQuestion) -> tuple[str, str, str]:
        single = question.kind == "single"
        right = [f"CHOICE_{n}" for n, one in enumerate(question.options, 1) if one.right]
        declared = _declared("RESPONSE", "single" if single else "multiple", "identifier", right)
        choices = "".join(
            f'<qti-simple-choice identifier="CHOICE_{n}">{self.page.leaf(one.text)}</qti-simple-choice>'
            for n, one in enumerate(question.options, 1)
        )
        body = self.block(question) + (
            f'<qti-choice-interaction response-identifier="RESPONSE" max-choices="{1 if single else 0}"'
            f"{_shuffled(question)}>{choices}</qti-choice-interaction>"
        )
        return declared, body, _scored(_matches("RESPONSE"), question)

    def true_false(self, question: BankQuestion) -> tuple[str, str, str]:
        said = ("True", "False") if self.bank.language == "en" else ("Đúng", "Sai")
        right = "TRUE" if question.answer else "FALSE"
        body = self.block(question) + (
            '<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">'
            f'<qti-simple-choice identifier="TRUE">{said[0]}</qti-simple-choice>'
            f'<qti-simple-choice identifier="FALSE">{said[1]}</qti-simple-choice></qti-choice-interaction>'
        )
        return (
            _declared("RESPONSE", "single", "identifier", [right]),
            body,
            _scored(_matches("RESPONSE"), question),
        )

    def text(self, question: BankQuestion) -> tuple[str, str, str]:
        declared = _declared("RESPONSE", "single", "string", question.accepted[:1], question.accepted)
        body = self.block(question) + '<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>'
        return declared, body, _scored(_accepts("RESPONSE", question.accepted), question)

    def number(self, question: BankQuestion) -> tuple[str, str, str]:
        low, high = question.number or (0, 0)
        middle = (low + high) / 2
        declared = _declared("RESPONSE", "single", "float", [f"{middle:f}"])
        body = self.block(question) + '<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>'
        bounds = "".join(
            f'<qti-{sign}><qti-variable identifier="RESPONSE"/><qti-base-value base-type="float">{value:f}'
            f"</qti-base-value></qti-{sign}>"
            for sign, value in (("gte", low), ("lte", high))
        )
        return declared, body, _scored(f"<qti-and>{bounds}</qti-and>", question)

    def match(self, question: BankQuestion) -> tuple[str, str, str]:
        pairs = [f"L{n} R{n}" for n, (left, _) in enumerate(question.pairs, 1) if left]
        declared = _declared("RESPONSE", "multiple", "directedPair", pairs)
        sides = ""
        for letter, place in (("L", 0), ("R", 1)):
            sides += "<qti-simple-match-set>" + "".join(
                f'<qti-simple-associable-choice identifier="{letter}{n}" match-max="1">{self.page.leaf(pair[place])}'
                "</qti-simple-associable-choice>"
                for n, pair in enumerate(question.pairs, 1)
                if pair[place]
            )
            sides += "</qti-simple-match-set>"
        body = self.block(question) + (
            f'<qti-match-interaction response-identifier="RESPONSE" max-associations="{len(pairs)}"{_shuffled(question)}>'
            f"{sides}</qti-match-interaction>"
        )
        return declared, body, _scored(_matches("RESPONSE"), question)

    def order(self, question: BankQuestion) -> tuple[str, str, str]:
        declared = _declared(
            "RESPONSE", "ordered", "identifier", [f"ITEM_{n}" for n in range(1, len(question.items) + 1)]
        )
        choices = "".join(
            f'<qti-simple-choice identifier="ITEM_{n}">{self.page.leaf(item)}</qti-simple-choice>'
            for n, item in enumerate(question.items, 1)
        )
        body = self.block(question) + (
            f'<qti-order-interaction response-identifier="RESPONSE"{_shuffled(question)}>{choices}'
            "</qti-order-interaction>"
        )
        return declared, body, _scored(_matches("RESPONSE"), question)

    def gaps(self, question: BankQuestion) -> tuple[str, str, str]:
        declared = ""
        fields: dict[str, str] = {}
        for gap in question.gaps:
            name = f"GAP_{gap.key}"
            if gap.options:
                right = [f"{name}_{n}" for n, one in enumerate(gap.options, 1) if one.right]
                declared += _declared(name, "single", "identifier", right)
                choices = "".join(
                    f'<qti-inline-choice identifier="{name}_{n}">{self.page.leaf(one.text)}</qti-inline-choice>'
                    for n, one in enumerate(gap.options, 1)
                )
                fields[gap.key] = (
                    f'<qti-inline-choice-interaction response-identifier="{name}">{choices}'
                    "</qti-inline-choice-interaction>"
                )
            else:
                declared += _declared(name, "single", "string", gap.accepted[:1], gap.accepted)
                fields[gap.key] = f'<qti-text-entry-interaction response-identifier="{name}"/>'
        body = self.page.prompt(question.stem, lambda key: fields.get(key, "____"))
        conditions = "".join(
            _matches(f"GAP_{gap.key}") if gap.options else _accepts(f"GAP_{gap.key}", gap.accepted)
            for gap in question.gaps
        )
        return declared, body, _scored(f"<qti-and>{conditions}</qti-and>", question)

    def block(self, question: BankQuestion) -> str:
        return self.page.block(question.stem)


_KINDS: dict[str, Callable[[_Writer, BankQuestion], tuple[str, str, str]]] = {
    "single": _Writer.choice,
    "multiple": _Writer.choice,
    "true-false": _Writer.true_false,
    "text": _Writer.text,
    "number": _Writer.number,
    "match": _Writer.match,
    "order": _Writer.order,
    "gaps": _Writer.gaps,
}


def _shuffled(question: BankQuestion) -> str:
    return "" if question.shuffle is None else f' shuffle="{str(question.shuffle).lower()}"'


def _declared(name: str, cardinality: str, base: str, right: Any, mapped: Any = ()) -> str:
    values = "".join(f"<qti-value>{text(value)}</qti-value>" for value in right)
    mapping = "".join(
        f'<qti-map-entry map-key="{text(value)}" mapped-value="1" case-sensitive="false"/>'
        for value in mapped
    )
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" base-type="{base}">'
        f"<qti-correct-response>{values}</qti-correct-response>"
        + (f'<qti-mapping default-value="0">{mapping}</qti-mapping>' if mapping else "")
        + "</qti-response-declaration>"
    )


def _outcome(name: str, cardinality: str) -> str:
    return (
        f'<qti-outcome-declaration identifier="{name}" cardinality="{cardinality}" base-type="identifier"/>'
    )


def _matches(name: str) -> str:
    return f'<qti-match><qti-variable identifier="{name}"/><qti-correct identifier="{name}"/></qti-match>'


def _accepts(name: str, accepted: tuple[str, ...]) -> str:
    each = "".join(
        f'<qti-string-match case-sensitive="false"><qti-variable identifier="{name}"/>'
        f'<qti-base-value base-type="string">{text(value)}</qti-base-value></qti-string-match>'
        for value in accepted
    )
    return f"<qti-or>{each}</qti-or>"


def _scored(condition: str, question: BankQuestion) -> str:
    def score(value: str) -> str:
        return (
            f'<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">{value}</qti-base-value>'
            "</qti-set-outcome-value>"
        )

    return (
        f"<qti-response-condition><qti-response-if>{condition}{score(f'{question.points:f}')}</qti-response-if>"
        f"<qti-response-else>{score('0')}</qti-response-else></qti-response-condition>"
    )

"""A bank as Moodle XML: all kinds that Moodle has; gaps go out as cloze."""

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from html import escape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from lxml import etree

from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, Skipped
from learning.content.exchange.elements import words
from learning.content.exchange.escaping import legal
from learning.content.exchange.markup_writing import Writer
from learning.content.exchange.moodle_xml_gaps import CLOSE, HUNDRED, OPEN, PLACE
from learning.content.exchange.moodle_xml_question import PLUGINFILE
from learning.content.exchange.shapes import shown, tidy


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """The questions of a bank as Moodle XML, and what it cannot carry."""
    return _Writer(bank, lambda path: f"{PLUGINFILE}/{quote(path)}").written()


class _Writer(Writer):
    def file(self) -> bytes:
        quiz = etree.Element("quiz")
        for lesson in self.bank.lessons:
            if lesson.questions:
                self.category(quiz, lesson)
                for question in lesson.questions:
                    self.question(quiz, question)
        etree.indent(quiz)
        data: bytes = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True)
        return data + b"\n"

    def category(self, quiz: Any, lesson: BankLesson) -> None:
        made = etree.SubElement(quiz, "question", {"type": "category"})
        title = legal(lesson.title).replace("/", "//")
        _said(etree.SubElement(made, "category"), f"$course$/top/{title}")
        _said(etree.SubElement(made, "info", {"format": "html"}), "")

    def question(self, quiz: Any, question: BankQuestion) -> None:
        made = etree.SubElement(quiz, "question", {"type": _TYPES[question.kind]})
        _said(etree.SubElement(made, "name"), shown(question) if not question.title else question.title)
        stem = self.cloze(question) if question.kind == "gaps" else self.page.block(question.stem)
        self.html(made, "questiontext", stem)
        self.html(made, "generalfeedback", self.page.block(question.explanation))
        if question.kind == "gaps" and question.points != len(question.gaps):
            self.losses.add(question, "Điểm của câu nhiều chỗ trống trong Moodle là tổng điểm các chỗ trống.")
        etree.SubElement(made, "defaultgrade").text = f"{question.points:f}"
        etree.SubElement(made, "penalty").text = "0"
        etree.SubElement(made, "hidden").text = "0"
        etree.SubElement(made, "idnumber").text = legal(question.key)
        _WRITERS[question.kind](self, made, question)
        self.shuffle(made, question)
        for hint in question.hints:
            self.html(made, "hint", self.page.block(hint))
        if question.tags:
            tags = etree.SubElement(made, "tags")
            for tag in question.tags:
                _said(etree.SubElement(tags, "tag"), tag)

    def shuffle(self, made: Any, question: BankQuestion) -> None:
        if question.shuffle is None:
            return
        if question.kind in ("single", "multiple", "match"):
            etree.SubElement(made, "shuffleanswers").text = "true" if question.shuffle else "false"
        else:
            self.losses.add(question, "Moodle không có “Trộn” cho loại câu này.")

    def html(self, parent: Any, name: str, html: str, **attributes: str) -> Any:
        """An element with HTML and the pictures that it shows."""
        made = etree.SubElement(parent, name, {**attributes, "format": "html"})
        _said(made, html)
        for quoted in dict.fromkeys(re.findall(re.escape(PLUGINFILE) + r"/([^\"<>]+)", html)):
            path = PurePosixPath(unquote(quoted))
            if data := self.bank.media.get(str(path)):
                folder = f"/{path.parent}/".replace("/./", "/")
                one = etree.SubElement(
                    made, "file", {"name": path.name, "path": folder, "encoding": "base64"}
                )
                one.text = base64.b64encode(data).decode()
        return made

    def answer(self, made: Any, fraction: Decimal | int, html: str, feedback: str) -> Any:
        answer = self.html(made, "answer", html, fraction=f"{fraction:.7g}")
        self.html(answer, "feedback", self.page.block(feedback))
        return answer

    def plain_answer(self, made: Any, fraction: int, text: str, feedback: str) -> Any:
        answer = etree.SubElement(made, "answer", {"fraction": str(fraction), "format": "plain_text"})
        _said(answer, text)
        self.html(answer, "feedback", self.page.block(feedback))
        return answer

    def choice(self, made: Any, question: BankQuestion) -> None:
        etree.SubElement(made, "single").text = "true" if question.kind == "single" else "false"
        etree.SubElement(made, "answernumbering").text = "ABCD"
        right = sum(option.right for option in question.options) or 1
        share = HUNDRED / right if question.kind == "multiple" else HUNDRED
        for option in question.options:
            wrong = -share if question.kind == "multiple" else 0
            self.answer(made, share if option.right else wrong, self.page.leaf(option.text), option.feedback)

    def true_false(self, made: Any, question: BankQuestion) -> None:
        for said in (True, False):
            self.plain_answer(
                made, 100 if said is question.answer else 0, "true" if said else "false", question.feedback
            )

    def text(self, made: Any, question: BankQuestion) -> None:
        etree.SubElement(made, "usecase").text = "0"
        for accepted in question.accepted:
            self.plain_answer(made, 100, accepted.replace("*", "\\*"), question.feedback)

    def number(self, made: Any, question: BankQuestion) -> None:
        if question.number is None:
            return
        low, high = question.number
        answer = self.plain_answer(made, 100, f"{tidy((low + high) / 2):f}", question.feedback)
        etree.SubElement(answer, "tolerance").text = f"{tidy((high - low) / 2):f}"
        if question.unit:
            unit = etree.SubElement(etree.SubElement(made, "units"), "unit")
            etree.SubElement(unit, "multiplier").text = "1"
            etree.SubElement(unit, "unit_name").text = legal(question.unit)

    def match(self, made: Any, question: BankQuestion) -> None:
        for left, right in question.pairs:
            side = self.html(made, "subquestion", self.page.leaf(left))
            html = self.page.leaf(right)
            if "<" in html:
                self.losses.add(
                    question, "Vế phải trong Moodle là chữ trơn: chữ đậm, hình, liên kết ở đó bị bỏ."
                )
            _said(etree.SubElement(side, "answer"), words(html))

    def order(self, made: Any, question: BankQuestion) -> None:
        etree.SubElement(made, "layouttype").text = "VERTICAL"
        etree.SubElement(made, "selecttype").text = "ALL"
        etree.SubElement(made, "selectcount").text = "0"
        etree.SubElement(made, "gradingtype").text = "RELATIVE_NEXT_EXCLUDE_LAST"
        for place, item in enumerate(question.items, 1):
            self.answer(made, place, self.page.leaf(item), "")

    def gaps(self, _made: Any, _question: BankQuestion) -> None:
        """Said in the stem already."""

    def cloze(self, question: BankQuestion) -> str:
        gaps = {gap.key: gap for gap in question.gaps}

        def gap(key: str) -> str:
            one = gaps.get(key)
            if one is None:
                return "____"
            if one.options:
                said = "~".join(
                    ("=" if option.right else "") + _entities(_literal(self.page.leaf(option.text)))
                    for option in one.options
                )
                return "{1:MULTICHOICE:" + said + "}"
            said = "~".join(
                "=" + _entities(_literal(escape(text, quote=False)).replace("*", "\\*"))
                for text in one.accepted
            )
            return "{1:SHORTANSWER:" + said + "}"

        html = self.page.prompt(question.stem, lambda key: f"{OPEN}{key}{CLOSE}")
        # What only looks like a gap of Cloze is text.
        return PLACE.sub(lambda found: gap(found[1]), html.replace("{", "&#123;"))


_TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "true-false": "truefalse",
    "text": "shortanswer",
    "number": "numerical",
    "match": "matching",
    "order": "ordering",
    "gaps": "cloze",
}
_WRITERS: dict[str, Callable[[_Writer, Any, BankQuestion], None]] = {
    "single": _Writer.choice,
    "multiple": _Writer.choice,
    "true-false": _Writer.true_false,
    "text": _Writer.text,
    "number": _Writer.number,
    "match": _Writer.match,
    "order": _Writer.order,
    "gaps": _Writer.gaps,
}


def _literal(html: str) -> str:
    """A backslash would escape what follows it."""
    return html.replace("\\", "&#92;")


def _entities(html: str) -> str:
    """HTML in which nothing is left that Cloze would take for a mark of its own."""
    marked = re.sub(r"[}~]", lambda found: f"&#{ord(found[0])};", re.sub(r"(?<!&)#", "&#35;", html))
    return re.sub(r"^[=%]", lambda found: f"&#{ord(found[0])};", marked)


def _said(holder: Any, text: str) -> None:
    text = legal(text)
    inside = etree.SubElement(holder, "text")
    inside.text = etree.CDATA(text) if re.search(r"[<&]", text) and "]]>" not in text else text

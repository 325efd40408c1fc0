"""Moodle XML, in and out (Moodle 2 to 5).

In: multichoice, truefalse, shortanswer, numerical, matching, ordering, cloze/multianswer, gapselect and ddwtos (as gaps).
Categories are sections. Everything else is in `skipped` with the words it holds. Penalties, the numbering of answers
and display settings have no meaning here and no words to lose. Out: the same kinds; gaps go out as cloze.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from learning.content.exchange.archives import parse_xml
from learning.content.exchange.bank import Bank, BankOption, BankQuestion, Kind, Skipped, UnreadableError
from learning.content.exchange.elements import name_of, words
from learning.content.exchange.escaping import escaped
from learning.content.exchange.markup import Markup
from learning.content.exchange.moodle_xml_gaps import HUNDRED, chosen, cloze
from learning.content.exchange.moodle_xml_question import Files, Question, text_of, typed
from learning.content.exchange.moodle_xml_writing import write
from learning.content.exchange.shapes import NotOursError, decimal, grouped, tidy, told_apart

__all__ = ["read", "write"]


def read(data: bytes, *, name: str = "") -> Bank:
    """A question bank out of Moodle. Raises UnreadableError."""
    # The number that Moodle puts in a comment above a question is that of one version of it: each edit gives it another.
    root = parse_xml(data, name)
    if name_of(root) == "question":
        quiz = etree.Element("quiz")
        quiz.append(root)
        root = quiz
    if name_of(root) != "quiz":
        raise UnreadableError(
            f"{name or 'Tệp'} không phải Moodle XML (gốc là <{name_of(root)[:40]}>, không phải <quiz>). "
            "Trong Moodle: Ngân hàng câu hỏi → Xuất → Moodle XML."
        )
    return _Reader(PurePosixPath(name).stem if name else "").read(root)


@dataclass
class _Reader:
    title: str
    markup: Markup = field(default_factory=Markup)
    skipped: list[Skipped] = field(default_factory=list)
    general: dict[str, tuple[int, int]] = field(default_factory=dict)  # text → first line, times

    def read(self, root: Any) -> Bank:
        groups: list[tuple[str, int, list[BankQuestion]]] = [(self.title or "Câu hỏi", 0, [])]
        for child in root:
            if name_of(child) != "question":
                self.skip(child, f"Phần <{name_of(child)[:40]}> không phải câu hỏi.")
            elif child.get("type") == "category":
                groups.append((self.category(child), child.sourceline or 0, []))
            else:
                groups[-1][2].extend(self.question(child))
        for text, (line, times) in self.general.items():
            self.skipped.append(
                Skipped(line, text, f"Phản hồi chung của {times} câu: ở đây phản hồi thuộc từng phương án.")
            )
        lessons = grouped(groups)
        title = self.title or next((one[0] for one in groups[1:]), "") or "Câu hỏi"
        return Bank(title, lessons, self.markup.media.files, tuple(self.skipped), self.markup.told())

    def category(self, element: Any) -> str:
        path = text_of(element.find("category"))
        parts = [part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", path)]
        kept = [part for part in parts if part and part != "top" and not re.fullmatch(r"\$\w+\$", part)]
        if info := words(text_of(element.find("info"))):
            self.skipped.append(
                Skipped(element.sourceline or 0, info, "Mô tả của nhóm câu hỏi không có chỗ trong khóa học.")
            )
        return " / ".join(kept) or self.title or "Câu hỏi"

    def skip(self, element: Any, reason: str) -> None:
        texts = [words(one.text or "") for one in element.iter() if name_of(one) == "text" and not len(one)]
        said = " · ".join(filter(None, texts)) or words("".join(element.itertext()))
        self.skipped.append(Skipped(element.sourceline or 0, said, reason))

    def question(self, element: Any) -> Iterator[BankQuestion]:
        kind = (element.get("type") or "").strip().casefold()
        try:
            make = _MAKERS.get(kind)
            if make is None:
                raise NotOursError(
                    _UNKNOWN.get(kind) or f"Loại câu hỏi “{kind[:40]}” của Moodle chưa nhập được."
                )
            before = len(self.skipped)
            files = Files(element)
            self.markup.find = files.find
            made = make(Question(element, files, self.markup, self.skipped, self.general))
        except NotOursError as error:
            self.skip(element, str(error))
            return
        for unused in files.unused():
            self.skipped.insert(
                before,
                Skipped(
                    element.sourceline or 0, unused, "Tệp đính kèm không phải hình trong lời, không nhập."
                ),
            )
        yield made


# --- Kinds


def _choice(question: Question) -> BankQuestion:
    answers = question.answers()
    if not answers:
        raise NotOursError("Câu hỏi không có phương án.")
    single = question.value("single").casefold() not in ("false", "0")
    most = max(fraction for _, fraction in answers)
    if most <= 0:
        raise NotOursError("Câu hỏi không có phương án đúng.")
    options = tuple(
        BankOption(question.leaf(one), fraction == most if single else fraction > 0, question.feedback(one))
        for one, fraction in answers
    )
    parts = {fraction for _, fraction in answers if fraction > 0}
    if len(parts) > 1:
        question.markup.said("Phương án được điểm khác nhau: ở đây phương án đúng đều ngang nhau.")
    if single and sum(option.right for option in options) > 1:
        question.markup.said("Câu chọn một có nhiều phương án được trọn điểm: hãy chọn lại một.")
    kind: Kind = "single" if single else "multiple"
    return question.made(kind, question.stem(), options=options, shuffle=question.shuffle())


def _true_false(question: Question) -> BankQuestion:
    right: bool | None = None
    feedbacks = []
    for one, fraction in question.answers():
        said = text_of(one).strip().casefold() == "true"
        if fraction > 0:
            right = said
        feedbacks.append(("Chọn Đúng" if said else "Chọn Sai", question.feedback(one)))
    if right is None:
        raise NotOursError("Câu đúng/sai không có đáp án.")
    return question.made("true-false", question.stem(), answer=right, feedback=told_apart(feedbacks))


def _short(question: Question) -> BankQuestion:
    accepted: list[str] = []
    feedbacks = []
    for one, fraction in question.answers():
        text = text_of(one).strip()
        told = words(text_of(one.find("feedback")))
        if fraction < HUNDRED:
            question.tell(
                " · ".join(filter(None, [text.replace("\\*", "*"), told])),
                "Câu trả lời không được trọn điểm và phản hồi của nó: ở đây chỉ giữ câu trả lời đúng.",
            )
        elif re.search(r"(?<!\\)\*", text):
            question.tell(
                " · ".join(filter(None, [text, told])),
                "Dấu * thay cho chữ bất kỳ: ở đây mỗi câu trả lời đúng phải được viết ra.",
            )
        else:
            accepted.append(typed(text.replace("\\*", "*")))
            feedbacks.append((accepted[-1], question.feedback(one)))
    accepted = list(dict.fromkeys(filter(None, accepted)))
    if not accepted:
        raise NotOursError("Câu trả lời ngắn không có câu trả lời nào được trọn điểm mà không có dấu *.")
    if question.value("usecase") == "1":
        question.markup.said("Câu trả lời phân biệt chữ hoa, chữ thường: ở đây không phân biệt.")
    return question.made("text", question.stem(), accepted=tuple(accepted), feedback=told_apart(feedbacks))


def _numerical(question: Question) -> BankQuestion:
    found: tuple[Decimal, Decimal] | None = None
    feedback = ""
    for one, fraction in question.answers():
        value, tolerance = decimal(text_of(one)), decimal(text_of(one.find("tolerance")) or "0")
        if found is None and fraction >= HUNDRED and value is not None and tolerance is not None:
            found = (tidy(value - abs(tolerance)), tidy(value + abs(tolerance)))
            feedback = question.feedback(one)
        else:
            question.tell(
                " · ".join(filter(None, [text_of(one).strip(), words(text_of(one.find("feedback")))])),
                "Chỉ một số (hay khoảng) được trọn điểm là giữ được; câu trả lời này thì không.",
            )
    if found is None:
        raise NotOursError("Câu hỏi số không có đáp số được trọn điểm.")
    units = [
        (text_of(unit.find("unit_name")).strip(), decimal(text_of(unit.find("multiplier"))))
        for unit in question.element.findall("units/unit")
    ]
    unit = next((name for name, times in units if times in (None, 1)), units[0][0] if units else "")
    for name, _ in units:
        if name != unit:
            question.tell(name, "Chỉ giữ một đơn vị; đơn vị này không nhập.")
    return question.made("number", question.stem(), number=found, unit=typed(unit), feedback=feedback)


def _matching(question: Question) -> BankQuestion:
    pairs = []
    for one in question.element.findall("subquestion"):
        right = escaped(words(escape(text_of(one.find("answer")))))
        left = question.leaf(one)
        if right:
            pairs.append((left, right))
        elif left:
            question.tell(words(text_of(one)), "Vế trái không có vế phải, không nhập.")
    if not any(left for left, _ in pairs):
        raise NotOursError("Câu ghép không có cặp nào.")
    return question.made("match", question.stem(), pairs=tuple(pairs), shuffle=question.shuffle())


def _ordering(question: Question) -> BankQuestion:
    answers = sorted(question.answers(), key=lambda one: one[1])
    if not answers:
        raise NotOursError("Câu sắp xếp không có mục nào.")
    for one, _ in answers:
        question.tell(
            words(text_of(one.find("feedback"))),
            "Phản hồi của từng mục trong câu sắp xếp không nhập.",
        )
    return question.made("order", question.stem(), items=tuple(question.leaf(one) for one, _ in answers))


_MAKERS: dict[str, Callable[[Question], BankQuestion]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "gapselect": chosen,
    "ddwtos": chosen,
    "cloze": cloze,
    "multianswer": cloze,
}
_UNKNOWN = {
    "essay": "Câu tự luận không có tiêu chí chấm trong tệp: viết lại với “Loại: tự luận”.",
    "description": "Đoạn mô tả không phải câu hỏi; nếu cần, hãy đưa vào bài học.",
    **dict.fromkeys(
        ("calculated", "calculatedsimple", "calculatedmulti"),
        "Câu hỏi tính theo công thức và bộ số của Moodle: hãy viết lại bằng “Biến:”.",
    ),
    **dict.fromkeys(("ddmarker", "ddimageortext"), "Câu kéo thả lên hình: ở đây chưa có loại này."),
    "random": "Câu lấy ngẫu nhiên trong Moodle: ở đây dùng “Rút:” trong đề.",
    "randomsamatch": "Câu ghép ngẫu nhiên trong Moodle: ở đây chưa có loại này.",
}

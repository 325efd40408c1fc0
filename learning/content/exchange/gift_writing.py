"""A bank as GIFT. Texts that are more than words go out as `[markdown]`, which is what they are here."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from learning.content.exchange.bank import Bank, BankOption, BankQuestion, Skipped
from learning.content.exchange.escaping import plain_blocks
from learning.content.exchange.gift_lines import FORMATS, escaped_signs


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """Writes the questions of a bank; lesson texts, pictures and kinds that GIFT does not know are listed."""
    writer = _Writer(bank)
    text = "\n\n".join(filter(None, writer.blocks()))
    return (text + "\n").encode(), tuple(writer.left_out)


class _Writer:
    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.left_out: list[Skipped] = []

    def blocks(self) -> Iterator[str]:
        category = ""
        for lesson in self.bank.lessons:
            if lesson.body.strip():
                self.leave(lesson.line, lesson.title, "GIFT chỉ có câu hỏi: phần chữ của bài không ghi được.")
            if lesson.title != category and (lesson.questions or lesson.intro):
                category = lesson.title
                yield f"$CATEGORY: {_one_line(category).replace('/', '//')}"
            if lesson.intro.strip():
                yield self.text(lesson.intro, markdown=plain_blocks(lesson.intro) != lesson.intro)
            for question in lesson.questions:
                yield self.question(question)
        for path in self.bank.media:
            self.leave(0, path, "GIFT không chứa hình, ghi âm.")

    def leave(self, line: int, what: str, reason: str) -> None:
        self.left_out.append(Skipped(line, _one_line(what)[:200], reason))

    def question(self, question: BankQuestion) -> str:
        what = question.title or question.stem
        answers = _ANSWERS.get(question.kind)
        reason = "GIFT không có dạng câu này." if answers is None else _unsayable(question)
        if answers is None or reason:
            self.leave(question.line, what, reason)
            return ""
        lost = [
            *(["điểm"] if question.points != 1 else []),
            *(["gợi ý"] if question.hints else []),
            *(["đơn vị"] if question.unit else []),
            *(["mã"] if question.key and not _tellable(question.key) else []),
            *(["thẻ"] if not all(map(_tellable, question.tags)) else []),
        ]
        if lost:
            self.leave(question.line, what, f"GIFT không ghi được: {', '.join(lost)}. Câu hỏi vẫn được ghi.")
        if question.kind == "text" and "->" in question.feedback:
            # Anywhere among short answers, it would make them a question of pairs.
            told = f"{question.feedback}\n\n{question.explanation}".strip()
            question = replace(question, feedback="", explanation=told)
            self.leave(question.line, what, "Phản hồi có “->” được ghi thành phản hồi chung.")
        texts = [question.stem, *_texts(question)]
        markdown = any(plain_blocks(text) != text for text in texts)
        lines = list(answers(question))
        feedback = question.explanation
        if question.kind not in ("true-false", "text", "number") and question.feedback:
            feedback = f"{feedback}\n\n{question.feedback}".strip()
        if feedback:
            lines.append(f"####{_part(feedback)}")
        stem = self.text(question.stem, markdown=markdown)
        inside = f"{{{lines[0]}}}" if len(lines) == 1 else "{\n\t" + "\n\t".join(lines) + "\n}"
        title = f"::{escaped_signs(_one_line(question.title))}::" if question.title.strip() else ""
        about = [f"[id:{question.key}]"] if _tellable(question.key) else []
        about += [f"[tag:{tag}]" for tag in question.tags if _tellable(tag)]
        comment = f"// {' '.join(about)}\n" if about else ""
        return f"{comment}{title}{stem}{inside}"

    @staticmethod
    def text(text: str, *, markdown: bool) -> str:
        """What begins like a comment, a category or a format says that it is none."""
        guarded = markdown or re.match(r"//|\$CATEGORY|\[", text.lstrip())
        return ("[markdown]" if guarded else "") + escaped_signs(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tellable(text: str) -> bool:
    return bool(text) and not re.search(r"[\[\]\n\\]", text)


def _texts(question: BankQuestion) -> Iterator[str]:
    for option in question.options:
        yield from (option.text, option.feedback)
    for pair in question.pairs:
        yield from pair
    yield from (question.feedback, question.explanation)


def _unsayable(question: BankQuestion) -> str:
    """Why a question of a kind that GIFT has cannot be said in it; "" where it can."""
    if question.kind == "text" and any("->" in one for one in question.accepted):
        return "GIFT đọc “->” trong câu trả lời thành câu ghép."
    if question.kind == "match" and any("->" in left for left, _ in question.pairs):
        return "GIFT không ghi được “->” trong vế trái."
    if question.kind in ("single", "multiple") and not any(option.right for option in question.options):
        return "Câu chưa có phương án đúng."
    if question.kind == "single" and sum(option.right for option in question.options) > 1:
        return "Câu chọn một có nhiều phương án đúng."
    if question.kind in ("single", "multiple") and len(question.options) < 2:
        return "Câu có ít hơn hai phương án."
    if (question.kind == "true-false" and question.answer is None) or (
        question.kind == "number" and question.number is None
    ):
        return "Câu chưa có đáp án."
    return ""


def _part(text: str) -> str:
    """A text within the answers; one that begins like a format says that it is none."""
    begins = re.match(r"\[(\w+)\]", text)
    return ("[markdown]" if begins and begins[1] in FORMATS else "") + escaped_signs(text)


def _option(option: BankOption) -> str:
    return _part(option.text) + (f"#{_part(option.feedback)}" if option.feedback else "")


def _single(question: BankQuestion) -> Iterable[str]:
    for option in question.options:
        guard = "%0%" if not option.right and option.text.startswith("%") else ""
        yield ("=" if option.right else "~") + guard + _option(option)


def _multiple(question: BankQuestion) -> Iterable[str]:
    right = sum(option.right for option in question.options)
    share = f"{round(Decimal(100) / right, 5).normalize():f}"
    for option in question.options:
        yield f"~%{'' if option.right else '-'}{share}%{_option(option)}"


def _true_false(question: BankQuestion) -> Iterable[str]:
    said = _part(question.feedback)
    yield ("TRUE" if question.answer else "FALSE") + (f"#{said}#{said}" if said else "")


def _text(question: BankQuestion) -> Iterable[str]:
    for accepted in question.accepted:
        told = f"#{_part(question.feedback)}" if question.feedback else ""
        guard = "%100%" if accepted.startswith("%") else ""
        yield f"={guard}{_part(accepted.replace('*', chr(92) + '*'))}{told}"


def _number(question: BankQuestion) -> Iterable[str]:
    low, high = question.number or (Decimal(0), Decimal(0))
    value = f"{low:f}" if low == high else f"{low:f}..{high:f}"
    yield f"#{value}" + (f"#{_part(question.feedback)}" if question.feedback else "")


def _match(question: BankQuestion) -> Iterable[str]:
    for left, right in question.pairs:
        yield f"={_part(left)} -> {_part(right)}"


_ANSWERS: dict[str, Callable[[BankQuestion], Iterable[str]]] = {
    "single": _single,
    "multiple": _multiple,
    "true-false": _true_false,
    "text": _text,
    "number": _number,
    "match": _match,
}

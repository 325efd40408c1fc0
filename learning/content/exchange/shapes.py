"""What the importers and exporters of other systems share: their questions put in our kinds, and what gets lost named."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from html import unescape

from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, Skipped
from learning.vietnamese.folding import fold

MOST_DIGITS = 40
MOST_GAPS = 999  # of one question: their keys have three digits


class NotOursError(ValueError):
    """A question that our kinds cannot ask; the message says why."""


class Losses:
    """What an exporter could not carry, question by question."""

    def __init__(self) -> None:
        self.found: list[Skipped] = []

    def add(self, of: BankQuestion | BankLesson, reason: str) -> None:
        self.found.append(Skipped(of.line, shown(of), reason))

    def of_bank(self, bank: Bank, *, lessons: bool) -> None:
        """What no foreign format carries; with `lessons`, their text is carried."""
        for lesson in bank.lessons:
            if lesson.body and not lessons:
                self.add(lesson, "Định dạng này chỉ chứa câu hỏi; lời của bài học không đưa vào.")
            if lesson.intro:
                self.add(lesson, "Đoạn dẫn chung của nhóm câu hỏi không đưa vào.")
        if bank.files and not bank.lessons:
            self.found.append(Skipped(0, bank.title, "Khóa học nguyên tệp: hãy xuất dạng Markdown."))

    def told(self) -> tuple[Skipped, ...]:
        return tuple(self.found)


def shown(of: BankQuestion | BankLesson) -> str:
    """How a question or a lesson is named to people."""
    text = of.title or (of.stem if isinstance(of, BankQuestion) else "")
    return " ".join(unescape(re.sub(r"[*`\\\\]", "", text)).split())[:80]


def truth(text: str) -> bool | None:
    """What "Đúng", "True", "Sai", "False" say; None for anything else."""
    return _TRUTHS.get(fold(re.sub(r"[*_.\s]+", " ", text)).strip())


_TRUTHS = {"dung": True, "true": True, "sai": False, "false": False}


def true_or_false(question: BankQuestion) -> BankQuestion:
    """A choice of "Đúng" and "Sai" as the kind that it is; any other as it stands."""
    says = [truth(option.text) for option in question.options]
    if question.kind != "single" or sorted(map(str, says)) != ["False", "True"]:
        return question
    right = [said for said, option in zip(says, question.options, strict=True) if option.right]
    if len(right) != 1:
        return question
    feedback = told_apart(
        (
            ("Đúng" if said else "Sai", option.feedback)
            for said, option in zip(says, question.options, strict=True)
        ),
        question.feedback,
    )
    return replace(question, kind="true-false", options=(), answer=right[0], feedback=feedback, shuffle=None)


def told_apart(feedbacks: Iterable[tuple[str, str]], also: str = "") -> str:
    """One feedback for all, or each under the answer it is for."""
    given = [(answer, text) for answer, text in feedbacks if text]
    distinct = list(dict.fromkeys(text for _, text in given))
    if len(distinct) > 1:
        distinct = [f"{answer}: {text}" for answer, text in given]
    return "\n\n".join(filter(None, [*distinct, also]))


def decimal(text: str | None) -> Decimal | None:
    """A number as other systems write it (`3.14`, `3,14`, `1e-5`); None for what is none, or beyond all measure."""
    text = (text or "").strip()
    if len(text) > MOST_DIGITS:
        return None
    if "," in text and "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?", text):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if abs(value.adjusted()) > MOST_DIGITS:
        return None
    return tidy(value)


def worth(told: Decimal | None, warn: Callable[[str], None], otherwise: Decimal = Decimal(1)) -> Decimal:
    """The points of a question: what its source says, if that is more than 0; what is not is told of."""
    if told is None or told > 0:
        return told or otherwise
    warn(
        f"Câu có {told} điểm trong nguồn được tính {otherwise} điểm; nếu không muốn tính điểm, ghi “Điểm: 0” cho câu đó."
    )
    return otherwise


def tidy(value: Decimal) -> Decimal:
    """Without noughts behind the point: 1.0000000 is 1."""
    value = value.normalize()
    return (
        value.quantize(Decimal(1))
        if isinstance(value.as_tuple().exponent, int) and value == value.to_integral()
        else value
    )


def titled(title: str, stem: str) -> str:
    """The title of a question; "" where it only says the beginning of the stem again."""
    title = " ".join(title.split())
    return "" if _letters(stem).startswith(_letters(title)) else title


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(unescape(text)))


def grouped(groups: Iterable[tuple[str, int, Sequence[BankQuestion]]]) -> tuple[BankLesson, ...]:
    """Sections of questions, those of one title as one, empty ones left out."""
    merged: dict[str, BankLesson] = {}
    for title, line, questions in groups:
        if questions:
            before = merged.get(title)
            merged[title] = BankLesson(
                title,
                questions=(*(before.questions if before else ()), *questions),
                line=before.line if before else line,
            )
    return tuple(merged.values())

"""Aiken: a question in one line, options `A.` or `A)` a line each, and `ANSWER: B`. One right option, nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase

from learning.content.exchange import plaintext
from learning.content.exchange.bank import (
    Bank,
    BankLesson,
    BankOption,
    BankQuestion,
    Skipped,
    UnreadableError,
)
from learning.content.exchange.escaping import plain_blocks

_OPTION = re.compile(r"([A-Za-z])[.)](?:\s+(.*)|$)")
_ANSWER = re.compile(r"(?:ANSWER|ĐÁP ÁN)\s*:\s*(.*)", re.IGNORECASE)


def read(data: bytes, *, name: str = "") -> Bank:
    """Reads an Aiken file; a question with a fault is told with its line, and the others are read all the same."""
    text = plaintext.read(data)
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        reader.line(number, line.strip())
    reader.end()
    if not reader.questions and not reader.answers:
        raise UnreadableError(
            "Tệp không có câu hỏi Aiken nào: mỗi câu có các dòng “A.”, “B.” … và một dòng “ANSWER: A”."
        )
    lesson = BankLesson("", questions=tuple(reader.questions))
    return Bank(
        plaintext.title(name), (lesson,), skipped=tuple(reader.skipped), warnings=tuple(reader.warnings)
    )


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """Writes the single choices of a bank, bare of markup; what Aiken cannot say is listed."""
    writer = _Writer()
    blocks = list(writer.blocks(bank))
    return ("\n\n".join(blocks) + "\n").encode(), tuple(writer.left_out)


# --- Reading


@dataclass
class _Open:
    """A question in the making. `options` are (letter, text, line)."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str], int]] = field(default_factory=list)
    blank: bool = False


class _Reader:
    def __init__(self) -> None:
        self.questions: list[BankQuestion] = []
        self.skipped: list[Skipped] = []
        self.warnings: list[str] = []
        self.answers = 0
        self.open: _Open | None = None

    def line(self, number: int, line: str) -> None:
        if not line:
            if self.open:
                self.open.blank = True
            return
        if answer := _ANSWER.fullmatch(line):
            self.answers += 1
            self.answered(number, answer[1].strip())
            return
        option = _OPTION.fullmatch(line)
        # The first option is A: “D. Trump là ai?” is a question.
        if option and self.open and (self.open.options or option[1].upper() == "A"):
            self.open.options.append((option[1].upper(), [option[2] or ""], number))
        elif self.open and self.open.options and not self.open.blank:
            self.open.options[-1][1].append(line)
            self.warnings.append(
                f"Dòng {number}: dòng này được nối vào phương án {self.open.options[-1][0]} ở trên."
            )
        elif self.open and not self.open.options:
            self.open.stem.append(line)
        else:
            self.end()
            self.open = _Open(number, [line])
            return
        self.open.blank = False

    def answered(self, number: int, letter: str) -> None:
        one, self.open = self.open, None
        if one is None:
            self.skip(number, f"ANSWER: {letter}", f"Dòng {number}: đáp án không có câu hỏi ở trên.")
            return
        letters = [letter for letter, _, _ in one.options]
        wanted = letter.rstrip(".)").upper()
        if len(one.options) < 2:
            self.leave(one, f"Dòng {number}: câu có ít hơn hai phương án (A. …, B. …).")
        elif any(letters[at] != ascii_uppercase[at % 26] for at in range(len(letters))):
            at = next(at for at in range(len(letters)) if letters[at] != ascii_uppercase[at % 26])
            expected = ascii_uppercase[at % 26]
            self.leave(one, f"Dòng {one.options[at][2]}: phương án {letters[at]} ở chỗ của {expected}.")
        elif len(wanted) != 1 or wanted not in letters:
            self.leave(
                one, f"Dòng {number}: đáp án “{letter[:20]}” không phải một trong {', '.join(letters)}."
            )
        else:
            self.questions.append(
                BankQuestion(
                    kind="single",
                    stem=plain_blocks("\n".join(one.stem)),
                    options=tuple(
                        BankOption(plain_blocks(" ".join(text)), letter == wanted)
                        for letter, text, _ in one.options
                    ),
                    line=one.line,
                )
            )

    def end(self) -> None:
        """The file, or another question, begins where an answer was still to come."""
        one, self.open = self.open, None
        if one and one.options:
            self.leave(one, f"Dòng {one.options[-1][2]}: thiếu dòng “ANSWER:” sau các phương án.")
        elif one:
            self.leave(one, f"Dòng {one.line}: không có phương án “A.” nào sau dòng này.")

    def leave(self, one: _Open, reason: str) -> None:
        options = [f"{letter}. {' '.join(text)}" for letter, text, _ in one.options]
        self.skip(one.line, " ".join([*one.stem, *options]), reason)

    def skip(self, line: int, what: str, reason: str) -> None:
        self.skipped.append(Skipped(line, what[:200] + ("…" if len(what) > 200 else ""), reason))


# --- Writing


class _Writer:
    def __init__(self) -> None:
        self.left_out: list[Skipped] = []

    def blocks(self, bank: Bank) -> Iterator[str]:
        for lesson in bank.lessons:
            if lesson.body.strip() or lesson.intro.strip():
                self.leave(lesson.line, lesson.title, "Aiken chỉ có câu hỏi: phần chữ không ghi được.")
            for question in lesson.questions:
                yield from self.block(question)
        for path in bank.media:
            self.leave(0, path, "Aiken không chứa hình, ghi âm.")

    def block(self, question: BankQuestion) -> Iterator[str]:
        what = question.title or question.stem
        right = [at for at, option in enumerate(question.options) if option.right]
        options = [" ".join(plaintext.lines(option.text)) for option in question.options]
        stem = " ".join(plaintext.lines(question.stem or question.title))
        if question.kind != "single":
            self.leave(question.line, what, "Aiken chỉ có câu chọn một phương án.")
        elif len(right) != 1:
            self.leave(question.line, what, "Câu cần đúng một phương án đúng.")
        elif not 2 <= len(options) <= 26 or not all(options) or not stem:
            self.leave(question.line, what, "Aiken cần lời câu hỏi và từ 2 đến 26 phương án có chữ.")
        else:
            lost = [
                *(["phản hồi"] if question.feedback or any(one.feedback for one in question.options) else []),
                *(["giải thích"] if question.explanation else []),
                *(["gợi ý"] if question.hints else []),
                *(["điểm"] if question.points != 1 else []),
                *(["thẻ"] if question.tags else []),
            ]
            if lost:
                self.leave(
                    question.line, what, f"Aiken không ghi được: {', '.join(lost)}. Câu hỏi vẫn được ghi."
                )
            lines = [f"{ascii_uppercase[at]}. {option}" for at, option in enumerate(options)]
            # What begins like an option or an answer would be read as one.
            guard = "– " if _ANSWER.fullmatch(stem) else ""
            yield "\n".join([guard + stem, *lines, f"ANSWER: {ascii_uppercase[right[0]]}"])

    def leave(self, line: int, what: str, reason: str) -> None:
        self.left_out.append(Skipped(line, " ".join(what.split())[:200], reason))

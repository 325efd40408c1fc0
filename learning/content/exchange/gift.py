"""GIFT, Moodle's questions in plain text: a block of lines each, `::name::text{answers}`.

Every documented kind is read. What ours has no form for is carried over as near as it goes and told: an essay, which
has no criteria there, is skipped; weights become right and wrong; a description is said above the questions that follow
it. Texts are written as `[markdown]`, which is what they are here, so that what is written is read again as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from learning.content.exchange import plaintext
from learning.content.exchange.bank import (
    Bank,
    BankLesson,
    BankOption,
    BankQuestion,
    Skipped,
    UnreadableError,
)
from learning.content.exchange.elements import words
from learning.content.exchange.escaping import plain_blocks
from learning.content.exchange.gift_lines import FORMATS, Block, blocks, meant
from learning.content.exchange.gift_writing import write
from learning.content.exchange.markup import Markup
from learning.content.exchange.shapes import NotOursError, decimal

__all__ = ["read", "write"]

BLANK = "_____"


def read(data: bytes, *, name: str = "") -> Bank:
    """Reads a GIFT file. What is wrong with one question is told with its line; the others are read all the same."""
    text = plaintext.read(data)
    reader = _Reader()
    for block in blocks(text.split("\n")):
        reader.block(block)
    if not reader.items:
        raise UnreadableError("Tệp không có câu hỏi GIFT nào: mỗi câu có phần trả lời trong { }.")
    return Bank(
        title=plaintext.title(name),
        lessons=tuple(reader.lessons()),
        media=reader.markup.media.files,
        skipped=tuple(reader.skipped),
        warnings=(*reader.warnings, *reader.markup.told()),
    )


@dataclass
class _Section:
    title: str = ""
    intro: list[str] = field(default_factory=list)
    questions: list[BankQuestion] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True)
class _Answer:
    """`weight` in percent; None where none is written."""

    text: str
    feedback: str
    right: bool = False
    weight: Decimal | None = None


class _Reader:
    def __init__(self) -> None:
        self.markup = Markup()
        self.sections = [_Section()]
        self.skipped: list[Skipped] = []
        self.warnings: list[str] = []
        self.items = 0  # blocks that hold an answer

    def lessons(self) -> Iterator[BankLesson]:
        for one in self.sections:
            if one.questions or one.intro:
                yield BankLesson(one.title, "", "\n\n".join(one.intro), tuple(one.questions), (), one.line)

    def block(self, block: Block) -> None:
        if block.text.startswith("$CATEGORY:"):
            title = _category(block.text.removeprefix("$CATEGORY:").strip())
            self.sections.append(_Section(title, line=block.line))
            return
        if re.search(r"[{}]", block.text):
            self.items += 1
        try:
            self.question(block)
        except NotOursError as error:
            shown = " ".join(meant(block.text).split())
            self.skipped.append(
                Skipped(block.line, shown[:200] + ("…" if len(shown) > 200 else ""), str(error))
            )

    def question(self, block: Block) -> None:
        title, text = _named(block.text)
        start, end = text.find("{"), text.find("}")
        if start < 0 and end < 0:
            self.description(block, title, text)
            return
        if start < 0 or end < start:
            raise NotOursError("Dấu { và } không đi thành cặp; viết \\{ hoặc \\} cho dấu ngoặc là chữ.")
        before, inside, after = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
        if re.search(r"[{}]", after):
            self.warn(block, "có nhiều phần { }: chỉ phần đầu là phần trả lời.")
        stem = f"{before.rstrip(chr(10))}{BLANK}{after}" if after.strip() else before
        inside, _, general = _general(inside)
        one = _Question(self, block, stem)
        made = one.made(inside)
        key, tags = _told(block.about)
        self.sections[-1].questions.append(
            replace(
                made,
                stem=one.stem,
                title=meant(title),
                name=meant(title),
                explanation=one.blocks(general) if general.strip() else "",
                line=block.line,
                key=key,
                tags=tags,
            )
        )

    def description(self, block: Block, title: str, text: str) -> None:
        section = self.sections[-1]
        if section.questions:
            section = _Section(meant(title) or section.title, line=block.line)
            self.sections.append(section)
        elif title and not section.title:
            section.title = meant(title)
        section.intro.append(_Question(self, block, text).stem)
        self.warn(block, "phần mô tả được đọc cùng từng câu hỏi sau nó.")

    def warn(self, block: Block, warning: str) -> None:
        self.warnings.append(f"Dòng {block.line}: {warning}")


def _category(path: str) -> str:
    """`$course$/top/Đất đai/Chương 1` → "Đất đai – Chương 1"; a slash of a name is written twice."""
    parts = [part.replace("\ue118", "/").strip() for part in path.replace("//", "\ue118").split("/")]
    return " – ".join(part for part in parts if part and part != "top" and not re.fullmatch(r"\$\w+\$", part))


def _named(text: str) -> tuple[str, str]:
    """`::name::` and the rest."""
    if text.startswith("::"):
        name, closed, rest = text[2:].partition("::")
        if closed:
            return " ".join(name.split()), rest.strip()
    return "", text.removeprefix("::")


def _told(about: str) -> tuple[str, tuple[str, ...]]:
    """`[id:…]` and `[tag:…]` of the comments above a question."""
    found = re.search(r"\[id:((?:\\\]|[^\]\[])+)\]", about)
    tags = re.findall(r"\[tag:((?:\\\]|[^\]\[])+)\]", about)
    key = " ".join(found[1].replace("\\]", "]").split()) if found else ""
    return key, tuple(dict.fromkeys(" ".join(tag.replace("\\]", "]").split()) for tag in tags))


def _general(inside: str) -> tuple[str, str, str]:
    before, mark, after = inside.rpartition("####")
    return (before.strip(), mark, after) if mark else (inside, "", "")


class _Question:
    """Reads the texts of one question, in the format that its text says."""

    def __init__(self, reader: _Reader, block: Block, text: str) -> None:
        self.reader = reader
        self.block = block
        self.format = "moodle"
        self.format, text = self.formatted(text)
        self.stem = self.in_format(text, self.format, line=False)

    def formatted(self, text: str) -> tuple[str, str]:
        text = text.strip()
        found = re.match(r"\[(\w+)\]", text)
        return (found[1], text[found.end() :]) if found and found[1] in FORMATS else (self.format, text)

    def line(self, text: str) -> str:
        kind, text = self.formatted(text.replace("\n", " "))  # a line that went on in the next
        return self.in_format(text, kind, line=True)

    def blocks(self, text: str) -> str:
        kind, text = self.formatted(text)
        return self.in_format(text, kind, line=False)

    def in_format(self, text: str, kind: str, *, line: bool) -> str:
        if kind in ("moodle", "plain"):
            text = _WRAPPED.sub(" ", text)
        text = meant(text)
        if kind == "markdown":
            return text
        if kind == "html" or (kind == "moodle" and _HTML.search(text)):
            html = text.replace("\n", "<br>") if kind == "moodle" else text
            return self.reader.markup.line(html) if line else self.reader.markup.blocks(html)
        return plain_blocks(text)

    def words(self, text: str) -> str:
        """An answer that is typed, bare of any markup."""
        kind, text = self.formatted(text)
        text = " ".join(meant(text).split())
        return words(text) if kind == "html" or (kind == "moodle" and _HTML.search(text)) else text

    def warn(self, warning: str) -> None:
        self.reader.warn(self.block, warning)

    # --- Kinds

    def made(self, inside: str) -> BankQuestion:
        if not inside:
            raise NotOursError("Câu tự luận không có tiêu chí chấm trong tệp: viết lại với “Loại: tự luận”.")
        if inside.startswith("#"):
            return self.number(inside[1:])
        if "~" in inside:
            return self.choice(inside)
        if "=" in inside and "->" in inside:
            return self.match(inside)
        verdict, *told = inside.split("#", 2)
        if verdict.strip().upper() in ("T", "TRUE", "F", "FALSE"):
            return self.true_false(verdict.strip().upper()[0] == "T", told)
        return self.short(inside)

    def true_false(self, answer: bool, told: list[str]) -> BankQuestion:
        wrong, right = (*map(self.blocks, told), "", "")[:2]
        both = wrong and right and wrong != right
        feedback = f"**Trả lời đúng:** {right}\n\n**Trả lời sai:** {wrong}" if both else right or wrong
        return BankQuestion(kind="true-false", stem="", answer=answer, feedback=feedback)

    def choice(self, inside: str) -> BankQuestion:
        answers = list(self.answers(inside, "~="))
        marked = any(answer.right for answer in answers)
        if not marked:
            answers = [replace(one, right=(one.weight or 0) > 0) for one in answers]
        right = sum(answer.right for answer in answers)
        if not right:
            raise NotOursError("Không có phương án nào đúng (khảo sát): chưa có dạng câu không có đáp án.")
        if marked and right > 1:
            self.warn("có nhiều phương án đúng trọn điểm; ở đây người học phải chọn đủ các phương án đó.")
        shares = {one.weight for one in answers if one.right and one.weight is not None}
        if (marked and any(one.weight for one in answers)) or len(shares) > 1:
            self.warn("tỉ lệ điểm từng phương án không giữ được: chỉ còn đúng hoặc sai.")
        return BankQuestion(
            kind="single" if marked and right == 1 else "multiple",
            stem="",
            options=tuple(
                BankOption(self.line(one.text), one.right, self.line(one.feedback)) for one in answers
            ),
        )

    def answers(self, inside: str, signs: str) -> Iterator[_Answer]:
        """Pieces that begin with `=` or `~`; what stands before the first is one that is wrong."""
        for piece in re.split(rf"(?=[{signs}])", inside):
            text = piece.strip()
            if not text:
                continue
            right = text.startswith("=")
            text = text[1:] if text[0] in signs else text
            # In a choice, `=%50%` is a text that begins so.
            weight, text = _weight(text) if not (right and "~" in signs) else (None, text)
            said, _, feedback = text.partition("#")
            yield _Answer(said.strip(), feedback.strip(), right, weight)

    def match(self, inside: str) -> BankQuestion:
        pairs = []
        for piece in filter(str.strip, inside.split("=")):
            left, arrow, right = piece.partition("->")
            if not arrow:
                raise NotOursError(f"Câu ghép có vế không có “->”: “{meant(piece)[:60]}”.")
            pairs.append((self.line(left), self.line(right)))
        if len(pairs) < 2:
            raise NotOursError("Câu ghép cần ít nhất hai cặp.")
        return BankQuestion(kind="match", stem="", pairs=tuple(pairs))

    def short(self, inside: str) -> BankQuestion:
        accepted, told = [], {}
        for answer in self.answers(inside, "="):
            said = self.words(answer.text)
            text = _without_wildcards(said)
            if answer.weight is not None and answer.weight < 100:
                self.warn(f"câu trả lời “{said[:60]}” chỉ được {answer.weight}% điểm nên không tính là đúng.")
                continue
            if not text:
                self.warn(f"câu trả lời “{said[:60]}” là mẫu có dấu * nên không viết được.")
                continue
            if text != said.replace("\\*", "*"):
                self.warn(f"mẫu “{said[:60]}” được viết thành “{text[:60]}”: dấu * không dùng ở đây.")
            accepted.append(text)
            if answer.feedback:
                told[text] = self.blocks(answer.feedback)
        if not accepted:
            raise NotOursError("Không có câu trả lời nào đúng trọn điểm.")
        return BankQuestion(
            kind="text", stem="", accepted=tuple(dict.fromkeys(accepted)), feedback=_joined(told)
        )

    def number(self, inside: str) -> BankQuestion:
        inside, wrong, wrong_feedback = inside.partition("~")
        found: list[tuple[Decimal, Decimal]] = []
        feedback = ""
        for answer in self.answers(inside, "="):
            bounds = None if answer.text == "*" else _bounds(answer.text)
            if bounds is None and answer.text != "*":
                raise NotOursError(f"“{meant(answer.text)[:60]}” không phải là số, khoảng hay sai số.")
            if bounds is None or (answer.weight is not None and answer.weight < 100):
                self.warn(
                    f"đáp số “{meant(answer.text)[:60]}” chỉ được một phần điểm nên không tính là đúng."
                )
            else:
                found.append(bounds)
                feedback = feedback or self.blocks(answer.feedback)
        if not found:
            raise NotOursError("Không có đáp số nào đúng trọn điểm.")
        low, high = found[0]
        for other in found[1:]:
            if other[0] <= high and low <= other[1]:
                low, high = min(low, other[0]), max(high, other[1])
            else:
                self.warn(f"chỉ một khoảng đáp số được giữ; bỏ {other[0]} .. {other[1]}.")
        if wrong and wrong_feedback.strip("# \n"):
            told = self.blocks(wrong_feedback.strip().lstrip("#"))
            feedback = f"{feedback}\n\n**Trả lời sai:** {told}".strip()
        return BankQuestion(kind="number", stem="", number=(low, high), feedback=feedback)


_HTML = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
# A line that goes on in the next one; any other line end is one that is meant, as Moodle shows it.
_WRAPPED = re.compile(r"(?<![:.;?!…\s])\n(?=[^\W\d_])(?=[^A-ZĐÀ-Ỵ])")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,8})?)%")


def _weight(text: str) -> tuple[Decimal | None, str]:
    found = _WEIGHT.match(text)
    return (Decimal(found[1]), text[found.end() :]) if found else (None, text)


def _without_wildcards(text: str) -> str:
    """`*Grant*` → "Grant"; "" where a star stands between words; `\\*` is a star."""
    held = text.replace("\\*", "\ue119")
    if "*" in held.strip("* "):
        return ""
    return held.strip("* ").replace("\ue119", "*")


def _joined(told: dict[str, str]) -> str:
    """One feedback where all say the same, else each with its answer."""
    if len(set(told.values())) <= 1:
        return next(iter(told.values()), "")
    return "\n\n".join(f"“{plain_blocks(text)}”: {said}" for text, said in told.items())


def _bounds(text: str) -> tuple[Decimal, Decimal] | None:
    """`1822:5`, `1..5`, `3.14` as the lowest and the highest that is right."""
    text = meant(text)
    if ".." in text:
        low, high = (decimal(part) for part in text.split("..", 1))
        return None if low is None or high is None else (min(low, high), max(low, high))
    value, _, tolerance = text.partition(":")
    middle, width = decimal(value), decimal(tolerance) if tolerance.strip() else Decimal(0)
    return None if middle is None or width is None else (middle - abs(width), middle + abs(width))

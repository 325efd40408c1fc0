"""A question as the lines of a page of ours."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from learning.content.amounts import read_amount
from learning.content.drafts import key_of
from learning.content.exchange.bank import BankGap, BankOption, BankQuestion, Kind
from learning.content.exchange.course_words import VIETNAMESE, Words
from learning.content.exchange.guarding import (
    PICTURE,
    clean,
    feedback_lines,
    first_line,
    heading,
    item_lines,
    keyed_lines,
    text_lines,
    without_tags,
)
from learning.content.questions import GAP, OPTIONS_CAP
from learning.content.text import with_brackets
from learning.content.variables import BadExpressionError, evaluate


class CannotAskError(ValueError):
    """The question cannot be asked in our format; the message is the reason, in the reader's words."""


def cleaned(question: BankQuestion) -> BankQuestion:
    return replace(
        question,
        stem=clean(question.stem).strip("\n"),
        title=clean(question.title),
        options=_options(question.options),
        accepted=tuple(" ".join(clean(one).split()) for one in question.accepted),
        unit=" ".join(clean(question.unit).split()),
        pairs=tuple((clean(left).strip(), clean(right).strip()) for left, right in question.pairs),
        items=tuple(clean(item).strip() for item in question.items),
        gaps=tuple(_gap(gap) for gap in question.gaps),
        tags=tuple(filter(None, (" ".join(clean(tag).replace(",", " ").split()) for tag in question.tags))),
        hints=tuple(filter(None, (clean(hint).strip() for hint in question.hints))),
        feedback=clean(question.feedback).strip(),
        explanation=clean(question.explanation).strip(),
    )


def _gap(gap: BankGap) -> BankGap:
    accepted = tuple(" ".join(clean(one).split()) for one in gap.accepted)
    return BankGap(gap.key, accepted, _options(gap.options))


def _options(options: Iterable[BankOption]) -> tuple[BankOption, ...]:
    return tuple(
        BankOption(clean(one.text).strip(), one.right, clean(one.feedback).strip()) for one in options
    )


def kind_of(asked: BankQuestion) -> Kind:
    """The kind that a question is written as. A right side stands once in ours: pairs with one that repeats are gaps."""
    return "gaps" if asked.kind == "match" and _doubled(right for _, right in asked.pairs) else asked.kind


@dataclass(frozen=True)
class Made:
    text: str
    warnings: tuple[str, ...]


def question(asked: BankQuestion, name: str, words: Words) -> Made:
    """The lines of a cleaned question with the id `name`. Raises CannotAskError."""
    return _Block(asked, name, words).made()


class _Block:
    def __init__(self, asked: BankQuestion, name: str, words: Words) -> None:
        self.asked = asked
        self.name = name
        self.words = words
        self.kind = kind_of(asked)
        self.warnings: list[str] = []
        self.declared = ""
        self.explanation = asked.explanation

    def made(self) -> Made:
        asked = self.asked
        if self.kind != asked.kind:
            asked = self.asked = self.as_gaps()
        if not asked.stem.strip() and not heading(asked.title):
            raise CannotAskError("Câu hỏi không có lời.")
        answer = list(getattr(self, self.kind.replace("-", "_"))())
        stem = self.stem()
        if self.kind not in ("true-false", "text", "number") and asked.feedback:
            self.explanation = "\n\n".join(filter(None, [self.explanation, asked.feedback]))
        body = [*stem, "", *answer, ""] if stem else [*answer, ""]
        for hint in asked.hints:
            body += keyed_lines(self.words.keys["hint"], hint, self.kind)
        if self.explanation:
            body += keyed_lines(self.words.keys["explanation"], self.explanation, self.kind)
        if not self.declared and any(key_of(line, frozenset({"type"})) for line in body):
            self.declared = self.kind
        title = (
            heading(asked.title) or heading(PICTURE.sub(" ", asked.stem), 60) or name_without_words(self.name)
        )
        lines = [f"### {title}", *self.keys(), "", *body]
        return Made("\n".join(lines).rstrip("\n") + "\n", tuple(self.warnings))

    def keys(self) -> Iterator[str]:
        keys, asked = self.words.keys, self.asked
        yield f"{keys['id']}: {self.name}"
        if self.declared:
            yield f"{keys['type']}: {self.words.kinds[self.declared]}"
        if asked.points != 1:
            yield f"{keys['points']}: {self.points(asked.points)}"
        if asked.tags:
            yield f"{keys['tags']}: {', '.join(asked.tags)}"
        if asked.shuffle is not None:
            yield f"{keys['shuffle']}: {self.words.yes if asked.shuffle else self.words.no}"

    def points(self, points: Decimal) -> str:
        if not points.is_finite() or not 0 <= points < 10**9:
            self.warnings.append(f"Điểm “{points}” không dùng được; câu này tính 1 điểm.")
            return "1"
        kept = round(points, 4)
        return (
            f"{kept.normalize():f}".replace(".", ",") if self.words is VIETNAMESE else f"{kept.normalize():f}"
        )

    def stem(self) -> list[str]:
        stem = self.asked.stem
        if self.kind == "gaps":
            keys = {gap.key for gap in self.asked.gaps}
            stem = GAP.sub(
                lambda found: found[0] if str(int(found[1])) in keys else found[0].replace(")", "&#41;", 1),
                stem,
            )
            there = {str(int(key)) for key in GAP.findall(stem)}
            missing = [f"({gap.key})____" for gap in self.asked.gaps if gap.key not in there]
            stem = "\n\n".join(filter(str.strip, [stem, " ".join(missing)]))
        return text_lines(stem, self.kind) if stem.strip() else []

    # --- What answers each kind

    def single(self) -> Iterator[str]:
        if len(self.asked.options) > OPTIONS_CAP:
            raise CannotAskError(
                f"Có {len(self.asked.options)} phương án; một câu có nhiều nhất {OPTIONS_CAP}."
            )
        for option in self.asked.options:
            yield from item_lines("- (x)" if option.right else "- ( )", option.text, self.kind)
            yield from ("  " + line for line in feedback_lines(option.feedback))

    def multiple(self) -> Iterator[str]:
        self.declared = "multiple"
        yield from self.single()

    def true_false(self) -> Iterator[str]:
        if self.asked.answer is None:
            self.declared = "true-false"
            self.warnings.append("chưa có đáp án đúng hay sai.")
            return
        yield f"{self.words.keys['answer']}: {self.words.true if self.asked.answer else self.words.false}"
        yield from feedback_lines(self.asked.feedback)

    def text(self) -> Iterator[str]:
        accepted = self.sayable(self.asked.accepted)
        if not accepted:
            raise CannotAskError("Không có câu trả lời đúng nào viết được.")
        line = " | ".join(accepted)
        if re.match(r"[0-9+\-−(@±]", line) or any(sign in line for sign in ("±", "+-", "..")):
            self.declared = "text"
        yield f"= {line}"
        yield from feedback_lines(self.asked.feedback)

    def sayable(self, accepted: Iterable[str]) -> list[str]:
        kept = []
        for one in dict.fromkeys(accepted):
            # What is typed is compared letter by letter: nothing in it can be guarded.
            if "|" in one or "](" in one or without_tags(one) != one:
                self.warnings.append(
                    f"câu trả lời “{one[:60]}” có dấu của định dạng (| ]( <) nên không viết được."
                )
            elif one.strip():
                kept.append(one)
        return kept

    def number(self) -> Iterator[str]:
        if self.asked.number is None:
            raise CannotAskError("Không có đáp số.")
        low, high = self.asked.number
        for unit in dict.fromkeys((self.asked.unit, "")):
            text = _amount(low, high, unit)
            if text:
                if unit != self.asked.unit:
                    self.warnings.append(f"đơn vị “{self.asked.unit[:40]}” không viết được.")
                self.declared = "" if re.match(r"[0-9-]", text) else "number"
                yield f"= {text}"
                yield from feedback_lines(self.asked.feedback)
                return
        raise CannotAskError("Đáp số quá lớn, quá nhỏ hoặc quá nhiều chữ số.")

    def match(self) -> Iterator[str]:
        self.declared = "match"
        for left, right in self.asked.pairs[:OPTIONS_CAP]:
            flat = without_tags(" ".join(left.split())).replace("=>", "=&gt;")
            flat = "\\" + flat if flat[:1] in ("(", "[", "#") else flat
            if with_brackets(f"- {flat}"):
                flat = f"&#{ord(flat[0])};{flat[1:]}"
            yield from item_lines(f"- {flat} =>" if flat else "- =>", right, self.kind)
        if len(self.asked.pairs) > OPTIONS_CAP:
            self.warnings.append(f"chỉ giữ {OPTIONS_CAP} cặp đầu.")

    def as_gaps(self) -> BankQuestion:
        """Right sides that repeat, as a choice for each left one."""
        rights = list(dict.fromkeys(_one(right) for _, right in self.asked.pairs))
        lefts = [(left, _one(right)) for left, right in self.asked.pairs if left.strip()]
        known = {str(int(key)) for key in GAP.findall(self.asked.stem)}
        free = [str(key) for key in range(1, 1000) if str(key) not in known][: len(lefts)]
        if len(rights) > OPTIONS_CAP or len(free) < len(lefts):
            raise CannotAskError(
                f"Câu ghép có {len(self.asked.pairs)} cặp mà vế phải lặp lại; hãy chia thành nhiều câu."
            )
        lines = [
            f"- {' '.join(left.split())}: ({key})____" for key, (left, _) in zip(free, lefts, strict=True)
        ]
        self.warnings.append("vế phải lặp lại nên câu ghép được viết thành câu điền khuyết có lựa chọn.")
        return replace(
            self.asked,
            kind="gaps",
            stem="\n\n".join(filter(None, [self.asked.stem, "\n".join(lines)])),
            gaps=tuple(
                BankGap(key, (), tuple(BankOption(one, one == right) for one in rights))
                for key, (_, right) in zip(free, lefts, strict=True)
            ),
        )

    def order(self) -> Iterator[str]:
        self.declared = "order"
        for number, item in enumerate(self.asked.items[:OPTIONS_CAP], 1):
            yield from item_lines(f"{number}.", item, self.kind)
        if len(self.asked.items) > OPTIONS_CAP:
            self.warnings.append(f"chỉ giữ {OPTIONS_CAP} bước đầu.")

    def gaps(self) -> Iterator[str]:
        self.declared = "gaps"
        for gap in self.asked.gaps:
            if not re.fullmatch(r"[1-9][0-9]{0,2}", gap.key):
                raise CannotAskError(f"Chỗ trống “{gap.key[:20]}” không được đánh số từ 1 đến 999.")
            if gap.options:
                if len(gap.options) > OPTIONS_CAP:
                    raise CannotAskError(
                        f"Chỗ trống ({gap.key}) có {len(gap.options)} phương án; nhiều nhất {OPTIONS_CAP}."
                    )
                shown = (("*" if one.right else "") + _gap_option(one.text) for one in gap.options)
                yield f"({gap.key}) : {' / '.join(shown)}"
                self.said_of(gap)
            else:
                accepted = self.sayable(gap.accepted)
                if not accepted:
                    raise CannotAskError(f"Chỗ trống ({gap.key}) không có câu trả lời viết được.")
                yield f"({gap.key}) = {' | '.join(accepted)}"
        if not self.asked.gaps:
            raise CannotAskError("Không có chỗ trống nào.")

    def said_of(self, gap: BankGap) -> None:
        """A choice in a gap has no feedback of its own: the explanation says it."""
        told = [
            f"- ({gap.key}) {_one(one.text)}: {_one(one.feedback)}"
            for one in gap.options
            if one.feedback.strip()
        ]
        if told:
            self.explanation = "\n\n".join(filter(None, [self.explanation, "\n".join(told)]))


def name_without_words(name: str) -> str:
    return f"Câu {name.rpartition('-')[2]}"


def _one(text: str) -> str:
    return " ".join(text.split())


def _doubled(texts: Iterable[str]) -> bool:
    seen = [_one(text).casefold() for text in texts]
    return len(set(seen)) < len(seen)


def _gap_option(text: str) -> str:
    text = first_line(" ".join(text.split()))
    text = re.sub(r"(?<![^ ])/|/(?![^ ])", "&#47;", text)
    return "\\" + text if text.startswith("*") else text


def _amount(low: Decimal, high: Decimal, unit: str) -> str:
    """`20 ± 1 ngày` where that says it shortly, else `18,5 .. 20 ngày`; "" where it cannot be written."""
    if not (low.is_finite() and high.is_finite() and low <= high):
        return ""
    middle, width = (low + high) / 2, (high - low) / 2
    for text in (
        f"{_digits(low)} {unit}" if low == high else f"{_digits(middle)} ± {_digits(width)} {unit}",
        f"{_digits(low)} .. {_digits(high)} {unit}",
        f"{_digits(low)} {unit} .. {_digits(high)} {unit}",
        f"{_digits(middle)} {unit} ± {_digits(width)} {unit}",
    ):
        try:
            read = read_amount(text.strip())
            bounds = evaluate(read.low), evaluate(read.high)
            if bounds == (Fraction(low), Fraction(high)) and read.unit == unit:
                return text.strip()
        except BadExpressionError:
            continue
    return ""


def _digits(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",") if number == 0 else f"{number.normalize():f}".replace(".", ",")

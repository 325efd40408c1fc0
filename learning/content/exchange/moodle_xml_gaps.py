"""Texts with gaps in Moodle XML: `[[1]]` of gapselect and ddwtos, `{1:SHORTANSWER:=…}` of cloze."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from lxml import etree

from learning.content.exchange.bank import BankGap, BankOption, BankQuestion
from learning.content.exchange.elements import name_of, words
from learning.content.exchange.escaping import escaped, legal
from learning.content.exchange.moodle_xml_question import Question, text_of, typed
from learning.content.exchange.shapes import MOST_GAPS, NotOursError, decimal, tidy

HUNDRED = Decimal(100)
OPEN, CLOSE = "\ue010", "\ue011"
PLACE = re.compile(f"{OPEN}([0-9]+){CLOSE}")


def chosen(question: Question) -> BankQuestion:
    """gapselect, ddwtos: `[[1]]` is the first option, chosen from those of its group."""
    options = []
    for one in question.element:
        if name_of(one) in ("selectoption", "dragbox"):
            options.append((escaped(words(text_of(one))), (one.findtext("group") or "1").strip()))
    numbers: list[int] = []

    def place(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(options):
            return found[0]
        numbers.append(number)
        return f"{OPEN}{len(numbers)}{CLOSE}"

    stem = _gapped(question, re.compile(r"\[\[([0-9]{1,3})\]\]"), place)
    if not numbers:
        raise NotOursError("Đoạn văn không có chỗ trống [[1]].")
    if max(len(numbers), len(options)) > MOST_GAPS:
        raise NotOursError(f"Đoạn văn có hơn {MOST_GAPS} chỗ trống hay từ để chọn.")
    gaps = []
    for key, number in enumerate(numbers, 1):
        right, group = options[number - 1]
        texts = dict.fromkeys(text for text, of in options if of == group and text)
        gaps.append(BankGap(str(key), options=tuple(BankOption(text, text == right) for text in texts)))
    groups = {options[number - 1][1] for number in numbers}
    for text, group in options:
        if group not in groups:
            question.tell(text, "Từ không thuộc nhóm của chỗ trống nào, không nhập.")
    return question.made("gaps", stem, gaps=tuple(gaps), shuffle=question.shuffle())


def _gapped(question: Question, pattern: re.Pattern[str], place: Callable[[re.Match[str]], str]) -> str:
    holder = question.element.find("questiontext")
    if holder is None:
        raise NotOursError("Câu hỏi không có lời.")
    text = text_of(holder).replace(OPEN, "").replace(CLOSE, "")
    return _with_gaps(question, holder, pattern.sub(place, text))


def _with_gaps(question: Question, holder: Any, text: str) -> str:
    copy = etree.Element("questiontext", {"format": holder.get("format") or "html"})
    etree.SubElement(copy, "text").text = legal(text)
    return PLACE.sub(r"(\1)____", question.block(copy))


@dataclass(frozen=True)
class _Alternative:
    share: Decimal
    text: str  # HTML
    feedback: str


_CLOZE = re.compile(r"\{([0-9]{0,3}):([A-Z]{2,13}(?:_[A-Z]{1,2})?):")
_CHOICES = re.compile(r"(?:MULTICHOICE(?:_[VHS]{1,2})?|MC[VHS]{0,2})")
_TEXTS = re.compile(r"(?:SHORTANSWER(?:_C)?|SAC?|MWC?)")
_NUMBERS = re.compile(r"(?:NUMERICAL|NM)")


def cloze(question: Question) -> BankQuestion:
    holder = question.element.find("questiontext")
    if holder is None:
        raise NotOursError("Câu hỏi không có lời.")
    source = text_of(holder).replace(OPEN, "").replace(CLOSE, "")
    found = list(_cloze_parts(source))
    if not found:
        raise NotOursError("Đoạn văn không có chỗ trống nào của Cloze ({1:SHORTANSWER:…}).")
    if len(found) > MOST_GAPS:
        raise NotOursError(f"Đoạn văn có hơn {MOST_GAPS} chỗ trống.")
    alone = _lone_number(question, holder, source, found)
    if alone is not None:
        return alone
    gaps, text, last, weight = [], "", 0, 0
    for key, (start, end, share, kind, alternatives) in enumerate(found, 1):
        gaps.append(_cloze_gap(question, str(key), kind, alternatives))
        text += f"{source[last:start]}{OPEN}{key}{CLOSE}"
        last, weight = end, weight + share
    stem = _with_gaps(question, holder, text + source[last:])
    return question.made("gaps", stem, gaps=tuple(gaps), points=Decimal(max(weight, 1)))


def _cloze_parts(source: str) -> Iterator[tuple[int, int, int, str, list[_Alternative]]]:
    at = 0
    while header := _CLOZE.search(source, at):
        close = header.end()
        while (close := source.find("}", close)) >= 0 and source[close - 1] == "\\":
            close += 1
        if close < 0:
            return
        alternatives = [
            _alternative(part) for part in re.split(r"(?<!\\)~", source[header.end() : close]) if part.strip()
        ]
        yield header.start(), close + 1, int(header[1] or 1), header[2], alternatives
        at = close + 1


def _alternative(part: str) -> _Alternative:
    part = part.strip()
    share = Decimal(0)
    if part.startswith("="):
        share, part = HUNDRED, part[1:]
    elif found := re.match(r"%(-?[0-9]{1,3}(?:[.,][0-9]{0,12})?)%", part):
        share, part = Decimal(found[1].replace(",", ".")), part[found.end() :]
    text, _, feedback = re.sub(r"(?<![\\&])#", "\0", part, count=1).partition("\0")
    return _Alternative(share, _unescaped(text).strip(), _unescaped(feedback))


def _unescaped(text: str) -> str:
    return re.sub(r"""\\([}~#/"\\{=%])""", r"\1", text)


def _lone_number(question: Question, holder: Any, source: str, found: list[Any]) -> BankQuestion | None:
    """A text with one number in it that has a tolerance is a question for a number: a gap has no tolerance."""
    start, end, share, kind, alternatives = found[0]
    if len(found) > 1 or not _NUMBERS.fullmatch(kind):
        return None
    right = [one for one in alternatives if one.share >= HUNDRED]
    value = _range(right[0].text) if len(right) == 1 else None
    if value is None or value[0] == value[1]:
        return None
    for one in alternatives:
        if one is not right[0]:
            question.tell(words(f"{one.text} {one.feedback}"), "Đáp số không được trọn điểm, không nhập.")
    stem = _with_gaps(question, holder, f"{source[:start]}{OPEN}1{CLOSE}{source[end:]}").replace(
        "(1)____", "____"
    )
    return question.made(
        "number",
        stem,
        number=value,
        feedback=question.markup.blocks(right[0].feedback),
        points=Decimal(max(share, 1)),
    )


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    value, _, tolerance = unescape(text).partition(":")
    middle, around = decimal(value), decimal(tolerance or "0")
    if middle is None or around is None:
        return None
    return tidy(middle - abs(around)), tidy(middle + abs(around))


def _cloze_gap(question: Question, key: str, kind: str, alternatives: list[_Alternative]) -> BankGap:
    if any(one.feedback.strip() for one in alternatives):
        question.tell(
            " · ".join(words(one.feedback) for one in alternatives if one.feedback.strip()),
            f"Phản hồi của chỗ trống ({key}) không có chỗ trong khóa học.",
        )
    right = [one for one in alternatives if one.share >= HUNDRED]
    if not right:
        raise NotOursError(f"Chỗ trống ({key}) không có câu trả lời được trọn điểm.")
    if _CHOICES.fullmatch(kind):
        if len(right) > 1:
            raise NotOursError(f"Chỗ trống ({key}) có nhiều phương án đúng.")
        return BankGap(
            key,
            options=tuple(
                BankOption(question.markup.line(one.text), one is right[0]) for one in alternatives
            ),
        )
    if _TEXTS.fullmatch(kind):
        return _typed_gap(question, key, alternatives, [typed(words(one.text)) for one in right])
    if _NUMBERS.fullmatch(kind):
        ranges = [_range(one.text) for one in right]
        if any(one is None for one in ranges):
            raise NotOursError(f"Chỗ trống ({key}) có đáp số không đọc được.")
        if any(one and one[0] != one[1] for one in ranges):
            question.tell(
                " · ".join(one.text for one in right),
                f"Sai số của chỗ trống ({key}) không giữ được: chỉ đúng số đã ghi.",
            )
        values = [unescape(one.text).partition(":")[0].strip() for one in right]
        return _typed_gap(question, key, alternatives, values)
    raise NotOursError(f"Chỗ trống ({key}) loại {kind} chưa nhập được.")


def _typed_gap(
    question: Question, key: str, alternatives: list[_Alternative], accepted: list[str]
) -> BankGap:
    wrong = [words(one.text) for one in alternatives if one.share < HUNDRED]
    kept = [text.replace("\\*", "*") for text in accepted if not re.search(r"(?<!\\)\*", text)]
    question.tell(
        " · ".join([*wrong, *(text for text in accepted if text.replace("\\*", "*") not in kept)]),
        f"Chỗ trống ({key}): chỉ giữ câu trả lời được trọn điểm và không có dấu *.",
    )
    if not kept:
        raise NotOursError(f"Chỗ trống ({key}) chỉ có câu trả lời với dấu * thay cho chữ bất kỳ.")
    return BankGap(key, accepted=tuple(dict.fromkeys(filter(None, kept))))

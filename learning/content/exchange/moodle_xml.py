"""Moodle XML, in and out (Moodle 2 to 5).

In: multichoice, truefalse, shortanswer, numerical, matching, ordering, cloze/multianswer, gapselect and ddwtos (as gaps).
Categories are sections. Everything else is in `skipped` with the words it holds. Penalties, the numbering of answers
and display settings have no meaning here and no words to lose. Out: the same kinds; gaps go out as cloze.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from lxml import etree

from learning.content.exchange.archives import parse_xml
from learning.content.exchange.bank import (
    Bank,
    BankGap,
    BankLesson,
    BankOption,
    BankQuestion,
    Kind,
    Skipped,
    UnreadableError,
)
from learning.content.exchange.markup import Markup, Page, escaped, legal, name_of, plain_blocks, words
from learning.content.exchange.shapes import (
    MOST_GAPS,
    Losses,
    NotOursError,
    decimal,
    grouped,
    shown,
    tidy,
    titled,
    told_apart,
)

PLUGINFILE = "@@PLUGINFILE@@"
HUNDRED = Decimal(100)


def read(data: bytes, *, name: str = "") -> Bank:
    """A question bank out of Moodle. Raises UnreadableError."""
    root = parse_xml(data, name, comments=True)
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
        number = ""  # of the question in Moodle, in the comment before it
        for child in root:
            if isinstance(child, etree._Comment):
                found = re.search(r"question:\s*([0-9]{1,18})", child.text or "")
                number = found[1] if found and int(found[1]) else ""
                continue
            if name_of(child) != "question":
                self.skip(child, f"Phần <{name_of(child)[:40]}> không phải câu hỏi.")
            elif child.get("type") == "category":
                groups.append((self.category(child), child.sourceline or 0, []))
            else:
                groups[-1][2].extend(self.question(child, number))
            number = ""
        for text, (line, times) in self.general.items():
            self.skipped.append(
                Skipped(line, text, f"Phản hồi chung của {times} câu: ở đây phản hồi thuộc từng phương án.")
            )
        lessons = grouped(groups)
        title = self.title or next((one[0] for one in groups[1:]), "") or "Câu hỏi"
        return Bank(title, lessons, self.markup.media.files, tuple(self.skipped), self.markup.told())

    def category(self, element: Any) -> str:
        path = _text(element.find("category"))
        parts = [part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", path)]
        kept = [part for part in parts if part and part != "top" and not re.fullmatch(r"\$\w+\$", part)]
        if info := words(_text(element.find("info"))):
            self.skipped.append(
                Skipped(element.sourceline or 0, info, "Mô tả của nhóm câu hỏi không có chỗ trong khóa học.")
            )
        return " / ".join(kept) or self.title or "Câu hỏi"

    def skip(self, element: Any, reason: str) -> None:
        texts = [words(one.text or "") for one in element.iter() if name_of(one) == "text" and not len(one)]
        said = " · ".join(filter(None, texts)) or words("".join(element.itertext()))
        self.skipped.append(Skipped(element.sourceline or 0, said, reason))

    def question(self, element: Any, number: str) -> Iterator[BankQuestion]:
        kind = (element.get("type") or "").strip().casefold()
        try:
            make = _MAKERS.get(kind)
            if make is None:
                raise NotOursError(
                    _UNKNOWN.get(kind) or f"Loại câu hỏi “{kind[:40]}” của Moodle chưa nhập được."
                )
            before = len(self.skipped)
            files = _Files(element)
            self.markup.find = files.find
            made = make(_Question(self, element, number, files))
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

    def tell(self, line: int, what: str, reason: str) -> None:
        if what:
            self.skipped.append(Skipped(line, what, reason))


class _Files:
    """The files that a question brings along. Each text has its own: what two answers call `image.png` are two."""

    def __init__(self, question: Any) -> None:
        self.found: list[tuple[Any, str, Any]] = []  # the element that holds it, its path, the file
        self.used: set[int] = set()
        self.holder: Any = None  # of the text that is being read
        for one in question.iter():
            if name_of(one) == "file":
                path = f"{one.get('path') or '/'}/{one.get('name') or ''}"
                self.found.append((one.getparent(), re.sub(r"/+", "/", path).strip("/"), one))

    def find(self, address: str) -> bytes | None:
        if not address.startswith(PLUGINFILE):
            return None
        path = unquote(address.removeprefix(PLUGINFILE).partition("?")[0]).strip("/")
        places = [at for at, (_, named, _) in enumerate(self.found) if named == path]
        if not places:
            return None
        at = next((one for one in places if self.found[one][0] is self.holder), places[0])
        self.used.add(at)
        try:
            return base64.b64decode("".join((self.found[at][2].text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            return None

    def unused(self) -> list[str]:
        return [path or "?" for at, (_, path, _) in enumerate(self.found) if at not in self.used]


@dataclass
class _Question:
    """One `<question>` and what its kinds are made of."""

    reader: _Reader
    element: Any
    number: str
    files: _Files

    @property
    def line(self) -> int:
        return self.element.sourceline or 0

    def made(self, kind: Kind, stem: str, **answer: Any) -> BankQuestion:
        """The question with what all kinds have; combined feedback is told of once for the whole file."""
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if text := words(_text(self.element.find(name))):
                line, times = self.reader.general.get(text, (self.line, 0))
                self.reader.general[text] = (line, times + 1)
        points = answer.pop("points", None) or decimal(self.value("defaultgrade")) or Decimal(1)
        if points < 0:
            points = Decimal(1)
        return BankQuestion(
            kind=kind,
            stem=stem,
            title=titled(words(escape(_text(self.element.find("name")))), stem),
            key=self.value("idnumber") or self.number,
            points=points,
            tags=tuple(filter(None, (words(escape(_text(tag))) for tag in self.element.findall("tags/tag")))),
            hints=tuple(filter(None, (self.block(hint) for hint in self.element.findall("hint")))),
            explanation=self.block(self.element.find("generalfeedback")),
            line=self.line,
            **answer,
        )

    def value(self, name: str) -> str:
        found = self.element.find(name)
        return " ".join((found.text or _text(found)).split()) if found is not None else ""

    def stem(self) -> str:
        return self.block(self.element.find("questiontext"))

    def shuffle(self) -> bool | None:
        value = self.value("shuffleanswers").casefold()
        return None if not value else value in ("1", "true")

    def block(self, holder: Any) -> str:
        return self.converted(holder, self.reader.markup.blocks, plain_blocks)

    def leaf(self, holder: Any) -> str:
        return self.converted(holder, self.reader.markup.line, lambda text: escaped(text.strip()))

    def converted(self, holder: Any, markup: Callable[[str], str], plain: Callable[[str], str]) -> str:
        """Text in the format it says of itself; what says nothing is HTML."""
        if holder is None:
            return ""
        self.files.holder = holder
        text = _text(holder)
        form = (holder.get("format") or "html").casefold()
        if form == "plain_text":
            return plain(text)
        if form == "markdown":
            return legal(text).strip()
        if form == "moodle_auto_format" and "<" not in text:
            text = "".join(f"<p>{line}</p>" for line in text.split("\n") if line.strip())
        return markup(text)

    def answers(self) -> list[tuple[Any, Decimal]]:
        """The answers with their shares of the mark, in percent."""
        return [(one, decimal(one.get("fraction")) or Decimal(0)) for one in self.element.findall("answer")]

    def feedback(self, answer: Any) -> str:
        return self.block(answer.find("feedback"))


def _choice(question: _Question) -> BankQuestion:
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
        question.reader.markup.said("Phương án được điểm khác nhau: ở đây phương án đúng đều ngang nhau.")
    if single and sum(option.right for option in options) > 1:
        question.reader.markup.said("Câu chọn một có nhiều phương án được trọn điểm: hãy chọn lại một.")
    kind: Kind = "single" if single else "multiple"
    return question.made(kind, question.stem(), options=options, shuffle=question.shuffle())


def _true_false(question: _Question) -> BankQuestion:
    right: bool | None = None
    feedbacks = []
    for one, fraction in question.answers():
        said = _text(one).strip().casefold() == "true"
        if fraction > 0:
            right = said
        feedbacks.append(("Chọn Đúng" if said else "Chọn Sai", question.feedback(one)))
    if right is None:
        raise NotOursError("Câu đúng/sai không có đáp án.")
    return question.made("true-false", question.stem(), answer=right, feedback=told_apart(feedbacks))


def _short(question: _Question) -> BankQuestion:
    accepted: list[str] = []
    feedbacks = []
    for one, fraction in question.answers():
        text = _text(one).strip()
        told = words(_text(one.find("feedback")))
        if fraction < HUNDRED:
            question.reader.tell(
                question.line,
                " · ".join(filter(None, [text.replace("\\*", "*"), told])),
                "Câu trả lời không được trọn điểm và phản hồi của nó: ở đây chỉ giữ câu trả lời đúng.",
            )
        elif re.search(r"(?<!\\)\*", text):
            question.reader.tell(
                question.line,
                " · ".join(filter(None, [text, told])),
                "Dấu * thay cho chữ bất kỳ: ở đây mỗi câu trả lời đúng phải được viết ra.",
            )
        else:
            accepted.append(_answer(text.replace("\\*", "*")))
            feedbacks.append((accepted[-1], question.feedback(one)))
    accepted = list(dict.fromkeys(filter(None, accepted)))
    if not accepted:
        raise NotOursError("Câu trả lời ngắn không có câu trả lời nào được trọn điểm mà không có dấu *.")
    if question.value("usecase") == "1":
        question.reader.markup.said("Câu trả lời phân biệt chữ hoa, chữ thường: ở đây không phân biệt.")
    return question.made("text", question.stem(), accepted=tuple(accepted), feedback=told_apart(feedbacks))


def _answer(text: str) -> str:
    """What is to be typed: no markup, no line ends."""
    return " ".join(legal(text).replace("\u00a0", " ").split())


def _numerical(question: _Question) -> BankQuestion:
    found: tuple[Decimal, Decimal] | None = None
    feedback = ""
    for one, fraction in question.answers():
        value, tolerance = decimal(_text(one)), decimal(_text(one.find("tolerance")) or "0")
        if found is None and fraction >= HUNDRED and value is not None and tolerance is not None:
            found = (tidy(value - abs(tolerance)), tidy(value + abs(tolerance)))
            feedback = question.feedback(one)
        else:
            question.reader.tell(
                question.line,
                " · ".join(filter(None, [_text(one).strip(), words(_text(one.find("feedback")))])),
                "Chỉ một số (hay khoảng) được trọn điểm là giữ được; câu trả lời này thì không.",
            )
    if found is None:
        raise NotOursError("Câu hỏi số không có đáp số được trọn điểm.")
    units = [
        (_text(unit.find("unit_name")).strip(), decimal(_text(unit.find("multiplier"))))
        for unit in question.element.findall("units/unit")
    ]
    unit = next((name for name, times in units if times in (None, 1)), units[0][0] if units else "")
    for name, _ in units:
        if name != unit:
            question.reader.tell(question.line, name, "Chỉ giữ một đơn vị; đơn vị này không nhập.")
    return question.made("number", question.stem(), number=found, unit=_answer(unit), feedback=feedback)


def _matching(question: _Question) -> BankQuestion:
    pairs = []
    for one in question.element.findall("subquestion"):
        right = escaped(words(escape(_text(one.find("answer")))))
        left = question.leaf(one)
        if right:
            pairs.append((left, right))
        elif left:
            question.reader.tell(question.line, words(_text(one)), "Vế trái không có vế phải, không nhập.")
    if not any(left for left, _ in pairs):
        raise NotOursError("Câu ghép không có cặp nào.")
    return question.made("match", question.stem(), pairs=tuple(pairs), shuffle=question.shuffle())


def _ordering(question: _Question) -> BankQuestion:
    answers = sorted(question.answers(), key=lambda one: one[1])
    if not answers:
        raise NotOursError("Câu sắp xếp không có mục nào.")
    for one, _ in answers:
        question.reader.tell(
            question.line,
            words(_text(one.find("feedback"))),
            "Phản hồi của từng mục trong câu sắp xếp không nhập.",
        )
    return question.made("order", question.stem(), items=tuple(question.leaf(one) for one, _ in answers))


# --- Gaps

_OPEN, _CLOSE = "\ue010", "\ue011"
_PLACE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def _chosen(question: _Question) -> BankQuestion:
    """gapselect, ddwtos: `[[1]]` is the first option, chosen from those of its group."""
    options = []
    for one in question.element:
        if name_of(one) in ("selectoption", "dragbox"):
            options.append((escaped(words(_text(one))), (one.findtext("group") or "1").strip()))
    numbers: list[int] = []

    def place(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(options):
            return found[0]
        numbers.append(number)
        return f"{_OPEN}{len(numbers)}{_CLOSE}"

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
            question.reader.tell(question.line, text, "Từ không thuộc nhóm của chỗ trống nào, không nhập.")
    return question.made("gaps", stem, gaps=tuple(gaps), shuffle=question.shuffle())


def _gapped(question: _Question, pattern: re.Pattern[str], place: Callable[[re.Match[str]], str]) -> str:
    holder = question.element.find("questiontext")
    if holder is None:
        raise NotOursError("Câu hỏi không có lời.")
    text = _text(holder).replace(_OPEN, "").replace(_CLOSE, "")
    return _with_gaps(question, holder, pattern.sub(place, text))


def _with_gaps(question: _Question, holder: Any, text: str) -> str:
    copy = etree.Element("questiontext", {"format": holder.get("format") or "html"})
    etree.SubElement(copy, "text").text = legal(text)
    return _PLACE.sub(r"(\1)____", question.block(copy))


@dataclass(frozen=True)
class _Alternative:
    share: Decimal
    text: str  # HTML
    feedback: str


_CLOZE = re.compile(r"\{([0-9]{0,3}):([A-Z]{2,13}(?:_[A-Z]{1,2})?):")
_CHOICES = re.compile(r"(?:MULTICHOICE(?:_[VHS]{1,2})?|MC[VHS]{0,2})")
_TEXTS = re.compile(r"(?:SHORTANSWER(?:_C)?|SAC?|MWC?)")
_NUMBERS = re.compile(r"(?:NUMERICAL|NM)")


def _cloze(question: _Question) -> BankQuestion:
    holder = question.element.find("questiontext")
    if holder is None:
        raise NotOursError("Câu hỏi không có lời.")
    source = _text(holder).replace(_OPEN, "").replace(_CLOSE, "")
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
        text += f"{source[last:start]}{_OPEN}{key}{_CLOSE}"
        last, weight = end, weight + share
    stem = _with_gaps(question, holder, text + source[last:])
    points = decimal(question.value("defaultgrade")) or Decimal(max(weight, 1))
    return question.made("gaps", stem, gaps=tuple(gaps), points=points)


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
    elif found := re.match(r"%(-?[0-9]{1,3}(?:\.[0-9]{1,7})?)%", part):
        share, part = Decimal(found[1]), part[found.end() :]
    text, _, feedback = re.sub(r"(?<![\\&])#", "\0", part, count=1).partition("\0")
    return _Alternative(share, _unescaped(text).strip(), _unescaped(feedback))


def _unescaped(text: str) -> str:
    return re.sub(r"""\\([}~#/"\\{=%])""", r"\1", text)


def _lone_number(question: _Question, holder: Any, source: str, found: list[Any]) -> BankQuestion | None:
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
            question.reader.tell(
                question.line, words(f"{one.text} {one.feedback}"), "Đáp số không được trọn điểm, không nhập."
            )
    stem = _with_gaps(question, holder, f"{source[:start]}{_OPEN}1{_CLOSE}{source[end:]}").replace(
        "(1)____", "____"
    )
    return question.made(
        "number",
        stem,
        number=value,
        feedback=question.reader.markup.blocks(right[0].feedback),
        points=decimal(question.value("defaultgrade")) or Decimal(max(share, 1)),
    )


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    value, _, tolerance = unescape(text).partition(":")
    middle, around = decimal(value), decimal(tolerance or "0")
    if middle is None or around is None:
        return None
    return tidy(middle - abs(around)), tidy(middle + abs(around))


def _cloze_gap(question: _Question, key: str, kind: str, alternatives: list[_Alternative]) -> BankGap:
    if any(one.feedback.strip() for one in alternatives):
        question.reader.tell(
            question.line,
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
                BankOption(question.reader.markup.line(one.text), one is right[0]) for one in alternatives
            ),
        )
    if _TEXTS.fullmatch(kind):
        return _typed_gap(question, key, alternatives, [_answer(words(one.text)) for one in right])
    if _NUMBERS.fullmatch(kind):
        ranges = [_range(one.text) for one in right]
        if any(one is None for one in ranges):
            raise NotOursError(f"Chỗ trống ({key}) có đáp số không đọc được.")
        if any(one and one[0] != one[1] for one in ranges):
            question.reader.tell(
                question.line,
                " · ".join(one.text for one in right),
                f"Sai số của chỗ trống ({key}) không giữ được: chỉ đúng số đã ghi.",
            )
        values = [unescape(one.text).partition(":")[0].strip() for one in right]
        return _typed_gap(question, key, alternatives, values)
    raise NotOursError(f"Chỗ trống ({key}) loại {kind} chưa nhập được.")


def _typed_gap(
    question: _Question, key: str, alternatives: list[_Alternative], accepted: list[str]
) -> BankGap:
    wrong = [words(one.text) for one in alternatives if one.share < HUNDRED]
    kept = [text.replace("\\*", "*") for text in accepted if not re.search(r"(?<!\\)\*", text)]
    question.reader.tell(
        question.line,
        " · ".join([*wrong, *(text for text in accepted if text.replace("\\*", "*") not in kept)]),
        f"Chỗ trống ({key}): chỉ giữ câu trả lời được trọn điểm và không có dấu *.",
    )
    if not kept:
        raise NotOursError(f"Chỗ trống ({key}) chỉ có câu trả lời với dấu * thay cho chữ bất kỳ.")
    return BankGap(key, accepted=tuple(dict.fromkeys(filter(None, kept))))


_MAKERS: dict[str, Callable[[_Question], BankQuestion]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "gapselect": _chosen,
    "ddwtos": _chosen,
    "cloze": _cloze,
    "multianswer": _cloze,
}
_UNKNOWN = {
    "essay": "Câu tự luận cần người chấm, ở đây chưa có.",
    "description": "Đoạn mô tả không phải câu hỏi; nếu cần, hãy đưa vào bài học.",
    **dict.fromkeys(
        ("calculated", "calculatedsimple", "calculatedmulti"),
        "Câu hỏi tính theo công thức và bộ số của Moodle: hãy viết lại bằng “Biến:”.",
    ),
    **dict.fromkeys(("ddmarker", "ddimageortext"), "Câu kéo thả lên hình: ở đây chưa có loại này."),
    "random": "Câu lấy ngẫu nhiên trong Moodle: ở đây dùng “Rút:” trong đề.",
    "randomsamatch": "Câu ghép ngẫu nhiên trong Moodle: ở đây chưa có loại này.",
}


def _text(holder: Any) -> str:
    """What a holder says: in its `<text>`, or, in old files, itself."""
    if holder is None:
        return ""
    inside = holder.find("text")
    return "".join(inside.itertext()) if inside is not None else holder.text or ""


# --- Out


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """The questions of a bank as Moodle XML, and what it cannot carry."""
    return _Writer(bank).write()


class _Writer:
    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.losses = Losses()
        self.page = Page({path: f"{PLUGINFILE}/{quote(path)}" for path in bank.media})

    def write(self) -> tuple[bytes, tuple[Skipped, ...]]:
        self.losses.of_bank(self.bank, lessons=False)
        quiz = etree.Element("quiz")
        for lesson in self.bank.lessons:
            if lesson.questions:
                self.category(quiz, lesson)
                for question in lesson.questions:
                    self.question(quiz, question)
        etree.indent(quiz)
        data: bytes = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True)
        return data + b"\n", self.losses.told()

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

        html = self.page.prompt(question.stem, lambda key: f"{_OPEN}{key}{_CLOSE}")
        # What only looks like a gap of Cloze is text.
        return _PLACE.sub(lambda found: gap(found[1]), html.replace("{", "&#123;"))


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

"""Questions and texts as lines of our format, guarded so that none of them is read as a part of it by accident.

A guard changes how a line is written and not how it is shown: a backslash where Markdown knows one, else a character
reference. Code within a text stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from learning.content import prose, tree
from learning.content.amounts import read_amount
from learning.content.compiling import compile_course
from learning.content.drafts import KEYS, OPTION, key_of
from learning.content.exchange.bank import BankGap, BankOption, BankQuestion
from learning.content.limits import Limits
from learning.content.questions import GAP, OPTIONS_CAP
from learning.content.text import with_brackets
from learning.content.outline import headings, is_questions
from learning.content.tree import Findings, SourceCourse
from learning.content.variables import BadExpressionError, evaluate

ROUNDS = 6  # of making literal what the checker finds
Names = Mapping[str, str]


class CannotAskError(ValueError):
    """The question cannot be asked in our format; the message is the reason, in the reader's words."""


@dataclass(frozen=True)
class Words:
    """What a draft is written with, in the language of its course."""

    keys: Names
    kinds: Names
    questions: str
    true: str
    false: str
    yes: str
    no: str
    course: str
    exam: str
    common: str
    opening: str
    about: str
    made_of: str
    part: str
    original: str
    no_text: str
    origin: str
    divided: str
    unused_media: str
    unknown_document: str
    past_document: str
    nothing_to_ask: str
    at: str


_SAID = {  # about the draft: to its author, who reads Vietnamese
    "no_text": "Nguồn chỉ có câu hỏi: bài “Giới thiệu” là chỗ để viết bài học trước khi trình duyệt.",
    "origin": "Chưa có căn cứ pháp lý: các bài tạm dẫn “Tài liệu gốc: {}”. Hãy ghi số hiệu văn bản vào sources.",
    "divided": "“{}” dài nên được chia thành {} bài ngắn; hãy xem lại chỗ chia và tên từng bài.",
    "unused_media": "Không bài hay câu nào dùng hình này.",
    "unknown_document": "Văn bản {} được nhắc tới nhưng chưa có trong sổ văn bản (sources.yml).",
    "past_document": "Văn bản {} đã hết hiệu lực hoặc được thay thế nên không đưa vào căn cứ.",
    "nothing_to_ask": "Lời dẫn không có câu hỏi nào đi kèm.",
    "at": "Dòng {}: ",
}
VIETNAMESE = Words(
    keys={key: names[0].capitalize() for key, names in KEYS.items()},
    kinds={
        "multiple": "chọn nhiều",
        "single": "chọn một",
        "true-false": "đúng/sai",
        "text": "trả lời ngắn",
        "number": "số",
        "match": "ghép",
        "order": "sắp xếp",
        "gaps": "điền khuyết",
    },
    questions="Câu hỏi",
    true="Đúng",
    false="Sai",
    yes="có",
    no="không",
    course="Khóa học nhập từ tệp",
    exam="Bài kiểm tra cuối khóa",
    common="Phần chung",
    opening="Giới thiệu",
    about="Khóa học có {} câu hỏi, lấy từ “{}”.",
    made_of="Khóa học được lập từ tài liệu “{}”.",
    part="{title} (phần {number})",
    original="Tài liệu gốc",
    **_SAID,
)
ENGLISH = Words(
    keys={key: names[1].capitalize() for key, names in KEYS.items()},
    kinds={
        "multiple": "multiple choice",
        "single": "single choice",
        "true-false": "true/false",
        "text": "short answer",
        "number": "number",
        "match": "match",
        "order": "order",
        "gaps": "gaps",
    },
    questions="Questions",
    true="True",
    false="False",
    yes="yes",
    no="no",
    course="Imported course",
    exam="Final exam",
    common="General part",
    opening="Introduction",
    about="This course has {} questions, taken from “{}”.",
    made_of="This course was made from the document “{}”.",
    part="{title} (part {number})",
    original="Original document",
    **_SAID,
)


# --- Characters

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ue000\ue001]")


def clean(text: str) -> str:
    """The text without what no file of ours may hold; lines end in LF, tabs are spaces."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).expandtabs(4)


def one_line(text: str) -> str:
    """A text for a title or a report: one line, and nothing in it that is taken for markup."""
    text = " ".join(clean(text).split())
    text = _UNESCAPED.sub(r"\1", text).replace("](", "] (")
    for reference, sign in (("&#58;", ":"), ("&#61;", "="), ("&#126;", "~"), ("&lt;", "<"), ("&amp;", "&")):
        text = text.replace(reference, sign)
    return _TAGGED.sub("‹", text).strip()


_PICTURE = re.compile(r"!\[(?:\\.|[^\[\]\\])*\]\([^()\s]*\)")
_UNESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+\-.!|])")
_TAGGED = re.compile(r"<(?=[A-Za-z/!?])")


def heading(text: str, most: int = 1000) -> str:
    """What stands behind `##` or `###`; Markdown takes `#` at its end away."""
    text = " ".join(re.sub(r"(?<!\w)[*_`]+|[*_`]+(?!\w)", "", one_line(text)).split()).rstrip("# \\")
    if len(text) > most:
        text = text[:most].rsplit(" ", 1)[0].rstrip(".,;: ") + "…"
    return text.lstrip("# ")


def shown(text: str) -> str:
    """Words in a paragraph as exactly these words."""
    return re.sub(r"([\\`*_\[\]])", r"\\\1", one_line(text)).replace("&", "&amp;")


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


# --- Lines


_MARK = re.compile(r"( {0,3})(`{3,}|~{3,})[ ]*([^`]*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TAG = re.compile(r"<(?=/?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|$)|!--|!doctype|\?|!\[cdata\[)", re.IGNORECASE)
_GAP_ANSWER = re.compile(r" {0,3}(?=\([0-9]{1,3}\)[ \t]*[=:])")
_NOTE = re.compile(r"(?=\[\^[^\]]{1,80}\]:)")
_BULLET = re.compile(r" {0,3}[-*+][ \t]*")
_STEP = re.compile(r" {0,3}[0-9]{1,4}[.)][ \t]+")
_ROUND = re.compile(r"(\s*[-*+]\s*)(\(\s*[xX]?\s*\)\s)")
_QUESTION_KEYS = frozenset(KEYS)
_ID = frozenset({"id"})


def _without_tags(line: str) -> str:
    """`<b>` as it is read, outside code."""
    if "<" not in line:
        return line
    made, at = "", 0
    for code in _CODE.finditer(line):
        made += _TAG.sub("&lt;", line[at : code.start()]) + code[0]
        at = code.end()
    return made + _TAG.sub("&lt;", line[at:])


def _walked(text: str, guard: Callable[[str], str]) -> list[str]:
    """The lines of a text, each guarded but for those of code, which is fenced so that nothing else ends it."""
    lines = text.split("\n")
    made: list[str] = []
    endless: dict[str, int] = {}  # the shortest fence of each sign that nothing below ends
    at = 0
    while at < len(lines):
        mark = _MARK.fullmatch(lines[at])
        end = 0
        if mark and len(mark[2]) < endless.get(mark[2][0], len(mark[2]) + 1):
            end = _fence_end(lines, at, mark[2])
            if not end:
                endless[mark[2][0]] = len(mark[2])
        if mark and end:
            made += _code(lines[at + 1 : end], mark[3])
            at = end + 1
        else:
            line = lines[at]
            if re.match(r"[ \t]*(?:`{3,}|~{3,})", line):  # a fence that nothing closes
                pad = len(line) - len(line.lstrip())
                line = line[:pad] + ("\\" if line[pad] == "`" else "") + line[pad:].replace("~", "&#126;", 1)
            made.append(guard(line))
            at += 1
    return made


def _fence_end(lines: list[str], start: int, fence: str) -> int:
    for at in range(start + 1, len(lines)):
        mark = re.fullmatch(r" {0,3}(`{3,}|~{3,})[ ]*", lines[at])
        if mark and mark[1].startswith(fence):
            return at
    return 0


def _code(lines: list[str], info: str) -> list[str]:
    text = "\n".join(lines)
    runs = [len(run) for run in re.findall(r"`+", text)]
    fence = "`" * max(3, *(run + 1 for run in runs), 3)
    # Four spaces keep a line of code from being read as a key or an answer.
    keyed = any(key_of(line, _QUESTION_KEYS) for line in lines)
    name = re.match(r"[\w#.+-]*", info)
    return [fence + (name[0] if name else ""), *("    " + line if keyed else line for line in lines), fence]


def _guarded(line: str, kind: str) -> str:
    """A line of a question's text."""
    line = _escaped(_without_tags(line).rstrip())
    # An item of a list, as deep as no pair and no step is written.
    if (kind == "match" and _BULLET.match(line)) or (kind == "order" and _STEP.match(line)):
        return "    " + line.lstrip(" ")
    return line


def _escaped(line: str) -> str:
    """A line that is no key, answer, heading or footnote, whatever it looks like."""
    bare = line.lstrip(" ")
    pad = line[: len(line) - len(bare)]
    if key_of(line, _QUESTION_KEYS):
        return line.replace(":", "&#58;", 1)
    if option := OPTION.match(line):
        at = option.start(1)
        return f"{line[:at]}\\{line[at:]}"
    if with_brackets(line):
        at = len(line) - len(bare[1:].lstrip(" "))
        return f"{line[:at]}&#{ord(line[at])};{line[at + 1 :]}"
    if found := _GAP_ANSWER.match(line):
        return f"{line[: found.end()]}\\{line[found.end() :]}"
    if bare.startswith("="):
        return f"{pad}&#61;{bare[1:]}"
    return f"{pad}\\{bare}" if bare.startswith("#") or _NOTE.match(bare) else line


def _text(text: str, kind: str) -> list[str]:
    return _walked(text, lambda line: _guarded(line, kind))


def _within(text: str, kind: str) -> list[str]:
    """The text of an option, an item: `>` at the beginning of a line would be its feedback."""

    def guard(line: str) -> str:
        bare = line.lstrip()
        if bare.startswith(">"):
            return _without_tags(line.replace(">", "\\>", 1))
        return _guarded(line, kind)

    return _walked(text, guard)


def _item(marker: str, text: str, kind: str) -> Iterator[str]:
    """`marker text`, and what follows the first line indented under it."""
    first, *others = _within(text, kind) or [""]
    if re.match(r"[ \t]*(?:`{3,}|~{3,})", first):
        others, first = [first, *others], ""
    else:
        first = _first(text.split("\n", maxsplit=1)[0])
    yield f"{marker} {first.strip()}".rstrip()
    for line in others:
        yield f"  {line}" if line else ""


def _first(line: str) -> str:
    """A first line, which stands behind a marker: only Markdown itself might take it for something."""
    line = _without_tags(line).strip()
    if line.startswith("#"):
        return "\\" + line
    if line.startswith(("```", "~~~")):
        return ("\\" if line[0] == "`" else "") + line.replace("~", "&#126;", 1)
    return line


def _long(key: str, text: str, kind: str) -> Iterator[str]:
    first, *others = _text(text, kind) or [""]
    several = "\n" in text and re.match(r"\s*(?:[-*+>|]|[0-9]+[.)] )", first)
    if several or first.startswith("```"):
        yield f"{key}:"
        yield first
    else:
        yield f"{key}: {_first(text.split(chr(10), maxsplit=1)[0])}"
    yield from others


def _feedback(text: str) -> Iterator[str]:
    for line in _walked(text, _without_tags) if text else ():
        yield f"> {line}".rstrip()


def intro(text: str) -> str:
    """What a section says above its questions."""
    return "\n".join(_text(clean(text).strip(), "")).strip()


def body(text: str) -> str:
    """The text of a lesson: only what would ask a question, or begin a level too high, is guarded."""
    lines = _walked(_atx(clean(text)).strip("\n"), _in_body)
    at = {one.line: one for one in headings(tuple(lines)) if is_questions(one.text)}
    return "\n".join(
        f"**{at[number].text}**" if number in at else line for number, line in enumerate(lines, 1)
    )


def _in_body(line: str) -> str:
    line = _without_tags(line).rstrip()
    if option := _ROUND.match(line + " "):
        return f"{option[1]}\\{line[option.start(2) :]}"
    if key_of(line, _ID):
        return line.replace(":", "&#58;", 1)
    if re.match(r" {0,3}==", line):
        return line.replace("=", "&#61;", 1)
    return line


_UNDERLINE = re.compile(
    r"(?P<before>\A|\n[ ]*)\n(?P<text>[^\n#>|\-*+=`~ ][^\n|]*)\n(?P<line>=+|-{2,}) *(?=\n|\Z)"
)


def _atx(text: str) -> str:
    """Headings that are underlined, as those with `#`."""
    return _UNDERLINE.sub(
        lambda found: f"{found['before']}\n{'#' if found['line'][0] == '=' else '##'} {found['text']}\n",
        "\n" + text,
    )[1:]


# --- A question


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
        self.kind: str = asked.kind
        self.warnings: list[str] = []
        self.declared = ""
        self.explanation = asked.explanation

    def made(self) -> Made:
        asked = self.asked
        if self.kind == "match" and _doubled(right for _, right in asked.pairs):
            asked = self.asked = self.as_gaps()
            self.kind = "gaps"
        if not asked.stem.strip() and not heading(asked.title):
            raise CannotAskError("Câu hỏi không có lời.")
        answer = list(getattr(self, self.kind.replace("-", "_"))())
        stem = self.stem()
        if self.kind not in ("true-false", "text", "number") and asked.feedback:
            self.explanation = "\n\n".join(filter(None, [self.explanation, asked.feedback]))
        body = [*stem, "", *answer, ""] if stem else [*answer, ""]
        for hint in asked.hints:
            body += _long(self.words.keys["hint"], hint, self.kind)
        if self.explanation:
            body += _long(self.words.keys["explanation"], self.explanation, self.kind)
        if not self.declared and any(key_of(line, frozenset({"type"})) for line in body):
            self.declared = self.kind
        title = (
            heading(asked.title)
            or heading(_PICTURE.sub(" ", asked.stem), 60)
            or name_without_words(self.name)
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
        return _text(stem, self.kind) if stem.strip() else []

    # --- What answers each kind

    def single(self) -> Iterator[str]:
        if len(self.asked.options) > OPTIONS_CAP:
            raise CannotAskError(
                f"Có {len(self.asked.options)} phương án; một câu có nhiều nhất {OPTIONS_CAP}."
            )
        for option in self.asked.options:
            yield from _item("- (x)" if option.right else "- ( )", option.text, self.kind)
            yield from ("  " + line for line in _feedback(option.feedback))

    def multiple(self) -> Iterator[str]:
        self.declared = "multiple"
        yield from self.single()

    def true_false(self) -> Iterator[str]:
        if self.asked.answer is None:
            self.declared = "true-false"
            self.warnings.append("chưa có đáp án đúng hay sai.")
            return
        yield f"{self.words.keys['answer']}: {self.words.true if self.asked.answer else self.words.false}"
        yield from _feedback(self.asked.feedback)

    def text(self) -> Iterator[str]:
        accepted = self.sayable(self.asked.accepted)
        if not accepted:
            raise CannotAskError("Không có câu trả lời đúng nào viết được.")
        line = " | ".join(accepted)
        if re.match(r"[0-9+\-−(@±]", line) or any(sign in line for sign in ("±", "+-", "..")):
            self.declared = "text"
        yield f"= {line}"
        yield from _feedback(self.asked.feedback)

    def sayable(self, accepted: Iterable[str]) -> list[str]:
        kept = []
        for one in dict.fromkeys(accepted):
            # What is typed is compared letter by letter: nothing in it can be guarded.
            if "|" in one or "](" in one or _without_tags(one) != one:
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
                yield from _feedback(self.asked.feedback)
                return
        raise CannotAskError("Đáp số quá lớn, quá nhỏ hoặc quá nhiều chữ số.")

    def match(self) -> Iterator[str]:
        self.declared = "match"
        for left, right in self.asked.pairs[:OPTIONS_CAP]:
            flat = _without_tags(" ".join(left.split())).replace("=>", "=&gt;")
            flat = "\\" + flat if flat[:1] in ("(", "[", "#") else flat
            if with_brackets(f"- {flat}"):
                flat = f"&#{ord(flat[0])};{flat[1:]}"
            yield from _item(f"- {flat} =>" if flat else "- =>", right, self.kind)
        if len(self.asked.pairs) > OPTIONS_CAP:
            self.warnings.append(f"chỉ giữ {OPTIONS_CAP} cặp đầu.")

    def as_gaps(self) -> BankQuestion:
        """A pair's right side stands once in ours: sides that repeat become a choice for each left one."""
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
            yield from _item(f"{number}.", item, self.kind)
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
    text = _first(" ".join(text.split()))
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


# --- What the checker still finds


def made_literal(pages: Mapping[str, str], media: Mapping[str, bytes]) -> dict[str, str]:
    """Pages in which nothing is left of `_MENDED`: what a fault is about is shown as text."""
    made = dict(pages)
    for _ in range(ROUNDS):
        course, findings = _read(made, media)
        for page in course.all_pages:
            prose.check_page(course, page, Limits(), lambda path: None, findings.at(page.file))
        compile_course(course, {}, findings)
        wanted = {
            (fault.file, fault.line, fault.column): fault
            for fault in sorted(findings.faults, key=lambda one: one.code, reverse=True)
            if fault.code in _MENDED
        }
        if not wanted:
            break
        for _, fault in sorted(wanted.items(), reverse=True):
            lines = made[fault.file].split("\n")
            lines[fault.line - 1] = _literal(
                lines[fault.line - 1], fault.column - 1, fault.code, made, fault.file
            )
            made[fault.file] = "\n".join(lines)
    return made


_MENDED = frozenset({"L003", "L004", "L005", "L007", "L008", "L010", "L011", "Q019"})


def _read(pages: Mapping[str, str], media: Mapping[str, bytes]) -> tuple[SourceCourse, Findings]:
    findings = Findings()
    silent = Findings()
    data = {path: text.encode(errors="replace") for path, text in pages.items()}
    read = {path: tree.read_page(one, path, path, silent.at(path)) for path, one in data.items()}
    lessons = tuple(page for path, page in sorted(read.items()) if path not in ("course.md", "exam.md"))
    course = SourceCourse(
        "field",
        "course",
        Path("field/course"),
        "field/course",
        read.get("course.md"),
        lessons,
        read.get("exam.md"),
        tuple(media),
        (),
        {**data, **media},
    )
    return course, findings


def _literal(line: str, at: int, code: str, pages: Mapping[str, str], path: str) -> str:
    if code in ("L003", "L004") or line.lstrip().startswith("#"):
        if code not in ("L003", "L004"):
            return re.sub(r"[<\[\]`]", " ", line)
        return "**" + line.strip("# ") + "**" if line.strip("# ") else ""
    if code == "L007" and (found := re.compile(r"!\[[^\]]*\]").match(line, at)):
        front = pages[path].split("\n")
        title = next((one[6:].strip('" []') for one in front if one.startswith("title:")), "")
        return f"{line[:at]}![Hình trong bài {title}]{line[found.end() :]}"
    if line[at : at + 1] == "!" and line[at + 1 : at + 2] == "[":
        return f"{line[:at]}\\!\\{line[at + 1 :]}"
    if line[at : at + 1] == "<":
        return f"{line[:at]}&lt;{line[at + 1 :]}"
    bracket = line.rfind("[", 0, at + 1)
    if bracket >= 0 and not line[:bracket].endswith("\\"):
        return f"{line[:bracket]}\\{line[bracket:]}"
    bullet = re.match(r"\s*[-*+]\s*(?=\()", line) if code == "Q019" else None
    return f"{line[: bullet.end()]}\\{line[bullet.end() :]}" if bullet else line

"""Questions as Vietnamese offices write them in Word: `Câu 5: …`, options `A.` to `D.`, and a key that is marked somehow.

`find` walks the lines once. What it is not sure of stays text and is told; two questions are never made one.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from learning.content.exchange.word.document import Findings, Table
from learning.content.exchange.word.keys import LETTERS, Key, Keys, letters_of, read_keys
from learning.content.exchange.word.lines import Item, Line, bare
from learning.vietnamese.folding import fold

MOST_OPTIONS = 5
_SHORT = 60  # letters of an answer that is to be written
_AHEAD = 40  # lines in which a question's first option must come


@dataclass
class Option:
    letter: str
    lines: list[Line]
    marker: Line  # the letter itself
    whole: Line  # letter and text
    starred: bool = False
    small: bool = False  # written a), not A)


@dataclass
class Question:
    line: int
    number: int | None
    named: str = ""  # as the file calls it: "Câu 5"
    points: str = ""
    stem: list[Line | Table] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)  # told in so many words
    written: str = ""  # an answer that is no letter
    explanation: list[Line] = field(default_factory=list)
    hints: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.named or (
            f"Câu {self.number}" if self.number is not None else f"Câu hỏi ở đoạn {self.line}"
        )


Found = list[Item | Question | Keys]


def find(items: Sequence[Item], findings: Findings) -> Found:
    """The items with the questions among them made one item each, and so the lists of keys."""
    return list(_Scan(items, findings).found())


# --- What a line may be

_WORD = r"(?:[Cc]âu(?:\s+[Hh]ỏi)?|CÂU(?:\s+HỎI)?|[Qq]uestion)"
# Câu 5: … / Câu 5. … / Câu hỏi 5 (0,5 điểm) – … / Câu 19 Không gian mạng …
_NAMED = re.compile(
    rf"\s*[-+•*]?\s*(?P<name>{_WORD}\s*(?:số\s*)?(?P<number>[0-9]{{1,4}}))(?![0-9])"
    r"\s*(?P<points>[(\[][^()\[\]]{0,40}[)\]])?\s*(?P<sign>[.:)/–—-]*)\s*"
)
_NUMBERED = re.compile(r"\s*(?P<number>[0-9]{1,4})\s*(?P<sign>[.)/:]|[-–](?=\s))(?![0-9])\s*")
_POINTS = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:điểm|đ|points?)", re.IGNORECASE)

_STAR = r"(?:[*✓✔√☑☒⊗●◉→⇒]|=>|\[\s?[xX]\s?\]|\(\s?[xX]\s?\))"
_EMPTY_BOX = r"(?:[☐□○❑❒◯▢]|\[\s?\]|\(\s?\))"
_OPTION = re.compile(
    rf"\s*(?P<star>{_STAR})?{_EMPTY_BOX}?\s*[(\[]?(?P<letter>[A-Ha-h])(?P<after>\s?\*)?"
    r"\s?(?:[.):/\]](?P<behind>\*(?=\s))?|[-–](?=\s))(?![.:/)]{2})\s*"
)
_ENDS_STARRED = re.compile(
    rf"(?<!\s)\s*(?:{_STAR}|\(\*\)|[(\[](?:đúng|đ|đáp án(?: đúng)?|đ/?a)[)\]])\s*[.;]?\s*$", re.IGNORECASE
)

_ANSWER = re.compile(
    r"\s*[(\[=→⇒>*-]*\s*(?:(?:đáp\s*án|phương\s*án|câu\s*trả\s*lời|kết\s*quả)(?:\s*đúng(?:\s*nhất)?)?(?:\s*là)?"
    r"|đ\s?/?\s?a|key|answer|trả\s*lời|chọn(?:\s*(?:đáp|phương)\s*án)?)(?![^\W\d_])\s*(?P<sign>[:.=–-]*)\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_EXPLANATION = re.compile(
    r"\s*[(\[]?(?:giải\s*thích(?:\s*(?:thêm|đáp\s*án))?|hướng\s*dẫn(?:\s*(?:giải|trả\s*lời))?|lời\s*giải|lý\s*do|chú\s*giải|diễn\s*giải"
    r"|explanation)\s*[:.]\s*",
    re.IGNORECASE,
)
_HINT = re.compile(r"\s*(?:gợi\s*ý|hint)(?:\s*trả\s*lời)?\s*:\s*", re.IGNORECASE)
_BASIS = re.compile(
    r"\s*[(\[]?(?P<name>căn\s*cứ(?:\s*pháp\s*lý)?|cơ\s*sở\s*pháp\s*lý|trích\s*dẫn|nguồn|tham\s*chiếu|tham\s*khảo|viện\s*dẫn)"
    r"\s*:\s*",
    re.IGNORECASE,
)
_CITES = re.compile(
    r"(?:Điều|khoản|Khoản|điểm|Luật|Nghị định|Thông tư|Quyết định|Quy định)\s+(?:số\s*)?[0-9]|[0-9]/[0-9]{4}/"
)
_TRUE_FALSE = {"dung": True, "d": True, "true": True, "sai": False, "s": False, "false": False}
_ENDS_TRUE_FALSE = re.compile(
    r"(?<!\s)\s*[(\[–—-]\s*(?P<value>Đúng|Sai|ĐÚNG|SAI|đúng|sai|Đ|S)\s*[)\]]?\s*[.;]?\s*$"
)
_PART = re.compile(
    r"\s*(?:chương|phần|bài|mục|chuyên\s*đề|chủ\s*đề|mô[\s-]?đun)\s+(?:[0-9]{1,3}|[IVXLC]{1,7}|[A-H])(?![\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Start:
    number: int | None
    named: str
    end: int  # where the stem begins
    points: str = ""
    sure: bool = False


def truth(text: str) -> bool | None:
    """What "Đúng", "Sai", "Đ", "S" say."""
    return _TRUE_FALSE.get(fold(text.strip(" .;()[]")))


class _Scan:
    def __init__(self, items: Sequence[Item], findings: Findings) -> None:
        self.items = [part for item in items for part in _apart(item)]
        self.findings = findings
        # Where questions are called `Câu 5`, a bare number is no question while one is being read.
        self.named = any(isinstance(item, Line) and _NAMED.match(item.text) for item in self.items)
        self.at = 0
        self.starts: dict[int, Start | None] = {}

    def found(self) -> Iterator[Item | Question | Keys]:
        asked = False  # whether questions are being read
        while self.at < len(self.items):
            keys, after = read_keys(self.items, self.at)
            if keys is not None:
                self.at = after
                yield keys
                continue
            item = self.items[self.at]
            start = self.start(self.at) or (self.nameless(self.at) if asked else None)
            if start is None or isinstance(item, Table):
                asked = asked and isinstance(item, Line) and not item.paragraph.level
                self.say_unasked(item)
                self.at += 1
                yield item
                continue
            asked = True
            yield from self.question(start, item)

    def say_unasked(self, item: Item) -> None:
        found = _NAMED.match(item.text) if isinstance(item, Line) else None
        if found and found["sign"] and isinstance(item, Line):
            self.findings.warn(
                f"Đoạn {item.number}: {found['name'].strip()} không có phương án trả lời nào; đã giữ làm văn bản."
            )

    # --- Where a question begins

    def start(self, at: int) -> Start | None:
        """Whether a question begins here: it is called one, or it is numbered, and its options follow."""
        if at not in self.starts:
            self.starts[at] = self.read_start(at)
        return self.starts[at]

    def read_start(self, at: int) -> Start | None:
        line = self.items[at]
        if isinstance(line, Table) or line.blank:
            return None
        if found := _NAMED.match(line.text):
            rest = line.text[found.end() :]
            sure = bool(found["sign"] or found["points"]) or not rest.strip()
            if not sure and not (rest[:1].isupper() or rest[:1] in "“\"'‘(" or rest[:1].isdigit()):
                return None
            if not self.answered(at, found.end(), lower=True):
                return None
            points = _POINTS.search(found["points"] or "")
            name = " ".join(found["name"].split())
            return Start(int(found["number"]), name, found.end(), points[1] if points else "", sure)
        found = _NUMBERED.match(line.text)
        if found and line.text[found.end() :].strip():
            stem = line.text[found.end() :]
            if self.answered(at, found.end(), lower="?" in stem):
                return Start(int(found["number"]), "", found.end())
        return None

    def answered(self, at: int, begin: int, *, lower: bool) -> bool:
        """Whether options (or an answer) come before the next thing that looks like a question or a heading."""
        first = self.items[at]
        if isinstance(first, Table):
            return False
        if self.run_on(first, begin, at):
            return True
        if _ENDS_TRUE_FALSE.search(first.text[begin:]) and len(first.text) > begin + 12:
            return True
        for ahead in range(at + 1, min(at + _AHEAD, len(self.items))):
            line = self.items[ahead]
            if isinstance(line, Table) or line.blank:
                continue
            if line.paragraph.level or (_PART.match(line.text) and line.bold):
                return False
            option = _OPTION.match(line.text)
            if option and option["letter"] in ("Aa" if lower else "A"):
                return self.second(ahead, option)
            if self.run_on(line, 0, ahead):
                return True
            if (answer := _ANSWER.match(line.text)) and answer["sign"] and answer["rest"].strip():
                rest = answer["rest"].strip()
                short = len(rest) <= _SHORT and _NAMED.match(first.text) is not None
                return short or truth(rest) is not None
            if _boxes(line):
                return True
            if _NAMED.match(line.text) or (not self.named and _NUMBERED.match(line.text)):
                return False
        return False

    def second(self, at: int, first: re.Match[str]) -> bool:
        """An option A is one only if a B follows."""
        line = self.items[at]
        if isinstance(line, Table) or len(self.options(line, at)) > 1:
            return True
        letter = chr(ord(first["letter"]) + 1)
        for ahead in range(at + 1, min(at + _AHEAD // 2, len(self.items))):
            other = self.items[ahead]
            if isinstance(other, Table) or other.blank:
                continue
            option = _OPTION.match(other.text)
            if option and option["letter"] == letter:
                return True
            if _NAMED.match(other.text):
                return False
        return False

    def nameless(self, at: int) -> Start | None:
        """Among questions: lines without a number that options A, B follow."""
        line = self.items[at]
        if isinstance(line, Table) or line.blank or line.paragraph.level:
            return None
        if any(pattern.match(line.text) for pattern in (_OPTION, _ANSWER, _EXPLANATION, _HINT, _BASIS)):
            return None
        seen = 0
        for ahead in range(at + 1, min(at + _AHEAD, len(self.items))):
            other = self.items[ahead]
            if isinstance(other, Table):
                return None
            if other.blank:
                continue
            if (option := _OPTION.match(other.text)) and option["letter"] in "Aa":
                return Start(None, "", 0) if self.second(ahead, option) else None
            seen += 1
            if seen > 2 or option or other.paragraph.level or _ANSWER.match(other.text) or self.start(ahead):
                return None
        return None

    # --- Options

    def options(self, line: Line, at: int) -> list[tuple[str, int, int, bool]]:
        """Letter, where its sign and its text begin, and whether it is starred, of the options that a line holds."""
        first = _OPTION.match(line.text)
        if first is None:
            return []
        made = [(first["letter"], 0, first.end(), bool(first["star"] or first["after"] or first["behind"]))]
        return made + self.more(line, first["letter"], first.end(), at)

    def run_on(self, line: Line, begin: int, at: int) -> list[tuple[str, int, int, bool]]:
        """Options that stand behind the stem in its own line."""
        for first in _INLINE.finditer(line.text, begin):
            if first["letter"] in "Aa" and first.start() > begin:
                more = self.more(line, first["letter"], first.end(), at)
                if more and not self.are_names(line.text[begin : first.start()], first["letter"], at):
                    return [
                        (first["letter"], first.start(), first.end(), bool(first["star"] or first["after"])),
                        *more,
                    ]
        return []

    def more(self, line: Line, letter: str, begin: int, at: int) -> list[tuple[str, int, int, bool]]:
        following = self.next_letter(at)
        made = []
        for found in _INLINE.finditer(line.text, begin):
            wanted = chr(ord(letter) + 1)
            # "B." within A is a name if the next line is the real B.
            if found["letter"] == wanted and wanted != following and line.text[begin : found.start()].strip():
                made.append((wanted, found.start(), found.end(), bool(found["star"] or found["after"])))
                letter, begin = wanted, found.end()
        return made

    def are_names(self, before: str, letter: str, at: int) -> bool:
        """Whether "ông A. kiện bà B." speaks of persons: the real A. stands below."""
        within = before.rstrip()[-1:].isalnum()  # in mid-sentence; options behind a stem follow "?" or ":"
        seen = 0
        for ahead in range(at + 1, len(self.items)):
            line = self.items[ahead]
            if isinstance(line, Table) or line.paragraph.level:
                return False
            if line.blank:
                continue
            if option := _OPTION.match(line.text):
                return option["letter"] == letter and (within or not seen) and self.second(ahead, option)
            seen += 1
            if seen > 4 or _NAMED.match(line.text) or _NUMBERED.match(line.text) or _ANSWER.match(line.text):
                return False
        return False

    def next_letter(self, at: int) -> str:
        for ahead in range(at + 1, min(at + 4, len(self.items))):
            line = self.items[ahead]
            if isinstance(line, Line) and not line.blank:
                option = _OPTION.match(line.text)
                return option["letter"] if option else ""
        return ""

    # --- One question

    def question(self, start: Start, first: Line) -> Iterator[Item | Question]:
        made = Question(first.number, start.number, start.named, start.points)
        whole = self.at
        self.at += 1
        self.begin(made, first, start.end, whole)
        place = "explanation" if made.keys else "option" if made.options else "stem"
        while self.at < len(self.items):
            item = self.items[self.at]
            if isinstance(item, Table):
                if place != "stem" or not self.options_follow():
                    break
                made.stem.append(item)
            elif item.blank:
                if place == "explanation" and not made.options:
                    break
            else:
                next_place = self.line(made, item, place)
                if next_place is None:
                    break
                place = next_place
            self.at += 1
        if made.number is None:
            self.findings.warn(
                f"I004 đoạn {made.line}: câu hỏi không có số thứ tự; đã để thành một câu riêng, hãy xem lại."
            )
        yield made

    def begin(self, made: Question, line: Line, end: int, at: int) -> None:
        options = self.run_on(line, end, at)
        stop = options[0][1] if options else None
        text = line.part(end, stop)
        if not options and (found := _ENDS_TRUE_FALSE.search(text.text)) and not self.options_follow():
            made.written = found["value"]
            text = text.part(0, found.start())
        if not text.blank:
            made.stem.append(text)
        self.add_options(made, line, options)

    def line(self, made: Question, line: Line, place: str) -> str | None:
        """Takes a line into a question; what it was, or None where the question has ended."""
        text = line.text
        if read_keys(self.items, self.at)[0] is not None:
            return None
        if line.paragraph.level and not _OPTION.match(text):
            return None
        done = len(made.options) >= 2 or bool(made.keys or made.written)
        if _NAMED.match(text) and (self.start(self.at) or _NAMED.match(text)["sign"]):  # type: ignore[index]
            return None
        if _PART.match(text) and (line.bold or text.isupper()):
            return None
        options = self.options(line, self.at)
        if made.options and made.options[0].small and not made.keys and self.capitals_follow():
            # What looked like options are statements that the real options, A. and B., speak of.
            for option in made.options:
                made.stem += [option.whole, *option.lines[1:]]
            made.options = []
            return self.option_line(made, line, options) if options else self.continuation(made, line, "stem")
        if options and (not done or place == "option" or self.goes_on(made, options)):
            return self.option_line(made, line, options)
        if (
            done
            and not options
            and (self.start(self.at) or (len(made.options) > 1 and self.nameless(self.at)))
        ):
            return None
        if not made.options and (behind := self.run_on(line, 0, self.at)):
            made.stem.append(line.part(0, behind[0][1]))
            self.add_options(made, line, behind)
            return "option"
        if self.answer(made, line):
            return "explanation"
        if found := _EXPLANATION.match(text) or (_BASIS.match(text) if done else None):
            keep = 0 if found.re is _BASIS else found.end()
            made.explanation.append(line.part(keep))
            return "explanation"
        if done and (found := _HINT.match(text)):
            made.hints.append(line.part(found.end()))
            return "hint"
        return self.continuation(made, line, place)

    def capitals_follow(self) -> bool:
        """Whether the next option is a capital A, here or a few lines on."""
        seen = 0
        for ahead in range(self.at, min(self.at + _AHEAD, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table) or seen > 3:
                return False
            if option := _OPTION.match(item.text):
                return option["letter"] == "A" and self.second(ahead, option)
            if item.paragraph.level or self.start(ahead):
                return False
            seen += not item.blank
        return False

    def goes_on(self, made: Question, options: list[tuple[str, int, int, bool]]) -> bool:
        return bool(made.options) and ord(options[0][0].upper()) == ord(made.options[-1].letter) + 1

    def option_line(
        self, made: Question, line: Line, options: list[tuple[str, int, int, bool]]
    ) -> str | None:
        letter = options[0][0]
        if made.options:
            last = made.options[-1].letter
            if letter.islower() and not made.options[-1].small:
                made.options[-1].lines.append(line)  # a) b) within an option
                return "option"
            if letter in "Aa":
                # Letters begin again: another question, whose stem is lost or has no number.
                self.findings.warn(
                    f"I004 đoạn {line.number}: sau {made.name} các phương án lại bắt đầu từ {letter}; "
                    "có lẽ là hai câu hỏi, phần sau được để riêng."
                )
                return None
            if letter.upper() <= last.upper():
                self.findings.warn(
                    f"I004 đoạn {line.number}: {made.name} có hai phương án {letter}; hãy xem có phải hai câu hỏi không."
                )
        self.add_options(made, line, options)
        return "option"

    def add_options(self, made: Question, line: Line, options: list[tuple[str, int, int, bool]]) -> None:
        for place, (letter, begin, text, starred) in enumerate(options):
            stop = options[place + 1][1] if place + 1 < len(options) else None
            part = line.part(text, stop)
            ends = _ENDS_STARRED.search(part.text)
            if ends:
                part = part.part(0, ends.start())
            marker, whole = line.part(begin, text), line.part(begin, stop)
            made.options.append(
                Option(letter.upper(), [part], marker, whole, starred or bool(ends), letter.islower())
            )

    def answer(self, made: Question, line: Line) -> bool:
        """`Đáp án: C`, `ĐA: B, D`, `Đáp án: Đúng`, `Đáp án: 1945`."""
        found = _ANSWER.match(line.text)
        if found is None:
            return False
        rest = found["rest"].strip()
        letters, used = letters_of(rest)
        if letters and (found["sign"] or not rest[used:].strip(" .)")):
            made.keys.append(Key(letters, line.number))
            after = line.part(found.start("rest") + used)
            told = fold(bare(after.spans)).strip(" .;:)-–")
            said = {fold(bare(one.spans)).strip(" .;") for option in made.options for one in option.lines}
            if told and told not in said:
                made.explanation.append(_trimmed(after))
            return True
        if not found["sign"]:
            return False
        if truth(rest) is not None and (not made.options or _says_true_false(made.options)):
            made.written = rest
            return True
        if not made.options and rest and len(rest) <= _SHORT:
            made.written = rest
            return True
        if rest and made.options:
            matching = [
                option.letter
                for option in made.options
                if fold(" ".join(bare(one.spans) for one in option.lines)).strip(" .;")
                == fold(rest).strip(" .;")
            ]
            if len(matching) == 1:
                made.keys.append(Key((matching[0],), line.number))
                return True
            if fold(line.text).startswith(("dap an", "da")):
                made.explanation.append(line)
                return True
        return False

    def continuation(self, made: Question, line: Line, place: str) -> str | None:
        text = line.text.strip()
        if place == "stem":
            if not self.options_follow() and not _boxes(line) and made.written:
                return None
            made.stem.append(line)
            return "stem"
        if place == "hint":
            made.hints.append(line)
            return "hint"
        if place == "explanation":
            if self.starts_anew(line):
                return None
            made.explanation.append(line)
            return "explanation"
        if self.same_paragraph(made, line) or text[:1].islower() or self.option_follows(made):
            made.options[-1].lines.append(line)
            return "option"
        if _CITES.search(text) and (text[:1] in "([" or (len(made.options) > 1 and not line.paragraph.level)):
            made.explanation.append(line)
            self.findings.warn(
                f"Đoạn {line.number}: dòng sau các phương án của {made.name} được lấy làm giải thích."
            )
            return "explanation"
        return None

    def starts_anew(self, line: Line) -> bool:
        """A new heading ends an explanation; so does a paragraph of another look."""
        return line.bold and len(line.text) < 120 and not line.text.rstrip().endswith((".", ";", ","))

    def same_paragraph(self, made: Question, line: Line) -> bool:
        return made.options[-1].lines[-1].paragraph is line.paragraph

    def option_follows(self, made: Question) -> bool:
        """Whether the next option of this question comes soon."""
        wanted = ord(made.options[-1].letter.upper()) + 1
        for ahead in range(self.at + 1, min(self.at + 4, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table):
                return False
            if option := _OPTION.match(item.text):
                return ord(option["letter"].upper()) == wanted
            if self.start(ahead):
                return False
        return False

    def options_follow(self) -> bool:
        for ahead in range(self.at, min(self.at + _AHEAD, len(self.items))):
            item = self.items[ahead]
            if isinstance(item, Table):
                continue
            if _NAMED.match(item.text):
                return False
            if self.options(item, ahead) or self.run_on(item, 0, ahead):
                return True
        return False


_DASH = re.compile(r"\s*[-–+•▪●○◦o]\s+(?=\S)")


def with_dashes(question: Question) -> None:
    """Options that are a list without letters, where the answer repeats one of them: they get letters."""
    lines: list[Line] = []
    for item in reversed(question.stem):
        if isinstance(item, Table) or not (_DASH.match(item.text) or item.paragraph.bullet):
            break
        lines.insert(0, item)
    told = fold(question.written).strip(" .;")
    parts = [line.part(found.end()) if (found := _DASH.match(line.text)) else line for line in lines]
    right = [at for at, part in enumerate(parts) if fold(bare(part.spans)).strip(" .;") == told]
    if (
        question.options
        or len(right) != 1
        or not 2 <= len(parts) <= len(LETTERS)
        or len(lines) == len(question.stem)
    ):
        return
    question.stem = question.stem[: -len(lines)]
    question.options = [
        Option(LETTERS[at], [part], part, line)
        for at, (part, line) in enumerate(zip(parts, lines, strict=True))
    ]
    question.keys = [Key((LETTERS[right[0]],), question.line)]
    question.written = ""


_INLINE = re.compile(
    rf"(?:(?<=\s)|(?<=[;,.?:]))(?P<star>{_STAR}\s?)?{_EMPTY_BOX}?\s?[(\[]?(?P<letter>[A-Ha-h])(?P<after>\*)?[.)/\]]\s*(?=\S)"
)
_TAIL_ANSWER = re.compile(
    r"(?<!\s)\s+[(\[]?(?:Đáp\s*án|ĐÁP\s*ÁN|Đ/?A)(?:\s*đúng)?\s*:\s*[A-H](?:\s*[,;]\s*[A-H])*\s*[)\]]?\.?\s*$"
)
_BOXED = re.compile(
    rf"(?P<box>{_STAR}|{_EMPTY_BOX})\s*(?P<word>Đúng|Sai)|(?P<before>Đúng|Sai)\s*(?P<behind>{_STAR}|{_EMPTY_BOX})"
)


def _boxes(line: Line) -> bool:
    """`☑ Đúng  ☐ Sai`."""
    return len(_BOXED.findall(line.text)) == 2


def boxed_truth(line: Line) -> bool | None:
    for found in _BOXED.finditer(line.text):
        if re.fullmatch(_STAR, found["box"] or found["behind"] or ""):
            return truth(found["word"] or found["before"])
    return None


def without_boxes(line: Line) -> str:
    """What else a line of boxes says."""
    text = _BOXED.sub(" ", line.text)
    return text if any(map(str.isalnum, text)) else ""


def _says_true_false(options: Sequence[Option]) -> bool:
    return [truth(" ".join(bare(one.spans) for one in option.lines)) for option in options] in (
        [True, False],
        [False, True],
    )


def _trimmed(line: Line) -> Line:
    return line.part(len(line.text) - len(line.text.lstrip(" .:;)-–")))


def _apart(item: Item) -> list[Item]:
    """`D. Huế    Đáp án: C` in one line is two."""
    if (
        isinstance(item, Line)
        and (found := _TAIL_ANSWER.search(item.text))
        and item.text[: found.start()].strip()
    ):
        return [item.part(0, found.start()), item.part(found.start())]
    return [item]


# --- What is marked


def marked(question: Question) -> tuple[str, ...]:
    """The letters of the options that are starred or look different from the others; () where nothing stands out."""
    starred = tuple(option.letter for option in question.options if option.starred)
    if starred:
        return starred if len(starred) < len(question.options) else ()
    most = len(question.options) // 2 if not _several(question) else len(question.options) - 1
    candidates = []
    for ways, parts in (
        (_WAYS, [option.lines for option in question.options]),
        (_SIGN_WAYS, [[option.marker] for option in question.options]),
    ):
        for way in ways:
            looks = [_look(lines, way) for lines in parts]
            odd = _odd(looks)
            if odd and len(odd) <= max(most, 1):
                candidates.append(tuple(question.options[at].letter for at in odd))
    return next((one for one in candidates if len(one) == 1), candidates[0] if candidates else ())


_WAYS = ("marker", "shade", "colour", "underline", "bold", "italic")
_SIGN_WAYS = ("marker", "shade", "colour", "underline", "bold")


def _several(question: Question) -> bool:
    stem = fold(" ".join(line.text for line in question.stem if isinstance(line, Line)))
    return any(
        words in stem
        for words in (
            "chon nhieu",
            "cac phuong an dung",
            "nhung phuong an",
            "chon cac",
            "chon 2",
            "chon 3",
            "chon hai",
            "chon ba",
        )
    )


def _look(lines: Sequence[Line], way: str) -> str:
    """How most letters of some lines look in one way."""
    counts: Counter[str] = Counter()
    for line in lines:
        for span in line.spans:
            counts[span.has(way)] += sum(map(str.isalnum, span.text))
    if not counts:
        return ""
    look, most = counts.most_common(1)[0]
    return look if most * 10 >= 6 * sum(counts.values()) else ""


def _odd(looks: Sequence[str]) -> list[int]:
    if len(set(looks)) < 2:
        return []
    usual = "" if "" in looks else Counter(looks).most_common(1)[0][0]
    return [at for at, look in enumerate(looks) if look != usual]

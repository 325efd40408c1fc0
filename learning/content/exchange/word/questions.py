"""Questions as Vietnamese offices write them in Word: `Câu 5: …`, options `A.` to `D.`, and a key that is marked somehow.

`find` walks the lines once. What it is not sure of stays text and is told; two questions are never made one.
"""

from collections.abc import Iterator, Sequence

from learning.content.exchange.word.ahead import Ahead, Lettered, Start
from learning.content.exchange.word.document import Findings, Table
from learning.content.exchange.word.found import Found, Option, Question
from learning.content.exchange.word.keys import Key, Keys, letters_of, read_keys
from learning.content.exchange.word.lines import Item, Line, bare
from learning.content.exchange.word.truths import has_boxes, truth
from learning.content.exchange.word.wording import (
    ANSWER,
    BASIS,
    CITES,
    ENDS_STARRED,
    ENDS_TRUE_FALSE,
    EXPLANATION,
    HINT,
    NAMED,
    OPTION,
    PART,
    SHORT,
    TAIL_ANSWER,
)
from learning.vietnamese.folding import fold


def find(items: Sequence[Item], findings: Findings) -> Found:
    """The items with the questions among them made one item each, and so the lists of keys."""
    return list(_Scan(items, findings).found())


class _Scan:
    def __init__(self, items: Sequence[Item], findings: Findings) -> None:
        self.items = [part for item in items for part in _apart(item)]
        self.findings = findings
        self.ahead = Ahead(self.items)
        self.at = 0

    def found(self) -> Iterator[Item | Question | Keys]:
        asked = False  # whether questions are being read
        while self.at < len(self.items):
            keys, after = read_keys(self.items, self.at)
            if keys is not None:
                self.at = after
                yield keys
                continue
            item = self.items[self.at]
            start = self.ahead.start(self.at) or (self.ahead.nameless(self.at) if asked else None)
            if start is None or isinstance(item, Table):
                asked = asked and isinstance(item, Line) and not item.paragraph.level
                self.say_unasked(item)
                self.at += 1
                yield item
                continue
            asked = True
            yield self.question(start, item)

    def say_unasked(self, item: Item) -> None:
        found = NAMED.match(item.text) if isinstance(item, Line) else None
        if found and found["sign"] and isinstance(item, Line):
            self.findings.warn(
                f"Đoạn {item.number}: {found['name'].strip()} không có phương án trả lời nào; đã giữ làm văn bản."
            )

    # --- One question

    def question(self, start: Start, first: Line) -> Question:
        made = Question(first.number, start.number, start.named, start.points)
        whole = self.at
        self.at += 1
        self.begin(made, first, start.end, whole)
        place = "option" if made.options else "stem"
        while self.at < len(self.items):
            item = self.items[self.at]
            if isinstance(item, Table):
                if place != "stem" or not self.ahead.options_follow(self.at):
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
        return made

    def begin(self, made: Question, line: Line, end: int, at: int) -> None:
        options = self.ahead.run_on(line, end, at)
        stop = options[0].begin if options else None
        text = line.part(end, stop)
        if (
            not options
            and (found := ENDS_TRUE_FALSE.search(text.text))
            and not self.ahead.options_follow(self.at)
        ):
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
        if line.paragraph.level and not OPTION.match(text):
            return None
        done = len(made.options) >= 2 or bool(made.keys or made.written)
        if NAMED.match(text) and (self.ahead.start(self.at) or NAMED.match(text)["sign"]):  # type: ignore[index]
            return None
        if PART.match(text) and (line.bold or text.isupper()):
            return None
        options = self.ahead.options(line, self.at)
        if made.options and made.options[0].small and not made.keys and self.ahead.capitals_follow(self.at):
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
            and (self.ahead.start(self.at) or (len(made.options) > 1 and self.ahead.nameless(self.at)))
        ):
            return None
        if not made.options and (behind := self.ahead.run_on(line, 0, self.at)):
            made.stem.append(line.part(0, behind[0].begin))
            self.add_options(made, line, behind)
            return "option"
        if self.answer(made, line):
            return "explanation"
        if found := EXPLANATION.match(text) or (BASIS.match(text) if done else None):
            keep = 0 if found.re is BASIS else found.end()
            made.explanation.append(line.part(keep))
            return "explanation"
        if done and (found := HINT.match(text)):
            made.hints.append(line.part(found.end()))
            return "hint"
        return self.continuation(made, line, place)

    def goes_on(self, made: Question, options: list[Lettered]) -> bool:
        return bool(made.options) and ord(options[0].letter.upper()) == ord(made.options[-1].letter) + 1

    def option_line(self, made: Question, line: Line, options: list[Lettered]) -> str | None:
        letter = options[0].letter
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

    def add_options(self, made: Question, line: Line, options: list[Lettered]) -> None:
        for place, (letter, begin, text, starred) in enumerate(options):
            stop = options[place + 1].begin if place + 1 < len(options) else None
            part = line.part(text, stop)
            ends = ENDS_STARRED.search(part.text)
            if ends:
                part = part.part(0, ends.start())
            marker, whole = line.part(begin, text), line.part(begin, stop)
            made.options.append(
                Option(letter.upper(), [part], marker, whole, starred or bool(ends), letter.islower())
            )

    def answer(self, made: Question, line: Line) -> bool:
        """`Đáp án: C`, `ĐA: B, D`, `Đáp án: Đúng`, `Đáp án: 1945`."""
        found = ANSWER.match(line.text)
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
        if not made.options and rest and len(rest) <= SHORT:
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
            if not self.ahead.options_follow(self.at) and not has_boxes(line) and made.written:
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
        if self.same_paragraph(made, line) or text[:1].islower() or self.ahead.option_follows(self.at, made):
            made.options[-1].lines.append(line)
            return "option"
        if CITES.search(text) and (text[:1] in "([" or (len(made.options) > 1 and not line.paragraph.level)):
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
        and (found := TAIL_ANSWER.search(item.text))
        and item.text[: found.start()].strip()
    ):
        return [item.part(0, found.start()), item.part(found.start())]
    return [item]

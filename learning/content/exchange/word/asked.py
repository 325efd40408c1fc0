"""The questions found in a document with their keys, as questions of a bank. Every oddity is told, with its code."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from learning.content.exchange.bank import BankOption, BankQuestion
from learning.content.exchange.word.document import Findings, Span, Table
from learning.content.exchange.word.found import Question
from learning.content.exchange.word.keys import LETTERS, Key, Keys
from learning.content.exchange.word.lines import Line, markdown
from learning.content.exchange.word.marking import marked, with_dashes
from learning.content.exchange.word.prose import Prose
from learning.content.exchange.word.truths import boxed_truth, truth, without_boxes

MOST_OPTIONS = 5  # more are told
MOST_RUNS = 500  # in one list; a file of many exams has fewer


def give_keys(questions: Sequence[Question], lists: Sequence[tuple[int, Keys]], findings: Findings) -> None:
    """Gives each key of the lists to its question; numbers may begin again in each part of the file."""
    groups = _groups(questions)
    numbers = [{question.number for question in group} for group in groups]
    places = {id(question): at for at, question in enumerate(questions)}
    served: set[int] = set()  # groups
    for before, keys in lists:
        runs = _runs(keys)
        if len(runs) > MOST_RUNS:
            findings.warn(
                f"I002 đoạn {keys.line}: danh sách đáp án bắt đầu lại hơn {MOST_RUNS} lần; phần sau đó không được ghi."
            )
            runs = runs[:MOST_RUNS]
        left = [at for at, group in enumerate(groups) if at not in served]
        # A list stands behind its questions; where it stands before all of them, it is for those that follow.
        behind = [at for at in left if places[id(groups[at][0])] < before] or left
        chosen = behind[-len(runs) :] if len(runs) > 1 and len(behind) >= len(runs) else []
        for place, run in enumerate(runs):
            at = chosen[place] if chosen else _best(numbers, behind, run)
            group = groups[at] if at is not None else []
            served |= {at} if at is not None else set()
            _give(group, run, keys, findings)


def _groups(questions: Sequence[Question]) -> list[list[Question]]:
    """The questions apart where their numbers begin again."""
    groups: list[list[Question]] = []
    last = 0
    for question in questions:
        if not groups or (question.number is not None and question.number <= last and question.number == 1):
            groups.append([])
        groups[-1].append(question)
        last = question.number if question.number is not None else last
    return groups


def _runs(keys: Keys) -> list[list[tuple[int, Key]]]:
    """A table of columns reads 1, 11, 2, 12: only a number seen before begins a new run."""
    runs: list[list[tuple[int, Key]]] = [[]]
    seen: set[int] = set()
    for number, key in keys.pairs:
        if number in seen:
            runs.append([])
            seen = set()
        seen.add(number)
        runs[-1].append((number, key))
    return runs


def _best(numbers: list[set[int | None]], among: list[int], run: list[tuple[int, Key]]) -> int | None:
    """The group, by its place, that has most of the numbers of a run; the last of those that have as many."""
    wanted = {number for number, _ in run}
    best, most = None, -1
    for at in reversed(among):
        found = len(wanted & numbers[at])
        if found > most:
            best, most = at, found
        if most == len(wanted):
            break
    return best


def _give(group: list[Question], run: list[tuple[int, Key]], keys: Keys, findings: Findings) -> None:
    given = 0
    by_number = {question.number: question for question in reversed(group)}
    for number, key in run:
        asked = by_number.get(number)
        if asked is None:
            findings.warn(
                f"I002 đoạn {key.line}: có đáp án {number}-{', '.join(key.letters)} nhưng không có câu {number}."
            )
            continue
        given += 1
        if key.letters[:1] in (("Đúng",), ("Sai",)):
            asked.written = asked.written or key.letters[0]
        elif asked.keys and set(asked.keys[0].letters) != set(key.letters):
            findings.warn(
                f"Đoạn {key.line}: bảng đáp án ghi {asked.name} là {', '.join(key.letters)}, "
                f"còn dưới câu hỏi ghi {', '.join(asked.keys[0].letters)}; đã lấy theo dưới câu hỏi."
            )
        else:
            asked.keys = asked.keys or [key]
    if given:
        findings.warn(f"Đoạn {keys.line}: đã ghi đáp án của {given} câu theo bảng đáp án.")


def check_numbers(questions: Sequence[Question], findings: Findings) -> None:
    """I001: numbers with gaps, twice, or out of order."""
    last: Question | None = None
    for question in questions:
        if question.number is None:
            continue
        if (
            last is not None
            and last.number is not None
            and question.number != last.number + 1
            and question.number != 1
        ):
            what = f"sau {last.name} là {question.name}"
            if question.number == last.number:
                what = f"hai câu cùng số {question.number}"
            findings.warn(
                f"I001 đoạn {question.line}: số thứ tự không liền, {what}. Hãy xem có thiếu câu nào không."
            )
        last = question


class Asked:
    """Writes questions as those of a bank."""

    def __init__(self, prose: Prose, findings: Findings) -> None:
        self.prose = prose
        self.findings = findings

    def question(self, found: Question) -> BankQuestion:
        with_dashes(found)
        stem, written = self.stem(found)
        common = {
            "stem": stem or found.name,
            "title": found.name if found.number is not None else "",
            "points": _points(found.points),
            "hints": tuple(self.text([hint]) for hint in found.hints),
            "explanation": self.explanation(found.explanation),
            "line": found.line,
        }
        if not found.options:
            if found.keys and not any(map(str.isalnum, written)):  # nothing, or dots to write upon
                written = ", ".join(found.keys[0].letters)
                self.findings.warn(
                    f"I003 đoạn {found.keys[0].line}: {found.name} có đáp án {written} nhưng không có phương án nào; "
                    "đã nhập là câu điền chữ. Hãy xem có thiếu các phương án không."
                )
                return BankQuestion(kind="text", accepted=(written,), **common)  # type: ignore[arg-type]
            answer = truth(written) if written else None
            if answer is not None or not written:
                return BankQuestion(kind="true-false", answer=answer, **common)  # type: ignore[arg-type]
            return BankQuestion(kind="text", accepted=(written,), **common)  # type: ignore[arg-type]
        right = self.right(found)
        options = tuple(
            BankOption(self.option(option.lines, found), option.letter in right) for option in found.options
        )
        said = [truth(option.text) for option in options]
        if sorted(map(str, said)) == ["False", "True"] and len(right) <= 1:
            answer = truth(found.written) if found.written else None
            chosen = [value for value, option in zip(said, options, strict=True) if option.right]
            answer = chosen[0] if chosen else answer
            if answer is not None:
                return BankQuestion(kind="true-false", answer=answer, **common)  # type: ignore[arg-type]
        kind = "multiple" if len(right) > 1 else "single"
        self.report(found, right)
        return BankQuestion(kind=kind, options=options, **common)  # type: ignore[arg-type]

    def report(self, found: Question, right: Sequence[str]) -> None:
        where = f"đoạn {found.line}"
        if not right:
            self.findings.warn(f"Q010 {where}: {found.name} chưa thấy đáp án đúng. Hãy chọn phương án đúng.")
        if len(found.options) > MOST_OPTIONS:
            self.findings.warn(
                f"I004 {where}: {found.name} có {len(found.options)} phương án; có lẽ là hai câu hỏi viết liền nhau."
            )
        letters = [option.letter for option in found.options]
        wanted = list(LETTERS[: len(letters)])
        if letters != wanted:
            self.findings.warn(
                f"I003 {where}: {found.name} có các phương án {', '.join(letters)}; chữ cái không liền nhau."
            )

    def right(self, found: Question) -> tuple[str, ...]:
        there = {option.letter for option in found.options}
        seen = marked(found)
        told: tuple[str, ...] = ()
        for key in found.keys:
            letters = tuple(letter for letter in key.letters if letter in there)
            for letter in key.letters:
                if letter not in there:
                    self.findings.warn(
                        f"I003 đoạn {key.line}: đáp án {letter} của {found.name} không có trong các phương án."
                    )
            if told and letters and set(letters) != set(told):
                self.findings.warn(
                    f"Đoạn {key.line}: {found.name} có hai đáp án khác nhau; đã lấy đáp án đầu."
                )
            told = told or letters
        if told and seen and set(told) != set(seen):
            self.findings.warn(
                f"Đoạn {found.line}: {found.name} ghi đáp án {', '.join(told)} nhưng phương án được đánh dấu là "
                f"{', '.join(seen)}; đã lấy đáp án được ghi."
            )
        if not told and len(seen) > 1:
            self.findings.warn(
                f"Đoạn {found.line}: {found.name} có {len(seen)} phương án được đánh dấu "
                f"({', '.join(seen)}); đã nhập là câu chọn nhiều."
            )
        return told or seen

    # --- Texts

    def stem(self, found: Question) -> tuple[str, str]:
        """The stem, and the answer that is written in it (`☑ Đúng ☐ Sai`)."""
        written = found.written
        parts = []
        for item in found.stem:
            if isinstance(item, Table):
                parts.append(self.prose.table(item))
            elif not found.options and (told := boxed_truth(item)) is not None:
                written = written or ("Đúng" if told else "Sai")
                parts.append(markdown([Span(without_boxes(item))]))
            else:
                parts.append(markdown(item.spans, emphasis=not item.bold, underlined=True))
        return self.finished("\n\n".join(_unwrapped(parts)), found.name, found.line), written

    def option(self, lines: Iterable[Line], found: Question) -> str:
        text = " ".join(markdown(line.spans, emphasis=False) for line in lines).strip()
        return self.finished(text.rstrip(" ;"), found.name, found.line)

    def explanation(self, lines: Sequence[Line]) -> str:
        text = "\n\n".join(_unwrapped(markdown(line.spans) for line in lines))
        # `Căn cứ:` would name a document of the registry.
        text = re.sub(r"(?im)^(\**[(\[]?căn cứ)(?=\s*\**:)", r"\1 pháp lý", text)
        return self.finished(text, "giải thích", lines[0].number if lines else 0)

    def text(self, lines: Sequence[Line]) -> str:
        return self.finished(" ".join(markdown(line.spans) for line in lines), "", lines[0].number)

    def finished(self, text: str, title: str, line: int) -> str:
        return self.prose.pictures(self.prose.without_notes(text), title, line)


def _unwrapped(parts: Iterable[str]) -> list[str]:
    """Paragraphs that are only lines of one sentence, as files made from PDF have them, put together."""
    made: list[str] = []
    for part in filter(None, parts):
        if made and part[:1].islower() and made[-1][-1:].isalnum() and not re.match(r"[a-h][.)]", part):
            made[-1] += " " + part
        else:
            made.append(part)
    return made


def _points(text: str) -> Decimal:
    return Decimal(text.replace(",", ".")) if text else Decimal(1)


def words_of(question: BankQuestion) -> str:
    return " ".join([question.stem, question.explanation, *(option.text for option in question.options)])

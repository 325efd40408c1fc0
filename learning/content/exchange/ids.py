"""Ids that hold when a source is imported again: of its questions, and of its lessons where it has a key for them.

A key of the source that can be an id of ours, and that nobody else has, is the id: what was exported comes back as what
it was. Else an id is made of the surest thing that no other question of the source has: its key, its name, its words,
its answers as well. The kind goes into each: an id never changes its kind. What only counts ("Câu 12", "q3") says where
a question stands, not which it is: it is no name, and as a key it comes after the name.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple

from learning.content.checker import Stamped
from learning.content.exchange import blocks
from learning.content.exchange.bank import Bank, BankQuestion
from learning.content.mend import ALPHABET
from learning.vietnamese.folding import fold

LONGEST = 100  # letters of an id
_SLUG_CAP = 60
_LETTERS = 8  # of a stamp
_MOST_DIGITS = 6  # of a number that counts
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTING = frozenset(
    """cau hoi so bai chuong phan doan de muc y vi du ban sao trac nghiem tu luan chon lua nhieu mot dung sai nb th vd vdc
    question questions que quest qn item items problem exercise ex number num no nr chapter part section quiz test exam
    copy of multiple single choice true false short answer matching mcq tf id""".split()  # noqa: SIM905
)
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")


class Ids:
    """The ids for a bank as the course `course_id` ("field/slug"). `known` are the ids that others and this course have.

    `questions`: an id for each question, in the order of the bank. `twice`: keys that stand at several of them, and so
    say nothing.
    """

    def __init__(self, bank: Bank, course_id: str, known: Mapping[str, Stamped]) -> None:
        self.course_id = course_id
        self.slug = course_id.rpartition("/")[2][:_SLUG_CAP].strip("-")
        self.known = known
        self.used: set[str] = set()
        asked = [blocks.cleaned(question) for lesson in bank.lessons for question in lesson.questions]
        told = [lesson for lesson in bank.lessons if lesson.body.strip()]
        keys = Counter(filter(None, map(_plain, (*(one.key for one in asked), *(one.key for one in told)))))
        shared = Counter(one.key for one in asked if one.key)
        self.twice = tuple(key for key, times in shared.items() if times > 1)
        self._once = {key for key, times in keys.items() if times == 1}
        self._lessons = {lesson.key: name for lesson in told if (name := self._kept(lesson.key, "lesson"))}
        names = [self._kept(one.key, blocks.kind_of(one)) for one in asked]
        for level in _LEVELS:
            left = [(place, level(one)) for place, one in enumerate(asked) if not names[place]]
            alike = Counter(made.alone for _, made in left if made)
            for place, made in left:
                if made and (alike[made.alone] == 1 or level is _all_words):
                    names[place] = self._stamped(made.seed, blocks.kind_of(asked[place]))
        self.questions = tuple(names)

    def of_lesson(self, name: str, key: str = "") -> str:
        """`key` is the lesson's in the source; `name` is its address in the course, for one without."""
        if key in self._lessons:
            return self._lessons[key]
        if _plain(key) in self._once and not counts(key):
            return self._stamped(f"lesson#{key}", "lesson")
        name = f"{self.slug}-{name}"[: LONGEST - 6].strip("-")
        return self._new("lesson", lambda count: name if not count else f"{name}-{count + 1}")

    def _kept(self, key: str, kind: str) -> str:
        """The key itself as an id, if it can be; else ""."""
        sound = _ID.fullmatch(key) and len(key) <= LONGEST and (key in self.known or not counts(key))
        if not sound or _plain(key) not in self._once or not self._free(key, kind):
            return ""
        self.used.add(key)
        return key

    def _stamped(self, seed: str, kind: str) -> str:
        return self._new(kind, lambda count: f"{self.slug}-{_stamp(self.slug, seed, str(count))}")

    def _new(self, kind: str, made: Callable[[int], str]) -> str:
        count = 0
        while not self._free(name := made(count), kind):
            count += 1
        self.used.add(name)
        return name

    def _free(self, name: str, kind: str) -> bool:
        one = self.known.get(name)
        ours = one is None or (one.course_id == self.course_id and one.kind == kind and not one.retired)
        return ours and name not in self.used


def counts(text: str) -> bool:
    """Whether a name or key only says where something stands: "Câu 12", "Question 3 (copy)", "1.2", "IV"."""
    words = re.findall(r"[0-9]+|[^\W\d_]+", fold(text))
    digits = sum(len(word) for word in words if word.isdigit())
    return digits <= _MOST_DIGITS and all(
        len(word) == 1 or word.isdigit() or word in _COUNTING or _ROMAN.fullmatch(word) for word in words
    )


def digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode(errors="replace")).hexdigest()


class _Seed(NamedTuple):
    """What an id is made of; `alone` is what no other question may have, for the seed to be this one's."""

    seed: str
    alone: str


def _key(question: BankQuestion) -> _Seed | None:
    return None if counts(question.key) else _any_key(question)


def _name(question: BankQuestion) -> _Seed | None:
    name = _plain(question.name)
    return None if counts(name) else _Seed(f"{blocks.kind_of(question)}::{name}", name)


def _any_key(question: BankQuestion) -> _Seed | None:
    key = question.key
    return _Seed(f"{blocks.kind_of(question)}#{key}", _plain(key)) if key else None


def _words(question: BankQuestion) -> _Seed | None:
    stem = _stem(question)
    seed = f"{blocks.kind_of(question)}|{stem}"
    return _Seed(seed, seed) if stem else None


def _all_words(question: BankQuestion) -> _Seed:
    words = f"{blocks.kind_of(question)}|{_stem(question)}"
    answers = [option.text for option in question.options] + [*question.accepted, *question.items]
    answers += [side for pair in question.pairs for side in pair]
    answers += [text for gap in question.gaps for text in (*gap.accepted, *(one.text for one in gap.options))]
    answers += [str(question.answer or ""), str(question.number or "")]
    seed = "|".join([words, *map(_plain, answers)])
    return _Seed(seed, seed)


# From the surest to the most particular; None where a question has nothing of the sort.
_LEVELS: tuple[Callable[[BankQuestion], _Seed | None], ...] = (_key, _name, _any_key, _words, _all_words)


def _stem(question: BankQuestion) -> str:
    """What is asked; "" where there is but a number that stands in for it."""
    stem = _plain(question.stem or question.title)
    return "" if counts(stem) and re.search("[0-9]", stem) else stem


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _stamp(*parts: str) -> str:
    number = int(digest(*parts)[:16], 16)
    letters = ""
    for _ in range(_LETTERS):
        number, letter = divmod(number, len(ALPHABET))
        letters += ALPHABET[letter]
    return letters

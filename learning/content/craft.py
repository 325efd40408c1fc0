"""The craft of asking: where the wording of a question gives its key away (K001 to K006).

These are remarks, not faults: publication never waits for them. They are said beside the question in the studio.
Everything here takes time in proportion to the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from itertools import pairwise

from learning.content.faults import Fault
from learning.content.model import Multiple, Option, Page, Question, Single
from learning.content.questions import refers_to_others

LONGER = 1.6  # times the next longest option
LONGER_BY = 25  # and so many letters more
SAME_PLACE = 4  # questions in which the key stands at one place
ABSOLUTE_LEAST = 2  # distractors with an absolute word


def remarks(page: Page, language: str = "vi") -> list[Fault]:
    """What is to be said about the questions of a page, in the order of its lines."""
    if page.quiz is None:
        return []
    own = [
        question
        for section in page.quiz.sections
        if not section.from_lessons
        for question in section.questions
    ]
    say = Saying(page.path, language, REMARKS)
    found = [fault for question in own for fault in of_question(question, say)]
    found += _one_place(own, page.quiz.shuffle_options, say)
    return sorted(found, key=lambda fault: (fault.line, fault.code))


def of_question(question: Question, say: "Saying") -> Iterator[Fault]:
    yield from _unmarked_negative(question, say)
    if not isinstance(question, Single | Multiple):
        return
    texts = [_plain(option.html) for option in question.options]
    yield from (
        say("K002", question.line, option=text) for text in texts if refers_to_others(text) or _refers(text)
    )
    if isinstance(question, Single):
        keys = [at for at, option in enumerate(question.options) if option.right]
        if len(keys) == 1 and len(texts) > 1:
            key = texts[keys[0]]
            others = [text for at, text in enumerate(texts) if at != keys[0]]
            yield from _longest(question, key, others, say)
            yield from _echo(question, key, others, say)
            yield from _absolute(question, key, others, say)


# --- K001: the longest option


def _longest(question: Question, key: str, others: Sequence[str], say: "Saying") -> Iterator[Fault]:
    longest = max(map(len, others))
    if len(key) >= LONGER * longest and len(key) >= longest + LONGER_BY:
        yield say("K001", question.line, key=len(key), others=longest)


# --- K002: options that speak of the others

_NONE = re.compile(r"(?:all|none|both) of (?:the|these)", re.IGNORECASE)


def _refers(text: str) -> bool:
    return len(text) <= 120 and _NONE.match(text) is not None


# --- K003: words of the stem in the key alone


def _echo(question: Question, key: str, others: Sequence[str], say: "Saying") -> Iterator[Fault]:
    asked = set(_pairs(_plain(question.prompt)))
    if any(pair in asked for text in others for pair in _pairs(text)):
        return
    alone = next((pair for pair in _pairs(key) if pair in asked), None)
    if alone is not None:
        yield say("K003", question.line, words=" ".join(alone))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Syllables that follow each other, for one alone says little in Vietnamese ("nhân", "dân")."""
    for phrase in _PHRASE.split(text.casefold()):
        for one, other in pairwise(_SYLLABLE.findall(phrase)):
            if one not in _SMALL and other not in _SMALL:
                yield one, other


_PHRASE = re.compile(r"[^\w\s]+")
_SYLLABLE = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = (
    "là và của có không được cho để khi thì mà này đó kia nào gì ai đâu sao vì nên do bởi các những một hai ba người "
    "việc phải cần với theo từ đến trong ngoài trên dưới tại ở ra vào lên xuống đã đang sẽ rồi cũng chỉ vẫn còn như "
    "nếu hoặc hay đúng sai chưa sau trước đây về bao nhiêu đồng chí cán bộ công chức xã phường anh chị ông bà "
    "the a an of to in on at for and or is are was be by with which what who where when that this it its not from as"
)
_SMALL = frozenset(_SMALL_WORDS.split())


# --- K004: a negative that is easily read over

# Near the word that asks: "việc nào sau đây không đúng?", not "cách nào giúp dân mà không phải đi lại?".
_NOT = re.compile(
    r"\b(?:nào|gì|đâu)(?:\s+(?!mà|để)\w+){0,3}\s+(không)\b|\b(?:which|what)(?:\s+\w+){0,5}\s+(not|never)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(ngoại trừ|trừ|except)\s*$", re.IGNORECASE)
_STRONG = re.compile(r"<(strong|em)>([^<]*)</\1>")
_SENTENCE = re.compile(r"[.?!;:\n]")


def _unmarked_negative(question: Question, say: "Saying") -> Iterator[Fault]:
    marked = _STRONG.sub(lambda found: found[2].upper(), question.prompt)
    for sentence in _SENTENCE.split(_plain(marked)):
        found = _NOT.search(sentence) or _EXCEPT.search(sentence)
        word = next(filter(None, found.groups())) if found else ""
        if found and not word.isupper():
            yield say("K004", question.line, word=word)
            return


# --- K005: absolute words in distractors alone

_ABSOLUTE = re.compile(
    r"\b(?:luôn luôn|luôn|không bao giờ|mọi trường hợp|trong mọi|hoàn toàn|tuyệt đối|bất kỳ|bất kể|"
    r"always|never|under no circumstances|absolutely|in all cases|in every case)\b",
    re.IGNORECASE,
)


def _absolute(question: Question, key: str, others: Sequence[str], say: "Saying") -> Iterator[Fault]:
    if _ABSOLUTE.search(key):
        return
    found = [word[0] for text in others if (word := _ABSOLUTE.search(text))]
    if len(found) >= ABSOLUTE_LEAST and 2 * len(found) >= len(others):
        yield say("K005", question.line, words=sorted({word.casefold() for word in found}))


# --- K006: the key always at one place


def _one_place(questions: Iterable[Question], shuffled: bool, say: "Saying") -> Iterator[Fault]:
    fixed = [
        question
        for question in questions
        if isinstance(question, Single) and not (shuffled if question.shuffle is None else question.shuffle)
    ]
    places = [_place(question.options) for question in fixed]
    if len(fixed) >= SAME_PLACE and len(set(places)) == 1 and places[0] is not None:
        yield say("K006", fixed[0].line, count=len(fixed), place=chr(ord("A") + min(places[0], 25)))


def _place(options: Sequence[Option]) -> int | None:
    return next((at for at, option in enumerate(options) if option.right), None)


# --- Saying it

_TAG = re.compile(r"<[^<>]*>")


def _plain(html: str) -> str:
    return unescape(_TAG.sub(" ", html)).strip()


class Saying:
    """Makes remarks of one file in one language. `remarks`: code → what is seen and what to do, in Vietnamese and in
    English."""

    def __init__(
        self, file: str, language: str, remarks: Mapping[str, tuple[tuple[str, str], tuple[str, str]]]
    ) -> None:
        self.file = file
        self.remarks = remarks
        self.english = language == "en"

    def __call__(self, code: str, line: int, **params: object) -> Fault:
        message, remedy = self.remarks[code][self.english]
        said = {name: _said(value) for name, value in params.items()}
        return Fault(
            self.file, max(line, 1), 1, code, "info", message.format_map(said), remedy.format_map(said)
        )


def _said(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else " ".join(str(value).split())
    return text if len(text) <= 80 else text[:79].rstrip() + "…"


# Code → what is seen and what to do, in Vietnamese and in English.
REMARKS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "K001": (
        (
            "đáp án dài hơn hẳn các phương án khác ({key} so với {others} chữ cái)",
            "chuyển phần giải thích của đáp án xuống phản hồi, hoặc viết các phương án sai cũng cụ thể như vậy",
        ),
        (
            "the key is by far the longest option ({key} letters against {others})",
            "move what explains the key into its feedback, or make the wrong options as precise",
        ),
    ),
    "K002": (
        (
            "phương án “{option}” nói về các phương án khác",
            "viết một phương án có nội dung riêng, hoặc đổi thành câu chọn nhiều",
        ),
        (
            "the option “{option}” speaks of the other options",
            "write an option that stands by itself, or let several be chosen",
        ),
    ),
    "K003": (
        (
            "“{words}” của câu hỏi chỉ lặp lại trong đáp án",
            "viết lại đáp án bằng lời khác, hoặc dùng những chữ này trong cả một phương án sai",
        ),
        (
            "“{words}” of the question comes again in the key alone",
            "say the key in other words, or use these in a wrong option too",
        ),
    ),
    "K004": (
        (
            "chữ “{word}” trong câu hỏi dễ bị đọc sót",
            "hỏi theo chiều thuận, hoặc viết IN HOA hay in đậm chữ phủ định",
        ),
        (
            "“{word}” in the question is easily read over",
            "ask it the positive way round, or write the negative in CAPITALS or bold",
        ),
    ),
    "K005": (
        (
            "chỉ các phương án sai có chữ tuyệt đối: {words}",
            "bỏ các chữ này khỏi phương án sai; người làm bài quen sẽ loại chúng mà không cần biết",
        ),
        (
            "only wrong options use absolute words: {words}",
            "take these words out of the wrong options; practised candidates strike them unread",
        ),
    ),
    "K006": (
        (
            "cả {count} câu chọn một của bài đều có đáp án ở vị trí {place}",
            "đổi chỗ phương án ở vài câu, hoặc đặt tron_dap_an: true ở đầu bài",
        ),
        (
            "the key is option {place} in all {count} single-choice questions of this page",
            "change the places in some, or set shuffle_options: true in the front matter",
        ),
    ),
}

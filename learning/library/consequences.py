"""What the publication of a draft would mean to those who learn: the table of course-format.md, counted out. Pure.

How many attempts are under way is known one floor up (`quizzes`); the desk asks there and shows both.
"""

from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from learning.content.alignment import aligned
from learning.content.model import Course, Page
from learning.library.changes import Change, compare

Touch = Literal["added", "removed", "moved", "minor", "major"]
MAJOR = 0.15  # share of a lesson's words that came or went: from here on it says something else
WORDS_MOST = 1000  # that differ and are looked at in their order: far more than MAJOR is of any lesson


@dataclass(frozen=True)
class PageTouch:
    """A page that is otherwise. "minor": a few words, or the title, or what is no lesson; "moved": only its place
    or address."""

    page: str  # id
    path: str
    title: str
    what: Touch
    share: float = 0.0  # of its words, 0–1


@dataclass(frozen=True)
class RuleChange:
    """A rule that holds for new attempts from the publication on; those recorded stay. `page` "" is the course."""

    page: str
    rule: str  # the key's English name: "pass", "attempts", "time_limit", "completion", …
    old: object
    new: object


@dataclass(frozen=True)
class Meaning:
    """`first`: nothing was live. `questions`: see `changes.compare`. `sources`: documents (added, removed)."""

    first: bool
    questions: tuple[Change, ...] = ()
    pages: tuple[PageTouch, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    sources: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def rekeyed(self) -> tuple[Change, ...]:
        """Questions whose right answer changed: publication waits for a choice."""
        return tuple(change for change in self.questions if change.what == "key")

    @property
    def counts_as_new(self) -> tuple[Change, ...]:
        """Questions that nobody has answered in this form: added ones."""
        return tuple(change for change in self.questions if change.what == "added")

    @property
    def read_again(self) -> tuple[PageTouch, ...]:
        """Lessons that say so much otherwise that who has read them is told "đã cập nhật"."""
        return tuple(touch for touch in self.pages if touch.what == "major")

    @property
    def nothing(self) -> bool:
        return not (self.first or self.questions or self.pages or self.rules or any(self.sources))


def meaning(old: Course | None, new: Course) -> Meaning:
    """What changes for learners when `new` takes the place of `old` (None: there is no live release)."""
    if old is None:
        return Meaning(first=True)
    return Meaning(
        first=False,
        questions=tuple(compare(old, new)),
        pages=tuple(_pages(old, new)),
        rules=tuple(_rules(old, new)),
        sources=(
            tuple(sorted(new.sources.keys() - old.sources.keys())),
            tuple(sorted(old.sources.keys() - new.sources.keys())),
        ),
    )


def _pages(old: Course, new: Course) -> list[PageTouch]:
    before, after = _by_id(old), _by_id(new)
    touches = []
    for id_, page in after.items():
        if id_ not in before:
            touches.append(PageTouch(id_, page.path, page.title, "added"))
            continue
        share = changed_share(before[id_].html, page.html)
        told = before[id_].html != page.html or before[id_].title != page.title
        anew = share >= MAJOR and page.kind == "lesson"
        what: Touch | None = "major" if anew else "minor" if told else None
        if what is None and before[id_].path != page.path:
            what = "moved"
        if what is not None:
            touches.append(PageTouch(id_, page.path, page.title, what, share))
    touches += [
        PageTouch(id_, page.path, page.title, "removed") for id_, page in before.items() if id_ not in after
    ]
    return touches


def _by_id(course: Course) -> dict[str, Page]:
    return {page.id: page for page in (*course.pages, *((course.exam,) if course.exam else ()))}


def changed_share(old: str, new: str) -> float:
    """Which share of the words of both texts stands in one of them only, 0–1; of HTML, without its tags."""
    before, after = _words(old), _words(new)
    if before == after:
        return 0.0
    count = len(before) + len(after)
    alike = (
        Counter(before) & Counter(after)
    ).total()  # in whatever order: no more than that can be in common
    if count - 2 * alike > WORDS_MOST:
        return 1 - 2 * alike / count
    return 1 - 2 * len(aligned(before, after, WORDS_MOST)) / count


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _words(html: str) -> list[str]:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join(parser.parts).split()


COURSE_RULES = (
    "completion", "certificate", "valid_months", "effective_from", "prerequisites", "read_again",
)  # fmt: skip
QUIZ_RULES = {
    "pass_percent": "pass",
    "attempts": "attempts",
    "time_limit": "time_limit",
    "shuffle_questions": "shuffle_questions",
    "shuffle_options": "shuffle_options",
    "marking": "marking",
    "show_answers": "show_answers",
}


def _rules(old: Course, new: Course) -> list[RuleChange]:
    found = [
        RuleChange("", name, getattr(old, name), getattr(new, name))
        for name in COURSE_RULES
        if getattr(old, name) != getattr(new, name)
    ]
    before = _by_id(old)
    for id_, page in _by_id(new).items():
        one, other = before[id_].quiz if id_ in before else None, page.quiz
        if one is not None and other is not None:
            found += [
                RuleChange(id_, rule, getattr(one, name), getattr(other, name))
                for name, rule in QUIZ_RULES.items()
                if getattr(one, name) != getattr(other, name)
            ]
    return found

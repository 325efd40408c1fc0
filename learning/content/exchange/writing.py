"""A bank of lessons and questions → the files of a course that passes the check wherever its source lets it.

Two things are done so that nothing changes its meaning on the way. What would read as a part of the format (a line that
begins like an answer, a key, a heading) is guarded as it is written; what the checker still finds in the text of a page
(a link that leads nowhere, foreign markup) is then made literal at its place. Ids come from what a question is
(`ids.py`), never from where it stands or from chance: the same source gives the same bytes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from learning.content.checker import Stamped
from learning.content.exchange import blocks, guarding, sections
from learning.content.exchange.bank import IMPORTED, Bank, BankLesson, BankQuestion, Skipped
from learning.content.exchange.course_words import ENGLISH, VIETNAMESE
from learning.content.exchange.ids import Ids, digest
from learning.content.exchange.literals import made_literal
from learning.content.limits import Limits
from learning.content.model import Source
from learning.content.prose import count_syllables
from learning.content.text import read as read_text
from learning.content.tree import MEDIA, ending
from learning.vietnamese.folding import fold

NAME_CAP = 60  # letters of a folder's or a lesson's name


@dataclass(frozen=True)
class Draft:
    """A course by the paths within its folder. `sources` are documents that its registry must have beside the known."""

    files: dict[str, bytes]
    sources: dict[str, Source]
    lessons: int
    questions: int
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


def draft_course(
    bank: Bank,
    *,
    owner: str,
    today: date,
    field: str,
    slug: str,
    known: Mapping[str, Source] | None = None,
    ids: Mapping[str, Stamped] | None = None,
) -> Draft:
    """Writes a bank as a course `field/slug`.

    `known` is the registry of documents. The source itself becomes a document of it where a lesson cites none that is
    known; once it is there, its date is that of the first import, so that a later one gives the same bytes. `ids` are
    all that the library has: this course keeps its own, those of others and retired ones are never met.
    """
    if bank.files:
        return _as_it_is(bank, known or {})
    return _Writer(bank, owner, today, field, slug, known or {}, ids or {}).draft()


def source_key(bank: Bank, slug: str) -> str:
    """The key under which the source itself stands in the registry."""
    return f"{IMPORTED}{digest(slug, bank.title)[:8]}"


def name_of(text: str, otherwise: str = "khoa-hoc") -> str:
    """A name for a folder or an address: `Đất đai 2025!` → "dat-dai-2025"."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text[:400])).strip("-")
    return plain[:NAME_CAP].strip("-") or otherwise


def _as_it_is(bank: Bank, known: Mapping[str, Source]) -> Draft:
    questions = sum(len(lesson.questions) for lesson in bank.lessons)
    pages = [path for path in bank.files if re.fullmatch(r"[0-9]+-[^/]+\.md", path)]
    sources = {key: source for key, source in bank.sources.items() if key not in known}
    cited = {key for lesson in bank.lessons for key in lesson.citations}
    unknown = [
        VIETNAMESE.unknown_document.format(key) for key in sorted(cited - known.keys() - sources.keys())
    ]
    return Draft(dict(bank.files), sources, len(pages), questions, bank.skipped, (*bank.warnings, *unknown))


@dataclass
class _Lesson:
    """A lesson to be: one page."""

    title: str
    body: str
    section: str = ""
    questions: tuple[str, ...] = ()  # as they are written
    citations: tuple[str, ...] = ()
    key: str = ""


class _Writer:
    def __init__(
        self,
        bank: Bank,
        owner: str,
        today: date,
        field_name: str,
        slug: str,
        known: Mapping[str, Source],
        ids: Mapping[str, Stamped],
    ) -> None:
        self.bank = bank
        self.owner = owner
        self.known = known
        self.origin = source_key(bank, slug)
        self.day = known[self.origin].in_force if self.origin in known else today
        self.today = today
        self.words = ENGLISH if bank.language == "en" else VIETNAMESE
        self.title = guarding.one_line(bank.title) or self.words.course
        self.ids = Ids(bank, f"{field_name}/{slug}", ids)
        self.skipped = list(bank.skipped)
        self.warnings = [*bank.warnings, *map(self.words.twice.format, self.ids.twice)]
        self.cites_origin = False
        self.questions = 0
        self.media = _usable_media(bank.media)
        self.limits = Limits()

    def draft(self) -> Draft:
        # In the order of the source, which the report follows.
        names = iter(self.ids.questions)
        asked = [
            [block for one in lesson.questions if (block := self.block(one, next(names)))]
            for lesson in self.bank.lessons
        ]
        both = list(zip(self.bank.lessons, asked, strict=True))
        lessons = [piece for one, written in both if one.body.strip() for piece in self.pieces(one, written)]
        exam = self.exam([(one, written) for one, written in both if not one.body.strip()])
        if not lessons:
            lessons = [_Lesson(self.words.opening, self.words.about.format(self.questions, self.title))]
            self.warnings.append(self.words.no_text)
        pages = dict(self.pages(lessons))
        if exam:
            pages["exam.md"] = exam
        pages = {"course.md": self.home(bool(exam)), **pages}
        pages = made_literal(pages, self.media)
        used = {
            path: data for path, data in self.media.items() if any(path in text for text in pages.values())
        }
        for path in sorted(self.bank.media.keys() - used.keys()):
            self.skipped.append(Skipped(0, path, self.words.unused_media))
        if self.cites_origin and self.origin not in self.known:
            self.warnings.append(self.words.origin.format(self.title))
        return Draft(
            files={path: _bytes(text) for path, text in pages.items()} | used,
            sources=self.new_sources(),
            lessons=len(lessons),
            questions=self.questions,
            skipped=tuple(self.skipped),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def new_sources(self) -> dict[str, Source]:
        if not self.cites_origin or self.origin in self.known:
            return {}
        title = f"{self.words.original}: {self.title}"
        return {self.origin: Source(key=self.origin, title=title, issuer=self.owner, in_force=self.day)}

    # --- Pages

    def home(self, exam: bool) -> str:
        front = _front(
            title=self.title,
            language=self.bank.language if self.bank.language == "en" else "",
            owner=self.owner,
            completion="lessons+exam" if exam else "lessons",
        )
        return f"{front}\n{self.words.made_of.format(guarding.shown(self.title))}\n"

    def pieces(self, lesson: BankLesson, questions: list[str]) -> Iterator[_Lesson]:
        """The micro-lessons of a lesson; its questions stand in the last one."""
        title = guarding.one_line(lesson.title) or self.title
        parts = sections.split(title, guarding.body(lesson.body), self.limits, self.words.part)
        if len(parts) > 1:
            self.warnings.append(self.words.divided.format(title, len(parts)))
        own = len(parts) if questions else 1  # the piece that stands for the whole
        for number, (name, text) in enumerate(parts, 1):
            last = number == len(parts)
            yield _Lesson(
                name,
                text,
                title if len(parts) > 1 else "",
                tuple(questions) if last else (),
                tuple(one for one in lesson.citations if len(parts) == 1 or one in text) or lesson.citations,
                lesson.key if number == own else "",
            )

    def pages(self, lessons: list[_Lesson]) -> Iterator[tuple[str, str]]:
        names = {"exam", "course"}
        step = 10 if len(lessons) < 100_000 else 1
        for number, lesson in enumerate(lessons, 1):
            name = plain = name_of(lesson.title, "bai")
            count = 1
            while name in names:
                count += 1
                name = f"{plain[: NAME_CAP - 8].strip('-')}-{count}"
            names.add(name)
            yield f"{number * step:02}-{name}.md", self.page(lesson, name)

    def page(self, lesson: _Lesson, name: str) -> str:
        seconds = (
            60 * count_syllables(lesson.body) / self.limits.syllables_a_minute
            + len(lesson.questions) * self.limits.seconds_a_question
        )
        front = _front(
            id=self.ids.of_lesson(name, lesson.key),
            title=lesson.title,
            section=lesson.section,
            minutes=str(max(1, ceil(seconds / 60))),
            sources=self.sources(lesson),
            checked_on=self.day.isoformat(),
        )
        text = f"{front}{lesson.body}\n"
        if lesson.questions:
            text += f"\n## {self.words.questions}\n\n" + "\n".join(lesson.questions)
        return text

    def sources(self, lesson: _Lesson) -> tuple[str, ...]:
        """The documents that are cited, as far as they are known and hold; where there is none, the source itself."""
        found = []
        for key in dict.fromkeys(lesson.citations):
            source = self.known.get(key)
            if source is None:
                self.warnings.append(self.words.unknown_document.format(key))
            elif source.replaced_by or (source.until and source.until <= self.today):
                self.warnings.append(self.words.past_document.format(key))
            else:
                found.append(key)
        if not found:
            self.cites_origin = True
            found = [self.origin]
        return tuple(found)

    def exam(self, lessons: list[tuple[BankLesson, list[str]]]) -> str:
        text = ""
        has_questions = False
        for lesson, questions in lessons:
            intro = guarding.intro(lesson.intro)
            if not questions and not intro:
                continue
            has_questions = has_questions or bool(questions)
            text += f"\n## {guarding.heading(lesson.title) or self.words.common}\n"
            text += f"\n{intro}\n" if intro else ""
            text += "".join(f"\n{question}" for question in questions)
        if not has_questions:
            self.skipped += [
                Skipped(one.line, guarding.one_line(one.intro)[:80], self.words.nothing_to_ask)
                for one, _ in lessons
                if one.intro.strip()
            ]
            return ""
        return _front(kind="exam", title=self.words.exam, **{"pass": "50"}) + text

    # --- Questions

    def block(self, question: BankQuestion, name: str) -> str:
        """The lines of a question with the id `name`; "" where it cannot be asked, which is then among the skipped."""
        question = blocks.cleaned(question)
        try:
            made = blocks.question(question, name, self.words)
        except blocks.CannotAskError as error:
            what = guarding.one_line(question.title or question.stem)[:80]
            self.skipped.append(Skipped(question.line, what, str(error)))
            return ""
        self.questions += 1
        place = self.words.at.format(question.line) if question.line else ""
        what = guarding.one_line(question.title or question.stem)[:60]
        self.warnings += [f"{place}“{what}”: {warning}" for warning in made.warnings]
        return made.text


# --- Bytes


def _front(**values: str | tuple[str, ...]) -> str:
    lines = []
    for key, value in values.items():
        if isinstance(value, tuple):
            lines += [f"{key}:", *(f"  - {_quoted(one)}" for one in value)]
        elif value:
            lines.append(f"{key}: {_quoted(value)}")
    return "\n".join(["---", *lines, "---", ""])


_BARE = re.compile(r"[^\W_][\w/+–. -]*(?<![ ])")


def _quoted(text: str) -> str:
    text = " ".join(guarding.clean(text).split())
    return text if _BARE.fullmatch(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _usable_media(media: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        path: data
        for path, data in media.items()
        if re.fullmatch(r"[a-z0-9._-]+(/[a-z0-9._-]+)*", path) and ending(path) in MEDIA and ".." not in path
    }


def _bytes(text: str) -> bytes:
    """As `--fix` would leave it: NFC, no tabs, no signs that stand for nothing."""
    data = (text.rstrip("\n") + "\n").encode(errors="replace")
    mended, _ = read_text(data)
    return data if mended is None else mended.encode()

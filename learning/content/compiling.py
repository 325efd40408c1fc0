"""A folder of files → a `Course`. What is faulty is reported and left out; the rest is compiled all the same."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from learning.content import drafts, frontmatter, practice, prose, questions, rendering, scenario
from learning.content.faults import Report
from learning.content.frontmatter import Front, WrongTypeError
from learning.content.model import Citation, Course, Field, Page, Question, Quiz, Section, Source
from learning.content.outline import QuestionBlock, SectionBlock, notes
from learning.content.questions import Stamped
from learning.content.rendering import Image, Renderer
from learning.content.tree import (
    Findings,
    Registry,
    SourceCourse,
    SourceField,
    SourcePage,
    numbered,
)
from learning.content.yaml_text import Scalar, pieces

COMPILER = 2  # goes up when the same files compile to something else
SECONDS_A_QUESTION = 20  # P004 below


@dataclass(frozen=True)
class Compiled:
    """`course` is None where there is no `course.md`; `stamps` are all its questions, with id, kind and place."""

    course: Course | None
    stamps: tuple[Stamped, ...]


def syllables(text: str) -> int:
    """How many Vietnamese syllables: words between spaces that hold a letter."""
    return sum(1 for word in text.split() if re.search(r"[^\W\d_]", word))


def compile_sources(registry: Registry) -> dict[str, Source]:
    """The registry by key; entries that lack a title, an issuer or a date are left out."""
    found = {}
    for key, entry in registry.entries.items():
        values = {name: value.value for name, value in entry.values.items() if value.value is not None}
        if values.keys() >= {"title", "issuer", "from"}:
            values["in_force"] = values.pop("from")
            found[key] = Source(key=key, **values)
    return found


def compile_field(source: SourceField) -> Field:
    front = source.front
    title, owner = front.get("title", source.slug), front.get("owner", "")
    return Field(slug=source.slug, title=title, owner=owner, reviewers=front.get("reviewers", ()))


@dataclass(frozen=True)
class Made:
    """What was compiled before and is taken as it is: pages with their stamps and pictures, by path; the introduction."""

    home: str | None = None
    pages: Mapping[str, tuple[Page, tuple[Stamped, ...]]] = field(default_factory=dict)
    images: Mapping[str, Image] = field(default_factory=dict)


def compile_course(
    source: SourceCourse, sources: Mapping[str, Source], findings: Findings, made: Made | None = None
) -> Compiled:
    """Compiles a course that was read; `sources` is the registry (compile_sources)."""
    return _Compiler(source, sources, findings, made or Made()).compiled()


def images_of(source: SourceCourse) -> dict[str, Image]:
    """The pictures of a course by path."""
    files = {path: source.files[path] for path in source.media}
    return {path: rendering.image(path, sha256(data).hexdigest(), data) for path, data in files.items()}


class _Compiler:
    def __init__(
        self, source: SourceCourse, sources: Mapping[str, Source], findings: Findings, made: Made
    ) -> None:
        self.source = source
        self.sources = sources
        self.findings = findings
        self.made = made
        self.stamps: list[Stamped] = []
        images = made.images or images_of(source)
        self.digests = {path: image.digest for path, image in images.items()}
        language = source.home.front.get("language", "vi") if source.home else "vi"
        self.render = Renderer(source.field, source.slug, images, language)

    def compiled(self) -> Compiled:
        # The exam is compiled last: it may draw from the lessons.
        pages = tuple(self.page(page) for page in self.source.pages)
        exam = self.page(self.source.exam, pages) if self.source.exam else None
        course = self.course(self.source.home, pages, exam) if self.source.home else None
        return Compiled(course, tuple(self.stamps))

    def course(self, home: SourcePage, pages: tuple[Page, ...], exam: Page | None) -> Course:
        front = home.front
        self.render.page = home.path
        self.misplaced(home, self.findings.at(home.file))
        made = Course(
            field=self.source.field,
            slug=self.source.slug,
            **{"title": self.source.slug, "owner": "", "completion": "lessons"}
            | _values(front, frontmatter.COURSE),
            html=self.made.home if self.made.home is not None else self.render.body(home.body_text),
            pages=pages,
            exam=exam,
            files=self.digests,
        )
        cited = {citation.key for citation in _citations(made)}
        known = {key: self.sources[key] for key in sorted(cited) if key in self.sources}
        return msgspec.structs.replace(made, sources=known)

    def page(self, page: SourcePage, lessons: tuple[Page, ...] = ()) -> Page:
        if page.path in self.made.pages:
            made, stamps = self.made.pages[page.path]
            self.stamps += stamps
            return made
        front = page.front
        report = self.findings.at(page.file)
        self.render.page = page.path
        kind: Any = page.kind if page.kind != "exam" or page.path == "exam.md" else "pretest"
        quiz = story = steps = None
        _check_kind(page, report)
        if front.get("pass", 0) > 100:
            report("P003", *front.place("pass"), pass_percent=front.get("pass"))
        self.misplaced(page, report)
        practice.check_misplaced(page, report)
        if page.kind == "scenario":
            story = scenario.read(page, self.render, report)
        elif page.kind == "practice":
            steps, own = practice.read(page, self.render, report)
            self.stamps += own
        else:
            quiz = self.quiz(page, report, lessons)
        return Page(
            slug="exam" if page.path == "exam.md" else page.slug,
            id=front.get("id", page.slug),
            title=front.get("title", page.slug),
            kind=kind,
            section=front.get("section", ""),
            minutes=front.get("minutes", Decimal(0)),
            objectives=front.get("objectives", ()),
            citations=front.get("sources", ()),
            tags=front.get("tags", ()),
            checked_on=front.get("checked_on"),
            html=self.render.body("\n".join((page.body_text, *_silent(page)))),
            quiz=quiz,
            scenario=story,
            practice=steps,
            required=front.get("required", False),
            path=page.path,
        )

    def quiz(self, page: SourcePage, report: Report, lessons: tuple[Page, ...]) -> Quiz | None:
        front = page.front
        shuffled = front.get("shuffle_options", False)
        sections: tuple[Section, ...] = ()
        for block in page.sections:
            if (section := self.section(page, block, report, shuffled, lessons, sections)) is not None:
                sections += (section,)
        default = {"lesson": Decimal(100), "exam": Decimal(50)}.get(page.kind, Decimal(0))
        if not any(section.questions for section in sections):
            if page.kind == "exam":
                report("P003", 1, 1, pass_percent=front.get("pass", default))
            return None
        quiz = Quiz(
            pass_percent=front.get("pass", default),
            sections=sections,
            **{key: value for key, value in _values(front, frontmatter.QUIZ).items() if key != "pass"},
        )
        _check_rules(quiz, front, report)
        return quiz

    def section(
        self,
        page: SourcePage,
        block: SectionBlock,
        report: Report,
        shuffled: bool,
        lessons: tuple[Page, ...],
        before: tuple[Section, ...],
    ) -> Section | None:
        keys = _SectionKeys(page, block, report)
        blocks = block.questions
        if _holds_answers(page, block):
            # Answers before the first `###`: a question without a heading.
            blocks = (QuestionBlock("", block.line, block.intro), *blocks)
        shared = self.render.block(keys.prose) if keys.prose else ""
        own = []
        for one in blocks:
            points = Decimal(1) if keys.points is None else keys.points
            stamped = questions.read(page, one, self.render, report, shuffled=shuffled, points=points)
            self.stamps.append(stamped)
            if stamped.question is not None:
                own.append(stamped.question)
        drawn = keys.from_lessons(lessons)
        if keys.points is not None:
            drawn = (msgspec.structs.replace(question, points=keys.points) for question in drawn)
        # What a lesson says above its questions is in the prompts drawn from it already.
        pool = [
            msgspec.structs.replace(question, prompt=shared + question.prompt) for question in (*own, *drawn)
        ]
        left = _left(pool, before)
        if keys.draw is not None and keys.draw > left and not keys.unknown:
            report("P001", keys.line, 1, draw=keys.draw, count=left)
        worth = sorted({question.points for question in pool})
        if keys.draw is not None and len(worth) > 1:
            report("P002", keys.line, 1, points=[f"{one.normalize():f}" for one in worth])
        if not pool and keys.draw is None:
            return None
        return Section(
            title=block.title,
            draw=keys.draw,
            from_lessons=tuple(numbered(lesson.text)[1] for lesson in keys.lessons),
            questions=tuple(pool),
        )

    def misplaced(self, page: SourcePage, report: Report) -> None:
        """Q019: options in the body, or any answer where a `Mã:` says that it is a question; once under each heading."""
        starts = {heading.line for heading in page.headings}
        meant = dict(prose.blanked(page))  # without what stands in fenced code
        told = named = False
        for first, end in page.body:
            for number in range(first, min(end, len(page.lines) + 1)):
                line = meant.get(number, "")
                if number in starts:
                    told = named = False
                elif drafts.key_of(line, _ID):
                    named = True
                elif not told and (_ROUND.match(line) or (named and _answers(line))):
                    report("Q019", number, 1)
                    told = True


class _SectionKeys:
    """`Rút`, `Từ` and `Điểm` of a question section, and `prose`: what else stands before its first question.

    The prose ("Đọc đoạn sau rồi trả lời") is asked with each of the section's questions, its own and those drawn from
    lessons, for a paper may hold any of them, in any order. `points` count for all of them, but for an own question
    that says otherwise.
    """

    def __init__(self, page: SourcePage, block: SectionBlock, report: Report) -> None:
        self.report = report
        self.line = block.line
        self.draw: int | None = None
        self.points: Decimal | None = None
        self.lessons: list[Scalar] = []
        self.unknown = False  # a lesson is not there: then what the pool holds is not known
        self.prose = ""
        # Then only what comes before the question itself would be the section's.
        asks = _holds_answers(page, block)
        said = []
        footnotes = {line for note in notes(page.lines, *block.intro) for line in range(*note)}
        for number in range(*block.intro):
            line = page.lines[number - 1]
            found = drafts.key_of(line, drafts.POOL_KEYS if asks else drafts.SECTION_KEYS)
            if found is None:
                said += [line] if not asks and number not in footnotes else []
                continue
            key, value, column = found
            node = Scalar(value, number, column)
            if key == "draw":
                self.line = number
                self.draw = self.coerced("Rút", node, frontmatter.positive)
            elif key == "points":
                self.points = self.coerced("Điểm", node, frontmatter.number)
            else:
                self.lessons += pieces(node, ",")
        self.prose = "\n".join(said).strip()

    def coerced(self, key: str, node: Scalar, coerce: frontmatter.Coerce) -> Any:
        try:
            return coerce(node)
        except WrongTypeError as wrong:
            self.report("F006", node.line, node.column, key=key, expected=wrong.expected, value=node.text)
            return None

    def from_lessons(self, lessons: tuple[Page, ...]) -> Iterator[Question]:
        by_slug = {page.slug: page for page in lessons}
        for lesson in self.lessons:
            page = by_slug.get(numbered(lesson.text)[1])
            if page is None:
                self.unknown = True
                self.report(
                    "F006", lesson.line, lesson.column, key="Từ", expected="lesson", value=lesson.text
                )
            elif page.quiz is not None:
                yield from page.quiz.questions


def _left(pool: Sequence[Question], before: Iterable[Section]) -> int:
    """How many questions of a pool the sections before it leave at the least: a paper holds each but once."""
    ids = {question.id for question in pool}
    for section in before:
        shared = ids & {question.id for question in section.questions}
        if section.draw is None:
            ids -= shared
    taken = sum(
        min(section.draw, len(ids & {question.id for question in section.questions}))
        for section in before
        if section.draw is not None
    )
    return max(len(ids) - taken, 0)


def _check_kind(page: SourcePage, report: Report) -> None:
    """The exam is `exam.md` and nothing else."""
    kind = page.front.values.get("kind")
    if kind and kind.value and (kind.value == "exam") != (page.path == "exam.md"):
        expected = "exam" if page.path == "exam.md" else "lesson | scenario | pretest | practice"
        place = kind.items[0]
        report("F006", place.line, place.column, key=kind.name, expected=expected, value=kind.value)


def _silent(page: SourcePage) -> Iterator[str]:
    """Sections of an exam that ask nothing ("## Hướng dẫn"): they are told before it begins; of a practice, what
    stands above its steps."""
    if page.kind == "practice":
        yield from (page.text(block.intro) for block in page.sections)
    for block in page.sections if page.kind in ("exam", "pretest") else ():
        lines = page.lines[block.intro[0] - 1 : block.intro[1] - 1]
        keyed = any(drafts.key_of(line, drafts.SECTION_KEYS) for line in lines)
        if not (block.questions or keyed or _holds_answers(page, block)):
            yield page.text((block.line, block.intro[1]))


def _holds_answers(page: SourcePage, block: SectionBlock) -> bool:
    if page.kind in ("scenario", "practice"):
        return False
    lines = page.lines[block.intro[0] - 1 : block.intro[1] - 1]
    return any(drafts.answers(line) for line in lines)


def _answers(line: str) -> bool:
    return drafts.answers(line) or drafts.key_of(line, _KIND) is not None


_ID = frozenset({"id"})
_KIND = frozenset({"type"})
_ROUND = re.compile(r"\s*[-*+]\s*\(\s*[xX]?\s*\)\s")


def _values(front: Front, schema: frontmatter.Schema) -> dict[str, Any]:
    return {key.english: value for key in schema if (value := front.get(key.english)) is not None}


def _check_rules(quiz: Quiz, front: Front, report: Report) -> None:
    """P003 and P004."""
    asked = [
        sorted((question.points for question in section.questions), reverse=True)[: section.draw]
        for section in quiz.sections
    ]
    if sum((sum(points, Decimal(0)) for points in asked), Decimal(0)) <= 0 and quiz.pass_percent > 0:
        report("P003", *front.place("pass"), pass_percent=quiz.pass_percent)
    count = sum(map(len, asked))
    if quiz.time_limit and quiz.time_limit * 60 < SECONDS_A_QUESTION * count:
        seconds = round(quiz.time_limit * 60 / count)
        report("P004", *front.place("time_limit"), seconds=seconds, limit=SECONDS_A_QUESTION)


def _citations(course: Course) -> Iterator[Citation]:
    for page in (*course.pages, *([course.exam] if course.exam else [])):
        yield from page.citations
        if page.quiz:
            for question in page.quiz.questions:
                yield from question.citations

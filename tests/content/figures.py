"""What a library of courses measures: each figure is a function that yields what misses it, with its place.

They look at what the learner sees (compiled HTML, as plain text), not at how it was written. Lengths of text are in
syllables as the checker counts them: what stands between spaces; in English a word is one.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from learning.content import checker, tree
from learning.content.checker import Checked
from learning.content.model import (
    Course,
    Gaps,
    Match,
    Multiple,
    Number,
    Option,
    Order,
    Page,
    Question,
    Scenario,
    Single,
    Text,
    TrueFalse,
    kind_of,
)
from learning.content.prose import count_syllables
from learning.content.questions import refers_to_others
from learning.content.tree import Findings, SourceCourse

KB = 1024
LESSONS = 40
QUESTIONS = 250
KINDS = 7
POOL = 30
PRETEST = 3
LENGTH = (150, 600)  # syllables of a lesson's text
MINUTES = (3, 5)
SENTENCE = 25  # syllables, on average over a page
IMAGE = 30 * KB
SPREAD = Fraction(5, 100)  # how far a key's place may be from its even share
LONGEST = Fraction(35, 100)  # of the questions, the key may be the longest option
# What each field has to have: the least and the most lessons of each of its Vietnamese courses.
WANTED = {
    "construction": [(4, 5)],
    "finance": [(6, 7)],
    "health": [(4, 5)],
    "it": [(5, 6), (7, 8)],
    "land": [(7, 7)],
    "office": [(4, 5)],
}


@dataclass(frozen=True, order=True)
class Miss:
    """`course` is "field/slug", or "" for what is of the whole library."""

    course: str
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.file else self.what


@dataclass(frozen=True)
class Library:
    root: Path
    checked: Checked
    sources: dict[str, SourceCourse]  # by "field/slug"
    review: str  # docs/content-review.md

    @cached_property
    def courses(self) -> list[Course]:
        return [one.course for one in self.checked.courses.values() if one.course is not None]

    @property
    def vietnamese(self) -> list[Course]:
        """Whole courses: the English ones show a lesson of each field."""
        return [course for course in self.courses if course.language == "vi"]

    @cached_property
    def questions(self) -> list[tuple[Course, Page, Question]]:
        """Each question once, where it is written."""
        return [(course, page, question) for course in self.courses for page, question in own(course)]

    def miss(self, course: Course, page: Page | None, what: str, line: int = 1) -> Miss:
        path = page.path if page else "course.md"
        return Miss(course.id, f"{self.root.name}/{course.id}/{path}", line, what)


def read(root: Path, review: Path, today: date) -> Library:
    checked = checker.check(root, today=today)
    sources = {course.id: course for course in tree.read(root, Findings()).courses}
    return Library(root, checked, sources, review.read_text())


def pages(course: Course) -> tuple[Page, ...]:
    return (*course.pages, *((course.exam,) if course.exam else ()))


def own(course: Course) -> Iterator[tuple[Page, Question]]:
    """The questions of a course, each on the page that it is written on (an exam may draw those of lessons)."""
    seen = set()
    for page in pages(course):
        for question in page.quiz.questions if page.quiz else ():
            if question.id not in seen:
                seen.add(question.id)
                yield page, question


def plain(text: str) -> str:
    """HTML as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


# --- How much there is


def faults(library: Library) -> Iterator[Miss]:
    """The checker's own, warnings too."""
    for fault in library.checked.faults:
        parts = Path(fault.file).relative_to(library.root).parts if _below(fault.file, library.root) else ()
        course = "/".join(parts[:2]) if len(parts) > 2 else ""
        file = "/".join((library.root.name, *parts)) if parts else fault.file
        yield Miss(course, file, fault.line, f"{fault.code} {fault.message}")


def _below(file: str, root: Path) -> bool:
    return Path(file).is_relative_to(root)


def amounts(library: Library) -> Iterator[Miss]:
    """Fewer lessons, questions or kinds of question than promised."""
    kinds = {kind_of(question) for _, _, question in library.questions}
    for name, count, least in (
        ("lessons", sum(len(course.lessons) for course in library.courses), LESSONS),
        ("questions", len(library.questions), QUESTIONS),
        ("kinds", len(kinds), KINDS),
    ):
        if count < least:
            yield Miss("", "", 1, f"{count} {name}, of {least}")


def missing_courses(library: Library) -> Iterator[Miss]:
    """Courses that are not there, or have fewer or more lessons than promised."""
    for field, wanted in WANTED.items():
        courses = [course for course in library.vietnamese if course.field == field]
        if len(courses) != len(wanted):
            yield Miss("", f"{library.root.name}/{field}", 1, f"{len(courses)} courses, of {len(wanted)}")
        for course in courses:
            count = len(course.lessons)
            if not any(least <= count <= most for least, most in wanted):
                allowed = " or ".join(f"{least} to {most}" for least, most in wanted)
                yield library.miss(course, None, f"{count} lessons, not {allowed}")


def without_english(library: Library) -> Iterator[Miss]:
    """Fields without a lesson in English."""
    spoken = {course.field for course in library.courses if course.language == "en" and course.lessons}
    for field in sorted(WANTED.keys() - spoken):
        yield Miss("", f"{library.root.name}/{field}", 1, "no lesson in English")


# --- What each course has


def pools(library: Library) -> Iterator[Miss]:
    """Exams that are not drawn, or drawn from too few questions of their own."""
    for course in library.vietnamese:
        if course.exam is None or course.exam.quiz is None:
            yield library.miss(course, None, "no exam")
            continue
        sections = course.exam.quiz.sections
        written = {question.id for page, question in own(course) if page.kind == "exam"}
        if len(written) < POOL:
            yield library.miss(course, course.exam, f"{len(written)} questions of its own, of {POOL}")
        for section in sections:
            if section.draw is None or section.draw >= len(section.questions):
                yield library.miss(course, course.exam, f"“{section.title}” is asked whole, not drawn")


def scenarios(library: Library) -> Iterator[Miss]:
    """Courses without a scenario that branches and may end well or badly."""
    for course in library.vietnamese:
        if not any(page.scenario and _branches(page.scenario) for page in course.pages):
            yield library.miss(course, None, "no scenario that branches to a good and a bad end")


def _branches(scenario: Scenario) -> bool:
    endings = {node.ending for node in scenario.nodes}
    forks = any(len({choice.target for choice in node.choices}) > 1 for node in scenario.nodes)
    return forks and {"passed", "failed"} <= endings


def pretests(library: Library) -> Iterator[Miss]:
    """Courses without a pre-test of three."""
    for course in library.vietnamese:
        found = [page for page in course.pages if page.kind == "pretest"]
        if not found:
            yield library.miss(course, None, "no pre-test")
        for page in found:
            count = len(page.quiz.questions) if page.quiz else 0
            if count != PRETEST:
                yield library.miss(course, page, f"a pre-test of {count}, not {PRETEST}")


# --- What each lesson has


def lessons(library: Library) -> Iterator[tuple[Course, Page]]:
    yield from ((course, page) for course in library.courses for page in course.lessons)


def undated(library: Library) -> Iterator[Miss]:
    """Lessons without a source or without the date on which it was checked."""
    for course, page in lessons(library):
        if not page.citations:
            yield library.miss(course, page, "no source")
        if page.checked_on is None:
            yield library.miss(course, page, "not dated")


def unregistered(library: Library) -> Iterator[Miss]:
    """Documents cited that the registry does not have, or has without issuer or date."""
    known = library.checked.sources
    for course in library.courses:
        cited = [(page, 1, cited.key) for page in pages(course) for cited in page.citations]
        cited += [(page, one.line, cited.key) for page, one in own(course) for cited in one.citations]
        for page, line, key in cited:
            if key not in known:
                yield library.miss(course, page, f"{key} is not in the registry", line)
            elif not known[key].issuer.strip() or known[key].checked_on is None:
                yield library.miss(course, page, f"{key} has no issuer or was not checked", line)


def without_parts(library: Library) -> Iterator[Miss]:
    """Lessons without objectives, a situation told, a card at the end, two questions not all of one choice."""
    for course, page in lessons(library):
        headings = [plain(found) for found in re.findall(r"<h2[^>]*>(.*?)</h2>", page.html, re.S)]
        card = headings[-1].casefold() if headings else ""
        if not page.objectives:
            yield library.miss(course, page, "no objectives")
        if "notice-case" not in page.html:
            yield library.miss(course, page, "no situation told (> **Tình huống:** …)")
        if not card.startswith("thẻ nhớ") and "card" not in card.split():
            yield library.miss(course, page, f"the last part is no card (## Thẻ nhớ): {card}")
        kinds = [kind_of(question) for question in (page.quiz.questions if page.quiz else ())]
        if len(kinds) < 2:
            yield library.miss(course, page, f"{len(kinds)} questions")
        elif set(kinds) == {"single"}:
            yield library.miss(course, page, f"all {len(kinds)} questions are single choice")


def syllables(library: Library, course: Course, page: Page) -> int:
    """Of a lesson's text, as the checker counts them for L001."""
    source = next(one for one in library.sources[course.id].pages if one.path == page.path)
    return count_syllables(source.body_text)


def lengths(library: Library) -> Iterator[Miss]:
    """Lessons too short, too long, or not of 3 to 5 minutes."""
    for course, page in lessons(library):
        count = syllables(library, course, page)
        if not LENGTH[0] <= count <= LENGTH[1]:
            yield library.miss(course, page, f"{count} syllables, not {LENGTH[0]} to {LENGTH[1]}")
        if not MINUTES[0] <= page.minutes <= MINUTES[1]:
            yield library.miss(course, page, f"{page.minutes} minutes, not {MINUTES[0]} to {MINUTES[1]}")


# --- Language


_NO_PROSE = re.compile(r"<(table|pre|h[1-6])\b.*?</\1>", re.S)
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|div|aside|blockquote|dl|dt|dd|hr|br)\b[^>]*>")
_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][”’\"')\]]))\s+")


def sentences(text: str) -> list[str]:
    """The sentences of paragraphs and list items; headings and tables hold none."""
    blocks = (plain(block) for block in _BLOCK.split(_NO_PROSE.sub("<hr>", text)))
    return [sentence for block in blocks for sentence in _sentences(block) if count_syllables(sentence)]


def _sentences(block: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(block):
        # A small letter goes on with its sentence: "v.v. và …".
        if not block[end.end() : end.end() + 1].islower():
            yield block[start : end.start()]
            start = end.end()
    yield block[start:]


def average(found: list[str]) -> Fraction:
    """Syllables a sentence."""
    return Fraction(sum(map(count_syllables, found)), max(len(found), 1))


def long_sentences(library: Library) -> Iterator[Miss]:
    """Pages whose sentences are too long on average: in the text, or in the questions."""
    for course in library.courses:
        for page in pages(course):
            told = [*sentences(page.html), *(s for node in nodes(page) for s in sentences(node))]
            asked = [
                s for question in asked_on(course, page) for text in said(question) for s in sentences(text)
            ]
            for name, found in (("the text", told), ("the questions", asked)):
                if average(found) > SENTENCE:
                    shown = f"{float(average(found)):.1f}"
                    yield library.miss(course, page, f"{shown} syllables a sentence in {name}")


def nodes(page: Page) -> Iterator[str]:
    """What a scenario says, as HTML."""
    for node in page.scenario.nodes if page.scenario else ():
        yield node.html
        for choice in node.choices:
            yield from (choice.html, choice.feedback)


def asked_on(course: Course, page: Page) -> list[Question]:
    return [question for place, question in own(course) if place is page]


def said(question: Question) -> Iterator[str]:
    """All that a question says, as HTML."""
    yield from (question.prompt, question.explanation, *question.hints)
    match question:
        case Single(options=options) | Multiple(options=options):
            yield from (text for option in options for text in (option.html, option.feedback))
        case TrueFalse(feedback=feedback) | Text(feedback=feedback) | Number(feedback=feedback):
            yield feedback
        case Match(left=left, right=right):
            yield from (item.html for item in (*left, *right))
        case Order(items=items):
            yield from (item.html for item in items)
        case Gaps(gaps=gaps):
            yield from (option.html for gap in gaps for option in gap.options)


def texts(course: Course, page: Page) -> Iterator[tuple[int, str]]:
    """All that a page says, as HTML, with the line where it begins."""
    yield from ((1, text) for text in (page.html, *nodes(page)))
    for question in asked_on(course, page):
        yield from ((question.line, text) for text in said(question))


_NUMBER = re.compile(
    r"(?<![\w/])[0-9]{1,5}(?:\s*/\s*[0-9]{4}\s*/\s*[A-ZĐ]|\s*/\s*[A-ZĐ]{2}|-[A-ZĐ]{2})\w*(?:\s?[/-]\s?[A-ZĐ]\w*)*"
)
_UNBROKEN = re.compile(r'<span class="nobr">[^<\s]*</span>')


def documents(text: str) -> list[str]:
    """Numbers of documents in HTML: 118/2025/NĐ-CP, 629/QĐ-BNNMT, 57-NQ/TW."""
    return _NUMBER.findall(plain(text))


def broken_numbers(library: Library) -> Iterator[Miss]:
    """Numbers of documents that a line may break; titles and objectives cannot keep them whole."""
    for course in library.courses:
        found: list[tuple[Page | None, int, str]] = [
            (None, 1, text) for text in (course.html, course.title, course.summary, course.audience)
        ]
        for page in pages(course):
            found += [(page, 1, html.escape(text)) for text in (page.title, *page.objectives)]
            found += [(page, one.line, html.escape(one.title)) for one in asked_on(course, page)]
            found += [(page, line, text) for line, text in texts(course, page)]
        for place, line, text in found:
            for number in documents(_UNBROKEN.sub(" ", text)):
                yield library.miss(course, place, f"{number} may break", line)


_FOREIGN = (
    (re.compile(r"(?<![\w/-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])"), "a date of machines"),
    (
        re.compile(r"(?<![\w./,“])[0-9]/[0-9]{1,2}/[0-9]{4}|(?<![\w./,“])[0-9]{2}/[0-9]/[0-9]{4}"),
        "a date, not dd/mm/yyyy",
    ),
    (
        re.compile(
            r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\w,])(?=\s*(?:đồng|triệu|người|hồ sơ))"
        ),
        "an English number",
    ),
    (re.compile(r"(?<![\w.,/])[0-9]+\.[0-9]{1,2}\s?%"), "an English number"),
)


def foreign_numbers(library: Library) -> Iterator[Miss]:
    """Dates and numbers of Vietnamese courses that are not written the Vietnamese way."""
    for course in library.vietnamese:
        for page in pages(course):
            for line, text in texts(course, page):
                for pattern, what in _FOREIGN:
                    for found in pattern.finditer(plain(text)):
                        yield library.miss(course, page, f"{what}: {found[0]}", line)


# --- Questions: explained, and giving nothing away


# "Đúng." or "Chưa đúng:" alone teaches nothing.
_VERDICT = re.compile(
    r"^(?:chưa đúng|không đúng|đúng|sai|right|correct|wrong|incorrect|not right|not quite)\b[\s:.,;–-]*", re.I
)
LEAST_SAID = 3  # syllables beyond the verdict


def explains(text: str) -> bool:
    return count_syllables(_VERDICT.sub("", plain(text))) >= LEAST_SAID


def unexplained(library: Library) -> Iterator[Miss]:
    """Options without an explanation; questions without options that explain nothing."""
    for course, page, question in library.questions:
        match question:
            case Single(options=options) | Multiple(options=options):
                for option in options:
                    if not explains(option.feedback):
                        yield library.miss(
                            course, page, f"not explained: {plain(option.html)}", question.line
                        )
            case TrueFalse(feedback=feedback) | Text(feedback=feedback) | Number(feedback=feedback):
                if not explains(feedback) and not explains(question.explanation):
                    yield library.miss(course, page, f"not explained: {question.title}", question.line)
            case _:
                if not explains(question.explanation):
                    yield library.miss(course, page, f"not explained: {question.title}", question.line)
    for course in library.courses:
        for page in course.pages:
            for node in page.scenario.nodes if page.scenario else ():
                for choice in node.choices:
                    if not explains(choice.feedback):
                        yield library.miss(course, page, f"not explained: {plain(choice.html)}")


def options(question: Question) -> tuple[Option, ...]:
    return question.options if isinstance(question, Single | Multiple) else ()


_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|neither) of (?:the above|these|them)\b|\bboth [a-e] and [a-e]\b", re.I
)


def catch_alls(library: Library) -> Iterator[Miss]:
    """Options such as "Tất cả các đáp án trên"."""
    for course, page, question in library.questions:
        for option in options(question):
            text = plain(option.html)
            if refers_to_others(text) or _CATCH_ALL.search(text):
                yield library.miss(course, page, f"refers to other options: {text}", question.line)


@dataclass(frozen=True)
class Choosing:
    """What is chosen from: a question's options, or the ways on from a step of a scenario."""

    line: int
    title: str
    options: tuple[tuple[str, bool], ...]  # text, whether it is (one of) the right

    @property
    def places(self) -> list[int]:
        return [place for place, (_, right) in enumerate(self.options, 1) if right]

    @property
    def tells(self) -> bool:
        """Whether every right one is longer, as read, than every wrong one."""
        wrong = [len(text) for text, right in self.options if not right]
        return bool(wrong) and min(len(text) for text, right in self.options if right) > max(wrong)


def choosings(questions: Iterable[Question], kind: type[Single | Multiple]) -> list[Choosing]:
    return [
        Choosing(one.line, one.title, tuple((plain(option.html), option.right) for option in one.options))
        for one in questions
        if isinstance(one, kind)
    ]


def decisions(course: Course) -> list[Choosing]:
    """The steps of a course's scenarios where one way on has the most points: it stands where it was written."""
    found = []
    for node in (node for page in course.pages if page.scenario for node in page.scenario.nodes):
        most = max((choice.points for choice in node.choices), default=0)
        best = [choice.points == most for choice in node.choices]
        if len(best) > 1 and sum(best) == 1:
            shown = (plain(choice.html) for choice in node.choices)
            found.append(Choosing(1, node.title, tuple(zip(shown, best, strict=True))))
    return found


def places(found: Iterable[Choosing]) -> dict[int, Counter[int]]:
    """By number of options, how often the key stands first, second, …"""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for one in found:
        counts[len(one.options)].update(one.places)
    return dict(sorted(counts.items()))


def uneven(counts: dict[int, Counter[int]]) -> Iterator[str]:
    """Places that hold the key too often or too seldom; one question more or less is no sign in a small group."""
    for number, found in counts.items():
        total = found.total()
        for place in range(1, number + 1):
            if abs(found[place] - Fraction(total, number)) > max(SPREAD * total, 1):
                share = f"{found[place]} of {total} ({float(Fraction(found[place], total)):.1%})"
                yield f"of {number} options, the key is number {place} in {share}"


def key_places(library: Library) -> Iterator[Miss]:
    """Single choice: places that hold the key too often or too seldom."""
    for what in uneven(places(choosings((question for _, _, question in library.questions), Single))):
        yield Miss("", "", 1, what)


def key_lengths(library: Library) -> Iterator[Miss]:
    """Kinds of question whose key is too often the longest option."""
    questions = [question for _, _, question in library.questions]
    yield from _told("single choice", choosings(questions, Single))
    yield from _told("multiple choice", choosings(questions, Multiple))


def decision_places(library: Library) -> Iterator[Miss]:
    """The same for the best way on in scenarios."""
    for what in uneven(places(one for course in library.courses for one in decisions(course))):
        yield Miss("", "", 1, what)


def decision_lengths(library: Library) -> Iterator[Miss]:
    yield from _told("scenarios", [one for course in library.courses for one in decisions(course)])


def _told(name: str, found: list[Choosing]) -> Iterator[Miss]:
    count = sum(one.tells for one in found)
    if count > LONGEST * len(found):
        yield Miss("", "", 1, f"{name}: the key is the longest in {count} of {len(found)}")


# --- Pictures


def pictures(library: Library) -> Iterator[Miss]:
    """Images too heavy, or with an alternative text that says little."""
    for name, one in library.checked.courses.items():
        for path, data in one.files.items():
            if Path(path).suffix in tree.IMAGES and len(data) > IMAGE:
                yield Miss(name, f"{library.root.name}/{name}/{path}", 1, f"{len(data) / KB:.1f} KB")
    for course in library.courses:
        for page in pages(course):
            for line, text in texts(course, page):
                for image in re.findall(r"<img\b[^>]*>", text):
                    alt = re.search(r'alt="([^"]*)"', image)
                    if count_syllables(html.unescape(alt[1]) if alt else "") < 5:
                        yield library.miss(course, page, f"alt text says little: {image}", line)


# --- docs/content-review.md


@dataclass(frozen=True)
class Row:
    line: int
    pages: str
    claim: str
    source: str
    address: str


REVIEW = "docs/content-review.md"
_ADDRESS = re.compile(r"https?://[^\s<>]+|\b[\w-]+(?:\.[\w-]+)+/[^\s<>|;,]+")


def sections(review: str) -> dict[str, list[tuple[int, str]]]:
    """The lines, numbered, of each `## field/course …`; a heading may name several courses."""
    found: dict[str, list[tuple[int, str]]] = {}
    named: list[str] = []
    for number, line in enumerate(review.split("\n"), 1):
        if line.startswith("## "):
            named = re.findall(r"\b[a-z0-9-]+/[a-z0-9-]+", line)
            found.update({name: [] for name in named})
        for name in named:
            found[name].append((number, line))
    return found


def rows(lines: list[tuple[int, str]]) -> Iterator[Row]:
    """The rows of the tables whose head is `| Bài | … | … | … |`."""
    claims = False
    for number, line in lines:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not line.lstrip().startswith("|"):
            claims = False
        elif cells[0].casefold() in ("bài", "lesson"):
            claims = True
        elif claims and not re.fullmatch(r":?-+:?", cells[0]):
            cells += [""] * 4
            yield Row(number, *cells[:4])


def unreviewed(library: Library) -> Iterator[Miss]:
    """Courses without a section, lessons without a row, documents cited but not named there."""
    found = sections(library.review)
    for course in library.courses:
        if course.id not in found:
            yield Miss(course.id, REVIEW, 1, f"no section ## {course.id}")
            continue
        lines = found[course.id]
        text = "\n".join(line for _, line in lines)
        told = {int(number) for row in rows(lines) for number in _numbers(row.pages)}
        for page in course.lessons:
            number = tree.numbered(page.path)[0]
            if number not in told:
                yield Miss(course.id, REVIEW, lines[0][0], f"{course.id}: no row for lesson {number}")
        for key in course.sources:
            if key not in text:
                yield Miss(course.id, REVIEW, lines[0][0], f"{course.id}: {key} is cited, but not named here")


def _numbers(cell: str) -> Iterator[int]:
    """`10, 30–50, thi` → 10, 30, 40, 50."""
    for first, last in re.findall(r"([0-9]+)(?:\s*[–-]\s*([0-9]+))?", cell):
        yield from range(int(first), int(last or first) + 1)


def unsourced(library: Library) -> Iterator[Miss]:
    """Rows without a document, or without a whole address where it was read.

    An address may be given once, above the table: `- **L89**: … <https://…>`, and named by what is bold.
    """
    for name, lines in sections(library.review).items():
        short = {
            found[1]
            for _, line in lines
            if _ADDRESS.search(line) and (found := re.match(r"[-*] \*\*(.+?)\*\*", line))
        }
        for row in rows(lines):
            if not row.source:
                yield Miss(name, REVIEW, row.line, f"no document: {row.claim}")
            named = any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", row.address) for one in short)
            addresses = _ADDRESS.findall(row.address)
            if any("…" in address or "..." in address for address in addresses):
                yield Miss(name, REVIEW, row.line, f"an address cut short: {row.address}")
            elif not addresses and not named:
                yield Miss(name, REVIEW, row.line, f"no address: {row.address or row.claim}")


ALL = (
    faults,
    amounts,
    missing_courses,
    without_english,
    pools,
    scenarios,
    pretests,
    undated,
    unregistered,
    without_parts,
    lengths,
    long_sentences,
    broken_numbers,
    foreign_numbers,
    unexplained,
    catch_alls,
    key_places,
    key_lengths,
    decision_places,
    decision_lengths,
    pictures,
    unreviewed,
    unsourced,
)

"""One page as the learner will meet it, from its text alone, while it is being written.

A `Setting` holds the course around the page, read and compiled once; `preview` puts the text at hand into it and runs
the very reader, compiler and checker that publication runs, so that nothing is shown here that would not be published
and no fault is missing. What the other pages have wrong is not told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from learning.content import checker, compiling, prose, tree
from learning.content.checker import EMPTY, History, Rules
from learning.content.compiling import Made
from learning.content.faults import Fault
from learning.content.model import Course, Page
from learning.content.questions import Stamped
from learning.content.tree import Findings, SourceCourse, SourcePage

HOME = "course.md"


@dataclass(frozen=True)
class Setting:
    """A course around the page `path`: its other pages read and compiled, its other files as they stand.

    `beside` are pages of other courses, which links and prerequisites may name: "field/slug/page.md".
    """

    field: str
    slug: str
    path: str
    files: Mapping[str, bytes]
    rules: Rules
    history: History
    beside: frozenset[str]
    pages: Mapping[str, SourcePage]
    made: Made


@dataclass(frozen=True)
class Length:
    """What a micro-lesson measures; 0 syllables where nobody counts them (course.md, an exam)."""

    syllables: int
    limit: int
    minutes: float


@dataclass(frozen=True)
class Preview:
    """`course` holds the page as it stands now; `page` is None for `course.md` and for what is no page.

    `faults` are this page's, sorted.
    """

    course: Course | None
    page: Page | None
    faults: tuple[Fault, ...]
    length: Length


def setting(
    field: str,
    slug: str,
    path: str,
    files: Mapping[str, bytes],
    rules: Rules,
    *,
    history: History = EMPTY,
    beside: Iterable[str] = (),
) -> Setting:
    """Reads and compiles all of a course but the page at `path`."""
    others = {name: data for name, data in files.items() if name != path}
    silent = Findings()
    folder = _folder(field, slug)
    pages = {name: _read(folder, name, data, silent) for name, data in others.items() if _is_page(name)}
    around = Setting(field, slug, path, others, rules, history, frozenset(beside), pages, Made())
    source = _source(around, others, pages)
    compiled = compiling.compile_course(source, rules.sources, silent)
    home = compiled.course.html if compiled.course and path != HOME else None
    made = Made(home, dict(_made(source, compiled)), compiling.images_of(source))
    return Setting(field, slug, path, others, rules, history, around.beside, pages, made)


def preview(around: Setting, data: bytes, *, language: str = "vi") -> Preview:
    """The page at hand with this text. Raises nothing, whatever the text holds."""
    findings = Findings(language)
    folder = _folder(around.field, around.slug)
    page = _read(folder, around.path, data, findings)
    source = _source(around, {**around.files, around.path: data}, {**around.pages, around.path: page})
    compiled = compiling.compile_course(source, around.rules.sources, findings, around.made)
    checker.check_course(source, compiled, around.rules, findings, [page])
    checker.check_ids(list(checker.stamps_of(source, compiled)), around.history, findings)
    faults = {fault for fault in findings.faults if fault.file == page.file}
    if around.path in source.orphans:  # then what it says is of no account
        faults = {fault for fault in faults if fault.code == "S002"}
    return Preview(
        compiled.course, _compiled(compiled.course, around.path), tuple(sorted(faults)), _length(page, around)
    )


def _folder(field: str, slug: str) -> Path:
    """Where the course would lie; nothing is read there."""
    return Path(field) / slug


def _read(folder: Path, path: str, data: bytes, findings: Findings) -> SourcePage:
    file = (folder / path).as_posix()
    return tree.read_page(data, path, file, findings.at(file))


def _is_page(path: str) -> bool:
    return "/" not in path and path.endswith(".md")


def _source(around: Setting, files: Mapping[str, bytes], pages: Mapping[str, SourcePage]) -> SourceCourse:
    folder = _folder(around.field, around.slug)
    ordered = dict(sorted(files.items()))
    return tree.course_of(around.field, folder, ordered, lambda name, _: pages[name], beside=around.beside)


def _made(
    source: SourceCourse, compiled: compiling.Compiled
) -> Iterator[tuple[str, tuple[Page, tuple[Stamped, ...]]]]:
    """The pages of a course by path, each with its own stamps."""
    if compiled.course is None:
        return
    for page in (*compiled.course.pages, compiled.course.exam):
        if page is not None:
            file = f"{source.file}/{page.path}"
            yield page.path, (page, tuple(stamp for stamp in compiled.stamps if stamp.file == file))


def _compiled(course: Course | None, path: str) -> Page | None:
    if course is None:
        return None
    return next((page for page in (*course.pages, course.exam) if page and page.path == path), None)


def _length(page: SourcePage, around: Setting) -> Length:
    limits = around.rules.limits
    if page.kind != "lesson" or page.path == HOME:
        return Length(0, limits.lesson_syllables, 0)
    syllables = prose.count_syllables(page.body_text)
    return Length(syllables, limits.lesson_syllables, prose.reading_minutes(page, limits))

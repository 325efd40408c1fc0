"""The checker: everything that is wrong under a path, and the courses that can be made of it.

Reading and compiling report what one file or one course shows (F004 to F009, Q010 and on, P, B); here is the rest:
what bytes show (F001 to F003), the tree (S), the text of pages (L), ids over all courses and over the past
(Q002 to Q004), legal sources (C). It never stops at the first fault, and never raises on what files hold.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from learning.content import frontmatter, prose, tree
from learning.content.compiling import Compiled, compile_course, compile_field, compile_sources
from learning.content.drafts import key_of
from learning.content.faults import Fault, Report
from learning.content.limits import Limits
from learning.content.model import Course, Field, Source
from learning.content.text import read as read_text
from learning.content.tree import Findings, SourceCourse, SourcePage, Tree
from learning.content.yaml_text import Scalar, pieces

FORMAT_VERSION = 1
Progress = Callable[[int, int], None]
Stamps = Mapping[str, tuple[str, str]]  # id → (kind, file)


@dataclass(frozen=True)
class Stamped:
    """An id that was published: `kind` is "lesson" or the question's kind; `retired`: no live release has it."""

    kind: str
    course_id: str
    retired: bool


@dataclass(frozen=True)
class History:
    """Every id ever published."""

    ids: Mapping[str, Stamped] = field(default_factory=dict)


EMPTY = History()


@dataclass(frozen=True)
class CheckedCourse:
    """`course` is None where its faults leave nothing usable; `files` are its bytes by path within the course."""

    course: Course | None
    files: dict[str, bytes]


@dataclass(frozen=True)
class Checked:
    """`root` is the folder of `format.yml` (or the path that was asked for); `courses` go by "field/slug"."""

    root: Path
    fields: dict[str, Field]
    sources: dict[str, Source]
    courses: dict[str, CheckedCourse]
    faults: list[Fault]


@dataclass(frozen=True)
class Rules:
    """What pages are held against: `owners` as `owner_key` gives them; `known` are the keys of the registry, also of
    entries that are faulty; `sources` those that are whole."""

    limits: Limits
    owners: Collection[str]
    known: Collection[str]
    sources: Mapping[str, Source]
    today: date


def check(
    path: Path,
    *,
    today: date,
    history: History = EMPTY,
    language: str = "vi",
    departments: Collection[str] = (),
    progress: Progress | None = None,
) -> Checked:
    """Checks a root of courses, a field or a course; faults are sorted by file, line and column.

    `departments` are names that may own a course beside those of the `field.yml` files.
    Raises FileNotFoundError where `path` is no folder.
    """
    findings = Findings(language)
    source = tree.read(path, findings)
    _check_bytes(source, findings)
    _check_format(source, findings)
    sources = compile_sources(source.registry)
    owners = _owners(source, departments)
    _check_fields(source, findings)
    limits = _limits(source, findings)
    rules = Rules(limits, owners, source.registry.entries.keys(), sources, today)
    courses: dict[str, CheckedCourse] = {}
    stamps: list[Stamp] = []
    total = len(source.courses)
    for number, course in enumerate(source.courses, 1):
        compiled = compile_course(course, sources, findings)
        check_course(course, compiled, rules, findings)
        stamps += stamps_of(course, compiled)
        courses[course.id] = CheckedCourse(compiled.course, course.files)
        if progress:
            progress(number, total)
    check_ids(stamps, history, findings)
    return Checked(
        root=source.root or path,
        fields={one.slug: compile_field(one) for one in source.fields if one.data is not None},
        sources=sources,
        courses=courses,
        faults=sorted(set(_without_orphans(source, findings.faults))),
    )


def _without_orphans(source: Tree, faults: list[Fault]) -> list[Fault]:
    """A file that belongs nowhere has that one fault: what it says is of no account."""
    orphans = {f"{course.file}/{name}" for course in source.courses for name in course.orphans}
    return [fault for fault in faults if fault.code == "S002" or fault.file not in orphans]


# --- The bytes


def _check_bytes(source: Tree, findings: Findings) -> None:
    files = [(source.format_file, source.format_data), (source.registry.file, source.registry.data)]
    files += [(one.file, one.data) for one in source.fields]
    for file, data in files:
        if data is not None:
            report = findings.at(file)
            for found in read_text(data)[1]:
                report(found.code, found.line, found.column, **found.params)


# --- The tree


def _check_format(source: Tree, findings: Findings) -> None:
    version = source.format.get("version", FORMAT_VERSION)
    if version > FORMAT_VERSION:
        place = source.format.place("version")
        findings.at(source.format_file)("S007", *place, version=version, supported=FORMAT_VERSION)


def _limits(source: Tree, findings: Findings) -> Limits:
    """The limits with those that `format.yml` sets."""
    written = source.format.get("limits")
    if written is None:
        return Limits()
    values = frontmatter.read_mapping(written, frontmatter.LIMITS, findings.at(source.format_file))
    return Limits(**{name: value.value for name, value in values.items() if value.value is not None})


def _check_fields(source: Tree, findings: Findings) -> None:
    for one in source.fields:
        if one.data is None or not _is_name(one.slug):
            findings.at(one.file)("S004", 1, 1, name=one.slug)
    for orphan in source.orphans:
        findings.at(orphan)("S002", 1, 1)


def _owners(source: Tree, departments: Collection[str]) -> frozenset[str]:
    names = [*departments, *(one.front.get("owner", "") for one in source.fields)]
    if source.root is not None:
        known = {one.slug for one in source.fields}
        silent = Findings()
        for path in sorted(source.root.glob("*/field.yml")):
            if path.parent.name not in known:
                text = tree.decoded(path.read_bytes())
                names.append(frontmatter.read(text, frontmatter.FIELD, silent.at("")).get("owner", ""))
    return frozenset(owner_key(name) for name in names if name)


def owner_key(name: str) -> str:
    """Owners are the same when they differ by case or spaces only."""
    return " ".join(name.casefold().split())


def _is_name(slug: str) -> bool:
    return re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) is not None


def check_course(
    course: SourceCourse,
    compiled: Compiled,
    rules: Rules,
    findings: Findings,
    pages: Collection[SourcePage] | None = None,
) -> None:
    """What a course shows once it is read and compiled; with `pages`, only these are read through."""
    home_file = course.home.file if course.home else f"{course.file}/course.md"
    at_home = findings.at(home_file)
    if course.home is None:
        at_home("S005" if not course.pages else "F004", 1, 1)
    elif not course.pages:
        at_home("S005", 1, 1)
    _check_names(course, findings)
    anchors = _anchors(compiled)
    used: set[str] = set()
    for page in course.all_pages if pages is None else pages:
        used |= _check_page(course, page, rules, anchors, findings)
    for name in (*course.orphans, *(media for media in course.media if media not in used)):
        findings.at(f"{course.file}/{name}")("S002", 1, 1)


def _check_page(
    course: SourceCourse, page: SourcePage, rules: Rules, anchors: prose.Anchors, findings: Findings
) -> set[str]:
    """What one page shows; the files of the course that it uses."""
    report = findings.at(page.file)
    for found in (*read_text(page.data)[1], *page.eaten):
        report(found.code, found.line, found.column, **found.params)
    if page is course.home:
        _check_home(course, page, rules.owners, report)
    _check_citations(page, rules, report)
    return prose.check_page(course, page, rules.limits, anchors, report)


def _check_home(course: SourceCourse, home: SourcePage, owners: Collection[str], report: Report) -> None:
    owner = home.front.values.get("owner")
    if owner and owner.value and owner_key(owner.value) not in owners:
        report("S004", *_first_place(owner), name=owner.value)
    if course.exam is None and "exam" in home.front.get("completion", ""):
        completion = home.front.values["completion"]
        report(
            "F006", *_first_place(completion), key=completion.name, value=completion.value, expected="no-exam"
        )
    prerequisites = home.front.values.get("prerequisites")
    if prerequisites and prerequisites.value:
        for wanted in prerequisites.value:
            if wanted == course.id or not course.has_beside(f"{wanted}/course.md"):
                report("L008", *_first_place(prerequisites), target=wanted)


def _first_place(value: frontmatter.Value) -> tuple[int, int]:
    return (value.items[0].line, value.items[0].column) if value.items else (value.line, value.column)


def _check_names(course: SourceCourse, findings: Findings) -> None:
    numbers: dict[int, SourcePage] = {}
    slugs = {"exam": course.exam} if course.exam else {}
    taken = {page.number for page in course.pages}
    if not _is_name(course.slug):
        findings.at(f"{course.file}/course.md")("S002", 1, 1)
    for media in course.media:
        # Dots and underscores do no harm; what is no plain ASCII or differs by case is not found everywhere.
        if re.fullmatch(r"[a-z0-9._/-]+", media) is None:
            findings.at(f"{course.file}/{media}")("S002", 1, 1)
    for page in course.pages:
        report = findings.at(page.file)
        if not _is_name(page.slug):
            report("S002", 1, 1)
        if page.slug in slugs:
            report("S001", 1, 1, id=page.slug, other=slugs[page.slug].path)
        slugs.setdefault(page.slug, page)
        if page.number is not None and page.number in numbers:
            free = next(
                number for number in range(page.number + 1, page.number + 10**6) if number not in taken
            )
            report("S003", 1, 1, number=page.number, other=numbers[page.number].path, next=free)
        elif page.number is not None:
            numbers[page.number] = page


_ID = re.compile(r"\sid=\"([^\"]+)\"")


def _anchors(compiled: Compiled) -> prose.Anchors:
    """The `#` targets of each page, as the rendered page has them."""
    course = compiled.course
    if course is None:
        return lambda path: None
    rendered = {page.path: page.html for page in (*course.pages, *([course.exam] if course.exam else []))}
    rendered["course.md"] = course.html

    def anchors(path: str) -> frozenset[str] | None:
        return frozenset(_ID.findall(rendered[path])) if path in rendered else None

    return anchors


# --- Ids


@dataclass(frozen=True)
class Stamp:
    id: str
    kind: str  # "lesson" or the question's kind; "" where it is not known
    course_id: str
    file: str
    line: int
    column: int


def stamps_of(course: SourceCourse, compiled: Compiled) -> Iterator[Stamp]:
    for page in course.all_pages:
        own = page.front.values.get("id")
        if own and own.value:
            yield Stamp(own.value, "lesson", course.id, page.file, *_first_place(own))
    for stamp in compiled.stamps:
        if stamp.stamped:
            yield Stamp(stamp.id, stamp.kind, course.id, stamp.file, stamp.line, stamp.column)


def check_ids(stamps: list[Stamp], history: History, findings: Findings) -> None:
    seen: dict[str, Stamp] = {}
    for stamp in sorted(stamps, key=lambda one: (one.file, one.line)):
        report = findings.at(stamp.file)
        lesson = stamp.kind == "lesson"
        first = seen.setdefault(stamp.id, stamp)
        if first is not stamp:
            other = f"{first.file}:{first.line}"
            report("S001" if lesson else "Q002", stamp.line, stamp.column, id=stamp.id, other=other)
            continue
        before = history.ids.get(stamp.id)
        if before is None:
            continue
        if before.retired:
            code = "S006" if lesson else "Q003"
            report(code, stamp.line, stamp.column, id=stamp.id, other=before.course_id)
        elif before.course_id != stamp.course_id:
            code = "S001" if lesson else "Q002"
            report(code, stamp.line, stamp.column, id=stamp.id, other=before.course_id)
        elif stamp.kind and before.kind != stamp.kind:
            code = "S006" if lesson else "Q004"
            report(code, stamp.line, stamp.column, id=stamp.id, before=before.kind, kind=stamp.kind)


# --- Legal sources


def _check_citations(page: SourcePage, rules: Rules, report: Report) -> None:
    cited = page.front.values.get("sources")
    items = cited.items if cited else ()
    # Where all front matter is missing, F004 has said so.
    if page.kind == "lesson" and page.front.last and not any(item.text.strip() for item in items):
        report("C001", *page.front.place("sources"))
    for item in (*items, *_cited_by_questions(page)):
        key = frontmatter.citation(item.text).key
        if key in rules.sources:
            _check_source(item, rules.sources[key], rules.sources, rules.today, report)
        elif key and key not in rules.known:
            report("C002", item.line, item.column, key=key)


def _cited_by_questions(page: SourcePage) -> Iterator[Scalar]:
    for section in page.sections:
        for question in section.questions:
            for number in range(*question.range):
                if found := key_of(page.lines[number - 1], _SOURCE):
                    yield from pieces(Scalar(found[1], number, found[2]), ";")


_SOURCE = frozenset({"source"})


def _check_source(
    item: Scalar, source: Source, sources: Mapping[str, Source], today: date, report: Report
) -> None:
    if _is_past(source, sources, today):
        by = source.replaced_by or (f"{source.until:%d/%m/%Y}" if source.until else "…")
        report("C003", item.line, item.column, key=source.key, by=by)
    elif source.in_force > today:
        report("C004", item.line, item.column, key=source.key, date=f"{source.in_force:%d/%m/%Y}")


def _is_past(source: Source, sources: Mapping[str, Source], today: date) -> bool:
    """`until` is the first day on which a document no longer holds; without it, the day its successor begins."""
    if source.until is not None:
        return source.until <= today
    if not source.replaced_by:
        return False
    successor = sources.get(source.replaced_by)
    return successor is None or successor.in_force <= today

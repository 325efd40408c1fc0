"""Files as they stand: a root of courses, a field or a course, read into pages that know their lines.

This is what the checker, the mender and the compiler work on. Nothing here renders, and nothing raises on
what the files hold: bytes that are not UTF-8 are decoded with replacement signs, a BOM and CRs are read
over, as `--fix` would mend them (the checker reports that, from `SourcePage.data`).

    Tree            what one PATH holds: `format`, `registry`, `fields`, each with front matter and file name
      SourceField   a folder of courses with `field.yml`
      SourceCourse  a folder with `course.md`: `home` (course.md), `pages` in their order, `exam`, `media`,
                    `orphans` (files that are neither page, image nor recording), `files` (path → bytes)
      SourcePage    one Markdown file: `front` (see frontmatter.Front), `body` (line ranges to read),
                    `headings` (of the body, outside fences), `sections` (what is asked); from `outline`:
      SectionBlock  a `## ` that opens questions, with its own lines before the first question (pool keys)
      QuestionBlock a `### ` with the lines up to the next question or section

Lines and columns count from 1. A range is `(first, end)`, end not included: `page.lines[first - 1 : end -
1]`. A page's `file` is what faults name: the path that was asked for, joined with the rest.

Who reports what: reading (`read`) reports F004 to F009; compiling (`compiling.compile_course`) reports
Q001, Q010 to Q031, P and B. F001 to F003, S, L and C, and what needs every course or the past at once
(Q002, Q003, Q004) are the checker's; `compiling.Compiled.stamps` lists every question's id with its place
and kind for that.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as made_of
from pathlib import Path
from typing import Any

from learning.content import codes, frontmatter
from learning.content.faults import Fault, Report
from learning.content.frontmatter import Front, Value
from learning.content.outline import FENCE, Heading, Range, SectionBlock, outline
from learning.content.text import Finding, with_brackets
from learning.content.text import read as mended
from learning.content.yaml_text import Scalar, Table, compose
from learning.vietnamese.folding import slugify

FILE_CAP = 32 * 1024 * 1024  # bytes of one file; a larger one is left unread
IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
SOUNDS = frozenset({".mp3", ".m4a", ".ogg", ".opus"})
MEDIA = IMAGES | SOUNDS
LIBRARY_FILES = frozenset({"format.yml", "sources.yml", "field.yml"})


class Findings:
    """Collects faults; `at(file)` gives the report of one file."""

    def __init__(self, language: str = "vi") -> None:
        self.language = language
        self.faults: list[Fault] = []

    def at(self, file: str) -> Report:
        def report(code: str, line: int, column: int, **params: Any) -> None:
            self.faults.append(codes.fault(code, file, line, column, language=self.language, **params))

        return report


@dataclass(frozen=True)
class SourcePage:
    path: str  # within the course, posix
    file: str
    data: bytes
    lines: tuple[str, ...]  # without line ends, BOM and CR
    front: Front
    kind: str
    number: int | None  # 10 of `10-name.md`
    slug: str
    body: tuple[Range, ...] = ()
    headings: tuple[Heading, ...] = ()
    sections: tuple[SectionBlock, ...] = ()
    eaten: tuple[Finding, ...] = ()  # brackets that Telex ate (Q031); `lines` have them back

    def text(self, *ranges: Range) -> str:
        return "\n".join(line for first, end in ranges for line in self.lines[first - 1 : end - 1])

    @property
    def body_text(self) -> str:
        return self.text(*self.body)


@dataclass(frozen=True)
class SourceCourse:
    field: str
    slug: str
    folder: Path
    file: str  # of the folder
    home: SourcePage | None  # course.md; None where it is missing
    pages: tuple[SourcePage, ...] = ()
    exam: SourcePage | None = None
    media: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    files: dict[str, bytes] = made_of(default_factory=dict)  # every file of the course, as it stands
    # Pages of other courses as "field/slug/page.md"; None: they lie in the folders beside this one.
    beside: frozenset[str] | None = None

    @property
    def id(self) -> str:
        return f"{self.field}/{self.slug}"

    @property
    def all_pages(self) -> tuple[SourcePage, ...]:
        """Pages with front matter: `course.md`, the pages in their order, the exam."""
        return tuple(page for page in (self.home, *self.pages, self.exam) if page is not None)

    def has_beside(self, path: str) -> bool:
        """Whether there is a page "field/slug/page.md", here or in another course."""
        if path.startswith(f"{self.id}/"):
            return path.removeprefix(f"{self.id}/") in self.files
        if self.beside is not None:
            return path in self.beside
        root = self.folder.resolve().parent.parent
        file = (root / path).resolve()
        return file.is_relative_to(root) and file.is_file()


@dataclass(frozen=True)
class SourceField:
    slug: str
    file: str  # of field.yml, which may be missing
    data: bytes | None
    front: Front
    courses: tuple[SourceCourse, ...] = ()


@dataclass(frozen=True)
class SourceEntry:
    """One document of `sources.yml`: the key as written, its place, its values."""

    key: str
    line: int
    column: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Registry:
    file: str = ""
    data: bytes | None = None  # None: there is no sources.yml
    entries: dict[str, SourceEntry] = made_of(default_factory=dict)


@dataclass(frozen=True)
class Tree:
    root: Path | None  # the folder with format.yml; None where there is none
    format_file: str
    format: Front
    format_data: bytes | None
    registry: Registry
    fields: tuple[SourceField, ...]
    orphans: tuple[str, ...] = ()  # files in the root or in a field that are neither course nor registry

    @property
    def courses(self) -> tuple[SourceCourse, ...]:
        return tuple(course for one in self.fields for course in one.courses)


def read(path: Path, findings: Findings) -> Tree:
    """Reads PATH: a root (`finance/…/course.md` below it), a field or a course.

    `format.yml` and `sources.yml` are the nearest at PATH or above. A course with a `format.yml` of its own stands alone.
    A missing PATH raises FileNotFoundError.
    """
    if not path.is_dir():
        raise FileNotFoundError(path)
    orphans: tuple[str, ...] = ()
    if (path / "course.md").is_file():
        # A course alone: its field is the folder above, read for its `field.yml` only. One with a `format.yml` of its
        # own has left its library, whatever the folders around it are called: it brings its field and its sources.
        above = _above(path)
        travels = (path / "format.yml").is_file()
        slug = _as_name(above) if travels else above.resolve().name
        fields = [_field(path if travels else above, [path], findings, slug)]
    elif _is_field(path):
        folders, orphans = _folders(path, {"field.yml", "format.yml", "sources.yml"})
        fields = [_field(path, folders, findings, path.resolve().name)]
    else:
        folders, orphans = _folders(path, {"format.yml", "sources.yml"})
        fields = []
        for folder in folders:
            below, others = _folders(folder, {"field.yml"})
            fields.append(_field(folder, below, findings, folder.name))
            orphans += others
    format_path = _nearest(path, "format.yml")
    format_data = _bytes(format_path) if format_path else None
    format_file = _name(format_path or path / "format.yml")
    front = Front()
    if format_data is not None:
        front = frontmatter.read(decoded(format_data), frontmatter.FORMAT, findings.at(format_file))
    root = format_path.parent if format_path else None
    return Tree(root, format_file, front, format_data, _registry(path, findings), tuple(fields), orphans)


def decoded(data: bytes) -> str:
    """The text of any bytes as `--fix` would leave it, so that one foreign byte is one fault and no more.

    The wide and narrow spaces that word processors leave are read as the plain ones they stand for.
    """
    text, _ = mended(data)
    if text is None:
        text = data.decode("utf-8", errors="replace").replace("\r", "\n")
    return _SPACES.sub(" ", text)


_SPACES = re.compile("[\u00a0\u2007\u202f\u2009\u3000]")


def read_page(data: bytes, path: str, file: str, report: Report) -> SourcePage:
    """One Markdown file out of its bytes."""
    lines = tuple(decoded(data).split("\n"))
    if lines[-1] == "":
        lines = lines[:-1]
    number, slug = numbered(path)
    first, end, closed = _front_range(lines)
    if not closed:
        report("F004", 1, 1)
    front = Front()
    if first:
        text = "\n".join(lines[first - 1 : end - 1])
        front = frontmatter.read(text, lambda kind: _schema(_kind_of(path, kind)), report, first)
    kind = _kind_of(path, front.kind)
    found = outline(kind, lines, end + 1 if first else 1)
    parts = (found.body, found.headings, found.sections)
    return _with_brackets(SourcePage(path, file, data, lines, front, kind, number, slug, *parts))


def ending(path: str) -> str:
    """`audio/chao-dan.MP3` → ".mp3"."""
    return "." + path.rsplit(".", 1)[-1].lower()


def numbered(path: str) -> tuple[int | None, str]:
    """`10-who-decides.md` → 10, "who-decides"; a name without a number is its own slug."""
    stem = path.rsplit("/", 1)[-1].removesuffix(".md")
    found = re.fullmatch(r"([0-9]{1,6})-(.+)", stem)
    return (int(found[1]), found[2]) if found else (None, stem)


# --- Folders


def _field(folder: Path, courses: list[Path], findings: Findings, slug: str) -> SourceField:
    path = folder / "field.yml"
    data = _bytes(path)
    front = Front()
    if data is not None:
        front = frontmatter.read(decoded(data), frontmatter.FIELD, findings.at(_name(path)))
    read_courses = tuple(_course(slug, course, findings) for course in courses)
    return SourceField(slug, _name(path), data, front, read_courses)


def _course(field_slug: str, folder: Path, findings: Findings) -> SourceCourse:
    travels = (folder / "format.yml").is_file()
    files: dict[str, bytes] = {}
    unread = []
    for path in _walk(folder):
        name = _name(path.relative_to(folder))
        if travels and name in LIBRARY_FILES:
            continue
        data = None if path.is_symlink() else _bytes(path)
        if data is None:
            unread.append(name)
        else:
            files[name] = data
    file = _name(folder)

    def page(name: str, data: bytes) -> SourcePage:
        return read_page(data, name, f"{file}/{name}", findings.at(f"{file}/{name}"))

    course = course_of(field_slug, folder, files, page, unread)
    return replace(course, slug=_as_name(folder)) if travels else course


def course_of(
    field_slug: str,
    folder: Path,
    files: dict[str, bytes],
    page_of: Callable[[str, bytes], SourcePage],
    unread: Iterable[str] = (),
    beside: frozenset[str] | None = None,
) -> SourceCourse:
    """The files of one course, each put in its place; `page_of(path, data)` reads a Markdown file.

    `unread` are files that are there and could not be read, `beside` as in SourceCourse.
    """
    home = exam = None
    pages, media, orphans = [], [], list(unread)
    for name, data in files.items():
        if "/" not in name and name.endswith(".md"):
            page = page_of(name, data)
            if name == "course.md":
                home = page
            elif name == "exam.md":
                exam = page
            elif page.number is not None:
                pages.append(page)
            else:
                orphans.append(name)
        elif ending(name) in MEDIA:
            media.append(name)
        else:
            orphans.append(name)
    pages.sort(key=lambda page: (page.number, page.path))
    return SourceCourse(
        field_slug,
        folder.resolve().name,
        folder,
        _name(folder),
        home,
        tuple(pages),
        exam,
        tuple(media),
        tuple(orphans),
        files,
        beside,
    )


def _as_name(folder: Path) -> str:
    """The folder's name as one of a field or a course may be: `My_Bank` → "my-bank"."""
    return slugify(folder.resolve().name) or "khoa-hoc"


def _registry(path: Path, findings: Findings) -> Registry:
    at = _nearest(path, "sources.yml")
    data = _bytes(at) if at else None
    if at is None or data is None:
        return Registry(_name(path / "sources.yml"))
    return registry_of(data, _name(at), findings.at(_name(at)))


def registry_of(data: bytes, file: str, report: Report) -> Registry:
    """A `sources.yml` out of its bytes."""
    node = compose(decoded(data), report)
    entries: dict[str, SourceEntry] = {}
    if isinstance(node, Table):
        for key, child in node.entries:
            if key.text in entries:
                report("F008", key.line, key.column, key=key.text)
                continue
            values = frontmatter.read_mapping(child, frontmatter.SOURCE, report)
            entries[key.text] = SourceEntry(key.text, key.line, key.column, values)
    elif node is not None and not (isinstance(node, Scalar) and not node.text):
        report("F006", node.line, node.column, key="", expected="key: value", value="")
    return Registry(file, data, entries)


def _is_field(path: Path) -> bool:
    if (path / "field.yml").is_file():
        return True
    if (path / "format.yml").is_file():
        return False
    return any((child / "course.md").is_file() for child in path.iterdir() if child.is_dir())


def _folders(path: Path, known: set[str]) -> tuple[list[Path], tuple[str, ...]]:
    """Folders below, and the files that belong nowhere."""
    folders, orphans = [], []
    for child in sorted(path.iterdir()):
        if child.name.startswith("."):
            continue
        if child.is_dir():
            folders.append(child)
        elif child.name not in known:
            orphans.append(_name(child))
    return folders, tuple(orphans)


def _walk(folder: Path) -> Iterator[Path]:
    """Files below, sorted; hidden ones are passed over."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts) and (path.is_symlink() or path.is_file()):
            yield path


def _nearest(path: Path, name: str) -> Path | None:
    here = path
    for _ in range(4):
        if (here / name).is_file():
            return here / name
        here = _above(here)
    return None


def _above(path: Path) -> Path:
    """The folder above, named relative to what was asked for where that is possible."""
    return path.parent if path.name not in ("", "..") else path / ".."


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= FILE_CAP else None
    except OSError:
        return None


def _name(path: Path) -> str:
    """The path as it may be printed on one line: what is no character of UTF-8, or a control sign, is replaced."""
    return _UNPRINTABLE.sub("\ufffd", path.as_posix())


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


# --- One page


def _front_range(lines: tuple[str, ...]) -> tuple[int, int, bool]:
    """Where the front matter lies and whether it is closed; (0, 0, False) where there is none.

    One without an end is taken to end at the first blank line.
    """
    if not lines or lines[0].rstrip() != "---":
        return 0, 0, False
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            return 2, number, True
    blank = next((number for number, line in enumerate(lines) if number > 0 and not line.strip()), len(lines))
    return 2, blank + 1, False


def _kind_of(path: str, written: str) -> str:
    return {"course.md": "course", "exam.md": "exam"}.get(path) or written or "lesson"


def _schema(kind: str) -> frontmatter.Schema:
    schemas = {
        "course": frontmatter.COURSE,
        "lesson": frontmatter.LESSON,
        "practice": frontmatter.PRACTICE,
    }
    return schemas.get(kind, frontmatter.OTHER_PAGE)


def _with_brackets(page: SourcePage) -> SourcePage:
    """The page with the brackets of its questions as they were meant."""
    lines = list(page.lines)
    eaten: list[Finding] = []
    for section in page.sections:
        end = section.questions[-1].range[1] if section.questions else section.intro[1]
        fenced = False
        for number in range(section.line + 1, end):
            line = lines[number - 1]
            if FENCE.match(line):
                fenced = not fenced
            elif not fenced and (found := with_brackets(line)):
                lines[number - 1] = found[0]
                eaten.append(replace(found[1], line=number))
    return replace(page, lines=tuple(lines), eaten=tuple(eaten)) if eaten else page

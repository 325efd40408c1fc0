"""What is said about the text of a page: length, headings, links, images, tables, foreign markup (L001 to L012).

It reads source lines, not HTML, so that every fault has its line and column. Fenced code, code spans and escaped
signs are blanked first: what stands there is shown, not meant.
"""

import html
import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from itertools import accumulate, groupby, pairwise
from urllib.parse import unquote

from learning.content.faults import Report
from learning.content.limits import Limits
from learning.content.outline import headings
from learning.content.rendering import anchor
from learning.content.tree import MEDIA, SOUNDS, SourceCourse, SourcePage, ending
from learning.vietnamese.folding import fold

Anchors = Callable[[str], frozenset[str] | None]
LONGEST_LINE = 20_000  # characters; a longer line is no prose, and is passed over
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
FRAMES = frozenset({"iframe", "frame", "frameset", "embed", "object"})


def check_page(
    course: SourceCourse, page: SourcePage, limits: Limits, anchors: Anchors, report: Report
) -> set[str]:
    """Reports L001 to L012 for one page; the files of the course that it uses (paths within the course).

    `anchors(path)` gives the `#` targets of a page of the course, or None where they are not known.
    """
    if page.kind == "lesson":
        _length(page, limits, report)
    _headings(page, report)
    lines = blanked(page)
    _underlined(lines, report)
    _tables(lines, limits, report)
    used: set[str] = set()
    for place, is_image, text, target in _mentioned(lines):
        if is_image:
            used |= _image(course, page, text, target, place, limits, report)
        else:
            _link(course, page, text, target, place, anchors, report)
    for number, line in lines:
        _markup(number, line, report)
    return used


# --- Length


def _length(page: SourcePage, limits: Limits, report: Report) -> None:
    syllables = count_syllables(page.body_text)
    minutes = page.front.get("minutes")
    shown = f"{minutes:f}".replace(".", ",") if isinstance(minutes, Decimal) else "…"
    place = (page.body[0][0] if page.body else 1, 1)
    if syllables > limits.lesson_syllables_most:
        report("L001", *place, syllables=syllables, minutes=shown)
    elif syllables > limits.lesson_syllables:
        report("L001", *place, syllables=syllables, minutes=shown, severity="warning")
    elif minutes is not None and minutes > limits.lesson_minutes:
        report("L001", *page.front.place("minutes"), syllables=syllables, minutes=shown, severity="warning")
    if minutes is not None:
        estimate = reading_minutes(page, limits)
        if not (estimate - 1) / 2 <= minutes <= estimate * 2 + 1:
            report("L002", *page.front.place("minutes"), minutes=shown, estimate=max(round(estimate), 1))


def reading_minutes(page: SourcePage, limits: Limits) -> float:
    """How long a page takes on a phone, its questions included."""
    questions = sum(len(section.questions) for section in page.sections)
    read = count_syllables(page.body_text) / limits.syllables_a_minute
    return read + questions * limits.seconds_a_question / 60


_LETTER = re.compile(r"\w")
_NOT_READ = re.compile(
    r"(?<=\])\([^()\s]*\)|(?<=\])\{lang=[a-z]+\}|<[^<>]*>|\[\^[^\]]{0,80}\]|`{3,}[^\n]*|~{3,}[^\n]*"
)


def count_syllables(text: str) -> int:
    """Syllables of Vietnamese text stand apart; words of other languages count as one each."""
    return sum(1 for word in _NOT_READ.sub(" ", text).split() if _LETTER.search(word))


# --- Headings


def _headings(page: SourcePage, report: Report) -> None:
    before = 1  # the title of the page
    for heading in headings(page.lines, page.front.last + 1):
        if heading.level == 1:
            report("L004", heading.line, 1)
        elif heading.level > before + 1:
            expected = before + 1
            report(
                "L003",
                heading.line,
                1,
                before=before,
                level=heading.level,
                expected=expected,
                marks="#" * expected,
            )
        before = max(heading.level, 2)  # a level 1 is told; what follows it is not to blame


def _underlined(lines: list[tuple[int, str]], report: Report) -> None:
    """A text with `===` under it is a level 1 heading, too."""
    for (number, above), (_, line) in pairwise(lines):
        if (
            line.startswith("==")  # one alone is an empty answer
            and not line.strip("= ")
            and above.strip()
            and not above.startswith(("#", ">", "-"))
        ):
            report("L004", number, 1)


# --- Lines without what is only shown

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")


def blanked(page: SourcePage) -> list[tuple[int, str]]:
    """The lines behind the front matter by their numbers; what is code or escaped is spaces, columns stay."""
    lines: list[tuple[int, str]] = []
    fence = ""
    first = page.front.last + 1 if page.front.last else 1
    for number, line in enumerate(page.lines[first - 1 :], first):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif len(line) <= LONGEST_LINE:
            meant = _ESCAPED.sub("  ", line) if "\\" in line else line
            lines.append((number, _CODE.sub(_spaces, meant) if "`" in meant else meant))
    return lines


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


# --- Links and images

_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*)\]"
    r"\(\s*(?P<target><[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*(?: +[^\s()\"'][^\s()]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_DEFINITION = re.compile(r" {0,3}\[(?!\^)(?P<text>[^\[\]]+)\]:\s*(?P<target>\S+)")
_BY_NAME = re.compile(r"!\[(?P<alt>[^\[\]]*)\](?:\[(?P<name>[^\[\]]*)\])?(?!\()")
_BARE = re.compile(r"https?://[^\s<>()\[\]]+", re.IGNORECASE)

Place = tuple[int, int]
Lines = list[tuple[int, str]]


def _mentioned(lines: Lines) -> Iterator[tuple[Place, bool, str, str]]:
    """Place, whether it is an image, text and target of every link; a bare address has no text.

    A text may go on in the next line. `![alt][name]` is an image at its place; `[name]: target` is a link at its own
    unless an image goes by that name.
    """
    lines, defined = _without_definitions(lines)
    images: set[str] = set()
    for text, place in _paragraphs(lines):
        for at, is_image, said, target in _links(text):
            yield place(at), is_image, said, target
        if "![" in text:
            for found in _BY_NAME.finditer(text):
                name = _label(found["name"] or found["alt"])
                if name in defined:
                    images.add(name)
                    yield place(found.start()), True, found["alt"], defined[name][1]
    for name, (where, target) in defined.items():
        if name not in images:
            yield where, False, name, target


def _without_definitions(lines: Lines) -> tuple[Lines, dict[str, tuple[Place, str]]]:
    kept: Lines = []
    defined: dict[str, tuple[Place, str]] = {}
    for number, line in lines:
        found = _DEFINITION.match(line) if "]:" in line else None
        if found:
            place = (number, found.start("target") + 1)
            defined.setdefault(_label(found["text"]), (place, found["target"].strip("<>")))
        kept.append((number, "" if found else line))
    return kept, defined


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def _paragraphs(lines: Lines) -> Iterator[tuple[str, Callable[[int], Place]]]:
    """Lines without a blank one between them, as one text, with what tells the line and column of a position."""
    for written, group in groupby(lines, key=lambda line: bool(line[1].strip())):
        together = list(group) if written else []
        if sum(len(line) for _, line in together) > LONGEST_LINE:
            yield from ((line, partial(_place, [0], [number])) for number, line in together)
        elif together:
            starts = list(accumulate((len(line) + 1 for _, line in together[:-1]), initial=0))
            text = "\n".join(line for _, line in together)
            yield text, partial(_place, starts, [number for number, _ in together])


def _place(starts: list[int], numbers: list[int], at: int) -> Place:
    line = bisect_right(starts, at) - 1
    return numbers[line], at - starts[line] + 1


def _links(text: str, offset: int = 0) -> Iterator[tuple[int, bool, str, str]]:
    """Position, whether it is an image, text and target of every link of a text."""
    if "](" in text:
        for found in _LINK.finditer(text):
            yield offset + found.start(), bool(found["image"]), found["text"], found["target"].strip("<>")
            if "](" in found["text"]:
                yield from _links(found["text"], offset + found.start("text"))
        text = _LINK.sub(_spaces, text)
    if "://" in text:
        for bare in _BARE.finditer(_TAG.sub(_spaces, text)):
            yield offset + bare.start(), False, "", bare[0].rstrip(".,;:!?\"'”")


def scheme_of(target: str) -> str:
    """`https` of `https://…`, however dressed up; "" for a relative target, "//" for one that only names a host."""
    plain = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\ufeff]", "", html.unescape(target)).casefold()
    if plain.replace("\\", "/").startswith("//"):
        return "//"
    found = re.match(r"([^/?#:]*):", plain)
    return found[1] if found else ""


def _image(
    course: SourceCourse,
    page: SourcePage,
    alt: str,
    target: str,
    place: tuple[int, int],
    limits: Limits,
    report: Report,
) -> set[str]:
    used: set[str] = set()
    scheme = scheme_of(target)
    path = resolved(page.path, unquote(target))
    if scheme and scheme not in SCHEMES:
        report("L010", *place, what=target)
    elif scheme or target.startswith("/") or path not in course.files or ending(path) not in MEDIA:
        report("L005", *place, target=target)
    else:
        used.add(path)
        size = len(course.files[path])
        limit = limits.audio_kb if ending(path) in SOUNDS else limits.image_kb
        if size > limit * 1024:
            report("L006", *place, target=target, size=-(-size // 1024), limit=limit)
    if says_nothing(alt, target):
        report("L007", *place, target=target, alt=alt)
    return used


_EMPTY_ALT = re.compile(
    r"(?:image|img|picture|pic|photo|figure|fig|screenshot|alt"
    r"|hinh|anh|hinh anh|buc anh|tranh|so do|minh hoa|hinh minh hoa"
    r"|audio|sound|recording|am thanh|ghi am|ban ghi|ban ghi am|doan ghi am|tep ghi am|file ghi am)?"
    r"[\s\d.:_-]*"
)


def says_nothing(alt: str, target: str) -> bool:
    """Whether an alternative text leaves who cannot see the image, or hear the
    recording, none the wiser ("", "hình 1", the file's name)."""
    said = fold(alt)
    name = fold(target.rsplit("/", 1)[-1])
    return _EMPTY_ALT.fullmatch(said) is not None or said in (name, name.rsplit(".", 1)[0])


def _link(
    course: SourceCourse,
    page: SourcePage,
    text: str,
    target: str,
    place: tuple[int, int],
    anchors: Anchors,
    report: Report,
) -> None:
    scheme = scheme_of(target)
    if scheme:
        if scheme not in SCHEMES:
            report("L010", *place, what=target)
        elif not text or _BARE.fullmatch(text.strip()):
            report("L009", *place, target=target)
        return
    if target.startswith("/"):  # an address of the site, which is not of the course's making
        return
    path, _, part = html.unescape(target).partition("#")
    path = resolved(page.path, unquote(path)) if path else page.path
    if not target.strip("#") or not path.endswith(".md") or not _is_page(course, path):
        report("L008", *place, target=target)
    elif part:
        known = anchors(path)
        if known is not None and anchor(unquote(part)) not in known:
            report("L008", *place, target=target)


def _is_page(course: SourceCourse, path: str) -> bool:
    """Whether a path is a page of this course, or of another one in the same tree (two folders above)."""
    if not path.startswith("../"):
        return path in course.files
    return course.has_beside(posixpath.normpath(f"{course.id}/{path}"))


def resolved(page: str, target: str) -> str:
    """A relative target as a path within the course; it begins with ".." where it leads out of it."""
    parts: list[str] = page.split("/")[:-1]
    for part in target.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


# --- Markup that is not Markdown

_TAG = re.compile(
    r"</?(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>]|$)[^<>]*>?|<!--|<!doctype|<\?|<!\[cdata\[", re.IGNORECASE
)

_ANGLED = re.compile(r"\]\(\s*<[^<>]*>")  # a target in angle brackets


def _markup(number: int, line: str, report: Report) -> None:
    """One fault a line for each element, however often it opens and closes there."""
    if "<" not in line:
        return
    seen: set[str] = set()
    for found in _TAG.finditer(_ANGLED.sub(_spaces, line)):
        name = (found["name"] or "").casefold()
        if name not in seen:
            seen.add(name)
            report("L011" if name in FRAMES else "L010", number, found.start() + 1, what=name or found[0])


# --- Tables

_RULE = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?")


def _tables(lines: list[tuple[int, str]], limits: Limits, report: Report) -> None:
    at = 1
    while at < len(lines):
        number, line = lines[at]
        at += 1
        if (
            "|" not in line
            or "-" not in line
            or "|" not in lines[at - 2][1]
            or not _RULE.fullmatch(line.rstrip())
        ):
            continue
        columns = len(_cells(line))
        rows = [lines[at - 2][1]]
        # What looks like a rule further down is a row: no table is gone through twice.
        while at < len(lines) and "|" in lines[at][1]:
            rows.append(lines[at][1])
            at += 1
        longest = max(len(cell.strip()) for row in rows for cell in _cells(row))
        if columns > limits.table_columns or longest > limits.table_cell:
            report("L012", number - 1, 1, columns=columns, longest=longest, limit=limits.table_columns)


def _cells(row: str) -> list[str]:
    return row.strip().removeprefix("|").removesuffix("|").split("|")

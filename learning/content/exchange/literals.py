"""What the checker still finds in the text of a page, made literal at its place."""

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from learning.content import prose, tree
from learning.content.compiling import compile_course
from learning.content.limits import Limits
from learning.content.tree import Findings, SourceCourse

ROUNDS = 6  # a fault may stand behind another


def made_literal(pages: Mapping[str, str], media: Mapping[str, bytes]) -> dict[str, str]:
    """Pages in which nothing is left of `_MENDED`: what a fault is about is shown as text."""
    made = dict(pages)
    for _ in range(ROUNDS):
        course, findings = _read(made, media)
        for page in course.all_pages:
            prose.check_page(course, page, Limits(), lambda path: None, findings.at(page.file))
        compile_course(course, {}, findings)
        wanted = {
            (fault.file, fault.line, fault.column): fault
            for fault in sorted(findings.faults, key=lambda one: one.code, reverse=True)
            if fault.code in _MENDED
        }
        if not wanted:
            break
        # From the end of each page to its beginning, so that places hold.
        faults = (wanted[place] for place in sorted(wanted, reverse=True))
        for path, found in groupby(faults, key=lambda fault: fault.file):
            lines = made[path].split("\n")
            title = next((line[6:].strip('" []') for line in lines if line.startswith("title:")), "")
            for fault in found:
                at = fault.line - 1
                lines[at] = _literal(lines[at], fault.column - 1, fault.code, title)
            made[path] = "\n".join(lines)
    return made


_MENDED = frozenset({"L003", "L004", "L005", "L007", "L008", "L010", "L011", "Q019"})


def _read(pages: Mapping[str, str], media: Mapping[str, bytes]) -> tuple[SourceCourse, Findings]:
    findings = Findings()
    silent = Findings()
    data = {path: text.encode(errors="replace") for path, text in pages.items()}
    read = {path: tree.read_page(one, path, path, silent.at(path)) for path, one in data.items()}
    lessons = tuple(page for path, page in sorted(read.items()) if path not in ("course.md", "exam.md"))
    course = SourceCourse(
        "field",
        "course",
        Path("field/course"),
        "field/course",
        read.get("course.md"),
        lessons,
        read.get("exam.md"),
        tuple(media),
        (),
        {**data, **media},
    )
    return course, findings


def _literal(line: str, at: int, code: str, title: str) -> str:
    """A line in which what the fault `code` found at `at` is text; `title` is its page's."""
    if code in ("L003", "L004") or line.lstrip().startswith("#"):
        if code not in ("L003", "L004"):
            return re.sub(r"[<\[\]`]", " ", line)
        return "**" + line.strip("# ") + "**" if line.strip("# ") else ""
    if code == "L007" and (found := re.compile(r"!\[[^\]]*\]").match(line, at)):
        return f"{line[:at]}![Hình trong bài {title}]{line[found.end() :]}"
    if line[at : at + 1] == "!" and line[at + 1 : at + 2] == "[":
        return f"{line[:at]}\\!\\{line[at + 1 :]}"
    if line[at : at + 1] == "<":
        return f"{line[:at]}&lt;{line[at + 1 :]}"
    bracket = line.rfind("[", 0, at + 1)
    if bracket >= 0 and not line[:bracket].endswith("\\"):
        return f"{line[:bracket]}\\{line[bracket:]}"
    bullet = re.match(r"\s*[-*+]\s*(?=\()", line) if code == "Q019" else None
    return f"{line[: bullet.end()]}\\{line[bullet.end() :]}" if bullet else line

"""What of a page's lines is read and what is asked: headings, body, sections of questions. Pure; nothing is judged.

Lines and columns count from 1. A range is `(first, end)`, end not included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    line: int
    column: int  # of the text


@dataclass(frozen=True, slots=True)
class QuestionBlock:
    """`line` is the `###`; `range` is what follows it. A question without a heading has an empty title."""

    title: str
    line: int
    range: Range


@dataclass(frozen=True, slots=True)
class SectionBlock:
    """`line` is the `##`; `intro` is what stands before the first question."""

    title: str
    line: int
    intro: Range
    questions: tuple[QuestionBlock, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """`body`: the line ranges to read; `headings`: of the body, outside fences; `sections`: what is asked."""

    body: tuple[Range, ...]
    headings: tuple[Heading, ...]
    sections: tuple[SectionBlock, ...]


def outline(kind: str, lines: tuple[str, ...], first: int) -> Outline:
    """Splits the lines from `first` on, of a page of this kind, into body and sections."""
    end = len(lines) + 1
    found = list(headings(lines, first))
    at = list(_tops(kind, found))
    body: list[Range] = [(first, found[at[0]].line if at else end)]
    sections: list[SectionBlock] = []
    body_headings = found[: at[0]] if at else list(found)
    for index, following in zip(at, [*at[1:], len(found)], strict=bool(at)):
        top, within = found[index], found[index + 1 : following]
        until = found[following].line if following < len(found) else end
        if _asks(kind, top):
            sections.append(_section(kind, top, until, within))
            body += notes(lines, top.line, until)
        else:
            body.append((top.line, until))
            body_headings += [top, *within]
    ranges = tuple((first, end) for first, end in body if first < end)
    return Outline(ranges, tuple(body_headings), tuple(sections))


_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_NOTE = re.compile(r"\[\^[^\]]{1,80}\]:")
_QUESTIONS = frozenset({"câu hỏi", "questions", "question"})
_STEPS = frozenset({"các bước", "steps"})


def headings(lines: tuple[str, ...], first: int = 1) -> Iterator[Heading]:
    """ATX headings outside fenced code, from the line `first` on."""
    fence = ""
    for number, line in enumerate(lines[first - 1 :], first):
        found = FENCE.match(line) if "`" in line or "~" in line else None
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        elif line.lstrip(" ").startswith("#") and len(line) < 2000 and (heading := _HEADING.fullmatch(line)):
            text = (heading[2] or "").strip()
            column = heading.start(2) + 1 if text else len(line) + 1
            yield Heading(len(heading[1]), text, number, column)


def notes(lines: tuple[str, ...], first: int, end: int) -> Iterator[Range]:
    """Footnotes written at the end of a file stand below its questions, and belong to the body all the same."""
    number = first
    while number < end:
        start = number
        if lines[start - 1].startswith("[^") and _NOTE.match(lines[start - 1]):
            while number + 1 < end and lines[number].startswith("  "):
                number += 1
            yield start, number + 1
        number += 1


def is_questions(title: str) -> bool:
    """Whether a heading is `## Câu hỏi` or `## Questions`."""
    return title.strip(" *_:").casefold() in _QUESTIONS


def is_steps(title: str) -> bool:
    """Whether a heading is `## Các bước` or `## Steps`."""
    return title.strip(" *_:").casefold() in _STEPS


def _tops(kind: str, found: list[Heading]) -> Iterator[int]:
    """Where a part of the page begins: at a `##`, or at a `#` (L004) that is not among questions."""
    asking = False
    for index, heading in enumerate(found):
        if heading.level == 2 or (heading.level == 1 and not asking):
            asking = _asks(kind, heading)
            yield index


def _asks(kind: str, heading: Heading) -> bool:
    if heading.level != 2:
        return False
    if kind in ("exam", "scenario", "pretest"):
        return True
    if kind == "practice":
        return is_steps(heading.text)
    return kind == "lesson" and is_questions(heading.text)


def _section(kind: str, top: Heading, until: int, within: list[Heading]) -> SectionBlock:
    if kind == "scenario":
        return SectionBlock(top.text, top.line, (top.line + 1, until), ())
    # `###`, or what stands for it: L003 and L004 say what is wrong, and the questions are read all the same.
    deepest = max(within[0].level, 3) if within else 3
    starts = [heading for heading in within if heading.level <= deepest]
    ends = [heading.line for heading in starts[1:]] + [until]
    blocks = tuple(
        QuestionBlock(start.text, start.line, (start.line + 1, stop))
        for start, stop in zip(starts, ends, strict=bool(starts))
    )
    intro = (top.line + 1, starts[0].line if starts else until)
    title = "" if is_questions(top.text) or is_steps(top.text) else top.text
    return SectionBlock(title, top.line, intro, blocks)

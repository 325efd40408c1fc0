"""A long text divided into micro-lessons: at its headings where it has them, between paragraphs where it must."""

import re
from collections.abc import Iterator

from learning.content.limits import Limits
from learning.content.outline import headings
from learning.content.prose import count_syllables

TITLE_CAP = 90  # letters of a title made of several headings
Part = tuple[str, str]  # title ("" where there is none), text


def split(title: str, text: str, limits: Limits, numbered: str) -> list[Part]:
    """Title and text of each micro-lesson, in order; one alone where the text is short. No word is lost.

    A part is as much as a learner reads at once. One that begins with its only heading is called by it.
    `numbered` is "{title} (phần {number})" in the reader's language.
    """
    if count_syllables(text) <= limits.lesson_syllables:
        return [(title, _levelled(text))]
    packed = _packed(list(_sections(text, limits)), limits)
    if len(packed) == 1:
        return [(title, _levelled(text))]
    named = [_named(part, title) for part in packed]
    seen: dict[str, int] = {}
    parts = []
    for name, body in named:
        seen[name] = seen.get(name, 0) + 1
        shown = name if seen[name] == 1 else numbered.format(title=name, number=seen[name])
        parts.append((shown, _levelled(body)))
    return parts


def _sections(text: str, limits: Limits, level: int = 1) -> Iterator[str]:
    """Pieces that are short enough to be read at once, cut at the highest headings that do it."""
    if count_syllables(text) <= limits.lesson_syllables:
        yield text
    elif level <= 6:
        lines = text.split("\n")
        starts = [heading.line - 1 for heading in headings(tuple(lines)) if heading.level == level]
        for first, end in zip([0, *starts], [*starts, len(lines)], strict=True):
            if any(line.strip() for line in lines[first:end]):
                yield from _sections("\n".join(lines[first:end]), limits, level + 1)
    else:
        yield from _paragraphs(text, limits)


def _paragraphs(text: str, limits: Limits) -> Iterator[str]:
    """Between paragraphs, never within code, a list or a table; a paragraph that is too long is cut at its sentences."""
    held, count = "", 0
    for paragraph in _blocks(text):
        block, size = paragraph, count_syllables(paragraph)
        if held and count + size > limits.lesson_syllables:
            yield held
            held, count = "", 0
        if size > limits.lesson_syllables:
            *whole, block = _cut(block, limits)
            yield from whole
            size = count_syllables(block)
        held = f"{held}\n\n{block}" if held else block
        count += size
    if held:
        yield held


def _blocks(text: str) -> Iterator[str]:
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        # What is indented goes on with the item or the footnote before it.
        if not line.strip() and not fence:
            block.append("")
        elif block and block[-1] == "" and not fence and line[:1] != " ":
            yield "\n".join(block).strip("\n")
            block = [line]
        else:
            block.append(line)
    if any(block):
        yield "\n".join(block).strip("\n")


def _cut(block: str, limits: Limits) -> list[str]:
    """A paragraph, list or table that is longer than a lesson, in pieces: at its lines, else at its sentences."""
    lines = block.split("\n")
    table = len(lines) > 2 and lines[0].lstrip().startswith("|") and re.fullmatch(r"[ |:-]+", lines[1])
    if re.match(r" {0,3}(?:`{3,}|~{3,})", lines[0]):
        return [block]
    head = "\n".join(lines[:2]) + "\n" if table else ""
    units, joint = (lines[2:] if table else lines), "\n"
    if len(units) == 1 and not table:
        units, joint = re.split(r"(?<=[.!?;…])[ ]+(?=[^\W\d_])", block), " "
    pieces: list[str] = []
    held: list[str] = []
    count = 0
    for unit in units:
        size = count_syllables(unit)
        if held and count + size > limits.lesson_syllables and (joint == " " or unit[:1] != " "):
            pieces.append(head + joint.join(held))
            held, count = [], 0
        held.append(unit)
        count += size
    return [*pieces, head + joint.join(held)]


def _packed(pieces: list[str], limits: Limits) -> list[str]:
    """Neighbours put together while they are still short enough."""
    packed: list[str] = []
    for piece in pieces:
        both = f"{packed[-1]}\n\n{piece}" if packed else ""
        if packed and count_syllables(both) <= limits.lesson_syllables:
            packed[-1] = both
        else:
            packed.append(piece)
    return packed


def _named(text: str, title: str) -> Part:
    lines = text.strip("\n").split("\n")
    found = list(headings(tuple(lines)))
    if not found:
        return title, text
    leading = found[0].line == 1
    top = min(heading.level for heading in found)
    names = [_words(heading.text) for heading in found if heading.level == top and heading.text]
    if leading and len(names) == 1 and found[0].level == top and names[0] == found[0].text:
        return names[0], "\n".join(lines[1:]).strip("\n")  # the heading is the title
    joined = "; ".join(dict.fromkeys(names))
    first = _words(found[0].text)
    return (joined if names and len(joined) <= TITLE_CAP else first or title), text


def _words(text: str) -> str:
    return " ".join(re.sub(r"[*_`\\]", "", text).split())


def _levelled(text: str) -> str:
    """Headings from level 2 on, without a level left out, as they stand under each other."""
    lines = text.strip("\n").split("\n")
    above: list[int] = []
    for heading in headings(tuple(lines)):
        while above and above[-1] >= heading.level:
            above.pop()
        above.append(heading.level)
        lines[heading.line - 1] = f"{'#' * min(len(above) + 1, 6)} {heading.text}".rstrip()
    return "\n".join(lines)

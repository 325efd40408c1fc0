"""The lines of a GIFT file: signs that are escaped, and the blocks that the lines make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

READ_OVER = 20  # blank lines within the braces of one question
FORMATS = ("html", "moodle", "plain", "markdown")
# Stand-ins for escaped signs while the structure is looked for; they never come from a file (plaintext.read).
_SIGNS = {
    "\\": "\ue110",
    ":": "\ue111",
    "#": "\ue112",
    "=": "\ue113",
    "{": "\ue114",
    "}": "\ue115",
    "~": "\ue116",
}
_STAND_INS = {**_SIGNS, "n": "\ue117"}
_MEANT = str.maketrans({**{held: sign for sign, held in _SIGNS.items()}, "\ue117": "\n"})
_ESCAPE = re.compile(r"\\([\\:#={}~n])")


def held(text: str) -> str:
    """With stand-ins in the place of escaped signs."""
    return _ESCAPE.sub(lambda found: _STAND_INS[found[1]], text)


def meant(text: str) -> str:
    """With the signs that were meant in the place of their stand-ins."""
    return text.translate(_MEANT).strip()


def escaped_signs(text: str) -> str:
    """A text in one line whose signs are none of the format's."""
    text = re.sub(r"([\\:#={}~])", r"\\\1", text.strip())
    return text.replace("\n", "\\n")


@dataclass
class Block:
    """A question as it stands, escaped signs held; `about` are its comments."""

    line: int
    text: str
    about: str = ""


def blocks(lines: list[str]) -> Iterator[Block]:
    """Blocks between blank lines. A blank line within braces is read over where the braces do close."""
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        end = _block_end(lines, number)
        yield from _split(lines[number:end], number + 1)
        number = end


def _block_end(lines: list[str], start: int) -> int:
    end = _blank(lines, start)
    whole = held(_without_comments(lines[start:end]))
    # A blank line within the answers: the next brace, if it comes soon, says whether they go on.
    for _ in range(READ_OVER):
        if whole.count("{") <= whole.count("}") or end >= len(lines):
            break
        after = _blank(lines, _written(lines, end))
        following = held(_without_comments(lines[end:after]))
        brace = re.search(r"[{}]", following)
        if after == end or (brace and brace[0] == "{") or following.lstrip().startswith(("::", "$CATEGORY")):
            break
        end, whole = after, f"{whole}\n{following}"
    return end


def _blank(lines: list[str], number: int) -> int:
    while number < len(lines) and lines[number].strip():
        number += 1
    return number


def _written(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _without_comments(lines: list[str]) -> str:
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def _split(lines: list[str], first: int) -> Iterator[Block]:
    """A block's comments and text; a category is a block of its own even where a question follows it at once, and so
    is a named question that follows another's braces without a blank line."""
    about: list[str] = []
    kept: list[str] = []
    start = opened = closed = 0
    for number, line in enumerate(lines, first):
        bare = line.strip()
        if bare.startswith(("::", "$CATEGORY:")) and 0 < opened == closed:
            yield _block(start, kept, about)
            about, kept = [], []
            start = opened = closed = 0
        if bare.startswith("//"):
            about.append(bare[2:])
        elif bare.startswith("$CATEGORY:") and not kept:
            yield Block(number, bare)
        elif bare or kept:
            start = start or number
            kept.append(line)
            signs = held(line)
            opened += signs.count("{")
            closed += signs.count("}")
    if any(map(str.strip, kept)):
        yield _block(start, kept, about)


def _block(start: int, lines: list[str], about: list[str]) -> Block:
    return Block(start, held("\n".join(lines).strip()), " ".join(about))

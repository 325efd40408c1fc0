"""Three versions of a page side by side: what was typed, what somebody saved meanwhile, what both began from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from learning.library.merging import Choice, Hunk, Lines, Who, settled, split

CONTEXT = 3  # lines shown on either side of what differs
CHOICES: dict[str, Choice] = {"mine": "mine", "theirs": "theirs", "both": "mine+theirs", "base": "base"}


@dataclass(frozen=True)
class Piece:
    """A run of lines. `who` changed it; of what nobody changed only `head` and `tail` are shown, with `skipped` lines
    between them. `line`: where it begins in what was typed."""

    number: int
    who: Who
    line: int
    mine: str
    theirs: str
    base: str
    head: str = ""
    tail: str = ""
    skipped: int = 0


def pieces(hunks: Sequence[Hunk]) -> list[Piece]:
    return [_piece(number, hunk, len(hunks)) for number, hunk in enumerate(hunks)]


def put_together(hunks: Sequence[Hunk], form: Mapping[str, str]) -> bytes:
    """The page as it was chosen: `choice-3` says what becomes of the piece 3, `own-3` is a text written for it.

    A clash without a choice keeps both versions, so that nothing is lost.
    """
    wanted = {number: form.get(f"choice-{number}", "both") for number in range(len(hunks))}
    made = [
        replace(hunk, who="mine", mine=_own(form.get(f"own-{number}", ""), last=number == len(hunks) - 1))
        if hunk.who == "clash" and wanted[number] == "own"
        else hunk
        for number, hunk in enumerate(hunks)
    ]
    return settled(made, {number: CHOICES.get(choice, "mine+theirs") for number, choice in wanted.items()})


def _own(text: str, *, last: bool) -> Lines:
    text = text.replace("\r\n", "\n")
    ended = text + "\n" if text and not last and not text.endswith("\n") else text
    return split(ended.encode(errors="replace"))


def _piece(number: int, hunk: Hunk, count: int) -> Piece:
    mine, theirs, base = (_text(lines) for lines in (hunk.mine, hunk.theirs, hunk.base))
    made = Piece(number, hunk.who, hunk.mine_line, mine, theirs, base)
    if hunk.who != "same":
        return made
    lines = mine.split("\n")
    first = 0 if number == 0 else CONTEXT
    last = 0 if number == count - 1 else CONTEXT
    if len(lines) <= first + last + 2:
        return replace(made, head=mine)
    return replace(
        made,
        head="\n".join(lines[:first]),
        tail="\n".join(lines[len(lines) - last :]) if last else "",
        skipped=len(lines) - first - last,
    )


def _text(lines: Lines) -> str:
    """Without the last line's end, which is no line of its own."""
    text = b"".join(lines).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n")

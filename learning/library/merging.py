"""Three versions of a file held side by side, and two, line by line. Pure; on bytes, so that nothing is reformatted.

    hunks = merge(base, mine, theirs)      the file cut into pieces, each saying who changed it
    merged(hunks)                          the bytes of both sides' changes; None where they clash
    settled(hunks, {3: "theirs"})          the same with a choice for each clash, by its place in `hunks`

Where one side is unchanged the result is the other side, byte for byte. (Not the package merge3, which is under the GPL.)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from learning.content.alignment import aligned

Who = Literal["same", "mine", "theirs", "both", "clash"]
Choice = Literal["mine", "theirs", "mine+theirs", "theirs+mine", "base"]
LINES_MOST = 1000  # lines that differ; what differs in more is one piece: comparing takes the square of it
Lines = tuple[bytes, ...]


@dataclass(frozen=True)
class Hunk:
    """Lines with their ends. `who` changed them: nobody, one side, both alike, or both differently.

    `base_line`, `mine_line`, `theirs_line`: where it begins in each version, counted from 1.
    """

    who: Who
    base: Lines
    mine: Lines
    theirs: Lines
    base_line: int
    mine_line: int
    theirs_line: int

    @property
    def lines(self) -> Lines | None:
        """What becomes of it; None for a clash."""
        if self.who == "clash":
            return None
        return self.theirs if self.who == "theirs" else self.mine


@dataclass(frozen=True)
class Change:
    """A piece of two versions: the same in both where `old == new`."""

    old: Lines
    new: Lines
    old_line: int
    new_line: int

    @property
    def same(self) -> bool:
        return self.old == self.new


def merge(base: bytes, mine: bytes, theirs: bytes) -> tuple[Hunk, ...]:
    """The pieces of the three versions in order; each side's lines joined are that side's bytes."""
    versions = (split(base), split(mine), split(theirs))
    return tuple(_hunk(versions, start, end) for start, end in _regions(versions))


def merged(hunks: Sequence[Hunk]) -> bytes | None:
    """Both sides' changes in one; None where they clash."""
    parts = [hunk.lines for hunk in hunks]
    return None if None in parts else b"".join(line for part in parts for line in part or ())


def settled(hunks: Sequence[Hunk], choices: Mapping[int, Choice]) -> bytes:
    """The same, with what was chosen for each clash. Raises KeyError for a clash without a choice."""
    lines: list[bytes] = []
    for place, hunk in enumerate(hunks):
        part = hunk.lines
        for line in part if part is not None else _chosen(hunk, choices[place]):
            if lines and not lines[-1].endswith((b"\n", b"\r")):
                lines[-1] += b"\n"  # the last line of a file, which now has others after it
            lines.append(line)
    return b"".join(lines)


def compare(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Two versions, cut where they begin and cease to be the same."""
    before, after = split(old), split(new)
    made, a, b = [], 0, 0
    for one, other, size in _matches(before, after):
        if one > a or other > b:
            made.append(Change(before[a:one], after[b:other], a + 1, b + 1))
        a, b = one + size, other + size
        if size:
            made.append(Change(before[one:a], after[other:b], one + 1, other + 1))
    return tuple(made)


def split(data: bytes) -> Lines:
    """The lines with their ends."""
    return tuple(data.splitlines(keepends=True))


def _chosen(hunk: Hunk, choice: Choice) -> Lines:
    match choice:
        case "mine":
            return hunk.mine
        case "theirs":
            return hunk.theirs
        case "base":
            return hunk.base
        case "mine+theirs":
            return hunk.mine + hunk.theirs
        case "theirs+mine":
            return hunk.theirs + hunk.mine
    raise KeyError(choice)


Versions = tuple[Lines, Lines, Lines]
Place = tuple[int, int, int]  # in base, mine, theirs


def _hunk(versions: Versions, start: Place, end: Place) -> Hunk:
    base, mine, theirs = (lines[one:other] for lines, one, other in zip(versions, start, end, strict=True))
    who: Who
    if mine == theirs:
        who = "same" if mine == base else "both"
    elif mine == base:
        who = "theirs"
    else:
        who = "mine" if theirs == base else "clash"
    return Hunk(who, base, mine, theirs, *(place + 1 for place in start))


def _regions(versions: Versions) -> Iterator[tuple[Place, Place]]:
    """Cuts the three at every run of base that both sides still have."""
    base, mine, theirs = versions
    done: Place = (0, 0, 0)
    for at, to in _kept(list(_matches(base, mine)), list(_matches(base, theirs))):
        if at != done:
            yield done, at
        if to != at:
            yield at, to
        done = to


def _kept(mine: list[Place], theirs: list[Place]) -> Iterator[tuple[Place, Place]]:
    """Runs of base that stand in both matchings; the last is the end of all three, of length 0."""
    i = j = 0
    while i < len(mine) and j < len(theirs):
        start = max(mine[i][0], theirs[j][0])
        ends = mine[i][0] + mine[i][2], theirs[j][0] + theirs[j][2]
        size = min(ends) - start
        if size > 0 or (size == 0 and i == len(mine) - 1 and j == len(theirs) - 1):
            at = (start, start - mine[i][0] + mine[i][1], start - theirs[j][0] + theirs[j][1])
            yield at, (at[0] + size, at[1] + size, at[2] + size)
        if ends[0] < ends[1] or (ends[0] == ends[1] and i < len(mine) - 1):
            i += 1
        else:
            j += 1


def _matches(a: Lines, b: Lines) -> Iterator[Place]:
    """(place in a, place in b, length) of runs that are the same, in order; at last the ends, of length 0."""
    start, size = (0, 0), 0
    for one, other in aligned(a, b, LINES_MOST):
        if size and (one, other) == (start[0] + size, start[1] + size):
            size += 1
            continue
        if size:
            yield *start, size
        start, size = (one, other), 1
    if size:
        yield *start, size
    yield len(a), len(b), 0

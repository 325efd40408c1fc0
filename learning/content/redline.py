"""What one rendered text says differently from another, for people to read: word by word, in `<ins>` and `<del>`.

Texts are HTML that `sanitise` let through. They are read into blocks (paragraph, list item, table row …) of words; the
blocks of both are aligned, then the words of those that changed. Only words are copied over, escaped, with the few
inline elements of `_INLINE`, and the whole leaves through `sanitise` again: nothing of the sources can be active.

Two laws hold: without what stands in `<del>` it is the new text, without what stands in `<ins>` the old one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from typing import Literal

from learning.content.alignment import aligned
from learning.content.sanitise import sanitise

State = Literal["same", "added", "removed", "changed"]

ALIKE = 0.4  # share of words that two blocks have in common, from which on one is a version of the other
NEAR = 12  # how many blocks ahead its other version is looked for


@dataclass(frozen=True)
class Piece:
    """A paragraph, or a whole list, table or notice; `html` is sanitised."""

    state: State
    html: str


@dataclass(frozen=True)
class Gap:
    """So many unchanged pieces that are not shown."""

    count: int


def prose(old: str, new: str) -> tuple[Piece, ...]:
    """Every piece of both texts in reading order; all are "same" where the texts say the same."""
    before, after = _read(old), _read(new)
    lines = list(_lines(before, after))
    return tuple(_pieces(lines))


def changed(pieces: Iterable[Piece]) -> bool:
    return any(piece.state != "same" for piece in pieces)


def shortened(pieces: Sequence[Piece], around: int = 1) -> Iterator[Piece | Gap]:
    """The pieces that changed, each with so many unchanged neighbours; the others are counted."""
    near = {
        at + by
        for at, piece in enumerate(pieces)
        if piece.state != "same"
        for by in range(-around, around + 1)
    }
    left_out = 0
    for at, piece in enumerate(pieces):
        if at not in near:
            left_out += 1
            continue
        if left_out:
            yield Gap(left_out)
            left_out = 0
        yield piece
    if left_out:
        yield Gap(left_out)


def words(old: str, new: str) -> str:
    """Two plain texts as one line of HTML."""
    return _joined(_merged(_words(old, ()), _words(new, ())))


# --- Reading: HTML → blocks of words

# What stands around a word, and is kept: element → attributes that are kept.
_INLINE: dict[str, tuple[str, ...]] = {
    "a": ("href", "rel"),
    "abbr": (),
    "code": (),
    "em": (),
    "kbd": (),
    "span": ("class", "data-gap", "lang"),
    "strong": (),
    "sub": (),
    "sup": (),
}
_BLOCKS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "pre", "tr", "caption", "figure"})
_FRAMES = frozenset({"ul", "ol", "dl", "table", "aside", "blockquote"})
_WORD = re.compile(r"\s+|\w+(?:[./-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class _Token:
    """A word, sign, space, picture or recording; `around` are the inline elements it stands in, the outermost first."""

    html: str
    around: tuple[str, ...] = ()

    @property
    def space(self) -> bool:
        return not self.html.strip()


@dataclass(frozen=True)
class _Frame:
    """A list, table, notice or quotation that holds blocks. `serial` tells it from the next one of its kind."""

    tag: str
    opening: str  # what stands between < and >
    serial: int = field(compare=False)


@dataclass(frozen=True)
class _Block:
    frames: tuple[_Frame, ...]
    tag: str
    cells: tuple[tuple[_Token, ...], ...]
    heads: tuple[bool, ...] = ()  # of a table's row: which cells are headings
    number: int = field(default=0, compare=False)  # of an item of a numbered list

    @property
    def empty(self) -> bool:
        return not any(self.cells)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.frames: list[_Frame] = []
        self.inline: list[tuple[str, str]] = []  # (element, opening)
        self.tag = ""
        self.tokens: list[_Token] = []
        self.cells: list[tuple[_Token, ...]] = []
        self.heads: list[bool] = []
        self.serial = 0
        self.numbers: list[int] = []
        self.silent = 0  # within a footnote's way back

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _FRAMES:
            self.flush()
            self.serial += 1
            classes = given.get("class", "")
            opening = f'{tag} class="{escape(classes)}"' if classes and tag == "aside" else tag
            self.frames.append(_Frame(tag, opening, self.serial))
            self.numbers.append(int(given.get("start", "1")) - 1 if tag == "ol" else 0)
        elif tag in _BLOCKS:
            # A cell's paragraphs go on in its row; an item's first one is the item itself.
            inside = tag == "p" and (self.tag == "tr" or (self.tag == "li" and not self.tokens))
            if not inside:
                self.flush()
                self.tag = tag
            if tag == "li" and self.numbers:
                self.numbers[-1] += 1
        elif tag in ("td", "th"):
            self.cell()
            self.heads.append(tag == "th")
        elif tag == "img":
            kept = "".join(f' {name}="{escape(given[name])}"' for name in _PICTURE if name in given)
            self.add(f"<img{kept}>")
        elif tag == "audio":
            kept = "".join(f' {name}="{escape(given[name])}"' for name in _PLAYER if name in given)
            self.add(f"<audio{kept}></audio>")
            self.add(" ")
        elif tag == "br":
            self.add("<br>")
        elif tag == "a" and (self.silent or "footnote-backref" in given.get("class", "")):
            self.silent += 1
        elif tag in _INLINE:
            self.inline.append((tag, _opening(tag, given)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _FRAMES:
            self.flush()
            if self.frames and self.frames[-1].tag == tag:
                self.frames.pop()
                self.numbers.pop()
        elif tag in _BLOCKS:
            # A second paragraph of one cell goes on in the same row.
            if not (tag == "p" and self.tag == "tr"):
                self.flush()
        elif tag in ("td", "th"):
            self.cell()
        elif tag == "a" and self.silent:
            self.silent -= 1
        elif self.inline and self.inline[-1][0] == tag:
            self.inline.pop()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        around = tuple(opening for _, opening in self.inline if opening)
        self.tokens += _words(data, around, kept=self.tag == "pre")

    def add(self, html: str) -> None:
        self.tokens.append(_Token(html, tuple(opening for _, opening in self.inline if opening)))

    def cell(self) -> None:
        if len(self.heads) > len(self.cells):
            self.cells.append(_trimmed(self.tokens))
        self.tokens = []

    def flush(self) -> None:
        if self.tag == "tr":
            self.cell()
            cells = tuple(self.cells)
        else:
            cells = (_trimmed(self.tokens, kept=self.tag == "pre"),)
        block = _Block(
            tuple(self.frames),
            self.tag or "p",
            cells,
            tuple(self.heads),
            self.numbers[-1] if self.numbers and self.frames[-1].tag == "ol" else 0,
        )
        if not block.empty:
            self.blocks.append(block)
        self.tag, self.tokens, self.cells, self.heads = "", [], [], []


_PLAYER = ("controls", "preload", "src")
_PICTURE = ("src", "alt", "width", "height", "loading")


def _opening(tag: str, given: dict[str, str]) -> str:
    """What stands between < and >; "" for an element that says nothing here."""
    if tag == "a" and given.get("href", "#").startswith("#"):
        return ""  # leads to a place of the page, which is not here
    kept = "".join(f' {name}="{escape(given[name])}"' for name in _INLINE[tag] if name in given)
    return "" if tag == "span" and not kept else tag + kept


def _read(html: str) -> list[_Block]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.blocks


def _words(text: str, around: tuple[str, ...], *, kept: bool = False) -> list[_Token]:
    return [
        _Token(escape(word if kept or word.strip() else " ", quote=False), around)
        for word in _WORD.findall(text)
    ]


def _trimmed(tokens: list[_Token], *, kept: bool = False) -> tuple[_Token, ...]:
    """Without spaces at the ends, and without one space after another."""
    found: list[_Token] = []
    for token in tokens:
        if token.space and not kept and (not found or found[-1].space or found[-1].html == "<br>"):
            continue
        found.append(token)
    while found and found[-1].space:
        found.pop()
    return tuple(found)


# --- Aligning blocks

_Line = tuple[_Block | None, _Block | None]  # the old block and the new one


def _lines(before: list[_Block], after: list[_Block]) -> Iterator[_Line]:
    at = to = 0
    for i, j in [*aligned(before, after), (len(before), len(after))]:
        yield from _paired(before[at:i], after[to:j])
        if i < len(before):
            yield before[i], after[j]
        at, to = i + 1, j + 1


def _paired(before: list[_Block], after: list[_Block]) -> Iterator[_Line]:
    """Blocks of one place: each new one with the old one it is a version of; between these, what went, then what came."""
    bags = [_bag(block) for block in before]
    at = 0
    come: list[_Block] = []
    for block in after:
        bag = _bag(block)
        near = range(at, min(at + NEAR, len(before)))
        found = next((i for i in near if _versions(before[i], bags[i], block, bag)), None)
        if found is None:
            come.append(block)
            continue
        yield from ((gone, None) for gone in before[at:found])
        yield from ((None, one) for one in come)
        yield before[found], block
        at, come = found + 1, []
    yield from ((gone, None) for gone in before[at:])
    yield from ((None, one) for one in come)


def _versions(old: _Block, had: Counter[str], new: _Block, has: Counter[str]) -> bool:
    if (old.frames, old.tag, len(old.cells)) != (new.frames, new.tag, len(new.cells)):
        return False
    return 2 * (had & has).total() >= ALIKE * (had.total() + has.total())


def _bag(block: _Block) -> Counter[str]:
    return Counter(token.html for cell in block.cells for token in cell if not token.space)


# --- Aligning words

_Marked = tuple[Literal["", "ins", "del"], tuple[_Token, ...]]


def _merged(old: Sequence[_Token], new: Sequence[_Token]) -> list[_Marked]:
    """Runs of words: of both, only of the new text, only of the old one."""
    runs: list[_Marked] = []
    at = to = same = 0  # `same`: how many before old[at] are of both
    for i, j in [*aligned(old, new), (len(old), len(new))]:
        if i > at or j > to or i == len(old):
            if same:
                runs.append(("", tuple(old[at - same : at])))
            runs += [("del", tuple(old[at:i]))] if i > at else []
            runs += [("ins", tuple(new[to:j]))] if j > to else []
            same = 0
        at, to, same = i + 1, j + 1, same + 1
    return _without_crumbs(runs)


def _without_crumbs(runs: list[_Marked]) -> list[_Marked]:
    """A space or a comma that stayed between two changes is read as part of them."""
    gone: list[_Token] = []
    come: list[_Token] = []
    found: list[_Marked] = []

    def flush() -> None:
        if gone:
            found.append(("del", tuple(gone)))
        if come:
            found.append(("ins", tuple(come)))
        gone.clear()
        come.clear()

    for at, (mark, tokens) in enumerate(runs):
        if mark == "del":
            gone += tokens
        elif mark == "ins":
            come += tokens
        elif 0 < at < len(runs) - 1 and gone and come and not any(_says(token) for token in tokens):
            gone += tokens
            come += tokens
        else:
            flush()
            found.append((mark, tokens))
    flush()
    return found


def _says(token: _Token) -> bool:
    return token.html.startswith("<") or any(letter.isalnum() for letter in token.html)


# --- Writing


def _pieces(lines: list[_Line]) -> Iterator[Piece]:
    homes = _homes(lines)
    run: list[tuple[_Block, _Line]] = []
    for line in lines:
        block = line[1] or _moved(line[0], homes)
        if run and not _together(run[-1][0], block):
            yield _piece(run)
            run = []
        run.append((block, line))
    if run:
        yield _piece(run)


def _homes(lines: list[_Line]) -> dict[int, _Frame]:
    """Where the old text's frames are in the new one, so that an item that went away is shown in its list."""
    return {
        was.serial: frame
        for old, new in lines
        if old is not None and new is not None
        for was, frame in zip(old.frames, new.frames, strict=False)
    }


def _moved(block: _Block | None, homes: dict[int, _Frame]) -> _Block:
    assert block is not None  # noqa: S101  (a line has one of the two)
    frames = [homes.get(frame.serial, replace(frame, serial=-frame.serial)) for frame in block.frames]
    return replace(block, frames=tuple(frames))


def _together(one: _Block, other: _Block) -> bool:
    return bool(one.frames and other.frames) and one.frames[0].serial == other.frames[0].serial


def _piece(run: list[tuple[_Block, _Line]]) -> Piece:
    states = {_state(line) for _, line in run}
    state: State = states.pop() if len(states) == 1 else "changed"
    return Piece(state, sanitise(_grouped(run, 0)))


def _state(line: _Line) -> State:
    old, new = line
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "same" if old == new else "changed"


def _grouped(run: list[tuple[_Block, _Line]], depth: int) -> str:
    """Blocks of one depth as HTML; those of a frame together, within it."""
    parts: list[str] = []
    at = 0
    while at < len(run):
        block = run[at][0]
        if len(block.frames) <= depth:
            parts.append(_written(*run[at]))
            at += 1
            continue
        frame, end = block.frames[depth], at
        while end < len(run) and [one.serial for one in run[end][0].frames[depth : depth + 1]] == [
            frame.serial
        ]:
            end += 1
        inner = _grouped(run[at:end], depth + 1)
        parts.append(_framed(frame, inner, block.number, in_list=depth > 0 and _is_list(block, depth - 1)))
        at = end
    return "".join(parts)


def _is_list(block: _Block, depth: int) -> bool:
    return block.frames[depth].tag in ("ul", "ol")


def _framed(frame: _Frame, inner: str, number: int, *, in_list: bool) -> str:
    opening = frame.opening
    if frame.tag == "ol" and number > 1:
        opening += f' start="{number}"'
    html = f"<{opening}>{inner}</{frame.tag}>"
    if frame.tag == "table":
        html = f'<div class="table-scroll" tabindex="0">{html}</div>'
    return f"<li>{html}</li>" if in_list else html


def _written(block: _Block, line: _Line) -> str:
    old, new = line
    cells = [
        _joined(_merged(had, has))
        for had, has in zip(
            old.cells if old else ((),) * len(block.cells),
            new.cells if new else ((),) * len(block.cells),
            strict=True,
        )
    ]
    if block.tag == "tr":
        heads = block.heads or (False,) * len(cells)
        html = "".join(
            f"<th>{cell}</th>" if head else f"<td>{cell}</td>"
            for cell, head in zip(cells, heads, strict=False)
        )
        return f"<tr>{html}</tr>"
    # A second paragraph of an item, or a caption outside of its table's head.
    tag = "li" if block.frames and block.frames[-1].tag in ("ul", "ol") else block.tag
    if tag in ("caption", "figure") or (tag == "li" and not block.frames):
        tag = "p"
    if block.frames and block.frames[-1].tag == "table":
        return f"<tr><td>{cells[0]}</td></tr>"
    return f"<{tag}>{cells[0]}</{tag}>"


def _joined(runs: list[_Marked]) -> str:
    return "".join(
        f"<{mark}>{_inline(tokens)}</{mark}>" if mark else _inline(tokens) for mark, tokens in runs
    )


def _inline(tokens: Sequence[_Token]) -> str:
    """Words with the elements around them, each opened once for neighbours that share it."""
    parts: list[str] = []
    stack: tuple[str, ...] = ()
    for token in tokens:
        parts += _from(stack, token.around)
        parts.append(token.html)
        stack = token.around
    parts += _from(stack, ())
    return "".join(parts)


def _from(stack: tuple[str, ...], to: tuple[str, ...]) -> Iterator[str]:
    shared = 0
    while shared < min(len(stack), len(to)) and stack[shared] == to[shared]:
        shared += 1
    yield from (f"</{opening.split()[0]}>" for opening in reversed(stack[shared:]))
    yield from (f"<{opening}>" for opening in to[shared:])

"""A file's bytes as the text in an editor, and back without a change nobody made. Pure.

A form and an editor give every line end as their own, drop a BOM, and know one encoding. So what comes back is held
against the file as it was: lines that say the same keep their very bytes.

Laws: `typed(shown(data), data) == data` for any bytes; with one line of a UTF-8 file changed, one line of bytes changes.
"""

import re
from collections.abc import Mapping

from learning.content.alignment import aligned
from learning.content.text import BOMS, decode
from learning.library.merging import LINES_MOST

_END = re.compile(r"\r\n|\r|\n")


def shown(data: bytes) -> str:
    """The text to be edited, with plain line ends; what is no text at all is shown with replacement signs."""
    return "\n".join(_lines(_text(data)))


def typed(text: str, before: bytes) -> bytes:
    """The bytes of a text that was edited, given the file's bytes that `shown` was asked for.

    New lines end as the lines around them do. A text nobody touched is `before` itself.
    """
    old_text = _text(before)
    old, new = _lines(old_text), _lines(text.removeprefix("\ufeff"))
    if old == new:
        return before
    ends = _END.findall(old_text)
    usual = max(("\n", "\r\n", "\r"), key=ends.count)  # the first of equals
    kept = dict(_kept(old, new))
    made = []
    for number, line in enumerate(new):
        end = ""
        if number < len(new) - 1:
            place = kept.get(number, len(ends))
            end = ends[place] if place < len(ends) else usual
        made.append(line + end)
    joined = "".join(made)
    try:
        bom = "\ufeff" if before.startswith(BOMS[0][0]) else ""
        return (bom + joined).encode()
    except UnicodeEncodeError:  # half a character, from a broken client
        return joined.encode(errors="replace")


def relinked(data: bytes, renamed: Mapping[str, str]) -> bytes:
    """A page with its links to files that were renamed set to the new names; nothing else is touched."""
    if not renamed:
        return data
    names = b"|".join(re.escape(name.encode()) for name in sorted(renamed, key=len, reverse=True))
    before = rb"(\]\(\s*<?(?:\./)?|^ {0,3}\[[^\]\n]+\]:\s*<?(?:\./)?)"
    link = re.compile(before + b"(" + names + rb")(?=[\s#)>]|$)", re.MULTILINE)
    return link.sub(lambda found: found[1] + renamed[found[2].decode()].encode(), data)


def _kept(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """(place in new, place in old) of the lines that say the same."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [(place, place) for place in range(head)]
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(a) == len(b):
        pairs += [(head + place, head + place) for place in range(len(a))]
    else:
        pairs += [(head + other, head + one) for one, other in aligned(a, b, LINES_MOST)]
    pairs += [(len(new) - tail + place, len(old) - tail + place) for place in range(tail)]
    return pairs


def _text(data: bytes) -> str:
    text = decode(data)
    return text if text is not None else data.decode("utf-8", "replace")


def _lines(text: str) -> list[str]:
    return _END.split(text)

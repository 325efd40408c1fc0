"""Right or wrong in the words and the boxes of offices: `Đúng`, `S`, `☑ Đúng  ☐ Sai`."""

import re

from learning.content.exchange.word.lines import Line
from learning.content.exchange.word.wording import EMPTY_BOX, STAR
from learning.vietnamese.folding import fold


def truth(text: str) -> bool | None:
    """What "Đúng", "Sai", "Đ", "S" say."""
    return _TRUE_FALSE.get(fold(text.strip(" .;()[]")))


_TRUE_FALSE = {"dung": True, "d": True, "true": True, "sai": False, "s": False, "false": False}


def has_boxes(line: Line) -> bool:
    """`☑ Đúng  ☐ Sai`."""
    return len(_BOXED.findall(line.text)) == 2


def boxed_truth(line: Line) -> bool | None:
    for found in _BOXED.finditer(line.text):
        if re.fullmatch(STAR, found["box"] or found["behind"] or ""):
            return truth(found["word"] or found["before"])
    return None


def without_boxes(line: Line) -> str:
    """What else a line of boxes says."""
    text = _BOXED.sub(" ", line.text)
    return text if any(map(str.isalnum, text)) else ""


_BOXED = re.compile(
    rf"(?P<box>{STAR}|{EMPTY_BOX})\s*(?P<word>Đúng|Sai)|(?P<before>Đúng|Sai)\s*(?P<behind>{STAR}|{EMPTY_BOX})"
)

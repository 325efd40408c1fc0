"""Texts as lines of our format, guarded so that none of them is read as a part of it by accident.

A guard changes how a line is written and not how it is shown: a backslash where Markdown knows one, else a character
reference. Code within a text stays as it is.
"""

import re
from collections.abc import Callable, Iterator

from learning.content.drafts import KEYS, OPTION, key_of
from learning.content.outline import headings, is_questions
from learning.content.text import with_brackets

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ue000\ue001]")


def clean(text: str) -> str:
    """The text without what no file of ours may hold; lines end in LF, tabs are spaces."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).expandtabs(4)


def one_line(text: str) -> str:
    """A text for a title or a report: one line, and nothing in it that is taken for markup."""
    text = " ".join(clean(text).split())
    text = _UNESCAPED.sub(r"\1", text).replace("](", "] (")
    for reference, sign in (("&#58;", ":"), ("&#61;", "="), ("&#126;", "~"), ("&lt;", "<"), ("&amp;", "&")):
        text = text.replace(reference, sign)
    return _TAGGED.sub("‹", text).strip()


PICTURE = re.compile(r"!\[(?:\\.|[^\[\]\\])*\]\([^()\s]*\)")
_UNESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+\-.!|])")
_TAGGED = re.compile(r"<(?=[A-Za-z/!?])")


def heading(text: str, most: int = 1000) -> str:
    """What stands behind `##` or `###`; Markdown takes `#` at its end away."""
    text = " ".join(re.sub(r"(?<!\w)[*_`]+|[*_`]+(?!\w)", "", one_line(text)).split()).rstrip("# \\")
    if len(text) > most:
        text = text[:most].rsplit(" ", 1)[0].rstrip(".,;: ") + "…"
    return text.lstrip("# ")


def shown(text: str) -> str:
    """Words in a paragraph as exactly these words."""
    return re.sub(r"([\\`*_\[\]])", r"\\\1", one_line(text)).replace("&", "&amp;")


_MARK = re.compile(r"( {0,3})(`{3,}|~{3,})[ ]*([^`]*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TAG = re.compile(r"<(?=/?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|$)|!--|!doctype|\?|!\[cdata\[)", re.IGNORECASE)
_GAP_ANSWER = re.compile(r" {0,3}(?=\([0-9]{1,3}\)[ \t]*[=:])")
_NOTE = re.compile(r"(?=\[\^[^\]]{1,80}\]:)")
_BULLET = re.compile(r" {0,3}[-*+][ \t]*")
_STEP = re.compile(r" {0,3}[0-9]{1,4}[.)][ \t]+")
_ROUND = re.compile(r"(\s*[-*+]\s*)(\(\s*[xX]?\s*\)\s)")
_QUESTION_KEYS = frozenset(KEYS)
_ID = frozenset({"id"})


def without_tags(line: str) -> str:
    """`<b>` as it is read, outside code."""
    if "<" not in line:
        return line
    made, at = "", 0
    for code in _CODE.finditer(line):
        made += _TAG.sub("&lt;", line[at : code.start()]) + code[0]
        at = code.end()
    return made + _TAG.sub("&lt;", line[at:])


def _walked(text: str, guard: Callable[[str], str]) -> list[str]:
    """The lines of a text, each guarded but for those of code, which is fenced so that nothing else ends it."""
    lines = text.split("\n")
    made: list[str] = []
    endless: dict[str, int] = {}  # the shortest fence of each sign that nothing below ends
    at = 0
    while at < len(lines):
        mark = _MARK.fullmatch(lines[at])
        end = 0
        if mark and len(mark[2]) < endless.get(mark[2][0], len(mark[2]) + 1):
            end = _fence_end(lines, at, mark[2])
            if not end:
                endless[mark[2][0]] = len(mark[2])
        if mark and end:
            made += _code(lines[at + 1 : end], mark[3])
            at = end + 1
        else:
            line = lines[at]
            if re.match(r"[ \t]*(?:`{3,}|~{3,})", line):  # a fence that nothing closes
                pad = len(line) - len(line.lstrip())
                line = line[:pad] + ("\\" if line[pad] == "`" else "") + line[pad:].replace("~", "&#126;", 1)
            made.append(guard(line))
            at += 1
    return made


def _fence_end(lines: list[str], start: int, fence: str) -> int:
    for at in range(start + 1, len(lines)):
        mark = re.fullmatch(r" {0,3}(`{3,}|~{3,})[ ]*", lines[at])
        if mark and mark[1].startswith(fence):
            return at
    return 0


def _code(lines: list[str], info: str) -> list[str]:
    text = "\n".join(lines)
    runs = [len(run) for run in re.findall(r"`+", text)]
    fence = "`" * max(3, *(run + 1 for run in runs), 3)
    # Four spaces keep a line of code from being read as a key or an answer.
    keyed = any(key_of(line, _QUESTION_KEYS) for line in lines)
    name = re.match(r"[\w#.+-]*", info)
    return [fence + (name[0] if name else ""), *("    " + line if keyed else line for line in lines), fence]


def _guarded(line: str, kind: str) -> str:
    """A line of a question's text."""
    line = _escaped(without_tags(line).rstrip())
    # An item of a list, as deep as no pair and no step is written.
    if (kind == "match" and _BULLET.match(line)) or (kind == "order" and _STEP.match(line)):
        return "    " + line.lstrip(" ")
    return line


def _escaped(line: str) -> str:
    """A line that is no key, answer, heading or footnote, whatever it looks like."""
    bare = line.lstrip(" ")
    pad = line[: len(line) - len(bare)]
    if key_of(line, _QUESTION_KEYS):
        return line.replace(":", "&#58;", 1)
    if option := OPTION.match(line):
        at = option.start(1)
        return f"{line[:at]}\\{line[at:]}"
    if with_brackets(line):
        at = len(line) - len(bare[1:].lstrip(" "))
        return f"{line[:at]}&#{ord(line[at])};{line[at + 1 :]}"
    if found := _GAP_ANSWER.match(line):
        return f"{line[: found.end()]}\\{line[found.end() :]}"
    if bare.startswith("="):
        return f"{pad}&#61;{bare[1:]}"
    return f"{pad}\\{bare}" if bare.startswith("#") or _NOTE.match(bare) else line


def text_lines(text: str, kind: str) -> list[str]:
    return _walked(text, lambda line: _guarded(line, kind))


def _within(text: str, kind: str) -> list[str]:
    """The text of an option, an item: `>` at the beginning of a line would be its feedback."""

    def guard(line: str) -> str:
        bare = line.lstrip()
        if bare.startswith(">"):
            return without_tags(line.replace(">", "\\>", 1))
        return _guarded(line, kind)

    return _walked(text, guard)


def item_lines(marker: str, text: str, kind: str) -> Iterator[str]:
    """`marker text`, and what follows the first line indented under it."""
    first, *others = _within(text, kind) or [""]
    if re.match(r"[ \t]*(?:`{3,}|~{3,})", first):
        others, first = [first, *others], ""
    else:
        first = first_line(text.split("\n", maxsplit=1)[0])
    yield f"{marker} {first.strip()}".rstrip()
    for line in others:
        yield f"  {line}" if line else ""


def first_line(line: str) -> str:
    """A first line, which stands behind a marker: only Markdown itself might take it for something."""
    line = without_tags(line).strip()
    if line.startswith("#"):
        return "\\" + line
    if line.startswith(("```", "~~~")):
        return ("\\" if line[0] == "`" else "") + line.replace("~", "&#126;", 1)
    return line


def keyed_lines(key: str, text: str, kind: str) -> Iterator[str]:
    first, *others = text_lines(text, kind) or [""]
    several = "\n" in text and re.match(r"\s*(?:[-*+>|]|[0-9]+[.)] )", first)
    if several or first.startswith("```"):
        yield f"{key}:"
        yield first
    else:
        yield f"{key}: {first_line(text.split(chr(10), maxsplit=1)[0])}"
    yield from others


def feedback_lines(text: str) -> Iterator[str]:
    for line in _walked(text, without_tags) if text else ():
        yield f"> {line}".rstrip()


def intro(text: str) -> str:
    """What a section says above its questions."""
    return "\n".join(text_lines(clean(text).strip(), "")).strip()


def body(text: str) -> str:
    """The text of a lesson: only what would ask a question, or begin a level too high, is guarded."""
    lines = _walked(_atx(clean(text)).strip("\n"), _in_body)
    at = {one.line: one for one in headings(tuple(lines)) if is_questions(one.text)}
    return "\n".join(
        f"**{at[number].text}**" if number in at else line for number, line in enumerate(lines, 1)
    )


def _in_body(line: str) -> str:
    line = without_tags(line).rstrip()
    if option := _ROUND.match(line + " "):
        return f"{option[1]}\\{line[option.start(2) :]}"
    if key_of(line, _ID):
        return line.replace(":", "&#58;", 1)
    if re.match(r" {0,3}==", line):
        return line.replace("=", "&#61;", 1)
    return line


_UNDERLINE = re.compile(
    r"(?P<before>\A|\n[ ]*)\n(?P<text>[^\n#>|\-*+=`~ ][^\n|]*)\n(?P<line>=+|-{2,}) *(?=\n|\Z)"
)


def _atx(text: str) -> str:
    """Headings that are underlined, as those with `#`."""
    return _UNDERLINE.sub(
        lambda found: f"{found['before']}\n{'#' if found['line'][0] == '=' else '##'} {found['text']}\n",
        "\n" + text,
    )[1:]

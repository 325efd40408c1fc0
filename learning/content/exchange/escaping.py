"""Bare words as Markdown that reads as exactly these words, wherever in a line they stand."""

import re

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ue000\ue001]")
SPACE = re.compile("[ \t\r\n\f\v\u00a0\u2007\u202f\u2009\u3000]+")


def legal(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return ILLEGAL.sub("", text)


def escaped(text: str) -> str:
    """Words as Markdown that reads as exactly these words (within a line)."""
    text = SPACE.sub(" ", ILLEGAL.sub("", text))
    text = _BACKSLASH.sub(r"\\\\", text).replace("`", "\\`")
    text = _STAR.sub(r"\\*", text)
    if "_" in text:
        text = _UNDERSCORES.sub(_underscores, text)
    if "[" in text and _LINKED.search(text):
        text = text.replace("[", "\\[")
    return _ANGLE.sub("&lt;", _ENTITY.sub("&amp;", text))


def plain_blocks(text: str) -> str:
    """Bare text with line ends as paragraphs of Markdown."""
    return "\n\n".join(
        line_start(escaped(line.strip())) for line in re.split(r"\r\n?|\n", text) if line.strip()
    )


_BACKSLASH = re.compile(r"\\(?=[\\`*_{}\[\]()>#+\-.!|]|[ ]?$)")
_STAR = re.compile(r"(?<![ ])\*|\*(?![ ])")
_UNDERSCORES = re.compile(r"_+")
_LINKED = re.compile(r"\][(\[:{]|\[[\^!]|\][ ]?$")
_ANGLE = re.compile(r"<(?=\S|[ ]?$)")
_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_NUMBERED = re.compile(r"\([0-9]{1,3}\) ?$")


def _underscores(found: re.Match[str]) -> str:
    """Runs that stand for a blank may stay; what Markdown would take for emphasis, or we for a gap, may not."""
    text, run = found.string, found[0]
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    if len(run) >= 3:
        kept = not (
            before.isalnum()
            or after.isalnum()
            or _NUMBERED.search(text[max(found.start() - 7, 0) : found.start()])
        )
    else:
        kept = before.isalnum() and after.isalnum()
    return run if kept else "\\_" * len(run)


_STARTS = (
    (re.compile(r"#"), "\\#"),
    (re.compile(r">"), "\\>"),
    (re.compile(r"\|"), "\\|"),
    (re.compile(r"-(?=[ \t(\[]|$|-)"), "\\-"),
    (re.compile(r"\+(?=[ \t(\[]|$)"), "\\+"),
    (re.compile(r":(?= |$)"), "&#58;"),
    (re.compile(r"="), "&#61;"),
    (re.compile(r"~(?=~~)"), "&#126;"),
    (re.compile(r"\((?=[0-9]{1,3}\)[ \t]*[=:])"), "\\("),
    (re.compile(r"\[(?=[^\[\]]*\]:)"), "\\["),
)
_STEP = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)")
_RULE = re.compile(r"(?:_[ ]*){3,}")


def line_start(text: str) -> str:
    """A paragraph that is not taken for a heading, a list, an answer … by how it begins."""
    if _RULE.fullmatch(text):
        return text.replace("_", "\\_", 1)
    if step := _STEP.match(text):
        return f"{step[1]}\\{step[2]}{text[step.end() :]}"
    for pattern, instead in _STARTS:
        if found := pattern.match(text):
            return instead + text[found.end() :]
    return text

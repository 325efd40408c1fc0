"""What a Word file says apart from its text: how styles look, which are headings, and how lists are numbered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from learning.content.exchange.word.elements import WORD, val, value, whole
from learning.vietnamese.folding import fold

Look = dict[str, str]  # properties of a run by name; "" switches one off

_DEEPEST = 12  # styles that stand on each other


@dataclass(frozen=True)
class Style:
    name: str = ""  # folded
    level: int | None = None  # of a heading, from 1
    number: tuple[str, int] | None = None  # the list it belongs to: id and depth
    look: Mapping[str, str] = field(default_factory=dict)


class Styles:
    """The styles of a document with all that they inherit."""

    def __init__(self, root: Any | None) -> None:
        self.elements: dict[str, Any] = {}
        self.defaults: Look = {}
        self.paragraph = ""  # the id of the style of a paragraph that names none
        self._made: dict[str, Style] = {}
        if root is None:
            return
        for element in root.iter(WORD + "style"):
            key = value(element, "styleId")
            self.elements.setdefault(key, element)
            if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true", "on"):
                self.paragraph = key
        properties = root.find(f"{WORD}docDefaults/{WORD}rPrDefault/{WORD}rPr")
        if properties is not None:
            self.defaults = look(properties)

    def of(self, key: str) -> Style:
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, key: str) -> Style:
        made = Style()
        for element in reversed(list(self._chain(key))):
            name = fold(val(element.find(WORD + "name")))
            properties = element.find(WORD + "pPr")
            level = heading_level(name) or outline(properties)
            inherited = made.level if level is None else level or None
            made = Style(
                name,
                inherited,
                list_of(properties, made.number),
                {**made.look, **look(element.find(WORD + "rPr"))},
            )
        return made

    def _chain(self, key: str) -> Iterator[Any]:
        seen: set[str] = set()
        while key in self.elements and key not in seen and len(seen) < _DEEPEST:
            seen.add(key)
            yield self.elements[key]
            key = val(self.elements[key].find(WORD + "basedOn"))


def outline(properties: Any | None) -> int | None:
    """The level a paragraph's properties give, from 1; 0 for "body text", None where they say nothing."""
    if properties is None or (found := properties.find(WORD + "outlineLvl")) is None:
        return None
    level = whole(val(found), 9)
    return level + 1 if 0 <= level < 9 else 0


_HEADING = re.compile(r"(?:heading|tieu de|de muc|dau de) ?([1-9])")


def heading_level(name: str) -> int | None:
    found = _HEADING.fullmatch(name)
    return int(found[1]) if found else None


def list_of(properties: Any | None, inherited: tuple[str, int] | None) -> tuple[str, int] | None:
    found = None if properties is None else properties.find(WORD + "numPr")
    if found is None:
        return inherited
    key, depth = found.find(WORD + "numId"), found.find(WORD + "ilvl")
    if key is None:
        return inherited and (inherited[0], whole(val(depth), inherited[1]))
    return None if val(key) in ("0", "") else (val(key), min(max(whole(val(depth)), 0), 8))


# --- The look of a run

_SWITCHES = {
    "b": "bold",
    "i": "italic",
    "strike": "strike",
    "dstrike": "strike",
    "vanish": "hidden",
    "webHidden": "",
    "specVanish": "hidden",
}


def look(properties: Any | None) -> Look:
    """bold, italic, underline, strike, hidden, colour, marker, raised, font, style: "" where switched off."""
    made: Look = {}
    for element in () if properties is None else properties:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if _SWITCHES.get(name):
            made[_SWITCHES[name]] = "" if val(element) in ("0", "false", "off", "none") else "yes"
        elif name == "u":
            made["underline"] = "" if val(element) in ("none", "") else "yes"
        elif name == "color":
            made["colour"] = _colour(val(element))
        elif name == "highlight":
            made["marker"] = "" if val(element) in ("none", "white") else val(element)
        elif name == "shd":
            made["shade"] = (
                "" if value(element, "fill").upper() in ("", "AUTO", "FFFFFF") else value(element, "fill")
            )
        elif name == "vertAlign":
            made["raised"] = val(element) if val(element) in ("superscript", "subscript") else ""
        elif name == "rFonts":
            font = value(element, "ascii") or value(element, "hAnsi")
            if font or element.get(WORD + "asciiTheme") or element.get(WORD + "hAnsiTheme"):
                made["font"] = font
        elif name == "rStyle":
            made["style"] = val(element)
    return made


def _colour(text: str) -> str:
    """Black and what is as good as black is no colour."""
    if not re.fullmatch("[0-9A-Fa-f]{6}", text):
        return ""
    parts = [int(text[at : at + 2], 16) for at in (0, 2, 4)]
    return "" if max(parts) < 0x50 else text.upper()


# --- Automatic numbers


@dataclass(frozen=True)
class Level:
    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    restart: int | None = None  # restarts after a level so deep; None: after any higher one, 0: never
    legal: bool = False  # all numbers Arabic


@dataclass(frozen=True)
class Label:
    """What Word prints before a paragraph of a list: `text` is "" for a bullet."""

    text: str
    depth: int
    bullet: bool


class Numbering:
    """Counts the numbered paragraphs of a document in their order."""

    def __init__(self, root: Any | None) -> None:
        self.levels: dict[str, dict[int, Level]] = {}  # by the id of an abstract list
        self.abstract: dict[str, str] = {}
        self.overrides: dict[tuple[str, int], Level] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        by_style: dict[str, str] = {}
        links: dict[str, str] = {}
        for element in root.iter(WORD + "abstractNum"):
            key = value(element, "abstractNumId")
            self.levels[key] = dict(map(_level, element.iter(WORD + "lvl")))
            if name := val(element.find(WORD + "styleLink")):
                by_style[name] = key
            if name := val(element.find(WORD + "numStyleLink")):
                links[key] = name
        for key, name in links.items():
            self.levels[key] = self.levels.get(by_style.get(name, ""), self.levels[key])
        for element in root.iter(WORD + "num"):
            self._list(value(element, "numId"), element)

    def _list(self, key: str, element: Any) -> None:
        self.abstract[key] = val(element.find(WORD + "abstractNumId"))
        for override in element.iter(WORD + "lvlOverride"):
            depth = whole(value(override, "ilvl"))
            start = override.find(WORD + "startOverride")
            if start is not None:
                self.restarts[key, depth] = whole(val(start), 1)
            changed = override.find(WORD + "lvl")
            if changed is not None:
                self.overrides[key, depth] = _level(changed)[1]

    def next(self, key: str, depth: int) -> Label | None:
        """The label of the next paragraph of a list, None where there is no such list."""
        if key not in self.abstract:
            return None
        abstract = self.abstract[key]
        counts = self._counts.setdefault(abstract, [None] * 9)
        level = self._level(key, depth)
        if (key, depth) in self.restarts and (key, depth) not in self._begun:
            counts[depth] = self.restarts[key, depth]
        elif (current := counts[depth]) is None:
            counts[depth] = level.start
        else:
            counts[depth] = current + 1
        self._begun.add((key, depth))
        for deeper in range(depth + 1, 9):
            restart = self._level(key, deeper).restart
            if restart is None or (restart and depth < restart):
                counts[deeper] = None
        if level.format == "bullet":
            return Label("", depth, True)
        if level.format == "none" and "%" not in level.text:
            return Label(level.text.strip(), depth, False)
        return Label(self._text(key, level, counts).strip(), depth, False)

    def _text(self, key: str, level: Level, counts: list[int | None]) -> str:
        def number(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            other = self._level(key, depth)
            count = counts[depth]
            return numeral(
                other.start if count is None else count, "decimal" if level.legal else other.format
            )

        return re.sub("%([1-9])", number, level.text)

    def _level(self, key: str, depth: int) -> Level:
        found = self.overrides.get((key, depth))
        return found or self.levels.get(self.abstract.get(key, ""), {}).get(
            depth, Level(text=f"%{depth + 1}.")
        )


def _level(element: Any) -> tuple[int, Level]:
    restart, start = element.find(WORD + "lvlRestart"), element.find(WORD + "start")
    text = element.find(WORD + "lvlText")
    legal = element.find(WORD + "isLgl")
    return min(max(whole(value(element, "ilvl")), 0), 8), Level(
        val(element.find(WORD + "numFmt")) or "decimal",
        "" if text is None else val(text),
        1 if start is None else whole(val(start), 1),
        None if restart is None else whole(val(restart)),
        legal is not None and val(legal) not in ("0", "false"),
    )


_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def numeral(number: int, form: str) -> str:
    """A number as Word writes it in a list: 3 is "3", "03", "c", "C", "iii" or "III"."""
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 780:
        letters = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "upperLetter" else letters.lower()
    if form in ("upperRoman", "lowerRoman") and 1 <= number < 4000:
        left, letters = number, ""
        for size, letter in _ROMAN:
            letters += letter * (left // size)
            left %= size
        return letters if form == "upperRoman" else letters.lower()
    if form in ("none", "bullet"):
        return ""
    return f"{number:02d}" if form == "decimalZero" else str(number)

"""YAML text as nodes that know their places. Nothing raises: what YAML trips over is reported and read as the text it is.

Every scalar stays the text that was written (`001`, `12:30`, `no`); what it means is `frontmatter`'s to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from learning.content.faults import Report

SIZE_CAP = 256 * 1024  # bytes of YAML
DEPTH_CAP = 6
RECOVERIES = 50  # unquoted colons found in one file

Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sequence:
    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    entries: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int


Node = Scalar | Sequence | Table


def compose(text: str, report: Report, first_line: int = 1) -> Node | None:
    """The nodes of a YAML text, or None for an empty one.

    A value that YAML trips over (an unquoted colon, `@`, `[Mới] …`) is reported and read as the text it is.
    """
    if len(text.encode(errors="replace")) > SIZE_CAP:
        report("F006", first_line, 1, key="", expected=f"≤ {SIZE_CAP // 1024} KB", value="…")
        return None
    lines = text.split("\n")
    quoted: set[int] = set()  # each line once: quoting a quoted one again would double it, and again
    broken = False  # told once: what follows may come of it
    for _ in range(RECOVERIES):
        try:
            return _Composer("\n".join(lines), report, first_line).document()
        except yaml.YAMLError as error:
            at = [(mark.line, mark.column) for mark in _marks(error)]
            line, column = at[0] if at else (0, 0)
            found = next((one for one, _ in at if one not in quoted and _entry(lines, one)), None)
            entry = None if found is None else _entry(lines, found)
            key, value = (entry[1].strip(" -:"), entry[2][:60]) if entry else ("", "")
            if entry and "mapping values are not allowed" in str(error):
                report("F007", first_line + line, column + 1, value=value)
            elif not broken:
                broken = True
                expected = "quoted" if entry else "mapping"
                report("F006", first_line + line, column + 1, key=key, expected=expected, value=value)
            if found is None or entry is None:
                return _by_lines(lines, first_line)
            quoted.add(found)
            lines[found] = entry[1] + "'" + entry[2].rstrip().replace("'", "''") + "'"
        except _TooDeepError as deep:
            report("F006", deep.line, deep.column, key="", expected="key: value", value="…")
            return _by_lines(lines, first_line)
    return _by_lines(lines, first_line)


class _TooDeepError(Exception):
    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


class _Composer:
    """Builds nodes out of events, so that depth is counted while reading and every node knows its place."""

    def __init__(self, text: str, report: Report, first_line: int) -> None:
        self.events = yaml.parse(text, Loader=Loader)
        self.faults: list[tuple[str, int, int, dict[str, Any]]] = []
        self.report = report
        self.first_line = first_line

    def document(self) -> Node | None:
        node = None
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                if node is None:
                    node = self.node(event, 0)
                else:  # a second document: read over it
                    self.node(event, 0)
        for code, line, column, params in self.faults:
            self.report(code, line, column, **params)
        return node

    def node(self, event: Any, depth: int) -> Node:
        line, column = self.first_line + event.start_mark.line, event.start_mark.column + 1
        if depth > DEPTH_CAP:
            raise _TooDeepError(line, column)
        if event.anchor is not None:  # aliases carry their name here too
            self.faults.append(("F008", line, column, {"key": event.anchor}))
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self.children(yaml.SequenceEndEvent, depth)), line, column)
        if isinstance(event, yaml.MappingStartEvent):
            children = list(self.children(yaml.MappingEndEvent, depth))
            pairs = zip(children[::2], children[1::2], strict=True)
            return Table(tuple((self.key(key), value) for key, value in pairs), line, column)
        return Scalar(event.value if isinstance(event, yaml.ScalarEvent) else "", line, column)

    def children(self, end: type, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self.node(event, depth + 1)

    @staticmethod
    def key(node: Node) -> Scalar:
        return node if isinstance(node, Scalar) else Scalar("?", node.line, node.column)


def _marks(error: yaml.YAMLError) -> list[Any]:
    """Where YAML stumbled, then where what it was reading began."""
    return [mark for name in ("problem_mark", "context_mark") if (mark := getattr(error, name, None))]


_ENTRY = re.compile(r"(\s*(?:- +)*(?:[^\s:#\-][^:]*:\s+|- +))(\S.*)")


def _entry(lines: list[str], line: int) -> re.Match[str] | None:
    """`key: value` or `- value`, whose value may be quoted in our copy."""
    return _ENTRY.fullmatch(lines[line]) if line < len(lines) else None


def _by_lines(lines: list[str], first_line: int) -> Node | None:
    """What a broken YAML text still says: its plain `key: value` lines, and lists of one line or of `- ` lines."""
    entries: dict[str, tuple[Scalar, Scalar, list[Scalar]]] = {}
    items: list[Scalar] = []  # of the key above
    for number, line in enumerate(lines, first_line):
        if item := re.match(r" *- +(\S.*)", line):
            items.append(_bare(item, number))
        elif (found := re.match(r" *([a-z_]{1,40}):(?= |$) *(.*)", line)) and found[1] not in entries:
            value, items = _bare(found, number, 2), []
            if value.text.startswith("["):
                items += pieces(Scalar(value.text.strip("[]"), number, value.column + 1), ",")
            entries[found[1]] = (_bare(found, number), value, items)
    return Table(
        tuple(
            (key, Sequence(tuple(items), value.line, value.column) if items else value)
            for key, value, items in entries.values()
        ),
        first_line,
        1,
    )


def _bare(found: re.Match[str], line: int, group: int = 1) -> Scalar:
    return Scalar(found[group].strip().strip("\"'"), line, found.start(group) + 1)


def pieces(node: Scalar, separator: str) -> Iterator[Scalar]:
    """The parts of one line, each with its own place; empty ones are passed over."""
    column = node.column
    for part in node.text.split(separator):
        if part.strip():
            yield Scalar(part.strip(), node.line, column + len(part) - len(part.lstrip()))
        column += len(part) + len(separator)

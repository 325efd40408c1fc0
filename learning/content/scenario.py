"""A branching scenario: `## ` nodes with a `Mã`, choices that lead on (`-> nút ; điểm +1`), and endings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from learning.content import frontmatter
from learning.content.drafts import NODE_KEYS, Draft, Piece, read_draft
from learning.content.faults import Report
from learning.content.frontmatter import WrongTypeError
from learning.content.model import Choice, Node, Scenario
from learning.content.outline import SectionBlock
from learning.content.questions import OPTIONS_CAP, Renderer
from learning.content.tree import SourcePage
from learning.content.yaml_text import Scalar
from learning.vietnamese.folding import fold, slugify

Ending = Literal["", "passed", "failed"]

_TARGET = re.compile(
    r"(.*)(?:->|→)[ \t]*([^;]*?)[ \t]*(?:;[ \t]*(?:điểm|points)[ \t]*:?[ \t]*(.*))?", re.S | re.I
)
_POINTS = re.compile(r"[+\-−]?[0-9]{1,4}(?:[.,][0-9]{1,2})?")


@dataclass(frozen=True)
class _Placed:
    """A node with where it and the targets of its choices stand."""

    node: Node
    line: int
    targets: tuple[tuple[int, int], ...]


def read(page: SourcePage, render: Renderer, report: Report) -> Scenario | None:
    """The scenario of a page; None where it has no nodes. Reports B001 to B004."""
    placed: dict[str, _Placed] = {}
    for section in page.sections:
        one = _node(page, section, render, report)
        if one.node.id in placed:
            other = f"{page.file}:{placed[one.node.id].line}"
            report("Q002", one.line, 1, id=one.node.id, other=other)
        else:
            placed[one.node.id] = one
    if not placed:
        report("B003", 1, 1, node="…")
        return None
    _check(placed, report)
    # Only what can be walked is kept.
    nodes = []
    for one in placed.values():
        choices = tuple(choice for choice in one.node.choices if choice.target in placed)
        nodes.append(one.node if choices == one.node.choices else _with(one.node, choices))
    return Scenario(nodes=tuple(nodes))


def _node(page: SourcePage, section: SectionBlock, render: Renderer, report: Report) -> _Placed:
    draft = read_draft(page, section.intro[0], section.intro[1], NODE_KEYS)
    choices, targets = [], []
    for key, piece in enumerate(draft.options[:OPTIONS_CAP], 1):
        choice, column = _choice(str(key), piece, render, report)
        choices.append(choice)
        targets.append((piece.line, column))
    node = Node(
        id=_id(draft, section, report),
        title=section.title,
        html=render.block("\n".join(draft.stem).strip("\n")),
        choices=tuple(choices),
        ending=_ending(draft, report),
    )
    return _Placed(node, section.line, tuple(targets))


def _id(draft: Draft, section: SectionBlock, report: Report) -> str:
    fallback = slugify(section.title) or f"nut-{section.line}"
    pieces = draft.keys.get("id")
    if not pieces or not pieces[0].text:
        report("F009", section.line, 1, key="Mã", vietnamese="Mã")
        return fallback
    piece = pieces[0]
    try:
        return frontmatter.identifier(Scalar(piece.text, piece.line, piece.column))
    except WrongTypeError as wrong:
        report("F006", piece.line, piece.column, key="Mã", expected=wrong.expected, value=piece.text)
        return fallback


def _ending(draft: Draft, report: Report) -> Ending:
    pieces = draft.keys.get("ending")
    if not pieces:
        return ""
    written = fold(pieces[0].text).rstrip(".")
    if written in ("dat", "passed", "pass"):
        return "passed"
    if written in ("khong dat", "chua dat", "failed", "fail"):
        return "failed"
    expected = "đạt | không đạt | passed | failed"
    report("F006", pieces[0].line, pieces[0].column, key="Kết thúc", expected=expected, value=pieces[0].text)
    return "failed"  # an ending all the same


def _choice(key: str, piece: Piece, render: Renderer, report: Report) -> tuple[Choice, int]:
    found = _TARGET.fullmatch(piece.text)
    text, target, points = (found[1], found[2].strip(), found[3]) if found else (piece.text, "", None)
    column = piece.column + (found.start(2) if found else len(piece.text))
    if not text.strip():
        report("Q016", piece.line, piece.column)
    value = Decimal(0)
    if points is not None:
        if _POINTS.fullmatch(points.strip()):
            value = Decimal(points.strip().replace("−", "-").replace(",", "."))
        else:
            report("F006", piece.line, piece.column, key="Điểm", expected="number", value=points)
    feedback = "\n".join(piece.feedback).strip()
    choice = Choice(
        key=key,
        html=render.leaf(text),
        target=target,
        points=value,
        feedback=render.leaf(feedback) if feedback else "",
    )
    return choice, column


def _with(node: Node, choices: tuple[Choice, ...]) -> Node:
    return Node(id=node.id, title=node.title, html=node.html, choices=choices, ending=node.ending)


def _check(placed: Mapping[str, _Placed], report: Report) -> None:
    for one in placed.values():
        for choice, (line, column) in zip(one.node.choices, one.targets, strict=True):
            if choice.target not in placed:
                report("B001", line, column, target=choice.target)
    leads = {name: [c.target for c in one.node.choices if c.target in placed] for name, one in placed.items()}
    reached = set(_walk(leads, [next(iter(placed))]))
    endings = [name for name, one in placed.items() if one.node.ending]
    backwards: dict[str, list[str]] = {name: [] for name in placed}
    for name, targets in leads.items():
        for target in targets:
            backwards[target].append(name)
    ends = set(_walk(backwards, endings))
    stuck = [name for name, one in placed.items() if not one.node.ending and not one.node.choices]
    for name, one in placed.items():
        if name not in reached:
            report("B002", one.line, 1, node=name)
        if name in stuck:
            report("B003", one.line, 1, node=name)
        elif endings and name not in ends and leads[name]:
            report("B004", one.line, 1, node=name)
    if not endings and not stuck:
        report("B003", next(iter(placed.values())).line, 1, node=next(iter(placed)))


def _walk(leads: Mapping[str, list[str]], start: list[str]) -> Iterator[str]:
    seen = set(start)
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        yield here
        for target in leads[here]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)

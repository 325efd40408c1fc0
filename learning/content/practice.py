"""A practice under a mentor's eyes: `## Các bước`, and under it `### ` steps, each with `Mã` and `Minh chứng`."""

import re
from hashlib import sha256

from learning.content import frontmatter
from learning.content.drafts import STEP_KEYS, Piece, key_of
from learning.content.faults import Report
from learning.content.frontmatter import WrongTypeError
from learning.content.model import Evidence, Practice, Step
from learning.content.outline import FENCE, QuestionBlock, is_steps, notes
from learning.content.questions import Renderer, Stamped
from learning.content.tree import SourcePage
from learning.content.yaml_text import Scalar
from learning.vietnamese.folding import fold

KIND = "step"  # of the stamped id
STEPS_CAP = 50
_EVIDENCE: dict[str, Evidence] = {
    **dict.fromkeys(("", "khong", "none", "no"), "none"),
    **dict.fromkeys(("anh", "hinh", "photo", "picture"), "photo"),
    **dict.fromkeys(("tep", "file"), "file"),
}


def read(page: SourcePage, render: Renderer, report: Report) -> tuple[Practice | None, list[Stamped]]:
    """The practice of a page (None where it has no steps), and the ids of its steps in their places.

    Reports T001, T003, T004 and Q001."""
    steps: dict[str, Step] = {}
    stamps = []
    blocks = [block for section in page.sections for block in section.questions]
    for block in blocks[STEPS_CAP : STEPS_CAP + 1]:
        report("T004", block.line, 1, most=STEPS_CAP)
    for block in blocks[:STEPS_CAP]:
        keys, body = _sorted(page, block)
        stamped = _stamped(page, block, keys, report)
        stamps.append(stamped)
        made = Step(
            id=stamped.id,
            title=block.title,
            html=render.block(body),
            evidence=_evidence(keys, report),
            line=block.line,
        )
        steps.setdefault(made.id, made)  # Q002 tells of the second
    if not steps:
        report("T001", 1, 1)
        return None, stamps
    return Practice(steps=tuple(steps.values())), stamps


Keys = dict[str, list[Piece]]


def _sorted(page: SourcePage, block: QuestionBlock) -> tuple[Keys, str]:
    """The keys of a step, and the rest of its lines: its body, in which lists and boxes to tick are what they are."""
    keys: Keys = {}
    body = []
    fence = ""
    footnotes = {line for note in notes(page.lines, *block.range) for line in range(*note)}
    for number in range(*block.range):
        line = page.lines[number - 1]
        mark = FENCE.match(line)
        found = None if fence or mark else key_of(line, STEP_KEYS)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if found:
            keys.setdefault(found[0], []).append(Piece(number, found[2], [found[1]]))
        elif number not in footnotes:
            body.append(line)
    return keys, "\n".join(body).strip("\n")


def check_misplaced(page: SourcePage, report: Report) -> None:
    """T002: under `## Các bước` of a page of another kind, a heading followed by a step's own keys.

    A lesson may well tell of steps in its prose: only what is stamped, or asks for evidence, is meant as one."""
    if page.kind == "practice":
        return
    among = False
    for heading in page.headings:
        if heading.level <= 2:
            among = heading.level == 2 and is_steps(heading.text)
        elif among and heading.level == 3 and _keyed(page.lines[heading.line : heading.line + 4]):
            report("T002", heading.line, 1, title=heading.text)


_STAMP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def _keyed(lines: tuple[str, ...]) -> bool:
    for line in lines:
        if line.startswith("#"):
            return False
        found = key_of(line, STEP_KEYS)
        if found and (found[0] == "evidence" or _STAMP.fullmatch(found[1])):
            return True
    return False


def _stamped(page: SourcePage, block: QuestionBlock, keys: Keys, report: Report) -> Stamped:
    pieces = keys.get("id", [])
    for key, more in keys.items():
        for piece in more[1:]:
            report("F008", piece.line, 1, key={"id": "Mã"}.get(key, "Minh chứng"))
    name = ""
    if not pieces or not pieces[0].text:
        report("Q001", block.line, 1)
    else:
        try:
            name = frontmatter.identifier(Scalar(pieces[0].text, pieces[0].line, pieces[0].column))
        except WrongTypeError as wrong:
            place = (pieces[0].line, pieces[0].column)
            report("F006", *place, key="Mã", expected=wrong.expected, value=pieces[0].text)
    seed = f"{page.path}:{block.line}:{block.title}"
    return Stamped(
        id=name or "tam-" + sha256(seed.encode(errors="replace")).hexdigest()[:10],
        kind=KIND,
        file=page.file,
        line=pieces[0].line if pieces else block.line,
        column=pieces[0].column if pieces else 1,
        stamped=bool(name),
        question=None,
    )


def _evidence(keys: Keys, report: Report) -> Evidence:
    pieces = keys.get("evidence")
    if not pieces:
        return "none"
    written = fold(pieces[0].text).rstrip(".")
    if written not in _EVIDENCE:
        report("T003", pieces[0].line, pieces[0].column, value=pieces[0].text)
    return _EVIDENCE.get(written, "none")

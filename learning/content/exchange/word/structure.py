"""Headings of a document, by style or by the way they look, and the sections between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from learning.content.exchange.word.document import Findings
from learning.content.exchange.word.found import Found, Question
from learning.content.exchange.word.keys import Keys
from learning.content.exchange.word.lines import Item, Line, bare
from learning.vietnamese.folding import fold

LONGEST_HEADING = 140  # letters


@dataclass
class Section:
    level: int  # 0: before the first heading
    title: str
    line: int = 0
    items: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


@dataclass
class Outline:
    title: str
    sections: list[Section]
    keys: list[tuple[int, Keys]]  # how many questions stood before, and the list


def outline(found: Found, findings: Findings) -> Outline:
    title, rest = _title(found, findings)
    levels = _levels(rest)
    sections = [Section(0, "")]
    keys: list[tuple[int, Keys]] = []
    asked = 0
    at = 0
    while at < len(rest):
        item = rest[at]
        if isinstance(item, Question):
            sections[-1].questions.append(item)
            asked += 1
        elif isinstance(item, Keys):
            keys.append((asked, item))
            findings.skip(item.line, item.said, "Bảng đáp án: đã ghi vào từng câu hỏi.")
        elif isinstance(item, Line) and (level := levels.get(at)):
            text, at = _whole(rest, at, levels)
            sections.append(Section(level, text, item.number))
            continue
        elif not _passed_over(item, findings):
            sections[-1].items.append(item)
        at += 1
    # Names of chapters that became part of their headings leave levels without a heading.
    levels_used = sorted({section.level for section in sections[1:]})
    for section in sections[1:]:
        section.level = levels_used.index(section.level) + 1
    return Outline(title, sections, keys)


def _whole(items: Found, at: int, levels: dict[int, int]) -> tuple[str, int]:
    """The text of a heading: all lines of its paragraph, and its name where that stands in the next one ("Chương I")."""
    first = items[at]
    if not isinstance(first, Line):
        return "", at + 1
    text = bare(first.spans)
    end = at + 1
    while end < len(items) and isinstance(other := items[end], Line) and other.paragraph is first.paragraph:
        text = f"{text} {bare(other.spans)}".strip()
        end += 1
    if _PART.fullmatch(text.strip(" .:")):
        ahead = end
        while ahead < len(items) and isinstance(blank := items[ahead], Line) and blank.blank:
            ahead += 1
        name = items[ahead] if ahead < len(items) else None
        same = levels.get(ahead) == levels.get(at)
        if (
            isinstance(name, Line)
            and (name.bold or name.text.isupper() or same)
            and _short(name)
            and not _PART.match(name.text)
        ):
            return f"{text.rstrip(' .:')}. {bare(name.spans)}", ahead + 1
    return text, end


# --- Which lines are headings

_PART = re.compile(
    r"\s*(?P<kind>phần|chương|chuyên\s*đề|mô[\s-]?đun|bài|chủ\s*đề|mục|tiểu\s*mục|điều)\s+(?:thứ\s+)?"
    r"(?:[0-9]{1,3}|[IVXLC]{1,7}|[A-H]|nhất|hai|ba|tư|năm)(?![\w])",
    re.IGNORECASE,
)
_RANKS = {
    **{"phần": 0, "chương": 1, "chuyênđề": 1, "môđun": 1},
    **{"bài": 2, "chủđề": 2, "mục": 3, "tiểumục": 5, "điều": 7},
}
_NUMBERS = (
    (re.compile(r"\s*[A-H]\s*[.)–-]\s*\S"), 5),
    (re.compile(r"\s*[IVX]{1,5}\s*[.)–-]\s*\S"), 6),
    (re.compile(r"\s*[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}"), 10),
    (re.compile(r"\s*[0-9]{1,2}\.[0-9]{1,2}(?![0-9])"), 9),
    (re.compile(r"\s*[0-9]{1,2}\s*[.)–-]\s*\S"), 8),
)
_CAPITALS, _ROMAN, _OTHER = 4, (5, 6), 11


def _rank(line: Line) -> int:
    """How high a heading stands by what it is called; 0 is the highest."""
    if found := _PART.match(line.text):
        return _RANKS[re.sub(r"[\s-]", "", found["kind"].lower())]
    unnumbered = _CAPITALS if line.text.isupper() else _OTHER
    return next((rank for pattern, rank in _NUMBERS if pattern.match(line.text)), unnumbered)


def is_part(title: str) -> bool:
    """Whether a heading calls itself a part of something ("Chương I. …")."""
    return _PART.match(title) is not None


def _short(line: Line) -> bool:
    """A short paragraph of one line."""
    text = line.text.strip()
    whole = f"{line.paragraph.label} {line.paragraph.text}" if line.labelled else line.paragraph.text
    return 1 < len(text) <= LONGEST_HEADING and any(map(str.isalpha, text)) and text == whole.strip()


def _looks(line: Line) -> bool:
    """A short bold paragraph of its own; or one that is called a chapter and set off somehow."""
    if not _short(line) or line.paragraph.bullet or _is_caption(line):
        return False
    text = line.text.strip()
    if _PART.match(text) and not _PART.match(text)["kind"].lower().startswith("điều"):  # type: ignore[index]
        return (line.bold or text.isupper() or line.paragraph.centred) and not text.endswith((";", ","))
    if _rank(line) in _ROMAN and re.sub(r"\(.*?\)", "", text).isupper():  # II. PHẦN TỰ LUẬN (3 điểm)
        return not text.endswith((";", ","))
    if text.endswith("?") and _rank(line) < _OTHER:  # 1. Chuyển đổi số là gì?
        return line.bold
    return line.bold and not text.endswith((".", ";", ",", ":", "?", "!", "…"))


def _is_caption(line: Line) -> bool:
    return line.paragraph.style in ("caption", "chu thich") or _CAPTION.match(line.text) is not None


_CAPTION = re.compile(
    r"\s*(?:hình(?: ảnh)?|ảnh|bảng|sơ đồ|biểu đồ|lưu đồ)\s*(?:số\s*)?[0-9][0-9.]*\s*[.:–-]", re.IGNORECASE
)


def _levels(items: Found) -> dict[int, int]:
    """The places of headings and their levels from 1, without gaps."""
    styled = {
        at: item.paragraph.level for at, item in _lines(items) if item.paragraph.level and bare(item.spans)
    }
    looking = {at: _rank(item) for at, item in _lines(items) if at not in styled and _looks(item)}
    ranks: dict[int, float] = {}
    by_rank: dict[int, float] = {}
    for at, level in styled.items():
        item = items[at]
        if isinstance(item, Line):
            by_rank.setdefault(_rank(item), float(level))
            ranks[at] = float(level)
    deepest = max(ranks.values(), default=0.0)
    for at, rank in looking.items():
        # One that is called like a styled one stands where that stands; all others are deeper.
        ranks[at] = by_rank[rank] if rank in by_rank and rank != _OTHER else deepest + 1 + rank / 100
    order = {rank: level for level, rank in enumerate(sorted(set(ranks.values())), 1)}
    return {at: order[rank] for at, rank in ranks.items()}


def _lines(items: Found) -> list[tuple[int, Line]]:
    return [(at, item) for at, item in enumerate(items) if isinstance(item, Line) and not item.blank]


# --- The title, and what is no text

_TITLES = frozenset(("title", "tieu de", "ten tai lieu"))


def _title(items: Found, findings: Findings) -> tuple[str, Found]:
    """What a paragraph of the style Title says, else the first lines where they are set as a title; and the rest."""
    called = [at for at, item in _lines(items) if item.paragraph.style in _TITLES]
    if called:
        lines = [items[at] for at in called[:2]] if called[1:2] == [called[0] + 1] else [items[called[0]]]
    else:
        lines = _set_as_title(items)
    taken = {id(line) for line in lines}
    text = " ".join(bare(line.spans) for line in lines if isinstance(line, Line))
    return text, [item for item in items if id(item) not in taken]


def _set_as_title(items: Found) -> list[Item | Question | Keys]:
    """Capitals, or bold in the middle, at the top; the office that stands above is not the title."""
    lines: list[Item | Question | Keys] = []
    for item in items[:12]:
        if not isinstance(item, Line):
            break
        if item.blank or _OFFICE.match(item.text.strip().upper()) or _DATED.fullmatch(item.text.strip()):
            if lines:
                break
            continue
        set_off = (item.bold and item.paragraph.centred) or item.text.isupper()
        other = (
            item.paragraph.level or item.labelled or _PART.match(item.text) or fold(item.text) == "muc luc"
        )
        if other or not set_off or not _short(item):
            break
        lines.append(item)
        if len(lines) == 2:
            break
    return lines


_DATED = re.compile(r"[^,]{2,40},\s*(?:ngày|tháng|năm)\s.{0,40}")
_OFFICE = re.compile(
    r"(?:[UỦ][ỶY] BAN|UBND|HĐND|HỘI ĐỒNG|SỞ|BAN|PHÒNG|TRƯỜNG|HỌC VIỆN|ĐẢNG|TỈNH|THÀNH PHỐ|HUYỆN|XÃ|CHI CỤC|CỤC"
    r"|CỘNG H[OÒ][AÀ]|ĐỘC LẬP|KỲ THI|BỘ(?! (?:CÂU|ĐỀ|LUẬT|QUY|TÀI)))(?!\w)"
)
_CONTENTS = "Mục lục: các bài được liệt kê tự động."


def _passed_over(item: Item, findings: Findings) -> bool:
    """A table of contents, a line of signs."""
    if not isinstance(item, Line):
        return False
    text = item.text.strip()
    of_contents = re.match(r"toc(?: [1-9]| heading|$)|table of figures|muc luc", item.paragraph.style)
    if of_contents or text.casefold() == "mục lục" or re.fullmatch(r".{1,200}\.{6,}\s*[0-9]{1,4}", text):
        if text:
            findings.skip(item.number, text, _CONTENTS)
        return True
    pictured = any(span.code for span in item.spans)
    return bool(text) and not pictured and re.fullmatch(r"[-=*_~.…+#\s]{3,}", text) is not None


def chapters(sections: Sequence[Section]) -> list[list[Section]]:
    """The sections by the highest heading that they stand under."""
    made: list[list[Section]] = []
    top = min((section.level for section in sections if section.level), default=0)
    for section in sections:
        if not made or section.level <= top:
            made.append([section])
        else:
            made[-1].append(section)
    return made

"""Word files (`.docx`) of Vietnamese offices → lessons and questions.

`package` opens the file; `body` walks its text into a `document`, with `drawings` and `modernising` (fonts of before
Unicode); `layouts` reads out tables that only lay text out; `questions` (which looks `ahead`) and `keys` find what is
asked and what is right, `marking` what is right by its look, `structure` the headings; `prose` and `asked` write
Markdown. In every report the line is the number of the paragraph in the file.
"""

import math
import re
from collections.abc import Sequence

from learning.content.exchange.bank import Bank, BankLesson, BankQuestion, UnreadableError
from learning.content.exchange.word import layouts, questions
from learning.content.exchange.word.asked import Asked, check_numbers, give_keys, words_of
from learning.content.exchange.word.body import read_document
from learning.content.exchange.word.document import Findings, Paragraph, Span, Table, plain
from learning.content.exchange.word.lines import Item, Line, bare, items_of
from learning.content.exchange.word.package import Package, open_package
from learning.content.exchange.word.prose import Prose
from learning.content.exchange.word.structure import Section, chapters, is_part, outline
from learning.content.prose import count_syllables

__all__ = ["read"]

TITLE_CAP = 140  # letters
_COVER = 60  # syllables of what stands before the first heading, if it is no text to be read


def read(data: bytes, *, name: str = "") -> Bank:
    """Lessons and questions of a Word file. Raises UnreadableError for all that is no plain `.docx`."""
    package = open_package(data)
    try:
        return _Reader(package, name).bank()
    except RecursionError as error:
        raise UnreadableError(
            "Tệp Word lồng bảng hoặc khung quá nhiều lớp. Hãy bỏ bớt rồi nhập lại."
        ) from error


class _Reader:
    def __init__(self, package: Package, name: str) -> None:
        self.name = name
        self.package = package
        self.findings = Findings()
        self.document = read_document(package, self.findings)
        self.prose = Prose(self.document.notes, self.findings)
        self.asked = Asked(self.prose, self.findings)

    def bank(self) -> Bank:
        items = layouts.read_out(items_of(self.document.blocks), self.findings)
        found = outline(questions.find(items, self.findings), self.findings)
        every = [question for section in found.sections for question in section.questions]
        check_numbers(every, self.findings)
        give_keys(every, found.keys, self.findings)
        title, sections = self.titled(found.title, found.sections)
        lessons = [
            made for group in chapters(sections) for made in self.chapter(group, title, len(sections) > 1)
        ]
        if not lessons:
            self.findings.warn("Tệp Word không có chữ nào để đưa vào bài.")
        for label, note in self.document.notes.items():
            if label not in self.prose.noted:
                self.findings.skip(0, plain(note), "Chú thích của phần không được đưa vào.")
        return Bank(
            title,
            tuple(lessons),
            self.document.media,
            tuple(sorted(self.findings.skipped, key=lambda one: one.line)),
            tuple(self.findings.warnings),
        )

    def titled(self, title: str, sections: list[Section]) -> tuple[str, list[Section]]:
        """The title of the whole; a single highest heading says it, too."""
        tops = [section for section in sections if section.level == 1]
        lone = len(tops) == 1 and len(sections) > 2 and not (self.said(tops[0]) or tops[0].questions)
        if not title and lone and not is_part(tops[0].title):
            title = tops[0].title
            sections = [section for section in sections if section is not tops[0]]
        title = title or self.property("title") or _stem(self.name)
        return self.short(0, title, "Tên tài liệu dài nên được rút gọn."), sections

    def short(self, line: int, title: str, reason: str) -> str:
        if len(title) <= TITLE_CAP:
            return title
        self.findings.skip(line, title, reason)
        return title[:TITLE_CAP].rsplit(" ", 1)[0] + "…"

    def property(self, name: str) -> str:
        root = self.package.xml("docProps/core.xml")
        for element in () if root is None else root:
            if isinstance(element.tag, str) and element.tag.endswith("}" + name):
                return " ".join((element.text or "").split())
        return ""

    # --- Sections as lessons

    def chapter(self, sections: Sequence[Section], title: str, more: bool) -> list[BankLesson]:
        """A chapter is one lesson (its writer divides a long one); parts of it with text and questions are their own."""
        first = sections[0]
        if first.level == 0 and (more or first.questions):
            first.items = self.without_cover(first)
        apart = len(sections) > 1 and any(
            section.questions and self.said(section) for section in sections[1:]
        )
        if apart:
            return [made for section in sections for made in self.lesson([section], title, first.title)]
        return self.lesson(sections, title, "")

    def lesson(self, sections: Sequence[Section], whole: str, chapter: str) -> list[BankLesson]:
        title = sections[0].title
        items: list[Item] = []
        asked: list[BankQuestion] = []
        for section in sections:
            asked += map(self.asked.question, section.questions)
            if section is not sections[0]:
                if not section.items and section.questions:
                    reason = "Tiêu đề của phần câu hỏi; các câu hỏi đã đưa vào."
                    self.findings.skip(section.line, section.title, reason)
                elif section.title:
                    items.append(_heading(section, section.level - sections[0].level))
            items += section.items
        if title and chapter and title != chapter:
            title = f"{chapter} – {title}" if len(f"{chapter} – {title}") <= TITLE_CAP else title
        body = self.prose.body(items, title or whole).strip()
        intro = ""
        if body and asked and count_syllables(body) <= _COVER and _INSTRUCTION.match(body):
            body, intro = "", body
        if not body and not asked:
            if title and sections[0].level:
                self.findings.skip(sections[0].line, title, "Tiêu đề không có nội dung bên dưới.")
            return []
        title = title or (whole if body else "")
        title = self.short(sections[0].line, title, "Tiêu đề dài nên được rút gọn.")
        text = " ".join([title, body, *map(words_of, asked)])
        citations = tuple(dict.fromkeys(_CITATION.findall(text)))
        return [BankLesson(title, body, intro, tuple(asked), citations, sections[0].line)]

    def said(self, section: Section) -> bool:
        return any(not isinstance(item, Line) or not item.blank for item in section.items)

    def without_cover(self, section: Section) -> list[Item]:
        """Lines of a cover (the office, the year) are no lesson: they are told."""
        end = section.questions[0].line if section.questions else math.inf
        before = [
            item for item in section.items if (item.line if isinstance(item, Table) else item.number) < end
        ]
        lines = [item for item in before if isinstance(item, Line) and not item.blank]
        text = " ".join(bare(line.spans) for line in lines)
        read = any(isinstance(item, Table) for item in before) or any(map(_is_text, lines))
        if read or not text or count_syllables(text) > _COVER:
            return section.items
        reason = "Dòng đầu tài liệu (bìa, cơ quan, ngày tháng) không thuộc bài học."
        self.findings.skip(lines[0].number, text, reason)
        told = set(map(id, before))
        return [item for item in section.items if id(item) not in told]


def _is_text(line: Line) -> bool:
    """A sentence, an instruction, a picture: what is to be read."""
    sentence = len(line.text.split()) > 12 and line.text.rstrip().endswith((".", ";", ":"))
    asks = re.match(r"\s*(?:Câu|CÂU)\s+(?:hỏi\s+|HỎI\s+)?[0-9]", line.text)
    return (
        sentence
        or asks is not None
        or _INSTRUCTION.match(line.text) is not None
        or any(span.code for span in line.spans)
    )


def _heading(section: Section, level: int) -> Line:
    spans = [Span(section.title)]
    return Line(section.line, tuple(spans), Paragraph(section.line, spans, level=max(level, 1)))


def _stem(name: str) -> str:
    text = re.sub(r"\.docx?$", "", name.replace("\\", "/").rpartition("/")[2], flags=re.IGNORECASE)
    return " ".join(re.sub(r"[_]+", " ", text).split()) or "Tài liệu Word"


# 31/2024/QH15, 118/2025/NĐ-CP, 24/CT-TTg, 57-NQ/TW
_CITATION = re.compile(
    r"(?<![\w/])[0-9]{1,5}(?:/[0-9]{4})?[/-](?:UBTV)?(?:QH[0-9]{1,2}|[A-ZĐƯ]{2,}[A-Za-zĐđƯư]*(?:[-/][A-ZĐƯ][A-Za-zĐđƯư]*)*)"
    r"(?![\w/])"
)
_INSTRUCTION = re.compile(
    r"[*(]*(?:Hãy |Anh|Chị|Học viên|Thí sinh|Đồng chí)?.{0,40}(?:chọn|khoanh|đánh dấu|trả lời|tích)\b",
    re.IGNORECASE,
)

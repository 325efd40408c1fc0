"""The files of a course → a bank of lessons and questions, for formats of other systems.

Texts are the Markdown that stands in the files. What is not a lesson or a question that a bank knows (a scenario, a
question with variables or a fault, the rules of a quiz) is listed.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from learning.content import model, tree
from learning.content.compiling import compile_course
from learning.content.drafts import QUESTION_KEYS, SECTION_KEYS, Draft, key_of, read_draft
from learning.content.exchange.bank import Bank, BankGap, BankLesson, BankOption, BankQuestion, Skipped
from learning.content.model import MachineMarked, Question, Source
from learning.content.outline import QuestionBlock, SectionBlock
from learning.content.tree import Findings, SourcePage
from learning.content.variables import evaluate


def read_course(
    files: Mapping[str, bytes],
    *,
    field: str = "field",
    slug: str = "course",
    sources: Mapping[str, Source] | None = None,
) -> Bank:
    """The bank of a course by its files (path within the course → bytes). `sources` is the registry it cites from."""
    return _Reader(dict(files), field, slug, sources or {}).bank()


class _Reader:
    def __init__(self, files: dict[str, bytes], field: str, slug: str, sources: Mapping[str, Source]) -> None:
        silent = Findings()

        def page(name: str, data: bytes) -> SourcePage:
            return tree.read_page(data, name, name, silent.at(name))

        self.files = files
        self.source = tree.course_of(field, Path(field, slug), files, page, beside=frozenset())
        self.course = compile_course(self.source, sources, silent).course
        self.registry = sources
        self.skipped: list[Skipped] = []

    def bank(self) -> Bank:
        home = self.source.home
        title = home.front.get("title", self.source.slug) if home else self.source.slug
        if home and home.body_text.strip():
            self.leave(home, 1, "course.md", "Lời giới thiệu khóa học không thuộc bài nào.")
        lessons = [lesson for page in self.source.pages for lesson in self.lessons(page)]
        if self.source.exam:
            lessons += self.lessons(self.source.exam)
        cited = {key for lesson in lessons for key in lesson.citations}
        cited |= set(self.course.sources) if self.course else set()
        return Bank(
            title=title,
            lessons=tuple(lessons),
            media={path: self.files[path] for path in self.source.media},
            skipped=tuple(self.skipped),
            language=home.front.get("language", "vi") if home else "vi",
            files=self.files,
            sources={key: self.registry[key] for key in sorted(cited) if key in self.registry},
        )

    def lessons(self, page: SourcePage) -> Iterator[BankLesson]:
        if page.kind == "scenario":
            self.leave(page, 1, page.front.get("title", page.slug), "Bài tình huống nhiều nhánh.")
            return
        if page.kind == "practice":
            self.leave(page, 1, page.front.get("title", page.slug), "Trang thực hành có người hướng dẫn.")
            return
        asked = self.asked(page)
        if page.kind == "lesson":
            yield BankLesson(
                title=page.front.get("title", page.slug),
                body=page.body_text.strip("\n"),
                questions=tuple(
                    one for section in page.sections for one in self.questions(page, section, asked)
                ),
                citations=tuple(citation.key for citation in page.front.get("sources", ())),
                key=page.front.get("id", ""),
            )
            return
        for section in page.sections:
            lines = page.lines[section.intro[0] - 1 : section.intro[1] - 1]
            if any(key_of(line, frozenset({"draw", "from"})) for line in lines):
                self.leave(
                    page,
                    section.line,
                    section.title,
                    "Cách rút câu (Rút, Từ) không ghi được; các câu vẫn ghi.",
                )
            said = (
                [line for line in lines if not key_of(line, SECTION_KEYS)]
                if section.line not in asked
                else []
            )
            yield BankLesson(
                title=section.title or page.front.get("title", ""),
                intro="\n".join(said).strip(),
                questions=tuple(self.questions(page, section, asked)),
            )

    def asked(self, page: SourcePage) -> dict[int, Question]:
        """The compiled questions that stand on a page, by their lines; not those that it draws from others."""
        course = self.course
        if course is None:
            return {}
        if page.path != "exam.md":
            return {one.line: one for own in course.pages if own.path == page.path for one in _asked(own)}
        elsewhere = {one.id for other in course.pages for one in _asked(other)}
        return {one.line: one for one in _asked(course.exam) if one.id not in elsewhere}

    def questions(
        self, page: SourcePage, section: SectionBlock, asked: Mapping[int, Question]
    ) -> Iterator[BankQuestion]:
        blocks = section.questions
        if section.line in asked:  # one without a heading
            blocks = (QuestionBlock("", section.line, section.intro), *blocks)
        for block in blocks:
            question = asked.get(block.line)
            if question is None:
                self.leave(page, block.line, block.title, "Câu hỏi còn lỗi nên không ghi được.")
            elif isinstance(question, model.Written):
                self.leave(page, block.line, block.title, "Câu tự luận cần người chấm theo tiêu chí.")
            elif question.variables:
                self.leave(page, block.line, block.title, "Câu hỏi có biến số.")
            else:
                draft = read_draft(page, *block.range, QUESTION_KEYS)
                yield self.question(block, question, draft)

    def question(self, block: QuestionBlock, question: MachineMarked, draft: Draft) -> BankQuestion:
        stem = "\n".join(draft.stem).strip("\n")
        common: dict[str, Any] = {
            "kind": model.kind_of(question),
            "stem": stem if stem.strip() else block.title,
            "title": block.title,
            # What stands in for an id that is missing or none is no key.
            "key": question.id if question.id in (piece.text for piece in draft.keys.get("id", ())) else "",
            "points": question.points,
            "tags": question.tags,
            "hints": tuple(piece.text for piece in draft.keys.get("hint", []) if piece.text),
            "feedback": "\n".join(draft.feedback).strip(),
            "explanation": draft.keys["explanation"][0].text if "explanation" in draft.keys else "",
            "shuffle": question.shuffle,
            "line": block.line,
        }
        return BankQuestion(**common, **_answer(question, draft))

    def leave(self, page: SourcePage, line: int, what: str, reason: str) -> None:
        self.skipped.append(Skipped(line, f"{page.path}: {what}", reason))


def _asked(page: model.Page | None) -> tuple[Question, ...]:
    return page.quiz.questions if page and page.quiz else ()


def _answer(question: MachineMarked, draft: Draft) -> dict[str, Any]:
    match question:
        case model.Single() | model.Multiple():
            return {
                "options": tuple(
                    BankOption(piece.text, one.right, "\n".join(piece.feedback).strip())
                    for piece, one in zip(draft.options, question.options, strict=False)
                )
            }
        case model.TrueFalse():
            return {"answer": question.answer}
        case model.Text():
            return {"accepted": question.accepted}
        case model.Number():
            return {"number": (_decimal(question.low), _decimal(question.high)), "unit": question.unit}
        case model.Match():
            return {"pairs": tuple((left.text, right.text) for left, right in draft.pairs if right.text)}
        case model.Order():
            return {"items": tuple(piece.text for piece in draft.items)}
        case model.Gaps():
            written = {key: piece.text for key, _, piece in reversed(draft.gaps)}
            return {"gaps": tuple(_gap(gap, written[gap.key]) for gap in question.gaps)}


def _decimal(expression: str) -> Decimal:
    value = evaluate(expression)
    return Decimal(value.numerator) / Decimal(value.denominator)


def _gap(gap: model.Gap, written: str) -> BankGap:
    if not gap.options:
        return BankGap(gap.key, gap.accepted)
    parts = re.split(r"[ \t]+/[ \t]+", written)
    parts = parts if len(parts) > 1 else written.split("/")
    texts = [part.strip().removeprefix("*").strip() for part in parts]
    return BankGap(
        gap.key,
        (),
        tuple(BankOption(text, one.right) for text, one in zip(texts, gap.options, strict=False)),
    )

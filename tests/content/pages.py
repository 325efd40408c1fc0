"""A course of one lesson, made of a few lines, for tests of reading and compiling."""

from pathlib import Path
from textwrap import dedent

from learning.content import tree
from learning.content.compiling import Compiled, compile_course
from learning.content.faults import Fault
from learning.content.model import Page, Question
from learning.content.tree import Findings, SourceCourse

SAMPLE = Path(__file__).parent / "sample" / "courses"
HEAD = "---\nid: bai\ntitle: Bài\nminutes: 3\nsources: 1/2025/X\nchecked_on: 2026-01-15\n---\n"


def compile_files(files: dict[str, str | bytes]) -> tuple[Compiled, list[Fault]]:
    """Compiles pages by name (`10-bai.md`, `exam.md`) as one course."""
    findings = Findings("en")
    data = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    pages = {
        name: tree.read_page(bytes_, name, name, findings.at(name))
        for name, bytes_ in data.items()
        if name.endswith(".md")
    }
    source = SourceCourse(
        "finance",
        "sample",
        Path("finance/sample"),
        "finance/sample",
        pages.get("course.md"),
        tuple(page for name, page in sorted(pages.items()) if page.number is not None),
        pages.get("exam.md"),
        tuple(name for name in data if name.endswith(".png")),
        (),
        data,
    )
    return compile_course(source, {}, findings), findings.faults


HOME = "---\ntitle: Khóa\nowner: Sở\ncompletion: lessons\n---\n"


def compile_page(text: str, name: str = "10-bai.md", **others: str) -> tuple[Page, list[Fault]]:
    """Compiles one page; what is not about it is not reported."""
    compiled, faults = compile_files({"course.md": HOME, name: text, **others})
    assert compiled.course is not None
    page = compiled.course.exam if name == "exam.md" else compiled.course.pages[0]
    assert page is not None
    return page, [fault for fault in faults if fault.file == name]


def ask(lines: str, *, options: str = "") -> tuple[Question | None, list[Fault]]:
    """Compiles one question out of what follows its heading; line 1 is the heading."""
    front = HEAD.replace("---\n", f"{options}\n---\n", 2).removeprefix(f"{options}\n") if options else HEAD
    text = f"{front}\n## Câu hỏi\n\n### Câu\n{dedent(lines).strip(chr(10))}\n"
    start = text[: text.index("### Câu")].count("\n")
    page, faults = compile_page(text)
    moved = [
        Fault(one.file, one.line - start, one.column, one.code, one.severity, one.message, one.remedy)
        for one in faults
    ]
    return (page.quiz.questions[0] if page.quiz else None), moved


def places(faults: list[Fault], *, warnings: bool = False) -> list[str]:
    """`line:column CODE` of each fault, in their order in the file."""
    kept = [fault for fault in sorted(faults) if warnings or fault.severity == "fault"]
    return [f"{fault.line}:{fault.column} {fault.code}" for fault in kept]

"""Banks of questions for laws: texts with every sign that the format, or a format of others, gives a meaning."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from learning.content import tree
from learning.content.compiling import Compiled, compile_course
from learning.content.exchange.bank import Bank, BankGap, BankLesson, BankOption, BankQuestion
from learning.content.exchange.writing import Draft, draft_course
from learning.content.model import Course
from learning.content.rendering import Renderer
from learning.content.tree import Findings

TODAY = date(2026, 11, 22)
PIECES = st.sampled_from(
    [
        "Mã: x", "Id: y", "Loại: số", "**Đáp án:** Sai", "Answer: True", "Gợi ý: z", "Giải thích: w",
        "Căn cứ: 1/2025/X", "Rút: 5", "Từ: bai", "= 5", "==", "=", "===", "- (x) a", "- ( ) b", "- [x] c",
        "-(x)d", "* [ ] e", "- ơ ư", "- ỡư x", "(1) = a", "(2) : a / *b", "(1)____", "### h", "## Câu hỏi",
        "# một", "#hai", "> trích", "- gạch", "1. một", "2) hai", "a => b", "- a => b", "<b>đậm</b>",
        "<script>", "a < b", "`<i>`", "``` ", "~~~", "`", "[^1]: chú", "[x](../y.doc)", "![](images/a.png)",
        "[a]: b", "| a | b |", "|---|---|", "---", "***", "chữ", "đất đai", "&lt;", "&", "\\", "\\n",
        "%50%x", "$CATEGORY: a", "::tên::", "// ghi", "{T}", "}", "~sai", "#", "####", "->", ":", "@a",
        "_____", "*nghiêng*", "**đậm**", "  thụt", "    sâu", "\t", "A. x", "ANSWER: B", "Đúng", "12,5",
        "±", "..", "/", " / ", "*x", "|",
    ]
)  # fmt: skip
LETTERS = st.text(
    st.sampled_from(
        "aăâbcdđeêghiklmnoôơpqrstuưvxyạảãấậỉịợ ABCĐ.,;:!?()[]{}<>#*_-+=|~`'\"\\/&%@0123456789\x07\u00a0"
    ),
    max_size=12,
)


def texts(*, empty: bool = True, lines: int = 4) -> st.SearchStrategy[str]:
    line = st.lists(PIECES | LETTERS, min_size=1, max_size=3).map(" ".join)
    made = st.lists(line | PIECES, min_size=1, max_size=lines).map("\n".join)
    some = made.map(str.strip).filter(lambda text: any(map(str.isalnum, text)))
    return st.just("") | some if empty else some


words = st.lists(PIECES | LETTERS, min_size=1, max_size=3).map(
    lambda parts: " ".join(" ".join(parts).split())
)
answers = words.filter(
    lambda text: not re.search(r"\||\]\(|<[A-Za-z/!?]", text) and any(map(str.isalnum, text))
)


@st.composite
def options(draw: st.DrawFn, least: int) -> tuple[BankOption, ...]:
    said = draw(
        st.lists(
            texts(empty=False, lines=3), min_size=2, max_size=4, unique_by=lambda text: " ".join(text.split())
        )
    )
    right = draw(st.sets(st.integers(0, len(said) - 1), min_size=1, max_size=1 if least == 1 else len(said)))
    return tuple(BankOption(text, at in right, draw(texts(lines=2))) for at, text in enumerate(said))


@st.composite
def questions(draw: st.DrawFn) -> BankQuestion:
    kind = draw(
        st.sampled_from(["single", "multiple", "true-false", "text", "number", "match", "order", "gaps"])
    )
    one = BankQuestion(
        kind=kind,
        stem=draw(texts(empty=False)),
        explanation=draw(texts(lines=3)),
        hints=tuple(draw(st.lists(texts(empty=False, lines=2), max_size=2))),
        points=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(3)])),
        feedback=draw(texts(lines=2)) if kind in ("true-false", "text", "number") else "",
    )
    distinct = st.lists(
        texts(empty=False, lines=2),
        min_size=3,
        max_size=4,
        unique_by=lambda text: " ".join(text.casefold().split()),
    )
    if kind in ("single", "multiple"):
        return replace(one, options=draw(options(1 if kind == "single" else 2)))
    if kind == "true-false":
        return replace(one, answer=draw(st.booleans()))
    if kind == "text":
        return replace(one, accepted=tuple(draw(st.lists(answers, min_size=1, max_size=3, unique=True))))
    if kind == "number":
        low, high = sorted(draw(st.tuples(*[st.decimals(-(10**6), 10**6, places=3, allow_nan=False)] * 2)))
        return replace(one, number=(low, high), unit=draw(st.sampled_from(["", "ngày", "%", "km/h", "m²"])))
    if kind == "match":
        sides = [draw(distinct), draw(distinct)]
        return replace(one, pairs=tuple(zip(*(side[:3] for side in sides), strict=True)))
    if kind == "order":
        return replace(one, items=tuple(draw(distinct)))
    gap = st.tuples(st.booleans(), answers, answers)
    gaps = []
    for key, (choose, first, second) in enumerate(draw(st.lists(gap, min_size=1, max_size=2)), 1):
        if choose and first != second:
            gaps.append(BankGap(str(key), options=(BankOption(first, True), BankOption(second))))
        else:
            gaps.append(BankGap(str(key), accepted=(first,)))
    return replace(one, stem=one.stem + " " + " ".join(f"({gap.key})____" for gap in gaps), gaps=tuple(gaps))


def bank(*asked: BankQuestion, **others: object) -> Bank:
    return Bank("Ngân hàng", (BankLesson("Phần một", questions=tuple(asked)),), **others)  # type: ignore[arg-type]


def draft(of: Bank, slug: str = "thu") -> Draft:
    return draft_course(of, owner="Sở Tài chính", today=TODAY, field="finance", slug=slug)


def compiled(files: dict[str, bytes], slug: str = "thu") -> tuple[Compiled, Findings]:
    findings = Findings("en")
    folder = Path(f"finance/{slug}")

    def page(name: str, data: bytes) -> tree.SourcePage:
        return tree.read_page(data, name, name, findings.at(name))

    return compile_course(tree.course_of("finance", folder, files, page), {}, findings), findings


def course(files: dict[str, bytes]) -> Course:
    made, _ = compiled(files)
    assert made.course is not None
    return made.course


RENDER = Renderer("finance", "thu")

"""Banks as other systems could hold them, drawn at random: what every format of them should give back."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from learning.content.exchange.bank import Bank, BankGap, BankLesson, BankOption, BankQuestion
from learning.content.exchange.escaping import escaped
from learning.content.exchange.shapes import tidy

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
WORDS = """hồ sơ đất đai một cửa công chức cấp xã a<b 5*3 ho_ten R&D [1] 50% # = | (2) {x} ~ \\ “Ủy ban” x/y""".split()  # noqa: SIM905

plain = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(lambda words: "Câu " + " ".join(words))
typed = st.lists(
    st.sampled_from(["ba", "mươi", "đất", "UBND", "30", "x*y", "a~b", "c}d", "e#f", "g/h"]),
    min_size=1,
    max_size=3,
).map(" ".join)


leaves = plain.map(escaped) | plain.map(lambda text: f"**đậm** {escaped(text)} *nghiêng*")
blocks = (
    st.lists(
        leaves
        | st.just("- một\n- hai\n  - ba")
        | st.just("| A | B |\n| --- | --- |\n| c | d |")
        | st.just("> trích"),
        min_size=1,
        max_size=3,
        unique=True,
    )
    .map("\n\n".join)
    .filter(lambda text: "- một" not in text.split("\n\n")[0][:3])
)
numbers = st.decimals(Decimal(-1000), Decimal(1000), places=2).map(tidy)


@st.composite
def questions(draw, kinds, *, number: int):
    kind = draw(st.sampled_from(kinds))
    answer: dict[str, object] = {}
    stem = f"Câu hỏi {number} {draw(leaves)}"
    if draw(st.booleans()):
        stem += "\n\n" + draw(blocks)
    if kind in ("single", "multiple"):
        texts = draw(st.lists(leaves, min_size=2, max_size=4, unique=True))
        right = {draw(st.integers(0, len(texts) - 1))}
        if kind == "multiple":
            right |= draw(st.sets(st.integers(0, len(texts) - 1)))
        answer["options"] = tuple(
            BankOption(text, place in right, draw(st.just("") | leaves)) for place, text in enumerate(texts)
        )
        answer["shuffle"] = draw(st.none() | st.booleans())
    elif kind == "true-false":
        answer |= {"answer": draw(st.booleans()), "feedback": draw(st.just("") | leaves)}
    elif kind == "text":
        accepted = draw(st.lists(typed, min_size=1, max_size=3, unique=True))
        answer |= {"accepted": tuple(accepted), "feedback": draw(st.just("") | leaves)}
    elif kind == "number":
        low, high = sorted((draw(numbers), draw(numbers)))
        answer |= {"number": (low, high), "feedback": draw(st.just("") | leaves)}
    elif kind == "match":
        lefts = draw(st.lists(leaves, min_size=2, max_size=4, unique=True))
        rights = draw(st.lists(plain.map(escaped), min_size=len(lefts), max_size=len(lefts) + 1, unique=True))
        lefts += [""] * (len(rights) - len(lefts))
        answer["pairs"] = tuple(zip(lefts, rights, strict=True))
    elif kind == "order":
        answer["items"] = tuple(draw(st.lists(leaves, min_size=3, max_size=5, unique=True)))
    elif kind == "gaps":
        gaps = []
        for key in range(1, draw(st.integers(1, 3)) + 1):
            stem += f"\n\nvà ({key})____"
            if draw(st.booleans()):
                texts = draw(st.lists(leaves, min_size=2, max_size=3, unique=True))
                gaps.append(
                    BankGap(str(key), options=tuple(BankOption(t, n == 0) for n, t in enumerate(texts)))
                )
            else:
                accepted = draw(st.lists(typed, min_size=1, max_size=2, unique=True))
                gaps.append(BankGap(str(key), accepted=tuple(accepted)))
        answer["gaps"] = tuple(gaps)
    return BankQuestion(
        kind=kind,
        stem=stem,
        title=draw(st.just("") | plain.map(lambda text: f"Tiêu đề {number}: " + " ".join(text.split()))),
        key=f"q-{number}",
        points=draw(st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")])),
        explanation=draw(st.just("") | leaves),
        **answer,  # type: ignore[arg-type]
    )


@st.composite
def banks(draw, kinds=("single", "multiple", "true-false", "text", "number", "match", "order", "gaps")):
    lessons = []
    number = 0
    for section in range(draw(st.integers(1, 2))):
        asked = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            asked.append(draw(questions(kinds, number=number)))
        lessons.append(BankLesson(f"Phần {section + 1}: đất đai/xây dựng", questions=tuple(asked)))
    return Bank("Ngân hàng", tuple(lessons))


def comparable(bank: Bank) -> list[tuple[str, list[BankQuestion]]]:
    """Without the lines, which only the written file has, and the names, which are what a file makes of titles."""
    return [
        (lesson.title, [replace(one, line=0, name="") for one in lesson.questions]) for lesson in bank.lessons
    ]

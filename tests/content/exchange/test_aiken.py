"""Aiken: read line by line, and every fault told with the line that it is on."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.exchange import aiken
from learning.content.exchange.bank import Bank, BankOption, BankQuestion, UnreadableError
from tests.content.exchange.banks import bank

TWO = """\
Ai quyết định dự toán?
A. Chủ tịch
B) Hội đồng *nhân dân*
answer: B

D. Trump là ai?
A. Tổng thống
B. Ca sĩ
ANSWER: A
"""


def read(text: str) -> Bank:
    return aiken.read(text.encode(), name="de.txt")


def test_questions_options_and_answers() -> None:
    first, second = read(TWO).lessons[0].questions
    assert first.options == (BankOption("Chủ tịch"), BankOption("Hội đồng \\*nhân dân\\*", True))
    assert (second.stem, second.line, second.options[0].right) == ("D. Trump là ai?", 6, True)


def test_a_question_of_several_lines_and_a_broken_option() -> None:
    found = read("Cho:\ni. một\nChọn?\nA. x\ndài\nB. y\nANSWER: A\n")
    (question,) = found.lessons[0].questions
    assert question.stem == "Cho:\n\ni. một\n\nChọn?"
    assert question.options[0].text == "x dài"
    assert found.warnings == ("Dòng 5: dòng này được nối vào phương án A ở trên.",)


@pytest.mark.parametrize(
    ("written", "line", "reason"),
    [
        ("Câu\nA. x\nB. y\nANSWER: C", 1, "Dòng 4: đáp án “C” không phải"),
        ("Câu\nA. x\nB. y\nANSWER:", 1, "Dòng 4: đáp án “”"),
        ("Câu\nA. x\nC. y\nANSWER: A", 1, "Dòng 3: phương án C ở chỗ của B"),
        ("Câu\nA. x\nANSWER: A", 1, "Dòng 3: câu có ít hơn hai"),
        ("Câu\nA. x\nB. y", 1, "Dòng 3: thiếu dòng “ANSWER:”"),
        ("ANSWER: A", 1, "Dòng 1: đáp án không có câu hỏi"),
        ("Chỉ có chữ", 1, "Dòng 1: không có phương án"),
    ],
)
def test_faults_name_their_line(written: str, line: int, reason: str) -> None:
    found = read(f"{written}\n\n{TWO}") if "ANSWER" in written else read(f"{TWO}\n{written}")
    (skipped,) = found.skipped
    assert len(found.lessons[0].questions) == 2
    assert reason in skipped.reason or reason.partition(": ")[2] in skipped.reason
    assert skipped.line == (line if "ANSWER" in written else 11)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff\xfe\x00", "chữ".encode()])
def test_what_is_no_aiken_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        aiken.read(data)


SAID = st.text(st.sampled_from("abcđấ 1.,?!()*_[]<&"), min_size=1, max_size=20).filter(
    lambda text: any(map(str.isalpha, text))
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(SAID, st.lists(SAID, min_size=2, max_size=5), st.integers(0, 4)), min_size=1, max_size=3
    )
)
def test_what_is_written_is_read_again(asked: list[tuple[str, list[str], int]]) -> None:
    text = "\n\n".join(
        "\n".join(
            [
                f"Hỏi {stem}",
                *(f"{letter}. a{said}" for letter, said in zip("ABCDE", options, strict=False)),
                f"ANSWER: {'ABCDE'[right % len(options)]}",
            ]
        )
        for stem, options, right in asked
    )
    first = read(text)
    assert not first.skipped
    data, left_out = aiken.write(first)
    assert not left_out
    assert aiken.read(data, name="de.txt").lessons[0].questions == first.lessons[0].questions


def test_what_aiken_cannot_say_is_listed() -> None:
    data, left_out = aiken.write(
        bank(
            BankQuestion(kind="true-false", stem="Đúng?", answer=True),
            BankQuestion(
                kind="single", stem="**Chọn**", options=(BankOption("a", True, "vì"), BankOption("b"))
            ),
        )
    )
    assert data.decode() == "Chọn\nA. a\nB. b\nANSWER: A\n"
    assert [(one.what, "phản hồi" in one.reason) for one in left_out] == [
        ("Đúng?", False),
        ("**Chọn**", True),
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["A. ", "B) ", "\n", "\n\n", "ANSWER: ", "A", "é", "answer:", " "]), max_size=30
    ),
    st.binary(max_size=20),
)
def test_nothing_brings_the_reader_down(parts: list[str], data: bytes) -> None:
    with suppress(UnreadableError):
        aiken.write(read("".join(parts)))
    with suppress(UnreadableError):
        aiken.read("".join(parts).encode() + data)

"""The measures of figures.py see what they are there to see: a figure that nothing can miss would hold nothing."""

from collections import Counter
from pathlib import Path

import pytest

from learning.content.model import Option, Single
from tests import make
from tests.content import figures
from tests.content.pages import SAMPLE


def question(*texts: str, right: int = 1) -> Single:
    return Single(
        id="cau",
        title="Câu",
        prompt="<p>Hỏi?</p>",
        options=tuple(
            Option(key=str(n), html=text, right=n == right, feedback="") for n, text in enumerate(texts, 1)
        ),
    )


def test_sentences_end_where_the_reader_stops() -> None:
    html = (
        "<h2>Các bước.</h2><p>Ông hỏi: “Ký luôn chứ?” Ủy ban lấy 1.225 tờ, v.v. và <b>chờ</b>.</p>"
        "<ul><li>Mở sổ</li></ul><table><tr><td>Ô.</td></tr></table>"
    )
    assert figures.sentences(html) == [
        "Ông hỏi: “Ký luôn chứ?”",
        "Ủy ban lấy 1.225 tờ, v.v. và chờ.",
        "Mở sổ",
    ]
    assert figures.average(["một hai", "một hai ba bốn"]) == 3
    assert figures.average([]) == 0


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("Luật 31/2024/QH15, Điều 8", ["31/2024/QH15"]),
        ("24/CT-TTg, 57-NQ/TW và 118/2025/ NĐ-CP", ["24/CT-TTg", "57-NQ/TW", "118/2025/ NĐ-CP"]),
        ("ngày 01/07/2014, trực 24/7, 3/4 số hộ", []),
    ],
)
def test_numbers_of_documents_are_found(html: str, found: list[str]) -> None:
    assert figures.documents(html) == found


def tells(*texts: str, right: int = 1) -> bool:
    return figures.choosings([question(*texts, right=right)], Single)[0].tells


def test_the_longest_is_longer_than_every_other() -> None:
    assert tells("dài nhất", "vừa", "ngắn")
    assert not tells("dài nhất", "vừa", "ngắn", right=2)
    assert not tells("bằng", "bằng")
    assert not tells('<span class="nobr">ngắn</span>', "hơi dài")


def test_a_crooked_spread_is_seen_and_one_question_is_none() -> None:
    asked = [question("a", "b", "c", right=right) for right in (1, 1, 1, 1, 2, 3)]
    places = figures.places(figures.choosings(asked, Single))
    assert places == {3: Counter({1: 4, 2: 1, 3: 1})}
    assert len(list(figures.uneven(places))) == 1
    assert not list(figures.uneven(figures.places(figures.choosings(asked[2:], Single))))


@pytest.mark.parametrize(
    ("text", "explained"),
    [("", False), ("Đúng.", False), ("<p>Chưa đúng:</p>", False), ("Chưa đúng: đơn vị mang nợ.", True)],
)
def test_a_verdict_alone_explains_nothing(text: str, explained: bool) -> None:
    assert figures.explains(text) is explained


REVIEW = """## finance/sample – Mẫu

- **L1**: Luật, bản gốc tại <https://vbpl.vn/a>

| Bài | Khẳng định | Căn cứ | Nơi đọc |
|---|---|---|---|
| 10–20, thi | Một | 01/2025/QĐ-MAU | L1 |
| 30 | Hai |  | báo.vn |
| 40 | Ba | Điều 1 | vbpl.vn/…123.htm |

## it/sample
"""


def library(review: str) -> figures.Library:
    read = figures.read(SAMPLE, Path(__file__), make.NOW.date())
    return figures.Library(read.root, read.checked, read.sources, review)


def test_a_claim_without_a_document_or_a_whole_address_is_seen() -> None:
    found = [(miss.line, miss.what.split(":")[0]) for miss in figures.unsourced(library(REVIEW))]
    assert found == [(8, "no document"), (8, "no address"), (9, "an address cut short")]


def test_a_lesson_nobody_can_sign_off_is_seen() -> None:
    assert [miss.what for miss in figures.unreviewed(library(""))] == ["no section ## finance/sample"]
    missed = [miss.what for miss in figures.unreviewed(library(REVIEW.replace("10–20, ", "10, ")))]
    assert "finance/sample: no row for lesson 20" in missed


def test_a_small_library_misses_what_is_promised() -> None:
    small = library(REVIEW)
    assert not list(figures.faults(small))
    for figure in (figures.amounts, figures.missing_courses, figures.without_english, figures.pools):
        assert list(figure(small)), figure.__name__

"""Wording that gives the key away is remarked on, with its line and what to do; good questions are left in peace."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import craft
from learning.content.checker import check
from learning.settings import ROOT
from tests.content.pages import HEAD, compile_page

GOOD = """
Hộ gia đình nộp đơn ở đâu?

- (x) Bộ phận Một cửa
- ( ) Công an xã
- ( ) Nhà văn hóa thôn
"""


def _remarks(*questions: str, language: str = "vi", options: str = ""):
    head = HEAD.removesuffix("---\n") + options + "---\n"
    asked = "".join(f"### Câu {n}\nMã: cau-{n}\n{text}\n" for n, text in enumerate(questions, 1))
    page, _ = compile_page(f"{head}Chữ.\n\n## Câu hỏi\n\n{asked}")
    return craft.remarks(page, language)


def _codes(*questions: str, **how: str) -> list[str]:
    return [fault.code for fault in _remarks(*questions, **how)]


def test_a_good_question_is_left_in_peace():
    assert _codes(GOOD) == []


def test_the_key_is_the_longest_by_far():
    long = GOOD.replace(
        "Bộ phận Một cửa", "Bộ phận Một cửa, vì nơi ấy tiếp nhận theo thủ tục đã công bố công khai"
    )
    assert _codes(long) == ["K001"]
    assert _codes(GOOD.replace("Công an xã", "Công an xã, vì nơi ấy tiếp nhận theo thủ tục đã công bố")) == []


@pytest.mark.parametrize(
    "option", ["Tất cả các phương án trên", "Cả A và B", "All of the above", "None of these"]
)
def test_an_option_that_speaks_of_the_others(option):
    assert _codes(GOOD.replace("Nhà văn hóa thôn", option)) == ["K002"]


def test_words_of_the_stem_in_the_key_alone():
    asked = GOOD.replace("nộp đơn ở đâu", "nộp đơn đăng ký đất đai ở đâu")
    assert _codes(asked.replace("Bộ phận Một cửa", "Nơi đăng ký đất đai")) == ["K003"]
    both = asked.replace("Bộ phận Một cửa", "Nơi đăng ký đất đai").replace("Công an xã", "Sổ đất đai")
    assert _codes(both) == []


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("Việc nào sau đây không đúng?", True),
        ("Việc nào sau đây KHÔNG đúng?", False),
        ("Việc nào sau đây **không** đúng?", False),
        ("Đơn có phải nộp bản chính không?", False),
        ("Cách nào giúp người dân mà không phải đi lại?", False),
        ("Nơi nộp là những nơi sau, ngoại trừ:", True),
        ("Which of these is not right?", True),
    ],
)
def test_a_negative_that_is_easily_read_over(stem, told):
    assert _codes(GOOD.replace("Hộ gia đình nộp đơn ở đâu?", stem)) == ["K004"] * told


def test_absolute_words_in_wrong_options_alone():
    text = GOOD.replace("Công an xã", "Luôn luôn là Công an").replace("Nhà văn hóa", "Không bao giờ ở nhà")
    assert _codes(text) == ["K005"]
    assert _codes(text.replace("Bộ phận", "Luôn là bộ phận")) == []


def test_the_key_at_one_place_all_through_the_page():
    assert _codes(GOOD, GOOD, GOOD, GOOD) == ["K006"]
    assert _codes(GOOD, GOOD, GOOD, GOOD, options="shuffle_options: true\n") == []
    turned = GOOD.replace("(x)", "(o)").replace("- ( ) C", "- (x) C").replace("(o)", "( )")
    assert _codes(GOOD, GOOD, GOOD, turned) == []


def test_a_remark_says_where_and_what_to_do_in_both_languages():
    text = GOOD.replace("Nhà văn hóa thôn", "Cả A và B")
    (vietnamese,), (english,) = _remarks(GOOD, text), _remarks(GOOD, text, language="en")
    assert vietnamese.line == english.line == 21
    assert "Cả A và B" in vietnamese.message and "Cả A và B" in english.message
    assert "phương án" in vietnamese.remedy and "option" in english.remedy
    assert vietnamese.severity == "info"
    assert all(a and b for texts in craft.REMARKS.values() for a, b in texts)


def test_the_courses_of_the_house_seldom_give_a_key_away():
    found = asked = 0
    for checked in check(ROOT / "courses", today=date(2026, 11, 22)).courses.values():
        assert checked.course is not None
        for page in (*checked.course.pages, *([checked.course.exam] if checked.course.exam else [])):
            found += len(craft.remarks(page))
            asked += len(page.quiz.questions) if page.quiz else 0
    assert found <= asked // 15


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="nào không (x)\n->*#,.? AB", max_size=80), min_size=1, max_size=4))
def test_any_text_is_read_without_a_complaint(texts):
    _remarks(*texts)


@pytest.mark.parametrize("piece", ["nào ", "không ", "trừ ", "<", "a ", "cả a, ", "luôn"])
def test_it_takes_time_in_proportion(piece):
    text = GOOD.replace("nộp đơn", piece * (60_000 // len(piece)))
    page, _ = compile_page(f"{HEAD}Chữ.\n\n## Câu hỏi\n\n### Câu\n{text}\n")
    begun = time.process_time()
    craft.remarks(page)
    assert time.process_time() - begun < 1

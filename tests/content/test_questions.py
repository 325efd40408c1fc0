"""Every kind of question, however it may be written, and every Q fault at its line and column."""

from decimal import Decimal

import pytest

from learning.content.amounts import read_amount
from learning.content.model import (
    Citation,
    Criterion,
    Gaps,
    Match,
    Multiple,
    Number,
    Order,
    Single,
    Text,
    TrueFalse,
    Written,
    kind_of,
)
from learning.content.questions import refers_to_others
from learning.content.variables import BadExpressionError
from tests.content.pages import ask, places

ID = "Mã: cau-1"


def test_a_single_choice_with_everything():
    question, faults = ask("""
        **Mã:** cau-1
        Căn cứ: 118/2025/NĐ-CP, Điều 16; 31/2024/QH15
        **Thẻ**: một cửa, đất đai
        Điểm: 1,5

        Dân nộp ở đâu?

        | Nơi | Giờ |
        |-----|-----|
        | A   | 8   |

        - (x) Bộ phận Một cửa
          > Đúng: **nơi** tiếp nhận.
          > Dòng hai.
        - ( ) Công an xã,
          dù gần hơn
              > Thụt nhiều cũng được.
        - ( )   Trụ sở
        > Không thụt cũng được.

        Gợi ý: Xem bước 1.
        Hint: Xem bước 2,
        dòng hai.
        Giải thích: Nộp một nơi.

        Các bước sau do cơ quan chuyển.
        Difficulty: dễ
        Objective: Biết nơi nộp
        """)
    assert places(faults, warnings=True) == []
    assert isinstance(question, Single)
    assert question.id == "cau-1"
    assert question.points == Decimal("1.5")
    assert question.tags == ("một cửa", "đất đai")
    assert question.citations == (
        Citation(key="118/2025/NĐ-CP", place="Điều 16"),
        Citation(key="31/2024/QH15"),
    )
    assert '<div aria-label="Bảng"' in question.prompt
    assert [option.right for option in question.options] == [True, False, False]
    assert question.options[0].feedback == "Đúng: <strong>nơi</strong> tiếp nhận.\nDòng hai."
    assert question.options[1].html == "Công an xã,\ndù gần hơn"
    assert question.options[1].feedback == "Thụt nhiều cũng được."
    assert question.options[2].feedback == "Không thụt cũng được."
    assert question.hints == ("<p>Xem bước 1.</p>", "<p>Xem bước 2,\ndòng hai.</p>")
    assert question.explanation == "<p>Nộp một nơi.</p>\n<p>Các bước sau do cơ quan chuyển.</p>"
    assert (question.difficulty, question.objective) == ("dễ", "Biết nơi nộp")


def test_keys_may_stand_after_the_stem_and_options_take_any_marker():
    question, faults = ask("Hỏi gì?\n\n* ( ) Một\n+ (X) Hai\n-( ) Ba\n- () Bốn\n\nId: cau-1\nShuffle: no")
    assert places(faults) == []
    assert isinstance(question, Single)
    assert [option.html for option in question.options] == ["Một", "Hai", "Ba", "Bốn"]
    assert [option.right for option in question.options] == [False, True, False, False]
    assert question.shuffle is False


@pytest.mark.parametrize(
    "lines",
    [
        "- [x] A\n- [ ] B\n- [X] C",
        "Loại: chọn nhiều\n- (x) A\n- ( ) B\n- (x) C",
        "Type: multiple\n- (x) A\n- ( ) B",
    ],
)
def test_multiple_choice(lines):
    question, faults = ask(f"{ID}\n{lines}")
    assert isinstance(question, Multiple)
    assert places(faults) == []


@pytest.mark.parametrize(
    ("word", "right"), [("Đúng", True), ("Sai", False), ("True", True), ("false", False)]
)
def test_true_false(word, right):
    question, faults = ask(f"{ID}\nTrái đất tròn.\n\nĐáp án: {word}\n> Vì sao.")
    assert isinstance(question, TrueFalse)
    assert question.answer is right
    assert question.feedback == "<p>Vì sao.</p>"
    assert places(faults) == []


@pytest.mark.parametrize(
    "line",
    ["**Đáp án:** Sai", "**Đáp án: Sai**", "**Đáp án**: **Sai.**", "ĐÁP ÁN : SAI", "__Answer:__ False"],
)
def test_bold_and_capitals_change_no_key(line):
    question, faults = ask(f"**Mã: cau-1**\nTrái đất tròn.\n\n{line}")
    assert isinstance(question, TrueFalse)
    assert (question.id, question.answer) == ("cau-1", False)
    assert places(faults) == []


def test_short_answers():
    question, faults = ask(f"{ID}\nAi ký?\n\n= chủ tài khoản |  người   chuẩn chi\n= thủ trưởng\n> Xem bài.")
    assert isinstance(question, Text)
    assert question.accepted == ("chủ tài khoản", "người chuẩn chi", "thủ trưởng")
    assert question.feedback == "<p>Xem bài.</p>"
    assert places(faults) == []


def test_a_number_is_text_only_where_the_author_says_so():
    question, _ = ask(f"{ID}\nLoại: trả lời ngắn\nSố hiệu?\n= 118/2025/NĐ-CP | 118")
    assert isinstance(question, Text)
    question, faults = ask(f"{ID}\nSố hiệu?\n= 118/2025/NĐ-CP")
    assert question is None
    assert places(faults) == ["4:3 Q024"]


@pytest.mark.parametrize(
    ("written", "low", "high", "exact", "unit"),
    [
        ("20", "20", "20", "20", ""),
        ("20 ± 1 ngày", "19", "21", "20", "ngày"),
        ("20 ngày ± 1", "19", "21", "20", "ngày"),
        ("20 ngày +- 1 ngày", "19", "21", "20", "ngày"),
        ("1.500.000 ± 5%", "1425000", "1575000", "1500000", ""),
        ("1.500.000 đồng ± 5%", "1425000", "1575000", "1500000", "đồng"),
        ("1.500.000 ± 5% đồng", "1425000", "1575000", "1500000", "đồng"),
        ("12,5", "12.5", "12.5", "12.5", ""),
        ("18 .. 20", "18", "20", "19", ""),
        ("18..20 ngày", "18", "20", "19", "ngày"),
        ("18 ngày .. 20 ngày", "18", "20", "19", "ngày"),
        ("-3 ± 0,5", "-3.5", "-2.5", "-3", ""),
        ("-100 ± 10%", "-110", "-90", "-100", ""),
        ("50% ± 5%", "45", "55", "50", "%"),
        ("1.500", "1500", "1500", "1500", ""),
        ("10 / 4", "2.5", "2.5", "2.5", ""),
        ("@a * 3 ± 1%", "( @a * 3 ) * 0.99", "( @a * 3 ) * 1.01", "@a * 3", ""),
        ("@a : 2 ± 1 kg", "( @a / 2 ) - 1", "( @a / 2 ) + 1", "@a / 2", "kg"),
    ],
)
def test_numbers_as_vietnamese_authors_write_them(written, low, high, exact, unit):
    answer = read_amount(written)
    assert (answer.low, answer.high, answer.exact, answer.unit) == (low, high, exact, unit)
    assert answer.other_unit is None


@pytest.mark.parametrize(
    "written", ["", "1.5", "20 ± ", "20 ± x", "1.50.000", "2 ** 3", "1e5", "20 ± 200%", "@", "x", "5 .. "]
)
def test_what_is_no_number(written):
    with pytest.raises(BadExpressionError):
        read_amount(written)


def test_matching():
    question, faults = ask(f"{ID}\nLoại: ghép\nGhép:\n\n- Một => 1\n- Hai =>  2\n- => 3")
    assert isinstance(question, Match)
    assert [one.html for one in question.left] == ["Một", "Hai"]
    assert [one.html for one in question.right] == ["1", "2", "3"]
    assert question.pairs == {"1": "1", "2": "2"}
    assert places(faults) == []


def test_ordering():
    question, faults = ask(f"{ID}\nType: order\nXếp:\n\n1. Một\n2. Hai\n   tiếp\n3) Ba")
    assert isinstance(question, Order)
    assert [one.html for one in question.items] == ["Một", "Hai\ntiếp", "Ba"]
    assert places(faults) == []


def test_gaps():
    question, faults = ask(
        f"{ID}\nTrong (1)____ ngày, tại (2) ____.\n\n(1) = ba mươi | 30\n(2) : A / *B và C / D/E"
    )
    assert isinstance(question, Gaps)
    assert question.prompt == (
        '<p>Trong <span class="gap" data-gap="1">(1)</span> ngày, '
        'tại <span class="gap" data-gap="2">(2)</span>.</p>'
    )
    assert question.gaps[0].accepted == ("ba mươi", "30")
    assert [(one.html, one.right) for one in question.gaps[1].options] == [
        ("A", False),
        ("B và C", True),
        ("D/E", False),
    ]
    assert places(faults) == []


def test_the_choices_of_a_gap_may_stand_close():
    question, faults = ask(f"{ID}\nTại (1)____.\n\n(1): Một cửa/*Công an xã/Tòa án")
    assert isinstance(question, Gaps)
    assert [(one.html, one.right) for one in question.gaps[0].options] == [
        ("Một cửa", False), ("Công an xã", True), ("Tòa án", False)
    ]  # fmt: skip
    assert places(faults) == []


def test_variables():
    question, faults = ask(
        f"{ID}\nBiến: a = 10..50 bước 5, b = 0,5 .. 2\nTính @a lần @b.\n= @a * @b + 1 ± 1% đồng"
    )
    assert isinstance(question, Number)
    assert [(one.name, one.low, one.high, one.step) for one in question.variables] == [
        ("a", 10, 50, 5),
        ("b", Decimal("0.5"), 2, 1),
    ]
    assert question.unit == "đồng"
    assert places(faults) == []


def test_written():
    question, faults = ask(
        f"{ID}\nLoại: tự luận\n\nLàm gì? Viết **ngắn**.\n\nTiêu chí: Nêu *đúng* nơi nhận | 1,5\n"
        "Tiêu chí: Có | trong chữ | 1\n\nGiải thích: Đoạn một.\n\nĐoạn hai.\nGợi ý: Xem lại bài.\n"
    )
    assert isinstance(question, Written)
    assert question.points == Decimal("2.5")
    assert question.criteria == (
        Criterion(html="Nêu <em>đúng</em> nơi nhận", points=Decimal("1.5")),
        Criterion(html="Có | trong chữ", points=Decimal(1)),
    )
    assert question.prompt == "<p>Làm gì? Viết <strong>ngắn</strong>.</p>"
    assert question.explanation == "<p>Đoạn một.</p>\n<p>Đoạn hai.</p>"
    assert [faults, question.hints] == [[], ("<p>Xem lại bài.</p>",)]


def test_a_written_question_is_worth_its_criteria_whatever_its_section_says():
    question, faults = ask(f"{ID}\nLoại: tự luận\nĐiểm: 2,50\nLàm gì?\nTiêu chí: A | 1,5\nTiêu chí: B | 1")
    assert isinstance(question, Written)
    assert (question.points, places(faults)) == (Decimal("2.5"), [])


def test_a_line_that_begins_like_a_criterion_stays_text_in_every_other_question():
    question, faults = ask(
        f"{ID}\n\nXét theo:\nTiêu chí: đúng hạn | đủ\n\n- (x) A\n  > Đúng.\n- ( ) B\n  > Sai."
    )
    assert isinstance(question, Single)
    assert "Tiêu chí: đúng hạn | đủ" in question.prompt
    assert places(faults) == []


def test_options_that_speak_of_the_others_are_pinned():
    for text in ("Cả A và B", "Cả A, B, C", "A và B đúng", "Tất cả các phương án trên", "Tất cả đều đúng", "Cả hai",
                 "Cả ba phương án trên", "Không có phương án nào đúng", "All of the above",
                 "Cả hai đều sai"):  # fmt: skip
        assert refers_to_others(text), text
    for text in (
        "Cả xã",
        "Tất cả công dân đều nộp",
        "Cả hai bên ký biên bản",
        "Không có giấy tờ",
        "A",
        "Ba và bốn",
    ):
        assert not refers_to_others(text), text
    question, faults = ask(f"{ID}\n- (x) A\n- ( ) Cả A và B", options="shuffle_options: true")
    assert places(faults, warnings=True) == ["3:7 Q018", "4:7 Q017", "4:7 Q018"]
    assert isinstance(question, Single)
    assert [option.pinned for option in question.options] == [False, True]


# Each: the lines after the heading (which is line 1), the faults expected.
FAULTS = {
    "Q001": ("- (x) A\n- ( ) B", ["1:1 Q001"]),
    "Q010": (f"{ID}\n- ( ) A\n- ( ) B", ["3:1 Q010"]),
    "Q011": (f"{ID}\n- (x) A\n- (x) B", ["4:1 Q011"]),
    "Q012": (f"{ID}\n- (x) A\n- [ ] B", ["4:1 Q012"]),
    "Q012 alone, for which kind is meant is not known": (f"{ID}\n- [x] A\n- [x] B\n- ( ) C", ["5:1 Q012"]),
    "Q013": (f"{ID}\nHỏi gì?", ["1:1 Q013"]),
    "Q013 of a kind that is answered otherwise": (f"{ID}\nLoại: ghép\n- (x) A\n- ( ) B", ["1:1 Q013"]),
    "Q013 of a choice without options": (f"{ID}\nType: multiple\n= A", ["1:1 Q013"]),
    "Q013 of a declared order": (f"{ID}\nLoại: sắp xếp\nHỏi?", ["1:1 Q013"]),
    "Q014": (f"{ID}\n- (x) A", ["3:1 Q014"]),
    "Q015": (f"{ID}\n- (x) Có  thể\n- ( ) có thể", ["4:7 Q015"]),
    "Q016": (f"{ID}\n- (x) A\n- ( )", ["4:6 Q016"]),
    "Q016 in a text": (f"{ID}\n= a | | b", ["3:3 Q016"]),
    "Q020 unanswered": (f"{ID}\n(1)__ (2)__\n\n(1) = a", ["1:1 Q020"]),
    "Q020 unasked": (f"{ID}\n(1)__\n\n(1) = a\n(3) = b", ["6:1 Q020"]),
    "Q021": (f"{ID}\nLoại: ghép\n- A => 1\n- B => 2\n- C =>", ["6:7 Q021"]),
    "Q021 without an arrow": (f"{ID}\nLoại: ghép\n- A => 1\n- B => 2\n- C", ["6:4 Q021"]),
    "Q022": (f"{ID}\nLoại: ghép\n- A => 1\n- B => 1", ["5:8 Q022"]),
    "Q023": (f"{ID}\nLoại: sắp xếp\n1. A\n2. B", ["4:1 Q023"]),
    "Q024": (f"{ID}\n= 1.5", ["3:3 Q024"]),
    "Q024 of a tolerance": (f"{ID}\n= 5 ± nhiều", ["3:3 Q024"]),
    "Q025": (f"{ID}\n= 20 .. 18", ["3:3 Q025"]),
    "Q025 of a variable": (f"{ID}\nBiến: a = 5..1\n= 3", ["3:7 Q025"]),
    "Q026": (f"{ID}\n= 20 ngày ± 1 giờ", ["3:3 Q026"]),
    "Q027": (f"{ID}\nBiến: a = 1..2\nTính @b.\n= @a + @c", ["4:6 Q027", "5:8 Q027"]),
    "Q027 without any variable": (f"{ID}\n= @a * 3", ["3:3 Q027"]),
    "Q028 by zero": (f"{ID}\nBiến: a = 0..2\n= 6 / @a", ["4:3 Q028"]),
    "Q028 through zero": (f"{ID}\nBiến: a = 1..9\n= 6 / (@a - 5)", ["4:3 Q028"]),
    "Q028 negative": (f"{ID}\nBiến: a = 1..9\n= 5 - @a", ["4:3 Q028"]),
    "Q032": (f"{ID}\nLoại: tự luận\nLàm gì?", ["1:1 Q032"]),
    "Q033": (f"{ID}\nLoại: tự luận\nĐiểm: 3\nLàm gì?\nTiêu chí: A | 1,5\nTiêu chí: B | 1", ["4:7 Q033"]),
    "Q034 without points": (f"{ID}\nType: written\nCriterion: A", ["4:12 Q034"]),
    "Q034 of nothing": (f"{ID}\nType: written\nCriterion: A | 0\nCriterion: B | 1", ["4:12 Q034"]),
    "Q034 of too much": (f"{ID}\nType: essay\nCriterion: A | 101\nCriterion: B | 1", ["4:12 Q034"]),
    "Q034 without a text": (f"{ID}\nLoại: tự luận\nTiêu chí: | 2\nTiêu chí: B | 1", ["4:11 Q034"]),
    "Q035 of options": (f"{ID}\nLoại: tự luận\nLàm gì?\n- (x) A\nTiêu chí: B | 1", ["1:1 Q035"]),
    "Q035 of an answer": (f"{ID}\nLoại: tự luận\nLàm gì?\n= A\nTiêu chí: B | 1", ["1:1 Q035"]),
    "F006 of points": (f"{ID}\nĐiểm: nhiều\n= x", ["3:7 F006"]),
    "F006 of a kind": (f"{ID}\nLoại: đố vui\n= x", ["3:7 F006"]),
    "F006 of an id": ("Mã: Cau 1\n= x", ["2:5 F006"]),
    "F006 of an answer": (f"{ID}\nĐáp án: có lẽ", ["3:9 F006"]),
    "F008 of a variable": (f"{ID}\nBiến: a = 1..2\nBiến: a = 3..4\n= @a", ["4:7 F008"]),
    "F008": (f"{ID}\nMã: cau-2\n= x", ["3:1 F008"]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_is_reported_where_it_stands(case):
    lines, expected = FAULTS[case]
    _, faults = ask(lines)
    assert places(faults) == expected


def test_a_question_without_an_id_is_checked_all_the_same():
    question, faults = ask("- ( ) A\n- ( ) B")
    assert question is None
    assert places(faults) == ["1:1 Q001", "2:1 Q010"]
    question, _ = ask("- (x) A\n- ( ) B")
    assert question is not None
    assert question.id.startswith("tam-")
    assert question == ask("- (x) A\n- ( ) B")[0]


def test_options_without_feedback_are_a_warning():
    _, faults = ask(f"{ID}\n- (x) A\n  > Vì.\n- ( ) B")
    assert places(faults, warnings=True) == ["5:7 Q018"]


def test_a_list_or_fence_in_the_stem_stays_in_the_stem():
    question, _ = ask(
        f"{ID}\nTệp:\n\n- một\n- hai => ba\n\n```\n- (x) mã\nMã: x\n```\n\n1. bước\n2. bước\n\n- (x) A\n- ( ) B"
    )
    assert question is not None
    assert kind_of(question) == "single"
    assert "hai =&gt; ba" in question.prompt
    assert "- (x) mã" in question.prompt
    assert "<ol>" in question.prompt


def test_code_within_an_option_is_shown_as_code():
    question, faults = ask(f"{ID}\n- (x) A\n  ```\n  - (x) mã\n    thụt\n  ```\n  > a\n- ( )B\n  > b")
    assert places(faults, warnings=True) == []
    assert isinstance(question, Single)
    assert question.options[0].html == "<p>A</p>\n<pre><code>- (x) mã\n  thụt\n</code></pre>"
    assert question.options[1].html == "B"


def test_a_question_without_a_stem_is_asked_by_its_heading():
    question, _ = ask(f"{ID}\n- (x) A\n- ( ) B")
    assert question is not None
    assert question.prompt == "<p>Câu</p>"

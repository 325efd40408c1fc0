"""GIFT: every documented kind is carried over or named, and what is written is read again as it was."""

import time
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.exchange import gift
from learning.content.exchange.bank import Bank, BankLesson, BankOption, BankQuestion, UnreadableError
from learning.content.exchange.guarding import clean
from tests.content.exchange.banks import bank, compiled, draft, questions


def read(text: str) -> Bank:
    return gift.read(text.encode(), name="ngan-hang.gift")


def one(text: str) -> BankQuestion:
    found = [question for lesson in read(text).lessons for question in lesson.questions]
    assert len(found) == 1, found
    return found[0]


# --- The kinds of the page


def test_one_right_choice_with_feedback() -> None:
    question = one("::Grant:: Ai? {\n ~wrong #no\n =right # yes \\= 1\n####chung}")
    assert (question.kind, question.title, question.stem, question.line) == ("single", "Grant", "Ai?", 1)
    assert question.options == (BankOption("wrong", False, "no"), BankOption("right", True, "yes = 1"))
    assert question.explanation == "chung"


def test_weights_say_which_of_several_are_right() -> None:
    question = one("Hai người? {\n ~%-50%A\n ~%50%B\n ~%50%C }")
    assert question.kind == "multiple"
    assert [option.right for option in question.options] == [False, True, True]


def test_a_missing_word_leaves_its_blank() -> None:
    assert one("Grant is {~buried =entombed} in the tomb.").stem == "Grant is _____ in the tomb."
    assert one("Two plus two equals {=four =4}.").accepted == ("four", "4")


@pytest.mark.parametrize(("written", "answer"), [("T", True), ("FALSE", False), ("true", True), ("F", False)])
def test_true_and_false(written: str, answer: bool) -> None:
    assert one(f"Mặt trời mọc ở đông.{{{written}}}").answer is answer


def test_both_feedbacks_of_true_and_false_are_kept() -> None:
    assert one("X.{T#chưa#phải}").feedback == "**Trả lời đúng:** phải\n\n**Trả lời sai:** chưa"
    assert one("X.{F#chưa}").feedback == "chưa"


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("#1822", 1822, 1822),
        ("#3.1415:0.0005", "3.141", "3.142"),
        ("#3.141..3.142", "3.141", "3.142"),
        ("#\n =1822:0 #tốt\n =%50%1822:2", 1822, 1822),
        ("#-5:1", -6, -4),
        ("#3,5", "3.5", "3.5"),
        ("#=10:1 =11:1", 9, 12),
    ],
)
def test_numbers(written: str, low: object, high: object) -> None:
    assert one(f"Số? {{{written}}}").number == (Decimal(str(low)), Decimal(str(high)))


def test_pairs_and_a_distractor() -> None:
    question = one("Ghép {\n =Canada -> Ottawa\n =Italy->Rome\n = -> Tokyo\n}")
    assert question.pairs == (("Canada", "Ottawa"), ("Italy", "Rome"), ("", "Tokyo"))


def test_categories_and_descriptions_make_sections() -> None:
    found = read(
        "$CATEGORY: $course$/top/Đất đai/Chương 1//2\n\nMô tả chung.\n\nA?{T}\n\n$CATEGORY: x\nB?{F}"
    )
    assert [(one.title, one.intro, len(one.questions)) for one in found.lessons] == [
        ("Đất đai – Chương 1/2", "Mô tả chung.", 1),
        ("x", "", 1),
    ]


def test_comments_tell_ids_and_tags() -> None:
    question = one("// [id:q\\]1] [tag:một] [tag: hai ]\n// khác\n::a::B?{T}")
    assert (question.key, question.tags) == ("q]1", ("một", "hai"))


@pytest.mark.parametrize(
    ("written", "stem"),
    [
        ("[html]<p>Hai <b>lần</b></p>", "Hai **lần**"),
        ("Hai <b>lần</b>", "Hai **lần**"),
        ("[markdown]*nghiêng*\\n\\n- a", "*nghiêng*\n\n- a"),
        ("[plain]*sao* <b>", "\\*sao\\* &lt;b>"),
        ("[moodle]một\\nhai", "một\n\nhai"),
        ("[khác] một", "[khác] một"),
        ("Một dòng\ngãy ra\nHai dòng", "Một dòng gãy ra\n\nHai dòng"),
        ("\\~ \\= \\# \\{ \\} \\: \\\\", "~ = # { } : \\\\"),
    ],
)
def test_formats_and_escapes(written: str, stem: str) -> None:
    assert one(written + "{T}").stem == stem


def test_a_blank_line_within_the_answers_is_read_over() -> None:
    assert len(one("Câu {\n =a\n\n ~b\n}").options) == 2


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Tự luận {}", "tự luận"),
        ("Tự luận {####chung}", "tự luận"),
        ("Khảo sát {~a ~b}", "khảo sát"),
        ("Hỏng {=a", "{ và }"),
        ("Hỏng }", "{ và }"),
        ("Số {#abc}", "không phải là số"),
        ("Số {#1e999}", "không phải là số"),
        ("Ghép {=a -> b}", "hai cặp"),
        ("Ghép {=a -> b =c}", "->"),
        ("Trả lời {=%50%a}", "trọn điểm"),
    ],
)
def test_what_cannot_be_carried_over_is_named_with_its_line(written: str, reason: str) -> None:
    found = read(f"// đầu tệp\n\nĐúng?{{T}}\n\n{written}\n\nSai?{{F}}")
    assert [lesson.questions for lesson in found.lessons] and len(found.lessons[0].questions) == 2
    assert [(skipped.line, reason in skipped.reason) for skipped in found.skipped] == [(5, True)]


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        ("X {=a ~%50%b}", "tỉ lệ điểm"),
        ("X {=a =b ~c}", "nhiều phương án đúng"),
        ("X {=a =%50%b}", "50%"),
        ("X {=*a*}", "dấu *"),
        ("X {#=1 =5}", "một khoảng"),
    ],
)
def test_what_changes_on_the_way_is_said(written: str, warning: str) -> None:
    assert any(warning in one and one.startswith("Dòng 1: ") for one in read(written).warnings)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"ch\xe4 \xff", "chỉ có chữ".encode(), b"PK\x03\x04"])
def test_what_is_no_gift_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        gift.read(data)


# --- Laws

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
CARRIED = ("single", "multiple", "true-false", "text", "number", "match")


def _as_gift_has_it(question: BankQuestion) -> BankQuestion | None:
    """The question without what GIFT has no place for; None for one that it cannot say."""
    said = [question.feedback] if question.kind == "text" else []
    texts = clean("\n".join([*said, *question.accepted, *(left for left, _ in question.pairs)]))
    if question.kind not in CARRIED or "->" in texts:
        return None
    return replace(
        question,
        stem=clean(question.stem).strip(),
        options=tuple(
            BankOption(clean(one.text).strip(), one.right, clean(one.feedback).strip())
            for one in question.options
        ),
        pairs=tuple((clean(left).strip(), clean(right).strip()) for left, right in question.pairs),
        accepted=tuple(clean(one).strip() for one in question.accepted),
        feedback=clean(question.feedback).strip(),
        explanation=clean(question.explanation).strip(),
        points=Decimal(1),
        hints=(),
        unit="",
        key="q1",
        tags=("một", "hai ba"),
    )


@SLOW
@given(st.lists(questions(), min_size=1, max_size=3))
def test_what_is_written_is_read_again(asked: list[BankQuestion]) -> None:
    kept = [question for one in asked if (question := _as_gift_has_it(one))]
    data, left_out = gift.write(Bank("x", (BankLesson("Chương / một", questions=tuple(kept)),)))
    if not kept:
        return
    assert not left_out
    again = gift.read(data)
    assert not again.skipped
    assert [replace(one, line=0) for lesson in again.lessons for one in lesson.questions] == kept
    assert [lesson.title for lesson in again.lessons] == ["Chương / một"]


def test_what_gift_cannot_say_is_listed() -> None:
    asked = bank(
        BankQuestion(kind="order", stem="Thứ tự", items=("a", "b", "c")),
        BankQuestion(kind="number", stem="Số", number=(Decimal(1), Decimal(2)), unit="ngày"),
    )
    data, left_out = gift.write(asked)
    assert [one.what for one in left_out] == ["Thứ tự", "Số"]
    assert "đơn vị" in left_out[1].reason
    assert b"#1..2" in data


@pytest.mark.parametrize("text", ["[html] x", "// ghi chú", "$CATEGORY: y", "[plain]"])
def test_a_text_that_begins_like_a_part_of_the_format_stays_a_text(text: str) -> None:
    question = BankQuestion(kind="true-false", stem=text, title="Tên", answer=True)
    sections = (
        BankLesson("Một", intro=text, questions=(question,)),
        BankLesson("Hai", questions=(replace(question, title=""),)),
    )
    again = gift.read(gift.write(Bank("x", sections))[0])
    assert [lesson.intro for lesson in again.lessons] == [text, ""]
    assert [one.stem for lesson in again.lessons for one in lesson.questions] == [text, text]


def test_a_tag_and_an_id_that_gift_cannot_say_are_told() -> None:
    question = BankQuestion(kind="true-false", stem="Đúng?", answer=True, key="k[1]", tags=("được", "a[b]"))
    data, left_out = gift.write(bank(question))
    assert b"[id:" not in data
    assert [one.what for one in left_out] == ["Đúng?"]
    assert "mã, thẻ" in left_out[0].reason


SIGNS = [
    *"{}=~#:\\%[]$T1*é ",
    "\n",
    "\n\n",
    "->",
    "::",
    "####",
    "[html]",
    "<b>",
    "&lt;",
    "//",
    "$CATEGORY:",
    "a",
    "..",
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=25))
def test_no_text_brings_the_reader_down(parts: list[str]) -> None:
    with suppress(UnreadableError):
        found = read("".join(parts))
        made = draft(found)
        _, findings = compiled(made.files)
        assert {fault.code for fault in findings.faults if fault.severity == "fault"} <= {
            "Q014",
            "Q015",
            "Q016",
            "Q022",
            "Q021",
        }
        gift.write(found)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    with suppress(UnreadableError):
        gift.read(data)
    with suppress(UnreadableError):
        gift.read(b"a{=" + data + b"}\n\n::b::c{T}")


def test_questions_without_a_blank_line_between_them_stay_apart() -> None:
    text = "::Một::Hà Nội là thủ đô. {T}\n$CATEGORY: hai\n::Hai::Huế là thủ đô. {F}\n::Ba::Hai cộng hai? {=4}"
    bank = gift.read(text.encode())
    assert [[one.title for one in lesson.questions] for lesson in bank.lessons] == [["Một"], ["Hai", "Ba"]]
    assert not bank.skipped


def test_many_names_without_an_answer_are_read_in_one_go() -> None:
    begun = time.process_time()
    with pytest.raises(UnreadableError):
        read("::tên\n" * 60_000)
    assert time.process_time() - begun < 10

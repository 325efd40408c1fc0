"""Questions in Word as they really are: gaps, lost numbers, two in one, keys of every sort; none is merged in silence."""

import pytest
from docx import Document
from docx.shared import RGBColor

from learning.content.exchange.bank import Bank, BankQuestion
from learning.content.exchange.word import read
from tests.content.exchange.word_files import paragraphs, saved

OPTIONS = ("A. Một", "B. Hai", "C. Ba", "D. Bốn")


def banked(*texts: str) -> Bank:
    return read(paragraphs(*texts))


def questions(bank: Bank) -> list[BankQuestion]:
    return [question for lesson in bank.lessons for question in lesson.questions]


def only(*texts: str) -> BankQuestion:
    (question,) = questions(banked(*texts))
    return question


def key(question: BankQuestion) -> str:
    return "".join("ABCDEFGH"[at] for at, option in enumerate(question.options) if option.right)


def told(bank: Bank, code: str) -> list[str]:
    return [warning for warning in bank.warnings if warning.startswith(code)]


# --- Numbers and names


@pytest.mark.parametrize(
    "first",
    [
        "Câu 7: Ai ký giấy này?",
        "Câu 7. Ai ký giấy này?",
        "Câu 7 Ai ký giấy này?",
        "Câu 7) Ai ký giấy này?",
        "CÂU 7: Ai ký giấy này?",
        "Câu số 7: Ai ký giấy này?",
        "Câu hỏi 7. Ai ký giấy này?",
        "Câu 7 (1 điểm): Ai ký giấy này?",
        "7. Ai ký giấy này?",
        "7/ Ai ký giấy này?",
        "- Câu 7: Ai ký giấy này?",
    ],
)
def test_a_question_is_known_by_its_number(first: str) -> None:
    question = only(first, *OPTIONS, "Đáp án: B")
    assert (question.stem, question.title.split()[-1], question.line) == ("Ai ký giấy này?", "7", 1)
    assert [option.text for option in question.options] == ["Một", "Hai", "Ba", "Bốn"]
    assert key(question) == "B"


def test_a_number_alone_in_its_line_has_its_stem_below() -> None:
    assert only("Câu 7:", "Ai ký giấy này?", *OPTIONS, "Đáp án: B").stem == "Ai ký giấy này?"


def test_points_are_carried() -> None:
    assert str(only("Câu 1 (0,5 điểm): Ai?", *OPTIONS, "Đáp án: A").points) == "0.5"


def test_a_gap_in_the_numbers_is_told_with_its_place() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "Đáp án: A", "Câu 4: Gì?", *OPTIONS, "Đáp án: B")
    assert len(questions(bank)) == 2
    assert told(bank, "I001") == [
        "I001 đoạn 7: số thứ tự không liền, sau Câu 1 là Câu 4. Hãy xem có thiếu câu nào không."
    ]


def test_numbers_may_begin_again_in_each_part() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "Đáp án: A", "Câu 1: Gì?", *OPTIONS, "Đáp án: B")
    assert not told(bank, "I001")


def test_a_key_without_its_question_is_told() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "ĐÁP ÁN", "1-A, 2-C")
    assert key(questions(bank)[0]) == "A"
    assert told(bank, "I002") == ["I002 đoạn 7: có đáp án 2-C nhưng không có câu 2."]


def test_a_letter_that_no_option_has_is_told() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "Đáp án: E")
    assert key(questions(bank)[0]) == ""
    assert told(bank, "I003") == ["I003 đoạn 6: đáp án E của Câu 1 không có trong các phương án."]
    assert told(bank, "Q010")


@pytest.mark.parametrize(
    "keys", [("Đáp án: C",), ("Đáp án: ……………………", "Câu 2: Ai?", "A. Một", "*B. Hai", "ĐÁP ÁN", "1-C 2-B")]
)
def test_a_letter_for_a_question_without_options_is_kept_and_told(keys: tuple[str, ...]) -> None:
    bank = read(paragraphs("Câu 1: Vitamin nào tan trong nước?", *keys))
    first = bank.lessons[0].questions[0]
    assert (first.kind, first.accepted) == ("text", ("C",))
    assert any("Câu 1 có đáp án C nhưng không có phương án nào" in warning for warning in bank.warnings)


def test_letters_with_a_gap_are_told() -> None:
    assert told(banked("Câu 1: Ai?", "A. Một", "B. Hai", "D. Bốn", "Đáp án: A"), "I003")


def test_more_than_five_options_are_told() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "E. Năm", "F. Sáu", "Đáp án: F")
    assert key(questions(bank)[0]) == "F"
    assert told(bank, "I004")


# --- Two questions are never made one


def test_a_question_that_lost_its_number_stands_apart() -> None:
    bank = banked(
        "Câu 1: Ai?", *OPTIONS, "Theo Luật số 31/2024/QH15, việc nào sau đây là đúng?", *OPTIONS, "Đáp án: C"
    )
    first, second = questions(bank)
    assert [len(one.options) for one in (first, second)] == [4, 4]
    assert second.stem == "Theo Luật số 31/2024/QH15, việc nào sau đây là đúng?"
    assert (key(first), key(second)) == ("", "C")
    assert told(bank, "I004")


def test_letters_that_begin_again_at_once_are_told_and_kept() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "A. Năm", "B. Sáu", "Câu 2: Gì?", *OPTIONS)
    assert [len(question.options) for question in questions(bank)] == [4, 4]
    assert told(bank, "I004")
    assert "Năm" in bank.lessons[0].body and "Sáu" in bank.lessons[0].body


def test_a_question_without_options_does_not_take_those_of_the_next() -> None:
    bank = banked("Câu 1: Trình bày quy trình tiếp nhận.", "Câu 2: Ai?", *OPTIONS, "Đáp án: D")
    (question,) = questions(bank)
    assert (question.title, question.stem, key(question)) == ("Câu 2", "Ai?", "D")
    assert "Câu 1: Trình bày quy trình tiếp nhận." in bank.lessons[0].body
    assert any("Câu 1 không có phương án" in warning for warning in bank.warnings)


def test_an_essay_with_its_answer_stays_text() -> None:
    bank = banked("Câu 1: Trình bày quy trình.", "Trả lời: " + "Quy trình gồm ba bước nối nhau. " * 4)
    assert not questions(bank)
    assert "ba bước" in bank.lessons[0].body


# --- Stems


def test_a_stem_of_several_lines_keeps_them() -> None:
    question = only(
        "Câu 3: Cho các việc:", "1. Nhận hồ sơ.", "2. Trả kết quả.", "Việc nào trước?", *OPTIONS, "ĐA: A"
    )
    assert question.stem == "Cho các việc:\n\n1\\. Nhận hồ sơ.\n\n2\\. Trả kết quả.\n\nViệc nào trước?"


def test_statements_in_small_letters_are_no_options_of_their_own() -> None:
    question = only(
        "Câu 3: Xét hai ý:", "a) Ý đầu", "b) Ý sau", "Ý nào đúng?", "A. Chỉ a", "B. Chỉ b", "Đáp án: A"
    )
    assert [option.text for option in question.options] == ["Chỉ a", "Chỉ b"]
    assert "Ý đầu" in question.stem


def test_a_negative_that_is_set_off_stays_so() -> None:
    document = Document()
    paragraph = document.add_paragraph("Câu 1: Việc nào ")
    paragraph.add_run("không").underline = True
    paragraph.add_run(" được làm?")
    for option in OPTIONS:
        document.add_paragraph(option)
    (question,) = questions(read(saved(document)))
    assert question.stem == "Việc nào **không** được làm?"


# --- Options


def test_options_run_on_behind_the_stem() -> None:
    question = only("Câu 1: Thủ đô? A. Hà Nội B. Huế C. TP.HCM D. Đà Nẵng", "Đáp án: A")
    assert (question.stem, [option.text for option in question.options]) == (
        "Thủ đô?",
        ["Hà Nội", "Huế", "TP.HCM", "Đà Nẵng"],
    )


def test_a_name_with_a_letter_is_no_option() -> None:
    question = only(
        "Câu 1: Ai?",
        "A. Ông Nguyễn Văn B. ở thôn Đông",
        "B. Bà Trần Thị C. ở thôn Đoài",
        "C. Cả hai",
        "ĐA: C",
    )
    assert question.options[0].text == "Ông Nguyễn Văn B. ở thôn Đông"
    assert len(question.options) == 3


@pytest.mark.parametrize(
    "stem",
    [
        ("Câu 1. Ông Nguyễn Văn A. làm đơn. Bà Trần Thị B. có liên quan. Ai thụ lý?",),
        ("Câu 1. Ông A. kiện bà B. về đất.", "Bà C. có liên quan.", "Ai thụ lý?"),
        ("Câu 1. Hồ sơ mức A. hoặc B. do ai phân loại?",),
    ],
)
def test_persons_in_a_stem_are_no_options_where_options_stand_below(stem: tuple[str, ...]) -> None:
    bank = banked(*stem, *OPTIONS, "Đáp án: B")
    (question,) = questions(bank)
    assert [option.text for option in question.options] == ["Một", "Hai", "Ba", "Bốn"]
    assert (key(question), " ".join(question.stem.split())) == ("B", " ".join(stem).removeprefix("Câu 1. "))
    assert not told(bank, "I004")


def test_options_behind_a_stem_go_on_below() -> None:
    question = only("Câu 1. Hỏi gì? A. Một B. Hai", "C. Ba D. Bốn", "Đáp án: C")
    assert ([option.text for option in question.options], key(question)) == (["Một", "Hai", "Ba", "Bốn"], "C")


def test_an_option_goes_on_in_the_next_paragraph() -> None:
    question = only("Câu 1: Ai?", "A. Người nộp", "hồ sơ", "B. Người nhận", "C. Người thứ ba", "Đáp án: B")
    assert [option.text for option in question.options] == ["Người nộp hồ sơ", "Người nhận", "Người thứ ba"]


@pytest.mark.parametrize(
    "mark",
    ["*B. Hai", "B.* Hai", "B*. Hai", "B. Hai *", "B. Hai (đúng)", "☑ B. Hai", "B. Hai ✓", "[x] B. Hai"],
)
def test_a_star_or_a_tick_marks_the_key(mark: str) -> None:
    question = only("Câu 1: Ai?", "A. Một", mark, "C. Ba")
    assert (key(question), question.options[1].text) == ("B", "Hai")


def test_options_without_letters_are_known_by_the_answer_that_repeats_one() -> None:
    question = only("Câu 1: Ai ký?", "- Chủ tịch", "- Thư ký", "Đáp án: Thư ký")
    assert (question.stem, question.kind, key(question)) == ("Ai ký?", "single", "B")
    assert [option.text for option in question.options] == ["Chủ tịch", "Thư ký"]


# --- Keys


@pytest.mark.parametrize(
    ("line", "letters"),
    [
        ("Đáp án: C", "C"),
        ("ĐÁP ÁN: C", "C"),
        ("Đáp án C", "C"),
        ("ĐA: c", "C"),
        ("Đ/A: C.", "C"),
        ("(Đáp án: C)", "C"),
        ("Đáp án đúng là C", "C"),
        ("Đáp án đúng: B, D", "BD"),
        ("Đáp án: B và D", "BD"),
        ("Đáp án: BD", "BD"),
        ("Đáp án: A B D", "ABD"),
        ("=> Chọn C", "C"),
        ("Chọn đáp án C.", "C"),
        ("Đáp án: Ba", "C"),
        ("Đáp án: C. Ba", "C"),
    ],
)
def test_a_key_under_its_question(line: str, letters: str) -> None:
    question = only("Câu 1: Ai?", *OPTIONS, line)
    assert key(question) == letters
    assert question.kind == ("multiple" if len(letters) > 1 else "single")
    assert question.explanation == ""


def test_a_key_at_the_end_of_the_last_option() -> None:
    question = only("Câu 1: Ai?", *OPTIONS[:3], "D. Bốn     Đáp án: C")
    assert (key(question), question.options[3].text) == ("C", "Bốn")


def test_what_follows_a_key_is_its_explanation() -> None:
    question = only(
        "Câu 1: Ai?", *OPTIONS, "Đáp án: C. Vì luật quy định như vậy.", "Căn cứ: Điều 5 Luật Đất đai"
    )
    assert question.explanation == "Vì luật quy định như vậy.\n\nCăn cứ pháp lý: Điều 5 Luật Đất đai"


def test_explanation_and_hint() -> None:
    question = only(
        "Câu 1: Ai?",
        *OPTIONS,
        "Đáp án: C",
        "Giải thích: Xem Điều 5.",
        "Khoản 2 nói rõ.",
        "Gợi ý: Nhớ lại bài 2.",
    )
    assert question.explanation == "Xem Điều 5.\n\nKhoản 2 nói rõ."
    assert question.hints == ("Nhớ lại bài 2.",)


def styled(*runs: dict[str, object]) -> BankQuestion:
    """A question whose options look as told; what looks like nothing is {}."""
    document = Document()
    document.add_paragraph("Câu 1: Ai?")
    for letter, look in zip("ABCD", runs, strict=False):
        run = document.add_paragraph().add_run(f"{letter}. Phương án {letter}")
        for name, value in look.items():
            if name == "color":
                run.font.color.rgb = RGBColor.from_string(str(value))
            else:
                setattr(run.font, name, value)
    (question,) = questions(read(saved(document)))
    return question


BOLD, RED, BLUE, LINE = {"bold": True}, {"color": "FF0000"}, {"color": "0000FF"}, {"underline": True}
PLAIN: dict[str, object] = {}


@pytest.mark.parametrize(
    ("looks", "letters"),
    [
        ((PLAIN, BOLD, PLAIN, PLAIN), "B"),
        ((BOLD, BOLD, BOLD, BOLD), ""),
        ((BOLD, BOLD, RED | BOLD, BOLD), "C"),
        ((BLUE, BLUE, RED, BLUE), "C"),
        ((PLAIN, PLAIN, PLAIN, LINE), "D"),
        ((BOLD, PLAIN, LINE, PLAIN), "C"),
        ((PLAIN, RED, PLAIN, RED), "BD"),
        ((BOLD, BOLD, BOLD, PLAIN), ""),  # which of them is the odd one is anybody's guess
        (({"color": "000000"}, PLAIN, PLAIN, {"color": "111111"}), ""),
    ],
)
def test_the_option_that_looks_different_is_the_key(
    looks: tuple[dict[str, object], ...], letters: str
) -> None:
    assert key(styled(*looks)) == letters


def test_a_key_in_words_stands_over_a_look() -> None:
    document = Document()
    document.add_paragraph("Câu 1: Ai?")
    for at, option in enumerate(OPTIONS):
        document.add_paragraph().add_run(option).bold = at == 0
    document.add_paragraph("Đáp án: D")
    bank = read(saved(document))
    assert key(questions(bank)[0]) == "D"
    assert any("đã lấy đáp án được ghi" in warning for warning in bank.warnings)


@pytest.mark.parametrize(
    "keys",
    [
        ("ĐÁP ÁN", "1-A 2-B 3-C"),
        ("ĐÁP ÁN:", "1. A", "2. B", "3. C"),
        ("Bảng đáp án", "Câu 1: A", "Câu 2: B", "Câu 3: C"),
        ("Đáp án phần I", "1A; 2B; 3C"),
        ("1. A; 2. B; 3. C",),
        ("", "ĐÁP ÁN", "", "1A", "2B", "", "3C"),
    ],
)
def test_lists_of_keys(keys: tuple[str, ...]) -> None:
    texts = [text for at in (1, 2, 3) for text in (f"Câu {at}: Ai {at}?", *OPTIONS)]
    bank = banked(*texts, *keys)
    assert [key(question) for question in questions(bank)] == ["A", "B", "C"]
    assert " ".join(one.what for one in bank.skipped).split() == " ".join(keys).split()


def test_two_parts_with_lists_of_their_own() -> None:
    part = [text for at in (1, 2) for text in (f"Câu {at}: Ai {at}?", *OPTIONS)]
    bank = banked("Phần I", *part, "Đáp án", "1-A 2-B", "Phần II", *part, "Đáp án", "1-C 2-D")
    assert "".join(map(key, questions(bank))) == "ABCD"
    both = banked(*part, *part, "Đáp án", "1-A 2-B", "1-C 2-D")
    assert "".join(map(key, questions(both))) == "ABCD"


def test_a_list_that_says_other_than_the_question_is_told() -> None:
    bank = banked("Câu 1: Ai?", *OPTIONS, "Đáp án: A", "BẢNG ĐÁP ÁN", "1-B")
    assert key(questions(bank)[0]) == "A"
    assert any("đã lấy theo dưới câu hỏi" in warning for warning in bank.warnings)


# --- True or false


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        (("Câu 1: Xã có con dấu.", "A. Đúng", "B. Sai", "Đáp án: B"), False),
        (("Câu 1: Xã có con dấu.", "Đáp án: Đúng"), True),
        (("Câu 1. Xã có con dấu riêng của mình. (Đ)",), True),
        (("1. Xã có con dấu riêng của mình. (Sai)",), False),
        (("Câu 1: Xã có con dấu.", "☐ Đúng   ☑ Sai"), False),
        (("Câu 1: Xã có con dấu.", "*A. Đúng", "B. Sai"), True),
    ],
)
def test_true_or_false(texts: tuple[str, ...], answer: bool) -> None:
    question = only(*texts)
    assert (question.kind, question.answer) == ("true-false", answer)
    assert question.stem.startswith("Xã có con dấu")


def test_a_table_of_true_and_false() -> None:
    document = Document()
    table = document.add_table(rows=0, cols=4)
    for row in (
        ("TT", "Nhận định", "Đúng", "Sai"),
        ("1", "Xã có con dấu.", "x", ""),
        ("2", "Thôn có con dấu.", "", "x"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    assert [(one.stem, one.answer) for one in questions(read(saved(document)))] == [
        ("Xã có con dấu.", True),
        ("Thôn có con dấu.", False),
    ]


def test_a_short_answer() -> None:
    question = only("Câu 1: Năm nào ban hành Luật Đất đai hiện hành?", "Đáp án: 2024")
    assert (question.kind, question.accepted) == ("text", ("2024",))


# --- Text that only looks like questions


def test_a_law_with_points_is_no_question() -> None:
    bank = banked(
        "1. Ủy ban nhân dân xã có trách nhiệm:",
        "a) Tiếp nhận hồ sơ;",
        "b) Trả kết quả đúng hạn.",
        "2. Người dân có quyền:",
        "a) Được hướng dẫn;",
        "b) Được nhận kết quả.",
    )
    assert not questions(bank)
    assert "a) Tiếp nhận hồ sơ;" in bank.lessons[0].body


def test_a_sentence_that_begins_with_a_question_s_name_is_none() -> None:
    bank = banked("Câu 5 của phiếu khảo sát hỏi về thái độ phục vụ của công chức.", "Kết quả rất tốt.")
    assert not questions(bank)
    assert "Câu 5 của phiếu khảo sát" in bank.lessons[0].body

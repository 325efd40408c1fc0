"""A source imported again: its questions are the ones they were, whatever was changed in them and wherever they stand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.checker import Stamped
from learning.content.exchange import formats
from learning.content.exchange.bank import Bank, BankGap, BankLesson, BankOption, BankQuestion
from learning.content.exchange.ids import LONGEST, counts
from learning.content.exchange.reading import read_course
from learning.content.exchange.writing import Draft, draft_course
from learning.content.model import Single
from tests.content.exchange.banks import TODAY, bank, course
from tests.content.exchange.foreign import banks
from tests.content.exchange.word_files import paragraphs

KINDS = {
    "gift": ("single", "multiple", "true-false", "text", "number", "match"),
    "moodle-xml": ("single", "multiple", "true-false", "text", "number", "match", "order", "gaps"),
    "qti": ("single", "multiple", "true-false", "text", "number", "match", "order", "gaps"),
    "common-cartridge": ("single", "multiple", "true-false", "text"),
}
MORE = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
CHOICES = (BankOption("Bộ phận Một cửa", True), BankOption("Công an xã"))
SAMPLES = {
    one.kind: one
    for one in (
        BankQuestion("single", "Nộp hồ sơ ở đâu?", options=CHOICES),
        BankQuestion("multiple", "Nộp những gì?", options=(*CHOICES, BankOption("Đơn", True))),
        BankQuestion("true-false", "Nộp tại xã là đúng.", answer=True),
        BankQuestion("text", "Ai ký?", accepted=("Chủ tịch",)),
        BankQuestion("number", "Bao nhiêu ngày?", number=(Decimal(20), Decimal(20))),
        BankQuestion(
            "match", "Ghép việc với nơi làm.", pairs=(("Khai sinh", "Tư pháp"), ("Đất", "Địa chính"))
        ),
        BankQuestion("order", "Xếp các bước.", items=("Tiếp nhận", "Thẩm định", "Trả")),
        BankQuestion("gaps", "Hạn là (1)____ ngày.", gaps=(BankGap("1", ("ba mươi",)),)),
    )
}
EACH = pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kinds in KINDS.items() for kind in kinds]
)
Known = dict[str, Stamped]


def through(name: str, of: Bank) -> Bank:
    """What another system would hand back."""
    data, _ = formats.write(name, of)
    return formats.read(name, data)


def drafted(of: Bank, course_id: str = "finance/thu", known: Known | None = None) -> Draft:
    field, _, slug = course_id.partition("/")
    return draft_course(of, owner="Sở", today=TODAY, field=field, slug=slug, ids=known or {})


def ids(of: Bank, course_id: str = "finance/thu", known: Known | None = None) -> dict[str, str]:
    """The ids of its questions by their titles."""
    exam = course(drafted(of, course_id, known).files).exam
    assert exam and exam.quiz
    named = {one.title: one.id for one in exam.quiz.questions}
    assert len(named) == len(set(named.values())) == len(exam.quiz.questions)
    return named


def keys(of: Bank) -> set[str]:
    return {one.key for lesson in of.lessons for one in lesson.questions}


def changed(one: BankQuestion) -> BankQuestion:
    """Other words, and another answer of the same kind."""
    gaps = " ".join(f"({gap.key})____" for gap in one.gaps)
    options = tuple(replace(option, text=f"{option.text} nay đã khác") for option in one.options)
    return replace(one, stem=f"Lời đã viết lại: ai làm việc này? {gaps}".strip(), options=options)


def neighbours(kind: str) -> list[BankQuestion]:
    return [
        replace(SAMPLES[kind], title="Một cửa"),
        replace(changed(SAMPLES[kind]), title="Khai sinh"),
        replace(SAMPLES["true-false"], title="Đất đai"),
    ]


# --- Words and places change, ids do not


@EACH
def test_a_question_keeps_its_id_by_its_name(name: str, kind: str) -> None:
    one, *others = neighbours(kind)
    before = ids(through(name, bank(one, *others)))
    other = replace(one, stem=SAMPLES[kind].stem.replace(".", "").replace("?", "") + " hả?")
    assert ids(through(name, bank(*others, other))) == before


@EACH
def test_a_question_keeps_its_id_by_its_key(name: str, kind: str) -> None:
    one, *others = (replace(each, key=f"GCN.{at}.7k") for at, each in enumerate(neighbours(kind)))
    before = ids(through(name, bank(one, *others)))
    other = replace(changed(one), title="Tên mới")
    after = ids(through(name, bank(*others, other)))
    assert after == {("Tên mới" if title == one.title else title): id_ for title, id_ in before.items()}


@pytest.mark.parametrize("name", KINDS)
@MORE
@given(st.data())
def test_words_of_one_changed_and_all_moved_all_ids_are_the_same(name: str, data: st.DataObject) -> None:
    made = data.draw(banks(KINDS[name]))
    asked = [one for lesson in made.lessons for one in lesson.questions]
    keyed = data.draw(st.booleans())
    asked = [
        replace(one, title=f"Việc {word}", key=f"{word}-7k3xq" if keyed else "")
        for one, word in zip(asked, ("đo", "tách", "gộp", "bán", "thuê", "tặng"), strict=False)
    ]
    at = data.draw(st.integers(0, len(asked) - 1))
    after = data.draw(st.permutations([*asked[:at], changed(asked[at]), *asked[at + 1 :]]))
    assert ids(through(name, bank(*after))) == ids(through(name, bank(*asked)))


def test_a_gift_question_keeps_its_id_by_its_name_alone() -> None:
    def read(text: str) -> dict[str, str]:
        return ids(formats.read("gift", text.encode()))

    before = read("::Hai::Nộp ở đâu?{=Xã ~Tỉnh}\n\n::Ba::Ai ký?{=Chủ tịch ~Công an}\n")
    assert read("::Ba::Ai ký đơn?{=Chủ tịch xã ~Công an}\n\n::Hai::Nộp hồ sơ ở đâu?{=Quầy ~Tỉnh}\n") == before


def test_a_number_of_moodle_is_that_of_a_version_and_no_key() -> None:
    (question,) = neighbours("single")[:1]
    data, _ = formats.write("moodle-xml", bank(replace(question, title="Câu 1")))

    def numbered(number: int) -> dict[str, str]:
        return ids(
            formats.read(
                "moodle-xml",
                data.replace(
                    b'<question type="multi', b'<!-- question: %d -->\n<question type="multi' % number
                ),
            )
        )

    assert numbered(41) == numbered(97)


# --- What is a name and what is none


@pytest.mark.parametrize(
    "text",
    ["", "Câu 12", "CÂU HỎI SỐ 7", "Question 3", "1", "1.2", "Q12 (copy)", "Chương IV - Câu 2", "b", "Bài 3a", "item_4",
     "Câu hỏi trắc nghiệm", "???", "Câu 5 (NB)", "True/False 2"],
)  # fmt: skip
def test_what_only_counts_is_no_name(text: str) -> None:
    assert counts(text)


@pytest.mark.parametrize(
    "text",
    ["Hai", "Nơi nộp hồ sơ", "Câu 3: Thẩm quyền", "dat-gcn-7k3xq", "20250001", "g1a2b3c4d5e6f7", "土地"],
)
def test_what_says_something_is_a_name(text: str) -> None:
    assert not counts(text)


@pytest.mark.parametrize("names", [("Câu 1", "Câu 2"), ("Thẩm quyền", "Thẩm quyền")])
def test_what_is_no_name_never_mixes_two_questions_up(names: tuple[str, str]) -> None:
    one, other, _ = neighbours("single")
    before = ids(bank(replace(one, name=names[0]), replace(other, name=names[1])))
    # A tool that counts gives the numbers anew where the order changes.
    assert ids(bank(replace(other, name=names[0]), replace(one, name=names[1]))) == before


def test_a_key_that_only_counts_comes_after_the_name() -> None:
    one, other, _ = neighbours("single")
    one, other = replace(one, name="Một cửa", key="q1"), replace(other, name="Khai sinh", key="q2")
    before = ids(bank(one, other))
    assert ids(bank(replace(changed(other), key="q1"), replace(one, key="q2"))) == before


def test_a_key_that_stands_twice_is_none_and_is_told() -> None:
    one, other, _ = (replace(each, key="dat-gcn-7k3xq") for each in neighbours("single"))
    made = drafted(bank(one, other))
    assert "dat-gcn-7k3xq" not in made.files["exam.md"].decode()
    assert [warning for warning in made.warnings if "dat-gcn-7k3xq" in warning]


def test_a_question_is_not_moved_by_another_that_says_the_same_under_a_name() -> None:
    said = SAMPLES["single"]
    named = replace(said, title="Có tên", name="Có tên", options=CHOICES[::-1])
    bare = replace(said, title="Không tên")
    assert ids(bank(named, bare))["Không tên"] == ids(bank(changed(named), bare))["Không tên"]


def test_questions_without_words_are_told_apart_by_their_answers() -> None:
    def numbered(number: int, right: str) -> BankQuestion:
        options = (BankOption(right, True), BankOption("Khác"))
        return BankQuestion("single", f"Câu {number}", title=f"Câu {number}", options=options)

    before = ids(bank(numbered(1, "Xã"), numbered(2, "Tỉnh")))
    after = ids(bank(numbered(1, "Tỉnh"), numbered(2, "Xã")))
    assert (after["Câu 1"], after["Câu 2"]) == (before["Câu 2"], before["Câu 1"])


# --- Kinds


def test_a_question_of_another_kind_is_another() -> None:
    keyed = replace(SAMPLES["single"], title="Một cửa", key="GCN 7k")
    (before,) = ids(bank(keyed)).values()
    (after,) = ids(bank(replace(keyed, kind="multiple"))).values()
    assert after != before


def test_pairs_that_become_gaps_are_another_question() -> None:
    asked = replace(SAMPLES["match"], title="Ghép", key="GCN 7k")
    (before,) = ids(bank(asked)).values()
    (after,) = ids(bank(replace(asked, pairs=(("Khai sinh", "Tư pháp"), ("Chứng thực", "Tư pháp"))))).values()
    assert after != before


# --- What was exported comes back as what it was


@pytest.mark.parametrize("name", KINDS)
@MORE
@given(st.data())
def test_what_was_exported_comes_back_under_its_ids(name: str, data: st.DataObject) -> None:
    made = data.draw(banks(KINDS[name]))
    asked = [one for lesson in made.lessons for one in lesson.questions]
    taken = data.draw(
        st.lists(
            st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){1,3}", fullmatch=True).filter(
                lambda id_: not counts(id_)
            ),
            min_size=len(asked),
            max_size=len(asked),
            unique=True,
        )
    )
    first = drafted(
        bank(
            *(
                replace(one, key=key, title=f"Câu số {at}")
                for at, (one, key) in enumerate(zip(asked, taken, strict=True))
            )
        )
    )
    own = read_course(first.files)
    assert keys(own) == set(taken)
    # Into an empty library, under another address.
    assert set(ids(through(name, own), "land/khac").values()) == set(taken)


@pytest.mark.parametrize("name", KINDS)
def test_in_another_course_of_the_library_they_are_others_and_hold(name: str) -> None:
    asked = [replace(one, key=f"{word}-7k3xq") for one, word in zip(neighbours("single"), "abc", strict=True)]
    known = {one.key: Stamped(one.kind, "finance/thu", retired=False) for one in asked}
    again = through(name, bank(*asked))
    assert set(ids(again, "finance/thu", known).values()) == set(known)
    others = ids(again, "finance/ban-sao", known)
    assert not set(others.values()) & set(known)
    published = known | {id_: Stamped(known[asked[at].key].kind, "finance/ban-sao", retired=False)
                         for at, id_ in enumerate(others.values())}  # fmt: skip
    assert ids(through(name, bank(*map(changed, asked))), "finance/ban-sao", published) == others


def test_an_id_of_this_course_keeps_its_kind_and_comes_back_even_if_it_counts() -> None:
    asked = replace(SAMPLES["single"], title="Một cửa", name="Một cửa", key="q1")

    def id_of(kind: str, *, retired: bool = False) -> str:
        (made,) = ids(bank(asked), known={"q1": Stamped(kind, "finance/thu", retired)}).values()
        return made

    assert id_of("single") == "q1"
    assert id_of("multiple") != "q1"
    assert id_of("single", retired=True) != "q1"


def test_what_stands_in_for_a_missing_id_is_not_exported() -> None:
    made = drafted(bank(replace(SAMPLES["single"], title="Một cửa"))).files
    unstamped = b"\n".join(
        line for line in made["exam.md"].split(b"\n") if not line.startswith("Mã:".encode())
    )
    assert keys(read_course(made | {"exam.md": unstamped})) == {""}


def test_a_key_of_ours_goes_to_its_question_even_if_words_before_it_would_give_the_same() -> None:
    bare = replace(SAMPLES["single"], title="Không mã")
    (stamped,) = ids(bank(bare)).values()
    keyed = replace(changed(bare), title="Có mã", key=stamped)
    assert ids(bank(bare, keyed))["Có mã"] == stamped


# --- Lessons


LESSONS = (
    BankLesson("Tiếp nhận", "Nộp hồ sơ ở quầy.", key="dat-tiep-nhan", questions=(SAMPLES["single"],)),
    BankLesson("Trả kết quả", "Trả sau hai mươi ngày.", key="2025-tra"),
    BankLesson("Phần cuối", "Không có mã.", key=""),
)


def lesson_ids(of: Bank, course_id: str = "land/khac", known: Known | None = None) -> dict[str, str]:
    draft = drafted(of, course_id, known)
    return {page.title: page.id for page in course(draft.files).pages}


def test_lessons_of_a_cartridge_come_back_under_their_ids() -> None:
    made = lesson_ids(through("common-cartridge", Bank("Gói", LESSONS)))
    assert (made["Tiếp nhận"], made["Trả kết quả"]) == ("dat-tiep-nhan", "2025-tra")
    assert made["Phần cuối"] == "khac-phan-cuoi"


def test_a_lesson_of_another_course_gets_an_id_that_holds_under_a_new_title() -> None:
    known = {"dat-tiep-nhan": Stamped("lesson", "land/goc", retired=False)}
    before = lesson_ids(through("common-cartridge", Bank("Gói", LESSONS)), known=known)
    renamed = (*LESSONS[1:], replace(LESSONS[0], title="Nhận hồ sơ", body="Viết lại cả bài."))
    after = lesson_ids(through("common-cartridge", Bank("Gói", renamed)), known=known)
    assert before["Tiếp nhận"] != "dat-tiep-nhan"
    assert after["Nhận hồ sơ"] == before["Tiếp nhận"]


def test_the_piece_with_the_questions_keeps_the_id_of_a_lesson_that_is_divided() -> None:
    long = "\n\n".join(f"## Mục {name}\n\n" + f"{name} " * 400 for name in ("đo", "tách"))
    made = drafted(Bank("Gói", (replace(LESSONS[0], body=long),)), "land/khac")
    first, last = course(made.files).pages
    assert (last.id, bool(last.quiz)) == ("dat-tiep-nhan", True)
    assert first.id != last.id


def test_no_id_is_longer_than_what_is_kept() -> None:
    title = "Trình tự thủ tục tiếp nhận hồ sơ đăng ký đất đai lần đầu tại bộ phận một cửa cấp xã"
    slug = "tap-huan-nghiep-vu-dia-chinh-cap-xa-nam-hai-nghin-hai-muoi-sau"
    made = lesson_ids(Bank("Gói", (BankLesson(title, "Một."), BankLesson(title, "Hai."))), f"land/{slug}")
    assert all(len(id_) <= LONGEST for id_ in made.values())


# --- Word, which has neither keys nor names


def word(*asks: tuple[str, str]) -> Bank:
    lines = []
    for number, (stem, right) in enumerate(asks, 1):
        lines += [f"Câu {number}: {stem}".rstrip(), f"A. {right}", "B. Một cơ quan khác", "Đáp án: A"]
    return formats.read("docx", paragraphs(*lines), name="Ngân hàng.docx")


def by_answer(of: Bank) -> dict[str, str]:
    exam = course(drafted(of).files).exam
    assert exam and exam.quiz
    return {one.options[0].html: one.id for one in exam.quiz.questions if isinstance(one, Single)}


def test_questions_of_word_keep_their_ids_where_others_are_changed_put_between_and_moved() -> None:
    asks = [
        ("Ai tiếp nhận hồ sơ?", "Bộ phận Một cửa"),
        ("Ai ký giấy?", "Chủ tịch xã"),
        ("Ai đo đất?", "Địa chính"),
    ]
    before = by_answer(word(*asks))
    new = ("Ai lưu hồ sơ?", "Văn thư")
    after = by_answer(word(new, asks[2], ("Ai ký giấy chứng nhận?", "Chủ tịch xã"), asks[0]))
    assert len(before) == 3
    assert {right: after[right] for right in ("Bộ phận Một cửa", "Địa chính")} == {
        right: before[right] for right in ("Bộ phận Một cửa", "Địa chính")
    }
    assert len(set(after.values()) | set(before.values())) == 5


def test_an_answer_of_word_that_is_changed_does_not_make_another_question() -> None:
    (before,) = by_answer(word(("Ai tiếp nhận hồ sơ?", "Bộ phận Một cửa"))).values()
    (after,) = by_answer(word(("Ai tiếp nhận hồ sơ?", "Trung tâm Hành chính công"))).values()
    assert after == before

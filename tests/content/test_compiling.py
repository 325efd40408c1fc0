"""A folder becomes a course, whatever the files hold."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import prose, tree
from learning.content.compiling import compile_course, compile_field, compile_sources, syllables
from learning.content.model import KINDS, decode, encode, kind_of
from learning.content.tree import Findings
from tests.content.growth import in_proportion
from tests.content.pages import HEAD, HOME, SAMPLE, compile_files, compile_page, places

EXAM = "---\nkind: exam\ntitle: Thi\n---\n"
QUESTION = "### Q\nMã: {}\n\n- (x) A\n  > a\n- ( ) B\n  > b\n\n"


@pytest.fixture(scope="module")
def sample():
    findings = Findings()
    read = tree.read(SAMPLE, findings)
    compiled = compile_course(read.courses[0], compile_sources(read.registry), findings)
    assert findings.faults == []
    assert compiled.course is not None
    return compiled


def test_the_sample_course_uses_the_whole_format(sample):
    course = sample.course
    questions = [
        question for page in (*course.pages, course.exam) if page.quiz for question in page.quiz.questions
    ]
    assert {kind_of(question) for question in questions} == set(KINDS)
    assert [page.kind for page in course.pages] == ["pretest", "lesson", "lesson", "scenario", "practice"]
    assert course.effective_from == date(2026, 1, 1)
    assert course.valid_months == 24
    assert set(course.sources) == {"01/2025/QĐ-MAU", "02/2025/NĐ-MAU"}
    assert course.files.keys() == {"images/flow.png"}
    assert course.pages[1].html.count('class="notice') == 4
    assert f"/media/{course.files['images/flow.png']}/flow.png" in course.pages[1].html
    assert '<a href="/courses/finance/sample/dieu-kien-chi">' in course.html


def test_the_same_files_compile_to_the_same_bytes(sample):
    read = tree.read(SAMPLE, Findings())
    again = compile_course(read.courses[0], compile_sources(read.registry), Findings()).course
    assert again is not None
    assert encode(again) == encode(sample.course)
    assert decode(encode(again)) == sample.course


def test_every_question_is_stamped_once_with_its_place(sample):
    ids = [stamp.id for stamp in sample.stamps]
    assert len(ids) == len(set(ids)) == 20
    stamp = next(stamp for stamp in sample.stamps if stamp.id == "mau-thi-k8m9n")
    assert (stamp.kind, stamp.stamped, stamp.column) == ("multiple", True, 5)
    lines = (SAMPLE / "finance/sample/exam.md").read_text().split("\n")
    assert lines[stamp.line - 1] == "Mã: mau-thi-k8m9n"


def test_a_pool_from_lessons_is_filled_in(sample):
    drawn = sample.course.exam.quiz.sections[1]
    assert drawn.from_lessons == ("dieu-kien-chi", "tam-ung")
    assert [question.id for question in drawn.questions] == [
        question.id for page in sample.course.pages[1:3] for question in page.quiz.questions
    ]


def test_field_and_sources():
    read = tree.read(SAMPLE, Findings())
    field = compile_field(read.fields[0])
    assert (field.slug, field.title, field.owner, field.reviewers) == (
        "finance",
        "Tài chính (mẫu)",
        "Sở Tài chính",
        ("thamdinh",),
    )
    assert compile_sources(read.registry)["02/2025/NĐ-MAU"].in_force == date(2025, 7, 1)


def test_defaults_of_a_quiz():
    lesson, _ = compile_page(HEAD + "## Câu hỏi\n" + QUESTION.format("a"))
    exam, _ = compile_page(EXAM + "## Phần\n" + QUESTION.format("a"), "exam.md")
    assert lesson.quiz is not None
    assert exam.quiz is not None
    assert (lesson.quiz.pass_percent, exam.quiz.pass_percent) == (100, 50)
    for quiz in (lesson.quiz, exam.quiz):
        assert (quiz.attempts, quiz.time_limit, quiz.shuffle_questions, quiz.shuffle_options) == (
            None,
            None,
            False,
            False,
        )
        assert (quiz.marking, quiz.show_answers) == ("partial", "after-submission")


def test_a_page_without_questions_has_no_quiz():
    page, faults = compile_page(HEAD + "Chỉ đọc.\n")
    assert page.quiz is None
    assert faults == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EXAM + "## A\nRút: 3\n\n" + QUESTION.format("a"), ["6:1 P001"]),
        (EXAM + "## A\nDraw: 1\n\n" + QUESTION.format("a") + QUESTION.format("b\nĐiểm: 2"), ["6:1 P002"]),
        (EXAM + "## A\nRút: nhiều\n\n" + QUESTION.format("a"), ["6:6 F006"]),
        (EXAM + "## A\nRút: 1\nTừ: khong-co\n\n" + QUESTION.format("a"), ["7:5 F006"]),
        (EXAM + "Không có câu nào.\n", ["1:1 P003"]),
        (
            EXAM.replace("---\n", "pass: 50\n---\n").replace("pass: 50\n", "", 1)
            + "## A\n"
            + QUESTION.format("a\nĐiểm: 0"),
            ["4:1 P003"],
        ),
    ],
)
def test_rules_of_an_exam(text, expected):
    _, faults = compile_page(text, "exam.md")
    assert places(faults) == expected


def test_too_little_time_is_a_warning():
    text = (
        EXAM.replace("title: Thi\n", "title: Thi\ntime_limit: 1\n")
        + "## A\n"
        + "".join(QUESTION.format(f"a{n}") for n in range(4))
    )
    _, faults = compile_page(text, "exam.md")
    assert places(faults, warnings=True) == ["4:1 P004"]


def test_a_question_outside_the_questions():
    _, faults = compile_page(HEAD + "## Một\n- (x) A\n- ( ) B\n## Hai\n- ( ) C\n")
    assert places(faults) == ["9:1 Q019", "12:1 Q019"]


@pytest.mark.parametrize("answer", ["Đáp án: Đúng", "= 20 ngày", "- [x] A", "(1) = a", "Loại: ghép"])
def test_what_has_an_id_and_an_answer_is_a_question_wherever_it_stands(answer):
    _, faults = compile_page(HEAD + f"## Ôn tập\nMã: a\n\nHỏi gì?\n\n{answer}\n\n## Hết\nKhông còn gì.\n")
    assert places(faults) == ["13:1 Q019"]
    _, faults = compile_page(HEAD + f"## Ôn tập\n\n{answer}\n")
    assert faults == []


def test_options_in_fenced_code_are_shown_not_asked():
    _, faults = compile_page(HEAD + "## Một\n\n```\n- (x) A\n```\n\nHết.\n")
    assert faults == []


def test_answers_before_the_first_heading_are_a_question_too():
    page, faults = compile_page(HEAD + "## Câu hỏi\nMã: a\n\nHỏi gì?\n\n- (x) A\n  > a\n- ( ) B\n  > b\n")
    assert faults == []
    assert page.quiz is not None
    assert page.quiz.questions[0].prompt == "<p>Hỏi gì?</p>"


def test_points_of_a_section_are_those_of_its_questions():
    page, _ = compile_page(
        EXAM + "## A\nĐiểm: 2\n\n" + QUESTION.format("a") + QUESTION.format("b\nĐiểm: 3"), "exam.md"
    )
    assert page.quiz is not None
    assert [question.points for question in page.quiz.questions] == [Decimal(2), Decimal(3)]


def test_what_a_section_says_before_its_questions_is_asked_with_each_of_them():
    page, faults = compile_page(
        EXAM
        + "## A\nRút: 1\n\nĐọc *đoạn* sau.\n\n[^1]: Chú thích.\n\n"
        + QUESTION.format("a")
        + QUESTION.format("b"),
        "exam.md",
    )
    assert faults == []
    assert page.quiz is not None
    assert {question.prompt.split("\n")[0][:26] for question in page.quiz.questions} == {
        "<p>Đọc <em>đoạn</em> sau.<"
    }


def test_a_section_that_asks_nothing_is_told_before_the_exam_begins():
    exam, faults = compile_page(
        EXAM + "Mở đầu.\n\n## Hướng dẫn\n\nLàm trong *một* lượt.\n\n## A\n" + QUESTION.format("a"), "exam.md"
    )
    assert faults == []
    assert (
        exam.html
        == '<p>Mở đầu.</p>\n<h2 id="c-huong-dan">Hướng dẫn</h2>\n<p>Làm trong <em>một</em> lượt.</p>'
    )
    assert exam.quiz is not None
    assert [section.title for section in exam.quiz.sections] == ["A"]


CASE = HEAD + "## Câu hỏi\n\nBà Lan nộp hồ sơ.\n\n" + QUESTION.format("a") + QUESTION.format("b")


def test_a_drawn_question_keeps_what_stands_above_it_there_and_here():
    exam, faults = compile_page(
        EXAM + "## A\nRút: 2\nTừ: 10-bai.md\n\nChọn câu đúng.\n\n" + QUESTION.format("c"),
        "exam.md",
        **{"10-bai.md": CASE},
    )
    assert faults == []
    assert exam.quiz is not None
    assert [question.prompt for question in exam.quiz.questions] == [
        "<p>Chọn câu đúng.</p><p>Q</p>",
        *["<p>Chọn câu đúng.</p><p>Bà Lan nộp hồ sơ.</p><p>Q</p>"] * 2,
    ]


def test_points_of_a_section_are_those_of_what_it_draws():
    exam, faults = compile_page(
        EXAM + "## A\nRút: 2\nTừ: bai\nĐiểm: 2\n\n" + QUESTION.format("c"), "exam.md", **{"10-bai.md": CASE}
    )
    assert faults == []
    assert exam.quiz is not None
    assert [question.points for question in exam.quiz.questions] == [2, 2, 2]


def test_a_lesson_that_is_not_there_is_told_at_its_own_place_and_once():
    _, faults = compile_page(EXAM + "## A\nRút: 9\nTừ: bai, khong-co\n", "exam.md", **{"10-bai.md": CASE})
    assert places(faults) == ["7:10 F006"]


def test_a_pool_of_one_question_without_a_heading_is_a_pool():
    exam, faults = compile_page(EXAM + "## A\nRút: 1\nMã: a\n\nHỏi gì?\n\nĐáp án: Sai\n", "exam.md")
    assert faults == []
    assert exam.quiz is not None
    assert exam.quiz.sections[0].draw == 1
    assert exam.quiz.questions[0].prompt == "<p>Hỏi gì?</p>"


def test_a_pool_that_shares_questions_with_another_counts_what_is_left():
    lesson = HEAD + "## Câu hỏi\n\n" + QUESTION.format("a") + QUESTION.format("b") + QUESTION.format("c")
    pools = "## A\nRút: 2\nTừ: bai\n\n## B\nRút: {}\nTừ: bai\n"
    _, faults = compile_page(EXAM + pools.format(1), "exam.md", **{"10-bai.md": lesson})
    assert faults == []
    _, faults = compile_page(EXAM + pools.format(2), "exam.md", **{"10-bai.md": lesson})
    assert places(faults) == ["10:1 P001"]


def test_footnotes_below_the_questions_belong_to_the_body():
    page, faults = compile_page(
        HEAD
        + "Một.[^1]\n\n## Câu hỏi\n\n"
        + QUESTION.format("a")
        + "Giải thích: b\n\n[^1]: Nguồn\n  tiếp.\n\nHết.\n"
    )
    assert places(faults) == []
    assert "Nguồn\n" in page.html
    assert page.quiz is not None
    assert page.quiz.questions[0].explanation == "<p>b</p>\n<p>Hết.</p>"


def test_the_exam_is_exam_md_and_nothing_else():
    page, faults = compile_page(EXAM + "## A\n" + QUESTION.format("a"), "10-thi.md")
    assert places(faults) == ["2:7 F006"]
    assert page.kind == "pretest"
    page, faults = compile_page(EXAM.replace("exam", "lesson") + "## A\n" + QUESTION.format("a"), "exam.md")
    assert places(faults) == ["2:7 F006"]
    assert page.kind == "exam"


def test_a_faulty_question_leaves_the_others():
    page, faults = compile_page(HEAD + "## Câu hỏi\n\n### Hỏng\nMã: x\n\n" + QUESTION.format("a"))
    assert places(faults) == ["10:1 Q013"]
    assert page.quiz is not None
    assert [question.id for question in page.quiz.questions] == ["a"]


def test_a_course_with_faulty_front_matter_is_compiled_all_the_same():
    compiled, faults = compile_files({"course.md": "---\ntitel: x\n---\nChào.\n", "10-a.md": "Không có gì."})
    assert {fault.code for fault in faults} >= {"F004", "F005", "F009"}
    assert compiled.course is not None
    assert compiled.course.html == "<p>Chào.</p>"
    assert compiled.course.pages[0].html == "<p>Không có gì.</p>"
    assert decode(encode(compiled.course)) == compiled.course


def test_without_course_md_there_is_no_course():
    compiled, _ = compile_files({"10-a.md": HEAD + "## Câu hỏi\n" + QUESTION.format("a")})
    assert compiled.course is None
    assert [stamp.id for stamp in compiled.stamps] == ["a"]


def test_a_broken_image_has_no_size():
    compiled, _ = compile_files({"course.md": HOME + "![Hình vỡ](a.png)\n", "a.png": b"\x89PNG\r\n\x1a\n\0"})
    assert compiled.course is not None
    assert 'alt="Hình vỡ" loading="lazy"' in compiled.course.html


@pytest.mark.parametrize("marks", ["(", "[", "[^", "<", "<a ", "]("])
def test_counting_takes_no_longer_than_the_text(marks):
    begun = time.process_time()
    assert prose.count_syllables(marks * 40_000 + " một hai") >= 2
    assert time.process_time() - begun < 5


def test_syllables_are_words_with_a_letter():
    assert syllables("Điều 137 của Luật — 31/2024/QH15, 50%") == 4
    assert syllables("") == 0


LINES = st.sampled_from(
    ["- (x) a", "- ( )", "- [x] b", "= 1 ± 2", "= a|b", "(1)__", "(1) = x", "(1) : a / *b", "> x", "Mã: a-1", "Rút: 2",
     "Từ: a, b", "Loại: ghép", "- a => b", "Loại: sắp xếp", "1. x", "Biến: a = 1..2", "= @a / 0", "Đáp án: Đúng", "```",
     "## Câu hỏi", "### Câu", "Gợi ý: x", "Giải thích: y", "", "  tiếp", "---", "Kết thúc: đạt", "- ( ) x -> y ; điểm +1"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(LINES | st.text(max_size=30), max_size=25).map("\n".join),
    st.sampled_from(
        [HEAD, EXAM, "---\nkind: scenario\ntitle: x\n---\n", "---\nkind: pretest\ntitle: x\n---\n", ""]
    ),
    st.sampled_from(["10-a.md", "exam.md"]),
)
def test_no_text_raises(text, head, name):
    page, _ = compile_page(head + "## Câu hỏi\n### Câu\n" + text, name)
    assert page.title


@pytest.mark.parametrize(
    "seed",
    ["- (x) a\n", "> x\n", "= 1\n", "=", "- a => b\n", "(1)__ ", "(1) = a\n", "### c\n", "## Câu hỏi\n",
     "Biến: a = 1..2\n", "@a ", "-", "- (", "**", "Mã: ", "1..", "a" * 50, " ", "\n", "Gợi ý: x\n", "± ", "Từ: a,"],
)  # fmt: skip
def test_long_pages_take_no_longer_than_their_length_asks(seed):
    head = HEAD + "## Câu hỏi\n### Câu\n"
    assert in_proportion(lambda length: compile_page(head + seed * (length // len(seed))), 12_000)

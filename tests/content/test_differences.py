"""What one version says differently from another: both texts are there, word by word, and nothing active."""

import html
import re
import time
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import differences, redline
from learning.content.checker import check
from learning.content.model import Course, Gap, Gaps, Option
from learning.content.rendering import Image, Renderer
from learning.content.sanitise import sanitise
from tests import make
from tests.content.pages import HEAD, HOME, SAMPLE, compile_files

MEDIA = {"images/a.png": Image("images/a.png", "a" * 64, 3, 2), "audio/a.mp3": Image("audio/a.mp3", "b" * 64)}
RENDER = Renderer("finance", "sample", MEDIA, page="10-bai.md")

LINES = [
    "Hộ gia đình nộp hồ sơ ở Bộ phận **Một cửa**.",
    "Hộ gia đình nộp hồ sơ ở Bộ phận Một cửa, theo 118/2025/NĐ-CP.",
    "## Khi *thiếu* giấy tờ",
    "- một\n  - hai\n- ba",
    "- một\n- bốn\n\n  đoạn nữa",
    "1. một\n2. hai",
    "> **Lưu ý:** không nhận thay.",
    "> **Căn cứ:** Luật.\n> - a\n> - b",
    "| A | B |\n|---|---|\n| 1 | hai |\n| 3 | bốn |",
    "| A | B |\n|---|---|\n| 1 | ba |",
    "![so do](images/a.png)",
    "![Mời bác ngồi](audio/a.mp3)",
    "- Nghe ![Mời bác](audio/a.mp3)",
    "Xem [bài](20-bai.md) và [ngoài](https://example.org/a?b=1&c=2).[^1]\n\n[^1]: Ghi chú",
    "```\na  <b>\n```",
    "Chữ\n: nghĩa",
    "<script>alert(1)</script>",
    "a < b & c",
]
TEXTS = st.lists(st.sampled_from(LINES) | st.text(alphabet="ab <>&*_`|-> \n1.", max_size=12), max_size=6).map(
    "\n\n".join
)


def _text(pieces) -> str:
    joined = "".join(piece.html for piece in pieces)
    return "".join(html.unescape(re.sub(r"<[^>]*>", " ", joined)).split())


def _without(pieces, mark: str):
    gone = re.compile(rf"<{mark}>.*?</{mark}>", re.DOTALL)
    return [redline.Piece(piece.state, gone.sub("", piece.html)) for piece in pieces]


def test_each_gap_is_compared_with_itself() -> None:
    """Two answers that changed places are two changes; what is typed is no markup."""

    def course(*gaps: Gap) -> Course:
        return make.course(make.lesson("bai", Gaps(id="o", title="Ô", prompt="<p>Ô</p>", gaps=gaps)))

    def facts(old: Course, new: Course) -> list[tuple[str, str]]:
        [page] = differences.compare(old, new).pages
        [question] = page.questions
        return [(fact.label, fact.html) for fact in question.facts]

    one, two = Gap(key="1", accepted=("20",)), Gap(key="2", accepted=("30",))
    assert facts(
        course(one, two), course(Gap(key="1", accepted=("30",)), Gap(key="2", accepted=("20",)))
    ) == [
        ("Chỗ trống (1)", "<del>20</del><ins>30</ins>"),
        ("Chỗ trống (2)", "<del>30</del><ins>20</ins>"),
    ]
    chosen = Gap(key="1", options=(Option(key="1", html="ít", right=True), Option(key="2", html="nhiều")))
    [(_label, told)] = facts(course(Gap(key="1", accepted=("<b",)), two), course(chosen, two))
    assert "&lt;b" in told.replace("</del><del>", "") and "ít ✓" in re.sub(r"<[^>]*>", "", told)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_without_what_went_it_is_the_new_text_and_without_what_came_the_old_one(old, new):
    before, after = RENDER.body(old), RENDER.body(new)
    pieces = redline.prose(before, after)
    assert _text(_without(pieces, "del")) == _text(redline.prose(after, after))
    assert _text(_without(pieces, "ins")) == _text(redline.prose(before, before))
    plain = html.unescape(re.sub(r"<[^>]*>", " ", after.replace("↩", "")))
    assert _text(redline.prose(after, after)) == "".join(plain.split())


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_what_it_shows_is_as_the_sanitiser_leaves_it(old, new):
    for piece in redline.prose(RENDER.body(old), RENDER.body(new)):
        assert sanitise(piece.html) == piece.html


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_a_text_differs_in_nothing_from_itself(text):
    pieces = redline.prose(RENDER.body(text), RENDER.body(text))
    assert not redline.changed(pieces)
    assert not any("<ins>" in piece.html or "<del>" in piece.html for piece in pieces)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_plain_texts_too(old, new):
    piece = redline.Piece("changed", redline.words(old, new))
    assert _text(_without([piece], "del")) == "".join(new.split())
    assert _text(_without([piece], "ins")) == "".join(old.split())


def test_a_word_is_marked_not_its_paragraph():
    (piece,) = redline.prose(
        "<p>Nộp ở <strong>Công an</strong> xã.</p>", "<p>Nộp ở <strong>Một cửa</strong> xã.</p>"
    )
    assert piece.html == (
        "<p>Nộp ở <del><strong>Công an</strong></del><ins><strong>Một cửa</strong></ins> xã.</p>"
    )


def test_an_item_that_came_stands_in_its_list_and_a_row_in_its_table():
    (piece,) = redline.prose(RENDER.body("- một\n- ba"), RENDER.body("- một\n- hai\n- ba"))
    assert piece.html == "<ul><li>một</li><li><ins>hai</ins></li><li>ba</li></ul>"
    table = "| A | B |\n|---|---|\n| 1 | hai |\n| 3 | bốn |"
    (piece,) = redline.prose(RENDER.body(table), RENDER.body(table.replace("hai", "ba")))
    assert "<tr><td>1</td><td><del>hai</del><ins>ba</ins></td></tr>" in piece.html


def test_a_notice_keeps_its_kind():
    (piece,) = redline.prose(RENDER.body("> **Lưu ý:** cũ"), RENDER.body("> **Lưu ý:** mới"))
    assert piece.html.startswith('<aside class="notice notice-note"><p><strong>Lưu ý:</strong> <del>cũ</del>')


def test_the_words_of_a_recording_are_compared_beside_it():
    text = "![Mời bác {}](audio/a.mp3)"
    (piece,) = redline.prose(RENDER.body(text.format("ngồi")), RENDER.body(text.format("vào")))
    player = f'<audio controls="" preload="none" src="/media/{"b" * 64}/a.mp3"></audio>'
    assert piece.html == f"<p>{player} Mời bác <del>ngồi</del><ins>vào</ins></p>"


def test_what_stayed_is_counted_not_shown():
    old = "".join(f"<p>Đoạn số {n} của bài</p>" for n in range(9))
    shown = list(redline.shortened(redline.prose(old, old.replace("số 4", "thứ 4"))))
    assert [one.count if isinstance(one, redline.Gap) else one.state for one in shown] == [
        3, "same", "changed", "same", 3,
    ]  # fmt: skip


@pytest.mark.parametrize("shape", ["a b " * 20_000, "<p>a</p>" * 4000, "<ul><li>" * 200 + "a", "a" * 200_000])
def test_long_texts_take_no_long_time(shape):
    begun = time.process_time()
    redline.prose(shape, shape[::2] + " khác " + shape)
    assert time.process_time() - begun < 5


# --- Courses

LESSON = (
    HEAD
    + """Nộp hồ sơ ở Bộ phận Một cửa.

## Câu hỏi

### Nơi nộp
Mã: noi-nop

Nộp ở đâu?

- (x) Bộ phận Một cửa
  > Đúng.
- ( ) Công an xã
  > Chưa đúng.

### Số ngày
Mã: so-ngay

Bao nhiêu ngày?

= 20 ngày
"""
)
SECOND = HEAD.replace("id: bai", "id: hai").replace("title: Bài", "title: Bài hai") + "Bài hai.\n"
EXAM = "---\nkind: exam\ntitle: Kiểm tra\n---\n## Từ bài\nFrom: bai\nDraw: 1\n"
FILES = {"course.md": HOME + "Mở đầu.\n", "10-bai.md": LESSON, "20-hai.md": SECOND, "exam.md": EXAM}


def _course(**changed: str) -> Course:
    files = {
        name: changed.get(name.partition(".")[0].replace("-", "_"), text) for name, text in FILES.items()
    }
    course = compile_files({name: text for name, text in files.items() if text})[0].course
    assert course is not None
    return course


def _compare(language: str = "vi", **changed: str) -> differences.Difference:
    names = {"lesson": "10_bai", "second": "20_hai"}
    return differences.compare(
        _course(), _course(**{names.get(k, k): v for k, v in changed.items()}), language
    )


def test_a_course_differs_in_nothing_from_itself():
    assert _compare().empty
    # Where it stands in its file is not what it says.
    assert _compare(lesson=LESSON.replace("## Câu hỏi", "\n\n## Câu hỏi")).empty


def test_a_new_course_is_all_new():
    found = differences.compare(None, _course())
    assert [(page.became, page.path) for page in found.pages] == [
        ("added", "10-bai.md"), ("added", "20-hai.md"), ("added", "exam.md"),
    ]  # fmt: skip
    assert [question.id for question in found.pages[0].questions] == ["noi-nop", "so-ngay"]
    assert not found.pages[2].questions  # drawn from the lesson, and shown there


def test_a_moved_key_is_two_words_said_of_two_options():
    text = LESSON.replace("(x) Bộ", "( ) Bộ").replace("( ) Công", "(x) Công")
    (page,) = _compare(lesson=text).pages
    (question,) = page.questions
    assert (question.became, question.id) == ("changed", "noi-nop")
    assert [(fact.label, fact.html) for fact in question.facts] == [
        ("Phương án", "Bộ phận Một cửa"),
        ("Được chấm", "<del>đúng</del><ins>sai</ins>"),
        ("Phương án", "Công an xã"),
        ("Được chấm", "<del>sai</del><ins>đúng</ins>"),
    ]


def test_an_option_that_changed_places_is_no_difference():
    text = LESSON.replace(
        "- (x) Bộ phận Một cửa\n  > Đúng.\n- ( ) Công an xã\n  > Chưa đúng.\n",
        "- ( ) Công an xã\n  > Chưa đúng.\n- (x) Bộ phận Một cửa\n  > Đúng.\n",
    )
    assert _compare(lesson=text).empty


def test_front_matter_is_said_in_words():
    text = LESSON.replace("minutes: 3", "minutes: 4").replace("2026-01-15", "2026-11-05") + "\n"
    (page,) = _compare(lesson=text).pages
    assert [(fact.label, fact.html) for fact in page.facts] == [
        ("Số phút", "<del>3</del><ins>4</ins>"),
        ("Ngày kiểm tra", "<del>15/01/2026</del><ins>05/11/2026</ins>"),
    ]
    (page,) = _compare("en", lesson=text).pages
    assert [fact.label for fact in page.facts] == ["Minutes", "Checked on"]
    (fact,) = _compare(
        course=HOME.replace("completion: lessons", "completion: lessons+exam") + "Mở đầu.\n"
    ).facts
    assert fact.label == "Điều kiện hoàn thành"
    for group, shown in (("vi_tri_viec_lam", "Vị trí việc làm"), ("nhóm khác", "nhóm khác")):
        told = HOME.replace("completion: lessons", f"content_group: {group}\ncompletion: lessons")
        (fact,) = _compare(course=told).facts
        assert (fact.label, fact.html) == ("Nhóm nội dung", f"<ins>{shown}</ins>")


def test_pages_that_came_went_and_changed_places():
    (gone,) = _compare(second="").pages
    assert (gone.became, gone.path) == ("removed", "20-hai.md")
    files = {"course.md": FILES["course.md"], "10-hai.md": SECOND, "20-bai.md": LESSON, "exam.md": EXAM}
    turned = compile_files(files)[0].course
    assert turned is not None
    found = differences.compare(_course(), turned)
    assert [(page.became, page.moved) for page in found.pages] == [("changed", True)]


def test_a_renamed_page_is_met_by_its_id():
    course = _course()
    page = msgspec.structs.replace(course.pages[0], slug="ten-khac", path="10-ten-khac.md", title="Tên khác")
    (found,) = differences.compare(
        course, msgspec.structs.replace(course, pages=(page, course.pages[1]))
    ).pages
    assert [fact.label for fact in found.facts] == ["Tên", "Địa chỉ"]


def test_every_kind_is_shown_whole_where_it_came(sample_course):
    found = differences.compare(None, sample_course)
    shown = {question.id for page in found.pages for question in page.questions}
    assert shown >= {
        question.id for page in sample_course.pages if page.quiz for question in page.quiz.questions
    }
    for page in found.pages:
        for question in page.questions:
            assert question.facts
            assert all(sanitise(fact.html) == fact.html for fact in question.facts)
    assert differences.compare(sample_course, sample_course).empty


@pytest.fixture(scope="module")
def sample_course() -> Course:
    (checked,) = (one for one in check(SAMPLE, today=date(2026, 11, 22)).courses.values())
    assert checked.course is not None
    return checked.course

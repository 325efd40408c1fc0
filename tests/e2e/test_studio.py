"""A department brings a Word file and publishes it as a course; an official passes it; a key is corrected."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from learning.library import catalogue, drafts
from learning.library.models import DraftRow
from learning.quizzes import attempts, papers
from learning.quizzes.models import Attempt
from tests.e2e.answering import attempt_id, give_all
from tests.e2e.conftest import ROOT, Place

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

BUNDLED = (ROOT / "static" / "built" / "editor.js").exists()
TITLE = "Tiếp nhận hồ sơ đúng một lần"
SLUG = "tiep-nhan-ho-so"
QUESTIONS = (
    ("Hồ sơ thiếu giấy tờ thì làm gì?", ("Báo từng giấy tờ một", "Ghi cả hai vào một phiếu", "Nhận rồi để đó"), "B"),
    ("Giấy tờ ngoài danh mục đã công bố thì thế nào?", ("Không yêu cầu", "Yêu cầu nếu thấy cần", "Xin ý kiến thôn"), "A"),
    ("Khi nào hẹn ngày trả kết quả?", ("Khi hồ sơ đủ", "Khi người dân hỏi", "Khi có người ký"), ""),
    ("Ai được xem tình trạng hồ sơ của mình?", ("Người nộp hồ sơ", "Hàng xóm", "Hàng xóm"), "A"),
)  # fmt: skip


def word_file(folder: Path) -> Path:
    """As offices write it: headings, text, then `Câu 1:` with lettered options, the key in bold. The third question
    has no key, the fourth has an option twice."""
    document = Document()
    document.add_heading(TITLE, 0)
    document.add_heading("Một lần là đủ", 1)
    document.add_paragraph(
        "Người dân chỉ nên phải đi lại một lần. Muốn vậy, ngay lúc tiếp nhận, công chức đối chiếu hồ sơ với thủ tục "
        "đã công bố theo Nghị định 118/2025/NĐ-CP rồi mới hẹn ngày trả kết quả."
    )
    for step in ("Đối chiếu từng giấy tờ với danh mục.", "Ghi mọi thứ còn thiếu vào một phiếu."):
        document.add_paragraph(step, style="List Number")
    document.add_heading("Câu hỏi ôn tập", 1)
    for number, (stem, options, key) in enumerate(QUESTIONS, 1):
        document.add_paragraph(f"Câu {number}: {stem}")
        for letter, option in zip("ABC", options, strict=True):
            document.add_paragraph().add_run(f"{letter}. {option}").bold = letter == key
    path = folder / "tai-lieu-tap-huan.docx"
    stream = BytesIO()
    document.save(stream)
    path.write_bytes(stream.getvalue())
    return path


@pytest.mark.parametrize("width", [1280, 360])
def test_a_word_file_becomes_a_course_that_is_reviewed_passed_and_corrected(
    place: Place, visit: Visit, look: Look, learners: Iterator[str], tmp_path: Path, width: int
) -> None:
    author = visit("bientap", width=width)
    author.goto("/studio")
    look(author, "01-courses")
    author.get_by_role("link", name="Tạo khóa học").first.click()
    look(author, "02-new")
    author.get_by_role("link", name="Từ tệp Word hoặc ngân hàng câu hỏi").click()
    look(author, "03-file")
    author.locator("input[type=file]").set_input_files(word_file(tmp_path))
    author.locator("main form button").first.click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Nhận ra những gì")
    look(author, "04-recognised")
    author.get_by_label("Tên khóa học").fill(TITLE)
    author.locator("select[name=field]").select_option("finance")
    author.locator("input[name=slug]").fill(f"{SLUG}-{width}")
    author.get_by_role("button", name="Tạo bản nháp").click()
    look(author, "05-draft")
    expect(author.get_by_text("Còn 2 lỗi phải sửa trước khi gửi thẩm định.")).to_be_visible()
    draft = int(author.url.split("/")[-1])

    # Each fault leads to its line. A key is marked, a doubled option reworded, the day of effect written down.
    author.get_by_role("link", name="chưa phương án nào được đánh dấu đúng").click()
    author.locator("#editor[data-ready]").wait_for()
    look(author, "06-editor")
    mend(author, place, draft, "exam.md", "- ( ) Khi hồ sơ đủ", "- (x) Khi hồ sơ đủ")
    mend(
        author, place, draft, "exam.md", "- ( ) Hàng xóm\n- ( ) Hàng xóm", "- ( ) Hàng xóm\n- ( ) Trưởng thôn"
    )
    expect(author.locator("#faults-count")).to_contain_text("12 cảnh báo")
    mend(author, place, draft, "course.md", "completion:", "effective_from: 2026-12-01\ncompletion:")
    author.goto(f"/studio/drafts/{draft}")
    look(author, "07-ready")
    author.get_by_role("button", name="Gửi thẩm định").click()
    expect(author.locator("main .tag", has_text="chờ thẩm định")).to_be_visible()
    look(author, "08-submitted")

    # The reviewer is told, reads, remarks on a line, and returns it.
    reviewer = visit("thamdinh", width=width)
    reviewer.goto("/notices")
    look(reviewer, "09-notices")
    reviewer.locator("main .row").first.locator("button, a").first.click()
    reviewer.wait_for_url(f"**/studio/drafts/{draft}**")
    reviewer.goto(f"/studio/drafts/{draft}/review")
    look(reviewer, "10-review")
    reviewer.get_by_role("link", name="xem từng dòng, góp ý").last.click()
    reviewer.get_by_role("link", name="Góp ý cho dòng 12").click()
    reviewer.get_by_role("textbox", name="Góp ý cho dòng 12").fill("Nói rõ hơn: phiếu nào?")
    look(reviewer, "11-remark")
    reviewer.get_by_role("button", name="Gửi góp ý").click()
    reviewer.goto(f"/studio/drafts/{draft}/review")
    reviewer.get_by_label("Lời nhắn").last.fill("Sửa câu 1 rồi gửi lại.")
    reviewer.get_by_role("button", name="Trả lại để sửa").click()
    expect(reviewer.locator("main .tag", has_text="trả lại")).to_be_visible()

    # The author finds the remark, mends, and hands in again; it cannot be approved by its own author.
    author.goto(f"/studio/drafts/{draft}")
    look(author, "12-returned")
    mend(author, place, draft, "exam.md", "Ghi cả hai vào một phiếu", "Ghi cả hai vào một phiếu bổ sung")
    author.goto(f"/studio/drafts/{draft}/review")
    author.get_by_role("button", name="Đã xử lý").click()
    author.goto(f"/studio/drafts/{draft}")
    author.get_by_role("button", name="Gửi thẩm định").click()
    author.goto(f"/studio/drafts/{draft}/review")
    expect(author.get_by_role("button", name="Duyệt")).to_have_count(0)

    reviewer.goto(f"/studio/drafts/{draft}/review")
    reviewer.get_by_role("button", name="Duyệt").click()
    expect(reviewer.get_by_text("Đã duyệt và xuất bản.")).to_be_visible()
    look(reviewer, "13-published")

    # An official studies it and passes, with one answer that the key calls wrong.
    learner = visit(next(learners), width=width)
    course = f"/courses/finance/{SLUG}-{width}"
    learner.goto(course)
    look(learner, "14-course")
    learner.get_by_role("link", name="Một lần là đủ").first.click()
    learner.locator("main .actions .button").click()
    learner.get_by_role("button", name="Đã đọc xong").click()
    learner.goto(f"{course}/exam/quiz")
    learner.get_by_role("button", name="Bắt đầu").click()
    give_all(
        learner, place.database, wrong=this_wrong(learner, place, "Giấy tờ ngoài danh mục", "Xin ý kiến thôn")
    )
    learner.get_by_role("button", name="Nộp bài").click()
    expect(learner.get_by_text("Đồng chí đã hoàn thành khóa học.")).to_be_visible()
    look(learner, "15-passed")

    # A key is corrected: the author sees whom it moves before anybody is moved.
    author.goto(f"/studio/courses/finance/{SLUG}-{width}")
    author.get_by_role("button", name="Soạn bản mới").click()
    again = int(author.url.split("/")[-1])
    mend(author, place, again, "exam.md", "- (x) Không yêu cầu", "- ( ) Không yêu cầu")
    mend(author, place, again, "exam.md", "- ( ) Xin ý kiến thôn", "- (x) Xin ý kiến thôn")
    author.goto(f"/studio/drafts/{again}/review")
    expect(author.get_by_text("Đáp án mới làm đổi điểm của ai")).to_be_visible()
    author.get_by_label("Nếu chọn").select_option("new")
    author.get_by_role("button", name="Xem ai đổi điểm").click()
    expect(author.get_by_text("1 bài tăng điểm")).to_be_visible()
    look(author, "16-whom-it-moves")


def mend(page: Page, place: Place, draft: int, path: str, old: str, new: str) -> None:
    """Changes a page of a draft in its editor, and waits until the server has it."""
    with place.database.reading() as session:
        found = drafts.file(session, session.get_one(DraftRow, draft), path)
    assert found is not None
    text = found[0].decode()
    assert text.count(old) == 1, (old, text)
    page.goto(f"/studio/drafts/{draft}/edit/{path}")
    page.locator("#editor[data-ready]").wait_for()
    page.locator(".cm-content" if BUNDLED else "#text").click()
    page.keyboard.press("Control+a")
    page.keyboard.press(
        "Delete"
    )  # else the browser keeps the looks of what it replaces, which the policy forbids
    page.keyboard.insert_text(text.replace(old, new))
    expect(page.locator("#state")).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d$"))


def this_wrong(page: Page, place: Place, title: str, option: str) -> dict[str, Any]:
    """The drawn id of an option, by the words of its question and its own."""
    with place.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id(page))
        known = papers.by_id(attempts.page_of(catalogue.release(session, attempt.release_id), attempt.quiz))
        for item in attempt.paper:
            question = known[item["question"]]
            if title in question.prompt:
                key = next(one.key for one in question.options if option in one.html)
                return {item["question"]: papers.to_drawn(item, key)}
    raise LookupError(title)

"""The pictures of the author's guide: a Word file becomes a course, is reviewed, published and corrected.

`take.py` calls `take`; every picture is cut to what its step is about.
"""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

HERE = Path(__file__).parent
TITLE = "Thu phí, lệ phí ở Bộ phận Một cửa"
FIELD, SLUG = "finance", "thu-phi-le-phi"
COURSE = f"{FIELD}/{SLUG}"
# The third has no key, the fourth says one thing twice, and the key of the last is wrong: it is corrected at the end.
QUESTIONS = (
    (
        "Trước khi thu, công chức cho người dân biết điều gì?",
        ("Tên khoản thu và mức thu", "Họ tên người thu tiền lần trước", "Số tiền đã thu trong tháng"),
        "A",
    ),
    (
        "Mức thu lấy ở đâu?",
        ("Theo trí nhớ", "Theo bảng niêm yết của thủ tục", "Theo mức của xã bên cạnh"),
        "B",
    ),
    (
        "Người dân chuyển khoản thì biên lai giao lúc nào?",
        ("Khi tiền đã vào tài khoản", "Khi người dân nói đã chuyển", "Cuối tháng giao một lần"),
        "",
    ),
    (
        "Ghi sai số tiền trên biên lai thì làm gì?",
        ("Hủy theo thủ tục và lập biên lai khác", "Tẩy đi ghi lại", "Tẩy đi ghi lại"),
        "A",
    ),
    (
        "Cuối ngày, công chức đối chiếu những gì?",
        ("Chỉ tiền mặt", "Tiền, biên lai và sổ thu", "Chỉ sổ thu"),
        "B",
    ),
    (
        "Người được miễn lệ phí thì hồ sơ cần ghi gì?",
        ("Lý do được miễn", "Số điện thoại", "Không cần ghi"),
        "C",
    ),
)
FACTS = (("Việc", "Ai làm", "Khi nào"), ("Thu và giao biên lai", "Công chức Một cửa", "Ngay khi nhận hồ sơ"),
         ("Đối chiếu tiền, biên lai, sổ", "Công chức và kế toán", "Cuối mỗi ngày"))  # fmt: skip
DRAWING = """<body style="margin:0;font:600 26px sans-serif;color:#16324f"><div style="display:flex;gap:14px;
padding:14px;width:max-content;background:#fff">%s</div>"""
STEP = '<div style="border:3px solid #16324f;border-radius:12px;padding:22px 18px">%s</div>'


def take(
    browser: Browser,
    address: str,
    sign_in: Callable[..., Page],
    desk: Any,
    phone: Any,
    learn: Callable[[], None],
) -> None:
    """`learn`: officials who study and pass what is published, some of whom the wrong key calls wrong."""
    author = sign_in(browser, address, "bientap", desk)
    reviewer = sign_in(browser, address, "thamdinh", desk)
    draft = bring(author, address, word_file(drawing(browser)))
    mend(author, draft)
    look_on_the_phone(sign_in(browser, address, "bientap", phone), draft)
    review(author, reviewer, draft)
    learn()
    correct(author, address)


def bring(author: Page, address: str, file: bytes) -> str:
    """From the Word file to a draft; the address of the draft."""
    author.goto(f"{address}/studio/new")
    cut(author, "guide-new", author.locator("main"))
    author.goto(f"{address}/studio/new/file")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    author.locator("input[type=file]").set_input_files(
        {"name": "tap-huan.docx", "mimeType": kind, "buffer": file}
    )
    author.locator("main form button").first.click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Nhận ra những gì")
    author.locator("details.studio-more").last.evaluate("one => one.open = true")
    cut(author, "guide-recognised", author.locator("main h1"), author.locator("ol.studio-lessons"), most=1300)
    author.get_by_label("Tên khóa học").fill(TITLE)
    author.locator("select[name=field]").select_option(FIELD)
    author.locator("input[name=slug]").fill(SLUG)
    author.get_by_role("button", name="Tạo bản nháp").click()
    author.wait_for_url("**/studio/drafts/*")
    cut(author, "guide-faults", author.locator("main h1"), author.locator("ul.studio-faults"))
    return author.url.partition("#")[0].partition("?")[0]


def mend(author: Page, draft: str) -> None:
    """The faults at their lines, the menus of the editor, and what else must be written before submission."""
    author.goto(draft)
    author.get_by_role("link", name="chưa phương án nào được đánh dấu đúng").click()
    author.locator("#editor[data-ready]").wait_for()
    author.locator(".cm-lint-marker-error").first.wait_for()
    shown(author)
    cut(author, "guide-editor", author.locator("#editor"), most=660)
    author.locator("[popovertarget=menu-questions]").click()
    cut(
        author,
        "guide-questions",
        author.locator("[popovertarget=menu-questions]"),
        author.locator("#menu-questions"),
        margin=10,
    )
    write(author, "- ( ) Khi tiền đã vào tài khoản", "- (x) Khi tiền đã vào tài khoản")
    write(
        author, "- ( ) Tẩy đi ghi lại\n- ( ) Tẩy đi ghi lại", "- ( ) Tẩy đi ghi lại\n- ( ) Bỏ qua vì lệch ít"
    )
    page_of(author, draft, "Thu đúng, giao biên lai ngay")
    author.locator("[popovertarget=menu-images]").click()
    author.locator("#image-alt").fill("Ba bước: báo mức thu, thu tiền, giao biên lai")
    cut(
        author,
        "guide-image",
        author.locator("[popovertarget=menu-images]"),
        author.locator("#menu-images"),
        margin=10,
    )
    author.keyboard.press("Escape")
    write(
        author,
        "![Hình trong phần “Thu đúng, giao biên lai ngay”]",
        "![Ba bước: báo mức thu, thu tiền, giao biên lai]",
    )
    page_of(author, draft, "Cuối ngày đối chiếu")
    author.locator("[popovertarget=menu-sources]").click()
    author.locator("#document").fill("ngân sách")
    expect(author.locator("#documents button", has_text="89/2025/QH15")).to_be_visible()
    expect(author.locator("#documents button", has_text="tai-lieu-goc")).to_have_count(0)
    cut(
        author,
        "guide-source",
        author.locator("[popovertarget=menu-sources]"),
        author.locator("#menu-sources"),
        margin=10,
    )
    author.keyboard.press("Escape")
    write(author, re.compile(r"tai-lieu-goc-\w+"), "89/2025/QH15")
    author.goto(draft)
    author.get_by_label("Ngày hiệu lực").fill("01/12/2026")
    author.get_by_role("button", name="Ghi ngày").click()
    expect(author.get_by_role("button", name="Gửi thẩm định")).to_be_visible()


def look_on_the_phone(phone: Page, draft: str) -> None:
    phone.goto(f"{draft}/edit/10-thu-dung-giao-bien-lai-ngay.md")
    phone.locator("#editor[data-ready]").wait_for()
    phone.get_by_role("tab", name="Xem thử").click()
    shown(phone)
    keep(phone.screenshot(animations="disabled"), "guide-phone")


def review(author: Page, reviewer: Page, draft: str) -> None:
    """Submitted, returned with a remark on a line, mended, approved to be published on a day."""
    author.goto(draft)
    author.get_by_role("button", name="Gửi thẩm định").click()
    expect(author.locator("main .tag", has_text="chờ thẩm định")).to_be_visible()
    reviewer.goto(f"{draft}/review")
    reviewer.get_by_role("link", name="xem từng dòng, góp ý").last.click()
    number = text_of(author, draft, "exam.md").splitlines().index("- ( ) Theo mức của xã bên cạnh") + 1
    reviewer.get_by_role("link", name=f"Góp ý cho dòng {number}", exact=True).click()
    box = reviewer.get_by_role("textbox", name=f"Góp ý cho dòng {number}", exact=True)
    box.fill("Không ai chọn phương án này. Thay bằng điều hay bị nhầm thật, ví dụ mức thu cũ.")
    cut(reviewer, "guide-remark", box.locator("xpath=ancestor::li[1]"))
    reviewer.get_by_role("button", name="Gửi góp ý").click()
    reviewer.goto(f"{draft}/review")
    reviewer.get_by_role("button", name="Trả lại để sửa").click()
    author.goto(f"{draft}/edit/exam.md")
    write(author, "Theo mức của xã bên cạnh", "Theo mức thu năm trước")
    author.goto(f"{draft}/review")
    author.get_by_role("button", name="Đã xử lý").click()
    author.goto(draft)
    author.get_by_role("button", name="Gửi thẩm định").click()
    reviewer.goto(f"{draft}/review")
    reviewer.get_by_label("Vào ngày đã định").check()
    reviewer.get_by_label("Ngày xuất bản").fill("01/12/2026")
    cut(
        reviewer,
        "guide-decision",
        reviewer.locator("#decision h2"),
        reviewer.get_by_role("button", name="Duyệt"),
        margin=20,
    )
    reviewer.get_by_label("Ngay bây giờ").check()
    reviewer.get_by_role("button", name="Duyệt").click()
    expect(reviewer.get_by_text("Đã duyệt và xuất bản.")).to_be_visible()


def correct(author: Page, address: str) -> None:
    """The key of the last question is put right; the review tells whom that moves."""
    author.goto(f"{address}/studio/courses/{COURSE}")
    author.get_by_role("button", name="Soạn bản mới").click()
    author.wait_for_url("**/studio/drafts/*")
    draft = author.url.partition("#")[0].partition("?")[0]
    author.goto(f"{draft}/edit/exam.md")
    write(author, "- ( ) Lý do được miễn", "- (x) Lý do được miễn")
    write(author, "- (x) Không cần ghi", "- ( ) Không cần ghi")
    author.goto(f"{draft}/review?choice=new")
    expect(author.get_by_text("Đáp án mới làm đổi điểm của ai")).to_be_visible()
    cut(author, "guide-moves", author.locator("main section").first)


def text_of(author: Page, draft: str, path: str) -> str:
    author.goto(f"{draft}/edit/{path}")
    return author.locator("#text").input_value()


def page_of(author: Page, draft: str, title: str) -> None:
    author.goto(draft)
    author.get_by_role("link", name=title).first.click()
    author.locator("#editor[data-ready]").wait_for()


def shown(page: Page) -> None:
    """Waits for the learner's page in its frame."""
    page.frame_locator("#frame").get_by_role("heading", level=1).wait_for()


def write(author: Page, old: str | re.Pattern[str], new: str) -> None:
    """Changes a piece of the page that is open, and waits until the server has it."""
    author.reload()
    author.locator("#editor[data-ready]").wait_for()
    text = author.locator("#text").input_value()
    changed = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new)
    if changed == text:
        raise LookupError(old)
    author.locator(".cm-content").click()
    author.keyboard.press("Control+a")
    author.keyboard.press("Delete")
    author.keyboard.insert_text(changed)
    expect(author.locator("#state")).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d$"))


def drawing(browser: Browser) -> bytes:
    """The picture in the Word file: three steps, left to right."""
    page = browser.new_page(viewport={"width": 900, "height": 200})
    page.set_content(
        DRAWING
        % "<div style='align-self:center'>→</div>".join(
            STEP % step for step in ("Báo mức thu", "Thu tiền", "Giao biên lai")
        )
    )
    return page.locator("body > div").screenshot()


def word_file(picture: bytes) -> bytes:
    """As an office writes it: headings, a list, a picture, a table, then `Câu 1:` with the key in bold."""
    document = Document()
    document.add_heading(TITLE, 0)
    document.add_heading("Thu đúng, giao biên lai ngay", 1)
    document.add_paragraph(
        "Thủ tục nào có phí, lệ phí thì mức thu đã niêm yết ở Bộ phận Một cửa theo Nghị định 118/2025/NĐ-CP. Trước khi "
        "thu, công chức nói rõ tên khoản thu và số tiền, để người dân tự đối chiếu với bảng niêm yết."
    )
    for step in (
        "Nói tên khoản thu và mức thu.",
        "Nhận tiền, đếm trước mặt người nộp.",
        "Giao biên lai cùng giấy hẹn.",
    ):
        document.add_paragraph(step, style="List Number")
    document.add_picture(BytesIO(picture))
    document.add_heading("Cuối ngày đối chiếu", 1)
    document.add_paragraph(
        "Số tiền trong két, số ghi trên các biên lai và số trong sổ thu phải bằng nhau. Lệch một đồng cũng ghi lại ngay "
        "trong ngày, đừng để sang hôm sau."
    )
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    for row in FACTS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    document.add_heading("Câu hỏi ôn tập", 1)
    for number, (stem, options, key) in enumerate(QUESTIONS, 1):
        document.add_paragraph(f"Câu {number}: {stem}")
        for letter, option in zip("ABC", options, strict=True):
            document.add_paragraph().add_run(f"{letter}. {option}").bold = letter == key
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def cut(
    page: Page, name: str, first: Locator, last: Locator | None = None, *, most: int = 800, margin: int = 12
) -> None:
    """The part of the page from the top of one thing to the bottom of another, at most so many pixels high."""
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, 0)")
    boxes = [box for one in (first, last or first) if (box := one.bounding_box())]
    left = max(min(box["x"] for box in boxes) - margin, 0)
    top = max(min(box["y"] for box in boxes) - margin, 0)
    right = max(box["x"] + box["width"] for box in boxes) + margin
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    area = {"x": left, "y": top, "width": right - left, "height": min(bottom - top, most)}
    keep(page.screenshot(full_page=True, clip=area, animations="disabled"), name)


def keep(png: bytes, name: str) -> None:
    """As WebP, which is a third of the PNG."""
    Image.open(BytesIO(png)).convert("RGB").save(HERE / f"{name}.webp", quality=82, method=6)

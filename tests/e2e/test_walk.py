"""The whole way through the product, as the people who use it go."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from learning.demo.cast import CAST
from tests.e2e.answering import a_wrong_choice, attempt_id, give_all, key
from tests.e2e.conftest import Place

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

COURSE = "/courses/finance/commune-budget"
TITLE = "Thu – chi ngân sách cấp xã và thủ tục thanh toán"
FIRST = "who-decides"
NAMES = {member.username: member.full_name for member in CAST}


@pytest.mark.parametrize(
    ("username", "width", "unit"), [("hocvien", 360, "Phường Quy Nhơn"), ("hocvien2", 1280, "Xã Đak Đoa")]
)
def test_an_official_studies_passes_and_holds_a_certificate_a_stranger_can_verify(
    place: Place, visit: Visit, look: Look, username: str, width: int, unit: str
) -> None:
    name = NAMES[username]

    # The official signs in, and finds what to do next.
    page = visit(width=width)
    page.goto("/")
    look(page, "01-sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill("camtay-demo")
    page.get_by_role("button", name="Đăng nhập").click()
    look(page, "02-start")
    page.get_by_role("link", name=TITLE).first.click()
    look(page, "03-course")

    # Reads the first lesson, and takes its questions: one answer is wrong.
    page.get_by_role("link", name="Ai quyết, ai chi").first.click()
    look(page, "04-lesson")
    page.locator("main .actions .button").click()
    look(page, "05-door")
    page.get_by_role("button", name="Bắt đầu").click()
    look(page, "06-question")
    give_all(page, place.database, wrong=a_wrong_choice(page, place.database))
    look(page, "07-before-handing-in")
    page.get_by_role("button", name="Nộp bài").click()

    # The answer explains itself inside the row chosen.
    expect(page.get_by_role("heading", level=1)).to_have_text("Chưa đạt")
    chosen = page.locator(".option-wrong")
    expect(chosen).to_contain_text("đồng chí đã chọn")
    expect(chosen).to_contain_text("✕ Chưa đúng.")
    expect(page.locator(".option-right").first).to_contain_text("Đáp án đúng.")
    look(page, "08-not-passed")

    # Again, and passes.
    page.get_by_role("link", name="Làm lại").click()
    page.get_by_role("button", name="Bắt đầu").click()
    give_all(page, place.database)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt")
    expect(page.get_by_role("link", name="Học tiếp: Đủ điều kiện thanh toán")).to_be_visible()
    look(page, "09-passed")

    # The other lessons, then the exam.
    take_the_other_lessons(page, place)
    page.goto(COURSE)
    page.get_by_role("link", name="Làm bài kiểm tra").or_(page.get_by_role("link", name="Học tiếp")).click()
    look(page, "10-exam-door")
    page.get_by_role("button", name="Bắt đầu").click()
    give_all(page, place.database)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_text("Đồng chí đã hoàn thành khóa học.")).to_be_visible()
    look(page, "11-completed")

    # The certificate, and its paper.
    page.get_by_role("link", name="Xem giấy xác nhận").click()
    page.wait_for_url("**/certificates/*")
    look(page, "12-certificate")
    serial = page.url.rsplit("/", 1)[1]
    printed = page.context.request.get(
        page.get_by_role("link", name="Tải bản PDF").get_attribute("href") or ""
    )
    assert printed.headers["content-type"] == "application/pdf"
    words = " ".join(PdfReader(BytesIO(printed.body())).pages[0].extract_text().split())
    assert name in words
    assert TITLE in words
    page.goto(COURSE)
    look(page, "13-course-done")
    page.goto("/me")
    look(page, "14-mine")

    # A stranger opens the address printed on it.
    stranger = visit(width=width)
    stranger.goto(f"/verify/{serial}")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Còn hiệu lực")
    for printed_field in (name, unit, TITLE, serial.replace("-", "")[:4], "100"):
        expect(stranger.locator("main dl")).to_contain_text(printed_field)
    look(stranger, "15-verified")

    # The trainer sees the score.
    trainer = visit("giangvien", width=width)
    trainer.goto("/reports")
    look(trainer, "16-reports")
    trainer.get_by_role("link", name=TITLE).first.click()
    trainer.get_by_role("link", name="Bảng điểm").click()
    row = trainer.locator("tr", has=trainer.get_by_role("link", name=name))
    expect(row).to_contain_text("100%")
    expect(row).to_contain_text("hoàn thành")
    look(trainer, "17-scores")
    row.get_by_role("link").click()
    look(trainer, "18-learner")

    # The administrator revokes it, and the stranger reads so.
    office = visit("quantri", width=width)
    office.goto("/office")
    look(office, "19-people")
    office.get_by_label("Tìm theo tên").fill(name)
    office.get_by_role("button", name="Tìm").click()
    office.get_by_role("link", name=name).click()
    look(office, "20-person")
    office.locator(f'a[href*="{serial}/revocation"]').click()
    look(office, "21-revocation")
    office.get_by_role("textbox").fill("Cấp nhầm trong buổi tập huấn")
    office.get_by_role("button", name="Thu hồi giấy này").click()
    office.wait_for_url(lambda address: "/revocation" not in address)
    stranger.reload()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Đã thu hồi")
    expect(stranger.get_by_text("Cấp nhầm trong buổi tập huấn").first).to_be_visible()
    look(stranger, "22-revoked")


def test_the_whole_way_without_javascript(place: Place, visit: Visit, learners: Iterator[str]) -> None:
    page = visit(next(learners), java_script_enabled=False)
    page.goto(f"{COURSE}/{FIRST}")
    page.locator("main .actions .button").click()
    page.get_by_role("button", name="Bắt đầu").click()
    give_all(page, place.database, script=False)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.locator("h1")).to_have_text("Đạt")
    take_the_other_lessons(page, place)
    page.goto(f"{COURSE}/exam/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    give_all(page, place.database, script=False)
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("link", name="Xem giấy xác nhận").click()
    expect(page.locator("h1")).to_have_text("Giấy xác nhận hoàn thành")


def test_two_tabs_cannot_overwrite_each_other(place: Place, visit: Visit, learners: Iterator[str]) -> None:
    first = visit(next(learners), java_script_enabled=False)
    first.goto(f"{COURSE}/{FIRST}/quiz")
    first.get_by_role("button", name="Bắt đầu").click()
    address = f"/attempts/{attempt_id(first)}?q=1"
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    newer = first.locator(".option").nth(0)
    newer_text = newer.inner_text().strip()
    newer.click()
    first.get_by_role("button", name="Lưu và tiếp tục").click()
    first.wait_for_url("**?q=2")
    second.locator(".option").nth(1).click()
    second.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(second.locator("h1")).to_have_text("Bài làm đã được tiếp tục ở nơi khác")
    expect(second.locator("dl")).to_contain_text(newer_text)
    second.get_by_role("link", name="Mở câu này để xem và sửa").click()
    expect(second.locator(".option").nth(0).locator("input")).to_be_checked()


def test_a_session_that_ends_in_mid_attempt_keeps_the_answers(visit: Visit, learners: Iterator[str]) -> None:
    username = next(learners)
    page = visit(username)
    page.goto(f"{COURSE}/{FIRST}/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.locator(".option").nth(1).click()
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    question = page.url
    other = visit(username)
    other.goto("/me/sessions")
    other.get_by_role("button", name="Đăng xuất nơi này").click()
    expect(other.get_by_text("Đã đăng xuất nơi đó.")).to_be_visible()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill("camtay-demo")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Của tôi").wait_for()
    page.goto(question)
    expect(page.locator(".option").nth(1).locator("input")).to_be_checked()


def test_the_first_sign_in_is_by_a_code_that_the_unit_head_hands_over(
    place: Place, visit: Visit, look: Look, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    name = "Rơ Châm H'Yên Nguyễn Thị Hoàng Phương Thảo Vy"
    roster.write_text(f"ma_can_bo,ho_ten,ma_don_vi\nQN-{tmp_path.name},{name},21583\n", encoding="utf-8-sig")
    place.learning("people", "import", str(roster))
    head = visit("lanhdao")
    head.goto("/office")
    head.get_by_role("link", name=name).click()
    head.get_by_role("button", name="Cấp mã đăng nhập một lần").click()
    look(head, "30-slip")
    code = head.locator(".slip-code").inner_text()
    username = head.locator(".slip dd").nth(1).inner_text()
    page = visit()
    page.goto("/")
    page.get_by_role("link", name="Đăng nhập lần đầu").click()
    look(page, "31-code")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mã đăng nhập một lần").fill(code.lower())
    page.get_by_label("Mật khẩu mới", exact=True).fill("cau ca bon song")
    page.get_by_label("Nhập lại mật khẩu mới").fill("cau ca bon song")
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    page.get_by_role("link", name="Của tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    look(page, "32-long-name")


def take_the_other_lessons(page: Page, place: Place) -> None:
    """By the API, as the phone would: what the walk has shown once is not shown again."""
    api = page.context.request
    me = api.get("/api/v1/me").json()
    headers = {"X-CSRFToken": me["csrf_token"], "Referer": page.url}
    course = COURSE.removeprefix("/courses/")
    for lesson in api.get(f"/api/v1/courses/{course}").json()["lessons"]:
        if lesson["kind"] != "lesson" or lesson["slug"] == FIRST:
            continue
        begun = api.post("/api/v1/attempts", data={"course": course, "quiz": lesson["slug"]}, headers=headers)
        assert begun.status == 201, begun.text()
        attempt = begun.json()["id"]
        told = api.post(
            f"/api/v1/attempts/{attempt}/submission",
            data={"answers": key(place.database, attempt), "client_id": attempt},
            headers=headers,
        )
        assert told.json()["passed"], told.text()


def test_each_page_of_the_walk_has_its_own_address(visit: Visit, learners: Iterator[str]) -> None:
    page = visit(next(learners))
    page.goto(f"{COURSE}/{FIRST}/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*?q=1")
    assert attempt_id(page)
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.wait_for_url("**/attempts/*?q=2")
    page.go_back()
    page.wait_for_url("**/attempts/*?q=1")

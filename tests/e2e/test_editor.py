"""The editor in a real browser: the policy lets it pass, Vietnamese is written as it is composed, nothing is lost."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import select

from learning.accounts.models import Person
from learning.clock import SystemClock
from learning.library import beginnings, drafts
from learning.library.models import DraftRow
from tests.e2e.conftest import ROOT, Place, sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PATH = "10-who-decides.md"
BUNDLED = (ROOT / "static" / "built" / "editor.js").exists()
LISTEN = """() => {
  globalThis.refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
}"""


@pytest.fixture
def draft(place: Place) -> Iterator[int]:
    """A draft of its own for each test: what is live in finance, begun by its author."""
    with place.database.writing() as session:
        person = session.scalars(select(Person).where(Person.username == "bientap")).one()
        open_one = drafts.open_draft(session, "finance/commune-budget")
        if open_one is not None:
            open_one.state = "discarded"
            session.flush()
        found = beginnings.from_live(
            session, SystemClock().now(), "finance/commune-budget", person_id=person.id
        )
        draft_id = found.id
    yield draft_id
    with place.database.writing() as session:
        session.get_one(DraftRow, draft_id).state = "discarded"


def held(place: Place, draft: int) -> str:
    with place.database.reading() as session:
        found = drafts.file(session, session.get_one(DraftRow, draft), PATH)
    assert found is not None
    return found[0].decode()


def opened(page: Page, draft: int) -> Page:
    page.add_init_script(f"({LISTEN})()")
    page.goto(f"/studio/drafts/{draft}/edit/{PATH}")
    page.locator("#editor[data-ready]").wait_for()
    return page


def field(page: Page) -> str:
    return ".cm-content" if BUNDLED else "#text"


def at_the_end(page: Page) -> None:
    page.locator(field(page)).click()
    page.keyboard.press("Control+End")


def compose(browser: CDPSession, text: str) -> None:
    """What an input method shows underlined, before it is settled."""
    place = {"selectionStart": len(text), "selectionEnd": len(text)}
    browser.send("Input.imeSetComposition", {"text": text, **place})


def saved(page: Page) -> None:
    expect(page.locator("#state")).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d$"))


def test_nothing_of_the_editor_is_refused_by_the_policy(
    visit: Visit, draft: int, look: Callable[[Page, str], None]
) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    at_the_end(page)
    page.keyboard.type("\nMột dòng mới.")
    saved(page)
    if BUNDLED:
        page.keyboard.press("Control+f")
        page.locator(".cm-search").wait_for()
        page.keyboard.press("Escape")
        sheet = page.locator(".editor-host").evaluate("(host) => host.shadowRoot.adoptedStyleSheets.length")
        assert sheet > 0
        assert page.locator(field(page)).evaluate(
            "(dom) => getComputedStyle(dom).whiteSpaceCollapse !== 'collapse'"
        )
    assert page.evaluate("refused") == []
    look(page, "editor")


@pytest.mark.skipif(not BUNDLED and "CI" not in os.environ, reason="the bundle was not built: make assets")
def test_the_bundle_is_there_where_it_was_built(visit: Visit, draft: int) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    assert page.locator(".cm-editor").count() == 1
    expect(page.locator("#text")).to_be_hidden()


def test_vietnamese_is_written_by_composition(visit: Visit, draft: int, place: Place) -> None:
    """As an input method does it: each key replaces what is being composed, and the last one commits it."""
    page = opened(visit("bientap", width=1280, height=800), draft)
    at_the_end(page)
    page.keyboard.press("Enter")
    browser = page.context.new_cdp_session(page)
    for steps in (("D", "Đ", "Đu", "Đư", "Đươ", "Đươn", "Đương", "Đường"), ("a", "â", "âm", "ẩm")):
        for step in steps:
            compose(browser, step)
        browser.send("Input.insertText", {"text": steps[-1]})
        page.keyboard.type(" ")
    page.keyboard.type("ướt Ễ Ỗ Ặ Ự")
    saved(page)
    assert held(place, draft).endswith("Đường ẩm ướt Ễ Ỗ Ặ Ự")
    expect(page.frame_locator("#frame").locator("main")).to_be_visible()


def test_an_autosave_while_one_composes_waits(visit: Visit, draft: int, place: Place) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    before = held(place, draft)
    at_the_end(page)
    browser = page.context.new_cdp_session(page)
    compose(browser, "ngươ")
    expect(page.locator("#state")).to_have_text("Chưa lưu")
    browser.send("Input.insertText", {"text": "người"})
    saved(page)
    assert (
        held(place, draft) == before.rstrip("\n") + "\n" * (len(before) - len(before.rstrip("\n"))) + "người"
    )


def test_faults_appear_at_their_line_and_lead_there(visit: Visit, draft: int) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    expect(page.locator("#faults-count")).to_have_text("Không có lỗi")
    at_the_end(page)
    page.keyboard.type("\n\n### Câu hỏng\n\nHỏi gì?\n\n- ( ) một\n- ( ) hai\n")
    row = page.locator(".fault", has_text="Q010")
    row.wait_for()
    assert row.locator(".fault-remedy").inner_text()
    if BUNDLED:
        page.locator(".cm-lint-marker-error").first.wait_for()
    page.keyboard.press("Control+Home")
    row.get_by_role("button").click()
    line = int(row.locator("button").get_attribute("data-line") or 0)
    if BUNDLED:
        expect(page.locator(".cm-lineNumbers .cm-activeLineGutter")).to_have_text(str(line))


def test_the_preview_follows_and_its_questions_are_played(visit: Visit, draft: int, place: Place) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    frame = page.frame_locator("#frame")
    expect(frame.locator("h1")).to_have_text("Ai quyết, ai chi")
    page.locator(field(page)).click()
    page.keyboard.press("Control+Home")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(" thêm")
    expect(frame.locator("h1")).to_have_text("Ai quyết, ai chi thêm")
    saved(page)
    frame.get_by_role("link", name="Trả lời").click()
    total = int(re.sub(r".*/", "", frame.locator(".status-line").inner_text()))
    for place_of in range(1, total + 1):
        expect(frame.locator(".status-line")).to_contain_text(f"Câu {place_of}/{total}")
        if frame.locator("form.question").get_attribute("data-kind") == "single":
            frame.locator("input[type=radio]").first.check()
        frame.get_by_role("button", name="Lưu và tiếp tục").click()
    frame.locator(".outcome").wait_for()
    assert page.evaluate("refused") == []


def test_a_question_is_put_in_whole_with_an_id_of_its_own(visit: Visit, draft: int, place: Place) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    page.get_by_role("button", name="Câu hỏi").click()
    page.get_by_role("button", name="Ghép cặp").click()
    saved(page)
    assert re.search(r"\nMã: ns-bai-10-[a-z0-9]{5}\nLoại: ghép\n", held(place, draft))
    expect(page.locator("#faults-count")).to_have_text("Không có lỗi")


def test_the_toolbar_and_its_shortcuts_write_what_they_say(visit: Visit, draft: int) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    text = page.locator("#text")

    def new_line() -> None:
        at_the_end(page)
        page.keyboard.type("\n\n")

    new_line()
    page.get_by_role("button", name="Mục", exact=True).click()
    expect(text).to_have_value(re.compile(r"\n## [^\n]+$"))
    for key, written in (
        ("Control+b", r"\*\*[^*\n]+\*\*"),
        ("Alt+2", r"## [^\n]+"),
        ("Alt+8", "- "),
        ("Alt+7", r"1\. "),
    ):
        new_line()
        page.keyboard.press(key)
        expect(text).to_have_value(re.compile(rf"\n{written}$"))
    new_line()
    page.get_by_role("button", name="Bảng").click()
    expect(text).to_have_value(re.compile(r"\n\|[^\n]+\|\n\| ?-{3}[^\n]+\|\n\|[^\n]+\|"))
    new_line()
    page.get_by_role("button", name="Ghi chú").click()
    page.locator("#menu-notices button").first.click()
    expect(text).to_have_value(re.compile(r"\n> \*\*[^*\n]+:\*\*"))
    new_line()
    page.get_by_role("button", name="Căn cứ").click()
    page.get_by_label("Ghi ở chỗ con trỏ").check()
    page.locator("#document").fill("ngân sách")
    law = page.locator("#documents button[data-cite]").first
    number = law.get_attribute("data-cite")
    law.click()
    expect(text).to_have_value(re.compile(rf"\nCăn cứ: {re.escape(number or '?')}$"))
    saved(page)


BRING = """async (way) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
  canvas.getContext("2d").fillRect(0, 0, 60, 40);
  const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const parts = new DataTransfer();
  parts.items.add(new File([picture], "anh-chup.png", { type: "image/png" }));
  if (way === "picker") {
    const field = document.querySelector("#image-file");
    field.files = parts.files;
    field.dispatchEvent(new Event("change"));
    return;
  }
  const about = { bubbles: true, cancelable: true };
  const event = way === "drop"
    ? new DragEvent("drop", { dataTransfer: parts, ...about })
    : new ClipboardEvent("paste", { clipboardData: parts, ...about });
  document.querySelector("#page-form").dispatchEvent(event);
}"""


@pytest.mark.parametrize("way", ["drop", "picker"])
def test_a_picture_is_dropped_or_picked(visit: Visit, draft: int, way: str) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    page.evaluate(BRING, way)
    expect(page.locator("#image-said")).to_contain_text("anh-chup.png: hãy viết vào ô trên ảnh cho thấy gì")
    page.locator("#image-alt").fill("Tờ hướng dẫn")
    page.get_by_role("button", name="Chèn vào bài").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"!\[Tờ hướng dẫn\]\(images/"))
    saved(page)


def test_a_picture_without_words_says_what_to_do_and_goes_in_with_them(visit: Visit, draft: int) -> None:
    page = opened(visit("bientap", width=360), draft)
    page.evaluate(BRING, "paste")
    said = page.locator("#image-said")
    expect(said).to_contain_text("anh-chup.png: hãy viết vào ô trên ảnh cho thấy gì")
    put = page.get_by_role("button", name="Chèn vào bài")
    put.click()  # still without words: nothing goes in, and it still says so
    expect(said).to_contain_text("hãy viết")
    page.locator("#image-alt").fill("Tờ hướng dẫn dán ở cửa tiếp nhận")
    put.click()
    expect(page.locator("#menu-images")).to_be_hidden()
    expect(page.locator("#text")).to_have_value(re.compile(r"!\[Tờ hướng dẫn dán ở cửa tiếp nhận\]\(images/"))
    saved(page)
    page.reload()
    page.locator("#editor[data-ready]").wait_for()
    page.get_by_role("button", name="Ảnh, ghi âm").click()
    expect(put).to_be_hidden()
    page.locator("[data-image*=anh-chup]").click()  # one that is there already
    expect(said).to_contain_text("hãy viết")
    page.locator("#image-alt").fill("Tờ hướng dẫn, nhìn gần")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(re.compile(r"!\[Tờ hướng dẫn, nhìn gần\]\(images/"))


def test_what_is_typed_without_a_line_is_saved_when_it_is_back(
    visit: Visit, draft: int, place: Place
) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    before = held(place, draft)
    page.context.set_offline(True)
    at_the_end(page)
    page.keyboard.type("\nGõ lúc mất mạng.")
    expect(page.locator("#state")).to_have_text("Mất mạng: giữ trên máy này")
    assert held(place, draft) == before
    page.context.set_offline(False)
    saved(page)
    assert held(place, draft) == before + "\nGõ lúc mất mạng."
    assert (
        page.evaluate(
            "Object.keys(localStorage).filter((key) => localStorage[key].includes('Gõ lúc')).length"
        )
        == 0
    )


def test_what_a_closed_page_could_not_save_is_offered_again(visit: Visit, draft: int, place: Place) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    before = held(place, draft)
    page.evaluate("() => { globalThis.fetch = () => Promise.reject(new TypeError()); }")
    at_the_end(page)
    page.keyboard.type("\nGõ rồi gập máy.")
    expect(page.locator("#state")).to_have_text("Mất mạng: giữ trên máy này")
    again = page.context.new_page()
    page.close()
    opened(again, draft).get_by_role("button", name="Dùng phần đó").click()
    saved(again)
    assert held(place, draft) == before + "\nGõ rồi gập máy."


def test_a_session_that_ended_loses_nothing(visit: Visit, draft: int, place: Place) -> None:
    page = opened(visit("bientap", width=1280, height=800), draft)
    before = held(place, draft)
    page.context.clear_cookies()
    at_the_end(page)
    page.keyboard.type("\nGõ sau khi hết phiên.")
    page.get_by_role("button", name="Đăng nhập lại").click()
    page.get_by_label("Tên đăng nhập").fill("bientap")
    page.get_by_label("Mật khẩu").fill("camtay-demo")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Dùng phần đó").click()
    saved(page)
    assert held(place, draft) == before + "\nGõ sau khi hết phiên."


def test_two_who_write_at_once_choose_and_lose_nothing(
    visit: Visit, draft: int, place: Place, look: Callable[[Page, str], None]
) -> None:
    one, other = (
        opened(visit("bientap", width=1280, height=800), draft),
        opened(visit("quantri", width=1280), draft),
    )
    before = held(place, draft)
    at_the_end(other)
    other.keyboard.type("\nDòng của quản trị.")
    saved(other)
    at_the_end(one)
    one.keyboard.type("\nDòng của biên tập.")
    one.get_by_role("button", name="So sánh và chọn").click()
    one.get_by_role("heading", name="Hai người cùng sửa một trang").wait_for()
    look(one, "compare")
    one.get_by_label("Giữ cả hai").check()
    one.get_by_role("button", name="Lưu bản đã chọn").click()
    one.locator("#editor[data-ready]").wait_for()
    text = held(place, draft)
    assert text.startswith(before)
    assert re.sub(r"\s+", " ", text.removeprefix(before)).strip() == "Dòng của biên tập. Dòng của quản trị."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_one_follows_the_other(
    visit: Visit, draft: int, look: Callable[[Page, str], None], scheme: str
) -> None:
    page = opened(visit("bientap", color_scheme=scheme, has_touch=True), draft)
    expect(page.locator("#shown")).to_be_hidden()
    look(page, f"editor-phone-{scheme}")
    page.get_by_role("tab", name="Xem thử").click()
    expect(page.locator("#source")).to_be_hidden()
    expect(page.frame_locator("#frame").locator("h1")).to_be_visible()
    look(page, f"editor-phone-shown-{scheme}")


def test_without_scripts_the_form_does_it_all(visit: Visit, draft: int, place: Place) -> None:
    page = visit(java_script_enabled=False, width=1280)
    sign_in(page, "bientap")
    page.goto(f"/studio/drafts/{draft}/edit/{PATH}")
    before = held(place, draft)
    text = page.locator("#text")
    assert text.input_value() == before
    text.fill(before + "\nKhông cần kịch bản.\n\n### Câu hỏng\n\nHỏi?\n\n- ( ) một\n- ( ) hai\n")
    page.get_by_role("button", name="Lưu và xem lại").click()
    expect(page.locator(".fault", has_text="Q010")).to_be_visible()
    assert "Không cần kịch bản." in held(place, draft)


def test_the_plain_field_works_where_the_bundle_is_missing(visit: Visit, draft: int, place: Place) -> None:
    page = visit(width=1280)
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # it would fetch behind the page's back
    sign_in(page, "bientap")
    page.route("**/assets/editor.*.js", lambda route: route.abort())
    page.goto(f"/studio/drafts/{draft}/edit/{PATH}")
    page.locator("#editor[data-ready]").wait_for()
    page.locator("#text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nÔ văn bản thường.")
    saved(page)
    assert held(place, draft).endswith("\nÔ văn bản thường.")
    page.get_by_role("button", name="Câu hỏi").click()
    page.get_by_role("button", name="Điền số").click()
    expect(page.locator("#faults-count")).to_have_text("Không có lỗi")
    saved(page)


def test_the_bundle_holds_no_address_but_its_own(tmp_path: Path) -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert "resolved" not in lock
    for package in json.loads(lock)["packages"].values():
        package.pop("funding", None)  # whom one may thank
        assert "://" not in json.dumps(package)

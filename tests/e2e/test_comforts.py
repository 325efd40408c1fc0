"""How a page looks, pictures that wait, reading aloud, sharing, printing: in a real browser."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from learning.library.blobs import keep
from learning.library.models import ReleaseFile
from tests import make
from tests.e2e.conftest import Place
from tests.e2e.looking import until, until_true

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

LESSON = "/courses/finance/comforts/bai-1"
# What a phone with Vietnamese and English voices does, without its noise.
VOICES = """
window.spoken = [];
const voice = (lang, name = lang) => ({ lang, name, localService: name === lang });
class Synthesis extends EventTarget {
  getVoices() { return [voice("en-US"), voice("vi-VN", "of the network"), voice("vi-VN-x-central"), voice("vi-VN")]; }
  cancel() { this.waiting?.onerror?.(); this.waiting = null; }
  speak(one) { spoken.push([one.voice.name, one.text.trim()]); this.waiting = one; }
  end() { const one = this.waiting; this.waiting = null; one.onend(); }
}
Object.defineProperty(window, "speechSynthesis", { value: new Synthesis() });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@pytest.fixture(scope="module")
def lesson(place: Place) -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 360), "#0b5d45").save(drawn, "PNG")
    with place.database.writing() as session:
        sha256 = keep(session, drawn.getvalue())
        html = (
            '<p>Câu một. Câu hai, <span lang="en">machine learning</span> là máy học.</p>'
            f'<p><img src="/media/{sha256}/anh.png" alt="Nhà rông" width="640" height="360" loading="lazy"></p>'
            '<p>Đoạn cuối, xem <a href="https://vanban.chinhphu.vn/x">văn bản</a>.</p>'
        )
        made = make.course(
            make.lesson("bai-1", make.single(), html=html), slug="comforts", title="Khóa dễ đọc"
        )
        published = make.publish(session, made)
        session.merge(ReleaseFile(release_id=published.release_id, path="images/anh.png", sha256=sha256))
        session.commit()
    return LESSON


@pytest.fixture
def page(visit: Visit, learners: object, lesson: str) -> Page:
    opened: Page = visit(next(learners))  # type: ignore[call-overload]
    return opened


def chosen(page: Page, words: str) -> None:
    page.get_by_text("Cách hiển thị").click()
    page.get_by_label(words).check()


def font(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def test_text_size_holds_on_every_page_from_its_first_paint(
    page: Page, look: Callable[[Page, str], None]
) -> None:
    page.goto(LESSON)
    before = font(page)
    chosen(page, "Rất lớn")
    assert font(page) == pytest.approx(before * 1.375)
    # The size is there before there is anything to paint.
    page.add_init_script(
        "new MutationObserver((_, observer) => { if (document.body) { observer.disconnect();"
        " window.atFirst = document.documentElement.dataset.size; } })"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.goto("/courses")
    assert page.evaluate("atFirst") == "larger"
    assert font(page) == pytest.approx(before * 1.375)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(LESSON)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_text("Cách hiển thị").click()
    look(page, "larger")
    expect(page.get_by_label("Rất lớn")).to_be_checked()
    page.get_by_label("Vừa", exact=True).check()
    assert font(page) == before


def test_what_acts_comes_after_what_is_to_be_read(page: Page) -> None:
    page.goto(LESSON.rpartition("/")[0])
    page.get_by_role("link", name="Bài bai-1").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bài bai-1")
    times = """[performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      performance.getEntriesByType("resource").find((one) => one.name.includes("/site."))?.startTime]"""
    until(page, lambda: None not in page.evaluate(times))
    painted, fetched = page.evaluate(times)
    assert painted < fetched


def test_the_theme_is_the_systems_unless_another_is_chosen(page: Page) -> None:
    page.goto(LESSON)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(paper)
    assert dark != light
    chosen(page, "Sáng")
    assert page.evaluate(paper) == light
    page.get_by_label("Tối").check()
    page.emulate_media(color_scheme="light")
    assert page.evaluate(paper) == dark


def test_sparing_data_no_picture_comes_before_it_is_asked_for(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/media/" in request.url else None)
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto(LESSON)
    show = page.get_by_role("button", name="Hiện hình")
    show.scroll_into_view_if_needed()
    picture = page.get_by_role("img", name="Nhà rông")
    box = picture.bounding_box()
    assert asked == []
    assert box is not None
    assert box["height"] == pytest.approx(box["width"] * 360 / 640, abs=2)  # its place is kept
    show.press("Enter")
    expect(show).to_have_count(0)
    until_true(page, "document.querySelector('main img').naturalWidth === 640")
    assert len(set(asked)) == 1
    expect(picture).to_be_focused()


def test_it_reads_aloud_by_paragraphs_and_changes_its_voice(page: Page) -> None:
    page.add_init_script(VOICES)
    page.goto(LESSON)
    page.get_by_role("button", name="Nghe bài").click()
    expect(page.locator("h1.spoken")).to_be_visible()
    while page.locator("p.spoken", has_text="Câu một.").count() == 0:  # title, place, minutes
        before = page.evaluate("spoken.length")
        page.evaluate("speechSynthesis.end()")
        until_true(page, "before => spoken.length > before", before)
    expect(page.locator("p.spoken")).to_contain_text("Câu một.")
    for following in ("Câu hai,", "machine learning"):
        page.evaluate("speechSynthesis.end()")
        until_true(page, "words => spoken.at(-1)[1] === words", following)
    assert page.evaluate("spoken.at(-1)[0]") == "en-US"
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.locator(".spoken")).to_have_count(0)
    page.get_by_role("button", name="Nghe tiếp").click()  # from the paragraph's beginning
    expect(page.locator("p.spoken")).to_contain_text("Câu một.")
    assert page.evaluate("spoken.at(-1)") == ["vi-VN", "Câu một."]
    page.get_by_role("button", name="Thôi nghe").click()
    expect(page.get_by_role("button", name="Nghe bài")).to_be_visible()
    expect(page.get_by_role("button", name="Thôi nghe")).to_be_hidden()


def test_without_a_voice_no_button(page: Page) -> None:
    page.add_init_script(re.sub('"vi-VN[^"]*"', '"fr-FR"', VOICES))
    page.goto(LESSON)
    expect(page.get_by_role("button", name="Chia sẻ")).to_be_visible()
    expect(page.get_by_role("button", name="Nghe bài")).to_be_hidden()


def test_sharing_hands_over_the_link_or_copies_it(page: Page, place: Place) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script("navigator.share = undefined")
    page.goto(LESSON)
    page.get_by_role("button", name="Chia sẻ").click()
    expect(page.get_by_role("status").filter(has_text="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == place.url + LESSON
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(LESSON)
    page.get_by_role("button", name="Chia sẻ").click()
    until_true(page, "window.shared")
    assert page.evaluate("shared.url") == place.url + LESSON


def test_without_scripts_none_of_it_is_there_and_nothing_is_missing(
    visit: Visit, learners: object, lesson: str
) -> None:
    page = visit(next(learners), java_script_enabled=False)  # type: ignore[call-overload]
    page.goto(LESSON)
    for words in ("Chia sẻ", "Nghe bài", "Cách hiển thị"):
        expect(page.get_by_text(words)).to_be_hidden()
    expect(page.get_by_role("img", name="Nhà rông")).to_be_visible()


def test_printed_it_is_the_lesson_alone(page: Page) -> None:
    page.goto(LESSON)
    page.emulate_media(media="print")
    for words in ("Chia sẻ", "Cách hiển thị", "Trả lời 1 câu hỏi", "Tra cứu"):
        expect(page.get_by_text(words).first).to_be_hidden()
    expect(page.locator(".printed")).to_have_text(re.compile(r"Khóa dễ đọc · bản phát hành \d+"))
    link = page.get_by_role("link", name="văn bản")
    assert "vanban.chinhphu.vn" in link.evaluate("one => getComputedStyle(one, '::after').content")

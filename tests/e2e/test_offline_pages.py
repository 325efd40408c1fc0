"""Pages without a network: what was saved opens, what was not says so calmly, and nothing personal is ever kept.

The server's process is stopped: a browser's own switch leaves half of what happens out.
"""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from learning.library.blobs import keep
from learning.library.models import ReleaseFile
from tests import make
from tests.e2e import conftest
from tests.e2e.conftest import Place
from tests.e2e.looking import until
from tests.e2e.phone import ready, save

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

COURSE = "/courses/finance/kept"
FIRST, SECOND = f"{COURSE}/bai-1", f"{COURSE}/bai-2"
# What may be in a cache: the shell, what is named by its content, and the pages and list of a saved course.
MAY_BE_KEPT = re.compile(
    r"/offline|/assets/[\w-]+\.[0-9a-f]{12}\.\w+|/media/[0-9a-f]{64}/[^/]+"
    r"|/courses/[\w-]+/[\w-]+/(?!exam$)[\w-]+|/courses/[\w-]+/[\w-]+/offline\.json"
)
# As the browser says that the site could stand among the phone's apps: it says so again where nobody listened yet.
OFFERED = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = () => { window.prompted = true; };
  event.userChoice = Promise.resolve({ outcome: "accepted" });
  window.dispatchEvent(event);
}"""
CACHES = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    found[name] = {};
    for (const request of await cache.keys()) {
      const reply = await cache.match(request);
      found[name][new URL(request.url).pathname] = [reply.status, [...reply.headers.keys()], await reply.text()];
    }
  }
  return found;
}"""


def publish(place: Place, *words: str, slug: str = "kept") -> None:
    """A release of a course of two lessons, the first with a picture; `words` stand in them."""
    first, second = words
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "#0b5d45").save(drawn, "PNG")
    with place.database.writing() as session:
        sha256 = keep(session, drawn.getvalue())
        picture = f'<img src="/media/{sha256}/la.png" alt="Lá" width="40" height="20">'
        made = make.course(
            make.lesson("bai-1", make.single(), html=f"<p>{first}</p><p>{picture}</p>"),
            make.lesson("bai-2", html=f"<p>{second}</p>"),
            slug=slug,
            title=f"Khóa {slug}",
        )
        published = make.publish(session, made)
        session.merge(ReleaseFile(release_id=published.release_id, path="images/la.png", sha256=sha256))
        session.commit()


@pytest.fixture(scope="module")
def learners(place: Place) -> Iterator[str]:
    return iter(place.learning("demo", "learners", "15").split())


@pytest.fixture
def course(place: Place) -> str:
    publish(place, "Bài một, bản cũ", "Bài hai, bản cũ")
    return COURSE


@pytest.fixture
def switched(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The place, whose server runs again as it did, whatever a test made of it."""
    yield place
    place.stop()
    monkeypatch.undo()
    place.env.pop("LEARNING_OFFLINE", None)
    place.start()


def kept(page: Page) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = page.evaluate(CACHES)
    return found


def copies(page: Page) -> list[str]:
    return [name for name in page.evaluate("caches.keys()") if name.startswith("course-")]


def test_a_saved_course_opens_when_the_server_is_gone(
    switched: Place, course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    page = visit(next(learners))
    page.goto(course)
    box = page.locator("#saving")
    expect(box.locator("[data-state]")).to_contain_text(re.compile(r"khoảng \d+ KB"))
    look(page, "not-saved")
    save(page, course)
    look(page, "saved")
    switched.stop()
    page.goto(FIRST)
    expect(page.get_by_text("Bài một, bản cũ")).to_be_visible()
    expect(page.locator("#site")).to_contain_text("Đang ngoại tuyến")
    expect(page.locator("#site")).to_contain_text("Bản lưu ngày")
    picture = page.get_by_alt_text("Lá")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).borderRadius") == "10px"
    look(page, "lesson-from-the-copy")
    page.goto(SECOND)
    expect(page.get_by_text("Bài hai, bản cũ")).to_be_visible()
    # What was not saved, and what is somebody's own.
    for address in ("/", "/me", "/courses", "/courses/finance/commune-budget/who-decides", "/office"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Học ngoại tuyến")
        expect(page.get_by_text("Trang này cần có mạng")).to_be_visible()
        expect(page.get_by_text("Khóa kept")).to_be_visible()
        assert page.url.endswith(address)
    look(page, "needs-the-network")
    switched.start()
    page.goto("/me")
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    expect(page.locator("#site")).to_be_empty()


def test_no_cache_ever_holds_anything_of_anybody(course: str, visit: Visit, learners: Iterator[str]) -> None:
    username = next(learners)
    page = visit(username)
    save(page, course)
    page.goto(f"{FIRST}/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*")
    attempt = page.url.split("/attempts/")[1].split("?")[0]
    page.locator("input[name=answer]").first.check()
    expect(page.locator("#saved")).to_contain_text("Đã lưu")
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or "none"
    page.goto("/me")
    name = page.get_by_role("heading", level=1).inner_text()
    for address in (
        "/",
        "/notices",
        "/me/sessions",
        "/api/v1/me",
        COURSE,
        "/courses/finance/commune-budget/exam/quiz",
    ):
        page.goto(address)
    page.goto("/offline")
    caches = kept(page)
    assert {cache.split("-")[0] for cache in caches} == {"shell", "course"}
    for cache, entries in caches.items():
        for address, (status, headers, text) in entries.items():
            assert MAY_BE_KEPT.fullmatch(address), (cache, address)
            assert status == 200
            assert "set-cookie" not in headers
            for secret in (username, name, attempt, token, "Phản hồi 1 của cau-1", "Hỏi cau-1?"):
                assert secret not in text, (address, secret)
            assert "<!doctype" not in text[:20].lower() or not address.startswith("/assets/")


def test_a_new_release_takes_the_place_of_the_old_one_as_a_whole(
    switched: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    save(page, course)
    before = copies(page)
    publish(switched, "Bài một, bản mới", "Bài hai, bản mới")
    page.goto(COURSE)
    expect(page.locator("#saving [data-state]")).to_contain_text("đã có bản mới")
    assert copies(page) == before
    page.get_by_role("button", name="Lưu bản mới").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Đã lưu trên máy ngày")
    after = copies(page)
    assert len(after) == 1 and after != before
    switched.stop()
    for address, words in ((FIRST, "Bài một, bản mới"), (SECOND, "Bài hai, bản mới")):
        page.goto(address)
        expect(page.get_by_text(words)).to_be_visible()


def test_a_new_release_is_fetched_by_itself_once_a_day(
    place: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    save(page, course)
    before = copies(page)
    publish(place, "Bài một, bản mới", "Bài hai, bản mới")
    page.goto("/me")
    assert copies(page) == before
    page.evaluate("localStorage.refreshed = Date.now() - 25 * 3600 * 1000")
    page.goto("/me")
    until(page, lambda: copies(page) not in ([], before) and len(copies(page)) == 1)
    page.goto("/offline")
    expect(page.get_by_text("Khóa kept")).to_be_visible()


def test_a_saving_that_is_broken_off_leaves_the_old_copy_and_goes_on_later(
    switched: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    save(page, course)
    publish(switched, "Bài một, bản mới", "Bài hai, bản mới")
    page.goto(COURSE)
    expect(page.locator("#saving [data-state]")).to_contain_text("đã có bản mới")
    page.context.route(f"**{SECOND}", lambda route: route.abort())
    page.get_by_role("button", name="Lưu bản mới").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Chưa lưu được hết")
    page.context.unroute(f"**{SECOND}")
    switched.stop()
    for address, words in ((FIRST, "Bài một, bản cũ"), (SECOND, "Bài hai, bản cũ")):
        page.goto(address)
        expect(page.get_by_text(words)).to_be_visible()
    switched.start()
    page.goto(COURSE)
    page.get_by_role("button", name="Lưu bản mới").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Đã lưu trên máy ngày")
    assert len(copies(page)) == 1


def test_a_first_saving_that_is_broken_off_is_not_taken_for_a_copy(
    switched: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto(COURSE)
    ready(page)
    page.context.route(f"**{SECOND}", lambda route: route.abort())
    page.locator("[data-keep]").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Chưa lưu được hết")
    page.context.unroute(f"**{SECOND}")
    page.reload()
    expect(page.locator("#saving [data-state]")).to_contain_text("bị dừng giữa chừng")
    switched.stop()
    page.goto(FIRST)
    expect(page.get_by_text("Trang này cần có mạng")).to_be_visible()


def test_what_stands_in_for_a_page_is_in_the_language_last_chosen(
    course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto("/me")
    ready(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Tiếng Việt")).to_be_visible()
    standing_in = "caches.match('/offline').then((reply) => reply.text())"
    until(page, lambda: '<html lang="en"' in page.evaluate(standing_in))


def test_what_is_removed_is_gone(course: str, visit: Visit, learners: Iterator[str]) -> None:
    page = visit(next(learners))
    save(page, course)
    page.get_by_role("button", name="Bỏ bản lưu trên máy").click()
    expect(page.locator("[data-keep]")).to_be_visible()
    assert copies(page) == []


def test_without_room_the_oldest_course_goes_and_it_is_said(
    place: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    publish(place, "Khác một", "Khác hai", slug="kept-later")
    page = visit(next(learners))
    save(page, course)
    # As a phone answers whose disk is full while the first course is there.
    page.add_init_script("""
      const put = Cache.prototype.put;
      Cache.prototype.put = async function (...given) {
        if (await caches.has(window.full)) throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, given);
      };
    """)
    page.add_init_script(f"window.full = {json.dumps(copies(page)[0])}")
    page.goto("/courses/finance/kept-later")
    page.locator("[data-keep]").click()
    expect(page.locator("#saving [data-state]")).to_contain_text("Đã lưu trên máy ngày")
    expect(page.locator("#saving [data-state]")).to_contain_text("Đã bỏ bản lưu cũ để có chỗ: Khóa kept.")
    assert [name.rpartition("-")[0] for name in copies(page)] == ["course-finance/kept-later"]


def test_a_slow_network_is_given_three_seconds(
    course: str, visit: Visit, learners: Iterator[str], place: Place
) -> None:
    page = visit(next(learners))
    save(page, course)
    place.pause()
    try:
        page.goto(FIRST)
        expect(page.locator("#site")).to_contain_text("Bản lưu ngày")
    finally:
        place.go_on()
    page.goto(FIRST)
    expect(page.locator("#site")).to_be_empty()


def test_a_new_version_waits_to_be_asked_for_and_never_comes_into_an_attempt(
    switched: Place,
    course: str,
    visit: Visit,
    learners: Iterator[str],
    look: Look,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = visit(next(learners))
    page.goto("/")
    ready(page)
    shells = page.evaluate("caches.keys()")
    old = page.evaluate("document.querySelector('script').dataset.modules.match(/\\S*site\\S*/)[0]")
    changed(tmp_path / "next")
    switched.stop()
    monkeypatch.setattr(conftest, "ROOT", tmp_path / "next")
    switched.start()
    # In an attempt nothing is said, though the new version is there and waits.
    page.goto(f"{FIRST}/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*")
    # The browser looks for it by itself, when it has time.
    page.evaluate(
        "navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)"
    )
    waits = "navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)"
    until(page, lambda: bool(page.evaluate(waits)))
    attempt = page.url
    page.reload()
    page.wait_for_load_state()
    assert "Có bản mới" not in page.locator("#site").inner_text()
    # Another page may say so, but not take it while the attempt is open.
    other = page.context.new_page()
    other.goto("/me")
    expect(other.locator("#site")).to_contain_text("Có bản mới")
    look(other, "new-version")
    other.get_by_role("button", name="Dùng bản mới").click()
    expect(other.locator("#site")).to_contain_text("Đang có bài làm dở")
    assert page.url == attempt
    page.close()
    other.get_by_role("button", name="Dùng bản mới").click()
    expect(other.locator(f'script[data-modules*="{old}"]')).to_have_count(0)
    expect(other.locator('script[data-modules*="/site."]')).to_have_count(1)
    expect(other.locator("#site")).to_be_empty()
    # What an open page of the version before may yet ask for is there: on the server, and in the shell before.
    assert other.evaluate(f"fetch({json.dumps(old)}).then((reply) => reply.status)") == 200
    assert set(shells) < set(other.evaluate("caches.keys()"))


def changed(folder: Path) -> None:
    """The program with a script that differs."""
    for part in ("learning", "static", "templates", "migrations"):
        shutil.copytree(conftest.ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("courses", "pyproject.toml", "alembic.ini"):
        (folder / part).symlink_to(conftest.ROOT / part)
    script = folder / "static" / "js" / "site.js"
    script.write_text(f'{script.read_text()}\ndocument.body.dataset.version = "next";\n')


def test_a_page_that_came_without_the_worker_is_taken_over_by_it(
    course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    page.goto("/me")
    ready(page)
    # Past the worker, as a page comes that was on its way while the worker began.
    with page.expect_event("load"):
        page.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
    until(page, lambda: bool(page.evaluate("navigator.serviceWorker.controller !== null")))


def test_switched_off_it_clears_itself_and_keeps_the_answers(
    switched: Place, course: str, visit: Visit, learners: Iterator[str]
) -> None:
    page = visit(next(learners))
    save(page, course)
    databases = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert databases and kept(page)
    switched.stop()
    switched.env["LEARNING_OFFLINE"] = "off"
    switched.start()
    page.goto("/me")
    left = (
        "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])"
        ".then(([kept, workers]) => kept.length + workers.length)"
    )
    until(page, lambda: page.evaluate(left) == 0)
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == databases
    page.goto(FIRST)
    expect(page.get_by_text("Bài một, bản cũ")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.controller") is None
    assert not page.locator("[data-worker]").count()
    page.goto(COURSE)
    assert not page.locator("#saving").count()


def test_the_site_is_offered_for_the_home_screen_once_a_lesson_is_done(
    course: str, visit: Visit, learners: Iterator[str], look: Look
) -> None:
    page = visit(next(learners))
    page.goto(f"{FIRST}/quiz")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/attempts/*")
    page.get_by_text("Phương án 1 của cau-1").click()
    page.locator("form.question button.button:not(.button-text)").click()
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đạt")
    box = page.locator("#install")
    expect(box).to_be_hidden()
    until(page, lambda: page.evaluate(OFFERED) or box.is_visible())
    expect(box).to_be_visible()
    look(page, "install")
    box.get_by_role("button", name="Đưa ra màn hình chính").click()
    expect(box).to_be_hidden()
    assert page.evaluate("window.prompted")

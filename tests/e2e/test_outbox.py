"""Two people on one phone, and leaving it: what is one's own is read, sent and thrown away by oneself alone."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from learning.accounts.models import Person
from learning.quizzes.models import AnswerEvent
from learning.sync.models import SyncedEvent
from tests import make
from tests.e2e.answering import attempt_id
from tests.e2e.conftest import Place, sign_in
from tests.e2e.looking import until
from tests.quizzes import every_kind

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
# Every record of every database and every answer of every cache, as whoever sits at the phone can read them; keys cannot
# be taken out, which is said of them. Buffers come as text, byte for byte.
EVERYTHING = """async () => {
  const told = [];
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
    if (value instanceof CryptoKey) return `key: ${value.extractable}`;
    if (Array.isArray(value)) return value.map(text);
    if (!value || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, text(one)]));
  };
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    await new Promise((done) => { opening.onsuccess = done; });
    const database = opening.result;
    for (const store of database.objectStoreNames) {
      const asked = database.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { asked.onsuccess = done; });
      told.push([name, store, asked.result.map(text)]);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      told.push(["cache", request.url, await (await cache.match(request)).text()]);
    }
  }
  told.push(["storage", { ...localStorage }, { ...sessionStorage }]);
  return JSON.stringify(told);
}"""
# What the product's own script reads for whoever is there now.
READABLE = """async () => {
  const loaded = performance.getEntriesByType("resource").map((one) => one.name);
  const { everything } = await import(loaded.find((name) => name.includes("/outbox.")));
  return JSON.stringify(await everything());
}"""
SECRET = "thu-rieng-cua-nguoi-thu-nhat"


@pytest.fixture(scope="module")
def quiz(place: Place) -> str:
    """The door of a quiz whose one question is answered in one's own words."""
    with place.database.writing() as session:
        make.publish(
            session, make.course(make.lesson("viet", every_kind.written), slug="own-words", exam=None)
        )
        session.commit()
    return "/courses/finance/own-words/viet/quiz"


def begin(page: Page, quiz: str) -> str:
    """An attempt begun on a phone that has met its person; its id."""
    page.goto(quiz)
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**?q=1")
    page.locator("#typed").focus()  # the first touch fetches what is needed without a network
    until(page, lambda: page.evaluate("localStorage.vault"))
    return attempt_id(page)


def write(page: Page, words: str) -> None:
    page.locator("#typed").fill(words)
    expect(page.locator("#saved")).to_have_text("Đã lưu trên máy")


def write_in_vain(page: Page, words: str) -> None:
    """What is written does not reach the server, which is there."""
    page.route("**/api/v1/attempts/**", lambda route: route.abort())
    page.route("**/api/v1/sync", lambda route: route.abort())
    write(page, words)


def stored(place: Place, attempt: str) -> list[Any]:
    with place.database.reading() as session:
        return list(session.scalars(select(AnswerEvent.answer).where(AnswerEvent.attempt_id == attempt)))


def contents(page: Page) -> dict[str, Any]:
    return {store: rows for name, store, rows in json.loads(page.evaluate(EVERYTHING)) if name == "camtay"}


def test_of_two_people_on_one_phone_neither_reads_or_sends_what_is_the_others(
    place: Place, visit: Visit, learners: Iterator[str], quiz: str
) -> None:
    first, second = next(learners), next(learners)
    page = visit(first)
    attempt = begin(page, quiz)
    try:
        place.stop(signal.SIGKILL)
        write(page, SECRET)
        assert SECRET in page.evaluate(READABLE)  # by the one who wrote it
        page.goto("about:blank")
        page.context.clear_cookies(name="session")  # it ran out: nobody signed out
    finally:
        place.start()
    before = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["person"]
    sign_in(page, second)
    until(page, lambda: page.evaluate("localStorage.vault") != before)
    begin(page, quiz)
    everything = page.evaluate(EVERYTHING)
    assert SECRET not in everything and attempt not in everything and first not in everything
    assert page.evaluate(READABLE) == "[]"
    held = contents(page)
    assert [key["content"] for key in held["keys"]] == ["key: false"]
    assert [key["person"] for key in held["keys"]] != [before]
    assert before in [record["person"] for record in held["records"]]  # sealed, and still there
    page.goto("/me")
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    page.get_by_label("Tên đăng nhập").wait_for()
    assert stored(place, attempt) == []
    assert [record["person"] for record in contents(page)["records"]] == [before]

    sign_in(page, first)
    until(page, lambda: stored(place, attempt) == [SECRET])
    with place.database.reading() as session:
        senders = select(Person.username).join(SyncedEvent, SyncedEvent.person_id == Person.id)
        assert list(session.scalars(senders.where(SyncedEvent.subject == attempt))) == [first]
    page.goto("/me/phone")
    expect(page.locator("#phone [data-state]")).to_contain_text("Máy chủ có đủ 1 mục")


def test_leaving_warns_of_what_was_not_sent_and_leaves_nothing(
    place: Place, visit: Visit, look: Look, learners: Iterator[str], quiz: str
) -> None:
    page = visit(next(learners))
    attempt = begin(page, quiz)
    write_in_vain(page, SECRET)
    page.goto("/me")
    leave = page.get_by_role("button", name="Đăng xuất", exact=True)
    leave.click()
    expect(page.get_by_text("Còn 1 mục làm trên máy này chưa gửi")).to_be_visible()
    look(page, "leaving")
    page.get_by_role("button", name="Gửi trước đã").click()
    expect(page.get_by_text("Chưa gửi được.")).to_be_visible()
    assert stored(place, attempt) == []
    leave.click()
    page.get_by_label("Tên đăng nhập").wait_for()
    assert contents(page) == {"keys": [], "records": [], "devices": []}
    assert not [name for name in page.evaluate("caches.keys()") if name.startswith("course-")]
    page.go_back()
    assert SECRET not in page.evaluate(EVERYTHING)


def test_what_waits_is_sent_first_where_its_author_says_so(
    place: Place, visit: Visit, learners: Iterator[str], quiz: str
) -> None:
    page = visit(next(learners))
    attempt = begin(page, quiz)
    write_in_vain(page, SECRET)
    page.goto("/me")
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    page.unroute("**/api/v1/sync")
    page.get_by_role("button", name="Gửi trước đã").click()
    page.get_by_label("Tên đăng nhập").wait_for()
    assert stored(place, attempt) == [SECRET]


def test_a_phone_that_cannot_send_gives_a_file_that_its_author_hands_in(
    place: Place, visit: Visit, look: Look, learners: Iterator[str], quiz: str, tmp_path: Path
) -> None:
    author, other = next(learners), next(learners)
    page = visit(author)
    attempt = begin(page, quiz)
    write_in_vain(page, SECRET)
    page.goto("/me/phone")
    expect(page.locator("#phone [data-state]")).to_contain_text("1 mục chờ gửi")
    look(page, "phone")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Tải bài làm về máy").click()
    file = tmp_path / "bai-lam.json"
    downloading.value.save_as(file)
    for username, told in ((other, "bài làm của người khác"), (author, "đã nhận"), (author, "đã nhận")):
        elsewhere = visit(username, width=1280)
        elsewhere.goto("/me/handed-in-answers")
        elsewhere.get_by_label("Tệp bài làm").set_input_files(file)
        elsewhere.get_by_role("button", name="Nộp tệp").click()
        expect(elsewhere.get_by_text(told).first).to_be_visible()
        look(elsewhere, f"handed-in-{username}")
    assert stored(place, attempt) == [SECRET]


def test_a_press_without_a_network_keeps_the_answer_and_goes_on_when_it_is_back(
    place: Place, visit: Visit, learners: Iterator[str], quiz: str
) -> None:
    page = visit(next(learners))
    attempt = begin(page, quiz)
    try:
        place.stop(signal.SIGKILL)
        page.locator("#typed").fill(SECRET)
        page.get_by_role("button", name="Lưu và xem lại").click()
        expect(page.locator("#stay")).to_contain_text("Chưa có mạng. Câu trả lời đã lưu trên máy")
    finally:
        place.start()
    page.wait_for_url("**?q=all", timeout=40_000)
    assert stored(place, attempt) == [SECRET]

"""Words planted where right answers are, looked for in everything that reaches a learner's phone before they hand in."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Request, Response, expect
from playwright.sync_api import Error as PlaywrightError

from learning.content.model import Option, Single
from tests import make
from tests.e2e.conftest import Place, sign_in
from tests.e2e.phone import save, switch_on

pytestmark = pytest.mark.browser

KEPT = ("hoamaidep", "hoamaiid")  # in an exam, and in a lesson that asks the same
FREE = "hoadaodep"  # in a question of a lesson alone: may travel, sealed
COURSE = "/courses/finance/canary"
# Everything a script can read here: storage, every record of every database, every response of every cache.
KEPT_HERE = """async () => {
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
    if (value === null || typeof value !== "object" || value instanceof CryptoKey) return String(value);
    return Object.entries(value).map(([name, one]) => `${name}: ${text(one)}`).join("\\n");
  };
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store).objectStore(store);
      found.push(text(await done(records.getAll())), text(await done(records.getAllKeys())));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
  }
  return found;
}"""
# And what its own script makes of it once it is unsealed.
UNSEALED = """async () => {
  const scripts = performance.getEntriesByType("resource").map((one) => one.name);
  const { open } = await import(scripts.find((name) => /\\/vault\\./.test(name)));
  const vault = await open();
  const kinds = ["pack", "course", "place", "waiting", "sent", "server"];
  return JSON.stringify(await Promise.all(kinds.map((kind) => vault.all(kind))));
}"""


@pytest.fixture(scope="module")
def course(place: Place) -> str:
    exam = planted("thi-1", KEPT)
    made = make.course(
        make.lesson("bai-1", make.single("thi-1"), planted("rieng-1", (FREE, "tu-do")), copied(exam)),
        slug="canary",
        title="Hoa mai",
        exam=make.exam(exam, make.single("thi-2")),
    )
    with place.database.writing() as session:
        make.publish(session, made)
        session.commit()
    return COURSE


def planted(id: str, words: tuple[str, str]) -> Single:
    """A question whose right option is called and says so."""
    word, key = words
    right = Option(key=key, html=f"Phương án của {id}", right=True, feedback=f"<p>{word} là đúng</p>")
    return msgspec.structs.replace(
        make.single(id), options=(Option(key="1", html="Sai"), right), explanation=f"<p>Vì {word}</p>"
    )


def copied(question: Single) -> Single:
    """The same question under another id, marked up otherwise."""
    return msgspec.structs.replace(
        question, id="chep", prompt=question.prompt.replace("<p>", "<div><p>").upper() + "</div>"
    )


def test_nothing_of_an_exams_key_reaches_a_phone_before_it_is_handed_in(
    browser: Browser, place: Place, learners: Iterator[str], course: str, tmp_path: Path
) -> None:
    folder = tmp_path / "phone"
    context = switch_on(browser, place, folder)
    page, bodies = context.pages[0], list[str]()

    def hear(request: Request) -> None:
        bodies.append(body(request.response()))

    context.on("requestfinished", hear)
    sign_in(page, next(learners))
    save(page, course, exam=True)
    for address in ("", "/bai-1", "/bai-1/quiz", "/exam/quiz"):
        page.goto(f"{course}{address}")
    page.goto("/offline")
    page.get_by_role("link", name="Bài kiểm tra cuối khóa").first.click()
    page.wait_for_url("**#attempt/*/*")
    attempt = page.url.split("#attempt/")[1].split("/")[0]
    for place_ in ("1", "2"):
        page.goto(f"/offline#attempt/{attempt}/{place_}")
        page.locator("input[name=answer]").last.check()
        expect(page.locator("[data-saved]")).to_contain_text("Đã")
    for address in (f"/attempts/{attempt}?q=1", f"/attempts/{attempt}?q=all", f"/api/v1/attempts/{attempt}"):
        page.goto(address)
    page.goto(f"/offline#attempt/{attempt}/all")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại trước khi nộp")
    here, unsealed = page.evaluate(KEPT_HERE), page.evaluate(UNSEALED)
    context.remove_listener("requestfinished", hear)
    context.close()
    disk = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
    assert len(bodies) > 10 and len(here) > 10 and len(disk) > 10
    for word in KEPT:
        assert not [text for text in (*bodies, *here, unsealed) if word in text.lower()], word
        assert not [data for data in disk if word.encode() in data or word.encode("utf-16-le") in data], word
    assert FREE in unsealed  # it would have been seen
    assert not [text for text in here if FREE in text]  # and nobody reads it without the key
    assert not [data for data in disk if FREE.encode() in data]

    context = switch_on(browser, place, folder)
    page = context.pages[0]
    page.goto(f"/offline#attempt/{attempt}/all")
    page.get_by_role("button", name="Nộp khi có mạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gửi")
    page.get_by_role("link", name="Xem kết quả").click()
    expect(page.locator("main")).to_contain_text(KEPT[0])
    context.close()


def body(reply: Response | None) -> str:
    try:
        return reply.text() if reply else ""
    except (PlaywrightError, UnicodeDecodeError):  # a redirect, a picture
        return ""

"""In a real browser nothing of what people wrote acts: no script runs, and none even tries to."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from learning import audit
from learning.certificates import outcomes
from learning.quizzes.models import Attempt
from learning.web.scripts import LOOK
from learning.web.security import CONTENT_SECURITY_POLICY
from tests import conftest, make
from tests.cast import NOW, Stage
from tests.e2e.answering import attempt_id, give, key
from tests.e2e.looking import until_true
from tests.security import payloads
from tests.security.payloads import PAYLOADS, by

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(conftest.POSTGRES), reason="the same pages, whatever keeps them"),
]
COURSE = "/courses/finance/payloads"

# Before anything of the page: what payloads would call, and what the policy would stop.
TRAP = """
window.__hit = [];
const hit = what => (...more) => { window.__hit.push([what, ...more].join(" ")); };
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = hit(name);
document.addEventListener("securitypolicyviolation",
  event => hit("violation")(event.violatedDirective, event.blockedURI, event.sample));
"""
# What the browser itself made of the page: nodes, attributes and addresses that act, or would when touched.
SCAN = """look => {
  const amiss = [];
  const forbidden = new Set(["IFRAME", "OBJECT", "EMBED", "BASE", "STYLE", "TEMPLATE", "APPLET", "FRAME", "FRAMESET",
    "MATH", "X", "SOURCE", "VIDEO", "AUDIO", "MARQUEE", "PORTAL", "DIALOG", "XMP", "NOSCRIPT", "ISINDEX", "KEYGEN"]);
  const own = address => new URL(address, location.href).origin === location.origin;
  for (const node of document.querySelectorAll("*")) {
    const say = why => amiss.push(`${why}: ${node.outerHTML.slice(0, 200)}`);
    if (forbidden.has(node.tagName.toUpperCase())) say("node");
    if (node.tagName === "SCRIPT" && (node.src || node.textContent !== look)) say("script");
    if (node.tagName === "META" && node.httpEquiv) say("meta");
    for (const {name, value} of node.attributes) {
      if (/^on/i.test(name) || ["style", "srcdoc", "popover", "contenteditable"].includes(name.toLowerCase())) say(name);
      if (["src", "action", "formaction", "data", "poster", "srcset", "background"].includes(name.toLowerCase())
          && !own(value) && !value.startsWith("data:image/")) say(name);
      if (["href", "xlink:href"].includes(name.toLowerCase())) {
        const address = new URL(value, location.href);
        if (!["http:", "https:", "mailto:", "tel:"].includes(address.protocol)) say(name);
        if (address.hostname.startsWith("evil")) say(name);
      }
    }
  }
  return amiss;
}"""


class Trapped:
    """A browser's page with traps everywhere. `read` opens an address of the product and asks all of them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.host = urlsplit(url).netloc
        self.caught: list[str] = []
        page.add_init_script(TRAP)
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.caught.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("popup", lambda popup: self.caught.append(f"popup: {popup.url}"))

    def read(self, address: str, status: int = 200) -> None:
        reply = self.page.goto(address)
        assert reply is not None and reply.status == status, address
        self.ask()

    def ask(self) -> None:
        self.page.wait_for_load_state()
        hits = self.page.evaluate("window.__hit")
        assert hits == [], (self.page.url, hits)
        assert self.page.evaluate(SCAN, LOOK) == [], self.page.url
        assert self.caught == [], (self.page.url, self.caught)

    def _dialog(self, dialog: Dialog) -> None:
        self.caught.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.caught.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host:
            self.caught.append(f"request: {request.url}")


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@pytest.fixture
def server(stage: Stage) -> Iterator[str]:
    serving = make_server("127.0.0.1", 0, stage.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture
def visit(browser: Browser, server: str, stage: Stage) -> Iterator[Callable[[str], Trapped]]:
    opened: list[Any] = []

    def visit(name: str = "") -> Trapped:
        context = browser.new_context(
            base_url=server, locale="vi-VN", viewport={"width": 1280, "height": 800}
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        trapped = Trapped(context.new_page(), server)
        if name:
            trapped.page.goto("/")
            trapped.page.get_by_label("Tên đăng nhập").fill(stage.cast.usernames[name])
            trapped.page.get_by_label("Mật khẩu").fill(make.PASSWORD)
            trapped.page.get_by_role("button", name="Đăng nhập").click()
            trapped.page.get_by_role("link", name="Của tôi").wait_for()
        return trapped

    yield visit
    for context in opened:
        context.close()


@pytest.mark.parametrize("policy", [CONTENT_SECURITY_POLICY, None], ids=["policy", "no policy"])
@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>"]
)
def test_the_traps_catch(
    visit: Callable[[str], Trapped], server: str, payload: str, policy: str | None
) -> None:
    """A page with a hole is told: by the policy's own event where there is one, by the deed where there is none."""
    trapped = visit("")
    headers = {"Content-Type": "text/html", **({"Content-Security-Policy": policy} if policy else {})}
    trapped.page.route("**/hole", lambda route: route.fulfill(body=f"<p>{payload}</p>", headers=headers))
    trapped.page.goto("/hole", wait_until="networkidle")
    until_true(trapped.page, "window.__hit.length")
    with pytest.raises(AssertionError):
        trapped.ask()


def test_nothing_of_a_course_acts_from_the_lesson_to_the_result(
    stage: Stage, visit: Callable[[str], Trapped], tmp_path: Path
) -> None:
    with stage.database.writing() as session:
        published = make.publish(session, payloads.course(tmp_path / "courses"))
        first = published.course.pages[0].quiz
        assert first is not None
        questions = first.questions
        session.execute(sa.text("UPDATE field SET title = :text, owner = :text"), {"text": PAYLOADS[1]})
    learner = visit("learner_u1")
    for address in ("/", "/courses", "/fields/finance", COURSE):
        learner.read(address)
    for page in published.course.pages:
        learner.read(f"{COURSE}/{page.slug}")
        learner.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        learner.ask()
    # One question of each kind is answered here, with what is saved while one types; the others as they would be.
    learner.read(f"{COURSE}/b0/quiz")
    learner.page.get_by_role("button", name="Bắt đầu").click()
    attempt = attempt_id(learner.page)
    right, answered = key(stage.database, attempt), set()
    for n, question in enumerate(right, 1):
        kind = next(one for one in questions if one.id == question).__struct_config__.tag
        if kind not in answered or n % 4 == 0:
            learner.read(f"/attempts/{attempt}?q={n}")
        if kind not in answered:
            answer = right[question]
            if kind == "order":  # drawn in the right order there would be nothing to move, and to save
                drawn = learner.page.locator("form.question .ordering select").evaluate_all(
                    "all => all.map(one => one.name)"
                )
                answer = [name.removeprefix("answer.") for name in reversed(drawn)]
            give(learner.page, answer)
            learner.page.locator("#saved").get_by_text("Đã lưu").wait_for()
            answered.add(kind)
            learner.ask()
    assert answered == {"single", "gaps", "match", "order", "text", "true-false", "number"}
    learner.read(f"/attempts/{attempt}?q=all")
    learner.page.get_by_role("button", name="Nộp bài").click()
    learner.page.wait_for_url(f"**/attempts/{attempt}")
    learner.ask()
    with stage.database.writing() as session:
        exam, _ = outcomes.start(session, NOW, make.ZONE, stage.cast.people["learner_u1"], published, "exam")
    with stage.database.writing() as session:
        answers = key(stage.database, exam.id)
        outcomes.submit(session, NOW, make.ZONE, session.get_one(Attempt, exam.id), answers, exam.id)
    for address in (f"/attempts/{attempt}", f"/attempts/{exam.id}"):
        learner.read(address)
        learner.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        learner.page.mouse.wheel(0, 5000)
        for place in learner.page.locator("main .option").all()[:5]:
            place.hover()
        learner.ask()
        assert "alert(1)" in learner.page.locator("main").inner_text()
    for address in ("/", "/me", "/me/sessions", f"{COURSE}/exam/quiz"):
        learner.read(address)
    inspector = visit("inspector")
    for address in (
        "/reports",
        "/reports/courses/finance/payloads?who=all",
        "/reports/courses/finance/payloads/people/hocvien",
        "/reports/courses/finance/payloads/items?quiz=b0&which=all",
    ):
        inspector.read(address)
    author = visit("author_d1")
    for address in ("", "/courses/finance/payloads", "/courses/finance/payloads/files"):
        author.read(f"/studio{address}")


def test_nothing_of_names_acts_at_any_desk(stage: Stage, visit: Callable[[str], Trapped]) -> None:
    """Each payload is somebody's name, a unit's, a position's, a class's, and stands in the log and in addresses."""
    with stage.database.writing() as session:
        classes = everybody(session)
    office = visit("administrator")
    for start in ("/office", "/office/log", "/reports/courses/finance/sample?who=all"):
        office.read(start)
        pages = 1
        while (
            following := office.page.locator('main a[href*="after="], main a[href*="before="]').last
        ).count():
            assert "alert(1)" in office.page.locator("main").inner_text()
            here = office.page.url
            following.click()
            office.page.wait_for_url(lambda address, here=here: address != here)
            office.ask()
            pages += 1
        assert pages > 1, start
    for address in ("/office/classes", "/office/classes/new", *(f"/office/classes/{one}" for one in classes)):
        office.read(address)
    with stage.database.reading() as session:
        people = session.execute(sa.text("SELECT id, username FROM person WHERE username LIKE 'xss-%'")).all()
    for id, username in people[::12]:
        office.read(f"/office/people/{id}")
        office.read(f"/reports/courses/finance/sample/people/{username}")
    for payload in PAYLOADS[::15]:
        for address in ("/office?q=", "/courses?q=", "/office/log?actor=", "/verify?serial="):
            office.read(address + quote(payload), 404 if "verify" in address else 200)
        office.read(f"/{quote(payload, safe='')}", 404)
    office.read("/office/roster")
    for some in by(30, PAYLOADS):
        rows = "".join(f'"{one.replace(chr(34), chr(34) * 2)}","","<b>"\n' for one in some)
        file = {
            "name": "<img src=x onerror=alert(1)>.csv",
            "mimeType": "text/csv",
            "buffer": f"ma_can_bo,ho_ten,ma_don_vi\n{rows}".encode(),
        }
        office.read("/office/roster")
        office.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        office.page.locator("main form button").first.click()
        office.page.locator("h1").wait_for()
        office.ask()


def test_nothing_printed_on_a_certificate_acts(stage: Stage, visit: Callable[[str], Trapped]) -> None:
    columns = ("holder", "unit", "position", "course", "issuer", "reviewed_by", "revoked_because")
    serial = stage.cast.serials["learner_u1"]
    stranger, learner, office = visit(), visit("learner_u1"), visit("administrator")
    for some in by(len(columns), PAYLOADS):
        with stage.database.writing() as session:
            texts = {name: some[n % len(some)] for n, name in enumerate(columns)}
            session.execute(sa.update(sa.table("certificate", *map(sa.column, columns))).values(texts))
        stranger.read(f"/verify/{serial}")
        learner.read(f"/certificates/{serial}")
        office.read(f"/office/certificates/{serial}/revocation")
    learner.read("/me")
    office.read(f"/office/people/{stage.cast.people['learner_u1']}")
    for payload in PAYLOADS[::20]:
        stranger.read(f"/?next={quote(payload)}")
        stranger.page.get_by_label("Tên đăng nhập").fill(payload[:100])
        stranger.page.get_by_label("Mật khẩu").fill(payload)
        stranger.page.get_by_role("button", name="Đăng nhập").click()
        stranger.page.locator("h1").wait_for()
        stranger.ask()


def everybody(session: Session) -> list[int]:
    """A person for each payload, in a unit, at a position and in a class of the same name; and so in the log."""
    trainer = session.execute(sa.text("SELECT id FROM person WHERE username = 'giangvien'")).scalar_one()
    made = []
    for n, payload in enumerate(PAYLOADS):
        unit = make.unit(session, f"x{n}", payload)
        person = make.person(
            session, f"xss-{n}", payload, unit=unit, position=f"chức danh {n}", staff_code=f"X{n}"
        )
        if n % 8 == 0:
            made.append(make.training_class(session, session.get_one(type(person), trainer), code=f"X{n}").id)
        session.execute(
            sa.text("INSERT INTO class_member (class_id, person_id) VALUES (:one, :person)"),
            {"one": made[-1], "person": person.id},
        )
        session.execute(
            sa.text("UPDATE position SET title = :text WHERE code = :code"),
            {"text": payload, "code": f"chức danh {n}"},
        )
        session.execute(
            sa.text("UPDATE training_class SET name = :text WHERE id = :one"),
            {"text": payload, "one": made[-1]},
        )
        session.execute(
            sa.text("UPDATE person SET email = :text WHERE id = :id"), {"text": payload, "id": person.id}
        )
        audit.record(session, NOW, payload[:100], payload[:40], payload, **{payload: payload})
    return made

"""In a real browser nothing of what authors and reviewers write, bring along or are sent acts in the studio."""

import io
import json
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from learning.accounts import notices
from learning.accounts.models import Person
from learning.library import beginnings, comments, drafts, presence, review, saving
from learning.library.refusals import Stale
from learning.web.scripts import LOOK
from tests import conftest, make
from tests.cast import NOW, Stage
from tests.security import payloads
from tests.security.payloads import PAYLOADS, by
from tests.security.test_payloads import SCAN, Trapped, server, visit

__all__ = ["server", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(conftest.POSTGRES), reason="the same pages, whatever keeps them"),
]
# The editor has the learner's page in a frame, and what its script is to know as data.
EDITOR = SCAN.replace('"IFRAME", ', "").replace(
    'node.tagName === "SCRIPT" &&', 'node.tagName === "SCRIPT" && node.id !== "editor-data" &&'
)
# What the editor component and the toolbar's menus set by themselves.
OWN = ("style:", "contenteditable:", 'popover: <div class="menu" id="menu-')
Visit = Callable[[str], Trapped]


def files(folder: Path) -> dict[str, bytes]:
    """The course of payloads as its author would bring it."""
    payloads.course(folder)
    place = folder / "finance" / "payloads"
    return {one.name: one.read_bytes() for one in place.iterdir()}


def ask_editor(trapped: Trapped) -> None:
    """The same questions, of the editor and of its frame."""
    trapped.page.wait_for_load_state("networkidle")
    for frame in trapped.page.frames:
        assert frame.evaluate("window.__hit") == [], frame.url
        found = frame.evaluate(EDITOR if frame is trapped.page.main_frame else SCAN, LOOK)
        assert [one for one in found if not one.startswith(OWN)] == [], frame.url
    assert trapped.caught == [], trapped.caught


def test_nothing_of_a_draft_acts(stage: Stage, visit: Visit, tmp_path: Path) -> None:
    people = stage.cast.people
    with stage.database.writing() as session:
        draft = beginnings.from_files(
            session,
            NOW,
            "finance/payloads",
            files(tmp_path / "courses"),
            person_id=people["author_d1"],
            name=PAYLOADS[1],
        )
        for n, payload in enumerate(PAYLOADS):
            comments.add(
                session,
                NOW,
                draft,
                "10-b0.md",
                n % 12,
                payload,
                person_id=people["reviewer"],
                client_id=f"c{n}",
            )
        presence.knock(session, NOW, draft, "10-b0.md", person_id=people["administrator"])
        person = session.get_one(Person, people["administrator"])
        person.full_name = PAYLOADS[0]
        draft.state = "submitted"
        review.send_back(session, NOW, draft, person_id=people["reviewer"], message="\n".join(PAYLOADS))
        number = draft.id
    author = visit("author_d1")
    place = f"/studio/drafts/{number}"
    for address in ("/studio", place, f"{place}/review", "/notices"):
        author.read(address)
        author.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        author.ask()
        assert "alert(1)" in author.page.locator("main").inner_text()
    for path in ("course.md", "10-b0.md", "15-b5.md", "exam.md"):
        author.read(f"{place}/source/{path}?line=3")
        author.read(f"{place}/preview/{path}")
    for path in ("10-b0.md", "exam.md"):
        author.read(f"{place}/preview/{path}/quiz")
    for path in ("course.md", "10-b0.md", "20-b10.md", "exam.md"):
        author.page.goto(f"{place}/edit/{path}")
        ask_editor(author)
    # What is typed, and shown as it is typed.
    typed = author.page.evaluate(
        """async ([address, text]) => {
          const token = document.querySelector('meta[name="csrf-token"]')?.content
            ?? document.querySelector('input[name="csrf_token"]').value;
          const reply = await fetch(address, {method: "POST", body: JSON.stringify({text}),
            headers: {"Content-Type": "application/json", "X-CSRFToken": token}});
          return [reply.status, reply.headers.get("content-type"), await reply.text()];
        }""",
        [f"{place}/preview/10-b0.md", "---\ntitle: x\n---\n" + "\n\n".join(PAYLOADS)],
    )
    assert typed[0] == 200 and typed[1] == "application/json"
    shown = json.loads(typed[2])["html"]
    author.page.route(
        "**/typed", lambda route: route.fulfill(body=shown, headers={"Content-Type": "text/html"})
    )
    author.page.goto("/typed")  # even without a policy
    author.ask()
    # Over a newer version: the three side by side.
    with stage.database.writing() as session:
        row = drafts.require(session, number)
        found = drafts.file(session, row, "10-b0.md")
        assert found is not None
        changed = "\n".join(f"{one} khác" for one in PAYLOADS)
        saving.save(
            session,
            NOW,
            row,
            "10-b0.md",
            found[0] + changed.encode(),
            person_id=people["administrator"],
            based_on=found[1],
        )
    with pytest.raises(Stale), stage.database.writing() as session:
        saving.save(
            session,
            NOW,
            drafts.require(session, number),
            "10-b0.md",
            b"x",
            person_id=people["author_d1"],
            based_on=1,
        )
    author.page.goto("/studio/new/template")
    author.page.evaluate(
        """([address, text]) => {
          const form = document.createElement("form");
          form.method = "post"; form.action = address;
          for (const [name, value] of Object.entries({text, based_on: "1",
              csrf_token: document.querySelector('input[name="csrf_token"]').value})) {
            const field = document.createElement("textarea");
            field.name = name; field.value = value; form.append(field);
          }
          document.body.append(form); form.submit();
        }""",
        [f"{place}/edit/10-b0.md", found[0].decode() + "\n".join(reversed(PAYLOADS))],
    )
    author.page.wait_for_url(f"**{place}/edit/10-b0.md")
    author.ask()
    assert "alert(1)" in author.page.locator("main").inner_text()


def test_nothing_of_what_changed_acts(stage: Stage, visit: Visit, tmp_path: Path) -> None:
    """The live course beside a draft of it, words struck out and put in; and two releases."""

    held = files(tmp_path / "courses")
    with stage.database.writing() as session:
        make.publish(session, payloads.course(tmp_path / "again"))
        other = {
            path: data.replace(b"alert(1)", b"alert(1),alert(2)").replace(b"onerror", b"onload")
            for path, data in held.items()
        }
        draft = beginnings.from_files(
            session, NOW, "finance/payloads", other, person_id=stage.cast.people["author_d1"]
        )
        draft.state = "submitted"
        number = draft.id
        make.publish(session, payloads.course(tmp_path / "third", PAYLOADS[::-1]))
    reviewer = visit("reviewer")
    for address in (
        f"/studio/drafts/{number}/review",
        "/studio/courses/finance/payloads",
        "/studio/courses/finance/payloads/releases",
        "/studio/courses/finance/payloads/comparison?old=1&new=2",
        "/studio/courses/finance/payloads/questions?page=b0",
        "/studio/courses/finance/payloads/regrades",
        "/studio/courses/finance/payloads/exports",
    ):
        reviewer.read(address)
        reviewer.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        reviewer.ask()


def test_nothing_of_a_file_that_is_read_acts(stage: Stage, visit: Visit) -> None:
    author = visit("author_d1")
    for n, (name, data) in enumerate(banks()):
        author.read("/studio/new/file")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        author.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        author.page.locator("main form button").last.click()
        author.page.locator("h1").wait_for()
        author.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        author.ask()
        if not author.page.locator('input[name="token"]').count():
            continue
        author.page.locator("main form input[name=title]").fill(f"Từ tệp {n}")
        author.page.locator("main form input[name=slug]").fill(f"tu-tep-{n}")
        author.page.locator("main form button").last.click()
        author.page.wait_for_url("**/studio/drafts/*")
        author.ask()
        place = author.page.url
        with stage.database.reading() as session:
            held = drafts.files(session, drafts.require(session, int(place.rpartition("/")[2])))
        for one in [one.path for one in held if one.path.endswith(".md")][:4]:
            author.read(f"{place}/preview/{one}")
            author.read(f"{place}/source/{one}")


def banks() -> list[tuple[str, bytes]]:
    """A file of each kind that has the payloads for its every text."""
    gift = "\n\n".join(
        f"$CATEGORY: {_one(a)}\n\n::{_gift(a)}::[html]{_gift(b)}{{={_gift(b)}#{_gift(a)} ~{_gift(a)}#{_gift(b)}}}"
        for a, b in pairwise(PAYLOADS)
    )
    aiken = "\n\n".join(f"{_one(a)}\nA. {_one(a)}\nB. {_one(a)} khác\nANSWER: A" for a in PAYLOADS)
    moodle = "<quiz>" + "".join(
        f"<question type='multichoice'><name><text>{_xml(a)}</text></name><questiontext format='html'><text>{_xml(a)}"
        f"</text></questiontext><generalfeedback><text>{_xml(a)}</text></generalfeedback>"
        f"<answer fraction='100' format='html'><text>{_xml(a)} đúng</text><feedback><text>{_xml(a)}</text></feedback>"
        f"</answer><answer fraction='0' format='html'><text>{_xml(a)}</text></answer></question>"
        f"<question type='{_attribute(a)}'><name><text>{_xml(a)}</text></name></question>"
        for a in PAYLOADS
    ) + "</quiz>"  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("course.md", f"---\ntitle: {json.dumps(PAYLOADS[0])}\n---\n" + "\n\n".join(PAYLOADS))
        for n, some in enumerate(by(30, PAYLOADS), 1):
            archive.writestr(f"{n}0-bai.md", f"---\ntitle: {json.dumps(some[0])}\n---\n" + "\n\n".join(some))
        for n, payload in enumerate(PAYLOADS):
            name = "".join(letter for letter in payload if letter not in "/\\\n\r\t\0:")
            archive.writestr(f"{n}{name}.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    return [
        ("<img src=x onerror=alert(1)>.gift", gift.encode()),
        ("<script>alert(1)<|script>.aiken", aiken.encode()),
        ("'\"><svg onload=alert(1)>.xml", moodle.encode()),
        ("<img src=x onerror=alert(1)>.zip", packed.getvalue()),
    ]


def _one(text: str) -> str:
    return " ".join(text.split())


def _gift(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "~=#{}:" else letter for letter in _one(text))


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _xml(text).replace("'", "&apos;").replace("\t", " ")


def test_a_notice_of_any_words_acts_nowhere(stage: Stage, visit: Visit) -> None:
    with stage.database.writing() as session:
        for n, payload in enumerate(PAYLOADS):
            kind = ("draft.submitted", "draft.returned", "draft.approved", "draft.failed", payload[:40])[
                n % 5
            ]
            notices.tell(
                session,
                NOW,
                [stage.cast.people["author_d1"]],
                kind,
                payload[:100],
                title=payload,
                by=payload,
                message=payload,
                reason=payload,
                draft=payload,
            )
    author = visit("author_d1")
    author.read("/notices")
    while (older := author.page.locator('main a[href*="before="]')).count():
        here = author.page.url
        older.first.click()
        author.page.wait_for_url(lambda address, here=here: address != here)
        author.ask()

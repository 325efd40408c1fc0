"""Takes the pictures of the README and of the author's guide: `.venv/bin/python docs/pictures/take.py`.

A demo instance in a temporary folder, with the sample province and some results, served as it always is, seen by
Chromium. Look at each picture before committing it.
"""
# ruff: noqa: S101, S310, S603 - a script that runs its own program

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from struct import pack
from typing import Any
from uuid import uuid4

import guide
import pypdfium2
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LEARNING = Path(sys.executable).with_name("learning")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 800},
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
FINANCE, SAFE_OFFICE = "finance/commune-budget", "it/safe-office"
PRINTED = "http://127.0.0.1:8000"  # on the certificate, whatever port is free here
LEARNERS = 80
LESSON = "advance-or-payment"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        os.environ.update(LEARNING_MODE="demo", LEARNING_INSTANCE=folder, LEARNING_BASE_URL=PRINTED)
        for command in ("database upgrade", "courses publish courses", "demo", "demo province"):
            subprocess.run([LEARNING, *command.split()], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        result, serial = prepare()
        with serving(port) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            on_the_phone(browser, address, result, serial)
            at_the_desk(browser, address)
            guide.take(browser, address, signed_in, DESK, PHONE, learn)
            browser.close()
    for picture in sorted([*HERE.glob("*.png"), *HERE.glob("*.webp")]):
        print(f"{picture.stat().st_size // 1024:4} KB  {picture.name}")


def prepare() -> tuple[str, str]:
    """Results all over the province, the exam that `hocvien` has passed, and the serial of the certificate."""
    from learning.accounts import people
    from learning.accounts.models import Person
    from learning.cli.context import database, now

    with database().writing() as session:
        officials = select(Person).where(Person.username.like("gl%")).order_by(Person.id).limit(LEARNERS)
        for number, person in enumerate(session.scalars(officials)):
            started = now() - timedelta(days=24 - number % 19, hours=number % 7)
            study(
                session,
                started,
                person.id,
                FINANCE,
                lessons=None if number % 3 else 3,
                wrong=number % 5,
                turn=number,
            )
        holder = people.find(session, "hocvien")
        assert holder is not None
        study(session, now() - timedelta(days=6), holder.id, FINANCE, lessons=3)
        result, serial = study(session, now() - timedelta(days=4), holder.id, SAFE_OFFICE, wrong=1)
        assert serial is not None
    return result, serial


def learn() -> None:
    """Six officials pass the course of the guide; its last key is wrong, and four gave the answer that is right."""
    from learning.accounts.models import Person
    from learning.cli.context import database, now

    with database().writing() as session:
        officials = select(Person).where(Person.username.like("gl%")).order_by(Person.id).limit(6)
        for number, person in enumerate(session.scalars(officials)):
            study(
                session, now() - timedelta(days=2), person.id, guide.COURSE, wrong=int(number % 3 < 2), turn=1
            )


def study(
    session: Session,
    started: datetime,
    person_id: int,
    course_id: str,
    *,
    lessons: int | None = None,
    wrong: int = 0,
    turn: int = 0,
) -> tuple[str, str | None]:
    """So many lessons, some at the second try; with None all of them, then the exam with so many answers wrong.

    The last attempt, and the serial it earned. `turn` says which answers are wrong.
    """
    from learning.certificates import outcomes
    from learning.cli.context import zone
    from learning.library import catalogue

    published = catalogue.live(session, course_id)
    assert published is not None
    last, serial = "", None
    exam = published.course.exam
    pages = [*published.course.lessons[:lessons], *([exam] if exam and lessons is None else [])]
    for place, page in enumerate(pages):
        then = started + timedelta(hours=place * 8, minutes=7)
        if page.quiz is None:
            outcomes.mark_read(session, then, zone(), person_id, published, page)
        elif page.kind == "exam":
            last, serial = answer(session, then, person_id, published, page, wrong=wrong, turn=turn)
        else:
            if wrong and (turn + place) % 3 == 0:
                answer(session, then, person_id, published, page, wrong=1, turn=turn)
            answer(session, then + timedelta(minutes=9), person_id, published, page)
    return last, serial


def answer(
    session: Session,
    then: datetime,
    person_id: int,
    published: Any,
    page: Any,
    *,
    wrong: int = 0,
    turn: int = 0,
) -> tuple[str, str | None]:
    """An attempt with so many wrong answers, from the one at `turn` on; its id and the serial it earned."""
    from learning.certificates import outcomes
    from learning.cli.context import zone
    from learning.quizzes import papers

    attempt, _ = outcomes.start(session, then, zone(), person_id, published, page.slug)
    known, count = papers.by_id(page), len(attempt.paper)
    answers = {
        item["question"]: papers.to_drawn(
            item, key(known[item["question"]], right=(place + turn) % count >= wrong)
        )
        for place, item in enumerate(attempt.paper)
    }
    reply = outcomes.submit(session, then + timedelta(minutes=4), zone(), attempt, answers, str(uuid4()))
    assert isinstance(reply, outcomes.Submitted), reply
    return attempt.id, reply.body["certificate"]


def key(question: Any, *, right: bool) -> Any:
    """The right answer, or a wrong one where one must be chosen."""
    from learning.content.model import Gaps, Match, Multiple, Number, Order, Single, Text, TrueFalse

    match question:
        case Single():
            return next(option.key for option in question.options if option.right == right)
        case Multiple():
            return [option.key for option in question.options if option.right == right]
        case TrueFalse():
            return question.answer == right
        case Text():
            return question.accepted[0] if right else "chưa rõ"
        case Number():
            return question.exact.replace(".", ",") if right else "0"
        case Match():
            return question.pairs if right else None
        case Order():
            return [item.key for item in question.items][:: 1 if right else -1]
        case Gaps():
            return {gap.key: of_gap(gap) for gap in question.gaps} if right else None


def of_gap(gap: Any) -> str:
    return str(next((option.key for option in gap.options if option.right), None) or gap.accepted[0])


def on_the_phone(browser: Browser, address: str, result: str, serial: str) -> None:
    page = signed_in(browser, address, "hocvien", PHONE)
    snap(page, address, "/", "phone-start")
    snap(page, address, f"/courses/{FINANCE}/{LESSON}", "phone-lesson")
    snap(page, address, f"/attempts/{result}", "phone-result")
    page.goto(f"{address}/courses/{FINANCE}/collect-and-record/quiz")
    page.locator("main form button").first.click()
    page.locator(".option").nth(1).click()
    save(page, "phone-question")
    paper = page.request.get(f"{address}/certificates/{serial}.pdf").body()
    stranger = browser.new_context(**PHONE).new_page()
    snap(stranger, address, f"/verify/{serial}", "phone-verify")
    show_paper(browser, paper)


def at_the_desk(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "thanhtra", DESK)
    snap(page, address, f"/reports/courses/{FINANCE}", "desk-scores")
    snap(page, address, f"/reports/courses/{FINANCE}/items?quiz=exam", "desk-items")


def signed_in(browser: Browser, address: str, username: str, device: dict[str, Any]) -> Page:
    page = browser.new_context(**device).new_page()
    page.goto(address)
    page.fill("[name=username]", username)
    page.fill("[name=password]", "camtay-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[name=password]", state="detached")
    return page


def snap(page: Page, address: str, path: str, name: str) -> None:
    reply = page.goto(f"{address}{path}")
    assert reply is not None and reply.ok, (path, reply and reply.status)
    save(page, name)


def save(page: Page, name: str) -> None:
    page.screenshot(path=HERE / f"{name}.png", animations="disabled")


def show_paper(browser: Browser, paper: bytes) -> None:
    """The PDF as PDFium sets it, in a frame, on a page of its own."""
    bitmap = pypdfium2.PdfDocument(paper)[0].render(scale=0.95, rev_byteorder=True)
    page = browser.new_context(viewport={"width": bitmap.width + 2, "height": bitmap.height + 2}).new_page()
    data = base64.b64encode(png(bitmap)).decode()
    page.set_content(
        f'<style>body {{ margin: 0 }} img {{ border: 1px solid #ccc }}</style><img src="data:image/png;base64,{data}">'
    )
    page.wait_for_function("document.images[0].complete")
    save(page, "certificate")


def png(bitmap: Any) -> bytes:
    """Pixels as the simplest PNG there is."""
    kind = {1: 0, 3: 2, 4: 6}[bitmap.n_channels]
    raw, wide = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    rows = (b"\0" + raw[y * bitmap.stride : y * bitmap.stride + wide] for y in range(bitmap.height))
    header = pack(">IIBBBBB", bitmap.width, bitmap.height, 8, kind, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


@contextmanager
def serving(port: int) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([LEARNING, "serve", "--port", str(port), "--workers", "1"], cwd=ROOT)
    try:
        for _ in range(100):
            time.sleep(0.2)
            try:
                urllib.request.urlopen(f"{address}/readyz").close()
                break
            except OSError:
                continue
        yield address
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()

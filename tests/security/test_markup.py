"""Markup in every text that people give: on the real pages it is text, and nothing of it acts."""

import io
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa
from html5lib import parse

from learning.certificates import outcomes
from learning.content.sanitise import sanitise
from learning.library.catalogue import live
from learning.quizzes.models import Attempt
from learning.web.scripts import LOOK
from tests import make
from tests.cast import NOW, Stage, sample_course
from tests.e2e.answering import key
from tests.security import payloads
from tests.security.payloads import PAYLOADS

ACTIVE = {
    "iframe",
    "object",
    "embed",
    "base",
    "style",
    "template",
    "applet",
    "frame",
    "math",
    "x",
    "source",
    "video",
}
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset", "background"}


def inert(page: str, where: str) -> None:
    """No node, attribute or address acts but the product's own."""
    for element in parse(page, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        assert name not in ACTIVE, f"{where}: <{name}>"
        if name == "script":
            assert "src" not in element.attrib and element.text == LOOK, where
        if name == "audio":  # the player of a lesson's own recording
            assert set(element.attrib) in (set(), {"controls", "preload", "src"}), where
            assert element.get("src", "/media/").startswith("/media/"), where
            assert element.get("preload") in (None, "none"), where
        if name == "meta":
            assert element.get("http-equiv") is None, where
        for attribute, value in element.attrib.items():
            plain = str(attribute).lower()
            assert not plain.startswith("on"), f"{where}: {plain}"
            assert plain not in ("style", "srcdoc"), f"{where}: {plain}"
            if plain in ADDRESSES:
                parts = urlsplit("".join(value.split()))
                assert parts.scheme in ("", "http", "https", "mailto"), f"{where}: {value}"
                assert "evil" not in parts.netloc, f"{where}: {value}"
    assert "<script>alert" not in page, where
    assert "49<script" not in page


def test_markup_in_names_stays_text_on_every_page(stage: Stage) -> None:
    """Names of people, units, positions, classes, courses, fields; what is printed on certificates; reasons.

    Each column gets another payload, and each payload several columns."""
    for start in range(0, len(PAYLOADS), 4):
        payload = PAYLOADS[start]
        plant(stage, start)
        pages = {
            "learner_u1": (
                "/",
                "/me",
                "/courses",
                "/fields/finance",
                "/courses/finance/sample",
                "/attempts/{open_learner_u1}?q=all",
                "/certificates/{serial_learner_u1}",
            ),
            "anonymous": (
                "/verify/{serial_learner_u1}",
                f"/verify/{payload}",
                f"/{payload}",
                f"/?next={payload}",
            ),
            "administrator": (
                "/office",
                "/office/people/{person_learner_u1}",
                "/office/classes",
                "/office/classes/{class_U1}",
                "/office/classes/new",
                "/office/log",
                "/office/certificates/{serial_learner_u1}/revocation",
                "/reports",
                "/reports/courses/finance/sample",
                "/reports/courses/finance/sample/overview",
                "/reports/courses/finance/sample/people/hocvien",
                "/reports/classes",
                "/reports/units",
                "/reports/comparison",
                "/studio",
                "/studio/courses/finance/sample",
            ),
        }
        for name, addresses in pages.items():
            guest = stage.visitor(name)
            for address in addresses:
                reply = guest.get(address)
                assert reply.status_code < 500
                inert(reply.text, f"{address} {payload}")
            searched = ("/reports/classes", "/reports/units", "/reports/courses/finance/sample/overview")
            for address in ("/office", "/courses", "/office/log", "/verify", *searched):
                query = dict.fromkeys(("q", "unit", "actor", "subject", "serial", "next"), payload)
                inert(guest.get(address, query_string=query).text, f"{address}? {payload}")


def plant(stage: Stage, start: int) -> None:
    rotated = cycle([*PAYLOADS[start:], *PAYLOADS[:start]])
    with stage.database.writing() as session:
        for table, columns in {
            "person": ("full_name", "email"),
            "unit": ("name",),
            "position": ("title",),
            "field": ("title", "owner"),
            "training_class": ("name",),
            "certificate": (
                "holder",
                "unit",
                "course",
                "issuer",
                "position",
                "reviewed_by",
                "revoked_because",
            ),
        }.items():
            for column in columns:
                session.execute(sa.text(f'UPDATE "{table}" SET "{column}" = :text'), {"text": next(rotated)})
        words = {name: next(rotated) for name in ("title", "summary", "owner", "audience")}
        make.publish(session, make.course(**words))
        published = live(session, "finance/sample")
        assert published is not None


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 12))
def test_markup_in_a_course_is_tame_on_the_lesson_and_in_the_quiz(stage: Stage, start: int) -> None:
    for payload in PAYLOADS[start : start + 12]:
        safe = sanitise(payload)
        with stage.database.writing() as session:
            page = make.lesson("bai-1", make.single("x"), title=payload, html=safe, objectives=(payload,))
            make.publish(session, make.course(page, slug="thu", title=payload, html=safe))
        guest = stage.visitor("learner_u1")
        for address in (
            "/courses/finance/thu",
            "/courses/finance/thu/bai-1",
            "/courses/finance/thu/bai-1/quiz",
        ):
            reply = guest.get(address)
            assert reply.status_code == 200
            inert(reply.text, f"{address} {payload}")


def test_a_course_full_of_markup_is_tame_from_its_source_to_the_result(stage: Stage, tmp_path: Path) -> None:
    """The way of the real words: Markdown, checker, compiled form, every page that shows it."""
    with stage.database.writing() as session:
        published = make.publish(session, payloads.course(tmp_path / "courses"))
        person = stage.cast.people["learner_u1"]
        begun, _ = outcomes.start(session, NOW, make.ZONE, person, published, "exam")
        begun = begun.id
        lesson, _ = outcomes.start(session, NOW, make.ZONE, person, published, "b0")
        lesson = lesson.id
    course = published.course
    assert course.exam is not None and course.exam.quiz is not None
    addresses = [
        "/courses",
        "/courses/finance/payloads",
        *(f"/courses/finance/payloads/{page.slug}" for page in course.pages),
        "/courses/finance/payloads/b0/quiz",
        "/courses/finance/payloads/exam/quiz",
        *(f"/attempts/{begun}?q={n}" for n in range(1, len(course.exam.quiz.questions) + 1)),
        f"/attempts/{begun}?q=all",
    ]
    learner = stage.visitor("learner_u1")
    for address in addresses:
        reply = learner.get(address)
        assert reply.status_code == 200, address
        inert(reply.text, address)
    # Handed in with the right words, which are payloads, and with payloads where any words may stand.
    with stage.database.writing() as session:
        for attempt in (begun, lesson):
            row = session.get_one(Attempt, attempt)
            answers = key(stage.database, attempt)
            if attempt == lesson:
                wrong = cycle(PAYLOADS)
                answers |= {
                    item["question"]: dict.fromkeys(answers[item["question"]], next(wrong))
                    if item["kind"] == "gaps"
                    else next(wrong)
                    for item in row.paper
                    if item["kind"] == "text" or (item["kind"] == "gaps" and not item.get("gaps"))
                }
            outcomes.submit(session, NOW, make.ZONE, row, answers, str(uuid4()))
    for name, address in (
        ("learner_u1", f"/attempts/{begun}"),
        ("learner_u1", f"/attempts/{lesson}"),
        ("learner_u1", "/"),
        ("learner_u1", "/me"),
        ("inspector", "/reports"),
        ("inspector", "/reports/courses/finance/payloads"),
        ("inspector", "/reports/courses/finance/payloads/people/hocvien"),
        ("inspector", "/reports/courses/finance/payloads/items?quiz=exam&which=all"),
        ("inspector", "/reports/courses/finance/payloads/items?quiz=b0&which=all"),
        ("administrator", "/studio"),
        ("administrator", "/studio/courses/finance/payloads"),
        ("administrator", "/studio/courses/finance/payloads/files"),
    ):
        reply = stage.visitor(name).get(address, follow_redirects=True)
        assert reply.status_code == 200, address
        assert "alert(1)" in reply.text or address == "/", address
        inert(reply.text, address)


def test_the_name_and_the_cells_of_a_roster_come_back_as_text(stage: Stage) -> None:
    guest = stage.visitor("administrator")
    for payload in PAYLOADS:
        rows = f'ma_can_bo,ho_ten,ma_don_vi\n"{payload.replace(chr(34), chr(34) * 2)}",,"<b>x"\n'
        name = payload.translate(dict.fromkeys(map(ord, '/\\"\r\n\t')))
        reply = guest.post("/office/roster", data={"file": (io.BytesIO(rows.encode()), f"{name}.csv")})
        assert reply.status_code in (200, 422)
        inert(reply.text, payload)


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|'/c calc'!A0",
)


def test_no_cell_of_an_export_is_a_formula(stage: Stage) -> None:
    guest = stage.visitor("administrator")
    for formula in FORMULAS:
        with stage.database.writing() as session:
            for table, column in (("person", "full_name"), ("unit", "name")):
                session.execute(sa.text(f'UPDATE "{table}" SET "{column}" = :text'), {"text": formula})
        text = guest.post("/reports/courses/finance/sample/scores.csv", data={"who": "all"}).data.decode(
            "utf-8-sig"
        )
        assert f"'{formula.strip()[:2]}" in text or f"'{formula}" in text, formula
        data = guest.post("/reports/courses/finance/sample/scores.xlsx", data={"who": "all"}).data
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert not any(isinstance(cell.value, str) and cell.value.startswith(formula) for cell in cells)


def test_no_name_breaks_out_of_a_header(stage: Stage) -> None:
    evil = 'a"\r\nSet-Cookie: x=y\r\n\r\n;filename=b.exe'
    with stage.database.writing() as session:
        session.execute(sa.text("UPDATE certificate SET course = :text"), {"text": evil})
        make.publish(
            session,
            sample_course().__class__(
                **{
                    **{name: getattr(sample_course(), name) for name in sample_course().__struct_fields__},
                    "title": evil,
                }
            ),
        )
    for name, method, address in (
        ("learner_u1", "GET", "/certificates/{serial_learner_u1}.pdf"),
        ("administrator", "POST", "/reports/courses/finance/sample/scores.csv"),
        ("administrator", "POST", "/reports/courses/finance/sample/scores.xlsx"),
    ):
        reply = stage.visitor(name).open(method, address)
        assert reply.status_code == 200
        assert "x=y" not in str(reply.headers.getlist("Set-Cookie"))
        disposition = reply.headers["Content-Disposition"]
        assert "\r" not in disposition
        assert "\n" not in disposition
        assert disposition.startswith("attachment")

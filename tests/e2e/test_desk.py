"""The desk of those who train and lead: the trainer finds what to do next, the head names a mentor, the learner sees who
looked."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from learning.accounts import people
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.demo.cast import CAST
from learning.library import catalogue
from learning.organisation import classes, postings
from learning.organisation.models import Posting, Unit
from learning.progress.models import Enrolment
from learning.quizzes.models import Attempt
from tests.e2e.answering import key
from tests.e2e.conftest import Place

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

COURSE, LESSON = "health/commune-health", "first-24-hours"
CLASS = "Y tế cho người mới nhận việc"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DONE, BEGUN = 9, 3
NAMES = {member.username: member.full_name for member in CAST}
WIDTHS = [(360, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def studied(place: Place) -> list[str]:
    """Nine have done the course, three have failed its first lesson and stopped: the units of these three.

    Everyone who knows the rest takes the same wrong option of one question, which those who know nothing get right.
    """
    names = place.learning("demo", "learners", str(DONE + BEGUN)).split()
    with place.database.writing() as session:
        trainer = people.find(session, "giangvien")
        assert trainer
        made = classes.create(
            session,
            datetime.now(UTC),
            code="WALK",
            name=CLASS,
            course_id=COURSE,
            trainer_id=trainer.id,
            actor="quantri",
        )
        classes.set_members(session, datetime.now(UTC), made, names, actor="quantri")
        session.commit()
    for name in names[:DONE]:
        sit(place, name, LESSON, "all but the odd one")
        study(place, name)
    for name in names[DONE:]:
        sit(place, name, LESSON, "the odd one")
    with place.database.reading() as session:
        of_them = select(Unit.name).join(Posting, Posting.unit_code == Unit.code)
        of_them = of_them.join(Person, Person.id == Posting.person_id)
        now = postings.on(date.today())
        units = list(session.scalars(of_them.where(now, Person.username.in_(names[DONE:]))))
        done = select(Enrolment).where(Enrolment.course_id == COURSE, Enrolment.state == "done")
        assert len(session.scalars(done).all()) == DONE
    assert len(set(units)) == BEGUN
    return units


def study(place: Place, username: str) -> None:
    with place.database.reading() as session:
        published = catalogue.live(session, COURSE)
        assert published
    course = published.course
    for page in (*course.pages, *([course.exam] if course.exam else [])):
        if page.scenario is not None or page.practice is not None:
            continue
        if page.quiz is not None:
            sit(place, username, page.slug, "all")
            continue
        with place.database.writing() as session:
            person = people.find(session, username)
            assert person
            outcomes.mark_read(session, datetime.now(UTC), ZONE, person.id, published, page)
            session.commit()


def sit(place: Place, username: str, slug: str, knows: str) -> None:
    """One attempt. The odd one is the first question of one choice by its id; whoever misses it takes the same option."""
    with place.database.writing() as session:
        published, person = catalogue.live(session, COURSE), people.find(session, username)
        assert published and person
        started, _new = outcomes.start(session, datetime.now(UTC), ZONE, person.id, published, slug)
        attempt_id, paper = started.id, list(started.paper)
        session.commit()
    answers = key(place.database, attempt_id)
    if knows != "all":
        odd = min((item for item in paper if item["kind"] == "single"), key=lambda item: item["question"])
        right = answers[odd["question"]]
        wrong = min((pair for pair in odd["options"] if pair[0] != right), key=lambda pair: str(pair[1]))[0]
        if knows == "the odd one":
            answers = {odd["question"]: right}
        else:
            answers[odd["question"]] = wrong
    with place.database.writing() as session:
        attempt = session.get_one(Attempt, attempt_id)
        outcomes.submit(session, datetime.now(UTC), ZONE, attempt, answers, str(uuid4()))
        session.commit()


@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_a_trainer_finds_the_weakest_units_and_the_worst_question_and_takes_the_table_away(
    studied: list[str], visit: Visit, look: Look, tmp_path: Path, width: int, scheme: str
) -> None:
    trainer = visit("giangvien", width=width, color_scheme=scheme)
    trainer.get_by_role("link", name="Kết quả").click()
    trainer.get_by_role("link", name="Theo lớp").click()
    trainer.get_by_role("link", name=CLASS).click()
    weakest = trainer.locator("#weakest li")
    expect(weakest).to_have_count(3)
    assert sorted(weakest.locator("a").first.text_content() or "" for weakest in weakest.all()) == sorted(
        studied
    )
    look(trainer, f"desk-1-weakest-{scheme}")
    weakest.first.get_by_role("link", name="Xem ai chưa hoàn thành").click()
    expect(trainer.locator(".reports-narrowed")).to_contain_text("chưa hoàn thành")
    look(trainer, f"desk-2-who-{scheme}")

    trainer.get_by_role("link", name="Phân tích câu hỏi").click()
    trainer.get_by_label("Bài", exact=True).select_option(LESSON)
    trainer.get_by_role("button", name="Xem").click()
    worst = trainer.locator(".reports-flagged").first.locator("li").first
    expect(worst).to_contain_text("xem lại đáp án")
    look(trainer, f"desk-3-worst-{scheme}")
    worst.get_by_role("link").first.click()
    expect(trainer.locator(":target")).to_contain_text("xem lại đáp án")

    trainer.get_by_role("link", name="Bảng điểm").click()
    with trainer.expect_download() as begun:
        trainer.get_by_role("button", name="Xuất tệp Excel").click()
    begun.value.save_as(tmp_path / "scores.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "scores.xlsx").active
    assert sheet is not None and sheet.freeze_panes
    assert sum(1 for row in sheet.iter_rows(values_only=True) if "hoàn thành" in row) >= DONE


def test_a_trainer_cannot_return_a_step_of_a_practice_without_a_word_and_signs_it(
    visit: Visit, look: Look
) -> None:
    trainer = visit("giangvien")
    trainer.goto("/me")
    trainer.get_by_role("link", name="Thực hành").first.click()
    trainer.get_by_role("link", name=NAMES["hocvien2"]).first.click()
    waiting = trainer.locator(".practice-step", has=trainer.locator("form")).first
    step = trainer.locator(f"#{waiting.get_attribute('id')}")
    look(trainer, "desk-4-step")
    unfold(step)
    step.get_by_role("button", name="Trả lại kèm lời nhắn").click()
    expect(trainer.get_by_role("alert")).to_be_visible()
    unfold(step)
    step.get_by_label("Lời nhắn").fill("Đã thấy trên máy của đồng chí.")
    step.get_by_role("button", name="Ký xác nhận").click()
    expect(step).to_contain_text("Đã thấy trên máy của đồng chí.")
    expect(step.get_by_role("button")).to_have_count(0)
    look(trainer, "desk-5-signed")


def test_a_head_reads_the_week_names_a_mentor_who_guides_a_practice_and_the_learner_sees_who_looked(
    visit: Visit, look: Look, tmp_path: Path
) -> None:
    head = visit("lanhdao")
    head.goto("/office")
    head.get_by_role("link", name="Tuần này").click()
    expect(head.locator(".week-first")).to_contain_text("Việc nên làm trước")
    head.get_by_role("link", name="Người hướng dẫn", exact=True).click()
    head.get_by_role("link", name=NAMES["hocvien"]).click()
    head.get_by_role("button", name="Thôi hướng dẫn").click()
    expect(named(head)).to_have_text("chưa có ai")
    head.get_by_label(NAMES["lanhdao"]).check()
    look(head, "desk-6-mentor")
    head.get_by_role("button", name="Phân công hướng dẫn").click()
    expect(named(head)).to_have_text(NAMES["lanhdao"])

    learner = visit("hocvien")
    # A practice that was begun before goes on where it stopped.
    learner.goto("/courses/it/safe-office")
    learner.get_by_role("link", name="Một quầy an toàn").first.click()
    learner.get_by_role("link", name="Thực hành").or_(
        learner.get_by_role("link", name="Bắt đầu")
    ).first.click()
    expect(learner.get_by_text(f"Người hướng dẫn: {NAMES['lanhdao']}.")).to_be_visible()
    photo = learner.locator(".practice-step", has=learner.locator("input[type=file][accept*=image]")).first
    unfold(photo)
    picture = BytesIO()
    Image.new("RGB", (1200, 900), "#467").save(picture, "JPEG")
    photo.locator("input[type=file]").set_input_files(
        [{"name": "bàn làm việc.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}]
    )
    photo.get_by_role("button", name="Nộp bước này", exact=True).click()
    expect(learner.locator(".deeds").get_by_alt_text("bàn làm việc.jpg")).to_be_visible()
    look(learner, "desk-7-handed-in")

    head.goto("/practice")
    head.get_by_role("link", name=NAMES["hocvien"]).first.click()
    waiting = head.locator(".practice-step", has=head.get_by_alt_text("bàn làm việc.jpg")).first
    unfold(waiting)
    waiting.get_by_label("Lời nhắn").fill("Ảnh còn thấy số điện thoại của dân, hãy che rồi nộp lại.")
    waiting.get_by_role("button", name="Trả lại kèm lời nhắn").click()
    learner.reload()
    expect(learner.locator(".said-remark")).to_contain_text("hãy che rồi nộp lại")
    look(learner, "desk-8-returned")

    learner.goto("/me")
    learner.get_by_role("link", name="Ai đã xem kết quả của tôi").click()
    expect(learner.locator(".rows")).to_contain_text(NAMES["lanhdao"])
    look(learner, "desk-9-who-looked")


def unfold(step: Locator) -> None:
    """Opens what a step asks, where it is not open already."""
    if step.locator("details:not([open])").count():
        step.locator("summary").click()


def named(page: Page) -> Locator:
    """Who guides, on the page of one who is guided."""
    return page.get_by_text("Đang hướng dẫn", exact=True).locator("xpath=following-sibling::dd")


def test_the_rail_of_a_desk_is_one_row_on_a_phone_and_shows_where_one_is_and_what_the_keyboard_is_at(
    visit: Visit,
) -> None:
    trainer = visit("giangvien", width=320)
    trainer.goto("/reports/comparison")
    rail = trainer.locator(".rail")
    box = rail.bounding_box()
    assert box is not None and box["height"] < 60, "one row"
    expect(rail.locator("[aria-current]")).to_be_in_viewport(ratio=1)
    trainer.goto("/reports")
    first, last = rail.locator("a").first, rail.locator("a").last
    expect(first).to_be_in_viewport(ratio=1)
    expect(last).not_to_be_in_viewport()
    first.focus()
    for _ in range(rail.locator("a").count()):
        if last.evaluate("one => one === document.activeElement"):
            break
        trainer.keyboard.press("Tab")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)

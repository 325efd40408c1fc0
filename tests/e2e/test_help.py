"""Who needs help: the trainer finds them and writes down what was done; the head reads the week and prints it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from learning.demo.cast import CAST

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

NAMES = {member.username: member.full_name for member in CAST}
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(360, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_trainer_finds_who_needs_help_and_writes_down_what_was_done(
    visit: Visit, look: Look, width: int, scheme: str
) -> None:
    trainer = visit("giangvien", width=width, color_scheme=scheme)
    trainer.goto("/reports")
    trainer.get_by_role("link", name="Cần hỗ trợ").click()
    expect(trainer.locator(".reports-answer")).to_contain_text("người cần hỗ trợ")
    look(trainer, f"help-1-{scheme}")
    trainer.get_by_role("link", name="Sắp đến hạn").click()
    trainer.get_by_role("link", name=NAMES["hocvien2"]).click()
    look(trainer, f"help-2-{scheme}")
    trainer.get_by_role("button", name="Ghi lại").click()
    expect(trainer.get_by_role("alert")).to_contain_text("Hãy chọn việc đã làm.")
    look(trainer, f"help-3-{scheme}")
    trainer.get_by_label("Đã gặp hoặc gọi điện").check()
    trainer.get_by_label("Đã hẹn ngày").check()
    agreed = (date.today() + timedelta(days=4)).strftime("%d/%m/%Y")
    trainer.get_by_label("Ngày đã hẹn").fill(agreed)
    trainer.get_by_label("Ghi chú").fill("Học sau giờ trực, thứ năm.")
    trainer.get_by_role("button", name="Ghi lại").click()
    expect(trainer.locator(".rows").first).to_contain_text(f"Đã hẹn ngày {agreed}.")
    look(trainer, f"help-4-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_head_reads_the_week_and_a_learner_what_is_told_to_them(
    visit: Visit, look: Look, width: int, scheme: str
) -> None:
    head = visit("lanhdao", width=width, color_scheme=scheme)
    head.goto("/office")
    head.get_by_role("link", name="Tuần này").click()
    expect(head.locator(".week-first")).to_contain_text("Việc nên làm trước")
    look(head, f"week-1-{scheme}")
    head.get_by_role("link", name="Xem danh sách").click()
    expect(head.locator(".help-list")).to_contain_text(NAMES["hocvien"])
    learner = visit("hocvien", width=width, color_scheme=scheme)
    learner.goto("/me")
    learner.get_by_role("link", name="Nhắc học").click()
    look(learner, f"week-2-{scheme}")
    learner.get_by_role("button", name="Tắt thông báo hằng tuần").click()
    learner.get_by_role("button", name="Bật thông báo hằng tuần").click()
    expect(learner.get_by_role("button", name="Tắt thông báo hằng tuần")).to_be_visible()

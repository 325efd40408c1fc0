"""A trainer finds the weakest units, the people behind a figure, and lays two classes side by side."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(360, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_trainer_finds_the_weakest_units_and_who_is_behind_a_figure(
    visit: Visit, look: Look, width: int, scheme: str
) -> None:
    trainer = visit("giangvien", width=width, color_scheme=scheme)
    trainer.goto("/reports")
    look(trainer, f"overview-1-{scheme}")
    trainer.locator(".reports-course a").first.click()
    expect(trainer.locator("#weakest")).to_contain_text("hoàn thành 0 trên")
    look(trainer, f"overview-2-{scheme}")
    trainer.get_by_role("link", name="Xếp mọi đơn vị, yếu nhất trước").click()
    expect(trainer.locator("#order")).to_have_value("weak")
    trainer.locator(".heat-box a").first.click()
    expect(trainer.locator(".reports-narrowed")).to_contain_text("đã xong")
    look(trainer, f"overview-3-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_other_overviews_are_in_order(visit: Visit, look: Look, width: int, scheme: str) -> None:
    trainer = visit("giangvien", width=width, color_scheme=scheme)
    trainer.goto("/reports/classes")
    look(trainer, f"classes-1-{scheme}")
    trainer.locator(".lines th a").first.click()
    look(trainer, f"classes-2-{scheme}")
    trainer.goto("/reports/units?group=kind&order=weak")
    look(trainer, f"units-1-{scheme}")
    trainer.locator("tbody .heat-name a").first.click()
    look(trainer, f"units-2-{scheme}")
    trainer.goto("/reports/comparison?what=classes")
    trainer.get_by_label("Lớp thứ 1").select_option(index=1)
    trainer.get_by_label("Lớp thứ 2").select_option(index=2)
    trainer.get_by_role("button", name="So sánh").click()
    expect(trainer.locator(".versus")).to_contain_text("Hoàn thành")
    look(trainer, f"comparison-1-{scheme}")
    trainer.get_by_role("link", name="Thời kỳ").click()
    look(trainer, f"comparison-2-{scheme}")

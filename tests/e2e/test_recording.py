"""A short recording, from the author's device to a learner's phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, Request, expect

from tests import recordings
from tests.e2e.looking import Watched

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
WORDS = "Cán bộ: “Chào bác, mời bác ngồi. Bác cần làm thủ tục gì ạ?”"


def test_an_author_brings_a_recording_and_the_learners_page_plays_it(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "Chào dân.mp3"
    file.write_bytes(recordings.mp3(2, tag=recordings.id3()))
    page = visit("bientap", width=1280)
    page.goto("/studio/courses/finance/commune-budget")
    page.locator('form[action$="/draft"] button, a[href*="/studio/drafts/"]').first.click()
    page.wait_for_url(re.compile(r"/studio/drafts/\d+"))
    draft = page.url.partition("#")[0]
    page.goto(f"{draft}/edit/10-who-decides.md")
    page.locator("#editor[data-ready]").wait_for()
    page.get_by_role("button", name="Ảnh, ghi âm").click()
    page.locator("#image-alt").fill(WORDS)
    page.screenshot(path=tmp_path / "menu.png")
    page.locator("#image-file").set_input_files(file)
    shown = page.frame_locator("#frame").locator("figure.audio")
    expect(shown.locator("figcaption")).to_have_text(WORDS)
    expect(page.locator("#state")).to_contain_text("Đã lưu")
    page.screenshot(path=tmp_path / "editor.png")
    page.goto(draft)
    expect(page.locator(".studio-media audio")).to_have_count(1)
    Watched.look(page, "draft", tmp_path)

    asked: list[str] = []

    def hear(request: Request) -> None:
        if "/media/" in request.url:
            asked.append(request.url)

    looks: list[tuple[int, Literal["light", "dark"]]] = [(1280, "light"), (360, "dark")]
    for width, scheme in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.on("request", hear)
        page.goto(f"{draft}/preview/10-who-decides.md")
        player = page.locator("figure.audio audio")
        expect(player).to_be_visible()
        assert not [one for one in asked if one.endswith(".mp3")]
        page.locator("figure.audio").scroll_into_view_if_needed()
        Watched.look(page, "lesson", tmp_path)
        player.focus()
        page.keyboard.press("Space")
        player.evaluate(
            "one => one.ended || new Promise((heard) => one.addEventListener('timeupdate', heard))"
        )
        assert player.evaluate("one => one.currentTime") > 0
        assert [one for one in asked if one.endswith(".mp3")]
        assert round(player.evaluate("one => one.duration")) == 2
        page.remove_listener("request", hear)
        asked.clear()

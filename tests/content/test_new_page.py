"""What a new page begins from is what the format wants, in both languages."""

from datetime import date
from pathlib import Path

import pytest

from learning.content import new_page
from learning.content.checker import check
from learning.content.template import new_course

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("lesson", "90-moi.md"),
        ("pretest", "05-moi.md"),
        ("scenario", "90-moi.md"),
        ("practice", "90-moi.md"),
        ("exam", "exam.md"),
    ],
)
def test_a_new_page_passes_the_check(tmp_path: Path, kind, path: str, language: str) -> None:
    new_course(tmp_path, "finance", "mau")
    text = new_page.text(kind, 'Bài: "mới"', "mau-moi", TODAY, sources=("118/2025/NĐ-CP",), language=language)
    (tmp_path / "finance" / "mau" / path).write_text(text, encoding="utf-8")
    checked = check(tmp_path, today=TODAY)
    assert [fault for fault in checked.faults if fault.severity == "fault"] == []
    course = checked.courses["finance/mau"].course
    assert course is not None
    pages = {page.path: page for page in (*course.pages, *([course.exam] if course.exam else []))}
    assert (pages[path].title, pages[path].kind) == ('Bài: "mới"', kind)


def test_without_a_document_to_cite_the_checker_asks_for_one(tmp_path: Path) -> None:
    new_course(tmp_path, "finance", "mau")
    text = new_page.text("lesson", "Mới", "mau-moi", TODAY)
    (tmp_path / "finance" / "mau" / "90-moi.md").write_text(text, encoding="utf-8")
    assert [fault.code for fault in check(tmp_path, today=TODAY).faults if fault.severity == "fault"] == [
        "C001"
    ]

"""What only stands in for the author's words is remarked on until it is written over."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import craft, makeshift, new_page
from learning.content.skeletons import NOTICES, QUESTIONS, skeletons
from learning.settings import ROOT

ALT = "![Hình trong phần “Câu 1”](images/a1.webp)"


def codes(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in makeshift.remarks("10-a.md", text)]


def test_a_picture_that_has_only_the_words_of_an_import() -> None:
    assert codes(f"Chữ.\n\n{ALT}\n\n- ( ) {ALT} {ALT}\n") == [("K007", 3), ("K007", 5), ("K007", 5)]
    assert codes("![Ba bước: báo mức thu, thu tiền, giao biên lai](images/a1.webp)") == []
    assert codes("Hình trong phần “Câu 1” cho thấy ba bước.") == []
    assert makeshift.picture("Câu 1") in ALT
    assert codes(f"![{makeshift.picture('Thu “đúng, đủ”')}](images/a1.webp)") == [("K007", 1)]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ["lesson", "scenario", "pretest", "exam"])
def test_a_page_as_one_begins_it(kind, language) -> None:
    text = new_page.text(kind, "Tên bài", "khoa", date(2026, 11, 22), language=language)
    [(code, line)] = codes(text)
    assert code == "K008" and text.splitlines()[line - 1].lstrip("#> ") in makeshift.TO_WRITE


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", [*QUESTIONS, *NOTICES])
def test_a_piece_as_the_editor_puts_it_in(name, language) -> None:
    assert [code for code, _ in codes(skeletons(language)[name])] == ["K008"]


def test_every_line_to_be_written_over_is_one_that_is_begun_from() -> None:
    begun = "\n".join(
        [
            *new_page.LESSON,
            *new_page.SCENARIO,
            *new_page.PRACTICE,
            *skeletons("vi").values(),
            *skeletons("en").values(),
        ]
    )
    assert all(re.search(rf"{re.escape(words)}$", begun, re.MULTILINE) for words in makeshift.TO_WRITE)


def test_a_remark_is_said_in_both_languages_and_says_what_to_do() -> None:
    text = f"{ALT}\n\n{new_page.LESSON[0]}\n\nGiải thích: Điều cần nhớ sau câu này.\n"
    vietnamese = makeshift.remarks("10-a.md", text)
    english = makeshift.remarks("10-a.md", text, "en")
    assert [fault.line for fault in vietnamese] == [fault.line for fault in english] == [1, 3]
    assert "Hình trong phần “Câu 1”" in vietnamese[0].message and "makeshift" in english[0].message
    assert "còn 2)" in vietnamese[1].message and "(2 on" in english[1].message
    assert all(fault.severity == "info" and fault.remedy for fault in (*vietnamese, *english))


def test_every_remark_of_the_studio_has_its_line_in_the_guide() -> None:
    guide = (ROOT / "docs" / "format.md").read_text()
    assert all(f"| {code} |" in guide for code in (*craft.REMARKS, *makeshift.REMARKS))


def test_the_courses_of_the_house_are_written() -> None:
    pages = sorted((ROOT / "courses").rglob("*.md"))
    assert pages
    assert [fault for path in pages for fault in makeshift.remarks(path.name, path.read_text())] == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="![Hình trong phần “”](a)\n->#* :", max_size=200))
def test_any_text_is_read_without_a_complaint(text) -> None:
    assert all(1 <= line <= len(text.split("\n")) for _, line in codes(text))

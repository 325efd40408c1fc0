"""Front matter: text coerced by a closed schema; what is wrong is said at its line and column, the rest is read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import frontmatter, yaml_text
from learning.content.frontmatter import COURSE, LESSON, OTHER_PAGE, Front, read
from learning.content.model import Citation

FULL = """id: bai-1
title: Tên bài
minutes: 3
checked_on: 2026-01-15
"""


def told(
    text: str, schema: frontmatter.Schema = LESSON
) -> tuple[Front, list[tuple[str, int, int, dict[str, object]]]]:
    faults: list[tuple[str, int, int, dict[str, object]]] = []
    front = read(
        text, schema, lambda code, line, column, **params: faults.append((code, line, column, params)), 2
    )
    return front, faults


def codes(text: str, schema: frontmatter.Schema = LESSON) -> list[str]:
    return [f"{line}:{column} {code}" for code, line, column, _ in told(text, schema)[1]]


def test_every_value_stays_what_was_written():
    front, faults = told(
        FULL.replace("Tên bài", "001").replace("bai-1", "no") + "section: 12:30\ntags: [no, 1.0]\n"
    )
    assert faults == []
    assert front.get("title") == "001"
    assert front.get("id") == "no"
    assert front.get("section") == "12:30"
    assert front.get("tags") == ("no", "1.0")


def test_vietnamese_keys_have_equal_right():
    front, faults = told(
        "ma: bai-1\ntieu_de: Tên\nthoi_luong: 2,5\nngay_kiem_tra: 15/01/2026\nmuc_tieu:\n  - Một, hai\n  - Ba\n"
        "can_cu:\n  - 31/2024/QH15, Điều 137\n  - 1/2025/X\nthe: a, b\ndat: 80%\nso_lan: 3\n"
        "tron_dap_an: có\ncham: partial\n"
    )
    assert faults == []
    assert front.get("minutes") == Decimal("2.5")
    assert front.get("checked_on") == date(2026, 1, 15)
    assert front.get("objectives") == ("Một, hai", "Ba")
    assert front.get("sources") == (Citation(key="31/2024/QH15", place="Điều 137"), Citation(key="1/2025/X"))
    assert front.get("tags") == ("a", "b")
    assert front.get("pass") == 80
    assert front.get("attempts") == 3
    assert front.get("shuffle_options") is True
    assert front.values["title"].name == "tieu_de"
    assert (front.values["sources"].items[1].line, front.values["sources"].items[1].column) == (11, 5)


@pytest.mark.parametrize(
    ("added", "fault"),
    [
        ("titel: x\n", "6:1 F005"),
        ("ma: x\n", "6:1 F008"),
        ("id: x\n", "6:1 F008"),
        ("section: &a x\n", "6:10 F008"),
        ("section: *a\n", "6:10 F008"),
        ("section: Luật: Điều 5\n", "6:14 F007"),
        ("objectives:\n  - Biết: một\n", "7:5 F007"),
        ("pass: -1\n", "6:7 F006"),
        ("time_limit: 0\n", "6:13 F006"),
        ("section: @x\n", "6:10 F006"),
        ("section: [Mới] x\n", "6:16 F006"),
        ('section: "Mới" x\n', "6:16 F006"),
        ("section: 'Mới\nsources:\n  - 'x\n", "8:6 F006"),
        ("pass: nhiều\n", "6:7 F006"),
        ("attempts: 1,5\n", "6:11 F006"),
        ("attempts: 0\n", "6:11 F006"),
        ("shuffle_options: maybe\n", "6:18 F006"),
        ("marking: half\n", "6:10 F006"),
        ("objectives: {a: b}\n", "6:13 F006"),
        ("section: [a]\n", "6:10 F006"),
        ("kind: quiz\n", "6:7 F006"),
        ("section: !!python/object:os.system x\ntags: '\n", "8:1 F006"),
    ],
)
def test_each_fault_has_its_place_and_hides_no_other_value(added, fault):
    front, _ = told(FULL + added)
    assert codes(FULL + added) == [fault]
    assert front.get("title") == "Tên bài"


def test_what_is_broken_beyond_reading_still_says_its_plain_lines():
    broken = FULL.replace("title:", "  title:") + "sources:\n  - 1/2025/X, Điều 2\ntags: [a, b]\nsection:\n"
    front, faults = told(broken)
    assert [code for code, *_ in faults] == ["F007", "F006"]
    assert front.get("title") == "Tên bài"
    assert front.get("sources") == (Citation(key="1/2025/X", place="Điều 2"),)
    assert front.get("tags") == ("a", "b")
    assert [(item.line, item.column) for item in front.values["tags"].items] == [(8, 8), (8, 11)]


def test_the_nearest_key_is_suggested():
    for wrong, right in (
        ("titel", "title"),
        ("Tiêu đề", "tieu_de"),
        ("check_on", "checked_on"),
        ("nguon", ""),
    ):
        params = [params for code, *_, params in told(f"{FULL}{wrong}: x\n")[1] if code == "F005"]
        assert params[0]["key"] == wrong
        assert params[0]["nearest"] == right or not right


def test_required_keys():
    assert codes("") == ["2:1 F009"] * 4
    assert codes("title:\nid: x\nminutes: 1\nchecked_on: 2026-01-01\n") == ["2:1 F009"]
    assert codes("", OTHER_PAGE) == ["2:1 F009"] * 2
    assert codes("", COURSE) == ["2:1 F009"] * 3


def test_all_unquoted_colons_are_told_and_read():
    front, faults = told("id: a\ntitle: A: b\nsection: C: 'd': e\nminutes: 1\nchecked_on: 2026-01-01\n")
    assert [code for code, *_ in faults] == ["F007", "F007"]
    assert front.get("title") == "A: b"
    assert front.get("section") == "C: 'd': e"


@pytest.mark.parametrize("day", ["2026-02-30", "30/02/2026", "15-01-2026", "2026", "hôm nay"])
def test_impossible_days(day):
    assert codes(FULL.replace("2026-01-15", day)) == ["5:13 F006"]


def test_too_large_and_too_deep():
    assert codes(FULL + "section: " + "x" * yaml_text.SIZE_CAP)[0] == "2:1 F006"
    assert "F006" in codes(FULL + "section: " + "[" * 50 + "]" * 50)[0]
    assert "F006" in codes(FULL + "section: " + "[" * 5000)[0]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet=st.sampled_from(list("abid: -[]{}&*!|>'\"#,\n?%@`"))))
def test_no_text_raises(text):
    told(text)
    told(FULL + text)

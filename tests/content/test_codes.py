"""The catalogue of codes is whole, bilingual and forgiving."""

import re
from pathlib import Path

import pytest

from learning.content.codes import CODES, fault

FIXABLE = {"F001", "F002", "F003", "Q001", "Q031"}
WARNINGS = {"L002", "L006", "L009", "L012", "Q017", "Q018", "P004", "C004"}
FORMAT = Path(__file__).resolve().parents[2] / "docs" / "format.md"


def test_what_fix_mends_is_marked():
    assert {code for code, entry in CODES.items() if entry.fixable} == FIXABLE


def test_only_warnings_let_a_course_through():
    assert {code for code, entry in CODES.items() if entry.severity == "warning"} == WARNINGS


@pytest.mark.parametrize("code", CODES)
def test_every_code_speaks_both_languages_with_the_same_parameters(code: str):
    entry = CODES[code]
    assert all(text.strip() for text in (*entry.vi, *entry.en))
    names = [set(re.findall(r"\{(\w+)\}", text)) for text in ("".join(entry.vi), "".join(entry.en))]
    assert names[0] == names[1], (code, names)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_missing_parameter_never_raises(code: str, language: str):
    said = fault(code, "a.md", 0, 0, language)
    assert "{" not in said.message + said.remedy
    assert (said.line, said.column) == (1, 1)


def test_a_fault_is_one_line_however_long_its_parameters():
    said = fault("F007", "a.md", 3, 4, value="dòng một\ndòng hai " + "x" * 500)
    assert "\n" not in str(said)
    assert len(str(said)) < 400
    assert str(said).startswith("a.md:3:4: F007 ")


def test_an_expected_type_is_said_in_the_readers_language():
    assert "ngày" in fault("F006", "a.md", 1, 1, "vi", key="k", value="v", expected="date").remedy
    assert "date" in fault("F006", "a.md", 1, 1, "en", key="k", value="v", expected="date").remedy


def test_what_the_author_wrote_is_said_as_written():
    assert "“id”" in fault("F009", "a.md", 1, 1, key="id").message
    assert "“date”" in fault("F006", "a.md", 1, 1, key="minutes", value="date", expected="number").message


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_paragraph_in_the_documentation(code: str):
    heading = f"### {code}\n"
    text = FORMAT.read_text(encoding="utf-8")
    assert heading in text
    assert len(text.split(heading)[1].split("\n### ")[0].strip()) > 40

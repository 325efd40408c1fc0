"""`--fix` mends what needs no guessing, once, and touches nothing else."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from learning.content.mend import mend
from learning.content.text import decode, read

LESSON = """---
id: thu-chi-01
title: Thu và chi
minutes: 3
---
Ơn ư? Ký tự ơ ư trong bài giữ nguyên.

- ơ ư trong thân bài cũng giữ nguyên

## Câu hỏi

### Câu một
Mã: thu-chi-01-aaaaa

Chọn một.

- (x) Đúng
- ( ) Sai
"""
STAMP = re.compile(r"Mã: thu-chi-01-[0-9a-hjkmnp-tv-z]{5}")


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    path = tmp_path / "finance" / "thu-chi" / "10-thu-chi.md"
    path.parent.mkdir(parents=True)
    path.write_text(LESSON, encoding="utf-8", newline="")
    return path


def mended(path: Path, data: bytes | str) -> str:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    mend(path)
    return path.read_bytes().decode()


def test_a_clean_file_is_not_even_written(lesson: Path):
    before = lesson.stat().st_mtime_ns
    assert mend(lesson.parent) == []
    assert lesson.stat().st_mtime_ns == before
    assert lesson.read_bytes() == LESSON.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + LESSON.encode(),
        LESSON.replace("\n", "\r\n").encode(),
        LESSON.replace("\n", "\r").encode(),
        b"\xff\xfe" + LESSON.encode("utf-16-le"),
        b"\xfe\xff" + LESSON.encode("utf-16-be"),
        unicodedata.normalize("NFD", LESSON).encode(),
        LESSON.replace("ư", "ƣ").replace("Ơn", "\u200bƠn\u200d\ufeff").encode(),
        LESSON.replace("- (x) Đúng", "-\u00ad (x) Đúng\u2060").encode(),
    ],
)
def test_bytes_of_every_known_mishap_become_the_text_that_was_meant(lesson: Path, data: bytes):
    assert mended(lesson, data) == LESSON


def test_windows_1258_is_read_where_it_can_only_be_vietnamese(lesson: Path):
    decomposed = "".join(_as_1258(character) for character in LESSON)
    assert mended(lesson, decomposed.encode("cp1258")) == LESSON


@pytest.mark.parametrize(
    "data", ["Đất đai".encode() + b"\xff\x00", b"\xb8\xb5\xb6 TCVN3 \xae\xca", b"\x93\xfa\x96{\x8c\xea"]
)
def test_bytes_in_an_unknown_encoding_stay_as_they_are(lesson: Path, data: bytes):
    lesson.write_bytes(data)
    assert decode(data) is None
    assert [finding.code for finding in read(data)[1]] == ["F001"]
    assert mend(lesson.parent) == []
    assert lesson.read_bytes() == data


def test_tabs_become_spaces_to_the_next_stop(lesson: Path):
    text = mended(lesson, LESSON.replace("- (x) Đúng", "-\t(x) Đúng\n\t> Vì thế"))
    assert text == LESSON.replace("- (x) Đúng", "-   (x) Đúng\n    > Vì thế")


def test_an_emoji_keeps_the_joiner_that_holds_it_together(lesson: Path):
    family = LESSON.replace("Ơn", "👨\u200d👩\u200d👧 Ơn")
    assert mended(lesson, family) == family


@pytest.mark.parametrize(
    ("eaten", "box"),
    [
        ("ỡư", "[x]"),
        ("Ỡư", "[x]"),
        ("ỠƯ", "[x]"),
        ("ơxư", "[x]"),
        ("ơữ", "[x]"),
        ("ơ ư", "[ ]"),
        ("Ơ Ư", "[ ]"),
        ("ơư", "[ ]"),
    ],
)
def test_brackets_eaten_by_telex_come_back_in_questions_only(lesson: Path, eaten: str, box: str):
    assert mended(lesson, LESSON.replace("- (x) ", f"- {eaten} ")) == LESSON.replace("- (x) ", f"- {box} ")


def test_a_question_without_id_gets_one_right_under_its_heading(lesson: Path):
    text = mended(lesson, LESSON.replace("Mã: thu-chi-01-aaaaa\n", ""))
    assert STAMP.search(text)
    assert STAMP.sub("Mã: thu-chi-01-aaaaa", text) == LESSON


def test_an_empty_id_line_is_filled_in(lesson: Path):
    text = mended(lesson, LESSON.replace("Mã: thu-chi-01-aaaaa", "**Mã:**"))
    assert STAMP.sub("Mã: thu-chi-01-aaaaa", text) == LESSON


def test_a_question_without_a_heading_gets_its_id_under_that_of_the_section(lesson: Path):
    bare = LESSON.replace("### Câu một\nMã: thu-chi-01-aaaaa\n", "")
    text = mended(lesson, bare)
    assert STAMP.search(text.split("## Câu hỏi\n")[1].split("\n")[0])
    assert mended(lesson, text) == text


def test_a_bold_id_is_an_id(lesson: Path):
    bold = LESSON.replace("Mã: thu-chi-01-aaaaa", "**Mã:** thu-chi-01-aaaaa")
    assert mended(lesson, bold) == bold


def test_an_exam_takes_its_prefix_from_the_course_and_every_question_a_different_id(lesson: Path):
    exam = lesson.with_name("exam.md")
    questions = "".join(f"### Câu {n}\n\nĐúng không?\n\nĐáp án: Đúng\n\n" for n in range(50))
    text = mended(exam, f"---\nkind: exam\ntitle: Kiểm tra\n---\n\n## Phần một\n\n{questions}")
    stamps = re.findall(r"^Mã: (thu-chi-\w{5})$", text, re.MULTILINE)
    assert len(set(stamps)) == 50


def test_no_id_of_an_earlier_publication_or_of_another_course_is_stamped(lesson: Path, monkeypatch):
    (lesson.parents[2] / "format.yml").write_text("version: 1\n")
    other = lesson.parents[1] / "other" / "10-b.md"
    other.parent.mkdir()
    other.write_text(LESSON.replace("thu-chi-01-aaaaa", "thu-chi-01-bbbbb"))
    letters = iter("aaaaabbbbbccccc")
    monkeypatch.setattr("learning.content.mend.secrets.choice", lambda alphabet: next(letters))
    lesson.write_text(LESSON.replace("Mã: thu-chi-01-aaaaa\n", ""))
    mend(lesson.parent, taken={"thu-chi-01-aaaaa"})
    assert "Mã: thu-chi-01-ccccc" in lesson.read_text()


def test_only_markdown_and_yaml_are_touched_and_links_are_not_followed(lesson: Path, tmp_path: Path):
    image = lesson.with_name("a.png")
    image.write_bytes(b"\r\n\t")
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"a\r\n")
    lesson.with_name("20-link.md").symlink_to(outside)
    assert mend(lesson.parent) == []
    assert (image.read_bytes(), outside.read_bytes()) == (b"\r\n\t", b"a\r\n")


LINES = st.sampled_from(
    [
        *LESSON.split("\n"),
        *(
            "## Câu hỏi",
            "### Hỏi",
            "### ",
            "Mã:",
            "Id: a-b",
            "- ỡư x",
            "- ơ ư y",
            "```",
            "~~~",
            "---",
            "kind: exam",
        ),
        *(
            "\ta",
            "a\u0301\u200b",
            "ƣ\u0301",
            "\ufeffa",
            "a\u200d\u200d",
            "😀\u200d\u00ad\u200da",
            "\x0b\x85\u2028",
        ),
    ]
)
DOCUMENTS = st.one_of(
    st.text(max_size=60).map(str.encode),
    st.binary(max_size=60),
    st.lists(LINES | st.text(max_size=12), max_size=25).map(lambda lines: "\n".join(lines).encode()),
    st.lists(LINES, max_size=15).map(lambda lines: b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")),
)


@given(DOCUMENTS)
@hypothesis_settings(max_examples=100, deadline=None)
def test_mending_twice_is_mending_once(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "10-x.md"
    path.write_bytes(data)
    mend(path)
    once = path.read_bytes()
    assert mend(path) == []
    assert path.read_bytes() == once
    text, findings = read(once)
    assert text is None or findings == []


def _as_1258(character: str) -> str:
    """Windows-1258 holds ă â đ ê ô ơ ư as letters and the tones as marks behind them."""
    parts = unicodedata.normalize("NFD", character)
    for size in (2, 1):
        base = unicodedata.normalize("NFC", parts[:size])
        if len(base) == 1 and all(_in_1258(part) for part in base + parts[size:]):
            return base + parts[size:]
    tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
    base = unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts)
    return base + tone


def _in_1258(character: str) -> bool:
    try:
        character.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True

"""The name of a file to be kept."""

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from learning.web.downloads import LONGEST_NAME, attachment, file_name

HOSTILE = (
    'a"b.png',
    "a\\b.png",
    "Sơ đồ – quyết định.png",
    "a\r\nSet-Cookie: x=y.png",
    "../../etc/passwd",
    "..",
    "",
    ".",
    "a;filename=b.exe",
    "%0d%0a.png",
    "\u202egnp.exe",
    "\ud800.png",
    "đ" * 500 + ".png",
    "tên.md",
    "\0",
    "con\tcon.txt",
    "😀.png",
)


def header(name: str) -> str:
    with Flask(__name__).test_request_context():
        reply = attachment(b"data", "application/octet-stream", name)
        assert reply.headers["Cache-Control"] == "private, no-store"
        return reply.headers["Content-Disposition"]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_makes_one_sound_header_with_the_name_as_people_read_it(name: str) -> None:
    said = header(name)
    assert said.isascii() and said.isprintable()
    kind, options = parse_options_header(said)
    assert kind == "attachment"
    assert set(options) == {"filename"}
    assert options["filename"] == file_name(name)


def test_a_name_people_wrote_is_kept() -> None:
    assert file_name("Sơ đồ – quyết định.png") == "Sơ đồ – quyết định.png"
    assert file_name('a"b/c.png') == "a-b-c.png"
    assert file_name("đ" * 500 + ".png").endswith("đ.png")
    assert file_name("..") == file_name("") == "tep"


@settings(max_examples=100)
@given(st.text(st.characters()))
def test_no_name_breaks_the_header(name: str) -> None:
    said = header(name)
    assert said.isascii() and said.isprintable()
    assert said.startswith("attachment; filename")
    assert 0 < len(file_name(name)) <= LONGEST_NAME

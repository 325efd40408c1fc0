"""Archives from outside: what is not right is refused whole, before anything of it is used."""

import contextlib
import io
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.exchange.archives import Caps, parse_xml, read_zip
from learning.content.exchange.bank import UnreadableError

DEFLATED = zipfile.ZIP_DEFLATED


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def test_files_come_out_as_they_went_in() -> None:
    data = zipped(("course.md", b"a"), ("images/sơ đồ.png", b"b"), ("__MACOSX/._x", b"c"), ("d/", b""))
    assert read_zip(data) == {"course.md": b"a", "images/sơ đồ.png": b"b"}


def test_separators_of_windows_are_read() -> None:
    data = zipped(("a/b.md", b"x"))
    assert read_zip(data.replace(b"a/b.md", b"a\\b.md")) == {"a/b.md": b"x"}


@pytest.mark.parametrize(
    "name",
    [
        "../out",
        "a/../../out",
        "/etc/passwd",
        "C:/x",
        "C:\\x",
        "..\\out",
        "a//b",
        "./a",
        "a\x07b",
        "\\\\host\\a",
    ],
)
def test_paths_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="đường dẫn"):
        read_zip(zipped((name, b"x")))


def test_links_are_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(UnreadableError, match="liên kết"):
        read_zip(zipped((link, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.md", "A.md"])
def test_a_name_twice_is_refused(second: str) -> None:
    with pytest.raises(UnreadableError, match="cùng tên"):
        read_zip(zipped(("a.md", b"x"), (second, b"y")))


def test_a_bomb_is_refused_while_it_is_counted() -> None:
    with pytest.raises(UnreadableError, match="quá lớn"):
        read_zip(zipped(("bomb", bytes(30 * 1024 * 1024))))


def test_files_together_are_counted_too() -> None:
    caps = Caps(total=2500)
    with pytest.raises(UnreadableError, match="quá lớn"):
        read_zip(zipped(*((f"{number}", bytes(1000)) for number in range(3))), caps)


def test_too_many_files_are_refused_before_they_are_listed() -> None:
    caps = Caps(entries=50)
    with pytest.raises(UnreadableError, match="hơn 50"):
        read_zip(zipped(*((f"{number}", b"") for number in range(51))), caps)
    with pytest.raises(UnreadableError, match="hơn 5000"):
        read_zip(zipped(("a", b"")) + b"PK\x01\x02" * 100_000)


def test_members_that_overlap_are_refused() -> None:
    data = bytearray(zipped(("a", bytes(1000)), ("b", bytes(1000))))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = struct.pack("<I", 0)  # both begin where the first does
    with pytest.raises(UnreadableError):
        read_zip(bytes(data))


@pytest.mark.parametrize("lie", [0, 10, 2**31])
def test_a_size_that_lies_is_not_believed(lie: int) -> None:
    data = bytearray(zipped(("a", b"x" * 5000)))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", lie)
    with contextlib.suppress(UnreadableError):
        assert len(read_zip(bytes(data)).get("a", b"")) <= 5000


def test_a_password_and_a_strange_method_are_refused() -> None:
    data = bytearray(zipped(("a", b"x")))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(UnreadableError, match="mật khẩu"):
        read_zip(bytes(data))
    with pytest.raises(UnreadableError, match="nén theo cách"):
        read_zip(zipped(("a", b"x"), method=zipfile.ZIP_LZMA))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200), st.binary(max_size=8))
def test_nothing_else_is_ever_raised(data: bytes, at: int, patch: bytes) -> None:
    whole = zipped(("a.xml", b"<a/>"), ("b", data))
    for one in (data, whole[:at] + patch + whole[at + len(patch) :]):
        with contextlib.suppress(UnreadableError):
            read_zip(one)


# --- XML

BILLION = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "text",
    [
        BILLION,
        b"\xef\xbb\xbf" + BILLION,
        b"<!-- x --> <?y z?>\n<!DOCTYPE html><a/>",
        BILLION.decode().encode("utf-16"),
        BILLION.decode().encode("utf-16-be"),
        BILLION.decode().encode("utf-32"),
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a><a/>',
        b"<!doctype a><a/>",
    ],
)
def test_a_document_type_is_refused_in_any_dress(text: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_xml(text, "imsmanifest.xml")
    with pytest.raises(UnreadableError):
        read_zip(zipped(("word/document.xml", text)))


def test_a_file_named_by_an_entity_is_not_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("canary")
    text = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{canary.as_uri()}">]><a>&b;</a>'.encode()
    with pytest.raises(UnreadableError):
        parse_xml(text)


def test_a_doctype_that_is_only_quoted_does_no_harm() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE html><p>x</p>]]></a>").text == "<!DOCTYPE html><p>x</p>"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_xml_that_is_broken_is_unreadable_and_no_more(data: bytes) -> None:
    for one in (data, b"<a>" + data + b"</a>"):
        with contextlib.suppress(UnreadableError):
            parse_xml(one)


def test_a_prolog_of_many_comments_is_passed_in_one_go() -> None:
    text = b"<?xml version='1.0'?>" + b"<!---->\n" * 400_000
    begun = time.process_time()
    with pytest.raises(UnreadableError, match="DOCTYPE"):
        parse_xml(text + b"<!DOCTYPE a><a/>")
    # A copy of the rest for each comment would be minutes.
    assert time.process_time() - begun < 10

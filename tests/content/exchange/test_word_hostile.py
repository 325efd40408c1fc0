# ruff: noqa: E501  (parts of files are kept to a line)
"""What is no plain Word file is refused with a word on what to do; a broken one never brings the importer down."""

import copy
import io
import random
import zipfile
from contextlib import suppress
from functools import cache

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from learning.content.exchange.bank import Bank, UnreadableError
from learning.content.exchange.word import read
from tests.content.exchange.word_files import (
    ASKS,
    LAYOUTS,
    edited,
    handbook,
    paragraphs,
    raw,
    saved,
    with_relation,
)

PLAIN = paragraphs("Câu 1: Ai ký?", "A. Một", "*B. Hai")


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", ".docx"),
        (b"xin chao", ".docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Word cũ (.doc)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"{\\rtf1 xin chao}", "RTF"),
        (b"%PDF-1.7", "PDF"),
        (
            zipped(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<a/>"}),
            "OpenDocument",
        ),
        (zipped(**{"a.txt": b"a"}), ".docx"),
        (zipped(**{"[Content_Types].xml": b"<Types/>", "xl__workbook.xml": b"<a/>"}), ".docx"),
        (PLAIN[:300], "hỏng"),
    ],
)
def test_other_files_are_refused_with_a_word_on_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(data)
    assert says in str(refused.value)


def test_macros_are_refused() -> None:
    data = edited(
        PLAIN, types=lambda xml: xml.replace(b"wordprocessingml.document.main", b"document.macroEnabled.main")
    )
    with pytest.raises(UnreadableError, match="macro"):
        read(data)


def test_a_doctype_is_refused_wherever_it_stands() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    for part in ("document", "styles", "customXml__item1"):
        with pytest.raises(UnreadableError, match="DOCTYPE"):
            read(edited(PLAIN, **{part: evil}))


def test_pictures_outside_the_file_are_not_fetched() -> None:
    data = raw(
        '<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="x/picture"><pic:pic><pic:blipFill>'
        '<a:blip r:link="rId99"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    link = b'<Relationship Id="rId99" Type="x/image" Target="http://127.0.0.1:9/a.png" TargetMode="External"/></Relationships>'
    bank = read(with_relation(data, link))
    assert not bank.media
    assert "127.0.0.1" in bank.skipped[0].what


def test_tables_within_tables_within_tables() -> None:
    cell = "<w:p><w:r><w:t>trong cùng</w:t></w:r></w:p>"
    for _ in range(60):
        cell = f"<w:tbl><w:tr><w:tc>{cell}<w:p/></w:tc><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    bank = read(raw(cell))
    assert "trong cùng" in bank.lessons[0].body


def test_an_empty_file_is_an_empty_bank() -> None:
    bank = read(saved(Document()))
    assert bank.lessons == ()
    assert bank.warnings


@pytest.mark.parametrize("text", ["a" * 100_000, "A. " * 30_000, "1-" * 30_000, "Câu 1: " * 15_000, "( " * 50_000, "B." * 40_000, "_" * 100_000, "Câu 1 (" + "1" * 90_000])  # fmt: skip
def test_long_lines_take_no_time(text: str) -> None:
    read(paragraphs("Câu 1: Ai?", text, "A. Một", "B. Hai", text, "ĐÁP ÁN", text))


def test_many_questions_take_no_time() -> None:
    texts = [line for at in range(400) for line in (f"{at}. Ai ký?", "A. Một", "B. Hai")]
    assert sum(len(lesson.questions) for lesson in read(paragraphs(*texts)).lessons) == 400


def test_a_cover_of_thousands_of_blank_lines_takes_no_time() -> None:
    asked = ("UBND xã", "Câu 1: Ai ký?", "A. Một", "*B. Hai")
    bank = read(bare("<w:p/>" * 40_000 + "".join(map(said, asked))))
    assert [question.stem for lesson in bank.lessons for question in lesson.questions] == ["Ai ký?"]
    assert [(one.line, one.what) for one in bank.skipped] == [(40_001, "UBND xã")]


def test_keys_that_begin_again_without_end_take_no_time() -> None:
    asked = ("Câu 1: Ai ký?", "A. Một", "B. Hai") * 1_000
    bank = read(bare("".join(map(said, (*asked, "ĐÁP ÁN", "1-A 9-B " * 20_000)))))
    assert any("bắt đầu lại hơn 500 lần" in warning for warning in bank.warnings)


def bare(body: str) -> bytes:
    """A file of this body, however long; python-docx would take its time for it."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    return edited(PLAIN, document=document.encode())


def said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


# --- Broken files

SAID = ("Câu 1:", "A.", "B)", "Đáp án: C", "ĐÁP ÁN", "*C.", "1-A 2-B", "☑ Đúng ☐ Sai", "\t", "\u00ad", "Giải thích:", "Chương I", "- ", "1.", "[^1]", "![x](images/a.png)", "(S)", "____", "|", "##")  # fmt: skip


@cache
def sources() -> tuple[dict[str, bytes], ...]:
    files = [
        *(LAYOUTS[name](ASKS[:3]) for name in ("bold key", "two by two", "automatic numbers", "grid")),
        handbook(ASKS[:2]),
    ]
    parts = []
    for data in files:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts.append({name: archive.read(name) for name in archive.namelist()})
    return tuple(parts)


def broken(random: random.Random) -> bytes:
    """A file of ours with some elements taken out, doubled, moved, renamed or said otherwise; or some bytes wrong."""
    parts = dict(random.choice(sources()))
    name = random.choice(
        ["word/document.xml"] * 6 + [part for part in parts if part.endswith((".xml", ".rels"))]
    )
    if random.random() < 0.85:
        root = etree.fromstring(parts[name])
        for _ in range(random.randint(1, 8)):
            change(root, random)
        parts[name] = etree.tostring(root)
        return zipped_parts(parts)
    if random.random() < 0.5:
        del parts[name]
        return zipped_parts(parts)
    data = bytearray(zipped_parts(parts))
    for _ in range(random.randint(1, 30)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def change(root: etree._Element, random: random.Random) -> None:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    one, other = random.choice(elements), random.choice(elements)
    parent = one.getparent()
    sort = random.randrange(6)
    if sort == 0 and parent is not None:
        parent.remove(one)
    elif sort == 1 and parent is not None:
        parent.insert(random.randint(0, len(parent)), copy.deepcopy(one))
    elif sort == 2 and len(list(other.iter())) < 200:
        one.append(copy.deepcopy(other))
    elif sort == 3:
        one.text = random.choice(SAID) + (one.text or "")
    elif sort == 4 and one.attrib:
        one.set(
            random.choice(list(one.attrib)),
            random.choice(["", "-1", "99999999999", "x", "9", "0", *SAID[:3]]),
        )
    else:
        one.tag = other.tag


def zipped_parts(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_broken_file_is_read_or_refused(random: random.Random) -> None:
    try:
        assert isinstance(read(broken(random)), Bank)
    except UnreadableError as refused:
        assert str(refused)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2000))
def test_any_bytes_are_read_or_refused(data: bytes, at: int) -> None:
    for some in (data, PLAIN[:at] + data + PLAIN[at + len(data) :]):
        with suppress(UnreadableError):
            read(some)

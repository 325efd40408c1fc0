"""From a Word file to a draft: the usual layouts, a document of twenty pages, and no word lost."""

import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from learning.content.checker import Checked, check
from learning.content.exchange.bank import Bank, BankQuestion
from learning.content.exchange.word import read
from learning.content.exchange.writing import Draft, draft_course
from learning.content.faults import Fault
from learning.vietnamese.legacy_fonts import encoding_of_font, to_unicode
from tests.content.exchange import word_files
from tests.content.exchange.word_files import ASKS, LAYOUTS, Ask, saved

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_question_of_a_usual_layout_is_read_with_its_key(layout: str) -> None:
    bank = read(LAYOUTS[layout](ASKS))
    assert right(questions(bank), "TCVN3" in layout) == len(ASKS)
    assert len(questions(bank)) == len(ASKS)


def test_95_percent_of_the_corpus_are_read_with_the_right_key() -> None:
    found = sum(right(questions(read(write(ASKS))), "TCVN3" in name) for name, write in LAYOUTS.items())
    assert len(LAYOUTS) >= 10
    assert found >= 0.95 * len(LAYOUTS) * len(ASKS)


@pytest.mark.parametrize("layout", ["bold", "list"])
def test_twenty_pages_become_a_draft_that_passes_the_check(layout: str) -> None:
    data = word_files.handbook(layout=layout)
    bank = read(data, name="tap-huan.docx")
    draft = drafted(bank)
    assert not [fault for fault in faults(draft) if fault.severity == "fault"]
    assert bank.title == "Tài liệu tập huấn giải quyết thủ tục hành chính"
    assert draft.questions == right(questions(bank)) == 15
    assert len(bank.media) == 4
    assert bank.lessons[0].citations == ("31/2024/QH15", "118/2025/NĐ-CP")
    assert "[^1]: Mẫu ban hành" in bank.lessons[0].body
    assert lost(data, draft) == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_word_of_a_bank_is_lost(layout: str) -> None:
    data = LAYOUTS[layout](ASKS)
    assert lost(data, drafted(read(data, name="de-thi.docx"))) == {}


def test_a_file_read_twice_is_the_same_draft() -> None:
    data = word_files.handbook()
    assert drafted(read(data)).files == drafted(read(data)).files


def test_the_oracle_sees_a_word_that_is_lost() -> None:
    data = word_files.paragraphs(
        "Câu 1: Ai ký?", "A. Chủ tịch", "*B. Thư ký", "Một đoạn nằm ngoài các câu hỏi."
    )
    draft = drafted(read(data))
    assert lost(data, draft) == {}
    hidden = {path: text.replace("nằm".encode(), b"") for path, text in draft.files.items()}
    assert lost(data, Draft(hidden, draft.sources, 1, 1, draft.skipped, draft.warnings)) == {"nằm": 1}


# --- Any order of anything

BEGINS = st.sampled_from(
    [
        *(
            "",
            "",
            "Câu 1: ",
            "Câu 2. ",
            "Câu 3 ",
            "4. ",
            "5) ",
            "Câu hỏi 6 (1 điểm): ",
            "A. ",
            "B. ",
            "C. ",
            "D. ",
            "*B. ",
            "A) ",
            "a) ",
            "b) ",
        ),
        *(
            "Đáp án: A. ",
            "Đáp án: B",
            "ĐA: C ",
            "Giải thích: ",
            "Căn cứ: ",
            "Gợi ý: ",
            "Hướng dẫn: ",
            "ĐÁP ÁN ",
            "1-A 2-B ",
            "Đáp án: ",
        ),
        *(
            "- ",
            "+ ",
            "• ",
            "Chương I ",
            "Bài 2. ",
            "1.1. ",
            "I. ",
            "# ",
            "> ",
            "| ",
            "Hình 1. ",
            "☑ Đúng ☐ Sai ",
            "_____ ",
            "[x] ",
            "<b> ",
        ),
    ]
)
ENDS = st.sampled_from(
    ["", ".", "?", ":", ";", " (Đ)", " *", " (đúng)", "\nA. một B. hai", "\tB. hai", " ............ 5"]
)
SORTS = st.sampled_from(["text", "text", "text", "bold", "heading", "cell", "box", "small heading", "list"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(BEGINS, ENDS, SORTS), min_size=1, max_size=25))
def test_no_word_is_lost_whatever_stands_in_a_file(pieces: list[tuple[str, str, str]]) -> None:
    document = Document()
    table = None
    for at, (begin, end, sort) in enumerate(pieces):
        # Words of its own in each piece, so that each is missed.
        text = f"{begin}từ{at:03} chữ{at:03}{end}"
        if sort == "cell":
            table = table or document.add_table(rows=0, cols=2)
            table.add_row().cells[at % 2].text = text
            continue
        table = None
        if sort in ("heading", "small heading"):
            document.add_heading(text, 1 if sort == "heading" else 2)
        elif sort == "box":
            word_files.add_box(document.add_paragraph(), text)
        else:
            document.add_paragraph(style="List Bullet" if sort == "list" else None).add_run(text).bold = (
                sort == "bold"
            )
    data = word_files.saved(document)
    draft = drafted(read(data))
    assert {word: count for word, count in lost(data, draft).items() if word[-3:].isdigit()} == {}
    allowed = {
        "Q010",
        "Q011",
        "Q012",
        "Q013",
        "Q014",
        "Q015",
        "Q016",
        "S005",
        "P003",
    }  # for the author to mend
    assert {fault.code for fault in faults(draft) if fault.severity == "fault"} <= allowed


# --- What came of it


def questions(bank: Bank) -> list[BankQuestion]:
    return [question for lesson in bank.lessons for question in lesson.questions]


def right(found: list[BankQuestion], capitals_lost: bool = False) -> int:
    """How many of the questions are what was asked, with the right key."""

    def said(text: str) -> str:
        text = " ".join(text.split()).rstrip(";:?. ")
        return text.casefold() if capitals_lost else text

    def same(question: BankQuestion, ask: Ask) -> bool:
        return (
            question.kind == "single"
            and said(question.stem) == said(" ".join(ask.stem))
            and [said(option.text) for option in question.options] == [said(option) for option in ask.options]
            and [option.right for option in question.options] == [place == ask.right for place in range(4)]
        )

    return sum(same(question, ask) for question, ask in zip(found, ASKS, strict=False))


def drafted(bank: Bank) -> Draft:
    return draft_course(bank, owner="so-noi-vu", today=TODAY, field="van-phong", slug="khoa-thu")


def faults(draft: Draft) -> list[Fault]:
    return checked(draft).faults


def checked(draft: Draft) -> Checked:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "format.yml").write_text("version: 1\n")
        (root / "sources.yml").write_text(
            "".join(
                f'"{key}":\n  title: "{source.title}"\n  issuer: "{source.issuer}"\n  from: {source.in_force}\n'
                for key, source in draft.sources.items()
            )
        )
        home = root / "van-phong"
        for path, data in draft.files.items():
            (home / "khoa-thu" / path).parent.mkdir(parents=True, exist_ok=True)
            (home / "khoa-thu" / path).write_bytes(data)
        (home / "field.yml").write_text("title: Văn phòng\nowner: so-noi-vu\n")
        return check(root, today=TODAY)


# --- No word lost: an oracle that knows nothing of the importer

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WORD = re.compile(r"[^\W_]+")
# What says how the text is made up becomes the make-up of the draft: names of questions, letters of options, keys.
_KEY_LINE = re.compile(r"(?m)^đáp án: [a-h]\. .*$", re.IGNORECASE)  # which says an option's text once more
_MADE_UP = re.compile(
    r"(?:câu(?: hỏi)?|(?:bảng |nội dung )?(?:đáp án|câu hỏi)(?: đúng)?|phương án|đa|stt)\b"
    r"|\b(?:giải thích|căn cứ)\b|\b[a-h]\b|\b[0-9]{1,2}\b",
    re.IGNORECASE,
)


def lost(data: bytes, draft: Draft) -> dict[str, int]:
    """The words of a file that are neither in the files of the draft nor in its report, and how many of each."""
    kept = [data.decode() for path, data in draft.files.items() if path.endswith(".md")]
    kept += [one.what for one in draft.skipped] + list(draft.warnings)
    return dict(
        counted(_KEY_LINE.sub(" ", said(data))) - counted(re.sub(r"\\(?=\W)|&\w+;", "", "\n".join(kept)))
    )


def counted(text: str) -> Counter[str]:
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", "")).casefold()
    return Counter(_WORD.findall(_MADE_UP.sub(" ", text)))


def said(data: bytes) -> str:
    """All that is written in a file: text, text boxes once, notes; fonts of before Unicode read as they are shown."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [
            name
            for name in archive.namelist()
            if re.fullmatch(r"word/(document|footnotes|endnotes|header\d*|comments)\.xml", name)
        ]
        return "\n".join("\n".join(paragraphs(etree.fromstring(archive.read(name)))) for name in names)


def paragraphs(root: Any) -> Iterator[str]:
    for fallback in list(root.iter(_FALLBACK)):
        fallback.getparent().remove(fallback)
    for paragraph in root.iter(f"{_W}p"):
        text = ""
        for element in paragraph.iter(f"{_W}t", f"{_W}delText", f"{_W}tab", f"{_W}br"):
            if next(element.iterancestors(f"{_W}p")) is not paragraph:
                continue
            font = element.getparent().find(f"{_W}rPr/{_W}rFonts")
            encoding = None if font is None else encoding_of_font(font.get(f"{_W}ascii", ""))
            if font is not None and font.get(f"{_W}ascii") == "Times New Roman":
                encoding = "tcvn3"  # so it is in the one layout that sets this font
            text += to_unicode(element.text, encoding) if encoding and element.text else element.text or " "
        yield text


def test_a_caption_set_in_bold_is_no_heading() -> None:
    document = Document()
    document.add_heading("Phần một", 1)
    document.add_paragraph("Nội dung.")
    document.add_paragraph().add_run("Hình 1. Sơ đồ tiếp dân").bold = True
    document.add_paragraph("Bảng 2: Số liệu", style="Caption")
    (lesson,) = read(saved(document)).lessons
    assert "#" not in lesson.body
    assert "Hình 1. Sơ đồ tiếp dân" in lesson.body
    assert "Bảng 2: Số liệu" in lesson.body


def test_a_list_by_a_style_of_inner_lists_stands_within() -> None:
    document = Document()
    for text, style in (("Ngoài", "List Bullet"), ("Trong", "List Bullet 2"), ("Sau", "List Bullet")):
        document.add_paragraph(text, style=style)
    (lesson,) = read(saved(document)).lessons
    assert lesson.body == "- Ngoài\n  - Trong\n- Sau"


def test_a_fraction_keeps_its_bar() -> None:
    document = Document()
    maths = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {nsdecls("w")} xmlns:m="{maths}"><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>'
            "<m:den><m:r><m:t>c</m:t></m:r></m:den></m:f></m:oMath></w:p>"
        ),
    )
    (lesson,) = read(saved(document)).lessons
    assert "(a+b)/c" in lesson.body

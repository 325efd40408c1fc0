"""The text of Word files: headings, lists, tables, notes, pictures, and all that Word hides in a paragraph."""

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from learning.content.exchange.bank import Bank
from learning.content.exchange.word import read
from learning.content.exchange.word.styles import numeral
from learning.vietnamese.legacy_fonts import from_unicode
from tests.content.exchange.word_files import (
    BOX,
    centred,
    edited,
    number,
    numbering,
    paragraphs,
    picture,
    raw,
    saved,
    with_footnote,
    with_relation,
)

SENTENCE = "Công chức tiếp nhận hồ sơ, kiểm tra thành phần và ghi phiếu hẹn trả kết quả cho người dân."


def body(bank: Bank) -> str:
    (lesson,) = bank.lessons
    return lesson.body


def titles(bank: Bank) -> list[str]:
    return [lesson.title for lesson in bank.lessons]


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


# --- Headings


def test_headings_become_lessons_and_what_is_below_them_stays_inside() -> None:
    document = Document()
    document.add_heading("Sổ tay một cửa", 0)
    for chapter in ("Tiếp nhận", "Trả kết quả"):
        document.add_heading(chapter, 1)
        document.add_paragraph(SENTENCE)
        document.add_heading(f"Bước đầu của {chapter}", 2)
        document.add_paragraph(SENTENCE)
    bank = read(saved(document))
    assert bank.title == "Sổ tay một cửa"
    assert titles(bank) == ["Tiếp nhận", "Trả kết quả"]
    assert bank.lessons[0].body == f"{SENTENCE}\n\n## Bước đầu của Tiếp nhận\n\n{SENTENCE}"


def test_headings_by_the_names_of_vietnamese_word() -> None:
    document = Document()
    for name in ("Đầu đề 1", "Tiêu đề 2"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, text in (("Đầu đề 1", "Một"), ("Tiêu đề 2", "Nhỏ"), ("Đầu đề 1", "Hai")):
        document.add_paragraph(text, style=name)
        document.add_paragraph(SENTENCE)
    bank = read(saved(document))
    assert titles(bank) == ["Một", "Hai"]
    assert "## Nhỏ" in bank.lessons[0].body


def test_headings_by_outline_level() -> None:
    level = '<w:outlineLvl w:val="0"/>'
    data = raw(para(run("Một"), level) + para(run(SENTENCE)) + para(run("Hai"), level) + para(run(SENTENCE)))
    assert titles(read(data)) == ["Một", "Hai"]


def test_headings_that_only_look_so() -> None:
    bank = read(
        paragraphs(
            *("CHƯƠNG I", "NHỮNG VẤN ĐỀ CHUNG", "1. Phạm vi", SENTENCE, "2. Đối tượng", SENTENCE),
            *("CHƯƠNG II", "QUY ĐỊNH CỤ THỂ", "1. Hồ sơ", SENTENCE),
            bold=(0, 1, 2, 4, 6, 7, 8),
        )
    )
    assert titles(bank) == ["CHƯƠNG I. NHỮNG VẤN ĐỀ CHUNG", "CHƯƠNG II. QUY ĐỊNH CỤ THỂ"]
    assert [line for line in bank.lessons[0].body.split("\n") if line.startswith("#")] == [
        "## 1. Phạm vi",
        "## 2. Đối tượng",
    ]


def test_capitals_behind_a_roman_number_are_a_heading() -> None:
    bank = read(paragraphs("I. NHẬN HỒ SƠ", SENTENCE, "II. TRẢ KẾT QUẢ (một cửa)", SENTENCE))
    assert titles(bank) == ["I. NHẬN HỒ SƠ", "II. TRẢ KẾT QUẢ (một cửa)"]


def test_a_heading_deeper_than_markdown_has_them_is_one_of_the_deepest() -> None:
    document = Document()
    for level in range(1, 10):
        document.add_heading(f"Cấp {level}", level)
        document.add_paragraph("Văn bản.")
    lines = body(read(saved(document))).split("\n")
    assert "###### Cấp 9" in lines and not any(line.startswith("#######") for line in lines)


def test_a_name_of_a_part_written_as_one_word_is_a_heading() -> None:
    bank = read(paragraphs("CHUYÊNĐỀ 1. MỞ ĐẦU", "Văn bản.", "MÔ-ĐUN 2. KẾT", "Văn bản.", bold=[0, 2]))
    assert [lesson.title for lesson in bank.lessons] == ["CHUYÊNĐỀ 1. MỞ ĐẦU", "MÔ-ĐUN 2. KẾT"]


def test_a_bold_sentence_is_no_heading() -> None:
    bank = read(paragraphs("Bài 1. Mở đầu", "Chú ý điều này.", SENTENCE, bold=(0, 1)))
    assert body(bank).startswith("**Chú ý điều này.**")


def test_the_title_stands_below_the_office_that_wrote_it() -> None:
    document = Document()
    document.add_paragraph("ỦY BAN NHÂN DÂN TỈNH")
    document.add_paragraph("SỞ NỘI VỤ")
    centred(document.add_paragraph("BỘ CÂU HỎI ÔN TẬP")).runs[0].bold = True
    centred(document.add_paragraph("Về cải cách hành chính")).runs[0].bold = True
    document.add_heading("Phần một", 1)
    document.add_paragraph(SENTENCE)
    bank = read(saved(document))
    assert bank.title == "BỘ CÂU HỎI ÔN TẬP Về cải cách hành chính"
    assert [one.what for one in bank.skipped] == ["ỦY BAN NHÂN DÂN TỈNH SỞ NỘI VỤ"]


@pytest.mark.parametrize("between", [0, 1, 3])
def test_a_single_highest_heading_is_the_title_however_many_blank_lines_follow(between: int) -> None:
    document = Document()
    document.add_heading("Tài liệu tập huấn", 1)
    for _ in range(between):
        document.add_paragraph()
    for name in ("Một", "Hai"):
        document.add_heading(name, 2)
        document.add_paragraph(f"Văn bản của phần {name}.")
    bank = read(saved(document))
    assert (bank.title, [lesson.title for lesson in bank.lessons]) == ("Tài liệu tập huấn", ["Một", "Hai"])


def test_the_file_s_name_is_the_title_where_there_is_no_other() -> None:
    document = Document()
    document.add_paragraph(SENTENCE)
    assert read(saved(document), name="C:\\Tài liệu\\quy_trinh.docx").title == "quy trinh"


def test_questions_go_with_the_part_they_follow() -> None:
    question = ("Câu 1: Ai ký?", "A. Một", "*B. Hai")
    bank = read(
        paragraphs(
            *("Chương I", "Bài 1. Nhận", SENTENCE, *question, "Bài 2. Trả", SENTENCE, *question),
            bold=(0, 1, 6),
        )
    )
    assert titles(bank) == ["Chương I – Bài 1. Nhận", "Chương I – Bài 2. Trả"]
    assert [len(lesson.questions) for lesson in bank.lessons] == [1, 1]


def test_questions_without_text_are_of_the_exam_with_what_is_said_above_them() -> None:
    bank = read(
        paragraphs(
            "Phần I. Trắc nghiệm",
            "Chọn phương án đúng nhất.",
            "Câu 1: Ai ký?",
            "A. Một",
            "*B. Hai",
            bold=(0,),
        )
    )
    (lesson,) = bank.lessons
    assert (lesson.title, lesson.body, lesson.intro) == (
        "Phần I. Trắc nghiệm",
        "",
        "Chọn phương án đúng nhất.",
    )


# --- Lists


def test_lists_of_word_keep_their_depth() -> None:
    document = Document()
    numbering(
        document, {71: [("bullet", "-"), ("bullet", "+")], 72: [("decimal", "%1."), ("lowerLetter", "%2)")]}
    )
    dashes = ((71, 0, "một"), (71, 1, "một một"), (71, 0, "hai"))
    for key, depth, text in (*dashes, (72, 0, "ba"), (72, 1, "ba a"), (72, 0, "bốn")):
        number(document.add_paragraph(text), key, depth)
    assert body(read(saved(document))) == "- một\n  - một một\n- hai\n1. ba\n\na) ba a\n\n2. bốn"


def test_lists_typed_by_hand() -> None:
    bank = read(paragraphs(SENTENCE, "- Một", "+ Một một", "+ Một hai", "- Hai", "• Ba"))
    assert body(bank) == f"{SENTENCE}\n\n- Một\n  - Một một\n  - Một hai\n- Hai\n  - Ba"


def test_numbers_that_word_prints_are_said() -> None:
    document = Document()
    numbering(document, {71: [("upperRoman", "%1."), ("decimal", "Điều %1.%2.")]})
    for depth, text in ((0, "Một"), (1, "hai"), (1, "ba"), (0, "Bốn"), (1, "năm")):
        number(document.add_paragraph(text), 71, depth)
    assert body(read(saved(document))).split("\n\n") == [
        "I. Một",
        "Điều I.1. hai",
        "Điều I.2. ba",
        "II. Bốn",
        "Điều II.1. năm",
    ]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (0, "upperRoman", "0"),
        (5, "none", ""),
    ],
)
def test_numerals(value: int, form: str, text: str) -> None:
    assert numeral(value, form) == text


# --- Emphasis, breaks, signs


def test_emphasis_is_carried_and_signs_of_markdown_are_words() -> None:
    data = raw(
        para(
            run("Phải ", "<w:b/>")
            + run("nộp", "<w:b/>")
            + run(" và ")
            + run("ký", "<w:i/>")
            + run(" 2*3*4 [a](b) # &lt;b&gt; ")
            + run("m")
            + run("2", '<w:vertAlign w:val="superscript"/>')
        )
    )
    text = body(read(data))
    assert text.startswith("**Phải nộp** và *ký* 2")
    assert "](b)" not in text.replace("\\[a](b)", "")
    assert text.endswith("m²")


def test_soft_breaks_are_paragraphs_unless_a_sentence_goes_on() -> None:
    data = raw(
        para("<w:r><w:t>Ý thứ nhất.</w:t><w:br/><w:t>Ý thứ hai còn</w:t><w:br/><w:t>đi tiếp.</w:t></w:r>")
    )
    assert body(read(data)) == "Ý thứ nhất.\n\nÝ thứ hai còn đi tiếp."


@pytest.mark.parametrize(
    "text", ["# Không phải đề mục", "> trích", "3. ba", "| a | b |", "=====x", "~~~ mã", ": nghĩa"]
)
def test_a_line_begins_nothing_by_accident(text: str) -> None:
    made = body(read(paragraphs(SENTENCE, text)))
    assert not made.split("\n\n")[1].startswith(text[:2])


# --- What Word hides


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = f"<w:r>{BOX.format(para(run('Trong khung.')))}</w:r>"
    data = raw(para(run("Trước khung.") + box) + para(run("Sau khung.")))
    assert body(read(data)) == "Trước khung.\n\nTrong khung.\n\nSau khung."


def test_tracked_changes_and_hidden_text() -> None:
    data = raw(
        para(
            run("Giữ ")
            + f'<w:ins w:id="1" w:author="a">{run("thêm")}</w:ins>'
            + '<w:del w:id="2" w:author="a"><w:r><w:delText>bỏ</w:delText></w:r></w:del>'
            + run(" ẩn", "<w:vanish/>")
        )
    )
    bank = read(data)
    assert body(bank) == "Giữ thêm"
    assert [(one.line, one.what) for one in bank.skipped] == [(1, "bỏ"), (1, "ẩn")]


def test_content_controls_fields_and_symbols() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> HYPERLINK "https://vbpl.vn/a(1)" </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("Văn bản")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    data = raw(
        f"<w:sdt><w:sdtContent>{para(run('Trong ô.'))}</w:sdtContent></w:sdt>"
        + para(field + run(" xong ") + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>')
    )
    assert body(read(data)) == "Trong ô.\n\n[Văn bản](https://vbpl.vn/a%281%29) xong ☑"


@pytest.mark.parametrize("cut", [3, 14, 26, 30])
def test_an_address_is_whole_wherever_word_cuts_the_code_of_its_field(cut: int) -> None:
    code = ' HYPERLINK "https://a.vn/van-ban/1" '
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    codes = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:cut], code[cut:]))
    field = sign.format("begin") + codes + sign.format("separate") + run("văn bản") + sign.format("end")
    assert body(read(raw(para(field)))) == "[văn bản](https://a.vn/van-ban/1)"


def test_signs_of_fonts_of_symbols_are_those_of_unicode_or_told() -> None:
    signs = (
        *(
            ("Symbol", "F0B3"),
            ("Symbol", "F071"),
            ("Symbol", "F057"),
            ("Symbol", "00B4"),
            ("Wingdings", "F0FC"),
        ),
        *(("Wingdings 2", "F050"), ("MS Gothic", "2610"), ("Segoe UI Symbol", "2714"), ("Wingdings", "F021")),
    )
    made = "".join(f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>' for font, code in signs)
    typed = "<w:r><w:rPr><w:rFonts w:ascii='Symbol'/></w:rPr><w:t>\uf0a3</w:t></w:r>"
    bank = read(raw(para(run("Dấu: ") + made + typed)))
    assert body(bank) == "Dấu: ≥θΩ×✓✓☐✔≤"
    assert [(one.line, one.what) for one in bank.skipped] == [(1, "Ký hiệu F021 của phông Wingdings")]


def test_a_formula_keeps_its_signs_and_is_told() -> None:
    bank = read(raw(para(run("Tính ") + "<m:oMath><m:r><m:t>a+b=c</m:t></m:r></m:oMath>")))
    assert body(bank) == "Tính a+b=c"
    assert any("công thức" in warning for warning in bank.warnings)


def test_footnotes_stand_behind_what_refers_to_them() -> None:
    document = Document()
    for text in ("Đoạn một.", "Đoạn hai.", SENTENCE):
        document.add_paragraph(text)
    bank = read(saved(with_footnote(document, "Theo mẫu số 01.")))
    assert body(bank).endswith(f"{SENTENCE}[^1]\n[^1]: Theo mẫu số 01.")


def test_what_a_footnote_leaves_out_is_told_with_the_line_that_refers_to_it() -> None:
    document = Document()
    for text in ("Một.", "Hai.", "Ba.", "Bốn."):
        document.add_paragraph(text)
    hidden = (
        b"<w:p/><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>bi mat</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    bank = read(
        edited(
            saved(with_footnote(document, "Mẫu số 1.")),
            footnotes=lambda xml: xml.replace(b"</w:footnote></w:footnotes>", hidden),
        )
    )
    assert [(one.line, one.what) for one in bank.skipped] == [(3, "bi mat")]
    assert "[^1]: Mẫu số 1." in body(bank)


def test_a_footnote_of_a_question_is_said_in_it() -> None:
    document = Document()
    for text in ("Câu 1: Ai ký?", "A. Một", "B. Hai", "Đáp án: A"):
        document.add_paragraph(text)
    (lesson,) = read(saved(with_footnote(document, "Người thứ hai."))).lessons
    assert lesson.questions[0].options[1].text == "Hai (Chú thích: Người thứ hai.)"


def test_headers_comments_and_contents_are_told() -> None:
    document = Document()
    document.sections[0].footer.paragraphs[0].text = "Lưu hành nội bộ"
    document.add_paragraph("MỤC LỤC")
    document.add_paragraph("Bài 1 ............. 3")
    paragraph = document.add_paragraph(SENTENCE)
    document.add_comment(paragraph.runs, text="Xem lại chỗ này", author="Thẩm định")
    bank = read(saved(document))
    assert body(bank) == SENTENCE
    assert {(one.line, one.what) for one in bank.skipped} == {
        (0, "Lưu hành nội bộ"),
        (1, "MỤC LỤC"),
        (2, "Bài 1 ............. 3"),
        (3, "Thẩm định: Xem lại chỗ này"),
    }


# --- Tables


def table(rows: Sequence[Sequence[str]]) -> bytes:
    document = Document()
    document.add_paragraph(SENTENCE)
    made = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document)


def test_a_table_is_a_table() -> None:
    text = body(read(table([("Việc", "Hạn"), ("Nhận | trả", "3 ngày\nlàm việc")])))
    assert text.endswith("| Việc | Hạn |\n| --- | --- |\n| Nhận \\| trả | 3 ngày làm việc |")


def test_merged_cells_are_said_once_and_told() -> None:
    document = Document()
    made = document.add_table(rows=3, cols=3)
    for row in range(3):
        for column in range(3):
            made.cell(row, column).text = f"{row}{column}x"
    made.cell(0, 0).merge(made.cell(0, 1))
    bank = read(saved(document))
    assert body(bank).split("\n")[0] == "| 00x; 01x |  | 02x |"
    assert any("ô gộp" in warning for warning in bank.warnings)


def test_a_frame_of_one_cell_is_no_table() -> None:
    assert body(read(table([("Ghi nhớ: nộp đủ hồ sơ.",)]))) == f"{SENTENCE}\n\nGhi nhớ: nộp đủ hồ sơ."


def test_the_head_of_an_official_letter_is_told() -> None:
    head = ("UBND XÃ A", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    bank = read(table([head]))
    assert body(bank) == SENTENCE
    assert bank.skipped[0].what.startswith("UBND XÃ A CỘNG HÒA")


# --- Pictures


def test_pictures_come_with_words_for_those_who_do_not_see_them() -> None:
    document = Document()
    document.add_paragraph(SENTENCE)
    document.add_picture(picture("red"))
    document.add_paragraph("Hình 1. Sơ đồ tiếp nhận hồ sơ")
    document.add_picture(picture("blue", "JPEG"))
    described = document.add_paragraph().add_run().add_picture(picture("green", "GIF"))
    described._inline.docPr.set("descr", "Ba bước nối nhau")
    bank = read(saved(document))
    assert "![Sơ đồ tiếp nhận hồ sơ](images/" in body(bank)
    assert "![Ba bước nối nhau](images/" in body(bank)
    assert sorted(path[-4:] for path in bank.media) == [".gif", ".jpg", ".png"]
    assert sum("chưa có lời mô tả" in warning for warning in bank.warnings) == 1


def test_a_picture_that_phones_do_not_show_is_told() -> None:
    document = Document()
    document.add_paragraph(SENTENCE)
    document.add_picture(picture("red"))
    data = saved(document)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            content = b"\x01\x00\x00\x00EMF" if "media/" in name else before.read(name)
            after.writestr(name, content)
    bank = read(stream.getvalue())
    assert not bank.media
    assert bank.skipped[0].line == 2
    assert "PNG" in bank.skipped[0].reason


def test_a_picture_in_a_question() -> None:
    document = Document()
    document.add_paragraph("Câu 1: Biển báo này nghĩa là gì?")
    document.add_picture(picture("red"))
    for text in ("A. Cấm", "B. Cho phép", "Đáp án: A"):
        document.add_paragraph(text)
    (lesson,) = read(saved(document)).lessons
    assert lesson.questions[0].stem.split("\n\n")[1].startswith("![Hình trong phần “Câu 1”](images/")


# --- Fonts of before Unicode


def test_capitals_of_tcvn3_come_from_a_font_of_their_own() -> None:
    document = Document()
    document.add_paragraph(SENTENCE)
    for text, font in (("ñy ban nh©n d©n x·", ".VnTime"), ("Quy chÕ d©n chñ ë c¬ së", ".VnTimeH")):
        document.add_paragraph().add_run(text).font.name = font
    bank = read(saved(document))
    assert body(bank) == f"{SENTENCE}\n\nủy ban nhân dân xã\n\nQUY CHẾ DÂN CHỦ Ở CƠ SỞ"
    assert any("TCVN3" in warning for warning in bank.warnings)


def test_a_font_may_come_from_a_style() -> None:
    document = Document()
    style = document.styles.add_style("VNI", WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size = "VNI-Times", Pt(13)
    document.add_paragraph(from_unicode("Ủy ban nhân dân xã", "vni"), style="VNI")
    document.add_paragraph("Chữ Unicode bình thường ở cạnh.")
    assert body(read(saved(document))) == "Ủy ban nhân dân xã\n\nChữ Unicode bình thường ở cạnh."


def test_points_are_decimals() -> None:
    (lesson,) = read(paragraphs("Câu 1 (2 điểm): Ai?", "A. Một", "*B. Hai")).lessons
    assert lesson.questions[0].points == Decimal(2)


def test_a_list_override_begins_again() -> None:
    document = Document()
    numbering(document, {71: [("decimal", "%1)")]})
    root = document.part.numbering_part.element
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="72"><w:abstractNumId w:val="971"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    for key, text in ((71, "một"), (71, "hai"), (72, "ba"), (71, "bốn")):
        number(document.add_paragraph(text), key)
    labels = [line.split(" ")[0] for line in body(read(saved(document))).split("\n")]
    assert labels == ["1.", "2.", "1.", "2."]


# --- What cannot be carried over is told


def told(bank: Bank) -> str:
    return "\n".join([*bank.warnings, *(f"{one.what}: {one.reason}" for one in bank.skipped)])


@pytest.mark.parametrize(("kind", "name"), [("chart", "Biểu đồ"), ("diagram", "Sơ đồ SmartArt")])
def test_charts_and_smartart_are_told_with_their_words(kind: str, name: str) -> None:
    data = raw(
        para(run(SENTENCE))
        + para(
            "<w:r><w:drawing><wp:inline><a:graphic>"
            f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/{kind}">'
            f'<a:{kind} r:id="rId77"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
        )
    )
    part = f"<c {nsdecls('a')}><a:t>Số hồ sơ quá hạn</a:t></c>".encode()
    link = b'<Relationship Id="rId77" Type="x/chart" Target="charts/chart1.xml"/></Relationships>'
    bank = read(edited(with_relation(data, link), charts__chart1=part))
    assert [(one.line, one.what) for one in bank.skipped] == [(2, f"{name} Số hồ sơ quá hạn")]


def test_looks_without_a_word_in_markdown_are_told() -> None:
    bank = read(
        raw(para(run(SENTENCE + " ") + run("bỏ", "<w:strike/>") + run(" đỏ", '<w:color w:val="FF0000"/>')))
    )
    assert body(bank).endswith("bỏ đỏ")
    assert "gạch ngang “bỏ”" in told(bank)
    assert "Màu chữ" in told(bank)


def test_links_to_files_of_a_computer_are_words() -> None:
    data = raw(para(f'<w:hyperlink r:id="rId77">{run("mẫu đơn")}</w:hyperlink>'))
    target = b'Target="file:///C:/mau.doc" TargetMode="External"'
    link = b'<Relationship Id="rId77" Type="x/hyperlink" ' + target + b"/></Relationships>"
    bank = read(with_relation(data, link))
    assert body(bank) == "mẫu đơn"
    assert "file:///C:/mau.doc" in told(bank)


def test_a_strict_file_is_read_as_any_other() -> None:
    def strict(content: bytes) -> bytes:
        return content.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )

    data = edited(paragraphs("Câu 1: Ai ký?", "A. Một", "*B. Hai"), document=strict, styles=strict)
    (lesson,) = read(data).lessons
    assert [option.right for option in lesson.questions[0].options] == [False, True]

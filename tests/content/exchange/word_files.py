# ruff: noqa: E501  (questions and parts of files are kept to a line)
"""Word files as offices write them, made by python-docx and, where that has no word for it, by raw XML.

`LAYOUTS` writes the same fifteen questions in every way that banks are written; `handbook` is a document of twenty pages.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor
from PIL import Image

from learning.vietnamese.legacy_fonts import from_unicode

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Ask:
    stem: tuple[str, ...]
    options: tuple[str, ...]
    right: int

    @property
    def letter(self) -> str:
        return LETTERS[self.right]


ASKS = (
    Ask(("Theo Luật Đất đai năm 2024, cơ quan nào tiếp nhận hồ sơ đăng ký đất đai lần đầu?",), ("Bộ phận Một cửa", "Công an xã", "Ban Chỉ huy quân sự xã", "Trạm y tế"), 0),
    Ask(("Thời hạn giải quyết khiếu nại lần đầu là bao nhiêu ngày kể từ ngày thụ lý?",), ("15 ngày", "30 ngày", "45 ngày", "60 ngày"), 1),
    Ask(("Người có thẩm quyền quyết định dự toán ngân sách cấp xã là:",), ("Chủ tịch Ủy ban nhân dân xã", "Kế toán trưởng", "Hội đồng nhân dân xã", "Kho bạc Nhà nước"), 2),
    Ask(("Tài liệu nào KHÔNG thuộc thành phần hồ sơ đăng ký khai sinh?",), ("Tờ khai theo mẫu", "Giấy chứng sinh", "Giấy tờ tùy thân", "Phiếu lý lịch tư pháp"), 3),
    Ask(("Cho các việc sau:", "Việc thứ nhất: công khai dự toán trong năm.", "Việc thứ hai: công khai quyết toán cuối năm.", "Những việc nào là bắt buộc?"), ("Chỉ việc thứ nhất", "Chỉ việc thứ hai", "Cả A và B", "Không việc nào bắt buộc"), 2),
    Ask(("Văn bản điện tử có giá trị pháp lý như văn bản giấy khi nào?",), ("Khi được ký số hợp lệ", "Khi được in ra giấy", "Khi được gửi qua thư điện tử", "Khi có dấu đỏ"), 0),
    Ask(("Cán bộ tiếp công dân phải làm gì đầu tiên khi có đông người khiếu nại về cùng một nội dung?",), ("Yêu cầu mọi người về nhà", "Đề nghị cử người đại diện", "Báo công an", "Lập biên bản vi phạm"), 1),
    Ask(("Mức thu phí chứng thực bản sao từ bản chính là bao nhiêu đồng một trang (đối với hai trang đầu)?",), ("1.000 đồng", "2.000 đồng", "3.000 đồng", "5.000 đồng"), 1),
    Ask(("Không gian mạng là gì?",), ("Mạng lưới kết nối của cơ sở hạ tầng công nghệ thông tin", "Một trang mạng xã hội", "Một loại phần mềm", "Tất cả các phương án trên"), 0),
    Ask(("Khi phát hiện thư điện tử giả mạo, công chức nên làm gì?",), ("Mở tệp đính kèm để kiểm tra", "Chuyển tiếp cho đồng nghiệp", "Không mở, báo bộ phận công nghệ thông tin", "Trả lời thư để hỏi lại"), 2),
    Ask(("Quy chế dân chủ ở cơ sở yêu cầu niêm yết công khai tại đâu?",), ("Trụ sở Ủy ban nhân dân xã", "Nhà riêng trưởng thôn", "Chợ xã", "Trường học"), 0),
    Ask(("Ai là người ký giấy chứng nhận kết hôn ở cấp xã?",), ("Công chức tư pháp – hộ tịch", "Trưởng công an xã", "Bí thư Đảng ủy", "Chủ tịch hoặc Phó Chủ tịch Ủy ban nhân dân xã"), 3),
    Ask(("Hồ sơ thiếu thành phần thì công chức tiếp nhận xử lý thế nào?",), ("Nhận rồi để chờ", "Từ chối không nêu lý do", "Hướng dẫn bổ sung một lần, đầy đủ bằng phiếu", "Chuyển lên cấp tỉnh"), 2),
    Ask(("Số lượng thành viên Tổ công nghệ số cộng đồng do ai quyết định?",), ("Thôn trưởng", "Ủy ban nhân dân xã", "Đoàn thanh niên", "Doanh nghiệp viễn thông"), 1),
    Ask(("Phương án nào đúng về thời giờ làm việc của bộ phận Một cửa?",), ("Chỉ buổi sáng", "Chỉ buổi chiều", "Theo ý của công chức", "Theo giờ hành chính được niêm yết"), 3),
)  # fmt: skip


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def edited(data: bytes, **parts: Callable[[bytes], bytes] | bytes) -> bytes:
    """The file with some parts changed, added, or (b"") left out; `document` is word/document.xml."""
    stream = io.BytesIO()
    named = {_part(name): change for name, change in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in dict.fromkeys([*before.namelist(), *named]):
            content = before.read(name) if name in before.namelist() else b""
            change = named.get(name, content)
            content = change if isinstance(change, bytes) else change(content)
            if content:
                after.writestr(name, content)
    return stream.getvalue()


def _part(name: str) -> str:
    return "[Content_Types].xml" if name == "types" else f"word/{name.replace('__', '/')}.xml"


def with_relation(data: bytes, link: bytes) -> bytes:
    """The file with one more relation of its document (`<Relationship …/></Relationships>`)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", link)
            after.writestr(name, content)
    return stream.getvalue()


def raw(body: str) -> bytes:
    """A file whose body is this XML."""
    document = Document()
    for element in list(document.element.body):
        if element.tag != qn("w:sectPr"):
            document.element.body.remove(element)
    root = parse_xml(f"<w:body {nsdecls('w', 'r', 'a', 'pic', 'wp', 'm')} {_MORE}>{body}</w:body>")
    for place, element in enumerate(list(root)):
        document.element.body.insert(place, element)
    return saved(document)


_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def picture(colour: str = "red", kind: str = "PNG") -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, kind)
    stream.seek(0)
    return stream


def number(paragraph: Any, key: int, depth: int = 0) -> None:
    """Puts a paragraph into the list `key`."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = depth
    properties.get_or_add_numId().val = key


def numbering(document: Any, lists: dict[int, Sequence[tuple[str, str]]]) -> None:
    """Lists by their ids: format and text of each of their levels ("decimal", "Câu %1:")."""
    root = document.part.numbering_part.element
    for key, levels in lists.items():
        inside = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (form, text) in enumerate(levels)
        )
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{900 + key}">{inside}</w:abstractNum>'
        )
        root.insert(0, abstract)
        root.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{900 + key}"/></w:num>')
        )


# --- The usual layouts

Layout = Callable[[Sequence[Ask]], bytes]


def bold_key(asks: Sequence[Ask]) -> bytes:
    document = Document()
    for at, ask in enumerate(asks, 1):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"Câu {at}: ").bold = True
        paragraph.add_run(ask.stem[0])
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            document.add_paragraph().add_run(f"{LETTERS[place]}. {option}").bold = place == ask.right
    return saved(document)


def starred_key(asks: Sequence[Ask]) -> bytes:
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at}. {ask.stem[0]}")
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            document.add_paragraph(f"{'*' if place == ask.right else ''}{LETTERS[place]}. {option}")
    return saved(document)


def table_of_answers(asks: Sequence[Ask]) -> bytes:
    document = Document()
    _plain(document, asks)
    document.add_paragraph("BẢNG ĐÁP ÁN")
    table = document.add_table(rows=0, cols=min(8, len(asks) + 1))
    for begin in range(0, len(asks), 7):
        numbers, letters = table.add_row().cells, table.add_row().cells
        numbers[0].text, letters[0].text = "Câu", "Đáp án"
        for place, ask in enumerate(asks[begin : begin + 7], 1):
            numbers[place].text, letters[place].text = str(begin + place), ask.letter
    return saved(document)


def columns_of_answers(asks: Sequence[Ask]) -> bytes:
    """Colons are missing; the key is a table of two columns."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at} {ask.stem[0]}")
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            document.add_paragraph(f"{LETTERS[place]}/ {option}")
    document.add_paragraph("Đáp án:")
    table = document.add_table(rows=0, cols=2)
    for at, ask in enumerate(asks, 1):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = f"Câu {at}", ask.letter
    return saved(document)


def list_of_answers(asks: Sequence[Ask]) -> bytes:
    document = Document()
    _plain(document, asks)
    document.add_paragraph("ĐÁP ÁN")
    document.add_paragraph("  ".join(f"{at}-{ask.letter}" for at, ask in enumerate(asks, 1)))
    return saved(document)


def run_on(asks: Sequence[Ask]) -> bytes:
    """All options in one line; the letter of the right one is underlined."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at}: {ask.stem[0]}")
        _more_stem(document, ask)
        paragraph = document.add_paragraph()
        for place, option in enumerate(ask.options):
            paragraph.add_run(f"{LETTERS[place]}.").underline = place == ask.right
            paragraph.add_run(f" {option}     ")
    return saved(document)


def tabbed(asks: Sequence[Ask]) -> bytes:
    """Two options to a line, apart by tabs; the right one is red."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at}: {ask.stem[0]}")
        _more_stem(document, ask)
        for first in (0, 2):
            paragraph = document.add_paragraph()
            for place in (first, first + 1):
                run = paragraph.add_run(f"{LETTERS[place]}. {ask.options[place]}")
                if place == ask.right:
                    run.font.color.rgb = RGBColor(0xFF, 0, 0)
                paragraph.add_run("\t\t")
    return saved(document)


def two_by_two(asks: Sequence[Ask]) -> bytes:
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at}: {ask.stem[0]}")
        _more_stem(document, ask)
        table = document.add_table(rows=2, cols=2)
        for place, option in enumerate(ask.options):
            run = table.cell(place // 2, place % 2).paragraphs[0].add_run(f"{LETTERS[place]}. {option}")
            if place == ask.right:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return saved(document)


def automatic(asks: Sequence[Ask]) -> bytes:
    """Word counts questions and letters; the right option is bold."""
    document = Document()
    numbering(document, {71: [("decimal", "Câu %1:"), ("upperLetter", "%2.")]})
    for ask in asks:
        paragraph = document.add_paragraph(ask.stem[0])
        number(paragraph, 71)
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            paragraph = document.add_paragraph()
            paragraph.add_run(option).bold = place == ask.right
            number(paragraph, 71, 1)
    return saved(document)


def automatic_apart(asks: Sequence[Ask]) -> bytes:
    """Two lists: `1.` for questions, and for each question a new one of `a)`."""
    document = Document()
    numbering(
        document,
        {71: [("decimal", "%1.")], **{100 + at: [("lowerLetter", "%1)")] for at in range(len(asks))}},
    )
    for at, ask in enumerate(asks):
        number(document.add_paragraph(" ".join(ask.stem).rstrip(":?") + "?"), 71)
        for option in ask.options:
            number(document.add_paragraph(option), 100 + at)
        document.add_paragraph(f"Đáp án đúng: {ask.letter.lower()}")
    return saved(document)


def in_font(font: str, encoding: Any) -> Layout:
    def layout(asks: Sequence[Ask]) -> bytes:
        document = Document()
        document.styles["Normal"].font.name = font

        def add(text: str) -> None:
            run = document.add_paragraph().add_run(from_unicode(text, encoding))
            run.font.name = font

        for at, ask in enumerate(asks, 1):
            add(f"Câu {at}: {ask.stem[0]}")
            for line in ask.stem[1:]:
                add(line)
            for place, option in enumerate(ask.options):
                add(f"{LETTERS[place]}. {option}")
            add(f"Đáp án: {ask.letter}")
        return saved(document)

    return layout


def grid(asks: Sequence[Ask]) -> bytes:
    document = Document()
    table = document.add_table(rows=1, cols=7)
    for cell, text in zip(table.rows[0].cells, ("STT", "Nội dung câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "Đáp án đúng"), strict=True):  # fmt: skip
        cell.text = text
    for at, ask in enumerate(asks, 1):
        cells = table.add_row().cells
        for cell, text in zip(cells, (str(at), "\n".join(ask.stem), *ask.options, ask.letter), strict=True):
            cell.text = text
    return saved(document)


def soft_breaks(asks: Sequence[Ask]) -> bytes:
    """A whole question in one paragraph, its lines apart by soft breaks."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        options = [f"{LETTERS[place]}. {option}" for place, option in enumerate(ask.options)]
        document.add_paragraph(
            "\n".join([f"Câu {at}: {ask.stem[0]}", *ask.stem[1:], *options, f"ĐA: {ask.letter}"])
        )
    return saved(document)


def headings_and_reasons(asks: Sequence[Ask]) -> bytes:
    """Questions in a heading's style; a key and its reason under each."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_heading(f"Câu hỏi {at}. {ask.stem[0]}", 2)
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            document.add_paragraph(f"{LETTERS[place]}) {option};")
        document.add_paragraph(f"Đáp án: {ask.letter}. {ask.options[ask.right]}")
        document.add_paragraph("Giải thích: Xem lại phần đầu của tài liệu tập huấn.")
        document.add_paragraph("Căn cứ: Điều 5 Nghị định số 118/2025/NĐ-CP.")
    return saved(document)


def numbers_alone(asks: Sequence[Ask]) -> bytes:
    """`1.` and `a.`; the right option is in italics."""
    document = Document()
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"{at}. {' '.join(ask.stem)}".rstrip(":?") + "?")
        for place, option in enumerate(ask.options):
            document.add_paragraph().add_run(f"{LETTERS[place].lower()}. {option}").italic = (
                place == ask.right
            )
    return saved(document)


def _plain(document: Any, asks: Sequence[Ask]) -> None:
    for at, ask in enumerate(asks, 1):
        document.add_paragraph(f"Câu {at}: {ask.stem[0]}")
        _more_stem(document, ask)
        for place, option in enumerate(ask.options):
            document.add_paragraph(f"{LETTERS[place]}. {option}")


def _more_stem(document: Any, ask: Ask) -> None:
    for line in ask.stem[1:]:
        document.add_paragraph(line)


LAYOUTS: dict[str, Layout] = {
    "bold key": bold_key,
    "starred key": starred_key,
    "table of answers": table_of_answers,
    "columns of answers": columns_of_answers,
    "list of answers": list_of_answers,
    "run-on options": run_on,
    "tabs": tabbed,
    "two by two": two_by_two,
    "automatic numbers": automatic,
    "automatic numbers in two lists": automatic_apart,
    "TCVN3": in_font(".VnTime", "tcvn3"),
    "VNI": in_font("VNI-Times", "vni"),
    "TCVN3 under another name": in_font("Times New Roman", "tcvn3"),
    "grid": grid,
    "soft breaks": soft_breaks,
    "headings and reasons": headings_and_reasons,
    "numbers alone": numbers_alone,
}


# --- A document of twenty pages

_SENTENCES = (
    "Công chức tiếp nhận kiểm tra tính đầy đủ, hợp lệ của từng thành phần hồ sơ trước khi ghi phiếu.",
    "Trường hợp hồ sơ chưa đầy đủ, công chức hướng dẫn bằng văn bản, nêu rõ từng nội dung cần bổ sung và chỉ yêu cầu một lần.",
    "Thời hạn giải quyết được tính từ ngày nhận đủ hồ sơ hợp lệ, không kể ngày nghỉ, ngày lễ theo quy định.",
    "Kết quả được trả cho người dân tại Bộ phận Một cửa hoặc qua dịch vụ bưu chính công ích theo lựa chọn đã đăng ký.",
    "Mọi khoản thu phí, lệ phí phải có biên lai điện tử và được niêm yết công khai tại trụ sở.",
    "Người đứng đầu chịu trách nhiệm nếu hồ sơ quá hạn mà không có thư xin lỗi gửi đến tổ chức, cá nhân.",
)


def handbook(asks: Sequence[Ask] = ASKS, layout: str = "bold") -> bytes:
    """About twenty pages: title, chapters, lists, tables with merged cells, pictures, footnotes, and questions at the end."""
    document = Document()
    document.add_heading("Tài liệu tập huấn giải quyết thủ tục hành chính", 0)
    document.sections[0].header.paragraphs[0].text = "Sở Nội vụ – tài liệu lưu hành nội bộ"
    for chapter in range(1, 5):
        document.add_heading(f"Chương {chapter}. Quy trình số {chapter}", 1)
        document.add_paragraph("Căn cứ Luật số 31/2024/QH15 và Nghị định số 118/2025/NĐ-CP của Chính phủ.")
        for part in range(1, 4):
            document.add_heading(f"{chapter}.{part}. Bước thứ {part} của quy trình {chapter}", 2)
            for turn in range(8):
                text = " ".join(_SENTENCES[(turn + part + step) % len(_SENTENCES)] for step in range(4))
                paragraph = document.add_paragraph(f"Đoạn {chapter}.{part}.{turn}: ")
                paragraph.add_run("Lưu ý rằng").bold = True
                paragraph.add_run(f" {text}")
            for item in ("Giấy tờ gốc", "Bản sao có chứng thực", "Tờ khai điện tử"):
                document.add_paragraph(f"{item} của bước {part}", style="List Bullet")
            for item in ("Nhận hồ sơ", "Thẩm tra", "Trả kết quả"):
                document.add_paragraph(f"- {item} ở quy trình {chapter}")
        table = document.add_table(rows=4, cols=3)
        for row in range(4):
            for column in range(3):
                table.cell(row, column).text = (
                    f"Ô {chapter} {row} {column}" if row else ("Việc", "Người làm", "Thời hạn")[column]
                )
        table.cell(2, 0).merge(table.cell(3, 0))
        document.add_picture(picture(("red", "blue", "green", "black")[chapter - 1]))
        document.add_paragraph(f"Hình {chapter}. Sơ đồ các bước của quy trình số {chapter}")
    document.add_heading("Câu hỏi trắc nghiệm", 1)
    if layout == "bold":
        for at, ask in enumerate(asks, 1):
            document.add_paragraph(f"Câu {at}: " + "\n".join(ask.stem))
            for place, option in enumerate(ask.options):
                document.add_paragraph().add_run(f"{LETTERS[place]}. {option}").bold = place == ask.right
    else:
        _plain(document, asks)
        document.add_paragraph("ĐÁP ÁN")
        document.add_paragraph("; ".join(f"{at}. {ask.letter}" for at, ask in enumerate(asks, 1)))
    return saved(with_footnote(document, "Mẫu ban hành kèm theo Thông tư hướng dẫn."))


def with_footnote(document: Any, text: str) -> Any:
    """Adds a footnote to the second paragraph of the body."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    run = OxmlElement("w:r")
    mark = OxmlElement("w:footnoteReference")
    mark.set(qn("w:id"), "1")
    run.append(mark)
    document.paragraphs[2]._p.append(run)
    return document


def add_box(paragraph: Any, text: str) -> None:
    """A text box as Word writes it: once for new programs, once for old ones."""
    lines = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w', 'wp', 'a')} {_MORE}>{BOX.format(lines)}</w:r>"))


BOX = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData uri="x/shape">'
    "<wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox>"
    "</v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
)


def centred(paragraph: Any) -> Any:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def paragraphs(*texts: str, bold: Iterable[int] = ()) -> bytes:
    """A file of plain paragraphs; those whose places are in `bold` are bold."""
    document = Document()
    heavy = set(bold)
    for place, text in enumerate(texts):
        document.add_paragraph().add_run(text).bold = place in heavy or None
    return saved(document)

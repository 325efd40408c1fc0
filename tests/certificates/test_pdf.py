import io
import unicodedata
from collections.abc import Callable
from decimal import Decimal

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from learning.certificates import pdf
from learning.certificates.models import Certificate

BASE = "https://hoctap.example.gov.vn"
Written = Callable[..., Certificate]


def test_every_field_of_the_row_is_printed(written: Written) -> None:
    text = read(pdf.render(written(reviewed_by="Trần Văn Bình"), BASE))
    for printed in (
        "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG TỈNH GIA LAI",
        "Giấy xác nhận hoàn thành",
        "Nguyễn Thị Ẩm Ướt",
        "Công chức địa chính, Ủy ban nhân dân xã Đak Đoa · mã cán bộ CB-004512",
        "Đăng ký đất đai lần đầu và hòa giải tranh chấp",
        "7 bài · 4 tiết",
        "92/100",
        "02/11/2026 – 15/11/2026",
        "Bản phát hành 3",
        "7QK4Z-M2D8R-1XVT9-0HJ5P-3CWNGA",
        "Ngày cấp 15/11/2026 · có giá trị đến 15/11/2028",
        "Người thẩm định: Trần Văn Bình",
        f"{BASE}/verify",
        "chữ ký số của đơn vị (khi có)",
    ):
        assert printed in text, printed
    assert pdf.SAMPLE not in text


def test_what_was_not_reviewed_says_so_on_the_paper(written: Written) -> None:
    assert pdf.SAMPLE in read(pdf.render(written(), BASE))


def test_what_a_course_does_not_give_is_left_out(written: Written) -> None:
    text = read(
        pdf.render(written(hours=None, score=None, expires_on=None, staff_code="", position=""), BASE)
    )
    assert "tiết" not in text
    assert "Kết quả" not in text
    assert "mã cán bộ" not in text
    assert "không giới hạn thời gian" in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("score", "printed"),
    [("92", "92/100"), ("92.5", "92,5/100"), ("66.666667", "66,67/100"), ("0.125", "0,13/100")],
)
def test_scores_are_written_the_vietnamese_way(written: Written, score: str, printed: str) -> None:
    assert pdf.score(written(score=Decimal(score))) == printed


def test_the_same_row_gives_the_same_bytes(written: Written) -> None:
    first = pdf.render(written(), BASE)
    pdf.render(written(holder="Người Khác"), BASE)
    assert pdf.render(written(), BASE) == first
    assert pdf.fingerprint(written(), BASE) == pdf.fingerprint(written(), BASE)
    assert pdf.fingerprint(written(), BASE) != pdf.fingerprint(written(score=Decimal("93")), BASE)


def test_revocation_does_not_change_the_paper(written: Written, now: object) -> None:
    assert pdf.render(written(revoked_at=now, revoked_because="nhầm"), BASE) == pdf.render(written(), BASE)


def test_the_code_on_the_page_opens_the_public_check(written: Written) -> None:
    image = picture(pdf.render(written(), BASE))
    codes = zxingcpp.read_barcodes(image)
    assert [code.text for code in codes] == [f"{BASE}/verify/7QK4ZM2D8R1XVT90HJ5P3CWNGA"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=file:///etc/passwd>",
        "{{7*7}}",
        '#read("/etc/passwd")',
        "$x$ *b* _i_ `c` @ref <label> \\ ~ -- ...",
        "#panic() #let x = 1; [ ] // /* */",
        '"); #read("/etc/passwd',
        "=SUM(A1)",
    ],
)
@pytest.mark.parametrize("where", ["holder", "course", "unit", "issuer", "reviewed_by"])
def test_markup_in_a_name_is_printed_as_it_stands(written: Written, hostile: str, where: str) -> None:
    text = read(pdf.render(written(**{where: hostile}), BASE))
    expected = hostile.upper() if where == "issuer" else hostile
    assert expected.replace(" ", "") in text.replace(" ", "")
    assert "root:" not in text


@pytest.mark.parametrize("where", ["holder", "course", "unit", "issuer", "position"])
def test_stacked_vietnamese_letters_can_be_read_back(written: Written, where: str) -> None:
    assert "ĐƯỜNG ẨM ƯỚT Ễ Ỗ Ặ Ự" in read(pdf.render(written(**{where: "ĐƯỜNG ẨM ƯỚT Ễ Ỗ Ặ Ự"}), BASE))


def test_long_values_stay_on_the_one_page(written: Written) -> None:
    long = written(
        holder="Tôn Nữ Hoàng Nguyễn Thị Phương Nghiêm Quyên Ngọc Huyền Trang Nghiêng",
        course="Tiếp nhận, số hóa hồ sơ và bảo đảm an toàn thông tin tại Bộ phận Một cửa " * 3,
        unit="Ủy ban nhân dân xã đặc biệt khó khăn vùng biên giới Ia Púch, tỉnh Gia Lai " * 2,
        position="Phó Chủ tịch kiêm Giám đốc Trung tâm Phục vụ hành chính công",
        issuer="Trung tâm Bồi dưỡng và Phát triển nguồn nhân lực khu vực công thuộc Sở Nội vụ",
        reviewed_by="Hội đồng thẩm định chương trình bồi dưỡng của Sở Nội vụ và Trường Chính trị tỉnh",
    )
    data = pdf.render(long, BASE)
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 1
    assert long.holder in read(data)


def test_a_word_without_spaces_does_not_leave_the_page(written: Written) -> None:
    data = pdf.render(written(holder="Ặ" * 60, course="Ỗ" * 60, unit="Ự" * 60), BASE)
    bitmap = pypdfium2.PdfDocument(data)[0].render(scale=1, grayscale=True)
    margin = range(round(bitmap.width * 274 / 297), round(bitmap.width * 286 / 297))
    rows = range(bitmap.height // 4, bitmap.height * 3 // 4)
    assert {bitmap.buffer[row * bitmap.stride + column] for row in rows for column in margin} == {255}


@pytest.mark.parametrize("odd", ["王小明", "Lê → Văn ✓", "😀", "А Б В", "a\u202eb\x00c\nd"])
def test_letters_no_font_has_do_not_stop_the_paper(written: Written, odd: str) -> None:
    assert pdf.render(written(holder=odd), BASE).startswith(b"%PDF")


def test_it_declares_archiving_and_accessibility(written: Written) -> None:
    data = pdf.render(written(), BASE)
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    catalogue = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert str(catalogue["/Lang"]).startswith("vi")
    assert b"/Sig" not in data


def test_the_serial_is_read_from_the_file(written: Written) -> None:
    data = pdf.render(written(), BASE)
    assert pdf.serial_in(data) == "7QK4ZM2D8R1XVT90HJ5P3CWNGA"
    assert pdf.serial_in(b"%PDF-1.7 nothing") is None
    assert pdf.serial_in(data + b"camtay:certificate:0000000000000000") is None


def read(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def picture(data: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(data)[0].render(scale=2, grayscale=True).to_pil()

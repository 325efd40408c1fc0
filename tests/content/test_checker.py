"""Every code of the format is reported, at its place, alone; and a sound course is left in peace."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from learning.content.checker import EMPTY, Checked, History, Stamped, check
from learning.content.codes import CODES
from learning.content.mend import mend

TODAY = date(2026, 11, 22)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)

COURSE = """\
---
title: Thu và chi
owner: Sở Tài chính
completion: lessons+exam
prerequisites: finance/truoc
---
Mở đầu.
"""

LESSON = """\
---
id: thu-chi-01
title: Bài một
minutes: 4
sources:
  - 31/2024/QH15, Điều 4
checked_on: 2026-01-15
---
Đoạn đầu. Xem [bài hai](20-hai.md), [mục dưới](#muc-mot) và [trang ngoài](https://example.vn/a).

## Mục một

![Sơ đồ ba bước chi ngân sách](images/flow.png)

| Việc | Người làm |
|------|-----------|
| Lập  | Kế toán   |

### Mục nhỏ

Đoạn cuối.

## Câu hỏi

### Câu một
Mã: thu-chi-01-aaaaa
Căn cứ: 31/2024/QH15

Chọn một.

- (x) Phương án đúng
  > Đúng rồi.
- ( ) Phương án sai
  > Chưa đúng.

### Câu hai
Mã: thu-chi-01-bbbbb

Chọn nhiều.

- [x] Một
  > Đúng.
- [x] Hai
  > Đúng.
- [ ] Ba
  > Sai.

### Câu ba
Mã: thu-chi-01-ccccc

Bao nhiêu ngày?

= 18 .. 20 ngày

### Câu bốn
Mã: thu-chi-01-ddddd
Loại: ghép

Ghép.

- Thu => Vào
- Chi => Ra

### Câu năm
Mã: thu-chi-01-eeeee
Loại: sắp xếp

Xếp.

1. Một
2. Hai
3. Ba

### Câu sáu
Mã: thu-chi-01-fffff

Hạn là (1)____ ngày.

(1) = ba mươi | 30

### Câu bảy
Mã: thu-chi-01-ggggg
Biến: a = 10..50 bước 5

Gấp ba của @a là bao nhiêu?

= @a * 3 / 1

### Câu tám
Mã: thu-chi-01-hhhhh

Đúng không?

Đáp án: Đúng

### Câu chín
Mã: thu-chi-01-iiiii
Loại: tự luận

Đồng chí làm gì?

Tiêu chí: Nêu đúng việc | 0,5
Tiêu chí: Nêu đúng căn cứ | 0.5

Giải thích: Làm thế này.
"""

SECOND = """\
---
id: thu-chi-02
title: Bài hai
minutes: 1
sources: [31/2024/QH15]
checked_on: 2026-01-15
---
Đoạn của bài hai.
"""

SCENARIO = """\
---
kind: scenario
title: Tình huống
---
Mở đầu.

## Đầu
Mã: dau

Làm gì?

- ( ) Đi tiếp -> cuoi
- ( ) Đi vòng -> giua

## Giữa
Mã: giua

Rồi sao?

- ( ) Quay lại -> dau

## Cuối
Mã: cuoi

Hết.

Kết thúc: đạt
"""

EXAM = """\
---
kind: exam
title: Kiểm tra
pass: 50
time_limit: 10
shuffle_options: true
---

## Phần một
Rút: 2

### Hỏi một
Mã: thu-chi-kt-aaaaa

Đúng không?

Đáp án: Đúng

### Hỏi hai
Mã: thu-chi-kt-bbbbb

Chọn.

- (x) Phương án đúng
  > Đúng.
- ( ) Phương án sai
  > Sai.
"""

PRACTICE = """\
---
kind: practice
title: Thực hành
minutes: 10
required: true
---
Làm ở cơ quan.

## Các bước

### Mở sổ
Mã: thu-chi-th-aaaaa

Mở sổ.

### Chụp lại
Mã: thu-chi-th-bbbbb
Minh chứng: ảnh

Chụp.
"""

SOURCES = """\
31/2024/QH15:
  title: Luật Đất đai
  issuer: Quốc hội
  from: 2024-08-01
45/2013/QH13:
  title: Luật Đất đai 2013
  issuer: Quốc hội
  from: 2014-07-01
  replaced_by: 31/2024/QH15
99/2026/QH16:
  title: Luật sắp tới
  issuer: Quốc hội
  from: 2027-01-01
"""

HOME = "finance/thu-chi/course.md"
ONE = "finance/thu-chi/10-mot.md"
TWO = "finance/thu-chi/20-hai.md"
STORY = "finance/thu-chi/30-tinh-huong.md"
TASK = "finance/thu-chi/40-thuc-hanh.md"
PAPER = "finance/thu-chi/exam.md"
IMAGE = "finance/thu-chi/images/flow.png"

BASE: dict[str, bytes] = {
    "format.yml": b"version: 1\n",
    "sources.yml": SOURCES.encode(),
    "finance/field.yml": "title: Tài chính\nowner: Sở Tài chính\n".encode(),
    HOME: COURSE.encode(),
    ONE: LESSON.encode(),
    TWO: SECOND.encode(),
    STORY: SCENARIO.encode(),
    TASK: PRACTICE.encode(),
    PAPER: EXAM.encode(),
    IMAGE: PNG,
    "finance/truoc/course.md": COURSE.replace("prerequisites: finance/truoc\n", "")
    .replace("lessons+exam", "lessons")
    .encode(),
    "finance/truoc/10-a.md": SECOND.replace("thu-chi-02", "truoc-01").encode(),
}

HISTORY = History(
    {
        "thu-chi-01": Stamped("lesson", "finance/thu-chi", retired=False),
        "thu-chi-01-aaaaa": Stamped("single", "finance/thu-chi", retired=False),
        "bai-cu": Stamped("lesson", "finance/thu-chi", retired=True),
        "cau-cu": Stamped("single", "finance/thu-chi", retired=True),
        "bai-khac": Stamped("lesson", "land/khac", retired=False),
        "cau-khac": Stamped("single", "land/khac", retired=False),
        "cau-chon": Stamped("single", "finance/thu-chi", retired=False),
    }
)

MARK = "¦"


@dataclass(frozen=True)
class Case:
    """`old` in `path` becomes `new`; the mark in `new` says where the fault stands, else `at` (file, line, column)."""

    code: str
    path: str
    old: str
    new: str
    at: tuple[str, int, int] | None = None
    change: Callable[[bytes], bytes] | None = None


LONG = "\n\n".join(["Một câu có đúng mười chữ để đếm cho bài dài."] * 61)

CASES = [
    Case("F001", ONE, "", "", (ONE, 1, 1), lambda data: b"\xef\xbb\xbf" + data),
    Case("F001", ONE, "", "", (ONE, 1, 1), lambda data: data.replace(b"\n", b"\r\n")),
    Case("F001", TWO, "", "", (TWO, 9, 1), lambda data: data + b"\xff\n"),
    Case("F001", TWO, "", "", (TWO, 8, 3), lambda data: data.replace("Đoạn".encode(), "Đo".encode() + b"\xff\x81")),
    Case("F002", TWO, "", "", (TWO, 3, 9), lambda data: unicodedata.normalize("NFD", data.decode()).encode()),
    Case("F003", TWO, "Đoạn của", "Đ¦\u200boạn của"),
    Case("F003", TWO, "Đoạn của", "Đoạn nh¦ƣ của"),
    Case("F003", TWO, "Đoạn của", "Đoạn¦\tcủa"),
    Case("F004", STORY, "title: Tình huống\n---\n", "title: Tình huống\n\n", (STORY, 1, 1)),
    Case("F005", TWO, "minutes: 1", "minutes: 1\n¦minuts: 1"),
    Case("F005", "format.yml", "version: 1\n", "version: 1\nlimits:\n  ¦lesson_sylables: 500\n"),
    Case("F006", TWO, "minutes: 1", "minutes: ¦một"),
    Case("F006", TWO, "title: Bài hai", "title: ¦@bài hai"),
    Case("F006", STORY, "kind: scenario", "kind: ¦Scenario"),
    Case("F006", PAPER, "time_limit: 10", "time_limit: ¦0"),
    Case("F006", HOME, "lessons+exam", "¦exams"),
    Case("F007", TWO, "title: Bài hai", "title: Bài hai¦: đọc thêm"),
    Case("F007", ONE, "  - 31/2024/QH15, Điều 4", "  - ¦31/2024/QH15: Điều 4"),
    Case("F008", TWO, "minutes: 1", "minutes: 1\n¦minutes: 1"),
    Case("F008", TWO, "title: Bài hai", "title: ¦&a Bài hai"),
    Case("F009", TWO, "title: Bài hai\n", "", (TWO, 2, 1)),
    Case("S001", TWO, "id: thu-chi-02", "id: ¦thu-chi-01"),
    Case("S001", TWO, "id: thu-chi-02", "id: ¦bai-khac"),
    Case("S001", PAPER, "kind: exam", "kind: exam\nid: ¦thu-chi-01"),
    Case("S002", "finance/thu-chi/notes.md", "", "Ghi chú", ("finance/thu-chi/notes.md", 1, 1)),
    Case("S002", "finance/thu-chi/images/b.png", "", "x", ("finance/thu-chi/images/b.png", 1, 1)),
    Case("S002", "finance/danh-sach.xlsx", "", "x", ("finance/danh-sach.xlsx", 1, 1)),
    Case(
        "S003",
        "finance/thu-chi/20-ba.md",
        "",
        SECOND.replace("thu-chi-02", "thu-chi-03"),
        (TWO, 1, 1),
    ),
    Case("S004", HOME, "owner: Sở Tài chính", "owner: ¦Sở Tài Chánh"),
    Case("S004", "finance/field.yml", "", "", ("finance/field.yml", 1, 1), lambda data: b""),
    Case("S005", "finance/rong/course.md", "", "", ("finance/rong/course.md", 1, 1)),
    Case("S006", TWO, "id: thu-chi-02", "id: ¦bai-cu"),
    Case("S007", "format.yml", "version: 1", "¦version: 2"),
    Case("L001", ONE, "Đoạn cuối.", LONG, (ONE, 9, 1)),
    Case("L001", ONE, "minutes: 4", "¦minutes: 6"),
    Case("L002", ONE, "minutes: 4", "¦minutes: 1"),
    Case("L003", ONE, "### Mục nhỏ", "¦#### Mục nhỏ"),
    Case("L003", PAPER, "### Hỏi một", "¦#### Hỏi một"),
    Case("L004", TWO, "Đoạn của", "¦# Tên bài\n\nĐoạn của"),
    Case("L004", TWO, "Đoạn của", "¦Tên bài\n=======\n\nĐoạn của"),
    Case("L004", ONE, "### Câu hai", "¦# Câu hai"),
    Case("L005", TWO, "Đoạn của", "¦![Sơ đồ chi ngân sách](images/khong-co.png)\n\nĐoạn của"),
    Case("L005", TWO, "Đoạn của", "¦![Sơ đồ chi ngân sách][so-do]\n\n[so-do]: images/khong-co.png\n\nĐoạn của"),
    Case("L006", IMAGE, "", "", (ONE, 13, 1), lambda data: data + b"\0" * 31 * 1024),
    Case("L005", TWO, "Đoạn của", "¦![Cán bộ chào người dân và mời ngồi](audio/chao.wav)\n\nĐoạn của"),
    Case("L007", ONE, "![Sơ đồ ba bước chi ngân sách]", "¦![]"),
    Case("L007", ONE, "![Sơ đồ ba bước chi ngân sách]", "¦![Hình 1]"),
    Case("L007", ONE, "![Sơ đồ ba bước chi ngân sách]", "¦![flow.png]"),
    Case("L008", ONE, "[bài hai](20-hai.md)", "¦[bài hai](20-khong.md)"),
    Case("L008", ONE, "[mục dưới](#muc-mot)", "¦[mục dưới](#muc-khong-co)"),
    Case("L008", TWO, "Đoạn của", "Xem ¦[bài\nhai](20-khong.md), đoạn của"),
    Case("L008", HOME, "finance/truoc", "¦finance/khong-co"),
    Case("L009", TWO, "Đoạn của", "Xem ¦https://example.vn/a, đoạn của"),
    Case("L010", TWO, "Đoạn của", "¦<div>Đoạn</div> của"),
    Case("L010", TWO, "Đoạn của", "¦<div\nclass=x> Đoạn của"),
    Case("L010", TWO, "Đoạn của", "¦[mở](javascript:alert(1)) của"),
    Case("L010", TWO, "Đoạn của", "¦[mở](java&#115;cript:alert(1)) của"),
    Case("L011", TWO, "Đoạn của", '¦<iframe src="https://example.vn"></iframe>\n\nĐoạn của'),
    Case("L012", ONE, "| Việc | Người làm |\n|------|-----------|", "¦| A | B | C | D | E |\n|---|---|---|---|---|"),
    Case("Q001", ONE, "### Câu tám\nMã: thu-chi-01-hhhhh\n", "¦### Câu tám\n"),
    Case("Q002", ONE, "Mã: thu-chi-01-hhhhh", "Mã: ¦thu-chi-01-aaaaa"),
    Case("Q002", PAPER, "Mã: thu-chi-kt-bbbbb", "Mã: ¦thu-chi-01-aaaaa"),
    Case("Q002", ONE, "Mã: thu-chi-01-hhhhh", "Mã: ¦cau-khac"),
    Case("Q003", ONE, "Mã: thu-chi-01-hhhhh", "Mã: ¦cau-cu"),
    Case("Q004", ONE, "Mã: thu-chi-01-hhhhh", "Mã: ¦cau-chon"),
    Case("Q010", ONE, "- (x) Phương án đúng", "¦- ( ) Phương án đúng"),
    Case("Q011", ONE, "- ( ) Phương án sai", "¦- (x) Phương án sai"),
    Case("Q012", ONE, "- ( ) Phương án sai", "¦- [ ] Phương án sai"),
    Case("Q013", ONE, "### Câu tám", "¦### Câu tám", None, lambda data: data.replace("\nĐáp án: Đúng\n".encode(), b"")),
    Case("Q014", ONE, "- (x) Phương án đúng\n  > Đúng rồi.\n- ( ) Phương án sai\n", "¦- (x) Phương án đúng\n"),
    Case("Q015", ONE, "- ( ) Phương án sai", "- ( ) ¦phương án  đúng"),
    Case("Q016", ONE, "- ( ) Phương án sai", "- ( )¦"),
    Case("Q017", PAPER, "- ( ) Phương án sai", "- ( ) ¦Tất cả các phương án trên"),
    Case("Q018", ONE, "- ( ) Phương án sai\n  > Chưa đúng.", "- ( ) ¦Phương án sai"),
    Case("Q019", ONE, "Đoạn cuối.", "Đoạn cuối.\n\n¦- (x) Một\n- ( ) Hai"),
    Case("Q020", ONE, "(1) = ba mươi | 30", "(1) = ba mươi | 30\n¦(2) = bốn"),
    Case("Q021", ONE, "- Chi => Ra", "- Chi => Ra\n- Giữ =>¦"),
    Case("Q022", ONE, "- Chi => Ra", "- Chi => ¦Vào"),
    Case("Q023", ONE, "1. Một\n2. Hai\n3. Ba\n", "¦1. Một\n2. Hai\n"),
    Case("Q024", ONE, "= 18 .. 20 ngày", "= ¦1.5x ± ngày"),
    Case("Q025", ONE, "= 18 .. 20 ngày", "= ¦20 .. 18 ngày"),
    Case("Q026", ONE, "= 18 .. 20 ngày", "= ¦18 ngày .. 20 tháng"),
    Case("Q027", ONE, "Gấp ba của @a", "Gấp ba của ¦@b và @a"),
    Case("Q028", ONE, "= @a * 3 / 1", "= ¦@a * 3 / (@a - 10)"),
    Case("Q031", ONE, "- [ ] Ba", "- ¦ơ ư Ba"),
    Case("Q031", ONE, "- [x] Hai", "- ¦ỡư Hai"),
    Case(
        "Q032",
        ONE,
        "### Câu chín\nMã: thu-chi-01-iiiii\nLoại: tự luận\n\nĐồng chí làm gì?\n\n"
        "Tiêu chí: Nêu đúng việc | 0,5\nTiêu chí: Nêu đúng căn cứ | 0.5\n",
        "¦### Câu chín\nMã: thu-chi-01-iiiii\nLoại: tự luận\n\nĐồng chí làm gì?\n",
    ),
    Case("Q033", ONE, "Loại: tự luận\n", "Loại: tự luận\nĐiểm: ¦2\n"),
    Case("Q034", ONE, "Tiêu chí: Nêu đúng việc | 0,5", "Tiêu chí: ¦Nêu đúng việc"),
    Case("Q035", ONE, "### Câu chín\nMã: thu-chi-01-iiiii\n", "¦### Câu chín\nMã: thu-chi-01-iiiii\nĐáp án: Đúng\n"),
    Case(
        "Q036",
        ONE,
        "Tiêu chí: Nêu đúng việc | 0,5\n",
        "".join(f"Tiêu chí: Nêu việc {n} | 0,5\n" for n in range(19)) + "Tiêu chí: Nêu đúng việc | 0,5\n¦",
    ),
    Case("P001", PAPER, "Rút: 2", "¦Rút: 3"),
    Case("P002", PAPER, "Rút: 2\n\n### Hỏi một\n", "¦Rút: 2\n\n### Hỏi một\nĐiểm: 3\n"),
    Case(
        "P003",
        PAPER,
        "pass: 50",
        "¦pass: 50",
        None,
        lambda data: data.replace("\nMã:".encode(), "\nĐiểm: 0\nMã:".encode()),
    ),
    Case("P003", PAPER, "pass: 50", "¦pass: 120"),
    Case("P003", TWO, "minutes: 1", "minutes: 1\n¦dat: 101%"),
    Case("P004", PAPER, "time_limit: 10", "¦time_limit: 0,5"),
    Case("B001", STORY, "Đi tiếp -> cuoi", "Đi tiếp -> cuoi\n- ( ) Lạc -> ¦khong-co"),
    Case("B002", STORY, "## Cuối", "¦## Lẻ\nMã: le\n\nKhông ai tới.\n\nKết thúc: đạt\n\n## Cuối"),
    Case("B003", STORY, "- ( ) Quay lại -> dau", "Hết đường.", (STORY, 15, 1)),
    Case(
        "B004",
        STORY,
        "## Giữa\nMã: giua\n\nRồi sao?\n\n- ( ) Quay lại -> dau",
        "¦## Giữa\nMã: giua\n\nRồi sao?\n\n- ( ) Lặp -> giua",
    ),
    Case("T001", TASK, "## Các bước", "## Các việc", (TASK, 1, 1)),
    Case(
        "T002", TWO, "Đoạn của", "## Các bước\n\n¦### Mở sổ\nMã: thu-chi-th-ccccc\n\nMở sổ.\n\n## Khác\n\nĐoạn của"
    ),
    Case("T003", TASK, "Minh chứng: ảnh", "Minh chứng: ¦phim"),
    Case(
        "T004",
        TASK,
        "### Mở sổ\n",
        "".join(f"### Bước {n}\nMã: thu-chi-th-x{n:04}\n\nLàm.\n\n" for n in range(49)) + "### Mở sổ\n",
        (TASK, 261, 1),
    ),
    Case("Q001", TASK, "### Mở sổ\nMã: thu-chi-th-aaaaa\n", "¦### Mở sổ\n"),
    Case("Q002", TASK, "Mã: thu-chi-th-bbbbb", "Mã: ¦thu-chi-01-aaaaa"),
    Case("Q003", TASK, "Mã: thu-chi-th-bbbbb", "Mã: ¦cau-cu"),
    Case("C001", TWO, "sources: [31/2024/QH15]", "¦sources: []"),
    Case("C001", TWO, "sources: [31/2024/QH15]\n", "", (TWO, 1, 1)),
    Case("C002", TWO, "[31/2024/QH15]", "[¦1/2024/QH15]"),
    Case("C002", ONE, "Căn cứ: 31/2024/QH15", "Căn cứ: 31/2024/QH15, Điều 1; ¦2/2024/QH15"),
    Case("C003", TWO, "[31/2024/QH15]", "[¦45/2013/QH13]"),
    Case("C004", TWO, "[31/2024/QH15]", "[31/2024/QH15, ¦99/2026/QH16]"),
]  # fmt: skip


def written(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def checked(root: Path, history: History = HISTORY) -> Checked:
    return check(root, today=TODAY, history=history)


def places(found: Checked, root: Path) -> list[tuple[str, str, int, int]]:
    return [(one.code, one.file.removeprefix(f"{root}/"), one.line, one.column) for one in found.faults]


def broken(case: Case) -> tuple[dict[str, bytes], tuple[str, int, int]]:
    """The files with the case's fault, and where it is to be reported."""
    before = BASE.get(case.path, b"").decode("utf-8", "replace")
    if case.path == "finance/rong/course.md":
        return {**BASE, case.path: BASE["finance/truoc/course.md"]}, (case.path, 1, 1)
    files, at = dict(BASE), case.at
    if case.old or case.new:
        assert before.count(case.old) == 1 or case.old == "", (case.old, before.count(case.old))
        text = before.replace(case.old, case.new, 1) if case.old else case.new
        if MARK in text:
            ahead = text[: text.index(MARK)]
            at = (case.path, ahead.count("\n") + 1, len(ahead) - ahead.rfind("\n"))
        files[case.path] = text.replace(MARK, "").encode()
    if case.change:
        files[case.path] = case.change(files[case.path])
    if case.path == "finance/field.yml":
        del files[case.path]
    assert at is not None
    return files, at


def test_the_sound_course_has_no_fault(tmp_path: Path):
    found = checked(written(tmp_path, BASE))
    assert places(found, tmp_path) == []
    assert set(found.courses) == {"finance/thu-chi", "finance/truoc"}
    assert found.fields["finance"].owner == "Sở Tài chính"
    assert set(found.sources) == {"31/2024/QH15", "45/2013/QH13", "99/2026/QH16"}
    course = found.courses["finance/thu-chi"]
    assert course.course is not None
    assert course.files["10-mot.md"] == LESSON.encode()


@pytest.mark.parametrize(
    ("line", "asks"),
    (("", False), ("read_again: true\n", True), ("doc_lai: true\n", True), ("read_again: false\n", False)),
)
def test_a_course_may_ask_to_read_again(tmp_path: Path, line: str, asks: bool):
    path = "finance/thu-chi/course.md"
    front = BASE[path].replace(b"completion:", f"{line}completion:".encode(), 1)
    found = checked(written(tmp_path, BASE | {path: front}))
    assert places(found, tmp_path) == []
    course = found.courses["finance/thu-chi"].course
    assert course is not None and course.read_again is asks


def test_every_code_has_its_broken_course():
    assert {case.code for case in CASES} == set(CODES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{CASES.index(case)}")
def test_a_code_is_reported_alone_and_at_its_place(tmp_path: Path, case: Case):
    files, at = broken(case)
    root = written(tmp_path, files)
    found = checked(root)
    expected = [(case.code, *at)]
    if case.code == "S004" and case.path == "finance/field.yml":
        # Nobody names the owner any more, either.
        expected += [("S004", HOME, 3, 8), ("S004", "finance/truoc/course.md", 3, 8)]
    assert sorted(places(found, root)) == sorted(expected), "\n".join(map(str, found.faults))


@pytest.mark.parametrize(
    "case", [case for case in CASES if CODES[case.code].fixable], ids=lambda case: case.code
)
def test_what_is_marked_fixable_is_gone_after_fix(tmp_path: Path, case: Case):
    files, _ = broken(case)
    root = written(tmp_path, files)
    mend(root)
    undecodable = case.change is not None and b"\xff" in files[case.path]
    assert [one.code for one in checked(root).faults] == (["F001"] if undecodable else [])


def test_more_than_900_syllables_are_a_fault_and_more_than_600_a_warning(tmp_path: Path):
    for count, severity in ((61, "warning"), (95, "fault")):
        text = "\n\n".join(["Một câu có đúng mười chữ để đếm cho bài dài."] * count)
        root = written(tmp_path / str(count), {**BASE, ONE: LESSON.replace("Đoạn cuối.", text).encode()})
        assert {(one.code, one.severity) for one in checked(root).faults} >= {("L001", severity)}


def test_limits_of_the_format_file_hold(tmp_path: Path):
    root = written(tmp_path, {**BASE, "format.yml": b"version: 1\nlimits:\n  table_columns: 1\n"})
    assert [one.code for one in checked(root).faults] == ["L012"]


def test_a_wide_table_is_one_fault_however_many_of_its_rows_look_like_a_rule(tmp_path: Path):
    table = "| A | B | C | D | E |\n" + "|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n" * 3
    root = written(tmp_path, {**BASE, ONE: LESSON.replace("Đoạn cuối.", f"Bảng:\n\n{table}").encode()})
    assert [one.code for one in checked(root).faults] == ["L012"]


def test_all_faults_are_reported_sorted_and_none_hides_another(tmp_path: Path):
    lesson = LESSON.replace("minutes: 4", "minutes: x").replace("### Mục nhỏ", "#### Mục nhỏ")
    lesson = lesson.replace("(x)", "( )").replace("18 .. 20", "20 .. 18")
    root = written(tmp_path, {**BASE, ONE: lesson.encode(), TWO: b"\xff\xfe\xfd"})
    found = checked(root)
    order = [(one.file, one.line, one.column) for one in found.faults]
    assert order == sorted(order)
    assert {"F001", "F006", "L003", "Q010", "Q025"} <= {one.code for one in found.faults}


def test_a_course_or_a_field_alone_finds_registry_format_and_owners_above(tmp_path: Path):
    root = written(tmp_path, BASE)
    for part in ("finance", "finance/thu-chi"):
        assert places(checked(root / part), tmp_path) == []


def test_an_owner_may_be_a_department_or_the_owner_of_another_field(tmp_path: Path):
    home = COURSE.replace("owner: Sở Tài chính", "owner: sở  Nội vụ")
    root = written(tmp_path, {**BASE, HOME: home.encode()})
    assert check(root, today=TODAY, departments=["Sở Nội vụ"]).faults == []
    written(tmp_path, {"it/field.yml": "title: CNTT\nowner: Sở Nội vụ\n".encode()})
    assert checked(root / "finance" / "thu-chi").faults == []


def test_an_exam_that_the_rule_asks_for_must_be_there(tmp_path: Path):
    files = {name: data for name, data in BASE.items() if name != PAPER}
    assert places(checked(written(tmp_path, files)), tmp_path) == [("F006", HOME, 4, 13)]


def test_a_document_that_ends_today_is_past_and_one_that_begins_today_is_in_force(tmp_path: Path):
    ends = SOURCES.replace("from: 2024-08-01", "from: 2024-08-01\n  until: 2026-11-22", 1)
    root = written(tmp_path / "a", {**BASE, "sources.yml": ends.encode()})
    assert {one.code for one in checked(root).faults} == {"C003"}
    begins = SOURCES.replace("from: 2024-08-01", "from: 2026-11-22", 1)
    assert checked(written(tmp_path / "b", {**BASE, "sources.yml": begins.encode()})).faults == []


def test_messages_are_in_the_language_asked_for(tmp_path: Path):
    root = written(tmp_path, {**BASE, TWO: SECOND.replace("[31/2024/QH15]", "[]").encode()})
    vietnamese, english = (check(root, today=TODAY, language=one).faults[0] for one in ("vi", "en"))
    assert "căn cứ" in vietnamese.message
    assert "source" in english.message


def test_code_and_escaped_signs_are_shown_not_judged(tmp_path: Path):
    shown = "Gõ `<div>` hay `[a](javascript:x)`, hoặc \\<b>.\n\n"
    shown += "```\n<iframe>\n# tên\n| a | b | c | d | e |\n|-|-|-|-|-|\n```\n"
    root = written(tmp_path, {**BASE, TWO: (SECOND + "\n" + shown).encode()})
    assert [str(one) for one in checked(root).faults] == []


@pytest.mark.parametrize(
    "target",
    [
        "images/flow.png", "./images/flow.png", "images/flow%2Epng", "<images/flow.png>", 'images/flow.png "Tên"',
        "/images/flow.png", "images/flow.png?v=2", "images/flow.png#a", "images\\flow.png", "images/FLOW.png",
        "../thu-chi/images/flow.png", "https://example.vn/flow.png", "",
    ],
)  # fmt: skip
def test_an_image_is_either_shown_or_reported_missing(tmp_path: Path, target: str):
    text = SECOND + f"\n![Sơ đồ chi ngân sách]({target})\n"
    found = checked(written(tmp_path, {**BASE, TWO: text.encode()}))
    shown = "<img" in _second(found)
    assert [one.code for one in found.faults] == ([] if shown else ["L005"])


DEAD = {
    "#",
    "",
    "10-mot.md?x",
    "10-khong.md",
    "10-MOT.md",
    "../truoc/10-b.md",
    "images/flow.png",
    "../truoc/",
}


@pytest.mark.parametrize(
    "target",
    [
        "10-mot.md", "./10-mot.md", "<10-mot.md>", "10-mot.md#muc-mot", "10-mot.md#Mục một", "#", "", "10-mot.md?x",
        "10-khong.md", "10-MOT.md", "../truoc/10-a.md", "../truoc/10-b.md", "../../finance/truoc/course.md", "exam.md",
        "images/flow.png", "../truoc/", "mailto:a@example.vn", "tel:+84256", "https://example.vn/a b",
    ],
)  # fmt: skip
def test_a_link_either_leads_somewhere_or_is_reported(tmp_path: Path, target: str):
    text = SECOND + f"\nXem [trang này]({target}) nhé.\n"
    found = checked(written(tmp_path, {**BASE, TWO: text.encode()}))
    codes = [one.code for one in found.faults]
    assert codes == (["L008"] if target in DEAD else [])
    assert codes or '<a href="' in _second(found)


@pytest.mark.parametrize(
    "kind", ["kind: scenario # rẽ nhánh", "kind : scenario", "loai: 'scenario'", '"kind": scenario']
)
def test_the_kind_is_read_as_yaml_has_it(tmp_path: Path, kind: str):
    story = SCENARIO.replace("kind: scenario", kind)
    root = written(tmp_path, {**BASE, STORY: story.encode()})
    assert places(checked(root), root) == []


def test_an_incomplete_document_is_known_all_the_same(tmp_path: Path):
    root = written(
        tmp_path, {**BASE, "sources.yml": SOURCES.replace("  title: Luật Đất đai\n", "", 1).encode()}
    )
    assert places(checked(root), root) == [("F009", "sources.yml", 2, 1)]


def test_a_page_without_front_matter_has_that_one_fault(tmp_path: Path):
    for text in ("", "Chỉ có chữ.\n"):
        root = written(tmp_path, {**BASE, TWO: text.encode()})
        assert places(checked(root), root) == [("F004", TWO, 1, 1)]


@pytest.mark.parametrize("name", ["images/Flow.PNG", "images/so do.png", "images/sơ-đồ.png"])
def test_names_of_images_are_plain(tmp_path: Path, name: str):
    text = SECOND + f"\n![Sơ đồ chi ngân sách](<{name}>)\n"
    root = written(tmp_path, {**BASE, TWO: text.encode(), f"finance/thu-chi/{name}": PNG})
    assert places(checked(root), root) == [("S002", f"finance/thu-chi/{name}", 1, 1)]


@pytest.mark.parametrize(
    ("words", "size", "codes"),
    [
        ("Cán bộ: “Chào bác, mời bác ngồi.”", 500, []),
        ("Cán bộ: “Chào bác, mời bác ngồi.”", 501, ["L006"]),
        ("", 1, ["L007"]),
        ("Đoạn ghi âm 1", 1, ["L007"]),
        ("chao.mp3", 1, ["L007"]),
    ],
)
def test_a_recording_is_light_and_has_its_words(tmp_path: Path, words: str, size: int, codes: list[str]):
    text = BASE[TWO].replace("Đoạn của".encode(), f"![{words}](audio/chao.mp3)\n\nĐoạn của".encode(), 1)
    sound = {"finance/thu-chi/audio/chao.mp3": bytes(size * 1024)}
    assert [one.code for one in checked(written(tmp_path, {**BASE, TWO: text, **sound})).faults] == codes


def test_a_recording_that_no_page_plays_is_told(tmp_path: Path):
    root = written(tmp_path, {**BASE, "finance/thu-chi/audio/chao.opus": b"x"})
    assert [one.code for one in checked(root).faults] == ["S002"]


def test_a_link_to_a_file_is_no_file_of_the_course(tmp_path: Path):
    root = written(tmp_path, BASE)
    (root / "finance/thu-chi/40-bon.md").symlink_to(root / TWO)
    assert places(checked(root), root) == [("S002", "finance/thu-chi/40-bon.md", 1, 1)]


def test_spaces_of_word_processors_are_spaces(tmp_path: Path):
    lesson = (
        LESSON.replace("## Câu", "##\u00a0Câu")
        .replace("- (x) ", "-\u00a0(x)\u00a0")
        .replace("Mã: ", "Mã:\u202f")
    )
    root = written(tmp_path, {**BASE, ONE: lesson.encode(), TWO: SECOND.replace(": ", ":\u00a0").encode()})
    assert places(checked(root), root) == []


def test_the_text_of_an_image_may_go_on_in_the_next_line_or_be_named_below(tmp_path: Path):
    written_in = "![Sơ đồ ba bước chi ngân sách](images/flow.png)"
    for text in (
        "![Sơ đồ ba bước\nchi ngân sách](images/flow.png)",
        "![Sơ đồ ba bước chi ngân sách][so do]\n\n[So  do]: images/flow.png",
        "![Sơ đồ chi]\n\n[sơ đồ chi]: images/flow.png",
    ):
        root = written(tmp_path, {**BASE, ONE: LESSON.replace(written_in, text).encode()})
        assert places(checked(root), root) == []


def _second(found: Checked) -> str:
    course = found.courses["finance/thu-chi"].course
    assert course is not None
    return course.pages[1].html


def test_progress_counts_courses_to_the_end(tmp_path: Path):
    steps: list[tuple[int, int]] = []
    check(written(tmp_path, BASE), today=TODAY, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (2, 2)


def test_a_path_that_is_no_folder_raises(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "khong-co", today=TODAY, history=EMPTY)


PIECES = [line for text in (LESSON, SCENARIO, EXAM, COURSE) for line in text.split("\n")]
ODD = [
    "](",
    "[a](b",
    "![",
    "|-|",
    "|",
    "<a",
    "> >",
    "(1)____",
    "= ",
    "@",
    "- (x)",
    "- =>",
    "¦" * 5,
    "\x00",
    "\u2028",
    "&#x",
]


@given(
    st.lists(st.sampled_from(PIECES + ODD) | st.text(max_size=20), max_size=30),
    st.sampled_from([HOME, ONE, PAPER, STORY, "sources.yml", "format.yml", "finance/field.yml"]),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_nothing_that_a_file_holds_makes_it_raise(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], name: str
):
    root = tmp_path_factory.mktemp("odd")
    written(root, {**BASE, name: "\n".join(lines).encode("utf-8", "replace")})
    found = checked(root)
    assert found.faults == sorted(found.faults)
    assert all(one.line >= 1 and one.column >= 1 for one in found.faults)

"""A small real course to begin from: it passes the check as it stands."""

import re
import secrets
from pathlib import Path

from learning.content.mend import ALPHABET, STAMP_LENGTH


class BadNameError(ValueError):
    """A field or a course is named by lower-case ASCII letters, digits and hyphens."""


class AlreadyThereError(Exception):
    """There is a folder of that name, and nothing in it is touched."""


def new_course(directory: Path, field: str, slug: str) -> list[Path]:
    """Writes a course under `directory/field/slug`, and `format.yml`, `sources.yml`, `field.yml` where they are missing.

    The files written. Nothing is overwritten: raises AlreadyThereError where the course's folder holds anything.
    """
    if not all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 60 for name in (field, slug)):
        raise BadNameError(f"{field}/{slug}")
    folder = directory / field / slug
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyThereError(folder)
    owner = _owner(directory / field / "field.yml")
    source = _known_source(directory / "sources.yml")
    texts = {
        directory / "format.yml": FORMAT,
        directory / "sources.yml": SOURCES,
        directory / field / "field.yml": FIELD.format(field=field, owner=owner),
        folder / "course.md": COURSE.format(owner=owner),
        folder / "10-viec-dau-tien.md": LESSON.format(
            slug=slug, source=source, first=_stamp(), second=_stamp()
        ),
        folder / "exam.md": EXAM.format(slug=slug, first=_stamp(), second=_stamp()),
    }
    written = []
    for path, text in texts.items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def _owner(path: Path) -> str:
    """The owner that an existing field names."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = re.search(r"^(?:owner|don_vi_chu_quan):\s*[\"']?([^\"'#\n]+?)[\"']?\s*$", text, re.MULTILINE)
    return found[1] if found else OWNER


def _known_source(path: Path) -> str:
    """A document to cite: the registry's own first one, where there is a registry."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else SOURCES
    keys = re.findall(r"^[\"']?([^\s#\"':][^\"':]*)[\"']?:\s*$", text, re.MULTILINE)
    return SOURCE if SOURCE in keys or not keys else keys[0]


def _stamp() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(STAMP_LENGTH))


OWNER = "Sở Nội vụ"
SOURCE = "118/2025/NĐ-CP"

FORMAT = "version: 1\n"

SOURCES = """\
# Sổ văn bản: mỗi văn bản một khóa là số hiệu; title, issuer và from là bắt buộc.
118/2025/NĐ-CP:
  title: Nghị định về thực hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên thông
  issuer: Chính phủ
  from: 2025-07-01
"""

FIELD = """\
title: {field}
owner: {owner}
"""

COURSE = """\
---
title: Khóa học mới
summary: Viết một hai câu về việc người học làm được sau khóa này.
owner: {owner}
audience: Cán bộ, công chức cấp xã
completion: lessons+exam
certificate: true
---
Viết ở đây vài dòng mở đầu: khóa học dành cho ai và giúp được việc gì.
"""

LESSON = """\
---
id: {slug}-viec-dau-tien
title: Tiếp nhận hồ sơ đúng một lần
minutes: 2
objectives:
  - Hướng dẫn người dân đủ giấy tờ trong một lần
sources:
  - {source}
checked_on: 2026-01-15
---
Người dân chỉ nên phải đi lại một lần. Muốn vậy, ngay lúc tiếp nhận, cán bộ **đối chiếu hồ sơ với thủ tục đã
công bố** rồi mới hẹn ngày trả kết quả.

## Ba việc khi tiếp nhận

1. Đối chiếu từng giấy tờ với danh mục của thủ tục đã công bố.
2. Thiếu giấy tờ nào thì ghi rõ tất cả trong một phiếu yêu cầu bổ sung.
3. Đủ thì cấp giấy tiếp nhận và hẹn ngày trả kết quả.

> **Lưu ý:** Không yêu cầu giấy tờ ngoài danh mục đã công bố.

> **Ví dụ:** Hồ sơ thiếu hai giấy tờ thì phiếu ghi đủ cả hai, không để người dân về rồi mới báo thêm.

## Câu hỏi

### Hồ sơ thiếu hai giấy tờ
Mã: {slug}-{first}

Hồ sơ còn thiếu hai giấy tờ. Cán bộ tiếp nhận làm gì?

- (x) Ghi cả hai giấy tờ trong một phiếu yêu cầu bổ sung
  > Đúng: người dân chỉ phải bổ sung một lần.
- ( ) Báo từng giấy tờ một, xong giấy này mới báo giấy kia
  > Chưa đúng: người dân phải đi lại nhiều lần.
- ( ) Nhận hồ sơ rồi chờ người dân hỏi
  > Chưa đúng: phải hướng dẫn ngay lúc tiếp nhận.

Giải thích: Hướng dẫn đủ một lần, bằng văn bản.

### Giấy tờ ngoài danh mục
Mã: {slug}-{second}

Cán bộ được yêu cầu thêm giấy tờ ngoài danh mục đã công bố nếu thấy cần.

Đáp án: Sai
> Chỉ yêu cầu những giấy tờ có trong thủ tục đã công bố.
"""

EXAM = """\
---
kind: exam
title: Bài kiểm tra cuối khóa
pass: 50
---

## Phần chung

### Trước khi hẹn ngày
Mã: {slug}-kt-{first}

Trước khi hẹn ngày trả kết quả, cán bộ làm gì?

- (x) Đối chiếu hồ sơ với thủ tục đã công bố
  > Đúng: đủ giấy tờ rồi mới hẹn.
- ( ) Chuyển ngay hồ sơ lên cấp trên
  > Chưa đúng: chưa biết hồ sơ đã đủ hay chưa.

### Yêu cầu bổ sung
Mã: {slug}-kt-{second}

Mọi giấy tờ còn thiếu được ghi trong một phiếu yêu cầu bổ sung.

Đáp án: Đúng
> Người dân chỉ phải bổ sung một lần.
"""

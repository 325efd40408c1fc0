"""How long the checker takes for a large tree: `python benchmarks/check_tree.py [LESSONS]` (default 1.000)."""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from learning.cli.progress import progress
from learning.content.checker import check
from learning.content.template import new_course

LESSONS_A_COURSE = 10
FILLER = "Cán bộ đối chiếu từng giấy tờ với danh mục đã công bố, ghi rõ giấy tờ **còn thiếu** rồi hẹn ngày trả kết quả.\n"


def main(lessons: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "courses"
        grow(root, lessons)
        begin = time.perf_counter()
        with progress("Checking") as step:
            checked = check(root, today=date(2026, 11, 22), progress=step)
        seconds = time.perf_counter() - begin
    pages = sum(len(one.course.pages) for one in checked.courses.values() if one.course)
    print(f"{pages} lessons, {len(checked.faults)} faults, {seconds:.2f} s, {pages / seconds:.0f} lessons/s")


def grow(root: Path, lessons: int) -> None:
    """Courses of ten lessons of about 300 syllables and two questions each, all different, and an exam."""
    for number in range(lessons // LESSONS_A_COURSE):
        slug = f"khoa-{number}"
        new_course(root, f"linh-vuc-{number % 5}", slug)
        first = root / f"linh-vuc-{number % 5}" / slug / "10-viec-dau-tien.md"
        text = first.read_text(encoding="utf-8").replace("## Câu hỏi", f"{FILLER}\n" * 8 + "## Câu hỏi", 1)
        first.unlink()
        for lesson in range(1, LESSONS_A_COURSE + 1):
            own = text.replace(f"{slug}-", f"{slug}-{lesson}-").replace(
                "Người dân", f"Người dân {number}.{lesson}"
            )
            (first.parent / f"{lesson}0-bai-{lesson}.md").write_text(own, encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

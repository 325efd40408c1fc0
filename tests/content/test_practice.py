"""Practice pages: what to do, steps with ids and evidence, and every T fault at its line and column."""

import pytest

from tests.content.pages import compile_page, places

HEAD = "---\nkind: practice\nid: th\ntitle: Lập bảng đối chiếu\nminutes: 20\n---\n"
GOOD = """Làm với **sổ** của đơn vị.

## Các bước

Làm lần lượt.

### Mở sổ
Mã: th-mo-so

- [ ] Mở sổ quỹ
- ( ) Mở sổ tiền gửi

(1) = không phải lời đáp

### Chụp bảng
**Mã:** th-chup
Minh chứng: ảnh

Chụp cả trang.

### Gửi tệp
Id: th-gui
Evidence: file
"""


def practised(text: str, head: str = HEAD):
    page, faults = compile_page(head + text, "10-thuc-hanh.md")
    return page, places(faults)


def test_a_practice_is_read() -> None:
    page, faults = practised(GOOD)
    assert faults == []
    assert (page.kind, page.id, page.required, page.quiz) == ("practice", "th", False, None)
    assert [(step.id, step.title, step.evidence) for step in page.practice.steps] == [
        ("th-mo-so", "Mở sổ", "none"),
        ("th-chup", "Chụp bảng", "photo"),
        ("th-gui", "Gửi tệp", "file"),
    ]
    assert "Mở sổ tiền gửi" in page.practice.steps[0].html  # no option: a list is a list here
    assert "(1) = không phải lời đáp" in page.practice.steps[0].html
    assert "Mã" not in page.practice.steps[1].html
    assert page.html.count("<p>") == 2  # what to do, and what stands above the steps
    assert "Mở sổ" not in page.html


@pytest.mark.parametrize("kind", ["thực hành", "Thực hành", "practice"])
@pytest.mark.parametrize(("word", "required"), [("true", True), ("có", True), ("không", False)])
def test_both_languages_say_the_same(kind: str, word: str, required: bool) -> None:
    head = f"---\nloai: {kind}\ntieu_de: Làm\nbat_buoc: {word}\n---\n"
    page, faults = practised("## Steps\n\n### A\nId: a-1\nEvidence: none\n", head)
    assert faults == []
    assert (page.kind, page.required, page.id) == ("practice", required, "thuc-hanh")


def test_a_practice_without_a_step() -> None:
    page, faults = practised("Chỉ có lời.\n\n### Mở sổ\nMã: th-mo-so\n")
    assert (page.practice, faults) == (None, ["1:1 T001"])


def test_evidence_that_is_not_known() -> None:
    page, faults = practised(GOOD.replace("Minh chứng: ảnh", "Minh chứng: phim"))
    assert faults == ["23:13 T003"]
    assert page.practice.steps[1].evidence == "none"


def test_a_step_without_an_id_and_one_with_a_bad_one() -> None:
    page, faults = practised(GOOD.replace("Mã: th-mo-so\n", "").replace("Id: th-gui", "Id: Gửi Tệp"))
    assert faults == ["13:1 Q001", "27:5 F006"]
    assert len({step.id for step in page.practice.steps}) == 3


def test_a_key_written_twice() -> None:
    assert practised(GOOD.replace("Minh chứng: ảnh", "Minh chứng: ảnh\nMinh chứng: tệp"))[1] == ["24:1 F008"]


LESSON = "---\nid: bai\ntitle: Bài\nminutes: 3\nsources: 1/2025/X\nchecked_on: 2026-01-15\n---\n"


def test_steps_in_a_lesson_are_told_of() -> None:
    assert practised("## Các bước\n\n### Mở sổ\nMã: th-mo-so\n\nMở.\n", LESSON)[1] == ["10:1 T002"]
    assert practised("## Steps\n\n### Open\n\nEvidence: photo\n", LESSON)[1] == ["10:1 T002"]


def test_a_lesson_may_tell_of_steps_in_its_prose() -> None:
    old = "## Các bước\n\n### Bước 1: nhận\n\nNhận hồ sơ.\n\n### Bước 2\n\nMã: số ghi trên biên nhận.\n"
    assert practised(old, LESSON)[1] == []
    assert practised("## Khác\n\n### A\nMinh chứng: ảnh\n", LESSON)[1] == []


def test_a_practice_has_no_keys_of_a_quiz_and_a_lesson_none_of_a_practice() -> None:
    assert practised(GOOD, HEAD.replace("minutes: 20", "pass: 50"))[1] == ["5:1 F005"]
    assert practised("Chữ.\n", LESSON.replace("---\nid", "---\nrequired: true\nid"))[1] == ["2:1 F005"]

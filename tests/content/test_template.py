"""A new course passes the check as it stands, wherever it is put, and overwrites nothing."""

from datetime import date
from pathlib import Path

import pytest

from learning.content.checker import check
from learning.content.mend import mend
from learning.content.template import AlreadyThereError, BadNameError, new_course

TODAY = date(2026, 11, 22)


def test_a_new_course_has_no_fault_and_no_warning(tmp_path: Path):
    made = new_course(tmp_path / "courses", "noi-vu", "mot-cua")
    assert all(path.is_file() for path in made)
    checked = check(tmp_path / "courses", today=TODAY)
    assert checked.faults == []
    course = checked.courses["noi-vu/mot-cua"].course
    assert course is not None and course.exam is not None and course.exam.quiz is not None
    assert [len(page.quiz.questions) for page in course.pages if page.quiz] == [2]
    assert mend(tmp_path) == []


def test_two_new_courses_stand_beside_each_other(tmp_path: Path):
    new_course(tmp_path, "noi-vu", "mot-cua")
    before = (tmp_path / "noi-vu" / "field.yml").read_bytes()
    new_course(tmp_path, "noi-vu", "mot-cua-2")
    assert (tmp_path / "noi-vu" / "field.yml").read_bytes() == before
    assert check(tmp_path, today=TODAY).faults == []


def test_it_cites_a_document_of_the_registry_that_is_there(tmp_path: Path):
    (tmp_path / "sources.yml").write_text(
        "31/2024/QH15:\n  title: Luật Đất đai\n  issuer: Quốc hội\n  from: 2024-08-01\n"
    )
    (tmp_path / "land").mkdir()
    (tmp_path / "land" / "field.yml").write_text(
        "ten: Đất đai\ndon_vi_chu_quan: Sở Nông nghiệp và Môi trường\n"
    )
    new_course(tmp_path, "land", "so-do")
    assert check(tmp_path, today=TODAY).faults == []


def test_what_is_there_is_never_overwritten(tmp_path: Path):
    note = tmp_path / "noi-vu" / "mot-cua" / "course.md"
    note.parent.mkdir(parents=True)
    note.write_text("của tôi")
    with pytest.raises(AlreadyThereError):
        new_course(tmp_path, "noi-vu", "mot-cua")
    assert note.read_text() == "của tôi"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["course.md", "mot-cua", "noi-vu"]


@pytest.mark.parametrize("name", ["", "Đất-đai", "A", "a/b", "..", "a b", "-a", "x" * 61])
def test_a_name_that_is_no_address_is_refused(tmp_path: Path, name: str):
    with pytest.raises(BadNameError):
        new_course(tmp_path, "noi-vu", name)
    assert list(tmp_path.iterdir()) == []

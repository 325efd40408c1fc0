"""Files as they stand, whether a root, a field or a course is asked for."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import tree
from learning.content.tree import Findings
from tests.content.pages import SAMPLE


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize("below", ["", "finance", "finance/sample"])
def test_a_root_a_field_and_a_course_are_read_alike(below):
    findings = Findings()
    read = tree.read(SAMPLE / below, findings)
    assert findings.faults == []
    assert [course.id for course in read.courses] == ["finance/sample"]
    assert read.root == SAMPLE
    assert read.format.get("version") == 1
    assert list(read.registry.entries) == ["01/2025/QĐ-MAU", "02/2025/NĐ-MAU"]
    assert read.fields[0].front.get("owner") == "Sở Tài chính"
    course = read.courses[0]
    assert [page.slug for page in course.pages] == [
        "truoc-khi-hoc",
        "dieu-kien-chi",
        "tam-ung",
        "tinh-huong",
        "thuc-hanh",
    ]
    assert [page.kind for page in course.all_pages] == [
        "course",
        "pretest",
        "lesson",
        "lesson",
        "scenario",
        "practice",
        "exam",
    ]
    assert course.media == ("images/flow.png",)
    assert course.orphans == ()
    assert course.files.keys() == {page.path for page in course.all_pages} | {"images/flow.png"}


def test_a_relative_path_finds_what_is_above(monkeypatch):
    monkeypatch.chdir(SAMPLE / "finance" / "sample")
    read = tree.read(Path(), Findings())
    assert [course.id for course in read.courses] == ["finance/sample"]
    assert read.registry.data is not None


def test_what_belongs_nowhere_is_an_orphan(tmp_path):
    root = write(
        tmp_path,
        {
            "format.yml": "version: 1\n",
            "note.txt": "x",
            "land/field.yml": "title: a\nowner: b\n",
            "land/loose.md": "x",
            "land/course/course.md": "---\ntitle: a\nowner: b\ncompletion: lessons\n---\n",
            "land/course/bai.md": "x",
            "land/course/images/a.bmp": "x",
            "land/course/.hidden": "x",
        },
    )
    read = tree.read(root, Findings())
    assert sorted(Path(name).name for name in read.orphans) == ["loose.md", "note.txt"]
    assert read.courses[0].orphans == ("bai.md", "images/a.bmp")


def test_links_out_of_the_course_are_not_followed(tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("x")
    root = write(tmp_path / "courses", {"format.yml": "version: 1\n", "it/a/course.md": "---\n---\n"})
    (root / "it/a/10-x.md").symlink_to(secret)
    assert tree.read(root, Findings()).courses[0].pages == ()


def test_a_missing_path_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        tree.read(tmp_path / "none", Findings())


def test_blocks_know_their_lines():
    text = (
        "---\nkind: lesson\n---\nBody\n\n```\n## Questions\n```\n\n"
        "## Questions\nDraw: 1\n\n### One\nx\n\n### Two\ny\n\n## More\nz\n"
    )
    page = tree.read_page(text.encode(), "10-a.md", "f", Findings().at("f"))
    assert page.body == ((4, 10), (19, 21))
    assert page.body_text == "Body\n\n```\n## Questions\n```\n\n## More\nz"
    assert [(heading.text, heading.line) for heading in page.headings] == [("More", 19)]
    section = page.sections[0]
    assert (section.line, section.intro) == (10, (11, 13))
    assert [(one.title, one.line, one.range) for one in section.questions] == [
        ("One", 13, (14, 16)),
        ("Two", 16, (17, 19)),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [("Không có gì\n", None), ("---\ntitle: A\n\nThân bài\n", "A"), ("---\ntitle: A", "A"), ("", None)],
)
def test_front_matter_that_is_missing_or_unclosed(text, title):
    findings = Findings()
    page = tree.read_page(text.encode(), "10-a.md", "f", findings.at("f"))
    assert findings.faults[0].code == "F004"
    assert page.front.get("title") == title
    assert ("Thân bài" in page.body_text) is ("Thân bài" in text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["10-a.md", "exam.md", "course.md"]))
def test_no_bytes_raise(data, name):
    for head in (b"", b"---\n", b"---\ntitle: x\n---\n## Questions\n"):
        tree.read_page(head + data, name, name, Findings().at(name))

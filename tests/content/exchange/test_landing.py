"""A source imported into a folder: it passes the check, comes again as it was, and takes nothing from its author."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.cli import context, main
from learning.content.exchange import formats, markdown_zip
from learning.content.exchange.bank import UnreadableError
from learning.settings import ROOT

GIFT = "$CATEGORY: Một\n\n::a::Đúng không?{T#sai rồi}\n\nChọn {=A ~B}\n\nTự luận {}\n"


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own: a command remembers settings and database for its process."""
    monkeypatch.setenv("LEARNING_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("LEARNING_DATABASE_URL", raising=False)
    context.settings.cache_clear()
    context.database.cache_clear()
    yield
    if context.database.cache_info().currsize:
        context.database().dispose()
    context.settings.cache_clear()
    context.database.cache_clear()


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["courses", *map(str, words)])


def imported(tmp_path: Path, folder: Path, *options: str, text: str = GIFT) -> Result:
    (tmp_path / "bank.gift").write_text(text)
    return run("import", "gift", tmp_path / "bank.gift", "--into", folder, "--json", *options)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_bank_becomes_a_course_of_its_own_anywhere(tmp_path: Path) -> None:
    folder = tmp_path / "Any_Where" / "new bank"
    result = imported(tmp_path, folder)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert (document["lessons"], document["questions"]) == (1, 2)
    assert [(one["line"], one["what"]) for one in document["skipped"]] == [(7, "Tự luận {}")]
    assert document["warnings"]
    assert run("check", folder).exit_code == 0
    assert run("publish", folder, "--dry-run").exit_code == 0


def test_a_bank_joins_a_library_and_its_registry_grows(tmp_path: Path) -> None:
    assert run("new", "finance/first", "--into", tmp_path / "courses").exit_code == 0
    registry = (tmp_path / "courses" / "sources.yml").read_text()
    folder = tmp_path / "courses" / "finance" / "second"
    assert imported(tmp_path, folder).exit_code == 0
    assert (tmp_path / "courses" / "sources.yml").read_text().startswith(registry + '"tai-lieu-goc-')
    assert not list(folder.glob("*.yml"))
    assert run("check", tmp_path / "courses").exit_code == 0
    assert run("check", folder).exit_code == 0


def test_a_bank_keeps_its_ids_unless_another_course_of_the_library_has_them(tmp_path: Path) -> None:
    text = "// [id:dat-gcn-7k3xq]\n::Hai::Đúng không?{T}\n"
    assert run("new", "finance/first", "--into", tmp_path / "courses").exit_code == 0
    one, two = (tmp_path / "courses" / "finance" / name for name in ("one", "two"))
    for folder in (one, two):
        assert imported(tmp_path, folder, text=text).exit_code == 0
    assert "Mã: dat-gcn-7k3xq\n" in (one / "exam.md").read_text()
    assert "Mã: two-" in (two / "exam.md").read_text()
    assert run("check", tmp_path / "courses").exit_code == 0
    before = contents(tmp_path)
    for folder in (one, two):
        assert imported(tmp_path, folder, text=text).exit_code == 0
    assert contents(tmp_path) == before


def test_the_same_source_again_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, tmp_path / "x")
    before = contents(tmp_path / "x")
    assert imported(tmp_path, tmp_path / "x").exit_code == 0
    assert contents(tmp_path / "x") == before


def test_a_source_that_changed_brings_its_change_and_leaves_the_authors(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    imported(tmp_path, folder)
    (folder / "course.md").write_text(
        (folder / "course.md").read_text().replace("title: bank", "title: Tên mới")
    )
    (folder / "20-them.md").write_text("bài của tác giả")
    result = imported(tmp_path, folder, text=GIFT + "\nCâu mới?{F}\n")
    assert result.exit_code == 0
    assert "title: Tên mới" in (folder / "course.md").read_text()
    assert "Câu mới?" in (folder / "exam.md").read_text()
    assert (folder / "20-them.md").exists()
    assert any("course.md" in warning for warning in json.loads(result.stdout)["warnings"])


def test_what_both_changed_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    imported(tmp_path, folder)
    (folder / "exam.md").write_text((folder / "exam.md").read_text().replace("pass: 50", "pass: 80"))
    before = contents(folder)
    result = imported(tmp_path, folder, text=GIFT + "\nCâu mới?{F}\n")
    assert result.exit_code == 1
    assert "exam.md" in json.loads(result.stdout)["error"]
    assert contents(folder) == before
    assert imported(tmp_path, folder, "--replace", text=GIFT + "\nCâu mới?{F}\n").exit_code == 0
    assert "pass: 50" in (folder / "exam.md").read_text()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert json.loads(imported(tmp_path, tmp_path / "x", "--dry-run").stdout)["questions"] == 2
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_no_place_for_a_course_is_refused(tmp_path: Path) -> None:
    run("new", "finance/first", "--into", tmp_path / "courses")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for place in (
        "courses",
        "courses/finance",
        "courses/second",
        "courses/finance/Hai Ba",
        "courses/a/b/c",
        "full",
        "file",
    ):
        before = contents(tmp_path / "courses")
        result = imported(tmp_path, tmp_path / place)
        assert result.exit_code == 1, place
        assert json.loads(result.stdout)["error"]
        assert contents(tmp_path / "courses") == before


def test_a_source_that_cannot_be_read_is_told_in_one_document(tmp_path: Path) -> None:
    result = imported(tmp_path, tmp_path / "x", text="\0")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["lessons"], document["questions"], document["skipped"]) == (0, 0, [])
    assert "UTF-8" in document["error"]
    assert not (tmp_path / "x").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = imported(tmp_path, tmp_path / "file" / "course")
    assert result.exit_code == 1 and str(tmp_path / "file") in json.loads(result.stdout)["error"]
    result = run("export-bank", "gift", COURSE, tmp_path / "nowhere" / "out.gift")
    assert result.exit_code == 1 and str(tmp_path / "nowhere" / "out.gift") in result.stderr


def test_a_course_that_is_no_folder_is_sought_in_a_database_that_is_there(tmp_path: Path) -> None:
    result = run("export-bank", "gift", "finance/nothing", tmp_path / "out.gift")
    assert result.exit_code == 2 and "learning database upgrade" in result.stderr
    assert run("publish", COURSE, "--dry-run").exit_code == 0  # brings the database up to date
    result = run("export-bank", "gift", "finance/nothing", tmp_path / "out.gift")
    assert result.exit_code == 1 and "finance/nothing" in result.stderr


def test_an_unknown_format_or_owner_is_wrong_usage(tmp_path: Path) -> None:
    assert imported(tmp_path, tmp_path / "x", "--owner", "Sở Không Có").exit_code == 2
    assert run("import", "pdf", __file__, "--into", tmp_path / "x").exit_code == 2


# --- Out, and a course as a zip

COURSE = ROOT / "courses" / "finance" / "commune-budget"


def test_a_course_goes_out_as_a_zip_and_comes_back_byte_for_byte(tmp_path: Path) -> None:
    assert run("export-bank", "markdown-zip", COURSE, tmp_path / "out.zip").exit_code == 0
    result = run("import", "markdown-zip", tmp_path / "out.zip", "--into", tmp_path / "back", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["skipped"] == []
    back = contents(tmp_path / "back")
    assert {path: data for path, data in back.items() if path in contents(COURSE)} == contents(COURSE)
    assert run("check", tmp_path / "back").exit_code == 0


@pytest.mark.parametrize("name", ["gift", "aiken"])
def test_a_course_goes_out_and_what_is_left_behind_is_listed(tmp_path: Path, name: str) -> None:
    result = run("export-bank", name, COURSE, tmp_path / "out", "--json")
    assert result.exit_code == 0
    left_out = json.loads(result.stdout)["skipped"]
    assert any("tình huống" in one["reason"] for one in left_out)
    bank = formats.read(name, (tmp_path / "out").read_bytes(), name="out")
    assert sum(len(lesson.questions) for lesson in bank.lessons) > 20
    assert not bank.skipped
    assert run("export-bank", name, "finance/none", tmp_path / "out").exit_code in (1, 2)


def packed(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_md", ".md").replace("_html", ".html"), text)
    return target.getvalue()


def test_a_zip_without_one_course_is_unreadable() -> None:
    for data in (packed(a_md="x"), packed(a__course_md="x", b__course_md="x"), b"PK", b""):
        with pytest.raises(UnreadableError):
            markdown_zip.read(data)


def test_what_in_a_zip_is_no_part_of_a_course_is_listed() -> None:
    bank = markdown_zip.read(
        packed(a__course_md="---\ntitle: A\n---\n", a__note_md="x", b_html="x", a__x__y_html="y")
    )
    assert [one.what for one in bank.skipped] == ["a/note.md", "a/x/y.html", "b.html"]
    assert list(bank.files) == ["course.md"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.binary(max_size=60), st.integers(0, 300))
def test_no_zip_brings_the_reader_down(text: str, data: bytes, at: int) -> None:
    whole = packed(a__course_md=text, a__course2_md=text) + data
    front = f"---\nid: x\ntitle: {text}\n---\n## Câu hỏi\n\n### {text}\n- (x) {text}\n"
    for one in (
        whole,
        whole[:at] + data + whole[at + len(data) :],
        packed(course_md=front, sources_yml=text),
    ):
        with suppress(UnreadableError):
            markdown_zip.read(one)

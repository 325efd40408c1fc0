"""`learning courses check` and `new`, as an author or a script calls them."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from learning.cli import context, main
from learning.cli.progress import progress
from learning.content.template import new_course


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LEARNING_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("LEARNING_DATABASE_URL", raising=False)
    _forget()
    yield lambda *arguments: CliRunner().invoke(main, ["courses", *map(str, arguments)])
    _forget()


def _forget() -> None:
    context.settings.cache_clear()
    context.database.cache_clear()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    new_course(tmp_path / "courses", "noi-vu", "mot-cua")
    return tmp_path / "courses"


@pytest.fixture
def lesson(root: Path) -> Path:
    return root / "noi-vu" / "mot-cua" / "10-viec-dau-tien.md"


def break_(lesson: Path) -> None:
    lesson.write_text(
        lesson.read_text()
        .replace("- (x) ", "- ỡư ")
        .replace("- ( ) ", "- ơ ư ")
        .replace("minutes: 2", "minutes: hai")
    )


def test_a_sound_course_says_nothing_on_stdout_and_exits_0(run, root: Path):
    result: Result = run("check", root)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 lỗi" in result.stderr


def test_each_fault_is_one_line_and_exit_is_1(run, root: Path, lesson: Path):
    break_(lesson)
    result = run("check", root)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.split(" ", 2)[1] for line in lines] == ["F006", "Q031", "Q031", "Q031"]
    assert lines[0].startswith(f"{lesson}:4:10: F006 ")
    assert all("; " in line for line in lines)


def test_json_is_the_only_thing_on_stdout(run, root: Path, lesson: Path):
    assert json.loads(run("check", root, "--json").stdout) == []
    break_(lesson)
    result = run("check", "--json", root)
    assert result.exit_code == 1
    faults = json.loads(result.stdout_bytes.decode())
    assert [fault["code"] for fault in faults] == ["F006", "Q031", "Q031", "Q031"]
    assert set(faults[0]) == {"file", "line", "column", "code", "severity", "message", "remedy"}
    assert faults[0]["severity"] == "fault"


def test_warnings_alone_do_not_fail(run, root: Path, lesson: Path):
    lesson.write_text(lesson.read_text().replace("minutes: 2", "minutes: 6"))
    result = run("check", root, "--json")
    assert {fault["severity"] for fault in json.loads(result.stdout)} == {"warning"}
    assert result.exit_code == 0


def test_fix_mends_and_says_what(run, root: Path, lesson: Path):
    eaten = lesson.read_text().replace("- (x) ", "- ỡư ").replace("- ( ) ", "- ơ ư ")
    lesson.write_bytes(b"\xef\xbb\xbf" + eaten.replace("\n", "\r\n").encode())
    result = run("check", root, "--fix")
    assert result.exit_code == 0, result.output
    assert str(lesson) in result.stderr
    assert lesson.read_text() == eaten.replace("- ỡư ", "- [x] ").replace("- ơ ư ", "- [ ] ")


@pytest.mark.parametrize("what", ["nowhere", "noi-vu/mot-cua/course.md"])
def test_a_path_that_is_no_folder_is_wrong_usage(run, root: Path, what: str):
    result = run("check", root / what, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(root / what) in result.stderr


def test_a_field_or_a_course_alone_uses_the_registry_above(run, root: Path, lesson: Path):
    for path in (root / "noi-vu", lesson.parent):
        assert run("check", path).exit_code == 0


def test_check_works_where_there_is_no_instance(run, root: Path, tmp_path: Path):
    run("check", root)
    assert not (tmp_path / "instance" / "learning.sqlite").exists()


def test_a_name_that_is_no_text_is_reported_like_any_other(run, lesson: Path):
    (lesson.parent / os.fsdecode(b"40-\xff\nx.md")).write_text("x", encoding="utf-8")
    result = run("check", lesson.parent, "--json")
    assert result.exit_code == 1
    assert [fault["code"] for fault in json.loads(result.stdout)] == ["F004", "S002"]


def test_only_a_folder_is_published(run, lesson: Path):
    assert run("publish", lesson).exit_code == 2


def test_new_makes_a_course_that_passes(run, tmp_path: Path):
    result = run("new", "dat-dai/hoa-giai", "--into", tmp_path / "a")
    assert result.exit_code == 0
    assert str(tmp_path / "a" / "dat-dai" / "hoa-giai" / "course.md") in result.stdout.splitlines()
    assert run("check", tmp_path / "a").exit_code == 0
    again = run("new", "dat-dai/hoa-giai", "--into", tmp_path / "a")
    assert again.exit_code == 1


@pytest.mark.parametrize("name", ["dat-dai", "dat-dai/", "Đất/a", "a/b/c", "../a"])
def test_a_bad_name_is_wrong_usage(run, tmp_path: Path, name: str):
    assert run("new", name, "--into", tmp_path / "b").exit_code == 2
    assert not (tmp_path / "b").exists()


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch):
    monkeypatch.setattr("learning.cli.progress.BAR_EVERY", 0.0)
    for terminal in (True, False):
        stream = StringIO()
        stream.isatty = lambda terminal=terminal: terminal  # type: ignore[method-assign]
        with progress("Việc", 2, stream) as step:
            step()
            step(2, 2)
        text = stream.getvalue()
        assert text.endswith("2/2\n")
        assert ("\r" in text) is terminal

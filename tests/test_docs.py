"""The documents name what the code has, lead where they say, and their examples work."""

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from learning.api.routes import api
from learning.cli import main
from learning.content.checker import check
from learning.content.mend import mend
from learning.content.template import new_course
from learning.database import Database
from learning.organisation import entries, positions, roster
from learning.organisation.sheet import read
from learning.settings import ROOT
from learning.web.context import App
from tests.test_architecture import FLOORS

DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
TODAY = date(2026, 11, 22)
HEAVIEST = 120 * 1024  # bytes of a picture


def test_every_command_and_option_is_named() -> None:
    text = (DOCS / "commands.md").read_text()
    for words, command in commands(main, ("learning",)):
        name = " ".join(words)
        assert name in text, name
        for option in (name for parameter in command.params for name in parameter.opts if name[0] == "-"):
            assert option in text, f"{name} {option}"


def commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if (inner := command.get_command(context, name)) is not None:
                yield from commands(inner, (*words, name))


def test_the_settings_named_are_the_settings_read() -> None:
    variable = re.compile(r"LEARNING_[A-Z_]+")
    read_here = set(variable.findall((ROOT / "learning" / "settings.py").read_text()))
    named = set(variable.findall((DOCS / "settings.md").read_text()))
    assert named - {"LEARNING_TEST_POSTGRES"} == read_here


def test_every_call_of_the_api_is_named(app: App) -> None:
    text = (DOCS / "api.md").read_text()
    assert api.calls
    for call in api.calls:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", call.path)
        assert f"`{call.method} {path}" in text, call.name


def test_every_query_of_the_api_is_named(app: App) -> None:
    text = (DOCS / "api.md").read_text()
    described = api.describe()["paths"]
    for path, operations in described.items():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "query":
                    assert f"{parameter['name']}=" in text, f"{path}: {parameter['name']}"


def test_the_pages_named_are_the_pages_there_are(app: App) -> None:
    there = {plain(rule.rule) for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api/")}
    named = set(re.findall(r"`(/[^`…]*)`", (DOCS / "pages.md").read_text()))
    assert there - named == set(), "name them in docs/pages.md"
    assert named - there == set(), "there is no such page"


def plain(rule: str) -> str:
    """`<int:class_id>` as `<class_id>`, and of several endings the first."""
    first = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", first)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    text = re.sub(r"`[^`]*`", "", text)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for link in links:
        if not re.match(r"[a-z]+:", link):
            target = link.partition("#")[0]
            assert not target or (document.parent / target).exists(), link


def test_every_document_is_in_an_index() -> None:
    for index, folder in ((DOCS / "README.md", DOCS), (DOCS / "decisions" / "README.md", DOCS / "decisions")):
        text = index.read_text()
        for document in folder.glob("*.md"):
            assert document == index or f"({document.name})" in text, document.name


def test_the_floors_drawn_are_the_floors_held() -> None:
    drawing = re.search(r"## The floors.*?```\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text(), re.DOTALL)
    assert drawing
    lines = [set(line.split()) for line in drawing[1].splitlines()]
    heights = [
        {next(n for n, words in enumerate(lines) if name in words) for name in floor} for floor in FLOORS
    ]
    for below, above in pairwise(heights):
        assert max(above) <= min(below)


def test_the_make_targets_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        for code in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", document.read_text(), re.DOTALL):
            for target in re.findall(r"\bmake ([a-z][a-z0-9]*)\b", " ".join(code)):
                assert target in targets, f"{document.name}: make {target}"


def test_the_lesson_of_the_readme_passes_the_check(tmp_path: Path) -> None:
    found = re.search(r"```markdown\n(---\n.*?\n---\n)(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found
    assert len([line for line in found[2].splitlines() if line.strip()]) == 10
    new_course(tmp_path, "noi-vu", "mot-cua")
    (tmp_path / "noi-vu" / "mot-cua" / "20-phieu-bo-sung.md").write_text(found[1] + found[2])
    assert [fault.code for fault in check(tmp_path, today=TODAY).faults] == ["Q001"]  # which --fix stamps
    mend(tmp_path)
    checked = check(tmp_path, today=TODAY)
    assert checked.faults == []
    course = checked.courses["noi-vu/mot-cua"].course
    assert course is not None and [page.slug for page in course.lessons] == ["viec-dau-tien", "phieu-bo-sung"]


def test_the_roster_of_the_guide_is_taken(database: Database, tmp_path: Path, now) -> None:
    text = (DOCS / "roster.md").read_text()
    example = re.search(r"```csv\n(.*?)```", text, re.DOTALL)
    assert example
    (tmp_path / "danh-sach.csv").write_text(example[1])
    with database.write_session() as session:
        positions.load(session)
        report = roster.import_sheet(session, now, TODAY, read(tmp_path / "danh-sach.csv"), actor="test")
    assert (report.rejected, report.ignored_columns, report.added) == ([], [], 2)
    told = re.search(r"```json\n(\{\"added\".*?)```", (DOCS / "commands.md").read_text(), re.DOTALL)
    assert told and json.loads(told[1]).keys() == report.as_json().keys()
    for english, vietnamese in entries.COLUMNS.items():
        assert f"| `{vietnamese}` | `{english}` |" in text
    for value in (value for values in entries.CHOICES.values() for value in values):
        assert f"`{value}`" in text


@pytest.mark.parametrize("picture", sorted((DOCS / "pictures").glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_light_and_shown(picture: Path) -> None:
    assert picture.stat().st_size <= HEAVIEST
    assert f"docs/pictures/{picture.name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("guide", ["authoring.md", "authoring-en.md"])
def test_the_guide_shows_each_of_its_pictures_and_they_are_light(guide: str) -> None:
    shown = set(re.findall(r"pictures/([\w-]+\.webp)", (DOCS / guide).read_text()))
    there = {picture.name: picture.stat().st_size for picture in (DOCS / "pictures").glob("*.webp")}
    assert shown == there.keys()
    assert max(there.values()) <= HEAVIEST // 2


@pytest.mark.parametrize("guide", ["authoring.md", "authoring-en.md"])
def test_each_kind_of_question_in_the_guide_is_written_right(guide: str, tmp_path: Path) -> None:
    table = re.search(r"\n\| (?:Dạng|Kind) \|.*?\n\n", (DOCS / guide).read_text(), re.DOTALL)
    assert table
    rows = [re.split(r"(?<!\\)\|", line)[2] for line in table[0].strip().splitlines()[2:]]
    new_course(tmp_path, "noi-vu", "mot-cua")
    exam = tmp_path / "noi-vu" / "mot-cua" / "exam.md"
    written = [
        span.replace("\\|", "|") for row in rows for span in ["### Câu hỏi", *re.findall(r"`([^`]+)`", row)]
    ]
    # Of two ways to write a number the first; words within a sentence are no lines.
    lines = [line for line in written if not re.match(r"\||[\d.,]+$|= 18", line)]
    stems = [f"{line}\n\nHỏi gì?\n" if line.startswith(("###", "Loại", "Type")) else line for line in lines]
    exam.write_text("---\nkind: exam\ntitle: Thử\n---\n\n## Phần chung\n\n" + "\n".join(stems) + "\n")
    mend(tmp_path)
    checked = check(tmp_path, today=TODAY)
    assert [fault for fault in checked.faults if fault.severity == "fault"] == []
    course = checked.courses["noi-vu/mot-cua"].course
    assert course is not None and course.exam is not None and course.exam.quiz is not None
    assert {type(question).__name__ for question in course.exam.quiz.questions} == {
        "Single", "Multiple", "TrueFalse", "Text", "Number", "Match", "Order", "Gaps"
    }  # fmt: skip


def test_the_guide_names_the_buttons_that_there_are() -> None:
    with (ROOT / "learning" / "translations" / "en" / "LC_MESSAGES" / "messages.po").open() as file:
        words = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    named = (("authoring.md", words.keys()), ("authoring-en.md", words.values()))
    for guide, known in named:
        text = (DOCS / guide).read_text().partition("\n## 1. ")[2]
        bold = {" ".join(found.split()) for found in re.findall(r"\*\*([^*\n:]+(?:\n[^*\n:]+)?)\*\*", text)}
        buttons = {one for one in bold if one[0].isupper()}
        assert buttons - set(known) == set(), guide

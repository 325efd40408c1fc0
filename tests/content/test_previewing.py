"""A page on its own must say and show just what the whole course says and shows of it."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content import checker, compiling, previewing, tree
from learning.content.checker import History, Rules, Stamped
from learning.content.limits import Limits
from learning.content.previewing import Preview, Setting
from learning.content.tree import Findings

SAMPLE = Path(__file__).parent / "sample" / "courses"
TODAY = date(2026, 11, 22)
OWNERS = frozenset({checker.owner_key("Sở Tài chính")})
HISTORY = History({"retired-1": Stamped("single", "finance/sample", True)})


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def around(folder: Path, path: str) -> Setting:
    """The setting of a page of a course in a tree, as the studio makes it from its database."""
    root = folder.parent.parent
    registry = tree.read(root, Findings()).registry
    sources = compiling.compile_sources(registry)
    owners = OWNERS | {
        checker.owner_key(field.owner) for field in checker.check(root, today=TODAY).fields.values()
    }
    beside = {page.relative_to(root).as_posix() for page in root.glob("*/*/*.md") if page.parent != folder}
    rules = Rules(Limits(), owners, registry.entries.keys(), sources, TODAY)
    return previewing.setting(
        folder.parent.name, folder.name, path, files_of(folder), rules, history=HISTORY, beside=beside
    )


def shown(folder: Path, path: str, data: bytes | None = None) -> Preview:
    text = (folder / path).read_bytes() if data is None else data
    return previewing.preview(around(folder, path), text)


def whole(folder: Path, path: str) -> tuple[list[tuple[int, int, str, str, str]], object]:
    """The faults of one page and the page itself, as publication sees them."""
    root = folder.parent.parent
    checked = checker.check(root, today=TODAY, history=HISTORY, departments=["Sở Tài chính"])
    file = (folder / path).as_posix()
    faults = [
        (fault.line, fault.column, fault.code, fault.message.replace(f"{root.as_posix()}/", ""), fault.remedy)
        for fault in checked.faults
        if fault.file == file
    ]
    course = checked.courses[f"{folder.parent.name}/{folder.name}"].course
    pages = (*course.pages, course.exam) if course else ()
    return faults, next((page for page in pages if page and page.path == path), None)


def told(preview: Preview) -> list[tuple[int, int, str, str, str]]:
    return [(f.line, f.column, f.code, f.message, f.remedy) for f in preview.faults]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(SAMPLE, tmp_path_factory.mktemp("sample") / "courses") / "finance" / "sample"


def pages(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.md"))


def test_a_page_is_shown_as_the_course_compiles_it(sample: Path) -> None:
    for path in pages(sample):
        preview = shown(sample, path)
        faults, page = whole(sample, path)
        assert told(preview) == faults, path
        assert preview.page == page, path


BREAKING = (
    "- (x) hai\n- (x) ba\n",
    "### Câu mới\n\nHỏi gì?\n\n- (x) một\n- ( ) hai\n",
    "### Câu cũ\nMã: retired-1\n\nHỏi gì?\n\n- (x) một\n- ( ) hai\n",
    "![](images/missing.png)\n",
    "[xem](20-nowhere.md) [xem](../sample/course.md) [xem](../other/course.md#x)\n",
    "#### Quá sâu\n",
    "<script>alert(1)</script>\n",
    "\u01a3 và e\u0302\n",
    "| a | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n",
    "từ " * 700 + "\n",
    "Căn cứ: 1/1999/QH10\n",
    "---\n",
    "## Câu hỏi\n",
    "\r\n",
)


@given(at=st.integers(0, 200), what=st.sampled_from(BREAKING), cut=st.integers(0, 3), page=st.integers(0, 20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_has_the_faults_that_publication_would_find(
    tmp_path_factory: pytest.TempPathFactory, at: int, what: str, cut: int, page: int
) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path_factory.mktemp("typed") / "courses") / "finance" / "sample"
    path = pages(folder)[page % len(pages(folder))]
    lines = (folder / path).read_text().splitlines(keepends=True)
    at = min(at, len(lines))
    text = "".join([*lines[:at], what, *lines[at + cut :]]).encode()
    setting = around(folder, path)
    (folder / path).write_bytes(text)
    preview = previewing.preview(setting, text)
    faults, compiled = whole(folder, path)
    assert told(preview) == faults
    assert preview.page == compiled


@given(data=st.binary(max_size=400))
@settings(max_examples=50, deadline=None)
def test_no_bytes_bring_it_down(data: bytes) -> None:
    rules = Rules(Limits(), OWNERS, (), {}, TODAY)
    files = {"course.md": b"---\ntitle: A\nowner: B\ncompletion: lessons\n---\n"}
    for path in ("10-a.md", "exam.md", "course.md", "notes.md"):
        previewing.preview(previewing.setting("f", "c", path, files, rules), data)


def test_a_new_page_takes_its_place_among_the_others(sample: Path) -> None:
    text = (sample / pages(sample)[0]).read_bytes().replace(b"id: ", b"id: new-")
    preview = shown(sample, "15-new.md", text)
    assert preview.course is not None
    assert [page.path for page in preview.course.pages] == sorted(
        [*(page for page in pages(sample) if page[0].isdigit()), "15-new.md"],
        key=lambda name: int(name.split("-")[0]),
    )


def test_length_counts_what_is_read(sample: Path) -> None:
    lesson = shown(sample, next(path for path in pages(sample) if path.startswith("10-")))
    assert lesson.length.syllables > 0
    assert lesson.length.limit == 600
    assert shown(sample, "course.md").length.syllables == 0

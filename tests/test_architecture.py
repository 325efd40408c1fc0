"""The law of the house: an import goes down, never up, never sideways between desks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "learning"

# From the ground up. A name may import what stands on a lower floor, and its own package.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("clock", "vietnamese", "mail", "typesetting"),
    ("settings",),
    ("content",),
    ("sqlite",),
    ("database",),
    ("audit", "schema"),
    ("web",),
    ("accounts",),
    ("library",),
    ("organisation",),
    ("quizzes",),
    ("progress",),
    ("certificates",),
    ("evaluation", "sync"),
    ("study", "studio", "reports", "office", "api", "demo"),
    ("app",),
    ("cli",),
)
PURE = (
    "settings.py",
    "clock.py",
    "content",
    "vietnamese",
    "mail.py",
    "typesetting.py",
    "evaluation/answers.py",
    "evaluation/asking.py",
    "evaluation/gain.py",
    "evaluation/suppression.py",
    "evaluation/themes.py",
    "evaluation/practice_evidence.py",
    "evaluation/practice_rules.py",
    "library/changes.py",
    "library/consequences.py",
    "library/editing.py",
    "library/frontlines.py",
    "library/layout.py",
    "library/merging.py",
    "library/refusals.py",
    "quizzes/drift.py",
    "quizzes/figures.py",
    "quizzes/flags.py",
    "quizzes/grading.py",
    "quizzes/papers.py",
    "quizzes/rekeying.py",
    "quizzes/rubrics.py",
    "quizzes/thirds.py",
    "quizzes/travelling.py",
    "quizzes/versions.py",
    "progress/attention.py",
    "progress/completion.py",
    "progress/tallies.py",
    "reports/charts.py",
)
FURNITURE = {"flask", "sqlalchemy", "apiflask", "flask_login", "flask_babel", "flask_wtf", "wtforms"}

FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_part_of_the_package_has_its_floor() -> None:
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}
    assert parts - {"__init__", "__main__"} == set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    home = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] != "learning" or len(parts) == 1 or parts[1] == home:
            continue
        assert FLOOR[parts[1]] < FLOOR.get(home, len(FLOORS)), (
            f"{path}:{line}: {home} imports {module}, which is not below"
        )


@pytest.mark.parametrize("path", [path for path in FILES if str(path.relative_to(PACKAGE)).startswith(PURE)])
def test_pure_files_know_neither_flask_nor_sqlalchemy(path: Path) -> None:
    for line, module in imports(path):
        assert module.split(".")[0] not in FURNITURE, f"{path}:{line}: imports {module}"


def test_only_one_file_imports_the_sanitisers_and_one_markdown() -> None:
    homes: dict[str, set[str]] = {"bleach": set(), "nh3": set(), "markdown": set()}
    for path in FILES:
        for _, module in imports(path):
            if module.split(".")[0] in homes:
                homes[module.split(".")[0]].add(str(path.relative_to(PACKAGE)))
    assert homes == {
        "bleach": {"content/sanitise.py"},
        "nh3": {"content/sanitise.py"},
        "markdown": {"content/rendering.py"},
    }


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides its floor"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

"""`--fix`: mends what can be mended without guessing (F001, F002, F003, Q001, Q031) and touches nothing else."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from learning.content import tree
from learning.content.drafts import QUESTION_KEYS, answers, key_of, read_draft
from learning.content.outline import QuestionBlock, SectionBlock
from learning.content.text import read

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 without the letters that are mistaken for others
STAMP_LENGTH = 5


def mend(path: Path, taken: Collection[str] = ()) -> list[Path]:
    """Mends every Markdown and YAML file under `path` (or that one file); the files changed, in order.

    `taken` are ids of earlier publications: none of them is stamped again. A file in no known encoding stays as it is.
    """
    known = _Ids(path, taken)
    return [file for file in text_files(path) if _mend_file(file, known)]


def text_files(path: Path) -> list[Path]:
    """The Markdown and YAML files under a folder, sorted; hidden ones and links aside."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in (".md", ".yml")
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and file.is_file()
        and not file.is_symlink()
    )


def _mend_file(file: Path, known: "_Ids") -> bool:
    data = file.read_bytes()
    text, _ = read(data)
    if text is None:
        return False
    if file.suffix == ".md":
        text = restore_brackets(text, file.name)
        text = stamp(text, file, known)
    mended = text.encode()
    if mended == data:
        return False
    _replace(file, mended)
    return True


def _replace(file: Path, data: bytes) -> None:
    # Written beside and moved over: an interruption leaves the old file whole.
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as draft:
        draft.write(data)
    shutil.copymode(file, draft.name)
    Path(draft.name).replace(file)


def restore_brackets(text: str, name: str) -> str:
    """The text with the brackets that Telex ate, in the questions of the page called `name`."""
    page = _page(text, name)
    lines = text.split("\n")
    for found in page.eaten:
        lines[found.line - 1] = page.lines[found.line - 1]
    return "\n".join(lines)


def stamp(text: str, file: Path, known: "_Ids") -> str:
    """The text with an id under the heading of every question that has none."""
    page = _page(text, file.name)
    lines = text.split("\n")
    asked = [question for section in page.sections for question in _asked(page, section)]
    waiting = {question: _waiting(page, question) for question in asked}
    key = "Id" if re.search(r"^## +(?:Questions|Steps)\b", text, re.MULTILINE | re.IGNORECASE) else "Mã"
    for question, number in reversed(waiting.items()):
        line = f"{key}: {known.new(_prefix(page, file))}" if number is not None else ""
        if number == question.line:
            lines.insert(question.line, line)
        elif number is not None:  # an `Mã:` without its id
            lines[number - 1] = line
    return "\n".join(lines)


def _asked(page: tree.SourcePage, section: SectionBlock) -> tuple[QuestionBlock, ...]:
    intro = page.lines[section.intro[0] - 1 : section.intro[1] - 1]
    if page.kind not in ("scenario", "practice") and any(map(answers, intro)):
        # Answers before the first `###` are a question without a heading.
        return (QuestionBlock("", section.line, section.intro), *section.questions)
    return section.questions


def _page(text: str, name: str) -> tree.SourcePage:
    return tree.read_page(text.encode(), name, name, lambda *place, **params: None)


def _waiting(page: tree.SourcePage, question: QuestionBlock) -> int | None:
    """The line that waits for an id: an empty `Mã:`, else the heading; None where the question has one."""
    written = read_draft(page, *question.range, QUESTION_KEYS).keys.get("id")
    if not written:
        return question.line
    return None if written[0].text else written[0].line


def _prefix(page: tree.SourcePage, file: Path) -> str:
    """The lesson's own id, else the name of its course."""
    own = page.front.get("id")
    name = own or re.sub(r"[^a-z0-9]+", "-", file.resolve().parent.name.casefold())
    return name[:80].strip("-") or "q"


class _Ids:
    """Ids in use under the root of the courses; read from the files once a new one is wanted."""

    def __init__(self, path: Path, taken: Collection[str]) -> None:
        self._path = path
        self._taken = taken
        self._written: set[str] | None = None

    def new(self, prefix: str) -> str:
        if self._written is None:
            self._written = set(_written_ids(self._path))
        while True:
            made = f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(STAMP_LENGTH))}"
            if made not in self._written and made not in self._taken:
                self._written.add(made)
                return made


def _written_ids(path: Path) -> Iterator[str]:
    start = path.resolve()
    root = next(
        (folder for folder in (start, *start.parents[:3]) if (folder / "format.yml").is_file()), start
    )
    for file in text_files(root):
        if file.suffix == ".md":
            yield from ids_in(file.read_bytes())


def ids_in(page: bytes) -> Iterator[str]:
    """The ids that a page of Markdown names, of questions and its own; sound or not, in its order."""
    text, _ = read(page)
    for line in (text or "").split("\n"):
        found = key_of(line, _ID) or key_of(line.replace("ma:", "mã:", 1), _ID)
        if found and found[1]:
            yield found[1].strip("\"'")


_ID = frozenset({"id"})

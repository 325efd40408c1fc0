"""`--fix`: mends what can be mended without guessing (F001, F002, F003, Q001, Q031) and touches nothing else."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from learning.content import tree
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


# Telex reads `[` as ơ, `]` as ư, `{` and `}` as their capitals, and the x between as a tone: `[x]` comes out as ỡư.
_EATEN = re.compile(
    r"(?P<bullet>\s*[-*+] {1,4})(?:(?P<right>[ỡỠ] ?[ưƯ]|[ơƠ][xX][ưƯ]|[ơƠ] ?[ữỮ])|[ơƠ] ?[ưƯ])(?P<rest> .*|$)",
    re.MULTILINE,
)


def restore_brackets(text: str, name: str) -> str:
    """`- ỡư` → `- [x]`, `- ơ ư` → `- [ ]` in the question sections of the page called `name`."""
    if _EATEN.search(text) is None:
        return text
    lines = text.split("\n")
    for number in _question_lines(_page(text, name)):
        eaten = _EATEN.fullmatch(lines[number - 1])
        if eaten:
            box = "[x]" if eaten["right"] else "[ ]"
            lines[number - 1] = eaten["bullet"] + box + eaten["rest"]
    return "\n".join(lines)


_KEY = re.compile(r" {0,3}(?:\*\*)?(?:mã|id)(?:\*\*)? ?:(?:\*\*)?\s*(?P<id>[^\s*]*)", re.IGNORECASE)


def stamp(text: str, file: Path, known: "_Ids") -> str:
    """The text with an id under the heading of every question that has none."""
    page = _page(text, file.name)
    lines = text.split("\n")
    asked = [question for section in page.sections for question in section.questions]
    missing = [one for one in asked if not _has_id(page, one)]
    key = "Id" if re.search(r"^## +Questions\b", text, re.MULTILINE | re.IGNORECASE) else "Mã"
    for question in reversed(missing):
        number = next((at for at in range(*question.range) if _empty_id(page.lines[at - 1])), None)
        line = f"{key}: {known.new(_prefix(page, file))}"
        if number is None:
            lines.insert(question.line, line)
        else:  # `Mã:` was there already, waiting for its id
            lines[number - 1] = line
    return "\n".join(lines)


def _page(text: str, name: str) -> tree.SourcePage:
    return tree.read_page(text.encode(), name, name, lambda *place, **params: None)


def _has_id(page: tree.SourcePage, question: tree.QuestionBlock) -> bool:
    found = (_KEY.match(page.lines[at - 1]) for at in range(*question.range))
    return any(key is not None and key["id"] for key in found)


def _empty_id(line: str) -> bool:
    found = _KEY.fullmatch(line)
    return found is not None and not found["id"]


def _question_lines(page: tree.SourcePage) -> Iterator[int]:
    """The lines (from 1) of the sections that ask, without fenced code."""
    for section in page.sections:
        last = section.questions[-1].range[1] if section.questions else section.intro[1]
        fenced = False
        for number in range(section.line + 1, last):
            if page.lines[number - 1].lstrip().startswith(("```", "~~~")):
                fenced = not fenced
            elif not fenced:
                yield number


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
    root = next((folder for folder in (start, *start.parents) if (folder / "format.yml").is_file()), start)
    for file in text_files(root):
        if file.suffix == ".md":
            text, _ = read(file.read_bytes())
            for line in (text or "").split("\n"):
                found = _KEY.match(line)
                if found and found["id"]:
                    yield found["id"]

"""A draft put into a folder: where that folder stands, and what of an author's may never be lost there.

What an import has written is remembered in `.import.json` beside it (hidden, so no part of the course). The next import
into the same folder can then tell what the author has changed since from what the source has: a page that only one of
them changed is taken from that one; one that both changed is a conflict, and then nothing at all is written.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from learning.content import tree
from learning.content.checker import Stamped
from learning.content.compiling import compile_field, compile_sources
from learning.content.exchange.writing import name_of
from learning.content.mend import ids_in
from learning.content.model import Source
from learning.content.template import FORMAT
from learning.content.tree import Findings, Tree

MEMORY = ".import.json"


class BadPlaceError(ValueError):
    """A course cannot be put there; the message says where it can."""


class ChangedError(Exception):
    """Pages that the author has changed, and that would come out otherwise now; `paths` are theirs."""

    def __init__(self, paths: Iterable[str]) -> None:
        super().__init__()
        self.paths = sorted(paths)


@dataclass(frozen=True)
class Place:
    """A folder for a course. `root` is its library's, or the folder itself where the course travels alone."""

    folder: Path
    root: Path
    field: str
    slug: str
    owner: str  # "" where nobody has said
    known: Mapping[str, Source]
    beside: Mapping[str, Stamped]  # ids in the other courses of the library
    missing: tuple[str, ...] = ()  # of the library: "format.yml", "field.yml"

    @property
    def alone(self) -> bool:
        return self.root == self.folder

    @property
    def field_file(self) -> Path:
        return (self.folder if self.alone else self.folder.parent) / "field.yml"


@dataclass(frozen=True)
class Landed:
    """Paths within the folder that were written, that were let be as the author left them, and that were taken away."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = field(default=())


def place_of(folder: Path) -> Place:
    """Where a course in this folder would stand. Raises BadPlaceError."""
    if folder.exists() and not folder.is_dir():
        raise BadPlaceError(f"{folder} là tệp, không phải thư mục.")
    there = {path.name for path in folder.iterdir()} - {MEMORY} if folder.is_dir() else set()
    if "course.md" not in there:
        if there & {"format.yml", "field.yml", "sources.yml"} or any(
            (folder / name / "course.md").is_file() for name in there
        ):
            raise BadPlaceError(
                f"{folder} là cả kho hoặc cả lĩnh vực; hãy ghi thêm tên khóa học: {folder}/ten-khoa-hoc."
            )
        if any(not name.startswith(".") for name in there):
            raise BadPlaceError(f"{folder} đã có tệp khác; hãy chọn thư mục trống hoặc thư mục mới.")
    whole = folder.resolve()
    root = next((above for above in whole.parents[:4] if (above / "format.yml").is_file()), None)
    if root is None or (folder / "format.yml").is_file():
        return _alone(folder)
    if whole.parent.parent != root:
        raise BadPlaceError(f"Trong kho {root}, khóa học nằm ở linh-vuc/khoa-hoc; {folder} thì không.")
    if any(name != name_of(name) for name in (whole.name, whole.parent.name)):
        raise BadPlaceError(
            f"Tên thư mục “{whole.parent.name}/{whole.name}” phải là chữ thường không dấu, số và gạch nối."
        )
    source = tree.read(root, Findings())
    owner = next((compile_field(one).owner for one in source.fields if one.slug == whole.parent.name), "")
    missing = () if (whole.parent / "field.yml").is_file() else ("field.yml",)
    known, beside = compile_sources(source.registry), dict(_beside(whole, source))
    return Place(whole, root, whole.parent.name, whole.name, owner, known, beside, missing)


def _beside(folder: Path, library: Tree) -> Iterator[tuple[str, Stamped]]:
    for course in library.courses:
        if (course.field, course.slug) != (folder.parent.name, folder.name):
            for path, data in course.files.items():
                if path.endswith(".md"):
                    yield from (
                        (name, Stamped("", f"{course.field}/{course.slug}", False)) for name in ids_in(data)
                    )


def _alone(folder: Path) -> Place:
    whole = folder.resolve()
    known: Mapping[str, Source] = {}
    owner = ""
    if (folder / "course.md").is_file():
        source = tree.read(folder, Findings())
        known = compile_sources(source.registry)
        owner = next((compile_field(one).owner for one in source.fields), "")
    missing = tuple(name for name in ("format.yml", "field.yml") if not (folder / name).is_file())
    return Place(whole, whole, name_of(whole.parent.name), name_of(whole.name), owner, known, {}, missing)


def land(
    place: Place,
    files: Mapping[str, bytes],
    sources: Mapping[str, Source],
    *,
    owner: str,
    title: str,
    over: bool = False,
) -> Landed:
    """Writes a draft into its place, all of it or nothing. `over`: an author's changes give way.

    Raises ChangedError where pages were changed on both sides.
    """
    before = _remembered(place.folder)
    written: list[str] = []
    kept: list[str] = []
    removed: list[str] = []
    changed: list[str] = []
    for path, data in files.items():
        now = _bytes(place.folder / path)
        new, then = _digest(data), before.get(path)
        current = _digest(now) if now is not None else None
        if current == new:
            continue
        if over or current == then:
            written.append(path)
        elif then == new:
            kept.append(path)
        else:
            changed.append(path)
    for path, then in before.items():
        if path not in files and (now := _bytes(place.folder / path)) is not None:
            (removed if over or _digest(now) == then else kept).append(path)
    if changed:
        raise ChangedError(changed)
    for path in written:
        _write(place.folder / path, files[path])
    for path in removed:
        (place.folder / path).unlink()
    _complete(place, sources, owner, title)
    memory = {path: _digest(data) for path, data in sorted(files.items())}
    _write(place.folder / MEMORY, json.dumps(memory, indent=0, ensure_ascii=False).encode() + b"\n")
    return Landed(tuple(written), tuple(kept), tuple(removed))


def _complete(place: Place, sources: Mapping[str, Source], owner: str, title: str) -> None:
    """The files of the library that the check asks for, where they are missing; its registry only ever grows."""
    if "format.yml" in place.missing:
        _write(place.root / "format.yml", FORMAT.encode())
    if "field.yml" in place.missing:
        name = title if place.alone else place.field
        _write(place.field_file, f"title: {_quoted(name)}\nowner: {_quoted(owner)}\n".encode())
    registry = place.root / "sources.yml"
    added = [entry(source) for key, source in sources.items() if key not in place.known]
    if added or not registry.is_file():
        text = (_bytes(registry) or b"").decode(errors="replace")
        text += "\n" if text and not text.endswith("\n") else ""
        _write(registry, (text + "".join(added)).encode())


def entry(source: Source) -> str:
    """A document as `sources.yml` writes it."""
    lines = [
        f"{_quoted(source.key)}:",
        f"  title: {_quoted(source.title)}",
        f"  issuer: {_quoted(source.issuer)}",
        f"  from: {source.in_force.isoformat()}",
    ]
    if source.until:
        lines.append(f"  until: {source.until.isoformat()}")
    if source.replaced_by:
        lines.append(f"  replaced_by: {_quoted(source.replaced_by)}")
    if source.checked_on:
        lines.append(f"  checked_on: {source.checked_on.isoformat()}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _remembered(folder: Path) -> dict[str, str]:
    data = _bytes(folder / MEMORY)
    try:
        memory = json.loads(data) if data else {}
    except ValueError:
        memory = {}
    safe = re.compile(r"(?:[a-z0-9._-]+/)*[a-z0-9._-]+\.[a-z0-9]+")
    return {
        path: digest
        for path, digest in (memory.items() if isinstance(memory, dict) else ())
        if safe.fullmatch(path) and ".." not in path
    }


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
